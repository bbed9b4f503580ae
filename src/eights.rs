//! Bytes, eight at a time: what is asked of every byte of the headers is asked of eight at once.

/// One in each byte.
const ONES: u64 = u64::MAX / 255;
const HIGHEST_BITS: u64 = ONES << 7;

/// The same byte eight times.
#[inline]
fn eight_times(byte: u8) -> u64 {
    ONES.wrapping_mul(u64::from(byte))
}

/// Whether all bytes are ASCII, and none is below the space.
#[inline]
pub(crate) fn are_printable(bytes: &[u8]) -> bool {
    let (eights, rest) = bytes.as_chunks();
    let marks = rest.iter().fold(0, |marks, byte| marks | byte.wrapping_sub(b' ') | byte);
    // A byte may borrow from the next, but only one that is told itself.
    let all = |marks: u64, eight: &[u8; 8]| marks | u64::from_le_bytes(*eight).wrapping_sub(eight_times(b' ')) | u64::from_le_bytes(*eight);
    (eights.iter().fold(0, all) | u64::from(marks)) & HIGHEST_BITS == 0
}

/// How many bytes at the start are, for certain, of those that stand for themselves in a quoted string.
#[inline]
pub(crate) fn leading_quoted(bytes: &[u8]) -> usize {
    let (eights, _) = bytes.as_chunks();
    let ends = |eight: &[u8; 8]| {
        let eight = u64::from_le_bytes(*eight);
        let is = |byte: u8| (eight ^ eight_times(byte)).wrapping_sub(ONES);
        // DEL overflows, what is below the space underflows; the bytes behind such a one do not matter.
        (eight | eight.wrapping_add(ONES) | eight.wrapping_sub(eight_times(b' ')) | is(b'"') | is(b'\\')) & HIGHEST_BITS != 0
    };
    eights.iter().position(ends).unwrap_or(eights.len()).wrapping_mul(8)
}

/// Where such a byte first stands.
#[cfg(any(test, all(target_arch = "wasm32", any(feature = "js", feature = "js-explain"))))]
#[inline]
pub(crate) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    let (eights, rest) = bytes.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let differences = u64::from_le_bytes(*eight) ^ eight_times(byte);
        // The lowest bit that is left is in the first byte without a difference.
        let found = differences.wrapping_sub(ONES) & !differences & HIGHEST_BITS;
        if found != 0 {
            return Some(at.wrapping_mul(8).wrapping_add(usize::try_from(found.trailing_zeros() / 8).unwrap_or_default()));
        }
    }
    let before = bytes.len().wrapping_sub(rest.len());
    rest.iter().position(|other| *other == byte).map(|at| before.wrapping_add(at))
}

/// Whether a text is this word of four to sixteen small letters, in any case: its first and its last four or eight letters, which may overlap, as a number each.
#[inline]
pub(crate) fn is_word<const N: usize>(text: &[u8], word: &[u8; N]) -> bool {
    const { assert!(4 <= N && N <= 16, "the letters in its middle would not be compared") };
    // That bit makes a small letter of its capital, and of nothing else.
    if N < 8 {
        let four = |bytes: Option<&[u8; 4]>| bytes.map(|bytes| u32::from_le_bytes(*bytes) | 0x2020_2020);
        text.len() == N && four(text.first_chunk()) == four(word.first_chunk()) && four(text.last_chunk()) == four(word.last_chunk())
    } else {
        let eight = |bytes: Option<&[u8; 8]>| bytes.map(|bytes| u64::from_le_bytes(*bytes) | eight_times(0x20));
        text.len() == N && eight(text.first_chunk()) == eight(word.first_chunk()) && eight(text.last_chunk()) == eight(word.last_chunk())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte in every place of texts of every length up to a few times eight.
    fn each(mut check: impl FnMut(&[u8], u8)) {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    check(&text, byte);
                }
            }
        }
    }

    #[test]
    fn printable_is_ascii_from_the_space_on() {
        each(|text, byte| assert_eq!(are_printable(text), matches!(byte, b' '..=0x7f), "{text:?}"));
        assert!(are_printable(b""));
    }

    #[test]
    fn what_leads_is_quoted() {
        each(|text, byte| {
            let length = leading_quoted(text);
            let plain = matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
            let first = if plain { text.len() } else { text.iter().position(|other| *other == byte).unwrap() };
            assert_eq!(length, first / 8 * 8, "{text:?}");
        });
    }

    #[test]
    fn a_word_is_itself_in_any_case_and_no_other() {
        fn check<const N: usize>(word: &[u8; N]) {
            for place in 0..N {
                for byte in 0..=u8::MAX {
                    let mut text = *word;
                    text[place] = byte;
                    assert_eq!(is_word(&text, word), text.eq_ignore_ascii_case(word), "{text:?}");
                }
            }
            assert!(!is_word(&word[1..], word) && !is_word(&[word.as_slice(), b"a"].concat(), word) && !is_word(b"", word));
        }
        check(b"date");
        check(b"keyid");
        check(b"headers");
        check(b"signature");
        check(b"authorization");
    }

    #[test]
    fn a_byte_is_found_where_it_first_stands() {
        each(|text, byte| {
            assert_eq!(position(text, byte), text.iter().position(|other| *other == byte));
            assert_eq!(position(text, b'b'), text.iter().position(|other| *other == b'b'));
        });
    }
}
