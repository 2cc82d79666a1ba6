//! The store in memory: for tests, for the scratch bases of as-of views, and for hosts without files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use super::backend::{Backend, Batch, Durability, RowVisitor, Table};
use crate::error::Result;

/// The rows of a table by key.
type TableRows = BTreeMap<Vec<u8>, Vec<u8>>;

/// Tables as sorted maps behind one lock.
#[derive(Default)]
pub struct MemoryBackend {
    tables: RwLock<BTreeMap<Table, TableRows>>,
    /// Bytes of all rows; changed only while the tables are locked for writing.
    bytes: AtomicU64,
}

/// Bytes a row takes beside its key and value: two `Vec`s, their allocations, its share of a tree node.
const ROW: u64 = 104;

fn row_bytes(key: &[u8], value: &[u8]) -> u64 {
    (key.len() + value.len()) as u64 + ROW
}

impl MemoryBackend {
    /// Creates an empty store.
    pub fn new() -> MemoryBackend {
        MemoryBackend::default()
    }
}

impl Backend for MemoryBackend {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        Ok(tables.get(&table).and_then(|rows| rows.get(key)).cloned())
    }

    fn scan(&self, table: Table, from: &[u8], visit: RowVisitor<'_>) -> Result<()> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        let Some(rows) = tables.get(&table) else {
            return Ok(());
        };
        for (key, value) in rows.range(from.to_vec()..) {
            if !visit(key, value)? {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, batch: &Batch, _: Durability) -> Result<()> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = self.bytes.load(Ordering::Relaxed);
        for ((table, key), value) in batch {
            let rows = tables.entry(*table).or_default();
            let before = match value {
                Some(value) => {
                    bytes += row_bytes(key, value);
                    rows.insert(key.clone(), value.clone())
                }
                None => rows.remove(key),
            };
            bytes -= before.map_or(0, |value| row_bytes(key, &value));
        }
        self.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn recover(&self) -> Result<()> {
        Ok(())
    }

    fn memory_bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
