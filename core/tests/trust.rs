//! Tests what a page, a forger or a wrong clock can make a base believe.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod common;

use std::ops::ControlFlow;

use common::at;
use kenpoint::exchange::{DatesAhead, Format, ImportOptions};
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventBatch, EventKind, Kind, Reuse,
    Scope, Segment, Signal, Viewer,
};
use kenpoint::{
    Base, ErrorCode, FixedClock, Recorded, SearchRequest, Snapshot, SnapshotRequest,
    SuggestRequest, Timestamp,
};

const NOW: &str = "2026-03-01T12:00:00Z";

fn lamp(id: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, "The lamp stays dark")
        .audience("public")
        .confidence(Confidence::Validated)
}

fn base() -> Base {
    let base = Base::in_memory()
        .clock(FixedClock::at(at(NOW)))
        .open()
        .unwrap();
    base.put(lamp("lamp")).unwrap();
    base
}

fn batch(base: &Base, events: Vec<Event>) -> EventBatch {
    let file = base
        .snapshot(&SnapshotRequest::new(Viewer::new("public")))
        .unwrap();
    EventBatch {
        base: Snapshot::open(file).unwrap().info().base.clone(),
        events,
    }
}

fn rated(value: f64) -> EventKind {
    EventKind::Rated {
        article: "lamp".into(),
        value,
    }
}

fn solved(article: &str) -> EventKind {
    EventKind::Solved {
        article: article.into(),
    }
}

/// The amounts of a signal by group of readers: agents, customers.
fn amounts(base: &Base, signal: Signal) -> [f64; 2] {
    let rows = base.evidence("lamp").unwrap();
    [Segment::Agent, Segment::Customer].map(|segment| {
        rows.iter()
            .filter(|row| row.segment == segment && row.signal == signal)
            .map(|row| row.amount)
            .sum()
    })
}

#[test]
fn an_equal_id_in_another_role_is_another_voter() {
    let base = base();
    base.record(
        Event::new(at(NOW), rated(1.0))
            .by("ann")
            .audience("internal"),
    )
    .unwrap();
    let page = Event::new(at(NOW), rated(0.0)).id("ann-1").session("ann");
    let customer = Event::new(at(NOW), rated(0.0))
        .id("bob-1")
        .session("bob")
        .party("ann");
    let merged = base
        .merge_events(&batch(&base, vec![page, customer]), "public")
        .unwrap();
    assert_eq!(merged.new, 2);
    assert_eq!(amounts(&base, Signal::RatedUp), [1.0, 0.0]);
    assert_eq!(amounts(&base, Signal::RatedDown), [0.0, 2.0]);
}

#[test]
fn a_page_takes_no_id_of_the_host() {
    let base = base();
    let page = Event::new(at(NOW), solved("lamp"))
        .id("crm-1")
        .session("crm");
    let batch = batch(&base, vec![page]);
    assert_eq!(base.merge_events(&batch, "public").unwrap().new, 1);
    let host = Event::new(
        at(NOW),
        EventKind::DidNotSolve {
            article: "lamp".into(),
        },
    );
    assert_eq!(
        base.record(host.id("crm-1").by("ann")).unwrap(),
        Recorded::New
    );
    assert_eq!(base.merge_events(&batch, "public").unwrap().duplicates, 1);
}

#[test]
fn an_id_counts_once_and_names_one_event() {
    let base = base();
    let first = Event::new(at(NOW), rated(1.0)).id("r1").by("ann");
    assert_eq!(base.record(first.clone()).unwrap(), Recorded::New);
    // A caller who tries again after a lost answer has a later instant.
    let again = Event {
        at: at(NOW).plus_ms(5),
        ..first.clone()
    };
    assert_eq!(base.record(again).unwrap(), Recorded::Duplicate);
    let digest = base.digest().unwrap();
    for other in [
        Event {
            what: rated(0.0),
            ..first.clone()
        },
        first.clone().by("bob"),
        first.clone().session("s"),
    ] {
        let error = base.record(other).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Contradiction);
        assert!(error.message().contains("r1"), "{error}");
    }
    assert_eq!(base.digest().unwrap(), digest);
    base.verify().unwrap();
}

