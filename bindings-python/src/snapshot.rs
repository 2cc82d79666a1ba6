//! The base class of `kenpoint.Snapshot`: converts each call and forwards it to the core.
//!
//! The child of a fork may continue with a snapshot of its parent: a snapshot has no thread, and the first call in the
//! child replaces the locks of the core.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::{ErrorCode, SnapshotInfo};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyList};
use serde_json::json;

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::args::{Arg, number};
use crate::cancel::Cancellation;
use crate::errors::{OrRaise, raise};
use crate::handle::guarded;
use crate::json;
use crate::request::{RecordArg, RequestArgs, ViewerArg, to_list};
use crate::times::Instant;

/// The compiled part of a snapshot.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Snapshot {
    shared: Arc<Shared>,
}

/// The current snapshot, and the file that `refresh` reads.
struct Shared {
    /// Locked only under the interpreter's lock and never during a call, so no other thread of Python holds it when the
    /// process forks.
    current: Mutex<Current>,
    path: Option<PathBuf>,
}

struct Current {
    snapshot: kenpoint::Snapshot,
    pid: u32,
}

impl Current {
    /// Replaces the locks of the core and the data they guard. The old locks may be held for ever.
    fn renew(&mut self) {
        self.snapshot = self.snapshot.clone().after_fork();
        self.pid = std::process::id();
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        if std::process::id() != self.pid {
            // Data that another thread was writing at the fork cannot be freed.
            self.renew();
        }
    }
}

impl Snapshot {
    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        let current = &self.shared.current;
        current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the snapshot that answers calls starting now.
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
                // A panic can only leave caches half written.
                self.lock().renew();
            }
            raise(py, &error)
        })
    }

    /// Answers many requests one after another. Ctrl-C ends it.
    fn run_each<Q: Sync, A: Send>(
        &self,
        py: Python<'_>,
        requests: &[Q],
        answer: impl Fn(&kenpoint::Snapshot, &Q) -> kenpoint::Result<A> + Send + Sync,
    ) -> PyResult<Vec<A>> {
        let cancellation = Cancellation::new(None);
        let done = self.run(py, |snapshot| {
            let mut answers = Vec::with_capacity(requests.len());
            for request in requests {
                cancellation.checkpoint()?;
                answers.push(answer(snapshot, request)?);
            }
            Ok(answers)
        });
        match cancellation.take_exception() {
            Some(raised) => Err(raised),
            None => done,
        }
    }
}

/// Searches at the requested instant, or at the current instant of the snapshot.
fn search(
    snapshot: &kenpoint::Snapshot,
    request: &kenpoint::SearchRequest,
) -> kenpoint::Result<kenpoint::SearchAnswer> {
    let mut request = request.clone();
    request.now.get_or_insert_with(|| snapshot.now());
    snapshot.search(&request)
}

/// Suggests at the requested instant, or at the current instant of the snapshot.
fn suggest(
    snapshot: &kenpoint::Snapshot,
    request: &kenpoint::SuggestRequest,
) -> kenpoint::Result<kenpoint::SuggestAnswer> {
    let mut request = request.clone();
    request.now.get_or_insert_with(|| snapshot.now());
    snapshot.suggest(&request)
}

/// Returns the info of a snapshot as JSON.
pub fn info_json(info: &SnapshotInfo) -> serde_json::Value {
    json!({
        "base": info.base, "audience": info.viewer.audience, "entitlements": info.viewer.entitlements, "known": info.known,
        "articles": info.articles, "cases": info.cases, "markup": info.markup, "digest": info.digest, "bytes": info.bytes,
    })
}

/// The source that a snapshot is opened from.
#[derive(FromPyObject)]
pub enum SnapshotSource {
    /// The bytes of a file.
    #[pyo3(transparent, annotation = "bytes")]
    Bytes(PyBackedBytes),
    /// The path of a file.
    #[pyo3(transparent, annotation = "path")]
    File(Arg<PathBuf>),
}

/// Opens a snapshot.
#[pyfunction]
#[pyo3(signature = (source: "str | os.PathLike[str] | bytes | bytearray"))]
pub fn _open_snapshot(py: Python<'_>, source: SnapshotSource) -> PyResult<Snapshot> {
    let opened = py.detach(|| match &source {
        SnapshotSource::Bytes(bytes) => kenpoint::Snapshot::open(bytes.to_vec()),
        SnapshotSource::File(path) => kenpoint::Snapshot::open(&path.0),
    });
    let current = Mutex::new(Current {
        snapshot: opened.or_raise(py)?,
        pid: std::process::id(),
    });
    let path = match source {
        SnapshotSource::Bytes(_) => None,
        SnapshotSource::File(path) => Some(path.0),
    };
    Ok(Snapshot {
        shared: Arc::new(Shared { current, path }),
    })
}

