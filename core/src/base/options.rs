//! The options for opening a base.

use std::sync::Arc;

use super::handle::Base;
use super::notice::{Notice, Notices};
#[cfg(feature = "disk")]
use super::resources::SharedResources;
use crate::model::audience::AudienceScheme;
use crate::store::backend::Backend;
use crate::text::Stemmers;
use crate::time::Clock;

/// The options for opening a base, made by [`Base::in_memory`] or `Base::on_disk`.
///
/// ```
/// use kenpoint::{Base, FixedClock, Timestamp};
/// let clock = FixedClock::at("2026-11-20".parse().unwrap());
/// let base = Base::in_memory().clock(clock).seed(7).open().unwrap();
/// assert_eq!(base.now().to_string(), "2026-11-20T00:00:00.000Z");
/// ```
pub struct BaseOptions {
    pub(super) location: StoreLocation,
    pub(super) clock: Option<Box<dyn Clock>>,
    pub(super) notices: Notices,
    pub(super) memory_limit: Option<u64>,
    /// `None`: one per core of the machine.
    #[cfg(feature = "rayon")]
    pub(super) threads: Option<usize>,
    pub(super) seed: u64,
    pub(super) audiences: AudienceScheme,
    pub(super) language: String,
    pub(super) stemmers: Stemmers,
    pub(super) read_only: bool,
    #[cfg(feature = "disk")]
    pub(super) check: crate::store::disk::IntegrityCheck,
    /// `None`: derived from the memory limit.
    #[cfg(feature = "disk")]
    pub(super) cache_bytes: Option<usize>,
    #[cfg(feature = "disk")]
    pub(super) index_flush_docs: u64,
    #[cfg(feature = "disk")]
    pub(super) background: bool,
    /// `None`: threads and a cache of its own.
    #[cfg(feature = "disk")]
    pub(super) resources: Option<SharedResources>,
}

/// The location of a base.
pub(super) enum StoreLocation {
    Memory,
    Store(Arc<dyn Backend>),
    #[cfg(feature = "disk")]
    Folder(std::path::PathBuf),
}

impl std::fmt::Debug for BaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("BaseOptions");
        out.field("location", &self.location)
            .field("language", &self.language)
            .field("audiences", &self.audiences)
            .field("seed", &self.seed)
            .field("memory_limit", &self.memory_limit)
            .field("read_only", &self.read_only);
        #[cfg(feature = "rayon")]
        out.field("threads", &self.threads);
        #[cfg(feature = "disk")]
        out.field("cache_bytes", &self.cache_bytes)
            .field("index_flush_docs", &self.index_flush_docs)
            .field("background", &self.background)
            .field("resources", &self.resources);
        out.finish_non_exhaustive()
    }
}

impl std::fmt::Debug for StoreLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreLocation::Memory => f.write_str("memory"),
            StoreLocation::Store(_) => f.write_str("a store of the host"),
            #[cfg(feature = "disk")]
            StoreLocation::Folder(folder) => folder.fmt(f),
        }
    }
}

impl BaseOptions {
    pub(super) fn new(location: StoreLocation) -> BaseOptions {
        BaseOptions {
            location,
            clock: None,
            notices: Notices::default(),
            memory_limit: None,
            #[cfg(feature = "rayon")]
            threads: None,
            seed: 0,
            audiences: AudienceScheme::default(),
            language: "en".to_owned(),
            stemmers: Stemmers::default(),
            read_only: false,
            #[cfg(feature = "disk")]
            check: crate::store::disk::IntegrityCheck::Full,
            #[cfg(feature = "disk")]
            cache_bytes: None,
            #[cfg(feature = "disk")]
            index_flush_docs: 4_096,
            #[cfg(feature = "disk")]
            background: true,
            #[cfg(feature = "disk")]
            resources: None,
        }
    }

