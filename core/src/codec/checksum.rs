//! CRC-32, which detects damage of a record or a token.

/// The CRC-32 of IEEE 802.3. A page uses a table of sixteen entries, since that of `crc32fast` takes 16 KB that do
/// not compress.
pub fn crc32(bytes: &[u8]) -> u32 {
    #[cfg(target_arch = "wasm32")]
    return by_four_bits(bytes);
    #[cfg(not(target_arch = "wasm32"))]
    crc32fast::hash(bytes)
}

#[cfg(any(test, target_arch = "wasm32"))]
fn by_four_bits(bytes: &[u8]) -> u32 {
    let four_bits = |crc: u32| {
        let entry = TABLE.get((crc & 15) as usize);
        entry.copied().unwrap_or_default() ^ (crc >> 4)
    };
    !bytes
        .iter()
        .fold(!0, |crc, byte| four_bits(four_bits(crc ^ u32::from(*byte))))
}

/// The remainders of all four-bit values by the polynomial.
#[cfg(any(test, target_arch = "wasm32"))]
const TABLE: [u32; 16] = [
    0x0000_0000,
    0x1db7_1064,
    0x3b6e_20c8,
    0x26d9_30ac,
    0x76dc_4190,
    0x6b6b_51f4,
    0x4db2_6158,
    0x5005_713c,
    0xedb8_8320,
    0xf00f_9344,
    0xd6d6_a3e8,
    0xcb61_b38c,
    0x9b64_c2b0,
    0x86d3_d2d4,
    0xa00a_e278,
    0xbdbd_f21c,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_computes_the_same() {
        assert_eq!(by_four_bits(b"123456789"), 0xcbf4_3926);
        for n in 0..300_usize {
            let bytes: Vec<u8> = (0..n).map(|i| (i * 7 + n) as u8).collect();
            assert_eq!(by_four_bits(&bytes), crc32fast::hash(&bytes));
        }
    }
}
