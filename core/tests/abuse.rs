//! Tests how far an identity, a crowd of nobody or an agent can move an article, with bounds worked out by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod common;

use std::sync::Arc;

use common::at;
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Confidence, Event, EventBatch, EventKind, FlagReason, Kind,
    LinkDraft, LinkType, Reuse, Role, Verdict, Viewer,
};
use kenpoint::{
    Base, ErrorCode, FixedClock, ReviewRequest, SearchRequest, Snapshot, SnapshotRequest,
    SuggestRequest, Timestamp,
};

const NOW: &str = "2026-03-01T12:00:00Z";

fn now() -> Timestamp {
    at(NOW)
}

fn article(id: &str, title: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, title)
        .audience("public")
        .confidence(Confidence::Validated)
}

/// A base with the article `lamp`, years older than the events.
fn base() -> (Base, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(at("2020-01-01")));
    let base = Base::in_memory().clock(Arc::clone(&clock)).open().unwrap();
    base.put(article("lamp", "The lamp stays dark")).unwrap();
    clock.set(now());
    (base, clock)
}

fn solved() -> EventKind {
    EventKind::Solved {
        article: "lamp".into(),
    }
}

fn rated(value: f64) -> EventKind {
    EventKind::Rated {
        article: "lamp".into(),
        value,
    }
}

fn viewed() -> EventKind {
    EventKind::Viewed {
        article: "lamp".into(),
        impression: None,
    }
}

fn rate(base: &Base) -> f64 {
    base.solve_rate("lamp", None).unwrap()
}

/// P(solved | read) after some successes, with the prior of ten reads at one half.
fn after(successes: f64) -> f64 {
    (5.0 + successes) / (10.0 + successes)
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} {b}");
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

fn merge(base: &Base, events: Vec<Event>) {
    let merged = base.merge_events(&batch(base, events), "public").unwrap();
    assert_eq!(merged.rejected, []);
}

