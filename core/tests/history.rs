//! I2: a view depends only on its prefix of the log and its `now`. `as_of` repeats every answer that the base gave at
//! that time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use std::sync::Arc;

use common::{World, ask, at, query, size};
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, CaseStatus, Change, Confidence, Event, EventKind, Kind,
    LinkDraft, LinkType, Role, Signal, Viewer,
};
use kenpoint::{AsOf, Base, ErrorCode, FixedClock, RankPolicy, Replay, SearchRequest, Timestamp};

/// The answers of a base at one time, with the questions.
struct Spoken {
    known: Timestamp,
    answers: Vec<(u64, Viewer, Timestamp, String)>,
    evidence: Vec<(String, String)>,
    digest: String,
}

fn listen(world: &World, from: u64) -> Spoken {
    let known = world.now;
    let mut answers = Vec::new();
    for (i, viewer) in ["public", "partner", "internal", "team"].iter().enumerate() {
        for n in 0..6 {
            let viewer = Viewer::new(*viewer);
            let now = known.plus_days([0, 3, 400, -5, 0, 30][n]);
            let seed = from + (i * 6 + n) as u64;
            let answer = ask(&world.base, seed, &viewer, now, world);
            answers.push((seed, viewer, now, answer));
        }
    }
    Spoken {
        known,
        answers,
        evidence: evidence(&world.base, &world.articles),
        digest: world.base.digest().unwrap(),
    }
}

fn evidence(base: &Base, articles: &[String]) -> Vec<(String, String)> {
    articles
        .iter()
        .filter_map(|id| Some((id.clone(), format!("{:?}", base.evidence(id).ok()?))))
        .collect()
}

fn check(base: &Base, spoken: &Spoken, world: &World) {
    assert_eq!(base.now(), spoken.known);
    assert_eq!(base.digest().unwrap(), spoken.digest);
    for (id, rows) in &spoken.evidence {
        assert_eq!(*rows, format!("{:?}", base.evidence(id).unwrap()), "{id}");
    }
    for (seed, viewer, now, answer) in &spoken.answers {
        assert_eq!(
            *answer,
            ask(base, *seed, viewer, *now, world),
            "question {seed}"
        );
    }
}

/// Grows the world and stores answers at intervals. The questions name only cases known at their time.
fn history(mut world: World) -> (World, Vec<(Spoken, Vec<String>)>) {
    let mut spoken = Vec::new();
    for i in 0..size("KENPOINT_CHECKPOINTS", 5) as u64 {
        world = world.live(40);
        spoken.push((listen(&world, 1_000 * i), world.cases.clone()));
        world.now = world.now.plus_ms(1);
    }
    world = world.live(20);
    (world, spoken)
}

fn check_all(world: &mut World, spoken: &[(Spoken, Vec<String>)], base: &Base) {
    let instants: Vec<Timestamp> = spoken.iter().map(|(s, _)| s.known).collect();
    // Questions about an earlier time name only the cases and articles known at that time.
    let (cases, articles) = (world.cases.clone(), world.articles.clone());
    let narrow = |world: &mut World, i: usize| {
        let (s, cases) = &spoken[i];
        world.cases.clone_from(cases);
        world.articles = s.evidence.iter().map(|(id, _)| id.clone()).collect();
    };
    for (i, (then, _)) in spoken.iter().enumerate() {
        narrow(world, i);
        check(&base.as_of(then.known).unwrap(), then, world);
    }
    let mut visited = 0;
    base.replay(instants.as_slice(), |i, then| {
        narrow(world, i);
        check(then, &spoken[i].0, world);
        visited += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(visited, spoken.len());
    world.cases = cases;
    world.articles = articles;
}

#[test]
fn i2_the_past_answers_as_it_did() {
    for seed in 0..size("KENPOINT_WORLDS", 3) as u64 {
        let (mut world, spoken) = history(World::new(seed + 50));
        let base = world.base.clone();
        check_all(&mut world, &spoken, &base);
    }
}

#[test]
fn i2_the_past_on_disk_answers_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        Base::on_disk(folder.path())
            .clock(FixedClock::at(at("2026-01-01")))
            .seed(7)
            .index_flush_docs(9)
            .background(false)
            .open()
            .unwrap()
    };
    let (mut world, spoken) = history(World::over(77, open()));
    let base = world.base.clone();
    check_all(&mut world, &spoken, &base);
    world.base = common::empty();
    base.close().unwrap();
    let again = open();
    check_all(&mut world, &spoken, &again);
}

