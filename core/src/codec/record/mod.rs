//! Binary records in the format of `postcard`, written and read by code of our own.
//!
//! The code that serde derives is compiled for each member and format. If a member can fail, the code checks every
//! member and drops the earlier ones on failure; with `postcard` that was a tenth of a page's download. Here the
//! calls for members cannot fail. A reader that runs out of bytes goes on with zeros, and reports the error at the
//! end.
//!
//! The format is <https://postcard.jamesmunns.com/wire-format>: integers are varints, signed ones zigzag, and a byte
//! is a byte; lists, maps and texts begin with their length, structs and tuples do not; a variant is its number.

mod read;
mod write;

pub use read::read;
pub use write::{Unwritable, bytes};

#[cfg(test)]
mod tests;
