//! One segment of tantivy read as a [`Segment`]: postings by blocks, columns in memory.
//!
//! The columns are read once; postings, positions and terms stay in tantivy's form. The bytes were compared with
//! their checksum before. If reading fails all the same, the term reads as absent, the first failure is kept, and
//! [`Segment::health`] reports it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::directory::OwnedBytes;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{InvertedIndexReader, SegmentReader};
use tantivy::postings::{BlockSegmentPostings, Postings as _, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, SingleSegmentIndexWriter, TERMINATED};

use super::directory::PackDirectory;
use super::schema::{self, Fields};
use crate::error::{Error, ErrorCode, Result};
use crate::index::cow_bitset::CowBitSet;
use crate::index::partition::{IndexDoc, PartKey, Window};
use crate::index::postings::{DocId, Positions, Postings};
use crate::index::segment::{Columns, Segment};
use crate::time::Timestamp;

/// An immutable segment of tantivy.
pub struct DiskSegment {
    files: PackDirectory,
    segment: tantivy::Segment,
    columns: Columns,
    parts: Vec<PartKey>,
    terms: Arc<InvertedIndexReader>,
    places: Arc<InvertedIndexReader>,
    failure: OnceLock<Error>,
}

impl std::fmt::Debug for DiskSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DiskSegment({} documents)", self.columns.len())
    }
}

impl DiskSegment {
    /// Opens the segment in these files.
    pub fn open(files: PackDirectory) -> Result<DiskSegment> {
        let index = Index::open(files.clone()).map_err(failed)?;
        DiskSegment::read(files, &index)
    }

    fn read(files: PackDirectory, index: &Index) -> Result<DiskSegment> {
        let (schema, fields) = schema::schema();
        if index.schema() != schema {
            return Err(failed("its fields are not ours"));
        }
        let mut segments = index.searchable_segments().map_err(failed)?;
        let (Some(segment), true) = (segments.pop(), segments.is_empty()) else {
            return Err(failed("it does not hold one segment"));
        };
        let reader = SegmentReader::open(&segment).map_err(failed)?;
        let (columns, parts) = read_columns(&reader)?;
        Ok(DiskSegment {
            terms: reader.inverted_index(fields.terms).map_err(failed)?,
            places: reader.inverted_index(fields.places).map_err(failed)?,
            failure: OnceLock::new(),
            files,
            segment,
            columns,
            parts,
        })
    }

    /// Merges several segments into one, in this thread. Documents that are not in their sets are left out.
    pub fn merge(inputs: &[(&DiskSegment, &CowBitSet)]) -> Result<DiskSegment> {
        let segments: Vec<tantivy::Segment> =
            inputs.iter().map(|(s, _)| s.segment.clone()).collect();
        let alive = inputs
            .iter()
            .map(|(_, alive)| Some(alive_bits(alive)))
            .collect();
        let files = PackDirectory::default();
        let index = tantivy::indexer::merge_filtered_segments(
            &segments,
            schema::settings(),
            alive,
            files.clone(),
        )
        .map_err(failed)?;
        DiskSegment::read(files, &index)
    }

    /// Its files, for writing.
    pub fn files(&self) -> &PackDirectory {
        &self.files
    }

    /// Returns true if it holds this rendition in this partition.
    pub fn holds(&self, part: PartKey, ordinal: u32, stamp: u32) -> bool {
        self.columns.of_ordinal(ordinal).any(|doc| {
            self.columns.stamp.get(doc as usize) == Some(&stamp)
                && self
                    .columns
                    .part
                    .get(doc as usize)
                    .and_then(|&p| self.parts.get(usize::from(p)))
                    == Some(&part)
        })
    }

    /// Passes a value through and keeps a failure, which reads as absence.
    fn noted<T>(&self, result: std::io::Result<Option<T>>) -> Option<T> {
        result.unwrap_or_else(|cause| {
            // Only the first failure is kept.
            let _ = self.failure.set(failed(cause));
            None
        })
    }

    fn term_info(
        &self,
        index: &InvertedIndexReader,
        key: String,
    ) -> Option<tantivy::postings::TermInfo> {
        self.noted(index.terms().get(key))
    }

