//! Bounds, their comparison with the threshold, and the heap of the best hits, whose worst score is the threshold.
//!
//! Rounding drops no hit. For a document that is not enumerated the caller promises `score <= fl(P · T)`, where
//! `T = text / 2^30` is exact (a power of two divides exactly). Rounding is monotone, so `fl(P · T) <= fl(P' · T')` for
//! every `P' >= P`, `T' >= T`. [`score_upper_bound`] returns that product, moved up by four more units in the last
//! place for callers who round once more. [`min_text_score`] inverts the same comparison with a slack of 2^-40, a
//! thousand times the error of its own division and product.

use std::cmp::Ordering;

use super::input::{ScoredDoc, Signals};
use crate::index::weights::ONE;

const SLACK_UP: f64 = 1.0 + 1.0 / (1u64 << 50) as f64;
const SLACK_DOWN: f64 = 1.0 - 1.0 / (1u64 << 40) as f64;

/// Returns an upper bound of the score of a document with at most this prior and text score.
#[inline]
pub(super) fn score_upper_bound(prior: f64, text: u32) -> f64 {
    prior * (f64::from(text) / f64::from(ONE)) * SLACK_UP
}

/// Returns a text score such that every document with a lower one and a prior of at most `max_prior` scores below
/// `threshold`.
pub(super) fn min_text_score(threshold: f64, max_prior: f64) -> u32 {
    // Relative errors are small only among normal numbers, so near underflow nothing is excluded.
    if threshold < 1e-200 {
        return 1;
    }
    // A cast of a too large number saturates, and NaN gives 0; both are safe.
    (threshold / max_prior * f64::from(ONE) * SLACK_DOWN) as u32
}

/// The best k hits so far, the worst of them at the root.
pub(super) struct TopK<'a> {
    k: usize,
    signals: &'a dyn Signals,
    /// A binary heap: each entry is better than, or equal to, its parent.
    heap: Vec<ScoredDoc>,
}

impl<'a> TopK<'a> {
    pub(super) fn new(k: usize, signals: &'a dyn Signals) -> TopK<'a> {
        TopK {
            k,
            signals,
            heap: Vec::new(),
        }
    }

    /// Returns the threshold: the worst score kept, once there are k.
    #[inline]
    pub(super) fn threshold(&self) -> f64 {
        match self.heap.first() {
            Some(worst) if self.heap.len() >= self.k => worst.score,
            _ => f64::NEG_INFINITY,
        }
    }

    pub(super) fn offer(&mut self, hit: ScoredDoc) {
        if hit.score.is_nan() {
            return;
        }
        if self.heap.len() < self.k {
            self.heap.push(hit);
            self.sift_up();
        } else if let Some(worst) = self.heap.first_mut()
            && compare_hits(self.signals, &hit, worst).is_lt()
        {
            *worst = hit;
            self.sift_down();
        }
    }

    /// Moves the last entry up to its place.
    fn sift_up(&mut self) {
        let mut at = self.heap.len().saturating_sub(1);
        while at > 0 && self.is_worse(at, (at - 1) / 2) {
            self.heap.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Moves the first entry down to its place.
    fn sift_down(&mut self) {
        let mut at = 0;
        loop {
            let mut worst = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.heap.len() && self.is_worse(child, worst) {
                    worst = child;
                }
            }
            if worst == at {
                return;
            }
            self.heap.swap(at, worst);
            at = worst;
        }
    }

    fn is_worse(&self, a: usize, b: usize) -> bool {
        match (self.heap.get(a), self.heap.get(b)) {
            (Some(a), Some(b)) => compare_hits(self.signals, a, b).is_gt(),
            _ => false,
        }
    }

    /// Returns the hits, best first.
    pub(super) fn into_hits(mut self) -> Vec<ScoredDoc> {
        self.heap.sort_by(|a, b| compare_hits(self.signals, a, b));
        self.heap
    }
}

/// Compares two hits by the order of an answer: score descending, then the caller's tie, then the document number. The
/// last makes the order total for any caller.
pub(super) fn compare_hits(signals: &dyn Signals, a: &ScoredDoc, b: &ScoredDoc) -> Ordering {
    b.score
        .total_cmp(&a.score)
        .then_with(|| signals.tie(a.ordinal, b.ordinal))
        .then_with(|| (a.segment, a.doc).cmp(&(b.segment, b.doc)))
}
