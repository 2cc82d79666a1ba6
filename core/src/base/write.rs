//! Write calls of the facade. Each call records one event, or a few that belong together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::handle::Base;
use super::inner::Recorded;
use super::writer::FIRST_STORAGE_CODE;
use crate::cancel::Checkpoint;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    ArticleDraft, CaseDraft, Confidence, EntryDraft, Event, EventKind, FactDraft, FlagReason,
    Governance, Link, LinkDraft, LinkType, Relation, Verdict, validate,
};
use crate::projection;
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// The outcome of a put.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Put {
    /// The number of the current version.
    pub version: u32,
    /// The outcome: recorded as new, already known, or unchanged.
    pub outcome: Recorded,
}

/// A change of an article's states; absent fields stay unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StateChange {
    /// The new confidence.
    pub confidence: Option<Confidence>,
    /// The new audience label.
    pub audience: Option<String>,
    /// The new governance.
    pub governance: Option<Governance>,
}

impl Base {
    /// Puts an article: creates it, or adds a new version to it. Putting identical content again changes
    /// nothing.
    ///
    /// ```
    /// use kenpoint::{Base, model::{ArticleDraft, Kind}};
    /// let base = Base::in_memory().open().unwrap();
    /// let lamp = ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark");
    /// assert_eq!(base.put(lamp.clone()).unwrap().version, 1);
    /// assert_eq!(base.put(lamp.clone()).unwrap().version, 1);
    /// assert_eq!(base.edit(lamp.audience("public"), 1).unwrap().version, 2);
    /// ```
    pub fn put(&self, draft: ArticleDraft) -> Result<Put> {
        self.put_event(draft, None)
    }

    /// Adds a version on top of the version that the writer saw, `expects`. With 0, creates a new article.
    ///
    /// Fails with `VersionConflict` if `expects` is not the current version.
    pub fn edit(&self, draft: ArticleDraft, expects: u32) -> Result<Put> {
        self.put_event(draft, Some(expects))
    }

    fn put_event(&self, draft: ArticleDraft, expects: Option<u32>) -> Result<Put> {
        let id = draft.id.clone();
        let outcome = self.record_now(EventKind::Put {
            article: Box::new(draft),
            expects,
        })?;
        Ok(Put {
            version: projection::article(&*self.0.store, &id)?.version,
            outcome,
        })
    }

    /// Sets a fact. The newest fact by `as_of` is current; earlier ones are kept.
    pub fn set_fact(&self, fact: FactDraft) -> Result<Recorded> {
        self.record_now(EventKind::FactSet { fact })
    }

    /// Changes the states of an article: publishes, restricts, archives or restores it.
    ///
    /// Cost: a change of the audience recomputes the sessions in which the article was read.
    pub fn change_state(&self, article: &str, change: StateChange) -> Result<Recorded> {
        let StateChange {
            confidence,
            audience,
            governance,
        } = change;
        self.record_now(EventKind::StateChanged {
            article: article.to_owned(),
            confidence,
            to: audience,
            governance,
        })
    }

    /// Validates an article and sets its audience.
    pub fn publish(&self, article: &str, audience: &str) -> Result<Recorded> {
        let change = StateChange {
            confidence: Some(Confidence::Validated),
            audience: Some(audience.to_owned()),
            governance: None,
        };
        self.change_state(article, change)
    }

    /// Archives an article. It is kept and never shown.
    pub fn archive(&self, article: &str) -> Result<Recorded> {
        self.change_state(
            article,
            StateChange {
                confidence: Some(Confidence::Archived),
                ..StateChange::default()
            },
        )
    }

    /// Records that somebody checked an article and found it correct.
    pub fn verify_article(&self, article: &str, by: &str) -> Result<Recorded> {
        let what = EventKind::Verified {
            article: article.to_owned(),
        };
        self.record_as(what, |event| event.by(by))
    }

    /// Records that something is wrong with an article.
    pub fn flag(&self, article: &str, reason: FlagReason, by: &str) -> Result<Recorded> {
        let what = EventKind::Flagged {
            article: article.to_owned(),
            reason,
        };
        self.record_as(what, |event| event.by(by))
    }

    /// Merges one article into another. Evidence and links move to the target, and the old id still
    /// resolves.
    pub fn merge(&self, article: &str, into: &str) -> Result<Recorded> {
        self.record_now(EventKind::Merged {
            article: article.to_owned(),
            into: into.to_owned(),
        })
    }

    /// Records a relation between two articles.
    pub fn relate(&self, article: &str, to: &str, relation: Relation) -> Result<Recorded> {
        self.record_now(EventKind::Related {
            article: article.to_owned(),
            to: to.to_owned(),
            relation,
            ended: false,
        })
    }

    /// Opens a case.
    pub fn open_case(&self, case: CaseDraft) -> Result<Recorded> {
        self.record_now(EventKind::CaseOpened {
            case: Box::new(case),
        })
    }

