//! A snapshot: what one audience may see, without the base. Converted and forwarded as the base is.
//!
//! `kenpoint.Snapshot` is the Python class on top of it. A child of a fork may go on with it: there is no
//! thread, and the locks of the core are left behind at the first call.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::{ErrorCode, SnapshotInfo};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyList};
use serde_json::json;

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::ask::{Record, Situation, Who, list};
use crate::errors::{OrRaise, raise};
use crate::handle::guarded;
use crate::json;
use crate::times::Instant;
use crate::watch::Watch;

/// The part of a snapshot that is not Python.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Snapshot {
    held: Arc<Held>,
}

/// The snapshot that answers now, and where the next one will lie.
struct Held {
    /// Locked under the interpreter's lock only, and never across a call: so no other thread of Python
    /// has it when a process forks.
    current: Mutex<Current>,
    path: Option<PathBuf>,
}

struct Current {
    snapshot: kenpoint::Snapshot,
    pid: u32,
}

impl Current {
    /// Leaves the locks of the core, and what they guard, behind. They may be held for ever.
    fn renew(&mut self) {
        self.snapshot = self.snapshot.clone().after_fork();
        self.pid = std::process::id();
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        if std::process::id() != self.pid {
            // What another thread was writing at the fork cannot be given back.
            self.renew();
        }
    }
}

impl Snapshot {
    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        let current = &self.held.current;
        current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What answers the calls that begin now.
    fn current(&self) -> kenpoint::Snapshot {
        let mut current = self.lock();
        if current.pid != std::process::id() {
            current.renew();
        }
        current.snapshot.clone()
    }

    /// Runs a call of the core without the interpreter's lock.
    pub fn run<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&kenpoint::Snapshot) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let snapshot = self.current();
        py.detach(|| {
            let done = guarded(|| job(&snapshot));
            drop(snapshot);
            done
        })
        .map_err(|error| {
            if error.code() == ErrorCode::Panicked {
                // It has nothing but what it remembers that a fault could leave half written.
                self.lock().renew();
            }
            raise(py, &error)
        })
    }

    /// The answers to many requests, one after another. Ctrl-C ends it.
    fn run_each<Q: Sync, A: Send>(
        &self,
        py: Python<'_>,
        requests: &[Q],
        ask: impl Fn(&kenpoint::Snapshot, &Q) -> kenpoint::Result<A> + Send + Sync,
    ) -> PyResult<Vec<A>> {
        let watch = Watch::new(None);
        let done = self.run(py, |snapshot| {
            let mut answers = Vec::with_capacity(requests.len());
            for request in requests {
                watch.between()?;
                answers.push(ask(snapshot, request)?);
            }
            Ok(answers)
        });
        match watch.raised() {
            Some(raised) => Err(raised),
            None => done,
        }
    }
}

/// Searches; at the present instant of the snapshot that answers, if no other was asked for.
fn search(
    snapshot: &kenpoint::Snapshot,
    request: &kenpoint::SearchRequest,
) -> kenpoint::Result<kenpoint::SearchAnswer> {
    let mut request = request.clone();
    request.now.get_or_insert_with(|| snapshot.now());
    snapshot.search(&request)
}

/// Suggests, in the same way.
fn suggest(
    snapshot: &kenpoint::Snapshot,
    request: &kenpoint::SuggestRequest,
) -> kenpoint::Result<kenpoint::SuggestAnswer> {
    let mut request = request.clone();
    request.now.get_or_insert_with(|| snapshot.now());
    snapshot.suggest(&request)
}

/// What a snapshot is, for Python.
pub fn told(info: &SnapshotInfo) -> serde_json::Value {
    json!({
        "base": info.base, "audience": info.viewer.audience, "entitlements": info.viewer.entitlements, "known": info.known,
        "articles": info.articles, "cases": info.cases, "markup": info.markup, "digest": info.digest, "bytes": info.bytes,
    })
}

/// Where a snapshot is opened from.
#[derive(FromPyObject)]
pub enum Source {
    /// The file's bytes.
    #[pyo3(transparent, annotation = "bytes")]
    Bytes(PyBackedBytes),
    /// The file.
    #[pyo3(transparent, annotation = "path")]
    File(PathBuf),
}

/// Opens a snapshot.
#[pyfunction]
#[pyo3(signature = (source: "str | os.PathLike[str] | bytes | bytearray"))]
pub fn _open_snapshot(py: Python<'_>, source: Source) -> PyResult<Snapshot> {
    let opened = py.detach(|| match &source {
        Source::Bytes(bytes) => kenpoint::Snapshot::open(bytes.to_vec()),
        Source::File(path) => kenpoint::Snapshot::open(path),
    });
    let current = Mutex::new(Current {
        snapshot: opened.or_raise(py)?,
        pid: std::process::id(),
    });
    let path = match source {
        Source::Bytes(_) => None,
        Source::File(path) => Some(path),
    };
    Ok(Snapshot {
        held: Arc::new(Held { current, path }),
    })
}

/// The names of the parts of a front.
#[pyfunction]
#[pyo3(signature = (front: "bytes | bytearray") -> "list[str]")]
pub fn _part_names(py: Python<'_>, front: PyBackedBytes) -> PyResult<Vec<String>> {
    py.detach(|| kenpoint::Snapshot::shard_names(&front))
        .or_raise(py)
}

