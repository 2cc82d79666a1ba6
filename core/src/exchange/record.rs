//! Records, which an import reads from its sources, and the sink that takes them.

use super::foreign::Adjustment;
use crate::error::Result;
use crate::model::{Actor, ArticleDraft, CaseDraft, Event, FactDraft, LinkDraft, Source};
use crate::time::Timestamp;

/// A record of a source, checked as far as possible without a base.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Record {
    /// A version of an article, with its time if the source states one.
    Article {
        /// The article. `source` is always set, so that importing it again changes nothing.
        draft: Box<ArticleDraft>,
        /// Its `updated`, else its `created`.
        at: Option<Timestamp>,
    },
    /// A fact.
    Fact(FactDraft),
    /// A case and its status changes.
    Case {
        /// The case as opened, with all its notes.
        draft: Box<CaseDraft>,
        /// The status changes (resolved, closed, reopened, waiting, abandoned) in order of time, with derived ids.
        events: Vec<Event>,
    },
    /// A link between a case and an article.
    Link {
        /// The link. Its provenance is `imported` if the source states none.
        draft: LinkDraft,
        /// The time it was made.
        at: Option<Timestamp>,
        /// The actor who made it.
        actor: Option<String>,
    },
    /// An actor.
    Actor(Actor),
    /// An event. Its id is derived from its content if the source states none.
    Event(Box<Event>),
    /// A line of our own export; it enters the log unchanged.
    Logged {
        /// The event.
        event: Box<Event>,
        /// The instant it was recorded at in its original base.
        arrived: Timestamp,
    },
}

/// The effect of taking a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was new.
    Created,
    /// It changed an existing record.
    Updated,
    /// It existed already.
    Unchanged,
}

/// The receiver of records.
pub trait Sink {
    /// Takes one record completely or not at all.
    ///
    /// An error with a code below 300 rejects this record: it is reported and the import continues.
    /// [`crate::ErrorCode::Cancelled`] stops the import. Any other error ends it.
    fn take(&mut self, record: Record) -> Result<Outcome>;

    /// Takes a record of a history, see [`Arrivals::AsDated`](super::Arrivals::AsDated). It arrived at `at`, which is never earlier than in the
    /// previous call. A sink without arrival times ignores `at`.
    fn take_at(&mut self, record: Record, at: Timestamp) -> Result<Outcome> {
        let _ = at;
        self.take(record)
    }

    /// Takes the notes about the record that was taken last: values that were not taken as they stood.
    fn notes(&mut self) -> Vec<Adjustment> {
        Vec::new()
    }

    /// Returns the instant that dates are held against; `None` for a sink without a clock.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// Learns that the page of this source is held back now. A sink that took an article from there before makes it work
    /// in progress, so that readers see it no more, and returns true. A later take shows it again. Fails as
    /// [`Sink::take`] does.
    fn hold_back(&mut self, source: &Source) -> Result<bool> {
        let _ = source;
        Ok(false)
    }
}

impl<F: FnMut(Record) -> Result<Outcome>> Sink for F {
    fn take(&mut self, record: Record) -> Result<Outcome> {
        self(record)
    }
}
