//! Which documents of a segment lie outside their window at an instant, and how many have a term.
//!
//! The bounds of all windows stand in order of time. From one instant to the next only the documents
//! whose bounds lie between are looked at; terms are counted in the postings when they are first
//! asked for, and carried from interval to interval in the same way. What is remembered never changes
//! an answer, only its cost. It refuses nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::cow_bitset::{Alive, CowBitSet};
use super::partition::Window;
use super::postings::{DocId, Postings};
use super::segment::{Columns, Segment};
use super::stats::Stats;
use crate::codec::sorted::Sorted;
use crate::time::Timestamp;

/// Most terms whose counts a segment remembers.
const MAX_REMEMBERED: usize = 1 << 14;

/// The bounds of a segment's windows in order of time. Made once for a segment.
#[derive(Debug, Default)]
pub struct Timeline {
    bounds: Vec<(Timestamp, DocId)>,
}

impl Timeline {
    /// The bounds of these documents; a window open at one end has one bound only.
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

    /// Number of bounds at or before `now`: the number of the interval that `now` lies in.
    fn interval(&self, now: Timestamp) -> usize {
        self.bounds.partition_point(|bound| bound.0 <= now)
    }

    /// Whether the window holds throughout the interval.
    fn holds(&self, window: Window, interval: usize) -> bool {
        match interval.checked_sub(1).and_then(|i| self.bounds.get(i)) {
            Some(&(at, _)) => window.holds(at),
            // Before the first bound, only what always began.
            None => window.from == Timestamp::MIN && window.to != Timestamp::MIN,
        }
    }

    /// The documents with a bound between two intervals, ascending, each once.
    fn crossing(&self, a: usize, b: usize) -> Vec<DocId> {
        let between = self.bounds.get(a.min(b)..a.max(b)).unwrap_or(&[]);
        let mut docs: Vec<DocId> = between.iter().map(|bound| bound.1).collect();
        docs.sort_unstable();
        docs.dedup();
        docs
    }
}

/// The living documents outside their window throughout one interval.
#[derive(Debug)]
pub struct OutOfWindow {
    interval: usize,
    docs: CowBitSet,
    sums: Vec<Stats>,
}

impl OutOfWindow {
    /// Whether a living document is outside its window.
    #[inline]
    pub fn has(&self, doc: DocId) -> bool {
        self.docs.has(doc)
    }

    /// The documents.
    pub fn docs(&self) -> &CowBitSet {
        &self.docs
    }

    /// Their number and lengths in one part of the segment.
    pub fn sum(&self, part: usize) -> Stats {
        self.sums.get(part).copied().unwrap_or_default()
    }
}

/// By term: the interval, and the count in it.
type Counted = HashMap<Box<str>, (usize, u32)>;

/// What was found out about a segment whose living windowed documents stay the same.
#[derive(Debug, Default)]
pub struct ValidityCache {
    out_of_window: Mutex<Option<Arc<OutOfWindow>>>,
    counts: Mutex<Sorted<u16, Counted>>,
}

/// A segment's windows with what the asker knows of the segment.
pub struct Windows<'a> {
    /// The segment.
    pub segment: &'a dyn Segment,
    /// Its living documents.
    pub alive: &'a Alive,
    /// Its bounds in order of time.
    pub timeline: &'a Timeline,
    /// What is remembered of it.
    pub memory: &'a ValidityCache,
}

impl Windows<'_> {
    /// The living documents outside their window at `now`; `None` if the segment has no windows.
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

    /// How many of the documents outside have the term.
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

    /// The count of one interval from that of another, by the documents that crossed between.
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

/// Counts by whichever is shorter: the postings, or a search for each document.
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

/// Whether the postings hold the document. Asked in ascending order only.
fn contains(postings: &mut dyn Postings, doc: DocId) -> bool {
    postings.seek(doc) && postings.block().0.binary_search(&doc).is_ok()
}

/// What is remembered is replaced whole, so that a panic of another thread leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
