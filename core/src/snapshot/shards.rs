//! Shards: the parts of a split snapshot, so that a page need not load a large base as a whole.
//!
//! The manifest (header, records, block index) is one file. Each block after it is a shard, a file named by its
//! digest. An unchanged shard therefore keeps its name from one publication to the next and can be cached for ever.

use std::collections::BTreeMap;

use super::blocks::{Block, BlockIndex, SuppliedBlocks};
use super::format::{self, Front, Name, digits};
use super::handle::Snapshot;
use super::open;
use crate::error::{Error, Result};
use crate::text::Stemmers;

/// A split snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotShards {
    /// The manifest, for [`SnapshotSource::Manifest`](crate::SnapshotSource::Manifest).
    pub manifest: Vec<u8>,
    /// The shards by name, 32 hexadecimal digits each.
    pub shards: BTreeMap<String, Vec<u8>>,
}

/// Returns the name of a shard.
pub(super) fn name(block: &Block) -> String {
    digits(&block.digest).collect()
}

/// Returns true if a file of this length is a manifest without its shards. Fails if it is neither a manifest nor
/// whole.
pub(super) fn is_alone(front: &Front, len: u64) -> Result<bool> {
    let [first, ..] = Name::IN_BLOCKS;
    let is_front = front.section(first)?.0 == len;
    // A snapshot without articles has no blocks, so its manifest is the whole file.
    match front.len()? == len {
        true => Ok(false),
        false if is_front => Ok(true),
        false => Err(format::cut()),
    }
}

fn slice(bytes: &[u8], at: u64, len: u64) -> Result<&[u8]> {
    let range = || {
        let from = usize::try_from(at).ok()?;
        bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)
    };
    range().ok_or_else(format::cut)
}

/// Reads the block index of each section in blocks.
fn block_indexes(front: &Front, bytes: &[u8]) -> Result<[BlockIndex; Name::IN_BLOCKS.len()]> {
    let (at, section) = front.section(Name::Blocks)?;
    let blocks = slice(bytes, at, section.len)?;
    format::compared(blocks, &section.digest, "Blocks")?;
    open::block_indexes(front, blocks)
}

impl Snapshot {
    /// Splits the file of a snapshot into a manifest and shards of some KiB each.
    ///
    /// Fails like [`Snapshot::open`].
    pub fn split(bytes: &[u8]) -> Result<SnapshotShards> {
        let front = format::read(bytes)?;
        if front.len()? != bytes.len() as u64 {
            return Err(format::cut());
        }
        let mut shards = BTreeMap::new();
        for block_index in block_indexes(&front, bytes)? {
            for (at, block) in block_index.blocks() {
                let bytes = slice(bytes, *at, u64::from(block.len))?;
                format::compared(bytes, &block.digest, "a block")?;
                shards.insert(name(block), bytes.to_vec());
            }
        }
        let [first, ..] = Name::IN_BLOCKS;
        let manifest = slice(bytes, 0, front.section(first)?.0)?;
        Ok(SnapshotShards {
            manifest: manifest.to_vec(),
            shards,
        })
    }

    /// Lists the shards that a manifest refers to, ascending, without opening it. For a whole file, lists the shards
    /// that a split would make.
    ///
    /// Use it to delete stale shards. Readers with an earlier manifest still request its shards, so delete only
    /// shards that no manifest in use refers to.
    ///
    /// Fails with `NotABase`, `FormatTooNew` or `Corrupt`. Only the header and the block index are compared with
    /// their digests.
    pub fn shard_names(bytes: &[u8]) -> Result<Vec<String>> {
        let front = format::read(bytes)?;
        is_alone(&front, bytes.len() as u64)?;
        let block_indexes = block_indexes(&front, bytes)?;
        Ok(names(block_indexes.iter().flat_map(BlockIndex::blocks)))
    }

    /// Returns true if these bytes are the manifest of a split snapshot, and false if they are a whole one.
    ///
    /// Fails like [`Snapshot::open`] if they are neither.
    pub fn is_manifest(bytes: &[u8]) -> Result<bool> {
        is_alone(&format::read(bytes)?, bytes.len() as u64)
    }

    pub(super) fn of_manifest(bytes: Vec<u8>, stemmers: Stemmers) -> Result<Snapshot> {
        let front = format::read(&bytes)?;
        let [first, ..] = Name::IN_BLOCKS;
        if front.section(first)?.0 != bytes.len() as u64 {
            return Err(format::cut());
        }
        let len = front.len()?;
        Snapshot::over(front, len, Box::new(SuppliedBlocks::of(bytes)), stemmers)
    }

    /// Returns the names of all shards.
    pub fn shards(&self) -> Vec<String> {
        names(self.0.block_indexes.iter().flat_map(BlockIndex::blocks))
    }

    /// Returns the names of the shards that calls asked for and that are still missing.
    pub fn wanted(&self) -> Vec<String> {
        let wanted = self.0.bytes.supplied().map(SuppliedBlocks::wanted);
        let wanted = wanted.unwrap_or_default();
        let blocks = self.0.block_indexes.iter().flat_map(BlockIndex::blocks);
        names(blocks.filter(|(at, _)| wanted.contains(at)))
    }

    /// Supplies a shard. Fails with `Corrupt` if the bytes do not match the name, and with `InvalidValue` if no
    /// shard has this name.
    pub fn supply(&self, shard: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &*self.0;
        let mut is_known = false;
        // Sections without lazy blocks keep the shard as supplied.
        let lazy_blocks = inner
            .lazy_blocks()
            .map(Some)
            .into_iter()
            .chain([None, None]);
        for (lazy_blocks, block_index) in lazy_blocks.zip(&inner.block_indexes) {
            for (number, (at, block)) in block_index.blocks().iter().enumerate() {
                if !digits(&block.digest).eq(shard.chars()) {
                    continue;
                }
                // Shards with the same name have the same bytes, so one comparison is enough.
                if !is_known {
                    format::compared(&bytes, &block.digest, "a shard")?;
                    is_known = true;
                }
                match (lazy_blocks, inner.bytes.supplied()) {
                    (Some(lazy_blocks), supplied) => {
                        lazy_blocks.set(number, bytes.clone());
                        supplied
                            .into_iter()
                            .for_each(|supplied| supplied.is_here(*at));
                    }
                    (None, Some(supplied)) => supplied.supply(*at, bytes.clone()),
                    (None, None) => {}
                }
            }
        }
        if !is_known {
            let rule = "no shard of this snapshot has that name; give one that `wanted` named";
            return Err(Error::invalid("shard", shard, rule));
        }
        Ok(())
    }
}

/// Returns the names of some shards, sorted and without duplicates.
fn names<'a>(blocks: impl Iterator<Item = &'a (u64, Block)>) -> Vec<String> {
    let mut names: Vec<String> = blocks.map(|(_, block)| name(block)).collect();
    names.sort();
    names.dedup();
    names
}
