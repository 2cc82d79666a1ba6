//! The posting lists of one word in one segment: bounds in a window, contributions to all documents or to candidates.
//!
//! A word has one list in each readable partition. A document is in one partition, so the word's bound is the largest
//! of its lists' bounds. Short lists, and unions of several terms of any length, are decoded up front and hold the
//! contributions to eligible documents. Long lists are streamed and take their bounds from impacts.

use std::sync::Arc;

use super::super::impacts::Impacts;
use super::super::postings::{DocId, Postings};
use super::input::{Candidate, ScoredSegment, Work};
use super::window::Accumulators;
use crate::index::bitset::BitSet;
use crate::index::weights::{Saturation, Word, terms_in};

/// A cursor over one word in one segment.
pub(super) struct WordCursor<'a> {
    weight: u32,
    fieldnorm_ids: &'a [u8],
    lists: Vec<List<'a>>,
    /// The upper bound of the word's contribution to a document of the current window.
    pub(super) upper_bound: u32,
}

impl<'a> WordCursor<'a> {
    /// Opens the lists of the word; `None` if it adds nothing to any document.
    pub(super) fn open(
        source: &ScoredSegment<'a>,
        word: &Word,
        eligible: &BitSet,
        saturation: &Saturation,
        max_decoded_len: u32,
        work: &mut Work,
    ) -> Option<WordCursor<'a>> {
        let segment = source.segment;
        let fieldnorm_ids = segment.columns().fieldnorm_id.as_slice();
        let mut lists = Vec::new();
        for &part in source.parts {
            let Some(key) = segment.parts().get(part) else {
                continue;
            };
            let terms = terms_in(&word.terms, key.lang);
            if word.weight == 0 || terms.is_empty() {
                continue;
            }
            let lengths: Vec<u32> = terms
                .iter()
                .map(|term| segment.doc_freq(part, term))
                .collect();
            let list = match (terms.as_slice(), lengths.as_slice()) {
                (_, lengths) if lengths.iter().all(|n| *n == 0) => continue,
                ([term], [n]) if *n > max_decoded_len => {
                    let Some((impacts, scanned)) = source.impacts.get(segment, part, term) else {
                        continue;
                    };
                    work.scanned += scanned;
                    let Some(postings) = segment.postings(part, term) else {
                        continue;
                    };
                    List::Streamed(StreamedList {
                        postings,
                        impacts,
                        run: 0,
                        at: 0,
                        is_uncounted: true,
                    })
                }
                _ => {
                    let lists = terms.iter().filter_map(|term| segment.postings(part, term));
                    let found = union(lists, &lengths, fieldnorm_ids.len(), eligible, work);
                    let decoded = DecodedList::new(found, word.weight, fieldnorm_ids, saturation);
                    if decoded.docs.is_empty() {
                        continue;
                    }
                    List::Decoded(decoded)
                }
            };
            lists.push(list);
        }
        (!lists.is_empty()).then_some(WordCursor {
            weight: word.weight,
            fieldnorm_ids,
            lists,
            upper_bound: 0,
        })
    }

    /// Sets the bound for `[from, to)`. Windows ascend.
    pub(super) fn set_window(&mut self, from: DocId, to: DocId, saturation: &Saturation) {
        let weight = self.weight;
        let bounds = self.lists.iter_mut().map(|list| match list {
            List::Decoded(decoded) => decoded.set_window(from, to),
            List::Streamed(streamed) => {
                streamed
                    .impacts
                    .upper_bound(&mut streamed.run, from, to, weight, saturation)
            }
        });
        self.upper_bound = bounds.max().unwrap_or(0);
    }

    /// Adds the word's contributions in the window. Streamed lists add to ineligible documents as well, so the caller
    /// must drop those.
    pub(super) fn accumulate(
        &mut self,
        from: DocId,
        to: DocId,
        saturation: &Saturation,
        sums: &mut Accumulators,
        work: &mut Work,
    ) {
        if self.upper_bound == 0 {
            return;
        }
        for list in &mut self.lists {
            match list {
                List::Decoded(decoded) => {
                    let range = decoded.begin..decoded.end;
                    let docs = decoded.docs.get(range.clone()).unwrap_or_default();
                    let values = decoded.values.get(range).unwrap_or_default();
                    for (&doc, &value) in docs.iter().zip(values) {
                        sums.add(doc, value);
                    }
                }
                List::Streamed(streamed) => {
                    streamed.accumulate(
                        (from, to),
                        self.weight,
                        self.fieldnorm_ids,
                        saturation,
                        sums,
                        work,
                    );
                }
            }
        }
    }

    /// Adds the word's contribution to the candidates of the current window. Candidates must be sorted by document.
    pub(super) fn score_candidates(
        &mut self,
        candidates: &mut [Candidate],
        saturation: &Saturation,
        work: &mut Work,
    ) {
        if self.upper_bound == 0 {
            return;
        }
        for list in &mut self.lists {
            match list {
                List::Decoded(decoded) => decoded.score_candidates(candidates),
                List::Streamed(streamed) => {
                    for found in candidates.iter_mut() {
                        let Some(tf) = streamed.term_freq(found.doc, work) else {
                            continue;
                        };
                        let fieldnorm_id = self
                            .fieldnorm_ids
                            .get(found.doc as usize)
                            .copied()
                            .unwrap_or(0);
                        let more = saturation.contribution(self.weight, tf, fieldnorm_id);
                        found.text_score = found.text_score.saturating_add(more);
                    }
                }
            }
        }
    }
}

