//! The impression token of an answer: the articles shown, their order, and the ranking policy.
//!
//! Search writes nothing and returns this token. The first feedback that names it, or `record(shown)`,
//! stores it in the log.

use serde::{Deserialize, Serialize};

use crate::codec::checksum;
use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// The record of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impression {
    /// The base that answered.
    pub base: u64,
    /// The instant of the answer.
    pub at: Timestamp,
    /// The audience label of the viewer.
    pub audience: String,
    /// The query; `None` if the text of a case was the query.
    pub query: Option<String>,
    /// The case, for suggestions.
    pub case: Option<String>,
    /// The hash of the ranking policy.
    pub policy: u64,
    /// The articles, best first.
    pub articles: Vec<String>,
}

/// Returns the hexadecimal digit of a number below 16.
fn digit(half: u8) -> u8 {
    half + if half < 10 { b'0' } else { b'a' - 10 }
}

impl Impression {
    /// Encodes the token: text without spaces, safe in URLs and JSON.
    pub fn token(&self) -> Result<String> {
        let mut bytes = crate::codec::record::encode(self).map_err(|e| {
            Error::with_source(ErrorCode::Internal, "impression cannot be written", e)
        })?;
        bytes.extend_from_slice(&checksum::crc32(&bytes).to_le_bytes());
        // The digits are written as bytes, because writing chars took a tenth of a page's time per
        // answer.
        let digits = bytes.iter().map(|byte| [byte >> 4, byte & 15].map(digit));
        let digits: Vec<[u8; 2]> = digits.collect();
        let token = [b"k1-", digits.as_flattened()].concat();
        String::from_utf8(token).map_err(|_| Error::internal("an impression is no text"))
    }

    /// Decodes a token. Fails with [`ErrorCode::InvalidImpression`] if it is damaged or belongs to
    /// another base.
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
        let impression: Impression = crate::codec::record::decode(body)
            .map_err(|_| bad("it was written by another version"))?;
        if impression.base != base {
            return Err(bad("it is of another base"));
        }
        Ok(impression)
    }
}
