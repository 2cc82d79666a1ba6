//! Answers of searches and suggestions, as frozen Python objects.
//!
//! An answer owns the value of the core and converts an attribute when it is read, so a call with ten results costs only
//! microseconds more than in Rust.

use std::sync::Arc;

use kenpoint as core;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple, PyType};

use crate::enums;
use crate::explain::{Explanation, Snippet, from_json, hashed, html, quoted, to_json, value};

/// The attributes that hits and suggestions share.
macro_rules! result {
    ($class:ident, $name:literal, $(#[$explanation_doc:meta])* $explanation:ident -> $output:ty) => {
        value!($class, $name, core::$class);

        #[pymethods]
        impl $class {
            /// The id of the article.
            #[getter]
            fn id(&self) -> &str {
                &self.0.id
            }

            /// The kind of the article.
            #[getter]
            fn kind(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                enums::kind(py, self.0.kind)
            }

            /// The title of the article.
            #[getter]
            fn title(&self) -> &str {
                &self.0.title
            }

            /// The number of the current version.
            #[getter]
            fn version(&self) -> u32 {
                self.0.version
            }

            /// The score. Results are ordered by score, then by id.
            #[getter]
            fn score(&self) -> f64 {
                self.0.score
            }

            /// The probability that the article solves the problem, 0 to 1.
            #[getter]
            fn solve_probability(&self) -> f64 {
                self.0.solve_probability
            }

            /// The passage that matches.
            #[getter]
            fn snippet(&self) -> Snippet {
                Snippet(self.0.snippet.clone())
            }

            /// The freshness state of the article.
            #[getter]
            fn freshness(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                enums::freshness_state(py, self.0.freshness)
            }

            $(#[$explanation_doc])*
            #[getter]
            fn explanation(&self) -> $output {
                $explanation(&self.0)
            }

            fn __repr__(&self) -> String {
                format!(
                    "{}(id={}, score={:.4}, solve_probability={:.3}, freshness='{}', title={})",
                    $name, quoted(&self.0.id), self.0.score, self.0.solve_probability, self.0.freshness, quoted(&self.0.title),
                )
            }

            fn __hash__(&self) -> u64 {
                hashed((&self.0.id, self.0.version, self.0.score.to_bits()))
            }

            fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
                html(slf.py(), "result", slf)
            }
        }
    };
}

/// One result of a search.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct Hit(Arc<core::Hit>);

/// One suggestion for a case.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct Suggestion(Arc<core::Suggestion>);

fn optional(hit: &core::Hit) -> Option<Explanation> {
    hit.explanation.clone().map(Explanation::from)
}

fn always(suggestion: &core::Suggestion) -> Explanation {
    Explanation::from(suggestion.explanation.clone())
}

result!(Hit, "Hit",
    /// The explanation of the score, if the search was called with `explain=True`.
    optional -> Option<Explanation>);
result!(Suggestion, "Suggestion",
    /// The explanation of the score.
    always -> Explanation);

/// A past case that is similar to the question.
#[pyclass(module = "kenpoint", frozen, eq)]
#[derive(PartialEq)]
pub struct SimilarCase(Arc<core::SimilarCase>);

value!(SimilarCase, "SimilarCase", core::SimilarCase);

#[pymethods]
impl SimilarCase {
    /// The id of the case.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// The similarity, above 0 and at most 1.
    #[getter]
    fn similarity(&self) -> f64 {
        self.0.similarity
    }

    /// Ids of the articles that resolved the case or helped.
    #[getter]
    fn solved_by(&self) -> Vec<String> {
        self.0.solved_by.clone()
    }

    fn __repr__(&self) -> String {
        let solved: Vec<String> = self.0.solved_by.iter().map(|id| quoted(id)).collect();
        format!(
            "SimilarCase(id={}, similarity={:.3}, solved_by=[{}])",
            quoted(&self.0.id),
            self.0.similarity,
            solved.join(", ")
        )
    }

    fn __hash__(&self) -> u64 {
        hashed((&self.0.id, self.0.similarity.to_bits()))
    }
}

/// The methods that make an answer a sequence of its results.
macro_rules! sequence {
    ($class:ident, $item:ident, $items:ident) => {
        #[pymethods]
        impl $class {
            fn __len__(&self) -> usize {
                self.$items.len()
            }

            fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
                self.$items().into_pyobject(py)?.try_iter()
            }

            /// Returns the result at an index, from 0; a slice gives a list.
            fn __getitem__<'py>(
                &self,
                py: Python<'py>,
                index: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                if let Ok(at) = index.extract::<isize>() {
                    let n = self.$items.len();
                    let place = if at < 0 {
                        n.checked_add_signed(at)
                    } else {
                        usize::try_from(at).ok()
                    };
                    let item = place.and_then(|place| self.$items.get(place));
                    return match item {
                        Some(item) => Ok(Bound::new(py, $item(Arc::clone(item)))?.into_any()),
                        None => Err(PyIndexError::new_err(format!(
                            "index {at} is out of range: there are {n} results"
                        ))),
                    };
                }
                self.$items().into_pyobject(py)?.get_item(index)
            }

            /// The results, best first; ties are ordered by id.
            #[getter]
            fn $items(&self) -> Vec<$item> {
                self.$items
                    .iter()
                    .map(|item| $item(Arc::clone(item)))
                    .collect()
            }

            fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
                html(slf.py(), "answer", slf)
            }
        }
    };
}

