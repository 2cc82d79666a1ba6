//! Use of a snapshot in the child of a fork.

use std::sync::Arc;

use super::handle::Snapshot;
use crate::state::index_reader::IndexReader;

impl Snapshot {
    /// Returns this snapshot for use in the child of a fork, where a lock that another thread of the parent
    /// held stays locked for ever. The data read from the file is shared with this snapshot. The caches
    /// start empty; the old ones are leaked and not freed, because they may be half written.
    ///
    /// Cost: one pass over the time windows of the documents, as at opening; no text and no index is read
    /// again.
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
        let Snapshot(inner, reader) = self;
        let index = Arc::clone(&inner.index);
        std::mem::forget(reader);
        Snapshot(inner, Arc::new(IndexReader::frozen(index)))
    }
}
