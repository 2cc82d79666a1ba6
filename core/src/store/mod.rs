//! The truth: one log of events and the tables that are its fold, in one transactional store.
//!
//! Every change is an event with a number; the tables are written in the commit of the event's
//! record, so opening loads and never folds again. [`verify`] folds the whole log into memory and
//! compares. Nothing here knows the text index or ranking.

pub mod backend;
pub mod codec;
#[cfg(feature = "disk")]
pub mod disk;
pub mod fold;
pub mod log;
pub mod memory;
pub mod records;
pub mod texts;
pub mod txn;
pub mod verify;

pub use backend::{Backend, Batch, Durability, Table};
pub use fold::{Effects, apply};
pub use memory::MemoryBackend;
pub use txn::{Reader, Txn};
