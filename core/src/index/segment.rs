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
    /// Returns the number of documents, deleted ones included.
    pub fn len(&self) -> u32 {
        self.ordinal.len() as u32
    }

    /// Returns true if there are no documents.
    pub fn is_empty(&self) -> bool {
        self.ordinal.is_empty()
    }

    /// Returns the bytes of memory.
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
    /// Returns the columns of the documents.
    fn columns(&self) -> &Columns;

    /// Returns the partitions of the documents; `part` arguments are indexes into this list.
    fn parts(&self) -> &[PartKey];

    /// Returns the number of documents of the partition with the term, deleted ones included.
    fn doc_freq(&self, part: usize, term: &str) -> u32;

    /// Returns the postings of a term in a partition. Weighted frequency is Σ over fields of weight · occurrences.
    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>>;

    /// Returns the positions of a term in one field of a partition.
    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>>;

    /// Calls `visit` with each term of the partition that begins with `prefix`, ascending by bytes, until it returns
    /// false.
    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool);

    /// Returns the impacts of a term's blocks, if the segment stores them. Otherwise [`Impacts::scan`] computes them
    /// from the postings.
    fn impacts(&self, part: usize, term: &str) -> Option<Impacts> {
        let _ = (part, term);
        None
    }

    /// Returns the approximate bytes of memory. Cost: a few additions at most, since each write calls it.
    fn bytes(&self) -> u64 {
        self.columns().bytes()
    }

    /// Fails with the first read error. After it, an absent term may be a read error too, and the segment must be
    /// rebuilt. Segments in memory never fail.
    fn health(&self) -> Result<()> {
        Ok(())
    }
}
