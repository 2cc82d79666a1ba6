//! What readers did, ready to be asked: the ledger of evidence and the words that were learned.
//!
//! They count; they do not weigh. Adding, retracting and merging are plain addition of integers, so
//! one event changes the next answer and no byte of the text index.

pub mod ledger;
pub mod lessons;

pub use ledger::Ledger;
pub use lessons::Lessons;
