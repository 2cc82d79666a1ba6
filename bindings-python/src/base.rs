//! The base class of `kenpoint.KnowledgeBase`: converts each call and forwards it to the core.
//!
//! Frequent calls are native. Methods that begin with `_` take and return JSON of the model and are typed in Python.

use std::sync::Arc;

use kenpoint::Error;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyList};

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::args::{Arg, number};
use crate::errors::raise;
use crate::handle::Handle;
use crate::request::{RecordArg, RequestArgs, ViewerArg, to_list};
use crate::times::{Instant, datetime};

/// The compiled part of a base.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Base {
    /// The shared handle.
    pub handle: Arc<Handle>,
}

impl Base {
    /// Wraps a base that this process opened.
    pub fn of(base: kenpoint::Base) -> Base {
        Base {
            handle: Arc::new(Handle::new(base)),
        }
    }
}

/// Reads a member of a named enum.
pub fn named<T: std::str::FromStr<Err = Error>>(py: Python<'_>, name: &str) -> PyResult<T> {
    name.parse().map_err(|error| raise(py, &error))
}

#[pymethods]
impl Base {
    #[new]
    fn new(base: &Base) -> Base {
        Base {
            handle: Arc::clone(&base.handle),
        }
    }

    /// Searches for articles and facts. Writes nothing.
    ///
    /// query: words, "phrases", +must, -not, prefix*, field:word; at most 8 KiB.
    /// viewer: an audience label, or a `Viewer` with entitlements. Articles that the viewer may not see do not influence
    ///     the answer.
    /// context: known facts about the customer's situation: products, region, channel, language (`Context`).
    /// filter: conditions that every hit satisfies (`Filter`).
    /// limit: number of hits, from 1; `limit + offset` is at most 10,000.
    /// offset: number of leading hits to skip.
    /// now: the instant of the view; default: the base's clock.
    /// snippet_chars: length limit of a snippet in characters, at most 2,000. With 0 no article text is read, which
    ///     saves most of the work for long articles.
    /// explain: adds an explanation to each hit.
    ///
    /// Raises TooLargeError for a query over its limit, UnknownNameError for an unknown audience.
    ///
    /// >>> import kenpoint
    /// >>> kb = kenpoint.memory()
    /// >>> lamp = kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark", audience="public",
    /// ...     confidence="validated", sections=[kenpoint.Section("resolution", "Change the fuse.")])
    /// >>> kb.put(lamp).version
    /// 1
    /// >>> kb.search("dark lamps", viewer="public")[0].id
    /// 'lamp'
    #[pyo3(signature = (
        query, *, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None,
        filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None,
        limit: "typing.SupportsIndex" = 10, offset: "typing.SupportsIndex" = 0, now: "datetime.datetime | None" = None, explain = false, snippet_chars: "typing.SupportsIndex" = 240,
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn search(
        &self,
        py: Python<'_>,
        query: Arg<String>,
        viewer: ViewerArg,
        context: Option<RecordArg>,
        filter: Option<RecordArg>,
        #[pyo3(from_py_with = number)] limit: usize,
        #[pyo3(from_py_with = number)] offset: usize,
        now: Option<Instant>,
        explain: bool,
        #[pyo3(from_py_with = number)] snippet_chars: usize,
    ) -> PyResult<SearchAnswer> {
        let arguments = RequestArgs {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let request = arguments.search(py, query.0, (limit, offset), explain)?;
        self.handle
            .run(py, |base| base.search(&request))
            .map(SearchAnswer::from)
    }

    /// Suggests articles for a case, or for a text without a case. Writes nothing.
    ///
    /// Suggestions are ranked by words, by similar past cases and the articles that solved them, and by the context.
    /// Articles that were already tried and articles with a solve probability below the threshold are left out.
    ///
    /// case: the id of a case of the base.
    /// text: text without a case, or text in addition to the case; at most 256 KiB with the case.
    /// viewer, context, filter, now: as in `search`. Party, products and channel of the case are added to the context.
    /// limit: number of suggestions, 1 to 10,000.
    /// threshold: lowest solve probability, 0 to 1; default: the policy's.
    /// snippet_chars: as in `search`.
    ///
    /// Raises CaseNotFoundError, and the errors of `search`.
    ///
    /// >>> import kenpoint
    /// >>> kb = kenpoint.memory()
    /// >>> kb.suggest(text="No light since the storm", viewer="internal").suggestions
    /// []
    #[pyo3(signature = (
        case = None, *, text = None,
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None,
        filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None,
        limit: "typing.SupportsIndex" = 3, threshold = None, now: "datetime.datetime | None" = None, snippet_chars: "typing.SupportsIndex" = 240,
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn suggest(
        &self,
        py: Python<'_>,
        case: Option<Arg<String>>,
        text: Option<Arg<String>>,
        viewer: ViewerArg,
        context: Option<RecordArg>,
        filter: Option<RecordArg>,
        #[pyo3(from_py_with = number)] limit: usize,
        threshold: Option<f64>,
        now: Option<Instant>,
        #[pyo3(from_py_with = number)] snippet_chars: usize,
    ) -> PyResult<SuggestAnswer> {
        let arguments = RequestArgs {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let request = arguments.suggest(
            py,
            case.map(Arg::value),
            text.map(Arg::value).unwrap_or_default(),
            limit,
            threshold,
        )?;
        self.handle
            .run(py, |base| base.suggest(&request))
            .map(SuggestAnswer::from)
    }

    /// Searches with many queries, on all threads of the base.
    #[pyo3(signature = (
        queries: "collections.abc.Iterable[str]", *,
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        context: "model.Context | collections.abc.Mapping[str, typing.Any] | None",
        filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None",
        limit, offset, now: "datetime.datetime | None", explain, snippet_chars,
    ) -> "list[SearchAnswer]")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn _search_many<'py>(
        &self,
        py: Python<'py>,
        queries: &Bound<'py, PyAny>,
        viewer: ViewerArg,
        context: Option<RecordArg>,
        filter: Option<RecordArg>,
        limit: Arg<usize>,
        offset: Arg<usize>,
        now: Option<Instant>,
        explain: bool,
        snippet_chars: Arg<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let arguments = RequestArgs {
            viewer,
            context,
            filter,
            now,
            snippet_chars: snippet_chars.0,
        };
        let requests = arguments.searches(py, queries, (limit.0, offset.0), explain)?;
        let answers = self.handle.run_batch(py, |base| {
            base.search_many(&requests)
                .into_iter()
                .collect::<kenpoint::Result<Vec<_>>>()
        })?;
        to_list::<_, SearchAnswer>(py, answers)
    }

    /// Suggests for many cases, or for many texts, on all threads of the base.
    #[pyo3(signature = (
        cases: "collections.abc.Iterable[str] | None", *,
        texts: "collections.abc.Iterable[str] | None",
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        context: "model.Context | collections.abc.Mapping[str, typing.Any] | None",
        filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None",
        limit, threshold, now: "datetime.datetime | None", snippet_chars,
    ) -> "list[SuggestAnswer]")]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn _suggest_many<'py>(
        &self,
        py: Python<'py>,
        cases: Option<&Bound<'py, PyAny>>,
        texts: Option<&Bound<'py, PyAny>>,
        viewer: ViewerArg,
        context: Option<RecordArg>,
        filter: Option<RecordArg>,
        limit: Arg<usize>,
        threshold: Option<f64>,
        now: Option<Instant>,
        snippet_chars: Arg<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let arguments = RequestArgs {
            viewer,
            context,
            filter,
            now,
            snippet_chars: snippet_chars.0,
        };
        let requests = arguments.suggestions(py, cases, texts, limit.0, threshold)?;
        let answers = self.handle.run_batch(py, |base| {
            base.suggest_many(&requests)
                .into_iter()
                .collect::<kenpoint::Result<Vec<_>>>()
        })?;
        to_list::<_, SuggestAnswer>(py, answers)
    }

    /// Returns the current instant of the base's clock.
    #[pyo3(signature = () -> "datetime.datetime")]
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        let now = self.handle.run(py, |base| Ok(base.now()))?;
        datetime(py, now)
    }

    /// Flushes, updates the index on disk and closes the files. Closing a closed base does nothing; every other call
    /// then raises ClosedError. Running calls of other threads continue, and the files are released when the last one
    /// ends.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.close(py)
    }

    /// True if the base was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.handle.is_closed()
    }

    /// Makes all recorded events durable, including relaxed ones such as `searched`, `shown` and `viewed`.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.run(py, |base| base.flush())
    }

    /// Returns a digest of the state. Equal logs give equal digests on every machine.
    ///
    /// It takes no viewer and hides nothing (docs/viewers.md).
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        self.handle.run(py, |base| base.digest())
    }

    /// Returns the probability, 0 to 1, that an article solves the problem of its reader, by all evidence so far.
    ///
    /// It takes no viewer and hides nothing (docs/viewers.md).
    ///
    /// now: the instant at which evidence is weighed; default: the base's clock.
    ///
    /// Raises ArticleNotFoundError.
    #[pyo3(signature = (article, *, now: "datetime.datetime | None" = None))]
    fn solve_rate(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        now: Option<Instant>,
    ) -> PyResult<f64> {
        self.handle
            .run(py, |base| base.solve_rate(article.0, now.map(|at| at.0)))
    }
}
