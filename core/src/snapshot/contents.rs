//! What a snapshot holds beside its index and its texts: everything ranking asks, and nothing else.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::record;
use crate::error::{Error, ErrorCode, Result};
use crate::model::audience::AudienceScheme;
use crate::projection::records::{Contribution, Lesson};
use crate::settings::PolicyRecord;
use crate::state::links::CountedLink;

use super::SnapshotInfo;
use super::blocks::Place;
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
    pub lessons: Vec<Lesson>,
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
    pub plain: Place,
    /// Where its sections are.
    pub body: Place,
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
            && self.lessons.iter().all(|row| is_article(row.article))
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

/// Bytes of a record.
pub fn written(record: &impl Serialize) -> Result<Vec<u8>> {
    record::bytes(record)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "a snapshot cannot be written", e))
}

/// Compressed bytes of a record.
pub fn pack(record: &impl Serialize) -> Result<Vec<u8>> {
    let plain = written(record)?;
    if u32::try_from(plain.len()).is_err() {
        let limit = u32::MAX as usize;
        return Err(Error::too_large(
            "snapshot",
            plain.len(),
            limit,
            "bytes in a part",
        ));
    }
    Ok(lz4_flex::compress_prepend_size(&plain))
}

/// The record of compressed bytes, which were compared with their digest.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T> {
    // LZ4 makes 255 bytes of one at most: a length beyond that is no reason to ask for so much memory.
    let claimed = bytes
        .first_chunk()
        .map(|len| u32::from_le_bytes(*len) as usize);
    if claimed.is_none_or(|len| len / 256 > bytes.len()) {
        return Err(Error::corrupt(format!(
            "the snapshot's {what} do not unpack"
        )));
    }
    let plain = lz4_flex::decompress_size_prepended(bytes)
        .map_err(|e| Error::corrupt(format!("the snapshot's {what} do not unpack: {e}")))?;
    record::read(&plain)
        .map_err(|e| Error::corrupt(format!("the snapshot's {what} do not read: {e}")))
}