/// Lists the shards that a manifest names.
#[pyfunction]
#[pyo3(signature = (manifest: "bytes | bytearray") -> "list[str]")]
pub fn _shard_names(py: Python<'_>, manifest: PyBackedBytes) -> PyResult<Vec<String>> {
    py.detach(|| kenpoint::Snapshot::shard_names(&manifest))
        .or_raise(py)
}

/// Splits a snapshot into its manifest and its shards.
#[pyfunction]
#[pyo3(signature = (snapshot: "bytes | bytearray") -> "tuple[bytes, dict[str, bytes]]")]
pub fn _split_snapshot<'py>(
    py: Python<'py>,
    snapshot: PyBackedBytes,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyDict>)> {
    let split = py
        .detach(|| kenpoint::Snapshot::split(&snapshot))
        .or_raise(py)?;
    let shards = PyDict::new(py);
    for (name, shard) in &split.shards {
        shards.set_item(name, PyBytes::new(py, shard))?;
    }
    Ok((PyBytes::new(py, &split.manifest), shards))
}

#[pymethods]
impl Snapshot {
    #[new]
    fn new(snapshot: &Snapshot) -> Snapshot {
        Snapshot {
            shared: Arc::clone(&snapshot.shared),
        }
    }

    /// Searches like `KnowledgeBase.search`, with the same arguments and bit-identical answers.
    ///
    /// viewer: the audience of the snapshot, with at most its entitlements.
    /// now: the instant of the view, not before `info.known`; default: the later of the machine's clock and `info.known`.
    ///
    /// Raises the errors of `KnowledgeBase.search`, OutOfHistoryError for an earlier instant, UnknownNameError for
    /// another viewer.
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
        self.run(py, |snapshot| search(snapshot, &request))
            .map(SearchAnswer::from)
    }

    /// Suggests articles for a text like `KnowledgeBase.suggest`, with the same arguments and bit-identical answers.
    ///
    /// case: a snapshot has no notes of cases, so give the text in `text`. A named case contributes only its failed
    ///     articles, which are left out, and is never its own precedent.
    /// viewer, now: as in `search`.
    ///
    /// Raises the errors of `search`.
    ///
    /// >>> import kenpoint
    /// >>> snapshot = kenpoint.open_snapshot(kenpoint.memory().snapshot("internal"))
    /// >>> snapshot.suggest(text="No light since the storm", viewer="internal").suggestions
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
        let answers = self.run_each(py, &requests, search)?;
        to_list::<_, SearchAnswer>(py, answers)
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
        let answers = self.run_each(py, &requests, suggest)?;
        to_list::<_, SuggestAnswer>(py, answers)
    }

    /// Reads the file again if a newer snapshot has replaced it. Later calls use the new snapshot; running calls finish
    /// with the old one.
    ///
    /// Returns True if there was a newer snapshot; False if the file is unchanged or the snapshot was opened from bytes.
    ///
    /// Raises ContradictionError for a file of another base or another viewer; CorruptError, NotABaseError,
    /// FormatTooNewError and IoError for a file that is not a readable snapshot. The old snapshot then stays in use.
    /// Cost for an unchanged file: opening it and reading a few hundred bytes.
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
            let current = self.current();
            let Some(newer) = self.run(py, |_| current.newer())? else {
                return Ok(false);
            };
            let mut locked = self.lock();
            // Another thread may have refreshed meanwhile, possibly to a newer snapshot still.
            if locked.snapshot.info().digest == current.info().digest {
                locked.snapshot = newer;
                return Ok(true);
            }
        }
    }

    /// Returns the ids of all articles, in order.
    fn article_ids(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.run(py, |snapshot| Ok(snapshot.article_ids()))
    }

    fn _path(&self) -> Option<&Path> {
        self.shared.path.as_deref()
    }

    fn _info(&self, py: Python<'_>) -> PyResult<String> {
        json::write(py, &info_json(self.current().info()))
    }

    fn _policy(&self, py: Python<'_>) -> PyResult<String> {
        json::write(py, self.current().policy())
    }

    fn _article(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        let article = self.run(py, |snapshot| snapshot.article(id.0))?;
        json::write(py, &article)
    }

    /// Panics, for the test that no panic reaches Python.
    fn _provoke_fault(&self, py: Python<'_>) -> PyResult<()> {
        #[allow(clippy::panic, reason = "the purpose of this method")]
        self.run(py, |_| panic!("provoked"))
    }
}
