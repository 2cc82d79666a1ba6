//! A sorted table of keys and values, in blocks that are loaded on demand.
//!
//! The table always holds the beginning of each block: the shortest byte string that is above all earlier keys. A
//! block holds its keys, prefix-compressed (the length shared with the key before, and the rest), and then their
//! values. It follows the SSTable of Bigtable (Chang et al., OSDI 2006). Every length is checked before use.

use std::sync::OnceLock;

use super::ints::{ByteReader, put};
use super::lazy_blocks::LazyBlocks;

/// A block is closed when its keys and values reach this size. Bytes. Source: measured on 1,000 articles with 18,668
/// terms, compressed as a server sends them: the terms of a query of three words and the digests of all blocks are
/// 14 KB with 2 KiB, 14 with 4, 19 with 8; each further query is 5, 9 and 17.
pub const TABLE_BLOCK_BYTES: usize = 4 << 10;

/// Every so many keys of a used block one is kept in full and searched by halves; the keys between are scanned.
/// Source: our choice; a kept key takes some 50 bytes of memory.
const MARK_EVERY: usize = 8;

/// The bytes of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableBytes {
    /// The beginning of each block.
    pub firsts: Vec<u8>,
    /// The blocks.
    pub blocks: Vec<Vec<u8>>,
}

/// Builds a table.
#[derive(Default)]
pub struct SortedTableBuilder {
    done: TableBytes,
    keys: Vec<u8>,
    values: Vec<u8>,
    /// The last key, and the beginning of the last block.
    last: Vec<u8>,
    first: Vec<u8>,
}

/// The number of leading bytes that two keys share.
fn in_common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Appends the lengths of the shared prefix and of the rest of a key; returns the first.
fn put_lengths(into: &mut Vec<u8>, before: &[u8], key: &[u8]) -> usize {
    let shared = in_common(before, key);
    put(into, shared as u64);
    put(into, (key.len() - shared) as u64);
    shared
}

impl SortedTableBuilder {
    /// Adds a key, above all before it. Returns true if the key closed its block, as the last one in it.
    pub fn add(&mut self, key: &[u8], value: &[u8]) -> bool {
        let is_first = self.keys.is_empty();
        if is_first {
            let begin = match self.done.blocks.is_empty() {
                true => 0,
                false => in_common(&self.last, key) + 1,
            };
            let begin = key.get(..begin).unwrap_or(key);
            let firsts = &mut self.done.firsts;
            let shared = put_lengths(firsts, &self.first, begin);
            firsts.extend(begin.iter().skip(shared));
            self.first = begin.to_vec();
        }
        let before: &[u8] = if is_first { &[] } else { &self.last };
        let shared = put_lengths(&mut self.keys, before, key);
        put(&mut self.keys, value.len() as u64);
        self.keys.extend(key.iter().skip(shared));
        self.values.extend_from_slice(value);
        self.last = key.to_vec();
        let is_full = self.keys.len() + self.values.len() >= TABLE_BLOCK_BYTES;
        if is_full {
            self.close();
        }
        is_full
    }

    fn close(&mut self) {
        let mut block = Vec::with_capacity(self.keys.len() + self.values.len() + 5);
        put(&mut block, self.keys.len() as u64);
        block.append(&mut self.keys);
        block.append(&mut self.values);
        self.done.blocks.push(block);
    }

    /// Finishes the table.
    pub fn finish(mut self) -> TableBytes {
        if !self.keys.is_empty() {
            self.close();
        }
        self.done
    }
}

/// A table whose blocks may be missing.
pub struct SortedTable {
    firsts: Vec<Box<[u8]>>,
    lazy_blocks: LazyBlocks,
    /// By block: its sampled keys, once a key of it was read.
    marks: Vec<OnceLock<Vec<SampledKey>>>,
}

/// A full key of a block, with the number of bytes of keys and of values from it to the end of the block.
struct SampledKey {
    key: Box<[u8]>,
    left: [usize; 2],
}

