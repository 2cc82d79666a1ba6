//! The projection: from an event to the tables.
//!
//! [`apply`] is the only writer of the tables, for a live write, an import, a replay and `verify()` alike. It depends
//! on the tables, the configuration and the event only; it knows no ranking, no index and no clock.

mod articles;
mod cases;
pub mod config;
mod flags;
mod ledger;
pub mod log;
pub mod records;
pub mod sessions;
mod statements;
pub mod verify;
mod votes;

pub use config::BaseConfig;

use std::collections::{BTreeMap, BTreeSet};

use self::log::Head;
use self::records::{
    ArticleRecord, CaseRecord, Contribution, LearnedTerm, Statement, VersionRecord, version_key,
};
use crate::error::{Error, ErrorCode, Result};
use crate::model::audience::Class;
use crate::model::{Event, EventKind, LinkType, Source};
use crate::settings::RankPolicy;
use crate::store::backend::Table;
use crate::store::codec::Key;
use crate::store::txn::{Reader, Txn};
use crate::time::Timestamp;

/// The prefix of the ids of events from a page, in the log. The ids of a page are its own choice; in a namespace of
/// their own they take no id that the host gives.
pub const PAGE: &str = "page:";

/// The changes an event made, from which the state in memory is updated.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Articles whose row changed.
    pub articles: BTreeSet<u32>,
    /// Cases whose row or links changed.
    pub cases: BTreeSet<u32>,
    /// Changes of the ledger; an amount that was removed is negative.
    pub ledger: Vec<Contribution>,
    /// Changes of the learned terms; an amount that was removed is negative.
    pub learned_terms: Vec<LearnedTerm>,
    /// The new policy, if it changed.
    pub policy: Option<Box<RankPolicy>>,
    /// True if the id of the event is already recorded.
    pub is_duplicate: bool,
    /// True if the event put content that is already current.
    pub is_unchanged: bool,
}

impl Effects {
    /// Adds the effects of another event.
    pub fn join(&mut self, other: Effects) {
        self.articles.extend(other.articles);
        self.cases.extend(other.cases);
        self.ledger.extend(other.ledger);
        self.learned_terms.extend(other.learned_terms);
        self.policy = other.policy.or_else(|| self.policy.take());
    }
}

/// The projection of one event in progress.
struct Projector<'t, 'b> {
    txn: &'t mut Txn<'b>,
    config: &'t BaseConfig,
    head: Head,
    effects: Effects,
    /// Contributions of sessions, taken before an article they touched changes its audience; by session id.
    old_counts: BTreeMap<String, (Vec<Statement>, Vec<LearnedTerm>)>,
}

/// Records one event and applies it to the tables. On error the transaction is as before.
///
/// An event whose id is recorded already changes nothing (`is_duplicate`); neither does a put of the current content
/// (`is_unchanged`). Both are not recorded again. Fails with `Contradiction` if the id is recorded for another event.
pub fn apply(
    txn: &mut Txn<'_>,
    config: &BaseConfig,
    arrived: Timestamp,
    mut event: Event,
) -> Result<Effects> {
    event.check()?;
    txn.savepoint();
    let mut head = log::head(txn)?;
    head.seq += 1;
    head.arrived = log::arrival(txn, &head, arrived)?;
    if event.id.is_empty() {
        let name = Key::new().u64(config.base).u64(config.seed).u64(head.seq).0;
        let hash = crate::store::codec::hash(&name);
        event.id = hash
            .iter()
            .take(10)
            .fold(String::from("k-"), |id, byte| format!("{id}{byte:02x}"));
    }
    if let Some(seq) = log::seq_of(txn, &event.id)? {
        let known = log::get(txn, seq)?.event;
        check_repeats(&known, event)?;
        return Ok(Effects {
            is_duplicate: true,
            ..Effects::default()
        });
    }
    let mut projector = Projector {
        txn,
        config,
        head,
        effects: Effects::default(),
        old_counts: BTreeMap::new(),
    };
    let done = projector.event(&event);
    let Projector {
        head, effects, txn, ..
    } = projector;
    let written = match done {
        Ok(()) if effects.is_unchanged => {
            txn.rollback();
            return Ok(effects);
        }
        Ok(()) => log::append(txn, head.seq, head.arrived, &event)
            .and_then(|()| log::set_head(txn, &head)),
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(effects),
        Err(error) => {
            txn.rollback();
            Err(error)
        }
    }
}

