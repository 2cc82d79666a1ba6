//! Converts stored renditions to documents of the text index.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::index::{DocSource, FIELDS, FieldTokens, IndexDoc, IndexToken, PartKey, Space};
use crate::model::Reuse;
use crate::projection;
use crate::projection::config::BaseConfig;
use crate::projection::records::{RenditionRecord, VersionRecord, rendition_key, version_key};
use crate::settings::RankPolicy;
use crate::store::backend::{Backend, Table};
use crate::store::txn::Reader;
use crate::store::{blobs, codec};
use crate::text::{Analyzer, Lang, Memo, TokenKind, markdown};

/// The version of the text analysis. An index with another version is rebuilt.
pub const ANALYSIS: u32 = 2;

/// Returns the epoch of an index: the analysis and the field weights on which it must agree with the
/// base.
pub fn epoch(policy: &RankPolicy) -> u32 {
    let mut bytes = ANALYSIS.to_le_bytes().to_vec();
    for weight in weights(policy) {
        bytes.extend_from_slice(&weight.to_le_bytes());
    }
    let [a, b, c, d, ..] = codec::hash(&bytes);
    u32::from_le_bytes([a, b, c, d])
}

/// Returns the weights of the fields: the title, the roles in their order, the headings.
fn weights(policy: &RankPolicy) -> [u32; FIELDS] {
    [
        policy.weight_title,
        policy.weight_issue,
        policy.weight_environment,
        policy.weight_cause,
        policy.weight_resolution,
        policy.weight_summary,
        policy.weight_note,
        policy.weight_heading,
    ]
    .map(|weight| weight as u32)
}

/// The store as the document source of the index.
pub struct Documents<'a> {
    store: &'a dyn Backend,
    config: &'a BaseConfig,
    weights: [u32; FIELDS],
    stamps: &'a [Vec<u32>; 2],
    memos: RefCell<BTreeMap<Lang, (Analyzer, Memo)>>,
}

