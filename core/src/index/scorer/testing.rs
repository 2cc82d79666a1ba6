//! A segment for tests: sorted maps, and blocks of a chosen size.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::super::impact_cache::ImpactCache;
use super::super::postings::{DocId, Positions, Postings};
use super::super::segment::{Columns, Segment};
use super::exact::{enumerated_in, learned_for};
use super::limits::compare_hits;
use super::lists::each_posting;
use super::{Enumerated, ScoredDoc, ScoredSegment, Signals};
use crate::index::bitset::BitSet;
use crate::index::partition::{PartKey, Space};
use crate::index::weights::{Saturation, Word, terms_in};
use crate::model::audience::ClassSet;
use crate::text::Lang;

/// A document: ordinal, part, fieldnorm id, and the positions of its terms by (field, term).
/// The weight of field f is f + 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestDoc {
    pub(crate) ordinal: u32,
    pub(crate) part: usize,
    pub(crate) fieldnorm_id: u8,
    pub(crate) positions: BTreeMap<(u8, String), Vec<u32>>,
}

impl TestDoc {
    pub(crate) fn tf(&self, term: &str) -> u32 {
        let of_term = self.positions.iter().filter(|((_, of), _)| of == term);
        of_term
            .map(|((field, _), at)| (u32::from(*field) + 1) * at.len() as u32)
            .sum()
    }
}

type Lists = BTreeMap<(usize, String), (Vec<DocId>, Vec<u32>)>;
type PositionLists = BTreeMap<(usize, u8, String), BTreeMap<DocId, Vec<u32>>>;

pub(crate) struct TestSegment {
    columns: Columns,
    parts: Vec<PartKey>,
    block: usize,
    lists: Lists,
    positions: PositionLists,
}

impl TestSegment {
    pub(crate) fn new(langs: &[Lang], block: usize, docs: &[TestDoc]) -> TestSegment {
        let parts = (1..)
            .zip(langs)
            .map(|(classes, lang)| PartKey {
                space: Space::Article,
                classes: ClassSet(classes),
                restricted: false,
                lang: *lang,
            })
            .collect();
        let mut columns = Columns::default();
        let (mut lists, mut positions) = (Lists::new(), PositionLists::new());
        for (id, doc) in (0..).zip(docs) {
            columns.ordinal.push(doc.ordinal);
            columns.stamp.push(1);
            columns.part.push(doc.part as u16);
            columns.length.push(u32::from(doc.fieldnorm_id));
            columns.fieldnorm_id.push(doc.fieldnorm_id);
            columns.by_ordinal.push((doc.ordinal, id));
            for ((field, term), at) in &doc.positions {
                let list = lists.entry((doc.part, term.clone())).or_default();
                if list.0.last() != Some(&id) {
                    list.0.push(id);
                    list.1.push(doc.tf(term));
                }
                let of_field = positions
                    .entry((doc.part, *field, term.clone()))
                    .or_default();
                of_field.insert(id, at.clone());
            }
        }
        columns.by_ordinal.sort_unstable();
        TestSegment {
            columns,
            parts,
            block,
            lists,
            positions,
        }
    }
}

struct TestPostings<'a> {
    docs: &'a [DocId],
    tfs: &'a [u32],
    block: usize,
}

impl Postings for TestPostings<'_> {
    fn block(&self) -> (&[DocId], &[u32]) {
        let end = self.block.min(self.docs.len());
        (&self.docs[..end], &self.tfs[..end])
    }

    fn advance(&mut self) -> bool {
        let end = self.block.min(self.docs.len());
        self.docs = &self.docs[end..];
        self.tfs = &self.tfs[end..];
        !self.docs.is_empty()
    }

    fn seek(&mut self, target: DocId) -> bool {
        while self.block().0.last().is_some_and(|last| *last < target) {
            self.advance();
        }
        !self.docs.is_empty()
    }
}

struct TestPositions<'a> {
    all: &'a BTreeMap<DocId, Vec<u32>>,
    at: Option<DocId>,
}

impl Positions for TestPositions<'_> {
    fn doc(&self) -> Option<DocId> {
        self.at
    }

    fn seek(&mut self, target: DocId) -> Option<DocId> {
        let from = self.at?.max(target);
        self.at = self.all.range(from..).next().map(|(doc, _)| *doc);
        self.at
    }

    fn positions(&mut self, into: &mut Vec<u32>) {
        into.extend(self.at.iter().flat_map(|doc| &self.all[doc]));
    }
}

impl Segment for TestSegment {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn parts(&self) -> &[PartKey] {
        &self.parts
    }

    fn doc_freq(&self, part: usize, term: &str) -> u32 {
        let list = self.lists.get(&(part, term.to_owned()));
        list.map_or(0, |list| list.0.len() as u32)
    }

