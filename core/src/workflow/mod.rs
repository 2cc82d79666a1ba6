//! The work around knowledge: what to look at next, and visits that end with an agent.

pub mod review;
pub mod visit;

pub use review::{ReviewItem, ReviewRequest};
pub use visit::Visit;
