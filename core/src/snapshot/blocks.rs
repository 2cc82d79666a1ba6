//! The blocks of a snapshot: index, completions, plain texts, bodies of articles.
//!
//! An answer reads only the few blocks it needs. Each block has a digest of its own, so it can be loaded separately
//! from a file or into a page.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::format::checked;
use super::pack::{pack, unpack};
use crate::codec::sorted::Sorted;
use crate::error::{Error, ErrorCode, Result};
use crate::model::Role;
use crate::store::codec::{self, Hash};

/// The size at which a block of plain texts is closed, in bytes. Source: measured on 1,000 articles of 3.4 KB, packed
/// as a server sends them. Ten results and the digests of all blocks take 29 KB with blocks of 4 KiB, 34 with 8, 55
/// with 16; the texts take 1.73, 1.64 and 1.53 MB.
pub const PLAIN_BLOCK_BYTES: usize = 4 << 10;

/// The size at which a block of bodies is closed, in bytes; bodies are read one at a time. Source: the same
/// measurement. The digests take 4 KB of the manifest with 16 KiB, and would take 14 with 4.
pub const BODY_BLOCK_BYTES: usize = 16 << 10;

/// One section as the viewers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    /// Its role.
    pub role: Role,
    /// Its heading.
    pub heading: Option<String>,
    /// The text, in the markup of the snapshot.
    pub text: String,
}

/// A reference to a text of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// The block.
    pub block: u32,
    /// The number of the article in the block.
    pub number: u32,
}

/// A block of a section. The blocks are contiguous.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The length in bytes.
    pub len: u32,
    /// The digest of these bytes.
    pub digest: Hash,
}

/// The blocks of a section, contiguous.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// The bytes of the section.
    pub bytes: Vec<u8>,
    /// The length and digest of each block.
    pub blocks: Vec<Block>,
}

impl Blocks {
    /// Joins these blocks.
    pub fn of(blocks: &[Vec<u8>]) -> Result<Blocks> {
        let mut all = Blocks::default();
        blocks.iter().try_for_each(|block| all.push(block))?;
        Ok(all)
    }

    /// Adds a block.
    pub fn push(&mut self, block: &[u8]) -> Result<()> {
        let len = u32::try_from(block.len())
            .map_err(|_| Error::internal("a block of a snapshot is over 4 GiB"))?;
        let digest = codec::hash(block);
        self.blocks.push(Block { len, digest });
        self.bytes.extend_from_slice(block);
        Ok(())
    }
}

/// Collects texts of articles into blocks.
pub struct BlockBuilder<T> {
    blocks: Blocks,
    open: Vec<T>,
    n_open: usize,
    most: usize,
}

impl<T: Serialize> BlockBuilder<T> {
    /// Creates an empty builder. A block holds at most `most` bytes, or a single article.
    pub fn new(most: usize) -> BlockBuilder<T> {
        BlockBuilder {
            blocks: Blocks::default(),
            open: Vec::new(),
            n_open: 0,
            most,
        }
    }

    /// Adds the text of an article; `n_bytes` is its size.
    pub fn add(&mut self, item: T, n_bytes: usize) -> Result<TextRef> {
        if self.n_open > 0 && self.n_open + n_bytes > self.most {
            self.close()?;
        }
        let place = TextRef {
            block: self.blocks.blocks.len() as u32,
            number: self.open.len() as u32,
        };
        self.n_open += n_bytes;
        self.open.push(item);
        Ok(place)
    }

    fn close(&mut self) -> Result<()> {
        self.n_open = 0;
        self.blocks.push(&pack(&std::mem::take(&mut self.open))?)
    }

    /// Returns the finished section.
    pub fn finish(mut self) -> Result<Blocks> {
        if !self.open.is_empty() {
            self.close()?;
        }
        Ok(self.blocks)
    }
}

/// A source of blocks.
pub trait Bytes: Send + Sync {
    /// Reads `len` bytes from offset `at` of the file.
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>>;

    /// Reads the block at offset `at` and compares it with its digest.
    fn block(&self, at: u64, block: &Block) -> Result<Vec<u8>> {
        checked(self.read(at, block.len as usize)?, &block.digest, "a block")
    }

    /// Drops the bytes before offset `at`, which will not be read again.
    fn kept_from(self: Box<Self>, at: u64) -> Box<dyn Bytes>;

    /// Returns true if the whole file is at hand, so that the index is read at opening.
    fn is_whole(&self) -> bool {
        false
    }

    /// Returns the path of the file, if there is one.
    #[cfg(feature = "disk")]
    fn path(&self) -> Option<&std::path::Path> {
        None
    }

    /// Returns the supplied blocks, if this source is filled by the host.
    fn supplied(&self) -> Option<&SuppliedBlocks> {
        None
    }
}

/// A file in memory, or its end. Its blocks were already compared with their digests.
pub struct InMemory {
    /// The offset of the bytes in the file.
    pub at: u64,
    /// The bytes from that offset on.
    pub bytes: Vec<u8>,
}

impl InMemory {
    /// Returns `len` bytes from offset `at`, if they are in memory.
    pub fn slice(&self, at: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.at)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }
}

