//! The core for JavaScript: it converts, forwards, and decides nothing.
//!
//! What goes in and out is the JSON of `docs/json.md`, as text: one copy each way, and the same shapes as in
//! every other binding. The package around it (`js/`) makes objects, promises and a worker of it. There
//! is no clock: every call says when it is.

mod ask;
mod fault;
mod reader;
mod visit;

pub use ask::Ask;
pub use reader::Reader;
pub use visit::Visit;
