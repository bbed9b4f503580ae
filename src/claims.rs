//! What a request says of itself: who signed, when, what, and its id. Knows no keys; authentic only inside a `Verified`.

use std::borrow::Cow;

use crate::digest::{ExpectedBody, sha256};
use crate::error::{Reason, Rejection};
use crate::freshness::{SignedTimes, parse_date};
use crate::names::{CREATED, EXPIRES};
use crate::request::{Headers, Request, Sought};
use crate::signature::SignatureParameters;
use crate::signing_string;
use crate::time::UnixTime;

/// What makes a delivery's id no hash of anything else.
const ID_DOMAIN: &str = "drone-webhooks/delivery-id/v1\n";

/// What the headers say. By itself it proves nothing: it is for hosts that keep the text of headers which a verifier has authenticated, and for diagnosis.
///
/// ```
/// use drone_webhooks::{Claims, Request};
/// let request = Request::new([
///     ("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice()),
///     ("Digest", b"SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ=".as_slice()),
///     ("Signature", br#"keyId="hmac-key",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest""#.as_slice()),
/// ]);
/// let claims = Claims::read(&request)?;
/// assert_eq!(claims.key_id(), "hmac-key");
/// # Ok::<(), drone_webhooks::Rejection>(())
/// ```
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) parameters: SignatureParameters<'a>,
    pub(crate) signing_string: Cow<'a, [u8]>,
    pub(crate) signed_at: UnixTime,
}

impl<'a> Claims<'a> {
    /// Reads the claims of headers of any size. It does not ask whether they are authentic: `Verifier::authenticate` does.
    ///
    /// # Errors
    /// Those of the headers' form: `signature_missing`, `signature_duplicated`, `signature_malformed`, `header_missing`, `header_malformed`, `date_malformed`.
    pub fn read(request: &'a Request<'a>) -> Result<Self, Rejection> {
        let mut headers = Headers::new(request, usize::MAX, usize::MAX, Sought::NONE)?;
        let parameters = SignatureParameters::parse(request.signature()?)?;
        let signing_string = signing_string::of_signature(&mut headers, &parameters)?;
        let signed_at = signed_times(request, &parameters)?.signed_at().ok_or(Reason::DateMalformed)?;
        Ok(Self { request, parameters, signing_string, signed_at })
    }

    /// The delivery's id, see [`delivery_id`].
    #[must_use]
    pub fn id(&self) -> String {
        delivery_id(self.signing_string())
    }

    /// When it was signed: the signed `Date`, else the signed `(created)`.
    #[must_use]
    pub fn signed_at(&self) -> UnixTime {
        self.signed_at
    }

    /// The keyId. It chooses the key and is not itself signed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.parameters.key_id()
    }

    /// The names of what was signed, in lower case and in their order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.parameters.signed_headers()
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn signing_string(&self) -> &str {
        // All of it was checked to be ASCII.
        str::from_utf8(&self.signing_string).unwrap_or_default()
    }

    /// What step 10 compares a body of at most `max_bytes` with.
    #[must_use]
    pub fn expected(&self, max_bytes: u64) -> ExpectedBody {
        ExpectedBody::new(self.request.digests(), max_bytes)
    }
}

/// The times of step 9: what the signature covers, and nothing else.
pub(crate) fn signed_times(request: &Request<'_>, parameters: &SignatureParameters<'_>) -> Result<SignedTimes, Rejection> {
    let date = if parameters.signs("date") { Some(date(request)?) } else { None };
    Ok(SignedTimes {
        date,
        created: parameters.created().filter(|_| parameters.signs(CREATED)),
        expires: parameters.expires().filter(|_| parameters.signs(EXPIRES)),
    })
}

/// The one `Date`: several lines are one joined by commas, which no date is.
fn date(request: &Request<'_>) -> Result<UnixTime, Rejection> {
    let mut lines = request.dates();
    match (lines.next(), lines.next()) {
        (Some(line), None) => parse_date(line),
        _ => Err(Reason::DateMalformed.into()),
    }
}

/// The id of a delivery by its signing string: the same for the same request, on every host. Key id, algorithm and unknown parameters are not signed and do not count.
///
/// ```
/// assert_eq!(drone_webhooks::delivery_id("date: x").len(), 64);
/// ```
#[must_use]
pub fn delivery_id(signing_string: &str) -> String {
    let hash = sha256(&[ID_DOMAIN.as_bytes(), signing_string.as_bytes()]);
    let mut id = String::with_capacity(64);
    for byte in hash {
        for nibble in [byte >> 4, byte & 15] {
            id.push(char::from_digit(u32::from(nibble), 16).unwrap_or_default());
        }
    }
    id
}