    /// Adds a note to a case.
    pub fn note(&self, case: &str, entry: EntryDraft) -> Result<Recorded> {
        self.record_as(EventKind::CaseNoted { entry }, |event| event.case(case))
    }

    /// Marks a case as resolved. The articles with a resolved link get their credit.
    pub fn resolve_case(&self, case: &str, first_contact: Option<bool>) -> Result<Recorded> {
        self.change_case(case, EventKind::CaseResolved { first_contact })
    }

    /// Marks a case as closed.
    pub fn close_case(&self, case: &str) -> Result<Recorded> {
        self.change_case(case, EventKind::CaseClosed {})
    }

    /// Reopens a case. The articles that resolved it lose their credit. If the case was resolved at most seven days ago,
    /// the reopening also counts as a failure of these articles.
    pub fn reopen_case(&self, case: &str) -> Result<Recorded> {
        self.change_case(case, EventKind::CaseReopened {})
    }

    fn change_case(&self, case: &str, what: EventKind) -> Result<Recorded> {
        let history = projection::case(&*self.0.store, case)?.history;
        let now = self.now();
        let at = after(history.last().map(|change| change.at), now);
        self.record_one(Event::new(at, what).case(case), now)
    }

    /// Links an article to a case. Linking twice changes nothing.
    pub fn link(&self, link: LinkDraft, by: &str) -> Result<Recorded> {
        let case = link.case.clone();
        let old = self.link_of(&link.case, &link.article, link.link)?;
        let now = self.now();
        let at = after(old.and_then(|old| old.retracted_at), now);
        self.record_one(
            Event::new(at, EventKind::Linked { link }).case(case).by(by),
            now,
        )
    }

    fn link_of(&self, case: &str, article: &str, link: LinkType) -> Result<Option<Link>> {
        let links = self.links_of_case(case)?;
        Ok(links
            .into_iter()
            .find(|known| known.article == article && known.link == link))
    }

    /// Retracts a link. All scores return exactly to their previous values.
    pub fn retract_link(&self, case: &str, article: &str, link: LinkType) -> Result<Recorded> {
        let link_of = self.link_of(case, article, link)?;
        let now = self.now();
        let at = after(link_of.map(|old| old.retracted_at.unwrap_or(old.at)), now);
        let what = EventKind::LinkRetracted {
            article: article.to_owned(),
            link,
        };
        self.record_one(Event::new(at, what).case(case), now)
    }

    /// Records a verdict on a link. A rejected link no longer counts.
    pub fn judge_link(
        &self,
        case: &str,
        article: &str,
        link: LinkType,
        verdict: Verdict,
    ) -> Result<Recorded> {
        let what = EventKind::LinkVerdict {
            article: article.to_owned(),
            link,
            verdict,
        };
        self.record_as(what, |event| event.case(case))
    }

    /// Puts another ranking policy in force, as an event in the log. A change of section weights rebuilds
    /// the text index.
    pub fn set_policy(&self, policy: RankPolicy) -> Result<Recorded> {
        self.record_now(EventKind::RankPolicySet {
            policy: Box::new(policy),
        })
    }

    /// Records an event. The next answer already reflects it. Feedback changes no byte of the text index.
    ///
    /// The event is durable when the call returns, except for relaxed events (searched, shown, clicked,
    /// viewed, dwelt, copied, returned, suggested, opened). Those are durable with the next durable commit.
    pub fn record(&self, event: Event) -> Result<Recorded> {
        self.record_one(event, self.now())
    }

    /// Records all events in one commit, or none of them. The error names each event that is refused, by its place
    /// ([`Error::items`]).
    ///
    /// ```
    /// use kenpoint::{Base, model::{Event, EventKind}};
    /// let base = Base::in_memory().open().unwrap();
    /// let solved = |id: &str| Event::new(base.now(), EventKind::Solved { article: id.into() });
    /// let error = base.record_all(vec![solved("lamp"), solved("fuse")]).unwrap_err();
    /// assert_eq!(error.items().iter().map(|(i, _)| *i).collect::<Vec<_>>(), [0, 1]);
    /// ```
    pub fn record_all(&self, events: Vec<Event>) -> Result<Vec<Recorded>> {
        let now = self.now();
        let check = |event: &Event| {
            self.check_impression(event)
                .and_then(|()| event.check_dates(now))
        };
        self.record_list(events, check, now)
    }

    /// Records a list after a check of each event; an error has the places of all that failed.
    fn record_list(
        &self,
        events: Vec<Event>,
        check: impl Fn(&Event) -> Result<()>,
        arrived: Timestamp,
    ) -> Result<Vec<Recorded>> {
        let failed: Vec<(usize, Error)> = events
            .iter()
            .enumerate()
            .filter_map(|(i, event)| Some((i, check(event).err()?)))
            .collect();
        let done = match failed.is_empty() {
            true => self.0.record(events, arrived),
            false => Err(Error::of_items(failed)),
        };
        done.map_err(|error| match error.code() {
            // The base as a whole refuses.
            code if code.number() >= FIRST_STORAGE_CODE => error,
            _ if self.0.check_writable().is_err() => error,
            _ => error.in_list("events"),
        })
    }

