//! The text index: partitions, segments, live statistics and the pruned scorer.
//!
//! It knows documents as numbers (space, ordinal, stamp) with terms, and knows no feedback, links or freshness. It is
//! disposable: a [`DocSource`] can supply all documents again.

pub mod bitset;
pub mod boolean;
mod columns;
pub mod cow_bitset;
pub mod deleted_counts;
#[cfg(feature = "disk")]
pub mod disk;
pub mod fieldnorm;
pub mod impact_cache;
pub mod impacts;
pub mod memory;
pub mod packed;
pub mod partition;
pub mod postings;
pub mod scope;
pub mod scorer;
pub mod segment;
pub mod stats;
pub mod tokens;
pub mod validity;
pub mod view;
pub mod weights;

#[cfg(test)]
mod tests;

pub use partition::{DocSource, FIELDS, FieldTokens, IndexDoc, IndexToken, PartKey, Space, Window};
pub use postings::{BLOCK, DocId, Positions, Postings};
pub use scope::{ReadPart, ReadScope, Scope};
pub use segment::{Columns, Segment};
pub use stats::Stats;
pub use view::{IndexView, SegmentView};