/// The remaining keys of a block, and their values.
struct Rest<'a> {
    keys: ByteReader<'a>,
    values: ByteReader<'a>,
}

/// A prefix-compressed key: the length it shares with the key before, and the rest.
struct PrefixedKey<'a> {
    shared: usize,
    rest: &'a [u8],
    value: &'a [u8],
}

impl PrefixedKey<'_> {
    /// Turns the key before into this one.
    fn onto(&self, key: &mut Vec<u8>) -> Option<()> {
        if self.shared > key.len() {
            return None;
        }
        key.truncate(self.shared);
        key.extend_from_slice(self.rest);
        Some(())
    }
}

impl<'a> Rest<'a> {
    fn of(block: &'a [u8]) -> Option<Rest<'a>> {
        let mut values = ByteReader(block);
        let n_keys = values.small()? as usize;
        let keys = ByteReader(values.bytes(n_keys)?);
        Some(Rest { keys, values })
    }

    /// The rest of a block from a sampled key on.
    fn from(block: &'a [u8], mark: &SampledKey) -> Option<Rest<'a>> {
        let mut rest = Rest::of(block)?;
        let [keys, values] = mark.left;
        rest.keys.bytes(rest.keys.0.len().checked_sub(keys)?)?;
        rest.values
            .bytes(rest.values.0.len().checked_sub(values)?)?;
        Some(rest)
    }

    fn step(&mut self) -> Option<PrefixedKey<'a>> {
        let shared = self.keys.small()? as usize;
        let n_rest = self.keys.small()? as usize;
        let n_value = self.keys.small()? as usize;
        Some(PrefixedKey {
            shared,
            rest: self.keys.bytes(n_rest)?,
            value: self.values.bytes(n_value)?,
        })
    }
}

impl SortedTable {
    /// Opens a table from the beginnings of its blocks; none of them is loaded. `None` for malformed bytes.
    pub fn open(firsts: &[u8]) -> Option<SortedTable> {
        let mut bytes = ByteReader(firsts);
        let mut firsts: Vec<Box<[u8]>> = Vec::new();
        while !bytes.0.is_empty() {
            let (shared, n_rest) = (bytes.small()? as usize, bytes.small()? as usize);
            let last = firsts.last().map(|last| &**last);
            let before = last.unwrap_or_default().get(..shared)?;
            let first = [before, bytes.bytes(n_rest)?].concat();
            if last.is_some_and(|last| last >= first.as_slice()) {
                return None;
            }
            firsts.push(first.into());
        }
        Some(SortedTable {
            lazy_blocks: LazyBlocks::new(firsts.len()),
            marks: firsts.iter().map(|_| OnceLock::new()).collect(),
            firsts,
        })
    }

    /// Its blocks.
    pub fn lazy_blocks(&self) -> &LazyBlocks {
        &self.lazy_blocks
    }

    /// The block that may contain a key, if any.
    fn block_of(&self, key: &[u8]) -> Option<usize> {
        let up_to = self.firsts.partition_point(|first| **first <= *key);
        up_to.checked_sub(1)
    }

