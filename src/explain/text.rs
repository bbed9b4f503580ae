//! Bytes as text for people, and the text forms of bytes that people mix up. Knows no request.

/// How much of a value is shown: enough for every header of Drone's, and bounded for hostile ones.
const SHOWN: usize = 2048;

/// A value as text, cut.
pub(super) fn shown(value: &[u8]) -> String {
    cut(String::from_utf8_lossy(value.get(..SHOWN.saturating_add(4)).unwrap_or(value)).into_owned())
}

/// A text's beginning.
pub(super) fn cut(mut text: String) -> String {
    if text.len() > SHOWN {
        let end = (0..=SHOWN).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Texts below each other; `None` without any.
pub(super) fn lines_of(texts: impl Iterator<Item = String>) -> Option<String> {
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() { None } else { Some(cut(texts.join("\n"))) }
}

/// Hexadecimal digits.
pub(super) fn hex(bytes: &[u8], upper: bool) -> Vec<u8> {
    let digits = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes that hexadecimal digits stand for.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2).map(|pair| if let [high, low] = pair { Some(digit(*high)? << 4 | digit(*low)?) } else { None }).collect()
}

/// The bytes of a base64 text in either alphabet, padded or not: what decoders of other libraries take.
pub(super) fn unbase64(text: &[u8]) -> Option<Vec<u8>> {
    let unpadded = text.trim_ascii_end();
    let unpadded = unpadded.strip_suffix(b"==").or_else(|| unpadded.strip_suffix(b"=")).unwrap_or(unpadded);
    let mut bytes = Vec::with_capacity(unpadded.len());
    let mut bits = 0_u32;
    let mut pending = 0_u32;
    for byte in unpadded {
        let (first, start) = match byte {
            b'A'..=b'Z' => (b'A', 0),
            b'a'..=b'z' => (b'a', 26),
            b'0'..=b'9' => (b'0', 52),
            b'+' | b'-' => (*byte, 62),
            b'/' | b'_' => (*byte, 63),
            _ => return None,
        };
        bits = (bits << 6 | u32::from(byte.wrapping_sub(first).wrapping_add(start))) & 0xffff;
        pending = pending.wrapping_add(6);
        if pending >= 8 {
            pending = pending.wrapping_sub(8);
            bytes.push(u8::try_from(bits >> pending & 0xff).unwrap_or_default());
        }
    }
    // A single character of six bits is no byte.
    (pending < 6 && !bytes.is_empty()).then_some(bytes)
}

/// Base64 in the URL's alphabet.
pub(super) fn to_url_alphabet(text: &str) -> String {
    text.replace('+', "-").replace('/', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for length in 1..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(37) ^ 0xa5).collect();
            assert_eq!(unhex(&hex(&bytes, false)).as_ref(), Some(&bytes));
            assert_eq!(unhex(&hex(&bytes, true)).as_ref(), Some(&bytes));
            let text = crate::base64::encode(&bytes);
            assert_eq!(unbase64(text.as_bytes()).as_ref(), Some(&bytes));
            assert_eq!(unbase64(to_url_alphabet(text.trim_end_matches('=')).as_bytes()).as_ref(), Some(&bytes));
        }
    }

    #[test]
    fn what_is_no_such_text_is_none() {
        for bad in ["", "a", "0g", "abc"] {
            assert_eq!(unhex(bad.as_bytes()), None, "{bad}");
        }
        for bad in ["", "A", "AAAAA", "AA!A", "AA=A"] {
            assert_eq!(unbase64(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn what_is_shown_is_bounded() {
        assert_eq!(shown(b"a\xff"), "a\u{fffd}");
        assert!(shown(&vec![0xc3; 100_000]).len() < 2100);
        assert!(cut("é".repeat(5000)).len() < 2100);
    }
}
