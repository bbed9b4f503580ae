//! A request's line and headers, borrowed; look-up without case, in the order received, within bounds. Knows no signature's grammar.

use crate::error::Rejection;

/// How many headers a request may have (Node's own default is 2,000; Drone sends nine).
pub const DEFAULT_MAX_HEADERS: usize = 256;
/// How many bytes, names and values together, the headers that are looked at may have: 16 KiB, what Node and most servers allow for all of them.
pub const DEFAULT_MAX_HEADER_BYTES: usize = 16 * 1024;

/// What was received before the body: headers and, for signatures over `(request-target)`, the request line.
///
/// Nothing here is believed. Values are bytes, because a sender may write anything.
///
/// ```
/// use drone_webhooks::Request;
/// let request = Request::new([("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice())])
///     .method("POST")
///     .target("/hook?tenant=a");
/// # let _ = request;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    method: Option<&'a str>,
    target: Option<&'a str>,
    headers: Vec<(&'a str, &'a [u8])>,
    header_count: Option<usize>,
}

impl<'a> Request<'a> {
    /// A request with these header lines, in the order received; names in any case.
    pub fn new(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self { headers: headers.into_iter().collect(), ..Self::default() }
    }

    /// The method, for signatures over `(request-target)`.
    #[must_use]
    pub fn method(mut self, method: &'a str) -> Self {
        self.method = Some(method);
        self
    }

    /// The request's target as received, `/path?query`, or a whole URL of which that part is taken; for signatures over `(request-target)`.
    #[must_use]
    pub fn target(mut self, target: &'a str) -> Self {
        self.target = Some(target);
        self
    }

    /// How many header lines the request had, where the host passed on only some of them.
    #[must_use]
    pub fn header_count(mut self, count: usize) -> Self {
        self.header_count = Some(count);
        self
    }

    /// The same request with these values in place of those of the same names.
    pub(crate) fn with_values(&self, values: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut request = self.clone();
        for (name, value) in values {
            request.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            request.headers.push((name, value));
        }
        request
    }

    /// The values of a header in the order received, SP and HTAB trimmed, nothing else.
    pub(crate) fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'a [u8]> + 'r {
        self.headers.iter().filter(move |(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| trimmed(value))
    }

    /// Step 2: the one signature, from `Signature` or `Authorization: Signature`.
    pub(crate) fn signature(&self) -> Result<&'a str, Rejection> {
        let bare = self.values("signature");
        let authorization = self.values("authorization").filter_map(signature_scheme);
        let mut all = bare.chain(authorization);
        let first = all.next().ok_or(Rejection::SignatureMissing)?;
        if all.next().is_some() {
            return Err(Rejection::SignatureDuplicated { what: "the signature" });
        }
        ascii("signature", first)
    }

    /// The method and the path with its query, as draft-cavage-http-signatures-12, section 2.3, has them in `(request-target)`.
    pub(crate) fn request_target(&self) -> Option<(&'a str, String)> {
        Some((self.method?, path_and_query(self.target?)))
    }
}

/// What a verification has looked at so far: each header is counted and checked before it is used.
pub(crate) struct Headers<'r, 'a> {
    request: &'r Request<'a>,
    max_bytes: usize,
    left: usize,
    seen: Vec<String>,
}

impl<'r, 'a> Headers<'r, 'a> {
    /// Step 1, the number of headers.
    pub(crate) fn new(request: &'r Request<'a>, max_headers: usize, max_bytes: usize) -> Result<Self, Rejection> {
        if request.header_count.unwrap_or(request.headers.len()).max(request.headers.len()) > max_headers {
            return Err(Rejection::HeadersTooLarge { bounded: "headers", limit: max_headers });
        }
        Ok(Self { request, max_bytes, left: max_bytes, seen: Vec::with_capacity(4) })
    }

