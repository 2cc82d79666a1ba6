//! Compares every result of a packed segment with the segment in memory it was made of.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::index::FIELDS;
use crate::index::memory::MemSegment;
use crate::index::partition::IndexDoc;
use crate::index::tests::{at, doc};

fn packed(docs: &[IndexDoc]) -> (MemSegment, PackedSegment) {
    let mem = MemSegment::build(docs).unwrap();
    let packed = write::write(&mem);
    assert_eq!(packed, write::write(&MemSegment::build(docs).unwrap()));
    (mem, opened(packed).unwrap())
}

fn opened(packed: Packed) -> Result<PackedSegment> {
    let terms = SortedTable::open(&packed.terms.firsts).unwrap();
    let segment = PackedSegment::open(&packed.columns, terms)?;
    let blocks = [packed.terms.blocks, packed.places];
    for (lazy_blocks, blocks) in segment.lazy_blocks().into_iter().zip(blocks) {
        assert_eq!((lazy_blocks.misses(), lazy_blocks.len()), (0, blocks.len()));
        for (number, block) in blocks.into_iter().enumerate() {
            lazy_blocks.set(number, block);
        }
    }
    Ok(segment)
}

fn postings(segment: &dyn Segment, part: usize, term: &str) -> Vec<(Vec<DocId>, Vec<u32>)> {
    let Some(mut list) = segment.postings(part, term) else {
        return Vec::new();
    };
    let mut blocks = Vec::new();
    loop {
        let (docs, tfs) = list.block();
        blocks.push((docs.to_vec(), tfs.to_vec()));
        if !list.advance() {
            assert!(list.block().0.is_empty() && !list.advance() && !list.seek(0));
            return blocks;
        }
    }
}

fn places(segment: &dyn Segment, part: usize, term: &str) -> Vec<(u8, DocId, Vec<u32>)> {
    let mut found = Vec::new();
    for field in 0..FIELDS as u8 {
        let Some(mut places) = segment.positions(part, field, term) else {
            continue;
        };
        let mut positions = Vec::new();
        while let Some(doc) = places.doc() {
            places.positions(&mut positions);
            found.push((field, doc, positions.clone()));
            places.seek(doc + 1);
        }
    }
    found
}

fn terms(segment: &dyn Segment, part: usize, prefix: &str) -> Vec<String> {
    let mut terms = Vec::new();
    segment.terms(part, prefix, &mut |term| {
        terms.push(term.to_owned());
        true
    });
    terms
}

fn same(mem: &MemSegment, packed: &PackedSegment) {
    let (a, b) = (mem.columns(), packed.columns());
    assert_eq!(
        (&a.ordinal, &a.stamp, &a.part, &a.length, &a.fieldnorm_id),
        (&b.ordinal, &b.stamp, &b.part, &b.length, &b.fieldnorm_id)
    );
    assert_eq!((&a.windows, &a.by_ordinal), (&b.windows, &b.by_ordinal));
    assert_eq!(mem.parts(), packed.parts());
    let n = a.len();
    for part in 0..=mem.parts().len() {
        let all = terms(mem, part, "");
        assert_eq!(all, terms(packed, part, ""));
        let prefixes: BTreeSet<&str> = all.iter().filter_map(|term| term.get(..1)).collect();
        for prefix in prefixes {
            assert_eq!(terms(mem, part, prefix), terms(packed, part, prefix));
        }
        for term in all.iter().map(String::as_str).chain(["none"]) {
            assert_eq!(mem.doc_freq(part, term), packed.doc_freq(part, term));
            assert_eq!(postings(mem, part, term), postings(packed, part, term));
            assert_eq!(places(mem, part, term), places(packed, part, term));
            for target in (0..n + 2).step_by(1 + n as usize / 9) {
                let of = |segment: &dyn Segment| {
                    segment.postings(part, term).map(|mut list| {
                        let found = list.seek(target);
                        (found, list.block().0.to_vec(), list.block().1.to_vec())
                    })
                };
                let (a, b) = (of(mem), of(packed));
                assert_eq!(a, b, "{term} from {target}");
            }
            if let (Some(held), Some(mut list)) =
                (packed.impacts(part, term), mem.postings(part, term))
            {
                let scanned = Impacts::scan(list.as_mut(), &a.fieldnorm_id);
                assert_eq!(held.n_runs(), scanned.n_runs());
                for run in 0..held.n_runs() {
                    assert_eq!(held.impacts_of(run), scanned.impacts_of(run));
                }
            }
        }
    }
    packed.health().unwrap();
    assert_eq!(packed.lazy_blocks().map(LazyBlocks::misses), [0, 0]);
}

