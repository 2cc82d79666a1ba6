//! Imports into a base, and the export of its log.

use std::io::Write;
use std::ops::ControlFlow;

use super::handle::Base;
use super::inner::Recorded;
use super::notice::{NoticeLevel, Notices};
use crate::cancel::Checkpoint;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::jsonl::with_id;
use crate::exchange::{
    self, Adjustment, Format, ImportOptions, ImportReport, Importer, Outcome, Progress, Record,
    Sink,
};
use crate::model::{Case, CaseDraft, CaseKind, Confidence, Event, EventKind, Source, validate};
use crate::projection::{self, log};
use crate::time::Timestamp;

/// The outcome of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The number of records of the log.
    pub records: u64,
}

impl Base {
    /// Imports a file, or all files of a folder: Markdown with front matter, HTML, JSON lines.
    ///
    /// Importing identical content again changes nothing. A record that is unreadable or rejected by the base
    /// is in the report, with its location and the reason; the other records are imported.
    #[cfg(feature = "disk")]
    pub fn import(
        &self,
        path: impl AsRef<std::path::Path>,
        options: &ImportOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport> {
        span!("import");
        let mut guard = Guard::new(self, progress);
        let report = exchange::import_path(
            path.as_ref(),
            options,
            &mut Taker::new(self),
            &mut |so_far| guard.ask(so_far),
        );
        self.flush()?;
        guard.end(report)
    }

    /// Imports one source from memory, in the same way.
    pub fn import_bytes(
        &self,
        format: Format,
        name: &str,
        bytes: &[u8],
        options: &ImportOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport> {
        span!("import", bytes = bytes.len());
        let mut guard = Guard::new(self, progress);
        let mut taker = Taker::new(self);
        let mut ask = |so_far: &Progress| guard.ask(so_far);
        let mut importer = Importer::new(options, &mut taker, &mut ask);
        let read = importer.bytes(format, name, bytes);
        let report = read.and_then(|_| importer.finish());
        self.flush()?;
        guard.end(report)
    }

    /// Imports files from memory, given by path and bytes, in the order of [`exchange::import_files`].
    pub fn import_files(
        &self,
        files: &[(String, Vec<u8>)],
        options: &ImportOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ImportReport> {
        span!("import");
        let mut guard = Guard::new(self, progress);
        let mut taker = Taker::new(self);
        let report =
            exchange::import_files(files, options, &mut taker, &mut |so_far| guard.ask(so_far));
        self.flush()?;
        guard.end(report)
    }

    /// Writes the whole log as JSON lines. Importing it into an empty base with the same audiences, language
    /// and seed gives an equal state.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn export(&self, out: &mut dyn Write) -> Result<Exported> {
        let last = self.0.read().head.seq;
        let mut checkpoint = self.1.checkpoint();
        let events = (1..=last).map(|seq| {
            checkpoint.step()?;
            let record = log::get(&*self.0.store, seq)?;
            Ok((record.arrived, record.event))
        });
        let records = exchange::write_log(out, events)?;
        Ok(Exported { records })
    }

    /// Exports the log into a new file; the file must not exist yet. It is durable when the call returns, and
    /// removed if the call fails.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    #[cfg(feature = "disk")]
    pub fn export_file(&self, path: impl AsRef<std::path::Path>) -> Result<Exported> {
        let path = path.as_ref();
        let failed = |error: std::io::Error| {
            let code = match error.kind() {
                std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
                _ => ErrorCode::Io,
            };
            let text = format!(
                "export to {}: {error}; give a file that is not there yet, with room for it",
                path.display()
            );
            Error::with_source(code, text, error)
        };
        let file = std::fs::File::create_new(path).map_err(failed)?;
        let mut out = std::io::BufWriter::new(file);
        let done = self.export(&mut out).and_then(|done| {
            let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
            file.sync_all().map_err(failed)?;
            Ok(done)
        });
        if done.is_err() {
            // A partial file is not an export. An error of the removal is dropped, because the first error
            // says more.
            drop(std::fs::remove_file(path));
        }
        done
    }

    /// Returns a digest of the whole state. Equal logs give equal digests, on any machine and for any order
    /// of arrival of commuting events.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn digest(&self) -> Result<String> {
        crate::projection::verify::digest(&*self.0.store)
    }
}

/// The progress callback of an import, and the cancel hook of the handle it was called on.
pub(super) struct Guard<'a> {
    progress: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    checkpoint: Checkpoint<'a>,
    notices: &'a Notices,
    /// The error of the cancel hook, if it stopped the import.
    stopped: Option<Error>,
}

