//! A request's line and headers, borrowed; look-up without case, in the order received, within bounds. Knows no signature's grammar.

use std::borrow::Cow;

use crate::eights::{self, is_word};
use crate::error::{Excerpt, Reason, Rejection};
use crate::names::{self, REQUEST_TARGET};

/// How many headers a request may have (Node's own default is 2,000; Drone sends nine).
pub const DEFAULT_MAX_HEADERS: usize = 256;
/// How many bytes, names and values together, the headers that are looked at may have: 16 KiB, what Node and most servers allow for all of them.
pub const DEFAULT_MAX_HEADER_BYTES: usize = 16 * 1024;

/// Where the signature may be instead, behind its scheme.
const AUTHORIZATION: &str = "authorization";

/// Which of the headers that every verification looks for, again and again, it is; told when a line is taken. Several are the bits of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known(u8);

impl Known {
    const DATE: Self = Self(1);
    const DIGEST: Self = Self(2);
    const SIGNATURE: Self = Self(4);
    const AUTHORIZATION: Self = Self(8);
    const OTHER: Self = Self(16);

    fn of(name: &str) -> Self {
        let name = name.as_bytes();
        match name.len() {
            4 if is_word(name, b"date") => Self::DATE,
            6 if is_word(name, b"digest") => Self::DIGEST,
            9 if is_word(name, b"signature") => Self::SIGNATURE,
            13 if is_word(name, b"authorization") => Self::AUTHORIZATION,
            _ => Self::OTHER,
        }
    }
}

/// Headers that are looked at: their names as a list, and which of the known ones are in it.
#[derive(Clone, Debug)]
pub(crate) struct Sought<'l> {
    list: Cow<'l, str>,
    known: Known,
}

impl<'l> Sought<'l> {
    pub(crate) const NONE: Self = Self { list: Cow::Borrowed(""), known: Known(0) };

    pub(crate) fn of(list: impl Into<Cow<'l, str>>) -> Self {
        let list = list.into();
        let known = names::iter(&list).fold(0, |known, name| known | Known::of(name).0);
        Self { list, known: Known(known) }
    }

    /// The same, borrowed.
    pub(crate) fn borrowed(&self) -> Sought<'_> {
        Sought { list: Cow::Borrowed(&self.list), known: self.known }
    }

    /// The names.
    pub(crate) fn list(&self) -> &str {
        &self.list
    }

    /// How the list has a name, if it is there in any case.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        names::iter(&self.list).find(|sought| sought.eq_ignore_ascii_case(name))
    }

    #[inline]
    fn has(&self, line: &Line<'_>) -> bool {
        self.known.0 & line.known.0 != 0 && (line.known != Known::OTHER || self.find(line.name).is_some())
    }
}

/// One header line.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    known: Known,
    name: &'a str,
    value: &'a [u8],
    /// Where it begins in [`Request::text`]; the largest number where it is not from there.
    at: usize,
}

impl<'a> Line<'a> {
    fn new((name, value): (&'a str, &'a [u8])) -> Self {
        Self { known: Known::of(name), name, value, at: usize::MAX }
    }

    /// Where it ends in the text, if it stands there as it is signed.
    #[inline]
    fn end(&self) -> Option<usize> {
        let value = self.value.strip_prefix(b" ")?;
        (trimmed(value).len() == value.len()).then_some(self.at.wrapping_add(self.name.len()).wrapping_add(": ".len()).wrapping_add(value.len()))
    }
}

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
    headers: Vec<Line<'a>>,
    header_count: usize,
    /// In which the lines stand, where a host has put them into one.
    text: &'a [u8],
}

impl<'a> Request<'a> {
    /// A request with these header lines, in the order received; names in any case.
    pub fn new(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self { headers: headers.into_iter().map(Line::new).collect(), ..Self::default() }
    }

