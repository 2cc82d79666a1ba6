//! What a snapshot remembers between two questions, apart from what never changes: so that it can be
//! left behind.

use std::sync::Arc;

use super::Snapshot;
use crate::index::Segment;
use crate::index::view::IndexView;
use crate::state::caches::Sidecars;
use crate::state::priors::PriorCell;

/// Everything in a snapshot that has a lock.
pub(super) struct Caches {
    /// The index, and what it found out about windows.
    pub view: IndexView,
    /// Impacts, and who may see what.
    pub sidecars: Sidecars,
    /// The priors of the articles at the last instant asked.
    pub priors: PriorCell,
}

impl Caches {
    /// Nothing is remembered of the index yet.
    pub fn of(index: Arc<dyn Segment>) -> Caches {
        Caches {
            view: IndexView::frozen(index),
            sidecars: Sidecars::default(),
            priors: PriorCell::default(),
        }
    }
}

impl Snapshot {
    /// This snapshot in the child of a fork, where a lock that another thread of the parent held stays held
    /// for ever: what is read is shared with this one, what is remembered begins anew. What was remembered
    /// so far is not given back, as it may be half written.
    ///
    /// Cost: a pass over the windows of the documents, as at opening; no text and no index is read again.
    ///
    /// ```
    /// use kenpoint::{Base, Snapshot, SnapshotRequest, model::Viewer};
    /// let base = Base::in_memory().open().unwrap();
    /// let file = base.snapshot(&SnapshotRequest::new(Viewer::new("public"))).unwrap();
    /// let before = Snapshot::open(file).unwrap();
    /// let digest = before.info().digest.clone();
    /// // Here the process forks; what follows runs in the child.
    /// let snapshot = before.after_fork();
    /// assert_eq!(snapshot.info().digest, digest);
    /// ```
    pub fn after_fork(self) -> Snapshot {
        let Snapshot(inner, caches) = self;
        let index = Arc::clone(&inner.index);
        std::mem::forget(caches);
        Snapshot(inner, Arc::new(Caches::of(index)))
    }
}
