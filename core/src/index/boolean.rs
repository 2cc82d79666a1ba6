//! What a document must or must not hold: sets of documents by word, field and phrase, and prefixes.
//!
//! It decides and does not score. Only *visible* documents count anywhere in here: in the sets, in
//! what a prefix stands for, and in the budget, so that documents a viewer may not see, and dead ones,
//! change nothing.

use super::partition::FIELDS;
use super::postings::{DocId, Positions};
use super::segment::Segment;
use super::weights::{Terms, terms_in};
use crate::codec::sorted::Sorted;
use crate::text::Lang;

/// A set of documents of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitSet {
    words: Vec<u64>,
    len: u32,
}

impl BitSet {
    /// The empty set, for documents below `len`.
    pub fn new(len: u32) -> BitSet {
        BitSet {
            words: vec![0; len.div_ceil(64) as usize],
            len,
        }
    }

    /// All documents below `len`.
    pub fn all(len: u32) -> BitSet {
        let mut bits = BitSet::new(len);
        bits.words.fill(u64::MAX);
        if let (Some(last), used @ 1..) = (bits.words.last_mut(), len % 64) {
            *last = (1 << used) - 1;
        }
        bits
    }

    /// The number of documents of the segment, in the set or not.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Puts a document in; nothing happens at or above `len`.
    pub fn set(&mut self, doc: DocId) {
        if doc < self.len
            && let Some(word) = self.words.get_mut(doc as usize / 64)
        {
            *word |= 1 << (doc % 64);
        }
    }

    /// Takes a document out.
    pub fn clear(&mut self, doc: DocId) {
        if let Some(word) = self.words.get_mut(doc as usize / 64) {
            *word &= !(1 << (doc % 64));
        }
    }

    /// Whether the document is in.
    #[inline]
    pub fn get(&self, doc: DocId) -> bool {
        let word = self.words.get(doc as usize / 64);
        word.is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    /// Keeps what is in the other set too.
    pub fn and(&mut self, other: &BitSet) {
        let others = other.words.iter().chain(std::iter::repeat(&0));
        for (word, other) in self.words.iter_mut().zip(others) {
            *word &= other;
        }
    }

    /// Takes out what is in the other set.
    pub fn and_not(&mut self, other: &BitSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// The number of documents in the set.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// The documents in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        (0u32..).zip(&self.words).flat_map(|(i, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    i * 64 + bit
                })
            })
        })
    }
}

/// What evaluation may cost, so that one query cannot hold a server.
///
/// One is charged for each posting of a visible document that is looked at, and for each position
/// read there. Every charge is a sum over visible documents, so whether the budget lasts does not
/// depend on how they are divided into segments, on dead documents or on hidden ones. Once it is
/// spent, nothing matches any more, and [`Budget::is_partial`] says so: the caller reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    postings_left: u64,
    partial: bool,
}

impl Budget {
    /// A budget of so many postings and positions.
    pub fn new(postings: u64) -> Budget {
        Budget {
            postings_left: postings,
            partial: false,
        }
    }

    /// What is left.
    pub fn postings_left(&self) -> u64 {
        self.postings_left
    }

    /// Whether something was given up: answers made with this budget are not complete.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// Takes some; false if it does not suffice, from then on for ever.
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

/// One segment, as one viewer sees it before any filter.
#[derive(Clone, Copy)]
pub struct VisibleSegment<'a> {
    /// The documents.
    pub segment: &'a dyn Segment,
    /// The parts the viewer reads, as positions in `segment.parts()`.
    pub parts: &'a [usize],
    /// The live documents of these parts that the viewer may see now.
    pub visible: &'a BitSet,
}

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseWord {
    /// Its place after the beginning of the phrase, in words.
    pub offset: u32,
    /// What stands there: any one of the terms of a document's language.
    pub terms: Terms,
}

/// One thing a document holds or does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Any of the terms, in any field.
    Word(Terms),
    /// Any of the terms, in this field.
    Field(u8, Terms),
    /// All slots at their places within one field: the given one, or any. Without slots nothing
    /// matches.
    Phrase(Option<u8>, Vec<PhraseWord>),
}

/// The visible documents of each place that hold all of `must` and none of `not`. If the budget does
/// not last, none at all.
pub fn evaluate(
    visible_segments: &[VisibleSegment],
    must: &[Clause],
    not: &[Clause],
    budget: &mut Budget,
) -> Vec<BitSet> {
    let mut found: Vec<BitSet> = Vec::with_capacity(visible_segments.len());
    for place in visible_segments {
        let mut left = place.visible.clone();
        for clause in must {
            left = matching(place, clause, &left, budget);
        }
        for clause in not {
            let out = matching(place, clause, &left, budget);
            left.and_not(&out);
        }
        found.push(left);
    }
    if budget.is_partial() {
        found = visible_segments
            .iter()
            .map(|p| BitSet::new(p.visible.len()))
            .collect();
    }
    found
}

/// The documents of `among` (a part of the visible ones) that a clause holds for.
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
            // Without candidates positions are asked for all the same: where they come only when they are
            // wanted, one pass names those of all conditions.
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

/// Adds the candidates of one part that hold the phrase in one field.
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
    // No early return when a slot has no list here: another division into segments would not take it,
    // and the charge must not depend on that.
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
                    // Where the phrase would have to begin.
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

/// The terms a prefix stands for, by language: the first `most` distinct ones by bytes over all
/// readable parts of all places, each with at least one visible document. A term is charged its
/// visible documents, which is what scoring the union of them costs. If the budget does not last,
/// there are none.
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
            // The first `most` of each part hold the first `most` of all.
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
