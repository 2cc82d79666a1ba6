//! One article as a viewer sees it.

use std::collections::BTreeSet;

use super::handle::Base;
use super::sight::Sight;
use crate::error::{Error, ErrorCode, Result, excerpt};
use crate::model::{Article, Viewer};
use crate::snapshot::pages::article_of;
use crate::snapshot::records::ArticleLine;
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
        let catalog = &state.model.catalog;
        let sight = Sight {
            store: &*inner.store,
            viewer,
            class,
            known: now,
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
        if asked.merged_into.is_some() && !sight.knew(asked)? {
            return Err(absent());
        }
        let record = catalog.article(catalog.merge_target(asked.ordinal));
        let record = record.ok_or_else(absent)?;
        let text = sight.text(record)?.ok_or_else(absent)?;
        let mut related = BTreeSet::new();
        for (_, id) in &record.relations {
            let other = catalog.ordinal(id).and_then(|at| catalog.article(at));
            if let Some(other) = other
                && sight.sees(other)?
            {
                related.insert(id.as_str());
            }
        }
        let line = ArticleLine::of(record, record.audience, &|id| related.contains(id));
        let label = inner.config.audiences.label(record.audience);
        let mut record = line.record(record.ordinal);
        record.language = text.language;
        article_of(&record, &text.title, text.sections, label)
    }
}
