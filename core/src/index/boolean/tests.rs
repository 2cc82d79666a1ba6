//! Compares sets of documents with brute force over the documents.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::index::scorer::testing::{Plain, PlainDoc};

const EN: Lang = Lang(*b"en\0");
const DE: Lang = Lang(*b"de\0");

/// Documents of a few words out of a..e in two fields; partitions are English and German by turns.
fn documents() -> impl Strategy<Value = Vec<PlainDoc>> {
    let text = || prop::collection::vec(0u8..5, 0..12);
    prop::collection::vec((text(), text()), 1..60).prop_map(|docs| {
        let document = |(ordinal, (title, issue)): (u32, (Vec<u8>, Vec<u8>))| {
            let mut doc = PlainDoc {
                ordinal,
                part: ordinal as usize % 2,
                ..PlainDoc::default()
            };
            for (field, text) in [(0, title), (1, issue)] {
                for (position, letter) in (0..).zip(text) {
                    let term = char::from(b'a' + letter).to_string();
                    doc.places.entry((field, term)).or_default().push(position);
                }
            }
            doc
        };
        (0..).zip(docs).map(document).collect()
    })
}

fn terms(en: &[u8], de: &[u8]) -> Terms {
    let of = |letters: &[u8]| {
        let letters = letters.iter();
        letters.map(|l| char::from(b'a' + l).to_string()).collect()
    };
    vec![(EN, of(en)), (DE, of(de))]
}

fn places_of(doc: &PlainDoc, field: u8, terms: &Terms) -> BTreeSet<u32> {
    let lang = [EN, DE][doc.part];
    let terms = terms_in(terms, lang);
    let lists = terms
        .iter()
        .filter_map(|term| doc.places.get(&(field, (*term).to_owned())));
    lists.flatten().copied().collect()
}

fn holds(doc: &PlainDoc, clause: &Clause) -> bool {
    match clause {
        Clause::Word(terms) => (0..2).any(|field| !places_of(doc, field, terms).is_empty()),
        Clause::Field(field, terms) => !places_of(doc, *field, terms).is_empty(),
        Clause::Phrase(field, slots) => {
            let fields = field.map_or(0..=1, |field| field..=field);
            !slots.is_empty()
                && fields.into_iter().any(|field| {
                    (0..40).any(|begin| {
                        slots.iter().all(|slot| {
                            places_of(doc, field, &slot.terms).contains(&(begin + slot.offset))
                        })
                    })
                })
        }
    }
}

fn clause() -> impl Strategy<Value = Clause> {
    let some = || {
        let letters = || prop::collection::vec(0u8..5, 1..3);
        (letters(), letters()).prop_map(|(en, de)| terms(&en, &de))
    };
    let slot = (0u32..3, some()).prop_map(|(offset, terms)| PhraseWord { offset, terms });
    prop_oneof![
        some().prop_map(Clause::Word),
        (0u8..3, some()).prop_map(|(field, terms)| Clause::Field(field, terms)),
        (
            prop::option::of(0u8..2),
            prop::collection::vec(slot, 0..4).prop_map(|mut slots| {
                for (i, slot) in (0..).zip(&mut slots) {
                    slot.offset += i;
                }
                slots
            })
        )
            .prop_map(|(field, slots)| Clause::Phrase(field, slots)),
    ]
}

