//! Records in bytes, in the format of `postcard`, written and read by code of our own.
//!
//! What serde derives is compiled member by member for a format. Where each of them can fail, it checks each, and drops
//! the earlier ones where one does: with `postcard` that was a tenth of what a page loads. Here the calls for members
//! cannot fail. A reader goes on with zeros where it ran out of bytes, and says so at the end.
//!
//! The format is <https://postcard.jamesmunns.com/wire-format>: integers are varints, the signed ones zigzag, a byte
//! stays a byte; lists, maps and texts begin with their length, structs and tuples have none; a variant is its number.

mod read;
mod write;

pub use read::read;
pub use write::{Unwritable, bytes};

#[cfg(test)]
mod tests;