    /// The number of a key's block, and its value; `Some(None)` if the key is absent or its block missing. `None` for
    /// malformed bytes.
    pub fn get(&self, key: &[u8]) -> Option<Option<(usize, &[u8])>> {
        let found = self.block_of(key);
        let found = found.and_then(|number| Some((number, self.lazy_blocks.get(number)?)));
        let Some((number, block)) = found else {
            return Some(None);
        };
        let marks = self.marks_of(number, block)?;
        let up_to = marks.partition_point(|mark| *mark.key <= *key);
        let Some(mark) = up_to.checked_sub(1).and_then(|at| marks.get(at)) else {
            return Some(None);
        };
        let mut rest = Rest::from(block, mark)?;
        let step = rest.step()?;
        if *mark.key == *key {
            return Some(Some((number, step.value)));
        }
        // The length of the prefix that the key shares with the last key scanned.
        let mut matched = in_common(&mark.key, key);
        for _ in 1..MARK_EVERY {
            if rest.keys.0.is_empty() {
                break;
            }
            let step = rest.step()?;
            if step.shared > matched {
                // It shares more with the last key than the searched key does, so it is below it too.
                continue;
            }
            let left = key.get(step.shared..).unwrap_or_default();
            let same = in_common(step.rest, left);
            match (step.rest.get(same), left.get(same)) {
                (None, None) => return Some(Some((number, step.value))),
                (Some(its), Some(ours)) if its < ours => {}
                (None, Some(_)) => {}
                // It is above the searched key, and so is everything after it.
                _ => return Some(None),
            }
            matched = step.shared + same;
        }
        Some(None)
    }

    /// The sampled keys of a block, from its first key on.
    fn marks_of(&self, number: usize, block: &[u8]) -> Option<&[SampledKey]> {
        let cell = self.marks.get(number)?;
        if cell.get().is_none() {
            let mut rest = Rest::of(block)?;
            let (mut marks, mut key) = (Vec::new(), Vec::new());
            let mut n = 0;
            while !rest.keys.0.is_empty() {
                let left = [rest.keys.0.len(), rest.values.0.len()];
                rest.step()?.onto(&mut key)?;
                if n % MARK_EVERY == 0 {
                    let key = key.as_slice().into();
                    marks.push(SampledKey { key, left });
                }
                n += 1;
            }
            // Two threads may compute the same keys at once.
            let _ = cell.set(marks);
        }
        cell.get().map(Vec::as_slice)
    }

