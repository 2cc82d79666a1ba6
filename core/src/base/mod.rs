//! The facade: names the operations, holds the locks, and reads the clock once per call.

/// Opens a span for the rest of the block if the feature `tracing` is on.
macro_rules! span {
    ($name:literal $(, $field:ident = $value:expr)*) => {
        #[cfg(feature = "tracing")]
        let _span = tracing::debug_span!($name $(, $field = $value)*).entered();
    };
}

#[cfg(feature = "disk")]
mod disk;
mod handle;
mod history;
mod ids;
mod inner;
mod memory_budget;
mod merge;
mod notice;
mod open;
mod options;
mod pool;
mod publish;
mod read;
#[cfg(feature = "disk")]
mod resources;
mod review;
#[cfg(feature = "arrow")]
pub mod rows;
#[cfg(feature = "disk")]
mod scheduler;
mod seen;
mod sight;
mod stats;
mod text_source;
mod transfer;
mod write;
mod writer;

pub use handle::Base;
pub use history::{AsOf, Replay};
pub use inner::Recorded;
pub use merge::{MergeReport, RejectedEvent};
pub use notice::{Notice, NoticeLevel};
pub use options::BaseOptions;
pub use read::{Counts, VersionInfo};
#[cfg(feature = "disk")]
pub use resources::{ResourceOptions, ResourceStats, SharedResources};
pub use review::Reviews;
pub use stats::{FileUse, MemoryUse, Stats};
pub use transfer::Exported;
pub use write::{Put, StateChange};