enum List<'a> {
    Decoded(DecodedList),
    Streamed(StreamedList<'a>),
}

/// A decoded list: eligible documents with their contributions, all above 0.
struct DecodedList {
    docs: Vec<DocId>,
    values: Vec<u32>,
    /// The current window is `begin..end`.
    begin: usize,
    end: usize,
}

impl DecodedList {
    fn new(
        found: Vec<(DocId, u32)>,
        weight: u32,
        fieldnorm_ids: &[u8],
        saturation: &Saturation,
    ) -> DecodedList {
        let mut decoded = DecodedList {
            docs: Vec::with_capacity(found.len()),
            values: Vec::with_capacity(found.len()),
            begin: 0,
            end: 0,
        };
        for (doc, tf) in found {
            let fieldnorm_id = fieldnorm_ids.get(doc as usize).copied().unwrap_or(0);
            let value = saturation.contribution(weight, tf, fieldnorm_id);
            if value > 0 {
                decoded.docs.push(doc);
                decoded.values.push(value);
            }
        }
        decoded
    }

    /// Moves to the window and returns its largest contribution.
    fn set_window(&mut self, from: DocId, to: DocId) -> u32 {
        let after = |start: usize, limit: DocId| {
            let rest = self.docs.get(start..).unwrap_or_default();
            start + rest.partition_point(|doc| *doc < limit)
        };
        self.begin = after(self.end, from);
        self.end = after(self.begin, to);
        let values = self.values.get(self.begin..self.end).unwrap_or_default();
        values.iter().copied().max().unwrap_or(0)
    }

    fn score_candidates(&self, candidates: &mut [Candidate]) {
        let mut at = self.begin;
        for found in candidates {
            let rest = self.docs.get(at..self.end).unwrap_or_default();
            at += rest.partition_point(|doc| *doc < found.doc);
            if self.docs.get(at) == Some(&found.doc) {
                let value = self.values.get(at).copied().unwrap_or(0);
                found.text_score = found.text_score.saturating_add(value);
            }
        }
    }
}

/// A list that is read block by block, forward only. It contains ineligible documents too.
struct StreamedList<'a> {
    postings: Box<dyn Postings + 'a>,
    impacts: Arc<Impacts>,
    /// The run of the impacts in which the window begins.
    run: usize,
    /// The index in the current block.
    at: usize,
    /// True if the current block is not counted in the work yet.
    is_uncounted: bool,
}