    /// Sets the clock for calls without an explicit instant. Default: the system clock. The target
    /// wasm32-unknown-unknown has none, so a clock is required there.
    pub fn clock(mut self, clock: impl Clock + 'static) -> BaseOptions {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Sets the seed for the ids of events that come without one. Used at creation and permanent from then on.
    pub fn seed(mut self, seed: u64) -> BaseOptions {
        self.seed = seed;
        self
    }

    /// Sets the audiences and their rights. Used at creation and permanent from then on.
    pub fn audiences(mut self, scheme: AudienceScheme) -> BaseOptions {
        self.audiences = scheme;
        self
    }

    /// Sets the language of cases and facts. Used at creation and permanent from then on. Default: `en`.
    pub fn language(mut self, tag: impl Into<String>) -> BaseOptions {
        self.language = tag.into();
        self
    }

    /// Supplies stemmers, for a build that lacks those of some languages. Default: the built-in stemmers.
    ///
    /// Fails later with `UnknownName` if a language has neither a built-in nor a supplied stemmer. This applies to the
    /// language of the base, to an article that is put, and to one that is read at opening. A supplied stemmer must
    /// return the stems of this version, because the index is made of them.
    pub fn stemmers(mut self, stemmers: Stemmers) -> BaseOptions {
        self.stemmers = stemmers;
        self
    }

    /// Sets the listener for notices, for the host's log. Default: none, at no cost.
    ///
    /// The listener is called in any thread, including the base's own, and while a writer holds its lock. It must be
    /// fast and must not call back into the base, which could deadlock. If it panics, the base continues.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use kenpoint::Base;
    /// let log = Arc::new(Mutex::new(Vec::new()));
    /// let into = Arc::clone(&log);
    /// let base = Base::in_memory()
    ///     .on_notice(move |notice| into.lock().unwrap().push((notice.topic, notice.message.clone())))
    ///     .open()
    ///     .unwrap();
    /// assert_eq!(log.lock().unwrap()[0].0, "open");
    /// ```
    pub fn on_notice(mut self, listener: impl Fn(&Notice) + Send + Sync + 'static) -> BaseOptions {
        self.notices = Notices::to(listener);
        self
    }

    /// With `true`, opens a base that exists and writes nothing to its folder, whatever happens: also from a read-only
    /// file system, and several at once. Default: `false`.
    ///
    /// Every write fails with `ReadOnly`. The base keeps writers out of the folder while it is open, and opening fails
    /// with `Busy` while one has it open. A folder without a base is `NotABase`, and a base in memory is a
    /// `Contradiction`. A store that was not closed well, because of a crash or in the image of a running disk, is
    /// repaired in memory, to its last durable change. The text index is used if its files can be, and made in memory
    /// from the store otherwise.
    pub fn read_only(mut self, read_only: bool) -> BaseOptions {
        self.read_only = read_only;
        self
    }

    /// Sets the memory limit of this base, in bytes. At least 1; default: no limit.
    ///
    /// The limit covers the sum in [`crate::Stats::memory`]: the state in memory, the text index, the caches of
    /// queries, and the whole cache of the store. These are estimates, so leave the process some headroom. Not included
    /// are the working memory of a query, a merge of the index while it runs (for a moment twice its larger segment),
    /// and bases made by [`Base::as_of`].
    ///
    /// Both opening a base that needs more, and a write that would exceed the limit with new content, fail with
    /// `MemoryLimit`. Nothing is written, and reads continue. Before it rejects a write, the base clears its caches
    /// and, on disk, flushes new documents to the index. Archiving, merging and retracting are never rejected.
    pub fn memory_limit(mut self, bytes: u64) -> BaseOptions {
        self.memory_limit = Some(bytes);
        self
    }
}

impl Base {
    /// A base in memory. It disappears with its last handle.
    pub fn in_memory() -> BaseOptions {
        BaseOptions::new(StoreLocation::Memory)
    }

    /// A base over the host's own store. The text index stays in memory.
    pub fn with_backend(store: Arc<dyn Backend>) -> BaseOptions {
        BaseOptions::new(StoreLocation::Store(store))
    }

    /// A base in a folder. It is created if the folder is empty or absent, and opened otherwise.
    #[cfg(feature = "disk")]
    pub fn on_disk(folder: impl AsRef<std::path::Path>) -> BaseOptions {
        BaseOptions::new(StoreLocation::Folder(folder.as_ref().to_owned()))
    }
}

#[cfg(feature = "rayon")]
impl BaseOptions {
    /// Sets the number of threads for [`Base::search_many`] and [`Base::suggest_many`]. 0..=256; default: the number of
    /// cores. With 0 or 1, or if no threads can be started, batches run in the thread of the caller.
    ///
    /// The first batch starts the threads. They belong to this base and to the bases that [`Base::as_of`] makes of it,
    /// and end with its last handle. A process that forks should do so before the first batch.
    pub fn threads(mut self, threads: usize) -> BaseOptions {
        self.threads = Some(threads);
        self
    }
}

#[cfg(feature = "disk")]
impl BaseOptions {
    /// With `true`, opening does not compare the file with its checksums. Default: `false`, which checks the whole file
    /// at the cost of reading it once.
    pub fn trust_file(mut self, trust: bool) -> BaseOptions {
        use crate::store::disk::IntegrityCheck;
        self.check = if trust {
            IntegrityCheck::Trust
        } else {
            IntegrityCheck::Full
        };
        self
    }

    /// Sets the memory for pages of the store, in bytes. At most [`BaseOptions::memory_limit`]; default: 256 MiB, or a
    /// quarter of that limit if it is less.
    pub fn cache_bytes(mut self, bytes: usize) -> BaseOptions {
        self.cache_bytes = Some(bytes);
        self
    }

    /// Returns the size of the store's cache: the option, or its default.
    pub(super) fn cache(&self) -> usize {
        const DEFAULT: u64 = crate::settings::CACHE_BYTES as u64;
        let quarter = self.memory_limit.map_or(DEFAULT, |limit| limit / 4);
        self.cache_bytes.unwrap_or(DEFAULT.min(quarter) as usize)
    }

    /// Sets the number of new documents that wait in memory before they are flushed to the index on disk. At least 1,
    /// checked at opening; default 4096.
    pub fn index_flush_docs(mut self, documents: u64) -> BaseOptions {
        self.index_flush_docs = documents;
        self
    }

    /// Shares threads and a cache with other bases, in place of its own. Fails at opening with `Contradiction` if
    /// [`BaseOptions::threads`] or [`BaseOptions::cache_bytes`] is set too. [`BaseOptions::memory_limit`] and
    /// [`crate::Stats`] count what this base reserves of the shared cache, and not the pages of its store in it.
    pub fn resources(mut self, shared: &SharedResources) -> BaseOptions {
        self.resources = Some(shared.clone());
        self
    }

    /// With `true`, a thread flushes new documents to the index and makes relaxed events durable within a second. It is
    /// this base's own, or one of its [`SharedResources`]. It starts with the first work, so a base that is only read
    /// starts none. With `false`, the write that
    /// reaches the flush limit flushes the index itself. Default: `true`.
    pub fn background(mut self, background: bool) -> BaseOptions {
        self.background = background;
        self
    }
}
