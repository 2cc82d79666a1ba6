//! A snapshot in parts: a large base does not come into a page as a whole.
//!
//! Cutting is all there is to it. The front of the file (header, records, where what is in blocks) is one file, and
//! each block behind it another, named by its digest; so a part that did not change keeps its name from one
//! publication to the next, and may be kept for ever.

use std::collections::BTreeMap;

use super::blocks::{Block, BlockIndex, SuppliedBlocks};
use super::format::{self, Front, Name, digits};
use super::handle::Snapshot;
use super::open;
use crate::error::{Error, Result};
use crate::text::Stemmers;

/// A snapshot that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotShards {
    /// The front of the file, for [`Snapshot::open_front`].
    pub manifest: Vec<u8>,
    /// The parts by their names, 32 hexadecimal digits each.
    pub shards: BTreeMap<String, Vec<u8>>,
}

/// The name of a part.
pub(super) fn name(block: &Block) -> String {
    digits(&block.digest).collect()
}

/// Whether what is so long and begins so is a front without the parts; fails if it is neither that nor whole.
pub(super) fn is_alone(front: &Front, len: u64) -> Result<bool> {
    let [first, ..] = Name::IN_BLOCKS;
    let is_front = front.section(first)?.0 == len;
    // A snapshot without articles has nothing behind its front, and is whole.
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

/// What is in blocks, by the section that says so.
fn block_indexes(front: &Front, bytes: &[u8]) -> Result<[BlockIndex; Name::IN_BLOCKS.len()]> {
    let (at, section) = front.section(Name::Blocks)?;
    let blocks = slice(bytes, at, section.len)?;
    format::compared(blocks, &section.digest, "Blocks")?;
    open::block_indexes(front, blocks)
}

impl Snapshot {
    /// Cuts the file of a snapshot into parts of some KiB each and what stands in front of them.
    ///
    /// Fails as [`Snapshot::open`] does.
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

    /// The names of the parts of a front, ascending, without opening it; of a whole file those it is cut into.
    ///
    /// Who has an earlier front open, or keeps it, still asks for its parts: remove those only that none of these
    /// fronts names.
    ///
    /// Fails with `NotABase`, `FormatTooNew` or `Corrupt`. Compared with their digests are the header and what names
    /// the parts, and nothing else.
    pub fn shard_names(bytes: &[u8]) -> Result<Vec<String>> {
        let front = format::read(bytes)?;
        is_alone(&front, bytes.len() as u64)?;
        let block_indexes = block_indexes(&front, bytes)?;
        Ok(names(block_indexes.iter().flat_map(BlockIndex::blocks)))
    }

    /// Whether these bytes are the front of a snapshot that was cut, and not a whole one.
    ///
    /// Fails as [`Snapshot::open`] does: what is neither is damaged.
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

    /// The names of all parts that come by themselves.
    pub fn shards(&self) -> Vec<String> {
        names(self.0.block_indexes.iter().flat_map(BlockIndex::blocks))
    }

    /// The names of the parts that were asked for since the last call and are not here.
    pub fn wanted(&self) -> Vec<String> {
        let wanted = self.0.bytes.supplied().map(SuppliedBlocks::wanted);
        let wanted = wanted.unwrap_or_default();
        let blocks = self.0.block_indexes.iter().flat_map(BlockIndex::blocks);
        names(blocks.filter(|(at, _)| wanted.contains(at)))
    }

    /// Gives it a part. Fails with `Corrupt` if these are not its bytes, and with `InvalidValue` for a name that
    /// none of its parts has.
    pub fn supply(&self, shard: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &*self.0;
        let mut is_known = false;
        // What is not kept in slots is kept as it came.
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
                // All that have the name have the same bytes.
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

/// The names of some parts, each once.
fn names<'a>(blocks: impl Iterator<Item = &'a (u64, Block)>) -> Vec<String> {
    let mut names: Vec<String> = blocks.map(|(_, block)| name(block)).collect();
    names.sort();
    names.dedup();
    names
}
