//! The data that leaves a page: readers' events, and the handoff of a need that self-service did not
//! meet.
//!
//! Both are plain data with a JSON form. A base merges a batch exactly once, because each event has an
//! id. A handoff becomes a case.

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::event_kind::EventKind;
use super::product::ProductItem;
use crate::codec::named_enum::named_enum;
use crate::time::Timestamp;

/// Events for the base that produced the snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventBatch<W = EventKind> {
    /// The base, in the form of [`crate::SnapshotInfo::base`]: 16 hexadecimal digits.
    pub base: String,
    /// The events. Each has an id; the same id twice counts once.
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
    /// The outcome of an opened article.
    TriedOutcome("outcome") {
        /// The reader said that it solved the problem.
        Solved = "solved",
        /// The reader said that it did not.
        DidNotSolve = "did-not-solve",
        /// The reader said nothing, and may have found the answer or given up.
        Unsaid = "unsaid",
    }
}

named_enum! {
    /// The origin of a customer's text.
    TextOrigin("origin of words") {
        /// Typed as a search query.
        Query = "query",
        /// Written to the company as a message.
        Message = "message",
    }
}

/// A text in the customer's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerText {
    /// The instant at which it was written.
    pub at: Timestamp,
    /// The origin of the text.
    pub from: TextOrigin,
    /// The text as typed.
    pub text: String,
}

/// An article that the reader opened or gave feedback on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// The id of the article.
    pub article: String,
    /// The instant of its first use.
    pub at: Timestamp,
    /// The last statement of the reader about it.
    pub came: TriedOutcome,
}

/// A need that self-service did not meet, with the reader's actions so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handoff<W = EventKind> {
    /// The session.
    pub session: String,
    /// The instant of the handoff.
    pub at: Timestamp,
    /// The audience label of the visitor.
    pub audience: String,
    /// The customer, if known.
    #[serde(default)]
    pub party: Option<String>,
    /// The channel: web, app, chat...
    #[serde(default)]
    pub channel: Option<String>,
    /// The products in question.
    #[serde(default)]
    pub products: Vec<ProductItem>,
    /// The customer's own texts, in order of time.
    pub words: Vec<CustomerText>,
    /// The articles shown, in the order of their first display.
    pub shown: Vec<String>,
    /// The articles opened, in order of time.
    pub tried: Vec<Tried>,
    /// The articles that suggestions should omit: the customer said that they did not solve the problem.
    pub leave_out: Vec<String>,
    /// All events of the visit. Events that were merged before count once.
    pub batch: EventBatch<W>,
}

/// The outcome of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VisitOutcome {
    /// The visitor named the article that solved the problem.
    Solved {
        /// The id of the article.
        article: String,
    },
    /// The visit was handed over.
    HandedOver {},
    /// The visitor left without feedback, or is still active.
    Silent {},
}
