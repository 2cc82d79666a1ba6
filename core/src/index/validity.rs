//! The documents of a segment that are outside their window at an instant, and their document frequencies.
//!
//! The bounds of all windows are sorted by time. A change of the instant reads only the documents with a bound in
//! between. Terms are counted in the postings on first use, and their counts are carried from interval to interval in
//! the same way. The cache never changes an answer, only its cost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::cow_bitset::{Alive, CowBitSet};
use super::partition::Window;
use super::postings::{DocId, Postings};
use super::segment::{Columns, Segment};
use super::stats::Stats;
use crate::codec::sorted::Sorted;
use crate::time::Timestamp;

/// Most terms whose counts a segment caches.
const MAX_REMEMBERED: usize = 1 << 14;

/// The bounds of a segment's windows, sorted by time. Made once for a segment.
#[derive(Debug, Default)]
pub struct Timeline {
    bounds: Vec<(Timestamp, DocId)>,
}

impl Timeline {
    /// Collects the bounds of these documents; a window open at one end has one bound only.
    pub fn of(columns: &Columns) -> Timeline {
        let mut bounds = Vec::with_capacity(columns.windows.len() * 2);
        for &(doc, window) in &columns.windows {
            if window.from != Timestamp::MIN {
                bounds.push((window.from, doc));
            }
            if window.to != Timestamp::MAX {
                bounds.push((window.to, doc));
            }
        }
        bounds.sort_unstable();
        Timeline { bounds }
    }

    /// Number of bounds at or before `now`, which is the number of the interval that contains `now`.
    fn interval(&self, now: Timestamp) -> usize {
        self.bounds.partition_point(|bound| bound.0 <= now)
    }

    /// Returns true if the window holds throughout the interval.
    fn holds(&self, window: Window, interval: usize) -> bool {
        match interval.checked_sub(1).and_then(|i| self.bounds.get(i)) {
            Some(&(at, _)) => window.holds(at),
            // Before the first bound, only windows without a start hold.
            None => window.from == Timestamp::MIN && window.to != Timestamp::MIN,
        }
    }

    /// The documents with a bound between two intervals, ascending, distinct.
    fn crossing(&self, a: usize, b: usize) -> Vec<DocId> {
        let between = self.bounds.get(a.min(b)..a.max(b)).unwrap_or(&[]);
        let mut docs: Vec<DocId> = between.iter().map(|bound| bound.1).collect();
        docs.sort_unstable();
        docs.dedup();
        docs
    }
}

/// The live documents that are outside their window throughout one interval.
#[derive(Debug)]
pub struct OutOfWindow {
    interval: usize,
    docs: CowBitSet,
    sums: Vec<Stats>,
}

impl OutOfWindow {
    /// Returns true if the document is live and outside its window.
    #[inline]
    pub fn has(&self, doc: DocId) -> bool {
        self.docs.has(doc)
    }

    /// The documents.
    pub fn docs(&self) -> &CowBitSet {
        &self.docs
    }

    /// Their number and total length in one partition of the segment.
    pub fn sum(&self, part: usize) -> Stats {
        self.sums.get(part).copied().unwrap_or_default()
    }
}

/// By term: an interval, and the count in it.
type Counted = HashMap<Box<str>, (usize, u32)>;

/// A cache of results for a segment, valid while its live windowed documents stay the same.
#[derive(Debug, Default)]
pub struct ValidityCache {
    out_of_window: Mutex<Option<Arc<OutOfWindow>>>,
    counts: Mutex<Sorted<u16, Counted>>,
}

/// The windows of a segment with everything needed to evaluate them.
pub struct Windows<'a> {
    /// The segment.
    pub segment: &'a dyn Segment,
    /// Its live documents.
    pub alive: &'a Alive,
    /// Its bounds, sorted by time.
    pub timeline: &'a Timeline,
    /// Its cache.
    pub memory: &'a ValidityCache,
}

