//! A packed segment: the text index of a snapshot as a few runs of bytes, read by the same scorer.
//!
//! A [`SortedTable`] holds the terms (prefixed by the number of the partition) with their postings in bit-packed
//! blocks of 128, each with its impacts. The positions are in variable bytes, one block for each block of the table.
//! Either may be loaded later. The bytes were compared with their digest before. If reading fails all the same, the
//! term reads as absent and [`Segment::health`] reports the damage.

use std::sync::atomic::{AtomicBool, Ordering};

use super::impacts::Impacts;
use super::partition::{PART_KEY_BYTES, PartKey, Window};
use super::postings::{BLOCK, DocId, Positions, Postings};
use super::segment::{Columns, Segment};
use crate::error::{Error, Result};
use crate::time::Timestamp;

mod ints;
mod lazy_blocks;
mod table;
pub mod write;

#[cfg(test)]
mod tests;

pub use ints::{ByteReader, put};
use ints::{packed_len, unpack};
pub use lazy_blocks::LazyBlocks;
pub use table::{SortedTable, SortedTableBuilder, TableBytes};

/// The bytes of a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The partitions and the columns of the documents.
    pub columns: Vec<u8>,
    /// The terms and their postings.
    pub terms: TableBytes,
    /// The positions of the terms of each block.
    pub places: Vec<Vec<u8>>,
}

/// A segment over packed bytes.
pub struct PackedSegment {
    columns: Columns,
    parts: Vec<PartKey>,
    terms: SortedTable,
    /// The positions, which only phrases and fields need.
    places: LazyBlocks,
    is_damaged: AtomicBool,
}

/// The header of a term's postings.
struct TermEntry<'a> {
    /// The number of its block of terms, and of its block of positions.
    block: usize,
    n_docs: u32,
    /// The offset of its positions in their block.
    places: usize,
    rest: ByteReader<'a>,
}

impl PackedSegment {
    /// Opens a segment of these documents and terms without any block loaded. Fails with `Corrupt` if the columns are
    /// malformed.
    pub fn open(columns: &[u8], terms: SortedTable) -> Result<PackedSegment> {
        let (columns, parts) =
            read_columns(&mut ByteReader(columns)).ok_or_else(|| damaged("columns"))?;
        Ok(PackedSegment {
            columns,
            parts,
            places: LazyBlocks::new(terms.lazy_blocks().len()),
            terms,
            is_damaged: AtomicBool::new(false),
        })
    }

    /// The blocks of terms with their postings, and the equally many blocks of their positions.
    pub fn lazy_blocks(&self) -> [&LazyBlocks; 2] {
        [self.terms.lazy_blocks(), &self.places]
    }

    /// Passes a value through and records an absent one as damage.
    fn noted<T>(&self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
        found
    }

    fn entry(&self, part: usize, term: &str) -> Option<TermEntry<'_>> {
        let (block, value) = self.noted(self.terms.get(&name(part, term)))??;
        let read = || {
            let mut rest = ByteReader(value);
            Some(TermEntry {
                block,
                n_docs: rest.small()?,
                places: usize::try_from(rest.number()?).ok()?,
                rest,
            })
        };
        self.noted(read())
    }
}

/// Most missing blocks of terms that a prefix requests at once. Source: our choice; the 256 terms of a prefix usually
/// lie in three blocks.
const AHEAD: usize = 4;

/// Bytes in front of each term: the number of its partition.
const NAME_BYTES: usize = 2;

/// The key of a term in the table. Segments hold at most 65,536 partitions.
fn name(part: usize, term: &str) -> Vec<u8> {
    let mut name = (part as u16).to_be_bytes().to_vec();
    name.extend_from_slice(term.as_bytes());
    name
}

fn damaged(what: &str) -> Error {
    Error::corrupt(format!("the {what} of a snapshot's index do not read"))
}

