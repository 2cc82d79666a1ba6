//! Integers in few bytes: single ones, and blocks of equal width.
//!
//! Single integers are LEB128. A block is its numbers one after the other, `width` bits each, the lowest bit first
//! (frame of reference: Goldstein, Ramakrishnan and Shaft, ICDE 1998). Reading past the end gives `None`, never a
//! panic.

/// Appends a number in 7-bit groups, the lowest first.
pub fn put(into: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        into.push(n as u8 | 0x80);
        n >>= 7;
    }
    into.push(n as u8);
}

/// Reads bytes from the front.
#[derive(Clone, Copy, Debug)]
pub struct ByteReader<'a>(pub &'a [u8]);

impl<'a> ByteReader<'a> {
    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next `n` bytes.
    pub fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    /// A number written by [`put`].
    pub fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    /// A number written by [`put`], of at most 32 bits.
    pub fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }
}

/// Bits of the greatest of some numbers.
pub fn width(numbers: &[u32]) -> u8 {
    let all = numbers.iter().fold(0, |all, n| all | n);
    (32 - all.leading_zeros()) as u8
}

/// Bytes of a block of `n` numbers.
pub fn packed_len(n: usize, width: u8) -> usize {
    (n * usize::from(width)).div_ceil(8)
}

/// Appends the numbers, `width` bits each.
pub fn pack(into: &mut Vec<u8>, numbers: &[u32], width: u8) {
    let (mut bits, mut n_bits) = (0u64, 0u32);
    for &number in numbers {
        bits |= u64::from(number) << n_bits;
        n_bits += u32::from(width);
        while n_bits >= 8 {
            into.push(bits as u8);
            bits >>= 8;
            n_bits -= 8;
        }
    }
    if n_bits > 0 {
        into.push(bits as u8);
    }
}

/// Appends the `n` numbers of a block to `into`. Missing bytes read as 0: the caller passes [`packed_len`] bytes.
pub fn unpack(bytes: &[u8], n: usize, width: u8, into: &mut Vec<u32>) {
    let mask = (1u64 << width) - 1;
    let (mut bits, mut n_bits) = (0u64, 0u32);
    let mut bytes = bytes.iter();
    let numbers = (0..n).map(|_| {
        while n_bits < u32::from(width) {
            bits |= u64::from(bytes.next().copied().unwrap_or(0)) << n_bits;
            n_bits += 8;
        }
        let number = (bits & mask) as u32;
        bits >>= width;
        n_bits -= u32::from(width);
        number
    });
    into.extend(numbers);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            numbers in prop::collection::vec(any::<u32>(), 0..300),
            narrow in 0u32..32,
        ) {
            let numbers: Vec<u32> = numbers.iter().map(|n| n >> narrow).collect();
            let width = width(&numbers);
            let mut bytes = Vec::new();
            pack(&mut bytes, &numbers, width);
            prop_assert_eq!(bytes.len(), packed_len(numbers.len(), width));
            let mut back = Vec::new();
            unpack(&bytes, numbers.len(), width, &mut back);
            prop_assert_eq!(back, numbers);
        }

        #[test]
        fn a_number_comes_back(n in any::<u64>(), more in any::<u8>()) {
            let mut bytes = Vec::new();
            put(&mut bytes, n);
            bytes.push(more);
            let mut reader = ByteReader(&bytes);
            prop_assert_eq!(reader.number(), Some(n));
            prop_assert_eq!(reader.byte(), Some(more));
            prop_assert_eq!(reader.number(), None);
        }
    }

    #[test]
    fn bytes_that_never_end_are_no_number() {
        assert_eq!(ByteReader(&[0xff; 32]).number(), None);
        assert_eq!(ByteReader(&[0xff, 0xff, 0xff, 0xff, 0x7f]).small(), None);
    }
}
