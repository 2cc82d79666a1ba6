//! Dates of articles: the date of an edit, dates in the future, the last day of validity, and age in the ranking.

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
use std::sync::Arc;

use common::at;
use kenpoint::exchange::{Format, ImportOptions, ImportReport};
use kenpoint::model::{
    ArticleDraft, Change, Confidence, Event, EventKind, FactDraft, FlagReason, FreshnessState,
    Kind, Role, Viewer,
};
use kenpoint::{
    Base, ErrorCode, FixedClock, RankPolicy, SearchRequest, SnapshotRequest, Timestamp,
};

const NOW: &str = "2026-06-01T12:00:00Z";

fn base() -> (Base, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(at(NOW)));
    (
        Base::in_memory().clock(clock.clone()).open().unwrap(),
        clock,
    )
}

fn draft(id: &str, title: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, title)
        .audience("public")
        .confidence(Confidence::Validated)
}

fn import(base: &Base, text: &str) -> ImportReport {
    let options = ImportOptions::new()
        .audience("public")
        .confidence(Confidence::Validated);
    let go_on = &mut |_: &kenpoint::exchange::Progress| ControlFlow::Continue(());
    base.import_bytes(
        Format::Markdown,
        "lamp.md",
        text.as_bytes(),
        &options,
        go_on,
    )
    .unwrap()
}

fn found(base: &Base, query: &str, now: Timestamp) -> Vec<String> {
    let request = SearchRequest::new(query, Viewer::new("public")).now(now);
    let hits = base.search(&request).unwrap().hits;
    hits.into_iter().map(|hit| hit.id).collect()
}

fn valid(base: &Base, now: Timestamp) -> Vec<String> {
    let mut ids = found(base, "lamp", now);
    ids.sort();
    ids
}

#[test]
fn a_verification_without_a_date_of_edit_is_no_edit_of_today() {
    let (base, clock) = base();
    let mut lamp = draft("lamp", "Lamp");
    lamp.verified = Some(at("2025-01-01"));
    base.put(lamp.clone()).unwrap();
    let freshness = base.freshness("lamp", None).unwrap();
    assert_eq!(freshness.since, at("2025-01-01"));
    assert_eq!(freshness.state, FreshnessState::Overdue);
    assert_eq!(base.article("lamp").unwrap().edited, at("2025-01-01"));
    assert_eq!(
        base.put(lamp.clone()).unwrap().version,
        1,
        "the same content"
    );

    // The base saw this change of the text, and the line of the old verification says nothing of it.
    clock.advance_ms(86_400_000);
    let edited = lamp.clone().section(Role::Note, "Another text.");
    base.put(edited.clone()).unwrap();
    assert_eq!(base.freshness("lamp", None).unwrap().since, base.now());

    // A later verification is one of the text as put.
    clock.advance_ms(30 * 86_400_000);
    let mut verified = edited.section(Role::Note, "And more.");
    verified.verified = Some(at("2026-06-20"));
    base.put(verified).unwrap();
    assert_eq!(
        base.freshness("lamp", None).unwrap().since,
        at("2026-06-20")
    );

    let report = import(
        &base,
        "---\nid: fan\ntitle: Fan\nverified: 2025-01-01\n---\nIt turns.\n",
    );
    assert_eq!(report.created, 1, "{report:?}");
    assert_eq!(base.freshness("fan", None).unwrap().since, at("2025-01-01"));
    base.verify().unwrap();
}

