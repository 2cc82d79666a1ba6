//! The records of articles and cases in a snapshot, without people, systems and hidden articles.

use serde::{Deserialize, Serialize};

use crate::model::audience::Class;
use crate::model::case::CaseKind;
use crate::model::{
    Change, Confidence, Fact, FlagReason, FreshnessPolicy, Governance, Kind, ProductItem, Relation,
    Scope, Suspect,
};
use crate::projection::records::{ArticleRecord, CaseRecord};
use crate::time::Timestamp;

/// An article as the viewers of the snapshot may know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleLine {
    id: String,
    version: u32,
    /// The change class of the current version. Evidence already contains the shares for earlier versions.
    change: Option<Change>,
    kind: Kind,
    audience: Class,
    confidence: Confidence,
    scope: Scope,
    freshness: Option<FreshnessPolicy>,
    tags: Vec<String>,
    language: String,
    created: Timestamp,
    edited: Timestamp,
    verified: Option<Timestamp>,
    suspect: Option<(FlagReason, Timestamp)>,
    relations: Vec<(Relation, String)>,
    fact: Option<FactLine>,
}

/// Subject, predicate, instant of truth and instant of expiry.
type FactLine = (String, String, Timestamp, Option<Timestamp>);

impl ArticleLine {
    /// Converts a record. `class` is the number of its label in the snapshot; `shown` tests if an article id is in
    /// the snapshot.
    pub fn of(record: &ArticleRecord, class: Class, shown: &dyn Fn(&str) -> bool) -> ArticleLine {
        let relations = record.relations.iter().filter(|(_, id)| shown(id));
        let fact = record.fact.as_ref();
        ArticleLine {
            id: record.id.clone(),
            version: record.version,
            change: record.changes.last().copied(),
            kind: record.kind,
            audience: class,
            confidence: record.confidence,
            scope: record.scope.clone(),
            freshness: record.freshness,
            tags: record.tags.clone(),
            language: record.language.clone(),
            created: record.created,
            edited: record.edited,
            verified: record.verified,
            suspect: record.suspect.as_ref().map(|one| (one.reason, one.since)),
            relations: relations.cloned().collect(),
            fact: fact.map(|fact| {
                let (subject, predicate) = (fact.subject.clone(), fact.predicate.clone());
                (subject, predicate, fact.as_of, fact.expires)
            }),
        }
    }

    /// Converts back to a record, under the article's number in the snapshot.
    pub fn record(self, ordinal: u32) -> ArticleRecord {
        ArticleRecord {
            id: self.id,
            ordinal,
            stamp: 1,
            version: self.version,
            changes: self.change.into_iter().collect(),
            kind: self.kind,
            audience: self.audience,
            confidence: self.confidence,
            governance: Governance::Open,
            scope: self.scope,
            freshness: self.freshness,
            tags: self.tags,
            owner: None,
            family: None,
            language: self.language,
            created: self.created,
            edited: self.edited,
            verified: self.verified,
            flags: Vec::new(),
            suspect: self.suspect.map(|(reason, since)| Suspect {
                reason,
                since,
                event: String::new(),
            }),
            merged_into: None,
            merged_from: Vec::new(),
            relations: self.relations,
            source: None,
            fact: self.fact.map(|(subject, predicate, as_of, expires)| Fact {
                subject,
                predicate,
                as_of,
                expires,
                source: None,
            }),
            content: [0; 16],
        }
    }
}

/// A past case, without texts and people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseLine {
    id: String,
    kind: CaseKind,
    opened: Timestamp,
    products: Vec<ProductItem>,
}

impl CaseLine {
    /// Converts a record.
    pub fn of(record: &CaseRecord) -> CaseLine {
        CaseLine {
            id: record.id.clone(),
            kind: record.kind,
            opened: record.opened,
            products: record.products.clone(),
        }
    }

    /// Converts back to a record, under the case's number in the snapshot.
    pub fn record(self, ordinal: u32) -> CaseRecord {
        CaseRecord {
            id: self.id,
            ordinal,
            stamp: 1,
            kind: self.kind,
            opened: self.opened,
            channel: None,
            party: None,
            products: self.products,
            session: None,
            entries: Vec::new(),
            history: Vec::new(),
            relations: Vec::new(),
        }
    }
}