fn read_columns(reader: &mut ByteReader<'_>) -> Option<(Columns, Vec<PartKey>)> {
    let n_parts = reader.small()?;
    let parts = (0..n_parts)
        .map(|_| PartKey::from_bytes(reader.bytes(PART_KEY_BYTES)?))
        .collect::<Option<Vec<PartKey>>>()?;
    let n = reader.small()? as usize;
    // Each document has a stamp of at least one bit, so the bytes limit the number of documents.
    if n > reader.0.len().saturating_mul(8) {
        return None;
    }
    let column = |reader: &mut ByteReader<'_>| {
        let width = reader.byte().filter(|width| *width <= 32)?;
        let bytes = reader.bytes(packed_len(n, width))?;
        let mut numbers = Vec::new();
        unpack(bytes, n, width, &mut numbers);
        Some(numbers)
    };
    let (ordinals, stamps) = (column(reader)?, column(reader)?);
    let (of_part, lengths) = (column(reader)?, column(reader)?);
    let mut windows = Vec::new();
    for _ in 0..reader.small()? {
        let doc = reader.small()?;
        let mut at =
            || Timestamp::from_ms(i64::from_le_bytes(*reader.bytes(8)?.first_chunk()?)).ok();
        let window = Window {
            from: at()?,
            to: at()?,
        };
        windows.push((doc, window));
    }
    let mut windows = windows.into_iter().peekable();
    let mut columns = Columns::default();
    for (doc, (((ordinal, stamp), part), length)) in
        (0..).zip(ordinals.iter().zip(&stamps).zip(&of_part).zip(&lengths))
    {
        if *part >= n_parts {
            return None;
        }
        let window = windows.next_if(|(of, _)| *of == doc);
        let window = window.map_or(Window::ALWAYS, |(_, window)| window);
        columns.push(*ordinal, *stamp, *part as u16, *length, window);
    }
    columns.finish();
    windows.next().is_none().then_some((columns, parts))
}

impl Segment for PackedSegment {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn parts(&self) -> &[PartKey] {
        &self.parts
    }

    fn doc_freq(&self, part: usize, term: &str) -> u32 {
        self.entry(part, term).map_or(0, |entry| entry.n_docs)
    }

    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>> {
        let entry = self.entry(part, term)?;
        let list = self.noted(PackedPostings::open(&entry, self.columns.len()))?;
        Some(Box::new(list))
    }

    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>> {
        let entry = self.entry(part, term)?;
        let all = self.places.get(entry.block)?;
        let read = || {
            let mut rest = ByteReader(all.get(entry.places..)?);
            for _ in 0..rest.small()? {
                let of = rest.byte()?;
                let n_bytes = usize::try_from(rest.number()?).ok()?;
                let bytes = rest.bytes(n_bytes)?;
                if of == field {
                    return Some(Some(PackedPositions::open(bytes)));
                }
            }
            Some(None)
        };
        let places = self.noted(read())??;
        Some(Box::new(places))
    }

    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool) {
        let read = self.terms.each(&name(part, prefix), AHEAD, &mut |name, _| {
            let term = name
                .get(NAME_BYTES..)
                .and_then(|text| std::str::from_utf8(text).ok());
            self.noted(term).is_some_and(&mut *visit)
        });
        self.noted(read);
    }

    fn impacts(&self, part: usize, term: &str) -> Option<Impacts> {
        let entry = self.entry(part, term)?;
        if entry.n_docs as usize <= BLOCK {
            return None;
        }
        let list = self.noted(PackedPostings::open(&entry, self.columns.len()))?;
        let runs = list.heads.into_iter();
        Some(Impacts::from_runs(
            runs.map(|head| (head.first, head.last, head.pairs)),
        ))
    }

    fn bytes(&self) -> u64 {
        self.columns.bytes() + self.terms.lazy_blocks().bytes() + self.places.bytes()
    }

    fn health(&self) -> Result<()> {
        if self.is_damaged.load(Ordering::Relaxed) {
            return Err(damaged("postings"));
        }
        Ok(())
    }
}

/// The header of a block of postings.
struct Head {
    first: DocId,
    last: DocId,
    n: usize,
    /// Bits of a gap and of a frequency less 1.
    widths: [u8; 2],
    /// The offset of its bytes.
    at: usize,
    /// Its impacts.
    pairs: Vec<(u32, u8)>,
}

/// The postings of one term. The current block is unpacked.
struct PackedPostings<'a> {
    heads: Vec<Head>,
    bodies: &'a [u8],
    /// The number of the current block.
    block: usize,
    docs: Vec<DocId>,
    tfs: Vec<u32>,
}

