//! The records in the rows of the tables, and the keys of those rows. They know no ranking and no index.

pub use super::statements::{
    Contribution, LearnedTerm, Side, SourceId, Statement, When, ledger_row,
};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::audience::{Class, ClassSet};
use crate::model::case::{CaseKind, CaseRelation, CaseStatus, Reuse};
use crate::model::link::{DismissReason, LinkType, Provenance, Verdict};
use crate::model::rendition::{Space, Window};
use crate::model::{
    Change, Confidence, Fact, FlagReason, FreshnessPolicy, Governance, Kind, ProductItem, Relation,
    Role, Scope, Segment, Signal, Source, Suspect,
};
use crate::store::codec::{Hash, Key, KeyReader};
use crate::time::{Day, Timestamp};

/// An article: its states and the number of its current version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleRecord {
    pub id: String,
    pub ordinal: u32,
    /// The stamp of the current rendition; documents of another stamp are dead.
    pub stamp: u32,
    /// The current version, from 1.
    pub version: u32,
    /// The change class of each version; the length of the list is the number of versions.
    pub changes: Vec<Change>,
    pub kind: Kind,
    pub audience: Class,
    pub confidence: Confidence,
    pub governance: Governance,
    pub scope: Scope,
    pub freshness: Option<FreshnessPolicy>,
    pub tags: Vec<String>,
    pub owner: Option<String>,
    pub family: Option<String>,
    pub language: String,
    pub created: Timestamp,
    pub edited: Timestamp,
    pub verified: Option<Timestamp>,
    pub suspect: Option<Suspect>,
    /// Flags of readers that wait for a second voice, earliest first; at most four, of some 120 bytes each.
    pub flags: Vec<WaitingFlag>,
    pub merged_into: Option<String>,
    /// Ordinals of the articles merged into this one, directly or through others.
    pub merged_from: Vec<u32>,
    pub relations: Vec<(Relation, String)>,
    pub source: Option<Source>,
    pub fact: Option<Fact>,
    /// Hash of the draft of the current version; a put with the same hash changes nothing.
    pub content: Hash,
}

/// A flag of a reader that no second voice has confirmed. Flags are ordered by their day, then as events are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WaitingFlag {
    /// The day on which the base heard of it.
    pub day: Day,
    pub at: Timestamp,
    pub event: String,
    /// The hash of a [`SourceId`]; all flags of nobody have one voice.
    pub voice: u64,
    pub reason: FlagReason,
}

/// Bytes a string in a list takes beside its text.
const LISTED: usize = size_of::<String>() + 8;

fn texts(list: &[String]) -> usize {
    list.iter().map(|text| text.len() + LISTED).sum()
}

fn text(text: Option<&String>) -> usize {
    text.map_or(0, String::len)
}

impl ArticleRecord {
    /// Estimate of the memory of the record, in bytes.
    pub fn bytes(&self) -> usize {
        let scope = &self.scope;
        let lists = [
            &self.tags,
            &scope.components,
            &scope.regions,
            &scope.channels,
            &scope.entitlement,
        ];
        let products: usize = scope
            .products
            .iter()
            .map(|product| size_of_val(product) + product.id.len())
            .sum();
        let related: usize = self.relations.iter().map(|(_, id)| id.len() + LISTED).sum();
        let facts = self.fact.as_ref().map_or(0, |fact| {
            fact.subject.len() + fact.predicate.len() + text(fact.source.as_ref())
        });
        let source = self
            .source
            .as_ref()
            .map_or(0, |source| source.system.len() + source.key.len());
        size_of::<ArticleRecord>()
            + self.id.len()
            + self.language.len()
            + self.changes.len()
            + 4 * self.merged_from.len()
            + text(self.owner.as_ref())
            + text(self.family.as_ref())
            + text(self.merged_into.as_ref())
            + lists.into_iter().map(|list| texts(list)).sum::<usize>()
            + products
            + related
            + facts
            + source
            + self
                .flags
                .iter()
                .map(|flag| size_of_val(flag) + flag.event.len())
                .sum::<usize>()
    }
}

/// A version of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionRecord {
    pub title: String,
    pub language: String,
    pub sections: Vec<SectionRecord>,
    /// Hash of the texts of the sections.
    pub text: Hash,
    pub author: Option<String>,
    pub change: Change,
    pub at: Timestamp,
    pub fact: Option<Fact>,
}

