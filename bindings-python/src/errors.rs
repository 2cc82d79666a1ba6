//! Errors of the core as Python exceptions: one class per code, in `kenpoint.errors`.
//!
//! The classes are written in Python, for readers and type checkers. This file only looks up the class of a code.

use kenpoint::{Error, ErrorCode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

static BY_CODE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// Converts an error of the core to an exception.
pub fn raise(py: Python<'_>, error: &Error) -> PyErr {
    match exception(py, error) {
        Ok(raised) => raised,
        // The package is broken, or the interpreter is out of memory. That exception is raised instead.
        Err(other) => other,
    }
}

/// Makes the exception for a code and a message.
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

/// Converts a result of the core to a result of Python.
pub trait OrRaise<T> {
    /// Returns the value, or the exception for the error.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for kenpoint::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raise(py, &error))
    }
}
