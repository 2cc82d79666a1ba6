//! The review queue: articles that are due, overdue, expired or suspect, ordered by risk.
//!
//! Pure functions of the state in memory; nothing here knows a store, a lock or a clock.

mod queue;

pub use queue::{ReviewItem, ReviewRequest, queue};