/// The log of a base, read into another one.
fn copy(base: &Base) -> Base {
    let mut log = Vec::new();
    base.export(&mut log).unwrap();
    let clock = FixedClock::at(base.now());
    let copy = Base::in_memory().clock(clock).open().unwrap();
    let files = [("log.jsonl".to_owned(), log)];
    let options = kenpoint::exchange::ImportOptions::new();
    copy.import_files(&files, &options, &mut |_| {
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    copy
}

#[test]
fn a_thousand_of_nobody_count_as_eight_voices() {
    let (base, _) = base();
    let events = |order: &mut dyn Iterator<Item = u32>| -> Vec<Event> {
        order
            .map(|n| Event::new(now(), solved()).id(format!("n{n}")))
            .collect()
    };
    base.record_all(events(&mut (0..1))).unwrap();
    // One counts as a voice does.
    near(rate(&base), after(2.0));
    base.record_all(events(&mut (1..1_000))).unwrap();
    near(rate(&base), after(2.0 * (1.0 + libm::log(1_000.0))));
    // Years of them under old dates are one crowd too: with their decay they are less than their number.
    let old = (0..1_000).map(|n| {
        let then = now().plus_days(-(i64::from(n) % 700));
        Event::new(then, solved()).id(format!("o{n}"))
    });
    base.record_all(old.collect()).unwrap();
    assert!(rate(&base) < after(2.0 * (1.0 + libm::log(2_000.0))));

    let (reversed, _) = self::base();
    reversed.record_all(events(&mut (0..1_000).rev())).unwrap();
    near(rate(&reversed), after(2.0 * (1.0 + libm::log(1_000.0))));
    base.verify().unwrap();
    let copied = copy(&base);
    assert_eq!(copied.digest().unwrap(), base.digest().unwrap());
    assert_eq!(rate(&copied).to_bits(), rate(&base).to_bits());
}

/// Whatever the dates, versions and visits of its votes, a voice has one unit of a signal.
#[test]
fn a_voice_counts_once() {
    let (base, _) = base();
    let months = [5, 0, 23, 11, 2, 17];
    for month in months {
        let then = now().plus_days(-31 * month);
        base.record(Event::new(then, rated(1.0)).by("mallory"))
            .unwrap();
    }
    near(rate(&base), after(1.5));
    let rows = base.evidence("lamp").unwrap();
    assert_eq!(rows.iter().map(|row| row.amount).sum::<f64>(), 1.0);
    // A vote on another version is the same voice again; a vote of another voice is not.
    base.put(article("lamp", "The lamp stays dark").section(Role::Note, "More."))
        .unwrap();
    base.record(Event::new(now().plus_ms(1), rated(1.0)).by("mallory"))
        .unwrap();
    near(rate(&base), after(1.5));
    base.record(Event::new(now().plus_ms(1), rated(1.0)).session("mallory"))
        .unwrap();
    near(rate(&base), after(3.0));
    base.verify().unwrap();
}

#[test]
fn a_visitor_who_reads_a_hundred_times_reads_once() {
    for party in [None, Some("acme")] {
        let (base, _) = base();
        for n in 0..100 {
            let mut event = Event::new(now().plus_ms(-(n + 30) * 3_600_000), viewed());
            event.party = party.map(str::to_owned);
            let visit = if party.is_some() { n } else { 0 };
            base.record(event.session(format!("visit-{visit}")))
                .unwrap();
        }
        // A silent success counts a tenth; the newest is of yesterday, so a little less.
        let [most, least] = [after(0.1), after(0.09)];
        assert!(
            rate(&base) <= most && rate(&base) > least,
            "{party:?} {}",
            rate(&base)
        );
        base.verify().unwrap();
    }
}

fn open(base: &Base, id: &str, text: &str) {
    let case = CaseDraft::new(id, CaseKind::Service)
        .party(format!("party-{id}"))
        .entry(Reuse::Section(Role::Issue), text);
    base.open_case(case).unwrap();
}

fn resolve(base: &Base, id: &str, text: &str, article: &str, agent: &str) {
    open(base, id, text);
    base.link(LinkDraft::new(id, article, LinkType::Resolved), agent)
        .unwrap();
    base.resolve_case(id, None).unwrap();
}

/// An agent's links to an article are one voice, and retracting them one by one restores each number.
#[test]
fn the_links_of_one_agent_count_once() {
    let (base, clock) = base();
    let none = rate(&base);
    let mut rates = Vec::new();
    for n in 0..4 {
        clock.set(now().plus_days(n));
        resolve(&base, &format!("c{n}"), "lantern", "lamp", "ann");
        rates.push(rate(&base));
        near(rate(&base), after(2.0 * 0.9));
    }
    resolve(&base, "d", "lantern", "lamp", "bob");
    near(rate(&base), after(4.0 * 0.9));
    let retract = |id: &str| base.retract_link(id, "lamp", LinkType::Resolved).unwrap();
    retract("d");
    near(rate(&base), after(2.0 * 0.9));
    for n in (0..4).rev() {
        retract(&format!("c{n}"));
        clock.set(now().plus_days(n - 1));
        if let Some(before) = usize::try_from(n - 1).ok().and_then(|n| rates.get(n)) {
            assert_eq!(rate(&base).to_bits(), before.to_bits());
        }
    }
    assert_eq!(rate(&base), none);
    assert!(base.evidence("lamp").unwrap().is_empty());
    base.verify().unwrap();
}

/// A flag of a reader waits for a second voice on a later day; an actor's counts at once.
#[test]
fn a_flag_needs_a_second_voice() {
    let (base, clock) = base();
    let flag = |id: &str, session: &str| {
        let what = EventKind::Flagged {
            article: "lamp".into(),
            reason: FlagReason::Unsafe,
        };
        Event::new(base.now(), what).id(id).session(session)
    };
    let is_suspect = || base.article("lamp").unwrap().suspect.is_some();
    merge(&base, vec![flag("1", "a")]);
    assert!(!is_suspect());
    let queue = base.reviews().queue(&ReviewRequest::new()).unwrap();
    assert_eq!(
        queue[0].suspect.as_ref().unwrap().reason,
        FlagReason::Unsafe
    );
    // Other visits on that day, and dates of another day in the same batch, are no second day.
    let backdated = Event {
        at: base.now().plus_days(-3),
        ..flag("2", "b")
    };
    merge(&base, vec![backdated, flag("3", "c")]);
    assert!(!is_suspect());
    base.verify().unwrap();
    let before = base.digest().unwrap();
    assert_eq!(copy(&base).digest().unwrap(), before);

    clock.set(now().plus_days(1));
    merge(&base, vec![flag("4", "d")]);
    assert!(is_suspect());
    base.verify_article("lamp", "ann").unwrap();
    assert!(!is_suspect());
    // After a verification a reader begins again; the same visit on other days is one voice.
    for day in 2..5 {
        clock.set(now().plus_days(day));
        merge(&base, vec![flag(&format!("day {day}"), "a")]);
        assert!(!is_suspect(), "{day}");
    }
    base.flag("lamp", FlagReason::Wrong, "bob").unwrap();
    assert!(is_suspect());
    base.verify().unwrap();
}

const THINGS: [&str; 12] = [
    "printer", "router", "kettle", "fridge", "camera", "scooter", "doorbell", "toaster", "speaker",
    "monitor", "keyboard", "radio",
];

/// A base with an article for each thing and one of nothing, to which an agent links cases about all of them.
fn linked(n: usize) -> Base {
    let clock = FixedClock::at(now());
    let base = Base::in_memory().clock(clock).open().unwrap();
    for thing in THINGS {
        let id = format!("{thing}-noise");
        let draft = article(&id, &format!("The {thing} makes noise"));
        base.put(draft.section(Role::Resolution, "Call the workshop."))
            .unwrap();
    }
    base.put(article("spam", "Our great offers")).unwrap();
    for case in 0..n {
        let thing = THINGS[case % THINGS.len()];
        let text = format!("{thing} noise number{case}");
        resolve(&base, &format!("c{case}"), &text, "spam", "mallory");
    }
    base
}

fn first(base: &Base, text: &str) -> (String, f64) {
    let request = SuggestRequest::for_text(text, Viewer::new("internal")).threshold(0.0);
    let answer = base.suggest(&request).unwrap();
    let spam = answer.suggestions.iter().find(|one| one.id == "spam");
    let evidence = spam.map_or(0.0, |one| one.explanation.case_evidence);
    (answer.suggestions[0].id.clone(), evidence)
}

/// An article that is linked to all cases is no answer to any of them.
#[test]
fn an_article_of_all_cases_leads_none() {
    let base = linked(240);
    for thing in THINGS {
        let (first, evidence) = first(&base, &format!("my {thing} makes noise"));
        assert_eq!(first, format!("{thing}-noise"));
        // All neighbours link to it, and so do 240 of 240 + 20 cases: 1 - 240/260 = .077 of K is left.
        assert!(
            evidence > 0.0 && evidence < 1.0 - 240.0 / 260.0,
            "{evidence}"
        );
    }
    base.verify().unwrap();
    let request = SnapshotRequest::new(Viewer::new("internal"));
    let snapshot = Snapshot::open(base.snapshot(&request).unwrap()).unwrap();
    for text in ["my radio makes noise", "kettle number14"] {
        let request = SuggestRequest::for_text(text, Viewer::new("internal"))
            .threshold(0.0)
            .now(base.now());
        let scores = |answer: kenpoint::SuggestAnswer| -> Vec<(String, u64)> {
            let list = answer.suggestions.into_iter();
            list.map(|one| (one.id, one.score.to_bits())).collect()
        };
        assert_eq!(
            scores(base.suggest(&request).unwrap()),
            scores(snapshot.suggest(&request).unwrap())
        );
    }
}

/// An agent whose links were judged is believed as often as they were confirmed.
#[test]
fn links_weigh_by_audited_accuracy() {
    let base = linked(0);
    for n in 0..12 {
        let (id, text) = (format!("c{n}"), format!("noise number{n}"));
        resolve(&base, &id, &text, "spam", "mallory");
    }
    let evidence = || first(&base, "noise number11").1;
    // A later verdict replaces the one before.
    let mut at = now();
    let mut judge = |n: usize, verdict| {
        at = at.plus_ms(1);
        let article = "spam".to_owned();
        let link = LinkType::Resolved;
        let what = EventKind::LinkVerdict {
            article,
            link,
            verdict,
        };
        base.record(Event::new(at, what).case(format!("c{n}")).by("coach"))
            .unwrap();
    };
    for n in 0..9 {
        judge(n, Verdict::Confirmed);
    }
    let before = evidence();
    judge(9, Verdict::Confirmed);
    assert_eq!(evidence(), before);
    // Nine of ten are confirmed: confidence .9 · .9 = .81, and one neighbour of 12 is gone.
    judge(9, Verdict::Rejected);
    let nine_of_ten = evidence();
    judge(8, Verdict::Rejected);
    assert!(nine_of_ten < before && evidence() < nine_of_ten);
    judge(8, Verdict::Confirmed);
    assert_eq!(evidence(), nine_of_ten);
    judge(9, Verdict::Confirmed);
    assert_eq!(evidence(), before);
    base.verify().unwrap();
}

/// Invented customers of a page teach a word only if they come on two days.
#[test]
fn a_page_teaches_no_word_in_a_day() {
    let (base, clock) = base();
    base.put(article("offer", "Great offers").section(Role::Note, "Cheap."))
        .unwrap();
    let lesson = |party: &str, then: Timestamp| -> Vec<Event> {
        let article = || "offer".to_owned();
        let viewed = EventKind::Viewed {
            article: article(),
            impression: None,
        };
        let searched = EventKind::Searched {
            query: "lantern".into(),
        };
        let solved = EventKind::Solved { article: article() };
        [searched, viewed, solved]
            .into_iter()
            .zip(0..)
            .map(|(what, n)| {
                Event::new(then.plus_ms(n * 60_000), what)
                    .id(format!("{party}-{n}"))
                    .session(party)
                    .party(party)
            })
            .collect()
    };
    let found = |audience: &str| {
        let request = SearchRequest::new("lantern", Viewer::new(audience));
        !base.search(&request).unwrap().hits.is_empty()
    };
    // Four customers in one batch, under the dates of four days.
    let batch = (1..5).flat_map(|n| lesson(&format!("p{n}"), now().plus_days(-n)));
    merge(&base, batch.collect());
    clock.set(now().plus_ms(3_600_000));
    assert!(!found("public") && !found("internal"));
    // One of them on another day is believed.
    clock.set(now().plus_days(1));
    merge(&base, lesson("p9", now().plus_days(1)));
    clock.set(now().plus_days(1).plus_ms(3_600_000));
    assert!(found("public") && found("internal"));
    base.verify().unwrap();
    assert_eq!(copy(&base).digest().unwrap(), base.digest().unwrap());
    let snapshot = base.snapshot(&SnapshotRequest::new(Viewer::new("public")));
    let request = SearchRequest::new("lantern", Viewer::new("public")).now(base.now());
    let snapshot = Snapshot::open(snapshot.unwrap()).unwrap();
    let score = |hits: &[kenpoint::Hit]| hits[0].score.to_bits();
    assert_eq!(
        score(&snapshot.search(&request).unwrap().hits),
        score(&base.search(&request).unwrap().hits)
    );
}

/// A batch counts up to its bounds; what is beyond is rejected event by event.
#[test]
fn a_batch_is_bounded() {
    let (base, _) = base();
    let forged = (0..2_000).map(|n| {
        Event::new(now(), solved())
            .id(format!("f{n}"))
            .session(format!("s{n}"))
    });
    let merged = base
        .merge_events(&batch(&base, forged.collect()), "public")
        .unwrap();
    assert_eq!((merged.new, merged.rejected.len()), (1_000, 1_000));
    assert_eq!(merged.rejected[0].index, 1_000);
    assert_eq!(merged.rejected[0].code, ErrorCode::TooLarge.number());
    near(rate(&base), after(2_000.0));

    let searched = |n: usize| {
        let query = format!("lamp {n}");
        Event::new(now(), EventKind::Searched { query }).id(format!("q{n}"))
    };
    let many = batch(&base, (0..10_002).map(searched).collect());
    let merged = base.merge_events(&many, "public").unwrap();
    assert_eq!((merged.new, merged.rejected.len()), (10_000, 2));
    assert_eq!(merged.rejected[1].index, 10_001);
}

#[test]
fn one_identity_overtakes_no_clearly_better_match() {
    let (base, _) = base();
    // The second matches one word of two: it is clearly worse, and one voice does not bring it up.
    base.put(article("other", "The lamp is too bright"))
        .unwrap();
    let order = || -> Vec<(String, f64)> {
        let request = SearchRequest::new("lamp dark", Viewer::new("public"));
        let hits = base.search(&request).unwrap().hits.into_iter();
        hits.map(|hit| (hit.id, hit.score)).collect()
    };
    let before = order();
    assert!(before[0].1 > 1.03 * before[1].1, "{before:?}");
    let solved = EventKind::Solved {
        article: "other".into(),
    };
    base.record(Event::new(now(), solved).session("s")).unwrap();
    let one = order();
    assert_eq!(one[0].0, "lamp");
    // (7/12) / (1/2) = 7/6, to the power of 1.5 · .1: 2.3 %.
    near(one[1].1 / before[1].1, libm::pow(7.0 / 6.0, 0.15));
}
