//! Bulk rows as Arrow record batches: what data frames and query engines exchange.
//!
//! A row that comes in is the mapping that a JSON line is, read by the same code under the same keys and
//! checks; what goes out has one column for each of those keys.
//! Nothing here knows a base, a file or the C structs of the interface; the host's binding holds those.

mod answers;
mod cells;
mod input;
mod mapping;
mod output;
pub(crate) mod tables;

pub use answers::{factors_of_hits, factors_of_suggestions, hits, similar_cases, suggestions};
pub use input::InTable;
pub use mapping::Mapping;

pub(crate) use input::Input;
pub(crate) use output::{Columns, batch_of};
