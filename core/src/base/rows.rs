//! Bulk rows as Arrow record batches, in and out: for the bindings, and no part of the API that versions
//! cover.
//!
//! Rows come in as records of an import and go out in batches of at most [`BATCH`] rows. The reader of a
//! table owns a handle of the base and holds no lock between two batches: rows are as they stand when
//! their batch is asked for, but for events, which are those the log held when the reader was made.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use serde::{Deserialize, Serialize};

use super::handle::Base;
use super::read::case_of;
use super::transfer::Taker;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::arrow::tables::{self, CaseRow, EventRow, EvidenceOut, VersionRow};
use crate::exchange::arrow::{Input, batch_of};
use crate::exchange::{ImportOptions, ImportReport, Importer, Progress};
use crate::model::{Article, CaseStatus, Confidence};
use crate::projection;
use crate::projection::log;
use crate::projection::records::CaseRecord;
use crate::review::ReviewRequest;
use crate::time::Timestamp;

pub use crate::exchange::arrow::{
    InTable, Mapping, factors_of_hits, factors_of_suggestions, hits, similar_cases, suggestions,
};

/// Most rows of a batch.
pub const BATCH: usize = 8_192;
/// Bytes of text after which a batch is closed, so that a table of long texts needs no more memory than
/// this and one row.
const BATCH_BYTES: usize = 64 << 20;
/// Articles or cases looked at in one go.
const PAGE: usize = 1_024;

named_enum! {
    /// A table whose rows can go out.
    OutTable("table") {
        /// Articles in their current version, by id.
        Articles = "articles",
        /// All versions of articles, by article, then number.
        Versions = "versions",
        /// Cases, by id.
        Cases = "cases",
        /// Links, by case, then article, then type; retracted ones too.
        Links = "links",
        /// The log, by arrival.
        Events = "events",
        /// Sums of evidence, by the article they were said of.
        Evidence = "evidence",
        /// How fresh each article is; archived and merged ones are not in it.
        Freshness = "freshness",
        /// The review queue, riskiest first.
        Review = "review",
    }
}

/// What goes out with a table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RowsOptions {
    /// Whether articles have their sections and cases their entries. Default no.
    pub text: bool,
    /// The instant for `freshness`; the base's clock, if absent.
    pub now: Option<Timestamp>,
    /// Which articles `review` is about.
    pub review: ReviewRequest,
}

impl RowsOptions {
    /// The defaults named at the fields.
    pub fn new() -> RowsOptions {
        RowsOptions::default()
    }

    /// With sections and entries.
    pub fn with_text(mut self) -> RowsOptions {
        self.text = true;
        self
    }

    /// Sets the instant for `freshness`.
    pub fn at(mut self, now: Timestamp) -> RowsOptions {
        self.now = Some(now);
        self
    }

    /// Sets which articles `review` is about.
    pub fn review(mut self, request: ReviewRequest) -> RowsOptions {
        self.review = request;
        self
    }
}

