//! The pipeline, in the order of DESIGN.md's table. The only place that makes a [`Verified`].

use std::time::Duration;

use crate::claims::{self, Claims};
use crate::digest::{Body, ExpectedBody};
use crate::error::{ConfigError, Reason, Rejection};
use crate::event::Envelope;
use crate::key::Keys;
use crate::names;
use crate::policy::Policy;
use crate::request::{Headers, Request};
use crate::signature::SignatureParameters;
use crate::signing_string;
use crate::time::UnixTime;

/// Verifies requests with the same secrets and policy: build it once, use it from any thread.
///
/// ```
/// use drone_webhooks::{Body, Request, UnixTime, Verifier};
///
/// let body = br#"{"event":"user","action":"created","user":{"id":2,"login":"hubot","email":"","machine":false,"admin":false,"active":true,"avatar":"","syncing":true,"synced":0,"created":1795327913,"updated":1795327913,"last_login":1795327913},"system":{"proto":"https","host":"drone.example.com","link":"https://drone.example.com","version":"2.25.0"}}"#;
/// let request = Request::new([
///     ("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice()),
///     ("Digest", b"SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ=".as_slice()),
///     ("Signature", br#"keyId="hmac-key",algorithm="hmac-sha256",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest""#.as_slice()),
/// ]);
/// let now = UnixTime::from_seconds(1_795_327_915)?; // UnixTime::try_from(SystemTime::now())?
///
/// let verifier = Verifier::new("d8fa5c314f7b1f5cac27d34e157e3459")?;
/// let authenticated = verifier.authenticate(&request, now)?; // refuses a forgery before its body is read
/// let delivery = authenticated.finish(Body::Bytes(body))?;
/// assert_eq!(delivery.envelope(body)?.event(), Some("user"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    pub(crate) keys: Keys,
    pub(crate) policy: Policy,
}

impl Verifier {
    /// A verifier with one secret, the value of `DRONE_WEBHOOK_SECRET` as it stands, and the default policy.
    ///
    /// # Errors
    /// [`ConfigError::EmptySecret`].
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Self::builder().secret(secret).build()
    }

    /// For rotation, several key ids, other bounds or required headers.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder { keys: Keys::default(), policy: Policy::default(), mistake: None }
    }

    /// The header names that are looked at in every request, in lower case; a host that passes on fewer passes on these.
    pub fn needed_headers(&self) -> impl Iterator<Item = &str> + Clone {
        names::iter(self.policy.needed_names())
    }

    /// The largest body, in bytes: a host stops reading there.
    #[must_use]
    pub fn max_body_bytes(&self) -> u64 {
        self.policy.max_body_bytes
    }

    /// Both phases, for a body that is in memory.
    ///
    /// # Errors
    /// Every refusal of steps 1 to 10.
    pub fn verify<'a>(&self, request: &'a Request<'a>, body: Body<'_>, now: UnixTime) -> Result<Verified<'a>, Rejection> {
        self.authenticate(request, now)?.finish(body)
    }

    /// Steps 1 to 9: whether the headers are authentic and fresh. Needs no body, so that a forgery costs its sender more than you.
    ///
    /// # Errors
    /// Every refusal of steps 1 to 9.
    pub fn authenticate<'a>(&self, request: &'a Request<'a>, now: UnixTime) -> Result<Authenticated<'a>, Rejection> {
        let policy = &self.policy;
        let mut headers = Headers::new(request, policy.max_headers, policy.max_header_bytes, policy.needed())?; // 1
        let mut parameters = SignatureParameters::default();
        parameters.read(headers.signature()?)?; // 2, 3
        parameters.check_algorithm()?; // 4
        let keys = self.keys.choose(parameters.key_id())?; // 5
        policy.admit(&parameters)?; // 6
        let signing_string = signing_string::of_signature(&mut headers, &parameters)?; // 7
        keys.authenticate(&signing_string, parameters.mac())?; // 8
        let times = claims::signed_times(request, &parameters)?; // 9
        times.check(now, policy.tolerance)?;
        let signed_at = times.signed_at().ok_or(Reason::DateMalformed)?;
        Ok(Authenticated { claims: Claims { request, parameters, signing_string, signed_at }, max_body_bytes: policy.max_body_bytes })
    }
}

/// Headers that are authentic and fresh; the body is still to come. It borrows the request, and may wait for a slow body; [`Self::expected`] is what a host keeps that cannot hold on to the headers.
#[derive(Clone, Debug)]
#[must_use = "the body is not verified yet: call finish"]
pub struct Authenticated<'a> {
    claims: Claims<'a>,
    max_body_bytes: u64,
}

