//! The memory limit of a base: decides which writes add content and if the budget has space for them.
//!
//! The decision precedes the write and uses the estimated memory in use plus the expected growth. The
//! next write measures the real growth. A write that can free memory is never rejected.

use super::inner::Inner;
#[cfg(feature = "disk")]
use super::inner::WriteAccess;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Confidence, Event, EventKind};

/// Bytes of memory for each byte of text. Measured with the store in memory: 2 to 14 if words repeat, 13
/// to 19 if no two words of a base are equal, more for shorter texts (`tests/memory.rs` prints and
/// asserts it). The constant is the upper end, because the next write measures the real growth.
const PER_TEXT_BYTE: u64 = 20;

/// Bytes of memory for each event without its text: records, store indexes, evidence, session data.
const PER_EVENT: u64 = 2_048;

/// The fresh segments are flushed early once they exceed this fraction of the limit.
#[cfg(feature = "disk")]
const FRESH_SHARE: u64 = 16;

/// The memory that the allocator takes beside what it gives: one byte in this many. Measured after a base was filled to
/// 16 to 64 MiB: 6 to 12 % of what was in use (`tests/memory.rs`).
const ALLOCATOR_SHARE: u64 = 8;

/// The share of the limit that a segment in the making may take, or the result of a merge: one in this many. A base that
/// is full has some twenty segments then.
#[cfg(feature = "disk")]
const SEGMENT_SHARE: u64 = 32;

/// Bytes of a segment in the making, or of the result of a merge, of a base on disk under this limit.
#[cfg(feature = "disk")]
pub(super) fn segment_bytes(limit: u64) -> u64 {
    limit / SEGMENT_SHARE
}

/// Bytes by which the first pages of tantivy's arenas exceed a small segment. Under a limit below 12 MiB a quarter of
/// it is kept free in their place, and the limit is exceeded by the rest for the moment of a flush.
#[cfg(feature = "disk")]
const SEGMENT_WRITER: u64 = 3 << 20;

/// Bytes that a base on disk keeps free for a flush of its index and for the holes that flushes leave in the memory of
/// the allocator. Source: measured, so that the process stays within 1.3 times limits of 16 and 32 MiB.
#[cfg(feature = "disk")]
fn flush_bytes(limit: u64) -> u64 {
    SEGMENT_WRITER.min(limit / 4) + limit / 16 * 3
}

/// The budget of one commit: the memory limit and the memory used so far.
pub(super) struct MemoryBudget {
    limit: u64,
    used: u64,
}

impl MemoryBudget {
    /// Reserves the memory of a job. Fails with `MemoryLimit` if the budget is too small.
    pub fn take(&mut self, events: &[Event]) -> Result<()> {
        let growth: u64 = events.iter().map(growth).sum();
        let needed = self.used.saturating_add(growth);
        if growth > 0 && needed > self.limit {
            return Err(Error::new(
                ErrorCode::MemoryLimit,
                format!(
                    "memory: with this write the base would need about {needed} bytes, more than its memory_limit of {}; archive what is not needed, or open it with a higher limit. Nothing was written",
                    self.limit
                ),
            ));
        }
        self.used = needed;
        Ok(())
    }
}

/// Fails with `MemoryLimit` if opening the base would need more than its limit.
pub(super) fn check_open(needed: u64, limit: u64) -> Result<()> {
    if needed > limit {
        return Err(Error::new(
            ErrorCode::MemoryLimit,
            format!(
                "memory: the base needs about {needed} bytes, more than its memory_limit of {limit}; open it with a higher limit or a smaller cache"
            ),
        ));
    }
    Ok(())
}

impl Inner {
    /// Returns the budget for the next commit; `None` without a limit.
    pub fn budget(&self) -> Option<MemoryBudget> {
        let limit = self.env.memory_limit?;
        let mut memory = self.memory(&self.read());
        // The cache of the store may fill at any time, without a write to reject.
        memory.store = memory.store.max(self.store.memory_ceiling());
        let held = memory.total();
        let used = held.saturating_add(held / ALLOCATOR_SHARE);
        // The next flush of the index takes its memory beside what is held then.
        #[cfg(feature = "disk")]
        let used = match &self.disk {
            Some(_) if self.access == WriteAccess::ReadWrite => {
                used.saturating_add(flush_bytes(limit))
            }
            _ => used,
        };
        Some(MemoryBudget { limit, used })
    }

