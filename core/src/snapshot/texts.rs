//! The texts of the articles, in compressed blocks: an answer reads the few blocks it shows.

use serde::{Deserialize, Serialize};

use super::contents::{pack, unpack};
use super::format::checked;
use crate::error::{Error, Result};
use crate::model::Role;
use crate::store::codec::{self, Hash};

/// A block is closed once it holds so much text. Bytes. Source: our choice; a block is what one result
/// costs to show, and smaller ones compress worse.
const BLOCK_BYTES: usize = 16 << 10;

/// One section as its viewers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    /// Its role.
    pub role: Role,
    /// Its heading.
    pub heading: Option<String>,
    /// CommonMark.
    pub text: String,
}

/// Where the sections of an article are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The block.
    pub block: u32,
    /// The article's number in it.
    pub number: u32,
}

/// Where a block is in the section of the texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its first byte.
    pub at: u64,
    /// Bytes.
    pub len: u32,
    /// Of these bytes.
    pub digest: Hash,
}

/// Gathers texts into blocks.
#[derive(Default)]
pub struct Builder {
    bytes: Vec<u8>,
    blocks: Vec<Block>,
    open: Vec<Vec<SectionText>>,
    n_open: usize,
}

impl Builder {
    /// Adds the sections of an article.
    pub fn add(&mut self, sections: Vec<SectionText>) -> Result<Place> {
        let n_bytes: usize = sections.iter().map(|section| section.text.len()).sum();
        if self.n_open > 0 && self.n_open + n_bytes > BLOCK_BYTES {
            self.close()?;
        }
        let place = Place {
            block: self.blocks.len() as u32,
            number: self.open.len() as u32,
        };
        self.n_open += n_bytes;
        self.open.push(sections);
        Ok(place)
    }

    fn close(&mut self) -> Result<()> {
        let packed = pack(&std::mem::take(&mut self.open))?;
        self.n_open = 0;
        let len = u32::try_from(packed.len())
            .map_err(|_| Error::internal("a block of texts is over 4 GiB"))?;
        self.blocks.push(Block {
            at: self.bytes.len() as u64,
            len,
            digest: codec::hash(&packed),
        });
        self.bytes.extend_from_slice(&packed);
        Ok(())
    }

    /// The bytes of all blocks, and where each is.
    pub fn finish(mut self) -> Result<(Vec<u8>, Vec<Block>)> {
        if !self.open.is_empty() {
            self.close()?;
        }
        Ok((self.bytes, self.blocks))
    }
}

/// Where the bytes of the blocks are read from.
pub trait Bytes: Send + Sync {
    /// `len` bytes from `at` on, counted from the beginning of the file.
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>>;

    /// The same, when nothing in front of `at` will be read any more.
    fn kept_from(self: Box<Self>, at: u64) -> Box<dyn Bytes>;

    /// The file they are in, if they are in one.
    #[cfg(feature = "disk")]
    fn path(&self) -> Option<&std::path::Path> {
        None
    }
}

/// A file in memory, or its end.
pub struct InMemory {
    /// Where it begins in the file.
    pub at: u64,
    /// The bytes from there on.
    pub bytes: Vec<u8>,
}

impl Bytes for InMemory {
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        let from = at
            .checked_sub(self.at)
            .and_then(|from| usize::try_from(from).ok());
        let range = from.and_then(|from| Some(from..from.checked_add(len)?));
        range
            .and_then(|range| self.bytes.get(range))
            .map(<[u8]>::to_vec)
            .ok_or_else(super::format::cut)
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

/// The sections at a place. `texts` is where the first block begins.
pub fn read(
    bytes: &dyn Bytes,
    texts: u64,
    blocks: &[Block],
    place: Place,
) -> Result<Vec<SectionText>> {
    let missing = || Error::corrupt("the snapshot names a text that is not there");
    let block = blocks.get(place.block as usize).ok_or_else(missing)?;
    let at = texts.checked_add(block.at).ok_or_else(missing)?;
    let packed = checked(
        bytes.read(at, block.len as usize)?,
        &block.digest,
        "a block of texts",
    )?;
    let list: Vec<Vec<SectionText>> = unpack(&packed, "texts")?;
    list.into_iter()
        .nth(place.number as usize)
        .ok_or_else(missing)
}