/// A snapshot cut into what a page loads first, and the parts it loads when it wants them.
#[pyfunction]
#[pyo3(signature = (bytes: "bytes | bytearray") -> "tuple[bytes, dict[str, bytes]]")]
pub fn _cut_snapshot<'py>(
    py: Python<'py>,
    bytes: PyBackedBytes,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyDict>)> {
    let cut = py
        .detach(|| kenpoint::Snapshot::split(&bytes))
        .or_raise(py)?;
    let parts = PyDict::new(py);
    for (name, part) in &cut.shards {
        parts.set_item(name, PyBytes::new(py, part))?;
    }
    Ok((PyBytes::new(py, &cut.manifest), parts))
}

#[pymethods]
impl Snapshot {
    #[new]
    fn new(snapshot: &Snapshot) -> Snapshot {
        Snapshot {
            held: Arc::clone(&snapshot.held),
        }
    }

    /// Searches as `KnowledgeBase.search` does, with the same arguments and, to the bit, the same answer.
    ///
    /// viewer: the snapshot's audience, with no entitlements that it was not made for.
    /// now: the instant of the view, not before the snapshot's `known`; by the machine's clock and not before `known`, if absent.
    ///
    /// Raises what `KnowledgeBase.search` raises; OutOfHistoryError for an earlier instant; UnknownNameError for
    /// a viewer it was not made for.
    ///
    /// >>> import kenpoint
    /// >>> kb = kenpoint.memory()
    /// >>> lamp = kenpoint.ArticleDraft("lamp", "product", "The lamp stays dark", audience="public",
    /// ...     confidence="validated", sections=[kenpoint.Section("resolution", "Change the fuse.")])
    /// >>> kb.put(lamp).version
    /// 1
    /// >>> snapshot = kenpoint.open_snapshot(kb.snapshot("public"))
    /// >>> now = kb.now()
    /// >>> snapshot.search("dark lamps", viewer="public", now=now) == kb.search("dark lamps", viewer="public", now=now)
    /// True
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
        self.run(py, |snapshot| search(snapshot, &request))
            .map(SearchAnswer::from)
    }

    /// Suggests articles for a text as `KnowledgeBase.suggest` does, with the same arguments and, to the bit, the
    /// same answer.
    ///
    /// case: the notes of cases are not in a snapshot, so what is asked stands in `text`; of a case that is named
    ///     what was tried in vain is left out, and it is not its own past.
    /// viewer, now: as in `search`.
    ///
    /// Raises what `search` raises.
    ///
    /// >>> import kenpoint
    /// >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("internal"))
    /// >>> snapshot.suggest(text="No light since the storm", viewer="internal").suggestions
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
        self.run(py, |snapshot| suggest(snapshot, &request))
            .map(SuggestAnswer::from)
    }

    /// Searches with many queries, one after another.
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
        let answers = self.run_each(py, &requests, search)?;
        list::<_, SearchAnswer>(py, answers)
    }

    /// Suggests for many cases, or for many texts, one after another.
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
        let answers = self.run_each(py, &requests, suggest)?;
        list::<_, SuggestAnswer>(py, answers)
    }

    /// Takes the snapshot that lies under the name of this one's file by now. Calls that begin afterwards are
    /// answered from it; those that run go on with what they began with.
    ///
    /// Returns whether there was another one: False if it is this one still, or if this one was opened from bytes.
    ///
    /// Raises ContradictionError if the file is of another base or for another viewer; CorruptError, NotABaseError,
    /// FormatTooNewError and IoError for a file that cannot be read as a snapshot. Calls then go on to be answered
    /// from this one. Cost while nothing changed: opening a file and reading a few hundred bytes of it.
    ///
    /// >>> import kenpoint, pathlib, tempfile
    /// >>> kb = kenpoint.memory()
    /// >>> with tempfile.TemporaryDirectory() as folder:
    /// ...     file = pathlib.Path(folder, "help.ken")
    /// ...     articles = kb.snapshot("internal", file).articles
    /// ...     snapshot = kenpoint.open_snapshot(file)
    /// ...     put = kb.put({"id": "lamp", "kind": "product", "title": "The lamp stays dark"})
    /// ...     articles = kb.snapshot("internal", file).articles
    /// ...     print(snapshot.refresh(), snapshot.refresh(), snapshot.article_ids())
    /// True False ['lamp']
    fn refresh(&self, py: Python<'_>) -> PyResult<bool> {
        loop {
            let asked = self.current();
            let Some(newer) = self.run(py, |_| asked.newer())? else {
                return Ok(false);
            };
            let mut current = self.lock();
            // Another thread that refreshed meanwhile may have found a newer one still.
            if current.snapshot.info().digest == asked.info().digest {
                current.snapshot = newer;
                return Ok(true);
            }
        }
    }

    /// The ids of all its articles, in order.
    fn article_ids(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.run(py, |snapshot| Ok(snapshot.article_ids()))
    }

    fn _path(&self) -> Option<&Path> {
        self.held.path.as_deref()
    }

    fn _info(&self, py: Python<'_>) -> PyResult<String> {
        json::write(py, &told(self.current().info()))
    }

    fn _policy(&self, py: Python<'_>) -> PyResult<String> {
        json::write(py, self.current().policy())
    }

    fn _article(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        let article = self.run(py, |snapshot| snapshot.article(id))?;
        json::write(py, &article)
    }

    /// A fault on purpose, for the test that no panic reaches Python.
    fn _provoke_fault(&self, py: Python<'_>) -> PyResult<()> {
        #[allow(clippy::panic, reason = "that is what it is for")]
        self.run(py, |_| panic!("provoked"))
    }
}
