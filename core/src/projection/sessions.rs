//! Sessions: their division into intents, and the evidence each intent gives about the articles read in it.
//!
//! The evidence of a session is a function of its events in order of (instant, id), not of their order of arrival. A
//! new event subtracts the old contributions and adds the new ones.

use std::collections::{BTreeMap, BTreeSet};

use super::Projector;
use super::records::{
    ArticleRecord, Contribution, LearnedTerm, PartyRow, SessionAction, SessionEvent, SessionRecord,
    Side, SourceId, Statement, When, party_day_key,
};
use crate::error::{Error, Result};
use crate::model::evidence::UNIT;
use crate::model::{Event, EventKind, Segment, Signal};
use crate::settings::{
    BOUNCE_SECONDS, INTENT_GAP_MS, INTENT_SIMILARITY, LEARNED_EXPLICIT, LEARNED_SILENT,
    MAX_SESSION_EVENTS, RIPEN_MS,
};
use crate::store::backend::Table;
use crate::store::codec::{Key, KeyReader};
use crate::store::txn::Reader;
use crate::text::{self, Analyzer};
use crate::time::{Day, Timestamp};

/// Divides a session into intents: runs of queries and reads about one need. A new intent begins after a pause, or
/// with a query that shares too few words with the queries before it.
pub fn intents<'e>(
    visit: impl IntoIterator<Item = &'e SessionEvent>,
    analyzer: &Analyzer,
) -> Vec<Vec<&'e SessionEvent>> {
    let mut intents: Vec<Vec<&SessionEvent>> = Vec::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut last: Option<Timestamp> = None;
    for event in visit {
        let paused = last.is_none_or(|last| event.at.since(last) > INTENT_GAP_MS);
        let query = match &event.did {
            SessionAction::Searched(query) => text::learnable_terms(analyzer, query),
            _ => Vec::new(),
        };
        let changed = !query.is_empty()
            && !words.is_empty()
            && text::similarity(&query, &words.iter().cloned().collect::<Vec<_>>())
                < INTENT_SIMILARITY;
        // A case opened hours later still belongs to the intent before it.
        let is_case = matches!(event.did, SessionAction::Case(_));
        if (paused && !is_case) || changed || intents.is_empty() {
            intents.push(Vec::new());
            words.clear();
        }
        words.extend(query);
        if let Some(intent) = intents.last_mut() {
            intent.push(event);
        }
        last = Some(event.at);
    }
    intents
}

/// The viewers of an article: their classes, and the entitlements they must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ViewerReach {
    classes: u32,
    entitlement: BTreeSet<String>,
}

impl ViewerReach {
    /// Returns true if every viewer of `other` is also a viewer of this one.
    fn covers(&self, other: &ViewerReach) -> bool {
        other.classes & !self.classes == 0 && self.entitlement.is_subset(&other.entitlement)
    }
}

impl Projector<'_, '_> {
    pub fn session_event(&mut self, event: &Event) -> Result<()> {
        let article = event.article().map(|id| self.article(id)).transpose()?;
        let Some(session) = event.session.clone() else {
            return Ok(());
        };
        let did = match (&event.what, &article) {
            (EventKind::Searched { query }, _) => SessionAction::Searched(query.clone()),
            (EventKind::Viewed { .. }, Some(a)) => {
                SessionAction::Read(a.ordinal, self.version_at(a, event.at)?)
            }
            (EventKind::Returned { after_s, .. }, Some(a)) if *after_s < BOUNCE_SECONDS => {
                SessionAction::Bounced(a.ordinal, self.version_at(a, event.at)?)
            }
            (EventKind::Solved { .. }, Some(a)) => SessionAction::Said(a.ordinal, true),
            (EventKind::DidNotSolve { .. }, Some(a)) => SessionAction::Said(a.ordinal, false),
            (EventKind::Rated { value, .. }, Some(a)) => {
                SessionAction::Said(a.ordinal, *value >= 0.5)
            }
            _ => return Ok(()),
        };
        let segment = self.config.segment(event)?;
        let entry = SessionEvent {
            at: event.at,
            event: event.id.clone(),
            party: event.party.clone(),
            segment,
            did,
            arrived: self.arrived(event),
        };
        self.add_to_session(&session, entry)
    }