/// Fails unless `event` repeats `known`, which has the same id. The instants may differ: a caller who leaves the instant
/// to the base and tries again, since an answer was lost, means the same event.
fn check_repeats(known: &Event, mut event: Event) -> Result<()> {
    event.at = known.at;
    if event == *known {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Contradiction,
        format!(
            "event.id: {} is recorded with other content, of {}; give this event an id of its own",
            crate::error::excerpt(&event.id),
            known.at
        ),
    ))
}

impl Projector<'_, '_> {
    fn event(&mut self, event: &Event) -> Result<()> {
        if let Some(label) = &event.audience {
            self.config.audiences.class(label)?;
        }
        match &event.what {
            EventKind::Put { article, expects } => self.put(event, article, *expects),
            EventKind::FactSet { fact } => self.fact(event, fact),
            EventKind::StateChanged {
                article,
                confidence,
                to,
                governance,
            } => self.change_state(article, *confidence, to.as_deref(), *governance),
            EventKind::Verified { article } => self.verify(event.at, article),
            EventKind::Merged { article, into } => self.merge(article, into),
            EventKind::Related {
                article,
                to,
                relation,
                ended,
            } => self.relate(article, to, *relation, *ended),
            EventKind::Flagged { article, reason } => self.flag(event, article, *reason),

            EventKind::Searched { .. }
            | EventKind::Viewed { .. }
            | EventKind::Returned { .. }
            | EventKind::Solved { .. }
            | EventKind::DidNotSolve { .. }
            | EventKind::Rated { .. }
            | EventKind::Copied { .. } => {
                self.vote(event)?;
                self.session_event(event)
            }
            EventKind::Clicked { article, .. }
            | EventKind::Dwelt { article, .. }
            | EventKind::Commented { article, .. } => self.article(article).map(|_| ()),

            EventKind::Opened { article } => {
                self.case_of(event)?;
                self.article(article).map(|_| ())
            }
            EventKind::Accepted { article } => self.link_of(event, article, LinkType::Helped, None),
            EventKind::Dismissed { article, reason } => {
                self.link_of(event, article, LinkType::Dismissed, Some(*reason))
            }
            EventKind::Sent { article } => self.link_of(event, article, LinkType::Sent, None),
            EventKind::Linked { link } => self.link(event, link),
            EventKind::LinkRetracted { article, link } => self.retract(event, article, *link),
            EventKind::LinkVerdict {
                article,
                link,
                verdict,
            } => self.judge(event, article, *link, *verdict),

            EventKind::CaseOpened { case } => self.open_case(event, case),
            EventKind::CaseNoted { entry } => self.note(event, entry),
            EventKind::CaseWaiting { .. }
            | EventKind::CaseResolved { .. }
            | EventKind::CaseClosed {}
            | EventKind::CaseReopened {}
            | EventKind::CaseAbandoned {} => self.change_status(event),
            EventKind::Escalated {} => self.case_of(event).map(|_| ()),
            EventKind::CaseRelated { to, relation } => self.relate_case(event, to, *relation),

            EventKind::ActorSet { who } => {
                self.txn.put(Table::Actors, who.id.as_bytes().to_vec(), who)
            }
            EventKind::RankPolicySet { policy } => {
                let record = crate::store::codec::policy(policy)?;
                self.txn.put_bytes(Table::Meta, b"policy".to_vec(), record);
                self.effects.policy = Some(policy.clone());
                Ok(())
            }
            // Kept in the log for reports; no table depends on them yet.
            EventKind::Shown { .. }
            | EventKind::Suggested { .. }
            | EventKind::CaseDrafted {}
            | EventKind::DraftAbandoned { .. }
            | EventKind::ProductReleased { .. }
            | EventKind::PolicyChanged { .. }
            | EventKind::SourceChanged { .. }
            | EventKind::Survey { .. } => Ok(()),
        }
    }

