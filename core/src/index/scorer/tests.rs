//! Compares the pruned walk with the plain reference, bit for bit.

use proptest::prelude::*;

use super::super::impact_cache::ImpactCache;
use super::testing::{Owned, TestDoc, TestSegment, TestSignals, exhaustive};
use super::{Enumerated, ScoredDoc, ScoredSegment, Search, Tuning, Work, shares, text_of, top_k};
use crate::index::bitset::BitSet;
use crate::index::weights::{ONE, Saturation, Word, weigh};
use crate::text::Lang;

const EN: Lang = Lang(*b"en\0");
const DE: Lang = Lang(*b"de\0");

/// A small random generator, so that one number describes a large case.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % below
    }
}

/// Documents over the terms t0 (in nearly all) to t11 (in few); the partitions are English, German, English.
fn documents(n_docs: u32, dice: &mut Dice) -> Vec<TestDoc> {
    let is_varied = dice.next(2) == 0;
    let document = |ordinal| {
        let mut doc = TestDoc {
            ordinal,
            part: dice.next(3) as usize,
            // Few lengths make equal scores frequent; many make impacts differ between runs.
            fieldnorm_id: match is_varied {
                true => 255 >> dice.next(6) ^ dice.next(32) as u8,
                false => 40 + dice.next(5) as u8 * 8,
            },
            ..TestDoc::default()
        };
        for term in 0..12 {
            if dice.next(100) < 90 >> (term / 2) {
                let n = match is_varied {
                    true if dice.next(50) == 0 => 1 << dice.next(7),
                    _ => 1 + dice.next(3) * dice.next(2),
                };
                let field = dice.next(3) as u8;
                doc.positions
                    .insert((field, format!("t{term}")), (0..n as u32).collect());
            }
        }
        doc
    };
    (0..n_docs).map(document).collect()
}

/// The same documents in `n` segments, with the documents of `hidden` not allowed.
fn segments(docs: &[TestDoc], n: usize, block: usize, hidden: impl Fn(u32) -> bool) -> Vec<Owned> {
    let per = docs.len().div_ceil(n).max(1);
    let segment = |docs: &[TestDoc]| {
        let mut allowed = BitSet::new(docs.len() as u32);
        for (id, doc) in (0..).zip(docs) {
            if !hidden(doc.ordinal) {
                allowed.set(id);
            }
        }
        Owned {
            segment: TestSegment::new(&[EN, DE, EN], block, docs),
            parts: vec![0, 1, 2],
            allowed,
            impacts: ImpactCache::default(),
        }
    };
    docs.chunks(per).map(segment).collect()
}

/// Words of one or more terms; in German the terms are shifted by one.
fn words(dice: &mut Dice, n_words: usize) -> Vec<Word> {
    let raw: Vec<f64> = (0..n_words).map(|_| dice.next(50) as f64 / 7.0).collect();
    weigh(&raw)
        .into_iter()
        .map(|weight| {
            let n_terms = if dice.next(3) == 0 {
                1 + dice.next(4)
            } else {
                1
            };
            let mut terms = |_| format!("t{}", dice.next(13));
            Word {
                weight,
                terms: vec![
                    (EN, (0..n_terms).map(&mut terms).collect()),
                    (DE, (0..n_terms).map(&mut terms).collect()),
                ],
            }
        })
        .collect()
}

fn saturation() -> Saturation {
    Saturation::new(1.2, 0.75, 2.0, 10, 600, u32::from)
}

/// The visible result: ordinal, text score and the score's bits.
fn bits(hits: &[ScoredDoc]) -> Vec<(u32, u32, u64)> {
    hits.iter()
        .map(|hit| (hit.ordinal, hit.text, hit.score.to_bits()))
        .collect()
}

/// The enumerated documents with these ordinals, in these segments.
fn enumerated(segments: &[Owned], ordinals: &[(u32, Vec<(usize, u32)>)]) -> Vec<Enumerated> {
    let mut found = Vec::new();
    for (segment, owned) in segments.iter().enumerate() {
        let columns = crate::index::Segment::columns(&owned.segment);
        for (doc, ordinal) in (0..).zip(&columns.ordinal) {
            for (_, learned) in ordinals.iter().filter(|(of, _)| of == ordinal) {
                found.push(Enumerated {
                    segment,
                    doc,
                    learned: learned.clone(),
                });
            }
        }
    }
    found
}

#[derive(Clone, Debug)]
struct Case {
    seed: u64,
    n_docs: u32,
    n_words: usize,
    n_hidden_of_8: u32,
    n_enumerated: u64,
    k: usize,
    tuning: Tuning,
    block: usize,
    is_wide: bool,
}