    /// A request whose header lines stand in a host's text, `name: value` and one LF between two of them; [`Self::add_line`] says where.
    #[cfg(any(test, all(target_arch = "wasm32", any(feature = "js", feature = "js-explain"))))]
    pub(crate) fn in_text(text: &'a [u8]) -> Self {
        Self { text, headers: Vec::with_capacity(4), ..Self::default() }
    }

    /// One more header line, which begins there in the text.
    #[cfg(any(test, all(target_arch = "wasm32", any(feature = "js", feature = "js-explain"))))]
    pub(crate) fn add_line(&mut self, at: usize, name: &'a str, value: &'a [u8]) {
        self.headers.push(Line { at, ..Line::new((name, value)) });
    }

    /// One more header line, after those that are there.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: &'a [u8]) -> Self {
        self.headers.push(Line::new((name, value)));
        self
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
        self.header_count = count;
        self
    }

    /// The values of `Date`.
    pub(crate) fn dates(&self) -> Values<'_, 'a> {
        Values { headers: self.headers.iter(), known: Known::DATE, name: "" }
    }

    /// The values of `Digest`.
    pub(crate) fn digests(&self) -> Values<'_, 'a> {
        Values { headers: self.headers.iter(), known: Known::DIGEST, name: "" }
    }

    /// The values of a header in the order received, SP and HTAB trimmed, nothing else.
    pub(crate) fn values<'r>(&'r self, name: &'r str) -> Values<'r, 'a> {
        Values { headers: self.headers.iter(), known: Known::of(name), name }
    }

    /// Step 2: the one signature, from `Signature` or `Authorization: Signature`; [`crate::SignatureParameters::parse`] reads it.
    ///
    /// # Errors
    /// `signature_missing`, `signature_duplicated`, `header_malformed`.
    pub fn signature(&self) -> Result<&'a str, Rejection> {
        let value = self.one_signature()?;
        if is_field_text(value) { text_of("signature", value) } else { Err(malformed("signature")) }
    }

    /// The one signature, which may hold anything.
    fn one_signature(&self) -> Result<&'a [u8], Rejection> {
        let mut found = None;
        for line in &self.headers {
            let value = match line.known {
                Known::SIGNATURE => trimmed(line.value),
                Known::AUTHORIZATION => match signature_scheme(trimmed(line.value)) {
                    Some(value) => value,
                    None => continue,
                },
                _ => continue,
            };
            if found.replace(value).is_some() {
                return Err(Reason::SignatureDuplicated { what: "the signature" }.into());
            }
        }
        Ok(found.ok_or(Reason::SignatureMissing)?)
    }
}

/// What only a diagnosis wants to know.
#[cfg(feature = "explain")]
impl<'a> Request<'a> {
    /// Every header line that was handed over.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.headers.iter().map(|line| (line.name, line.value))
    }

    /// How many header lines the request had.
    pub(crate) fn line_count(&self) -> usize {
        self.header_count.max(self.headers.len())
    }

    /// The method, as it was given.
    pub(crate) fn given_method(&self) -> Option<&'a str> {
        self.method
    }

    /// The same request line with other headers.
    pub(crate) fn with_lines<'l>(&self, lines: impl IntoIterator<Item = (&'l str, &'l [u8])>) -> Request<'l>
    where
        'a: 'l,
    {
        Request { method: self.method, target: self.target, header_count: self.header_count, ..Request::new(lines) }
    }
}

/// The trimmed values of one header.
pub(crate) struct Values<'r, 'a> {
    headers: std::slice::Iter<'r, Line<'a>>,
    known: Known,
    name: &'r str,
}

impl<'a> Iterator for Values<'_, 'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (known, name) = (self.known, self.name);
        let line = self.headers.find(|line| line.known == known && (known != Known::OTHER || line.name.eq_ignore_ascii_case(name)))?;
        Some(trimmed(line.value))
    }
}

/// What a verification has looked at so far: each header is counted and checked before it is used.
pub(crate) struct Headers<'r, 'a> {
    request: &'r Request<'a>,
    max_bytes: usize,
    left: usize,
    /// What was counted before, or is not taken from the request.
    counted: Sought<'r>,
}

