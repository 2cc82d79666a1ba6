//! A store in memory: for tests, for scratch bases of as-of views, and where there are no files.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::backend::{Backend, Batch, Durability, Table, Visit};
use crate::error::Result;

/// Values by key.
type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

/// Tables in sorted maps behind one lock.
#[derive(Default)]
pub struct MemoryBackend {
    tables: RwLock<BTreeMap<Table, Rows>>,
}

impl MemoryBackend {
    /// An empty store.
    pub fn new() -> MemoryBackend {
        MemoryBackend::default()
    }
}

impl Backend for MemoryBackend {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        Ok(tables.get(&table).and_then(|rows| rows.get(key)).cloned())
    }

    fn scan(&self, table: Table, from: &[u8], visit: Visit<'_>) -> Result<()> {
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
        for ((table, key), value) in batch {
            let rows = tables.entry(*table).or_default();
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(())
    }

    fn recover(&self) -> Result<()> {
        Ok(())
    }
}
