//! A self-service visit in progress: it numbers the reader's events and makes the handoff.
//!
//! It writes nothing; [`crate::Base::merge_events`] takes a batch of its events into the base. The text form is JSON,
//! so that a reloaded page continues the same visit with the next event number. It rejects events that no visitor
//! makes, and more events than a session can hold.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Context, CustomerText, Event, EventBatch, EventKind, Feedback, Handoff, Impression,
    ProductItem, TextOrigin, Tried, TriedOutcome, Viewer, VisitOutcome, validate,
};
use crate::search::SuggestRequest;
use crate::settings::MAX_SESSION_EVENTS;
use crate::time::Timestamp;

/// Longest id of a visit, in bytes. The ids of its events are this id and a few more characters.
pub const MAX_VISIT_ID_BYTES: usize = validate::MAX_ID_BYTES - 32;

/// A visit.
///
/// ```
/// use kenpoint::{Base, Snapshot, SnapshotRequest};
/// use kenpoint::model::{ArticleDraft, Confidence, Kind, Role, Viewer, Feedback};
/// let base = Base::in_memory().open().unwrap();
/// let lamp = ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")
///     .section(Role::Resolution, "Change the fuse.")
///     .audience("public")
///     .confidence(Confidence::Validated);
/// base.put(lamp).unwrap();
/// let snapshot = base.snapshot(&SnapshotRequest::new(Viewer::new("public"))).unwrap();
/// let snapshot = Snapshot::open(snapshot).unwrap();
/// let now = base.now();
/// let mut visit = snapshot.visit("visit-1").unwrap();
/// visit.record(now, Feedback::Searched { query: "dark lamp".into() }).unwrap();
/// visit.record(now, Feedback::DidNotSolve { article: "lamp".into() }).unwrap();
/// let handoff = visit.hand_over(now, "My lamp is dark, and the fuse is fine.").unwrap();
/// assert_eq!(handoff.leave_out, ["lamp"]);
/// let opened = base.open_handoff(&handoff, "case-1", "public").unwrap();
/// assert_eq!(opened.new, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    base: String,
    session: String,
    audience: String,
    #[serde(default)]
    party: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    products: Vec<ProductItem>,
    #[serde(default)]
    events: Vec<Event<Feedback>>,
    /// Number of events already taken.
    #[serde(default)]
    n_taken: usize,
    #[serde(default)]
    messages: Vec<CustomerText>,
    #[serde(default)]
    was_handed_over: bool,
}

impl Visit {
    /// Creates a visit without events. `session` is unique among all visits.
    pub(crate) fn new(base: u64, session: &str, audience: &str) -> Result<Visit> {
        let visit = Visit {
            base: format!("{base:016x}"),
            session: session.to_owned(),
            audience: audience.to_owned(),
            party: None,
            channel: None,
            products: Vec::new(),
            events: Vec::new(),
            n_taken: 0,
            messages: Vec::new(),
            was_handed_over: false,
        };
        visit.check()?;
        Ok(visit)
    }

    /// Sets the customer.
    pub fn party(mut self, party: impl Into<String>) -> Visit {
        self.party = Some(party.into());
        self
    }

    /// Sets the channel.
    pub fn channel(mut self, channel: impl Into<String>) -> Visit {
        self.channel = Some(channel.into());
        self
    }

    /// Adds a product that the visit is about.
    pub fn product(mut self, item: ProductItem) -> Visit {
        self.products.push(item);
        self
    }

    /// Checks ids, lengths and numbers, for a visit read from its text form above all.
    pub fn check(&self) -> Result<()> {
        validate::id("visit.session", &self.session)?;
        let len = self.session.len();
        if len > MAX_VISIT_ID_BYTES {
            return Err(Error::too_large(
                "visit.session",
                len,
                MAX_VISIT_ID_BYTES,
                "bytes",
            ));
        }
        validate::label("visit.audience", &self.audience)?;
        validate::optional_id("visit.party", self.party.as_deref())?;
        if let Some(channel) = &self.channel {
            validate::label("visit.channel", channel)?;
        }
        validate::count(
            "visit.products",
            self.products.len(),
            validate::MAX_LIST,
            "products",
        )?;
        validate::count(
            "visit.events",
            self.events.len(),
            MAX_SESSION_EVENTS,
            "events",
        )?;
        if self.base.len() != 16 || u64::from_str_radix(&self.base, 16).is_err() {
            let rule = "it is 16 hexadecimal digits, as a snapshot's info says";
            return Err(Error::invalid("visit.base", &self.base, rule));
        }
        if self.n_taken > self.events.len() {
            let rule = "no more events can be taken than there are";
            return Err(Error::invalid("visit.n_taken", self.n_taken, rule));
        }
        self.events.iter().try_for_each(|event| event.check())
    }