impl<'a> Guard<'a> {
    pub(super) fn new(
        base: &'a Base,
        progress: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Guard<'a> {
        Guard {
            progress,
            checkpoint: base.1.checkpoint(),
            notices: &base.0.env.notices,
            stopped: None,
        }
    }

    pub(super) fn ask(&mut self, so_far: &Progress) -> ControlFlow<()> {
        match self.checkpoint.step() {
            Ok(()) => (self.progress)(so_far),
            Err(stopped) => {
                self.stopped = Some(stopped);
                ControlFlow::Break(())
            }
        }
    }

    fn end(self, report: Result<ImportReport>) -> Result<ImportReport> {
        if let Ok(report) = &report {
            tell_warning(self.notices, report);
        }
        self.settle(report)
    }

    /// The report, or the error of the cancel hook if it stopped the import.
    pub(super) fn settle(self, report: Result<ImportReport>) -> Result<ImportReport> {
        match (report, self.stopped) {
            (Ok(report), Some(stopped)) => Err(stopped.at(format_args!(
                "import, after {} records were taken",
                report.taken()
            ))),
            (report, _) => report,
        }
    }
}

/// Tells the host's log of an import that took nothing, or refused more than it took.
pub(super) fn tell_warning(notices: &Notices, report: &ImportReport) {
    if let Some(warning) = &report.warning {
        notices.tell(NoticeLevel::Warning, "import", || warning.clone());
    }
}

/// The sink of an importer. Each record is one relaxed commit; the flush at the end makes all durable.
pub(super) struct Taker<'a> {
    base: &'a Base,
    /// The end of the log after the last record of an export.
    n_logged: u64,
    /// Values of the last record that were not taken as they stood.
    notes: Vec<Adjustment>,
}

impl<'a> Taker<'a> {
    pub(super) fn new(base: &'a Base) -> Taker<'a> {
        Taker {
            base,
            n_logged: 0,
            notes: Vec::new(),
        }
    }

    fn note(&mut self, key: &str, value: impl ToString, read_as: Option<String>, reason: &str) {
        self.notes.push(Adjustment {
            key: key.to_owned(),
            value: value.to_string().chars().take(100).collect(),
            read_as,
            reason: reason.to_owned(),
        });
    }

    fn record(&self, events: Vec<Event>, arrived: Timestamp) -> Result<Outcome> {
        let now = self.base.now();
        validate::not_ahead("arrived", arrived, now)?;
        events.iter().try_for_each(|event| event.check_dates(now))?;
        let done = self.base.0.record_relaxed(events, arrived)?;
        let is_new = done.contains(&Recorded::New);
        Ok(if is_new {
            Outcome::Created
        } else {
            Outcome::Unchanged
        })
    }
}

impl Sink for Taker<'_> {
    fn take(&mut self, record: Record) -> Result<Outcome> {
        self.take_one(record, self.base.now())
    }

    fn take_at(&mut self, record: Record, at: Timestamp) -> Result<Outcome> {
        // A date in the future cannot be an instant of arrival, and none lies before what the base already knows.
        let now = self.base.now();
        let last = self.base.0.read().head.arrived;
        let arrived = at.min(now).max(last);
        let outcome = self.take_one(record, arrived)?;
        if arrived != at && outcome != Outcome::Unchanged {
            let reason =
                "the base knows later records already; load tables of one history together";
            self.note("arrived", at, Some(arrived.to_string()), reason);
        }
        Ok(outcome)
    }

    fn notes(&mut self) -> Vec<Adjustment> {
        std::mem::take(&mut self.notes)
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.base.now())
    }

    fn hold_back(&mut self, source: &Source) -> Result<bool> {
        let store = &*self.base.0.store;
        let Some(id) = projection::article_of_source(store, source)? else {
            return Ok(false);
        };
        let article = projection::article(store, &id)?;
        let is_shown = !matches!(
            article.confidence,
            Confidence::WorkInProgress | Confidence::Archived
        );
        if !is_shown || article.merged_into.is_some() {
            return Ok(false);
        }
        let now = self.base.now();
        let state = EventKind::StateChanged {
            article: id,
            confidence: Some(Confidence::WorkInProgress),
            to: None,
            governance: None,
        };
        self.record(vec![Event::new(now, state)], now)?;
        Ok(true)
    }
}

