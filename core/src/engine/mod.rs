//! The facade: names the flows, holds the locks, reads the clock once per call.

#[cfg(feature = "disk")]
mod disk;
mod documents;
mod history;
mod live;
mod options;
mod read;
mod shared;
mod shown;
mod transfer;
mod write;

pub use options::BaseOptions;
pub use read::{Answerable, VersionInfo};
pub use shared::{Base, Recorded};
pub use transfer::Exported;
pub use write::{Put, StateChange};
