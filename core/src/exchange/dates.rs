//! Dates of imported records that lie ahead of the base's clock.
//!
//! A base refuses them, since what lies in the future would stay fresh until its day. The log of a base whose clock once
//! ran ahead has such dates, and with [`DatesAhead::SetToNow`] they come in as of now.

use serde::{Deserialize, Serialize};

use super::foreign::Adjustment;
use super::record::Record;
use crate::model::{ArticleDraft, CaseDraft, Event, EventKind, validate};
use crate::time::Timestamp;

/// The treatment of a date that lies more than a day ahead of the base's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatesAhead {
    /// The record is refused and reported.
    #[default]
    Refuse,
    /// The date becomes the instant of the import, and the change is reported. Use it to mend the log of a base whose clock
    /// ran ahead.
    SetToNow,
}

impl Record {
    /// Sets each date that lies ahead to `now`. Returns a note for each.
    pub(super) fn bring_back(&mut self, now: Timestamp) -> Vec<Adjustment> {
        let mut back = Back {
            now,
            notes: Vec::new(),
        };
        match self {
            Record::Article { draft, at } => {
                back.article(draft);
                back.date("at", at.as_mut());
            }
            Record::Fact(fact) => back.date("as_of", Some(&mut fact.as_of)),
            Record::Case { draft, events } => {
                back.case(draft);
                events.iter_mut().for_each(|event| back.event(event));
            }
            Record::Link { at, .. } => back.date("at", at.as_mut()),
            Record::Actor(_) => {}
            Record::Event(event) => back.event(event),
            Record::Logged { event, arrived } => {
                back.date("arrived", Some(arrived));
                back.event(event);
            }
        }
        back.notes
    }
}

struct Back {
    now: Timestamp,
    notes: Vec<Adjustment>,
}

impl Back {
    fn date(&mut self, key: &str, at: Option<&mut Timestamp>) {
        let Some(at) = at else { return };
        let Err(error) = validate::not_ahead(key, *at, self.now) else {
            return;
        };
        let found = at.to_string().into();
        let note = Adjustment::read_as(key, &found, self.now.to_string(), error.message());
        self.notes.push(note);
        *at = self.now;
    }

    fn article(&mut self, draft: &mut ArticleDraft) {
        self.date("created", draft.created.as_mut());
        self.date("updated", draft.updated.as_mut());
        self.date("verified", draft.verified.as_mut());
    }

    fn case(&mut self, draft: &mut CaseDraft) {
        self.date("opened", draft.opened.as_mut());
        for entry in &mut draft.entries {
            self.date("entry.at", entry.at.as_mut());
        }
    }

    fn event(&mut self, event: &mut Event) {
        self.date("at", Some(&mut event.at));
        match &mut event.what {
            EventKind::Put { article, .. } => self.article(article),
            EventKind::FactSet { fact } => self.date("as_of", Some(&mut fact.as_of)),
            EventKind::CaseOpened { case } => self.case(case),
            EventKind::CaseNoted { entry } => self.date("entry.at", entry.at.as_mut()),
            _ => {}
        }
    }
}
