//! A cache of the impacts of one segment's terms, built on first use and bounded in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::impacts::Impacts;
use super::segment::Segment;

/// The impacts of one segment's terms, built on first use, bounded in memory.
#[derive(Debug)]
pub struct ImpactCache {
    generations: Mutex<ImpactGenerations>,
    max_bytes: usize,
}

type ImpactMap = HashMap<(usize, String), Arc<Impacts>>;

/// Two generations of entries. A used entry is in the new generation or moves to it. When the new one reaches half of
/// the limit, it replaces the old one, whose entries are dropped.
#[derive(Debug, Default)]
struct ImpactGenerations {
    new: ImpactMap,
    old: ImpactMap,
    new_bytes: usize,
    old_bytes: usize,
}

impl Default for ImpactCache {
    fn default() -> ImpactCache {
        ImpactCache::new(64 << 20)
    }
}

impl ImpactCache {
    /// Makes a cache of about `max_bytes` at most; it always keeps the last impacts used.
    pub fn new(max_bytes: usize) -> ImpactCache {
        ImpactCache {
            generations: Mutex::default(),
            max_bytes,
        }
    }

    /// Returns the impacts of a term in a partition of the cache's segment, and the number of postings scanned to
    /// build them (0 for cached ones); `None` if the partition does not hold the term.
    pub fn get(
        &self,
        segment: &dyn Segment,
        part: usize,
        term: &str,
    ) -> Option<(Arc<Impacts>, u64)> {
        let key = (part, term.to_owned());
        {
            let mut generations = self.lock();
            if let Some(found) = generations.new.get(&key) {
                return Some((found.clone(), 0));
            }
            if let Some(found) = generations.old.remove(&key) {
                let bytes = found.bytes() + key.1.len();
                generations.old_bytes = generations.old_bytes.saturating_sub(bytes);
                self.shelve(&mut generations, key, found.clone());
                return Some((found, 0));
            }
        }
        if let Some(held) = segment.impacts(part, term).map(Arc::new) {
            self.shelve(&mut self.lock(), key, held.clone());
            return Some((held, 0));
        }
        // Two threads may build the same impacts at once; the results are equal.
        let mut postings = segment.postings(part, term)?;
        let impacts = Arc::new(Impacts::scan(
            postings.as_mut(),
            &segment.columns().fieldnorm_id,
        ));
        let n_postings = u64::from(segment.doc_freq(part, term));
        self.shelve(&mut self.lock(), key, impacts.clone());
        Some((impacts, n_postings))
    }

    /// Approximate bytes of memory.
    pub fn bytes(&self) -> u64 {
        let generations = self.lock();
        (generations.new_bytes + generations.old_bytes) as u64
    }

    fn shelve(
        &self,
        generations: &mut ImpactGenerations,
        key: (usize, String),
        impacts: Arc<Impacts>,
    ) {
        let bytes = impacts.bytes() + key.1.len();
        if generations.new_bytes > 0 && generations.new_bytes + bytes > self.max_bytes / 2 {
            generations.old = std::mem::take(&mut generations.new);
            generations.old_bytes = std::mem::take(&mut generations.new_bytes);
        }
        if generations.new.insert(key, impacts).is_none() {
            generations.new_bytes += bytes;
        }
    }

    /// After a panic elsewhere the generations still hold valid entries; at most the byte counts are inexact.
    fn lock(&self) -> MutexGuard<'_, ImpactGenerations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
