//! Links from past cases to articles: the effective links, by case, and the verdicts on the actors who made them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{LinkType, Verdict};
use crate::projection::records::{LinkKey, LinkRecord, SourceId};
use crate::rank::case_evidence::audited;
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

/// The links of one case.
#[derive(Clone, Debug, Default)]
pub struct CaseLinks {
    /// The effective links, by article, then by type.
    pub links: Vec<CountedLink>,
    /// The people behind them; absent if none is named. A snapshot has none.
    people: Option<Box<People>>,
    /// True if a search can find the case, so that its links are among those counted by article.
    is_found: bool,
}

/// The people behind the links of a case.
#[derive(Clone, Debug, Default)]
struct People {
    /// The hash of the actor of each effective link; 0 for nobody.
    actors: Vec<u64>,
    /// The judged links, with those that are rejected: the hash of the actor, and true for confirmed.
    judged: Vec<(u64, bool)>,
}

impl CaseLinks {
    /// The links of a case that a search can find, without the people behind them.
    pub fn nameless(links: Vec<CountedLink>) -> CaseLinks {
        CaseLinks {
            links,
            people: None,
            is_found: true,
        }
    }

    fn judged(&self) -> &[(u64, bool)] {
        self.people.as_ref().map_or(&[], |people| &people.judged)
    }

    fn bytes(&self) -> usize {
        let people = self.people.as_ref().map_or(0, |people| {
            size_of::<People>()
                + people.actors.len() * size_of::<u64>()
                + people.judged.len() * size_of::<(u64, bool)>()
        });
        self.links.len() * size_of::<CountedLink>() + people
    }
}

/// The links of all cases, by the case's ordinal.
#[derive(Clone, Debug, Default)]
pub struct Links {
    by_case: Vec<CaseLinks>,
    /// The number of links of all cases.
    n: u64,
    /// Bytes of the links of all cases and the people behind them.
    bytes: u64,
    /// By hash of an actor, 16 bytes each: confirmed and rejected links.
    verdicts: HashMap<u64, [u32; 2]>,
    /// By article, 8 bytes each: links against it and for it, from cases that a search can find.
    by_article: Vec<[u32; 2]>,
}

/// Returns the side of a link: true for the article, false against it, `None` for neither.
pub fn side(link: LinkType) -> Option<bool> {
    match link {
        LinkType::Resolved | LinkType::Helped => Some(true),
        LinkType::TriedFailed | LinkType::Dismissed => Some(false),
        _ => None,
    }
}

impl Links {
    /// Reads the links of one case from the store. `is_found` is true if a search can find the case.
    pub fn read(reader: &(impl Reader + ?Sized), case: u32, is_found: bool) -> Result<CaseLinks> {
        let mut links = Vec::new();
        let mut people = People::default();
        reader.each(Table::Links, &case.to_be_bytes(), &mut |key, value| {
            let key = LinkKey::read(key)?;
            let record: LinkRecord = codec::decode(value, "links")?;
            let actor = record.actor.as_deref().map(|id| SourceId::Actor(id).hash());
            if let (Some(actor), Some(verdict)) = (actor, record.verdict) {
                people.judged.push((actor, verdict == Verdict::Confirmed));
            }
            if record.is_effective() {
                people.actors.push(actor.unwrap_or(0));
                links.push(CountedLink {
                    article: key.article,
                    link: key.link,
                    confidence: record.confidence,
                    at: record.at,
                });
            }
            Ok(true)
        })?;
        let is_named = !people.judged.is_empty() || people.actors.iter().any(|actor| *actor != 0);
        Ok(CaseLinks {
            links,
            people: is_named.then(|| Box::new(people)),
            is_found,
        })
    }

    /// Sets the links of one case.
    pub fn set(&mut self, case: u32, new: CaseLinks) {
        let case = case as usize;
        if self.by_case.len() <= case {
            self.by_case.resize_with(case + 1, CaseLinks::default);
        }
        self.count(&new, 1);
        if let Some(slot) = self.by_case.get_mut(case) {
            let old = std::mem::replace(slot, new);
            self.count(&old, -1);
        }
    }

    fn count(&mut self, of: &CaseLinks, sign: i32) {
        let (n, bytes) = (of.links.len() as i64, of.bytes() as i64);
        self.n = self.n.saturating_add_signed(n * i64::from(sign));
        self.bytes = self.bytes.saturating_add_signed(bytes * i64::from(sign));
        for (actor, is_confirmed) in of.judged() {
            let [confirmed, rejected] = self.verdicts.entry(*actor).or_default();
            let sum = if *is_confirmed { confirmed } else { rejected };
            *sum = sum.saturating_add_signed(sign);
        }
        for link in of.links.iter().filter(|_| of.is_found) {
            let (article, Some(is_for)) = (link.article as usize, side(link.link)) else {
                continue;
            };
            if self.by_article.len() <= article {
                self.by_article.resize(article + 1, [0; 2]);
            }
            if let Some([against, all_for]) = self.by_article.get_mut(article) {
                let sum = if is_for { all_for } else { against };
                *sum = sum.saturating_add_signed(sign);
            }
        }
    }

    /// Returns the number of links for an article, or against it, from cases that a search can find.
    pub fn about(&self, article: u32, is_for: bool) -> u32 {
        let counts = self.by_article.get(article as usize).copied();
        let [against, all_for] = counts.unwrap_or_default();
        if is_for { all_for } else { against }
    }

    /// Returns the number of effective links of all cases.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Returns the approximate memory in bytes.
    pub fn bytes(&self) -> u64 {
        let cases = self.by_case.capacity() * size_of::<CaseLinks>();
        let counts = self.by_article.capacity() * size_of::<[u32; 2]>();
        let verdicts = self.verdicts.capacity() * size_of::<(u64, [u32; 2])>();
        (cases + counts + verdicts) as u64 + self.bytes
    }

    /// Returns the links of a case with the confidence they were made with, by article, then by type.
    pub fn of(&self, case: u32) -> &[CountedLink] {
        self.by_case
            .get(case as usize)
            .map(|of| of.links.as_slice())
            .unwrap_or_default()
    }

    /// Returns the links of a case, each with its confidence times the audited accuracy of the actor who made it.
    pub fn weighed(&self, case: u32) -> impl Iterator<Item = CountedLink> {
        let of = self.by_case.get(case as usize);
        let people = of.and_then(|of| of.people.as_deref());
        self.of(case).iter().enumerate().map(move |(at, link)| {
            let actor = people.and_then(|people| people.actors.get(at));
            let verdicts = actor.and_then(|actor| self.verdicts.get(actor));
            CountedLink {
                confidence: audited(link.confidence, verdicts.copied().unwrap_or_default()),
                ..*link
            }
        })
    }
}
