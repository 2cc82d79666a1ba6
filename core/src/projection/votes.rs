//! Votes about articles: one effective vote per voter, version, kind and window (I5).

use super::Projector;
use super::records::{Contribution, Side, SourceId, Statement, VoteKind, VoteRecord, When};
use crate::error::Result;
use crate::model::evidence::UNIT;
use crate::model::{Event, EventKind, Segment, Signal};
use crate::settings::VOTE_WINDOW_DAYS;
use crate::store::backend::Table;
use crate::store::codec::Key;
use crate::store::txn::Reader;

/// Returns the voice of an event: the actor, else the customer, else the session.
pub fn voice_of(event: &Event) -> Option<SourceId<'_>> {
    match (&event.actor, &event.party, &event.session) {
        (Some(actor), _, _) => Some(SourceId::Actor(actor)),
        (None, Some(party), _) => Some(SourceId::Party(party)),
        (None, None, Some(session)) => Some(SourceId::Session(session)),
        (None, None, None) => None,
    }
}

impl Projector<'_, '_> {
    /// Counts the vote of an event, if it is a vote and the voter has no later one in the same window.
    pub fn vote(&mut self, event: &Event) -> Result<()> {
        let segment = self.config.segment(event)?;
        let (kind, amounts) = match &event.what {
            EventKind::Rated { value, .. } => {
                let up = (value * UNIT as f64 + 0.5) as i64;
                (
                    VoteKind::Rating,
                    vec![(Signal::RatedUp, up), (Signal::RatedDown, UNIT - up)],
                )
            }
            EventKind::Solved { .. } => (VoteKind::Rating, vec![(Signal::Solved, UNIT)]),
            EventKind::DidNotSolve { .. } => (VoteKind::Rating, vec![(Signal::DidNotSolve, UNIT)]),
            EventKind::Flagged { .. } => (VoteKind::Flag, vec![(Signal::Flagged, UNIT)]),
            EventKind::Copied { .. } if segment == Segment::Agent => {
                (VoteKind::Copy, vec![(Signal::Copied, UNIT)])
            }
            _ => return Ok(()),
        };
        let Some(id) = event.article() else {
            return Ok(());
        };
        let article = self.article(id)?;
        let version = self.version_at(&article, event.at)?;
        let window = event.at.day().0.div_euclid(VOTE_WINDOW_DAYS);
        // An event that names nobody is a vote of its own, and counts among the crowd.
        let voice = voice_of(event).map(SourceId::hash);
        let voter = voice.unwrap_or_else(|| SourceId::Event(&event.id).hash());
        let key = Key::new()
            .u32(article.ordinal)
            .u32(version)
            .u8(kind as u8)
            .u64(voter)
            .i32(window)
            .0;
        let old: Option<VoteRecord> = self.txn.record(Table::Votes, &key)?;
        if old
            .as_ref()
            .is_some_and(|old| (old.at, &old.event) > (event.at, &event.id))
        {
            return Ok(());
        }
        let vote = VoteRecord {
            at: event.at,
            event: event.id.clone(),
            segment,
            amounts,
        };
        let count = |vote: &VoteRecord| -> Vec<Statement> {
            let amounts = vote.amounts.iter().filter(|(_, amount)| *amount != 0);
            let what = amounts.map(|(signal, amount)| Contribution {
                article: article.ordinal,
                version,
                segment: vote.segment,
                signal: *signal,
                when: When::Day(vote.at.day()),
                side: Side::Voice,
                amount: *amount,
            });
            what.map(|what| Statement { voice, what }).collect()
        };
        self.replace_evidence(&old.as_ref().map(count).unwrap_or_default(), &count(&vote))?;
        self.txn.put(Table::Votes, key, &vote)
    }
}
