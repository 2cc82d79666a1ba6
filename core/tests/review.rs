//! The review queue: its order by risk, and its filter by owner.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::sync::Arc;

use kenpoint::model::{
    ArticleDraft, Confidence, Event, EventKind, FlagReason, FreshnessPolicy, Kind,
};
use kenpoint::{Base, FixedClock, ReviewRequest, Timestamp};

fn day(day: i64) -> Timestamp {
    "2026-01-01".parse::<Timestamp>().unwrap().plus_days(day)
}

fn article(id: &str, audience: &str, owner: &str) -> ArticleDraft {
    let mut draft = ArticleDraft::new(id, Kind::Product, id)
        .audience(audience)
        .confidence(Confidence::Validated);
    draft.freshness = Some(FreshnessPolicy::Date { at: day(100) });
    draft.owner = Some(owner.to_owned());
    draft
}

#[test]
fn risk_is_chance_times_use_times_harm() {
    let clock = Arc::new(FixedClock::at(day(0)));
    let base = Base::in_memory().clock(Arc::clone(&clock)).open().unwrap();
    for (id, audience, owner) in [
        ("inside", "internal", "ann"),
        ("outside", "public", "ann"),
        ("used", "public", "bob"),
        ("fresh", "public", "bob"),
    ] {
        base.put(article(id, audience, owner)).unwrap();
    }
    clock.set(day(100));
    base.verify_article("fresh", "ann").unwrap();
    for i in 0..3 {
        let vote = EventKind::Rated {
            article: "used".into(),
            value: 1.0,
        };
        base.record(Event::new(day(100), vote).by(format!("reader-{i}")))
            .unwrap();
    }
    clock.set(day(100));
    let queue = base.reviews().queue(&ReviewRequest::new()).unwrap();
    let order: Vec<&str> = queue.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(order, ["used", "outside", "inside"]);
    // Age 100 days of an interval of 100: the policy's chance, .2. Three uses; harm outside is 2.
    let used = &queue[0];
    assert!(
        (used.wrong - 0.2).abs() < 1e-12 && (used.demand - 3.0).abs() < 1e-9,
        "{used:?}"
    );
    assert!((used.risk - 0.2 * 4.0 * 2.0).abs() < 1e-9);
    let of_ann = base
        .reviews()
        .queue(&ReviewRequest::new().owner("ann"))
        .unwrap();
    assert_eq!(of_ann.len(), 2);
}

#[test]
fn suspicion_brings_an_article_into_the_queue_and_verification_takes_it_out() {
    let clock = Arc::new(FixedClock::at(day(0)));
    let base = Base::in_memory().clock(Arc::clone(&clock)).open().unwrap();
    base.put(article("lamp", "public", "ann")).unwrap();
    clock.set(day(1));
    base.flag("lamp", FlagReason::Unsafe, "reader").unwrap();
    let queue = base.reviews().queue(&ReviewRequest::new()).unwrap();
    assert_eq!((queue[0].wrong, queue[0].harm), (0.5, 8.0));
    clock.set(day(2));
    base.verify_article("lamp", "ann").unwrap();
    assert!(
        base.reviews()
            .queue(&ReviewRequest::new())
            .unwrap()
            .is_empty()
    );
    assert!(
        base.reviews()
            .queue(&ReviewRequest::new().limit(0))
            .is_err()
    );
}
