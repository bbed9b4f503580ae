//! Why the body is not the one that was signed: what editors, parsers and proxies make of bytes. Each is undone, then two and three together, and named when the
//! digest then fits.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::cause::{Cause, CauseCode};
use super::reprint::{Differences, Style, reprint};
use super::text::shown;
use super::undo::{encoded, from_utf_16, latin_1, windows_1252, with_crlf, with_line_feeds};
use super::way::without_typography;
use crate::digest::{Body, ExpectedBody};
use crate::request::Request;

/// How many bytes are written and hashed in search of a cause, in all: a body of 5 MB that has all that can be undone takes about as many, and half a second in
/// WebAssembly. Of larger ones less is tried.
const SPENT: usize = 96 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

type Fault = (CauseCode, Cow<'static, str>);

/// A body as it may have been before, and what was undone for it.
struct Version<'v> {
    bytes: Cow<'v, [u8]>,
    undone: Vec<Fault>,
}

impl<'v> Version<'v> {
    /// This one with one more thing undone.
    fn then<'n>(&self, bytes: impl Into<Cow<'n, [u8]>>, code: CauseCode, evidence: impl Into<Cow<'static, str>>) -> Version<'n> {
        let mut undone = self.undone.clone();
        undone.push((code, evidence.into()));
        Version { bytes: bytes.into(), undone }
    }

    fn without_mark(self) -> Self {
        let Some(rest) = self.bytes.strip_prefix(BYTE_ORDER_MARK) else { return self };
        let mut undone = self.undone;
        undone.push((CauseCode::BodyBom, "the digest fits without the bytes EF BB BF at the start".into()));
        let length = rest.len();
        let bytes: Cow<'v, [u8]> = match self.bytes {
            Cow::Borrowed(bytes) => bytes.get(bytes.len().saturating_sub(length)..).unwrap_or_default().into(),
            Cow::Owned(mut bytes) => {
                bytes.drain(..BYTE_ORDER_MARK.len());
                bytes.into()
            }
        };
        Version { bytes, undone }
    }

    fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }
}

/// A body whose digest does not fit.
pub(super) struct Search<'s> {
    expected: ExpectedBody,
    body: &'s [u8],
    left: usize,
}

impl<'s> Search<'s> {
    pub(super) fn new(request: &Request<'_>, body: &'s [u8]) -> Self {
        Self { expected: ExpectedBody::new(request.digests(), u64::MAX), body, left: SPENT }
    }

    /// The smallest change first; all of several.
    pub(super) fn explain(&mut self) -> Vec<Cause> {
        if !self.can_be_found() {
            return Vec::new();
        }
        let mut found = self.search().unwrap_or_default();
        if found.len() > 1 {
            for (_, evidence) in &mut found {
                evidence.to_mut().push_str(", once the other causes of the body are gone too");
            }
        }
        found.into_iter().map(|(code, evidence)| code.shown_by(evidence)).collect()
    }

    #[inline(never)]
    fn search(&mut self) -> Option<Vec<Fault>> {
        let received = Version { bytes: self.body.into(), undone: Vec::new() };
        if let Some(found) = self.fits(&received) {
            return Some(found);
        }
        let base = received.without_mark();
        if let Some(found) = base.undone.first().and_then(|_| self.fits(&base)).or_else(|| self.line_ends(&base)).or_else(|| self.escaped_line_ends(&base)) {
            return Some(found);
        }
        let decoded: Vec<_> = self.decoded(&base).into_iter().map(Version::without_mark).collect();
        let mut found = decoded.iter().find_map(|version| self.fits(version));
        found = found.or_else(|| decoded.iter().find_map(|version| self.line_ends(version).or_else(|| self.escaped_line_ends(version))));
        found.or_else(|| self.quotes(&base)).or_else(|| self.printed(&base)).or_else(|| decoded.iter().find_map(|version| self.printed(version)))
    }

    /// For a body that a parser has made an object of: `body` is what the host prints for it.
    pub(super) fn explain_parsed(&mut self) -> Option<Cause> {
        if !self.can_be_found() {
            return None;
        }
        if self.spend(self.body.len()) && self.is_hash(Sha256::new_with_prefix(self.body)) {
            return Some(CauseCode::BodyReserialized.shown_by("a parser has run: the object that it made, printed, is the body that was signed, by chance"));
        }
        let (code, evidence) = self.printed(&Version { bytes: self.body.into(), undone: Vec::new() })?.pop()?;
        Some(code.shown_by(evidence))
    }

    /// Without one SHA-256 in `Digest` nothing fits.
    fn can_be_found(&self) -> bool {
        let nothing = self.expected.check(&Body::Sha256 { hash: &[0; 32], length: 0 });
        nothing.is_err_and(|refused| refused.code() == crate::error::Code::DigestMismatch)
    }

