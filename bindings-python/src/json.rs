//! Records between Python and the core, as JSON of the model, the form that all bindings share.
//!
//! This file lists no fields. A key that the core did not read is an error, because a misspelt field would otherwise be
//! lost silently.

use std::collections::BTreeSet;

use kenpoint::{Error, ErrorCode};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::{fail, raise};

/// Reads the value of a JSON text. Error messages name it by `record`.
pub fn read<T: DeserializeOwned>(py: Python<'_>, record: &str, text: &str) -> PyResult<T> {
    let mut unknown = Vec::new();
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let value = {
        let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
        serde_ignored::deserialize(tracked, |path| unknown.push(path.to_string()))
    };
    let value: T = value.map_err(|error| {
        let path = track.path().to_string();
        let place = if path == "." {
            record.to_owned()
        } else {
            format!("{record}.{path}")
        };
        fail(
            py,
            ErrorCode::InvalidRecord,
            format!("{}: {}", short(&place), reason(&error)),
        )
    })?;
    json.end().map_err(|error| {
        fail(
            py,
            ErrorCode::InvalidRecord,
            format!("{record}: {error}; give one value"),
        )
    })?;
    match unknown.first() {
        None => Ok(value),
        Some(key) => Err(not_read(py, record, key)),
    }
}

/// Reads the value of a text; without a text, returns the default.
pub fn read_or_default<T: DeserializeOwned + Default>(
    py: Python<'_>,
    record: &str,
    text: Option<&str>,
) -> PyResult<T> {
    text.map_or_else(|| Ok(T::default()), |text| read(py, record, text))
}

/// Reads an event or an event kind. Its fields are flattened among others, so unread keys are found by writing the value
/// again.
pub fn read_flat<T: DeserializeOwned + Serialize>(
    py: Python<'_>,
    record: &str,
    text: &str,
) -> PyResult<T> {
    let value: T = read(py, record, text)?;
    let given: serde_json::Map<String, serde_json::Value> = read(py, record, text)?;
    let written = serde_json::to_value(&value).map_err(|error| unwritable(py, &error))?;
    let kept: BTreeSet<&String> = written
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys())
        .collect();
    let dropped = given
        .iter()
        .find(|(key, value)| !kept.contains(key) && !is_nothing(value));
    match dropped {
        None => Ok(value),
        Some((key, _)) => Err(not_read(py, record, key)),
    }
}

/// Returns true for a value that is left out when written.
fn is_nothing(value: &serde_json::Value) -> bool {
    value.is_null() || value == &serde_json::Value::Bool(false)
}

/// Writes a value of the core as JSON text.
pub fn write(py: Python<'_>, value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| unwritable(py, &error))
}

fn not_read(py: Python<'_>, record: &str, key: &str) -> PyErr {
    fail(
        py,
        ErrorCode::InvalidRecord,
        format!(
            "{record}.{}: there is no such field here; correct its name or leave it out",
            short(key)
        ),
    )
}

fn unwritable(py: Python<'_>, error: &serde_json::Error) -> PyErr {
    raise(
        py,
        &Error::internal(format!("a value cannot be written as JSON: {error}")),
    )
}

/// Returns the reason, shortened, without the position in the JSON text, which the caller never saw.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = match text.rfind(" at line ") {
        Some(at) if error.line() > 0 => at,
        _ => text.len(),
    };
    short(text.get(..end).unwrap_or(&text))
}

/// Returns the first characters of a text of any length.
fn short(text: &str) -> String {
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
