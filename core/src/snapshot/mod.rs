//! A snapshot: the part of a base that one audience may see, as one file that answers as the base does.
//!
//! It needs neither store nor log: an index of packed postings, the records ranking asks, compressed
//! texts. It is read by the scorer and the ranking of the base, so that `snapshot.search(now)` equals
//! `base.as_of(known).search(now)` to the bit. It writes nothing, and refuses questions about instants
//! before what it knows, and viewers it was not made for.

mod blocks;
pub(crate) mod build;
mod complete;
mod contents;
#[cfg(feature = "disk")]
pub(crate) mod disk;
mod fork;
mod format;
mod handle;
mod info;
mod open;
mod pack;
mod pages;
mod query;
mod records;
mod redact;
mod retry;
mod shards;
mod source;

#[cfg(test)]
mod tests;

pub use build::SnapshotRequest;
pub use complete::{Completions, TitleCompletion, WordCompletion};
pub use format::Markup;
pub use handle::Snapshot;
pub use info::SnapshotInfo;
pub use shards::SnapshotShards;
pub use source::{SnapshotOptions, SnapshotSource};
