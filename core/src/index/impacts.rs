//! Impacts of a posting list: for each run of postings, the pairs of weighted frequency and length that no posting
//! dominates.
//!
//! Impacts hold no scores. Bounds are computed from them at query time with the viewer's own [`Saturation`], so the
//! same impacts serve every class, policy and query. They are built on first use by one scan of the postings, or from
//! stored runs. Losing them costs time, never a result.

use super::postings::{BLOCK, DocId, Postings};
use super::weights::Saturation;

/// The maximum number of impacts of a run. Further ones are merged into one that dominates each.
const MAX_IMPACTS_PER_RUN: usize = 4;

/// A (frequency, length) pair on the Pareto frontier of a run, or a merged pair that dominates several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Impact {
    tf: u32,
    fieldnorm_id: u8,
}

/// The impacts of one posting list.
#[derive(Debug, Default)]
pub struct Impacts {
    /// The last document of each run of [`BLOCK`] postings, ascending.
    lasts: Vec<DocId>,
    /// The first document of each run.
    firsts: Vec<DocId>,
    /// The impacts of run `i` are `pairs[ends[i - 1]..ends[i]]`.
    ends: Vec<u32>,
    pairs: Vec<Impact>,
}

impl Impacts {
    /// Scans a list from its current block to its end. `fieldnorm_ids` are by document.
    pub fn scan(postings: &mut dyn Postings, fieldnorm_ids: &[u8]) -> Impacts {
        let mut impacts = Impacts::default();
        let mut run = RunBuilder::default();
        loop {
            let (docs, tfs) = postings.block();
            for (&doc, &tf) in docs.iter().zip(tfs) {
                let fieldnorm_id = fieldnorm_ids.get(doc as usize).copied().unwrap_or(0);
                run.add(doc, Impact { tf, fieldnorm_id });
                if run.n_postings == BLOCK {
                    impacts.push_run(&mut run);
                }
            }
            if docs.is_empty() || !postings.advance() {
                break;
            }
        }
        if run.n_postings > 0 {
            impacts.push_run(&mut run);
        }
        impacts
    }

    /// Builds impacts from runs of (first document, last document, impacts). The range may be wider than the run.
    pub(super) fn from_runs(runs: impl Iterator<Item = (DocId, DocId, Vec<(u32, u8)>)>) -> Impacts {
        let mut impacts = Impacts::default();
        for (first, last, pairs) in runs {
            impacts.firsts.push(first);
            impacts.lasts.push(last);
            let pairs = pairs
                .into_iter()
                .map(|(tf, fieldnorm_id)| Impact { tf, fieldnorm_id });
            impacts.pairs.extend(pairs);
            impacts.ends.push(impacts.pairs.len() as u32);
        }
        impacts
    }

    /// Returns the impacts of one run: frequency and fieldnorm id.
    pub(super) fn impacts_of(&self, run: usize) -> Vec<(u32, u8)> {
        let pairs = self.run(run).iter();
        pairs.map(|pair| (pair.tf, pair.fieldnorm_id)).collect()
    }

    fn run(&self, run: usize) -> &[Impact] {
        let end = |run: usize| self.ends.get(run).map_or(0, |end| *end as usize);
        let begin = if run == 0 { 0 } else { end(run - 1) };
        self.pairs.get(begin..end(run)).unwrap_or_default()
    }

    fn push_run(&mut self, run: &mut RunBuilder) {
        self.firsts.push(run.first);
        self.lasts.push(run.last);
        self.pairs.append(&mut run.pairs);
        self.ends.push(self.pairs.len() as u32);
        run.n_postings = 0;
    }

    /// Number of runs.
    #[cfg(test)]
    pub fn n_runs(&self) -> usize {
        self.lasts.len()
    }

    /// Returns an upper bound of the contributions of documents in `[from, to)`, or 0 if no run overlaps it.
    ///
    /// `run` is a cursor that the call advances, so windows must ascend.
    pub(super) fn upper_bound(
        &self,
        run: &mut usize,
        from: DocId,
        to: DocId,
        weight: u32,
        saturation: &Saturation,
    ) -> u32 {
        while self.lasts.get(*run).is_some_and(|last| *last < from) {
            *run += 1;
        }
        let mut best = 0;
        let mut at = *run;
        while self.firsts.get(at).is_some_and(|first| *first < to) {
            best = best.max(self.run_upper_bound(at, weight, saturation));
            if self.lasts.get(at).is_some_and(|last| *last >= to) {
                break;
            }
            at += 1;
        }
        best
    }

