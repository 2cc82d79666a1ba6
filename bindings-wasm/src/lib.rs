//! The core for JavaScript: it converts, forwards, and decides nothing.
//!
//! What goes out is the JSON of `docs/json.md`, as text: one copy, and the same shapes as in every other binding.
//! What goes in is that, too, where a base is written; a question is told member by member (`told.rs`). The package around it (`js/`) makes objects, promises and a worker of it. There
//! is no clock: every call says when it is. It is compiled twice: to read snapshots, or, with the feature `live`, to
//! make them. A page has either, or both beside each other.

mod ask;
mod fault;
#[cfg(feature = "live")]
mod live;
#[cfg(not(feature = "live"))]
mod reader;
mod stem;
mod told;
#[cfg(not(feature = "live"))]
mod visit;

#[cfg(feature = "live")]
pub use live::{Live, Parts};
#[cfg(not(feature = "live"))]
pub use reader::Reader;
#[cfg(not(feature = "live"))]
pub use visit::Visit;
