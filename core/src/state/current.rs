//! The state of a base in memory: what ranking asks, kept equal to the tables by each commit.

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

/// The state after a commit.
pub struct State {
    /// Where the log ends.
    pub head: Head,
    /// What is known.
    pub model: ReadModel,
    /// The text index and its caches.
    pub index: IndexReader,
    /// The current rendition of each article and case, by ordinal.
    pub stamps: Arc<[Vec<u32>; 2]>,
}

/// The policy in force.
pub fn policy(store: &dyn Backend) -> Result<RankPolicy> {
    match store.get(Table::Meta, b"policy")? {
        Some(bytes) => codec::json(codec::open(&bytes, "policy")?, &"the ranking policy"),
        None => Ok(RankPolicy::default()),
    }
}

impl State {
    /// Loads the tables; nothing is folded. The text index holds `segments`; what they lack is put into
    /// its part in memory.
    /// Under a memory limit, what is cached between queries takes an eighth of it at most.
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
        let view = catch_up(&IndexView::open(segments, &source)?, &source)?;
        let index = IndexReader {
            view,
            caches: QueryCaches::within(memory_limit.map(|limit| limit / 8)),
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

/// The view with every current rendition that no segment holds.
pub fn catch_up(view: &IndexView, source: &Documents<'_>) -> Result<IndexView> {
    let mut missing = Vec::new();
    for space in [Space::Article, Space::Case] {
        for (ordinal, stamp) in (0u32..).zip(source.stamps(space)) {
            if *stamp > 0 && !view.holds(space, ordinal, *stamp) {
                missing.extend(source.rendition(space, ordinal, *stamp)?);
            }
        }
    }
    view.add(&missing)
}