    fn run_upper_bound(&self, run: usize, weight: u32, saturation: &Saturation) -> u32 {
        self.run(run)
            .iter()
            .map(|pair| saturation.upper_bound(weight, pair.tf, pair.fieldnorm_id))
            .max()
            .unwrap_or(0)
    }

    /// Approximate bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        12 * self.lasts.len() + 8 * self.pairs.len() + 128
    }
}

/// The run that is being scanned.
#[derive(Default)]
struct RunBuilder {
    n_postings: usize,
    first: DocId,
    last: DocId,
    /// Ascending in frequency and in fieldnorm id: none dominates another.
    pairs: Vec<Impact>,
}

impl RunBuilder {
    fn add(&mut self, doc: DocId, new: Impact) {
        if self.n_postings == 0 {
            self.first = doc;
        }
        self.last = doc;
        self.n_postings += 1;
        if self
            .pairs
            .iter()
            .any(|old| old.tf >= new.tf && old.fieldnorm_id <= new.fieldnorm_id)
        {
            return;
        }
        self.pairs
            .retain(|old| !(new.tf >= old.tf && new.fieldnorm_id <= old.fieldnorm_id));
        let position = self.pairs.partition_point(|old| old.tf < new.tf);
        self.pairs.insert(position, new);
        if self.pairs.len() > MAX_IMPACTS_PER_RUN {
            self.merge();
        }
    }

    /// Merges the two adjacent impacts that loosen the bound least, into the higher frequency and the shorter length.
    fn merge(&mut self) {
        let loss = |pair: &[Impact]| match pair {
            // The loss is relative to the frequency; fieldnorm ids are logarithmic already.
            [low, high] => {
                u64::from(high.tf - low.tf) * 256 / u64::from(high.tf.max(1))
                    + u64::from(high.fieldnorm_id - low.fieldnorm_id)
            }
            _ => u64::MAX,
        };
        let position = self
            .pairs
            .windows(2)
            .enumerate()
            .min_by_key(|(_, pair)| loss(pair))
            .map(|(position, _)| position);
        if let Some(position) = position {
            let low = self.pairs.remove(position);
            if let Some(high) = self.pairs.get_mut(position) {
                high.fieldnorm_id = low.fieldnorm_id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::impact_cache::ImpactCache;
    use proptest::prelude::*;

    use super::super::scorer::testing::{TestDoc, TestSegment};
    use super::*;
    use crate::text::Lang;

    proptest! {
        #[test]
        fn no_document_of_a_window_is_above_its_bound(
            tfs in prop::collection::vec((0u32..90, 0u8..200), 1..1_500),
            window in 1u32..700,
            block in 1usize..=128,
        ) {
            let docs: Vec<TestDoc> = tfs
                .iter()
                .map(|(tf, fieldnorm_id)| {
                    let mut doc = TestDoc { fieldnorm_id: *fieldnorm_id, ..TestDoc::default() };
                    if *tf > 20 {
                        // Mostly small frequencies, some large ones.
                        let tf = if *tf > 85 { *tf } else { *tf % 4 + 1 };
                        doc.positions.insert((0, "a".into()), (0..tf).collect());
                    }
                    doc
                })
                .collect();
            let segment = TestSegment::new(&[Lang(*b"en\0")], block, &docs);
            let cache = ImpactCache::new(1);
            let Some((impacts, scanned)) = cache.get(&segment, 0, "a") else {
                return Ok(());
            };
            prop_assert_eq!(impacts.n_runs(), (scanned as usize).div_ceil(BLOCK));
            prop_assert_eq!(cache.get(&segment, 0, "a").map(|found| found.1), Some(0));
            prop_assert!(cache.get(&segment, 0, "b").is_none());
            let saturation = Saturation::new(1.2, 0.75, 2.0, 1, 60, u32::from);
            let (mut run, mut from) = (0, 0);
            while from < docs.len() as u32 {
                let to = (from + window).min(docs.len() as u32);
                let bound = impacts.upper_bound(&mut run, from, to, 1 << 20, &saturation);
                let inside = &docs[from as usize..to as usize];
                let best = inside.iter().map(|d| saturation.contribution(1 << 20, d.tf("a"), d.fieldnorm_id));
                prop_assert!(best.max() <= Some(bound), "[{}, {})", from, to);
                from = to;
            }
        }
    }
}
