//! A segment in memory: sorted arrays, built once and never changed.
//!
//! A new document is a segment of its own. Segments of similar size are merged (see `view`), which concatenates
//! postings and drops deleted documents without reading any text. The segment keeps, for each document, the list of
//! its terms, so that deletions can be counted. It keeps no text, and fails for more than 65,536 partitions.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::cow_bitset::Alive;
use super::partition::{IndexDoc, PartKey, Window};
use super::postings::{BLOCK, DocId, Positions, Postings};
use super::segment::{Columns, Segment};
use super::tokens;
use crate::error::{Error, Result};

/// An immutable segment in memory.
#[derive(Debug, Default)]
pub struct MemSegment {
    columns: Columns,
    parts: Vec<PartKey>,
    /// By partition: its range in `terms`.
    part_terms: Vec<Range<u32>>,
    terms: Vec<Term>,
    docs: Vec<DocId>,
    tfs: Vec<u32>,
    places: Vec<TermPosition>,
    place_docs: Vec<TermPositionDoc>,
    word_positions: Vec<u32>,
    /// By document: its range in `forward`.
    doc_terms: Vec<Range<u32>>,
    /// Positions in `terms`, ascending for each document.
    forward: Vec<u32>,
    /// Bytes of the texts of all terms.
    text_bytes: u64,
}

/// Bytes of an `Arc<str>` beside its text: two counters and the rounding of the allocator.
pub(super) const TEXT_EXTRA: u64 = 24;

#[derive(Debug)]
struct Term {
    text: Arc<str>,
    /// A range of `docs` and `tfs`.
    docs: Range<u32>,
    /// A range of `places`, ascending by field.
    places: Range<u32>,
}

#[derive(Debug)]
struct TermPosition {
    field: u8,
    /// A range of `place_docs`.
    docs: Range<u32>,
}

#[derive(Clone, Debug)]
struct TermPositionDoc {
    doc: DocId,
    /// A range of `word_positions`.
    positions: Range<u32>,
}

impl MemSegment {
    /// Builds the segment of these documents, numbered by (space, ordinal, stamp, partition).
    pub fn build(docs: &[IndexDoc]) -> Result<MemSegment> {
        let mut docs: Vec<&IndexDoc> = docs.iter().collect();
        docs.sort_by_key(|doc| (doc.part.space, doc.ordinal, doc.stamp, doc.part));
        let parts = distinct(docs.iter().map(|doc| doc.part))?;

        let mut builder = SegmentBuilder::new(parts);
        // Terms are numbered in order of occurrence and only the distinct ones are sorted. Postings and positions are
        // then ordered by counting, which keeps the documents ascending.
        let mut numbers: HashMap<(u16, &str), u32> = HashMap::new();
        let (mut postings, mut places) = (Vec::new(), Vec::new());
        for (doc, given) in docs.iter().enumerate() {
            let doc = doc as DocId;
            let part = builder.push_doc(
                given.part,
                given.ordinal,
                given.stamp,
                tokens::length(given),
                given.window,
            );
            for (term, tf) in tokens::weighted_terms(given) {
                let next = numbers.len() as u32;
                let number = *numbers.entry((part, term)).or_insert(next);
                postings.push((number, (doc, tf)));
            }
            for (term, field, position) in tokens::places(given) {
                // Every term with a position has a posting.
                if let Some(&number) = numbers.get(&(part, term)) {
                    places.push((number, (field, doc, position)));
                }
            }
        }
        let mut terms: Vec<((u16, &str), u32)> = numbers.into_iter().collect();
        terms.sort_unstable();
        let mut rank = vec![0u32; terms.len()];
        for (i, (_, number)) in terms.iter().enumerate() {
            if let Some(slot) = rank.get_mut(*number as usize) {
                *slot = i as u32;
            }
        }
        let postings = by_rank(postings, &rank);
        let mut places = by_rank(places, &rank);
        for places in places.chunk_by_mut(|a, b| a.0 == b.0) {
            // The sort is stable, so documents and positions stay ascending within a field.
            places.sort_by_key(|(_, (field, _, _))| *field);
        }
        let mut places = places.into_iter().peekable();
        let mut postings = postings.into_iter().peekable();
        for (i, ((part, text), _)) in terms.into_iter().enumerate() {
            while let Some((_, (doc, tf))) = postings.next_if(|(rank, _)| *rank == i as u32) {
                builder.push_posting(doc, tf);
            }
            while let Some((_, place)) = places.next_if(|(rank, _)| *rank == i as u32) {
                builder.push_position(place.0, place.1, place.2);
            }
            builder.end_term(part, || Arc::from(text));
        }
        Ok(builder.finish())
    }

