//! One import: it reads sources in turn, passes their records to the sink and keeps the report.
//!
//! It takes bytes or a reader and knows no folder. The limits and the progress callback apply to all sources together.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::article::ReadArticle;
use super::history::{self, Held};
use super::jsonl::{self, Line};
use super::options::{Arrivals, ImportOptions};
use super::record::{Outcome, Record, Sink};
use super::report::{ImportReport, Progress, SourcePlace, is_of_the_record};
use super::{html, markdown, value};
use crate::error::{Error, ErrorCode, Result};

/// The format of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// Markdown with YAML front matter: one article.
    Markdown,
    /// An HTML page or fragment: one article.
    Html,
    /// JSON lines: one JSON object per line.
    JsonLines,
    /// One JSON object, or an array of them.
    Json,
}

impl Format {
    /// Returns the format of a file by its extension.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Format::Markdown),
            "html" | "htm" => Some(Format::Html),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// An import, from the first source to the report.
///
/// ```
/// use std::ops::ControlFlow;
/// use kenpoint::exchange::{Format, Importer, ImportOptions, Outcome, Record};
/// let mut titles = Vec::new();
/// let mut sink = |record: Record| {
///     if let Record::Article { draft, .. } = record { titles.push(draft.title.clone()) }
///     Ok(Outcome::Created)
/// };
/// let (options, mut progress) = (ImportOptions::new(), |_: &_| ControlFlow::Continue(()));
/// let mut import = Importer::new(&options, &mut sink, &mut progress);
/// import.bytes(Format::Markdown, "lamp.md", b"# Lamp\n## Fix\nTurn it on.").unwrap();
/// import.bytes(Format::JsonLines, "more.jsonl", b"{\"id\":\"a\",\"title\":\"A\"}\nnot json\n").unwrap();
/// let report = import.finish().unwrap();
/// assert_eq!((report.created, report.n_skipped), (2, 1));
/// assert_eq!(report.skipped[0].place.to_string(), "more.jsonl:2");
/// assert_eq!(titles, ["Lamp", "A"]);
/// ```
pub struct Importer<'a> {
    options: &'a ImportOptions,
    sink: &'a mut dyn Sink,
    progress: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    so_far: Progress,
    report: ImportReport,
    /// Records held back until all sources have been read; empty unless records arrive as dated.
    pub(super) held: Vec<Held>,
}

impl<'a> Importer<'a> {
    /// Creates an import without sources.
    pub fn new(
        options: &'a ImportOptions,
        sink: &'a mut dyn Sink,
        progress: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Importer<'a> {
        Importer {
            options,
            sink,
            progress,
            so_far: Progress::default(),
            report: ImportReport::default(),
            held: Vec::new(),
        }
    }

    /// Reads one source. `name` is its path below the root, with `/` between folders.
    ///
    /// Returns `Continue` if the next source can be read; after `Break` nothing more is read. Fails only if the sink
    /// can take no more (a code from 300 on).
    pub fn bytes(&mut self, format: Format, name: &str, bytes: &[u8]) -> Result<ControlFlow<()>> {
        if format == Format::JsonLines {
            return self.lines(name, &mut &*bytes);
        }
        let place = SourcePlace::file(name);
        if self.report.stopped {
            return Ok(ControlFlow::Break(()));
        }
        if bytes.len() > self.options.max_file_bytes {
            return self.too_large(&place, bytes.len());
        }
        if self.count(name, bytes.len()) == ControlFlow::Break(()) {
            return Ok(ControlFlow::Break(()));
        }
        match format {
            Format::Markdown => {
                let read = markdown::read(name, bytes, self.options);
                self.page(&place, read)
            }
            Format::Html => {
                let read = html::read(name, bytes, self.options);
                self.page(&place, read)
            }
            Format::Json | Format::JsonLines => self.json(&place, bytes),
        }
    }

