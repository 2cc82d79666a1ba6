//! Postings: the documents of one term in one partition, in blocks, and the positions of the term.

/// The number of a document within its segment.
pub type DocId = u32;

/// Most postings in a block.
pub const BLOCK: usize = 128;

/// A cursor over the documents of one term in one partition, in blocks, ascending.
pub trait Postings {
    /// The current block: documents and their weighted frequencies, of equal length, at most [`BLOCK`]. Empty at the
    /// end.
    fn block(&self) -> (&[DocId], &[u32]);

    /// Goes to the next block; false at the end.
    fn advance(&mut self) -> bool;

    /// Goes to the first block, the current one included, whose last document is at or after `target`; false at the
    /// end.
    fn seek(&mut self, target: DocId) -> bool;
}

/// A cursor over the positions of one term in one field of one partition.
pub trait Positions {
    /// The current document; `None` at the end.
    fn doc(&self) -> Option<DocId>;

    /// Goes to the first document, the current one included, at or after `target`.
    fn seek(&mut self, target: DocId) -> Option<DocId>;

    /// Reads the word positions in the current document, ascending, distinct.
    fn positions(&mut self, into: &mut Vec<u32>);
}
