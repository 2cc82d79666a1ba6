//! Records between Python and the core, as JSON of the model, the form that all bindings share.
//!
//! This file lists no fields and reads nothing itself: the core rejects a key that means nothing, names the one that is
//! probably meant, and says where a value is wrong.

use kenpoint::Error;
use kenpoint::exchange::json;
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::raise;

/// Reads the value of a JSON text. Error messages name it by `record`.
pub fn read<T: DeserializeOwned>(py: Python<'_>, record: &str, text: &str) -> PyResult<T> {
    json::read(record, text).map_err(|error| raise(py, &error))
}

/// Reads the value of a text; without a text, returns the default.
pub fn read_or_default<T: DeserializeOwned + Default>(
    py: Python<'_>,
    record: &str,
    text: Option<&str>,
) -> PyResult<T> {
    text.map_or_else(|| Ok(T::default()), |text| read(py, record, text))
}

/// Reads an event or an event kind.
pub fn read_flat<T: DeserializeOwned + Serialize>(
    py: Python<'_>,
    record: &str,
    text: &str,
) -> PyResult<T> {
    json::event(record, text).map_err(|error| raise(py, &error))
}

/// Writes a value of the core as JSON text.
pub fn write(py: Python<'_>, value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| unwritable(py, &error))
}

fn unwritable(py: Python<'_>, error: &serde_json::Error) -> PyErr {
    raise(
        py,
        &Error::internal(format!("a value cannot be written as JSON: {error}")),
    )
}