impl Windows<'_> {
    /// The live documents outside their window at `now`; `None` if the segment has no windows.
    pub fn out_of_window(&self, now: Timestamp) -> Option<Arc<OutOfWindow>> {
        let columns = self.segment.columns();
        if columns.windows.is_empty() {
            return None;
        }
        let interval = self.timeline.interval(now);
        let last = lock(&self.memory.out_of_window).clone();
        let found = match last {
            Some(last) if last.interval == interval => return Some(last),
            Some(last) if last.interval.abs_diff(interval) <= columns.windows.len() => {
                let crossing = self.timeline.crossing(last.interval, interval);
                let windows = crossing.into_iter().map(|doc| (doc, columns.window(doc)));
                self.walk(last.docs.clone(), last.sums.clone(), windows, interval)
            }
            _ => self.walk(
                CowBitSet::none(columns.len()),
                vec![Stats::default(); self.segment.parts().len()],
                columns.windows.iter().copied(),
                interval,
            ),
        };
        let found = Arc::new(found);
        *lock(&self.memory.out_of_window) = Some(found.clone());
        Some(found)
    }

    fn walk(
        &self,
        mut docs: CowBitSet,
        mut sums: Vec<Stats>,
        windows: impl Iterator<Item = (DocId, Window)>,
        interval: usize,
    ) -> OutOfWindow {
        let columns = self.segment.columns();
        for (doc, window) in windows {
            let out_of_window = self.alive.has(doc) && !self.timeline.holds(window, interval);
            let changed = if out_of_window {
                docs.insert(doc)
            } else {
                docs.remove(doc)
            };
            let (Some(&part), Some(&length), true) = (
                columns.part.get(doc as usize),
                columns.length.get(doc as usize),
                changed,
            ) else {
                continue;
            };
            if let Some(sum) = sums.get_mut(usize::from(part)) {
                if out_of_window {
                    sum.add_doc(length);
                } else {
                    sum.remove_doc(length);
                }
            }
        }
        OutOfWindow {
            interval,
            docs,
            sums,
        }
    }

    /// The number of documents outside their window that have the term.
    pub fn count(&self, out_of_window: &OutOfWindow, part: u16, term: &str) -> u32 {
        if out_of_window.sum(usize::from(part)).docs == 0 {
            return 0;
        }
        let known = lock(&self.memory.counts)
            .get(&part)
            .and_then(|terms| terms.get(term))
            .copied();
        if let Some((interval, count)) = known
            && interval == out_of_window.interval
        {
            return count;
        }
        let Some(mut postings) = self.segment.postings(usize::from(part), term) else {
            return 0;
        };
        let count = match known {
            Some((interval, count))
                if interval.abs_diff(out_of_window.interval)
                    < out_of_window.docs.count() as usize =>
            {
                self.carry(postings.as_mut(), part, count, interval, out_of_window)
            }
            _ => count_all(postings.as_mut(), &out_of_window.docs),
        };
        let mut counts = lock(&self.memory.counts);
        if counts.values().map(HashMap::len).sum::<usize>() >= MAX_REMEMBERED {
            *counts = Sorted::new();
        }
        counts
            .or_default(part)
            .insert(term.into(), (out_of_window.interval, count));
        count
    }

    /// Computes the count of one interval from that of another, by the documents with a bound in between.
    fn carry(
        &self,
        postings: &mut dyn Postings,
        part: u16,
        mut count: u32,
        from: usize,
        out_of_window: &OutOfWindow,
    ) -> u32 {
        let columns = self.segment.columns();
        for doc in self.timeline.crossing(from, out_of_window.interval) {
            if columns.part.get(doc as usize) != Some(&part) {
                continue;
            }
            let was = self.alive.has(doc) && !self.timeline.holds(columns.window(doc), from);
            let is = out_of_window.has(doc);
            if was != is && contains(postings, doc) {
                count = if is {
                    count.saturating_add(1)
                } else {
                    count.saturating_sub(1)
                };
            }
        }
        count
    }
}

/// Counts the cheaper way: scans the postings, or searches for each document.
fn count_all(postings: &mut dyn Postings, docs: &CowBitSet) -> u32 {
    let mut count = 0;
    if (docs.count() as usize) < crate::index::postings::BLOCK {
        for doc in docs.iter() {
            count += u32::from(contains(postings, doc));
        }
        return count;
    }
    loop {
        let (block, _) = postings.block();
        count += block.iter().filter(|&&doc| docs.has(doc)).count() as u32;
        if block.is_empty() || !postings.advance() {
            return count;
        }
    }
}

/// Returns true if the postings contain the document. Callers ask in ascending order only.
fn contains(postings: &mut dyn Postings, doc: DocId) -> bool {
    postings.seek(doc) && postings.block().0.binary_search(&doc).is_ok()
}

/// Cached values are replaced whole, so a panic of another thread leaves none half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
