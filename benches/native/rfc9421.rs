//! The same job by the crate `httpsig`, in its own scheme: an HMAC over `date` and `content-digest`; the digest by hand.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use httpsig::prelude::message_component::HttpMessageComponent;
use httpsig::prelude::{AlgorithmName, HttpSigResult, HttpSignatureBase, HttpSignatureHeaders, SharedKey};
use sha2::{Digest, Sha256};

use crate::by_hand;
use crate::requests::Received;

/// The key for [`accepts`].
pub(crate) fn key(secret: &str) -> HttpSigResult<SharedKey> {
    SharedKey::from_base64(&AlgorithmName::HmacSha256, &BASE64_STANDARD.encode(secret))
}

/// Whether the request is accepted.
pub(crate) fn accepts(key: &SharedKey, request: &Received) -> bool {
    is_authentic(key, request).unwrap_or(false)
}

fn is_authentic(key: &SharedKey, request: &Received) -> Option<bool> {
    let (date, digest) = (request.header("date")?, request.header("content-digest")?);
    let signatures = HttpSignatureHeaders::try_parse(request.header("signature")?, request.header("signature-input")?).ok()?;
    let (_, signature) = signatures.into_iter().next()?;
    let lines = [format!("\"date\": {date}"), format!("\"content-digest\": {digest}")];
    let lines: Result<Vec<_>, _> = lines.iter().map(|line| HttpMessageComponent::try_from(line.as_str())).collect();
    // Fails unless exactly these are signed.
    let base = HttpSignatureBase::try_new(&lines.ok()?, signature.signature_params()).ok()?;
    base.verify_signature_headers(key, &signature).ok()?;
    if !by_hand::is_fresh(httpdate::parse_http_date(date).ok()?) {
        return None;
    }
    let digest = BASE64_STANDARD.decode(digest.strip_prefix("sha-256=:")?.strip_suffix(':')?).ok()?;
    Some(digest == Sha256::digest(&request.body).as_slice())
}
