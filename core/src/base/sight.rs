//! The sight of one viewer: whether an article shows, and what of it. Its rendition tells, so no text is analysed.

use crate::error::Result;
use crate::index::Space;
use crate::model::Viewer;
use crate::model::audience::Class;
use crate::projection::records::{
    ArticleRecord, RenditionPart, RenditionRecord, VersionRecord, rendition_key, version_key,
};
use crate::snapshot::build::SectionText;
use crate::store::backend::{Backend, Table};
use crate::store::blobs;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// A viewer at an instant.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub store: &'a dyn Backend,
    pub viewer: &'a Viewer,
    /// The class of the viewer's audience.
    pub class: Class,
    pub known: Timestamp,
}

/// The texts of an article that the viewer sees.
pub(super) struct SeenText {
    pub title: String,
    pub language: String,
    pub sections: Vec<SectionText>,
}

impl Sight<'_> {
    /// Returns true if the viewer sees the article.
    pub fn sees(&self, article: &ArticleRecord) -> Result<bool> {
        Ok(self.part(article)?.is_some())
    }

    /// Returns true if the viewer may know the id of a merged article: if it once showed.
    pub fn knew(&self, article: &ArticleRecord) -> Result<bool> {
        // Merging hid the article from everybody, so its last visible rendition has the previous stamp.
        let rendition = self.rendition(article, article.stamp.saturating_sub(1))?;
        let mut parts = rendition.iter().flat_map(|rendition| &rendition.parts);
        Ok(parts.any(|part| part.classes.contains(self.class) && part.from <= self.known))
    }

    /// Returns the texts of an article that the viewer sees; `None` if it is hidden.
    pub fn text(&self, article: &ArticleRecord) -> Result<Option<SeenText>> {
        let Some((version, part)) = self.part(article)? else {
            return Ok(None);
        };
        let key = version_key(article.ordinal, version);
        let version: VersionRecord = self.store.required(Table::Versions, &key)?;
        let texts = blobs::get(self.store, &version.text)?;
        let visible = part.sections.iter().filter_map(|position| {
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
        Ok(Some(SeenText {
            title: version.title,
            language: version.language,
            sections,
        }))
    }

    /// Returns the version of an article and the part of it that the viewer sees.
    fn part(&self, article: &ArticleRecord) -> Result<Option<(u32, RenditionPart)>> {
        let Some(rendition) = self.rendition(article, article.stamp)? else {
            return Ok(None);
        };
        let version = rendition.version;
        let mut parts = rendition.parts.into_iter();
        let shows = |part: &RenditionPart| {
            part.classes.contains(self.class) && part.window().holds(self.known)
        };
        Ok(parts.find(shows).map(|part| (version, part)))
    }

    fn rendition(&self, article: &ArticleRecord, stamp: u32) -> Result<Option<RenditionRecord>> {
        if !article.scope.admits(&self.viewer.entitlements) {
            return Ok(None);
        }
        let key = rendition_key(Space::Article, article.ordinal, stamp);
        self.store.record(Table::Renditions, &key)
    }
}
