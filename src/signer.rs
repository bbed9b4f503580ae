//! The sender's side: what Drone writes for a body. For tests, tools and gateways that sign anew.

use crate::base64::encode;
use crate::digest::digest_header;
use crate::error::{ConfigError, decimal};
use crate::key::Key;
use crate::names::{self, WEBHOOK_HEADERS};
use crate::request::{Headers, Request};
use crate::signature::{SignatureParameters, parameter};
use crate::signing_string;
use crate::time::UnixTime;

/// Signs as a Drone server does: keyId `hmac-key`, algorithm `hmac-sha256`, over `date digest`.
///
/// ```
/// use drone_webhooks::{Body, Request, Signer, UnixTime, Verifier};
/// let now = UnixTime::from_seconds(1_795_327_913)?;
/// let signed = Signer::new("secret")?.sign(&Request::default(), b"{}", now)?;
/// assert_eq!(signed.date, "Sun, 22 Nov 2026 06:11:53 GMT");
///
/// let headers = signed.headers();
/// let request = Request::new(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
/// Verifier::new("secret")?.verify(&request, Body::Bytes(b"{}"), now)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    key: Key,
    /// All but the signature.
    parameters: Box<SignatureParameters<'static>>,
}

/// The three headers that make a request a signed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    /// The value of `Date`.
    pub date: String,
    /// The value of `Digest`.
    pub digest: String,
    /// The value of `Signature`.
    pub signature: String,
}

impl SignedHeaders {
    /// Names and values, in the order Drone sends them.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [("Date", &self.date), ("Digest", &self.digest), ("Signature", &self.signature)]
    }
}

impl Signer {
    /// A signer with the secret's bytes as the key.
    ///
    /// # Errors
    /// [`ConfigError::EmptySecret`].
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let key = Key::new(secret.as_ref())?;
        let mut parameters = Box::<SignatureParameters<'_>>::default();
        parameters.set(parameter::KEY_ID, "hmac-key");
        parameters.set(parameter::ALGORITHM, "hmac-sha256");
        parameters.set(parameter::HEADERS, WEBHOOK_HEADERS);
        Ok(Self { key, parameters })
    }

    /// Another keyId.
    #[must_use]
    pub fn key_id(self, key_id: impl AsRef<str>) -> Self {
        self.with(parameter::KEY_ID, key_id.as_ref())
    }

    /// Another text for the algorithm, `None` to leave it out; the MAC is always HMAC-SHA256. `(created)` and `(expires)` want `hs2019`.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Option<&str>) -> Self {
        self.parameters.leave_out(parameter::ALGORITHM);
        match algorithm {
            Some(algorithm) => self.with(parameter::ALGORITHM, algorithm),
            None => self,
        }
    }

    /// What is signed, in this order; [`crate::EXTENSION_HEADERS`] for Drone's extension calls. The request must hold a value for each but `date` and `digest`.
    #[must_use]
    pub fn signed_headers<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.with(parameter::HEADERS, &names::join(names))
    }

    /// The parameter `created`.
    #[must_use]
    pub fn created(self, created: UnixTime) -> Self {
        self.with(parameter::CREATED, &decimal(created.seconds()))
    }

    /// The parameter `expires`.
    #[must_use]
    pub fn expires(self, expires: UnixTime) -> Self {
        self.with(parameter::EXPIRES, &decimal(expires.seconds()))
    }

    fn with(mut self, which: usize, value: &str) -> Self {
        self.parameters.set(which, value);
        self
    }

    /// `Date` for `now`, `Digest` for the body, and the `Signature` over the list. `request` holds the other headers to sign; a `Date` or `Digest` in it does not count.
    ///
    /// # Errors
    /// [`ConfigError`]: the list is no list of header names, a value is missing or cannot be sent, the keyId is not printable ASCII.
    pub fn sign(&self, request: &Request<'_>, body: &[u8], now: UnixTime) -> Result<SignedHeaders, ConfigError> {
        if !(printable(self.parameters.key_id()) && printable(self.parameters.algorithm().unwrap_or_default())) {
            return Err(ConfigError::KeyIdInvalid);
        }
        self.parameters.check_list().map_err(|_| ConfigError::HeaderListInvalid)?;
        let date = now.http_date();
        let digest = digest_header(body);
        let signing_string = Headers::to_sign(request, WEBHOOK_HEADERS)
            .and_then(|mut headers| signing_string::of_signer(&mut headers, &self.parameters, &date, &digest))
            .map_err(|_| ConfigError::HeaderValueInvalid)?;
        let mut parameters = self.parameters.clone();
        parameters.set(parameter::SIGNATURE, &encode(&self.key.mac(&signing_string)));
        Ok(SignedHeaders { date, digest, signature: parameters.print() })
    }
}

fn printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({:?}, redacted)", self.parameters)
    }
}