impl Bytes for InMemory {
    fn is_whole(&self) -> bool {
        true
    }

    /// Skips the comparison: the bytes were compared at arrival and stayed in memory.
    fn block(&self, at: u64, block: &Block) -> Result<Vec<u8>> {
        self.read(at, block.len as usize)
    }

    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        let bytes = self.slice(at, len).ok_or_else(super::format::cut)?;
        Ok(bytes.to_vec())
    }

    fn kept_from(self: Box<Self>, at: u64) -> Box<dyn Bytes> {
        let from = at
            .checked_sub(self.at)
            .and_then(|from| usize::try_from(from).ok());
        let bytes = from.and_then(|from| self.bytes.get(from..));
        match bytes.map(<[u8]>::to_vec) {
            Some(bytes) => Box::new(InMemory { at, bytes }),
            None => self,
        }
    }
}

/// Blocks supplied by the host. A missing block is recorded as wanted, and the read can be repeated once it is
/// supplied.
pub struct SuppliedBlocks {
    front: InMemory,
    came: Mutex<Sorted<u64, Vec<u8>>>,
    wanted: Mutex<Sorted<u64, ()>>,
}

impl SuppliedBlocks {
    /// Creates a source with a manifest and no blocks.
    pub fn of(front: Vec<u8>) -> SuppliedBlocks {
        SuppliedBlocks {
            front: InMemory {
                at: 0,
                bytes: front,
            },
            came: Mutex::default(),
            wanted: Mutex::default(),
        }
    }

    /// Returns the offsets of the blocks that were read but are missing.
    pub fn wanted(&self) -> Vec<u64> {
        let wanted = self.wanted.lock();
        let wanted = wanted.unwrap_or_else(PoisonError::into_inner);
        wanted.keys().copied().collect()
    }

    /// Stores a block that was already compared with its digest.
    pub fn supply(&self, at: u64, bytes: Vec<u8>) {
        self.is_here(at);
        let came = self.came.lock();
        came.unwrap_or_else(PoisonError::into_inner)
            .insert(at, bytes);
    }

    /// Removes a block from the wanted ones.
    pub fn is_here(&self, at: u64) {
        let wanted = self.wanted.lock();
        wanted.unwrap_or_else(PoisonError::into_inner).remove(&at);
    }
}

impl Bytes for SuppliedBlocks {
    /// Skips the comparison: the bytes were compared at arrival and stayed in memory.
    fn block(&self, at: u64, block: &Block) -> Result<Vec<u8>> {
        self.read(at, block.len as usize)
    }

    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        if let Some(bytes) = self.front.slice(at, len) {
            return Ok(bytes.to_vec());
        }
        let came = self.came.lock();
        let came = came.unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = came.get(&at).filter(|bytes| bytes.len() == len) {
            return Ok(bytes.clone());
        }
        let wanted = self.wanted.lock();
        wanted
            .unwrap_or_else(PoisonError::into_inner)
            .insert(at, ());
        Err(not_here())
    }

    fn kept_from(mut self: Box<Self>, _: u64) -> Box<dyn Bytes> {
        self.front.bytes = Vec::new();
        self
    }

    fn supplied(&self) -> Option<&SuppliedBlocks> {
        Some(self)
    }
}

/// The error for a block that is not supplied yet.
fn not_here() -> Error {
    Error::new(
        ErrorCode::NotLoaded,
        "a shard of the snapshot is not here yet; supply the shards that Snapshot::wanted names and call again",
    )
}

/// The index of the blocks of one section.
pub struct BlockIndex {
    /// Each block with its offset in the file.
    blocks: Vec<(u64, Block)>,
}

impl BlockIndex {
    /// Indexes the section at offset `at` of `len` bytes, which its blocks must fill.
    pub fn new(mut at: u64, len: u64, blocks: Vec<Block>) -> Result<BlockIndex> {
        let end = at.checked_add(len);
        let blocks = blocks.into_iter().map(|block| {
            let begin = at;
            at = at.saturating_add(u64::from(block.len));
            (begin, block)
        });
        let blocks = blocks.collect();
        if end != Some(at) {
            return Err(Error::corrupt(
                "the blocks of a snapshot do not fill their section",
            ));
        }
        Ok(BlockIndex { blocks })
    }

    /// Returns its blocks, each with its offset in the file.
    pub fn blocks(&self) -> &[(u64, Block)] {
        &self.blocks
    }

    /// Reads a block by number.
    pub fn block(&self, bytes: &dyn Bytes, number: u32) -> Result<Vec<u8>> {
        let (at, block) = self.blocks.get(number as usize).ok_or_else(missing)?;
        bytes.block(*at, block)
    }
}

fn missing() -> Error {
    Error::corrupt("the snapshot names a text that is not there")
}

/// Reads the text behind a reference.
pub fn read<T: for<'de> Deserialize<'de>>(
    block_index: &BlockIndex,
    bytes: &dyn Bytes,
    place: TextRef,
) -> Result<T> {
    let packed = block_index.block(bytes, place.block)?;
    let list: Vec<T> = unpack(&packed, "texts")?;
    list.into_iter()
        .nth(place.number as usize)
        .ok_or_else(missing)
}
