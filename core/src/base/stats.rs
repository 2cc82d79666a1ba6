//! Statistics of a base for the host's monitoring: its contents and its use of memory and disk.
//!
//! A call never walks over records. Memory is estimated from lengths and running sums, so that a host
//! can query a thousand bases every second.

use serde::Serialize;

use super::handle::Base;
use super::inner::Inner;
use crate::error::Result;
use crate::state::current::State;

/// The contents and the resource use of a base at one moment, see [`Base::stats`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Articles ever put, archived and merged ones included.
    pub articles: u64,
    /// Cases ever opened.
    pub cases: u64,
    /// Effective links between cases and articles: neither retracted nor rejected.
    pub links: u64,
    /// Records of the log.
    pub records: u64,
    /// Live documents of the text index that are in memory only. An article has one document for each
    /// distinct set of sections that its readers see. A case with searchable text has one.
    pub documents_in_memory: u64,
    /// Live documents of the text index that are in files too.
    pub documents_on_disk: u64,
    /// Segments of the text index, including those in memory only.
    pub index_segments: u64,
    /// Events that are acknowledged but not durable yet.
    pub relaxed_events: u64,
    /// Use of memory, by component.
    pub memory: MemoryUse,
    /// The limit of the sum of `memory`, in bytes; `None` without a limit.
    pub memory_limit: Option<u64>,
    /// Sizes of the files; all 0 for a base without files.
    pub files: FileUse,
}

/// Memory by component, in bytes. The numbers are estimates from lengths and capacities, without the
/// overhead of the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MemoryUse {
    /// The segments of the text index that are in memory only.
    pub index_fresh: u64,
    /// The segments of the text index that were read from files.
    pub index_segments: u64,
    /// States of articles and cases.
    pub catalog: u64,
    /// Links of cases and articles.
    pub links: u64,
    /// Evidence.
    pub ledger: u64,
    /// Learned terms.
    pub learned_words: u64,
    /// Caches of ranking between queries: priors, bounds, visibility of documents.
    pub ranking: u64,
    /// Events that are kept until they are durable.
    pub relaxed_events: u64,
    /// The store: its rows if it is in memory, otherwise the pages in its cache. A memory limit counts that cache in
    /// full, since it may fill at any time.
    pub store: u64,
}

impl MemoryUse {
    /// The sum of all components, in bytes.
    pub fn total(&self) -> u64 {
        [
            self.index_fresh,
            self.index_segments,
            self.catalog,
            self.links,
            self.ledger,
            self.learned_words,
            self.ranking,
            self.relaxed_events,
            self.store,
        ]
        .iter()
        .fold(0, |sum, part| sum.saturating_add(*part))
    }
}

/// Sizes of files, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileUse {
    /// The store: the log, the tables, and space reserved for later.
    pub store: u64,
    /// The text index.
    pub index: u64,
}

impl Base {
    /// Returns the contents and the resource use of this base. Cost: some microseconds, and for a base
    /// on disk one query of the file sizes; no walk over articles.
    ///
    /// Fails with `Io` if the file sizes cannot be read.
    ///
    /// ```
    /// use kenpoint::{Base, model::{ArticleDraft, Kind}};
    /// let base = Base::in_memory().open().unwrap();
    /// base.put(ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")).unwrap();
    /// let stats = base.stats().unwrap();
    /// assert_eq!((stats.articles, stats.records), (1, 1));
    /// assert!(stats.memory.total() > 0 && stats.files.store == 0);
    /// ```
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn stats(&self) -> Result<Stats> {
        let inner = &*self.0;
        let state = inner.read();
        let segments = state.index.view.segments();
        let n_documents: u64 = segments.iter().map(|s| u64::from(s.alive().count())).sum();
        let n_fresh = state.index.view.n_fresh();
        Ok(Stats {
            articles: u64::from(state.head.articles),
            cases: u64::from(state.head.cases),
            links: state.model.links.len(),
            records: state.head.seq,
            documents_in_memory: n_fresh,
            documents_on_disk: n_documents - n_fresh,
            index_segments: segments.len() as u64,
            relaxed_events: inner.n_relaxed(),
            memory: inner.memory(&state),
            memory_limit: inner.env.memory_limit,
            files: FileUse {
                store: inner.store.file_bytes()?,
                index: inner.index_file_bytes()?,
            },
        })
    }
}

impl Inner {
    /// Estimates the memory by component. Cost: a few additions for each segment of the text index.
    pub fn memory(&self, state: &State) -> MemoryUse {
        let (index_fresh, index_segments) = state.index.view.bytes();
        // One stamp per article and case, and one prior per article.
        let stamps: usize = state.stamps.iter().map(Vec::capacity).sum();
        MemoryUse {
            index_fresh,
            index_segments,
            catalog: state.model.catalog.bytes() + 4 * stamps as u64,
            links: state.model.links.bytes(),
            ledger: state.model.ledger.bytes(),
            learned_words: state.model.learned_terms.bytes(),
            ranking: 8 * state.model.catalog.n_articles() as u64 + state.index.caches.bytes(),
            relaxed_events: self.relaxed_bytes(),
            store: self.store.memory_bytes(),
        }
    }

    #[cfg(feature = "disk")]
    fn index_file_bytes(&self) -> Result<u64> {
        self.disk.as_ref().map_or(Ok(0), |disk| disk.file_bytes())
    }

    #[cfg(not(feature = "disk"))]
    fn index_file_bytes(&self) -> Result<u64> {
        Ok(0)
    }
}
