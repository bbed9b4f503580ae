//! What a request says of itself: who signed, when, what, and its id. Knows no keys; authentic only inside a `Verified`.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::digest::{self, Body};
use crate::error::Rejection;
use crate::event::Envelope;
use crate::freshness::{SignedTimes, parse_date};
use crate::request::{Headers, Request};
use crate::signature::{CREATED, EXPIRES, SignatureParameters};
use crate::signing_string;
use crate::time::UnixTime;

/// What makes a delivery's id no hash of anything else.
const ID_DOMAIN: &str = "drone-webhooks/delivery-id/v1\n";

/// What the headers say. By itself it proves nothing: it is for hosts that keep the text of headers which a verifier has authenticated, and for diagnosis.
///
/// ```
/// use drone_webhooks::{Claims, Request};
/// let claims = Claims::read(&Request::new([
///     ("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice()),
///     ("Digest", b"SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ=".as_slice()),
///     ("Signature", br#"keyId="hmac-key",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest""#.as_slice()),
/// ]))?;
/// assert_eq!(claims.key_id(), "hmac-key");
/// # Ok::<(), drone_webhooks::Rejection>(())
/// ```
#[derive(Clone, Debug)]
pub struct Claims {
    signing_string: String,
    digest: String,
    key_id: String,
    signed_headers: Vec<String>,
    signed_at: UnixTime,
    event_header: Option<String>,
}

impl Claims {
    /// Reads the claims of headers of any size. It does not ask whether they are authentic: `Verifier::authenticate` does.
    ///
    /// # Errors
    /// Those of the headers' form: `signature_missing`, `signature_duplicated`, `signature_malformed`, `header_missing`, `header_malformed`, `date_malformed`.
    pub fn read(request: &Request<'_>) -> Result<Self, Rejection> {
        let mut headers = Headers::new(request, usize::MAX, usize::MAX)?;
        let parameters = SignatureParameters::parse(request.signature()?)?;
        let signing_string = signing_string::of_signature(&mut headers, &parameters)?;
        let times = signed_times(&headers, &parameters)?;
        Self::new(&headers, parameters, signing_string, &times)
    }

    pub(crate) fn new(headers: &Headers<'_, '_>, parameters: SignatureParameters<'_>, signing_string: String, times: &SignedTimes) -> Result<Self, Rejection> {
        Ok(Self {
            signing_string,
            digest: headers.joined("digest")?.unwrap_or_default(),
            signed_headers: parameters.signed_headers().map(str::to_owned).collect(),
            key_id: Cow::into_owned(parameters.key_id),
            signed_at: times.signed_at().ok_or(Rejection::DateMalformed)?,
            event_header: headers.compared("x-drone-event"),
        })
    }

    /// The delivery's id, see [`delivery_id`].
    #[must_use]
    pub fn id(&self) -> String {
        delivery_id(&self.signing_string)
    }

    /// When it was signed: the signed `Date`, else the signed `(created)`.
    #[must_use]
    pub fn signed_at(&self) -> UnixTime {
        self.signed_at
    }

    /// The keyId. It chooses the key and is not itself signed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The names of what was signed, in lower case and in their order.
    #[must_use]
    pub fn signed_headers(&self) -> &[String] {
        &self.signed_headers
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn signing_string(&self) -> &str {
        &self.signing_string
    }

    /// The `Digest` header's value.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Step 11 but for the types: event and action of the body, which is compared with the digest once more. `hash` is the body's SHA-256 where the host has made it.
    ///
    /// # Errors
    /// Those of step 10 but for the bound, `payload_malformed`, `event_mismatch`.
    pub fn envelope(&self, body: &[u8], hash: Option<&[u8; 32]>) -> Result<Envelope, Rejection> {
        let digested = hash.map_or(Body::Bytes(body), |hash| Body::Sha256 { hash, length: 0 });
        digest::check(&self.digest, &digested, u64::MAX)?;
        let envelope = Envelope::read(body)?;
        envelope.check(self.event_header.as_deref())?;
        Ok(envelope)
    }
}

/// The times of step 9: what the signature covers, and nothing else.
pub(crate) fn signed_times(headers: &Headers<'_, '_>, parameters: &SignatureParameters<'_>) -> Result<SignedTimes, Rejection> {
    let date = if parameters.signs("date") { headers.joined("date")? } else { None };
    Ok(SignedTimes {
        date: date.as_deref().map(parse_date).transpose()?,
        created: parameters.created().filter(|_| parameters.signs(CREATED)),
        expires: parameters.expires().filter(|_| parameters.signs(EXPIRES)),
    })
}

/// The id of a delivery by its signing string: the same for the same request, on every host. Key id, algorithm and unknown parameters are not signed and do not count.
///
/// ```
/// assert_eq!(drone_webhooks::delivery_id("date: x").len(), 64);
/// ```
#[must_use]
pub fn delivery_id(signing_string: &str) -> String {
    let hash = Sha256::new().chain_update(ID_DOMAIN).chain_update(signing_string).finalize();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    hash.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}