#[test]
fn a_look_at_the_past_takes_no_writes_and_stands_still() {
    let world = World::new(3).live(40);
    let then = world.base.as_of(world.now).unwrap();
    let digest = then.digest().unwrap();
    let event = Event::new(
        world.now,
        EventKind::Viewed {
            article: world.articles[0].clone(),
            impression: None,
        },
    );
    assert_eq!(
        then.record(event.clone()).unwrap_err().code(),
        ErrorCode::InvalidTransition
    );
    assert!(then.record_arrived(vec![event], world.now).is_err());
    assert!(then.archive(&world.articles[0]).is_err());
    assert_eq!(then.digest().unwrap(), digest);
    // Later events of the base do not reach the view.
    world
        .base
        .record_arrived(
            vec![Event::new(
                world.now.plus_ms(1),
                EventKind::Verified {
                    article: world.articles[0].clone(),
                },
            )],
            world.now.plus_ms(1),
        )
        .unwrap();
    assert_eq!(then.digest().unwrap(), digest);
}

#[test]
fn before_the_first_record_there_is_nothing_and_instants_must_ascend() {
    let world = World::new(5).live(30);
    let first = world.base.as_of(at("2020-01-01")).unwrap();
    assert_eq!(first.counts(), kenpoint::Counts::default());
    let request = SearchRequest::new("router", Viewer::new("team"));
    assert!(first.search(&request).unwrap().hits.is_empty());
    let (a, b) = (at("2026-02-02"), at("2026-02-03"));
    let error = world.base.replay([b, a], |_, _| Ok(())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfHistory);
    world.base.replay([a, a, b], |_, _| Ok(())).unwrap();
    world.base.replay(Vec::new(), |_, _| Ok(())).unwrap();
    let late = world
        .base
        .record_arrived(
            vec![Event::new(a, EventKind::PolicyChanged { name: "x".into() })],
            at("2026-01-01"),
        )
        .unwrap_err();
    assert_eq!(late.code(), ErrorCode::OutOfHistory);
}

#[test]
fn i2_a_view_is_a_function_of_prefix_and_now_whatever_was_asked_before() {
    let world = World::new(9).live(150);
    let viewer = Viewer::new("internal");
    let clock = Arc::new(FixedClock::at(world.now));
    let fresh = || {
        let base = Base::in_memory()
            .clock(Arc::clone(&clock))
            .seed(7)
            .open()
            .unwrap();
        common::replay(&base, &world.log);
        base
    };
    let warm = fresh();
    let mut rng = common::Rng(4);
    for i in 0..120u64 {
        let now = world
            .now
            .plus_ms((rng.below(90 * 24) as i64 - 30 * 24) * 3_600_000);
        let ask = |base: &Base| ask(base, i, &viewer, now, &world);
        let cold = if i % 20 == 0 {
            ask(&fresh())
        } else {
            ask(&world.base.clone())
        };
        assert_eq!(ask(&warm), cold, "question {i}");
        let _ = query(&mut rng);
    }
}

#[test]
fn what_is_called_last_holds_though_the_clock_stands_still() {
    // If ids decided, the event with the greater id would win by chance; several seeds rule that out.
    for seed in 0..8 {
        let base = Base::in_memory()
            .clock(FixedClock::at(at("2026-01-05T09:00:00Z")))
            .seed(seed)
            .open()
            .unwrap();
        base.open_case(CaseDraft::new("c1", CaseKind::Service))
            .unwrap();
        let status = || base.case("c1").unwrap().status;
        for _ in 0..3 {
            base.resolve_case("c1", None).unwrap();
            assert_eq!(status(), CaseStatus::Resolved);
            base.reopen_case("c1").unwrap();
            assert_eq!(status(), CaseStatus::Reopened);
            base.close_case("c1").unwrap();
            assert_eq!(status(), CaseStatus::Closed);
        }
    }
}

/// Ids and score bits of the hits of 30 queries.
fn answered(base: &Base, now: Timestamp) -> Vec<(String, u64)> {
    let mut rng = common::Rng(21);
    (0..30)
        .flat_map(|_| {
            let request = SearchRequest::new(query(&mut rng), Viewer::new("internal")).now(now);
            // Some queries are rejected, by every base alike.
            base.search(&request)
                .map_or(Vec::new(), |answer| answer.hits)
        })
        .map(|hit| (hit.id, hit.score.to_bits()))
        .collect()
}

