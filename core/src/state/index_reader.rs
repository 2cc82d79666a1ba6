//! The text index as questions read it, with the caches beside it.

use std::sync::Arc;

use super::caches::QueryCaches;
use super::priors::PriorCell;
use crate::index::Segment;
use crate::index::view::IndexView;

/// Everything behind a question that has a lock. It can be made again from the index, so the child of a fork may
/// leave it behind.
#[derive(Default)]
pub struct IndexReader {
    /// The text index.
    pub view: IndexView,
    /// Impacts, and the documents each viewer may see.
    pub caches: QueryCaches,
    /// P of every article.
    pub priors: PriorCell,
    /// Counts changes of articles, for cached filters.
    pub generation: u64,
}

impl IndexReader {
    /// A reader of one segment that never changes.
    pub fn frozen(segment: Arc<dyn Segment>) -> IndexReader {
        IndexReader {
            view: IndexView::frozen(segment),
            ..IndexReader::default()
        }
    }
}
