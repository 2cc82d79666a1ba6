//! The truth: one log of events and the tables that are its fold, in one transactional store.
//!
//! Every change is an event with a number; the tables are written in the commit of the event's
//! record, so opening loads and never folds again. `verify` folds the whole log into memory and
//! compares. Nothing here knows the text index or ranking.

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
