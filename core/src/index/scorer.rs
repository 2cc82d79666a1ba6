//! The best k documents of a query: windowed block-max MaxScore with the priors of documents in its bounds.
//!
//! The scorer computes text scores. The other factors of a document come through [`Signals`], and the visible
//! documents as a bit set. It reads no clock and caches only impacts. Its result is exact: [`top_k`] returns the bits
//! of scoring every document, for every division of the documents into segments and partitions.
//!
//! Documents that need an exact score (with case evidence or learned terms) are *enumerated* and scored first. The
//! rest is walked in windows of document numbers. In a window each word has an upper bound, from the impacts of the
//! posting runs that overlap it. Words whose bounds together cannot lift a document to the threshold are not
//! essential: their lists are read only at the candidates of the other words.
//!
//! A bound drops a document only if it is *below* the threshold, because an equal score can still win by its id. The
//! module `limits` shows that rounding drops no hit.

use super::bitset::BitSet;
use super::postings::DocId;
use super::weights::{Saturation, Word};

mod exact;
mod input;
mod limits;
mod lists;
mod window;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use exact::{Document, Share, shares, text_of};
use exact::{enumerated_in, texts};
use input::Candidate;
pub use input::{Enumerated, ScoredDoc, ScoredSegment, Signals, Work};
use limits::{TopK, min_text_score, score_upper_bound};
use lists::WordCursor;
use window::Accumulators;

/// Documents in a window. Source: design 5.9, best of 1,024 to 65,536 in random order.
const WINDOW: u32 = 16_384;
/// The maximum length of a list that is decoded up front, in postings. In a large segment one run of a short list's
/// impacts would cover many windows, and the rarest words have the largest bounds. Source: our choice, about 10
/// microseconds.
const MAX_DECODED_LEN: u32 = 2_048;

/// Parameters that change the work and never the result; tests make them small.
#[derive(Clone, Copy, Debug)]
struct Tuning {
    /// Documents in a window.
    window: u32,
    /// The maximum length of a list that is decoded up front, in postings.
    max_decoded_len: u32,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            window: WINDOW,
            max_decoded_len: MAX_DECODED_LEN,
        }
    }
}

/// The arguments of a search.
#[derive(Clone, Copy)]
struct Search<'a> {
    sources: &'a [ScoredSegment<'a>],
    words: &'a [Word],
    saturation: &'a Saturation,
    enumerated: &'a [Enumerated],
    signals: &'a dyn Signals,
}

/// Returns the best `k` documents: score descending, then `Signals::tie` ascending.
///
/// A document that is not enumerated is a hit if its text score is above 0. The weights of `words` must sum to at
/// most [`crate::index::weights::ONE`], as `weigh` makes them.
pub fn top_k(
    sources: &[ScoredSegment],
    words: &[Word],
    saturation: &Saturation,
    enumerated: &[Enumerated],
    signals: &dyn Signals,
    k: usize,
) -> Vec<ScoredDoc> {
    top_k_counted(sources, words, saturation, enumerated, signals, k).0
}

/// Like [`top_k`], with the work it took.
pub fn top_k_counted(
    sources: &[ScoredSegment],
    words: &[Word],
    saturation: &Saturation,
    enumerated: &[Enumerated],
    signals: &dyn Signals,
    k: usize,
) -> (Vec<ScoredDoc>, Work) {
    let search = Search {
        sources,
        words,
        saturation,
        enumerated,
        signals,
    };
    search.run(k, Tuning::default())
}