    /// Merges the live documents of several segments into one, in their order.
    pub fn merge(inputs: &[(&MemSegment, &Alive)]) -> Result<MemSegment> {
        let parts = distinct(inputs.iter().flat_map(|(segment, alive)| {
            alive
                .iter()
                .filter_map(|doc| segment.part_of(doc))
                .map(|(_, key)| key)
        }))?;
        let mut builder = SegmentBuilder::new(parts);
        builder.reserve(inputs.iter().map(|(segment, _)| *segment));
        let mut maps: Vec<Vec<Option<DocId>>> = Vec::with_capacity(inputs.len());
        for (segment, alive) in inputs {
            let mut map = vec![None; segment.columns.len() as usize];
            for doc in alive.iter() {
                let (Some((_, key)), Some(slot)) =
                    (segment.part_of(doc), map.get_mut(doc as usize))
                else {
                    continue;
                };
                *slot = Some(builder.columns.len());
                let columns = &segment.columns;
                builder.push_doc(
                    key,
                    at(&columns.ordinal, doc),
                    at(&columns.stamp, doc),
                    at(&columns.length, doc),
                    columns.window(doc),
                );
            }
            maps.push(map);
        }

        // Each input contributes a sorted run, which a stable sort recognises.
        let mut entries: Vec<(u16, &Term, usize)> = Vec::new();
        for (input, (segment, _)) in inputs.iter().enumerate() {
            for (key, range) in segment.parts.iter().zip(&segment.part_terms) {
                if let Ok(part) = builder.parts.binary_search(key) {
                    let terms = part_of(&segment.terms, range);
                    entries.extend(terms.iter().map(|term| (part as u16, term, input)));
                }
            }
        }
        entries.sort_by(|a, b| (a.0, &a.1.text, a.2).cmp(&(b.0, &b.1.text, b.2)));

        let mut fields: Vec<(u8, usize, &TermPosition)> = Vec::new();
        for group in entries.chunk_by(|a, b| (a.0, &a.1.text) == (b.0, &b.1.text)) {
            let Some(&(part, first, _)) = group.first() else {
                continue;
            };
            fields.clear();
            for &(_, term, input) in group {
                let (Some((segment, _)), Some(map)) = (inputs.get(input), maps.get(input)) else {
                    continue;
                };
                let docs = part_of(&segment.docs, &term.docs);
                let tfs = part_of(&segment.tfs, &term.docs);
                for (&doc, &tf) in docs.iter().zip(tfs) {
                    if let Some(doc) = moved(map, doc) {
                        builder.push_posting(doc, tf);
                    }
                }
                let places = part_of(&segment.places, &term.places);
                fields.extend(places.iter().map(|place| (place.field, input, place)));
            }
            fields.sort_by_key(|&(field, input, _)| (field, input));
            for &(field, input, place) in &fields {
                let (Some((segment, _)), Some(map)) = (inputs.get(input), maps.get(input)) else {
                    continue;
                };
                for entry in part_of(&segment.place_docs, &place.docs) {
                    let Some(doc) = moved(map, entry.doc) else {
                        continue;
                    };
                    for &position in part_of(&segment.word_positions, &entry.positions) {
                        builder.push_position(field, doc, position);
                    }
                }
            }
            builder.end_term(part, || first.text.clone());
        }
        Ok(builder.finish())
    }