proptest! {
    #[test]
    fn clauses_are_brute_force(
        docs in documents(),
        must in prop::collection::vec(clause(), 0..3),
        not in prop::collection::vec(clause(), 0..3),
        hidden in 1u32..7,
        block in 1usize..9,
    ) {
        let mut left = Vec::new();
        for n in [1, 3] {
            let segments: Vec<(Plain, BitSet, &[PlainDoc])> = docs
                .chunks(docs.len().div_ceil(n))
                .map(|docs| {
                    let mut visible = BitSet::all(docs.len() as u32);
                    for (id, doc) in (0..).zip(docs) {
                        if doc.ordinal % hidden == 1 {
                            visible.clear(id);
                        }
                    }
                    (Plain::new(&[EN, DE], block, docs), visible, docs)
                })
                .collect();
            let places: Vec<VisibleSegment> = segments
                .iter()
                .map(|(segment, visible, _)| VisibleSegment { segment, parts: &[0, 1], visible })
                .collect();
            let mut budget = Budget::new(1_000_000);
            let found = evaluate(&places, &must, &not, &mut budget);
            prop_assert!(!budget.is_partial());
            for ((_, visible, docs), found) in segments.iter().zip(&found) {
                for (id, doc) in (0..).zip(*docs) {
                    let want = visible.get(id)
                        && must.iter().all(|clause| holds(doc, clause))
                        && !not.iter().any(|clause| holds(doc, clause));
                    prop_assert_eq!(found.get(id), want, "{:?}", doc);
                }
            }
            left.push(budget.postings_left());
            // The exact cost suffices; with one less nothing matches.
            let cost = 1_000_000 - budget.postings_left();
            let mut exact = Budget::new(cost);
            prop_assert_eq!(&evaluate(&places, &must, &not, &mut exact), &found);
            prop_assert!(!exact.is_partial());
            if cost > 0 {
                let mut short = Budget::new(cost - 1);
                let none = evaluate(&places, &must, &not, &mut short);
                prop_assert!(short.is_partial() && none.iter().all(BitSet::is_empty));
            }
        }
        prop_assert_eq!(left[0], left[1]);
    }

    #[test]
    fn bits_are_a_set(len in 1u32..300, a in prop::collection::btree_set(0u32..300, 0..80),
        b in prop::collection::btree_set(0u32..300, 0..80)) {
        let make = |set: &BTreeSet<u32>| {
            let mut bits = BitSet::new(len);
            set.iter().for_each(|doc| bits.set(*doc));
            bits
        };
        let within = |set: Vec<u32>| set.into_iter().filter(|d| *d < len).collect::<Vec<_>>();
        let (mut and, mut not) = (make(&a), make(&a));
        and.and(&make(&b));
        not.and_not(&make(&b));
        let both = within(a.intersection(&b).copied().collect());
        prop_assert_eq!(and.iter().collect::<Vec<_>>(), both.clone());
        prop_assert_eq!(and.count(), both.len() as u64);
        prop_assert_eq!(not.iter().collect::<Vec<_>>(), within(a.difference(&b).copied().collect()));
        prop_assert_eq!(BitSet::all(len).count(), u64::from(len));
        prop_assert!(!BitSet::all(len).get(len) && BitSet::all(len).iter().eq(0..len));
    }
}

/// One document for each term, by turns English and German.
fn dictionary(terms: &[&str]) -> Vec<PlainDoc> {
    let document = |(ordinal, term): (u32, &&str)| {
        let mut doc = PlainDoc {
            ordinal,
            part: ordinal as usize % 2,
            ..PlainDoc::default()
        };
        doc.places.insert((0, (*term).to_owned()), vec![0]);
        doc
    };
    (0..).zip(terms).map(document).collect()
}

#[test]
fn a_prefix_stands_for_visible_terms_only() {
    let docs = dictionary(&["pra", "prb", "prc", "pra", "prd", "x", "pre"]);
    let segment = Plain::new(&[EN, DE], 2, &docs);
    let mut visible = BitSet::all(7);
    let all = |visible: &BitSet, most, budget: &mut Budget| {
        let place = VisibleSegment {
            segment: &segment,
            parts: &[0, 1],
            visible,
        };
        expand(&[place], "pr", most, budget)
    };
    let mut budget = Budget::new(100);
    // English: pra (0), prc (2), prd (4), pre (6); German: prb (1), pra (3).
    let strings = |terms: &[&str]| terms.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        all(&visible, 3, &mut budget),
        [
            (DE, strings(&["pra", "prb"])),
            (EN, strings(&["pra", "prc"]))
        ]
    );
    assert_eq!(budget.postings_left(), 96);
    // `prc` is hidden: the next term moves up, as if `prc` did not exist.
    visible.clear(2);
    assert_eq!(
        all(&visible, 3, &mut budget),
        [
            (DE, strings(&["pra", "prb"])),
            (EN, strings(&["pra", "prd"]))
        ]
    );
    let mut short = Budget::new(3);
    assert!(all(&visible, 3, &mut short).is_empty() && short.is_partial());
    // A partition that the viewer does not read does not exist.
    let place = VisibleSegment {
        segment: &segment,
        parts: &[1],
        visible: &BitSet::all(7),
    };
    assert_eq!(
        expand(&[place], "pr", 3, &mut budget),
        [(DE, strings(&["pra", "prb"]))]
    );
}

#[test]
fn a_spent_budget_stays_spent() {
    let mut budget = Budget::new(2);
    assert!(budget.spend(2) && budget.spend(0));
    assert!(!budget.spend(1) && !budget.spend(0) && budget.is_partial());
}
