//! How a base is opened.

use std::sync::Arc;

use super::handle::Base;
use super::notice::{Notice, Notices};
use crate::model::audience::AudienceScheme;
use crate::store::backend::Backend;
use crate::text::Stemmers;
use crate::time::Clock;

/// How a base is opened. Made by [`Base::in_memory`] or `Base::on_disk`.
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
    /// `None`: as many as the machine has cores.
    #[cfg(feature = "rayon")]
    pub(super) threads: Option<usize>,
    pub(super) seed: u64,
    pub(super) audiences: AudienceScheme,
    pub(super) language: String,
    pub(super) stemmers: Stemmers,
    #[cfg(feature = "disk")]
    pub(super) check: crate::store::disk::Check,
    /// `None`: as the memory limit allows.
    #[cfg(feature = "disk")]
    pub(super) cache_bytes: Option<usize>,
    #[cfg(feature = "disk")]
    pub(super) index_flush_docs: u64,
    #[cfg(feature = "disk")]
    pub(super) background: bool,
}

/// Where a base is kept.
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
            .field("memory_limit", &self.memory_limit);
        #[cfg(feature = "rayon")]
        out.field("threads", &self.threads);
        #[cfg(feature = "disk")]
        out.field("cache_bytes", &self.cache_bytes)
            .field("index_flush_docs", &self.index_flush_docs)
            .field("background", &self.background);
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
            #[cfg(feature = "disk")]
            check: crate::store::disk::Check::Full,
            #[cfg(feature = "disk")]
            cache_bytes: None,
            #[cfg(feature = "disk")]
            index_flush_docs: 4_096,
            #[cfg(feature = "disk")]
            background: true,
        }
    }

    /// Where calls that are given no instant ask for it. Default: the machine's clock; there is none on
    /// wasm32-unknown-unknown, so one must be given there.
    pub fn clock(mut self, clock: impl Clock + 'static) -> BaseOptions {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Makes ids of events that come without one. Asked when the base is made, fixed from then on.
    pub fn seed(mut self, seed: u64) -> BaseOptions {
        self.seed = seed;
        self
    }

    /// Who may see what. Asked when the base is made, fixed from then on.
    pub fn audiences(mut self, scheme: AudienceScheme) -> BaseOptions {
        self.audiences = scheme;
        self
    }

    /// The language of cases and facts. Asked when the base is made, fixed from then on. Default: `en`.
    pub fn language(mut self, tag: impl Into<String>) -> BaseOptions {
        self.language = tag.into();
        self
    }

    /// Stemmers of the host's, for a build that has not those of all languages. Default: those built in.
    ///
    /// What is in a language whose stemmer is neither built in nor among these is refused with `UnknownName`, be it the
    /// base's own language, an article that is put, or one that is read when the base is opened. A host's stemmer
    /// must give the stems of this version: the index is made of them.
    pub fn stemmers(mut self, stemmers: Stemmers) -> BaseOptions {
        self.stemmers = stemmers;
        self
    }

    /// Who hears what the base tells of its own accord, for the host's log. Default: nobody, which costs
    /// nothing.
    ///
    /// The listener is called in whatever thread it comes from, the base's own among them, and while a
    /// writer holds its lock: it must be quick, and must not call back into the base, which could wait
    /// for itself for ever. If it panics, the base goes on.
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

    /// The memory this base may take, in bytes. At least 1; default: no limit.
    ///
    /// It covers what [`crate::Stats::memory`] counts: the state in memory, the text index, what is
    /// remembered between queries, and the store's cache as a whole. These are estimates, so leave the
    /// process some room; what a query works with, a merge of the index while it runs (for a moment the
    /// larger of its segments twice), and what [`Base::as_of`] makes come on top.
    ///
    /// A base that needs more is not opened, and a write that would bring new content over the limit is
    /// refused, both with `MemoryLimit`; nothing is written then, and reading goes on. Before it refuses
    /// a write, the base forgets what only makes queries faster, and, on disk, moves new documents to
    /// the index. Archiving, merging and retracting are never refused.
    pub fn memory_limit(mut self, bytes: u64) -> BaseOptions {
        self.memory_limit = Some(bytes);
        self
    }
}

impl Base {
    /// A base in memory, gone with its last handle.
    pub fn in_memory() -> BaseOptions {
        BaseOptions::new(StoreLocation::Memory)
    }

    /// A base over a store of your own. The text index is kept in memory.
    pub fn with_backend(store: Arc<dyn Backend>) -> BaseOptions {
        BaseOptions::new(StoreLocation::Store(store))
    }

    /// A base in a folder: made if the folder is empty or absent, opened otherwise.
    #[cfg(feature = "disk")]
    pub fn on_disk(folder: impl AsRef<std::path::Path>) -> BaseOptions {
        BaseOptions::new(StoreLocation::Folder(folder.as_ref().to_owned()))
    }
}

#[cfg(feature = "rayon")]
impl BaseOptions {
    /// Threads for [`Base::search_many`] and [`Base::suggest_many`]. 0..=256; default: the machine's
    /// cores. With 0 or 1, and where threads cannot be had, batches run in the caller's thread.
    ///
    /// They are started with the first batch, belong to this base (and to what [`Base::as_of`] makes of
    /// it), and end with its last handle. A process that forks should do so before the first batch.
    pub fn threads(mut self, threads: usize) -> BaseOptions {
        self.threads = Some(threads);
        self
    }
}

#[cfg(feature = "disk")]
impl BaseOptions {
    /// Whether the file is checked against its checksums when it is opened. Default: all of it; cost:
    /// one read of the file.
    pub fn trust_file(mut self, trust: bool) -> BaseOptions {
        use crate::store::disk::Check;
        self.check = if trust { Check::Trust } else { Check::Full };
        self
    }

    /// Memory for pages of the store. Bytes; at most [`BaseOptions::memory_limit`]; default 256 MiB, or
    /// a quarter of that limit if it is less.
    pub fn cache_bytes(mut self, bytes: usize) -> BaseOptions {
        self.cache_bytes = Some(bytes);
        self
    }

    /// The cache of the store, by option or default.
    pub(super) fn cache(&self) -> usize {
        const DEFAULT: u64 = 256 << 20;
        let quarter = self.memory_limit.map_or(DEFAULT, |limit| limit / 4);
        self.cache_bytes.unwrap_or(DEFAULT.min(quarter) as usize)
    }

    /// How many new documents stay in memory before they are put into the index on disk; at
    /// least 1, which is checked at opening. Default 4096.
    pub fn index_flush_docs(mut self, documents: u64) -> BaseOptions {
        self.index_flush_docs = documents;
        self
    }

    /// Whether a thread of this base puts new documents into the index and makes relaxed events durable
    /// within a second. It is started when there is something for it to do, so a base that is only read
    /// has none. Without it, the writer that crosses the limit does it. Default: yes.
    pub fn background(mut self, background: bool) -> BaseOptions {
        self.background = background;
        self
    }
}