    /// The terms of a document, ascending.
    pub fn terms_of(&self, doc: DocId) -> impl Iterator<Item = &Arc<str>> {
        self.doc_terms
            .get(doc as usize)
            .map_or(&[] as &[u32], |range| part_of(&self.forward, range))
            .iter()
            .filter_map(|&term| self.terms.get(term as usize))
            .map(|term| &term.text)
    }

    fn part_of(&self, doc: DocId) -> Option<(u16, PartKey)> {
        let part = *self.columns.part.get(doc as usize)?;
        Some((part, *self.parts.get(usize::from(part))?))
    }

    fn terms_from(&self, part: usize, from: &str) -> &[Term] {
        let terms = self
            .part_terms
            .get(part)
            .map_or(&[] as &[Term], |range| part_of(&self.terms, range));
        terms
            .get(terms.partition_point(|term| *term.text < *from)..)
            .unwrap_or(&[])
    }

    fn find(&self, part: usize, text: &str) -> Option<&Term> {
        self.terms_from(part, text)
            .first()
            .filter(|term| *term.text == *text)
    }
}

impl Segment for MemSegment {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn parts(&self) -> &[PartKey] {
        &self.parts
    }

    fn doc_freq(&self, part: usize, term: &str) -> u32 {
        self.find(part, term)
            .map_or(0, |term| term.docs.end - term.docs.start)
    }

    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>> {
        let term = self.find(part, term)?;
        Some(Box::new(MemPostings {
            docs: part_of(&self.docs, &term.docs),
            tfs: part_of(&self.tfs, &term.docs),
        }))
    }

    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>> {
        let term = self.find(part, term)?;
        let place = part_of(&self.places, &term.places)
            .iter()
            .find(|place| place.field == field)?;
        Some(Box::new(MemPositions {
            docs: part_of(&self.place_docs, &place.docs),
            positions: &self.word_positions,
        }))
    }

    fn bytes(&self) -> u64 {
        let numbers = self.docs.capacity()
            + self.tfs.capacity()
            + self.word_positions.capacity()
            + self.forward.capacity();
        let lists = 4 * numbers
            + size_of::<PartKey>() * self.parts.capacity()
            + size_of::<Range<u32>>() * (self.part_terms.capacity() + self.doc_terms.capacity())
            + size_of::<Term>() * self.terms.capacity()
            + size_of::<TermPosition>() * self.places.capacity()
            + size_of::<TermPositionDoc>() * self.place_docs.capacity();
        self.columns.bytes() + lists as u64 + self.text_bytes
    }

    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool) {
        for term in self.terms_from(part, prefix) {
            if !term.text.starts_with(prefix) || !visit(&term.text) {
                return;
            }
        }
    }
}

/// The rest of a posting list; the current block is its beginning.
struct MemPostings<'a> {
    docs: &'a [DocId],
    tfs: &'a [u32],
}

impl MemPostings<'_> {
    fn skip(&mut self, n: usize) -> bool {
        self.docs = self.docs.get(n..).unwrap_or(&[]);
        self.tfs = self.tfs.get(n..).unwrap_or(&[]);
        !self.docs.is_empty()
    }
}

impl Postings for MemPostings<'_> {
    fn block(&self) -> (&[DocId], &[u32]) {
        let n = self.docs.len().min(BLOCK);
        (
            self.docs.get(..n).unwrap_or(&[]),
            self.tfs.get(..n).unwrap_or(&[]),
        )
    }

    fn advance(&mut self) -> bool {
        self.skip(BLOCK)
    }

    fn seek(&mut self, target: DocId) -> bool {
        // Skips whole blocks only: the block before the first document at or after the target ends below it.
        let before = self.docs.partition_point(|&doc| doc < target);
        if before == self.docs.len() {
            return self.skip(before);
        }
        self.skip(before - before % BLOCK)
    }
}

