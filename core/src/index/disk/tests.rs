//! Compares the follower with a recount, under damage and under failure.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::Follower;
use crate::error::Result;
use crate::index::partition::{DocSource, IndexDoc, Space, Window};
use crate::index::segment::Segment;
use crate::index::tests::{NOWS, Step, Store, arb_step, at, check, doc, in_memory, write};
use crate::index::view::IndexView;

const EPOCH: u32 = 7;
const BASE: u64 = 42;

struct Indexed {
    view: IndexView,
    store: Store,
    follower: Follower,
    seq: u64,
}

fn open(dir: &Path, seq: u64) -> (Follower, Vec<Arc<dyn Segment>>) {
    let (follower, segments) = Follower::open(dir, EPOCH, BASE, seq).unwrap();
    // Every other call has a budget that each document exceeds, so there are many segments to merge.
    let budget = if seq.is_multiple_of(2) { 1 } else { 16 << 20 };
    (follower.with_budget(budget), segments)
}

impl Indexed {
    fn new(dir: &Path) -> Indexed {
        let (follower, _) = open(dir, 0);
        Indexed {
            view: IndexView::default(),
            store: Store::default(),
            follower,
            seq: 0,
        }
    }

    fn append(&mut self) -> Result<()> {
        let fresh = self.view.fresh();
        let docs: Vec<IndexDoc> = fresh
            .iter()
            .flat_map(|&(space, ordinal, stamp)| {
                self.store.rendition(space, ordinal, stamp).unwrap()
            })
            .collect();
        let segments =
            self.follower
                .append(docs.into_iter().map(Ok), &self.store.dead(), self.seq + 1)?;
        self.seq += 1;
        self.view = self.view.with_disk(&segments, &self.store)?;
        assert_eq!(self.view.n_fresh(), 0);
        Ok(())
    }

    fn reopen(&mut self, dir: &Path) {
        let (follower, segments) = open(dir, self.seq);
        assert_eq!(follower.seq(), self.seq);
        follower.learn_dead(&self.store);
        self.follower = follower;
        self.view = IndexView::open(&segments, &self.store).unwrap();
        let docs: Vec<IndexDoc> = Follower::missing(&segments, &self.store)
            .into_iter()
            .flat_map(|(space, ordinal)| {
                let stamp = self.store.stamps(space)[ordinal as usize];
                self.store.rendition(space, ordinal, stamp).unwrap()
            })
            .collect();
        self.view = self.view.add(&docs).unwrap();
    }

