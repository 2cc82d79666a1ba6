//! The core's error as a Python exception: one class per code, in `kenpoint.errors`.
//!
//! The classes are Python, so that a reader and a type checker see them; this file only finds the
//! class of a number. Nothing is decided here.

use kenpoint::{Error, ErrorCode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

static BY_CODE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// The exception for an error of the core.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    match exception(py, error) {
        Ok(raised) => raised,
        // The package is broken, or the interpreter out of memory: that is then the news.
        Err(other) => other,
    }
}

/// The exception for a code and a sentence.
pub fn fail(py: Python<'_>, code: ErrorCode, message: impl Into<String>) -> PyErr {
    raise(py, &Error::new(code, message))
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let classes = BY_CODE.get_or_try_init(py, || {
        let module = py.import("kenpoint.errors")?;
        Ok::<_, PyErr>(module.getattr("BY_CODE")?.cast_into::<PyDict>()?.unbind())
    })?;
    let number = error.code().number();
    let class = classes
        .bind(py)
        .get_item(number)?
        .ok_or_else(|| pyo3::exceptions::PySystemError::new_err(error.to_string()))?;
    Ok(PyErr::from_value(class.call1((error.message(),))?))
}

/// Turns the core's result into Python's.
pub trait OrRaise<T> {
    /// The value, or the exception for the error.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for kenpoint::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raise(py, &error))
    }
}