/// Imports the rows of one table: articles, cases, facts, links, events or actors.
///
/// A row is read as the JSON line of its keys would be. A row that cannot be read, or that the base
/// refuses, is in the report with the table as its file, its number from 1 as its line and the column in
/// its reason; the others go on. Importing again what is there changes nothing.
///
/// Fails before the first row if the table, the mapping or the type of a column cannot be; with `Io` if
/// the producer of the rows fails, the rows in front being in the base.
pub fn import_rows(
    base: &Base,
    table: &str,
    reader: impl RecordBatchReader,
    mapping: &Mapping,
    options: &ImportOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ImportReport> {
    span!("import");
    let input = Input::new(table.parse()?, reader.schema(), mapping, options)?;
    let mut taker = Taker::new(base);
    let mut importer = Importer::new(options, &mut taker, progress);
    let read = input.read(&mut importer, reader);
    let report = match read {
        Ok(()) => importer.finish(),
        Err(error) => Err(error),
    };
    base.flush()?;
    let mut report = report?;
    input.name_columns(&mut report);
    Ok(report)
}

/// The rows of a table, batch by batch.
///
/// Fails if the table is none of [`OutTable`], or its options cannot be. An error while rows are read is
/// the last item of the reader; it holds ours as its source.
pub fn export_rows(base: &Base, table: &str, options: &RowsOptions) -> Result<Rows> {
    let base = base.clone();
    match table.parse()? {
        OutTable::Articles => {
            let shape = if options.text {
                tables::articles_with_text
            } else {
                tables::articles
            };
            let mut ids = Ids::of_articles(base);
            Rows::new(shape, weight_of_article, move || {
                ids.page(|base, id| base.article_itself(id).map(|article| vec![article]))
            })
        }
        OutTable::Versions => {
            let mut ids = Ids::of_articles(base);
            Rows::new(tables::versions, |_| 0, move || ids.page(versions))
        }
        OutTable::Cases => {
            let shape = if options.text {
                tables::cases_with_text
            } else {
                tables::cases
            };
            let mut ids = Ids::of_cases(base);
            let text = options.text;
            Rows::new(shape, weight_of_case, move || {
                ids.page(|base, id| case(base, id, text).map(|row| vec![row]))
            })
        }
        OutTable::Links => {
            let mut ids = Ids::of_cases(base);
            Rows::new(
                tables::links,
                |_| 0,
                move || {
                    ids.page(|base, id| {
                        let mut links = base.links_of_case(id)?;
                        links.sort_by(|a, b| (&a.article, a.link).cmp(&(&b.article, b.link)));
                        Ok(links)
                    })
                },
            )
        }
        OutTable::Events => {
            let last = base.0.read().head.seq;
            let mut next = 1;
            Rows::new(tables::events, weight_of_event, move || {
                let to = last.min(next + PAGE as u64 - 1);
                let rows = (next..=to)
                    .map(|seq| {
                        let record = log::get(&*base.0.store, seq)?;
                        EventRow::new(record.event, record.arrived)
                    })
                    .collect::<Result<Vec<EventRow>>>()?;
                next = to + 1;
                Ok((!rows.is_empty()).then_some(rows))
            })
        }
        OutTable::Evidence => {
            let mut ids = Ids::of_articles(base);
            Rows::new(tables::evidence, |_| 0, move || ids.page(evidence))
        }
        OutTable::Freshness => {
            let now = options.now.unwrap_or_else(|| base.now());
            let mut ids = Ids::of_articles(base);
            Rows::new(
                tables::freshness,
                |_| 0,
                move || {
                    ids.page(|base, id| {
                        let record = projection::article(&*base.0.store, id)?;
                        let is_past = record.merged_into.is_some()
                            || record.confidence == Confidence::Archived;
                        Ok(if is_past {
                            Vec::new()
                        } else {
                            vec![(id.to_owned(), base.freshness(id, Some(now))?)]
                        })
                    })
                },
            )
        }
        OutTable::Review => {
            let mut queue = Some(base.reviews().queue(&options.review)?);
            Rows::new(tables::review, |_| 0, move || Ok(queue.take()))
        }
    }
}

fn versions(base: &Base, id: &str) -> Result<Vec<VersionRow>> {
    let versions = base.versions(id)?;
    let rows = versions.into_iter().map(|version| VersionRow {
        article: id.to_owned(),
        version: version.number,
        title: version.title,
        change: version.change,
        at: version.at,
        author: version.author,
    });
    Ok(rows.collect())
}

fn case(base: &Base, id: &str, text: bool) -> Result<CaseRow> {
    let record = projection::case(&*base.0.store, id)?;
    let (resolved, closed, reopened) = endings(&record);
    let case = if text {
        base.case(id)?
    } else {
        case_of(record, Vec::new())
    };
    Ok(CaseRow {
        case,
        resolved,
        closed,
        reopened,
    })
}

/// When a case was resolved, closed (or given up) and reopened: the first instants of the last time it
/// was finished, and the last time it came back. Read in again they give the status and the instant at
/// which it was done.
fn endings(record: &CaseRecord) -> (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>) {
    let (mut resolved, mut closed, mut reopened) = (None, None, None);
    let mut was_done = false;
    for change in &record.history {
        let ends = change.to.is_done() || change.to == CaseStatus::Abandoned;
        if ends && !was_done {
            (resolved, closed) = (None, None);
        }
        was_done = ends;
        match change.to {
            CaseStatus::Resolved => resolved = resolved.or(Some(change.at)),
            CaseStatus::Closed | CaseStatus::Abandoned => closed = closed.or(Some(change.at)),
            CaseStatus::Reopened => reopened = Some(change.at),
            CaseStatus::Open | CaseStatus::Waiting => {}
        }
    }
    (resolved, closed, reopened)
}

fn evidence(base: &Base, id: &str) -> Result<Vec<EvidenceOut>> {
    let record = projection::article(&*base.0.store, id)?;
    let rows = base
        .0
        .read()
        .model
        .ledger
        .evidence(record.ordinal, &record.id);
    let rows = rows.into_iter().map(|row| EvidenceOut {
        row,
        merged_into: record.merged_into.clone(),
    });
    Ok(rows.collect())
}

fn weight_of_article(article: &Article) -> usize {
    let texts = article.sections.iter().map(|section| section.text.len());
    texts.sum()
}

fn weight_of_case(row: &CaseRow) -> usize {
    row.case.entries.iter().map(|entry| entry.text.len()).sum()
}

fn weight_of_event(row: &EventRow) -> usize {
    row.details.as_ref().map_or(0, String::len)
}

/// The ids of a table, page by page.
struct Ids {
    base: Base,
    list: fn(&Base, Option<&str>, usize) -> Result<Vec<String>>,
    last: Option<String>,
}

impl Ids {
    fn of_articles(base: Base) -> Ids {
        Ids {
            base,
            list: Base::article_ids,
            last: None,
        }
    }

    fn of_cases(base: Base) -> Ids {
        Ids {
            base,
            list: Base::case_ids,
            last: None,
        }
    }

    /// The rows of the next page of ids; none after the last.
    fn page<T>(&mut self, rows: impl Fn(&Base, &str) -> Result<Vec<T>>) -> Result<Option<Vec<T>>> {
        let ids = (self.list)(&self.base, self.last.as_deref(), PAGE)?;
        let mut page = Vec::with_capacity(ids.len());
        for id in &ids {
            page.extend(rows(&self.base, id)?);
        }
        let more = !ids.is_empty();
        self.last = ids.into_iter().next_back().or(self.last.take());
        Ok(more.then_some(page))
    }
}

/// The rows of a table as record batches of one schema. It may go to another thread.
pub struct Rows {
    schema: SchemaRef,
    next: Box<dyn FnMut() -> Result<Option<RecordBatch>> + Send>,
    ended: bool,
}

impl Rows {
    /// `shape` makes the columns, `pull` brings rows until it brings none, `weight` is how many bytes of
    /// text a row has.
    fn new<T: Send + 'static>(
        shape: impl for<'r> Fn(Shape<'r, T>) -> Shape<'r, T> + Send + 'static,
        weight: impl Fn(&T) -> usize + Send + 'static,
        mut pull: impl FnMut() -> Result<Option<Vec<T>>> + Send + 'static,
    ) -> Result<Rows> {
        let schema = batch_of(&[], &shape)?.schema();
        let mut waiting: VecDeque<T> = VecDeque::new();
        let mut is_all = false;
        let next = move || {
            let mut rows = Vec::new();
            let mut n_bytes = 0;
            while rows.len() < BATCH && n_bytes < BATCH_BYTES {
                if let Some(row) = waiting.pop_front() {
                    n_bytes += weight(&row);
                    rows.push(row);
                } else if is_all {
                    break;
                } else {
                    match pull()? {
                        Some(page) => waiting.extend(page),
                        None => is_all = true,
                    }
                }
            }
            if rows.is_empty() {
                return Ok(None);
            }
            batch_of(&rows, &shape).map(Some)
        };
        Ok(Rows {
            schema,
            next: Box::new(next),
            ended: false,
        })
    }
}

/// Columns in the making.
type Shape<'r, T> = crate::exchange::arrow::Columns<'r, T>;

impl Iterator for Rows {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let batch = (self.next)();
        self.ended = !matches!(batch, Ok(Some(_)));
        batch
            .map_err(|error| ArrowError::ExternalError(Box::new(error)))
            .transpose()
    }
}

impl RecordBatchReader for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// Our error in what a reader of rows failed with, if it is in there.
pub fn error_of(error: ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(inner) => match inner.downcast::<Error>() {
            Ok(error) => *error,
            Err(other) => Error::new(ErrorCode::Io, format!("rows: {other}")),
        },
        other => Error::new(ErrorCode::Io, format!("rows: {other}")),
    }
}

impl Base {
    /// An article under its own id, though it may have been merged into another.
    fn article_itself(&self, id: &str) -> Result<Article> {
        let record = projection::article(&*self.0.store, id)?;
        self.article_version(&record, record.version)
    }
}