fn check(case: &Case) {
    let mut dice = Dice(case.seed);
    let docs = documents(case.n_docs, &mut dice);
    let words = words(&mut dice, case.n_words);
    // Priors from .125 to 4 in steps of 2^(1/4), or nearly equal ones.
    let priors: Vec<f64> = (0..case.n_docs)
        .map(|_| match case.is_wide {
            true => 0.125 * libm::exp2(dice.next(21) as f64 / 4.0),
            false => 1.0 + dice.next(2) as f64 / 8.0,
        })
        .collect();
    let listed: Vec<(u32, Vec<(usize, u32)>)> = (0..case.n_enumerated)
        .map(|_| {
            let learned = (0..dice.next(3)).map(|_| {
                let word = dice.next(case.n_words as u64 + 1) as usize;
                (word, dice.next(9) as u32 * 333)
            });
            let learned = learned.collect();
            (dice.next(u64::from(case.n_docs)) as u32, learned)
        })
        .collect();
    let hidden = |ordinal: u32| ordinal.wrapping_mul(2_654_435_769) >> 29 < case.n_hidden_of_8;
    let saturation = saturation();
    let mut first = None;
    for n in [1, 2, 5] {
        let owned = segments(&docs, n, case.block, hidden);
        let sources: Vec<ScoredSegment> = owned.iter().map(Owned::source).collect();
        let signals = TestSignals {
            segments: &owned,
            priors: &priors,
            is_late_filter: case.seed.is_multiple_of(2),
        };
        let listed = enumerated(&owned, &listed);
        let plain = exhaustive(&sources, &words, &saturation, &listed, &signals, case.k);
        let search = Search {
            sources: &sources,
            words: &words,
            saturation: &saturation,
            enumerated: &listed,
            signals: &signals,
        };
        // Runs twice: once builds the impacts, once finds them cached.
        let (pruned, _) = search.run(case.k, case.tuning);
        assert_eq!(pruned, plain, "{n} segments");
        assert_eq!(search.run(case.k, case.tuning).0, plain);
        let by_default = top_k(&sources, &words, &saturation, &listed, &signals, case.k);
        assert_eq!(by_default, plain);
        for hit in &plain {
            let learned: Vec<(usize, u32)> = listed
                .iter()
                .filter(|one| (one.segment, one.doc) == (hit.segment, hit.doc))
                .flat_map(|one| one.learned.clone())
                .collect();
            let source = &sources[hit.segment];
            assert_eq!(
                text_of(source, &words, &saturation, hit.doc, &learned),
                hit.text
            );
        }
        let first = first.get_or_insert_with(|| bits(&plain));
        assert_eq!(*first, bits(&plain), "{n} segments");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn pruned_is_exhaustive(
        seed: u64,
        n_docs in prop_oneof![1u32..200, 200u32..2_000, 2_500u32..4_000],
        n_words in prop_oneof![1usize..6, 20usize..60],
        n_hidden_of_8 in 0u32..8,
        n_enumerated in 0u64..30,
        k in 1usize..=50,
        window in prop_oneof![Just(64u32), Just(256), Just(1024)],
        max_decoded_len in prop_oneof![Just(0u32), Just(40), Just(400)],
        block in prop_oneof![Just(128usize), Just(5)],
        is_wide: bool,
    ) {
        let tuning = Tuning { window, max_decoded_len };
        check(&Case { seed, n_docs, n_words, n_hidden_of_8, n_enumerated, k, tuning, block, is_wide });
    }
}

/// A word in all of 20,000 documents and a rarer, heavier one.
fn skewed() -> (Vec<TestDoc>, Vec<Word>) {
    let mut dice = Dice(7);
    let docs = (0..20_000)
        .map(|ordinal| {
            let mut doc = TestDoc {
                ordinal,
                fieldnorm_id: 30 + dice.next(60) as u8,
                ..TestDoc::default()
            };
            doc.positions.insert((0, "common".into()), vec![0]);
            if dice.next(40) == 0 {
                doc.positions.insert((1, "rare".into()), vec![1]);
            }
            if dice.next(6) == 0 {
                doc.positions.insert((0, "middle".into()), vec![2]);
            }
            doc
        })
        .collect();
    let weights = weigh(&[0.5, 2.0, 6.0]);
    let words = weights.into_iter().zip(["common", "middle", "rare"]);
    let words = words.map(|(weight, term)| Word {
        weight,
        terms: vec![(EN, vec![term.into()])],
    });
    (docs, words.collect())
}

#[test]
fn a_skewed_query_reads_few_postings() {
    let (docs, words) = skewed();
    let owned = segments(&docs, 1, 128, |_| false);
    let sources: Vec<ScoredSegment> = owned.iter().map(Owned::source).collect();
    let priors = vec![1.0; docs.len()];
    let signals = TestSignals {
        segments: &owned,
        priors: &priors,
        is_late_filter: false,
    };
    let saturation = saturation();
    let search = Search {
        sources: &sources,
        words: &words,
        saturation: &saturation,
        enumerated: &[],
        signals: &signals,
    };
    let tuning = Tuning {
        window: 1024,
        max_decoded_len: 100,
    };
    let (hits, work) = search.run(10, tuning);
    let all: u32 = words
        .iter()
        .map(|word| crate::index::Segment::doc_freq(&owned[0].segment, 0, &word.terms[0].1[0]))
        .sum();
    assert_eq!(
        hits,
        exhaustive(&sources, &words, &saturation, &[], &signals, 10)
    );
    assert!(work.postings * 10 < u64::from(all) * 6, "{work:?} of {all}");
    assert!(work.scored < 1_000, "{work:?}");
    assert!(work.scanned > 0, "{work:?}");
    assert_eq!(search.run(10, tuning).1.scanned, 0);
}

#[test]
fn windows_that_cannot_win_are_skipped() {
    let (docs, words) = skewed();
    let owned = segments(&docs, 1, 128, |_| false);
    let sources: Vec<ScoredSegment> = owned.iter().map(Owned::source).collect();
    // The best documents come first, as after a rebuild by prior.
    let priors: Vec<f64> = (0..docs.len())
        .map(|i| 4.0 / (1 + i / 500) as f64)
        .collect();
    let signals = TestSignals {
        segments: &owned,
        priors: &priors,
        is_late_filter: false,
    };
    let saturation = saturation();
    let search = Search {
        sources: &sources,
        words: &words,
        saturation: &saturation,
        enumerated: &[],
        signals: &signals,
    };
    let tuning = Tuning {
        window: 512,
        max_decoded_len: 100,
    };
    let (hits, work) = search.run(10, tuning);
    assert_eq!(
        hits,
        exhaustive(&sources, &words, &saturation, &[], &signals, 10)
    );
    assert!(work.skipped * 2 > work.windows, "{work:?}");
}

#[test]
fn shares_by_hand() {
    // One document of average length: K = 2.4. tf: 1 · 2 in field 0; 2 learned on top make 4 of 6.4.
    let mut doc = TestDoc {
        fieldnorm_id: 60,
        ..TestDoc::default()
    };
    doc.positions.insert((0, "a".into()), vec![3, 9]);
    let owned = segments(&[doc], 1, 128, |_| false);
    let source = owned[0].source();
    let word = |weight, term: &str| Word {
        weight,
        terms: vec![(EN, vec![term.into(), term.into()])],
    };
    let words = [word(ONE / 2, "a"), word(ONE / 2, "b")];
    let saturation = Saturation::new(1.2, 0.75, 2.0, 1, 60, u32::from);
    let shares_of = |learned: &[(usize, u32)]| {
        let mut all = shares(&source, &words, &saturation, &[(0, learned)]);
        all.remove(0)
    };
    let plain = shares_of(&[]);
    assert_eq!([plain[0].tf, plain[1].tf], [2, 0]);
    assert_eq!(plain[0].text, (536_870_912.0 * 2.0 / 4.4) as u32);
    let learned = shares_of(&[(0, 2 << 10), (1, 512)]);
    assert_eq!([learned[0].tf, learned[1].tf], [2, 0]);
    assert_eq!([learned[0].learned, learned[1].learned], [2 << 10, 512]);
    assert_eq!(learned[0].text, (536_870_912.0 * 4.0 / 6.4) as u32);
    // Half a learned occurrence and none in the text: .5 of 2.9.
    assert_eq!(learned[1].text, (536_870_912.0 * 0.5 / 2.9) as u32);
}

#[test]
fn an_empty_query_returns_no_hits() {
    let owned = segments(&documents(50, &mut Dice(1)), 1, 128, |_| false);
    let sources = [owned[0].source()];
    let priors = vec![1.0; 50];
    let signals = TestSignals {
        segments: &owned,
        priors: &priors,
        is_late_filter: false,
    };
    let saturation = saturation();
    let words = words(&mut Dice(2), 3);
    assert!(top_k(&sources, &words, &saturation, &[], &signals, 0).is_empty());
    assert!(top_k(&[], &words, &saturation, &[], &signals, 5).is_empty());
    assert!(top_k(&sources, &[], &saturation, &[], &signals, 5).is_empty());
    // An enumerated document is scored even without words.
    let listed = [Enumerated {
        doc: 3,
        ..Enumerated::default()
    }];
    assert_eq!(
        top_k(&sources, &[], &saturation, &listed, &signals, 5).len(),
        1
    );
    assert_eq!(Work::default().postings, 0);
}
