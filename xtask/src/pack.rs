//! Bytes as text for a JavaScript file, which after gzip is hardly larger than the bytes. `pkg-template/src/platform/compile.ts` reads it.
//!
//! A digit is a character; 86 of them stand for themselves, the last three are marks. A byte is a mark and a digit, `86 * mark + digit`, or a digit alone, which
//! stands for the byte in that place of those before. So the text begins with the 86 bytes that are the most frequent in what follows, and those are no part of it.
//! Equal bytes stay equal text, which base64 does not keep. Hex does, but two digits a byte cost a tenth.

use std::cmp::Reverse;

/// Printable ASCII, but for what ends or changes a string in JavaScript or a script in HTML: it means the same in every encoding and to every bundler.
const EXCLUDED: &str = "\"$'<\\`";
const COMMON: usize = 86;

/// The text of these bytes.
#[allow(clippy::indexing_slicing)] // Every byte has a place in `counts`.
pub(crate) fn pack(bytes: &[u8]) -> String {
    let digits: Vec<char> = (' '..='~').filter(|character| !EXCLUDED.contains(*character)).collect();
    let (singles, marks) = digits.split_at(COMMON);
    let in_full = |byte: u8| [marks.get(usize::from(byte) / COMMON), singles.get(usize::from(byte) % COMMON)];
    let mut counts = [0_usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let mut common: Vec<u8> = (0..=u8::MAX).collect();
    common.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));
    common.truncate(COMMON);
    let head = common.iter().flat_map(|byte| in_full(*byte));
    let rest = bytes.iter().flat_map(|byte| match common.iter().position(|other| other == byte) {
        Some(place) => [singles.get(place), None],
        None => in_full(*byte),
    });
    head.chain(rest).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(text: &str) -> Vec<u8> {
        let digits: Vec<char> = (' '..='~').filter(|character| !EXCLUDED.contains(*character)).collect();
        let mut bytes = Vec::new();
        let mut mark = None;
        for character in text.chars() {
            let digit = digits.iter().position(|other| *other == character).unwrap();
            match mark.take() {
                None if digit >= COMMON => mark = Some(digit - COMMON),
                None => bytes.push(bytes[digit]),
                Some(mark) => bytes.push(u8::try_from(mark * COMMON + digit).unwrap()),
            }
        }
        bytes.split_off(COMMON)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        for bytes in [b"".as_slice(), b"\0asm\x01\0\0\0", &all, &all.repeat(3), &[0xff; 100]] {
            assert_eq!(unpack(&pack(bytes)), bytes);
        }
    }

    #[test]
    fn nothing_in_it_ends_a_string() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert!(pack(&all).chars().all(|character| character.is_ascii_graphic() && !EXCLUDED.contains(character) || character == ' '));
    }
}
