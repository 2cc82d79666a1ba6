//! The memory limit of a base: which writes bring new content, and whether there is room for it.
//!
//! Decided before a write, from what memory is estimated to be and what the write is expected to add;
//! what it did add is measured with the next. It refuses nothing that can give memory back.

use super::inner::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Confidence, Event, EventKind};

/// Bytes of memory for each byte of text. Measured in memory, with the store: 2 to 14 where words come
/// again, 13 to 19 where no two words of a base are equal, the more the shorter the text
/// (`tests/memory.rs` prints and holds it). It is the upper end: the next write sees what this one took.
const PER_TEXT_BYTE: u64 = 20;

/// Bytes of memory for each event, its text aside: records, indexes of the store, evidence, what visits
/// hold.
const PER_EVENT: u64 = 2_048;

/// The share of the limit that the fresh part must take to be moved to the index on disk early.
#[cfg(feature = "disk")]
const FRESH_SHARE: u64 = 16;

/// What is left under the limit for the jobs of one commit.
pub(super) struct MemoryBudget {
    limit: u64,
    used: u64,
}

impl MemoryBudget {
    /// Takes the memory of a job. Fails with `MemoryLimit` if there is not enough of it.
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

/// Fails with `MemoryLimit` if a base takes more than its limit by being opened.
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
    /// What is left under the limit; `None` without one.
    pub fn budget(&self) -> Option<MemoryBudget> {
        let limit = self.host.memory_limit?;
        let used = self.memory(&self.read()).total();
        Some(MemoryBudget { limit, used })
    }

    /// Fails with `MemoryLimit` if the base takes more than its limit already.
    pub fn check_memory(&self) -> Result<()> {
        let over = |budget: MemoryBudget| check_open(budget.used, budget.limit);
        self.budget().map_or(Ok(()), over)
    }

    /// Gives memory back if these events would not find enough: what only makes queries faster is
    /// forgotten, and new documents move to the index on disk if that is worth it.
    pub fn make_memory_available(&self, events: &[Event]) {
        let lacks = || {
            self.budget()
                .is_some_and(|mut budget| budget.take(events).is_err())
        };
        if !lacks() {
            return;
        }
        self.read().index.caches.forget();
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.disk
            && lacks()
            && self.is_index_flush_worthwhile()
        {
            // That it failed was told; the write is judged by what there is.
            drop(disk.flush_index(self, &mut crate::cancel::CancelHook::default().checkpoint()));
        }
    }

    /// Whether the fresh part takes a share of the limit, or a quarter of what is on disk is dead and
    /// would be written anew without it. Less than that is not worth an absorption for each write that
    /// is refused.
    #[cfg(feature = "disk")]
    fn is_index_flush_worthwhile(&self) -> bool {
        let state = self.read();
        let limit = self.host.memory_limit.unwrap_or(u64::MAX);
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

/// Bytes that an event is expected to take; 0 for those that are never refused.
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

/// Bytes of an event in memory, about.
pub(super) fn size(event: &Event) -> u64 {
    size_of::<Event>() as u64 + text(event)
}

/// Bytes of a list's item beside its text.
const LISTED: usize = 24;

fn listed(list: &[String]) -> usize {
    list.iter().map(|item| item.len() + LISTED).sum()
}

/// Bytes of the texts of an event, those that are bounded to a few hundred bytes left out.
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