#[test]
fn a_date_in_the_future_is_refused_and_a_day_counts_as_now() {
    let (base, _) = base();
    let ahead = at("2026-06-02T12:00:00.001Z");
    type Date = fn(&mut ArticleDraft, Timestamp);
    let dates: [(&str, Date); 3] = [
        ("article.created", |d, at| d.created = Some(at)),
        ("article.updated", |d, at| d.updated = Some(at)),
        ("article.verified", |d, at| d.verified = Some(at)),
    ];
    for (field, date) in dates {
        let mut late = draft("late", "Late");
        date(&mut late, ahead);
        let put = EventKind::Put {
            article: Box::new(late.clone()),
            expects: None,
        };
        let events = || vec![Event::new(base.now(), put.clone())];
        for error in [
            base.put(late.clone()).unwrap_err(),
            base.edit(late.clone(), 0).unwrap_err(),
            base.record_all(events()).unwrap_err(),
            base.record_arrived(events(), base.now()).unwrap_err(),
        ] {
            assert_eq!(error.code(), ErrorCode::InvalidValue);
            assert!(error.message().contains(field), "{error}");
        }
        let key = field.trim_start_matches("article.");
        let report = import(
            &base,
            &format!("---\ntitle: Late\n{key}: 2062-01-01\n---\nx\n"),
        );
        assert_eq!((report.created, report.n_skipped), (0, 1), "{key}");
        assert!(report.skipped[0].reason.contains(field), "{report:?}");

        let mut today = draft(field, "Today");
        date(&mut today, at("2026-06-02T12:00:00Z"));
        base.put(today).unwrap();
        let freshness = base.freshness(field, None).unwrap();
        assert_eq!((freshness.since, freshness.factor), (base.now(), 1.0));
    }
    let fact = FactDraft::new("lamp", "stock", "4", ahead);
    let error = base.set_fact(fact).unwrap_err();
    assert!(error.message().contains("fact.as_of"), "{error}");
    base.put(draft("lamp", "Lamp")).unwrap();
    let verified = EventKind::Verified {
        article: "lamp".into(),
    };
    let error = base.record(Event::new(ahead, verified)).unwrap_err();
    assert!(error.message().contains("event.at"), "{error}");
}

#[test]
fn a_bare_day_of_the_end_of_validity_lasts_through_that_day() {
    let (base, _) = base();
    let json = r#"{"id":"lamp","kind":"general","title":"Lamp","audience":"public","confidence":"validated",
        "scope":{"valid_to":"2026-07-31"}}"#;
    base.put(serde_json::from_str(json).unwrap()).unwrap();
    assert_eq!(
        base.article("lamp").unwrap().scope.valid_to,
        Some(at("2026-08-01"))
    );
    let exact = json
        .replace("\"lamp\"", "\"fan\"")
        .replace("07-31", "07-31T00:00:00Z");
    base.put(serde_json::from_str(&exact).unwrap()).unwrap();
    let report = import(
        &base,
        "---\nid: bulb\ntitle: Lamp\nvalid_from: 2026-07-31\nvalid_to: 2026-07-31\n---\nx\n",
    );
    assert_eq!(report.created, 1, "{report:?}");
    assert_eq!(valid(&base, at("2026-07-30T23:59:59Z")), ["fan", "lamp"]);
    assert_eq!(
        valid(&base, at("2026-07-31T23:59:59.999Z")),
        ["bulb", "lamp"]
    );
    assert!(valid(&base, at("2026-08-01")).is_empty());
    // Written and read again it is the same instant.
    let again = serde_json::to_string(&base.article("lamp").unwrap()).unwrap();
    assert!(again.contains("2026-08-01T00:00:00.000Z"), "{again}");
}

/// A tool's page of 2010, and younger pages that list it.
fn tools() -> Base {
    let (base, _) = base();
    let mut tool = draft("psexec", "PsExec").section(
        Role::Note,
        "Runs programs on remote systems. It asks for a password, unless one is given, and copies the program first.",
    );
    tool.updated = Some(at("2010-03-30"));
    base.put(tool).unwrap();
    for id in ["suite", "suite-2"] {
        let list = draft(id, "PsExec, PsList").section(Role::Note, "PsExec, PsExec and PsList.");
        base.put(list).unwrap();
    }
    base
}

