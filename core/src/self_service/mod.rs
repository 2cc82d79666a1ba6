//! Self-service: a visit numbers what a reader does and hands over a need that was not met.
//!
//! It runs in a page as well as in a serving process, and knows no base.

mod visit;

pub use visit::Visit;
pub(crate) use visit::is_assisting;
