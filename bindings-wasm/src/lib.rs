//! The core for JavaScript: it converts, forwards, and decides nothing.
//!
//! What goes in and out is the JSON of `docs/json.md`, as text: one copy each way, and the same shapes as in
//! every other binding. The package around it (`js/`) makes objects, promises and a worker of it. There
//! is no clock: every call says when it is.

mod ask;
mod fault;
#[cfg(feature = "live")]
mod live;
mod reader;
mod visit;

pub use ask::Ask;
#[cfg(feature = "live")]
pub use live::{Live, Parts};
pub use reader::Reader;
pub use visit::Visit;
