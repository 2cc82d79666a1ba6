//! Visits: cut into intents, and what each intent says of the articles read in it.
//!
//! What a visit contributes is a function of its events in order of (instant, id), not of the order
//! in which they arrived: each new event takes the old contributions away and adds the new ones.

use std::collections::{BTreeMap, BTreeSet};

use super::Fold;
use crate::error::{Error, Result};
use crate::model::evidence::UNIT;
use crate::model::{Event, Segment, Signal, What};
use crate::settings::{
    BOUNCE_SECONDS, INTENT_GAP_MS, INTENT_SIMILARITY, LESSON_SAID, LESSON_SOFT, MAX_SESSION_EVENTS,
    RIPEN_MS,
};
use crate::store::backend::Table;
use crate::store::codec::{Key, KeyReader, hash64};
use crate::store::records::{Contribution, Did, Lesson, SessionEvent, SessionRecord, When};
use crate::store::txn::Reader;
use crate::text::{self, Analyzer};
use crate::time::Timestamp;

/// A run of queries and reads about one need, as positions in the visit's events.
pub struct IntentSpan {
    /// The events, ascending.
    pub events: Vec<usize>,
}

/// Cuts a visit into intents: a new one begins after a pause, or with a query that shares too few
/// words with the queries before it.
pub fn intents(record: &SessionRecord, analyzer: &Analyzer) -> Vec<IntentSpan> {
    let mut spans: Vec<IntentSpan> = Vec::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut last: Option<Timestamp> = None;
    for (i, event) in record.events.iter().enumerate() {
        let paused = last.is_none_or(|last| event.at.since(last) > INTENT_GAP_MS);
        let query = match &event.did {
            Did::Searched(query) => text::lesson_words(analyzer, query),
            _ => Vec::new(),
        };
        let changed = !query.is_empty()
            && !words.is_empty()
            && text::similarity(&query, &words.iter().cloned().collect::<Vec<_>>())
                < INTENT_SIMILARITY;
        // A case opened hours later still belongs to the need that led to it.
        let is_case = matches!(event.did, Did::Case(_));
        if (paused && !is_case) || changed || spans.is_empty() {
            spans.push(IntentSpan { events: Vec::new() });
            words.clear();
        }
        words.extend(query);
        if let Some(span) = spans.last_mut() {
            span.events.push(i);
        }
        last = Some(event.at);
    }
    spans
}

impl Fold<'_, '_> {
    pub fn session_event(&mut self, event: &Event) -> Result<()> {
        let article = event.article().map(|id| self.article(id)).transpose()?;
        let Some(session) = event.session.clone() else {
            return Ok(());
        };
        let read = |a: &crate::store::records::ArticleRecord| (a.ordinal, a.version_at(event.at));
        let did = match (&event.what, &article) {
            (What::Searched { query }, _) => Did::Searched(query.clone()),
            (What::Viewed { .. }, Some(a)) => Did::Read(read(a).0, read(a).1),
            (What::Returned { after_s, .. }, Some(a)) if *after_s < BOUNCE_SECONDS => {
                Did::Bounced(read(a).0, read(a).1)
            }
            (What::Solved { .. }, Some(a)) => Did::Said(a.ordinal, true),
            (What::DidNotSolve { .. }, Some(a)) => Did::Said(a.ordinal, false),
            (What::Rated { value, .. }, Some(a)) => Did::Said(a.ordinal, *value >= 0.5),
            _ => return Ok(()),
        };
        let segment = self.fixed.segment(event)?;
        let entry = SessionEvent {
            at: event.at,
            event: event.id.clone(),
            segment,
            did,
        };
        self.add_to_session(&session, event.party.as_deref(), entry)
    }