/// The rest of the positions of a term; the first entry is the current one.
struct MemPositions<'a> {
    docs: &'a [TermPositionDoc],
    positions: &'a [u32],
}

impl Positions for MemPositions<'_> {
    fn doc(&self) -> Option<DocId> {
        self.docs.first().map(|entry| entry.doc)
    }

    fn seek(&mut self, target: DocId) -> Option<DocId> {
        let before = self.docs.partition_point(|entry| entry.doc < target);
        self.docs = self.docs.get(before..).unwrap_or(&[]);
        self.doc()
    }

    fn positions(&mut self, into: &mut Vec<u32>) {
        into.clear();
        if let Some(entry) = self.docs.first() {
            into.extend_from_slice(part_of(self.positions, &entry.positions));
        }
    }
}

/// Builds a segment from its documents, then its terms in order of (partition, term), each with postings and
/// positions.
struct SegmentBuilder {
    columns: Columns,
    parts: Vec<PartKey>,
    part_terms: Vec<Range<u32>>,
    terms: Vec<Term>,
    docs: Vec<DocId>,
    tfs: Vec<u32>,
    places: Vec<TermPosition>,
    place_docs: Vec<TermPositionDoc>,
    word_positions: Vec<u32>,
    term_start: u32,
    place_start: u32,
}

impl SegmentBuilder {
    fn new(parts: Vec<PartKey>) -> SegmentBuilder {
        SegmentBuilder {
            part_terms: vec![0..0; parts.len()],
            parts,
            columns: Columns::default(),
            terms: Vec::new(),
            docs: Vec::new(),
            tfs: Vec::new(),
            places: Vec::new(),
            place_docs: Vec::new(),
            word_positions: Vec::new(),
            term_start: 0,
            place_start: 0,
        }
    }

