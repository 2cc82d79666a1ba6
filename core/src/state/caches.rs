//! What is remembered beside each segment between two queries: impacts, and who may see what.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::catalog::Catalog;
use super::filter::Filter;
use crate::index::bitset::BitSet;
use crate::index::impact_cache::ImpactCache;
use crate::index::scope::Scope;
use crate::index::view::SegmentView;

/// Sets remembered at most; all are forgotten when there are more.
const MAX_SETS: usize = 64;

/// Who looks and for what, as far as a set of documents depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VisibilityKey {
    /// Space and class.
    pub reader: (u8, u8),
    /// What the viewer holds, sorted.
    pub entitlements: Vec<String>,
    /// The filter as bytes, and the state of the catalog it was asked in; empty without a filter.
    pub filter: (Vec<u8>, u64),
}

/// What a set was made for.
type SetKey = (usize, usize, VisibilityKey);

#[derive(Default)]
struct Cached {
    impacts: HashMap<usize, (Arc<SegmentView>, Arc<ImpactCache>)>,
    /// The views and windows are held so that their addresses are not given to others.
    sets: HashMap<SetKey, (Arc<SegmentView>, Arc<BitSet>)>,
}

/// The sidecars of a base.
#[derive(Default)]
pub struct QueryCaches {
    cached: Mutex<Cached>,
    /// Bytes that all of them may take; each segment's own limit holds, too.
    budget: Option<u64>,
}

impl Cached {
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
    /// Sidecars that are forgotten when they take more bytes than this.
    pub fn within(budget: Option<u64>) -> QueryCaches {
        QueryCaches {
            budget,
            ..QueryCaches::default()
        }
    }

    /// Bytes of memory, about. Cost: a few additions for each segment.
    pub fn bytes(&self) -> u64 {
        self.cached
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes()
    }

    /// Gives all memory back; queries make again what they need.
    pub fn forget(&self) {
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Cached::default();
    }

    /// The impact caches of the segments of a scope, in their order.
    pub fn impacts(&self, segments: &[Arc<SegmentView>]) -> Vec<Arc<ImpactCache>> {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if self.budget.is_some_and(|budget| cached.bytes() > budget) {
            *cached = Cached::default();
        }
        let address = |view: &Arc<SegmentView>| Arc::as_ptr(view.segment()).cast::<()>() as usize;
        let wanted: Vec<usize> = segments.iter().map(address).collect();
        if cached.impacts.len() > 2 * wanted.len() + 8 {
            cached.impacts.retain(|key, _| wanted.contains(key));
        }
        segments
            .iter()
            .map(|view| {
                let entry = cached
                    .impacts
                    .entry(address(view))
                    .or_insert_with(|| (Arc::clone(view), Arc::new(ImpactCache::default())));
                Arc::clone(&entry.1)
            })
            .collect()
    }

    /// The living, visible documents of each segment that the viewer may see and the filter lets
    /// through. Documents with windows are taken out by the caller's scope.
    pub fn visible(
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
                // Windows open and close with `now`: such segments are not remembered.
                let has_windows = scope.out_of_window(number).is_some();
                let key = (Arc::as_ptr(view) as usize, number, viewer.clone());
                if !has_windows
                    && let Some((_, bits)) = self
                        .cached
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .sets
                        .get(&key)
                {
                    return Arc::clone(bits);
                }
                let bits = Arc::new(visible_in(
                    scope,
                    number,
                    view,
                    &viewer.entitlements,
                    filter,
                    catalog,
                ));
                if !has_windows {
                    let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
                    if cached.sets.len() >= MAX_SETS {
                        cached.sets.clear();
                    }
                    cached
                        .sets
                        .insert(key, (Arc::clone(view), Arc::clone(&bits)));
                }
                bits
            })
            .collect()
    }
}

fn visible_in(
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
