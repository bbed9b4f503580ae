//! Strict base64 (RFC 4648, section 4): padded, no stray bits, no white space. Another text for the same bytes would be another signature for the same request.
//!
//! The crate base64ct, four times the code in the WebAssembly module, is the reference in the tests; its constant time is for secrets, and no secret comes here.

/// The bytes of a canonical text of exactly 32 bytes: an HMAC or a SHA-256.
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    (read(text, &mut bytes)? == bytes.len()).then_some(bytes)
}

/// Whether a text is canonical, whatever its length.
pub(crate) fn is_canonical(text: &[u8]) -> bool {
    read(text, &mut []).is_some()
}

/// How many bytes a canonical text stands for, and those of them that there is room for.
#[inline(never)]
fn read(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let (unpadded, short) = match text {
        [rest @ .., b'=', b'='] => (rest, 4),
        [rest @ .., b'='] => (rest, 2),
        _ => (text, 0),
    };
    let mut bits = 0_u32;
    let mut pending = 0_u32;
    let mut length = 0_usize;
    for byte in unpadded {
        bits = bits << 6 | value(*byte)?;
        // Six bits come, and eight go as soon as there are as many.
        pending = pending.wrapping_add(6) % 8;
        if pending < 6 {
            if let Some(slot) = bytes.get_mut(length) {
                *slot = low_byte(bits.wrapping_shr(pending));
            }
            length = length.wrapping_add(1);
        }
    }
    let stray = bits & 1_u32.wrapping_shl(pending).wrapping_sub(1);
    (text.len().is_multiple_of(4) && pending == short && stray == 0).then_some(length)
}

/// The canonical text of bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    let mut bits = 0_u32;
    let mut pending = 0_u32;
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        pending = pending.wrapping_add(8);
        while pending >= 6 {
            pending = pending.wrapping_sub(6);
            text.push(digit(bits.wrapping_shr(pending) & 63));
        }
    }
    if pending > 0 {
        text.push(digit((bits << 6).wrapping_shr(pending) & 63));
    }
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// What a character stands for.
fn value(character: u8) -> Option<u32> {
    let (first, start) = match character {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => (b'+', 62),
        b'/' => (b'/', 63),
        _ => return None,
    };
    Some(u32::from(character.wrapping_sub(first)).wrapping_add(start))
}

/// The character of six bits.
fn digit(bits: u32) -> char {
    let (first, start) = match bits {
        0..26 => ('A', 0),
        26..52 => ('a', 26),
        52..62 => ('0', 52),
        62 => ('+', 62),
        _ => ('/', 63),
    };
    char::from_u32(u32::from(first).wrapping_add(bits).wrapping_sub(start)).unwrap_or_default()
}

fn low_byte(bits: u32) -> u8 {
    let [byte, ..] = bits.to_le_bytes();
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_some_bytes_is_one() {
        for canonical in ["", "AA==", "AAA=", "AAAA", "+/+/"] {
            assert!(is_canonical(canonical.as_bytes()), "{canonical}");
        }
        for other in ["A", "AA", "AA=", "AB==", "AAB=", "AAAA=", "AAAA====", "AA==AA==", "-_-_", "AA AA", " AAAA", "AAAA\n", "A===", "====", "="] {
            assert!(!is_canonical(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_hash_has_32_bytes() {
        assert_eq!(decode(encode(&[7; 32]).as_bytes()), Some([7; 32]));
        assert_eq!(decode(encode(&[7; 31]).as_bytes()), None);
        assert_eq!(decode(encode(&[7; 33]).as_bytes()), None);
        assert_eq!(decode(b""), None);
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod reference {
        use base64ct::{Base64, Encoding};
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn bytes_are_written_as_the_reference_writes_them(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
                prop_assert_eq!(super::super::encode(&bytes), Base64::encode_string(&bytes));
            }

            #[test]
            fn texts_are_read_as_the_reference_reads_them(text in "([A-Da-d012+/]{4}){0,3}[A-Da-d012+/=_ -]{0,4}") {
                let mut bytes = [0; 12];
                let read = super::super::read(text.as_bytes(), &mut bytes).map(|length| bytes[..length].to_vec());
                prop_assert_eq!(read, Base64::decode_vec(&text).ok());
            }
        }
    }
}
