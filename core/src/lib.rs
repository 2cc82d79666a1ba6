//! kenpoint
#![forbid(unsafe_code)]

pub mod error;
pub mod exchange;
pub mod index;
pub mod model;
pub mod settings;
pub mod text;
pub mod time;

pub use error::{Error, ErrorCode, Result};
pub use settings::RankPolicy;
pub use time::{Clock, Day, FixedClock, SystemClock, Timestamp};
