//! Encodes and compresses the records of a snapshot.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::record;
use crate::error::{Error, ErrorCode, Result};

/// Encodes a record.
pub fn written(record: &impl Serialize) -> Result<Vec<u8>> {
    record::encode(record)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "a snapshot cannot be written", e))
}

/// Encodes and compresses a record.
pub fn pack(record: &impl Serialize) -> Result<Vec<u8>> {
    let plain = written(record)?;
    if u32::try_from(plain.len()).is_err() {
        let limit = u32::MAX as usize;
        return Err(Error::too_large(
            "snapshot",
            plain.len(),
            limit,
            "bytes in a part",
        ));
    }
    Ok(lz4_flex::compress_prepend_size(&plain))
}

/// Decompresses and decodes a record. The bytes were already compared with their digest.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    // LZ4 expands a byte to at most 255, so a claimed length beyond that requests no memory.
    let claimed = bytes
        .first_chunk()
        .map(|len| u32::from_le_bytes(*len) as usize);
    if claimed.is_none_or(|len| len / 256 > bytes.len()) {
        return Err(Error::corrupt(format!(
            "the snapshot's {what} do not unpack"
        )));
    }
    let plain = lz4_flex::decompress_size_prepended(bytes)
        .map_err(|e| Error::corrupt(format!("the snapshot's {what} do not unpack: {e}")))?;
    record::decode(&plain)
        .map_err(|e| Error::corrupt(format!("the snapshot's {what} do not read: {e}")))
}
