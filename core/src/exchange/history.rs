//! Chronological import: records are sorted by the time they happened, so that views of the past see the base grow.
//!
//! A case is split into its opening, its notes and its status changes, each at its own time. An article is placed at
//! its creation with its present text, because the source has no other and later records refer to it.

use super::jsonl::with_id;
use super::record::Record;
use super::report::SourcePlace;
use crate::error::Result;
use crate::model::{Event, EventKind};
use crate::time::Timestamp;

/// A record held back until all sources have been read.
pub(super) struct Held {
    /// The time it happened, if the source states it.
    pub(super) at: Option<Timestamp>,
    pub(super) place: SourcePlace,
    pub(super) record: Record,
    /// The unknown keys of the record. They are set in the first part of a record only, so that the report counts each
    /// record once.
    pub(super) unknown: Option<Vec<String>>,
}

impl Record {
    /// Returns the time it happened: creation of an article, observation of a fact, opening of a case, making of a
    /// link. `None` for an actor, and for a record the source does not date.
    pub fn happened(&self) -> Option<Timestamp> {
        match self {
            Record::Article { draft, at } => draft.created.or(*at),
            Record::Fact(fact) => Some(fact.as_of),
            Record::Case { draft, .. } => draft
                .opened
                .or_else(|| draft.entries.iter().filter_map(|entry| entry.at).min()),
            Record::Link { at, .. } => *at,
            Record::Actor(_) => None,
            Record::Event(event) => Some(event.at),
            Record::Logged { arrived, .. } => Some(*arrived),
        }
    }

    /// Splits the record into parts with a time of their own, the earliest first.
    pub(super) fn parts(self) -> Result<Vec<Record>> {
        let opened = self.happened();
        let Record::Case {
            mut draft,
            events: endings,
        } = self
        else {
            return Ok(vec![self]);
        };
        let (later, first): (Vec<_>, Vec<_>) = std::mem::take(&mut draft.entries)
            .into_iter()
            .partition(|entry| entry.at > opened && entry.at.is_some());
        draft.entries = first;
        let id = draft.id.clone();
        let mut parts = vec![Record::Case {
            draft,
            events: Vec::new(),
        }];
        for entry in later {
            if let Some(at) = entry.at {
                let note = Event::new(at, EventKind::CaseNoted { entry }).case(&id);
                parts.push(Record::Event(Box::new(with_id(note)?)));
            }
        }
        parts.extend(endings.into_iter().map(|end| Record::Event(Box::new(end))));
        Ok(parts)
    }
}

