//! One import: it reads sources in turn, passes their records to the sink and keeps the report.
//!
//! It takes bytes or a reader and knows no folder. The limits and the progress callback apply to all sources together.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use super::article::ReadArticle;
use super::dates::DatesAhead;
use super::foreign::Adjustment;
use super::format::Format;
use super::held_back::Withheld;
use super::history::{self, Held};
use super::jsonl::{self, Line};
use super::markdown::id_and_stem;
use super::options::{Arrivals, ImportOptions};
use super::page::PageFile;
use super::record::{Outcome, Record, Sink};
use super::report::{HeldBack, ImportReport, Progress, SourcePlace, is_of_the_record};
use super::site::Site;
use super::{page, value, warning};
use crate::error::{Error, ErrorCode, Result};

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
    /// The habits of the folder that the sources come from.
    site: Site,
    /// True if the sources are the files of a folder, of which some may be no source at all.
    is_folder: bool,
    /// The ids of the articles so far, each by a hash, with the number of its file in `files`.
    ids: BTreeMap<u64, u32>,
    files: Vec<String>,
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
            site: Site::default(),
            is_folder: false,
            ids: BTreeMap::new(),
            files: Vec::new(),
            held: Vec::new(),
        }
    }

    /// Sets the habits of the folder whose files are read next.
    pub(super) fn set_site(&mut self, site: Site) {
        self.report.preset = site.preset;
        self.site = site;
        self.is_folder = true;
    }

    pub(super) fn site(&self) -> &Site {
        &self.site
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
            Format::Markdown | Format::Html => {
                match page::read(format, name, bytes, self.options, &self.site) {
                    Ok(PageFile::Article(read)) => self.page(place, *read),
                    Ok(PageFile::HeldBack(page)) => self.hold_back(&place, page),
                    Ok(PageFile::LeftOut(reason)) => {
                        self.report.ignore(name, &reason);
                        Ok(self.flow())
                    }
                    Err(error) => self.hand_over(&place, Err(error)),
                }
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
        warning::judge(&mut self.report);
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

    /// Reports a file that holds no knowledge by its name or place.
    pub(super) fn ignore(&mut self, file: &str, reason: &str) {
        self.report.ignore(file, reason);
    }

    /// Reports a page that its site holds back, and tells the sink, which may have taken it before.
    fn hold_back(&mut self, place: &SourcePlace, page: Withheld) -> Result<ControlFlow<()>> {
        let withdrawn = match self.sink.hold_back(&page.source) {
            Ok(withdrawn) => withdrawn,
            Err(error) if is_of_the_record(error.code()) => {
                return self.hand_over(place, Err(error));
            }
            Err(error) => return Err(error.at(place)),
        };
        self.report.hold_back(HeldBack {
            place: place.clone(),
            key: page.key,
            value: page.value,
            withdrawn,
        });
        Ok(self.flow())
    }

    /// Passes a page on with its notes, under an id that no other file of this import has.
    fn page(&mut self, place: SourcePlace, mut read: ReadArticle) -> Result<ControlFlow<()>> {
        if let Some(own) = &read.own_id {
            read.draft.id = self.site.id(&place.file, own);
        }
        if let Err(error) = self.claim_of_page(&place, &mut read) {
            return self.hand_over(&place, Err(error));
        }
        self.report.adjust(&place, read.adjusted);
        let at = read.draft.updated.or(read.draft.created);
        let draft = Box::new(read.draft);
        let record = Record::Article { draft, at };
        self.pass_on(&place, Ok(Line::Record(record, read.unknown)))
    }

    /// Claims the id of a page. If another file has it, the page gets its path as its id, with the extension if need
    /// be; both texts are kept.
    fn claim_of_page(&mut self, place: &SourcePlace, read: &mut ReadArticle) -> Result<()> {
        let first = read.draft.id.clone();
        let Err(other) = self.claim(&first, &place.file) else {
            return Ok(());
        };
        let (path, _) = id_and_stem(&place.file);
        for id in [path, &place.file] {
            if crate::model::validate::id("id", id).is_ok() && self.claim(id, &place.file).is_ok() {
                let reason = format!("{other} has this id too; both are kept");
                let note = Adjustment::read_as("id", &first.as_str().into(), id, &reason);
                read.adjusted.push(note);
                id.clone_into(&mut read.draft.id);
                return Ok(());
            }
        }
        Err(twice(&first, &place.file, &other))
    }

    /// Claims an id for a file. Fails with the name of the file that has it already.
    fn claim(&mut self, id: &str, file: &str) -> std::result::Result<(), String> {
        let hash = blake3::hash(id.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(hash.as_bytes().get(..8).unwrap_or(&[0; 8]));
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        let number = u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX);
        let owner = *self.ids.entry(u64::from_le_bytes(first)).or_insert(number);
        match self.files.get(owner as usize) {
            Some(other) if owner != number => Err(other.clone()),
            _ => Ok(()),
        }
    }

    fn json(&mut self, place: &SourcePlace, bytes: &[u8]) -> Result<ControlFlow<()>> {
        let read = value::text(bytes)
            .and_then(|text| value::json(&text, self.options.max_nesting.saturating_add(1)));
        let items = match read {
            Ok(Value::Array(items)) => items,
            Ok(one) => vec![one],
            Err(error) => return self.hand_over(place, Err(error)),
        };
        if self.is_folder
            && let Some(first) = items.first()
            && !items.iter().any(jsonl::is_record)
        {
            let kind = match first {
                Value::Object(_) => "objects without type and without the keys of a record",
                _ => "no objects",
            };
            let reason = format!(
                "it is JSON and no export: its {} values are {kind}",
                items.len()
            );
            self.report.ignore(&place.file, &reason);
            return Ok(self.flow());
        }
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

    /// Passes a record of a strict source to the sink, or its error to the report. A later record of an article is a new
    /// version of it, but never one of an article that a page made.
    pub(super) fn hand_over(
        &mut self,
        place: &SourcePlace,
        read: Result<Line>,
    ) -> Result<ControlFlow<()>> {
        let read = match read {
            Ok(Line::HeldBack(page)) => return self.hold_back(place, page),
            Ok(Line::Record(Record::Article { draft, at }, unknown)) if self.is_folder => {
                match self.claim(&draft.id, &place.file) {
                    Err(other) if is_page(&other) => Err(twice(&draft.id, &place.file, &other)),
                    _ => Ok(Line::Record(Record::Article { draft, at }, unknown)),
                }
            }
            read => read,
        };
        self.pass_on(place, read)
    }

    fn pass_on(&mut self, place: &SourcePlace, read: Result<Line>) -> Result<ControlFlow<()>> {
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
        match read.map(|line| self.settle(place, line)) {
            Ok(Line::Header | Line::HeldBack(..)) => return Ok(ControlFlow::Continue(())),
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

    /// Brings dates back that lie ahead, if the options say so.
    fn settle(&mut self, place: &SourcePlace, mut line: Line) -> Line {
        if self.options.dates_ahead == DatesAhead::SetToNow
            && let (Line::Record(record, _), Some(now)) = (&mut line, self.sink.now())
        {
            self.report.adjust(place, record.bring_back(now));
        }
        line
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
                let notes = self.sink.notes();
                self.report.adjust(place, notes);
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

fn is_page(file: &str) -> bool {
    matches!(Format::of_name(file), Some(Format::Markdown | Format::Html))
}

fn twice(id: &str, file: &str, other: &str) -> Error {
    let id = crate::error::excerpt(id);
    Error::new(
        ErrorCode::AlreadyExists,
        format!("id: {id} is that of {other} and of {file}; give one of them another id"),
    )
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
