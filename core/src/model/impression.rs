//! The token of an answer: what was shown, in which order, under which policy.
//!
//! Search writes nothing. It returns this token, and the first feedback that names it, or
//! `record(shown)`, puts it into the log.

use serde::{Deserialize, Serialize};

use crate::codec::checksum;
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

/// The hexadecimal digit of a number below 16.
fn digit(half: u8) -> u8 {
    half + if half < 10 { b'0' } else { b'a' - 10 }
}

impl Impression {
    /// The token: text without spaces, safe in URLs and JSON.
    pub fn token(&self) -> Result<String> {
        let mut bytes = crate::codec::record::bytes(self).map_err(|e| {
            Error::with_source(ErrorCode::Internal, "impression cannot be written", e)
        })?;
        bytes.extend_from_slice(&checksum::crc32(&bytes).to_le_bytes());
        // As bytes: character by character it was a tenth of the time a page takes for an answer.
        let digits = bytes.iter().map(|byte| [byte >> 4, byte & 15].map(digit));
        let digits: Vec<[u8; 2]> = digits.collect();
        let token = [b"k1-", digits.as_flattened()].concat();
        String::from_utf8(token).map_err(|_| Error::internal("an impression is no text"))
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
        if checksum::crc32(body) != u32::from_le_bytes(*sum) {
            return Err(bad("its checksum does not hold"));
        }
        let impression: Impression = crate::codec::record::read(body)
            .map_err(|_| bad("it was written by another version"))?;
        if impression.base != base {
            return Err(bad("it is of another base"));
        }
        Ok(impression)
    }
}
