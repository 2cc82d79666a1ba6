//! kenpoint
#![forbid(unsafe_code)]

pub mod error;
pub mod feedback;
pub mod index;
pub mod linkage;
pub mod model;
pub mod rank;
pub mod settings;
pub mod store;
pub mod text;
pub mod time;

pub use error::{Error, ErrorCode, Result};
pub use settings::RankPolicy;
pub use time::{Clock, Day, FixedClock, SystemClock, Timestamp};
