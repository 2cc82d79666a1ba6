//! The text index for queries, with its caches.

use std::sync::Arc;

use super::caches::QueryCaches;
use super::priors::PriorCell;
use crate::index::Segment;
use crate::index::view::IndexView;

/// The index reader. It holds all locks of the query path and can be rebuilt from the index, so the child of a fork can
/// abandon it.
#[derive(Default)]
pub struct IndexReader {
    /// The text index.
    pub view: IndexView,
    /// Impacts, and the documents visible to each viewer.
    pub caches: QueryCaches,
    /// The prior P of every article.
    pub priors: PriorCell,
    /// Counts changes of articles, for the keys of cached filters.
    pub generation: u64,
}

impl IndexReader {
    /// Creates a reader over one segment that never changes.
    pub fn frozen(segment: Arc<dyn Segment>) -> IndexReader {
        IndexReader {
            view: IndexView::frozen(segment),
            ..IndexReader::default()
        }
    }
}
