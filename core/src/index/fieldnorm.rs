//! A document's length in one byte, for the scorer.
//!
//! The id is Lucene's `SmallFloat.intToByte4`: exact up to 40, four significant bits above, ascending. All segments,
//! in memory and on disk, use it, so no score depends on the segment of a document. Lengths over 2^31 - 1 share the
//! last id.

/// The number of ids that are their own length: the values of a byte that the 4-bit floats do not use.
const EXACT: u32 = 24;

/// Returns the id of a length. Ascending in `length`.
pub fn to_id(length: u32) -> u8 {
    let length = length.min(i32::MAX as u32);
    if length < EXACT {
        return length as u8;
    }
    let rest = length - EXACT;
    let n_bits = 32 - rest.leading_zeros();
    let float = if n_bits < 4 {
        rest
    } else {
        // The leading one is implied; a shift of 0 is written as 1, since 0 marks the small numbers.
        let shift = n_bits - 4;
        (rest >> shift) & 7 | (shift + 1) << 3
    };
    (EXACT + float) as u8
}

/// Returns the least length with an id: `from_id(to_id(x)) <= x`, and equal up to 40.
pub fn from_id(id: u8) -> u32 {
    let id = u32::from(id);
    if id < EXACT {
        return id;
    }
    let float = id - EXACT;
    match (float >> 3).checked_sub(1) {
        None => EXACT + float,
        Some(shift) => EXACT + ((float & 7 | 8) << shift),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_lengths_are_exact_and_every_id_round_trips() {
        for length in 0..=40 {
            assert_eq!(from_id(to_id(length)), length);
        }
        // 41 - 24 = 17 = 0b10001 keeps its upper four bits: 16, so 40.
        assert_eq!(from_id(to_id(41)), 40);
        for byte in 0..=255 {
            assert_eq!(to_id(from_id(byte)), byte);
        }
        assert_eq!(to_id(u32::MAX), 255);
    }

    proptest! {
        #[test]
        fn ids_ascend_and_give_a_lower_bound(a: u32, b: u32) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(to_id(low) <= to_id(high));
            prop_assert!(from_id(to_id(a)) <= a);
            let capped = a.min(i32::MAX as u32);
            // Four significant bits: less than one part in eight is lost.
            prop_assert!(capped - from_id(to_id(a)) <= capped / 8);
        }
    }
}
