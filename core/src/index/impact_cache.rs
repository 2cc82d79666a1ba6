//! The impacts of one segment's terms, built when first asked for and bounded in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::impacts::Impacts;
use super::segment::Segment;

/// The sidecars of one segment, built when first asked for, bounded in memory.
#[derive(Debug)]
pub struct ImpactCache {
    generations: Mutex<ImpactGenerations>,
    max_bytes: usize,
}

type ImpactMap = HashMap<(usize, String), Arc<Impacts>>;

/// Two shelves: what is used is on, or moves to, the new one; when that is half full it becomes the old
/// one and the old one goes.
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
    /// A cache that holds about `max_bytes` at most, and at least the last sidecar asked for.
    pub fn new(max_bytes: usize) -> ImpactCache {
        ImpactCache {
            generations: Mutex::default(),
            max_bytes,
        }
    }

    /// The sidecar of a term in a part of the segment this cache belongs to, and the number of postings
    /// scanned to make it (0 if it was there); `None` if the part does not hold the term.
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
        // Two threads may build the same sidecar at once: they build equal ones.
        let mut postings = segment.postings(part, term)?;
        let impacts = Arc::new(Impacts::scan(postings.as_mut(), &segment.columns().code));
        let n_postings = u64::from(segment.doc_freq(part, term));
        self.shelve(&mut self.lock(), key, impacts.clone());
        Some((impacts, n_postings))
    }

    /// Bytes of memory, about.
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

    /// A panic elsewhere cannot leave the shelves half changed in a way that matters.
    fn lock(&self) -> MutexGuard<'_, ImpactGenerations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
