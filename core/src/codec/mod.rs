//! Small formats of our own: binary records, JSON by one typed reader, a checksum, a sorted map.
//!
//! Each replaces a library that takes too much of a page's engine, by measurement; property tests compare it with
//! that library. This module knows nothing of the types it reads and writes.

pub mod checksum;
pub mod named_enum;
pub mod nearest;
pub mod record;
pub mod sorted;
pub mod value;
