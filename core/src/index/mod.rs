//! The text index: parts, segments, live statistics and the pruned scorer.
//!
//! It knows documents as numbers (space, ordinal, stamp) with terms; it knows no feedback, links or
//! freshness, and it is disposable: everything in it can be made again from a [`DocSource`].

pub mod constraint;
pub mod impacts;
pub mod part;
pub mod scorer;
pub mod segment;
pub mod words;

pub use part::{DocSource, FIELDS, FieldTokens, IndexDoc, IndexToken, PartKey, Space, Window};
pub use segment::{BLOCK, Columns, DocId, Positions, Postings, Segment};
