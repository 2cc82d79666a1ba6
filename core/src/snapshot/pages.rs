//! The articles of a snapshot: heads from memory, texts from the file.

use super::blocks::{self, SectionText};
use super::contents::PageHead;
use super::handle::LoadedSnapshot;
use crate::error::{Error, Result};
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
        let sections = self.sections(head)?.into_iter().map(|section| Section {
            role: section.role,
            heading: section.heading,
            text: section.text,
            audience: None,
        });
        let label = self.config.audiences.label(record.audience);
        let change = record.changes.last().copied();
        let change =
            change.ok_or_else(|| Error::corrupt("an article of the snapshot has no version"))?;
        Ok(Article {
            id: record.id.clone(),
            kind: record.kind,
            version: record.version,
            change,
            title: head.title.clone(),
            sections: sections.collect(),
            language: head.language.clone(),
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
}
