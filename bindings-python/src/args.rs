//! Arguments whose conversion fails inside the tree of this package's exceptions.

use kenpoint::ErrorCode;
use pyo3::exceptions::{PyOverflowError, PyUnicodeError};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;

use crate::errors::fail;

/// A text or number that a caller gave.
///
/// Python raises OverflowError for a number that does not fit and UnicodeEncodeError for a text with half a surrogate
/// pair. Both are mistakes in a value, so they are raised as this package's errors, and one except clause is enough. pyo3
/// adds the name of the argument as a note. A value of another type stays a TypeError.
pub struct Arg<T>(pub T);

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Arg<T> {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = T::INPUT_TYPE;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Arg<T>> {
        T::extract(value)
            .map(Arg)
            .map_err(|error| in_tree(value, error.into()))
    }
}

impl<T> Arg<T> {
    /// Returns the value.
    pub fn value(self) -> T {
        self.0
    }
}

/// Reads the number of an argument with a default. pyo3 writes a default into the stubs where it is a literal, so such an
/// argument keeps the type of its literal.
pub fn number(value: &Bound<'_, PyAny>) -> PyResult<usize> {
    Arg::extract(value.as_borrowed()).map(Arg::value)
}

/// Converts the errors of Python about a value; others are returned as they are.
fn in_tree(value: Borrowed<'_, '_, PyAny>, error: PyErr) -> PyErr {
    let py = value.py();
    let (code, what) = if error.is_instance_of::<PyOverflowError>(py) {
        let what = "give a whole number that is not negative and fits in 64 bits";
        (ErrorCode::InvalidValue, what)
    } else if error.is_instance_of::<PyUnicodeError>(py) {
        let what = "the text contains half of a surrogate pair; decode it with errors=\"replace\"";
        (ErrorCode::InvalidUtf8, what)
    } else {
        return error;
    };
    let shown = match value.repr() {
        Ok(shown) => shown.to_string_lossy().chars().take(60).collect(),
        Err(_) => String::new(),
    };
    fail(py, code, format!("{shown}: {error}; {what}"))
}