    /// Reads JSON lines from a source of any length. The size limit of a file applies to each line.
    pub fn lines(&mut self, name: &str, reader: &mut dyn BufRead) -> Result<ControlFlow<()>> {
        let mut place = SourcePlace::file(name);
        let mut line = Vec::new();
        let mut offset = 0u64;
        while !self.report.stopped {
            let (length, whole) = match next_line(reader, &mut line, self.options.max_file_bytes) {
                Ok(read) => read,
                Err(error) => {
                    let error = Error::new(
                        ErrorCode::Io,
                        format!("{name}: {error}; the rest of the file was not read"),
                    );
                    return self.hand_over(&place, Err(error));
                }
            };
            if length == 0 {
                break;
            }
            place.line += 1;
            if self.count(name, length) == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
            let flow = if !whole {
                self.too_large(&place, length)?
            } else {
                let text = value::utf8(&line, offset).map(str::trim);
                match text {
                    Ok("") => ControlFlow::Continue(()),
                    Ok(text) => {
                        let read = jsonl::line(text, self.options);
                        let foreign =
                            matches!(&read, Err(e) if e.code() == ErrorCode::FormatTooNew);
                        let flow = self.hand_over(&place, read)?;
                        if foreign {
                            // The header announces a newer format, so the lines after it may have another meaning.
                            return Ok(flow);
                        }
                        flow
                    }
                    Err(error) => self.hand_over(&place, Err(error))?,
                }
            };
            if flow == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
            offset += length as u64;
        }
        Ok(self.flow())
    }

    /// Passes the held records to the sink and returns the report of all sources.
    ///
    /// Fails only if the sink can take no more (a code from 300 on).
    pub fn finish(mut self) -> Result<ImportReport> {
        let mut held = std::mem::take(&mut self.held);
        let first = history::in_order(&mut held);
        for Held {
            at,
            place,
            record,
            unknown,
        } in held
        {
            let taken = match at.or(first) {
                Some(at) => self.sink.take_at(record, at),
                None => self.sink.take(record),
            };
            if self.judge(&place, taken, unknown)? == ControlFlow::Break(()) {
                break;
            }
            if (self.progress)(&self.so_far) == ControlFlow::Break(()) {
                self.report.stopped = true;
                break;
            }
        }
        Ok(self.report)
    }

    /// Holds a record back until all sources have been read.
    fn hold(&mut self, place: &SourcePlace, record: Record, unknown: Vec<String>) -> Result<()> {
        let mut unknown = Some(unknown);
        for record in record.parts()? {
            self.held.push(Held {
                at: record.happened(),
                place: place.clone(),
                record,
                unknown: unknown.take(),
            });
        }
        Ok(())
    }

    /// Reports a file or folder that cannot be read.
    #[cfg(feature = "disk")]
    pub(super) fn refuse(&mut self, place: &SourcePlace, error: Error) -> Result<ControlFlow<()>> {
        self.hand_over(place, Err(error))
    }

    /// Counts files that hold no knowledge by their name.
    pub(super) fn ignore(&mut self, n_files: u64) {
        self.report.files_ignored += n_files;
    }

    /// Passes a page on with its notes.
    fn page(&mut self, place: &SourcePlace, read: Result<ReadArticle>) -> Result<ControlFlow<()>> {
        let read = read.map(|read| {
            self.report.adjust(place, read.adjusted);
            let at = read.draft.updated.or(read.draft.created);
            let draft = Box::new(read.draft);
            Line::Record(Record::Article { draft, at }, read.unknown)
        });
        self.hand_over(place, read)
    }

