//! JSON at the border: read from views of the caller's, written for `ken_buf`.

pub(crate) use kenpoint::exchange::json::{SCHEMA, object, write};
use serde::de::DeserializeOwned;

use kenpoint::Result;

use crate::text::{self, ken_str};

/// Reads a value out of the caller's text.
///
/// # Safety
/// As for [`text::bytes`].
pub(crate) unsafe fn read<T: DeserializeOwned>(field: &str, view: ken_str) -> Result<T> {
    // SAFETY: the same promise.
    let text = unsafe { text::text(field, view) }?;
    object(field, text)
}

/// The same, where absent text means the default.
///
/// # Safety
/// As for [`text::bytes`].
pub(crate) unsafe fn read_or_default<T: DeserializeOwned + Default>(
    field: &str,
    view: ken_str,
) -> Result<T> {
    // SAFETY: the same promise.
    match unsafe { text::optional(field, view) }? {
        Some(text) => object(field, text),
        None => Ok(T::default()),
    }
}

/// A list under the name of its items.
macro_rules! listed {
    ($name:ident: $items:expr) => {{
        #[derive(serde::Serialize)]
        struct Listed<T> {
            $name: Vec<T>,
        }
        Listed { $name: $items }
    }};
}
pub(crate) use listed;
