//! Bulk rows as Arrow record batches, in and out. This module serves the bindings and is outside semver.
//!
//! Imported rows become import records. Exported rows come in batches of at most [`BATCH`] rows. A
//! table's reader owns a handle of the base and holds no lock between two batches. Each batch shows the
//! rows at the time of its request, except that the table of events ends where the log ended when the
//! reader was made.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use serde::{Deserialize, Serialize};

use super::handle::Base;
use super::read::case_of;
use super::transfer::{Guard, Taker, tell_warning};
use crate::codec::named_enum::named_enum;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::arrow::tables::{self, CaseRow, EventRow, EvidenceOut, VersionRow};
use crate::exchange::arrow::{Input, batch_of};
use crate::exchange::{ImportOptions, ImportReport, Importer, Progress, warning};
use crate::model::{Article, CaseStatus, Confidence};
use crate::projection;
use crate::projection::log;
use crate::projection::records::CaseRecord;
use crate::review::ReviewRequest;
use crate::time::Timestamp;

pub use crate::exchange::arrow::{
    InTable, Mapping, factors_of_hits, factors_of_suggestions, hits, similar_cases, suggestions,
};

/// The maximum number of rows of a batch.
pub const BATCH: usize = 8_192;
/// Bytes of text after which a batch is closed. So a table of long texts needs no more memory than this
/// and one row.
const BATCH_BYTES: usize = 64 << 20;
/// The number of articles or cases read per page.
const PAGE: usize = 1_024;

named_enum! {
    /// A table that can be exported.
    OutTable("table") {
        /// Articles in their current version, by id.
        Articles = "articles",
        /// All versions of articles, by article, then number.
        Versions = "versions",
        /// Cases, by id.
        Cases = "cases",
        /// Links, by case, then article, then type, including retracted ones.
        Links = "links",
        /// The log, by arrival.
        Events = "events",
        /// Sums of evidence, by the article they belong to.
        Evidence = "evidence",
        /// The freshness of each article, without archived and merged ones.
        Freshness = "freshness",
        /// The review queue, highest risk first.
        Review = "review",
    }
}

/// Options of an export.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RowsOptions {
    /// Includes the sections of articles and the entries of cases if true. Default: false.
    pub text: bool,
    /// The instant for `freshness`; the base's clock if absent.
    pub now: Option<Timestamp>,
    /// The request that selects the articles for `review`.
    pub review: ReviewRequest,
}

impl RowsOptions {
    /// The default options, as stated at the fields.
    pub fn new() -> RowsOptions {
        RowsOptions::default()
    }

    /// Includes sections and entries.
    pub fn with_text(mut self) -> RowsOptions {
        self.text = true;
        self
    }

    /// Sets the instant for `freshness`.
    pub fn at(mut self, now: Timestamp) -> RowsOptions {
        self.now = Some(now);
        self
    }

    /// Sets the request for `review`.
    pub fn review(mut self, request: ReviewRequest) -> RowsOptions {
        self.review = request;
        self
    }
}

/// Imports the rows of one table: articles, cases, facts, links, events or actors.
///
/// A row is read like the JSON line with its keys. A row that is unreadable or rejected by the base is
/// in the report, with the table as its file, its number from 1 as its line, and the column in its
/// reason; the other rows are imported. Importing identical rows again changes nothing.
///
/// Fails before the first row if the table, the mapping or the type of a column is invalid. Fails with
/// `Io` if the producer of the rows fails; the rows before the failure are in the base.
pub fn import_rows(
    base: &Base,
    table: &str,
    reader: impl RecordBatchReader,
    mapping: &Mapping,
    options: &ImportOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ImportReport> {
    let table = TableRows {
        table: table.parse()?,
        reader,
        mapping: mapping.clone(),
    };
    import_tables(base, vec![table], options, progress)
}

/// The rows of one table for an import.
#[derive(Debug)]
pub struct TableRows<R> {
    /// The table they go into.
    pub table: InTable,
    /// The rows.
    pub reader: R,
    /// The keys of their columns.
    pub mapping: Mapping,
}

/// Imports the rows of several tables as one import, in the order given.
///
/// With [`Arrivals::AsDated`](crate::exchange::Arrivals::AsDated) the rows of all tables arrive in the order of their
/// dates. Tables imported one after another cannot: what an earlier import brought in arrived before it.
///
/// Errors and report are those of [`import_rows`]. Fails before the first row if any table's mapping or type of a
/// column is invalid.
pub fn import_tables<R: RecordBatchReader>(
    base: &Base,
    tables: Vec<TableRows<R>>,
    options: &ImportOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ImportReport> {
    span!("import");
    let mut inputs = Vec::with_capacity(tables.len());
    for TableRows {
        table,
        reader,
        mapping,
    } in tables
    {
        let input = Input::new(table, reader.schema(), &mapping, options)
            .map_err(|error| error.at(table))?;
        inputs.push((input, reader));
    }
    let mut taker = Taker::new(base);
    let mut guard = Guard::new(base, progress);
    let mut ask = |so_far: &Progress| guard.ask(so_far);
    let mut importer = Importer::new(options, &mut taker, &mut ask);
    let mut done = Vec::with_capacity(inputs.len());
    let mut read = Ok(());
    for (mut input, reader) in inputs {
        read = input.read(&mut importer, reader);
        done.push(input);
        if read.is_err() {
            break;
        }
    }
    let report = match read {
        Ok(()) => importer.finish(),
        Err(error) => Err(error),
    };
    base.flush()?;
    let mut report = guard.settle(report)?;
    for input in &done {
        input.name_columns(&mut report);
    }
    warning::judge(&mut report);
    tell_warning(&base.0.env.notices, &report);
    Ok(report)
}

/// Exports the rows of a table, batch by batch.
///
/// Fails if the table is not one of [`OutTable`] or the options are invalid. An error while rows are
/// read is the last item of the reader, with a kenpoint error as its source.
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

/// Returns when a case was resolved, closed (or abandoned) and reopened: the first instants of its last
/// completion, and its last reopening. Imported again, they give the same status and the same instant of
/// completion.
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

/// Reads the ids of a table page by page.
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

    /// Returns the rows of the next page of ids; `None` after the last page.
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

/// The rows of a table as record batches of one schema. It can be sent to another thread.
pub struct Rows {
    schema: SchemaRef,
    next: Box<dyn FnMut() -> Result<Option<RecordBatch>> + Send>,
    ended: bool,
}

impl Rows {
    /// `shape` makes the columns, `pull` returns rows until it returns `None`, `weight` returns the
    /// bytes of text of a row.
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

/// The columns under construction.
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

/// Extracts the kenpoint error from the failure of a reader of rows, if it holds one.
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
    /// Returns an article under its own id, even if it was merged into another.
    fn article_itself(&self, id: &str) -> Result<Article> {
        let record = projection::article(&*self.0.store, id)?;
        self.article_version(&record, record.version)
    }
}
