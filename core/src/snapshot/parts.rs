//! A snapshot in parts: a large base does not come into a page as a whole.
//!
//! Cutting is all there is to it. The front of the file (header, records, index, completions) is one file, and
//! each block behind it another, named by its digest; so a part that did not change keeps its name from one
//! publication to the next, and may be kept for ever.

use std::collections::BTreeMap;

use super::blocks::{Apart, Block, Shelf};
use super::format::{self, Front, checked};
use super::{Contents, Name, Snapshot};
use crate::error::{Error, Result};
use crate::text::Stemmers;

/// A snapshot that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotParts {
    /// The front of the file, for [`Snapshot::open_front`].
    pub front: Vec<u8>,
    /// The parts by their names, 32 hexadecimal digits each.
    pub parts: BTreeMap<String, Vec<u8>>,
}

/// The name of a part: its digest.
pub(super) fn name(block: &Block) -> String {
    let digest = block.digest.iter();
    digest.fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Whether what is so long and begins so is a front without the parts; fails if it is neither that nor whole.
pub(super) fn is_alone(front: &Front, len: u64) -> Result<bool> {
    let [first, ..] = Name::APART;
    let is_front = front.section(first)?.0 == len;
    // A snapshot without articles has nothing behind its front, and is whole.
    match front.len()? == len {
        true => Ok(false),
        false if is_front => Ok(true),
        false => Err(format::cut()),
    }
}

impl Snapshot {
    /// Cuts the file of a snapshot into parts of some 16 KiB of text each and what stands in front of them.
    ///
    /// Fails as [`Snapshot::open`] does.
    pub fn cut(bytes: &[u8]) -> Result<SnapshotParts> {
        let front = format::read(bytes)?;
        if front.len()? != bytes.len() as u64 {
            return Err(format::cut());
        }
        let slice = |at: u64, len: u64| {
            let from = usize::try_from(at).ok()?;
            bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)
        };
        let (at, section) = front.section(Name::Contents)?;
        let contents = slice(at, section.len).ok_or_else(format::cut)?;
        let contents = checked(contents.to_vec(), &section.digest, "Contents")?;
        let contents = Contents::read(&contents)?;
        let mut parts = BTreeMap::new();
        for (section, blocks) in Name::APART.into_iter().zip(&contents.blocks) {
            let (begin, _) = front.section(section)?;
            for block in blocks {
                let at = begin.checked_add(block.at).ok_or_else(format::cut)?;
                let bytes = slice(at, u64::from(block.len)).ok_or_else(format::cut)?;
                let bytes = checked(bytes.to_vec(), &block.digest, "a block")?;
                parts.insert(name(block), bytes);
            }
        }
        let [first, ..] = Name::APART;
        let front = slice(0, front.section(first)?.0).ok_or_else(format::cut)?;
        Ok(SnapshotParts {
            front: front.to_vec(),
            parts,
        })
    }

    /// Whether these bytes are the front of a snapshot that was cut, and not a whole one.
    ///
    /// Fails as [`Snapshot::open`] does: what is neither is damaged.
    pub fn is_front(bytes: &[u8]) -> Result<bool> {
        is_alone(&format::read(bytes)?, bytes.len() as u64)
    }

    /// Opens the front of a snapshot that was cut. A call that needs a part which is not here yet fails with
    /// `Io`; [`Snapshot::wanted`] names all that it asked for, and once they were supplied it succeeds.
    ///
    /// Fails as [`Snapshot::open_with`] does.
    pub fn open_front(bytes: Vec<u8>, stemmers: Stemmers) -> Result<Snapshot> {
        let front = format::read(&bytes)?;
        let [first, ..] = Name::APART;
        if front.section(first)?.0 != bytes.len() as u64 {
            return Err(format::cut());
        }
        let len = front.len()?;
        Snapshot::over(front, len, Box::new(Apart::of(bytes)), stemmers)
    }

    /// The names of all parts that come by themselves.
    pub fn parts(&self) -> Vec<String> {
        let mut names: Vec<String> = self.blocks().map(|(_, block)| name(block)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names of the parts that were asked for since the last call and are not here.
    pub fn wanted(&self) -> Vec<String> {
        let wanted = self.0.bytes.apart().map(Apart::wanted);
        let wanted = wanted.unwrap_or_default();
        let wanted = self.blocks().filter(|(at, _)| wanted.contains(at));
        let mut names: Vec<String> = wanted.map(|(_, block)| name(block)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Gives it a part. Fails with `Corrupt` if these are not its bytes, and with `InvalidValue` for a name that
    /// none of its parts has.
    pub fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<()> {
        let named = self.blocks().filter(|(_, block)| name(block) == part);
        let named: Vec<(u64, &Block)> = named.collect();
        let [(_, block), ..] = named.as_slice() else {
            let rule = "no part of this snapshot has that name; give one that `wanted` named";
            return Err(Error::invalid("part", part, rule));
        };
        let bytes = checked(bytes, &block.digest, "a part")?;
        for (at, _) in &named {
            if let Some(apart) = self.0.bytes.apart() {
                apart.supply(*at, bytes.clone());
            }
        }
        Ok(())
    }

    /// All blocks, and where each begins in the file.
    fn blocks(&self) -> impl Iterator<Item = (u64, &Block)> {
        let shelves: [&Shelf; 3] = [&self.0.places, &self.0.plain, &self.0.bodies];
        shelves.into_iter().flat_map(|shelf| {
            let blocks = shelf.blocks.iter();
            blocks.map(move |block| (shelf.at.saturating_add(block.at), block))
        })
    }
}
