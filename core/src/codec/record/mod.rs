//! Encodes and decodes binary records in the postcard wire format.
//!
//! Serde's derived code is compiled for each field and format. With `postcard` each field read can fail, and that error
//! handling was a tenth of the WebAssembly download. Here field reads are infallible: a reader that runs out of bytes
//! continues with zeros and reports the error at the end.
//!
//! The format is <https://postcard.jamesmunns.com/wire-format>. Integers are varints (signed ones zigzag), `u8`
//! and `i8` are one raw byte. Sequences, maps and strings are length-prefixed; structs and tuples are not. An enum
//! variant is encoded as its index.

mod read;
mod write;

pub use read::decode;
pub use write::{EncodeError, encode};

#[cfg(test)]
mod tests;
