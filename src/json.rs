//! One judge of JSON for every host: grammar, depth, and the strings at the top of the object. Gives no values and knows no event.
//!
//! `JSON.parse`, Python's `json`, Go's and Jackson each accept something that the others do not; what this accepts, all of them read, and serde as well.

use std::borrow::Cow;

use crate::error::{Reason, Rejection};

/// How deep arrays and objects may nest, the outer object included. Drone's reach six.
pub const MAX_DEPTH: usize = 128;

/// How many digits a number may have before its point: with more it may be no finite double.
const MAX_MAGNITUDE: usize = 308;

/// The inside of a JSON string, as it stands between its quotes. The scanner has checked its escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'t>(&'t str);

/// A value that stands at the top of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member<'t> {
    /// A string.
    Text(Text<'t>),
    /// `null`.
    Null,
    /// Anything else.
    Other,
}

impl<'t> Text<'t> {
    /// What the string stands for.
    pub(crate) fn unescaped(self) -> Cow<'t, str> {
        if self.0.bytes().any(|byte| byte == b'\\') { Cow::Owned(self.unescape()) } else { Cow::Borrowed(self.0) }
    }

    fn unescape(self) -> String {
        let mut scanner = Scanner { text: self.0, at: 0 };
        let mut text = String::new();
        while let Some(byte) = scanner.take() {
            if byte == b'\\' {
                text.push(scanner.escape().unwrap_or(char::REPLACEMENT_CHARACTER));
            } else {
                let start = scanner.at.saturating_sub(1);
                scanner.plain();
                text.push_str(self.0.get(start..scanner.at).unwrap_or_default());
            }
        }
        text
    }
}

/// Checks a body and calls `member` with the key and value of each member of the outer object, in their order.
pub(crate) fn scan<'t>(body: &'t [u8], member: &mut dyn FnMut(Text<'t>, Member<'t>)) -> Result<(), Rejection> {
    let refuse = |reason, offset| Reason::PayloadMalformed { reason, offset };
    let text = core::str::from_utf8(body).map_err(|error| refuse("it is not UTF-8", error.valid_up_to()))?;
    if body.starts_with("\u{feff}".as_bytes()) {
        return Err(refuse("it starts with a byte order mark", 0).into());
    }
    let mut scanner = Scanner { text, at: 0 };
    Ok(scanner.document(member).map_err(|reason| refuse(reason, scanner.at))?)
}

