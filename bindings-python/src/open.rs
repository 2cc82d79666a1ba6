//! Opening a base.

use std::path::PathBuf;

use kenpoint::Notice;
use kenpoint::model::AudienceScheme;
use kenpoint::model::audience::AudienceLabel;
use pyo3::prelude::*;

use crate::args::Arg;
use crate::base::Base;
use crate::clock::FixedClock;
use crate::errors::OrRaise;
use crate::handle::in_callback;
use crate::json;
use crate::request::RecordArg;
use crate::resources::SharedResources;

/// Opens a base in a folder, or in memory without a path.
#[pyfunction]
#[pyo3(signature = (
    path: "str | os.PathLike[str] | None", *, clock, seed, language,
    audiences: "collections.abc.Sequence[model.AudienceLabel] | None",
    memory_limit, threads, cache_bytes, index_flush_docs, background, trust_file, read_only, resources,
    on_notice: "collections.abc.Callable[[str, str, str], object] | None",
))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn _open(
    py: Python<'_>,
    path: Option<Arg<PathBuf>>,
    clock: Option<&Bound<'_, FixedClock>>,
    seed: Arg<u64>,
    language: Arg<String>,
    audiences: Option<RecordArg>,
    memory_limit: Option<Arg<u64>>,
    threads: Option<Arg<usize>>,
    cache_bytes: Option<Arg<usize>>,
    index_flush_docs: Option<Arg<u64>>,
    background: bool,
    trust_file: bool,
    read_only: bool,
    resources: Option<&Bound<'_, SharedResources>>,
    on_notice: Option<Py<PyAny>>,
) -> PyResult<Base> {
    let mut options = match path.map(Arg::value) {
        Some(folder) => kenpoint::Base::on_disk(folder),
        None => kenpoint::Base::in_memory(),
    };
    options = options
        .seed(seed.0)
        .language(language.0)
        .background(background)
        .trust_file(trust_file)
        .read_only(read_only);
    if let Some(clock) = clock {
        options = options.clock(clock.get().share());
    }
    if let Some(labels) = audiences {
        let labels: Vec<AudienceLabel> = json::read(py, "audiences", labels.text())?;
        options = options.audiences(AudienceScheme::new(labels).or_raise(py)?);
    }
    if let Some(bytes) = cache_bytes.map(Arg::value) {
        options = options.cache_bytes(bytes);
    }
    if let Some(documents) = index_flush_docs.map(Arg::value) {
        options = options.index_flush_docs(documents);
    }
    if let Some(bytes) = memory_limit.map(Arg::value) {
        options = options.memory_limit(bytes);
    }
    if let Some(resources) = resources {
        options = options.resources(resources.get().shared());
    }
    if let Some(threads) = threads.map(Arg::value) {
        options = options.threads(threads);
    }
    if let Some(listener) = on_notice {
        options = options.on_notice(move |notice| deliver(&listener, notice));
    }
    py.detach(|| options.open()).or_raise(py).map(Base::of)
}

/// Calls the listener with a notice, possibly from a thread of the base and at any time before the interpreter shuts
/// down. An exception of the listener is printed as an unraisable exception.
fn deliver(listener: &Py<PyAny>, notice: &Notice) {
    in_callback(|| {
        Python::try_attach(|py| {
            let arguments = (notice.level.name(), notice.topic, notice.message.as_str());
            if let Err(raised) = listener.call1(py, arguments) {
                raised.write_unraisable(py, Some(listener.bind(py)));
            }
        });
    });
}
