//! The binary encoding of records (schema number, body, checksum) and of keys.
//!
//! Every read compares the checksum, so a damaged record is an error and never a wrong answer. Keys are big-endian
//! numbers and 0-terminated texts, so that the byte order of keys is the order of scans.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::{checksum, value};
use crate::error::{Error, ErrorCode, Result};

/// The record schema this version writes, and the newest it reads.
pub const SCHEMA: u8 = 1;

/// Encodes a record.
pub fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>> {
    let body = crate::codec::record::encode(record)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "a record cannot be written", e))?;
    Ok(seal(&body))
}

/// Decodes a record. `what` names it in the error.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    crate::codec::record::decode(open(bytes, what)?).map_err(|e| {
        Error::corrupt(format!(
            "{what} does not read as a record of schema {SCHEMA}: {e}"
        ))
    })
}

/// Encodes a policy as JSON. A policy is rarely read, and its named numbers stay readable for later versions.
pub fn policy(policy: &crate::settings::RankPolicy) -> Result<Vec<u8>> {
    let json = crate::codec::value::text(policy)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "a policy cannot be written", e))?;
    Ok(seal(&json))
}

/// Decodes a policy or an event from JSON. `what` names it in the error.
pub fn json<T: DeserializeOwned>(bytes: &[u8], what: &dyn fmt::Display) -> Result<T> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|e| Error::corrupt(format!("{what} is not UTF-8: {e}")))?;
    value::json(text)
        .and_then(|value| value::typed(&value))
        .map_err(|e| Error::corrupt(format!("{what} does not read: {e}")))
}

/// Puts the schema number and the checksum around a body.
pub fn seal(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 5);
    bytes.push(SCHEMA);
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(&checksum::crc32(&bytes).to_le_bytes());
    bytes
}

/// Checks the schema number and the checksum, and returns the body.
pub fn open<'a>(bytes: &'a [u8], what: &str) -> Result<&'a [u8]> {
    let Some((sealed, sum)) = bytes.split_last_chunk::<4>() else {
        return Err(Error::corrupt(format!("{what} is cut short")));
    };
    if checksum::crc32(sealed) != u32::from_le_bytes(*sum) {
        return Err(Error::corrupt(format!(
            "the checksum of {what} does not hold"
        )));
    }
    match sealed.split_first() {
        Some((&SCHEMA, body)) => Ok(body),
        Some((&newer, _)) if newer > SCHEMA => Err(Error::new(
            ErrorCode::FormatTooNew,
            format!(
                "{what} has record schema {newer}; this version reads up to {SCHEMA}; use a newer kenpoint"
            ),
        )),
        _ => Err(Error::corrupt(format!(
            "{what} has an unknown record schema"
        ))),
    }
}

/// A hash of 128 bits.
pub type Hash = [u8; 16];

/// Hashes bytes to 128 bits.
pub fn hash(bytes: &[u8]) -> Hash {
    let mut out = [0; 16];
    for (slot, byte) in out.iter_mut().zip(blake3::hash(bytes).as_bytes()) {
        *slot = *byte;
    }
    out
}

/// Hashes a text to 64 bits: the key of a person in ledgers.
pub fn hash64(text: &str) -> u64 {
    hash(text.as_bytes())
        .iter()
        .take(8)
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Builds a key.
#[derive(Clone, Debug, Default)]
pub struct Key(pub Vec<u8>);

impl Key {
    /// An empty key.
    pub fn new() -> Key {
        Key::default()
    }

    /// Appends a byte.
    pub fn u8(mut self, n: u8) -> Key {
        self.0.push(n);
        self
    }

    /// Appends 32 bits.
    pub fn u32(mut self, n: u32) -> Key {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    /// Appends 64 bits.
    pub fn u64(mut self, n: u64) -> Key {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    /// Appends a signed number; the byte order of keys is the order of the numbers.
    pub fn i64(self, n: i64) -> Key {
        self.u64(n as u64 ^ 1 << 63)
    }

    /// Appends a signed number; the byte order of keys is the order of the numbers.
    pub fn i32(self, n: i32) -> Key {
        self.u32(n as u32 ^ 1 << 31)
    }

    /// Appends a text and a 0 byte. A text in a key contains no 0, since ids and names reject control characters.
    pub fn text(mut self, text: &str) -> Key {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        self
    }
}

/// Reads a key from the front.
#[derive(Clone, Copy, Debug)]
pub struct KeyReader<'a>(pub &'a [u8]);

impl<'a> KeyReader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or_else(|| Error::corrupt("a key is cut short"))?;
        self.0 = rest;
        Ok(*head)
    }

    /// Reads a byte.
    pub fn u8(&mut self) -> Result<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// Reads 32 bits.
    pub fn u32(&mut self) -> Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    /// Reads 64 bits.
    pub fn u64(&mut self) -> Result<u64> {
        self.take().map(u64::from_be_bytes)
    }

    /// Reads a signed number.
    pub fn i64(&mut self) -> Result<i64> {
        self.u64().map(|n| (n ^ 1 << 63) as i64)
    }

    /// Reads a signed number.
    pub fn i32(&mut self) -> Result<i32> {
        self.u32().map(|n| (n ^ 1 << 31) as i32)
    }

    /// Reads a text up to its 0 byte.
    pub fn text(&mut self) -> Result<&'a str> {
        let end = self
            .0
            .iter()
            .position(|byte| *byte == 0)
            .ok_or_else(|| Error::corrupt("a key is cut short"))?;
        let (text, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        std::str::from_utf8(text)
            .map_err(|_| Error::corrupt("a key holds bytes that are not UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_record_is_noticed() {
        let bytes = encode(&("text", 7u32)).unwrap();
        for i in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[i / 8] ^= 1 << (i % 8);
            assert!(decode::<(String, u32)>(&damaged, "it").is_err(), "bit {i}");
        }
    }

    #[test]
    fn keys_sort_as_their_numbers() {
        let key = |n| Key::new().i64(n).0;
        assert!(key(-5) < key(-1) && key(-1) < key(0) && key(0) < key(9));
        assert_eq!(KeyReader(&key(-5)).i64().unwrap(), -5);
        assert_eq!(
            KeyReader(&Key::new().text("ab").i32(-3).0).text().unwrap(),
            "ab"
        );
    }
}