    /// The id of the visit.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Records an event of the visitor, such as a search, a view or a rating.
    ///
    /// Fails with `InvalidValue` for an event that no visitor makes, and with `TooLarge` after 2,000 events.
    pub fn record<W>(&mut self, at: Timestamp, what: W) -> Result<()>
    where
        W: TryInto<Feedback>,
        Error: From<W::Error>,
    {
        self.push(at, what.try_into()?)
    }

    fn push(&mut self, at: Timestamp, what: Feedback) -> Result<()> {
        validate::count(
            "visit.events",
            self.events.len() + 1,
            MAX_SESSION_EVENTS,
            "events",
        )?;
        let number = self.events.len() + 1;
        let mut event = Event::new(at, what)
            .id(format!("{}-{number}", self.session))
            .session(&self.session)
            .audience(&self.audience);
        event.party.clone_from(&self.party);
        event.channel.clone_from(&self.channel);
        event.check()?;
        self.events.push(event);
        Ok(())
    }

    /// Returns the events since the last call, for the host to deliver. A lost batch loses nothing, since the handoff
    /// contains all events; a batch that arrives twice counts once.
    pub fn take_events(&mut self) -> EventBatch<Feedback> {
        let events = self.events.get(self.n_taken..).unwrap_or_default().to_vec();
        self.n_taken = self.events.len();
        self.batch(events)
    }

    fn batch(&self, events: Vec<Event<Feedback>>) -> EventBatch<Feedback> {
        EventBatch {
            base: self.base.clone(),
            events,
        }
    }

    /// Checks that a text form which names `base` and `audience` can be resumed as this visit, a new one of a snapshot.
    ///
    /// For hosts that read JSON themselves. Fails with `Contradiction` for the text form of another base or audience;
    /// the host begins a new visit then.
    pub fn check_origin(&self, base: &str, audience: &str) -> Result<()> {
        if self.base == base && self.audience == audience {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::Contradiction,
            "visit: it belongs to another base or audience; begin a new visit",
        ))
    }

    /// Repeats an event of the text form, before [`Visit::resume`].
    ///
    /// Fails with `Contradiction` unless this visit gives the event the same id, session, audience, party and channel,
    /// and otherwise as [`Visit::record`] does.
    pub fn repeat(&mut self, event: Event<Feedback>) -> Result<()> {
        let Event { at, what, .. } = event;
        self.push(at, what)?;
        let is_same = self.events.last().is_some_and(|own| {
            own.id == event.id
                && own.session == event.session
                && own.audience == event.audience
                && own.party == event.party
                && own.channel == event.channel
        });
        if is_same {
            return Ok(());
        }
        self.events.pop();
        Err(Error::new(
            ErrorCode::Contradiction,
            "visit.events: they are not the numbered events of one visitor; begin a new visit",
        ))
    }

    /// Restores the rest of a visit from its text form, after the host repeated each event by [`Visit::repeat`]: the
    /// number of events taken, the messages, and the mark that it was handed over.
    ///
    /// For hosts that read JSON themselves; other hosts deserialize the text form. Fails as [`Visit::check`] does.
    pub fn resume(
        mut self,
        n_taken: usize,
        messages: Vec<CustomerText>,
        was_handed_over: bool,
    ) -> Result<Visit> {
        self.n_taken = n_taken;
        self.messages = messages;
        self.was_handed_over = was_handed_over;
        self.check()?;
        Ok(self)
    }

    /// Returns the outcome so far. A visit that ends in silence is not counted as solved: only an explicit `Solved`
    /// counts, unless a later statement about the same article contradicts it.
    pub fn outcome(&self) -> VisitOutcome {
        if self.was_handed_over {
            return VisitOutcome::HandedOver {};
        }
        let tried = self.tried();
        let holds = |id: &str| {
            let mut all = tried.iter();
            all.any(|one| one.article == id && one.came == TriedOutcome::Solved)
        };
        let said = self
            .events
            .iter()
            .rev()
            .find_map(|event| match &event.what {
                Feedback::Solved { article } if holds(article) => Some(article.clone()),
                _ => None,
            });
        said.map_or(VisitOutcome::Silent {}, |article| VisitOutcome::Solved {
            article,
        })
    }

    /// Makes the handoff, with a message: everything an agent needs to continue.
    ///
    /// Fails with `TooLarge` for a message over 4 MiB.
    pub fn hand_over(&mut self, at: Timestamp, message: &str) -> Result<Handoff<Feedback>> {
        validate::text_of("message", message, validate::MAX_SECTION_BYTES)?;
        if !message.trim().is_empty() {
            self.messages.push(CustomerText {
                at,
                from: TextOrigin::Message,
                text: message.to_owned(),
            });
        }
        self.was_handed_over = true;
        let tried = self.tried();
        let against = tried
            .iter()
            .filter(|one| one.came == TriedOutcome::DidNotSolve);
        Ok(Handoff {
            session: self.session.clone(),
            at,
            audience: self.audience.clone(),
            party: self.party.clone(),
            channel: self.channel.clone(),
            products: self.products.clone(),
            words: self.words(),
            shown: self.shown(),
            leave_out: against.map(|one| one.article.clone()).collect(),
            tried,
            batch: self.batch(self.events.clone()),
        })
    }

    fn words(&self) -> Vec<CustomerText> {
        let queries = self.events.iter().filter_map(|event| match &event.what {
            Feedback::Searched { query } => Some(CustomerText {
                at: event.at,
                from: TextOrigin::Query,
                text: query.clone(),
            }),
            _ => None,
        });
        let mut words: Vec<CustomerText> = queries.chain(self.messages.iter().cloned()).collect();
        words.sort_by_key(|words| words.at);
        words
    }

    fn shown(&self) -> Vec<String> {
        let base = u64::from_str_radix(&self.base, 16).unwrap_or_default();
        let tokens = self.events.iter().filter_map(|event| match &event.what {
            Feedback::Shown { impression } => Impression::read(impression, base).ok(),
            _ => None,
        });
        let shown = tokens.flat_map(|impression| impression.articles);
        let mut shown: Vec<(usize, String)> = shown.enumerate().collect();
        shown.sort_by(|a, b| a.1.cmp(&b.1));
        shown.dedup_by(|again, first| again.1 == first.1);
        shown.sort_unstable_by_key(|(number, _)| *number);
        shown.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the articles that were viewed or judged, in order of time, each with its last judgement.
    fn tried(&self) -> Vec<Tried> {
        let mut tried: Vec<Tried> = Vec::new();
        for event in &self.events {
            let said = match &event.what {
                Feedback::Viewed { .. } => TriedOutcome::Unsaid,
                Feedback::Solved { .. } => TriedOutcome::Solved,
                Feedback::DidNotSolve { .. } => TriedOutcome::DidNotSolve,
                _ => continue,
            };
            let Some(article) = event.what.article() else {
                continue;
            };
            match tried.iter_mut().find(|one| one.article == article) {
                Some(_) if said == TriedOutcome::Unsaid => {}
                Some(one) => one.came = said,
                None => tried.push(Tried {
                    article: article.to_owned(),
                    at: event.at,
                    came: said,
                }),
            }
        }
        tried
    }
}

