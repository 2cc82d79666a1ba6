//! The facade: names the flows, holds the locks, reads the clock once per call.

/// Opens a span for the rest of the block, where the feature `tracing` is on.
macro_rules! span {
    ($name:literal $(, $field:ident = $value:expr)*) => {
        #[cfg(feature = "tracing")]
        let _span = tracing::debug_span!($name $(, $field = $value)*).entered();
    };
}

#[cfg(feature = "disk")]
mod disk;
mod documents;
mod history;
mod ids;
mod limit;
mod live;
mod merge;
mod notice;
mod options;
mod pool;
mod publish;
mod read;
mod review;
#[cfg(feature = "arrow")]
pub mod rows;
mod shared;
mod shown;
mod stats;
mod transfer;
mod watch;
mod write;

pub use merge::{Merged, Refused};
pub use notice::{Notice, NoticeLevel};
pub use options::BaseOptions;
pub use read::VersionInfo;
pub use shared::{Base, Recorded};
pub use stats::{FileUse, MemoryUse, Stats};
pub use transfer::Exported;
pub use write::{Put, StateChange};
