//! The prior P of every article at an instant, and its maximum over runs of documents.
//!
//! Freshness and decay change in steps of a day, so a table is valid for its day. Within the day,
//! only articles with evidence that ripens in between are recomputed. One event changes one value.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::read_model::ReadModel;
use crate::index::view::SegmentView;
use crate::index::{DocId, Segment};
use crate::time::Timestamp;

/// The number of documents per maximum.
const DOCS_PER_MAXIMUM: u32 = 1024;

/// The priors by ordinal, and their maxima by segment.
#[derive(Clone, Default)]
pub struct Priors {
    at: Option<Timestamp>,
    values: Vec<f64>,
    /// True if some article is past its interval, or was since the table was made.
    has_late: bool,
    maxima: HashMap<usize, Maxima>,
}

#[derive(Clone)]
struct Maxima {
    /// Held so that the address of the segment is not reused.
    segment: Arc<dyn Segment>,
    runs: Vec<f64>,
}

fn address(segment: &Arc<dyn Segment>) -> usize {
    Arc::as_ptr(segment).cast::<()>() as usize
}

impl Priors {
    /// Returns the prior of an article.
    pub fn get(&self, ordinal: u32) -> f64 {
        self.values.get(ordinal as usize).copied().unwrap_or(0.0)
    }

    /// Returns true if some article may be past its interval.
    pub fn has_late(&self) -> bool {
        self.has_late
    }

    /// Returns true if the table is valid at `now` for these segments.
    pub fn is_valid_at(
        &self,
        model: &ReadModel,
        now: Timestamp,
        segments: &[Arc<SegmentView>],
    ) -> bool {
        self.at == Some(now)
            && self.values.len() == model.catalog.n_articles()
            && self.maxima.len() == segments.len()
            && segments
                .iter()
                .all(|view| self.maxima.contains_key(&address(view.segment())))
    }

    /// Updates the table to `now` and to these segments.
    pub fn update_to(&mut self, model: &ReadModel, now: Timestamp, segments: &[Arc<SegmentView>]) {
        let same_day = self.at.is_some_and(|at| at.day() == now.day());
        if let (true, Some(at)) = (same_day, self.at) {
            let changed: Vec<u32> = model.ledger.ripened(at.min(now), at.max(now)).collect();
            self.at = Some(now);
            for ordinal in changed {
                self.update(model, model.catalog.merge_target(ordinal));
            }
        } else {
            self.at = Some(now);
            self.maxima.clear();
            let all = 0..model.catalog.n_articles() as u32;
            self.has_late = all.clone().any(|ordinal| model.is_late(ordinal, now));
            self.values = all.map(|ordinal| model.prior(ordinal, now)).collect();
        }
        let wanted: Vec<usize> = segments
            .iter()
            .map(|view| address(view.segment()))
            .collect();
        self.maxima.retain(|key, _| wanted.contains(key));
        for segment in segments.iter().map(|view| view.segment()) {
            let values = &self.values;
            self.maxima.entry(address(segment)).or_insert_with(|| {
                let ordinals = &segment.columns().ordinal;
                let runs = ordinals
                    .chunks(DOCS_PER_MAXIMUM as usize)
                    .map(|run| {
                        run.iter()
                            .map(|o| values.get(*o as usize).copied().unwrap_or(0.0))
                            .fold(0.0, f64::max)
                    })
                    .collect();
                Maxima {
                    segment: Arc::clone(segment),
                    runs,
                }
            });
        }
    }

    /// Recomputes the prior of one article after an event.
    pub fn update(&mut self, model: &ReadModel, ordinal: u32) {
        let Some(now) = self.at else { return };
        let value = model.prior(ordinal, now);
        self.has_late |= model.is_late(ordinal, now);
        if self.values.len() <= ordinal as usize {
            self.values.resize(ordinal as usize + 1, 0.0);
        }
        if let Some(slot) = self.values.get_mut(ordinal as usize) {
            *slot = value;
        }
        for maxima in self.maxima.values_mut() {
            let by_ordinal = &maxima.segment.columns().by_ordinal;
            let first = by_ordinal.partition_point(|(o, _)| *o < ordinal);
            for (_, doc) in by_ordinal
                .iter()
                .skip(first)
                .take_while(|(o, _)| *o == ordinal)
            {
                if let Some(run) = maxima.runs.get_mut((doc / DOCS_PER_MAXIMUM) as usize) {
                    *run = run.max(value);
                }
            }
        }
    }

    /// Returns an upper bound of the priors of the documents in `[from, to)`.
    pub fn max(&self, segment: &Arc<dyn Segment>, from: DocId, to: DocId) -> f64 {
        let Some(maxima) = self.maxima.get(&address(segment)) else {
            return f64::INFINITY;
        };
        let (first, last) = (
            (from / DOCS_PER_MAXIMUM) as usize,
            (to.saturating_sub(1) / DOCS_PER_MAXIMUM) as usize,
        );
        maxima
            .runs
            .get(first..=last.min(maxima.runs.len().saturating_sub(1)))
            .map_or(f64::INFINITY, |runs| {
                runs.iter().copied().fold(0.0, f64::max)
            })
    }
}

/// The table shared by all queries. A query that needs another instant updates it.
#[derive(Default)]
pub struct PriorCell(Mutex<Arc<Priors>>);

impl PriorCell {
    /// Returns the table at `now` for these segments.
    pub fn at(
        &self,
        model: &ReadModel,
        now: Timestamp,
        segments: &[Arc<SegmentView>],
    ) -> Arc<Priors> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !shared.is_valid_at(model, now, segments) {
            Arc::make_mut(&mut shared).update_to(model, now, segments);
        }
        Arc::clone(&shared)
    }

    /// Recomputes the priors of some articles after an event.
    pub fn update(&self, model: &ReadModel, ordinals: impl IntoIterator<Item = u32>) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let table = Arc::make_mut(&mut shared);
        for ordinal in ordinals {
            table.update(model, ordinal);
        }
    }

    /// Drops the table after a change of the policy.
    pub fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }
}
