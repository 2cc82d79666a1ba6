//! Small formats of our own: binary records, JSON by one typed reader, a checksum, a sorted map.
//!
//! Each replaces a library where it was measured to cost too much of a page's engine; property tests compare it with
//! that library. Nothing here knows what it reads or writes.

pub mod checksum;
pub mod named_enum;
pub mod record;
pub mod sorted;
pub mod value;
