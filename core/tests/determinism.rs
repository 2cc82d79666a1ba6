//! Determinism: the same operations give bit-identical answers, whatever the threads, the order of arrival of commuting
//! events (I1), the segments, the disk and the state of its index.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use std::path::Path;

use common::{Rng, World, ask, at, empty_at, replay, size, words};
use kenpoint::model::{Event, EventKind, LinkDraft, LinkType, Viewer};
use kenpoint::{Base, FixedClock, Recorded, Timestamp};

/// All answers of a base for several classes, and the evidence of each article.
fn says(base: &Base, world: &World) -> Vec<String> {
    let mut said = Vec::new();
    for (i, label) in ["public", "partner", "internal", "team"].iter().enumerate() {
        let viewer = Viewer::new(*label).entitled_to("gold0");
        for n in 0..size("KENPOINT_ANSWERS", 25) as u64 {
            let now = world.now.plus_days([0, 2, 90][n as usize % 3]);
            said.push(ask(base, 100 * i as u64 + n, &viewer, now, world));
        }
    }
    for id in &world.articles {
        said.push(format!("{id}: {:?}", base.evidence(id).unwrap()));
        said.push(format!(
            "{id}: {:?}",
            base.solve_rate(id, Some(world.now)).unwrap().to_bits()
        ));
    }
    said
}

fn same(a: &[String], b: &[String], what: &str) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a, b, "{what}");
    }
}

/// Makes reads, votes and links over three days, in overlapping sessions; no puts and no changes of state.
fn commuting(world: &World, seed: u64, n: usize) -> Vec<(Timestamp, Event)> {
    let mut rng = Rng(seed);
    let lasting: Vec<&String> = world
        .articles
        .iter()
        .filter(|id| id.starts_with("a-"))
        .collect();
    (0..n)
        .map(|i| {
            let when = world.now.plus_ms(rng.below(3 * 24 * 60) as i64 * 60_000);
            let article = (*rng.pick(&lasting)).clone();
            let what = match rng.below(12) {
                0..=1 => EventKind::Searched {
                    query: words(&mut rng, 3),
                },
                2..=4 => EventKind::Viewed {
                    article,
                    impression: None,
                },
                5 => EventKind::Solved { article },
                6 => EventKind::DidNotSolve { article },
                7 => EventKind::Rated {
                    article,
                    value: rng.below(5) as f64 / 4.0,
                },
                8 => EventKind::Returned {
                    article,
                    after_s: 2.0,
                },
                9 => EventKind::Copied { article },
                _ => {
                    let case = rng.pick(&world.cases).clone();
                    let link =
                        *rng.pick(&[LinkType::Resolved, LinkType::Helped, LinkType::TriedFailed]);
                    EventKind::Linked {
                        link: LinkDraft::new(case, article, link),
                    }
                }
            };
            let mut event = Event::new(when, what).id(format!("x{i:05}"));
            event.audience = Some(rng.pick(&common::LABELS).to_string());
            event.session = Some(format!("v{}", rng.below(25)));
            event.party = rng.one_in(2).then(|| format!("party{}", rng.below(12)));
            event.actor = rng.one_in(4).then(|| format!("actor{}", rng.below(5)));
            (world.now, event)
        })
        .collect()
}

#[test]
fn i1_evidence_commutes_from_four_threads() {
    for seed in 0..size("KENPOINT_WORLDS", 3) as u64 {
        let world = World::new(seed + 20).live(120);
        let events = commuting(&world, seed, size("KENPOINT_EVENTS", 400));
        let ordered = empty_at("2026-12-31");
        replay(&ordered, &world.log);
        replay(&ordered, &events);
        let expected = says(&ordered, &world);
        let mut shuffled = events.clone();
        Rng(seed + 1).shuffle(&mut shuffled);
        let threads = empty_at("2026-12-31");
        replay(&threads, &world.log);
        std::thread::scope(|scope| {
            for part in shuffled.chunks(shuffled.len().div_ceil(4)) {
                let base = threads.clone();
                scope.spawn(move || {
                    for (_, event) in part {
                        base.record_arrived(vec![event.clone()], at("2026-12-31"))
                            .unwrap();
                    }
                });
            }
        });
        same(&expected, &says(&threads, &world), "four threads");
        threads.verify().unwrap();
        ordered.verify().unwrap();
    }
}