impl<'a> Documents<'a> {
    /// Creates a source over a store and its current stamps.
    pub fn new(
        store: &'a dyn Backend,
        config: &'a BaseConfig,
        policy: &RankPolicy,
        stamps: &'a [Vec<u32>; 2],
    ) -> Documents<'a> {
        Documents {
            store,
            config,
            weights: weights(policy),
            stamps,
            memos: RefCell::new(BTreeMap::new()),
        }
    }

    /// Adds the tokens of a plain text, at positions from `offset` on, and returns the next free
    /// position.
    fn tokens(&self, lang: Lang, plain: &str, offset: u32, into: &mut Vec<IndexToken>) -> u32 {
        let mut memos = self.memos.borrow_mut();
        let (analyzer, memo) = memos
            .entry(lang)
            .or_insert_with(|| (Analyzer::with(lang, &self.config.stemmers), Memo::default()));
        let mut next = offset;
        analyzer.visit_index(plain, memo, &mut |token| {
            let position = offset + token.position;
            next = next.max(position + 1);
            into.push(IndexToken {
                term: token.term.to_owned(),
                position,
                counts: !matches!(token.kind, TokenKind::Part | TokenKind::Stop),
            });
        });
        next
    }

    fn field(&self, field: usize, lang: Lang, texts: &[String]) -> Option<FieldTokens> {
        let mut tokens = Vec::new();
        let mut next = 0;
        for text in texts {
            // A gap in the positions keeps phrases from matching across two sections.
            next = self.tokens(lang, text, next, &mut tokens) + 8;
        }
        if field == 0 {
            pairs(&mut tokens);
        }
        let weight = self.weights.get(field).copied().unwrap_or(1);
        (!tokens.is_empty()).then_some(FieldTokens {
            field: field as u8,
            weight,
            tokens,
        })
    }

    fn article(
        &self,
        ordinal: u32,
        stamp: u32,
        rendition: &RenditionRecord,
    ) -> Result<Vec<IndexDoc>> {
        if rendition.parts.is_empty() {
            return Ok(Vec::new());
        }
        let version: VersionRecord = self
            .store
            .required(Table::Versions, &version_key(ordinal, rendition.version))?;
        let texts = blobs::get(self.store, &version.text)?;
        let lang = Lang::of(&version.language);
        self.config.stemmers.check(lang)?;
        rendition
            .parts
            .iter()
            .map(|part| {
                let mut by_field: [Vec<String>; FIELDS] = Default::default();
                if let Some(title) = by_field.first_mut() {
                    title.push(version.title.clone());
                }
                for position in &part.sections {
                    let (section, text) = version
                        .sections
                        .get(usize::from(*position))
                        .zip(texts.get(usize::from(*position)))
                        .ok_or_else(|| {
                            Error::corrupt("a rendition names a section that is not there")
                        })?;
                    if let Some(field) = by_field.get_mut(1 + section.role.index()) {
                        field.push(markdown::plain(text));
                    }
                    if let Some(field) = by_field.last_mut() {
                        field.extend(section.heading.clone());
                    }
                }
                let fields = by_field
                    .iter()
                    .enumerate()
                    .filter_map(|(i, texts)| self.field(i, lang, texts))
                    .collect();
                Ok(IndexDoc {
                    part: PartKey {
                        space: Space::Article,
                        classes: part.classes,
                        restricted: rendition.restricted,
                        lang,
                    },
                    ordinal,
                    stamp,
                    window: part.window(),
                    fields,
                })
            })
            .collect()
    }

    fn case(&self, ordinal: u32, stamp: u32, rendition: &RenditionRecord) -> Result<Vec<IndexDoc>> {
        let case = projection::case_at(self.store, ordinal)?;
        let lang = Lang::of(&self.config.language);
        let mut by_field: [Vec<String>; FIELDS] = Default::default();
        for entry in case.entries.iter().take(rendition.version as usize) {
            let Reuse::Section(role) = entry.reuse else {
                continue;
            };
            let texts = blobs::get(self.store, &entry.text)?;
            let text = texts
                .get(entry.position as usize)
                .ok_or_else(|| Error::corrupt("a case's note has no text"))?;
            if let Some(field) = by_field.get_mut(1 + role.index()) {
                field.push(markdown::plain(text));
            }
        }
        let fields: Vec<FieldTokens> = by_field
            .iter()
            .enumerate()
            .filter_map(|(i, texts)| self.field(i, lang, texts))
            .collect();
        Ok(rendition
            .parts
            .iter()
            .map(|part| IndexDoc {
                part: PartKey {
                    space: Space::Case,
                    classes: part.classes,
                    restricted: false,
                    lang,
                },
                ordinal,
                stamp,
                window: part.window(),
                fields: fields.clone(),
            })
            .collect())
    }
}

/// Adds a term for each pair of neighbouring words of a title, without stop words, because a query that
/// repeats the wording of a title means that article. Pairs add no length.
fn pairs(tokens: &mut Vec<IndexToken>) {
    let words: Vec<(String, u32)> = tokens
        .iter()
        .filter(|t| t.counts)
        .map(|t| (t.term.clone(), t.position))
        .collect();
    for pair in words.windows(2) {
        if let [(a, at), (b, _)] = pair {
            tokens.push(IndexToken {
                term: format!("{a} {b}"),
                position: *at,
                counts: false,
            });
        }
    }
    tokens.sort_by_key(|token| token.position);
}

impl DocSource for Documents<'_> {
    fn stamps(&self, space: Space) -> &[u32] {
        self.stamps
            .get(space as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn rendition(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Vec<IndexDoc>> {
        let key = rendition_key(space, ordinal, stamp);
        let Some(rendition) = self
            .store
            .record::<RenditionRecord>(Table::Renditions, &key)?
        else {
            return Ok(Vec::new());
        };
        match space {
            Space::Article => self.article(ordinal, stamp, &rendition),
            Space::Case => self.case(ordinal, stamp, &rendition),
        }
    }
}
