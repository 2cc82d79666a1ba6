//! What a snapshot holds beside its index and its texts: everything ranking asks, and nothing else.

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

/// The records. Numbers of articles and cases count from 0 in the snapshot, in the order of the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// The policy.
    pub policy: PolicyRecord,
    /// Its hash, which impressions name.
    pub policy_hash: u64,
    /// The labels that the snapshot's viewers see anything of.
    pub audiences: AudienceScheme,
    /// The language of queries and cases.
    pub language: String,
    /// The articles.
    pub articles: Vec<ArticleLine>,
    /// By article: title, language, and where its text is.
    pub pages: Vec<PageHead>,
    /// Ids of articles that were merged into one of these.
    pub aliases: Vec<(String, u32)>,
    /// Evidence that carries its version's share already.
    pub evidence: Vec<Contribution>,
    /// Lessons without their parties.
    pub learned_terms: Vec<LearnedTerm>,
    /// Past cases.
    pub cases: Vec<CaseLine>,
    /// Their links to these articles.
    pub links: Vec<(u32, CountedLink)>,
}

/// What is shown of an article before its text is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHead {
    /// The title.
    pub title: String,
    /// The language tag.
    pub language: String,
    /// Where its plain text is.
    pub plain: TextRef,
    /// Where its sections are.
    pub body: TextRef,
}

impl Contents {
    /// The compressed bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        pack(self)
    }

    /// Reads them.
    pub fn read(bytes: &[u8]) -> Result<Contents> {
        unpack(bytes, "contents")
    }

    /// Checks that every number names something: what is not so was not made by this library.
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
