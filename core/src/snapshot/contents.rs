//! The records of a snapshot besides its index and its texts: all inputs of ranking, and nothing
//! else.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::audience::AudienceScheme;
use crate::projection::records::{Contribution, LearnedTerm};
use crate::settings::PolicyRecord;
use crate::state::links::CountedLink;

use super::blocks::TextRef;
use super::info::SnapshotInfo;
use super::pack::{pack, unpack};
use super::records::{ArticleLine, CaseLine};

/// The records. Articles and cases are numbered from 0 in the snapshot, in the order of the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// The ranking policy.
    pub policy: PolicyRecord,
    /// Its hash, which impression tokens contain.
    pub policy_hash: u64,
    /// The labels that are visible to the snapshot's viewers.
    pub audiences: AudienceScheme,
    /// The language of queries and cases.
    pub language: String,
    /// The articles.
    pub articles: Vec<ArticleLine>,
    /// By article: its title, its language, and references to its texts.
    pub pages: Vec<PageHead>,
    /// Ids of articles that were merged into one of these articles.
    pub aliases: Vec<(String, u32)>,
    /// Evidence, already multiplied by the share that its version keeps.
    pub evidence: Vec<Contribution>,
    /// Learned terms without their parties.
    pub learned_terms: Vec<LearnedTerm>,
    /// Past cases.
    pub cases: Vec<CaseLine>,
    /// Links of the past cases to these articles.
    pub links: Vec<(u32, CountedLink)>,
}

/// The head of an article: known before its text is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHead {
    /// The title.
    pub title: String,
    /// The language tag.
    pub language: String,
    /// The reference to its plain text.
    pub plain: TextRef,
    /// The reference to its sections.
    pub body: TextRef,
}

impl Contents {
    /// Encodes and compresses the records.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack(self)
    }

    /// Decodes the records.
    pub fn read(bytes: &[u8]) -> Result<Contents> {
        unpack(bytes, "contents")
    }

    /// Checks that every number refers to an existing record. Otherwise the file was not written by
    /// this library.
    pub fn check(&self, info: &SnapshotInfo) -> Result<()> {
        let (n_articles, n_cases) = (self.articles.len(), self.cases.len());
        let is_article = |ordinal: u32| (ordinal as usize) < n_articles;
        let holds = n_articles == info.articles as usize
            && n_cases == info.cases as usize
            && n_articles == self.pages.len()
            && self.aliases.iter().all(|(_, to)| is_article(*to))
            && self.evidence.iter().all(|row| is_article(row.article))
            && self.learned_terms.iter().all(|row| is_article(row.article))
            && self
                .links
                .iter()
                .all(|(case, link)| (*case as usize) < n_cases && is_article(link.article));
        if holds {
            return Ok(());
        }
        Err(Error::corrupt(
            "the snapshot's records do not belong together",
        ))
    }
}
