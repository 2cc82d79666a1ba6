//! The engine of the npm package: the core compiled to WebAssembly. It converts and forwards, and holds no rules.
//!
//! Results are JSON text in the shapes of `docs/json.md`, as in every other binding. Requests come as lists of members
//! (`args.rs`); records for a live base come as JSON. The package in `js/` adds objects, promises and a worker. The
//! engine has no clock: the caller passes the time.
//!
//! The crate is compiled twice: without features it reads snapshots, with the feature `live` it holds a base in memory
//! and makes snapshots.

mod args;
mod error;
#[cfg(feature = "live")]
mod live;
mod request;
#[cfg(not(feature = "live"))]
mod snapshot;
mod stem;
#[cfg(not(feature = "live"))]
mod visit;

#[cfg(feature = "live")]
pub use live::{Live, Split};
#[cfg(not(feature = "live"))]
pub use snapshot::Snapshot;
#[cfg(not(feature = "live"))]
pub use visit::Visit;
