//! The invariants of the model, each by its number (design 4.5), through the public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use common::{LABELS, Rng, World, at, context, empty_at, query, size, words};
use kenpoint::EvidenceRow;
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Change, Confidence, Event, EventKind, Kind, LinkDraft,
    LinkType, Reuse, Role, Signal, Verdict, Viewer,
};
use kenpoint::rank::FactorName;
use kenpoint::{Base, ErrorCode, Recorded, SearchRequest, Snippet, SuggestRequest, Timestamp};
use proptest::prelude::*;

fn t(hours: i64) -> Timestamp {
    at("2026-03-02T09:00:00Z").plus_ms(hours * 3_600_000)
}

fn lamp(id: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, "The lamp stays dark")
        .section(Role::Resolution, "Change the fuse.")
        .audience("public")
        .confidence(Confidence::Validated)
}

/// A base in which `lamp` and `other` are public.
fn lamps() -> Base {
    let base = empty_at("2026-12-31");
    for id in ["lamp", "other"] {
        base.put(lamp(id)).unwrap();
    }
    base
}

/// The score of `lamp` for a query it matches, and the whole answer.
fn score(base: &Base, audience: &str, now: Timestamp) -> (f64, String) {
    let request = SearchRequest::new("dark lamp", Viewer::new(audience))
        .now(now)
        .explain(true);
    let answer = base.search(&request).unwrap();
    let hit = answer.hits.iter().find(|hit| hit.id == "lamp").unwrap();
    (hit.score, serde_json::to_string(&answer).unwrap())
}