    fn key(&self, part: usize, term: &str) -> Option<String> {
        let mut key = schema::key(*self.parts.get(part)?);
        key.push_str(term);
        Some(key)
    }
}

impl Segment for DiskSegment {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn parts(&self) -> &[PartKey] {
        &self.parts
    }

    fn doc_freq(&self, part: usize, term: &str) -> u32 {
        self.key(part, term)
            .and_then(|key| self.term_info(&self.terms, key))
            .map_or(0, |info| info.doc_freq)
    }

    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>> {
        let info = self.term_info(&self.terms, self.key(part, term)?)?;
        let blocks = self
            .terms
            .read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs);
        Some(Box::new(BlockPostings(self.noted(blocks.map(Some))?)))
    }

    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>> {
        let mut key = schema::place_key(*self.parts.get(part)?, field);
        key.push_str(term);
        let info = self.term_info(&self.places, key)?;
        let postings = self
            .places
            .read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions);
        Some(Box::new(WordPositions(self.noted(postings.map(Some))?)))
    }

    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool) {
        let Some(from) = self.key(part, prefix) else {
            return;
        };
        let n_key = from.len() - prefix.len();
        let range = self.terms.terms().range().ge(&from).into_stream();
        let Some(mut stream) = self.noted(range.map(Some)) else {
            return;
        };
        while stream.advance() {
            let bytes = stream.key();
            let text = bytes.get(n_key..).and_then(|b| std::str::from_utf8(b).ok());
            let (true, Some(term)) = (bytes.starts_with(from.as_bytes()), text) else {
                return;
            };
            if !visit(term) {
                return;
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.columns.bytes() + self.files.bytes()
    }

    fn health(&self) -> Result<()> {
        self.failure
            .get()
            .map_or(Ok(()), |error| Err(error.clone()))
    }
}

/// A full block ends with a document. The last block may be shorter, and then the entry after its documents is unset.
struct BlockPostings(BlockSegmentPostings);

impl BlockPostings {
    fn n(&self) -> Range<usize> {
        0..self.0.block_len()
    }
}

impl Postings for BlockPostings {
    fn block(&self) -> (&[DocId], &[u32]) {
        (
            self.0.docs().get(self.n()).unwrap_or(&[]),
            self.0.freqs().get(self.n()).unwrap_or(&[]),
        )
    }

    fn advance(&mut self) -> bool {
        if self.0.block_len() == 0 {
            return false;
        }
        self.0.advance();
        self.0.block_len() > 0
    }

    fn seek(&mut self, target: DocId) -> bool {
        // tantivy marks the end by a document number, and a search beyond it never ends.
        let target = target.min(TERMINATED);
        if self.0.docs().last().is_none_or(|&last| last >= target) {
            return self.0.block_len() > 0;
        }
        self.0.seek(target);
        // tantivy stays on the last block if all of it lies below the target.
        if self.0.docs().last().is_some_and(|&last| last < target) {
            self.0.advance();
        }
        self.0.block_len() > 0
    }
}

struct WordPositions(SegmentPostings);

impl Positions for WordPositions {
    fn doc(&self) -> Option<DocId> {
        let doc = self.0.doc();
        (doc != TERMINATED).then_some(doc)
    }

    fn seek(&mut self, target: DocId) -> Option<DocId> {
        if self.0.doc() < target {
            self.0.seek(target.min(TERMINATED));
        }
        self.doc()
    }

    fn positions(&mut self, into: &mut Vec<u32>) {
        into.clear();
        if self.doc().is_some() {
            self.0.positions_with_offset(0, into);
        }
    }
}

/// The least budget given to tantivy, in bytes. It sizes the table of terms by a third of its budget, and the table
/// grows with the terms; a budget below this one is less than the first pages of its arenas.
const MIN_BUDGET_BYTES: usize = 1 << 20;

/// Collects documents into a segment, in memory and in this thread.
pub struct SegmentBuilder {
    files: PackDirectory,
    writer: SingleSegmentIndexWriter,
    fields: Fields,
    n_docs: u32,
    /// Bytes of the writer when it is empty: tables sized by the budget.
    n_bytes_empty: usize,
}

impl SegmentBuilder {
    /// Makes an empty segment that is to grow to about this many bytes while it is written.
    pub fn new(budget_bytes: usize) -> Result<SegmentBuilder> {
        let (schema, fields) = schema::schema();
        let files = PackDirectory::default();
        let writer = Index::builder()
            .schema(schema)
            .settings(schema::settings())
            .tokenizers(schema::tokenizers())
            .single_segment_index_writer(files.clone(), budget_bytes.max(MIN_BUDGET_BYTES))
            .map_err(failed)?;
        Ok(SegmentBuilder {
            n_bytes_empty: writer.mem_usage(),
            files,
            writer,
            fields,
            n_docs: 0,
        })
    }

    /// Adds a document; its number is the count of those before it.
    pub fn add(&mut self, doc: &IndexDoc) -> Result<()> {
        self.writer
            .add_document(schema::document(doc, &self.fields))
            .map_err(failed)?;
        self.n_docs += 1;
        Ok(())
    }

    /// Number of documents.
    pub fn n_docs(&self) -> u32 {
        self.n_docs
    }

    /// Bytes of memory that the documents take.
    pub fn n_bytes(&self) -> usize {
        self.writer.mem_usage().saturating_sub(self.n_bytes_empty)
    }

    /// Finishes the segment.
    pub fn finish(self) -> Result<DiskSegment> {
        let index = self.writer.finalize().map_err(failed)?;
        DiskSegment::read(self.files, &index)
    }
}

fn read_columns(reader: &SegmentReader) -> Result<(Columns, Vec<PartKey>)> {
    let fast = reader.fast_fields();
    let part = fast
        .bytes(schema::PART)
        .map_err(failed)?
        .ok_or_else(|| failed("it has no parts"))?;
    let mut parts = Vec::with_capacity(part.num_terms());
    let mut bytes = Vec::new();
    for ord in 0..part.num_terms() as u64 {
        bytes.clear();
        part.ord_to_bytes(ord, &mut bytes).map_err(failed)?;
        parts.push(PartKey::from_bytes(&bytes).ok_or_else(|| failed("a part has no key"))?);
    }
    if parts.len() > usize::from(u16::MAX) + 1 {
        return Err(failed("it has too many parts"));
    }
    let ordinal = fast.u64(schema::ORDINAL).map_err(failed)?;
    let stamp = fast.u64(schema::STAMP).map_err(failed)?;
    let length = fast.u64(schema::LENGTH).map_err(failed)?;
    let from: Option<Column<i64>> = fast.column_opt(schema::FROM).map_err(failed)?;
    let to: Option<Column<i64>> = fast.column_opt(schema::TO).map_err(failed)?;

    let mut columns = Columns::default();
    for doc in 0..reader.max_doc() {
        let (Some(part), Some(ordinal), Some(stamp), Some(length)) = (
            part.ords().first(doc),
            number(&ordinal, doc),
            number(&stamp, doc),
            number(&length, doc),
        ) else {
            return Err(failed("a document lacks its numbers"));
        };
        let at = |column: &Option<Column<i64>>, default: Timestamp| {
            let ms = column.as_ref().and_then(|column| column.first(doc));
            ms.map_or(Ok(default), Timestamp::from_ms)
        };
        let window = Window {
            from: at(&from, Timestamp::MIN)?,
            to: at(&to, Timestamp::MAX)?,
        };
        columns.push(ordinal, stamp, part as u16, length, window);
    }
    columns.finish();
    Ok((columns, parts))
}

fn number(column: &Column<u64>, doc: DocId) -> Option<u32> {
    column.first(doc).and_then(|n| u32::try_from(n).ok())
}

/// Converts a set to tantivy's form: the number of documents, then words, little-endian.
fn alive_bits(alive: &CowBitSet) -> AliveBitSet {
    let mut bytes = alive.len().to_le_bytes().to_vec();
    for i in 0..alive.len().div_ceil(64) {
        bytes.extend(alive.word(i as usize).to_le_bytes());
    }
    AliveBitSet::open(OwnedBytes::new(bytes))
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let cause = cause.into();
    Error::with_source(
        ErrorCode::IndexFailed,
        format!(
            "index: a segment could not be read or written: {cause}; it is rebuilt from the store"
        ),
        cause,
    )
}
