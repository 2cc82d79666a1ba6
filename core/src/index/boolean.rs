//! Boolean conditions of a query: sets of documents by word, field and phrase, and the expansion of prefixes.
//!
//! This module decides and does not score. Only *visible* documents count: in the sets, in the expansion of a prefix
//! and in the budget. So deleted documents, and those a viewer may not see, change nothing (I3).

use super::bitset::BitSet;
use super::partition::FIELDS;
use super::postings::Positions;
use super::segment::Segment;
use super::weights::{Terms, terms_in};
use crate::codec::sorted::Sorted;
use crate::text::Lang;

/// The greatest cost of evaluation, so that one query cannot hold a server.
///
/// Each read posting of a visible document costs one, and so does each position read in it. Every cost is a sum over
/// visible documents, so it does not depend on their division into segments, on deleted documents or on hidden ones.
/// After the budget is spent nothing matches, and [`Budget::is_partial`] returns true, which the caller reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    postings_left: u64,
    partial: bool,
}

impl Budget {
    /// Makes a budget of so many postings and positions.
    pub fn new(postings: u64) -> Budget {
        Budget {
            postings_left: postings,
            partial: false,
        }
    }

    /// Returns true if the budget was exceeded: answers made with it are incomplete.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// Spends some; false if the rest does not suffice, and on every later call.
    fn spend(&mut self, postings: u64) -> bool {
        match self.postings_left.checked_sub(postings) {
            Some(left) if !self.partial => self.postings_left = left,
            _ => {
                self.postings_left = 0;
                self.partial = true;
            }
        }
        !self.partial
    }
}

/// One segment as one viewer sees it, before any filter.
#[derive(Clone, Copy)]
pub struct VisibleSegment<'a> {
    /// The documents.
    pub segment: &'a dyn Segment,
    /// The partitions the viewer reads, as indexes into `segment.parts()`.
    pub parts: &'a [usize],
    /// The live documents of these partitions that the viewer may see now.
    pub visible: &'a BitSet,
}

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseWord {
    /// Its distance from the first word of the phrase, in words.
    pub offset: u32,
    /// The terms that match here: any one of those in the document's language.
    pub terms: Terms,
}

/// A condition on a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Any of the terms, in any field.
    Word(Terms),
    /// Any of the terms, in this field.
    Field(u8, Terms),
    /// All words at their offsets within one field: the given one, or any. Without words nothing matches.
    Phrase(Option<u8>, Vec<PhraseWord>),
}

/// A condition of a query that a document must or must not satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// True if documents that satisfy it are left out.
    pub negated: bool,
    /// By language, the alternatives: each a list of (term, offset), all of which must occur in one field. A single
    /// term has offset 0.
    pub any_of: Sorted<Lang, Vec<Vec<(String, u32)>>>,
    /// True if the terms of an alternative must stand side by side; otherwise all must occur.
    pub in_order: bool,
    /// The field it is limited to.
    pub field: Option<u8>,
}

/// The documents that meet the conditions of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// By segment, the visible documents that meet every condition outside `unmet`.
    pub docs: Vec<BitSet>,
    /// The positions of the conditions that no document met together with the ones before them, ascending.
    pub unmet: Vec<usize>,
}

/// Applies the conditions in order. A condition that would leave no visible document in any segment is passed over and
/// listed in [`Evaluated::unmet`], so the result is empty only if nothing is visible, where no condition is unmet, or if
/// the budget does not suffice.
pub fn evaluate(
    segments: &[VisibleSegment],
    conditions: &[Condition],
    budget: &mut Budget,
) -> Evaluated {
    let mut docs: Vec<BitSet> = segments
        .iter()
        .map(|segment| segment.visible.clone())
        .collect();
    let mut unmet = Vec::new();
    for (number, condition) in conditions.iter().enumerate() {
        let met: Vec<BitSet> = segments
            .iter()
            .zip(&docs)
            .map(|(segment, docs)| {
                let satisfying = satisfying(segment, condition, docs, budget);
                if !condition.negated {
                    return satisfying;
                }
                let mut rest = docs.clone();
                rest.and_not(&satisfying);
                rest
            })
            .collect();
        if met.iter().all(BitSet::is_empty) {
            unmet.push(number);
        } else {
            docs = met;
        }
    }
    if budget.is_partial() {
        let none = |segment: &VisibleSegment| BitSet::new(segment.visible.len());
        docs = segments.iter().map(none).collect();
    }
    if docs.iter().all(BitSet::is_empty) {
        unmet.clear();
    }
    Evaluated { docs, unmet }
}