fn vote(n: usize, kind: u8) -> EventKind {
    let article = "lamp".to_owned();
    match kind % 4 {
        0 => EventKind::Solved { article },
        1 => EventKind::DidNotSolve { article },
        2 => EventKind::Rated {
            article,
            value: (n % 5) as f64 / 4.0,
        },
        _ => EventKind::Rated {
            article,
            value: 0.9,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: size("KENPOINT_CASES", 48) as u32, ..ProptestConfig::default() })]

    /// A voter has one effective vote per version and window; N duplicates equal one.
    #[test]
    fn i5_one_vote_per_voter_version_and_window(
        votes in prop::collection::vec((0u8..4, 0i64..600, 0usize..5), 1..25),
        copies in 1usize..5,
    ) {
        let base = lamps();
        let events: Vec<Event> = votes
            .iter()
            .enumerate()
            .map(|(i, (kind, hour, n))| {
                Event::new(t(*hour), vote(*n, *kind)).id(format!("v{i:02}")).by("anna")
            })
            .collect();
        for event in &events {
            for copy in 0..copies {
                let done = base.record(event.clone()).unwrap();
                prop_assert_eq!(done, if copy == 0 { Recorded::New } else { Recorded::Duplicate });
            }
        }
        // Only the greatest (at, id) of each window of 30 days counts; computed here independently.
        let only = lamps();
        let window = |event: &Event| event.at.day().0.div_euclid(30);
        for event in &events {
            let is_last = events
                .iter()
                .filter(|other| window(other) == window(event))
                .all(|other| (other.at, &other.id) <= (event.at, &event.id));
            if is_last {
                only.record(event.clone()).unwrap();
            }
        }
        prop_assert_eq!(base.evidence("lamp").unwrap(), only.evidence("lamp").unwrap());
        prop_assert_eq!(score(&base, "public", t(700)).1, score(&only, "public", t(700)).1);
        // Another voter's vote counts in addition. A voter who votes on a new version, too, still has one unit of a signal.
        let before = base.evidence("lamp").unwrap();
        let more = Event::new(events[0].at, EventKind::Solved { article: "lamp".into() });
        base.record(more.clone().id("bert").by("bert")).unwrap();
        let draft = lamp("lamp").section(Role::Note, "More.").change(Change::Minor);
        let put = EventKind::Put { article: Box::new(draft), expects: None };
        base.record(Event::new(events[0].at, put)).unwrap();
        base.record(more.id("anna-2").by("anna")).unwrap();
        let sum = |rows: &[EvidenceRow]| rows.iter().map(|row| row.amount).sum::<f64>();
        let solved = |rows: &[EvidenceRow]| -> f64 {
            let rows = rows.iter().filter(|row| row.signal == Signal::Solved);
            rows.map(|row| row.amount).sum()
        };
        let after = base.evidence("lamp").unwrap();
        prop_assert_eq!(solved(&after), 2.0);
        prop_assert!((sum(&after) - sum(&before) - 2.0 + solved(&before)).abs() < 1e-9);
    }

    /// One more success never lowers the score; one more failure never raises it.
    #[test]
    fn i6_usefulness_is_monotone(
        votes in prop::collection::vec((0u8..4, 0i64..4000, 0usize..5), 0..30),
        hour in 0i64..4000,
        later in 0i64..4000,
    ) {
        let base = lamps();
        for (i, (kind, hour, n)) in votes.iter().enumerate() {
            let event = Event::new(t(*hour), vote(*n, *kind)).by(format!("voter{i}"));
            base.record(event).unwrap();
        }
        let now = t(later);
        let rate = |base: &Base| base.solve_rate("lamp", Some(now)).unwrap();
        for (what, sign) in [
            (EventKind::Solved { article: "lamp".into() }, 1.0),
            (EventKind::DidNotSolve { article: "lamp".into() }, -1.0),
        ] {
            let before = (rate(&base), score(&base, "public", now).0);
            base.record(Event::new(t(hour), what).by(format!("one more {sign}"))).unwrap();
            let after = (rate(&base), score(&base, "public", now).0);
            prop_assert!((after.0 - before.0) * sign >= 0.0, "{before:?} {after:?}");
            prop_assert!((after.1 - before.1) * sign >= 0.0, "{before:?} {after:?}");
        }
    }

    /// Retracting restores the previous numbers exactly, whatever happened to the article in between.
    #[test]
    fn i9_retracting_restores_the_numbers(
        kind in 0usize..4,
        rejected in any::<bool>(),
        edited in any::<bool>(),
        resolved_first in any::<bool>(),
        reopened in any::<bool>(),
    ) {
        let link = [LinkType::Resolved, LinkType::Helped, LinkType::TriedFailed, LinkType::Dismissed][kind];
        let plain = |with_link: bool| {
            let base = lamps();
            let case = CaseDraft::new("c", CaseKind::Service)
                .entry(Reuse::Section(Role::Issue), "my lamp stays dark")
                .opened(t(0));
            base.record(Event::new(t(0), EventKind::CaseOpened { case: Box::new(case) }).id("open")).unwrap();
            let done = || Event::new(t(5), EventKind::CaseResolved { first_contact: None }).id("done").case("c");
            if resolved_first {
                base.record(done()).unwrap();
            }
            if with_link {
                let mut draft = LinkDraft::new("c", "lamp", link);
                draft.reason = Some(kenpoint::model::DismissReason::Wrong);
                base.record(Event::new(t(2), EventKind::Linked { link: draft }).id("link").by("anna")).unwrap();
            }
            if !resolved_first {
                base.record(done()).unwrap();
            }
            if edited {
                base.put(lamp("lamp").section(Role::Issue, "It is night.")).unwrap();
            }
            if reopened {
                base.record(Event::new(t(20), EventKind::CaseReopened {}).id("again").case("c")).unwrap();
            }
            base
        };
        let (without, with) = (plain(false), plain(true));
        let article = "lamp".to_owned();
        prop_assert!(!with.evidence("lamp").unwrap().is_empty() || reopened);
        let back = if rejected {
            EventKind::LinkVerdict { article, link, verdict: Verdict::Rejected }
        } else {
            EventKind::LinkRetracted { article, link }
        };
        with.record(Event::new(t(30), back).case("c")).unwrap();
        prop_assert_eq!(without.evidence("lamp").unwrap(), with.evidence("lamp").unwrap());
        for audience in LABELS {
            prop_assert_eq!(score(&without, audience, t(40)), score(&with, audience, t(40)));
        }
        let suggest = |base: &Base| {
            let request = SuggestRequest::for_text("lamp stays dark", Viewer::new("team")).now(t(40));
            serde_json::to_string(&base.suggest(&request).unwrap()).unwrap()
        };
        prop_assert_eq!(suggest(&without), suggest(&with));
        with.verify().unwrap();
    }
}