    /// Fails with `MemoryLimit` if the base already exceeds its limit.
    pub fn check_memory(&self) -> Result<()> {
        let over = |budget: MemoryBudget| check_open(budget.used, budget.limit);
        self.budget().map_or(Ok(()), over)
    }

    /// Frees memory if the budget is too small for these events: clears the caches of queries, and
    /// flushes new documents to the index on disk if that is worthwhile.
    pub fn make_memory_available(&self, events: &[Event]) {
        let lacks = || {
            self.budget()
                .is_some_and(|mut budget| budget.take(events).is_err())
        };
        if !lacks() {
            return;
        }
        self.read().index.caches.clear();
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.disk
            && lacks()
            && self.is_index_flush_worthwhile()
        {
            // The flush reports its own failure as a notice. The budget of the write is checked
            // afterwards.
            drop(disk.flush_index(self, &mut crate::cancel::CancelHook::default().checkpoint()));
        }
    }

    /// Returns true if the fresh segments exceed their share of the limit, or if a quarter of the
    /// documents on disk are dead and a flush would drop them. Otherwise each rejected write would cost
    /// a flush for little gain.
    #[cfg(feature = "disk")]
    fn is_index_flush_worthwhile(&self) -> bool {
        let state = self.read();
        let limit = self.env.memory_limit.unwrap_or(u64::MAX);
        let on_disk = state
            .index
            .view
            .segments()
            .iter()
            .filter(|segment| !segment.is_fresh());
        let (n, n_alive) = on_disk.fold((0, 0), |(n, n_alive), segment| {
            let alive = segment.alive();
            (
                n + u64::from(alive.len()),
                n_alive + u64::from(alive.count()),
            )
        });
        state.index.view.bytes().0 >= limit / FRESH_SHARE || (n > 0 && 4 * (n - n_alive) >= n)
    }
}

/// Bytes that an event is expected to add; 0 for an event that is never rejected.
fn growth(event: &Event) -> u64 {
    match &event.what {
        EventKind::StateChanged {
            confidence: Some(Confidence::Archived),
            ..
        }
        | EventKind::Merged { .. }
        | EventKind::LinkRetracted { .. }
        | EventKind::LinkVerdict { .. }
        | EventKind::Related { ended: true, .. } => 0,
        _ => PER_EVENT + PER_TEXT_BYTE * text(event),
    }
}

/// The approximate size of an event in memory, in bytes.
pub(super) fn size(event: &Event) -> u64 {
    size_of::<Event>() as u64 + text(event)
}

/// Overhead in bytes of one list item besides its text.
const LISTED: usize = 24;

fn listed(list: &[String]) -> usize {
    list.iter().map(|item| item.len() + LISTED).sum()
}

/// Bytes of the texts of an event, without those that are limited to a few hundred bytes.
fn text(event: &Event) -> u64 {
    let n: usize = match &event.what {
        EventKind::Put { article, .. } => {
            let sections = article.sections.iter();
            let scope = &article.scope;
            let lists = [
                &article.tags,
                &scope.components,
                &scope.regions,
                &scope.channels,
                &scope.entitlement,
            ];
            let products = scope.products.iter().map(|product| product.id.len());
            article.title.len()
                + sections.map(|section| section.text.len()).sum::<usize>()
                + lists.into_iter().map(|list| listed(list)).sum::<usize>()
                + products.map(|len| len + LISTED).sum::<usize>()
        }
        EventKind::FactSet { fact } => fact.subject.len() + fact.predicate.len() + fact.value.len(),
        EventKind::CaseOpened { case } => {
            let products = case
                .products
                .iter()
                .map(|product| product.id.len() + LISTED);
            case.entries
                .iter()
                .map(|entry| entry.text.len())
                .sum::<usize>()
                + products.sum::<usize>()
        }
        EventKind::CaseNoted { entry } => entry.text.len(),
        EventKind::Commented { text, .. } => text.len(),
        EventKind::Searched { query } => query.len(),
        _ => 0,
    };
    n as u64
}
