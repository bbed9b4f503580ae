//! Strict base64: padded, no stray bits, no white space. Another text for the same bytes would be another signature for the same request.

use base64ct::{Base64, Encoding};

/// The bytes of a canonical text of exactly 32 bytes: an HMAC or a SHA-256.
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let length = Base64::decode(text, &mut bytes).ok()?.len();
    (length == bytes.len()).then_some(bytes)
}

/// Whether a text is canonical, whatever its length.
pub(crate) fn is_canonical(text: &str) -> bool {
    let mut bytes = vec![0; text.len()];
    Base64::decode(text, &mut bytes).is_ok()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_some_bytes_is_one() {
        for canonical in ["", "AA==", "AAA=", "AAAA", "+/+/"] {
            assert!(is_canonical(canonical), "{canonical}");
        }
        for other in ["A", "AA", "AA=", "AB==", "AAB=", "AAAA=", "AAAA====", "AA==AA==", "-_-_", "AA AA", " AAAA", "AAAA\n", "A===", "====", "="] {
            assert!(!is_canonical(other), "{other}");
        }
    }

    #[test]
    fn a_hash_has_32_bytes() {
        assert_eq!(decode(encode(&[7; 32]).as_bytes()), Some([7; 32]));
        assert_eq!(decode(encode(&[7; 31]).as_bytes()), None);
        assert_eq!(decode(encode(&[7; 33]).as_bytes()), None);
        assert_eq!(decode(b""), None);
    }
}