/// What was expected and not found, at the scanner's place.
type Step<T = ()> = Result<T, &'static str>;

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// `ws object ws` (RFC 8259, sections 2 to 5, with an object at the top). Without recursion: hostile depth costs one byte a level, never the stack.
    fn document(&mut self, member: &mut dyn FnMut(Text<'t>, Member<'t>)) -> Step {
        self.whitespace();
        if self.peek() != Some(b'{') {
            return Err("it is not a JSON object");
        }
        // The bracket that closes each open level.
        let mut open = Vec::new();
        let mut key = Text("");
        loop {
            let level = open.len();
            let value = self.value(&mut open)?;
            if level == 1 {
                member(key, value);
            }
            // After an opening bracket comes no comma.
            let mut first = open.len() > level;
            loop {
                self.whitespace();
                match open.last() {
                    None if self.peek().is_none() => return Ok(()),
                    None => return Err("something follows the JSON object"),
                    Some(close) if !self.accept(*close) => break,
                    Some(_) => {
                        open.pop();
                        first = false;
                    }
                }
            }
            if !first && !self.accept(b',') {
                return Err("a comma or a closing bracket is expected");
            }
            if open.last() == Some(&b'}') {
                key = self.key()?;
            }
            self.whitespace();
        }
    }

    /// A string, number or word; of an array or object, the bracket that opens it.
    fn value(&mut self, open: &mut Vec<u8>) -> Step<Member<'t>> {
        match self.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                self.take();
                if open.len() >= MAX_DEPTH {
                    return Err("it nests deeper than 128 levels");
                }
                open.push(if bracket == b'{' { b'}' } else { b']' });
            }
            Some(b'"') => return Ok(Member::Text(self.string()?)),
            Some(b'n') => {
                self.word("null")?;
                return Ok(Member::Null);
            }
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err("a JSON value is expected"),
        }
        Ok(Member::Other)
    }

    /// `string ws ":"`
    fn key(&mut self) -> Step<Text<'t>> {
        self.whitespace();
        if self.peek() != Some(b'"') {
            return Err("a key is expected");
        }
        let key = self.string()?;
        self.whitespace();
        if self.accept(b':') { Ok(key) } else { Err("a colon is expected") }
    }

    /// `string = quotation-mark *char quotation-mark` (RFC 8259, section 7)
    fn string(&mut self) -> Step<Text<'t>> {
        self.take();
        let start = self.at;
        loop {
            self.plain();
            match self.take() {
                Some(b'"') => return Ok(Text(self.text.get(start..self.at.saturating_sub(1)).unwrap_or_default())),
                Some(b'\\') => {
                    self.escape()?;
                }
                Some(_) => return Err("a string holds a control character"),
                None => return Err("a string has no end"),
            }
        }
    }

    /// Moves to the next quote, backslash or control character.
    fn plain(&mut self) {
        while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.at = self.at.saturating_add(1);
        }
    }

    /// What follows a backslash. A surrogate must be one of a pair: alone it is no character, and hosts disagree on it.
    fn escape(&mut self) -> Step<char> {
        const UNKNOWN: &str = "a string holds an unknown escape";
        Ok(match self.take().ok_or(UNKNOWN)? {
            literal @ (b'"' | b'\\' | b'/') => char::from(literal),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex4()?;
                let mut scalar = first;
                if (0xd800..0xdc00).contains(&first) && self.accept(b'\\') && self.accept(b'u') {
                    let second = self.hex4()?;
                    // Without a second half the first stays what it is: no character.
                    scalar = if (0xdc00..0xe000).contains(&second) { ((first & 0x3ff) << 10 | second & 0x3ff).saturating_add(0x1_0000) } else { first };
                }
                char::from_u32(scalar).ok_or("a string holds a lone surrogate")?
            }
            _ => return Err(UNKNOWN),
        })
    }

    fn hex4(&mut self) -> Step<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.take().and_then(|byte| char::from(byte).to_digit(16)).ok_or("a string holds an unknown escape")?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }

    /// `number = [ minus ] int [ frac ] [ exp ]` (RFC 8259, section 6), and small enough to be a finite double everywhere.
    fn number(&mut self) -> Step {
        const BAD: &str = "a number is malformed";
        self.accept(b'-');
        let whole = if self.accept(b'0') { 0 } else { self.digits() };
        let leading_zero_only = whole == 0;
        if leading_zero_only && self.previous() != Some(b'0') {
            return Err(BAD);
        }
        if self.accept(b'.') && self.digits() == 0 {
            return Err(BAD);
        }
        let mut exponent = 0_usize;
        let mut negative = false;
        if self.accept(b'e') || self.accept(b'E') {
            negative = !self.accept(b'+') && self.accept(b'-');
            let start = self.at;
            if self.digits() == 0 {
                return Err(BAD);
            }
            for digit in self.text.as_bytes().get(start..self.at).unwrap_or_default() {
                // Beyond any length of a text, it is far enough from the bound.
                exponent = exponent.min(100_000_000).wrapping_mul(10).wrapping_add(usize::from(digit.wrapping_sub(b'0')));
            }
        }
        let magnitude = if negative { whole.saturating_sub(exponent) } else { whole.saturating_add(exponent) };
        if magnitude > MAX_MAGNITUDE { Err("a number is 1e308 or more") } else { Ok(()) }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at = self.at.saturating_add(1);
        }
        self.at.saturating_sub(start)
    }

    fn word(&mut self, word: &'static str) -> Step {
        for byte in word.bytes() {
            if !self.accept(byte) {
                return Err("a JSON value is expected");
            }
        }
        Ok(())
    }

    /// `ws = *( SP / HTAB / LF / CR )`
    fn whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.take();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn previous(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at.checked_sub(1)?).copied()
    }

    /// The next byte; the place moves on only where there is one.
    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.take();
        }
        found
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepts(body: &[u8]) -> bool {
        scan(body, &mut |_, _| ()).is_ok()
    }

    /// A naive reference: `serde_json`, whose limit on depth is one lower and whose numbers reach a little further.
    fn reference(body: &[u8]) -> bool {
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body).is_ok()
    }

    fn nested(levels: usize) -> Vec<u8> {
        let mut text = b"{\"a\":".to_vec();
        text.extend(vec![b'['; levels - 1]);
        text.extend(vec![b']'; levels - 1]);
        text.push(b'}');
        text
    }

    #[test]
    fn depth_ends_at_128() {
        assert!(accepts(&nested(128)));
        assert!(!accepts(&nested(129)));
        assert!(!accepts(&nested(1_000_000)));
        let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels)).into_bytes();
        assert!(accepts(&objects(128)));
        assert!(!accepts(&objects(129)));
    }

    #[test]
    fn it_agrees_with_serde_json_on_the_edges_of_the_grammar() {
        let values = [
            "0",
            "-0",
            "01",
            "-",
            "1.",
            ".1",
            "1.0",
            "1e5",
            "1E+5",
            "1e-400",
            "1e",
            "1e+",
            "+1",
            "0x1",
            "1e307",
            "NaN",
            "Infinity",
            "nul",
            "null",
            "true",
            "tru",
            "\"\"",
            "\"a",
            "\"\\u00e9\"",
            "\"\\u12\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\\ud800\\n\"",
            "\"\\x\"",
            "\"\t\"",
            "\"\u{7f}\"",
            "\"\\/\"",
            "[]",
            "[,]",
            "[1,]",
            "[1 2]",
            "{}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "[{\"a\":[1,{\"b\":null}]}]",
            "[1]]",
            "// x\n1",
            "",
        ];
        for value in values {
            for body in [format!("{{\"a\":{value}}}"), format!(" {{ \"a\" :\t{value}\r\n, \"b\" : [ {value} ] }} \n")] {
                assert_eq!(accepts(body.as_bytes()), reference(body.as_bytes()), "{body}");
            }
        }
        for body in ["", " ", "{", "{}", "{} x", "[]", "1", "null", "{}{}", "{\"a\":1,\"a\":2}", "\u{feff}{}", "{}\u{0}"] {
            assert_eq!(accepts(body.as_bytes()), reference(body.as_bytes()), "{body}");
        }
        assert!(!accepts(b"{\"a\":\"\xff\"}"));
    }

    #[test]
    fn numbers_that_may_be_infinite_are_refused() {
        for (number, accepted) in [
            ("1e307", true),
            ("9.99e307", true),
            ("1e308", false),
            ("12e307", false),
            ("1e400", false),
            ("1e-99999999999999999999", true),
            ("1e99999999999999999999", false),
        ] {
            assert_eq!(accepts(format!("{{\"a\":{number}}}").as_bytes()), accepted, "{number}");
        }
        assert!(accepts(format!("{{\"a\":{}}}", "9".repeat(308)).as_bytes()));
        assert!(!accepts(format!("{{\"a\":{}}}", "9".repeat(309)).as_bytes()));
    }

    #[test]
    fn members_of_the_outer_object_are_told_unescaped() {
        let mut seen = Vec::new();
        let text = |value| if let Member::Text(text) = value { text.unescaped().into_owned() } else { format!("{value:?}") };
        scan(br#"{"\u0065vent":"a\n\u00e9\ud83d\ude00z","x":{"event":"inner"},"n":null,"y":1}"#, &mut |key, value| seen.push((key.unescaped(), text(value))))
            .unwrap();
        let seen: Vec<(&str, &str)> = seen.iter().map(|(key, value)| (key.as_ref(), value.as_str())).collect();
        assert_eq!(seen, [("event", "a\né😀z"), ("x", "Other"), ("n", "Null"), ("y", "Other")]);
    }

    proptest! {
        #[test]
        fn it_agrees_with_serde_json_on_texts_made_of_json_pieces(pieces in proptest::collection::vec(proptest::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "1", "-", ".", "e", "0", "null", "true", " ", "\\u0041", "\\ud800", "é"]), 0..12)) {
            let body = format!("{{{}}}", pieces.concat());
            prop_assert_eq!(accepts(body.as_bytes()), reference(body.as_bytes()), "{}", body);
        }

        #[test]
        fn it_never_panics(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            accepts(&body);
        }
    }
}
