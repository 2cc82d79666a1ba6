//! Postings: the documents of one term in one part, in blocks, and where the term stands in them.

/// A document within its segment.
pub type DocId = u32;

/// Most postings in a block.
pub const BLOCK: usize = 128;

/// The documents of one term in one part, in blocks, ascending.
pub trait Postings {
    /// The present block: documents and their weighted frequencies, of equal length, at most
    /// [`BLOCK`]. Empty at the end.
    fn block(&self) -> (&[DocId], &[u32]);

    /// Goes to the next block; false at the end.
    fn advance(&mut self) -> bool;

    /// Goes to the first block, the present one included, whose last document is at or after `target`;
    /// false at the end.
    fn seek(&mut self, target: DocId) -> bool;
}

/// The places of one term in one field of one part.
pub trait Positions {
    /// The present document; `None` at the end.
    fn doc(&self) -> Option<DocId>;

    /// Goes to the first document, the present one included, at or after `target`.
    fn seek(&mut self, target: DocId) -> Option<DocId>;

    /// The word positions in the present document, ascending, without repeats.
    fn positions(&mut self, into: &mut Vec<u32>);
}
