//! Verification: a replay of the whole log into memory, compared with the stored tables row by row.

use std::collections::BTreeMap;

use serde::Serialize;

use super::config::BaseConfig;
use super::log;
use crate::error::{Error, Result};
use crate::projection;
use crate::store::backend::{Backend, Durability, Table};
use crate::store::codec::{self, Hash};
use crate::store::memory::MemoryBackend;
use crate::store::txn::{Reader, Txn};

/// The result of `verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verified {
    /// Number of log records.
    pub records: u64,
    /// Number of rows in all tables. Each was read and its checksum compared.
    pub rows: u64,
    /// A digest of the tables; equal logs give equal digests.
    pub digest: String,
}

/// Rows of `Meta` that the projection does not write.
const OWN: &[&[u8]] = &[b"base"];

/// Replays the log into memory and compares every row of every table with the store.
///
/// Calls `step` for each record and row, and fails with its error. Fails with `Corrupt`, naming the first table and
/// row that differ. Cost: a replay of the whole log.
pub fn verify(
    store: &dyn Backend,
    config: &BaseConfig,
    step: &mut dyn FnMut() -> Result<()>,
) -> Result<Verified> {
    let scratch = MemoryBackend::new();
    let mut records = 0;
    log::each(store, 1, &mut |record| {
        step()?;
        let mut txn = Txn::new(&scratch);
        let place = record.seq;
        projection::apply(&mut txn, config, record.arrived, record.event)
            .map_err(|e| Error::corrupt(format!("log record {place} cannot be projected: {e}")))?;
        if log::head(&txn)?.seq != place {
            return Err(Error::corrupt(format!(
                "log record {place} changes nothing when it is projected again"
            )));
        }
        scratch.commit(&txn.into_batch(), Durability::Immediate)?;
        records += 1;
        Ok(true)
    })?;
    let mut rows = 0;
    for table in Table::ALL {
        let (found, expected) = (all(store, *table, step)?, all(&scratch, *table, step)?);
        rows += found.len() as u64;
        let differs = found
            .iter()
            .map(|(key, value)| (key, expected.get(key) == Some(value)))
            .chain(expected.keys().map(|key| (key, found.contains_key(key))))
            .find(|(key, equal)| {
                let own = *table == Table::Meta && OWN.contains(&key.as_slice());
                !(*equal || own)
            });
        if let Some((key, _)) = differs {
            return Err(Error::corrupt(format!(
                "table {} differs from the projection of the log at the row {}",
                table.name(),
                key.escape_ascii()
            )));
        }
    }
    Ok(Verified {
        records,
        rows,
        digest: digest(store)?,
    })
}

/// Computes a digest over every row of every table, in order.
pub fn digest(store: &dyn Backend) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for table in Table::ALL {
        hasher.update(table.name().as_bytes());
        store.scan(*table, &[], &mut |key, value| {
            if *table != Table::Meta || !OWN.contains(&key) {
                for part in [key, value] {
                    hasher.update(&(part.len() as u64).to_le_bytes());
                    hasher.update(part);
                }
            }
            Ok(true)
        })?;
    }
    Ok(hasher
        .finalize()
        .to_hex()
        .as_str()
        .chars()
        .take(32)
        .collect())
}

fn all(
    store: &dyn Backend,
    table: Table,
    step: &mut dyn FnMut() -> Result<()>,
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut rows = BTreeMap::new();
    store.each(table, &[], &mut |key, value| {
        step()?;
        // Rows with all data in the key, and rows with a plain id or number as value, have no checksum.
        let plain = matches!(
            table,
            Table::ArticleIds
                | Table::CaseIds
                | Table::LinksBack
                | Table::Readers
                | Table::Parties
                | Table::Sources
                | Table::Events
        );
        if !plain {
            codec::open(value, table.name())?;
        }
        if table == Table::Texts {
            let hash: Hash = key
                .try_into()
                .map_err(|_| Error::corrupt("the key of a text is not a hash"))?;
            let packed = codec::open(value, "texts")?;
            let text = lz4_flex::decompress_size_prepended(packed)
                .map_err(|e| Error::corrupt(format!("a text does not unpack: {e}")))?;
            if codec::hash(&text) != hash {
                return Err(Error::corrupt("a text is not what its hash says"));
            }
        }
        rows.insert(key.to_vec(), value.to_vec());
        Ok(true)
    })?;
    Ok(rows)
}
