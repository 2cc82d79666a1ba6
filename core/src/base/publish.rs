//! Publishing: collects everything that one audience may see, for a snapshot.

use super::handle::Base;
use super::sight::Sight;
use crate::cancel::Checkpoint;
use crate::error::{Error, ErrorCode, Result};
use crate::index::Space;
use crate::index::partition::{DocSource, IndexDoc};
use crate::model::AudienceScheme;
use crate::projection::records::CaseRecord;
use crate::snapshot::SnapshotRequest;
use crate::snapshot::build::{Material, Shown, build, is_shown};
use crate::state::catalog::Catalog;
use crate::state::documents::Documents;
use crate::state::read_model::ReadModel;
use crate::time::Timestamp;

impl Base {
    /// Builds a snapshot: everything that one audience may see, as the bytes of a file for [`crate::Snapshot`].
    ///
    /// It holds the articles visible to the viewer at the instant, with their index and evidence. Viewers who read
    /// cases also get the past cases and links. It holds no people and no texts of cases. For viewers who read no
    /// cases it holds only the learned terms that at least three customers taught. An article that becomes valid
    /// later is hidden, and so is not included. Equal logs give equal bytes.
    ///
    /// Cost: every article visible to the viewer is analyzed again, about as much as importing them. An instant
    /// before the last record adds the cost of [`Base::as_of`]. A handle with cancellation checks its hook during the
    /// call.
    ///
    /// Fails with `UnknownName` for an unknown audience, and with `OutOfHistory` for an instant in the future.
    pub fn snapshot(&self, request: &SnapshotRequest) -> Result<Vec<u8>> {
        span!("snapshot");
        request.viewer.check()?;
        let now = self.now();
        let state = self.0.read();
        let arrived = state.head.arrived;
        // Even if the clock went back, all recorded events stay known.
        let present = now.max(arrived);
        let known = request.at.unwrap_or(present);
        if known > present {
            return Err(Error::new(
                ErrorCode::OutOfHistory,
                format!("at: {known} lies after {present}; what will be known then is not known"),
            ));
        }
        if known < arrived {
            drop(state);
            let past = self.as_of(known)?;
            let model = past.0.read().model.clone();
            return past.published(request, known, &model);
        }
        let model = state.model.clone();
        // Writers continue from here. Indexed versions stay in the store under their stamps.
        drop(state);
        self.published(request, known, &model)
    }

    /// Builds a snapshot and replaces the file at `path` with it atomically. Readers of the old file keep it until
    /// they refresh, see [`crate::Snapshot::newer`]. The file is durable when the call returns.
    ///
    /// Fails like [`Base::snapshot`], and with `Io` or `DiskFull`. After a failure the old file is still there,
    /// unless only the sync of the folder failed.
    #[cfg(feature = "disk")]
    pub fn snapshot_file(
        &self,
        request: &SnapshotRequest,
        path: impl AsRef<std::path::Path>,
    ) -> Result<crate::SnapshotInfo> {
        let bytes = self.snapshot(request)?;
        // The bytes are opened before the replacement, so an unreadable snapshot never replaces a file.
        let info = crate::Snapshot::open(bytes.clone())?.info().clone();
        crate::snapshot::disk::replace(path.as_ref(), &bytes)?;
        Ok(info)
    }

    fn published(
        &self,
        request: &SnapshotRequest,
        known: Timestamp,
        model: &ReadModel,
    ) -> Result<Vec<u8>> {
        let inner = &*self.0;
        let class = inner.config.audiences.class(&request.viewer.audience)?;
        // Names are normalized, so that equal viewers give equal files.
        let label = inner.config.audiences.label(class);
        let mut viewer = request.viewer.clone();
        viewer.audience = label.map(|label| label.name.clone()).unwrap_or_default();
        viewer.entitlements.sort();
        viewer.entitlements.dedup();
        let stamps = model.catalog.stamps();
        let gatherer = Gatherer {
            documents: Documents::new(&*inner.store, &inner.config, &model.policy, &stamps),
            audiences: &inner.config.audiences,
            sight: Sight {
                store: &*inner.store,
                viewer: &viewer,
                class,
                known,
            },
        };
        let mut checkpoint = self.1.checkpoint();
        let articles = gatherer.articles(&model.catalog, &mut checkpoint)?;
        let aliases = gatherer.aliases(&model.catalog, &mut checkpoint)?;
        let cases = gatherer.cases(&model.catalog, &mut checkpoint)?;
        build(Material {
            config: &inner.config,
            model,
            aliases,
            viewer: &viewer,
            class,
            markup: request.markup,
            known,
            articles,
            cases,
        })
    }
}

/// Collects everything that one viewer may see.
struct Gatherer<'a> {
    documents: Documents<'a>,
    audiences: &'a AudienceScheme,
    sight: Sight<'a>,
}

impl Gatherer<'_> {
    fn articles(&self, catalog: &Catalog, checkpoint: &mut Checkpoint<'_>) -> Result<Vec<Shown>> {
        let mut shown = Vec::new();
        for record in catalog.articles() {
            checkpoint.step()?;
            let Some(text) = self.sight.text(record)? else {
                continue;
            };
            if let Some(doc) = self.doc(Space::Article, record.ordinal, record.stamp)? {
                shown.push(Shown {
                    record: record.clone(),
                    title: text.title,
                    language: text.language,
                    sections: text.sections,
                    doc,
                });
            }
        }
        Ok(shown)
    }

    /// Returns the ids of merged articles that the viewer could once see, each with its target.
    fn aliases(
        &self,
        catalog: &Catalog,
        checkpoint: &mut Checkpoint<'_>,
    ) -> Result<Vec<(String, u32)>> {
        let mut aliases = Vec::new();
        for record in catalog.articles() {
            checkpoint.step()?;
            if record.merged_into.is_some() && self.sight.knew(record)? {
                aliases.push((record.id.clone(), catalog.merge_target(record.ordinal)));
            }
        }
        aliases.sort();
        Ok(aliases)
    }

    fn cases(
        &self,
        catalog: &Catalog,
        checkpoint: &mut Checkpoint<'_>,
    ) -> Result<Vec<(CaseRecord, IndexDoc)>> {
        let mut found = Vec::new();
        if !self.audiences.reads_cases().contains(self.sight.class) {
            return Ok(found);
        }
        for record in catalog.cases() {
            checkpoint.step()?;
            if let Some(doc) = self.doc(Space::Case, record.ordinal, record.stamp)? {
                found.push((record.clone(), doc));
            }
        }
        Ok(found)
    }

    fn doc(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Option<IndexDoc>> {
        let docs = self.documents.rendition(space, ordinal, stamp)?;
        let mut docs = docs.into_iter();
        let Sight { class, known, .. } = self.sight;
        Ok(docs.find(|doc| is_shown(doc, space, class, known)))
    }
}