/// Case-only text appears nowhere outside its case.
#[test]
fn i4_case_only_text_stays_in_its_case() {
    let base = lamps();
    for n in 0..6 {
        let id = format!("c{n}");
        let case = CaseDraft::new(&id, CaseKind::Service)
            .entry(Reuse::Section(Role::Issue), "my lantern stays dark")
            .entry(Reuse::CaseOnly, "xyzzy plugh")
            .party(format!("p{n}"))
            .opened(t(n));
        base.open_case(case).unwrap();
        base.link(LinkDraft::new(&id, "lamp", LinkType::Resolved), "anna")
            .unwrap();
        base.record(
            Event::new(
                t(n + 1),
                EventKind::CaseResolved {
                    first_contact: None,
                },
            )
            .case(&id),
        )
        .unwrap();
        base.note(
            &id,
            kenpoint::model::EntryDraft::new(Reuse::CaseOnly, "frobozz"),
        )
        .unwrap();
    }
    for audience in LABELS {
        for secret in ["xyzzy", "plugh", "frobozz", "xyz*", "\"xyzzy plugh\""] {
            let request = SearchRequest::new(secret, Viewer::new(audience)).now(t(99));
            assert!(
                base.search(&request).unwrap().hits.is_empty(),
                "{audience} {secret}"
            );
            let request = SuggestRequest::for_text(secret, Viewer::new(audience))
                .now(t(99))
                .threshold(0.0);
            let answer = base.suggest(&request).unwrap();
            assert!(
                answer.suggestions.is_empty() && answer.similar.is_empty(),
                "{audience} {secret}"
            );
        }
        // The shared note was learned and leads to the article; the case-only note appears nowhere.
        let request = SearchRequest::new("lantern", Viewer::new(audience))
            .now(t(99))
            .explain(true);
        let answer = base.search(&request).unwrap();
        assert_eq!(answer.hits[0].id, "lamp", "{audience}");
        let request = SuggestRequest::for_text("lantern dark", Viewer::new(audience))
            .now(t(99))
            .threshold(0.0);
        let text = format!("{answer:?} {:?}", base.suggest(&request).unwrap());
        for secret in ["xyzzy", "plugh", "frobozz"] {
            assert!(!text.contains(secret), "{audience}");
        }
    }
    // The similarity of cases uses shared notes only.
    let request = SuggestRequest::for_text("my lantern stays dark", Viewer::new("team"))
        .now(t(99))
        .threshold(0.0);
    assert_eq!(base.suggest(&request).unwrap().similar.len(), 6);
}

/// Learned terms reach customers only after three distinct customers taught them.
#[test]
fn i4_learned_words_leave_with_the_third_customer() {
    let base = lamps();
    let found = |audience: &str| {
        let request = SearchRequest::new("lantern", Viewer::new(audience)).now(t(99));
        !base.search(&request).unwrap().hits.is_empty()
    };
    for (n, party) in ["ann", "ann", "bob", "bob", "cleo"].iter().enumerate() {
        assert!(!found("public") && !found("partner"), "{n}");
        let id = format!("c{n}");
        let case = CaseDraft::new(&id, CaseKind::Service)
            .entry(Reuse::Section(Role::Issue), "my lantern")
            .party(*party)
            .opened(t(n as i64));
        base.open_case(case).unwrap();
        base.link(LinkDraft::new(&id, "lamp", LinkType::Resolved), "anna")
            .unwrap();
        base.record(
            Event::new(
                t(9),
                EventKind::CaseResolved {
                    first_contact: None,
                },
            )
            .case(&id),
        )
        .unwrap();
        assert!(found("internal"), "{n}");
    }
    assert!(found("public") && found("partner"));
}

/// Terms learned in the base's language are also found by viewers who read other languages.
#[test]
fn learned_words_are_found_beside_articles_in_other_languages() {
    let base = lamps();
    let case = CaseDraft::new("c", CaseKind::Service)
        .entry(Reuse::Section(Role::Issue), "flickering candles")
        .opened(t(0));
    base.open_case(case).unwrap();
    base.link(LinkDraft::new("c", "lamp", LinkType::Resolved), "anna")
        .unwrap();
    base.resolve_case("c", None).unwrap();
    let request = SearchRequest::new("flickering candles", Viewer::new("team")).now(t(9_999));
    let ids = |base: &Base| -> Vec<String> {
        let hits = base.search(&request).unwrap().hits;
        hits.into_iter().map(|hit| hit.id).collect()
    };
    assert_eq!(ids(&base), ["lamp"]);
    let mut german = lamp("lampe");
    german.language = "de".into();
    german.title = "Die Lampe bleibt dunkel".into();
    base.put(german).unwrap();
    assert_eq!(ids(&base), ["lamp"]);
}

