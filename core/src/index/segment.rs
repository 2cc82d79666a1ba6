//! The interface of a segment to the scorer: columns, postings in blocks, positions, terms.
//!
//! Segments in memory, tantivy's segments and packed segments of snapshots share it. Segments never change; deletions
//! are kept beside them.

use super::impacts::Impacts;
use super::partition::{PartKey, Window};
use super::postings::{DocId, Positions, Postings};
use crate::error::Result;

/// The columns of a segment: the numbers of each document, by [`DocId`].
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The article or case.
    pub ordinal: Vec<u32>,
    /// The rendition.
    pub stamp: Vec<u32>,
    /// The partition of the document, as an index into the segment's partitions.
    pub part: Vec<u16>,
    /// The exact weighted length.
    pub length: Vec<u32>,
    /// The length in one byte, for the scorer: `fieldnorm::to_id(length)`.
    pub fieldnorm_id: Vec<u8>,
    /// The documents with a limited window of validity, ascending.
    pub windows: Vec<(DocId, Window)>,
    /// (ordinal, document), ascending, to find the documents of an article.
    pub by_ordinal: Vec<(u32, DocId)>,
}

impl Columns {
    /// Number of documents, deleted ones included.
    pub fn len(&self) -> u32 {
        self.ordinal.len() as u32
    }

    /// Returns true without any document.
    pub fn is_empty(&self) -> bool {
        self.ordinal.is_empty()
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> u64 {
        let numbers =
            4 * (self.ordinal.capacity() + self.stamp.capacity() + self.length.capacity());
        let small = 2 * self.part.capacity() + self.fieldnorm_id.capacity();
        let pairs = size_of::<(DocId, Window)>() * self.windows.capacity()
            + size_of::<(u32, DocId)>() * self.by_ordinal.capacity();
        (numbers + small + pairs) as u64
    }
}

/// An immutable set of documents with their inverted index.
pub trait Segment: Send + Sync {
    /// The columns of the documents.
    fn columns(&self) -> &Columns;

    /// The partitions of its documents; `part` arguments are indexes into this list.
    fn parts(&self) -> &[PartKey];

    /// Number of documents of the partition with the term, deleted ones included.
    fn doc_freq(&self, part: usize, term: &str) -> u32;

    /// The postings of a term in a partition: weighted frequency is Σ over fields of weight · occurrences.
    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>>;

    /// The positions of a term in one field of a partition.
    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>>;

    /// Calls `visit` with each term of the partition that begins with `prefix`, ascending by bytes, until it returns
    /// false.
    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool);

    /// The impacts of a term's blocks, if the segment stores them. Otherwise [`Impacts::scan`] computes them from the
    /// postings.
    fn impacts(&self, part: usize, term: &str) -> Option<Impacts> {
        let _ = (part, term);
        None
    }

    /// Approximate bytes of memory. It costs a few additions at most, since each write asks for it.
    fn bytes(&self) -> u64 {
        self.columns().bytes()
    }

    /// The first failure of a read. After it an absent term may be a failure, and the segment must be built again.
    /// Segments in memory never fail.
    fn health(&self) -> Result<()> {
        Ok(())
    }
}
