//! One article as a viewer sees it.

use super::handle::Base;
use super::publish::Gatherer;
use crate::error::{Error, ErrorCode, Result, excerpt};
use crate::model::{Article, Viewer};
use crate::snapshot::pages::article_of;
use crate::snapshot::records::ArticleLine;
use crate::state::documents::Documents;
use crate::time::Timestamp;

impl Base {
    /// Returns an article as a viewer sees it at an instant, by default now: as the viewer's snapshot of that instant gives
    /// it. Owner, author, source, family, narrower sections and relations to hidden articles are absent.
    ///
    /// [`Base::article`] takes no viewer and returns everything.
    ///
    /// ```
    /// use kenpoint::{Base, model::{ArticleDraft, Confidence, Kind, Role, Viewer}};
    /// let base = Base::in_memory().open().unwrap();
    /// let lamp = ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")
    ///     .section(Role::Resolution, "Change the fuse.")
    ///     .section_for("internal", Role::Note, "The fuse costs us 2 cents.")
    ///     .audience("public")
    ///     .confidence(Confidence::Validated);
    /// base.put(lamp).unwrap();
    /// let seen = base.article_for("lamp", &Viewer::new("public"), None).unwrap();
    /// assert_eq!(seen.sections.len(), 1);
    /// ```
    ///
    /// Fails with `ArticleNotFound` for an article that the viewer may not see, as for one that is not there, and with
    /// `UnknownName` for an unknown audience.
    pub fn article_for(
        &self,
        id: &str,
        viewer: &Viewer,
        now: Option<Timestamp>,
    ) -> Result<Article> {
        viewer.check()?;
        let inner = &*self.0;
        let now = now.unwrap_or_else(|| self.now());
        let class = inner.config.audiences.class(&viewer.audience)?;
        let state = self.0.read();
        let (catalog, policy) = (&state.model.catalog, &state.model.policy);
        let documents = Documents::new(&*inner.store, &inner.config, policy, &state.stamps);
        let gatherer = Gatherer::new(self, documents, viewer, class, now);
        let is_seen = |id: &str| -> Result<bool> {
            let record = catalog.ordinal(id).and_then(|at| catalog.article(at));
            record.map_or(Ok(false), |record| Ok(gatherer.article(record)?.is_some()))
        };
        let absent = || {
            let id = excerpt(id);
            Error::new(
                ErrorCode::ArticleNotFound,
                format!("article: this viewer sees none with the id {id}"),
            )
        };

        let asked = catalog.ordinal(id).and_then(|at| catalog.article(at));
        let asked = asked.ok_or_else(absent)?;
        if asked.merged_into.is_some() && !gatherer.knew(asked)? {
            return Err(absent());
        }
        let record = catalog.article(catalog.merge_target(asked.ordinal));
        let shown = record.map_or(Ok(None), |record| gatherer.article(record))?;
        let shown = shown.ok_or_else(absent)?;
        let mut related = std::collections::BTreeSet::new();
        for (_, id) in &shown.record.relations {
            if is_seen(id)? {
                related.insert(id.clone());
            }
        }
        let line = ArticleLine::of(&shown.record, shown.record.audience, &|id| {
            related.contains(id)
        });
        let mut record = line.record(shown.record.ordinal);
        record.language = shown.language;
        let label = inner.config.audiences.label(record.audience);
        article_of(&record, &shown.title, shown.sections, label)
    }
}
