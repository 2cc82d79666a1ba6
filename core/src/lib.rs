//! kenpoint
#![forbid(unsafe_code)]

pub mod engine;
pub mod error;
pub mod exchange;
pub mod feedback;
pub mod index;
pub mod linkage;
pub mod model;
pub mod rank;
pub mod settings;
pub mod store;
pub mod suggest;
pub mod text;
pub mod time;
pub mod workflow;

pub use engine::{Base, BaseOptions, Recorded};
pub use error::{Error, ErrorCode, Result};
pub use settings::RankPolicy;
pub use suggest::{Filter, SearchAnswer, SearchRequest, SuggestAnswer, SuggestRequest};
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub use time::SystemClock;
pub use time::{Clock, Day, FixedClock, Timestamp};
pub use workflow::{ReviewItem, ReviewRequest};