impl<'a> PackedPostings<'a> {
    fn open(entry: &TermEntry<'a>, n_docs: u32) -> Option<PackedPostings<'a>> {
        let n = entry.n_docs as usize;
        let mut rest = entry.rest;
        if n == 0 || entry.n_docs > n_docs {
            return None;
        }
        let mut heads = Vec::with_capacity(n.div_ceil(BLOCK));
        let bodies = if n > BLOCK {
            let n_bytes = usize::try_from(rest.number()?).ok()?;
            let mut reader = ByteReader(rest.bytes(n_bytes)?);
            let (mut at, mut before) = (0, None);
            for first in (0..n).step_by(BLOCK) {
                let n = (n - first).min(BLOCK);
                let gap = reader.small()?;
                let last = after(before, gap)?;
                let mut head = Head {
                    first: before.map_or(0, |doc: DocId| doc + 1),
                    last,
                    n,
                    widths: [reader.byte()?, reader.byte()?],
                    at,
                    pairs: Vec::new(),
                };
                for _ in 0..reader.small()? {
                    head.pairs.push((reader.small()?, reader.byte()?));
                }
                at += head.n_bytes()?;
                before = Some(last);
                heads.push(head);
            }
            rest.0
        } else {
            let widths = [rest.byte()?, rest.byte()?];
            let head = Head {
                first: 0,
                last: n_docs.checked_sub(1)?,
                n,
                widths,
                at: 0,
                pairs: Vec::new(),
            };
            head.n_bytes()?;
            heads.push(head);
            rest.0
        };
        if heads.last().is_none_or(|head| head.last >= n_docs) {
            return None;
        }
        let mut list = PackedPostings {
            heads,
            bodies,
            block: 0,
            docs: Vec::new(),
            tfs: Vec::new(),
        };
        list.read()?;
        Some(list)
    }

    /// Unpacks the current block; the postings end if there is none.
    fn read(&mut self) -> Option<()> {
        self.docs.clear();
        self.tfs.clear();
        let before = self.block.checked_sub(1).and_then(|i| self.heads.get(i));
        let mut before = before.map(|head| head.last);
        let head = self.heads.get(self.block)?;
        let [of_gaps, of_tfs] = head.widths;
        let mut rest = ByteReader(self.bodies.get(head.at..)?);
        let gaps = rest.bytes(packed_len(head.n, of_gaps))?;
        unpack(gaps, head.n, of_gaps, &mut self.docs);
        for doc in &mut self.docs {
            *doc = after(before, *doc).filter(|doc| *doc <= head.last)?;
            before = Some(*doc);
        }
        let tfs = rest.bytes(packed_len(head.n, of_tfs))?;
        unpack(tfs, head.n, of_tfs, &mut self.tfs);
        for tf in &mut self.tfs {
            *tf = tf.saturating_add(1);
        }
        Some(())
    }

    fn go(&mut self, block: usize) -> bool {
        self.block = block;
        if self.read().is_none() {
            // At the end, and at a damaged block, the postings end for good.
            self.block = self.heads.len();
            self.docs.clear();
            self.tfs.clear();
        }
        !self.docs.is_empty()
    }
}

impl Head {
    fn n_bytes(&self) -> Option<usize> {
        let [of_gaps, of_tfs] = self.widths;
        (of_gaps <= 32 && of_tfs <= 32)
            .then(|| packed_len(self.n, of_gaps) + packed_len(self.n, of_tfs))
    }
}

/// The document after a gap.
fn after(before: Option<DocId>, gap: u32) -> Option<DocId> {
    match before {
        None => Some(gap),
        Some(before) => before.checked_add(1)?.checked_add(gap),
    }
}

impl Postings for PackedPostings<'_> {
    fn block(&self) -> (&[DocId], &[u32]) {
        (&self.docs, &self.tfs)
    }

    fn advance(&mut self) -> bool {
        self.block < self.heads.len() && self.go(self.block + 1)
    }

    fn seek(&mut self, target: DocId) -> bool {
        if self.docs.last().is_none_or(|last| *last >= target) {
            return !self.docs.is_empty();
        }
        // The last block of a short list does not store its last document.
        let further = self.heads.get(self.block + 1..).unwrap_or_default();
        let skipped = further.partition_point(|head| head.last < target);
        self.go(self.block + 1 + skipped)
    }
}

/// The positions of one term in one field.
struct PackedPositions<'a> {
    rest: ByteReader<'a>,
    doc: Option<DocId>,
    positions: Vec<u32>,
}

impl PackedPositions<'_> {
    fn open(bytes: &[u8]) -> PackedPositions<'_> {
        let mut places = PackedPositions {
            rest: ByteReader(bytes),
            doc: None,
            positions: Vec::new(),
        };
        places.doc = places.read(None);
        places
    }

    /// Reads the next document, with its positions.
    fn read(&mut self, before: Option<DocId>) -> Option<DocId> {
        let doc = after(before, self.rest.small()?)?;
        self.positions.clear();
        let mut position = 0u32;
        for _ in 0..self.rest.small()? {
            position = position.checked_add(self.rest.small()?)?;
            self.positions.push(position);
        }
        Some(doc)
    }
}

impl Positions for PackedPositions<'_> {
    fn doc(&self) -> Option<DocId> {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> Option<DocId> {
        while let Some(doc) = self.doc.filter(|doc| *doc < target) {
            self.doc = self.read(Some(doc));
        }
        self.doc
    }

    fn positions(&mut self, into: &mut Vec<u32>) {
        into.clear();
        if self.doc.is_some() {
            into.extend_from_slice(&self.positions);
        }
    }
}