/// Sorts held records by time, stable, those without a time first. Returns the earliest time.
pub(super) fn in_order(held: &mut [Held]) -> Option<Timestamp> {
    held.sort_by_key(|held| held.at);
    held.iter().find_map(|held| held.at)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use crate::exchange::{Arrivals, Format, ImportOptions};
    use crate::model::{ArticleDraft, Context, Kind, Viewer};
    use crate::{Base, ErrorCode, FixedClock, SuggestRequest, Timestamp};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn base() -> Base {
        let clock = FixedClock::at(at("2026-06-01"));
        Base::in_memory().clock(clock).open().unwrap()
    }

    fn dated() -> ImportOptions {
        ImportOptions::new().arrivals(Arrivals::AsDated)
    }

    const LINES: &str = r#"{"type":"link","case":"c","article":"a","link":"resolved","at":"2026-03-05"}
{"type":"case","id":"c","opened":"2026-03-01","entries":[{"at":"2026-03-01","text":"lamp is dark","reuse":"issue"},{"at":"2026-03-04","text":"changed the fuse","reuse":"resolution"}],"resolved":"2026-03-05","status":"resolved"}
{"type":"article","id":"b","title":"Chairs","created":"2026-04-01"}
{"type":"article","id":"a","title":"Lamps","created":"2026-02-01","updated":"2026-05-01"}
{"type":"actor","id":"ana","licence":"coach"}
{"type":"event","at":"2026-01-10","what":"viewed","article":"a"}
"#;

    #[test]
    fn a_history_arrives_as_it_happened() {
        let base = base();
        let report = base
            .import_bytes(
                Format::JsonLines,
                "all.jsonl",
                LINES.as_bytes(),
                &dated(),
                &mut |_| ControlFlow::Continue(()),
            )
            .unwrap();
        // The view comes before its article exists, so it is rejected with its line.
        assert_eq!((report.created, report.n_skipped), (5, 1), "{report:?}");
        assert_eq!(report.skipped[0].place.to_string(), "all.jsonl:6");
        assert_eq!(report.skipped[0].code, ErrorCode::ArticleNotFound.number());

        let february = base.as_of(at("2026-02-15")).unwrap();
        assert_eq!(february.article("a").unwrap().title, "Lamps");
        assert_eq!(
            february.case("c").unwrap_err().code(),
            ErrorCode::CaseNotFound
        );
        assert!(february.actor("ana").unwrap().is_some());
        let march = base.as_of(at("2026-03-02")).unwrap();
        assert_eq!(march.case("c").unwrap().entries.len(), 1);
        assert!(march.case("c").unwrap().done.is_none());
        assert!(march.links_of_case("c").unwrap().is_empty());
        assert!(march.article("b").is_err());
        let case = base.case("c").unwrap();
        assert_eq!((case.entries.len(), case.done), (2, Some(at("2026-03-05"))));
        base.verify().unwrap();
    }

    #[test]
    fn an_import_as_dated_answers_like_any_other_and_repeats_without_effect() {
        let (dated_base, plain) = (base(), base());
        let lines: Vec<&str> = LINES.lines().take(5).collect();
        let ordered = [lines[4], lines[3], lines[2], lines[1], lines[0]].join("\n");
        for (base, options) in [(&dated_base, dated()), (&plain, ImportOptions::new())] {
            let report = base
                .import_bytes(
                    Format::JsonLines,
                    "all.jsonl",
                    ordered.as_bytes(),
                    &options,
                    &mut |_| ControlFlow::Continue(()),
                )
                .unwrap();
            assert_eq!((report.created, report.n_skipped), (5, 0), "{report:?}");
        }
        let ask = |base: &Base| {
            let request = SuggestRequest::for_text("dark lamp", Viewer::new("internal"))
                .context(Context::new());
            let answer = base.suggest(&request).unwrap();
            let scores = answer.suggestions.iter().map(|s| s.score.to_bits());
            (
                answer
                    .suggestions
                    .iter()
                    .map(|s| s.id.clone())
                    .collect::<Vec<_>>(),
                scores.collect::<Vec<_>>(),
            )
        };
        assert_eq!(ask(&dated_base), ask(&plain));
        let digest = dated_base.digest().unwrap();
        let again = dated_base
            .import_bytes(
                Format::JsonLines,
                "all.jsonl",
                ordered.as_bytes(),
                &dated(),
                &mut |_| ControlFlow::Continue(()),
            )
            .unwrap();
        assert_eq!((again.created, again.unchanged), (0, 5), "{again:?}");
        assert_eq!(dated_base.digest().unwrap(), digest);
    }

    #[test]
    fn what_lies_before_the_last_record_arrives_with_it() {
        let base = base();
        base.put(ArticleDraft::new("now", Kind::General, "Now"))
            .unwrap();
        base.import_bytes(
            Format::JsonLines,
            "all.jsonl",
            LINES.as_bytes(),
            &dated(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
        assert!(base.as_of(at("2026-05-31")).unwrap().article("a").is_err());
        assert!(base.as_of(at("2026-06-01")).unwrap().article("a").is_ok());
    }

    #[test]
    fn limits_hold_for_what_waits() {
        let base = base();
        let options = dated().max_records(2);
        let report = base
            .import_bytes(
                Format::JsonLines,
                "all.jsonl",
                LINES.as_bytes(),
                &options,
                &mut |_| ControlFlow::Continue(()),
            )
            .unwrap();
        // The link is rejected: its case or its article lies beyond the limit.
        assert!(report.stopped);
        assert_eq!(report.taken() + report.n_skipped, 3, "{report:?}");
    }
}
