//! The arguments of searches and suggestions, as the core's requests.

use kenpoint::model::Viewer;
use kenpoint::{SearchRequest, SuggestRequest};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::json;
use crate::times::Instant;

/// Who looks: a label, or a `Viewer` with entitlements.
pub struct Who(pub Viewer);

impl<'a, 'py> FromPyObject<'a, 'py> for Who {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Who> {
        match value.cast::<PyString>() {
            Ok(label) => Ok(Who(Viewer::new(label.extract::<&str>()?))),
            Err(_) => Record::extract(value)?.read(value.py(), "viewer").map(Who),
        }
    }
}

/// A record that Python gives as a dataclass or a mapping; as JSON text from here on.
pub struct Record(String);

impl<'a, 'py> FromPyObject<'a, 'py> for Record {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Record> {
        let codec = value.py().import("kenpoint._codec")?;
        codec
            .call_method1("encode", (value,))?
            .extract()
            .map(Record)
    }
}

impl Record {
    /// The core's value.
    pub fn read<T: serde::de::DeserializeOwned>(&self, py: Python<'_>, what: &str) -> PyResult<T> {
        json::read(py, what, &self.0)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What searches and suggestions have in common.
pub struct Situation {
    pub viewer: Who,
    pub context: Option<Record>,
    pub filter: Option<Record>,
    pub now: Option<Instant>,
    pub snippet_chars: usize,
}

impl Situation {
    /// A search in it.
    pub fn search(
        self,
        py: Python<'_>,
        query: String,
        (limit, offset): (usize, usize),
        explain: bool,
    ) -> PyResult<SearchRequest> {
        let mut request = SearchRequest::new(query, self.viewer.0);
        if let Some(context) = self.context {
            request.context = context.read(py, "context")?;
        }
        if let Some(filter) = self.filter {
            request.filter = filter.read(py, "filter")?;
        }
        request.limit = limit;
        request.offset = offset;
        request.now = self.now.map(|at| at.0);
        request.snippet_chars = self.snippet_chars;
        request.explain = explain;
        Ok(request)
    }

    /// A suggestion in it.
    pub fn suggest(
        self,
        py: Python<'_>,
        case: Option<String>,
        text: String,
        limit: usize,
        threshold: Option<f64>,
    ) -> PyResult<SuggestRequest> {
        let mut request = SuggestRequest::for_text(text, self.viewer.0);
        request.case = case;
        if let Some(context) = self.context {
            request.context = context.read(py, "context")?;
        }
        if let Some(filter) = self.filter {
            request.filter = filter.read(py, "filter")?;
        }
        request.limit = limit;
        request.threshold = threshold;
        request.now = self.now.map(|at| at.0);
        request.snippet_chars = self.snippet_chars;
        Ok(request)
    }
}