/// A section without its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionRecord {
    pub role: Role,
    pub heading: Option<String>,
    pub audience: Option<Class>,
}

/// The rendition of an article or a case under one stamp: the input of the index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RenditionRecord {
    pub version: u32,
    pub restricted: bool,
    pub parts: Vec<RenditionPart>,
}

/// The part of a rendition that one set of classes sees, and the time in which they see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RenditionPart {
    pub classes: ClassSet,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Positions of the sections shown.
    pub sections: Vec<u16>,
}

impl RenditionPart {
    /// Returns the validity window of the part.
    pub fn window(&self) -> Window {
        Window {
            from: self.from,
            to: self.to,
        }
    }
}

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    pub id: String,
    pub ordinal: u32,
    /// Number of renditions; 0 while no text of the case may be indexed.
    pub stamp: u32,
    pub kind: CaseKind,
    pub opened: Timestamp,
    pub channel: Option<String>,
    pub party: Option<String>,
    pub products: Vec<ProductItem>,
    pub session: Option<String>,
    pub entries: Vec<EntryRecord>,
    /// Status changes, by instant, then event id.
    pub history: Vec<StatusChange>,
    pub relations: Vec<(CaseRelation, String)>,
}

/// A note without its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryRecord {
    pub at: Timestamp,
    /// The blob of its text; `position` is the position in the blob's list.
    pub text: Hash,
    pub position: u32,
    pub reuse: Reuse,
    pub author: Option<String>,
}

/// A status change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StatusChange {
    pub at: Timestamp,
    pub event: String,
    pub to: CaseStatus,
    pub first_contact: Option<bool>,
}

impl CaseRecord {
    /// Estimate of the memory of the record, in bytes.
    pub fn bytes(&self) -> usize {
        let products: usize = self
            .products
            .iter()
            .map(|product| size_of_val(product) + product.id.len())
            .sum();
        let entries: usize = self
            .entries
            .iter()
            .map(|entry| size_of_val(entry) + text(entry.author.as_ref()))
            .sum();
        let history: usize = self
            .history
            .iter()
            .map(|change| size_of_val(change) + change.event.len())
            .sum();
        let related: usize = self.relations.iter().map(|(_, id)| id.len() + LISTED).sum();
        let own = [&self.channel, &self.party, &self.session];
        size_of::<CaseRecord>()
            + self.id.len()
            + own.into_iter().map(|own| text(own.as_ref())).sum::<usize>()
            + products
            + entries
            + history
            + related
    }

    /// Returns the current status.
    pub fn status(&self) -> CaseStatus {
        self.history
            .last()
            .map_or(CaseStatus::Open, |change| change.to)
    }

    /// Returns the instant at which a done case became so: the first change of the last unbroken run of resolved and
    /// closed. `None` if the case is not done.
    pub fn done(&self) -> Option<Timestamp> {
        self.history
            .iter()
            .rev()
            .take_while(|change| change.to.is_done())
            .last()
            .map(|change| change.at)
    }

    /// Returns true if the case was resolved in the first contact, by the latest statement; `None` without one.
    pub fn first_contact(&self) -> Option<bool> {
        self.history
            .iter()
            .rev()
            .find_map(|change| change.first_contact)
    }

    /// Returns the instants at which the case was reopened within `within_ms` of becoming done.
    pub fn came_back(&self, within_ms: i64) -> Vec<Timestamp> {
        let mut done = None;
        let mut back = Vec::new();
        for change in &self.history {
            if change.to.is_done() {
                done = done.or(Some(change.at));
            } else {
                if change.to == CaseStatus::Reopened
                    && done.is_some_and(|at| change.at.since(at) <= within_ms)
                {
                    back.push(change.at);
                }
                done = None;
            }
        }
        back
    }
}

/// A link. Its effective state is that of the greatest (`at`, `event`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// The version of the article that was linked; the evidence of the link stays with this version.
    pub version: u32,
    pub provenance: Provenance,
    /// In thousandths.
    pub confidence: u16,
    pub at: Timestamp,
    pub event: String,
    pub actor: Option<String>,
    pub reason: Option<DismissReason>,
    pub retracted: Option<Timestamp>,
    pub verdict: Option<Verdict>,
    pub verdict_at: Option<(Timestamp, String)>,
}