    fn postings<'a>(&'a self, part: usize, term: &str) -> Option<Box<dyn Postings + 'a>> {
        let (docs, tfs) = self.lists.get(&(part, term.to_owned()))?;
        Some(Box::new(TestPostings {
            docs,
            tfs,
            block: self.block,
        }))
    }

    fn positions<'a>(
        &'a self,
        part: usize,
        field: u8,
        term: &str,
    ) -> Option<Box<dyn Positions + 'a>> {
        let all = self.positions.get(&(part, field, term.to_owned()))?;
        let at = all.first_key_value().map(|(doc, _)| *doc);
        Some(Box::new(TestPositions { all, at }))
    }

    fn terms(&self, part: usize, prefix: &str, visit: &mut dyn FnMut(&str) -> bool) {
        for ((of, term), _) in self.lists.range((part, prefix.to_owned())..) {
            if *of != part || !term.starts_with(prefix) || !visit(term) {
                return;
            }
        }
    }
}

/// A segment with the data that a source borrows.
pub(crate) struct Owned {
    pub(crate) segment: TestSegment,
    pub(crate) parts: Vec<usize>,
    pub(crate) allowed: BitSet,
    pub(crate) impacts: ImpactCache,
}

impl Owned {
    pub(crate) fn source(&self) -> ScoredSegment<'_> {
        ScoredSegment {
            segment: &self.segment,
            parts: &self.parts,
            allowed: &self.allowed,
            impacts: &self.impacts,
        }
    }
}

/// Priors by ordinal. Every eighth document gets half its score, and every 31st is rejected by `score`. Ties go by
/// descending ordinal, so that they differ from the order of the walk.
pub(crate) struct TestSignals<'a> {
    pub(crate) segments: &'a [Owned],
    pub(crate) priors: &'a [f64],
    pub(crate) is_late_filter: bool,
}

impl Signals for TestSignals<'_> {
    fn max_prior(&self, segment: usize, from: DocId, to: DocId) -> f64 {
        let ordinals = &self.segments[segment].segment.columns.ordinal;
        ordinals[from as usize..to as usize]
            .iter()
            .map(|ordinal| self.priors[*ordinal as usize])
            .fold(0.0, f64::max)
    }

    fn prior(&self, ordinal: u32) -> f64 {
        self.priors[ordinal as usize]
    }

    fn score(&self, ordinal: u32, text: u32) -> Option<f64> {
        if self.is_late_filter && ordinal % 31 == 7 {
            return None;
        }
        let text = f64::from(text) / f64::from(crate::index::weights::ONE);
        let context = if ordinal.is_multiple_of(8) { 0.5 } else { 1.0 };
        Some(self.prior(ordinal) * text * context)
    }

    fn tie(&self, a: u32, b: u32) -> Ordering {
        b.cmp(&a)
    }
}

/// Returns the result of [`super::top_k`] by scoring every document. The reference that
/// the pruned walk is compared with.
pub(crate) fn exhaustive(
    sources: &[ScoredSegment],
    words: &[Word],
    saturation: &Saturation,
    enumerated: &[Enumerated],
    signals: &dyn Signals,
    k: usize,
) -> Vec<ScoredDoc> {
    let mut hits = Vec::new();
    for (segment, source) in sources.iter().enumerate() {
        let columns = source.segment.columns();
        let listed = enumerated_in(segment, source, enumerated);
        let mut texts = vec![0u32; columns.fieldnorm_id.len()];
        for (i, word) in words.iter().enumerate() {
            let mut tfs = vec![0u32; columns.fieldnorm_id.len()];
            let mut add = |doc: DocId, tf: u32| {
                if let Some(sum) = tfs.get_mut(doc as usize) {
                    *sum = sum.saturating_add(tf);
                }
            };
            for &part in source.parts {
                let Some(key) = source.segment.parts().get(part) else {
                    continue;
                };
                for term in terms_in(&word.terms, key.lang) {
                    if let Some(mut list) = source.segment.postings(part, term) {
                        each_posting(list.as_mut(), &mut add);
                    }
                }
            }
            for (((doc, text), tf), fieldnorm_id) in
                (0..).zip(&mut texts).zip(tfs).zip(&columns.fieldnorm_id)
            {
                let learned = listed.get(&doc).map_or(0, |list| learned_for(i, list));
                let share =
                    saturation.contribution_learned(word.weight, tf, learned, *fieldnorm_id);
                *text = text.saturating_add(share);
            }
        }
        for ((doc, text), &ordinal) in (0..).zip(texts).zip(&columns.ordinal) {
            if !source.allowed.get(doc) || (text == 0 && listed.get(&doc).is_none()) {
                continue;
            }
            let score = signals.score(ordinal, text).filter(|score| !score.is_nan());
            hits.extend(score.map(|score| ScoredDoc {
                segment,
                doc,
                ordinal,
                text,
                score,
            }));
        }
    }
    hits.sort_by(|a, b| compare_hits(signals, a, b));
    hits.truncate(k);
    hits
}
