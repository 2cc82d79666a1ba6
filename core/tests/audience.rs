//! I3: a base with hidden articles and a base whose log never named them give byte-identical answers: results, scores,
//! order, snippets, explanations, suggestions, tokens, errors.
//!
//! `KENPOINT_QUERIES` sets the number of questions (default 2000), `KENPOINT_SEED` the first seed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use common::{World, ask, empty_at, named, replay, size};
use kenpoint::Timestamp;
use kenpoint::model::Viewer;

fn viewers() -> Vec<Viewer> {
    let mut viewers: Vec<Viewer> = ["public", "customer", "partner", "internal", "team"]
        .into_iter()
        .map(Viewer::new)
        .collect();
    viewers.push(Viewer::new("public").entitled_to("gold0"));
    viewers.push(Viewer::new("internal").entitled_to("gold1"));
    viewers
}

fn check(world: &World, viewer: &Viewer, now: Timestamp, seeds: std::ops::Range<u64>) -> usize {
    let without = empty_at("2026-12-31");
    let seen = |id: &String| world.sees(viewer, now, id);
    replay(
        &without,
        world
            .log
            .iter()
            .filter(|(_, event)| named(event).iter().all(seen)),
    );
    let mut n_hits = 0;
    for seed in seeds {
        let (a, b) = (
            ask(&world.base, seed, viewer, now, world),
            ask(&without, seed, viewer, now, world),
        );
        n_hits += usize::from(a.contains("\"score\""));
        assert_eq!(a, b, "{viewer:?} at {now}, question {seed}");
    }
    n_hits
}

#[test]
fn i3_hidden_articles_change_nothing() {
    let n_queries = size("KENPOINT_QUERIES", 2_000);
    let first = size("KENPOINT_SEED", 1) as u64;
    let (mut asked, mut hits, mut seed) = (0, 0, first);
    while asked < n_queries {
        let mut world = World::new(seed).live(80);
        for _ in 0..3 {
            for viewer in viewers() {
                let last = world.now;
                for now in [last, last.plus_days(-9), last.plus_days(40)] {
                    let from = seed * 1_000_000 + asked as u64;
                    hits += check(&world, &viewer, now, from..from + 12);
                    asked += 12;
                }
            }
            world = world.live(60);
        }
        seed += 1;
    }
    assert!(
        hits * 3 > asked,
        "only {hits} of {asked} answers had results"
    );
}
