//! Bulk rows as Arrow record batches, the exchange format of data frames and query engines.
//!
//! A row to import becomes the same mapping as a JSON line and passes the same checks. A table to export has one column
//! for each of those keys. The module knows no base, no file and no C structs of the interface; these are in the
//! bindings.

mod answers;
mod cells;
mod in_table;
mod input;
mod keys;
mod mapping;
mod output;
pub(crate) mod tables;

pub use answers::{factors_of_hits, factors_of_suggestions, hits, similar_cases, suggestions};
pub use in_table::InTable;
pub use mapping::Mapping;

pub(crate) use input::Input;
pub(crate) use output::{Columns, batch_of};
