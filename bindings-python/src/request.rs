//! Arguments of searches and suggestions, converted to requests of the core.

use kenpoint::model::Viewer;
use kenpoint::{SearchRequest, SuggestRequest};
use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::args::Arg;
use crate::json;
use crate::times::Instant;

/// A viewer: a label, or a `Viewer` with entitlements.
pub struct ViewerArg(pub Viewer);

impl<'a, 'py> FromPyObject<'a, 'py> for ViewerArg {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<ViewerArg> {
        if value.is_instance_of::<PyString>() {
            return Ok(ViewerArg(Viewer::new(Arg::<String>::extract(value)?.0)));
        }
        RecordArg::extract(value)?
            .read(value.py(), "viewer")
            .map(ViewerArg)
    }
}

/// A record that Python gives as a dataclass or a mapping, held as JSON text.
pub struct RecordArg(String);

impl<'a, 'py> FromPyObject<'a, 'py> for RecordArg {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<RecordArg> {
        let codec = value.py().import("kenpoint._codec")?;
        codec
            .call_method1("encode", (value,))?
            .extract::<Arg<String>>()
            .map(|text| RecordArg(text.0))
    }
}

impl RecordArg {
    /// Reads the value of the core.
    pub fn read<T: serde::de::DeserializeOwned>(
        &self,
        py: Python<'_>,
        record: &str,
    ) -> PyResult<T> {
        json::read(py, record, &self.0)
    }

    /// Returns the JSON text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The arguments that searches and suggestions share.
pub struct RequestArgs {
    pub viewer: ViewerArg,
    pub context: Option<RecordArg>,
    pub filter: Option<RecordArg>,
    pub now: Option<Instant>,
    pub snippet_chars: usize,
}

impl RequestArgs {
    /// Makes a search request.
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

    /// Makes a suggestion request.
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

    /// Makes a search request for each query.
    pub fn searches(
        self,
        py: Python<'_>,
        queries: &Bound<'_, PyAny>,
        page: (usize, usize),
        explain: bool,
    ) -> PyResult<Vec<SearchRequest>> {
        let request = self.search(py, String::new(), page, explain)?;
        let of = |query| {
            let mut one = request.clone();
            one.query = query;
            one
        };
        Ok(texts(queries)?.into_iter().map(of).collect())
    }

    /// Makes a suggestion request for each case, or for each text.
    pub fn suggestions(
        self,
        py: Python<'_>,
        cases: Option<&Bound<'_, PyAny>>,
        words: Option<&Bound<'_, PyAny>>,
        limit: usize,
        threshold: Option<f64>,
    ) -> PyResult<Vec<SuggestRequest>> {
        let request = self.suggest(py, None, String::new(), limit, threshold)?;
        let each = |items, set: &dyn Fn(&mut SuggestRequest, String)| {
            let of = |item| {
                let mut one = request.clone();
                set(&mut one, item);
                one
            };
            Ok(texts(items)?.into_iter().map(of).collect())
        };
        match (cases, words) {
            (Some(cases), None) => each(cases, &|one, case| one.case = Some(case)),
            (None, Some(words)) => each(words, &|one, text| one.text = text),
            _ => Err(PyTypeError::new_err(
                "suggest_many() takes either cases or texts",
            )),
        }
    }
}

/// Reads texts from any iterable except a text.
fn texts(items: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if items.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("give a list of texts, not one text"));
    }
    items
        .try_iter()?
        .map(|item| Ok(item?.extract::<Arg<String>>()?.0))
        .collect()
}

/// Converts answers of the core to a Python list.
pub fn to_list<'py, A, P>(py: Python<'py>, answers: Vec<A>) -> PyResult<Bound<'py, PyList>>
where
    P: From<A> + PyClass + Into<PyClassInitializer<P>>,
{
    let answers = answers
        .into_iter()
        .map(|answer| Bound::new(py, P::from(answer)));
    PyList::new(py, answers.collect::<PyResult<Vec<_>>>()?)
}