    /// Takes from what may be spent; `false` where it is too much.
    fn spend(&mut self, length: usize) -> bool {
        let left = self.left.checked_sub(length);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    fn is_hash(&self, hash: Sha256) -> bool {
        self.expected.check(&Body::Sha256 { hash: &hash.finalize().into(), length: 0 }).is_ok()
    }

    /// Whether it is the body that was signed, also with a line end behind it that was added or lost besides. What stands before the end is hashed once.
    fn fits(&mut self, version: &Version<'_>) -> Option<Vec<Fault>> {
        let before = version.bytes.trim_ascii_end();
        let end = version.bytes.get(before.len()..).unwrap_or_default();
        if !self.spend(before.len().saturating_add(end.len().saturating_mul(4))) {
            return None;
        }
        let hash = Sha256::new_with_prefix(before);
        let is_end = |parts: &[&[u8]]| {
            let mut hash = hash.clone();
            for part in parts {
                hash.update(part);
            }
            self.is_hash(hash)
        };
        if is_end(&[end]) {
            return Some(version.undone.clone());
        }
        let one = end.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        let shorter = [one, Some(b"".as_slice())].into_iter().flatten().filter(|shorter| shorter.len() < end.len()).find(|shorter| is_end(&[shorter]));
        let fault: Fault = if let Some(shorter) = shorter {
            let added = end.get(shorter.len()..).unwrap_or_default();
            (CauseCode::BodyNewlineAdded, format!("the digest fits without {} at the end", visible(added)).into())
        } else {
            let removed = [b"\n".as_slice(), b"\r\n"].into_iter().find(|removed| is_end(&[end, removed]))?;
            (CauseCode::BodyNewlineRemoved, format!("the digest fits with {} at the end", visible(removed)).into())
        };
        Some(version.undone.iter().cloned().chain([fault]).collect())
    }

    #[inline(never)]
    fn line_ends(&mut self, base: &Version<'_>) -> Option<Vec<Fault>> {
        if !base.bytes.contains(&b'\n') || !self.spend(base.bytes.len()) {
            return None;
        }
        let unix = base.then(with_line_feeds(&base.bytes), CauseCode::BodyCrlf, "the digest fits with LF in place of CR LF");
        if unix.bytes.len() != base.bytes.len()
            && let Some(found) = self.fits(&unix)
        {
            return Some(found);
        }
        if !self.spend(base.bytes.len()) {
            return None;
        }
        let dos = base.then(with_crlf(&unix.bytes), CauseCode::BodyCrlf, "the digest fits with CR LF in place of LF");
        if dos.bytes == base.bytes { None } else { self.fits(&dos) }
    }

    /// The same inside of strings, where JSON writes them as escapes.
    fn escaped_line_ends(&mut self, base: &Version<'_>) -> Option<Vec<Fault>> {
        let text = base.text().filter(|text| text.contains("\\n"))?;
        if !self.spend(text.len().saturating_mul(2)) {
            return None;
        }
        let unix = text.replace("\\r\\n", "\\n");
        let dos = unix.replace("\\n", "\\r\\n");
        let unix = base.then(unix.into_bytes(), CauseCode::BodyCrlf, "the digest fits with LF in place of CR LF in its strings");
        if unix.bytes != base.bytes
            && let Some(found) = self.fits(&unix)
        {
            return Some(found);
        }
        if dos == text {
            None
        } else {
            self.fits(&base.then(dos.into_bytes(), CauseCode::BodyCrlf, "the digest fits with CR LF in place of LF in its strings"))
        }
    }

    /// What it was before it was read in one character set and written in another.
    #[inline(never)]
    fn decoded(&mut self, base: &Version<'_>) -> Vec<Version<'static>> {
        let mut versions = Vec::new();
        if !self.spend(base.bytes.len()) {
            return versions;
        }
        let mut add = |bytes: Option<Vec<u8>>, what: &str| {
            let evidence = format!("the digest fits once it is undone that {what}");
            versions.extend(bytes.map(|bytes| base.then(bytes, CauseCode::BodyCharset, evidence)));
        };
        add(from_utf_16(&base.bytes), "it was written as UTF-16");
        if let Some(text) = base.text() {
            let latin = encoded(text, latin_1);
            let twice = latin.as_deref().and_then(|bytes| encoded(str::from_utf8(bytes).ok()?, latin_1));
            // Where the one has all the characters, the other has the same.
            let windows = if latin.is_none() { encoded(text, windows_1252) } else { None };
            add(windows, "its UTF-8 was read as Windows-1252 and written as UTF-8 again");
            add(latin, "its UTF-8 was read as Latin-1 and written as UTF-8 again");
            add(twice, "its UTF-8 was read as Latin-1 and written as UTF-8 again, twice");
        } else {
            let decoded: String = base.bytes.iter().map(|byte| char::from(*byte)).collect();
            add(Some(decoded.into_bytes()), "it was written as Latin-1");
        }
        versions
    }

    fn quotes(&mut self, base: &Version<'_>) -> Option<Vec<Fault>> {
        if !self.spend(base.bytes.len()) {
            return None;
        }
        let Cow::Owned(plain) = without_typography(base.text()?) else { return None };
        self.fits(&base.then(plain.into_bytes(), CauseCode::TypographicQuotes, "the digest fits with plain quotation marks in the body"))
    }

    /// White space at the end is the printer's too.
    fn printed(&mut self, base: &Version<'_>) -> Option<Vec<Fault>> {
        let text = base.text()?;
        let mut differences = Differences::default();
        for (at, (style, name)) in STYLES.into_iter().enumerate() {
            let same = STYLES.iter().take(at).any(|(tried, _)| !differences.between(style, *tried));
            if same || !self.spend(text.len()) {
                continue;
            }
            let (candidate, found) = reprint(text, style)?;
            differences = found;
            if candidate == text || !self.spend(candidate.len()) {
                continue;
            }
            let hash = Sha256::new_with_prefix(&candidate);
            if self.is_hash(hash.clone()) || self.is_hash(hash.chain_update(b"\n")) {
                let lengths = format!("{} bytes, and {} were received", candidate.len(), text.len());
                let evidence = format!("the digest fits once it is printed {name}: {lengths}; they differ first at {}", difference(&candidate, text));
                return Some(base.then(Vec::new(), CauseCode::BodyReserialized, evidence).undone);
            }
        }
        None
    }
}

/// Drone is written in Go; test senders often are not.
const STYLES: [(Style, &str); 5] = [
    (Style { go: true, short_controls: true, escaped_replacement: false }, "as Go does"),
    (Style { go: true, short_controls: true, escaped_replacement: true }, "as Go does"),
    (Style { go: true, short_controls: false, escaped_replacement: false }, "as Go before 1.22 does"),
    (Style { go: true, short_controls: false, escaped_replacement: true }, "as Go before 1.22 does"),
    (Style { go: false, short_controls: true, escaped_replacement: false }, "as JavaScript does"),
];

/// What is left to say of a body when nothing that is known makes it the one that was signed.
#[inline(never)]
pub(super) fn residual(request: &Request<'_>, body: &[u8]) -> Cause {
    if body.is_empty() {
        return if request.given_method().is_some_and(|method| method.eq_ignore_ascii_case("GET")) {
            CauseCode::Redirected.shown_by("it is a GET without a body, and its Digest is that of a body")
        } else {
            CauseCode::BodyMissing.shown_by("no body was received, and the Digest is that of a body")
        };
    }
    let stated = request.values("content-length").next().map(shown).and_then(|text| text.parse::<usize>().ok());
    match stated.filter(|stated| *stated > body.len()) {
        Some(stated) => CauseCode::BodyTruncated.shown_by(format!("{} bytes were received, and Content-Length is {stated}", body.len())),
        None => CauseCode::BodyChanged.shown_by(format!("{} bytes were received, and their digest is not the one that was signed", body.len())),
    }
}

/// The name of white space.
fn visible(text: &[u8]) -> String {
    match text {
        b"\n" => "the line feed".to_owned(),
        b"\r\n" => "CR LF".to_owned(),
        other => format!("{} characters of white space", other.len()),
    }
}

/// Where two texts differ first, and how the first goes on there.
fn difference(signed: &str, received: &str) -> String {
    let at = signed.bytes().zip(received.bytes()).position(|(one, other)| one != other).unwrap_or_else(|| signed.len().min(received.len()));
    let rest = |text: &str| {
        let start = (0..=at).rev().find(|start| text.is_char_boundary(*start)).unwrap_or_default();
        quoted(text.get(start..).unwrap_or_default().chars().take(12))
    };
    format!("byte {at}, {} against {}", rest(signed), rest(received))
}

/// Not by `{:?}`, whose tables of Unicode are a tenth of the WebAssembly module.
fn quoted(text: impl Iterator<Item = char>) -> String {
    let mut quoted = "\"".to_owned();
    for character in text {
        if character.is_control() || matches!(character, '"' | '\\' | '\u{2028}' | '\u{2029}' | '\u{feff}') {
            quoted.extend(character.escape_default());
        } else {
            quoted.push(character);
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest_header;

    #[test]
    fn what_is_written_and_hashed_is_bounded_whatever_the_body_is() {
        let digest = digest_header(b"{}");
        let request = Request::new([("digest", digest.as_bytes())]);
        for part in ["a", "<", "\\u0008", "\n", "\r\n", "\\n", "\\r\\n", "\",", "Ã©", "é", "“", "\u{fffd}", "Ã© \\r\\n\"\r\n,\"<“\\b\u{fffd}"] {
            let body = ["\u{feff}{\"a\":\"", &part.repeat(100_000 / part.len()), "\"}"].concat();
            let mut search = Search::new(&request, body.as_bytes());
            assert!(search.explain().is_empty(), "{part}");
            let spent = SPENT - search.left;
            assert!(spent > body.len() && spent < 50 * body.len(), "{part:?} costs {spent} for {}", body.len());
        }
        // What there is nothing left for is not tried.
        let mut search = Search { left: 2, ..Search::new(&request, b"{}\n") };
        assert!(search.explain().is_empty() && search.left == 2);
    }

    #[test]
    fn the_place_of_a_difference_is_shown() {
        assert_eq!(difference("abé<x", "abé>"), "byte 4, \"<x\" against \">\"");
        assert_eq!(difference("ab", "a"), "byte 1, \"b\" against \"\"");
    }
}
