//! Records: the things an import reads, and the sink that takes them.

use crate::error::Result;
use crate::model::{Actor, ArticleDraft, CaseDraft, Event, FactDraft, LinkDraft};
use crate::time::Timestamp;

/// One thing read from a source, already checked as far as that is possible without a base.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Record {
    /// An article, and when this version was written if the source says so.
    Article {
        /// The article; `source` is always set, so that importing it again changes nothing.
        draft: Box<ArticleDraft>,
        /// Its `updated`, else its `created`.
        at: Option<Timestamp>,
    },
    /// A fact.
    Fact(FactDraft),
    /// A case and what became of it.
    Case {
        /// The case as it was opened, with all its notes.
        draft: Box<CaseDraft>,
        /// Resolved, closed, reopened, waiting, abandoned: in order of time, with derived ids.
        events: Vec<Event>,
    },
    /// A link of a case and an article.
    Link {
        /// The link; its provenance is `imported` where the source names none.
        draft: LinkDraft,
        /// When it was made.
        at: Option<Timestamp>,
        /// Who made it.
        actor: Option<String>,
    },
    /// Somebody known by id.
    Actor(Actor),
    /// Something that happened; its id is derived from its content where the source gives none.
    Event(Box<Event>),
    /// A line of our own export: to be put into the log as it is.
    Logged {
        /// The event.
        event: Box<Event>,
        /// When it was recorded in the base it came from.
        arrived: Timestamp,
    },
}

/// What taking a record did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was new.
    Created,
    /// It changed something that was there.
    Updated,
    /// It was there already.
    Unchanged,
}

/// Where records go.
pub trait Sink {
    /// Takes one record, wholly or not at all.
    ///
    /// An error with a code below 300 refuses this record: it is reported and the import goes on.
    /// [`crate::ErrorCode::Cancelled`] stops the import. Any other error ends it.
    fn take(&mut self, record: Record) -> Result<Outcome>;

    /// The same for a record of a history, see [`Arrivals::AsDated`]: it arrived at `at`, which never
    /// lies before that of the call in front. A sink that keeps no time takes it as any other.
    fn take_at(&mut self, record: Record, at: Timestamp) -> Result<Outcome> {
        let _ = at;
        self.take(record)
    }
}

impl<F: FnMut(Record) -> Result<Outcome>> Sink for F {
    fn take(&mut self, record: Record) -> Result<Outcome> {
        self(record)
    }
}