/// Returns true for an event of an agent about the suggestions for a case.
pub(crate) fn is_agent_event(what: &EventKind) -> bool {
    matches!(
        what,
        EventKind::Suggested { .. }
            | EventKind::Opened { .. }
            | EventKind::Accepted { .. }
            | EventKind::Dismissed { .. }
    )
}

impl<W> Handoff<W> {
    /// Makes a request for suggestions for the need as handed over, without the articles that did not solve it.
    pub fn request(&self, viewer: Viewer) -> SuggestRequest {
        let mut texts: Vec<&str> = Vec::new();
        for words in &self.words {
            if !texts.contains(&words.text.as_str()) {
                texts.push(&words.text);
            }
        }
        let mut context = Context::new();
        context.party.clone_from(&self.party);
        context.channel.clone_from(&self.channel);
        context.items.clone_from(&self.products);
        context.tried.clone_from(&self.leave_out);
        SuggestRequest::for_text(texts.join("\n"), viewer).context(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit() -> Visit {
        let visit = Visit::new(7, "v1", "public").unwrap();
        visit.party("acme").channel("web")
    }

    fn searched(visit: &mut Visit) -> Event<Feedback> {
        let query = "dark lamp".to_owned();
        let what = Feedback::Searched { query };
        visit.push(Timestamp::from_ms(0).unwrap(), what).unwrap();
        visit.events.last().unwrap().clone()
    }

    #[test]
    fn a_visit_resumes_at_its_own_base_and_for_its_own_audience() {
        let of = |base: &str, audience: &str| {
            let checked = visit().check_origin(base, audience);
            checked.err().map(|error| error.code())
        };
        assert_eq!(of("0000000000000007", "public"), None);
        let other = Some(ErrorCode::Contradiction);
        assert_eq!(of("0000000000000008", "public"), other);
        assert_eq!(of("0000000000000007", "internal"), other);
    }

    #[test]
    fn the_events_of_a_text_form_are_repeated_exactly_or_rejected() {
        let mut first = visit();
        let events = [searched(&mut first), searched(&mut first)];
        let mut again = visit();
        for event in events.clone() {
            again.repeat(event).unwrap();
        }
        assert_eq!(again.resume(0, Vec::new(), false).unwrap(), first);

        let [event, second] = events;
        let wrong = [
            second,
            event.clone().session("v2"),
            event.clone().audience("internal"),
            Event {
                party: None,
                ..event.clone()
            },
            Event {
                channel: Some("app".to_owned()),
                ..event.clone()
            },
        ];
        let mut again = visit();
        for event in wrong {
            let code = again.repeat(event).unwrap_err().code();
            assert_eq!(code, ErrorCode::Contradiction);
        }
        again.repeat(event).unwrap();
    }
}
