//! The way from a page to the base and to an agent: visits, batches that count once, handoffs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use kenpoint::exchange::json;
use kenpoint::model::{
    ArticleDraft, Confidence, Event, EventBatch, EventKind, Feedback, Handoff, Kind, ProductItem,
    Reuse, Role, TextOrigin, TriedOutcome, Viewer, VisitOutcome,
};
use kenpoint::{
    Base, ErrorCode, FixedClock, SearchRequest, Snapshot, SnapshotRequest, SuggestRequest,
    Timestamp, Visit,
};

fn t(minute: i64) -> Timestamp {
    "2026-01-01"
        .parse::<Timestamp>()
        .unwrap()
        .plus_ms(minute * 60_000)
}

fn base() -> Base {
    let base = Base::in_memory()
        .clock(FixedClock::at(t(60)))
        .seed(3)
        .open()
        .unwrap();
    for (id, fix) in [
        ("fuse", "Change the fuse of the lamp that stays dark."),
        ("bulb", "Change the bulb of the lamp that stays dark."),
        ("cable", "See whether the cable of the dark lamp is broken."),
    ] {
        let draft = ArticleDraft::new(id, Kind::Product, format!("Dark lamp: the {id}"))
            .section(Role::Resolution, fix)
            .audience("public")
            .confidence(Confidence::Validated);
        base.put(draft).unwrap();
    }
    base
}

fn public() -> Viewer {
    Viewer::new("public")
}

fn published(base: &Base) -> Snapshot {
    Snapshot::open(base.snapshot(&SnapshotRequest::new(public())).unwrap()).unwrap()
}

fn searched(query: &str) -> EventKind {
    EventKind::Searched {
        query: query.into(),
    }
}

fn viewed(article: &str) -> EventKind {
    EventKind::Viewed {
        article: article.into(),
        impression: None,
    }
}

fn solved(article: &str) -> EventKind {
    EventKind::Solved {
        article: article.into(),
    }
}

fn failed(article: &str) -> EventKind {
    EventKind::DidNotSolve {
        article: article.into(),
    }
}

/// A visit to a snapshot with two reads: one article did not solve the need, about the other nothing was said.
fn visit(snapshot: &Snapshot) -> Visit {
    let mut visit = snapshot
        .visit("v1")
        .unwrap()
        .party("roe")
        .channel("web")
        .product(ProductItem::new("lamp"));
    let request = SearchRequest::new("dark lamp", public()).now(t(60));
    let answer = snapshot.search(&request).unwrap();
    visit.record(t(60), searched("dark lamp")).unwrap();
    visit
        .record(
            t(60),
            EventKind::Shown {
                impression: answer.impression,
            },
        )
        .unwrap();
    visit.record(t(61), viewed("fuse")).unwrap();
    visit.record(t(63), failed("fuse")).unwrap();
    visit.record(t(64), viewed("bulb")).unwrap();
    visit
}

#[test]
fn a_visit_is_solved_by_what_was_said_and_not_by_silence() {
    let snapshot = published(&base());
    let mut visit = visit(&snapshot);
    assert_eq!(visit.outcome(), VisitOutcome::Silent {});
    visit.record(t(65), solved("bulb")).unwrap();
    assert_eq!(
        visit.outcome(),
        VisitOutcome::Solved {
            article: "bulb".into()
        }
    );
    visit.record(t(66), failed("bulb")).unwrap();
    assert_eq!(visit.outcome(), VisitOutcome::Silent {});
    visit.hand_over(t(67), "").unwrap();
    assert_eq!(visit.outcome(), VisitOutcome::HandedOver {});
}

