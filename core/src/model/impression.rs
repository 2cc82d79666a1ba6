//! The token of an answer: what was shown, in which order, under which policy.
//!
//! Search writes nothing. It returns this token, and the first feedback that names it, or
//! `record(shown)`, puts it into the log.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// What an answer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impression {
    /// The base that answered.
    pub base: u64,
    /// When.
    pub at: Timestamp,
    /// The label it was made for.
    pub audience: String,
    /// The query, or nothing for the text of a case.
    pub query: Option<String>,
    /// The case, for suggestions.
    pub case: Option<String>,
    /// The hash of the ranking policy.
    pub policy: u64,
    /// The articles, best first.
    pub articles: Vec<String>,
}

impl Impression {
    /// The token: text without spaces, safe in URLs and JSON.
    pub fn token(&self) -> Result<String> {
        let mut bytes = postcard::to_stdvec(self).map_err(|e| {
            Error::with_source(ErrorCode::Internal, "impression cannot be written", e)
        })?;
        bytes.extend_from_slice(&crc32(&bytes).to_le_bytes());
        let mut token = String::with_capacity(3 + bytes.len() * 2);
        token.push_str("k1-");
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                token.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        Ok(token)
    }

    /// Reads a token back. Fails with [`ErrorCode::InvalidImpression`] if it is damaged or not of `base`.
    pub fn read(token: &str, base: u64) -> Result<Impression> {
        let bad = |why: &str| {
            Error::new(
                ErrorCode::InvalidImpression,
                format!("impression: {why}; pass the token as it was returned"),
            )
        };
        let hex = token
            .strip_prefix("k1-")
            .ok_or_else(|| bad("this is not a token of ours"))?;
        let digits: Vec<u8> = hex
            .chars()
            .map(|c| c.to_digit(16).map(|d| d as u8))
            .collect::<Option<_>>()
            .ok_or_else(|| bad("it holds characters that no token has"))?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(high << 4 | low),
                _ => None,
            })
            .collect::<Option<_>>()
            .ok_or_else(|| bad("it was cut"))?;
        let (body, sum) = bytes
            .split_last_chunk::<4>()
            .ok_or_else(|| bad("it was cut"))?;
        if crc32(body) != u32::from_le_bytes(*sum) {
            return Err(bad("its checksum does not hold"));
        }
        let impression: Impression =
            postcard::from_bytes(body).map_err(|_| bad("it was written by another version"))?;
        if impression.base != base {
            return Err(bad("it is of another base"));
        }
        Ok(impression)
    }
}

/// The CRC-32 of a token, which tells damage. By a table of sixteen: that of `crc32fast` is 16 KB that no one could
/// compress, which a page would load for some hundred bytes a question.
fn crc32(bytes: &[u8]) -> u32 {
    let four_bits = |crc: u32| {
        let entry = CRC_TABLE.get((crc & 15) as usize);
        entry.copied().unwrap_or_default() ^ (crc >> 4)
    };
    !bytes
        .iter()
        .fold(!0, |crc, byte| four_bits(four_bits(crc ^ u32::from(*byte))))
}

/// The remainders of all four bits by the polynomial of IEEE 802.3.
const CRC_TABLE: [u32; 16] = [
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
    fn the_checksum_is_that_of_the_log() {
        for n in 0..300_usize {
            let bytes: Vec<u8> = (0..n).map(|i| (i * 7 + n) as u8).collect();
            assert_eq!(crc32(&bytes), crc32fast::hash(&bytes));
        }
    }
}