/// Returns the documents of `among` that have all terms of any one alternative, negated or not.
fn satisfying(
    segment: &VisibleSegment,
    condition: &Condition,
    among: &BitSet,
    budget: &mut Budget,
) -> BitSet {
    let mut found = BitSet::new(among.len());
    for (lang, alternatives) in &condition.any_of {
        for alternative in alternatives {
            let mut left;
            if condition.in_order && alternative.len() > 1 {
                let words = alternative.iter().map(|(term, offset)| PhraseWord {
                    offset: *offset,
                    terms: vec![(*lang, vec![term.clone()])],
                });
                let phrase = Clause::Phrase(condition.field, words.collect());
                left = matching(segment, &phrase, among, budget);
            } else {
                left = among.clone();
                for (term, _) in alternative {
                    let terms = vec![(*lang, vec![term.clone()])];
                    let clause = match condition.field {
                        Some(field) => Clause::Field(field, terms),
                        None => Clause::Word(terms),
                    };
                    left = matching(segment, &clause, &left, budget);
                }
            }
            left.iter().for_each(|doc| found.set(doc));
        }
    }
    found
}

/// Returns the documents of `among`, a subset of the visible ones, that satisfy a clause.
pub fn matching(
    place: &VisibleSegment,
    clause: &Clause,
    among: &BitSet,
    budget: &mut Budget,
) -> BitSet {
    match clause {
        Clause::Word(terms) => holding(place, terms, among, budget),
        Clause::Field(field, terms) => holding_in_field(place, *field, terms, among, budget),
        Clause::Phrase(field, slots) => {
            let mut candidates = among.clone();
            for slot in slots {
                candidates = holding(place, &slot.terms, &candidates, budget);
            }
            let mut found = BitSet::new(among.len());
            // Positions are requested even without candidates: where blocks are loaded on demand, one pass then names
            // the positions of all conditions.
            if slots.is_empty() {
                return found;
            }
            let fields = match field {
                Some(field) => *field..=*field,
                None => 0..=FIELDS as u8 - 1,
            };
            for field in fields {
                for &part in place.parts {
                    phrase_in(place, part, field, slots, &candidates, &mut found, budget);
                }
            }
            found
        }
    }
}

fn lang_of(place: &VisibleSegment, part: usize) -> Option<Lang> {
    place.segment.parts().get(part).map(|key| key.lang)
}

fn holding(place: &VisibleSegment, terms: &Terms, among: &BitSet, budget: &mut Budget) -> BitSet {
    let mut found = BitSet::new(among.len());
    for &part in place.parts {
        let Some(lang) = lang_of(place, part) else {
            continue;
        };
        for term in terms_in(terms, lang) {
            let Some(mut list) = place.segment.postings(part, term) else {
                continue;
            };
            loop {
                let (docs, _) = list.block();
                let mut n_seen = 0;
                for &doc in docs {
                    if among.get(doc) {
                        n_seen += 1;
                        found.set(doc);
                    }
                }
                let is_empty = docs.is_empty();
                if !budget.spend(n_seen) {
                    return BitSet::new(among.len());
                }
                if is_empty || !list.advance() {
                    break;
                }
            }
        }
    }
    found
}

fn holding_in_field(
    place: &VisibleSegment,
    field: u8,
    terms: &Terms,
    among: &BitSet,
    budget: &mut Budget,
) -> BitSet {
    let mut found = BitSet::new(among.len());
    for &part in place.parts {
        let Some(lang) = lang_of(place, part) else {
            continue;
        };
        for term in terms_in(terms, lang) {
            let Some(mut list) = place.segment.positions(part, field, term) else {
                continue;
            };
            let mut at = list.seek(0);
            while let Some(doc) = at {
                if among.get(doc) {
                    if !budget.spend(1) {
                        return BitSet::new(among.len());
                    }
                    found.set(doc);
                }
                at = doc.checked_add(1).and_then(|next| list.seek(next));
            }
        }
    }
    found
}

