//! The catalog: the state of each article and past case, in memory, by ordinal.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Result;
use crate::model::freshness::FreshnessFacts;
use crate::projection::records::{ArticleRecord, CaseRecord};
use crate::rank::{carry, freshness};
use crate::settings::RankPolicy;
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;

/// The articles and cases of a base.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    articles: Vec<Option<Arc<ArticleRecord>>>,
    cases: Vec<Option<Arc<CaseRecord>>>,
    ordinals: HashMap<String, u32>,
    /// Bytes of all records and ids.
    bytes: u64,
}

/// Overhead of a record in bytes: its slot and the two counters of its `Arc`.
const RECORD_OVERHEAD: usize = 24;

/// Overhead of an id in the map besides its text, with the map three quarters full.
const ID_OVERHEAD: usize = 48;

impl Catalog {
    /// Loads all articles and cases.
    pub fn load(reader: &(impl Reader + ?Sized)) -> Result<Catalog> {
        let mut catalog = Catalog::default();
        reader.each(Table::Articles, &[], &mut |_, value| {
            catalog.set_article(codec::decode(value, "articles")?);
            Ok(true)
        })?;
        reader.each(Table::Cases, &[], &mut |_, value| {
            catalog.set_case(codec::decode(value, "cases")?);
            Ok(true)
        })?;
        Ok(catalog)
    }

    /// Sets the state of an article.
    pub fn set_article(&mut self, record: ArticleRecord) {
        let at = record.ordinal as usize;
        if self.articles.len() <= at {
            self.articles.resize(at + 1, None);
        }
        if !self.ordinals.contains_key(&record.id) {
            self.bytes += (record.id.len() + ID_OVERHEAD) as u64;
            self.ordinals.insert(record.id.clone(), record.ordinal);
        }
        if let Some(slot) = self.articles.get_mut(at) {
            let before = slot
                .as_ref()
                .map_or(0, |record| record.bytes() + RECORD_OVERHEAD);
            self.bytes += (record.bytes() + RECORD_OVERHEAD) as u64;
            self.bytes -= before as u64;
            *slot = Some(Arc::new(record));
        }
    }

    /// Maps another id to an article.
    pub fn set_alias(&mut self, id: String, ordinal: u32) {
        self.bytes += (id.len() + ID_OVERHEAD) as u64;
        self.ordinals.insert(id, ordinal);
    }

    /// Returns all cases, by ordinal.
    pub fn cases(&self) -> impl Iterator<Item = &CaseRecord> {
        self.cases.iter().filter_map(|slot| slot.as_deref())
    }

    /// Sets the state of a case.
    pub fn set_case(&mut self, record: CaseRecord) {
        let at = record.ordinal as usize;
        if self.cases.len() <= at {
            self.cases.resize(at + 1, None);
        }
        if let Some(slot) = self.cases.get_mut(at) {
            let before = slot
                .as_ref()
                .map_or(0, |record| record.bytes() + RECORD_OVERHEAD);
            self.bytes += (record.bytes() + RECORD_OVERHEAD) as u64;
            self.bytes -= before as u64;
            *slot = Some(Arc::new(record));
        }
    }

    /// Returns the article with an ordinal.
    pub fn article(&self, ordinal: u32) -> Option<&ArticleRecord> {
        self.articles.get(ordinal as usize)?.as_deref()
    }

    /// Returns the case with an ordinal.
    pub fn case(&self, ordinal: u32) -> Option<&CaseRecord> {
        self.cases.get(ordinal as usize)?.as_deref()
    }

    /// Returns the ordinal of an article id.
    pub fn ordinal(&self, id: &str) -> Option<u32> {
        self.ordinals.get(id).copied()
    }

    /// Returns all articles, by ordinal.
    pub fn articles(&self) -> impl Iterator<Item = &ArticleRecord> {
        self.articles.iter().filter_map(|slot| slot.as_deref())
    }

    /// Returns the number of articles ever put; ordinals are below it.
    pub fn n_articles(&self) -> usize {
        self.articles.len()
    }

    /// Returns the approximate memory in bytes, from a running sum.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the current stamps of articles and of cases, by ordinal.
    pub fn stamps(&self) -> [Vec<u32>; 2] {
        [
            self.articles
                .iter()
                .map(|slot| slot.as_ref().map_or(0, |record| record.stamp))
                .collect(),
            self.cases
                .iter()
                .map(|slot| slot.as_ref().map_or(0, |record| record.stamp))
                .collect(),
        ]
    }

    /// Returns the ordinal of the article that an article was merged into, or its own.
    pub fn merge_target(&self, ordinal: u32) -> u32 {
        self.article(ordinal)
            .and_then(|record| record.merged_into.as_deref())
            .and_then(|id| self.ordinal(id))
            .unwrap_or(ordinal)
    }
}

impl ArticleRecord {
    /// Returns the inputs of the article's freshness.
    pub fn freshness_facts(&self, policy: &RankPolicy) -> FreshnessFacts<'_> {
        FreshnessFacts {
            id: &self.id,
            policy: freshness::policy_of(policy, self.kind, self.freshness),
            edited: self.edited,
            verified: self.verified,
            valid_to: self.scope.valid_to,
            suspect: self.suspect.as_ref(),
        }
    }

    /// Returns the share, in 1/65536, of the evidence of `version` that the current version keeps.
    pub fn carry(&self, policy: &RankPolicy, version: u32) -> u32 {
        carry::share(policy, &self.changes, version, self.version)
    }
}
