//! The arguments of searches and suggestions, as the core's requests.

use kenpoint::model::Viewer;
use kenpoint::{SearchRequest, SuggestRequest};
use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

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

    /// A search for each query.
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

    /// A suggestion for each case, or for each text.
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

/// Texts out of any iterable but a text.
fn texts(items: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if items.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("give a list of texts, not one text"));
    }
    items
        .try_iter()?
        .map(|item| item?.extract::<String>())
        .collect()
}

/// Answers of the core as a list of Python's.
pub fn list<'py, A, P>(py: Python<'py>, answers: Vec<A>) -> PyResult<Bound<'py, PyList>>
where
    P: From<A> + PyClass + Into<PyClassInitializer<P>>,
{
    let answers = answers
        .into_iter()
        .map(|answer| Bound::new(py, P::from(answer)));
    PyList::new(py, answers.collect::<PyResult<Vec<_>>>()?)
}