/// Merging keeps the sum of evidence and the number of links; old ids resolve.
#[test]
fn i7_merging_keeps_evidence_and_links() {
    for seed in 0..size("KENPOINT_WORLDS", 8) as u64 {
        let world = World::new(seed + 300).live(150);
        let base = &world.base;
        let public: Vec<&String> = world
            .articles
            .iter()
            .filter(|id| {
                let article = base.article(id).unwrap();
                id.starts_with("a-")
                    && article.id == **id
                    && article.confidence == Confidence::Validated
                    && article.scope.entitlement.is_empty()
            })
            .collect();
        let mut rng = Rng(seed);
        for _ in 0..4 {
            let (a, b) = (*rng.pick(&public), *rng.pick(&public));
            let (x, y) = (base.article(a).unwrap(), base.article(b).unwrap());
            if x.id == y.id || x.id != *a || y.id != *b || x.audience != y.audience {
                continue;
            }
            let rows = |id: &str| base.evidence(id).unwrap();
            let links = |id: &str| base.links_of_article(id).unwrap().len();
            let (before, n_links) = ((rows(a), rows(b)), links(a) + links(b));
            base.record_arrived(
                vec![Event::new(
                    world.now,
                    EventKind::Merged {
                        article: a.clone(),
                        into: b.clone(),
                    },
                )],
                world.now,
            )
            .unwrap();
            let sorted = |mut rows: Vec<EvidenceRow>| {
                rows.sort_by_key(|row| format!("{row:?}"));
                rows
            };
            assert_eq!(sorted([before.0, before.1].concat()), sorted(rows(b)));
            // The old id answers with the evidence of the target.
            assert_eq!(rows(a), rows(b));
            assert_eq!(links(b), n_links);
            assert_eq!(base.article(a).unwrap().id, *b);
            let request = SearchRequest::new(x.title, Viewer::new("team"))
                .now(world.now)
                .limit(100);
            assert!(
                base.search(&request)
                    .unwrap()
                    .hits
                    .iter()
                    .all(|hit| hit.id != *a)
            );
        }
        base.verify().unwrap();
    }
}

/// Multiplying the factors of an explanation gives the score bit for bit (I8). No archived, expired or hidden article
/// is in an answer (I10).
#[test]
fn i8_and_i10_hold_in_every_answer() {
    let (mut n_hits, mut n_suggestions) = (0, 0);
    for seed in 0..size("KENPOINT_WORLDS", 4) as u64 {
        let world = World::new(seed + 500).live(200);
        let mut rng = Rng(seed);
        for _ in 0..150 {
            let mut viewer = Viewer::new(*rng.pick(&LABELS));
            if rng.one_in(3) {
                viewer = viewer.entitled_to("gold0");
            }
            let now = world.now.plus_days(rng.below(80) as i64 - 30);
            let context = context(&mut rng, &world.articles);
            let request = SearchRequest::new(query(&mut rng), viewer.clone())
                .now(now)
                .limit(100)
                .context(context.clone())
                .explain(true);
            let Ok(answer) = world.base.search(&request) else {
                continue;
            };
            for pair in answer.hits.windows(2) {
                let order = pair[1].score.total_cmp(&pair[0].score);
                assert!(order.then(pair[0].id.cmp(&pair[1].id)).is_lt());
            }
            for hit in &answer.hits {
                let explanation = hit.explanation.as_ref().unwrap();
                assert_eq!(explanation.fold().to_bits(), hit.score.to_bits());
                assert_eq!(explanation.score.to_bits(), hit.score.to_bits());
                assert!(
                    world.sees(&viewer, now, &hit.id),
                    "{viewer:?} {now} {}",
                    hit.id
                );
                assert_eq!(world.base.article(&hit.id).unwrap().id, hit.id);
                n_hits += 1;
            }
            let request = SuggestRequest::for_text(words(&mut rng, 6), viewer.clone())
                .now(now)
                .limit(20)
                .context(context.clone())
                .threshold(0.0);
            let answer = world.base.suggest(&request).unwrap();
            for suggestion in &answer.suggestions {
                assert_eq!(
                    suggestion.explanation.fold().to_bits(),
                    suggestion.score.to_bits()
                );
                assert!(world.sees(&viewer, now, &suggestion.id));
                assert!(!context.tried.contains(&suggestion.id));
                assert!((0.0..=1.0).contains(&suggestion.solve_probability));
                n_suggestions += 1;
            }
            for case in &answer.similar {
                assert!(case.solved_by.iter().all(|id| world.sees(&viewer, now, id)));
            }
        }
    }
    assert!(
        n_hits > 1_000 && n_suggestions > 500,
        "{n_hits} {n_suggestions}"
    );
}

