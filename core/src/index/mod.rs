//! The text index: parts, segments, live statistics and the pruned scorer.
//!
//! It knows documents as numbers (space, ordinal, stamp) with terms; it knows no feedback, links or
//! freshness, and it is disposable: everything in it can be made again from a [`DocSource`].

pub mod bits;
mod columns;
pub mod constraint;
pub mod counts;
#[cfg(feature = "disk")]
pub mod disk;
pub mod impacts;
pub mod length;
pub mod memory;
pub mod packed;
pub mod part;
pub mod scorer;
pub mod segment;
pub mod stats;
pub mod tokens;
pub mod view;
pub mod window;
pub mod words;

#[cfg(test)]
mod tests;

pub use part::{DocSource, FIELDS, FieldTokens, IndexDoc, IndexToken, PartKey, Space, Window};
pub use segment::{BLOCK, Columns, DocId, Positions, Postings, Segment};
pub use stats::{ReadPart, ReadScope, Scope, Stats};
pub use view::{IndexView, SegmentView};