    /// Records events as of an instant of arrival, to import a history in order of time. Fails with
    /// `OutOfHistory` if `arrived` lies before the last record, and with `InvalidValue` if it lies more than a day ahead of
    /// the clock.
    pub fn record_arrived(&self, events: Vec<Event>, arrived: Timestamp) -> Result<Vec<Recorded>> {
        let last = self.0.read().head.arrived;
        if arrived < last {
            return Err(Error::new(
                ErrorCode::OutOfHistory,
                format!(
                    "arrived: {arrived} lies before the last record, {last}; bring history in in order of time"
                ),
            ));
        }
        let now = self.now();
        validate::not_ahead("arrived", arrived, now)?;
        self.record_list(events, |event| event.check_dates(now), arrived)
    }

    fn record_now(&self, what: EventKind) -> Result<Recorded> {
        self.record_as(what, |event| event)
    }

    /// Records an event of this moment with a single reading of the clock. `of` adds its actor or its case.
    fn record_as(&self, what: EventKind, of: impl FnOnce(Event) -> Event) -> Result<Recorded> {
        let now = self.now();
        self.record_one(of(Event::new(now, what)), now)
    }

    fn record_one(&self, event: Event, arrived: Timestamp) -> Result<Recorded> {
        self.check_impression(&event)?;
        event.check_dates(arrived)?;
        let mut done = self.0.record(vec![event], arrived)?;
        done.pop()
            .ok_or_else(|| Error::internal("an event was recorded without an outcome"))
    }

    pub(super) fn check_impression(&self, event: &Event) -> Result<()> {
        let token = match &event.what {
            EventKind::Shown { impression } | EventKind::Suggested { impression } => {
                Some(impression)
            }
            EventKind::Clicked { impression, .. } | EventKind::Viewed { impression, .. } => {
                impression.as_ref()
            }
            _ => None,
        };
        let Some(token) = token else { return Ok(()) };
        crate::model::Impression::read(token, self.0.config.base).map(|_| ())
    }

    /// Makes all relaxed events durable.
    pub fn flush(&self) -> Result<()> {
        self.0.flush()
    }

    /// Flushes relaxed events, brings the index on disk up to date, and drops this handle. Other handles
    /// stay usable. Dropping the last handle closes the base without waiting for the index.
    pub fn close(self) -> Result<()> {
        self.0.flush()?;
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.0.disk {
            disk.flush_index(&self.0, &mut self.1.checkpoint())?;
        }
        Ok(())
    }

    /// Verifies the base: projects the whole log again, compares every row of every table, and checks that
    /// the text index matches the store. Cost: one projection of the log.
    ///
    /// Fails with `Corrupt` and names the first row that differs, or with `IndexFailed` if the text index
    /// differs.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn verify(&self) -> Result<crate::projection::verify::Verified> {
        // The lock keeps writers out, because the log and the tables must be of one moment.
        let _writer = crate::base::inner::lock(&self.0.writer);
        let mut checkpoint = self.1.checkpoint();
        let verified =
            crate::projection::verify::verify(&*self.0.store, &self.0.config, &mut || {
                checkpoint.step()
            })?;
        self.check_index(&mut checkpoint)?;
        Ok(verified)
    }

    fn check_index(&self, checkpoint: &mut Checkpoint<'_>) -> Result<()> {
        use crate::index::{DocSource, Space};
        let state = self.0.read();
        let source = crate::state::documents::Documents::new(
            &*self.0.store,
            &self.0.config,
            &state.model.policy,
            &state.stamps,
        );
        for space in [Space::Article, Space::Case] {
            for (ordinal, stamp) in (0u32..).zip(source.stamps(space)) {
                checkpoint.step()?;
                let expected = if *stamp > 0 {
                    source.rendition(space, ordinal, *stamp)?.len()
                } else {
                    0
                };
                let found: BTreeMap<u32, usize> = state.index.view.live_stamps(space, ordinal);
                let holds =
                    found.values().sum::<usize>() == expected && found.keys().all(|s| s == stamp);
                if !holds {
                    return Err(Error::new(
                        ErrorCode::IndexFailed,
                        format!(
                            "index: {space:?} {ordinal} is not indexed as the store says; reopen the base"
                        ),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Returns the current instant, or 1 ms after the last change if the clock has not moved on. So the last
/// call wins even if the clock stands still; at the same instant the greater event id would win.
fn after(last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    last.map_or(now, |last| if last < now { now } else { last.plus_ms(1) })
}