/// An unknown date or rating is neutral.
#[test]
fn i13_the_unknown_is_neutral() {
    let base = lamps();
    let factor = |base: &Base, name: FactorName, now| {
        let request = SearchRequest::new("dark lamp", Viewer::new("public"))
            .now(now)
            .explain(true);
        let answer = base.search(&request).unwrap();
        let hit = answer
            .hits
            .into_iter()
            .find(|hit| hit.id == "lamp")
            .unwrap();
        let factors = hit.explanation.unwrap().factors;
        factors
            .iter()
            .find(|factor| factor.name == name)
            .unwrap()
            .value
    };
    let now = base.now();
    assert_eq!(factor(&base, FactorName::Usefulness, now), 1.0);
    assert_eq!(factor(&base, FactorName::Freshness, now), 1.0);
    // An article without verification or review, or seen before its creation, is as fresh as a new one.
    assert_eq!(
        factor(&base, FactorName::Freshness, now.plus_days(-400)),
        1.0
    );
    assert_eq!(base.solve_rate("lamp", Some(now)).unwrap(), 0.5);
    // Events without a rating (clicks, dwelling, shown lists) leave U unchanged.
    for what in [
        EventKind::Clicked {
            article: "lamp".into(),
            rank: None,
            impression: None,
        },
        EventKind::Dwelt {
            article: "lamp".into(),
            seconds: 5,
        },
        EventKind::Commented {
            article: "lamp".into(),
            text: "hm".into(),
        },
        EventKind::Viewed {
            article: "lamp".into(),
            impression: None,
        },
    ] {
        base.record(Event::new(now, what)).unwrap();
    }
    assert_eq!(
        factor(&base, FactorName::Usefulness, now.plus_days(30)),
        1.0
    );
}

#[test]
fn an_answer_without_snippets_is_the_same_answer() {
    let world = World::new(11).live(120);
    let base = world.base;
    let mut rng = Rng(5);
    let mut n_hits = 0;
    for _ in 0..40 {
        let request = SearchRequest::new(query(&mut rng), Viewer::new("internal"));
        let Ok(whole) = base.search(&request) else {
            continue;
        };
        let mut bare = base.search(&request.snippet_chars(0)).unwrap();
        assert!(
            bare.hits
                .iter()
                .all(|hit| hit.snippet == Snippet::default())
        );
        for (bare, whole) in bare.hits.iter_mut().zip(&whole.hits) {
            assert!(whole.snippet.text.chars().count() <= 240);
            bare.snippet = whole.snippet.clone();
        }
        assert_eq!(bare, whole);
        n_hits += whole
            .hits
            .iter()
            .filter(|hit| !hit.snippet.text.is_empty())
            .count();
    }
    assert!(n_hits > 50);
    let long = SearchRequest::new("lamp", Viewer::new("internal")).snippet_chars(2_001);
    assert_eq!(base.search(&long).unwrap_err().code(), ErrorCode::TooLarge);
}

/// "in" is a stop word of English, but not of Spanish.
#[test]
fn a_snippet_marks_the_words_of_its_own_language() {
    let base = empty_at("2026-12-31");
    let text = |id: &str, language: &str, text: &str| {
        let mut draft = ArticleDraft::new(id, Kind::Product, format!("About {id}"))
            .section(Role::Resolution, text)
            .audience("public")
            .confidence(Confidence::Validated);
        draft.language = language.into();
        draft
    };
    base.put(text("en", "en", "Put the lamp in the box."))
        .unwrap();
    base.put(text("es", "es", "La caja, lamp in english."))
        .unwrap();
    let viewer = Viewer::new("public");
    let asked = "the lamp in the box";
    let found = base
        .search(&SearchRequest::new(asked, viewer.clone()))
        .unwrap();
    let mut marked: Vec<(&str, String)> = found
        .hits
        .iter()
        .map(|hit| (hit.id.as_str(), hit.snippet.to_html()))
        .collect();
    marked.sort();
    let expected = [
        ("en", "Put the <mark>lamp</mark> in the <mark>box</mark>."),
        ("es", "La caja, <mark>lamp</mark> <mark>in</mark> english."),
    ];
    assert_eq!(marked, expected.map(|(id, html)| (id, html.to_owned())));
    let request = SuggestRequest::for_text(asked, viewer).threshold(0.0);
    let suggested = base.suggest(&request).unwrap().suggestions;
    for (id, html) in expected {
        let of_id = suggested.iter().find(|one| one.id == id).unwrap();
        assert_eq!(of_id.snippet.to_html(), html);
    }
}