impl<'r, 'a> Headers<'r, 'a> {
    /// Step 1, the number of headers, and those that are looked at in every request.
    pub(crate) fn new(request: &'r Request<'a>, max_headers: usize, max_bytes: usize, needed: Sought<'r>) -> Result<Self, Rejection> {
        if request.header_count.max(request.headers.len()) > max_headers {
            return Err(Reason::HeadersTooLarge { bounded: "headers", limit: max_headers }.into());
        }
        let mut headers = Self { request, max_bytes, left: max_bytes, counted: Sought::NONE };
        headers.look_at(&needed, false)?;
        headers.counted = needed;
        Ok(headers)
    }

    /// For a signer: within the default bounds; `given` is not taken from the request.
    pub(crate) fn to_sign(request: &'r Request<'a>, given: &'r str) -> Result<Self, Rejection> {
        Ok(Self { counted: Sought::of(given), ..Self::new(request, DEFAULT_MAX_HEADERS, DEFAULT_MAX_HEADER_BYTES, Sought::NONE)? })
    }

    /// Step 7: these names are signed.
    pub(crate) fn need(&mut self, list: &str) -> Result<(), Rejection> {
        // As nearly always, these are the headers that the policy requires, and were looked at before.
        let required = self.counted.list.strip_suffix(list).is_some_and(|before| before.ends_with(' '));
        if required && !names::contains(list, AUTHORIZATION) { Ok(()) } else { self.look_at(&Sought::of(list), true) }
    }

    /// Each line is counted once, and all are counted before the first that is malformed is told. Another scheme in `Authorization` may hold anything, unless it is signed.
    fn look_at(&mut self, sought: &Sought<'_>, signed: bool) -> Result<(), Rejection> {
        let mut wrong = None;
        for line in &self.request.headers {
            if !sought.has(line) {
                continue;
            }
            let value = trimmed(line.value);
            let other_scheme = line.known == Known::AUTHORIZATION && signature_scheme(value).is_none();
            let left_out = if other_scheme { !signed } else { self.counted.has(line) };
            if left_out {
                continue;
            }
            self.spend(line.name.len().saturating_add(value.len()))?;
            if wrong.is_none() && !is_field_text(value) {
                wrong = sought.find(line.name);
            }
        }
        wrong.map_or(Ok(()), |name| Err(malformed(name)))
    }

    /// Adds method in lower case and path with its query, as draft-cavage-http-signatures-12, section 2.3, has them; `false` without any. Counted like a header;
    /// spaces and controls in it would let one part pose as the other.
    pub(crate) fn append_request_target(&mut self, text: &mut Vec<u8>) -> Result<bool, Rejection> {
        let (Some(method), Some(target)) = (self.request.method, self.request.target) else { return Ok(false) };
        let (slash, path) = path_and_query(target);
        self.spend(method.len().saturating_add(slash.len()).saturating_add(path.len()))?;
        if method.is_empty() || !(graphic(method) && graphic(path)) {
            return Err(malformed(REQUEST_TARGET));
        }
        append(text, method.to_ascii_lowercase().as_bytes());
        append(text, b" ");
        append(text, slash.as_bytes());
        append(text, path.as_bytes());
        Ok(true)
    }

