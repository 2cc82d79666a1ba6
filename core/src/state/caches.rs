//! Caches that queries share, per segment: impacts, and the documents visible to a viewer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::catalog::Catalog;
use super::filter::Filter;
use crate::index::bitset::BitSet;
use crate::index::impact_cache::ImpactCache;
use crate::index::scope::Scope;
use crate::index::view::SegmentView;

/// The maximum number of cached sets; when it is reached, all sets are dropped.
const MAX_SETS: usize = 64;

/// The cache key of a visible set: the viewer and the filter, as far as the set depends on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VisibilityKey {
    /// The space and the class.
    pub space_and_class: (u8, u8),
    /// The entitlements of the viewer, sorted.
    pub entitlements: Vec<String>,
    /// The filter as bytes and the generation of the catalog; empty without a filter.
    pub filter: (Vec<u8>, u64),
}

/// The full key of a visible set: address of the segment view, number of the segment, viewer.
type SetKey = (usize, usize, VisibilityKey);

#[derive(Default)]
struct CacheMaps {
    impacts: HashMap<usize, (Arc<SegmentView>, Arc<ImpactCache>)>,
    /// The values hold the segment views alive, so that their addresses are not reused.
    sets: HashMap<SetKey, (Arc<SegmentView>, Arc<BitSet>)>,
}

/// The query caches of a base.
#[derive(Default)]
pub struct QueryCaches {
    maps: Mutex<CacheMaps>,
    /// The memory budget in bytes. Each [`ImpactCache`] has its own limit too.
    budget: Option<u64>,
}

impl CacheMaps {
    fn bytes(&self) -> u64 {
        let impacts: u64 = self.impacts.values().map(|(_, cache)| cache.bytes()).sum();
        let sets = self.sets.values();
        impacts
            + sets
                .map(|(view, _)| u64::from(view.segment().columns().len()) / 8)
                .sum::<u64>()
    }
}

impl QueryCaches {
    /// Creates caches with a memory budget in bytes; `None` means no limit. The next call of [`QueryCaches::impacts`]
    /// clears caches that exceed it.
    pub fn with_budget(budget: Option<u64>) -> QueryCaches {
        QueryCaches {
            budget,
            ..QueryCaches::default()
        }
    }

    /// Returns the approximate memory in bytes. Cost: a few additions for each segment.
    pub fn bytes(&self) -> u64 {
        self.maps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes()
    }

    /// Clears the caches; queries fill them again.
    pub fn clear(&self) {
        *self.maps.lock().unwrap_or_else(PoisonError::into_inner) = CacheMaps::default();
    }

    /// Returns the impact caches of these segments, in their order.
    pub fn impacts(&self, segments: &[Arc<SegmentView>]) -> Vec<Arc<ImpactCache>> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if self.budget.is_some_and(|budget| maps.bytes() > budget) {
            *maps = CacheMaps::default();
        }
        let address = |view: &Arc<SegmentView>| Arc::as_ptr(view.segment()).cast::<()>() as usize;
        let wanted: Vec<usize> = segments.iter().map(address).collect();
        if maps.impacts.len() > 2 * wanted.len() + 8 {
            maps.impacts.retain(|key, _| wanted.contains(key));
        }
        segments
            .iter()
            .map(|view| {
                let entry = maps
                    .impacts
                    .entry(address(view))
                    .or_insert_with(|| (Arc::clone(view), Arc::new(ImpactCache::default())));
                Arc::clone(&entry.1)
            })
            .collect()
    }

    /// Returns, for each segment, the live documents that the viewer may see and that match the filter. The scope
    /// excludes documents outside their validity period.
    pub fn visible_docs(
        &self,
        scope: &Scope<'_>,
        viewer: &VisibilityKey,
        filter: &Filter,
        catalog: &Catalog,
    ) -> Vec<Arc<BitSet>> {
        scope
            .view()
            .segments()
            .iter()
            .enumerate()
            .map(|(number, view)| {
                // A validity period depends on `now`, so visible sets of segments with such periods are not cached.
                let has_validity = scope.out_of_window(number).is_some();
                let key = (Arc::as_ptr(view) as usize, number, viewer.clone());
                if !has_validity
                    && let Some((_, bits)) = self
                        .maps
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .sets
                        .get(&key)
                {
                    return Arc::clone(bits);
                }
                let bits = Arc::new(compute_visible_docs(
                    scope,
                    number,
                    view,
                    &viewer.entitlements,
                    filter,
                    catalog,
                ));
                if !has_validity {
                    let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
                    if maps.sets.len() >= MAX_SETS {
                        maps.sets.clear();
                    }
                    maps.sets.insert(key, (Arc::clone(view), Arc::clone(&bits)));
                }
                bits
            })
            .collect()
    }
}

fn compute_visible_docs(
    scope: &Scope<'_>,
    number: usize,
    view: &SegmentView,
    entitlements: &[String],
    filter: &Filter,
    catalog: &Catalog,
) -> BitSet {
    let columns = view.segment().columns();
    let mut readable = vec![None; view.segment().parts().len()];
    for part in scope.parts().iter().filter(|part| part.segment == number) {
        if let Some(slot) = readable.get_mut(part.part) {
            *slot = Some(part.restricted());
        }
    }
    let mut bits = BitSet::new(columns.len());
    for ((doc, part), ordinal) in (0..).zip(&columns.part).zip(&columns.ordinal) {
        let Some(Some(restricted)) = readable.get(usize::from(*part)) else {
            continue;
        };
        if !scope.is_open(number, doc) {
            continue;
        }
        let passes = (!*restricted && filter.is_empty())
            || catalog.article(*ordinal).is_some_and(|article| {
                article.scope.admits(entitlements) && filter.matches(article)
            });
        if passes {
            bits.set(doc);
        }
    }
    bits
}