/// A page is believed only about articles that its viewer may see, and all others look absent to it.
#[test]
fn a_page_is_believed_about_visible_articles_only() {
    let base = base();
    let scoped = |id: &str, scope: Scope| {
        let mut draft = lamp(id);
        draft.scope = scope;
        base.put(draft).unwrap();
    };
    base.put(lamp("draft").confidence(Confidence::WorkInProgress))
        .unwrap();
    base.put(lamp("internal").audience("internal")).unwrap();
    base.put(lamp("old")).unwrap();
    base.archive("old").unwrap();
    scoped(
        "gold",
        Scope {
            entitlement: vec!["gold".into()],
            ..Scope::default()
        },
    );
    scoped(
        "later",
        Scope {
            valid_from: Some(at("2026-04-01")),
            ..Scope::default()
        },
    );
    scoped(
        "ended",
        Scope {
            valid_to: Some(at("2026-02-28T12:00:00Z")),
            ..Scope::default()
        },
    );

    let told = |article: &str, then: Timestamp, viewer: &Viewer| {
        let event = Event::new(then, solved(article))
            .id(format!("{article}-{then}"))
            .session("s");
        let merged = base
            .merge_events(&batch(&base, vec![event]), viewer)
            .unwrap();
        merged
            .rejected
            .first()
            .map(|one| (one.code, one.message.replace(article, "ID")))
    };
    let public = Viewer::new("public");
    let absent = told("absent", at(NOW), &public);
    assert_eq!(
        absent.as_ref().unwrap().0,
        ErrorCode::ArticleNotFound.number()
    );
    for hidden in ["draft", "internal", "old", "gold", "later", "ended"] {
        assert_eq!(told(hidden, at(NOW), &public), absent, "{hidden}");
    }
    // An entitlement that the host vouches for, and a read before the end of validity.
    assert_eq!(
        told("gold", at(NOW), &Viewer::new("public").entitled_to("gold")),
        None
    );
    assert_eq!(told("ended", at("2026-02-28T11:00:00Z"), &public), None);
}

#[test]
fn the_future_is_refused_and_tomorrow_counts_tomorrow() {
    let clock = std::sync::Arc::new(FixedClock::at(at(NOW)));
    let base = Base::in_memory().clock(clock.clone()).open().unwrap();
    base.put(lamp("lamp")).unwrap();
    let prior = base.solve_rate("lamp", None).unwrap();
    let vote = |then: &str| base.record(Event::new(at(then), solved("lamp")).session(then));
    let error = vote("2036-03-01").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidValue);
    assert!(error.message().contains("more than a day ahead"), "{error}");

    // A device may be some hours ahead; its events wait for their day.
    vote("2026-03-02T02:00:00Z").unwrap();
    assert_eq!(base.solve_rate("lamp", None).unwrap(), prior);
    let before = base
        .search(&SearchRequest::new("lamp", Viewer::new("public")))
        .unwrap();
    clock.set(at("2026-03-02T03:00:00Z"));
    assert!(base.solve_rate("lamp", None).unwrap() > prior);
    let after = base
        .search(&SearchRequest::new("lamp", Viewer::new("public")))
        .unwrap();
    assert!(after.hits[0].score > before.hits[0].score);
}

