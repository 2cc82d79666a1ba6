//! The handle of a snapshot, and the data that its clones share.

use std::sync::Arc;

use super::blocks::{BlockIndex, Bytes};
use super::complete::Dictionary;
use super::contents::PageHead;
use super::info::SnapshotInfo;
use crate::error::Result;
use crate::index::packed::PackedSegment;
use crate::model::audience::Class;
use crate::projection::config::BaseConfig;
use crate::self_service::Visit;
use crate::settings::RankPolicy;
use crate::state::index_reader::IndexReader;
use crate::state::read_model::ReadModel;

/// A read-only copy of everything one audience may see. It is cheap to clone and usable from many threads at
/// once.
///
/// ```
/// use kenpoint::{Base, SearchRequest, Snapshot, SnapshotRequest};
/// use kenpoint::model::{ArticleDraft, Confidence, Kind, Role, Viewer};
/// let base = Base::in_memory().open().unwrap();
/// for (id, audience) in [("lamp", "public"), ("lamp-recall", "internal")] {
///     let draft = ArticleDraft::new(id, Kind::Product, "The lamp stays dark")
///         .section(Role::Resolution, "Change the fuse.")
///         .audience(audience)
///         .confidence(Confidence::Validated);
///     base.put(draft).unwrap();
/// }
/// let public = || Viewer::new("public");
/// let file = base.snapshot(&SnapshotRequest::new(public())).unwrap();
/// let snapshot = Snapshot::open(file).unwrap();
/// assert_eq!(snapshot.info().articles, 1);
/// let request = SearchRequest::new("dark lamp", public()).now(base.now());
/// assert_eq!(snapshot.search(&request).unwrap().hits, base.search(&request).unwrap().hits);
/// ```
#[derive(Clone)]
pub struct Snapshot(pub(super) Arc<LoadedSnapshot>, pub(super) Arc<IndexReader>);

/// The data that never changes.
pub(super) struct LoadedSnapshot {
    pub info: SnapshotInfo,
    pub class: Class,
    pub config: BaseConfig,
    /// The read model.
    pub model: ReadModel,
    pub index: Arc<PackedSegment>,
    pub dictionary: Dictionary,
    pub pages: Vec<PageHead>,
    /// In the order of [`format::Name::IN_BLOCKS`].
    pub block_indexes: [BlockIndex; 5],
    pub bytes: Box<dyn Bytes>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Snapshot").field(&self.0.info).finish()
    }
}

impl Snapshot {
    /// Returns its description.
    pub fn info(&self) -> &SnapshotInfo {
        &self.0.info
    }

    /// Returns the current instant for requests, by the machine's clock, but not before its `known`: the
    /// publisher's clock may be slightly ahead of this one.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn now(&self) -> crate::time::Timestamp {
        use crate::time::Clock;
        crate::time::SystemClock.now().max(self.0.info.known)
    }

    /// Returns the ranking policy it was made with.
    pub fn policy(&self) -> &RankPolicy {
        &self.0.model.policy
    }

    /// Starts a visit, which records the events of one reader. `session` must be unique among all visits.
    ///
    /// Fails with `InvalidValue` or `TooLarge` for an invalid id.
    pub fn visit(&self, session: &str) -> Result<Visit> {
        Visit::new(self.0.config.base, session, &self.0.info.viewer.audience)
    }

    /// Returns the ids of all its articles, in order.
    pub fn article_ids(&self) -> Vec<String> {
        let articles = self.0.model.catalog.articles();
        let mut ids: Vec<String> = articles.map(|article| article.id.clone()).collect();
        ids.sort();
        ids
    }
}
