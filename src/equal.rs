//! Comparison of hashes in constant time. Knows nothing of what they are of.

use subtle::{Choice, ConstantTimeEq};

/// Whether two hashes are equal; how long it takes tells nothing about which or how much. Eight bytes at a time: subtle keeps the compiler from looking into each comparison, which costs.
pub(crate) fn equal(one: &[u8; 32], other: &[u8; 32]) -> Choice {
    let mut same = Choice::from(1);
    for (one, other) in one.as_chunks().0.iter().zip(other.as_chunks().0) {
        same &= u64::from_le_bytes(*one).ct_eq(&u64::from_le_bytes(*other));
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_one_bit_makes_them_different() {
        let one = [0x5a; 32];
        assert!(bool::from(equal(&one, &one)));
        for bit in 0..256 {
            let mut other = one;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!bool::from(equal(&one, &other)), "bit {bit}");
        }
    }
}
