//! The base: every call of the core, converted and forwarded.
//!
//! `kenpoint.KnowledgeBase` is the Python class on top of it. What is asked often is native there as
//! well; methods that begin with `_` take and give the model's JSON, and have their types in Python.

use std::sync::Arc;

use kenpoint::Error;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyList};

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::ask::{Record, Situation, Who, list};
use crate::errors::raise;
use crate::handle::Handle;
use crate::times::{Instant, datetime};

/// The part of a base that is not Python.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Base {
    /// What holds it.
    pub handle: Arc<Handle>,
}

impl Base {
    /// A base that this process opened.
    pub fn of(base: kenpoint::Base) -> Base {
        Base {
            handle: Arc::new(Handle::new(base)),
        }
    }
}

/// A member of a named enum, by its name.
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
    /// viewer: who looks: an audience label, or a `Viewer` with entitlements. What the viewer may not see
    ///     changes nothing in the answer.
    /// context: what is known of the situation: products, region, channel, language (`Context`).
    /// filter: what the answer may hold at all (`Filter`).
    /// limit: results wanted, from 1; together with `offset` at most 10,000.
    /// offset: results left out at the front.
    /// now: the instant of the view; the base's clock, if absent.
    /// snippet_chars: longest snippet, in characters, to 2,000; with 0 no text of an article is read, which is most
    ///     of the work where articles are long.
    /// explain: whether each hit carries its explanation.
    ///
    /// Raises InvalidQueryError or TooLargeError for a query over its limits, UnknownNameError for an
    /// audience that the base has not.
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
        limit = 10, offset = 0, now: "datetime.datetime | None" = None, explain = false, snippet_chars = 240,
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn search(
        &self,
        py: Python<'_>,
        query: String,
        viewer: Who,
        context: Option<Record>,
        filter: Option<Record>,
        limit: usize,
        offset: usize,
        now: Option<Instant>,
        explain: bool,
        snippet_chars: usize,
    ) -> PyResult<SearchAnswer> {
        let situation = Situation {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let request = situation.search(py, query, (limit, offset), explain)?;
        self.handle
            .run(py, |base| base.search(&request))
            .map(SearchAnswer::from)
    }

    /// Suggests articles for the case on the screen, or for a text that is not a case yet. Writes nothing.
    ///
    /// It weighs the words, past cases like it and what solved them, and the situation. It leaves out
    /// what was already tried, and everything whose chance of solving lies below the threshold.
    ///
    /// case: the id of a case of the base.
    /// text: more text, or the text of what is not a case yet; at most 256 KiB with the case.
    /// viewer, context, filter, now: as in `search`; party, products and channel of the case are added to the context.
    /// limit: suggestions wanted, 1 to 10,000.
    /// threshold: nothing below this chance of solving, 0 to 1; the policy's, if absent.
    /// snippet_chars: as in `search`.
    ///
    /// Raises CaseNotFoundError, and what `search` raises.
    ///
    /// >>> import kenpoint
    /// >>> kb = kenpoint.memory()
    /// >>> kb.suggest(text="No light since the storm", viewer="internal").suggestions
    /// []
    #[pyo3(signature = (
        case = None, *, text = "",
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        context: "model.Context | collections.abc.Mapping[str, typing.Any] | None" = None,
        filter: "model.Filter | collections.abc.Mapping[str, typing.Any] | None" = None,
        limit = 3, threshold = None, now: "datetime.datetime | None" = None, snippet_chars = 240,
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn suggest(
        &self,
        py: Python<'_>,
        case: Option<String>,
        text: &str,
        viewer: Who,
        context: Option<Record>,
        filter: Option<Record>,
        limit: usize,
        threshold: Option<f64>,
        now: Option<Instant>,
        snippet_chars: usize,
    ) -> PyResult<SuggestAnswer> {
        let situation = Situation {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let request = situation.suggest(py, case, text.to_owned(), limit, threshold)?;
        self.handle
            .run(py, |base| base.suggest(&request))
            .map(SuggestAnswer::from)
    }

    /// Searches with many queries, over all threads of the base.
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
        viewer: Who,
        context: Option<Record>,
        filter: Option<Record>,
        limit: usize,
        offset: usize,
        now: Option<Instant>,
        explain: bool,
        snippet_chars: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let situation = Situation {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let requests = situation.searches(py, queries, (limit, offset), explain)?;
        let answers = self.handle.run_batch(py, |base| {
            base.search_many(&requests)
                .into_iter()
                .collect::<kenpoint::Result<Vec<_>>>()
        })?;
        list::<_, SearchAnswer>(py, answers)
    }

    /// Suggests for many cases, or for many texts, over all threads of the base.
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
        viewer: Who,
        context: Option<Record>,
        filter: Option<Record>,
        limit: usize,
        threshold: Option<f64>,
        now: Option<Instant>,
        snippet_chars: usize,
    ) -> PyResult<Bound<'py, PyList>> {
        let situation = Situation {
            viewer,
            context,
            filter,
            now,
            snippet_chars,
        };
        let requests = situation.suggestions(py, cases, texts, limit, threshold)?;
        let answers = self.handle.run_batch(py, |base| {
            base.suggest_many(&requests)
                .into_iter()
                .collect::<kenpoint::Result<Vec<_>>>()
        })?;
        list::<_, SuggestAnswer>(py, answers)
    }

    /// The present instant of the base's clock.
    #[pyo3(signature = () -> "datetime.datetime")]
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        let now = self.handle.run(py, |base| Ok(base.now()))?;
        datetime(py, now)
    }

    /// Flushes, brings the index on disk up to date, and gives the files back. Doing it again does
    /// nothing; every other call then raises ClosedError. Calls of other threads that run go on; the
    /// files are free when the last one ends.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.close(py)
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.handle.is_closed()
    }

    /// Makes what was only looked at (searched, shown, viewed) durable, too.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.run(py, |base| base.flush())
    }

    /// A digest of the whole state: equal for equal logs, whatever the machine.
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        self.handle.run(py, |base| base.digest())
    }

    /// The chance that an article solves when it is read, by all the evidence so far, 0 to 1.
    ///
    /// now: the instant at which evidence is weighed; the base's clock, if absent.
    ///
    /// Raises ArticleNotFoundError.
    #[pyo3(signature = (article, *, now: "datetime.datetime | None" = None))]
    fn solve_rate(&self, py: Python<'_>, article: &str, now: Option<Instant>) -> PyResult<f64> {
        self.handle
            .run(py, |base| base.solve_rate(article, now.map(|at| at.0)))
    }
}
