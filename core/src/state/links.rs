//! Links from past cases to articles: the effective links, by case.
//!
//! This module counts and does not weigh.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::LinkType;
use crate::projection::records::{LinkKey, LinkRecord};
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// An effective link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountedLink {
    /// The article that was linked; it may have been merged since.
    pub article: u32,
    /// The role of the article in the case.
    pub link: LinkType,
    /// The confidence, in thousandths.
    pub confidence: u16,
    /// The instant of the link.
    pub at: Timestamp,
}

/// The links of all cases, by the case's ordinal.
#[derive(Clone, Debug, Default)]
pub struct Links {
    by_case: Vec<Vec<CountedLink>>,
    /// The number of links of all cases.
    n: u64,
}

impl Links {
    /// Reloads the links of one case.
    pub fn refresh(&mut self, reader: &(impl Reader + ?Sized), case: u32) -> Result<()> {
        let links = Links::read(reader, case)?;
        self.set(case, links);
        Ok(())
    }

    /// Reads the effective links of one case from the store.
    pub fn read(reader: &(impl Reader + ?Sized), case: u32) -> Result<Vec<CountedLink>> {
        let mut links = Vec::new();
        reader.each(Table::Links, &case.to_be_bytes(), &mut |key, value| {
            let key = LinkKey::read(key)?;
            let record: LinkRecord = codec::decode(value, "links")?;
            if record.is_effective() {
                links.push(CountedLink {
                    article: key.article,
                    link: key.link,
                    confidence: record.confidence,
                    at: record.at,
                });
            }
            Ok(true)
        })?;
        Ok(links)
    }

    /// Sets the links of one case.
    pub fn set(&mut self, case: u32, links: Vec<CountedLink>) {
        let case = case as usize;
        if self.by_case.len() <= case {
            self.by_case.resize_with(case + 1, Vec::new);
        }
        if let Some(slot) = self.by_case.get_mut(case) {
            self.n += links.len() as u64;
            self.n -= slot.len() as u64;
            *slot = links;
        }
    }

    /// Returns the number of effective links of all cases.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Returns the approximate memory in bytes.
    pub fn bytes(&self) -> u64 {
        let cases = self.by_case.capacity() * size_of::<Vec<CountedLink>>();
        cases as u64 + self.n * size_of::<CountedLink>() as u64
    }

    /// Returns the links of a case, by article, then by type.
    pub fn of(&self, case: u32) -> &[CountedLink] {
        self.by_case
            .get(case as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}
