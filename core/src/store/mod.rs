//! The transactional store of a base: tables of keys and values, and blobs of text stored once each.
//!
//! An event and its changes of the tables are committed together, so opening loads the tables and replays nothing.
//! `projection` defines the log and the rows. The store knows bytes and keys only: no domain, text index or ranking.

pub(crate) mod backend;
pub(crate) mod blobs;
pub(crate) mod codec;
#[cfg(feature = "disk")]
pub(crate) mod disk;
pub(crate) mod memory;
pub(crate) mod txn;

pub use backend::{Backend, Batch, Durability, RowVisitor, Table};
pub use memory::MemoryBackend;
