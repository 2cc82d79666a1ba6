//! Which past cases lead to which articles: the links that count, by case.
//!
//! It counts; it does not weigh.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::LinkType;
use crate::projection::records::{LinkKey, LinkRecord};
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// A link that counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountedLink {
    /// The article, as it was named.
    pub article: u32,
    /// What it was to the case.
    pub link: LinkType,
    /// Thousandths.
    pub confidence: u16,
    /// When that was said.
    pub at: Timestamp,
}

/// The links of all cases, by ordinal.
#[derive(Clone, Debug, Default)]
pub struct Links {
    by_case: Vec<Vec<CountedLink>>,
    /// Links of all cases.
    n: u64,
}

impl Links {
    /// Reads the links of one case anew.
    pub fn refresh(&mut self, reader: &(impl Reader + ?Sized), case: u32) -> Result<()> {
        let links = Links::read(reader, case)?;
        self.set(case, links);
        Ok(())
    }

    /// What the store says of one case.
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

    /// Takes what was read of one case.
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

    /// Links that count, of all cases.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Bytes of memory, about.
    pub fn bytes(&self) -> u64 {
        let cases = self.by_case.capacity() * size_of::<Vec<CountedLink>>();
        cases as u64 + self.n * size_of::<CountedLink>() as u64
    }

    /// The links of a case, by article, then type.
    pub fn of(&self, case: u32) -> &[CountedLink] {
        self.by_case
            .get(case as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}
