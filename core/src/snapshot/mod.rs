//! A snapshot is a read-only file of everything one audience may see. It answers like the base.
//!
//! It needs no store and no log, only an index of packed postings, the records that ranking reads, and
//! compressed texts. The base's own scorer and ranking read it, so `snapshot.search(now)` equals
//! `base.as_of(known).search(now)` bit for bit (I12). It writes nothing, and rejects instants before
//! its `known` and viewers it was not made for.

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
pub(crate) mod pages;
mod query;
pub(crate) mod records;
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
