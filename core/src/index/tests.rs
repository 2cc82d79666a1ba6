//! Compares the index with a recount: random writes, and every number by its plain definition.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::memory::MemSegment;
use super::partition::{DocSource, FieldTokens, IndexDoc, IndexToken, PartKey, Space, Window};
use super::scope::ReadScope;
use super::segment::Segment;
use super::stats::Stats;
use super::tokens;
use super::view::IndexView;
use crate::error::Result;
use crate::model::audience::{Class, ClassSet};
use crate::text::Lang;
use crate::time::Timestamp;

const CLASSES: u8 = 3;
const ORDINALS: u32 = 10;

/// A store: all renditions ever made, and the current ones.
#[derive(Default)]
pub struct Store {
    stamps: [Vec<u32>; 2],
    renditions: BTreeMap<(Space, u32, u32), Vec<IndexDoc>>,
    last: u32,
}

impl DocSource for Store {
    fn stamps(&self, space: Space) -> &[u32] {
        &self.stamps[space as usize]
    }

    fn rendition(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Vec<IndexDoc>> {
        Ok(self
            .renditions
            .get(&(space, ordinal, stamp))
            .cloned()
            .unwrap_or_default())
    }
}

impl Store {
    pub fn set(&mut self, space: Space, ordinal: u32, stamp: u32) {
        let stamps = &mut self.stamps[space as usize];
        stamps.resize(stamps.len().max(ordinal as usize + 1), 0);
        stamps[ordinal as usize] = stamp;
    }

    pub fn put(&mut self, space: Space, ordinal: u32, mut docs: Vec<IndexDoc>) -> Vec<IndexDoc> {
        self.last += 1;
        for doc in &mut docs {
            (doc.part.space, doc.ordinal, doc.stamp) = (space, ordinal, self.last);
        }
        self.renditions
            .insert((space, ordinal, self.last), docs.clone());
        self.set(space, ordinal, self.last);
        docs
    }

    pub fn live(&self) -> Vec<&IndexDoc> {
        self.renditions
            .iter()
            .filter(|((space, ordinal, stamp), _)| {
                self.stamps[*space as usize].get(*ordinal as usize) == Some(stamp)
            })
            .flat_map(|(_, docs)| docs)
            .collect()
    }

    #[cfg(feature = "disk")]
    pub fn dead(&self) -> Vec<(Space, u32, u32)> {
        let current = |key: &(Space, u32, u32)| {
            self.stamps[key.0 as usize].get(key.1 as usize) == Some(&key.2)
        };
        self.renditions
            .keys()
            .filter(|key| !current(key))
            .copied()
            .collect()
    }
}

pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms).unwrap()
}

/// A document of space-separated words: a title, and a body of weight 2 in which `~word` is another form of the word
/// before it.
pub fn doc(
    classes: u32,
    restricted: bool,
    lang: &str,
    window: Window,
    title: &str,
    body: &str,
) -> IndexDoc {
    let field = |field, weight, text: &str| {
        let mut position = 0;
        let tokens = text
            .split_whitespace()
            .map(|word| {
                let other = word.strip_prefix('~');
                position += u32::from(other.is_none());
                IndexToken {
                    term: other.unwrap_or(word).to_owned(),
                    position: position.max(1) - 1,
                    counts: other.is_none(),
                }
            })
            .collect();
        FieldTokens {
            field,
            weight,
            tokens,
        }
    };
    IndexDoc {
        part: PartKey {
            space: Space::Article,
            classes: ClassSet(classes),
            restricted,
            lang: Lang::of(lang),
        },
        ordinal: 0,
        stamp: 1,
        window,
        fields: vec![field(0, 6, title), field(3, 2, body)],
    }
}

