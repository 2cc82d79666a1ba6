//! P of every article at an instant, and its greatest value over runs of documents.
//!
//! Freshness and decay move in day steps, so a table holds for its day; within the day only what
//! ripens between two instants is computed again. One event moves one value.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::catalog::{self, Catalog};
use super::ledger::Ledger;
use crate::index::view::SegmentView;
use crate::index::{DocId, Segment};
use crate::projection::records::ArticleRecord;
use crate::rank::usefulness::{self, Sums};
use crate::rank::{Decay, blend, freshness};
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// Documents under one maximum.
const RUN: u32 = 1024;

/// What P is computed from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The constants.
    pub policy: &'a RankPolicy,
    /// Decay in the long and the short horizon.
    pub horizons: &'a [Decay; 2],
    /// The articles.
    pub catalog: &'a Catalog,
    /// The evidence.
    pub ledger: &'a Ledger,
}

impl Inputs<'_> {
    /// The decayed evidence of an article and of those merged into it.
    pub fn sums(&self, article: &ArticleRecord, now: Timestamp) -> Sums {
        let mut sums = Sums::default();
        let own = |version| catalog::carry(self.policy, article, version);
        self.ledger
            .sum(article.ordinal, now, self.horizons, &own, &mut sums);
        for ordinal in &article.absorbed {
            if let Some(other) = self.catalog.article(*ordinal) {
                let theirs = |version| catalog::carry(self.policy, other, version);
                self.ledger
                    .sum(*ordinal, now, self.horizons, &theirs, &mut sums);
            }
        }
        sums
    }

    /// The prior P(solved | read) of the article's kind.
    pub fn solve_prior(&self, article: &ArticleRecord) -> f64 {
        self.policy
            .solve_prior
            .values()
            .get(article.kind.index())
            .copied()
            .unwrap_or(0.5)
    }

    /// F and U of an article.
    pub fn factors(&self, article: &ArticleRecord, now: Timestamp) -> (f64, f64) {
        let fresh = freshness::factor(
            self.policy,
            &catalog::freshness_facts(self.policy, article),
            now,
        );
        let useful = usefulness::factor(
            self.policy,
            self.solve_prior(article),
            &self.sums(article, now),
        );
        (fresh, useful)
    }

    fn prior(&self, ordinal: u32, now: Timestamp) -> f64 {
        self.catalog.article(ordinal).map_or(0.0, |article| {
            let (fresh, useful) = self.factors(article, now);
            blend::prior(fresh, useful)
        })
    }
}

/// P by ordinal, and its maxima by segment.
#[derive(Clone, Default)]
pub struct Priors {
    at: Option<Timestamp>,
    values: Vec<f64>,
    maxima: HashMap<usize, Maxima>,
}

#[derive(Clone)]
struct Maxima {
    /// Held so that its address is not given to another segment.
    segment: Arc<dyn Segment>,
    runs: Vec<f64>,
}

fn address(segment: &Arc<dyn Segment>) -> usize {
    Arc::as_ptr(segment).cast::<()>() as usize
}

impl Priors {
    /// P of an article.
    pub fn get(&self, ordinal: u32) -> f64 {
        self.values.get(ordinal as usize).copied().unwrap_or(0.0)
    }

    /// Whether the table holds at `now` for these segments.
    pub fn holds(
        &self,
        inputs: &Inputs<'_>,
        now: Timestamp,
        segments: &[Arc<SegmentView>],
    ) -> bool {
        self.at == Some(now)
            && self.values.len() == inputs.catalog.n_articles()
            && self.maxima.len() == segments.len()
            && segments
                .iter()
                .all(|view| self.maxima.contains_key(&address(view.segment())))
    }

    /// Brings the table to `now` and to these segments.
    pub fn move_to(&mut self, inputs: &Inputs<'_>, now: Timestamp, segments: &[Arc<SegmentView>]) {
        let same_day = self.at.is_some_and(|at| at.day() == now.day());
        if let (true, Some(at)) = (same_day, self.at) {
            let changed: Vec<u32> = inputs.ledger.ripened(at.min(now), at.max(now)).collect();
            self.at = Some(now);
            for ordinal in changed {
                self.update(inputs, inputs.catalog.today(ordinal));
            }
        } else {
            self.at = Some(now);
            self.maxima.clear();
            let all = 0..inputs.catalog.n_articles() as u32;
            self.values = all.map(|ordinal| inputs.prior(ordinal, now)).collect();
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
                    .chunks(RUN as usize)
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

    /// Computes one article again, after something happened to it.
    pub fn update(&mut self, inputs: &Inputs<'_>, ordinal: u32) {
        let Some(now) = self.at else { return };
        let value = inputs.prior(ordinal, now);
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
                if let Some(run) = maxima.runs.get_mut((doc / RUN) as usize) {
                    *run = run.max(value);
                }
            }
        }
    }

    /// At least the P of every document from `from` up to `to`.
    pub fn max(&self, segment: &Arc<dyn Segment>, from: DocId, to: DocId) -> f64 {
        let Some(maxima) = self.maxima.get(&address(segment)) else {
            return f64::INFINITY;
        };
        let (first, last) = ((from / RUN) as usize, (to.saturating_sub(1) / RUN) as usize);
        maxima
            .runs
            .get(first..=last.min(maxima.runs.len().saturating_sub(1)))
            .map_or(f64::INFINITY, |runs| {
                runs.iter().copied().fold(0.0, f64::max)
            })
    }
}

/// The table that all queries share, moved by whoever needs it elsewhere.
#[derive(Default)]
pub struct PriorCell(Mutex<Arc<Priors>>);

impl PriorCell {
    /// The table at `now` for these segments.
    pub fn at(
        &self,
        inputs: &Inputs<'_>,
        now: Timestamp,
        segments: &[Arc<SegmentView>],
    ) -> Arc<Priors> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !shared.holds(inputs, now, segments) {
            Arc::make_mut(&mut shared).move_to(inputs, now, segments);
        }
        Arc::clone(&shared)
    }

    /// Computes some articles again, after something happened to them.
    pub fn update(&self, inputs: &Inputs<'_>, ordinals: impl IntoIterator<Item = u32>) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let table = Arc::make_mut(&mut shared);
        for ordinal in ordinals {
            table.update(inputs, ordinal);
        }
    }

    /// Forgets the table: the policy changed.
    pub fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }
}
