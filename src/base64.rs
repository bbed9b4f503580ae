//! Strict base64 (RFC 4648, section 4): padded, no stray bits, no white space. Another text for the same bytes would be another signature for the same request.
//!
//! The crate base64ct, four times the code in the WebAssembly module, is the reference in the tests; its constant time is for secrets, and no secret comes here.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// In place of what a character stands for, where it stands for nothing.
const NOTHING: u8 = 0x80;

/// What each character stands for.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // While it is compiled.
static VALUES: [u8; 256] = {
    let mut values = [NOTHING; 256];
    let mut value = 0;
    while value < 64 {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Why a text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoHash {
    /// It stands for more or fewer bytes.
    OtherLength,
    /// It is not canonical.
    NotCanonical,
}

/// The bytes of a canonical text of exactly 32 bytes: an HMAC or a SHA-256.
///
/// # Errors
/// Why there are none.
pub(crate) fn decode(text: &[u8]) -> Result<[u8; 32], NoHash> {
    match text.try_into().ok().and_then(hash) {
        Some(hash) => Ok(hash),
        None if is_canonical(text) => Err(NoHash::OtherLength),
        None => Err(NoHash::NotCanonical),
    }
}

/// 43 characters and the padding: 32 bytes, and two bits more, which are zeros.
#[allow(clippy::many_single_char_names)] // A character each.
#[inline]
fn hash(text: &[u8; 44]) -> Option<[u8; 32]> {
    let [characters @ .., a, b, c, b'='] = text else { return None };
    let mut bytes = [0; 32];
    let (threes, last) = bytes.as_chunks_mut::<3>();
    let mut all = 0;
    for (three, four) in threes.iter_mut().zip(characters.as_chunks::<4>().0) {
        let [a, b, c, d] = four.map(value);
        all |= a | b | c | d;
        *three = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    let [a, b, c] = [*a, *b, *c].map(value);
    all |= a | b | c;
    *<&mut [u8; 2]>::try_from(last).ok()? = [a << 2 | b >> 4, b << 4 | c >> 2];
    (all & NOTHING == 0 && c.trailing_zeros() >= 2).then_some(bytes)
}

/// Whether it is the one text of some bytes: padded to a length that four divides, and the bits that are left are zeros.
#[cold]
fn is_canonical(text: &[u8]) -> bool {
    let (characters, left) = match text {
        [characters @ .., b'=', b'='] => (characters, 0b1111),
        [characters @ .., b'='] => (characters, 0b11),
        characters => (characters, 0),
    };
    let stray = characters.last().map_or(0, |last| value(*last) & left);
    text.len().is_multiple_of(4) && stray == 0 && characters.iter().all(|character| value(*character) != NOTHING)
}

#[inline]
fn value(character: u8) -> u8 {
    VALUES.get(usize::from(character)).copied().unwrap_or(NOTHING)
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

/// The character of six bits.
fn digit(bits: u32) -> char {
    usize::try_from(bits).ok().and_then(|place| ALPHABET.get(place)).copied().map_or('=', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_some_bytes_is_one() {
        for canonical in ["", "AA==", "AAA=", "AAAA", "+/+/"] {
            assert_eq!(decode(canonical.as_bytes()), Err(NoHash::OtherLength), "{canonical}");
        }
        for other in ["A", "AA", "AA=", "AB==", "AAB=", "AAAA=", "AAAA====", "AA==AA==", "-_-_", "AA AA", " AAAA", "AAAA\n", "A===", "====", "="] {
            assert_eq!(decode(other.as_bytes()), Err(NoHash::NotCanonical), "{other}");
        }
    }

    #[test]
    fn a_hash_has_32_bytes() {
        assert_eq!(decode(encode(&[7; 32]).as_bytes()), Ok([7; 32]));
        assert_eq!(decode(encode(&[7; 31]).as_bytes()), Err(NoHash::OtherLength));
        assert_eq!(decode(encode(&[7; 33]).as_bytes()), Err(NoHash::OtherLength));
        assert_eq!(decode(b""), Err(NoHash::OtherLength));
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
                prop_assert_eq!(super::super::is_canonical(text.as_bytes()), Base64::decode_vec(&text).is_ok());
            }

            #[test]
            fn hashes_are_read_as_the_reference_reads_them(bytes: [u8; 32], at in 0..44_usize, character in "[A-Za-z0-9+/=_ -]") {
                let mut text = Base64::encode_string(&bytes);
                prop_assert_eq!(super::super::decode(text.as_bytes()), Ok(bytes));
                text.replace_range(at..=at, &character);
                let read = Base64::decode_vec(&text).map(|read| <[u8; 32]>::try_from(read).map_err(|_| super::super::NoHash::OtherLength));
                prop_assert_eq!(super::super::decode(text.as_bytes()), read.unwrap_or(Err(super::super::NoHash::NotCanonical)));
            }
        }
    }
}