impl<'a> Authenticated<'a> {
    /// Step 10: whether this is the body that was signed.
    ///
    /// # Errors
    /// `body_too_large`, `digest_malformed`, `digest_unsupported`, `digest_mismatch`.
    pub fn finish(self, body: Body<'_>) -> Result<Verified<'a>, Rejection> {
        self.expected().check(&body)?;
        Ok(Verified { claims: self.claims })
    }

    /// All that has to be kept to check the body later: small, and without a loan on the headers.
    #[must_use]
    pub fn expected(&self) -> ExpectedBody {
        self.claims.expected(self.max_body_bytes)
    }

    /// The largest body, in bytes: stop reading there.
    #[must_use]
    pub fn max_body_bytes(&self) -> u64 {
        self.max_body_bytes
    }
}

/// A delivery whose headers and body are authentic and fresh. There is no other way to get one than [`Authenticated::finish`].
#[derive(Clone, Debug)]
pub struct Verified<'a> {
    claims: Claims<'a>,
}

impl Verified<'_> {
    /// The delivery's id, see [`crate::delivery_id`]: use it to drop what was handled before.
    #[must_use]
    pub fn id(&self) -> String {
        self.claims.id()
    }

    /// When it was signed: the signed `Date`, else the signed `(created)`.
    #[must_use]
    pub fn signed_at(&self) -> UnixTime {
        self.claims.signed_at()
    }

    /// The keyId. It chose the key and is not itself signed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.claims.key_id()
    }

    /// The names of what was signed, in lower case and in their order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.claims.signed_headers()
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn signing_string(&self) -> &str {
        self.claims.signing_string()
    }

    /// Step 11 without the types: event and action of the body, which is hashed once more, so that it is the one that was verified.
    ///
    /// # Errors
    /// `digest_mismatch` for another body, `payload_malformed`, `event_mismatch`.
    pub fn envelope<'t>(&self, body: &'t [u8]) -> Result<Envelope<'t>, Rejection> {
        Envelope::of(self.claims.request, body, None)
    }

    /// Step 11: the typed payload of the body, which is hashed once more, so that it is the one that was verified.
    ///
    /// # Errors
    /// `digest_mismatch` for another body, `payload_malformed`, `event_mismatch`.
    #[cfg(feature = "json")]
    pub fn payload(&self, body: &[u8]) -> Result<crate::payload::Payload, Rejection> {
        self.envelope(body)?;
        crate::payload::Payload::parse(body)
    }
}

/// Builds a [`Verifier`].
///
/// ```
/// use std::time::Duration;
/// use drone_webhooks::{EXTENSION_HEADERS, Verifier};
/// let verifier = Verifier::builder()
///     .secret("the secret of today")
///     .secret("the secret of yesterday") // rotation: both are valid
///     .required_headers(EXTENSION_HEADERS)
///     .tolerance(Duration::from_secs(60))
///     .max_body_bytes(64 * 1024)
///     .build()?;
/// # let _ = verifier;
/// # Ok::<(), drone_webhooks::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "call build"]
pub struct VerifierBuilder {
    keys: Keys,
    policy: Policy,
    /// The first one, told by `build`.
    mistake: Option<ConfigError>,
}

impl VerifierBuilder {
    /// Adds a secret that is tried for every keyId without secrets of its own. Its bytes are the key; it is neither trimmed nor decoded.
    pub fn secret(self, secret: impl AsRef<[u8]>) -> Self {
        self.add(None, secret.as_ref())
    }

    /// Adds a secret for one keyId. Without any [`Self::secret`], other key ids are `key_unknown`.
    pub fn secret_for(self, key_id: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        self.add(Some(key_id.into()), secret.as_ref())
    }

    fn add(mut self, key_id: Option<String>, secret: &[u8]) -> Self {
        if let Err(mistake) = self.keys.add(key_id, secret) {
            self.mistake.get_or_insert(mistake);
        }
        self
    }

    /// Replaces the required headers, by default `date digest`. In any case; `digest`, and `date` or `(created)`, must be among them.
    pub fn required_headers<T: AsRef<str>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.policy.require(&names::join(names));
        self
    }

    /// How far the signed time and `now` may be apart, by default 300 s. Fractions of a second do not count.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.policy.tolerance = tolerance.as_secs();
        self
    }

    /// The largest body in bytes, by default 4 MiB.
    pub fn max_body_bytes(mut self, bytes: u64) -> Self {
        self.policy.max_body_bytes = bytes;
        self
    }

    /// The most bytes, names and values together, of the headers that are looked at, by default 16 KiB.
    pub fn max_header_bytes(mut self, bytes: usize) -> Self {
        self.policy.max_header_bytes = bytes;
        self
    }

    /// The most header lines, by default 256.
    pub fn max_headers(mut self, count: usize) -> Self {
        self.policy.max_headers = count;
        self
    }

    /// The verifier.
    ///
    /// # Errors
    /// No secret, an empty one, required headers below the floor, a tolerance out of range.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        if self.keys.is_empty() {
            return Err(ConfigError::NoSecret);
        }
        self.policy.check()?;
        Ok(Verifier { keys: self.keys, policy: self.policy })
    }
}