    pub fn add_to_session(&mut self, id: &str, entry: SessionEvent) -> Result<()> {
        let old: SessionRecord = self
            .txn
            .record(Table::Sessions, id.as_bytes())?
            .unwrap_or_default();
        if old.events.len() >= MAX_SESSION_EVENTS {
            return Err(Error::too_large(
                "session.events",
                old.events.len() + 1,
                MAX_SESSION_EVENTS,
                "events",
            ));
        }
        let mut new = old.clone();
        // The least name wins, so the order of arrival does not matter.
        new.party = least(new.party, entry.party.clone());
        if let Some(article) = entry.article() {
            self.txn
                .mark(Table::Readers, Key::new().u32(article).text(id).0);
        }
        if let Some(party) = &entry.party {
            let key = party_day_key(party, PartyRow::Session, entry.at.day());
            self.txn.mark(Table::Parties, key.text(id).0);
        }
        let at = new
            .events
            .partition_point(|e| (e.at, &e.event) < (entry.at, &entry.event));
        new.events.insert(at, entry);
        let before = self.session_counts(id, &old)?;
        self.txn
            .put(Table::Sessions, id.as_bytes().to_vec(), &new)?;
        let after = self.session_counts(id, &new)?;
        self.replace_evidence(&before.0, &after.0)?;
        self.replace_learned_terms(&before.1, &after.1)
    }

    /// Recounts the sessions of a customer whose last read may have led to a case opened at `opened`. Cost: the sessions
    /// of the days on which such a read may lie.
    pub fn recount_party_sessions(&mut self, party: &str, opened: Timestamp) -> Result<()> {
        for id in self.sessions_before(party, opened)? {
            let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
            let near = record
                .events
                .iter()
                .any(|e| e.at <= opened && opened.since(e.at) <= RIPEN_MS);
            if near {
                // The row of the new case is pending already; leaving that case out gives the old counts.
                let before = self.counts_without(&id, &record, Some((party, opened)))?;
                let after = self.session_counts(&id, &record)?;
                self.replace_evidence(&before.0, &after.0)?;
                self.replace_learned_terms(&before.1, &after.1)?;
            }
        }
        Ok(())
    }

    /// Recounts the sessions saved by [`Projector::remember_readers`] after the audience of an article changed: events about
    /// a narrower article are no evidence about a wider one. Cost: one pass over each of these sessions.
    pub fn recount_readers(&mut self) -> Result<()> {
        for (id, before) in std::mem::take(&mut self.old_counts) {
            let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
            let after = self.session_counts(&id, &record)?;
            self.replace_evidence(&before.0, &after.0)?;
            self.replace_learned_terms(&before.1, &after.1)?;
        }
        Ok(())
    }

    /// Saves the contributions of the sessions that touched an article, or one merged into it. Call it before a change
    /// of the article's audience.
    pub fn remember_readers(&mut self, article: &ArticleRecord) -> Result<()> {
        for ordinal in std::iter::once(&article.ordinal).chain(&article.merged_from) {
            for key in self.txn.keys(Table::Readers, &ordinal.to_be_bytes())? {
                let mut key = KeyReader(&key);
                key.u32()?;
                let id = key.text()?.to_owned();
                let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
                let counts = self.session_counts(&id, &record)?;
                self.old_counts.insert(id, counts);
            }
        }
        Ok(())
    }

    /// Returns the reach of an article by its states, without its dates: the reader of an article that ends tomorrow
    /// sees it. A merged article has the reach of its target.
    fn reach(&self, ordinal: u32) -> Result<ViewerReach> {
        let mut record = crate::projection::article_at(self.txn, ordinal)?;
        if let Some(into) = &record.merged_into {
            record = self.article(into)?;
        }
        Ok(ViewerReach {
            classes: self.reached(record.audience, record.confidence).0,
            entitlement: record.scope.entitlement.into_iter().collect(),
        })
    }

