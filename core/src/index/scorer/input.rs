//! The input and output of a search: segments, signals, documents.

use std::cmp::Ordering;

use super::super::bitset::BitSet;
use super::super::impact_cache::ImpactCache;
use super::super::postings::DocId;
use super::super::segment::Segment;

/// One segment as one viewer sees it.
#[derive(Clone, Copy)]
pub struct ScoredSegment<'a> {
    /// The documents.
    pub segment: &'a dyn Segment,
    /// The partitions the viewer reads, as indexes into `segment.parts()`.
    pub parts: &'a [usize],
    /// The possible hits: documents that are live, visible, in `parts`, and accepted by every filter.
    pub allowed: &'a BitSet,
    /// The impact cache of this segment.
    pub impacts: &'a ImpactCache,
}

/// The factors of a document beyond its text. Every method is pure: equal arguments give equal values during one
/// search.
pub trait Signals {
    /// An upper bound of the priors of the allowed documents in `[from, to)` of a segment. `segment` is an index into
    /// the sources.
    fn max_prior(&self, segment: usize, from: DocId, to: DocId) -> f64;

    /// The prior P ≥ 0. The score of a document that is not enumerated is at most `text / 2^30 · P`, both factors and
    /// their product rounded as usual.
    fn prior(&self, ordinal: u32) -> f64;

    /// The exact score; `None` if the document is no hit. NaN counts as `None`.
    fn score(&self, ordinal: u32, text: u32) -> Option<f64>;

    /// Orders two documents with equal scores; the smaller comes first.
    fn tie(&self, a: u32, b: u32) -> Ordering;
}

/// A document that is scored exactly, even if it contains no word of the query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enumerated {
    /// An index into the sources.
    pub segment: usize,
    /// The document; ignored if it is not allowed there.
    pub doc: DocId,
    /// (index of a query word, learned frequency in 1/[`crate::index::weights::LEARNED_ONE`] of an occurrence).
    /// Several entries for one word, or for one document, add up.
    pub learned: Vec<(usize, u32)>,
}

/// One hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredDoc {
    /// An index into the sources.
    pub segment: usize,
    /// The document.
    pub doc: DocId,
    /// Its article or case.
    pub ordinal: u32,
    /// T in 1/[`crate::index::weights::ONE`].
    pub text: u32,
    /// The result of `Signals::score`.
    pub score: f64,
}

/// The work of a search. For tests and benchmarks; results never depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Postings decoded by the walk.
    pub postings: u64,
    /// Postings scanned to build impacts that were not cached.
    pub scanned: u64,
    /// Windows with a posting of some word, according to the bounds.
    pub windows: u64,
    /// Windows that were skipped, because their bound was below the threshold.
    pub skipped: u64,
    /// Candidates among the documents of the essential words.
    pub candidates: u64,
    /// Documents whose exact score was computed.
    pub scored: u64,
}

/// A possible hit, with its text score so far.
pub(super) struct Candidate {
    pub doc: DocId,
    pub prior: f64,
    pub text_score: u32,
}
