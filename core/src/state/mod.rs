//! The read model in memory, and its change by a commit.
//!
//! This module counts evidence and does not weigh it. Adding, retracting and merging are integer additions. One event
//! therefore changes the next answer without a change of the text index.

pub mod caches;
pub mod catalog;
pub mod current;
pub mod delta;
pub mod documents;
pub mod filter;
pub mod index_reader;
pub mod learned_terms;
pub mod ledger;
pub mod links;
pub mod priors;
pub mod read_model;

pub use filter::Filter;
