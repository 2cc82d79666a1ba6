//! kenpoint
#![forbid(unsafe_code)]

mod engine;
mod error;
pub mod exchange;
mod feedback;
// The text index: public for benches and tests only, no part of the API that versions cover.
#[doc(hidden)]
pub mod index;
mod linkage;
pub mod model;
// Ranking arithmetic: public for benches and tests only, no part of the API that versions cover.
#[doc(hidden)]
pub mod rank;
pub mod settings;
pub mod store;
mod suggest;
// Words and queries: public for benches and tests only, no part of the API that versions cover.
#[doc(hidden)]
pub mod text;
mod time;

pub use engine::{Base, BaseOptions, Exported, Put, Recorded, StateChange, VersionInfo};
pub use error::{Error, ErrorCode, Result};
pub use feedback::ledger::EvidenceRow;
pub use rank::{Explanation, Factor, FactorName};
pub use settings::RankPolicy;
pub use store::verify::Verified;
pub use suggest::{
    Filter, Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest,
    Suggestion,
};
pub use text::Snippet;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub use time::SystemClock;
pub use time::{Clock, Day, FixedClock, Timestamp};
