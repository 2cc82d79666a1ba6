//! Merges events from elsewhere: batches of readers' events, and handoffs of a need to a case.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::handle::Base;
use super::inner::Recorded;
use crate::error::{Error, ErrorCode, Result};
use crate::model::event_kind::not_feedback;
use crate::model::{
    CaseDraft, CaseKind, Class, CustomerText, EntryDraft, Event, EventBatch, EventKind, Handoff,
    Reuse, Role, TextOrigin, Viewer, validate,
};
use crate::projection::{self, PAGE};
use crate::self_service::{Visit, is_agent_event};
use crate::settings::{MAX_BATCH_EVENTS, MAX_BATCH_VOICES};
use crate::store::codec::hash64;
use crate::time::Timestamp;

/// Events per commit.
const AT_ONCE: usize = 256;

/// The outcome of merging a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MergeReport {
    /// New events, which count from now on.
    pub new: u64,
    /// Events whose id was already known. They count once.
    pub duplicates: u64,
    /// Rejected events. The other events still count.
    pub rejected: Vec<RejectedEvent>,
}

/// An event that was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RejectedEvent {
    /// The position in the batch, from 0.
    pub index: u64,
    /// The id of the event.
    pub event: String,
    /// The number of the error code.
    pub code: u16,
    /// The error message.
    pub message: String,
}

impl Base {
    /// Starts a visit to this base, for hosts that serve pages from it; see [`crate::Snapshot::visit`].
    pub fn visit(&self, session: &str, viewer: &Viewer) -> Result<Visit> {
        self.0.config.audiences.class(&viewer.audience)?;
        Visit::new(self.0.config.base, session, &viewer.audience)
    }