fn arb_doc() -> impl Strategy<Value = IndexDoc> {
    let text = prop::collection::vec("[a-d]{1,2}|~[x-z]|été", 0..9);
    (
        1u32..3,
        any::<bool>(),
        prop::option::of(-5i64..5),
        text.clone(),
        text,
        0u32..50,
    )
        .prop_map(|(classes, restricted, from, title, body, ordinal)| {
            let window = Window {
                from: from.map_or(Timestamp::MIN, at),
                to: Timestamp::MAX,
            };
            let lang = if ordinal % 3 == 0 { "de" } else { "en" };
            let mut doc = doc(
                classes,
                restricted,
                lang,
                window,
                &title.join(" "),
                &body.join(" "),
            );
            doc.ordinal = ordinal;
            doc
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_packed_segment_reads_as_the_one_it_was_made_of(
        docs in prop::collection::vec(arb_doc(), 0..40),
    ) {
        let (mem, packed) = packed(&docs);
        same(&mem, &packed);
    }

    /// Damaged bytes read as absent terms and never cause a panic.
    #[test]
    fn damage_is_told_or_harmless(at in any::<prop::sample::Index>(), bit in 0u8..8, run in 0usize..4) {
        let docs: Vec<IndexDoc> = (0..300).map(long_doc).collect();
        let mut packed = write::write(&MemSegment::build(&docs).unwrap());
        let bytes = match run {
            0 => &mut packed.columns,
            1 | 2 => &mut packed.terms.blocks[0],
            _ => &mut packed.places[0],
        };
        let n = at.index(bytes.len());
        bytes[n] ^= 1 << bit;
        if let Ok(segment) = opened(packed) {
            for part in 0..2 {
                terms(&segment, part, "");
            }
            for term in ["all", "w1", "even", "none"] {
                postings(&segment, 0, term);
                places(&segment, 0, term);
                segment.impacts(0, term);
            }
        }
    }
}

fn long_doc(ordinal: u32) -> IndexDoc {
    let even = if ordinal.is_multiple_of(2) {
        " even even"
    } else {
        ""
    };
    let body = format!(
        "all w{} {}{even}",
        ordinal % 40,
        "filler ".repeat(ordinal as usize % 7)
    );
    let mut doc = doc(1, false, "en", Window::ALWAYS, "the title", &body);
    doc.ordinal = ordinal;
    doc
}

#[test]
fn lists_of_many_blocks_read_as_they_were_written() {
    let docs: Vec<IndexDoc> = (0..1_000).map(long_doc).collect();
    let (mem, packed) = packed(&docs);
    same(&mem, &packed);
    assert_eq!(packed.impacts(0, "all").unwrap().n_runs(), 8);
    assert!(packed.impacts(0, "w1").is_none());
}

#[test]
fn what_is_not_here_is_absent_and_wanted() {
    let docs: Vec<IndexDoc> = (0..1_000).map(many_words).collect();
    let mem = MemSegment::build(&docs).unwrap();
    let packed = write::write(&mem);
    let n = packed.terms.blocks.len();
    assert!(n > 1 + AHEAD && packed.places.len() == n, "{n} blocks");
    let terms = SortedTable::open(&packed.terms.firsts).unwrap();
    let segment = PackedSegment::open(&packed.columns, terms).unwrap();
    let [lists, places] = segment.lazy_blocks();
    let misses = || [lists.misses(), places.misses()];

    assert_eq!(segment.doc_freq(0, "w1000"), 0);
    assert_eq!(misses(), [1, 0]);
    let wanted = lists.take_wanted();
    assert!(wanted.len() == 1 && lists.take_wanted().is_empty());
    let number = wanted[0] as usize;
    lists.set(number, packed.terms.blocks[number].clone());
    assert_eq!(segment.doc_freq(0, "w1000"), mem.doc_freq(0, "w1000"));
    assert_eq!(misses(), [1, 0]);

    // Positions are requested only of a term with postings.
    assert!(segment.positions(0, 3, "w1000").is_none());
    assert!(segment.positions(0, 3, "w1000a").is_none());
    assert_eq!(misses(), [1, 1]);
    assert_eq!(places.take_wanted(), wanted);
    places.set(number, packed.places[number].clone());
    assert!(segment.positions(0, 3, "w1000").is_some());

    // A scan of terms requests the next blocks.
    segment.terms(0, "", &mut |_| true);
    assert_eq!(lists.take_wanted().len(), AHEAD);
    let held = packed.terms.blocks[number].len() + packed.places[number].len();
    assert_eq!(segment.bytes(), segment.columns().bytes() + held as u64);
    segment.health().unwrap();
}

fn many_words(ordinal: u32) -> IndexDoc {
    let body: Vec<String> = (0..9).map(|n| format!("w{}", ordinal + n * 500)).collect();
    let mut doc = doc(1, false, "en", Window::ALWAYS, "the title", &body.join(" "));
    doc.ordinal = ordinal;
    doc
}
