//! Compressed blobs of text, each stored once under its hash. The log and the versions refer to them by hash.

use super::backend::Table;
use super::codec::{self, Hash};
use super::txn::{Reader, Txn};
use crate::error::{Error, Result};
use crate::model::{Event, EventKind};

/// Stores a list of texts (the sections of a version, the entries of a case) and returns its hash.
pub fn put(txn: &mut Txn<'_>, texts: &[String]) -> Result<Hash> {
    let plain = crate::codec::record::bytes(texts).map_err(|e| {
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
    crate::codec::record::read(&plain)
        .map_err(|e| Error::corrupt(format!("a text does not read: {e}")))
}

/// Moves the long texts out of an event, so that its log record can refer to them by hash.
pub fn take_out(event: &mut Event) -> Option<Vec<String>> {
    match &mut event.what {
        EventKind::Put { article, .. } => Some(
            article
                .sections
                .iter_mut()
                .map(|s| std::mem::take(&mut s.text))
                .collect(),
        ),
        EventKind::CaseOpened { case } => Some(
            case.entries
                .iter_mut()
                .map(|e| std::mem::take(&mut e.text))
                .collect(),
        ),
        EventKind::CaseNoted { entry } => Some(vec![std::mem::take(&mut entry.text)]),
        _ => None,
    }
}

/// Moves the texts back into the event.
pub fn put_back(event: &mut Event, texts: Vec<String>) {
    match &mut event.what {
        EventKind::Put { article, .. } => {
            for (section, text) in article.sections.iter_mut().zip(texts) {
                section.text = text;
            }
        }
        EventKind::CaseOpened { case } => {
            for (entry, text) in case.entries.iter_mut().zip(texts) {
                entry.text = text;
            }
        }
        EventKind::CaseNoted { entry } => {
            if let Some(text) = texts.into_iter().next() {
                entry.text = text;
            }
        }
        _ => {}
    }
}
