//! The sender's side: what Drone writes for a body. For tests, tools and gateways that sign anew.

use std::borrow::Cow;

use crate::base64::encode;
use crate::digest::digest_header;
use crate::error::{ConfigError, decimal};
use crate::key::Key;
use crate::names::{self, CREATED, EXPIRES};
use crate::policy::WEBHOOK_HEADERS;
use crate::request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS, Headers, Request};
use crate::signature::{Expires, SignatureParameters};
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
    key_id: String,
    algorithm: Option<String>,
    names: String,
    created: Option<UnixTime>,
    expires: Option<UnixTime>,
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
        Ok(Self {
            key: Key::new(secret.as_ref())?,
            key_id: "hmac-key".to_owned(),
            algorithm: Some("hmac-sha256".to_owned()),
            names: WEBHOOK_HEADERS.to_owned(),
            created: None,
            expires: None,
        })
    }

    /// Another keyId.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = key_id.into();
        self
    }

    /// Another text for the algorithm, `None` to leave it out; the MAC is always HMAC-SHA256. `(created)` and `(expires)` want `hs2019`.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Option<&str>) -> Self {
        self.algorithm = algorithm.map(str::to_owned);
        self
    }

    /// What is signed, in this order; [`crate::EXTENSION_HEADERS`] for Drone's extension calls. The request must hold a value for each but `date` and `digest`.
    #[must_use]
    pub fn signed_headers<T: AsRef<str>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names = names::join(names);
        self
    }

    /// The parameter `created`.
    #[must_use]
    pub fn created(mut self, created: UnixTime) -> Self {
        self.created = Some(created);
        self
    }

    /// The parameter `expires`.
    #[must_use]
    pub fn expires(mut self, expires: UnixTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// `Date` for `now`, `Digest` for the body, and the `Signature` over the list. `request` holds the other headers to sign; a `Date` or `Digest` in it does not count.
    ///
    /// # Errors
    /// [`ConfigError`]: the list is no list of header names, a value is missing or cannot be sent, the keyId is not printable ASCII.
    pub fn sign(&self, request: &Request<'_>, body: &[u8], now: UnixTime) -> Result<SignedHeaders, ConfigError> {
        let algorithm = self.algorithm.as_deref().unwrap_or_default();
        if !self.key_id.bytes().chain(algorithm.bytes()).all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(ConfigError::KeyIdInvalid);
        }
        let signs_time = names::contains(&self.names, CREATED) || names::contains(&self.names, EXPIRES);
        if names::check(&self.names).is_err() || (signs_time && algorithm.starts_with("hmac")) {
            return Err(ConfigError::HeaderListInvalid);
        }
        let date = now.http_date();
        let digest = digest_header(body);
        let request = request.with_values([("date", date.as_bytes()), ("digest", digest.as_bytes())]);
        let mut parameters = SignatureParameters {
            key_id: Cow::Borrowed(&self.key_id),
            algorithm: self.algorithm.as_deref().map(Cow::Borrowed),
            created: self.created.map(UnixTime::seconds),
            expires: self.expires.map(|expires| Expires { text: decimal(expires.seconds()).into(), seconds: expires.seconds() }),
            headers: Some(Cow::Borrowed(&self.names)),
            signature: Cow::Borrowed(""),
        };
        let signing_string = Headers::new(&request, DEFAULT_MAX_HEADERS, DEFAULT_MAX_HEADER_BYTES, "")
            .and_then(|mut headers| signing_string::of_signature(&mut headers, &parameters))
            .map_err(|_| ConfigError::HeaderValueInvalid)?;
        parameters.signature = Cow::Owned(encode(&self.key.mac(signing_string.as_bytes())));
        let signature = parameters.print();
        Ok(SignedHeaders { date, digest, signature })
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}, {}, redacted)", self.key_id, self.names)
    }
}