/// Compares every result of the view with the store.
pub fn check(view: &IndexView, store: &Store, nows: &[i64]) {
    let live = store.live();
    let words: BTreeSet<&str> = live
        .iter()
        .flat_map(|doc| tokens::weighted_terms(doc))
        .map(|(term, _)| term)
        .chain(["absent"])
        .collect();
    let langs: BTreeSet<Lang> = live.iter().map(|doc| doc.part.lang).collect();
    for &now in nows {
        let now = at(now);
        for (space, class) in [Space::Article, Space::Case]
            .into_iter()
            .flat_map(|space| (0..CLASSES).map(move |class| (space, Class(class))))
        {
            let seen = |doc: &IndexDoc| doc.part.read_by(space, class) && doc.window.holds(now);
            let counted: Vec<&&IndexDoc> = live
                .iter()
                .filter(|doc| seen(doc) && !doc.part.restricted)
                .collect();
            let sum = |lang: Option<Lang>| {
                let mut stats = Stats::default();
                for doc in counted
                    .iter()
                    .filter(|doc| lang.is_none_or(|l| l == doc.part.lang))
                {
                    stats.add_doc(tokens::length(doc));
                }
                stats
            };
            let scope = view.scope(ReadScope { space, class, now });
            assert_eq!(scope.stats(), sum(None));
            for &lang in &langs {
                assert_eq!(scope.stats_in(lang), sum(Some(lang)));
                for word in &words {
                    let has = |doc: &IndexDoc| {
                        doc.part.lang == lang
                            && tokens::weighted_terms(doc)
                                .iter()
                                .any(|(term, _)| term == word)
                    };
                    let n = counted.iter().filter(|doc| has(doc)).count() as u64;
                    assert_eq!(
                        scope.doc_freq(lang, word),
                        n,
                        "{word} {lang:?} {class:?} {now}"
                    );
                }
            }
            for ordinal in 0..ORDINALS {
                for restricted_ok in [false, true] {
                    let expected = live.iter().find(|doc| {
                        doc.ordinal == ordinal
                            && seen(doc)
                            && (restricted_ok || !doc.part.restricted)
                    });
                    let found = view.locate(space, class, restricted_ok, now, ordinal);
                    assert_eq!(found.is_some(), expected.is_some());
                    if let (Some((segment, doc)), Some(expected)) = (found, expected) {
                        let columns = view.segments()[segment].segment().columns();
                        assert_eq!(columns.stamp[doc as usize], expected.stamp);
                        assert!(
                            view.visible(segment, doc, class, now) && scope.is_open(segment, doc)
                        );
                    }
                }
            }
        }
    }
    check_postings(view, &live, &words);
}

type Key = (PartKey, u32, u32);

/// Live postings, positions and terms, collected over all segments.
fn check_postings(view: &IndexView, live: &[&IndexDoc], words: &BTreeSet<&str>) {
    let mut found = BTreeSet::new();
    let mut found_places = BTreeSet::new();
    let mut found_docs = BTreeSet::new();
    for segment in view.segments() {
        let alive = segment.alive();
        let read = segment.segment();
        let columns = read.columns();
        let key = |doc: u32| -> Key {
            let i = doc as usize;
            (
                segment.part_of(doc).unwrap().1,
                columns.ordinal[i],
                columns.stamp[i],
            )
        };
        for doc in alive.iter() {
            assert!(found_docs.insert((
                key(doc),
                columns.length[doc as usize],
                columns.window(doc)
            )));
        }
        for part in 0..read.parts().len() {
            let mut terms = Vec::new();
            read.terms(part, "", &mut |term| {
                terms.push(term.to_owned());
                true
            });
            assert!(terms.is_sorted());
            for prefix in ["a", "w1", "é"] {
                let mut some = Vec::new();
                read.terms(part, prefix, &mut |term| {
                    some.push(term.to_owned());
                    true
                });
                assert!(
                    some.iter()
                        .eq(terms.iter().filter(|t| t.starts_with(prefix)))
                );
            }
            for word in words {
                let mut n = 0;
                if let Some(mut postings) = read.postings(part, word) {
                    loop {
                        let (docs, tfs) = postings.block();
                        for (&doc, &tf) in docs.iter().zip(tfs) {
                            n += 1;
                            if alive.has(doc) {
                                assert!(found.insert((key(doc), word.to_string(), tf)));
                            }
                            let mut seeking = read.postings(part, word).unwrap();
                            assert!(seeking.seek(doc) && seeking.block().0.contains(&doc));
                        }
                        if !postings.advance() {
                            break;
                        }
                    }
                    assert!(postings.block().0.is_empty());
                    assert!(!read.postings(part, word).unwrap().seek(u32::MAX - 1));
                }
                assert_eq!(read.doc_freq(part, word), n);
                assert_eq!(terms.iter().any(|term| term == word), n > 0);
                for field in [0, 1, 3] {
                    let Some(mut positions) = read.positions(part, field, word) else {
                        continue;
                    };
                    let mut into = Vec::new();
                    while let Some(doc) = positions.doc() {
                        positions.positions(&mut into);
                        if alive.has(doc) {
                            found_places.insert((key(doc), field, word.to_string(), into.clone()));
                        }
                        positions.seek(doc + 1);
                    }
                }
            }
        }
        read.health().unwrap();
    }
    let of = |doc: &IndexDoc| (doc.part, doc.ordinal, doc.stamp);
    let docs = live
        .iter()
        .map(|doc| (of(doc), tokens::length(doc), doc.window))
        .collect();
    assert_eq!(found_docs, docs);
    let mut expected = BTreeSet::new();
    let mut places: BTreeMap<(Key, u8, String), Vec<u32>> = BTreeMap::new();
    for doc in live {
        for (term, tf) in tokens::weighted_terms(doc) {
            expected.insert((of(doc), term.to_owned(), tf));
        }
        for (term, field, position) in tokens::places(doc) {
            places
                .entry((of(doc), field, term.to_owned()))
                .or_default()
                .push(position);
        }
    }
    assert_eq!(found, expected);
    let places = places
        .into_iter()
        .map(|((key, field, term), p)| (key, field, term, p))
        .collect();
    assert_eq!(found_places, places);
}

