//! Calls that block for long: imports, exports, snapshots, views of the past, the check of the whole base.
//!
//! Ctrl-C ends each of them. Records that an import took before that stay, and no file is half written.

use std::path::PathBuf;

use kenpoint::exchange::{Format, ImportOptions, ImportReport, Progress};
use kenpoint::{Error, Markup, RankPolicy, SnapshotRequest, Timestamp};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::args::Arg;
use crate::base::Base;
use crate::cancel::Cancellation;
use crate::errors::raise;
use crate::json;
use crate::request::ViewerArg;
use crate::snapshot::info_json;
use crate::times::Instant;

#[pymethods]
impl Base {
    /// Imports a file or a folder. The progress callback gets file, records, skipped, bytes.
    #[pyo3(signature = (path: "str | os.PathLike[str]", options, progress: "collections.abc.Callable[[str, int, int, int], object] | None"))]
    fn _import_path(
        &self,
        py: Python<'_>,
        path: Arg<PathBuf>,
        options: Option<Arg<&str>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let options: ImportOptions = json::read_or_default(py, "options", options.map(Arg::value))?;
        let report = self.handle.run_long(py, progress, |base, cancellation| {
            with_progress(cancellation, |progress| {
                base.import(&path.0, &options, progress)
            })
        })?;
        json::write(py, &report)
    }

    /// Imports one source from memory; its name determines the format.
    #[pyo3(signature = (name, bytes: "bytes | bytearray", options, progress: "collections.abc.Callable[[str, int, int, int], object] | None"))]
    fn _import_bytes(
        &self,
        py: Python<'_>,
        name: Arg<String>,
        bytes: PyBackedBytes,
        options: Option<Arg<&str>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let format = Format::of_name(&name.0).ok_or_else(|| {
            let rule = "it ends in .md, .html, .jsonl or .json";
            raise(py, &Error::invalid("name", &name.0, rule))
        })?;
        let options: ImportOptions = json::read_or_default(py, "options", options.map(Arg::value))?;
        let report = self.handle.run_long(py, progress, |base, cancellation| {
            with_progress(cancellation, |progress| {
                base.import_bytes(format, &name.0, &bytes, &options, progress)
            })
        })?;
        json::write(py, &report)
    }

    /// Writes the log as JSON lines to a new file.
    #[pyo3(signature = (path: "str | os.PathLike[str]"))]
    fn _export_path(&self, py: Python<'_>, path: Arg<PathBuf>) -> PyResult<u64> {
        self.handle.run_long(py, None, |base, _| {
            base.export_file(&path.0).map(|done| done.records)
        })
    }

    /// Returns the log as JSON lines.
    fn _export_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.handle.run_long(py, None, |base, _| {
            let mut bytes = Vec::new();
            base.export(&mut bytes).map(|_| bytes)
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Returns the snapshot of one audience as bytes.
    #[pyo3(signature = (
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", at: "datetime.datetime | None", pages,
    ))]
    fn _snapshot_bytes<'py>(
        &self,
        py: Python<'py>,
        viewer: ViewerArg,
        at: Option<Instant>,
        pages: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let request = snapshot_request(viewer, at, pages);
        let bytes = self
            .handle
            .run_long(py, None, |base, _| base.snapshot(&request))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Writes the snapshot of one audience to a file, replacing an existing one.
    #[pyo3(signature = (
        viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]",
        at: "datetime.datetime | None", pages, path: "str | os.PathLike[str]",
    ))]
    fn _snapshot_path(
        &self,
        py: Python<'_>,
        viewer: ViewerArg,
        at: Option<Instant>,
        pages: bool,
        path: Arg<PathBuf>,
    ) -> PyResult<String> {
        let request = snapshot_request(viewer, at, pages);
        let info = self
            .handle
            .run_long(py, None, |base, _| base.snapshot_file(&request, &path.0))?;
        json::write(py, &info_json(&info))
    }

    fn _verify(&self, py: Python<'_>) -> PyResult<String> {
        let verified = self.handle.run_long(py, None, |base, _| base.verify())?;
        json::write(
            py,
            &json!({"records": verified.records, "rows": verified.rows, "digest": verified.digest}),
        )
    }

    /// Returns the base as it was known at an instant, under the policy of that time or another one.
    #[pyo3(signature = (known: "datetime.datetime", policy))]
    fn _as_of(&self, py: Python<'_>, known: Instant, policy: Option<Arg<&str>>) -> PyResult<Base> {
        let policy: Option<RankPolicy> = policy
            .map(Arg::value)
            .map(|text| json::read(py, "policy", text))
            .transpose()?;
        let mut past = kenpoint::AsOf::new(known.0);
        past.policy = policy;
        let view = self.handle.run_long(py, None, |base, _| base.as_of(past))?;
        Ok(Base::of(view))
    }

    /// Calls `visit` for each instant with its index and the base as it was known then.
    #[pyo3(signature = (
        instants: "collections.abc.Sequence[datetime.datetime]",
        visit: "collections.abc.Callable[[int, Base], object]", policy,
    ))]
    fn _replay(
        &self,
        py: Python<'_>,
        instants: Vec<Instant>,
        visit: Py<PyAny>,
        policy: Option<Arg<&str>>,
    ) -> PyResult<()> {
        let policy: Option<RankPolicy> = policy
            .map(Arg::value)
            .map(|text| json::read(py, "policy", text))
            .transpose()?;
        let instants: Vec<Timestamp> = instants.iter().map(|at| at.0).collect();
        self.handle.run_long(py, None, |base, cancellation| {
            let at = |i: usize, then: &kenpoint::Base| {
                cancellation.run_callback(|py| {
                    let view = Bound::new(py, Base::of(then.clone()))?;
                    let visited = visit.call1(py, (i, &view));
                    // The view moves on to the next instant, so a reference that Python kept must not read it.
                    view.get().handle.release();
                    visited.map(|_| ())
                })
            };
            let mut replay = kenpoint::Replay::new(instants);
            replay.policy = policy;
            base.replay(replay, at)
        })
    }
}

fn snapshot_request(viewer: ViewerArg, at: Option<Instant>, pages: bool) -> SnapshotRequest {
    let mut request = SnapshotRequest::new(viewer.0);
    request.at = at.map(|at| at.0);
    if pages {
        request.markup = Markup::Html;
    }
    request
}

/// Runs an import and reports its progress, once more when it has ended.
pub fn with_progress(
    cancellation: &Cancellation,
    import: impl FnOnce(
        &mut dyn FnMut(&Progress) -> std::ops::ControlFlow<()>,
    ) -> kenpoint::Result<ImportReport>,
) -> kenpoint::Result<ImportReport> {
    let mut last = Progress::default();
    let report = import(&mut |progress: &Progress| {
        last.clone_from(progress);
        cancellation.report(progress)
    })?;
    let _ = cancellation.report_final(&last);
    Ok(report)
}