/// Adds the candidates of one partition that contain the phrase in one field.
fn phrase_in(
    place: &VisibleSegment,
    part: usize,
    field: u8,
    slots: &[PhraseWord],
    candidates: &BitSet,
    found: &mut BitSet,
    budget: &mut Budget,
) {
    let Some(lang) = lang_of(place, part) else {
        return;
    };
    let mut lists: Vec<(u32, Vec<Box<dyn Positions + '_>>)> = slots
        .iter()
        .map(|slot| {
            let terms = terms_in(&slot.terms, lang).into_iter();
            let lists = terms.filter_map(|term| place.segment.positions(part, field, term));
            (slot.offset, lists.collect())
        })
        .collect();
    // No early return for a word without a list here: another division into segments would not take it, and the cost
    // must not depend on the division.
    let parts = &place.segment.columns().part;
    let (mut begins, mut next, mut buffer) = (Vec::new(), Vec::new(), Vec::new());
    for doc in candidates.iter() {
        let of = parts.get(doc as usize).map(|of| usize::from(*of));
        if of != Some(part) || found.get(doc) {
            continue;
        }
        for (i, (offset, lists)) in lists.iter_mut().enumerate() {
            next.clear();
            for list in lists.iter_mut() {
                if list.seek(doc) == Some(doc) {
                    buffer.clear();
                    list.positions(&mut buffer);
                    if !budget.spend(buffer.len() as u64) {
                        return;
                    }
                    // The position at which the phrase would begin.
                    next.extend(buffer.iter().filter_map(|at| at.checked_sub(*offset)));
                }
            }
            if i == 0 {
                std::mem::swap(&mut begins, &mut next);
            } else {
                next.sort_unstable();
                begins.retain(|begin| next.binary_search(begin).is_ok());
            }
            if begins.is_empty() {
                break;
            }
        }
        if !begins.is_empty() {
            found.set(doc);
        }
    }
}

/// Expands a prefix, by language, to the first `most` distinct terms by bytes over all readable partitions of all
/// segments, each with at least one visible document. A term costs its visible documents, which is the cost of
/// scoring their union. The result is empty if the budget does not suffice.
///
/// `most`: `settings::MAX_PREFIX_TERMS`.
pub fn expand(
    visible_segments: &[VisibleSegment],
    prefix: &str,
    most: usize,
    budget: &mut Budget,
) -> Terms {
    let mut found: Sorted<String, Vec<[u8; 3]>> = Sorted::new();
    for place in visible_segments {
        for &part in place.parts {
            let Some(lang) = lang_of(place, part) else {
                continue;
            };
            // The first `most` terms of each partition include the first `most` of all.
            let mut n_terms = 0;
            place.segment.terms(part, prefix, &mut |term| {
                let is_late = found.len() >= most
                    && found.last_key().is_some_and(|last| last.as_str() < term);
                if n_terms >= most || is_late {
                    return false;
                }
                if is_visible(place, part, term) {
                    n_terms += 1;
                    let langs = found.or_default(term.to_owned());
                    if !langs.contains(&lang.0) {
                        langs.push(lang.0);
                    }
                    if found.len() > most {
                        found.pop_last();
                    }
                }
                true
            });
        }
    }
    let mut terms: Sorted<[u8; 3], Vec<String>> = Sorted::new();
    for (term, langs) in found {
        for lang in langs {
            terms.or_default(lang).push(term.clone());
        }
    }
    let terms: Terms = terms.into_iter().map(|(l, t)| (Lang(l), t)).collect();
    for place in visible_segments {
        holding(place, &terms, place.visible, budget);
    }
    if budget.is_partial() {
        return Terms::new();
    }
    terms
}

fn is_visible(place: &VisibleSegment, part: usize, term: &str) -> bool {
    let Some(mut list) = place.segment.postings(part, term) else {
        return false;
    };
    loop {
        let (docs, _) = list.block();
        if docs.iter().any(|doc| place.visible.get(*doc)) {
            return true;
        }
        if docs.is_empty() || !list.advance() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests;
