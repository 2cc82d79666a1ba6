//! Keeping knowledge right: what to look at next.

pub mod review;

pub use review::{ReviewItem, ReviewRequest};
