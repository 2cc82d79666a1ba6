//! Threads and cache that several bases of a process share, as an object that their options name.

use std::sync::Arc;

use serde::Serialize;

use super::pool::{self, Pool};
use super::scheduler::Scheduler;
use crate::error::{Error, ErrorCode, Result};
use crate::settings::{CACHE_BYTES, MAX_THREADS, MIN_SHARED_CACHE_BYTES};
use crate::store::disk::page_cache::PageCache;

/// Threads and one cache that several bases share: [`BaseOptions::resources`](crate::BaseOptions::resources). Clones
/// share them too.
///
/// A base on its own has threads and a cache of its own, which is right for a few bases. A process that serves
/// hundreds gives all of them the same resources, so that neither threads nor cache grow with their number. Answers do
/// not depend on it. The resources end with the last base and the last clone, in any order. A process that forks makes them
/// in the child: opening a base with those of the parent fails with `ForkedHandle`.
///
/// ```
/// use kenpoint::{Base, SharedResources};
/// let shared = SharedResources::options().threads(2).cache_bytes(64 << 20).build().unwrap();
/// let folder = tempfile::tempdir().unwrap();
/// let bases: Vec<Base> = (0..3)
///     .map(|n| Base::on_disk(folder.path().join(n.to_string())).resources(&shared).open().unwrap())
///     .collect();
/// assert_eq!(shared.stats().bases, 3);
/// assert!(shared.stats().cache_bytes <= 64 << 20);
/// drop(shared);
/// assert_eq!(bases[0].counts().articles, 0);
/// ```
#[derive(Clone)]
pub struct SharedResources(pub(super) Arc<Resources>);

pub(super) struct Resources {
    /// The process that made them: the child of a fork has none of their threads.
    process: u32,
    pub pool: Arc<Pool>,
    pub scheduler: Arc<Scheduler>,
    pub cache: Arc<PageCache>,
}

/// The options of [`SharedResources`], made by [`SharedResources::options`].
#[derive(Clone, Debug, Default)]
pub struct ResourceOptions {
    threads: Option<usize>,
    cache_bytes: Option<usize>,
}

/// The use of [`SharedResources`] at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ResourceStats {
    /// Bases in folders that are open with these resources.
    pub bases: u64,
    /// Threads that were started, for batches and for background work.
    pub threads: u64,
    /// Bytes of the cache that hold pages of stores, and those reserved for the stores' own caches.
    pub cache_bytes: u64,
    /// The ceiling of `cache_bytes`.
    pub cache_limit: u64,
}

impl SharedResources {
    /// Options with their defaults.
    pub fn options() -> ResourceOptions {
        ResourceOptions::default()
    }

    /// Returns the present use. Cost: some microseconds.
    pub fn stats(&self) -> ResourceStats {
        let Resources {
            pool,
            scheduler,
            cache,
            ..
        } = &*self.0;
        ResourceStats {
            bases: cache.n_files() as u64,
            threads: (pool.n_threads() + scheduler.n_threads()) as u64,
            cache_bytes: cache.bytes() as u64,
            cache_limit: cache.limit() as u64,
        }
    }
}

impl Resources {
    /// Fails with `ForkedHandle` in the child of a fork.
    pub fn check_process(&self) -> Result<()> {
        if self.process == std::process::id() {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::ForkedHandle,
            "resources: they were made before a fork, and their threads are in the parent; make them in the child",
        ))
    }
}

impl std::fmt::Debug for SharedResources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SharedResources")
            .field(&self.stats())
            .finish()
    }
}

impl ResourceOptions {
    /// Sets the greatest number of threads for batches, and of those for background work. 1..=256; default: the number
    /// of cores. Both start with their first work.
    pub fn threads(mut self, threads: usize) -> ResourceOptions {
        self.threads = Some(threads);
        self
    }

    /// Sets the ceiling of the memory for pages of all stores, in bytes. At least 1 MiB; default: 256 MiB.
    pub fn cache_bytes(mut self, bytes: usize) -> ResourceOptions {
        self.cache_bytes = Some(bytes);
        self
    }

    /// Makes the resources. No thread is started yet.
    ///
    /// Fails with `InvalidValue` for a number outside its range.
    pub fn build(self) -> Result<SharedResources> {
        let threads = self.threads.unwrap_or_else(pool::n_cores);
        if threads == 0 || threads > MAX_THREADS {
            return Err(Error::invalid(
                "threads",
                threads,
                "allowed are 1 to 256 threads",
            ));
        }
        let cache_bytes = self.cache_bytes.unwrap_or(CACHE_BYTES);
        if cache_bytes < MIN_SHARED_CACHE_BYTES {
            return Err(Error::invalid(
                "cache_bytes",
                cache_bytes,
                "a shared cache has at least 1048576 bytes",
            ));
        }
        Ok(SharedResources(Arc::new(Resources {
            process: std::process::id(),
            pool: Arc::new(Pool::new(threads)),
            scheduler: Arc::new(Scheduler::new(threads)),
            cache: Arc::new(PageCache::new(cache_bytes)),
        })))
    }
}
