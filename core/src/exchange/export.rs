//! Export of the log as JSON lines: a header, then one event per line. An import into an empty base restores an equal
//! state.
//!
//! It makes no errors of its own and passes on those of the log and of the writer.

use std::io::Write;

use serde::Serialize;

use crate::error::{Error, ErrorCode, Result};
use crate::model::Event;
use crate::model::event::SCHEMA;
use crate::time::Timestamp;

/// The `type` of the first line of an export.
pub const HEADER: &str = "kenpoint-export";

#[derive(Serialize)]
struct Header {
    r#type: &'static str,
    schema: u8,
}

#[derive(Serialize)]
struct Line<'a> {
    r#type: &'static str,
    arrived: Timestamp,
    event: &'a Event,
}

/// Writes the events in the given order, each with the instant it arrived, and returns their number.
///
/// Fails with `Io` if `out` fails, or with the first error of `events`. Lines written before the failure remain.
pub fn write_log(
    out: &mut dyn Write,
    events: impl Iterator<Item = Result<(Timestamp, Event)>>,
) -> Result<u64> {
    line(
        out,
        &Header {
            r#type: HEADER,
            schema: SCHEMA,
        },
    )?;
    let mut n_written = 0;
    for item in events {
        let (arrived, event) = item?;
        line(
            out,
            &Line {
                r#type: "log",
                arrived,
                event: &event,
            },
        )?;
        n_written += 1;
    }
    out.flush().map_err(failed)?;
    Ok(n_written)
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    let mut text = crate::codec::value::text(value).map_err(|e| {
        Error::with_source(ErrorCode::Internal, "an event cannot be written as JSON", e)
    })?;
    text.push(b'\n');
    out.write_all(&text).map_err(failed)
}

fn failed(error: std::io::Error) -> Error {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        _ => ErrorCode::Io,
    };
    Error::with_source(
        code,
        format!("export: {error}; what was written so far is not complete"),
        error,
    )
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::exchange::{Format, ImportOptions, Importer, Outcome, Record};
    use crate::model::{
        ArticleDraft, CaseDraft, CaseKind, EventKind, FactDraft, FreshnessPolicy, Kind, LinkDraft,
        LinkType, Reuse, Role,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        let now = at("2026-05-01T10:00:00.123Z");
        let mut article = ArticleDraft::new("a", Kind::Product, "Title").section(Role::Issue, "x");
        article.freshness = Some(FreshnessPolicy::Ttl { days: 3 });
        article.scope.products.push(crate::model::ProductScope {
            id: "p".into(),
            versions: Some(">=1.10 <2".parse().unwrap()),
        });
        let mut fact = FactDraft::new("s", "p", "v", now);
        fact.ttl_days = Some(0.1);
        let whats = [
            EventKind::Put {
                article: Box::new(article),
                expects: Some(3),
            },
            EventKind::FactSet { fact },
            EventKind::CaseOpened {
                case: Box::new(CaseDraft::new("c", CaseKind::Sales).entry(Reuse::CaseOnly, "n")),
            },
            EventKind::Linked {
                link: LinkDraft::new("c", "a", LinkType::Resolved),
            },
            EventKind::Returned {
                article: "a".into(),
                after_s: 2.3,
            },
            EventKind::Escalated {},
            EventKind::CaseResolved {
                first_contact: Some(true),
            },
            EventKind::RankPolicySet {
                policy: Box::default(),
            },
        ];
        let events: Vec<(Timestamp, Event)> = whats
            .into_iter()
            .enumerate()
            .map(|(i, what)| {
                (
                    now.plus_ms(i as i64),
                    Event::new(now, what).id(format!("e{i}")).case("c"),
                )
            })
            .collect();
        let mut bytes = Vec::new();
        let n = write_log(&mut bytes, events.iter().cloned().map(Ok)).unwrap();
        assert_eq!(n, events.len() as u64);

        let mut read = Vec::new();
        let mut sink = |record: Record| {
            if let Record::Logged { event, arrived } = record {
                read.push((arrived, *event));
            }
            Ok(Outcome::Created)
        };
        let options = ImportOptions::new();
        let mut go_on = |_: &_| ControlFlow::Continue(());
        let mut importer = Importer::new(&options, &mut sink, &mut go_on);
        let flow = importer.bytes(Format::JsonLines, "log.jsonl", &bytes);
        assert!(flow.unwrap().is_continue());
        let report = importer.finish().unwrap();
        assert_eq!(report.n_skipped, 0, "{:?}", report.skipped);
        assert_eq!(read, events);
    }
}
