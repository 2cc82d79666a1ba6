//! Events: every change of a base is one. The log of events is the truth.
//!
//! Events are JSON in the log and in exports, under the schema number [`SCHEMA`]. Fields may be added with a default;
//! none is renamed or reused.

use serde::{Deserialize, Serialize};

use super::event_kind::{EventKind, Feedback};
use super::validate;
use crate::error::Result;
use crate::time::Timestamp;

/// The number of this schema. It is raised when a field changes its meaning.
pub const SCHEMA: u8 = 1;

/// One event, of any kind or of the kinds that a page may record ([`super::Feedback`]). The same id twice counts
/// once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event<W = EventKind> {
    /// The id: from the host, or generated from the seed of the base and the event's position.
    #[serde(default)]
    pub id: String,
    /// The instant at which it happened, possibly before it was recorded.
    pub at: Timestamp,
    /// The id of the actor, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The customer: an account or person id of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The session it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The case it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The audience label of the person who caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The kind of event, with its members.
    #[serde(flatten)]
    pub what: W,
}

impl<W> Event<W> {
    /// Creates an event without an id, actor or other details.
    pub fn new(at: Timestamp, what: W) -> Event<W> {
        Event {
            id: String::new(),
            at,
            actor: None,
            party: None,
            session: None,
            case: None,
            channel: None,
            audience: None,
            what,
        }
    }

    /// Sets the id, so that recording the event again changes nothing.
    pub fn id(mut self, id: impl Into<String>) -> Event<W> {
        self.id = id.into();
        self
    }

    /// Sets the actor.
    pub fn by(mut self, actor: impl Into<String>) -> Event<W> {
        self.actor = Some(actor.into());
        self
    }

    /// Sets the customer.
    pub fn party(mut self, party: impl Into<String>) -> Event<W> {
        self.party = Some(party.into());
        self
    }

    /// Sets the session it belongs to.
    pub fn session(mut self, session: impl Into<String>) -> Event<W> {
        self.session = Some(session.into());
        self
    }

    /// Sets the case it belongs to.
    pub fn case(mut self, case: impl Into<String>) -> Event<W> {
        self.case = Some(case.into());
        self
    }

    /// Sets the audience label of the person who caused it.
    pub fn audience(mut self, label: impl Into<String>) -> Event<W> {
        self.audience = Some(label.into());
        self
    }

    /// Converts the kind into another enum.
    pub(crate) fn map<V>(self, into: impl FnOnce(W) -> V) -> Event<V> {
        Event {
            id: self.id,
            at: self.at,
            actor: self.actor,
            party: self.party,
            session: self.session,
            case: self.case,
            channel: self.channel,
            audience: self.audience,
            what: into(self.what),
        }
    }

    /// Checks everything except the kind.
    pub(super) fn check_about(&self) -> Result<()> {
        if !self.id.is_empty() {
            validate::id("event.id", &self.id)?;
        }
        validate::optional_id("event.actor", self.actor.as_deref())?;
        validate::optional_id("event.party", self.party.as_deref())?;
        validate::optional_id("event.session", self.session.as_deref())?;
        validate::optional_id("event.case", self.case.as_deref())?;
        for (field, label) in [
            ("event.channel", &self.channel),
            ("event.audience", &self.audience),
        ] {
            if let Some(label) = label {
                validate::label(field, label)?;
            }
        }
        Ok(())
    }
}

impl Event {
    /// Returns the article it refers to, if any.
    pub fn article(&self) -> Option<&str> {
        self.what.article()
    }

    /// Returns true if it is durable when acknowledged, see [`EventKind::is_durable`].
    pub fn is_durable(&self) -> bool {
        self.what.is_durable()
    }

    /// Checks everything that needs no base.
    pub fn check(&self) -> Result<()> {
        self.check_about()?;
        // A put reports errors under the field names of its article.
        if let (Some(article), false) = (self.article(), matches!(self.what, EventKind::Put { .. }))
        {
            validate::id("event.article", article)?;
        }
        self.what.check()
    }

    /// Checks that neither its instant nor a date of its article, fact or case lies more than a day ahead. What lies in
    /// the future would count undecayed, and stay fresh, until its day comes.
    pub(crate) fn check_dates(&self, now: Timestamp) -> Result<()> {
        match &self.what {
            EventKind::Put { article, .. } => article.check_dates(now)?,
            EventKind::FactSet { fact } => validate::not_ahead("fact.as_of", fact.as_of, now)?,
            EventKind::CaseOpened { case } => case.check_dates(now)?,
            EventKind::CaseNoted { entry } => entry.check_dates(now)?,
            _ => {}
        }
        validate::not_ahead("event.at", self.at, now)
    }
}

impl Event<Feedback> {
    /// Checks everything that needs no base.
    pub fn check(&self) -> Result<()> {
        self.check_about()?;
        if let Some(article) = self.what.article() {
            validate::id("event.article", article)?;
        }
        self.what.check()
    }
}

impl From<Event<Feedback>> for Event {
    fn from(event: Event<Feedback>) -> Event {
        event.map(EventKind::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_writes_and_fails_as_the_whole_enum_does() {
        let long = "x".repeat(validate::MAX_ID_BYTES + 1);
        for done in [
            r#"{"what":"searched","query":"a"}"#.to_owned(),
            r#"{"what":"shown","impression":"a"}"#.to_owned(),
            r#"{"what":"clicked","article":"a","rank":1}"#.to_owned(),
            r#"{"what":"viewed","article":"a","impression":"b"}"#.to_owned(),
            r#"{"what":"dwelt","article":"a","seconds":3}"#.to_owned(),
            r#"{"what":"copied","article":""}"#.to_owned(),
            r#"{"what":"returned","article":"a","after_s":-1.0}"#.to_owned(),
            r#"{"what":"rated","article":"a","value":1.5}"#.to_owned(),
            format!(r#"{{"what":"solved","article":"{long}"}}"#),
            r#"{"what":"did-not-solve","article":" a"}"#.to_owned(),
            r#"{"what":"commented","article":"a","text":"b"}"#.to_owned(),
            r#"{"what":"flagged","article":"a","reason":"unsafe"}"#.to_owned(),
        ] {
            let narrow: Feedback = serde_json::from_str(&done).unwrap();
            let wide: EventKind = serde_json::from_str(&done).unwrap();
            assert_eq!(serde_json::to_string(&narrow).unwrap(), done);
            assert_eq!(EventKind::from(narrow.clone()), wide);
            assert!(wide.is_feedback());
            let text = |result: Result<()>| result.map_err(|error| error.to_string());
            let checked = text(Event::new(Timestamp::default(), narrow).check());
            assert_eq!(
                checked,
                text(Event::new(Timestamp::default(), wide).check())
            );
        }
        assert!(Feedback::try_from(EventKind::Escalated {}).is_err());
        assert!(!EventKind::Escalated {}.is_feedback());
    }
}
