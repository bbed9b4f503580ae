//! What editors and parsers make of bytes, undone: line ends, character sets. Knows no digest.

pub(super) fn with_line_feeds(body: &[u8]) -> Vec<u8> {
    let mut unix = Vec::with_capacity(body.len());
    for (at, byte) in body.iter().enumerate() {
        let ends_line = *byte == b'\r' && body.get(at.saturating_add(1)) == Some(&b'\n');
        if !ends_line {
            unix.push(*byte);
        }
    }
    unix
}

pub(super) fn with_crlf(body: &[u8]) -> Vec<u8> {
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
pub(super) fn encoded(text: &str, byte: fn(char) -> Option<u8>) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        bytes.push(byte(character)?);
    }
    Some(bytes)
}

pub(super) fn latin_1(character: char) -> Option<u8> {
    u8::try_from(u32::from(character)).ok()
}

/// Like Latin-1, but for 27 characters in place of its second set of controls.
pub(super) fn windows_1252(character: char) -> Option<u8> {
    const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    // Most are of Latin-1, and need no search.
    latin_1(character).or_else(|| u8::try_from(FROM_80.chars().position(|other| other == character)?.saturating_add(0x80)).ok())
}

/// UTF-16 in either order, with or without its mark, as UTF-8. Without one it is known by the zero beside the bracket that JSON begins with.
pub(super) fn from_utf_16(body: &[u8]) -> Option<Vec<u8>> {
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
}