impl Taker<'_> {
    /// Returns the entries of a draft that a known case has not yet, as notes. What a case was opened with stays: each
    /// other value of the draft is noted.
    fn later_notes(&mut self, case: &Case, draft: CaseDraft) -> Result<Vec<Event>> {
        let reason = "a case keeps what it was opened with";
        let texts = [
            ("channel", draft.channel, &case.channel),
            ("party", draft.party, &case.party),
            ("session", draft.session, &case.session),
        ];
        for (key, given, kept) in texts {
            if let Some(given) = given.filter(|given| kept.as_ref() != Some(given)) {
                self.note(key, given, kept.clone(), reason);
            }
        }
        if let Some(opened) = draft.opened.filter(|opened| *opened != case.opened) {
            self.note("opened", opened, Some(case.opened.to_string()), reason);
        }
        // A draft without a kind has this one.
        if draft.kind != case.kind && draft.kind != CaseKind::Service {
            self.note("kind", draft.kind, Some(case.kind.to_string()), reason);
        }
        if !draft.products.is_empty() && draft.products != case.products {
            let ids: Vec<&str> = draft.products.iter().map(|item| &*item.id).collect();
            self.note("products", ids.join(", "), None, reason);
        }
        draft
            .entries
            .into_iter()
            .filter(|new| {
                !case
                    .entries
                    .iter()
                    .any(|old| old.text == new.text && old.reuse == new.reuse)
            })
            .map(|entry| {
                let at = entry.at.unwrap_or(case.opened);
                with_id(Event::new(at, EventKind::CaseNoted { entry }).case(&case.id))
            })
            .collect()
    }

    fn has_article(&self, id: &str) -> bool {
        self.base.0.read().model.catalog.ordinal(id).is_some()
    }

    fn take_one(&mut self, record: Record, now: Timestamp) -> Result<Outcome> {
        match record {
            Record::Article { draft, at } => {
                let known = self.has_article(&draft.id);
                let event = Event::new(
                    at.unwrap_or(now),
                    EventKind::Put {
                        article: draft,
                        expects: None,
                    },
                );
                let outcome = self.record(vec![event], now)?;
                Ok(of_known(known, outcome))
            }
            Record::Fact(fact) => {
                let known = self.has_article(&fact.article_id());
                let event = Event::new(fact.as_of, EventKind::FactSet { fact });
                let outcome = self.record(vec![event], now)?;
                Ok(of_known(known, outcome))
            }
            Record::Case { draft, events } => {
                let id = draft.id.clone();
                let (known, mut first) = match self.base.case(&id) {
                    Ok(case) => (true, self.later_notes(&case, *draft)?),
                    Err(error) if error.code() == ErrorCode::CaseNotFound => {
                        let at = draft.opened.unwrap_or(now);
                        let open = Event::new(at, EventKind::CaseOpened { case: draft });
                        (false, vec![open.case(&id)])
                    }
                    Err(error) => return Err(error),
                };
                first.extend(events);
                let outcome = self.record(first, now)?;
                Ok(of_known(known, outcome))
            }
            Record::Link { draft, at, actor } => {
                let same = self.base.links_of_case(&draft.case)?.iter().any(|link| {
                    link.article == draft.article
                        && link.link == draft.link
                        && link.retracted_at.is_none()
                });
                if same {
                    return Ok(Outcome::Unchanged);
                }
                let case = draft.case.clone();
                let mut event =
                    Event::new(at.unwrap_or(now), EventKind::Linked { link: draft }).case(case);
                event.actor = actor;
                self.record(vec![event], now)
            }
            Record::Actor(who) => {
                let known = self.base.actor(&who.id)?;
                if known.as_ref() == Some(&who) {
                    return Ok(Outcome::Unchanged);
                }
                let outcome =
                    self.record(vec![Event::new(now, EventKind::ActorSet { who })], now)?;
                Ok(if known.is_some() {
                    Outcome::Updated
                } else {
                    outcome
                })
            }
            Record::Event(event) => self.record(vec![*event], now),
            Record::Logged { event, arrived } => {
                let head = self.base.0.read().head;
                // The arrivals of one log go back where its clock had run ahead.
                let goes_on = head.seq == self.n_logged;
                if arrived < head.arrived && !goes_on && !self.base.0.is_known(&event.id)? {
                    return Err(Error::new(
                        ErrorCode::OutOfHistory,
                        format!(
                            "arrived: {arrived} lies before the last record of this base; import an export into an empty base"
                        ),
                    ));
                }
                let outcome = self.record(vec![*event], arrived)?;
                self.n_logged = self.base.0.read().head.seq;
                Ok(outcome)
            }
        }
    }
}

/// The outcome for a record about something that may have been known before.
fn of_known(is_known: bool, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Created if is_known => Outcome::Updated,
        outcome => outcome,
    }
}