impl LinkRecord {
    /// Returns true if the link counts: neither retracted nor rejected.
    pub fn is_effective(&self) -> bool {
        self.retracted.is_none() && self.verdict != Some(Verdict::Rejected)
    }
}

/// The key of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkKey {
    pub case: u32,
    pub article: u32,
    pub link: LinkType,
}

impl LinkKey {
    /// Encodes the key in `Links`.
    pub fn forth(self) -> Vec<u8> {
        Key::new()
            .u32(self.case)
            .u32(self.article)
            .u8(self.link as u8)
            .0
    }

    /// Encodes the key in `LinksBack`.
    pub fn back(self) -> Vec<u8> {
        Key::new()
            .u32(self.article)
            .u32(self.case)
            .u8(self.link as u8)
            .0
    }

    /// Decodes a key of `Links`.
    pub fn read(key: &[u8]) -> Result<LinkKey> {
        let mut key = KeyReader(key);
        let (case, article, link) = (key.u32()?, key.u32()?, key.u8()?);
        let link = LinkType::ALL
            .get(usize::from(link))
            .copied()
            .ok_or_else(|| Error::corrupt("unknown link type"))?;
        Ok(LinkKey {
            case,
            article,
            link,
        })
    }

    /// Decodes a key of `LinksBack`.
    pub fn read_back(key: &[u8]) -> Result<LinkKey> {
        LinkKey::read(key).map(|k| LinkKey {
            case: k.article,
            article: k.case,
            link: k.link,
        })
    }
}

/// A session: the events of a visit by instant, then event id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    pub party: Option<String>,
    pub events: Vec<SessionEvent>,
}

/// One event of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionEvent {
    pub at: Timestamp,
    pub event: String,
    /// The customer named by the event. It is kept for each event, because an event about a hidden article must not
    /// identify the visitor in evidence that others see.
    pub party: Option<String>,
    pub segment: Segment,
    pub did: SessionAction,
    /// The arrival of an event out of a page, which may date its events as it likes; `None` for events of the host.
    pub arrived: Option<Timestamp>,
}

impl SessionEvent {
    /// Returns the article of the event.
    pub fn article(&self) -> Option<u32> {
        match &self.did {
            SessionAction::Read(article, _)
            | SessionAction::Bounced(article, _)
            | SessionAction::Said(article, _) => Some(*article),
            SessionAction::Searched(_) | SessionAction::Case(_) => None,
        }
    }
}

/// The action of a session event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SessionAction {
    /// A query was issued.
    Searched(String),
    /// An article was opened, in this version.
    Read(u32, u32),
    /// The reader returned to the list within five seconds.
    Bounced(u32, u32),
    /// The reader said that the article solved the need (true) or not (false).
    Said(u32, bool),
    /// A case was opened.
    Case(u32),
}

/// The kind of a vote. A voter has one effective vote per kind, version and window (I5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VoteKind {
    /// Rating, solved, did not solve.
    Rating = 0,
    /// Flag.
    Flag = 1,
    /// Copy.
    Copy = 2,
}

/// A vote. Its effective value is that of the greatest (`at`, `event`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoteRecord {
    pub at: Timestamp,
    pub event: String,
    pub segment: Segment,
    /// Signals with their amounts, in thousandths.
    pub amounts: Vec<(Signal, i64)>,
}

/// The kinds of rows of `Parties`, with the byte that stands for each in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PartyRow {
    Case = b'c',
    Session = b's',
}

/// The beginning of the keys of `Parties` for the cases, or the sessions, of a customer on one day. A look-up around an
/// instant costs in proportion to the days around it, not to all that the customer ever did.
pub fn party_day_key(party: &str, row: PartyRow, day: Day) -> Key {
    Key::new().text(party).u8(row as u8).i32(day.0)
}

/// Encodes the key of a rendition.
pub fn rendition_key(space: Space, ordinal: u32, stamp: u32) -> Vec<u8> {
    Key::new().u8(space as u8).u32(ordinal).u32(stamp).0
}

/// Encodes the key of a version.
pub fn version_key(ordinal: u32, number: u32) -> Vec<u8> {
    Key::new().u32(ordinal).u32(number).0
}
