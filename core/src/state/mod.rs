//! The read models in memory: everything a question is answered from, and how a commit changes it.
//!
//! They count; they do not weigh. Adding, retracting and merging are plain addition of integers, so
//! one event changes the next answer and no byte of the text index.

pub mod caches;
pub mod catalog;
pub mod documents;
pub mod filter;
pub mod learned_terms;
pub mod ledger;
pub mod links;
pub mod live;
pub mod priors;

pub use filter::Filter;