    /// Returns the sessions of a customer with events on the days before `opened` on which a read may have led to it.
    fn sessions_before(&self, party: &str, opened: Timestamp) -> Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        for day in opened.plus_ms(-RIPEN_MS).day().0..=opened.day().0 {
            let prefix = party_day_key(party, PartyRow::Session, Day(day)).0;
            for key in self.txn.keys(Table::Parties, &prefix)? {
                let rest = key.get(prefix.len()..).unwrap_or_default();
                ids.insert(KeyReader(rest).text()?.to_owned());
            }
        }
        Ok(ids)
    }

    /// Returns the instants at which a customer opened cases on the days on which a read of `events` may have led to
    /// them, ascending.
    fn cases_after<'e>(
        &self,
        party: &str,
        events: impl Iterator<Item = &'e SessionEvent>,
    ) -> Result<Vec<Timestamp>> {
        let days: BTreeSet<i32> = events
            .flat_map(|event| event.at.day().0..=event.at.plus_ms(RIPEN_MS).day().0)
            .collect();
        let mut at = Vec::new();
        for day in days {
            let prefix = party_day_key(party, PartyRow::Case, Day(day)).0;
            for key in self.txn.keys(Table::Parties, &prefix)? {
                let rest = key.get(prefix.len()..).unwrap_or_default();
                at.push(Timestamp::from_ms(KeyReader(rest).i64()?)?);
            }
        }
        Ok(at)
    }

    fn session_counts(
        &self,
        id: &str,
        record: &SessionRecord,
    ) -> Result<(Vec<Statement>, Vec<LearnedTerm>)> {
        self.counts_without(id, record, None)
    }

    /// Computes the contributions of a session, leaving out one case of its customer.
    ///
    /// Evidence about an article rests only on events that all its viewers may know of: events about the article
    /// itself, searches, cases, and events about articles with at least the same viewers (I3).
    fn counts_without(
        &self,
        id: &str,
        record: &SessionRecord,
        without: Option<(&str, Timestamp)>,
    ) -> Result<(Vec<Statement>, Vec<LearnedTerm>)> {
        let analyzer = self.config.analyzer();
        let mut reach: BTreeMap<u32, ViewerReach> = BTreeMap::new();
        for article in record.events.iter().filter_map(SessionEvent::article) {
            if let std::collections::btree_map::Entry::Vacant(slot) = reach.entry(article) {
                slot.insert(self.reach(article)?);
            }
        }
        let reaches: BTreeSet<&ViewerReach> = reach.values().collect();
        let mut out = (Vec::new(), Vec::new());
        for audience in reaches {
            let of = |event: &SessionEvent| event.article().and_then(|article| reach.get(&article));
            let known = record
                .events
                .iter()
                .filter(|event| of(event).is_none_or(|reach| reach.covers(audience)));
            let name = known
                .clone()
                .fold(None, |name, event| least(name, event.party.clone()));
            let mut cases = match &name {
                Some(party) => self.cases_after(party, known.clone())?,
                None => Vec::new(),
            };
            if let Some((party, opened)) = without
                && name.as_deref() == Some(party)
                && let Some(at) = cases.iter().position(|case| *case == opened)
            {
                cases.remove(at);
            }
            let counting = Counting {
                articles: reach
                    .iter()
                    .filter(|(_, reach)| *reach == audience)
                    .map(|(article, _)| *article)
                    .collect(),
                cases,
                party: name
                    .as_deref()
                    .map_or(SourceId::Session(id), SourceId::Party)
                    .hash(),
            };
            for intent in intents(known, &analyzer) {
                count_intent(&intent, &counting, &analyzer, &mut out);
            }
        }
        Ok(out)
    }
}

