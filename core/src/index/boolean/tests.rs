//! Compares sets of documents with brute force over the documents.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::index::scorer::testing::{TestDoc, TestSegment};

const EN: Lang = Lang(*b"en\0");
const DE: Lang = Lang(*b"de\0");

/// Documents of a few words out of a..e in two fields; partitions are alternating English and German.
fn documents() -> impl Strategy<Value = Vec<TestDoc>> {
    let text = || prop::collection::vec(0u8..5, 0..12);
    prop::collection::vec((text(), text()), 1..60).prop_map(|docs| {
        let document = |(ordinal, (title, issue)): (u32, (Vec<u8>, Vec<u8>))| {
            let mut doc = TestDoc {
                ordinal,
                part: ordinal as usize % 2,
                ..TestDoc::default()
            };
            for (field, text) in [(0, title), (1, issue)] {
                for (position, letter) in (0..).zip(text) {
                    let term = char::from(b'a' + letter).to_string();
                    doc.positions
                        .entry((field, term))
                        .or_default()
                        .push(position);
                }
            }
            doc
        };
        (0..).zip(docs).map(document).collect()
    })
}

/// Positions of a term in a field of a document.
fn positions(doc: &TestDoc, field: u8, term: &str) -> BTreeSet<u32> {
    let list = doc.positions.get(&(field, term.to_owned()));
    list.into_iter().flatten().copied().collect()
}

/// Returns true if the document satisfies a condition, by its definition without the negation.
fn matches(doc: &TestDoc, condition: &Condition) -> bool {
    let fields = condition.field.map_or(0..=1, |field| field..=field);
    let alternatives = condition.any_of.get(&[EN, DE][doc.part]);
    alternatives.into_iter().flatten().any(|alternative| {
        if condition.in_order && alternative.len() > 1 {
            return fields.clone().any(|field| {
                (0..40).any(|begin| {
                    let at = |(term, offset): &(String, u32)| {
                        positions(doc, field, term).contains(&(begin + offset))
                    };
                    alternative.iter().all(at)
                })
            });
        }
        alternative.iter().all(|(term, _)| {
            let mut fields = fields.clone();
            fields.any(|field| !positions(doc, field, term).is_empty())
        })
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    // Offsets ascend, with gaps in place of stop words.
    let alternative = || {
        prop::collection::vec((0u8..5, 0u32..3), 1..4).prop_map(|words| {
            let mut next = 0;
            let words = words.into_iter().map(|(letter, gap)| {
                let offset = next + gap;
                next = offset + 1;
                (char::from(b'a' + letter).to_string(), offset)
            });
            words.collect::<Vec<_>>()
        })
    };
    let alternatives = || prop::collection::vec(alternative(), 0..3);
    let parts = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(0u8..3),
        alternatives(),
        alternatives(),
    );
    parts.prop_map(|(negated, in_order, field, en, de)| {
        let mut any_of = Sorted::new();
        any_of.insert(EN, en);
        any_of.insert(DE, de);
        Condition {
            negated,
            any_of,
            in_order,
            field,
        }
    })
}

proptest! {
    #[test]
    fn conditions_equal_brute_force(
        docs in documents(),
        conditions in prop::collection::vec(condition(), 0..5),
        hidden in 1u32..7,
        block in 1usize..9,
    ) {
        let mut left = Vec::new();
        for n in [1, 3] {
            let segments: Vec<(TestSegment, BitSet, &[TestDoc])> = docs
                .chunks(docs.len().div_ceil(n))
                .map(|docs| {
                    let mut visible = BitSet::all(docs.len() as u32);
                    for (id, doc) in (0..).zip(docs) {
                        if doc.ordinal % hidden == 1 {
                            visible.clear(id);
                        }
                    }
                    (TestSegment::new(&[EN, DE], block, docs), visible, docs)
                })
                .collect();
            let visible_segments: Vec<VisibleSegment> = segments
                .iter()
                .map(|(segment, visible, _)| VisibleSegment { segment, parts: &[0, 1], visible })
                .collect();
            let mut budget = Budget::new(1_000_000);
            let found = evaluate(&visible_segments, &conditions, &mut budget);
            prop_assert!(!budget.is_partial());
            // A condition applies if a visible document meets it together with the conditions applied before it.
            let mut applied: Vec<&Condition> = Vec::new();
            let mut unmet = Vec::new();
            let meets = |doc: &TestDoc, all: &[&Condition]| all.iter().all(|one| matches(doc, one) != one.negated);
            for (number, condition) in conditions.iter().enumerate() {
                applied.push(condition);
                let is_met = segments.iter().any(|(_, visible, docs)| {
                    (0..).zip(*docs).any(|(id, doc)| visible.get(id) && meets(doc, &applied))
                });
                let is_blank = segments.iter().all(|(_, visible, _)| visible.is_empty());
                if !is_met && !is_blank {
                    applied.pop();
                    unmet.push(number);
                }
            }
            prop_assert_eq!(&found.unmet, &unmet);
            for ((_, visible, docs), found) in segments.iter().zip(&found.docs) {
                for (id, doc) in (0..).zip(*docs) {
                    prop_assert_eq!(found.get(id), visible.get(id) && meets(doc, &applied), "{:?}", doc);
                }
            }
            left.push(budget.postings_left);
            // The exact cost suffices; with one less nothing matches.
            let cost = 1_000_000 - budget.postings_left;
            let mut exact = Budget::new(cost);
            prop_assert_eq!(&evaluate(&visible_segments, &conditions, &mut exact), &found);
            prop_assert!(!exact.is_partial());
            if cost > 0 {
                let mut short = Budget::new(cost - 1);
                let none = evaluate(&visible_segments, &conditions, &mut short);
                prop_assert!(short.is_partial() && none.docs.iter().all(BitSet::is_empty));
                prop_assert!(none.unmet.is_empty());
            }
        }
        prop_assert_eq!(left[0], left[1]);
    }

}

/// One document for each term, alternating English and German.
fn one_doc_per_term(terms: &[&str]) -> Vec<TestDoc> {
    let document = |(ordinal, term): (u32, &&str)| {
        let mut doc = TestDoc {
            ordinal,
            part: ordinal as usize % 2,
            ..TestDoc::default()
        };
        doc.positions.insert((0, (*term).to_owned()), vec![0]);
        doc
    };
    (0..).zip(terms).map(document).collect()
}

#[test]
fn a_prefix_stands_for_visible_terms_only() {
    let docs = one_doc_per_term(&["pra", "prb", "prc", "pra", "prd", "x", "pre"]);
    let segment = TestSegment::new(&[EN, DE], 2, &docs);
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
    assert_eq!(budget.postings_left, 96);
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