#[test]
fn a_handoff_says_what_was_asked_shown_and_tried() {
    let snapshot = published(&base());
    let handoff = visit(&snapshot)
        .hand_over(t(65), "It stays dark, fuse or not.")
        .unwrap();
    let words: Vec<(TextOrigin, &str)> = handoff
        .words
        .iter()
        .map(|w| (w.from, w.text.as_str()))
        .collect();
    assert_eq!(
        words,
        [
            (TextOrigin::Query, "dark lamp"),
            (TextOrigin::Message, "It stays dark, fuse or not.")
        ]
    );
    let mut shown = handoff.shown.clone();
    shown.sort();
    assert_eq!(shown, ["bulb", "cable", "fuse"]);
    let tried: Vec<(&str, TriedOutcome)> = handoff
        .tried
        .iter()
        .map(|one| (one.article.as_str(), one.came))
        .collect();
    assert_eq!(
        tried,
        [
            ("fuse", TriedOutcome::DidNotSolve),
            ("bulb", TriedOutcome::Unsaid)
        ]
    );
    assert_eq!(handoff.leave_out, ["fuse"]);
    assert_eq!(handoff.batch.events.len(), 5);

    let text = json::write(&handoff).unwrap();
    assert!(text.contains("\"schema\":1"));
    assert_eq!(
        json::object::<Handoff<Feedback>>("handoff", &text).unwrap(),
        handoff
    );

    // Suggestions from a snapshot leave out the articles that did not help.
    let suggested = snapshot
        .suggest(&handoff.request(public()).now(t(66)))
        .unwrap();
    let ids: Vec<&str> = suggested
        .suggestions
        .iter()
        .map(|s| s.id.as_str())
        .collect();
    assert!(!ids.is_empty() && !ids.contains(&"fuse"), "{ids:?}");
}

#[test]
fn a_handoff_becomes_a_case_whose_suggestions_leave_out_what_failed() {
    let base = base();
    let handoff = visit(&published(&base))
        .hand_over(t(65), "The lamp stays dark.")
        .unwrap();
    let merged = base.open_handoff(&handoff, "c1", "public").unwrap();
    assert_eq!(
        (merged.new, merged.duplicates, merged.rejected.len()),
        (5, 0, 0)
    );
    let case = base.case("c1").unwrap();
    assert_eq!(
        (case.party.as_deref(), case.session.as_deref()),
        (Some("roe"), Some("v1"))
    );
    assert_eq!(case.products, [ProductItem::new("lamp")]);
    let entries: Vec<(Reuse, &str)> = case
        .entries
        .iter()
        .map(|e| (e.reuse, e.text.as_str()))
        .collect();
    assert_eq!(
        entries,
        [
            (Reuse::CaseOnly, "dark lamp"),
            (Reuse::Section(Role::Issue), "The lamp stays dark.")
        ]
    );
    let suggest = |base: &Base| -> Vec<String> {
        let request = SuggestRequest::for_case("c1", Viewer::new("internal")).threshold(0.0);
        let answer = base.suggest(&request.limit(9)).unwrap();
        answer.suggestions.into_iter().map(|s| s.id).collect()
    };
    let mut ids = suggest(&base);
    ids.sort();
    assert_eq!(ids, ["bulb", "cable"]);
    // The customer reports later that the article solved the need after all.
    let event = Event::new(t(66), solved("fuse"))
        .session("v1")
        .audience("public");
    base.record(event).unwrap();
    assert_eq!(suggest(&base).len(), 3);

    // Opening the handoff again changes nothing.
    let digest = base.digest().unwrap();
    let again = base.open_handoff(&handoff, "c1", "public").unwrap();
    assert_eq!((again.new, again.duplicates), (0, 5));
    assert_eq!(base.digest().unwrap(), digest);
    base.verify().unwrap();
}

#[test]
fn without_a_message_the_queries_are_the_issue() {
    let base = base();
    let handoff = visit(&published(&base)).hand_over(t(65), "  ").unwrap();
    base.open_handoff(&handoff, "c1", "public").unwrap();
    let case = base.case("c1").unwrap();
    assert_eq!(case.entries.len(), 1);
    assert_eq!(case.entries[0].reuse, Reuse::Section(Role::Issue));
}

