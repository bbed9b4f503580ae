//! JSON printed again as a sender would have: order of keys and text of numbers stay, white space and escapes are the printer's. Judges nothing.

/// How a printer writes strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// Go writes `<`, `>`, `&` and the two separators of Unicode as escapes, others write them raw.
    pub(super) go: bool,
    /// `\b` and `\f`; Go before 1.22 wrote `\u0008` and `\u000c`.
    pub(super) short_controls: bool,
    /// Go writes `\ufffd` where its input was no UTF-8, and raw where it was that very character.
    pub(super) escaped_replacement: bool,
}

/// Which differences between styles a text shows: most show none, and are printed once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    markup: bool,
    controls: bool,
    replacement: bool,
}

impl Differences {
    /// Whether the text looks different in these styles.
    pub(super) fn between(self, one: Style, other: Style) -> bool {
        self.markup && one.go != other.go
            || self.controls && one.short_controls != other.short_controls
            || self.replacement && one.escaped_replacement != other.escaped_replacement
    }

    fn note(&mut self, character: char) {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => self.markup = true,
            '\u{8}' | '\u{c}' => self.controls = true,
            '\u{fffd}' => self.replacement = true,
            _ => {}
        }
    }
}

/// The text in that style, and what of it other styles write otherwise; `None` where a string has no end or an escape is none.
pub(super) fn reprint(text: &str, style: Style) -> Option<(String, Differences)> {
    let mut printer = Printer { style, printed: String::with_capacity(text.len().saturating_add(text.len() / 8)), differences: Differences::default() };
    let mut rest = text;
    while let Some(at) = rest.find(['"', ' ', '\t', '\r', '\n']) {
        let (before, found) = rest.split_at_checked(at)?;
        printer.printed.push_str(before);
        rest = found.get(1..)?;
        if found.starts_with('"') {
            printer.printed.push('"');
            rest = printer.string(rest)?;
            printer.printed.push('"');
        }
    }
    printer.printed.push_str(rest);
    Some((printer.printed, printer.differences))
}

struct Printer {
    style: Style,
    printed: String,
    differences: Differences,
}

impl Printer {
    /// One string, from behind its first quote; what follows its last.
    fn string<'t>(&mut self, mut rest: &'t str) -> Option<&'t str> {
        loop {
            // All that no style escapes is copied as one. The bytes above ASCII begin U+2028, U+2029 and U+FFFD, among others.
            let plain = rest.bytes().position(|byte| matches!(byte, ..0x20 | b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2 | 0xef))?;
            let (copied, found) = rest.split_at_checked(plain)?;
            self.printed.push_str(copied);
            let character = found.chars().next()?;
            rest = found.get(character.len_utf8()..)?;
            match character {
                '"' => return Some(rest),
                '\\' => {
                    let (character, after) = escape(rest)?;
                    rest = after;
                    self.push(character);
                }
                raw => self.push(raw),
            }
        }
    }

    fn push(&mut self, character: char) {
        self.differences.note(character);
        let Style { go, short_controls, escaped_replacement } = self.style;
        match character {
            '"' => self.printed.push_str("\\\""),
            '\\' => self.printed.push_str("\\\\"),
            '\n' => self.printed.push_str("\\n"),
            '\r' => self.printed.push_str("\\r"),
            '\t' => self.printed.push_str("\\t"),
            '\u{8}' if short_controls => self.printed.push_str("\\b"),
            '\u{c}' if short_controls => self.printed.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if go => push_unit(character, &mut self.printed),
            '\u{fffd}' if escaped_replacement => push_unit(character, &mut self.printed),
            control if control < ' ' => push_unit(control, &mut self.printed),
            other => self.printed.push(other),
        }
    }
}

/// What follows a backslash: the character, and what comes after.
fn escape(text: &str) -> Option<(char, &str)> {
    let kind = text.chars().next()?;
    let rest = text.get(kind.len_utf8()..)?;
    let character = match kind {
        '"' | '\\' | '/' => kind,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unit(rest),
        _ => return None,
    };
    Some((character, rest))
}

fn unit(text: &str) -> Option<(char, &str)> {
    let (first, rest) = hex4(text)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let (second, rest) = hex4(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(((first & 0x3ff) << 10 | low).wrapping_add(0x1_0000))?, rest))
}

fn hex4(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let unsigned = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u32::from_str_radix(digits, 16).ok().filter(|_| unsigned)?, rest))
}

fn push_unit(character: char, printed: &mut String) {
    printed.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        printed.push(char::from_digit(u32::from(character) >> shift & 15, 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO: Style = Style { go: true, short_controls: true, escaped_replacement: true };

    #[track_caller]
    fn prints(text: &str, style: Style, expected: Option<&str>) {
        assert_eq!(reprint(text, style).map(|(printed, _)| printed).as_deref(), expected, "{text}");
    }

    #[test]
    fn white_space_goes_and_order_and_numbers_stay() {
        prints("{ \"b\" : 1.50 ,\r\n\t\"a\" : [ 1e2 , \"x y\" ] }\n", GO, Some(r#"{"b":1.50,"a":[1e2,"x y"]}"#));
        prints("", GO, Some(""));
    }

    #[test]
    fn strings_are_escaped_as_go_does() {
        prints("\"<\u{2028}\u{2029}>&\u{fffd}é\u{7f}\"", GO, Some("\"\\u003c\\u2028\\u2029\\u003e\\u0026\\ufffdé\u{7f}\""));
        prints(r#""\/\u00e9\ud83d\ude00\u0008\f\u001B""#, GO, Some(r#""/é😀\b\f\u001b""#));
        prints(r#""\b\f<""#, Style { go: false, short_controls: false, ..GO }, Some(r#""\u0008\u000c<""#));
        prints("\"\\ufffd\u{2764}\"", Style { escaped_replacement: false, ..GO }, Some("\"\u{fffd}\u{2764}\""));
    }

    #[test]
    fn a_text_tells_which_styles_it_looks_different_in() {
        let old = Style { short_controls: false, ..GO };
        let other = Style { go: false, ..GO };
        let between = |text, one, other| reprint(text, one).map(|(_, differences)| differences.between(one, other));
        assert_eq!(between("\"a\"", GO, old), Some(false));
        assert_eq!(between("\"\\u0008\"", GO, old), Some(true));
        assert_eq!(between("\"\\u003c\"", GO, old), Some(false));
        assert_eq!(between("\"\\u003c\"", GO, other), Some(true));
    }

    #[test]
    fn what_is_no_string_is_not_printed() {
        for bad in ["\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\""] {
            prints(bad, GO, None);
        }
    }
}