impl StreamedList<'_> {
    /// Moves to the block that may contain `target`; returns false if there is none.
    fn seek(&mut self, target: DocId, work: &mut Work) -> bool {
        let (docs, _) = self.postings.block();
        match docs.last() {
            None => return false,
            Some(last) if *last < target => {
                self.at = 0;
                self.is_uncounted = true;
                if !self.postings.seek(target) {
                    return false;
                }
            }
            _ => {}
        }
        if self.is_uncounted {
            self.is_uncounted = false;
            work.postings += self.postings.block().0.len() as u64;
        }
        true
    }

    fn accumulate(
        &mut self,
        (from, to): (DocId, DocId),
        weight: u32,
        fieldnorm_ids: &[u8],
        saturation: &Saturation,
        sums: &mut Accumulators,
        work: &mut Work,
    ) {
        let mut target = from;
        while self.seek(target, work) {
            let (docs, tfs) = self.postings.block();
            let rest = docs.get(self.at..).unwrap_or_default();
            let begin = self.at + rest.partition_point(|doc| *doc < from);
            let rest = docs.get(begin..).unwrap_or_default();
            let end = begin + rest.partition_point(|doc| *doc < to);
            self.at = end;
            accumulate_block(
                docs.get(begin..end).unwrap_or_default(),
                tfs.get(begin..end).unwrap_or_default(),
                weight,
                fieldnorm_ids,
                saturation,
                sums,
            );
            match docs.last() {
                // The window extends past this block: continue with the next one.
                Some(last) if end == docs.len() && *last < DocId::MAX && last + 1 < to => {
                    target = last + 1;
                }
                // The window ends inside the block, or with the greatest document number.
                _ => return,
            }
        }
    }

    /// Returns the term's frequency in `doc`, or `None`. Calls must come in ascending document order.
    fn term_freq(&mut self, doc: DocId, work: &mut Work) -> Option<u32> {
        if !self.seek(doc, work) {
            return None;
        }
        let (docs, tfs) = self.postings.block();
        let rest = docs.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|at| *at < doc);
        (docs.get(self.at) == Some(&doc))
            .then(|| tfs.get(self.at).copied())
            .flatten()
    }
}

#[allow(clippy::indexing_slicing)] // Each document of a segment has a fieldnorm id.
fn accumulate_block(
    docs: &[DocId],
    tfs: &[u32],
    weight: u32,
    fieldnorm_ids: &[u8],
    saturation: &Saturation,
    sums: &mut Accumulators,
) {
    for (&doc, &tf) in docs.iter().zip(tfs) {
        sums.add(
            doc,
            saturation.contribution(weight, tf, fieldnorm_ids[doc as usize]),
        );
    }
}

/// Returns the eligible documents of several lists, ascending, with the sums of their frequencies.
pub(super) fn union<'a>(
    lists: impl Iterator<Item = Box<dyn Postings + 'a>>,
    lengths: &[u32],
    n_docs: usize,
    eligible: &BitSet,
    work: &mut Work,
) -> Vec<(DocId, u32)> {
    let total: u64 = lengths.iter().map(|n| u64::from(*n)).sum();
    // Few postings are sorted; many are summed in an array of one frequency per document.
    if lengths.len() > 1 && total > n_docs as u64 / 8 {
        let mut tfs = vec![0u32; n_docs];
        for mut list in lists {
            work.postings += each_posting(list.as_mut(), |doc, tf| {
                if let Some(sum) = tfs.get_mut(doc as usize) {
                    *sum = sum.saturating_add(tf);
                }
            });
        }
        return (0..)
            .zip(tfs)
            .filter(|(doc, tf)| *tf > 0 && eligible.get(*doc))
            .collect();
    }
    let mut found: Vec<(DocId, u32)> = Vec::new();
    for mut list in lists {
        work.postings += each_posting(list.as_mut(), |doc, tf| {
            if eligible.get(doc) {
                found.push((doc, tf));
            }
        });
    }
    if lengths.len() > 1 {
        found.sort_unstable();
        found.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
    }
    found
}

/// Calls `each` with every posting from the current block on; returns their number.
pub(super) fn each_posting(list: &mut dyn Postings, mut each: impl FnMut(DocId, u32)) -> u64 {
    let mut n_postings = 0;
    loop {
        let (docs, tfs) = list.block();
        if docs.is_empty() {
            return n_postings;
        }
        n_postings += docs.len() as u64;
        for (&doc, &tf) in docs.iter().zip(tfs) {
            each(doc, tf);
        }
        if !list.advance() {
            return n_postings;
        }
    }
}
