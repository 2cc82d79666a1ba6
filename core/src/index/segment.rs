//! What a segment is to the scorer: columns, postings in blocks, positions, terms.
//!
//! Three things are read through this one interface: the fresh part in memory, tantivy's segments,
//! and those of snapshots. Segments never change; what died since is kept beside them.

use super::impacts::Impacts;
use super::partition::{PartKey, Window};
use super::postings::{DocId, Positions, Postings};
use crate::error::Result;

/// What is known of each document of a segment, by [`DocId`].
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The article or case.
    pub ordinal: Vec<u32>,
    /// The rendition.
    pub stamp: Vec<u32>,
    /// Which of the segment's parts it belongs to.
    pub part: Vec<u16>,
    /// The exact weighted length.
    pub length: Vec<u32>,
    /// The length as the scorer sees it: `length::code(length)`.
    pub code: Vec<u8>,
    /// The documents that do not always exist, ascending.
    pub windows: Vec<(DocId, Window)>,
    /// (ordinal, document), ascending, to find the documents of an article.
    pub by_ordinal: Vec<(u32, DocId)>,
}

impl Columns {
    /// Number of documents, dead ones included.
    pub fn len(&self) -> u32 {
        self.ordinal.len() as u32
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ordinal.is_empty()
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> u64 {
        let numbers =
            4 * (self.ordinal.capacity() + self.stamp.capacity() + self.length.capacity());
        let small = 2 * self.part.capacity() + self.code.capacity();
        let pairs = size_of::<(DocId, Window)>() * self.windows.capacity()
            + size_of::<(u32, DocId)>() * self.by_ordinal.capacity();
        (numbers + small + pairs) as u64
    }
}

/// A set of documents that never changes.
pub trait Segment: Send + Sync {
    /// What is known of each document.
    fn columns(&self) -> &Columns;

    /// The parts it holds documents of; `part` arguments are positions in this list.
    fn parts(&self) -> &[PartKey];

    /// Documents of the term in the part, dead ones included.
    fn doc_freq(&self, part: usize, term: &str) -> u32;

    /// The postings of a term in a part: weighted frequency is Σ over fields of weight · occurrences.
    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>>;

    /// The places of a term in one field of a part.
    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>>;

    /// Calls `visit` with each term of the part that begins with `prefix`, ascending by bytes, until it
    /// returns false.
    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool);

    /// What bounds each block of a term's postings, where the segment holds that; it is found by one scan
    /// of the postings otherwise.
    fn impacts(&self, part: usize, term: &str) -> Option<Impacts> {
        let _ = (part, term);
        None
    }

    /// Bytes of memory, about. It must not cost more than a few additions: it is asked with each write.
    fn bytes(&self) -> u64 {
        self.columns().bytes()
    }

    /// The first failure to read anything: from then on absences may be failures, and the segment has
    /// to be made again. Segments in memory never fail.
    fn health(&self) -> Result<()> {
        Ok(())
    }
}