    fn json(&mut self, place: &SourcePlace, bytes: &[u8]) -> Result<ControlFlow<()>> {
        let read = value::utf8(bytes, 0)
            .and_then(|text| value::json(text, self.options.max_nesting.saturating_add(1)));
        let items = match read {
            Ok(Value::Array(items)) => items,
            Ok(one) => vec![one],
            Err(error) => return self.hand_over(place, Err(error)),
        };
        for (i, item) in items.into_iter().enumerate() {
            let place = SourcePlace {
                line: i as u64 + 1,
                ..place.clone()
            };
            let read = match item {
                Value::Object(map) => jsonl::object(map, self.options),
                other => Err(super::fields::bad(
                    "record",
                    &other,
                    "a record is a JSON object",
                )),
            };
            if self.hand_over(&place, read)? == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Passes a record to the sink, or its error to the report.
    pub(super) fn hand_over(
        &mut self,
        place: &SourcePlace,
        read: Result<Line>,
    ) -> Result<ControlFlow<()>> {
        if self.report.stopped {
            return Ok(ControlFlow::Break(()));
        }
        if self.so_far.records >= self.options.max_records {
            let limit = usize::try_from(self.options.max_records).unwrap_or(usize::MAX);
            let error = Error::too_large("import", limit.saturating_add(1), limit, "records");
            self.report.skip(place, &error);
            self.report.stopped = true;
            return Ok(ControlFlow::Break(()));
        }
        match read {
            Ok(Line::Header) => return Ok(ControlFlow::Continue(())),
            Ok(Line::Record(record, unknown)) if self.options.arrivals == Arrivals::AsDated => {
                self.hold(place, record, unknown)?;
            }
            Ok(Line::Record(record, unknown)) => {
                let taken = self.sink.take(record);
                if self.judge(place, taken, Some(unknown))? == ControlFlow::Break(()) {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Err(error) => self.report.skip(place, &error),
        }
        self.so_far.records += 1;
        self.so_far.skipped = self.report.n_skipped;
        if (self.progress)(&self.so_far) == ControlFlow::Break(()) {
            self.report.stopped = true;
            // A stop while sources are still being read discards every held record.
            self.held.clear();
        }
        Ok(self.flow())
    }

    /// Enters the sink's result for a record into the report. `unknown` are the unknown keys; `None` for a later part
    /// of a record that was counted already.
    fn judge(
        &mut self,
        place: &SourcePlace,
        taken: Result<Outcome>,
        unknown: Option<Vec<String>>,
    ) -> Result<ControlFlow<()>> {
        match taken {
            Ok(outcome) => {
                if let Some(unknown) = unknown {
                    match outcome {
                        Outcome::Created => self.report.created += 1,
                        Outcome::Updated => self.report.updated += 1,
                        Outcome::Unchanged => self.report.unchanged += 1,
                    }
                    self.report.unknown(unknown);
                }
            }
            Err(error) if is_of_the_record(error.code()) => {
                self.report.skip(place, &error);
                self.so_far.skipped = self.report.n_skipped;
            }
            Err(error) if error.code() == ErrorCode::Cancelled => {
                self.report.stopped = true;
                return Ok(ControlFlow::Break(()));
            }
            Err(error) => return Err(error.at(place)),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Counts bytes before they are read into records.
    pub(super) fn count(&mut self, name: &str, n_bytes: usize) -> ControlFlow<()> {
        if self.so_far.file != name {
            name.clone_into(&mut self.so_far.file);
        }
        self.so_far.bytes = self.so_far.bytes.saturating_add(n_bytes as u64);
        let limit = self.options.max_total_bytes;
        if self.so_far.bytes > limit {
            let found = usize::try_from(self.so_far.bytes).unwrap_or(usize::MAX);
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let error = Error::too_large("import", found, limit, "bytes");
            self.report.skip(&SourcePlace::file(name), &error);
            self.report.stopped = true;
        }
        self.flow()
    }

    fn too_large(&mut self, place: &SourcePlace, found: usize) -> Result<ControlFlow<()>> {
        let limit = self.options.max_file_bytes;
        let what = if place.line == 0 { "file" } else { "line" };
        self.hand_over(place, Err(Error::too_large(what, found, limit, "bytes")))
    }

    fn flow(&self) -> ControlFlow<()> {
        if self.report.stopped {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Reads a line into `line`, at most `limit` bytes and without the line end. Returns the number of bytes taken from
/// the reader (0 at the end), and true if the line fits into the limit.
fn next_line(
    reader: &mut dyn BufRead,
    line: &mut Vec<u8>,
    limit: usize,
) -> std::io::Result<(usize, bool)> {
    line.clear();
    let mut taken = 0;
    let mut whole = true;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        if buffer.is_empty() {
            return Ok((taken, whole));
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer
            .get(..end.unwrap_or(buffer.len()))
            .unwrap_or_default();
        let room = limit.saturating_sub(line.len());
        whole &= part.len() <= room;
        line.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        taken += used;
        if end.is_some() {
            return Ok((taken, whole));
        }
    }
}