    pub fn add_to_session(
        &mut self,
        id: &str,
        party: Option<&str>,
        entry: SessionEvent,
    ) -> Result<()> {
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
        // The least name wins, so that the order of arrival does not matter.
        new.party = match (new.party, party) {
            (Some(a), Some(b)) => Some(if a.as_str() <= b { a } else { b.to_owned() }),
            (a, b) => a.or_else(|| b.map(str::to_owned)),
        };
        if let Did::Read(article, _) = entry.did {
            self.txn
                .mark(Table::Readers, Key::new().u32(article).text(id).0);
        }
        let at = new
            .events
            .partition_point(|e| (e.at, &e.event) < (entry.at, &entry.event));
        new.events.insert(at, entry);
        if let Some(old_party) = &old.party
            && new.party.as_ref() != Some(old_party)
        {
            self.txn.remove(
                Table::Parties,
                Key::new().text(old_party).u8(b's').text(id).0,
            );
        }
        if let Some(party) = &new.party {
            self.txn
                .mark(Table::Parties, Key::new().text(party).u8(b's').text(id).0);
        }
        let before = self.session_counts(id, &old)?;
        self.txn
            .put(Table::Sessions, id.as_bytes().to_vec(), &new)?;
        let after = self.session_counts(id, &new)?;
        self.replace_evidence(&before.0, &after.0)?;
        self.replace_lessons(&before.1, &after.1)
    }

    /// Counts anew the visits of a customer whose last read may have led to a case opened at `opened`.
    pub fn recount_party_sessions(&mut self, party: &str, opened: Timestamp) -> Result<()> {
        for id in self.sessions_of(party)? {
            let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
            let near = record
                .events
                .iter()
                .any(|e| e.at <= opened && opened.since(e.at) <= RIPEN_MS);
            if near {
                // The row of the case is pending already; without it the counts are the old ones.
                let before = self.counts_without(&id, &record, Some((party, opened)))?;
                let after = self.session_counts(&id, &record)?;
                self.replace_evidence(&before.0, &after.0)?;
                self.replace_lessons(&before.1, &after.1)?;
            }
        }
        Ok(())
    }

    /// Counts anew the visits that read an article whose audience has just changed: what a narrower
    /// article's readers did says nothing about a wider one. Cost: one pass over each of these visits.
    pub fn recount_readers(&mut self, article: u32) -> Result<()> {
        let mut sessions = Vec::new();
        for key in self.txn.keys(Table::Readers, &article.to_be_bytes())? {
            let mut key = KeyReader(&key);
            key.u32()?;
            sessions.push(key.text()?.to_owned());
        }
        for id in sessions {
            let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
            let before = self.old_counts.remove(&id);
            let after = self.session_counts(&id, &record)?;
            let before = before.ok_or_else(|| {
                Error::internal("a visit was not counted before its article moved")
            })?;
            self.replace_evidence(&before.0, &after.0)?;
            self.replace_lessons(&before.1, &after.1)?;
        }
        Ok(())
    }

    /// Remembers what the visits that read an article contribute, before its audience changes.
    pub fn remember_readers(&mut self, article: u32) -> Result<()> {
        for key in self.txn.keys(Table::Readers, &article.to_be_bytes())? {
            let mut key = KeyReader(&key);
            key.u32()?;
            let id = key.text()?.to_owned();
            let record: SessionRecord = self.txn.required(Table::Sessions, id.as_bytes())?;
            let counts = self.session_counts(&id, &record)?;
            self.old_counts.insert(id, counts);
        }
        Ok(())
    }

    fn sessions_of(&self, party: &str) -> Result<Vec<String>> {
        let prefix = Key::new().text(party).u8(b's').0;
        let mut ids = Vec::new();
        for key in self.txn.keys(Table::Parties, &prefix)? {
            let rest = key.get(prefix.len()..).unwrap_or_default();
            ids.push(KeyReader(rest).text()?.to_owned());
        }
        Ok(ids)
    }

    /// When the cases of a customer were opened.
    fn cases_of(&self, party: &str) -> Result<Vec<Timestamp>> {
        let prefix = Key::new().text(party).u8(b'c').0;
        let mut at = Vec::new();
        for key in self.txn.keys(Table::Parties, &prefix)? {
            let rest = key.get(prefix.len()..).unwrap_or_default();
            at.push(Timestamp::from_ms(KeyReader(rest).i64()?)?);
        }
        Ok(at)
    }

    fn session_counts(
        &self,
        id: &str,
        record: &SessionRecord,
    ) -> Result<(Vec<Contribution>, Vec<Lesson>)> {
        self.counts_without(id, record, None)
    }