    /// Steps 1 and 7: these names are needed. Their bytes are counted first, then checked; a name is counted once.
    pub(crate) fn need<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) -> Result<(), Rejection> {
        let fresh: Vec<&str> = names.filter(|name| !self.seen.iter().any(|seen| seen == name)).collect();
        for &name in &fresh {
            for bytes in lines(self.request, name) {
                self.spend(name.len().saturating_add(bytes.len()))?;
            }
        }
        for &name in &fresh {
            for bytes in lines(self.request, name) {
                ascii(name, bytes)?;
            }
        }
        self.seen.extend(fresh.into_iter().map(str::to_owned));
        Ok(())
    }

    /// The request line, counted like a header. Spaces and controls in it would let one part pose as the other.
    pub(crate) fn request_target(&mut self) -> Result<(&'a str, String), Rejection> {
        const NAME: &str = "(request-target)";
        let (method, target) = self.request.request_target().ok_or_else(|| Rejection::HeaderMissing { header: NAME.to_owned() })?;
        self.spend(method.len().saturating_add(target.len()))?;
        if method.is_empty() || !method.bytes().chain(target.bytes()).all(|byte| byte.is_ascii_graphic()) {
            return Err(Rejection::HeaderMalformed { header: NAME.to_owned() });
        }
        Ok((method, target))
    }

    /// The values of a header that [`Self::need`] has checked, joined as draft-cavage-http-signatures-12, section 2.3, says; `None` without any.
    pub(crate) fn joined(&self, name: &str) -> Result<Option<String>, Rejection> {
        let mut joined: Option<String> = None;
        for value in self.request.values(name) {
            let value = ascii(name, value)?;
            match &mut joined {
                None => joined = Some(value.to_owned()),
                Some(text) => {
                    text.push_str(", ");
                    text.push_str(value);
                }
            }
        }
        Ok(joined)
    }

    /// A header that is only ever compared, and may hold anything: bytes that are no UTF-8 become U+FFFD, which equals nothing that was signed as ASCII.
    pub(crate) fn compared(&self, name: &str) -> Option<String> {
        let mut values = self.request.values(name).map(String::from_utf8_lossy);
        let mut joined = values.next()?.into_owned();
        for value in values {
            joined.push_str(", ");
            joined.push_str(&value);
        }
        Some(joined)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Rejection> {
        let limit = self.max_bytes;
        self.left = self.left.checked_sub(bytes).ok_or(Rejection::HeadersTooLarge { bounded: "bytes in the headers that are looked at", limit })?;
        Ok(())
    }
}

/// The lines of a header that count: `Authorization` only where it carries a signature, other schemes may hold anything.
fn lines<'r, 'a>(request: &'r Request<'a>, name: &'r str) -> impl Iterator<Item = &'a [u8]> + 'r {
    request.values(name).filter(move |value| name != "authorization" || signature_scheme(value).is_some())
}

/// What follows the scheme `Signature` (in any case), or `None` for another scheme.
fn signature_scheme(value: &[u8]) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"signature";
    let (scheme, rest) = value.split_at_checked(SCHEME.len())?;
    let ends = rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    (ends && scheme.eq_ignore_ascii_case(SCHEME)).then(|| trimmed(rest))
}

fn ascii<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, Rejection> {
    let malformed = || Rejection::HeaderMalformed { header: name.to_owned() };
    if value.iter().any(|byte| !byte.is_ascii() || matches!(byte, b'\r' | b'\n' | 0)) {
        return Err(malformed());
    }
    core::str::from_utf8(value).map_err(|_| malformed())
}

fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The path and query of a target or of a whole URL, without the fragment, which is never sent.
fn path_and_query(target: &str) -> String {
    let target = target.split_once('#').map_or(target, |(before, _)| before);
    if target.starts_with('/') {
        return target.to_owned();
    }
    let Some((_, rest)) = target.split_once("://") else { return target.to_owned() };
    match rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)) {
        None => "/".to_owned(),
        Some((_, path)) if path.starts_with('/') => path.to_owned(),
        Some((_, query)) => format!("/{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn path(target: &str, expected: &str) {
        assert_eq!(path_and_query(target), expected);
    }

    #[test]
    fn a_target_is_the_path_with_its_query() {
        path("/hook", "/hook");
        path("/hook?a=b#c", "/hook?a=b");
        path("https://example.com/hook?a=http://x/y", "/hook?a=http://x/y");
        path("https://example.com", "/");
        path("https://example.com?a=b", "/?a=b");
        path("/a://b", "/a://b");
        path("*", "*");
    }

    #[test]
    fn only_the_scheme_signature_counts_in_authorization() {
        assert_eq!(signature_scheme(b"Signature a=b"), Some(b"a=b".as_slice()));
        assert_eq!(signature_scheme(b"sIGNATURE\ta=b "), Some(b"a=b".as_slice()));
        assert_eq!(signature_scheme(b"Signature"), Some(b"".as_slice()));
        assert_eq!(signature_scheme(b"Signatures a=b"), None);
        assert_eq!(signature_scheme(b"Basic Signature"), None);
        assert_eq!(signature_scheme(b""), None);
    }

    #[test]
    fn only_spaces_and_tabs_are_trimmed() {
        assert_eq!(trimmed(b" \t a b\t "), b"a b");
        assert_eq!(trimmed(b"\x0ba\x0c"), b"\x0ba\x0c");
        assert_eq!(trimmed(b" \t"), b"");
    }
}
