//! What a base holds and takes, as numbers for the host's monitoring.
//!
//! It refuses to walk: memory is estimated from lengths and from sums that are kept, so that it can be
//! asked every second of a thousand bases.

use serde::Serialize;

use super::handle::Base;
use super::inner::Inner;
use crate::error::Result;
use crate::state::current::State;

/// What a base holds and takes at one moment, see [`Base::stats`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Articles ever put, archived and merged ones too.
    pub articles: u64,
    /// Cases ever opened.
    pub cases: u64,
    /// Links of cases and articles that count: neither retracted nor rejected.
    pub links: u64,
    /// Records of the log.
    pub records: u64,
    /// Living documents of the text index that are in memory only. An article is as many documents as
    /// there are distinct things its readers see of it; a case with text to be found is one.
    pub documents_in_memory: u64,
    /// Living documents of the text index that are in files, too.
    pub documents_on_disk: u64,
    /// Segments of the text index, those in memory only included.
    pub index_segments: u64,
    /// Events that are acknowledged and not durable yet.
    pub relaxed_events: u64,
    /// Memory, by part.
    pub memory: MemoryUse,
    /// The limit of the sum of `memory`, if there is one. Bytes.
    pub memory_limit: Option<u64>,
    /// Files; all 0 for a base that has none.
    pub files: FileUse,
}

/// Memory by part, in bytes. Estimates from lengths and capacities, without what the allocator adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MemoryUse {
    /// The part of the text index that is in memory only.
    pub index_fresh: u64,
    /// The segments of the text index that were read from files.
    pub index_segments: u64,
    /// States of articles and cases.
    pub catalog: u64,
    /// Links of cases and articles.
    pub links: u64,
    /// Evidence.
    pub ledger: u64,
    /// Learned words.
    pub learned_words: u64,
    /// What ranking remembers between queries: priors, bounds, who may see what.
    pub ranking: u64,
    /// Events that are kept until they are durable.
    pub relaxed_events: u64,
    /// The store: its rows if it is in memory, else the limit of its cache, in use or not.
    pub store: u64,
}

impl MemoryUse {
    /// The sum of all parts, in bytes.
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

/// Files, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileUse {
    /// The store: the log, the tables, and what it keeps free for later.
    pub store: u64,
    /// The text index.
    pub index: u64,
}

impl Base {
    /// What this base holds and takes now. Cost: some microseconds, and for a base on disk a look at
    /// the sizes of its files; no walk over articles.
    ///
    /// Fails with `Io` if the files cannot be looked at.
    ///
    /// ```
    /// use kenpoint::{Base, model::{ArticleDraft, Kind}};
    /// let base = Base::in_memory().open().unwrap();
    /// base.put(ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")).unwrap();
    /// let stats = base.stats().unwrap();
    /// assert_eq!((stats.articles, stats.records), (1, 1));
    /// assert!(stats.memory.total() > 0 && stats.files.store == 0);
    /// ```
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
            memory_limit: inner.host.memory_limit,
            files: FileUse {
                store: inner.store.file_bytes()?,
                index: inner.index_file_bytes()?,
            },
        })
    }
}

impl Inner {
    /// Memory by part. Cost: a few additions for each segment of the text index.
    pub fn memory(&self, state: &State) -> MemoryUse {
        let (index_fresh, index_segments) = state.index.view.bytes();
        // A stamp of each article and case, and a prior of each article.
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