    /// Merges the events of a snapshot's readers, each exactly once: an event with a known id changes nothing. All
    /// events are durable when the call returns.
    ///
    /// A batch comes from a page and is not trusted. It may hold only readers' events, about articles that `viewer`
    /// may see, and that were valid when the event happened. Each event counts as one of the viewer's audience, even if
    /// it names another. If that label reads cases, the batch may also hold an agent's actions on suggestions, and its
    /// actors are accepted. An event more than a day ahead of the base's clock is rejected, because it would not age.
    /// The report lists rejected events; the others count. Hidden articles are rejected as unknown ones are.
    ///
    /// At most 10,000 events of a batch count, and at most 1,000 voices: actors, customers (parties), else visits
    /// (sessions). The others are rejected as too large; a host that gathers the events of many visits sends several
    /// batches. Who sends many batches is for the host to limit, since only the host sees where they come from.
    ///
    /// In the log, the id of an event from a page begins with `page:`, so that a page takes no id of the host's events.
    ///
    /// The party is accepted as given. A host that takes batches from outside must compare it with the signed-in user.
    ///
    /// Fails with `UnknownName` for an unknown audience, with `Contradiction` for a batch of another base, and like
    /// [`Base::record`] if the store fails; in that case call again.
    pub fn merge_events<W>(
        &self,
        batch: &EventBatch<W>,
        viewer: impl Into<Viewer>,
    ) -> Result<MergeReport>
    where
        W: Clone + Into<EventKind>,
    {
        span!("merge_events", events = batch.events.len());
        let viewer = viewer.into();
        viewer.check()?;
        let class = self.0.config.audiences.class(&viewer.audience)?;
        let own = format!("{:016x}", self.0.config.base);
        if batch.base != own {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "batch.base: {:?} is another base than this, {own:?}; give the batch to the base its snapshot was made from",
                    batch.base
                ),
            ));
        }
        let now = self.now();
        let mut report = MergeReport::default();
        let mut ready: Vec<(u64, Event)> = Vec::new();
        let mut voices = BTreeSet::new();
        for (index, event) in (0..).zip(&batch.events) {
            let admitted = bounded(index, event, &mut voices)
                .and_then(|()| self.admit(event.clone().map(Into::into), &viewer, class, now));
            match admitted {
                Ok(event) => ready.push((index, event)),
                Err(error) => report.reject(index, &event.id, &error),
            }
            if ready.len() == AT_ONCE {
                self.record_batch(&std::mem::take(&mut ready), now, &mut report)?;
            }
        }
        self.record_batch(&ready, now, &mut report)?;
        self.flush()?;
        report.rejected.sort_by_key(|event| event.index);
        Ok(report)
    }

    /// Checks an event of a batch and returns it as it is recorded.
    fn admit(&self, event: Event, viewer: &Viewer, class: Class, now: Timestamp) -> Result<Event> {
        // A viewer who reads cases works on them, and the host knows such a person by name.
        let is_inside = self.0.config.audiences.reads_cases().contains(class);
        let of_case = event.case.is_some() || is_agent_event(&event.what);
        if !(event.what.is_feedback() || is_agent_event(&event.what)) || (of_case && !is_inside) {
            return Err(not_feedback());
        }
        if event.id.is_empty() {
            return Err(Error::invalid(
                "event.id",
                "",
                "an event without an id cannot count once; give it one",
            ));
        }
        validate::not_ahead("event.at", event.at, now)?;
        if let (Some(actor), false) = (&event.actor, is_inside) {
            let rule = "readers of this audience are no actors; leave it out";
            return Err(Error::invalid("event.actor", actor, rule));
        }
        event.check()?;
        self.check_impression(&event)?;
        if let Some(id) = event.article() {
            self.check_may_see(id, viewer, class, event.at)?;
        }
        let id = format!("{PAGE}{}", event.id);
        validate::id("event.id", &id)?;
        Ok(event.id(id).audience(&viewer.audience))
    }

    /// A hidden article does not exist for a viewer: the error is the same as for an unknown article. The validity is
    /// that at the instant of the event, the states are those of today.
    fn check_may_see(&self, id: &str, viewer: &Viewer, class: Class, at: Timestamp) -> Result<()> {
        let store = &*self.0.store;
        let mut record = projection::article(store, id)?;
        if let Some(into) = &record.merged_into {
            record = projection::article(store, into)?;
        }
        let scheme = &self.0.config.audiences;
        let reached = scheme.reached(record.audience, record.confidence);
        if reached.contains(class)
            && record.scope.admits(&viewer.entitlements)
            && record.scope.window().holds(at)
        {
            return Ok(());
        }
        Err(projection::no_article(id))
    }

    /// Records events in one commit, or one by one if one of them is rejected.
    fn record_batch(
        &self,
        events: &[(u64, Event)],
        now: Timestamp,
        report: &mut MergeReport,
    ) -> Result<()> {
        let all = events.iter().map(|(_, event)| event.clone()).collect();
        match self.0.record_relaxed(all, now) {
            Ok(done) => report.count(&done),
            Err(error) if !is_refusal(&error) => return Err(error),
            Err(_) => {
                for (index, event) in events {
                    match self.0.record_relaxed(vec![event.clone()], now) {
                        Ok(done) => report.count(&done),
                        Err(error) if is_refusal(&error) => {
                            report.reject(*index, &event.id, &error)
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }

    /// Merges the events of a visit like [`Base::merge_events`], and opens a case for the handoff. The customer's
    /// messages become its issue; the queries become case-only notes. Without a message the queries become the issue.
    /// The case also gets the products, party, channel and session. [`Base::suggest`] for it omits the articles that
    /// the customer marked as not helpful.
    ///
    /// A second handoff into the same case changes nothing, except that new texts become notes. Fails like
    /// [`Base::merge_events`] and [`Base::open_case`].
    pub fn open_handoff<W>(
        &self,
        handoff: &Handoff<W>,
        case: &str,
        viewer: impl Into<Viewer>,
    ) -> Result<MergeReport>
    where
        W: Clone + Into<EventKind>,
    {
        let now = self.now();
        let viewer = viewer.into();
        validate::not_ahead("handoff.at", handoff.at, now)?;
        for words in &handoff.words {
            validate::not_ahead("handoff.words.at", words.at, now)?;
        }
        let report = self.merge_events(&handoff.batch, &viewer)?;
        let has_message = handoff.words.iter().any(|w| w.from == TextOrigin::Message);
        let entry = |words: &CustomerText| {
            let is_note = words.from == TextOrigin::Query && has_message;
            let reuse = if is_note {
                Reuse::CaseOnly
            } else {
                Reuse::Section(Role::Issue)
            };
            EntryDraft {
                at: Some(words.at),
                ..EntryDraft::new(reuse, &words.text)
            }
        };
        let draft = CaseDraft {
            opened: Some(handoff.at),
            channel: handoff.channel.clone(),
            party: handoff.party.clone(),
            products: handoff.products.clone(),
            session: Some(handoff.session.clone()),
            entries: handoff.words.iter().map(entry).collect(),
            ..CaseDraft::new(case, CaseKind::Service)
        };
        let what = EventKind::CaseOpened {
            case: Box::new(draft),
        };
        let id = format!("{}-handoff-{:016x}", handoff.session, hash64(case));
        let is_again = self.0.is_known(&id)?;
        let mut event = Event::new(handoff.at, what)
            .id(id)
            .session(&handoff.session)
            .audience(&viewer.audience);
        event.party.clone_from(&handoff.party);
        if is_again || self.record(event)? == Recorded::Duplicate {
            self.go_on_with(handoff, case, &entry)?;
        }
        Ok(report)
    }

    /// Continues a visit that was handed over into the same case before: new texts become notes.
    fn go_on_with<W>(
        &self,
        handoff: &Handoff<W>,
        case: &str,
        entry: &dyn Fn(&CustomerText) -> EntryDraft,
    ) -> Result<()> {
        let known = self.case(case)?;
        if known.session.as_deref() != Some(&handoff.session) {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "case {case:?} did not come out of the visit {:?}; hand it over to a case of its own",
                    handoff.session
                ),
            ));
        }
        for words in &handoff.words {
            let is_there = known.entries.iter().any(|one| one.text == words.text);
            if !is_there {
                self.note(case, entry(words))?;
            }
        }
        Ok(())
    }
}

/// Fails if a batch has more events or voices than count. `voices` are those of the events before.
fn bounded<'e, W>(
    index: u64,
    event: &'e Event<W>,
    voices: &mut BTreeSet<[Option<&'e str>; 3]>,
) -> Result<()> {
    if index >= MAX_BATCH_EVENTS {
        let n = index as usize + 1;
        return Err(Error::too_large(
            "batch.events",
            n,
            MAX_BATCH_EVENTS as usize,
            "events",
        ));
    }
    let voice = match (&event.actor, &event.party, &event.session) {
        (Some(actor), _, _) => [Some(actor.as_str()), None, None],
        (None, Some(party), _) => [None, Some(party.as_str()), None],
        (None, None, session) => [None, None, session.as_deref()],
    };
    if voices.len() >= MAX_BATCH_VOICES && !voices.contains(&voice) {
        let n = voices.len() + 1;
        return Err(Error::too_large(
            "batch.events",
            n,
            MAX_BATCH_VOICES,
            "voices",
        ));
    }
    voices.insert(voice);
    Ok(())
}

/// Returns true if the error is about the event and not about the store.
fn is_refusal(error: &Error) -> bool {
    error.code().number() < 300 && !matches!(error.code(), ErrorCode::Closed | ErrorCode::Cancelled)
}

impl MergeReport {
    fn count(&mut self, done: &[Recorded]) {
        let duplicates = done
            .iter()
            .filter(|one| **one == Recorded::Duplicate)
            .count();
        self.duplicates += duplicates as u64;
        self.new += (done.len() - duplicates) as u64;
    }

    fn reject(&mut self, index: u64, event: &str, error: &Error) {
        self.rejected.push(RejectedEvent {
            index,
            event: event.to_owned(),
            code: error.code().number(),
            message: error.message().to_owned(),
        });
    }
}
