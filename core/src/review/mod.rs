//! The review queue: articles that are due, overdue, expired or suspect, ordered by risk.
//!
//! It consists of pure functions of the state in memory and knows no store, lock or clock.

mod queue;

pub use queue::{ReviewItem, ReviewRequest, queue};