    fn step(&mut self, dir: &Path, step: &Step) {
        match step {
            Step::Absorb => self.append().unwrap(),
            Step::Reopen => self.reopen(dir),
            other => in_memory(&mut self.view, &mut self.store, other),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn disk_and_memory_count_as_a_recount_does(
        steps in prop::collection::vec(arb_step(true), 1..30),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut indexed = Indexed::new(dir.path());
        for step in &steps {
            indexed.step(dir.path(), step);
        }
        check(&indexed.view, &indexed.store, &NOWS);
        indexed.append().unwrap();
        check(&indexed.view, &indexed.store, &NOWS);
        indexed.reopen(dir.path());
        prop_assert_eq!(indexed.view.n_fresh(), 0);
        check(&indexed.view, &indexed.store, &NOWS);
    }
}

/// Three segments, the first of them merged, with a deleted document.
fn filled(dir: &Path) -> Indexed {
    let mut indexed = Indexed::new(dir);
    for (round, n) in [(0, 9u32), (1, 4), (2, 2)] {
        for ordinal in 0..n {
            let body = format!("a w{ordinal} été");
            let window = Window {
                from: at(3),
                to: at(6 + i64::from(ordinal)),
            };
            let new = doc(0b111, false, "en", window, &format!("w{round}"), &body);
            write(
                &mut indexed.view,
                &mut indexed.store,
                Space::Article,
                ordinal,
                vec![new],
            );
        }
        indexed.append().unwrap();
    }
    indexed
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn damage_is_begun_anew_and_never_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let whole = filled(dir.path());
    let contents: Vec<_> = files(dir.path())
        .into_iter()
        .map(|p| (p.clone(), std::fs::read(p).unwrap()))
        .collect();
    assert!(contents.len() >= 2);
    let restore = |skip: Option<&Path>, put: Option<Vec<u8>>| {
        for path in files(dir.path()) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &contents {
            match (Some(path.as_path()) == skip, &put) {
                (false, _) => std::fs::write(path, bytes).unwrap(),
                (true, Some(bytes)) => std::fs::write(path, bytes).unwrap(),
                (true, None) => {}
            }
        }
    };
    for (path, bytes) in &contents {
        let flips = (0..bytes.len())
            .step_by((bytes.len() / 40).max(1))
            .map(|i| {
                let mut damaged = bytes.clone();
                damaged[i] ^= 1 << (i % 8);
                Some(damaged)
            });
        let cuts = [0, 1, bytes.len() / 2, bytes.len() - 1].map(|n| Some(bytes[..n].to_vec()));
        for damaged in flips.chain(cuts).chain([None]) {
            restore(Some(path), damaged);
            let (follower, segments) = open(dir.path(), whole.seq);
            assert_eq!(
                (follower.seq(), segments.len()),
                (0, 0),
                "{}",
                path.display()
            );
            assert_eq!(files(dir.path()).len(), 1);
        }
    }
    // The store rebuilds the index.
    let mut again = Indexed { seq: 0, ..whole };
    again.reopen(dir.path());
    again.append().unwrap();
    check(&again.view, &again.store, &NOWS);
}

#[test]
fn another_base_epoch_or_a_newer_index_is_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    for (epoch, base, seq) in [(EPOCH + 1, BASE, 9), (EPOCH, BASE + 1, 9), (EPOCH, BASE, 2)] {
        let kept = filled(dir.path());
        assert_eq!(kept.seq, 3);
        let (follower, segments) = Follower::open(dir.path(), EPOCH, BASE, 9).unwrap();
        assert!(follower.seq() == 3 && !segments.is_empty());
        let (follower, segments) = Follower::open(dir.path(), epoch, base, seq).unwrap();
        assert_eq!((follower.seq(), segments.len()), (0, 0));
        std::fs::remove_dir_all(dir.path()).unwrap();
    }
}

#[test]
fn files_of_others_stay_and_orphans_go() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    std::fs::write(dir.path().join("00000000000000ff.kenpack"), "half").unwrap();
    let n = files(dir.path()).len();
    let (follower, _) = open(dir.path(), 3);
    assert_eq!(files(dir.path()).len(), n - 1);
    assert!(dir.path().join("notes.txt").exists());
    assert_eq!(follower.seq(), 3);
}

#[test]
fn a_failed_absorb_leaves_all_as_it_was_and_the_next_one_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let mut indexed = filled(dir.path());
    let new = doc(0b111, false, "en", Window::ALWAYS, "late", "a");
    write(
        &mut indexed.view,
        &mut indexed.store,
        Space::Case,
        0,
        vec![new],
    );
    let before = files(dir.path());

    let broken = std::iter::once(Err(crate::error::Error::internal("test")));
    assert!(indexed.follower.append(broken, &[], 9).is_err());
    assert_eq!((files(dir.path()), indexed.follower.seq()), (before, 3));
    check(&indexed.view, &indexed.store, &NOWS);

    // Folders occupy the names of the files that the next two attempts write.
    for name in [
        "manifest.kenidx.new".to_owned(),
        format!("{:016x}.kenpack", 100),
    ] {
        std::fs::create_dir(dir.path().join(&name)).unwrap();
        let (segments, seq) = (indexed.view.clone(), indexed.seq);
        if name.starts_with("manifest") {
            let error = indexed.append().unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::Io);
            assert!(error.message().contains("manifest"), "{error}");
        }
        assert_eq!((indexed.follower.seq(), indexed.seq), (seq, seq));
        check(&segments, &indexed.store, &NOWS);
        std::fs::remove_dir(dir.path().join(&name)).unwrap();
    }
    indexed.append().unwrap();
    check(&indexed.view, &indexed.store, &NOWS);
    indexed.reopen(dir.path());
    check(&indexed.view, &indexed.store, &NOWS);
}

#[test]
fn absorbing_twice_is_absorbing_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut indexed = filled(dir.path());
    let docs: Vec<IndexDoc> = indexed.store.live().into_iter().cloned().collect();
    let twice = docs.clone().into_iter().chain(docs).map(Ok);
    let segments = indexed.follower.append(twice, &[], 4).unwrap();
    indexed.view = indexed.view.with_disk(&segments, &indexed.store).unwrap();
    check(&indexed.view, &indexed.store, &NOWS);
}

#[test]
fn a_cleared_index_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut indexed = filled(dir.path());
    indexed.follower.clear().unwrap();
    assert_eq!((indexed.follower.seq(), files(dir.path()).len()), (0, 1));
    indexed.seq = 0;
    indexed.reopen(dir.path());
    indexed.append().unwrap();
    check(&indexed.view, &indexed.store, &NOWS);
}
