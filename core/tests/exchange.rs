//! Import and export through the public API: the sample help centre, exports, bad records, facts, sessions, and
//! ripening evidence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use std::ops::ControlFlow;
use std::path::PathBuf;

use common::{World, ask, at, empty_at, size};
use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventKind, FactDraft, Kind, Role, Signal,
    Viewer,
};
use kenpoint::{Base, FixedClock, SearchRequest, Timestamp};

const TODAY: &str = "2026-11-20";

fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/data")
}

fn open() -> Base {
    Base::in_memory()
        .clock(FixedClock::at(at(TODAY)))
        .seed(7)
        .open()
        .unwrap()
}

#[test]
fn the_sample_help_centre_comes_in_goes_out_and_comes_in_again() {
    let base = open();
    let options = ImportOptions::new().survey_scale(1.0, 5.0);
    let import = || {
        base.import(sample(), &options, &mut |_| ControlFlow::Continue(()))
            .unwrap()
    };
    let report = import();
    assert_eq!(report.n_skipped, 0, "{:?}", report.skipped.first());
    assert!(report.created > 7_000, "{}", report.created);
    let digest = base.digest().unwrap();
    let again = import();
    assert_eq!((again.created, again.updated, again.n_skipped), (0, 0, 0));
    assert_eq!(again.unchanged, report.taken());
    assert_eq!(base.digest().unwrap(), digest);

    let mut log = Vec::new();
    base.export(&mut log).unwrap();
    let copy = open();
    let report = copy
        .import_bytes(
            Format::JsonLines,
            "log",
            &log,
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
    assert_eq!(report.n_skipped, 0, "{:?}", report.skipped.first());
    assert_eq!(copy.digest().unwrap(), digest);
    for audience in common::LABELS {
        for query in [
            "red light",
            "battery offline",
            "printer",
            "E-4071",
            "rout*",
            "Licht",
        ] {
            let request = SearchRequest::new(query, Viewer::new(audience)).explain(true);
            assert_eq!(
                base.search(&request).unwrap(),
                copy.search(&request).unwrap()
            );
        }
    }
}

#[test]
fn an_export_of_any_life_gives_an_equal_base() {
    for seed in 0..size("KENPOINT_WORLDS", 3) as u64 {
        let world = World::new(seed + 900).live(150);
        let mut log = Vec::new();
        world.base.export(&mut log).unwrap();
        let copy = empty_at("2026-12-31");
        let report = copy
            .import_bytes(
                Format::JsonLines,
                "log",
                &log,
                &ImportOptions::new(),
                &mut |_| ControlFlow::Continue(()),
            )
            .unwrap();
        assert_eq!(
            (report.n_skipped, report.unchanged),
            (0, 0),
            "{:?}",
            report.skipped.first()
        );
        assert_eq!(copy.digest().unwrap(), world.base.digest().unwrap());
        let mut again = Vec::new();
        copy.export(&mut again).unwrap();
        assert_eq!(again, log);
        for question in 0..60 {
            let viewer = Viewer::new(common::LABELS[question as usize % 5]);
            let answer = |base| ask(base, question, &viewer, world.now, &world);
            assert_eq!(answer(&world.base), answer(&copy));
        }
    }
}

#[test]
fn one_bad_record_never_stops_the_rest() {
    let good = |i: usize| {
        format!(
            r#"{{"type":"article","id":"a{i}","kind":"product","title":"Lamp {i}","audience":"public","confidence":"validated"}}"#
        )
    };
    let bad = [
        "{",
        "null",
        "[]",
        r#"{"type":"article","id":"","kind":"product","title":"x"}"#,
        r#"{"type":"article","id":"x","kind":"weather","title":"x"}"#,
        r#"{"type":"article","id":"x","kind":"product","title":"x","audience":"martians"}"#,
        r#"{"type":"link","case":"none","article":"a0","link":"resolved"}"#,
        r#"{"type":"event","at":"2026-01-01","what":"viewed","article":"nobody"}"#,
        r#"{"type":"event","at":"2026-01-01","what":"rated","article":"a0","value":7}"#,
        r#"{"type":"fact","subject":"s","predicate":"p","value":"v","as_of":"2026-01-01","ttl_days":-1}"#,
        r#"{"type":"who-knows"}"#,
        "\u{0}\u{0}",
    ];
    for (n, wrong) in bad.iter().enumerate() {
        let base = open();
        let lines = [
            good(0),
            (*wrong).to_owned(),
            good(1),
            (*wrong).to_owned(),
            good(2),
        ]
        .join("\n");
        let report = base
            .import_bytes(
                Format::JsonLines,
                "mixed.jsonl",
                lines.as_bytes(),
                &ImportOptions::new(),
                &mut |_| ControlFlow::Continue(()),
            )
            .unwrap();
        assert_eq!(
            (report.created, report.n_skipped),
            (3, 2),
            "bad record {n}: {wrong}"
        );
        let lines: Vec<u64> = report.skipped.iter().map(|s| s.place.line).collect();
        assert_eq!(lines, [2, 4], "{wrong}");
        assert_eq!(base.counts().articles, 3);
        base.verify().unwrap();
    }
}

fn fact(value: &str, as_of: &str) -> FactDraft {
    let mut fact = FactDraft::new("order 10", "status", value, at(as_of));
    fact.audience = "public".into();
    fact
}

fn current(base: &Base, now: &str) -> Option<String> {
    let request = SearchRequest::new("order 10 status", Viewer::new("public")).now(at(now));
    let answer = base.search(&request).unwrap();
    assert!(answer.hits.len() <= 1);
    let article = base.article(&answer.hits.first()?.id).unwrap();
    assert_eq!(answer.hits[0].version, article.version);
    Some(article.sections[0].text.clone())
}

#[test]
fn the_newest_fact_is_the_current_one() {
    let base = open();
    base.set_fact(fact("packed", "2026-05-03")).unwrap();
    base.set_fact(fact("shipped", "2026-05-05")).unwrap();
    assert_eq!(current(&base, "2026-06-01").as_deref(), Some("shipped"));
    // An older fact that arrives late is kept and changes no answer.
    let request = SearchRequest::new("order status packed", Viewer::new("public")).explain(true);
    let before = base.search(&request).unwrap();
    base.set_fact(fact("ordered", "2026-05-01")).unwrap();
    assert_eq!(base.search(&request).unwrap(), before);
    assert_eq!(current(&base, "2026-06-01").as_deref(), Some("shipped"));
    // Setting the same fact again, old or new, changes nothing.
    for (value, as_of) in [
        ("packed", "2026-05-03"),
        ("ordered", "2026-05-01"),
        ("shipped", "2026-05-05"),
    ] {
        let done = base.set_fact(fact(value, as_of)).unwrap();
        assert_eq!(done, kenpoint::Recorded::Unchanged, "{value}");
    }
    assert_eq!(base.versions("fact:order 10/status").unwrap().len(), 3);
    assert_eq!(
        base.version("fact:order 10/status", 3).unwrap().sections[0].text,
        "ordered"
    );
    base.verify().unwrap();
}

#[test]
fn an_expired_fact_is_never_current() {
    let base = open();
    let short = FactDraft {
        ttl_days: Some(0.5),
        ..fact("due today", "2026-05-03")
    };
    base.set_fact(short).unwrap();
    assert_eq!(
        current(&base, "2026-05-03T11:59:59Z").as_deref(),
        Some("due today")
    );
    assert_eq!(current(&base, "2026-05-03T12:00:00Z"), None);
    for audience in common::LABELS {
        let request = SearchRequest::new("due today", Viewer::new(audience)).now(at("2026-05-04"));
        assert!(base.search(&request).unwrap().hits.is_empty());
    }
    base.set_fact(fact("delivered", "2026-05-04")).unwrap();
    assert_eq!(current(&base, "2027-01-01").as_deref(), Some("delivered"));
}

fn articles() -> Base {
    let base = open();
    for (id, title) in [
        ("lamp", "The lamp stays dark"),
        ("door", "The door is stuck"),
    ] {
        let draft = ArticleDraft::new(id, Kind::Product, title)
            .section(Role::Resolution, "Try again.")
            .audience("public")
            .confidence(Confidence::Validated);
        base.put(draft).unwrap();
    }
    base
}

fn minute(minutes: i64) -> Timestamp {
    at("2026-06-01T10:00:00Z").plus_ms(minutes * 60_000)
}

fn searched(base: &Base, minutes: i64, query: &str) {
    let what = EventKind::Searched {
        query: query.into(),
    };
    base.record(Event::new(minute(minutes), what).session("s"))
        .unwrap();
}

fn viewed(base: &Base, minutes: i64, article: &str, session: &str, party: Option<&str>) {
    let what = EventKind::Viewed {
        article: article.into(),
        impression: None,
    };
    let mut event = Event::new(minute(minutes), what).session(session);
    event.party = party.map(str::to_owned);
    base.record(event).unwrap();
}

#[test]
fn a_visit_is_cut_at_pauses_and_at_other_needs() {
    let base = articles();
    searched(&base, 0, "lamp dark");
    viewed(&base, 30, "lamp", "s", None);
    searched(&base, 31, "lamp still dark");
    searched(&base, 32, "door stuck");
    viewed(&base, 33, "door", "s", None);
    viewed(&base, 64, "lamp", "s", None);
    let session = base.session("s").unwrap();
    let intents: Vec<(Vec<&str>, Vec<&str>)> = session
        .intents
        .iter()
        .map(|i| {
            (
                i.queries.iter().map(String::as_str).collect(),
                i.read.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    assert_eq!(
        intents,
        [
            (vec!["lamp dark", "lamp still dark"], vec!["lamp"]),
            (vec!["door stuck"], vec!["door"]),
            (vec![], vec!["lamp"]),
        ]
    );
}

fn signals(base: &Base, article: &str) -> Vec<Signal> {
    base.evidence(article)
        .unwrap()
        .iter()
        .map(|row| row.signal)
        .collect()
}

#[test]
fn a_read_ripens_after_a_day_without_a_case() {
    let base = articles();
    viewed(&base, 0, "lamp", "s", Some("p"));
    assert_eq!(signals(&base, "lamp"), [Signal::SoftSolved]);
    let rate = |now| base.solve_rate("lamp", Some(now)).unwrap();
    let day = 24 * 60;
    assert_eq!(rate(minute(day).plus_ms(-1)), 0.5);
    assert!(rate(minute(day)) > 0.5);
    assert_eq!(rate(minute(1)), 0.5);

    // A case turns the silent success into a failure if it belongs to the same customer or session.
    for (party, session, after, turns) in [
        (Some("p"), None, day, true),
        (Some("p"), None, day + 1, false),
        (Some("p"), None, -1, false),
        (Some("q"), None, 60, false),
        (None, Some("s"), 60, true),
        (Some("p"), Some("s"), 60, true),
        (Some("p"), Some("other"), 60, true),
    ] {
        let base = articles();
        viewed(&base, 0, "lamp", "s", Some("p"));
        let mut case = CaseDraft::new("c", CaseKind::Service).opened(minute(after));
        case.party = party.map(str::to_owned);
        case.session = session.map(str::to_owned);
        base.open_case(case).unwrap();
        let expected = if turns {
            Signal::CaseAfterView
        } else {
            Signal::SoftSolved
        };
        assert_eq!(
            signals(&base, "lamp"),
            [expected],
            "{party:?} {session:?} {after}"
        );
        assert_eq!(base.evidence("lamp").unwrap()[0].amount, 1.0);
        base.verify().unwrap();
    }
}

#[test]
fn reading_on_says_that_the_first_did_not_help() {
    let base = articles();
    viewed(&base, 0, "lamp", "s", None);
    viewed(&base, 5, "door", "s", None);
    assert_eq!(signals(&base, "lamp"), [Signal::MovedOn]);
    assert_eq!(signals(&base, "door"), [Signal::SoftSolved]);
    // A read after a pause belongs to another intent.
    viewed(&base, 60, "lamp", "s", None);
    assert_eq!(
        signals(&base, "lamp"),
        [Signal::MovedOn, Signal::SoftSolved]
    );
    assert_eq!(signals(&base, "door"), [Signal::SoftSolved]);
}

/// Reads of hidden articles neither join nor split the intents of other viewers, and reveal no customer.
#[test]
fn i3_a_hidden_read_bridges_no_pause_and_names_no_customer() {
    let base = articles();
    let mut hidden = ArticleDraft::new("plan", Kind::Product, "Plan").audience("internal");
    hidden.confidence = Confidence::Validated;
    base.put(hidden).unwrap();
    viewed(&base, 0, "lamp", "s", None);
    viewed(&base, 25, "plan", "s", Some("p"));
    viewed(&base, 50, "door", "s", None);
    let case = CaseDraft::new("c", CaseKind::Service)
        .opened(minute(90))
        .party("p");
    base.open_case(case).unwrap();
    assert_eq!(signals(&base, "lamp"), [Signal::SoftSolved]);
    assert_eq!(signals(&base, "door"), [Signal::SoftSolved]);
    assert_eq!(signals(&base, "plan"), [Signal::MovedOn]);
    // Published, the read counts like any other; archived, it counts as if it had never happened.
    base.publish("plan", "public").unwrap();
    assert_eq!(signals(&base, "lamp"), [Signal::MovedOn]);
    assert_eq!(signals(&base, "door"), [Signal::CaseAfterView]);
    base.archive("plan").unwrap();
    assert_eq!(signals(&base, "lamp"), [Signal::SoftSolved]);
    assert_eq!(signals(&base, "door"), [Signal::SoftSolved]);
    base.verify().unwrap();
}