impl Search<'_> {
    fn run(&self, k: usize, tuning: Tuning) -> (Vec<ScoredDoc>, Work) {
        let mut work = Work::default();
        let mut top = TopK::new(k, self.signals);
        if k == 0 {
            return (Vec::new(), work);
        }
        // Enumerated documents come first: they are few, often the best, and raise the threshold.
        let mut listed = Vec::with_capacity(self.sources.len());
        for (segment, source) in self.sources.iter().enumerate() {
            let documents = enumerated_in(segment, source, self.enumerated);
            let mut skip = BitSet::new(source.segment.columns().len());
            for (doc, text) in texts(source, self.words, self.saturation, &documents) {
                skip.set(doc);
                self.offer(segment, source, doc, text, &mut top, &mut work);
            }
            listed.push(skip);
        }
        // A window wider than the widest segment would only add memory to clear, which is most of a search in a small
        // base.
        let lengths = self
            .sources
            .iter()
            .map(|source| source.segment.columns().len());
        let widest = lengths.max().unwrap_or(0);
        let mut sums = Accumulators::new(tuning.window.min(widest));
        for (segment, (source, listed)) in self.sources.iter().zip(&listed).enumerate() {
            let mut eligible = source.allowed.clone();
            eligible.and_not(listed);
            let mut cursors: Vec<WordCursor> = self
                .words
                .iter()
                .filter_map(|word| {
                    WordCursor::open(
                        source,
                        word,
                        &eligible,
                        self.saturation,
                        tuning.max_decoded_len,
                        &mut work,
                    )
                })
                .collect();
            self.walk(
                (segment, source, &eligible),
                &mut cursors,
                &mut sums,
                &mut top,
                &mut work,
            );
        }
        (top.into_hits(), work)
    }

    /// Scores the documents of one segment that are in `eligible`, window by window.
    fn walk(
        &self,
        place: (usize, &ScoredSegment, &BitSet),
        cursors: &mut [WordCursor],
        sums: &mut Accumulators,
        top: &mut TopK,
        work: &mut Work,
    ) {
        let n_docs = place.1.segment.columns().len();
        let mut candidates = Vec::new();
        let mut from = 0;
        while from < n_docs && !cursors.is_empty() {
            let to = from.saturating_add(sums.window()).min(n_docs);
            self.walk_window(place, (from, to), cursors, &mut candidates, sums, top, work);
            from = to;
        }
    }

    #[allow(clippy::too_many_arguments)] // The state of one walk, each item borrowed separately.
    fn walk_window(
        &self,
        (segment, source, eligible): (usize, &ScoredSegment, &BitSet),
        (from, to): (DocId, DocId),
        cursors: &mut [WordCursor],
        candidates: &mut Vec<Candidate>,
        sums: &mut Accumulators,
        top: &mut TopK,
        work: &mut Work,
    ) {
        let mut total = 0u32;
        for cursor in cursors.iter_mut() {
            cursor.set_window(from, to, self.saturation);
            total = total.saturating_add(cursor.upper_bound);
        }
        if total == 0 {
            return;
        }
        work.windows += 1;
        let max_prior = self.signals.max_prior(segment, from, to);
        if score_upper_bound(max_prior, total) < top.threshold() {
            work.skipped += 1;
            return;
        }
        // Words with the lowest bounds come first, since they are left out first.
        cursors.sort_by_key(|cursor| cursor.upper_bound);
        let mut rest = 0u32;
        let mut n_rest = 0;
        for cursor in cursors.iter() {
            let more = rest.saturating_add(cursor.upper_bound);
            if score_upper_bound(max_prior, more) >= top.threshold() {
                break;
            }
            rest = more;
            n_rest += 1;
        }
        let (others, essential) = cursors.split_at_mut(n_rest);
        sums.begin(from);
        for cursor in essential {
            cursor.accumulate(from, to, self.saturation, sums, work);
        }
        // The least sum of the essential words with which a document can reach the threshold.
        let need = min_text_score(top.threshold(), max_prior)
            .saturating_sub(rest)
            .max(1);
        candidates.clear();
        let ordinals = &source.segment.columns().ordinal;
        sums.drain(need, |doc, text| {
            if !eligible.get(doc) {
                return;
            }
            let ordinal = ordinals.get(doc as usize).copied().unwrap_or(u32::MAX);
            let prior = self.signals.prior(ordinal);
            if score_upper_bound(prior, text.saturating_add(rest)) >= top.threshold() {
                candidates.push(Candidate {
                    doc,
                    prior,
                    text_score: text,
                });
            }
        });
        work.candidates += candidates.len() as u64;
        for cursor in others.iter_mut().rev() {
            if candidates.is_empty() {
                break;
            }
            cursor.score_candidates(candidates, self.saturation, work);
            rest = rest.saturating_sub(cursor.upper_bound);
            candidates.retain(|found| {
                score_upper_bound(found.prior, found.text_score.saturating_add(rest))
                    >= top.threshold()
            });
        }
        for found in candidates.iter() {
            if score_upper_bound(found.prior, found.text_score) >= top.threshold() {
                self.offer(segment, source, found.doc, found.text_score, top, work);
            }
        }
    }

    /// Scores a document exactly and keeps it if it is among the best so far.
    fn offer(
        &self,
        segment: usize,
        source: &ScoredSegment,
        doc: DocId,
        text: u32,
        top: &mut TopK,
        work: &mut Work,
    ) {
        let Some(&ordinal) = source.segment.columns().ordinal.get(doc as usize) else {
            return;
        };
        work.scored += 1;
        if let Some(score) = self.signals.score(ordinal, text) {
            top.offer(ScoredDoc {
                segment,
                doc,
                ordinal,
                text,
                score,
            });
        }
    }
}