#[derive(Clone, Debug)]
pub enum Step {
    Put(Space, u32, Vec<IndexDoc>),
    /// The article is removed, or hidden from everybody.
    Drop(Space, u32),
    /// Many articles at once, as an import does.
    Load(Vec<(Space, u32, Vec<IndexDoc>)>),
    /// A query between writes, so that caches are filled.
    Ask(i64),
    Absorb,
    Reopen,
}

fn arb_doc(classes: u32) -> impl Strategy<Value = IndexDoc> {
    let word = prop_oneof!["[a-c]", "w[0-9]{1,2}", Just("été".to_owned()), "~[a-c]"];
    let text = || prop::collection::vec(word.clone(), 0..6).prop_map(|words| words.join(" "));
    let bound = |end: Timestamp| prop_oneof![2 => Just(end), 1 => (0i64..10).prop_map(at)];
    let window = (bound(Timestamp::MIN), bound(Timestamp::MAX));
    (
        any::<bool>(),
        prop::bool::weighted(0.2),
        window,
        text(),
        text(),
    )
        .prop_map(move |(de, restricted, (from, to), title, body)| {
            let lang = if de { "de" } else { "en" };
            doc(
                classes,
                restricted,
                lang,
                Window { from, to },
                &title,
                &body,
            )
        })
}

/// The class sets of one rendition do not overlap.
fn arb_docs() -> impl Strategy<Value = Vec<IndexDoc>> {
    prop_oneof![
        Just(()).prop_map(|()| Vec::new()),
        arb_doc(0b111).prop_map(|doc| vec![doc]),
        (arb_doc(0b001), arb_doc(0b110)).prop_map(|(a, b)| vec![a, b]),
        (arb_doc(0b001), arb_doc(0b010), arb_doc(0b100)).prop_map(|(a, b, c)| vec![a, b, c]),
    ]
}

pub fn arb_step(with_disk: bool) -> impl Strategy<Value = Step> {
    let space = || prop_oneof![3 => Just(Space::Article), 1 => Just(Space::Case)];
    let put = || (space(), 0..ORDINALS, arb_docs());
    let disk = u32::from(with_disk);
    prop_oneof![
        8 => put().prop_map(|(space, ordinal, docs)| Step::Put(space, ordinal, docs)),
        2 => (space(), 0..ORDINALS).prop_map(|(space, ordinal)| Step::Drop(space, ordinal)),
        1 => prop::collection::vec(put(), 1..12).prop_map(Step::Load),
        3 => (-1i64..11).prop_map(Step::Ask),
        4 * disk => Just(Step::Absorb),
        2 * disk => Just(Step::Reopen),
    ]
}

