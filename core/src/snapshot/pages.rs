//! The articles of a snapshot: heads from memory, texts from the file.

use super::blocks::{self, SectionText};
use super::contents::PageHead;
use super::handle::LoadedSnapshot;
use crate::error::{Error, Result};
use crate::model::audience::AudienceLabel;
use crate::model::{Article, Section};
use crate::projection::records::ArticleRecord;

impl LoadedSnapshot {
    pub(super) fn head(&self, article: &ArticleRecord) -> Result<&PageHead> {
        self.pages
            .get(article.ordinal as usize)
            .ok_or_else(|| Error::corrupt("an article of the snapshot has no page"))
    }

    /// Reads the plain text that snippets of an article quote.
    pub(super) fn plain(&self, head: &PageHead) -> Result<String> {
        let [.., plain, _] = &self.block_indexes;
        blocks::read(plain, &*self.bytes, head.plain)
    }

    fn sections(&self, head: &PageHead) -> Result<Vec<SectionText>> {
        let [.., bodies] = &self.block_indexes;
        blocks::read(bodies, &*self.bytes, head.body)
    }

    pub(super) fn article(&self, record: &ArticleRecord) -> Result<Article> {
        let head = self.head(record)?;
        let label = self.config.audiences.label(record.audience);
        article_of(record, &head.title, self.sections(head)?, label)
    }
}

/// Makes an article from what its viewers may know of it: a record that [`ArticleLine`](super::records::ArticleLine) has
/// redacted, and the sections they may read.
pub(crate) fn article_of(
    record: &ArticleRecord,
    title: &str,
    sections: Vec<SectionText>,
    label: Option<&AudienceLabel>,
) -> Result<Article> {
    let sections = sections.into_iter().map(|section| Section {
        role: section.role,
        heading: section.heading,
        text: section.text,
        audience: None,
    });
    let change = record.changes.last().copied();
    let change = change.ok_or_else(|| Error::corrupt("an article has no version"))?;
    Ok(Article {
        id: record.id.clone(),
        kind: record.kind,
        version: record.version,
        change,
        title: title.to_owned(),
        sections: sections.collect(),
        language: record.language.clone(),
        audience: label.map(|label| label.name.clone()).unwrap_or_default(),
        confidence: record.confidence,
        governance: record.governance,
        scope: record.scope.clone(),
        freshness: record.freshness,
        tags: record.tags.clone(),
        owner: None,
        author: None,
        family: None,
        created: record.created,
        edited: record.edited,
        verified: record.verified,
        suspect: record.suspect.clone(),
        merged_into: None,
        relations: record.relations.clone(),
        fact: record.fact.clone(),
        source: None,
    })
}
