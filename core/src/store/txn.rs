//! Typed reads, and the transaction that gathers the writes of a commit.
//!
//! A [`Txn`] reads the store with the pending writes of this commit on top. An operation that fails is rolled back to
//! its savepoint and leaves the other operations of the commit in place.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::backend::{Backend, Batch, RowVisitor, Table};
use super::codec;
use crate::error::Result;

/// Typed reads from the store alone, or from a transaction with its pending writes.
pub trait Reader {
    /// Returns the bytes of a row.
    fn bytes(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Calls `visit` with each row whose key begins with `prefix`, ascending, until it returns false.
    fn each(&self, table: Table, prefix: &[u8], visit: RowVisitor<'_>) -> Result<()>;

    /// Decodes the record of a row.
    fn record<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>> {
        self.bytes(table, key)?
            .map(|bytes| codec::decode(&bytes, table.name()))
            .transpose()
    }

    /// Decodes the record of a row that must exist, because another record refers to it.
    fn required<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<T> {
        self.record(table, key)?.ok_or_else(|| {
            crate::error::Error::corrupt(format!(
                "a row of {} that others refer to is missing",
                table.name()
            ))
        })
    }

    /// Returns the keys that begin with `prefix`, ascending.
    fn keys(&self, table: Table, prefix: &[u8]) -> Result<Vec<Vec<u8>>> {
        let mut keys = Vec::new();
        self.each(table, prefix, &mut |key, _| {
            keys.push(key.to_vec());
            Ok(true)
        })?;
        Ok(keys)
    }
}

impl<B: Backend + ?Sized> Reader for B {
    fn bytes(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.get(table, key)
    }

    fn each(&self, table: Table, prefix: &[u8], visit: RowVisitor<'_>) -> Result<()> {
        self.scan(table, prefix, &mut |key, value| {
            Ok(key.starts_with(prefix) && visit(key, value)?)
        })
    }
}

/// A row with its previous pending value: none (`None`), a removal (`Some(None)`) or a value.
type Undo = ((Table, Vec<u8>), Option<Option<Vec<u8>>>);

/// A transaction: the store with pending writes on top.
pub struct Txn<'a> {
    backend: &'a dyn Backend,
    writes: Batch,
    /// The undo log of the present job. `event` is its length at the savepoint of the present event.
    undo: Vec<Undo>,
    event: usize,
}

impl<'a> Txn<'a> {
    /// Begins a transaction without pending writes.
    pub fn new(backend: &'a dyn Backend) -> Txn<'a> {
        Txn {
            backend,
            writes: BTreeMap::new(),
            undo: Vec::new(),
            event: 0,
        }
    }

    /// Begins a job: a run of events that are committed together or not at all.
    pub fn begin_job(&mut self) {
        self.undo.clear();
        self.event = 0;
    }

    /// Rolls the whole job back.
    pub fn abort_job(&mut self) {
        self.event = 0;
        self.rollback();
    }

    /// Sets the savepoint of the next event.
    pub fn savepoint(&mut self) {
        self.event = self.undo.len();
    }

    /// Rolls back to the savepoint of the present event.
    pub fn rollback(&mut self) {
        while self.undo.len() > self.event
            && let Some((row, old)) = self.undo.pop()
        {
            match old {
                Some(value) => self.writes.insert(row, value),
                None => self.writes.remove(&row),
            };
        }
    }

    /// Returns true if there are no pending writes.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Writes a row of bytes.
    pub fn put_bytes(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.set((table, key), Some(value));
    }

    /// Writes a row with a record.
    pub fn put<T: Serialize>(&mut self, table: Table, key: Vec<u8>, record: &T) -> Result<()> {
        self.set((table, key), Some(codec::encode(record)?));
        Ok(())
    }

    /// Writes a row whose key says all; its value is empty.
    pub fn mark(&mut self, table: Table, key: Vec<u8>) {
        self.set((table, key), Some(Vec::new()));
    }

    /// Removes a row.
    pub fn remove(&mut self, table: Table, key: Vec<u8>) {
        self.set((table, key), None);
    }

    fn set(&mut self, row: (Table, Vec<u8>), value: Option<Vec<u8>>) {
        let old = self.writes.insert(row.clone(), value);
        self.undo.push((row, old));
    }

    /// Returns the rows to commit.
    pub fn into_batch(self) -> Batch {
        self.writes
    }
}

impl Reader for Txn<'_> {
    fn bytes(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.writes.get(&(table, key.to_vec())) {
            Some(pending) => Ok(pending.clone()),
            None => self.backend.get(table, key),
        }
    }

    fn each(&self, table: Table, prefix: &[u8], visit: RowVisitor<'_>) -> Result<()> {
        let mut pending = self
            .writes
            .range((table, prefix.to_vec())..)
            .take_while(|((t, key), _)| *t == table && key.starts_with(prefix))
            .map(|((_, key), value)| (key.as_slice(), value.as_deref()))
            .peekable();
        // Both sides ascend and are read only as far as the visitor goes.
        let mut goes_on = true;
        self.backend.each(table, prefix, &mut |key, value| {
            while let Some((earlier, value)) = pending.next_if(|(other, _)| *other < key) {
                goes_on = value.map_or(Ok(true), |value| visit(earlier, value))?;
                if !goes_on {
                    return Ok(false);
                }
            }
            let stored = Some(value);
            let own = pending.next_if(|(other, _)| *other == key);
            let value = own.map_or(stored, |(_, value)| value);
            goes_on = value.map_or(Ok(true), |value| visit(key, value))?;
            Ok(goes_on)
        })?;
        for (key, value) in pending {
            goes_on = goes_on && value.map_or(Ok(true), |value| visit(key, value))?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::backend::Durability;
    use crate::store::memory::MemoryBackend;

    fn rows(txn: &Txn<'_>, most: usize) -> Vec<(u8, u8)> {
        let mut rows = Vec::new();
        let mut visit = |key: &[u8], value: &[u8]| {
            if let ([_, key], [value]) = (key, value) {
                rows.push((*key, *value));
            }
            Ok(rows.len() < most)
        };
        txn.each(Table::Meta, b"a", &mut visit).unwrap();
        rows
    }

    /// Pending writes stand among the stored rows in order, replace and remove them, and the visit ends where it is told.
    #[test]
    fn a_scan_merges_stored_and_pending_rows() {
        let store = MemoryBackend::new();
        let mut txn = Txn::new(&store);
        for key in [2, 4, 6, 8] {
            txn.put_bytes(Table::Meta, vec![b'a', key], vec![1]);
        }
        txn.put_bytes(Table::Meta, vec![b'b', 1], vec![1]);
        store
            .commit(&txn.into_batch(), Durability::Immediate)
            .unwrap();
        let mut txn = Txn::new(&store);
        assert_eq!(rows(&txn, 9), [(2, 1), (4, 1), (6, 1), (8, 1)]);
        txn.put_bytes(Table::Meta, vec![b'a', 1], vec![2]);
        txn.put_bytes(Table::Meta, vec![b'a', 4], vec![2]);
        txn.remove(Table::Meta, vec![b'a', 6]);
        txn.put_bytes(Table::Meta, vec![b'a', 9], vec![2]);
        txn.put_bytes(Table::Meta, vec![b'b', 0], vec![2]);
        let all = [(1, 2), (2, 1), (4, 2), (8, 1), (9, 2)];
        for most in 1..=5 {
            assert_eq!(rows(&txn, most), all[..most]);
        }
        // Only pending rows, and a pending removal first.
        txn.remove(Table::Meta, vec![b'a', 1]);
        assert_eq!(rows(&txn, 1), [(2, 1)]);
    }
}