    /// What a visit contributes, with one case of its customer left out of account.
    fn counts_without(
        &self,
        id: &str,
        record: &SessionRecord,
        without: Option<(&str, Timestamp)>,
    ) -> Result<(Vec<Contribution>, Vec<Lesson>)> {
        let analyzer = self.fixed.analyzer();
        let mut cases = match &record.party {
            Some(party) => self.cases_of(party)?,
            None => Vec::new(),
        };
        if let Some((_, opened)) = without
            && let Some(at) = cases.iter().position(|case| *case == opened)
        {
            cases.remove(at);
        }
        let party = hash64(record.party.as_deref().unwrap_or(id));
        let mut out = (Vec::new(), Vec::new());
        for span in intents(record, &analyzer) {
            let events: Vec<&SessionEvent> = span
                .events
                .iter()
                .filter_map(|i| record.events.get(*i))
                .collect();
            self.count_intent(&events, &cases, party, &analyzer, &mut out)?;
        }
        Ok(out)
    }

    fn count_intent(
        &self,
        events: &[&SessionEvent],
        cases: &[Timestamp],
        party: u64,
        analyzer: &Analyzer,
        out: &mut (Vec<Contribution>, Vec<Lesson>),
    ) -> Result<()> {
        let reads = Reads::of(events);
        let mut viewers = BTreeMap::new();
        for (article, _) in reads.last.keys() {
            let record = super::article_at(self.txn, *article)?;
            viewers.insert(*article, self.fixed.audiences.viewers(record.audience));
        }
        let wide_as = |other: u32, than: u32| match (viewers.get(&other), viewers.get(&than)) {
            (Some(other), Some(than)) => other.and(*than) == *than,
            _ => false,
        };
        let words: BTreeSet<String> = events
            .iter()
            .filter_map(|event| match &event.did {
                Did::Searched(query) => Some(text::lesson_words(analyzer, query)),
                _ => None,
            })
            .flatten()
            .collect();
        for ((article, version), (at, segment)) in &reads.last {
            let mut add = |signal, when, amount| {
                out.0.push(Contribution {
                    article: *article,
                    version: *version,
                    segment: *segment,
                    signal,
                    when,
                    amount,
                });
            };
            for bounced in reads
                .bounced
                .iter()
                .filter(|(a, v, _)| (a, v) == (article, version))
            {
                add(Signal::Bounced, When::Day(bounced.2.day()), UNIT);
            }
            // Only what every viewer of this article may see says that the reader moved on.
            let next = reads
                .last
                .iter()
                .filter(|((other, _), (then, _))| {
                    other != article && *then > *at && wide_as(*other, *article)
                })
                .map(|(_, (then, _))| *then)
                .min();
            if let Some(then) = next {
                add(Signal::MovedOn, When::Day(then.day()), UNIT);
                continue;
            }
            let in_visit = events
                .iter()
                .filter(|e| matches!(e.did, Did::Case(_)))
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
                    // The vote itself is counted by `votes`; the words are learned at once.
                    learn(out, *article, &words, party, said_at, LESSON_SAID);
                }
                (None, Some((false, _))) => {}
                (None, None) if bounced => {}
                (None, None) => {
                    add(Signal::SoftSolved, When::From(from), UNIT);
                    learn(out, *article, &words, party, from, LESSON_SOFT);
                }
            }
        }
        Ok(())
    }
}

fn learn(
    out: &mut (Vec<Contribution>, Vec<Lesson>),
    article: u32,
    words: &BTreeSet<String>,
    party: u64,
    from: Timestamp,
    amount: i64,
) {
    out.1.extend(words.iter().map(|term| Lesson {
        article,
        term: term.clone(),
        party,
        from,
        amount,
    }));
}

/// The reads of one intent.
#[derive(Default)]
struct Reads {
    /// Article and version -> its last read.
    last: BTreeMap<(u32, u32), (Timestamp, Segment)>,
    bounced: Vec<(u32, u32, Timestamp)>,
    /// What was last said of an article, and when.
    said: BTreeMap<u32, (bool, Timestamp)>,
}

impl Reads {
    fn of(events: &[&SessionEvent]) -> Reads {
        let mut reads = Reads::default();
        for event in events {
            match event.did {
                Did::Read(article, version) => {
                    reads
                        .last
                        .insert((article, version), (event.at, event.segment));
                }
                Did::Bounced(article, version) => reads.bounced.push((article, version, event.at)),
                Did::Said(article, yes) => {
                    reads.said.insert(article, (yes, event.at));
                }
                Did::Searched(_) | Did::Case(_) => {}
            }
        }
        reads
    }
}
