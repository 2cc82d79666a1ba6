//! Threads and one cache for many bases.

use pyo3::prelude::*;

use crate::args::Arg;
use crate::errors::OrRaise;

/// Threads and one cache that many bases share, so that neither grows with the number of bases.
///
/// threads: the greatest number of threads for batches, and of those for background work, 1 to 256; default: the number
///     of cores. They start with their first work.
/// cache_bytes: the ceiling of the memory for pages of all stores, in bytes, at least 1 MiB; default: 256 MiB.
///
/// Pass it as `resources=` when you open a base. Bases keep it alive. A process that forks should make it in the child.
///
/// >>> import kenpoint, tempfile
/// >>> shared = kenpoint.SharedResources(threads=2, cache_bytes=64 << 20)
/// >>> with tempfile.TemporaryDirectory() as folder:
/// ...     with kenpoint.open(folder, resources=shared) as kb:
/// ...         print(shared.bases)
/// 1
#[pyclass(module = "kenpoint", frozen)]
pub struct SharedResources(kenpoint::SharedResources);

impl SharedResources {
    /// Returns the resources, for a base.
    pub fn shared(&self) -> &kenpoint::SharedResources {
        &self.0
    }
}

#[pymethods]
impl SharedResources {
    /// Makes resources. Raises InvalidValueError for a number outside its range.
    #[new]
    #[pyo3(signature = (*, threads=None, cache_bytes=None))]
    fn new(
        py: Python<'_>,
        threads: Option<Arg<usize>>,
        cache_bytes: Option<Arg<usize>>,
    ) -> PyResult<SharedResources> {
        let mut options = kenpoint::SharedResources::options();
        if let Some(Arg(threads)) = threads {
            options = options.threads(threads);
        }
        if let Some(Arg(bytes)) = cache_bytes {
            options = options.cache_bytes(bytes);
        }
        options.build().or_raise(py).map(SharedResources)
    }

    /// Number of bases in folders that are open with these resources.
    #[getter]
    fn bases(&self) -> u64 {
        self.0.stats().bases
    }

    /// Number of threads that were started, for batches and for background work.
    #[getter]
    fn threads(&self) -> u64 {
        self.0.stats().threads
    }

    /// Bytes of the cache that hold pages of stores, and those reserved for the stores' own caches.
    #[getter]
    fn cache_bytes(&self) -> u64 {
        self.0.stats().cache_bytes
    }

    /// The ceiling of `cache_bytes`.
    #[getter]
    fn cache_limit(&self) -> u64 {
        self.0.stats().cache_limit
    }

    fn __repr__(&self) -> String {
        let stats = self.0.stats();
        format!(
            "SharedResources(bases={}, threads={}, cache_bytes={})",
            stats.bases, stats.threads, stats.cache_bytes
        )
    }
}
