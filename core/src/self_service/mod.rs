//! Self-service: a visit numbers the events of a reader and hands an unmet need over to an agent.
//!
//! It runs in a page as well as in a serving process, and knows no base.

mod visit;

pub use visit::Visit;
pub(crate) use visit::is_agent_event;