/// Whatever comes in is held to the clock: a case, its notes and its end, a link, the lines of an exported log.
#[test]
fn what_is_imported_from_the_future_is_refused_and_named() {
    let base = Base::in_memory()
        .clock(std::sync::Arc::new(FixedClock::at(at(NOW))))
        .open()
        .unwrap();
    base.put(lamp("lamp")).unwrap();
    base.open_case(CaseDraft::new("c", CaseKind::Service))
        .unwrap();
    let lines = [
        r#"{"type":"case","id":"c-1","opened":"2036-01-01"}"#,
        r#"{"type":"case","id":"c-2","entries":[{"at":"2036-01-01","text":"x","reuse":"case-only"}]}"#,
        r#"{"type":"case","id":"c-3","opened":"2026-01-01","resolved":"2036-01-01"}"#,
        r#"{"type":"link","case":"c","article":"lamp","link":"resolved","at":"2036-01-01"}"#,
        r#"{"type":"log","arrived":"2026-03-01T12:00:00Z","event":{"id":"e-1","at":"2036-01-01","what":"solved","article":"lamp"}}"#,
        r#"{"type":"log","arrived":"2036-01-01T00:00:00Z","event":{"id":"e-2","at":"2026-01-01","what":"solved","article":"lamp"}}"#,
    ];
    let report = base
        .import_bytes(
            Format::JsonLines,
            "ahead.jsonl",
            lines.join("\n").as_bytes(),
            &ImportOptions::new(),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap();
    assert_eq!(
        (report.taken(), report.skipped.len()),
        (0, lines.len()),
        "{report:?}"
    );
    for (i, skipped) in report.skipped.iter().enumerate() {
        assert!(
            skipped.reason.contains("more than a day ahead"),
            "{i}: {}",
            skipped.reason
        );
    }
}

/// A clock that was a year ahead for one write hides nothing that follows.
#[test]
fn a_clock_that_ran_ahead_hides_nothing_for_long() {
    let clock = std::sync::Arc::new(FixedClock::at(at(NOW)));
    let base = Base::in_memory().clock(clock.clone()).open().unwrap();
    base.put(lamp("one")).unwrap();
    clock.set(at("2027-03-01"));
    base.put(lamp("two")).unwrap();
    clock.set(at("2026-03-02"));
    let ids = |base: &Base| {
        let mut ids: Vec<String> = base.article_ids(None, 10).unwrap();
        ids.sort();
        ids
    };
    assert_eq!(ids(&base.as_of(base.now()).unwrap()), ["one"]);
    base.put(lamp("three")).unwrap();
    clock.set(at("2026-03-03"));
    assert_eq!(
        ids(&base.as_of(base.now()).unwrap()),
        ["one", "three", "two"]
    );
    assert_eq!(
        ids(&base.as_of(at("2026-03-01T13:00:00Z")).unwrap()),
        ["one"]
    );
    let request = SnapshotRequest::new(Viewer::new("public")).at(base.now());
    let snapshot = Snapshot::open(base.snapshot(&request).unwrap()).unwrap();
    assert_eq!(snapshot.info().articles, 3);
    base.verify().unwrap();

    // Elsewhere its log has one date ahead. It is refused by name, and mended on demand: the article comes in as of now.
    let mut log = Vec::new();
    base.export(&mut log).unwrap();
    let files = [("log.jsonl".to_owned(), log)];
    let import = |options: ImportOptions| {
        let copy = Base::in_memory().clock(clock.clone()).open().unwrap();
        let report = copy
            .import_files(&files, &options, &mut |_| ControlFlow::Continue(()))
            .unwrap();
        (copy, report)
    };
    let (copy, report) = import(ImportOptions::new());
    assert_eq!(ids(&copy), ["one", "three"]);
    assert_eq!(report.skipped.len(), 1);
    assert!(report.skipped[0].reason.contains("set-to-now"));
    let (copy, report) = import(ImportOptions::new().dates_ahead(DatesAhead::SetToNow));
    assert_eq!((ids(&copy), report.n_skipped), (ids(&base), 0));
    let mended: Vec<&str> = report.adjusted.iter().map(|note| &*note.key).collect();
    assert_eq!(mended, ["arrived", "at"]);
    copy.verify().unwrap();
    // Once its day has come, the log is read as it is.
    clock.set(at("2027-03-02"));
    let (copy, _) = import(ImportOptions::new());
    assert_eq!(copy.digest().unwrap(), base.digest().unwrap());

    // A clock that was never set, before the first record, is wrong itself.
    clock.set(at("2000-01-01"));
    base.put(lamp("four")).unwrap();
    assert_eq!(
        ids(&base.as_of(at("2026-03-01T13:00:00Z")).unwrap()),
        ["one"]
    );
}

/// A viewer who reads no cases learns of none from a suggestion.
#[test]
fn a_suggestion_tells_no_case_from_an_absent_one() {
    let base = base();
    base.open_case(CaseDraft::new("there", CaseKind::Service).entry(Reuse::CaseOnly, "lamp"))
        .unwrap();
    let told = |case: &str, audience: &str| {
        let request = SuggestRequest::for_case(case, Viewer::new(audience));
        base.suggest(&request)
            .map(|answer| answer.suggestions.len())
    };
    let (there, absent) = (told("there", "public"), told("absent", "public"));
    let (there, absent) = (there.unwrap_err(), absent.unwrap_err());
    assert_eq!(there.code(), ErrorCode::CaseNotFound);
    assert_eq!(there.message(), absent.message());
    assert!(told("there", "internal").is_ok());
    assert_eq!(
        told("absent", "internal").unwrap_err().code(),
        ErrorCode::CaseNotFound
    );
}
