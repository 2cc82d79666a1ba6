//! What leaves a page: what readers did, and a need that self-service did not meet.
//!
//! Both are plain data with a text form in JSON. A batch is taken into the base exactly once, since each
//! event has an id; a handoff becomes a case.

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::event_kind::EventKind;
use super::product::ProductItem;
use crate::codec::named_enum::named_enum;
use crate::time::Timestamp;

/// Events on their way to the base their answers came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventBatch<W = EventKind> {
    /// The base, as [`crate::SnapshotInfo::base`] names it: 16 hexadecimal digits.
    pub base: String,
    /// What was done. Each event has an id: the same id twice counts once.
    pub events: Vec<Event<W>>,
}

impl<W> Default for EventBatch<W> {
    fn default() -> EventBatch<W> {
        EventBatch {
            base: String::new(),
            events: Vec::new(),
        }
    }
}

named_enum! {
    /// What came of an article that was opened.
    TriedOutcome("outcome") {
        /// The reader said that it solved the problem.
        Solved = "solved",
        /// The reader said that it did not.
        DidNotSolve = "did-not-solve",
        /// Nothing was said. Whoever leaves in silence may have found the answer, or given up.
        Unsaid = "unsaid",
    }
}

named_enum! {
    /// Where words of a customer come from.
    TextOrigin("origin of words") {
        /// Typed to search.
        Query = "query",
        /// Written to the company.
        Message = "message",
    }
}

/// Words of the customer's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerText {
    /// When.
    pub at: Timestamp,
    /// Where they come from.
    pub from: TextOrigin,
    /// As they were typed.
    pub text: String,
}

/// An article that was opened or spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// The article.
    pub article: String,
    /// When, for the first time.
    pub at: Timestamp,
    /// What was last said of it.
    pub came: TriedOutcome,
}

/// A need that self-service did not meet, with what was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handoff<W = EventKind> {
    /// The visit.
    pub session: String,
    /// When it was handed over.
    pub at: Timestamp,
    /// The label that the visitor looked as.
    pub audience: String,
    /// Who it is, if that is known.
    #[serde(default)]
    pub party: Option<String>,
    /// web, app, chat...
    #[serde(default)]
    pub channel: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub products: Vec<ProductItem>,
    /// The customer's own words, in order of time.
    pub words: Vec<CustomerText>,
    /// The articles that were shown, in the order in which they first were.
    pub shown: Vec<String>,
    /// The articles that were opened, in order of time.
    pub tried: Vec<Tried>,
    /// The articles not to suggest again: those of which the customer said that they did not solve it.
    pub leave_out: Vec<String>,
    /// Everything that was done in the visit. What was taken in before counts once.
    pub batch: EventBatch<W>,
}

/// What came of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VisitOutcome {
    /// The visitor said which article solved the problem.
    Solved {
        /// The article.
        article: String,
    },
    /// It was handed over.
    HandedOver {},
    /// The visitor left in silence, or is still there.
    Silent {},
}
