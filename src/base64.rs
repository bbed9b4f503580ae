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
#[inline(never)]
pub(crate) fn decode(text: &[u8]) -> Result<[u8; 32], NoHash> {
    let mut bytes = [0; 32];
    let length = read(text, &mut bytes).ok_or(NoHash::NotCanonical)?;
    if length == bytes.len() { Ok(bytes) } else { Err(NoHash::OtherLength) }
}

/// How many bytes a canonical text stands for, and the first of them as far as there is room for three at a time.
fn read(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let ([unpadded @ .., b'=', b'='] | [unpadded @ .., b'='] | unpadded) = text;
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let (quads, rest) = unpadded.as_chunks();
    let (triples, end) = bytes.as_chunks_mut();
    let mut triples = triples.iter_mut();
    let mut wrong = 0;
    for quad in quads {
        let (triple, value) = decoded(*quad);
        wrong |= value;
        if let Some(slot) = triples.next() {
            *slot = triple;
        }
    }
    // One or two bytes more, where there is padding; the bits behind them are zeros, or another text would stand for the same bytes.
    let mut quad = [b'A'; 4];
    quad.iter_mut().zip(rest).for_each(|(slot, character)| *slot = *character);
    let (triple, value) = decoded(quad);
    wrong |= value;
    let whole = rest.len().saturating_sub(1);
    let (last, stray) = triple.split_at_checked(whole)?;
    match triples.next() {
        Some(slot) => slot.iter_mut().zip(last).for_each(|(slot, byte)| *slot = *byte),
        None => end.iter_mut().zip(last).for_each(|(slot, byte)| *slot = *byte),
    }
    let canonical = wrong & NOTHING == 0 && stray.iter().all(|byte| *byte == 0);
    canonical.then(|| unpadded.len().wrapping_mul(3).wrapping_div(4))
}

/// Three bytes, and whether they are any: [`NOTHING`] is set where a character stands for nothing.
#[inline]
fn decoded([a, b, c, d]: [u8; 4]) -> ([u8; 3], u8) {
    let (a, b, c, d) = (value(a), value(b), value(c), value(d));
    let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
    let [_, triple @ ..] = bits.to_be_bytes();
    (triple, a | b | c | d)
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
                let mut bytes = [0; 12];
                let read = super::super::read(text.as_bytes(), &mut bytes).map(|length| bytes[..length].to_vec());
                prop_assert_eq!(read, Base64::decode_vec(&text).ok());
            }
        }
    }
}
