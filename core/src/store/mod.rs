//! The transactional store of a base: the log of events, the tables derived from it, and the blobs of text.
//!
//! An event and its changes of the tables are committed together, so opening loads the tables and replays nothing.
//! `projection` defines the rows. The store knows bytes, keys and events only: no text index and no ranking.

pub(crate) mod backend;
pub(crate) mod blobs;
pub(crate) mod codec;
#[cfg(feature = "disk")]
pub(crate) mod disk;
pub(crate) mod log;
pub(crate) mod memory;

pub(crate) mod txn;

pub use backend::{Backend, Batch, Durability, RowVisitor, Table};
pub use memory::MemoryBackend;