#[test]
fn i1_cases_and_visits_commute() {
    // A case that names its session and its customer, and the reads of that session, in every order:
    // nothing is lost, nothing counts twice.
    let base = || {
        let base = empty_at("2026-12-31");
        for id in ["a", "b"] {
            let draft = kenpoint::model::ArticleDraft::new(id, kenpoint::model::Kind::Product, id)
                .audience("public")
                .confidence(kenpoint::model::Confidence::Validated);
            base.put(draft).unwrap();
        }
        base
    };
    let t = |minutes: i64| at("2026-03-01").plus_ms(minutes * 60_000);
    let view = |id: &str, article: &str, minute, session: &str| {
        Event::new(
            t(minute),
            EventKind::Viewed {
                article: article.into(),
                impression: None,
            },
        )
        .id(id)
        .session(session)
    };
    let case = |id: &str, minute, session: Option<&str>| {
        let mut draft = kenpoint::model::CaseDraft::new(id, kenpoint::model::CaseKind::Service)
            .opened(t(minute))
            .party("p");
        draft.session = session.map(str::to_owned);
        Event::new(
            t(minute),
            EventKind::CaseOpened {
                case: Box::new(draft),
            },
        )
        .id(format!("case-{id}"))
    };
    let events = [
        view("1", "a", 0, "s").party("p"),
        view("2", "b", 5, "s"),
        view("3", "a", 60, "z").party("p"),
        case("c1", 70, Some("s")),
        case("c2", 70, None),
        view("4", "b", 90, "y").party("p").audience("internal"),
    ];
    let mut orders = vec![Vec::new()];
    for i in 0..events.len() {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut next = order.clone();
                    next.insert(at, i);
                    next
                })
            })
            .collect();
    }
    assert_eq!(orders.len(), 720);
    let mut expected = None;
    for order in orders {
        let base = base();
        for i in &order {
            base.record(events[*i].clone()).unwrap();
        }
        let rows = (base.evidence("a").unwrap(), base.evidence("b").unwrap());
        assert!(
            rows.0.iter().chain(&rows.1).all(|row| row.amount > 0.0),
            "{order:?}"
        );
        assert_eq!(
            expected.get_or_insert_with(|| rows.clone()),
            &rows,
            "{order:?}"
        );
        base.verify().unwrap();
    }
}

fn disk(folder: &Path, index_flush_docs: u64, background: bool) -> Base {
    Base::on_disk(folder)
        .clock(FixedClock::at(at("2026-12-31")))
        .seed(7)
        .index_flush_docs(index_flush_docs)
        .background(background)
        .open()
        .unwrap()
}

#[test]
fn segments_disk_and_reopening_change_no_bit() {
    let world = World::new(31).live(size("KENPOINT_STEPS", 160));
    let (expected, digest) = (says(&world.base, &world), world.base.digest().unwrap());
    for (index_flush_docs, background) in [(1, false), (7, false), (7, true), (10_000, true)] {
        let what = format!("index_flush_docs {index_flush_docs}, background {background}");
        let folder = tempfile::tempdir().unwrap();
        let base = disk(folder.path(), index_flush_docs, background);
        replay(&base, &world.log);
        same(&expected, &says(&base, &world), &what);
        base.close().unwrap();
        let base = disk(folder.path(), 10_000, false);
        same(
            &expected,
            &says(&base, &world),
            &format!("{what}, opened again"),
        );
        assert_eq!(base.digest().unwrap(), digest);
        base.verify().unwrap();
        base.close().unwrap();
        std::fs::remove_dir_all(folder.path().join("index")).unwrap();
        let base = disk(folder.path(), 5, false);
        same(
            &expected,
            &says(&base, &world),
            &format!("{what}, index made anew"),
        );
        base.close().unwrap();
    }
}

#[test]
fn putting_again_what_is_there_changes_no_bit() {
    let mut world = World::new(12);
    let drafts: Vec<_> = (0..40).map(|i| world.draft(&format!("a-{i:03}"))).collect();
    for draft in &drafts {
        assert_eq!(
            world.base.put(draft.clone()).unwrap().outcome,
            Recorded::New
        );
        world.articles.push(draft.id.clone());
    }
    let (expected, digest) = (says(&world.base, &world), world.base.digest().unwrap());
    let mut again = drafts.clone();
    for _ in 0..6 {
        world.rng.shuffle(&mut again);
        for draft in &again {
            let done = world.base.put(draft.clone()).unwrap();
            assert_eq!((done.outcome, done.version), (Recorded::Unchanged, 1));
        }
    }
    assert_eq!(world.base.digest().unwrap(), digest);
    same(&expected, &says(&world.base, &world), "put again");
    // Putting in another order changes the ordinals, but no score and no order of results.
    let other = empty_at("2026-12-31");
    for draft in &again {
        other.put(draft.clone()).unwrap();
    }
    same(&expected, &says(&other, &world), "put in another order");
}

#[test]
fn many_calls_at_once_equal_single_ones() {
    let world = World::new(41).live(120);
    let requests: Vec<_> = (0..200)
        .map(|i| {
            let mut rng = Rng(i);
            let viewer = Viewer::new(*rng.pick(&common::LABELS));
            let days = rng.below(50) as i64;
            kenpoint::SearchRequest::new(common::query(&mut rng), viewer)
                .now(world.now.plus_days(days))
                .explain(true)
        })
        .collect();
    let json = |answer: &kenpoint::Result<kenpoint::SearchAnswer>| match answer {
        Ok(answer) => serde_json::to_string(answer).unwrap(),
        Err(error) => error.to_string(),
    };
    let many: Vec<String> = world.base.search_many(&requests).iter().map(json).collect();
    let single: Vec<String> = requests
        .iter()
        .map(|r| json(&world.base.search(r)))
        .collect();
    assert_eq!(many, single);
}
