//! Explanations of scores, their factors, and snippets of text.
//!
//! The macro `value` adds equality, hash and pickling by JSON of the model to every frozen value of the core.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use kenpoint as core;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{enums, json};

/// The methods that every frozen value of the core has in Python: conversion, JSON, pickling.
macro_rules! value {
    ($class:ident, $name:literal, $core:ty) => {
        impl From<$core> for $class {
            fn from(value: $core) -> $class {
                $class(Arc::new(value))
            }
        }

        #[pymethods]
        impl $class {
            /// Returns the value as JSON text, in the form that all languages share.
            fn to_json(&self) -> PyResult<String> {
                crate::explain::to_json(&*self.0)
            }

            /// Reads a value from its JSON text.
            #[classmethod]
            fn from_json(
                _class: &Bound<'_, PyType>,
                py: Python<'_>,
                text: &str,
            ) -> PyResult<$class> {
                crate::explain::from_json::<$core>(py, text).map($class::from)
            }

            #[pyo3(signature = () -> "tuple[typing.Any, ...]")]
            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                let make = py.get_type::<$class>().getattr("from_json")?;
                let arguments = PyTuple::new(py, [crate::explain::to_json(&*self.0)?])?;
                PyTuple::new(py, [make, arguments.into_any()])
            }
        }
    };
}
pub(crate) use value;

/// Writes a value as JSON text.
pub fn to_json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value)
        .map_err(|error| pyo3::exceptions::PySystemError::new_err(error.to_string()))
}

/// Reads a value from its JSON text.
pub fn from_json<T: DeserializeOwned>(py: Python<'_>, text: &str) -> PyResult<T> {
    json::read(py, "value", text)
}

/// Quotes a text like Python, shortened to one line.
pub fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!(
        "'{}{dots}'",
        short.escape_debug().to_string().replace("\\\"", "\"")
    )
}

/// A passage of an article's plain text with the ranges that match.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct Snippet(pub core::Snippet);

#[pymethods]
impl Snippet {
    /// The text, verbatim, without ellipsis or tags.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// Ranges of `text` that match, as pairs of start and end in characters.
    #[getter]
    fn ranges(&self) -> Vec<(usize, usize)> {
        let chars = |to: u32| {
            let before = self.0.text.get(..to as usize).unwrap_or(&self.0.text);
            before.chars().count()
        };
        let ranges = self.0.ranges.iter();
        ranges
            .map(|(from, to)| (chars(*from), chars(*to)))
            .collect()
    }

    /// True if text before the passage was cut off.
    #[getter]
    fn is_cut_before(&self) -> bool {
        self.0.is_cut_before
    }

    /// True if text after the passage was cut off.
    #[getter]
    fn is_cut_after(&self) -> bool {
        self.0.is_cut_after
    }

    /// Returns the text as escaped HTML, with `<mark>` around matches as the only tag.
    fn to_html(&self) -> String {
        self.0.to_html()
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __hash__(&self) -> u64 {
        hashed((&self.0.text, &self.0.ranges))
    }

    fn __repr__(&self) -> String {
        format!("Snippet({})", quoted(&self.0.text))
    }

    #[pyo3(signature = () -> "tuple[typing.Any, ...]")]
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let make = py.get_type::<Snippet>().getattr("from_json")?;
        let arguments = PyTuple::new(py, [to_json(&self.0)?])?;
        PyTuple::new(py, [make, arguments.into_any()])
    }

    /// Reads a snippet from its JSON text.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, text: &str) -> PyResult<Snippet> {
        from_json(py, text).map(Snippet)
    }
}

/// One factor of a score.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct Factor(Arc<core::Factor>);

value!(Factor, "Factor", core::Factor);

#[pymethods]
impl Factor {
    /// The name of the factor.
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        enums::factor_name(py, self.0.name)
    }

    /// The number that the score is multiplied by.
    #[getter]
    fn value(&self) -> f64 {
        self.0.value
    }

    /// The reason, in words.
    #[getter]
    fn words(&self) -> &str {
        &self.0.words
    }

    fn __repr__(&self) -> String {
        format!(
            "Factor({}={:.4}, {})",
            self.0.name,
            self.0.value,
            quoted(&self.0.words)
        )
    }

    fn __hash__(&self) -> u64 {
        hashed((self.0.name.index(), self.0.value.to_bits()))
    }
}

/// Returns the hash of a value.
pub fn hashed(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The explanation of a score.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct Explanation(Arc<core::Explanation>);

value!(Explanation, "Explanation", core::Explanation);

#[pymethods]
impl Explanation {
    /// The score.
    #[getter]
    fn score(&self) -> f64 {
        self.0.score
    }

    /// The factors, in the order of multiplication.
    #[getter]
    fn factors(&self) -> Vec<Factor> {
        self.0.factors.iter().cloned().map(Factor::from).collect()
    }

    /// The share of relevance that comes from the text, 0 to 1.
    #[getter]
    fn text(&self) -> f64 {
        self.0.text
    }

    /// The share of relevance that comes from past cases, 0 to 1.
    #[getter]
    fn case_evidence(&self) -> f64 {
        self.0.case_evidence
    }

    /// The matched words of the query with their share of `text`, best first.
    #[getter]
    fn matched(&self) -> Vec<(String, f64)> {
        self.0.matched.clone()
    }

    /// The explanation in one sentence.
    #[getter]
    fn summary(&self) -> &str {
        &self.0.summary
    }

    /// Returns the product of the factors in their order, which is bit-identical to the score.
    fn fold(&self) -> f64 {
        self.0.fold()
    }

    fn __repr__(&self) -> String {
        let factors: Vec<String> = self
            .0
            .factors
            .iter()
            .map(|factor| format!("{}={:.4}", factor.name, factor.value))
            .collect();
        format!(
            "Explanation(score={:.4}, {}, summary={})",
            self.0.score,
            factors.join(", "),
            quoted(&self.0.summary)
        )
    }

    fn __hash__(&self) -> u64 {
        hashed((self.0.score.to_bits(), &self.0.summary))
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        html(slf.py(), "explanation", slf)
    }
}

/// Returns the HTML of a value, made by `kenpoint._html`.
pub fn html(
    py: Python<'_>,
    function: &str,
    value: &Bound<'_, impl pyo3::PyTypeCheck>,
) -> PyResult<String> {
    py.import("kenpoint._html")?
        .call_method1(function, (value.as_any(),))?
        .extract()
}