    /// Calls `visit` with each key that begins with `prefix`, ascending, and its value, until it returns false.
    /// Missing blocks are skipped; it ends at the `ahead`-th of them, since not all may be needed. `None` for
    /// malformed bytes.
    pub fn each(
        &self,
        prefix: &[u8],
        mut ahead: usize,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Option<()> {
        let from = self.block_of(prefix).unwrap_or(0);
        let firsts = self.firsts.iter().enumerate().skip(from);
        let numbers =
            firsts.take_while(|(_, first)| ***first <= *prefix || first.starts_with(prefix));
        let mut key = Vec::new();
        for (number, _) in numbers {
            let Some(block) = self.lazy_blocks.get(number) else {
                ahead = ahead.saturating_sub(1);
                if ahead == 0 {
                    return Some(());
                }
                continue;
            };
            let mut rest = Rest::of(block)?;
            key.clear();
            while !rest.keys.0.is_empty() {
                let step = rest.step()?;
                step.onto(&mut key)?;
                let is_done = match key.starts_with(prefix) {
                    true => !visit(&key, step.value),
                    false => key.as_slice() > prefix,
                };
                if is_done {
                    return Some(());
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn made(all: &BTreeMap<Vec<u8>, Vec<u8>>) -> (TableBytes, SortedTable) {
        let mut builder = SortedTableBuilder::default();
        for (key, value) in all {
            builder.add(key, value);
        }
        let bytes = builder.finish();
        let table = SortedTable::open(&bytes.firsts).unwrap();
        (bytes, table)
    }

    fn given(bytes: &TableBytes, table: &SortedTable) {
        for (number, block) in bytes.blocks.iter().enumerate() {
            table.lazy_blocks().set(number, block.clone());
        }
    }

    fn arb_table() -> impl Strategy<Value = BTreeMap<Vec<u8>, Vec<u8>>> {
        let key = prop::collection::vec(prop::sample::select(vec![0, 1, b'a', b'b', 255]), 0..6);
        // Some values fill a block, so that there are many blocks.
        let value = prop_oneof![
            4 => prop::collection::vec(any::<u8>(), 0..4),
            1 => any::<u8>().prop_map(|byte| vec![byte; TABLE_BLOCK_BYTES]),
        ];
        prop::collection::btree_map(key, value, 0..60)
    }

    proptest! {
        #[test]
        fn a_table_reads_as_a_map(all in arb_table(), asked in prop::collection::vec(any::<prop::sample::Index>(), 20)) {
            let (bytes, table) = made(&all);
            given(&bytes, &table);
            let keys: Vec<&Vec<u8>> = all.keys().collect();
            let near = asked.iter().filter(|_| !keys.is_empty()).flat_map(|at| {
                let key = keys[at.index(keys.len())];
                let cut = key[..at.index(key.len() + 1)].to_vec();
                [key.clone(), [key.as_slice(), &[0]].concat(), [cut.as_slice(), b"az"].concat(), cut]
            });
            for key in near.chain([Vec::new(), b"z".to_vec()]) {
                let found = table.get(&key).unwrap().map(|(_, value)| value);
                prop_assert_eq!(found, all.get(&key).map(Vec::as_slice), "{:?}", key);
                let mut found = Vec::new();
                table.each(&key, usize::MAX, &mut |key, value| {
                    found.push((key.to_vec(), value.to_vec()));
                    true
                }).unwrap();
                let begin_so = all.iter().filter(|(of, _)| of.starts_with(&key));
                let begin_so: Vec<_> = begin_so.map(|(key, value)| (key.clone(), value.clone())).collect();
                prop_assert_eq!(found, begin_so, "{:?}", key);
            }
            prop_assert_eq!(table.lazy_blocks().misses(), 0);
        }

        /// Damaged bytes read as absent keys and never cause a panic.
        #[test]
        fn damage_is_told_or_harmless(all in arb_table(), block in prop::collection::vec(any::<u8>(), 0..40), bit in any::<prop::sample::Index>()) {
            let (mut bytes, _) = made(&all);
            if let Some(first) = bytes.blocks.first_mut() {
                let bit = bit.index(first.len() * 8);
                first[bit / 8] ^= 1 << (bit % 8);
            }
            let table = SortedTable::open(&bytes.firsts).unwrap();
            given(&bytes, &table);
            let any = SortedTable::open(&[0, 0]).unwrap();
            any.lazy_blocks().set(0, block.clone());
            for table in [&table, &any] {
                table.each(b"", usize::MAX, &mut |_, _| true);
                for key in all.keys() {
                    table.get(key);
                }
            }
            // The beginnings of blocks may be damaged too.
            SortedTable::open(&block);
        }
    }

    #[test]
    fn blocks_begin_with_what_tells_them_apart() {
        let keys = ["lamp", "lampshade", "lantern", "lanterns of the sea"];
        let mut builder = SortedTableBuilder::default();
        for key in keys {
            assert!(builder.add(key.as_bytes(), &[7; TABLE_BLOCK_BYTES]));
        }
        let bytes = builder.finish();
        assert_eq!(bytes.blocks.len(), 4);
        let table = SortedTable::open(&bytes.firsts).unwrap();
        let firsts: Vec<&[u8]> = table.firsts.iter().map(|first| &**first).collect();
        assert_eq!(firsts, [&b""[..], b"lamps", b"lan", b"lanterns"]);
        assert_eq!(table.get(b"lampion"), Some(None));
        assert_eq!(table.lazy_blocks().take_wanted(), [0]);
        // Keys with this prefix may be in several blocks; all of them are requested.
        table.each(b"lamp", 9, &mut |_, _| true).unwrap();
        assert_eq!(table.lazy_blocks().take_wanted(), [0, 1]);
        table.each(b"", 3, &mut |_, _| true).unwrap();
        assert_eq!(table.lazy_blocks().take_wanted(), [0, 1, 2]);
        // Beginnings that do not ascend are malformed.
        assert!(SortedTable::open(&[0, 0, 0, 0]).is_none() && SortedTable::open(&[1, 0]).is_none());
    }
}
