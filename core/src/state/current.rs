//! The state of a base in memory: the inputs of ranking, updated by each commit to match the tables.

use std::sync::Arc;

use super::caches::QueryCaches;
use super::documents::Documents;
use super::index_reader::IndexReader;
use super::priors::PriorCell;
use super::read_model::ReadModel;
use crate::error::Result;
use crate::index::view::IndexView;
use crate::index::{DocSource, Segment, Space};
use crate::projection::config::BaseConfig;
use crate::projection::log::{self, Head};
use crate::settings::RankPolicy;
use crate::store::backend::{Backend, Table};
use crate::store::codec;

/// The share of a memory limit that a merged segment in memory may take: one in this many.
const MERGE_SHARE: u64 = 32;

/// Documents that are indexed at once while a base opens. Their words take some ten times the memory of the segment.
const CATCH_UP_DOCS: usize = 256;

/// The state after a commit.
pub struct State {
    /// The end of the log.
    pub head: Head,
    /// The read model.
    pub model: ReadModel,
    /// The text index and its caches.
    pub index: IndexReader,
    /// The stamp of the current rendition of each article and case, by ordinal.
    pub stamps: Arc<[Vec<u32>; 2]>,
}

/// Returns the current ranking policy.
pub fn policy(store: &dyn Backend) -> Result<RankPolicy> {
    match store.get(Table::Meta, b"policy")? {
        Some(bytes) => codec::json(codec::open(&bytes, "policy")?, &"the ranking policy"),
        None => Ok(RankPolicy::default()),
    }
}

impl State {
    /// Loads the tables without projecting the log. The text index holds `segments`; documents missing
    /// there go into a segment in memory. Under a memory limit, query caches take at most an eighth of
    /// it.
    pub fn load(
        store: &dyn Backend,
        config: &BaseConfig,
        segments: &[Arc<dyn Segment>],
        memory_limit: Option<u64>,
    ) -> Result<State> {
        let head = log::head(store)?;
        let model = ReadModel::load(store, policy(store)?, head.cases)?;
        let stamps = Arc::new(model.catalog.stamps());
        let source = Documents::new(store, config, &model.policy, &stamps);
        let view = IndexView::open(segments, &source)?
            .with_merge_bytes(memory_limit.map(|limit| limit / MERGE_SHARE));
        let view = catch_up(&view, &source)?;
        let index = IndexReader {
            view,
            caches: QueryCaches::with_budget(memory_limit.map(|limit| limit / 8)),
            priors: PriorCell::default(),
            generation: 0,
        };
        Ok(State {
            head,
            model,
            index,
            stamps,
        })
    }
}

/// Returns a view that also holds the current renditions missing from all segments.
pub fn catch_up(view: &IndexView, source: &Documents<'_>) -> Result<IndexView> {
    let mut view = view.clone();
    let mut missing = Vec::new();
    for space in [Space::Article, Space::Case] {
        for (ordinal, stamp) in (0u32..).zip(source.stamps(space)) {
            if *stamp > 0 && !view.holds(space, ordinal, *stamp) {
                missing.extend(source.rendition(space, ordinal, *stamp)?);
            }
            if missing.len() >= CATCH_UP_DOCS {
                view = view.add(&missing)?;
                missing.clear();
            }
        }
    }
    view.add(&missing)
}
