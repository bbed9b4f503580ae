//! Why the body is not the one that was signed: what editors, parsers and proxies make of bytes. Each is undone, and named when the digest then fits.

use std::borrow::Cow;

use super::cause::{Cause, CauseCode};
use super::reprint::{Style, reprint};
use super::text::shown;
use super::way::without_typography;
use crate::digest::{Body, ExpectedBody, sha256};
use crate::request::Request;

/// How many bytes are hashed in search of a cause, in all: a dozen bodies of 5 MB, a third of a second in WebAssembly.
const HASHED: usize = 64 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A body whose digest does not fit.
pub(super) struct Search<'s> {
    expected: ExpectedBody,
    body: &'s [u8],
    left: usize,
}

impl<'s> Search<'s> {
    pub(super) fn new(request: &Request<'_>, body: &'s [u8]) -> Self {
        Self { expected: ExpectedBody::new(request.values("digest"), u64::MAX), body, left: HASHED }
    }

    /// The smallest change first.
    pub(super) fn explain(&mut self) -> Option<Cause> {
        if !self.can_be_found() {
            return None;
        }
        self.newline()
            .or_else(|| self.byte_order_mark())
            .or_else(|| self.line_ends())
            .or_else(|| self.escaped_line_ends())
            .or_else(|| self.charset())
            .or_else(|| self.quotes())
            .or_else(|| self.printed())
    }

    /// For a body that a parser has made an object of: `body` is what the host prints for it.
    pub(super) fn explain_parsed(&mut self) -> Option<Cause> {
        if !self.can_be_found() {
            return None;
        }
        if self.fits(&[self.body]) {
            return Some(CauseCode::BodyReserialized.shown_by("a parser has run: the object that it made, printed, is the body that was signed, by chance"));
        }
        self.printed()
    }

    /// Without one SHA-256 in `Digest` nothing fits.
    fn can_be_found(&self) -> bool {
        let nothing = self.expected.check(&Body::Sha256 { hash: &[0; 32], length: 0 });
        nothing.is_err_and(|refused| refused.code() == crate::error::Code::DigestMismatch)
    }

    /// Whether another body of about this size may still be made and hashed.
    fn can_afford(&self) -> bool {
        self.left >= self.body.len()
    }

    /// Whether these parts, one after another, are the body that was signed.
    fn fits(&mut self, parts: &[&[u8]]) -> bool {
        let length = parts.iter().map(|part| part.len()).fold(0, usize::saturating_add);
        let Some(left) = self.left.checked_sub(length) else { return false };
        self.left = left;
        self.expected.check(&Body::Sha256 { hash: &sha256(parts), length: 0 }).is_ok()
    }

    /// The same, also with line ends behind it that were lost or added besides.
    fn fits_nearly(&mut self, candidate: &[u8]) -> bool {
        let stripped = candidate.trim_ascii_end();
        self.fits(&[candidate]) || stripped.len() < candidate.len() && self.fits(&[stripped]) || self.fits(&[stripped, b"\n"])
    }

    fn newline(&mut self) -> Option<Cause> {
        let body = self.body;
        let one = body.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        for without in [one, Some(body.trim_ascii_end())].into_iter().flatten() {
            let added = body.get(without.len()..).unwrap_or_default();
            if !added.is_empty() && self.fits(&[without]) {
                return Some(CauseCode::BodyNewlineAdded.shown_by(format!("the digest fits without {} at the end", visible(added))));
            }
        }
        for removed in [b"\n".as_slice(), b"\r\n"] {
            if self.fits(&[body, removed]) {
                return Some(CauseCode::BodyNewlineRemoved.shown_by(format!("the digest fits with {} at the end", visible(removed))));
            }
        }
        None
    }

    fn byte_order_mark(&mut self) -> Option<Cause> {
        let without = self.body.strip_prefix(BYTE_ORDER_MARK)?;
        self.fits_nearly(without).then(|| CauseCode::BodyBom.shown_by("the digest fits without the bytes EF BB BF at the start"))
    }

    fn line_ends(&mut self) -> Option<Cause> {
        if !self.body.contains(&b'\n') || !self.can_afford() {
            return None;
        }
        let unix = with_line_feeds(self.body);
        if unix.len() != self.body.len() && self.fits_nearly(&unix) {
            return Some(CauseCode::BodyCrlf.shown_by("the digest fits with LF in place of CR LF"));
        }
        let dos = with_crlf(&unix);
        (dos != self.body && self.fits(&[&dos])).then(|| CauseCode::BodyCrlf.shown_by("the digest fits with CR LF in place of LF"))
    }

    /// The same inside of strings, where JSON writes them as escapes.
    fn escaped_line_ends(&mut self) -> Option<Cause> {
        let text = str::from_utf8(self.body).ok().filter(|text| text.contains("\\n") && self.can_afford())?;
        let unix = text.replace("\\r\\n", "\\n");
        if unix != text && self.fits(&[unix.as_bytes()]) {
            return Some(CauseCode::BodyCrlf.shown_by("the digest fits with LF in place of CR LF in its strings"));
        }
        let dos = unix.replace("\\n", "\\r\\n");
        (dos != text && self.fits(&[dos.as_bytes()])).then(|| CauseCode::BodyCrlf.shown_by("the digest fits with CR LF in place of LF in its strings"))
    }