/// The answer to a search: a sequence of hits, best first.
#[pyclass(module = "kenpoint", frozen, eq, sequence)]
#[derive(PartialEq)]
pub struct SearchAnswer {
    hits: Vec<Arc<core::Hit>>,
    rest: core::SearchAnswer,
}

sequence!(SearchAnswer, Hit, hits);

impl From<core::SearchAnswer> for SearchAnswer {
    fn from(mut answer: core::SearchAnswer) -> SearchAnswer {
        let hits = std::mem::take(&mut answer.hits);
        SearchAnswer {
            hits: hits.into_iter().map(Arc::new).collect(),
            rest: answer,
        }
    }
}

impl SearchAnswer {
    /// Returns the answer of the core, for rows and pickles.
    pub fn whole(&self) -> core::SearchAnswer {
        let mut answer = self.rest.clone();
        answer.hits = self.hits.iter().map(|hit| (**hit).clone()).collect();
        answer
    }
}

#[pymethods]
impl SearchAnswer {
    /// The impression token that identifies this answer in feedback: pass it with `shown`, `clicked` and `viewed`.
    #[getter]
    fn impression(&self) -> &str {
        &self.rest.impression
    }

    /// The probability that the best hit solves the problem, 0 to 1; 0 without hits.
    #[getter]
    fn answerable(&self) -> f64 {
        self.rest.answerable
    }

    /// True if a work limit cut the search short.
    #[getter]
    fn is_partial(&self) -> bool {
        self.rest.is_partial
    }

    /// The parts of the query, as typed, that were read as plain words although their signs ask for more, or dropped:
    /// conditions that no visible article meets, signs in a pasted text or a command, words of a long text. Empty for
    /// most queries.
    #[getter]
    fn relaxed(&self) -> Vec<String> {
        self.rest.relaxed.clone()
    }

    /// Returns the answer as JSON text, in the form that all languages share.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.whole())
    }

    /// Reads an answer from its JSON text.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, text: &str) -> PyResult<SearchAnswer> {
        from_json::<core::SearchAnswer>(py, text).map(SearchAnswer::from)
    }

    #[pyo3(signature = () -> "tuple[typing.Any, ...]")]
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let make = py.get_type::<SearchAnswer>().getattr("from_json")?;
        let arguments = PyTuple::new(py, [self.to_json()?])?;
        PyTuple::new(py, [make, arguments.into_any()])
    }

    fn __repr__(&self) -> String {
        let ids: Vec<String> = self.hits.iter().map(|hit| quoted(&hit.id)).collect();
        format!(
            "SearchAnswer([{}], answerable={:.3})",
            ids.join(", "),
            self.rest.answerable
        )
    }
}

/// The answer to a suggestion: a sequence of suggestions, best first.
#[pyclass(module = "kenpoint", frozen, eq, sequence)]
#[derive(PartialEq)]
pub struct SuggestAnswer {
    suggestions: Vec<Arc<core::Suggestion>>,
    rest: core::SuggestAnswer,
}

sequence!(SuggestAnswer, Suggestion, suggestions);

impl From<core::SuggestAnswer> for SuggestAnswer {
    fn from(mut answer: core::SuggestAnswer) -> SuggestAnswer {
        let suggestions = std::mem::take(&mut answer.suggestions);
        SuggestAnswer {
            suggestions: suggestions.into_iter().map(Arc::new).collect(),
            rest: answer,
        }
    }
}

impl SuggestAnswer {
    /// Returns the answer of the core, for rows and pickles.
    pub fn whole(&self) -> core::SuggestAnswer {
        let mut answer = self.rest.clone();
        answer.suggestions = self
            .suggestions
            .iter()
            .map(|found| (**found).clone())
            .collect();
        answer
    }
}

#[pymethods]
impl SuggestAnswer {
    /// The past cases behind the suggestions, most similar first, for viewers who may read cases.
    #[getter]
    fn similar(&self) -> Vec<SimilarCase> {
        self.rest
            .similar
            .iter()
            .cloned()
            .map(SimilarCase::from)
            .collect()
    }

    /// The impression token that identifies this answer in feedback: pass it with `suggested`.
    #[getter]
    fn impression(&self) -> &str {
        &self.rest.impression
    }

    /// True if there were candidates and all of them were below the threshold.
    #[getter]
    fn abstained(&self) -> bool {
        self.rest.abstained
    }

    /// Returns the answer as JSON text, in the form that all languages share.
    fn to_json(&self) -> PyResult<String> {
        to_json(&self.whole())
    }

    /// Reads an answer from its JSON text.
    #[classmethod]
    fn from_json(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        text: &str,
    ) -> PyResult<SuggestAnswer> {
        from_json::<core::SuggestAnswer>(py, text).map(SuggestAnswer::from)
    }

    #[pyo3(signature = () -> "tuple[typing.Any, ...]")]
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let make = py.get_type::<SuggestAnswer>().getattr("from_json")?;
        let arguments = PyTuple::new(py, [self.to_json()?])?;
        PyTuple::new(py, [make, arguments.into_any()])
    }

    fn __repr__(&self) -> String {
        let ids: Vec<String> = self
            .suggestions
            .iter()
            .map(|found| quoted(&found.id))
            .collect();
        format!(
            "SuggestAnswer([{}], similar={}, abstained={})",
            ids.join(", "),
            self.rest.similar.len(),
            if self.rest.abstained { "True" } else { "False" }
        )
    }
}
