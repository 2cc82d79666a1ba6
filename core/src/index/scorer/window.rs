//! The accumulators of one window of documents: integer sums, without bounds or postings.

use super::super::postings::DocId;

/// Accumulators in a chunk. One flag per chunk is set if any of them was changed.
const CHUNK: usize = 64;

/// One sum for each document of a window.
pub(super) struct Accumulators {
    from: DocId,
    sums: Vec<u32>,
    touched: Vec<bool>,
}

impl Accumulators {
    /// Creates accumulators for windows of `window` documents, rounded up to whole chunks.
    pub(super) fn new(window: u32) -> Accumulators {
        let chunks = (window as usize).div_ceil(CHUNK).max(1);
        Accumulators {
            from: 0,
            sums: vec![0; chunks * CHUNK],
            touched: vec![false; chunks],
        }
    }

    /// Returns the number of documents in a window.
    pub(super) fn window(&self) -> u32 {
        self.sums.len() as u32
    }

    /// Starts the window at this document. All sums are 0, as `drain` leaves them.
    pub(super) fn begin(&mut self, from: DocId) {
        self.from = from;
    }

    /// Adds to the sum of a document in `[from, from + window)`.
    #[inline]
    #[allow(clippy::indexing_slicing)] // Callers pass documents of the window only.
    pub(super) fn add(&mut self, doc: DocId, value: u32) {
        let at = (doc - self.from) as usize;
        let sum = &mut self.sums[at];
        *sum = sum.saturating_add(value);
        self.touched[at / CHUNK] = true;
    }

    /// Calls `each` with every document whose sum is at least `need` (at least 1), ascending; clears all sums.
    pub(super) fn drain(&mut self, need: u32, mut each: impl FnMut(DocId, u32)) {
        let chunks = self.sums.chunks_exact_mut(CHUNK);
        for (i, (chunk, touched)) in chunks.zip(&mut self.touched).enumerate() {
            if !std::mem::take(touched) {
                continue;
            }
            let first = self.from + (i * CHUNK) as u32;
            if chunk.iter().fold(0, |most, sum| most.max(*sum)) >= need {
                for (doc, sum) in (first..).zip(chunk.iter()) {
                    if *sum >= need {
                        each(doc, *sum);
                    }
                }
            }
            chunk.fill(0);
        }
    }
}