#[test]
fn a_batch_counts_once_however_often_it_arrives() {
    let base = base();
    let direct = self::base();
    let mut visit = visit(&published(&base));
    visit.record(t(65), solved("bulb")).unwrap();
    let first = visit.take_events();
    assert_eq!(first.events.len(), 6);
    assert!(visit.take_events().events.is_empty());

    let merged = base.merge_events(&first, "public").unwrap();
    assert_eq!((merged.new, merged.duplicates), (6, 0));
    let digest = base.digest().unwrap();
    for _ in 0..2 {
        let merged = base.merge_events(&first, "public").unwrap();
        assert_eq!((merged.new, merged.duplicates), (0, 6));
        assert_eq!(base.digest().unwrap(), digest);
    }
    // The events count exactly as if they had been recorded in this base.
    for event in &first.events {
        // In the log, the ids of a page have a namespace of their own.
        let id = format!("page:{}", event.id);
        direct.record(Event::from(event.clone()).id(id)).unwrap();
    }
    assert_eq!(direct.digest().unwrap(), digest);
    let rate = base.solve_rate("bulb", None).unwrap();
    assert!(rate > base.solve_rate("cable", None).unwrap());

    // A visit restored after a reload continues its event numbers.
    let text = json::write(&visit).unwrap();
    let mut back: Visit = json::object("visit", &text).unwrap();
    back.check().unwrap();
    assert_eq!(back, visit);
    back.record(t(66), viewed("cable")).unwrap();
    let second = back.take_events();
    assert_eq!(second.events[0].id, "v1-7");
    assert_eq!(base.merge_events(&second, "public").unwrap().new, 1);
}

#[test]
fn a_page_can_say_no_more_than_a_reader() {
    let base = base();
    let digest = base.digest().unwrap();
    let batch = |event: Event| EventBatch {
        base: base
            .snapshot(&SnapshotRequest::new(public()))
            .map(Snapshot::open)
            .unwrap()
            .unwrap()
            .info()
            .base
            .clone(),
        events: vec![event],
    };
    let refused = |event: Event| {
        let merged = base.merge_events(&batch(event), "public").unwrap();
        assert_eq!((merged.new, merged.rejected.len()), (0, 1));
        ErrorCode::from_number(merged.rejected[0].code).unwrap()
    };
    let draft = ArticleDraft::new("fuse", Kind::Product, "Buy pills").audience("public");
    let put = EventKind::Put {
        article: Box::new(draft),
        expects: None,
    };
    assert_eq!(
        refused(Event::new(t(60), put).id("e1")),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(
            Event::new(
                t(60),
                EventKind::Verified {
                    article: "fuse".into()
                }
            )
            .id("e2")
        ),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(Event::new(t(60), solved("fuse"))),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(Event::new(t(60), solved("fuse")).id("e3").by("ann")),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(Event::new(t(60 + 24 * 60 + 1), solved("fuse")).id("e4")),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(Event::new(t(60), solved("none")).id("e5")),
        ErrorCode::ArticleNotFound
    );
    let forged = EventKind::Shown {
        impression: "k1-00".into(),
    };
    assert_eq!(
        refused(Event::new(t(60), forged).id("e6")),
        ErrorCode::InvalidImpression
    );
    assert_eq!(base.digest().unwrap(), digest);

    // A page may not work on cases, and may not rate an article its audience does not see.
    let accepted = EventKind::Accepted {
        article: "fuse".into(),
    };
    assert_eq!(
        refused(Event::new(t(60), accepted).id("e10").case("c1")),
        ErrorCode::InvalidValue
    );
    assert_eq!(
        refused(Event::new(t(60), solved("fuse")).id("e11").case("c1")),
        ErrorCode::InvalidValue
    );
    base.put(ArticleDraft::new("runbook", Kind::Product, "Inner lamp"))
        .unwrap();
    let digest = base.digest().unwrap();
    let hidden = refused(Event::new(t(60), solved("runbook")).id("e12"));
    assert_eq!(hidden, ErrorCode::ArticleNotFound);
    assert_eq!(base.digest().unwrap(), digest);

    // Events from a page count as a customer's, whatever audience they state. An agent's desk may name its agent.
    let event = Event::new(t(60), solved("fuse"))
        .id("e7")
        .session("s")
        .audience("internal");
    assert_eq!(base.merge_events(&batch(event), "public").unwrap().new, 1);
    let customers = base.evidence("fuse").unwrap();
    assert!(
        customers
            .iter()
            .all(|row| row.segment == kenpoint::model::Segment::Customer)
    );
    let event = Event::new(t(60), solved("bulb")).id("e8").by("ann");
    assert_eq!(base.merge_events(&batch(event), "internal").unwrap().new, 1);

    let code =
        |batch: &EventBatch, audience: &str| base.merge_events(batch, audience).unwrap_err().code();
    let other = EventBatch {
        base: "0".repeat(16),
        events: Vec::new(),
    };
    assert_eq!(code(&other, "public"), ErrorCode::Contradiction);
    assert_eq!(code(&other, "martians"), ErrorCode::UnknownName);
}