#[test]
fn a_trial_of_a_policy_answers_as_if_it_had_always_been_in_force() {
    let world = World::new(31).live(150);
    let trial = RankPolicy {
        usefulness_exponent: 0.5,
        weight_title: 2.0,
        case_rho: 0.3,
        ..RankPolicy::default()
    };
    let fill = |policy: Option<&RankPolicy>| {
        let clock = FixedClock::at(world.now);
        let base = Base::in_memory().clock(clock).seed(7).open().unwrap();
        if let Some(policy) = policy {
            let event = EventKind::RankPolicySet {
                policy: Box::new(policy.clone()),
            };
            let start = at("1970-01-01");
            base.record_arrived(vec![Event::new(start, event)], start)
                .unwrap();
        }
        let is_kept = |(_, event): &&(Timestamp, Event)| {
            policy.is_none() || !matches!(event.what, EventKind::RankPolicySet { .. })
        };
        common::replay(&base, world.log.iter().filter(is_kept));
        base
    };
    let base = fill(None);
    let day = world.now.plus_ms(1);
    // The policy in force changes; the trial ignores that.
    let other = RankPolicy {
        usefulness_exponent: 4.0,
        ..RankPolicy::default()
    };
    base.set_policy(other.clone()).unwrap();

    let expected = answered(&fill(Some(&trial)), day);
    assert!(expected.len() > 50);
    let view = base
        .as_of(AsOf::new(world.now).policy(trial.clone()))
        .unwrap();
    assert_eq!(view.policy(), trial);
    assert_eq!(answered(&view, day), expected);
    assert_ne!(answered(&base.as_of(world.now).unwrap(), day), expected);
    let mut visited = 0;
    let replay = Replay::new([world.now, day]).policy(trial.clone());
    base.replay(replay, |_, then| {
        visited += 1;
        assert_eq!(answered(then, day), expected);
        Ok(())
    })
    .unwrap();
    assert_eq!(visited, 2);
    assert_eq!(base.policy(), other);

    let wrong = RankPolicy {
        text_b: 2.0,
        ..RankPolicy::default()
    };
    let error = base
        .as_of(AsOf::new(world.now).policy(wrong.clone()))
        .err()
        .unwrap();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
    let error = base
        .replay(Replay::new([day]).policy(wrong), |_, _| Ok(()))
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
}

#[test]
fn a_late_event_counts_for_the_version_of_its_day() {
    let clock = FixedClock::at(at("2026-03-01T00:00:00Z"));
    let base = Base::in_memory().clock(clock).open().unwrap();
    let put = |day: &str, text: &str| {
        let draft = ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")
            .section(Role::Resolution, text)
            .change(Change::Major)
            .audience("public")
            .confidence(Confidence::Validated);
        let what = EventKind::Put {
            article: Box::new(draft),
            expects: None,
        };
        base.record(Event::new(at(day), what)).unwrap();
    };
    put("2026-01-01T00:00:00Z", "Change the bulb.");
    put("2026-02-01T00:00:00Z", "Change the fuse.");
    put("2026-02-20T00:00:00Z", "Change the switch.");

    // Recorded today, but rated in the days of the versions: one before there was any, one in each, one at the very
    // instant of the second.
    let lamp = || "lamp".to_owned();
    for (day, actor) in [
        ("2025-12-31T00:00:00Z", "before"),
        ("2026-01-10T00:00:00Z", "first"),
        ("2026-02-01T00:00:00Z", "second"),
        ("2026-02-19T23:59:59Z", "still-second"),
        ("2026-02-28T00:00:00Z", "third"),
    ] {
        let solved = Event::new(at(day), EventKind::Solved { article: lamp() });
        base.record(solved.by(actor)).unwrap();
    }
    let rows = base.evidence("lamp").unwrap();
    let of = |version| {
        let rows = rows.iter().filter(|row| row.version == version);
        rows.map(|row| row.amount).sum::<f64>()
    };
    assert_eq!([of(1), of(2), of(3)], [2.0, 2.0, 1.0]);

    // So does a link: a case that was solved by the first text says nothing for the third.
    let draft = CaseDraft::new("c1", CaseKind::Service);
    base.open_case(draft).unwrap();
    let link = LinkDraft::new("c1", "lamp", LinkType::Helped);
    let linked = Event::new(at("2026-01-15T00:00:00Z"), EventKind::Linked { link });
    base.record(linked.case("c1").by("ann")).unwrap();
    let rows = base.evidence("lamp").unwrap();
    let helped: Vec<u32> = rows
        .iter()
        .filter(|row| row.signal == Signal::Helped)
        .map(|row| row.version)
        .collect();
    assert_eq!(helped, [1]);
    base.verify().unwrap();
}