pub fn write(
    view: &mut IndexView,
    store: &mut Store,
    space: Space,
    ordinal: u32,
    docs: Vec<IndexDoc>,
) {
    *view = view.kill(space, ordinal, store).unwrap();
    let docs = store.put(space, ordinal, docs);
    *view = view.add(&docs).unwrap();
}

pub fn in_memory(view: &mut IndexView, store: &mut Store, step: &Step) {
    match step {
        Step::Put(space, ordinal, docs) => write(view, store, *space, *ordinal, docs.clone()),
        Step::Drop(space, ordinal) => {
            *view = view.kill(*space, *ordinal, store).unwrap();
            store.set(*space, *ordinal, 0);
        }
        Step::Load(puts) => {
            let mut all = Vec::new();
            let mut given = BTreeSet::new();
            for (space, ordinal, docs) in puts {
                if given.insert((*space, *ordinal)) {
                    *view = view.kill(*space, *ordinal, store).unwrap();
                    all.extend(store.put(*space, *ordinal, docs.clone()));
                }
            }
            *view = view.add(&all).unwrap();
        }
        Step::Ask(now) => check(view, store, &[*now]),
        Step::Absorb | Step::Reopen => {}
    }
}

pub const NOWS: [i64; 7] = [5, 4, 9, -1, 0, 10, 6];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn memory_counts_as_a_recount_does(
        steps in prop::collection::vec(arb_step(false), 1..40),
    ) {
        let (mut view, mut store) = (IndexView::default(), Store::default());
        for step in &steps {
            let before = view.clone();
            in_memory(&mut view, &mut store, step);
            drop(before);
        }
        check(&view, &store, &NOWS);
        // The result is the same with all documents in one segment.
        let live: Vec<IndexDoc> = store.live().into_iter().cloned().collect();
        check(&IndexView::default().add(&live).unwrap(), &store, &NOWS);
    }
}

#[test]
fn segments_in_memory_stay_few() {
    let (mut view, mut store) = (IndexView::default(), Store::default());
    for i in 0..500u32 {
        let body = format!("word{} common", i % 50);
        let new = doc(1, false, "en", Window::ALWAYS, "title", &body);
        write(&mut view, &mut store, Space::Article, i % 300, vec![new]);
        assert!(view.segments().len() <= 10, "{}", view.segments().len());
    }
    let scope = view.scope(ReadScope {
        space: Space::Article,
        class: Class(0),
        now: at(0),
    });
    assert_eq!(scope.stats().docs, 300);
    assert_eq!(scope.doc_freq(Lang::of("en"), "common"), 300);
    assert_eq!(view.n_fresh(), 300);
}

#[test]
fn long_postings_are_read_in_blocks() {
    let docs: Vec<IndexDoc> = (0..1_000)
        .map(|ordinal| {
            let body = if ordinal % 3 == 0 { "third all" } else { "all" };
            IndexDoc {
                ordinal,
                ..doc(1, false, "en", Window::ALWAYS, "", body)
            }
        })
        .collect();
    let mem = MemSegment::build(&docs).unwrap();
    assert_blocks(&mem);
    #[cfg(feature = "disk")]
    {
        let mut builder = super::disk::segment::SegmentBuilder::new(16 << 20).unwrap();
        docs.iter().for_each(|doc| builder.add(doc).unwrap());
        assert_blocks(&builder.finish().unwrap());
    }
}

fn assert_blocks(segment: &dyn Segment) {
    for (term, step) in [("all", 1), ("third", 3)] {
        for target in 0..1_001u32 {
            let mut postings = segment.postings(0, term).unwrap();
            let first = target.next_multiple_of(step);
            let found = postings.seek(target);
            assert_eq!(found, first < 1_000, "{term} {target}");
            if found {
                let (docs, tfs) = postings.block();
                assert!(docs.contains(&first) && docs.len() <= super::postings::BLOCK);
                assert!(tfs.iter().all(|&tf| tf == 2));
                // Seeking backwards, or to the same document, does not move.
                let block = docs.to_vec();
                assert!(postings.seek(target) && postings.seek(0));
                assert_eq!(postings.block().0, block);
            } else {
                assert!(postings.block().0.is_empty() && !postings.advance());
            }
        }
    }
}