    fn charset(&mut self) -> Option<Cause> {
        if !self.can_afford() {
            return None;
        }
        let mut candidates = vec![(from_utf_16(self.body), "it was written as UTF-16")];
        if let Ok(text) = str::from_utf8(self.body) {
            let latin = encoded(text, latin_1);
            let twice = latin.as_deref().and_then(|bytes| encoded(str::from_utf8(bytes).ok()?, latin_1));
            candidates.push((latin, "its UTF-8 was read as Latin-1 and written as UTF-8 again"));
            candidates.push((encoded(text, windows_1252), "its UTF-8 was read as Windows-1252 and written as UTF-8 again"));
            candidates.push((twice, "its UTF-8 was read as Latin-1 and written as UTF-8 again, twice"));
        } else {
            let decoded: String = self.body.iter().map(|byte| char::from(*byte)).collect();
            candidates.push((Some(decoded.into_bytes()), "it was written as Latin-1"));
        }
        let fits = |(candidate, what): (Option<Vec<u8>>, _)| candidate.is_some_and(|candidate| self.fits_nearly(&candidate)).then_some(what);
        let what = candidates.into_iter().find_map(fits)?;
        Some(CauseCode::BodyCharset.shown_by(format!("the digest fits once it is undone that {what}")))
    }

    fn quotes(&mut self) -> Option<Cause> {
        let Cow::Owned(plain) = without_typography(str::from_utf8(self.body).ok().filter(|_| self.can_afford())?) else { return None };
        self.fits_nearly(plain.as_bytes()).then(|| CauseCode::TypographicQuotes.shown_by("the digest fits with plain quotation marks in the body"))
    }

    fn printed(&mut self) -> Option<Cause> {
        let text = str::from_utf8(self.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.body)).ok()?;
        let mut tried: Vec<String> = Vec::new();
        for (style, name) in STYLES {
            if !self.can_afford() {
                return None;
            }
            // Most bodies look the same in most styles.
            let Some(candidate) = reprint(text, style).filter(|candidate| candidate.as_bytes() != self.body && !tried.contains(candidate)) else { continue };
            if self.fits(&[candidate.as_bytes()]) || self.fits(&[candidate.as_bytes(), b"\n"]) {
                let lengths = format!("{} bytes, and {} were received", candidate.len(), self.body.len());
                let place = difference(&candidate, text);
                return Some(
                    CauseCode::BodyReserialized.shown_by(format!("the digest fits once it is printed {name}: {lengths}; they differ first at {place}")),
                );
            }
            tried.push(candidate);
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

fn with_line_feeds(body: &[u8]) -> Vec<u8> {
    let mut unix = Vec::with_capacity(body.len());
    for (at, byte) in body.iter().enumerate() {
        let ends_line = *byte == b'\r' && body.get(at.saturating_add(1)) == Some(&b'\n');
        if !ends_line {
            unix.push(*byte);
        }
    }
    unix
}

fn with_crlf(body: &[u8]) -> Vec<u8> {
    let mut dos = Vec::with_capacity(body.len().saturating_add(64));
    for byte in body {
        if *byte == b'\n' {
            dos.push(b'\r');
        }
        dos.push(*byte);
    }
    dos
}

/// The text's bytes in a character set of one byte each; `None` where it has no other characters than ASCII, or some that the set has not.
fn encoded(text: &str, byte: fn(char) -> Option<u8>) -> Option<Vec<u8>> {
    if text.is_ascii() { None } else { text.chars().map(byte).collect() }
}

fn latin_1(character: char) -> Option<u8> {
    u8::try_from(u32::from(character)).ok()
}

/// Like Latin-1, but for 27 characters in place of its second set of controls.
fn windows_1252(character: char) -> Option<u8> {
    const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match FROM_80.chars().position(|other| other == character) {
        Some(at) => u8::try_from(at.saturating_add(0x80)).ok(),
        None => latin_1(character),
    }
}

/// UTF-16 in either order, with or without its mark, as UTF-8. Without one it is known by the zero beside the bracket that JSON begins with.
fn from_utf_16(body: &[u8]) -> Option<Vec<u8>> {
    let little = match body {
        [0xff, 0xfe, ..] | [_, 0, ..] => true,
        [0xfe, 0xff, ..] | [0, _, ..] => false,
        _ => return None,
    };
    let unit = |pair: &[u8]| <[u8; 2]>::try_from(pair).ok().map(if little { u16::from_le_bytes } else { u16::from_be_bytes });
    let text: String = char::decode_utf16(body.chunks_exact(2).filter_map(unit)).collect::<Result<_, _>>().ok()?;
    Some(text.trim_start_matches('\u{feff}').to_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_converted_and_back() {
        assert_eq!(with_line_feeds(b"a\r\nb\rc\n\r"), b"a\nb\rc\n\r");
        assert_eq!(with_crlf(b"a\nb"), b"a\r\nb");
    }

    #[test]
    fn character_sets_are_undone() {
        assert_eq!(encoded("Ã©", latin_1).as_deref(), Some("é".as_bytes()));
        assert_eq!(encoded("ðŸ˜€", windows_1252).as_deref(), Some("😀".as_bytes()));
        assert_eq!(encoded("plain", latin_1), None);
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| "\u{feff}é😀".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert_eq!(from_utf_16(&utf_16(u16::to_le_bytes)).as_deref(), Some("é😀".as_bytes()));
        assert_eq!(from_utf_16(&utf_16(u16::to_be_bytes)).as_deref(), Some("é😀".as_bytes()));
    }

    #[test]
    fn the_place_of_a_difference_is_shown() {
        assert_eq!(difference("abé<x", "abé>"), "byte 4, \"<x\" against \">\"");
        assert_eq!(difference("ab", "a"), "byte 1, \"b\" against \"\"");
    }
}
