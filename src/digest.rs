//! The `Digest` header against the body. Knows nothing of signatures: it is called when the header is authentic.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::error::Rejection;
use crate::signature::is_token;

/// How large a body may be: 4 MiB. Drone sends a few KB; a build of 60 steps makes 64 KB.
pub const DEFAULT_MAX_BODY_BYTES: u64 = 4 * 1024 * 1024;

/// The raw body as received, or what a host has made of it with its own SHA-256.
///
/// ```
/// use drone_webhooks::Body;
/// assert_eq!(Body::Bytes(b"{}").len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// The bytes from the socket: not decoded, not parsed, not trimmed.
    Bytes(&'a [u8]),
    /// Its SHA-256, for hosts that have a faster one or do not keep the body.
    Sha256 {
        /// The 32 bytes of the hash. They are no secret.
        hash: &'a [u8; 32],
        /// The body's length in bytes, for the bound.
        length: u64,
    },
}

impl Body<'_> {
    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Sha256 { length, .. } => *length,
        }
    }

    /// Whether there is no body.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Bytes(bytes) => Sha256::digest(bytes).into(),
            Self::Sha256 { hash, .. } => **hash,
        }
    }
}

/// Step 10: the bound, then the header, then the body's hash, compared in constant time.
pub(crate) fn check(header: &str, body: &Body<'_>, max_body_bytes: u64) -> Result<(), Rejection> {
    if body.len() > max_body_bytes {
        return Err(Rejection::BodyTooLarge { limit: max_body_bytes });
    }
    let expected = parse(header)?;
    if bool::from(body.sha256().ct_eq(&expected)) { Ok(()) } else { Err(Rejection::DigestMismatch) }
}

/// The value of a `Digest` header for a body, as Drone writes it.
///
/// ```
/// assert_eq!(drone_webhooks::digest_header(b""), "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
/// ```
#[must_use]
pub fn digest_header(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(Sha256::digest(body)))
}

/// `Digest = 1#instance-digest`, `instance-digest = digest-algorithm "=" <encoded digest output>` (RFC 3230, section 4.3.2):
/// a list separated by commas, of which the one SHA-256 counts.
fn parse(header: &str) -> Result<[u8; 32], Rejection> {
    let malformed = |reason| Rejection::DigestMalformed { reason };
    let mut found = None;
    for entry in header.split(',') {
        let (algorithm, value) = entry.trim_matches([' ', '\t']).split_once('=').ok_or_else(|| malformed("an entry is not algorithm=value"))?;
        if algorithm.is_empty() || !algorithm.bytes().all(is_token) {
            return Err(malformed("an entry has no algorithm"));
        }
        if !algorithm.eq_ignore_ascii_case("sha-256") {
            continue;
        }
        let hash = STANDARD.decode(value).map_err(|_| malformed("the value is not canonical base64"))?;
        let hash: [u8; 32] = hash.try_into().map_err(|_| malformed("a SHA-256 has 32 bytes"))?;
        if found.replace(hash).is_some() {
            return Err(malformed("SHA-256 is there twice"));
        }
    }
    found.ok_or(Rejection::DigestUnsupported)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[track_caller]
    fn check_code(header: &str, expected: Result<(), Code>) {
        assert_eq!(check(header, &Body::Bytes(b"{}"), 2).map_err(|refused| refused.code()), expected, "{header}");
    }

    #[test]
    fn the_one_sha_256_of_the_list_counts() {
        let good = digest_header(b"{}");
        check_code(&good, Ok(()));
        check_code(&good.replace("SHA", "sha"), Ok(()));
        check_code(&format!("MD5=abc, {good} ,SHA-512=x"), Ok(()));
        check_code(&digest_header(b"{ }"), Err(Code::DigestMismatch));
        check_code("MD5=abc", Err(Code::DigestUnsupported));
        for bad in
            [format!("{good},{good}"), format!("{good},"), String::new(), "SHA-256".to_owned(), "=a".to_owned(), "SHA-256=".to_owned(), good.replace('=', ":")]
        {
            check_code(&bad, Err(Code::DigestMalformed));
        }
    }

    #[test]
    fn the_bound_comes_first() {
        assert_eq!(check("nonsense", &Body::Bytes(b"{ }"), 2), Err(Rejection::BodyTooLarge { limit: 2 }));
        assert_eq!(check("nonsense", &Body::Sha256 { hash: &[0; 32], length: 3 }, 2), Err(Rejection::BodyTooLarge { limit: 2 }));
    }
}
