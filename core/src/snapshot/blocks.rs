//! What is in a snapshot by blocks: the index, completions, plain texts, bodies of articles.
//!
//! An answer reads the few blocks it needs. Each is under a digest of its own, so that a block may come
//! by itself: out of a file, or into a page when it is wanted.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::format::checked;
use super::pack::{pack, unpack};
use crate::codec::sorted::Sorted;
use crate::error::{Error, ErrorCode, Result};
use crate::model::Role;
use crate::store::codec::{self, Hash};

/// A block of plain texts is closed before it holds more. Bytes. Source: measured on 1,000 articles of 3.4 KB, packed
/// as a server sends them: ten results and the digests of all blocks are 29 KB with 4 KiB, 34 with 8, 55 with
/// 16; the texts are 1.73, 1.64 and 1.53 MB.
pub const PLAIN_BLOCK_BYTES: usize = 4 << 10;

/// The same of bodies, of which one is read at a time. Bytes. Source: the same measurement; the digests are 4 KB of
/// the front with 16 KiB, and would be 14 with 4.
pub const BODY_BLOCK_BYTES: usize = 16 << 10;

/// One section as its viewers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    /// Its role.
    pub role: Role,
    /// Its heading.
    pub heading: Option<String>,
    /// In the markup of the snapshot.
    pub text: String,
}

/// Where something of an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// The block.
    pub block: u32,
    /// The article's number in it.
    pub number: u32,
}

/// A block of a section. They stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Bytes.
    pub len: u32,
    /// Of these bytes.
    pub digest: Hash,
}

/// The blocks of a section, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// The section.
    pub bytes: Vec<u8>,
    /// What is where.
    pub blocks: Vec<Block>,
}

impl Blocks {
    /// These blocks.
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

/// Gathers what is kept of articles into blocks.
pub struct BlockBuilder<T> {
    blocks: Blocks,
    open: Vec<T>,
    n_open: usize,
    most: usize,
}

impl<T: Serialize> BlockBuilder<T> {
    /// Nothing yet. A block holds at most so many bytes, or a single article.
    pub fn new(most: usize) -> BlockBuilder<T> {
        BlockBuilder {
            blocks: Blocks::default(),
            open: Vec::new(),
            n_open: 0,
            most,
        }
    }

    /// Adds what is kept of an article, of so many bytes.
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

    /// The section.
    pub fn finish(mut self) -> Result<Blocks> {
        if !self.open.is_empty() {
            self.close()?;
        }
        Ok(self.blocks)
    }
}

/// Where the bytes of the blocks are read from.
pub trait Bytes: Send + Sync {
    /// `len` bytes from `at` on, counted from the beginning of the file.
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>>;

    /// The block that begins at `at`, compared with its digest.
    fn block(&self, at: u64, block: &Block) -> Result<Vec<u8>> {
        checked(self.read(at, block.len as usize)?, &block.digest, "a block")
    }

    /// The same, when nothing in front of `at` will be read any more.
    fn kept_from(self: Box<Self>, at: u64) -> Box<dyn Bytes>;

    /// Whether all blocks are in one place, so that the index is read at opening.
    fn is_whole(&self) -> bool {
        false
    }

    /// The file they are in, if they are in one.
    #[cfg(feature = "disk")]
    fn path(&self) -> Option<&std::path::Path> {
        None
    }

    /// The blocks that come by themselves, if these do.
    fn supplied(&self) -> Option<&SuppliedBlocks> {
        None
    }
}

/// A file in memory, or its end. Its blocks were compared with their digests before.
pub struct InMemory {
    /// Where it begins in the file.
    pub at: u64,
    /// The bytes from there on.
    pub bytes: Vec<u8>,
}

impl InMemory {
    /// `len` bytes from `at` on, if they are there.
    pub fn slice(&self, at: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.at)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }
}

impl Bytes for InMemory {
    fn is_whole(&self) -> bool {
        true
    }

    /// It was compared with its digest when it came, and stayed in memory since.
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

/// Blocks that come by themselves: what is not there yet is wanted, and can be asked for again once it came.
pub struct SuppliedBlocks {
    front: InMemory,
    came: Mutex<Sorted<u64, Vec<u8>>>,
    wanted: Mutex<Sorted<u64, ()>>,
}

impl SuppliedBlocks {
    /// The front of a file, of which no block is there yet.
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

    /// Where the blocks begin that were asked for and are not there.
    pub fn wanted(&self) -> Vec<u64> {
        let wanted = self.wanted.lock();
        let wanted = wanted.unwrap_or_else(PoisonError::into_inner);
        wanted.keys().copied().collect()
    }

    /// Takes a block, which was compared with its digest.
    pub fn supply(&self, at: u64, bytes: Vec<u8>) {
        self.is_here(at);
        let came = self.came.lock();
        came.unwrap_or_else(PoisonError::into_inner)
            .insert(at, bytes);
    }

    /// A block is not wanted any more.
    pub fn is_here(&self, at: u64) {
        let wanted = self.wanted.lock();
        wanted.unwrap_or_else(PoisonError::into_inner).remove(&at);
    }
}

impl Bytes for SuppliedBlocks {
    /// It was compared with its digest when it came, and stayed in memory since.
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

/// A block that did not come yet.
fn not_here() -> Error {
    Error::new(
        ErrorCode::NotLoaded,
        "a shard of the snapshot is not here yet; supply the shards that Snapshot::wanted names and call again",
    )
}

/// A section of the file that is in blocks.
pub struct BlockIndex {
    /// Each block, and where it begins in the file.
    blocks: Vec<(u64, Block)>,
}

impl BlockIndex {
    /// The section that begins at `at` and has so many bytes, which its blocks fill.
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

    /// Its blocks, each with where it begins in the file.
    pub fn blocks(&self) -> &[(u64, Block)] {
        &self.blocks
    }

    /// The bytes of a block.
    pub fn block(&self, bytes: &dyn Bytes, number: u32) -> Result<Vec<u8>> {
        let (at, block) = self.blocks.get(number as usize).ok_or_else(missing)?;
        bytes.block(*at, block)
    }
}

fn missing() -> Error {
    Error::corrupt("the snapshot names a text that is not there")
}

/// What stands at a place.
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