    /// Reserves memory for the contents of segments, exactly: lists that double while they grow would need three times
    /// the memory for a moment.
    fn reserve<'a>(&mut self, inputs: impl Iterator<Item = &'a MemSegment>) {
        let (mut n_docs, mut n_places, mut n_place_docs, mut n_positions) = (0, 0, 0, 0);
        for segment in inputs {
            n_docs += segment.docs.len();
            n_places += segment.places.len();
            n_place_docs += segment.place_docs.len();
            n_positions += segment.word_positions.len();
        }
        self.docs.reserve_exact(n_docs);
        self.tfs.reserve_exact(n_docs);
        self.places.reserve_exact(n_places);
        self.place_docs.reserve_exact(n_place_docs);
        self.word_positions.reserve_exact(n_positions);
    }

    fn push_doc(
        &mut self,
        part: PartKey,
        ordinal: u32,
        stamp: u32,
        n_words: u32,
        window: Window,
    ) -> u16 {
        let doc = self.columns.len();
        // The list contains every given partition, and has at most 65,536.
        let part = self.parts.binary_search(&part).unwrap_or_default() as u16;
        self.columns.push(ordinal, stamp, part, n_words, window);
        debug_assert_eq!(self.columns.len(), doc + 1);
        part
    }

    fn push_posting(&mut self, doc: DocId, tf: u32) {
        self.docs.push(doc);
        self.tfs.push(tf);
    }

    /// Positions come ascending by (field, document, position).
    fn push_position(&mut self, field: u8, doc: DocId, position: u32) {
        let at = self.word_positions.len() as u32;
        self.word_positions.push(position);
        let fresh = self.places.len() as u32 == self.place_start
            || self.places.last().is_none_or(|place| place.field != field);
        if fresh {
            let start = self.place_docs.len() as u32;
            self.places.push(TermPosition {
                field,
                docs: start..start,
            });
        }
        match self.place_docs.last_mut() {
            Some(last) if !fresh && last.doc == doc => last.positions.end = at + 1,
            _ => self.place_docs.push(TermPositionDoc {
                doc,
                positions: at..at + 1,
            }),
        }
        if let Some(place) = self.places.last_mut() {
            place.docs.end = self.place_docs.len() as u32;
        }
    }

    /// Closes a term; a term without postings is dropped.
    fn end_term(&mut self, part: u16, text: impl FnOnce() -> Arc<str>) {
        let docs = self.term_start..self.docs.len() as u32;
        if docs.start == docs.end {
            return;
        }
        let places = self.place_start..self.places.len() as u32;
        (self.term_start, self.place_start) = (docs.end, places.end);
        let n = self.terms.len() as u32;
        if let Some(range) = self.part_terms.get_mut(usize::from(part)) {
            if range.start == range.end {
                range.start = n;
            }
            range.end = n + 1;
        }
        self.terms.push(Term {
            text: text(),
            docs,
            places,
        });
    }

    fn finish(mut self) -> MemSegment {
        self.columns.finish();
        let mut n_terms = vec![0u32; self.columns.len() as usize];
        for &doc in &self.docs {
            if let Some(n) = n_terms.get_mut(doc as usize) {
                *n += 1;
            }
        }
        let mut end = 0;
        let mut doc_terms: Vec<Range<u32>> = n_terms
            .iter()
            .map(|n| {
                end += n;
                end - n..end - n
            })
            .collect();
        let mut forward = vec![0; self.docs.len()];
        for (number, term) in self.terms.iter().enumerate() {
            for &doc in part_of(&self.docs, &term.docs) {
                let Some(range) = doc_terms.get_mut(doc as usize) else {
                    continue;
                };
                if let Some(slot) = forward.get_mut(range.end as usize) {
                    *slot = number as u32;
                }
                range.end += 1;
            }
        }
        // Nothing is added to a segment later, and a small base consists of a few of them.
        self.docs.shrink_to_fit();
        self.tfs.shrink_to_fit();
        self.terms.shrink_to_fit();
        self.places.shrink_to_fit();
        self.place_docs.shrink_to_fit();
        self.word_positions.shrink_to_fit();
        let texts = self
            .terms
            .iter()
            .map(|term| term.text.len() as u64 + TEXT_EXTRA);
        MemSegment {
            text_bytes: texts.sum(),
            columns: self.columns,
            parts: self.parts,
            part_terms: self.part_terms,
            terms: self.terms,
            docs: self.docs,
            tfs: self.tfs,
            places: self.places,
            place_docs: self.place_docs,
            word_positions: self.word_positions,
            doc_terms,
            forward,
        }
    }
}

/// Sorts the entries by the rank of their number; entries of equal rank keep their order.
fn by_rank<T: Copy + Default>(entries: Vec<(u32, T)>, rank: &[u32]) -> Vec<(u32, T)> {
    let rank_of = |number: u32| rank.get(number as usize).copied().unwrap_or(0);
    let mut starts = vec![0u32; rank.len() + 1];
    for (number, _) in &entries {
        if let Some(n) = starts.get_mut(rank_of(*number) as usize + 1) {
            *n += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut out = vec![(0, T::default()); entries.len()];
    for (number, value) in entries {
        let rank = rank_of(number);
        if let Some(start) = starts.get_mut(rank as usize) {
            if let Some(slot) = out.get_mut(*start as usize) {
                *slot = (rank, value);
            }
            *start += 1;
        }
    }
    out
}

fn distinct(parts: impl Iterator<Item = PartKey>) -> Result<Vec<PartKey>> {
    let parts: std::collections::BTreeSet<PartKey> = parts.collect();
    if parts.len() > usize::from(u16::MAX) + 1 {
        return Err(Error::too_large(
            "audiences and languages",
            parts.len(),
            usize::from(u16::MAX) + 1,
            "combinations",
        ));
    }
    Ok(parts.into_iter().collect())
}

fn moved(map: &[Option<DocId>], doc: DocId) -> Option<DocId> {
    map.get(doc as usize).copied().flatten()
}

fn part_of<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    all.get(range.start as usize..range.end as usize)
        .unwrap_or(&[])
}

fn at(column: &[u32], doc: DocId) -> u32 {
    column.get(doc as usize).copied().unwrap_or(0)
}
