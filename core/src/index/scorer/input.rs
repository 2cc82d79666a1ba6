//! What a search is given and what it gives: segments, signals, documents.

use std::cmp::Ordering;

use super::super::boolean::BitSet;
use super::super::impact_cache::ImpactCache;
use super::super::postings::DocId;
use super::super::segment::Segment;

/// One segment, as one viewer sees it.
#[derive(Clone, Copy)]
pub struct ScoredSegment<'a> {
    /// The documents.
    pub segment: &'a dyn Segment,
    /// The parts the viewer reads, as positions in `segment.parts()`.
    pub parts: &'a [usize],
    /// The documents that may be hits: live, visible, in `parts`, and through every filter.
    pub allowed: &'a BitSet,
    /// The sidecars of this segment.
    pub impacts: &'a ImpactCache,
}

/// What the caller knows of documents beyond their words. Everything here is pure: equal arguments
/// give equal values during one search.
pub trait Signals {
    /// A number no prior of an allowed document in `[from, to)` of a segment is above.
    /// `segment` is a position in the sources.
    fn max_prior(&self, segment: usize, from: DocId, to: DocId) -> f64;

    /// The prior P ≥ 0: the score of a document that is not enumerated is at most `text / 2^30 · P`,
    /// both factors and their product rounded as usual.
    fn prior(&self, ordinal: u32) -> f64;

    /// The exact score; `None` if the document is no hit after all. NaN counts as `None`.
    fn score(&self, ordinal: u32, text: u32) -> Option<f64>;

    /// The order of two documents with equal scores: the smaller comes first.
    fn tie(&self, a: u32, b: u32) -> Ordering;
}

/// A document that is scored exactly, whether or not a word of the query occurs in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enumerated {
    /// A position in the sources.
    pub segment: usize,
    /// The document; one that is not allowed there is left out.
    pub doc: DocId,
    /// (position of a word in the query, weighted frequency it gets on top, in parts of
    /// [`crate::index::weights::LEARNED_ONE`]). Several entries for one word, or for one document, add up.
    pub learned: Vec<(usize, u32)>,
}

/// One document of the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredDoc {
    /// A position in the sources.
    pub segment: usize,
    /// The document.
    pub doc: DocId,
    /// Its article or case.
    pub ordinal: u32,
    /// T in parts of [`crate::index::weights::ONE`].
    pub text: u32,
    /// What `Signals::score` gave.
    pub score: f64,
}

/// What a search did. For tests and benchmarks; results never depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Postings decoded by the walk.
    pub postings: u64,
    /// Postings scanned to build sidecars that were not there.
    pub scanned: u64,
    /// Windows that had a posting of some word, by their bounds.
    pub windows: u64,
    /// Those of them that were skipped whole.
    pub skipped: u64,
    /// Documents that came out of the essential words.
    pub candidates: u64,
    /// Documents whose exact score was asked for.
    pub scored: u64,
}

/// A document that may be a hit, with what is known of its text score.
pub(super) struct Candidate {
    pub doc: DocId,
    pub prior: f64,
    pub text: u32,
}