/// Returns the lesser of two optional names.
fn least(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The articles to count in an intent, with the cases and the hash of the visitor.
struct Counting {
    articles: BTreeSet<u32>,
    /// The instants at which the customer opened cases.
    cases: Vec<Timestamp>,
    party: u64,
}

fn count_intent(
    events: &[&SessionEvent],
    counting: &Counting,
    analyzer: &Analyzer,
    out: &mut (Vec<Statement>, Vec<LearnedTerm>),
) {
    let (cases, party) = (&counting.cases, counting.party);
    // A page cannot spread over two days what it sends on one.
    let arrived = events.iter().filter_map(|event| event.arrived).max();
    let learned = |from: Timestamp| arrived.map_or(from, |arrived| arrived.max(from));
    let reads = Reads::of(events);
    let words: BTreeSet<String> = events
        .iter()
        .filter_map(|event| match &event.did {
            SessionAction::Searched(query) => Some(text::learnable_terms(analyzer, query)),
            _ => None,
        })
        .flatten()
        .collect();
    let counted = reads
        .last
        .iter()
        .filter(|((article, _), _)| counting.articles.contains(article));
    for ((article, version), (at, segment)) in counted {
        let mut add = |signal, when, amount| {
            let what = Contribution {
                article: *article,
                version: *version,
                segment: *segment,
                signal,
                when,
                side: Side::Voice,
                amount,
            };
            out.0.push(Statement {
                voice: Some(party),
                what,
            });
        };
        for bounced in reads
            .bounced
            .iter()
            .filter(|(a, v, _)| (a, v) == (article, version))
        {
            add(Signal::Bounced, When::Day(bounced.2.day()), UNIT);
        }
        let next = reads
            .last
            .iter()
            .filter(|((other, _), (then, _))| other != article && *then > *at)
            .map(|(_, (then, _))| *then)
            .min();
        if let Some(then) = next {
            add(Signal::MovedOn, When::Day(then.day()), UNIT);
            continue;
        }
        let in_visit = events
            .iter()
            .filter(|e| matches!(e.did, SessionAction::Case(_)))
            .map(|e| e.at);
        let case = cases
            .iter()
            .copied()
            .filter(|opened| opened.since(*at) <= RIPEN_MS)
            .chain(in_visit)
            .filter(|opened| *opened >= *at)
            .min();
        let said = reads.said.get(article).copied();
        let bounced = reads.bounced.iter().any(|(a, _, _)| a == article);
        let from = at.plus_ms(RIPEN_MS);
        match (case, said) {
            (Some(opened), _) => add(Signal::CaseAfterView, When::Day(opened.day()), UNIT),
            (None, Some((true, said_at))) => {
                // `votes` counts the vote itself; the words are learned at once.
                let from = learned(said_at);
                learn(out, *article, &words, party, from, LEARNED_EXPLICIT);
            }
            (None, Some((false, _))) => {}
            (None, None) if bounced => {}
            (None, None) => {
                add(Signal::SoftSolved, When::From(from), UNIT);
                learn(out, *article, &words, party, learned(from), LEARNED_SILENT);
            }
        }
    }
}

fn learn(
    out: &mut (Vec<Statement>, Vec<LearnedTerm>),
    article: u32,
    words: &BTreeSet<String>,
    party: u64,
    from: Timestamp,
    amount: i64,
) {
    out.1.extend(words.iter().map(|term| LearnedTerm {
        article,
        term: term.clone(),
        party,
        teacher: party,
        from,
        amount,
    }));
}

/// The reads of one intent, with bounces and statements.
#[derive(Default)]
struct Reads {
    /// Article and version -> instant and segment of the last read.
    last: BTreeMap<(u32, u32), (Timestamp, Segment)>,
    bounced: Vec<(u32, u32, Timestamp)>,
    /// Article -> the last statement (solved or not) and its instant.
    said: BTreeMap<u32, (bool, Timestamp)>,
}

impl Reads {
    fn of(events: &[&SessionEvent]) -> Reads {
        let mut reads = Reads::default();
        for event in events {
            match event.did {
                SessionAction::Read(article, version) => {
                    reads
                        .last
                        .insert((article, version), (event.at, event.segment));
                }
                SessionAction::Bounced(article, version) => {
                    reads.bounced.push((article, version, event.at))
                }
                SessionAction::Said(article, yes) => {
                    reads.said.insert(article, (yes, event.at));
                }
                SessionAction::Searched(_) | SessionAction::Case(_) => {}
            }
        }
        reads
    }
}