#[test]
fn an_exact_title_is_not_passed_for_age_alone() {
    let base = tools();
    let steep = RankPolicy {
        freshness_floor: 0.01,
        ..RankPolicy::default()
    };
    for policy in [RankPolicy::default(), steep] {
        base.set_policy(policy.clone()).unwrap();
        let score = |query: &str, id: &str| {
            let answer = base
                .search(&SearchRequest::new(query, Viewer::new("public")).explain(true))
                .unwrap();
            let hit = answer.hits.into_iter().find(|hit| hit.id == id).unwrap();
            (hit.explanation.unwrap().factors[0].value, hit.score)
        };
        // The title in any case and punctuation; a question that says more is not the title.
        assert_eq!(score("psexec", "psexec").0, 1.0);
        assert_eq!(score("PsExec?", "psexec").0, 1.0);
        assert!(score("psexec password", "psexec").0 < 1.0);
        let aged = base.freshness("psexec", None).unwrap().factor;
        assert!((aged - policy.freshness_floor).abs() < 1e-4, "{aged}");
        // With one place in the answer as well, and from a snapshot.
        let one = SearchRequest::new("psexec", Viewer::new("public")).limit(1);
        let whole = base
            .search(&SearchRequest::new("psexec", Viewer::new("public")))
            .unwrap();
        assert_eq!(base.search(&one).unwrap().hits[0].id, whole.hits[0].id);
        let request = SnapshotRequest::new(Viewer::new("public"));
        let snapshot = base.snapshot(&request).unwrap();
        let snapshot = kenpoint::Snapshot::open(snapshot).unwrap();
        let there = snapshot.search(&one.now(base.now())).unwrap();
        assert_eq!(there.hits[0].score.to_bits(), whole.hits[0].score.to_bits());
    }
}

#[test]
fn an_identifier_is_not_passed_for_age_alone() {
    let (base, _) = base();
    let mut fix = draft("fix", "Server stops").section(Role::Note, "See KB3126599.");
    fix.updated = Some(at("2010-01-01"));
    base.put(fix).unwrap();
    base.put(draft("help", "Help with a server that stops, please help"))
        .unwrap();
    base.set_policy(RankPolicy {
        freshness_floor: 0.01,
        ..RankPolicy::default()
    })
    .unwrap();
    let query = "please help with kb3126599 on my server";
    assert_eq!(found(&base, query, base.now())[0], "fix");
    assert_eq!(
        found(&base, "please help with my server", base.now())[0],
        "help"
    );
}

#[test]
fn suspicion_and_expiry_keep_their_weight() {
    let (base, clock) = base();
    let factor = |id: &str| base.freshness(id, None).unwrap().factor;
    let mut old = draft("old", "Lamp");
    old.updated = Some(at("2010-01-01"));
    base.put(old).unwrap();
    assert!(factor("old") >= 0.9, "age alone takes at most a tenth");
    base.flag("old", FlagReason::Outdated, "ann").unwrap();
    assert!(factor("old") <= 0.5);
    // A time to live of ten days: at its end nothing is lost, ten days later half of what the floor leaves.
    let mut short = draft("short", "Fan");
    short.freshness = serde_json::from_str(r#"{"ttl_days":10}"#).unwrap();
    base.put(short).unwrap();
    clock.advance_ms(10 * 86_400_000);
    assert_eq!(factor("short"), 1.0);
    clock.advance_ms(10 * 86_400_000);
    assert_eq!(factor("short"), 0.75);
    // A named article is not spared by its name.
    base.put(draft("other", "Fan of the lamp")).unwrap();
    let request = SearchRequest::new("lamp", Viewer::new("public")).explain(true);
    let hits = base.search(&request).unwrap().hits;
    let lamp = hits.iter().find(|hit| hit.id == "old").unwrap();
    assert_eq!(lamp.explanation.as_ref().unwrap().factors[0].value, 0.5);
}

#[test]
fn an_edit_without_dates_is_of_its_put() {
    let (base, clock) = base();
    base.put(draft("lamp", "Lamp")).unwrap();
    clock.advance_ms(86_400_000);
    base.put(draft("lamp", "Lamp!").change(Change::Major))
        .unwrap();
    assert_eq!(base.article("lamp").unwrap().edited, base.now());
}
