//! Publishing: gathers what one audience may see, for a snapshot.

use super::documents::Documents;
use super::shared::Base;
use super::watch::Pace;
use crate::error::Result;
use crate::index::Space;
use crate::index::part::{DocSource, IndexDoc};
use crate::model::audience::Class;
use crate::snapshot::SnapshotRequest;
use crate::snapshot::build::{Material, SectionText, Shown, build, is_shown};
use crate::store::backend::Table;
use crate::store::records::{
    ArticleRecord, CaseRecord, RenditionRecord, VersionRecord, rendition_key, version_key,
};
use crate::store::texts;
use crate::store::txn::Reader;
use crate::suggest::Catalog;
use crate::time::Timestamp;

impl Base {
    /// The part of the base that one audience may see, as the bytes of a file for [`crate::Snapshot`].
    ///
    /// It holds the articles that the viewer may see at the instant, their index, evidence, and for viewers
    /// who read cases the past cases and links; no people, no texts of cases, and of learned words only
    /// what three customers taught, where the viewer reads no cases. An article that is yet to become valid
    /// is hidden and not in it. Equal logs give equal bytes.
    ///
    /// Cost: every article that the viewer sees is analysed anew; about what it takes to import them. An
    /// instant before the last record costs [`Base::as_of`] in addition. A watched handle is asked on the way.
    ///
    /// Fails with `UnknownName` for an audience that the base has not.
    pub fn snapshot(&self, request: &SnapshotRequest) -> Result<Vec<u8>> {
        span!("snapshot");
        request.viewer.check()?;
        let known = request.at.unwrap_or_else(|| self.now());
        if known < self.0.read().head.arrived {
            return self.as_of(known)?.published(request, known);
        }
        self.published(request, known)
    }

    /// The same into a file, in whose place it comes at once and whole: whoever reads the old one goes on to,
    /// see [`crate::Snapshot::newer`]. It is durable when this returns.
    ///
    /// Fails with `Io` or `DiskFull` in addition; what lay there lies there still.
    #[cfg(feature = "disk")]
    pub fn snapshot_file(
        &self,
        request: &SnapshotRequest,
        path: impl AsRef<std::path::Path>,
    ) -> Result<crate::SnapshotInfo> {
        let bytes = self.snapshot(request)?;
        crate::snapshot::disk::replace(path.as_ref(), &bytes)?;
        Ok(crate::Snapshot::open_file(path)?.info().clone())
    }

    fn published(&self, request: &SnapshotRequest, known: Timestamp) -> Result<Vec<u8>> {
        let shared = &*self.0;
        let class = shared.fixed.audiences.class(&request.viewer.audience)?;
        // Writers go on from here; what was indexed under a stamp is in the store for good.
        let (policy, catalog, links, ledger, lessons) = {
            let live = shared.read();
            (
                live.policy.clone(),
                live.catalog.clone(),
                live.links.clone(),
                live.ledger.clone(),
                live.lessons.clone(),
            )
        };
        let stamps = catalog.stamps();
        let gatherer = Gatherer {
            base: self,
            documents: Documents::new(&*shared.store, &shared.fixed, &policy, &stamps),
            entitlements: &request.viewer.entitlements,
            class,
            known,
        };
        let mut pace = self.1.pace();
        let articles = gatherer.articles(&catalog, &mut pace)?;
        let cases = gatherer.cases(&catalog, &mut pace)?;
        build(Material {
            fixed: &shared.fixed,
            policy: &policy,
            catalog: &catalog,
            links: &links,
            ledger: &ledger,
            lessons: &lessons,
            viewer: &request.viewer,
            class,
            known,
            articles,
            cases,
        })
    }
}

/// Collects what one viewer sees.
struct Gatherer<'a> {
    base: &'a Base,
    documents: Documents<'a>,
    entitlements: &'a [String],
    class: Class,
    known: Timestamp,
}

impl Gatherer<'_> {
    fn articles(&self, catalog: &Catalog, pace: &mut Pace<'_>) -> Result<Vec<Shown>> {
        let mut shown = Vec::new();
        for record in catalog.articles() {
            pace.step()?;
            let mut asked = record.scope.entitlement.iter();
            if !asked.all(|e| self.entitlements.contains(e)) {
                continue;
            }
            if let Some(doc) = self.doc(Space::Article, record.ordinal, record.stamp)? {
                shown.push(self.shown(record, doc)?);
            }
        }
        Ok(shown)
    }

    fn cases(&self, catalog: &Catalog, pace: &mut Pace<'_>) -> Result<Vec<(CaseRecord, IndexDoc)>> {
        let mut found = Vec::new();
        if !self.base.0.fixed.audiences.reads_cases().has(self.class) {
            return Ok(found);
        }
        for record in catalog.cases() {
            pace.step()?;
            if let Some(doc) = self.doc(Space::Case, record.ordinal, record.stamp)? {
                found.push((record.clone(), doc));
            }
        }
        Ok(found)
    }

    fn doc(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Option<IndexDoc>> {
        let docs = self.documents.rendition(space, ordinal, stamp)?;
        let mut docs = docs.into_iter();
        Ok(docs.find(|doc| is_shown(doc, space, self.class, self.known)))
    }

    fn shown(&self, record: &ArticleRecord, doc: IndexDoc) -> Result<Shown> {
        let store = &*self.base.0.store;
        let key = rendition_key(Space::Article, record.ordinal, record.stamp);
        let rendition: RenditionRecord = store.required(Table::Renditions, &key)?;
        let key = version_key(record.ordinal, rendition.version);
        let version: VersionRecord = store.required(Table::Versions, &key)?;
        let texts = texts::get(store, &version.text)?;
        let mut parts = rendition.parts.iter();
        let part = parts.find(|part| part.classes.has(self.class));
        let positions = part.map(|part| part.sections.as_slice());
        let visible = positions.unwrap_or_default().iter().filter_map(|position| {
            let position = usize::from(*position);
            version.sections.get(position).zip(texts.get(position))
        });
        let sections = visible
            .map(|(section, text)| SectionText {
                role: section.role,
                heading: section.heading.clone(),
                text: text.clone(),
            })
            .collect();
        Ok(Shown {
            record: record.clone(),
            title: version.title,
            language: version.language,
            sections,
            doc,
        })
    }
}
