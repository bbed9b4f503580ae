//! The `Digest` header against the body. Knows nothing of signatures: it is called when the header is authentic.

use sha2::{Digest as _, Sha256};

use crate::base64::{decode, encode};
use crate::equal::equal;
use crate::error::{Reason, Rejection};
use crate::names::is_token;
use crate::request::trimmed;

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
            Self::Bytes(bytes) => sha256(&[bytes]),
            Self::Sha256 { hash, .. } => **hash,
        }
    }
}

/// What step 10 compares the body with: all that has to be kept of the headers while the body is on its way.
///
/// It comes from authentic headers only, see `Authenticated::expected`.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedBody {
    /// A `Digest` that does not parse is refused when the body is there: the order of the steps is part of the contract.
    digest: Result<[u8; 32], Reason>,
    max_bytes: u64,
}

impl ExpectedBody {
    /// Parses the lines of the `Digest` header; several are one list.
    pub(crate) fn new<'a>(lines: impl Iterator<Item = &'a [u8]>, max_bytes: u64) -> Self {
        Self { digest: parse(lines), max_bytes }
    }

    /// Step 10: the bound, then the header, then the body's hash, compared in constant time.
    ///
    /// # Errors
    /// `body_too_large`, `digest_malformed`, `digest_unsupported`, `digest_mismatch`.
    pub fn check(&self, body: &Body<'_>) -> Result<(), Rejection> {
        if body.len() > self.max_bytes {
            return Err(Reason::BodyTooLarge { limit: self.max_bytes }.into());
        }
        let expected = self.digest?;
        if bool::from(equal(&body.sha256(), &expected)) { Ok(()) } else { Err(Reason::DigestMismatch.into()) }
    }

    /// The largest body, in bytes: stop reading there.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }
}

/// The hash of these parts, one after another.
#[inline(never)]
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The value of a `Digest` header for a body, as Drone writes it.
///
/// ```
/// assert_eq!(drone_webhooks::digest_header(b""), "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
/// ```
#[must_use]
pub fn digest_header(body: &[u8]) -> String {
    let mut header = "SHA-256=".to_owned();
    header.push_str(&encode(&sha256(&[body])));
    header
}

/// `Digest = 1#instance-digest`, `instance-digest = digest-algorithm "=" <encoded digest output>` (RFC 3230, section 4.3.2):
/// a list separated by commas, of which the one SHA-256 counts.
fn parse<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<[u8; 32], Reason> {
    let mut found = None;
    for line in lines {
        match line.strip_prefix(b"SHA-256=").map(decode) {
            // As Drone writes it, which is nearly always: one entry.
            Some(Ok(hash)) => keep(hash, &mut found)?,
            _ => line.split(|byte| *byte == b',').try_for_each(|entry| add(trimmed(entry), &mut found))?,
        }
    }
    found.ok_or(Reason::DigestUnsupported)
}

/// Takes an entry's hash, if its algorithm is SHA-256.
fn add(entry: &[u8], found: &mut Option<[u8; 32]>) -> Result<(), Reason> {
    let Some(value) = sha256_of(entry)? else { return Ok(()) };
    let hash = decode(value).map_err(|_| malformed("the value is not the canonical base64 of 32 bytes"))?;
    keep(hash, found)
}

fn keep(hash: [u8; 32], found: &mut Option<[u8; 32]>) -> Result<(), Reason> {
    if found.replace(hash).is_some() { Err(malformed("SHA-256 is there twice")) } else { Ok(()) }
}

/// The value of an entry, if its algorithm is SHA-256.
fn sha256_of(entry: &[u8]) -> Result<Option<&[u8]>, Reason> {
    let equals = entry.iter().position(|byte| *byte == b'=').ok_or(malformed("an entry is not algorithm=value"))?;
    let (algorithm, value) = entry.split_at_checked(equals).unwrap_or_default();
    if algorithm.is_empty() || !algorithm.iter().copied().all(is_token) {
        return Err(malformed("an entry has no algorithm"));
    }
    Ok(algorithm.eq_ignore_ascii_case(b"sha-256").then(|| value.get(1..).unwrap_or_default()))
}

fn malformed(reason: &'static str) -> Reason {
    Reason::DigestMalformed { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn expected(header: &str) -> ExpectedBody {
        ExpectedBody::new(std::iter::once(header.as_bytes()), 2)
    }

    #[track_caller]
    fn check_code(header: &str, code: Result<(), Code>) {
        assert_eq!(expected(header).check(&Body::Bytes(b"{}")).map_err(|refused| refused.code()), code, "{header}");
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
        assert_eq!(expected("nonsense").check(&Body::Bytes(b"{ }")), Err(Reason::BodyTooLarge { limit: 2 }.into()));
        assert_eq!(expected("nonsense").check(&Body::Sha256 { hash: &[0; 32], length: 3 }), Err(Reason::BodyTooLarge { limit: 2 }.into()));
    }
}