    /// Returns the arrival of an event out of a page. A page may date its events as it likes; the host's are dated by
    /// the host.
    fn arrived(&self, event: &Event) -> Option<Timestamp> {
        event.id.starts_with(PAGE).then_some(self.head.arrived)
    }

    /// Reads the article of an id. A merged article is returned itself, not its target.
    fn article(&self, id: &str) -> Result<ArticleRecord> {
        article(self.txn, id)
    }

    /// The version of an article that was in force at an instant: the last one written by then, the first one before
    /// that. An event of the past counts for the text its reader saw, however late it is recorded.
    ///
    /// Cost: nothing for an article of one version; else a row for each version since, and one more.
    fn version_at(&self, article: &ArticleRecord, at: Timestamp) -> Result<u32> {
        let mut number = article.version;
        while number > 1 {
            let key = version_key(article.ordinal, number);
            let version: VersionRecord = self.txn.required(Table::Versions, &key)?;
            if version.at <= at {
                break;
            }
            number -= 1;
        }
        Ok(number)
    }

    /// The case of an id.
    fn case(&self, id: &str) -> Result<CaseRecord> {
        case(self.txn, id)
    }

    /// Reads the case of an event.
    fn case_of(&self, event: &Event) -> Result<CaseRecord> {
        let id = event.case.as_deref().ok_or_else(|| {
            Error::invalid(
                "event.case",
                "",
                "this event belongs to a case: give its id",
            )
        })?;
        self.case(id)
    }

    fn save_article(&mut self, article: &ArticleRecord) -> Result<()> {
        self.effects.articles.insert(article.ordinal);
        self.txn
            .put(Table::Articles, article.id.as_bytes().to_vec(), article)
    }

    fn save_case(&mut self, case: &CaseRecord) -> Result<()> {
        self.effects.cases.insert(case.ordinal);
        self.txn
            .put(Table::Cases, case.id.as_bytes().to_vec(), case)
    }

    fn class(&self, label: &str) -> Result<Class> {
        self.config.audiences.class(label)
    }
}

/// Reads the article of an id.
pub fn article(reader: &(impl Reader + ?Sized), id: &str) -> Result<ArticleRecord> {
    reader
        .record(Table::Articles, id.as_bytes())?
        .ok_or_else(|| no_article(id))
}

/// Returns the id of the article that came last from this place of another system.
pub fn article_of_source(
    reader: &(impl Reader + ?Sized),
    source: &Source,
) -> Result<Option<String>> {
    let key = Key::new().text(&source.system).text(&source.key).0;
    let id = reader.bytes(Table::Sources, &key)?;
    Ok(id.and_then(|id| String::from_utf8(id).ok()))
}

/// The error for an id without an article.
pub fn no_article(id: &str) -> Error {
    Error::new(
        ErrorCode::ArticleNotFound,
        format!(
            "article: no article has the id {}; put it first",
            crate::error::excerpt(id)
        ),
    )
}

/// Reads the case of an id.
pub fn case(reader: &(impl Reader + ?Sized), id: &str) -> Result<CaseRecord> {
    reader.record(Table::Cases, id.as_bytes())?.ok_or_else(|| {
        Error::new(
            ErrorCode::CaseNotFound,
            format!(
                "case: no case has the id {}; open it first",
                crate::error::excerpt(id)
            ),
        )
    })
}

/// Reads the article of an ordinal.
pub fn article_at(reader: &(impl Reader + ?Sized), ordinal: u32) -> Result<ArticleRecord> {
    let id = reader
        .bytes(Table::ArticleIds, &ordinal.to_be_bytes())?
        .ok_or_else(|| Error::corrupt("an article's number has no id"))?;
    reader.required(Table::Articles, &id)
}

/// Reads the case of an ordinal.
pub fn case_at(reader: &(impl Reader + ?Sized), ordinal: u32) -> Result<CaseRecord> {
    let id = reader
        .bytes(Table::CaseIds, &ordinal.to_be_bytes())?
        .ok_or_else(|| Error::corrupt("a case's number has no id"))?;
    reader.required(Table::Cases, &id)
}