    /// Step 2, for headers that were looked at.
    pub(crate) fn signature(&self) -> Result<&'a str, Rejection> {
        text_of("signature", self.request.one_signature()?)
    }

    /// Adds the values of a header that [`Self::need`] has checked, joined as draft-cavage-http-signatures-12, section 2.3, says; `false` without any.
    pub(crate) fn append(&self, name: &str, text: &mut Vec<u8>) -> bool {
        let mut found = false;
        for value in self.request.values(name) {
            if found {
                append(text, b", ");
            }
            debug_assert!(value.is_ascii(), "only what was looked at is signed");
            append(text, value);
            found = true;
        }
        found
    }

    /// The signing string of these names, where it stands in the host's text already: lines as they are signed, one behind the other. `None` where it has to be put together.
    pub(crate) fn signing_string_in_text(&self, list: &str) -> Option<&'a [u8]> {
        let Request { text, headers, .. } = self.request;
        if text.is_empty() {
            return None;
        }
        let mut names = names::iter(list);
        let first = names.next()?;
        let mut lines = headers.get(headers.iter().position(|line| line.name == first)?..)?.iter();
        let line = lines.next()?;
        let (start, mut end, mut signed) = (line.at, line.end()?, line.known.0);
        for name in names {
            let line = lines.next().filter(|line| line.name == name && line.at == end.wrapping_add(1) && signed & line.known.0 == 0)?;
            end = line.end()?;
            signed |= line.known.0;
        }
        // A bit for each signed name: as many lines as bits, so none of them is there twice, in whatever case.
        let count = headers.iter().filter(|line| line.known.0 & signed != 0).count();
        if count == usize::try_from(signed.count_ones()).ok()? { text.get(start..end) } else { None }
    }

    #[inline]
    fn spend(&mut self, bytes: usize) -> Result<(), Rejection> {
        let limit = self.max_bytes;
        self.left = self.left.checked_sub(bytes).ok_or(Reason::HeadersTooLarge { bounded: "bytes in the headers that are looked at", limit })?;
        Ok(())
    }
}

fn graphic(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What follows the scheme `Signature` (in any case), or `None` for another scheme.
fn signature_scheme(value: &[u8]) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"signature";
    let (scheme, rest) = value.split_at_checked(SCHEME.len())?;
    let ends = rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    (ends && scheme.eq_ignore_ascii_case(SCHEME)).then(|| trimmed(rest))
}

#[inline]
fn text_of<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, Rejection> {
    core::str::from_utf8(value).map_err(|_| malformed(name))
}

#[cold]
#[inline(never)]
fn malformed(name: &str) -> Rejection {
    Reason::HeaderMalformed { header: Excerpt::new(name) }.into()
}

/// Whether all bytes are ASCII, and none is CR, LF or NUL.
fn is_field_text(value: &[u8]) -> bool {
    eights::are_printable(value) || value.iter().all(|byte| byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0))
}

/// Adds bytes to a text. Where it is used it would be 0.1 KB more of the WebAssembly module.
#[inline(never)]
pub(crate) fn append(text: &mut Vec<u8>, bytes: &[u8]) {
    text.extend_from_slice(bytes);
}

pub(crate) fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The path and query of a target or of a whole URL, without the fragment, which is never sent; before it the slash that a URL may leave out.
fn path_and_query(target: &str) -> (&'static str, &str) {
    let (target, _) = split_at_either(target, b'#', b'#');
    let (_, rest) = split_at_either(target, b':', b':');
    match rest.strip_prefix("://") {
        Some(rest) if !target.starts_with('/') => {
            let (_, path) = split_at_either(rest, b'/', b'?');
            (if path.starts_with('/') { "" } else { "/" }, path)
        }
        _ => ("", target),
    }
}

/// What comes before the first of these, and the rest with it.
fn split_at_either(text: &str, one: u8, other: u8) -> (&str, &str) {
    let end = text.bytes().position(|byte| byte == one || byte == other).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn path(target: &str, expected: &str) {
        let (slash, path) = path_and_query(target);
        assert_eq!([slash, path].concat(), expected);
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
    fn no_byte_in_any_place_is_overlooked() {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut value = vec![b'a'; length];
                    value[place] = byte;
                    assert_eq!(is_field_text(&value), byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0), "{byte} at {place} of {length}");
                }
            }
        }
        assert!(is_field_text(b"\x01\x0b\x0c\x0e\x7f\t \x1f\x01\x7f"));
    }

    #[test]
    fn only_spaces_and_tabs_are_trimmed() {
        assert_eq!(trimmed(b" \t a b\t "), b"a b");
        assert_eq!(trimmed(b"\x0ba\x0c"), b"\x0ba\x0c");
        assert_eq!(trimmed(b" \t"), b"");
    }
}
