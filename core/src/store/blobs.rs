//! Compressed blobs of text, each stored once under its hash. The log and the versions refer to them by hash.

use super::backend::Table;
use super::codec::{self, Hash};
use super::txn::{Reader, Txn};
use crate::error::{Error, Result};

/// Stores a list of texts (the sections of a version, the entries of a case) and returns its hash.
pub fn put(txn: &mut Txn<'_>, texts: &[String]) -> Result<Hash> {
    let plain = crate::codec::record::encode(texts).map_err(|e| {
        Error::with_source(crate::ErrorCode::Internal, "texts cannot be written", e)
    })?;
    let hash = codec::hash(&plain);
    if txn.bytes(Table::Texts, &hash)?.is_none() {
        let packed = lz4_flex::compress_prepend_size(&plain);
        txn.put_bytes(Table::Texts, hash.to_vec(), codec::seal(&packed));
    }
    Ok(hash)
}

/// Reads the texts under a hash.
pub fn get(reader: &(impl Reader + ?Sized), hash: &Hash) -> Result<Vec<String>> {
    let bytes = reader
        .bytes(Table::Texts, hash)?
        .ok_or_else(|| Error::corrupt("a text is missing"))?;
    let plain = lz4_flex::decompress_size_prepended(codec::open(&bytes, "texts")?)
        .map_err(|e| Error::corrupt(format!("a text does not unpack: {e}")))?;
    crate::codec::record::decode(&plain)
        .map_err(|e| Error::corrupt(format!("a text does not read: {e}")))
}
