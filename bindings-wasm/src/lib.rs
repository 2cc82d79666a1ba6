//! The core for JavaScript: it converts, forwards, and decides nothing.
//!
//! What goes out is the JSON of `docs/json.md`, as text: one copy, and the same shapes as in every other binding.
//! What goes in is that, too, where a base is written; a snapshot is told it member by member (`told.rs`). The package around it (`js/`) makes objects, promises and a worker of it. There
//! is no clock: every call says when it is.

mod ask;
mod fault;
#[cfg(feature = "live")]
mod live;
mod reader;
mod told;
mod visit;

#[cfg(feature = "live")]
pub use live::{Live, Parts};
pub use reader::Reader;
pub use visit::Visit;