#[test]
fn what_is_refused_takes_nothing_else_with_it() {
    let base = base();
    let snapshot = published(&base);
    let events = (0..600).map(|n| {
        let article = if n % 200 == 7 { "gone" } else { "fuse" };
        Event::new(t(60), viewed(article))
            .id(format!("e{n}"))
            .session(format!("s{n}"))
    });
    let batch = EventBatch {
        base: snapshot.info().base.clone(),
        events: events.collect(),
    };
    let merged = base.merge_events(&batch, "public").unwrap();
    assert_eq!((merged.new, merged.duplicates), (597, 0));
    let places: Vec<u64> = merged
        .rejected
        .iter()
        .map(|refused| refused.index)
        .collect();
    assert_eq!(places, [7, 207, 407]);
    assert_eq!(merged.rejected[0].event, "e7");
    assert!(merged.rejected[0].message.contains("gone"));
    base.verify().unwrap();
}

#[test]
fn a_visit_has_limits_and_says_so() {
    let snapshot = published(&base());
    assert_eq!(
        snapshot.visit("").unwrap_err().code(),
        ErrorCode::InvalidValue
    );
    let code = snapshot.visit(&"v".repeat(225)).unwrap_err().code();
    assert_eq!(code, ErrorCode::TooLarge);
    let mut visit = snapshot.visit(&"v".repeat(224)).unwrap();
    for _ in 0..2_000 {
        visit.record(t(60), searched("lamp")).unwrap();
    }
    assert_eq!(
        visit.record(t(60), searched("lamp")).unwrap_err().code(),
        ErrorCode::TooLarge
    );
    let mut visit = snapshot.visit("v").unwrap();
    let what = EventKind::CaseClosed {};
    assert_eq!(
        visit.record(t(60), what).unwrap_err().code(),
        ErrorCode::InvalidValue
    );
    let long = "m".repeat((4 << 20) + 1);
    assert_eq!(
        visit.hand_over(t(60), &long).unwrap_err().code(),
        ErrorCode::TooLarge
    );
    assert_eq!(visit.outcome(), VisitOutcome::Silent {});
}

#[test]
fn what_was_written_since_becomes_a_note_of_the_same_case() {
    let base = base();
    let mut visit = visit(&published(&base));
    let first = visit.hand_over(t(65), "The lamp stays dark.").unwrap();
    base.open_handoff(&first, "c1", "public").unwrap();
    let second = visit.hand_over(t(70), "And now it smokes.").unwrap();
    base.open_handoff(&second, "c1", "public").unwrap();
    let texts = |base: &Base| -> Vec<String> {
        base.case("c1")
            .unwrap()
            .entries
            .into_iter()
            .map(|entry| entry.text)
            .collect()
    };
    assert_eq!(
        texts(&base),
        ["dark lamp", "The lamp stays dark.", "And now it smokes."]
    );
    base.open_handoff(&second, "c1", "public").unwrap();
    assert_eq!(texts(&base).len(), 3);

    // A device with a wrong clock.
    let late = visit.hand_over(t(60 + 24 * 60 + 1), "Hello?").unwrap();
    let code = base.open_handoff(&late, "c2", "public").unwrap_err().code();
    assert_eq!(code, ErrorCode::InvalidValue);
    assert_eq!(base.case("c2").unwrap_err().code(), ErrorCode::CaseNotFound);
}

#[test]
fn a_visit_is_solved_by_what_was_said_last() {
    let mut visit = visit(&published(&base()));
    visit.record(t(65), solved("bulb")).unwrap();
    visit.record(t(66), solved("fuse")).unwrap();
    assert_eq!(
        visit.outcome(),
        VisitOutcome::Solved {
            article: "fuse".into()
        }
    );
}
