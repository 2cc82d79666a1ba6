//! Bars of demotion: when the world changes, the article that was right must fall as fast as before.
//!
//! Customers ask for 20 days and read what they find; some say if it solved their problem, and agents close some cases
//! with a link to the right article. Then the facts change: each right article is wrong from that day on, and its
//! successor is put beside it, in more words, so that the text score alone leaves it behind. The base learns of it in one of three ways: a flag on the next day,
//! failed outcomes, or links to the successor alone. The measure is the mean over the days after the change of nDCG@10
//! with the successors as right answers, and the share of questions whose stale article stands above its successor.
//! The baseline is the same world under the numbers of the first design, in which age halves a score and evidence has
//! its full weight.

use std::collections::BTreeMap;
use std::sync::Arc;

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Event, EventKind, FlagReason, LinkDraft, LinkType,
};
use kenpoint::{Base, FixedClock};

use crate::articles::searched;
use crate::bars::{Bars, Goal};
use crate::data::{self, DAY_MS, text};
use crate::questions::words;
use crate::stats::{Dice, Grades, mean, ndcg};

/// The numbers of the first design.
const FIRST_DESIGN: [(&str, f64); 2] = [("freshness_floor", 0.5), ("usefulness_weight", 1.0)];
/// Days before and after the change.
const DAYS: [usize; 2] = [20, 14];
/// Sessions of each question on a day.
const SESSIONS: usize = 3;
/// The chance to examine each rank.
const LOOKS: [f64; 10] = [0.68, 0.61, 0.48, 0.34, 0.28, 0.20, 0.11, 0.10, 0.08, 0.06];
/// The chance that a reader says whether an article solved the problem.
const SAYS: f64 = 0.2;
/// The chance that a session becomes a case, closed with a link to the article that is right on that day.
const CASE: f64 = 0.1;
/// The greatest loss against the first design.
const MOST_LOST: f64 = 0.01;

/// Added to the title of a successor.
const NEW_WORDS: &str = "the new way for all teams";

/// The signal by which the base learns of the change.
#[derive(Clone, Copy, PartialEq)]
enum Signal {
    /// An agent flags the stale article on the next day. Readers say nothing.
    Flag,
    /// Readers of the stale article say that it did not solve their problem.
    Failures,
    /// Agents link the successor. Readers say nothing, and nothing speaks against the stale article, so this is no bar.
    Links,
}

struct World {
    drafts: Vec<ArticleDraft>,
    /// Question, right article.
    questions: Vec<(String, String)>,
}

/// The figures of one run: nDCG@10 and the share of stale articles above their successors, each a mean over the days.
struct Found {
    ndcg: f64,
    stale: f64,
}

/// Measures each way under the policy of the bench and under the first design.
pub fn changes(bars: &mut Bars) -> Result<(), String> {
    let world = world()?;
    for (signal, name) in [
        (Signal::Flag, "flagged"),
        (Signal::Failures, "reads fail"),
        (Signal::Links, "links only"),
    ] {
        let now = simulate(&world, signal, data::empty)?;
        let first = simulate(&world, signal, |clock| {
            data::with_numbers(clock, &FIRST_DESIGN)
        })?;
        for (what, now, first) in [
            ("nDCG@10", now.ndcg, first.ndcg),
            ("successor first", 1.0 - now.stale, 1.0 - first.stale),
        ] {
            let what = format!("facts change, {name}: {what}");
            if signal == Signal::Links {
                bars.beside(&what, now, Some(first));
            } else {
                bars.line(&what, now, Some(first), Goal::bar(first - MOST_LOST));
            }
        }
    }
    Ok(())
}

/// One question for each article of `workarena-kb` that has any: the first.
fn world() -> Result<World, String> {
    let (drafts, _) = data::simple(&data::rows("workarena-kb/corpus.jsonl")?);
    let grades = data::grades("workarena-kb/qrels.tsv")?;
    let mut questions: BTreeMap<String, String> = BTreeMap::new();
    for row in data::rows("workarena-kb/queries.jsonl")? {
        if let Some(right) = grades.get(text(&row, "id")).and_then(|g| g.keys().next()) {
            let question = || words(text(&row, "text"));
            questions.entry(right.clone()).or_insert_with(question);
        }
    }
    Ok(World {
        drafts,
        questions: questions.into_iter().map(|(right, q)| (q, right)).collect(),
    })
}

fn successor(article: &str) -> String {
    format!("{article}-next")
}

fn simulate(
    world: &World,
    signal: Signal,
    empty: impl Fn(Arc<FixedClock>) -> Result<Base, String>,
) -> Result<Found, String> {
    let clock = data::clock();
    let base = empty(clock.clone())?;
    data::put(&base, world.drafts.clone())?;
    let mut dice = Dice(5);
    let mut found = (Vec::new(), Vec::new());
    for day in 0..DAYS[0] + DAYS[1] {
        let has_changed = day >= DAYS[0];
        if day == DAYS[0] {
            let stale = world.questions.iter().map(|(_, right)| right);
            let of = |id: &String| world.drafts.iter().find(|draft| draft.id == *id);
            let next = stale.filter_map(of).map(|draft| ArticleDraft {
                id: successor(&draft.id),
                title: format!("{}, {NEW_WORDS}", draft.title),
                ..draft.clone()
            });
            data::put(&base, next.collect())?;
        }
        if day == DAYS[0] + 1 && signal == Signal::Flag {
            for (_, stale) in &world.questions {
                let flagged = base.flag(stale, FlagReason::Outdated, "agent");
                flagged.map_err(data::failed)?;
            }
        }
        let mut events = Vec::new();
        for (number, (question, right)) in world.questions.iter().enumerate() {
            let ranked = searched(&base, question, "public", 10)?;
            if has_changed {
                measure(&ranked, right, &mut found);
            }
            for session in 0..SESSIONS {
                let name = format!("{day}-{number}-{session}");
                let right = if has_changed {
                    successor(right)
                } else {
                    right.clone()
                };
                let says = !has_changed || signal == Signal::Failures;
                session_of(&base, &name, &ranked, &right, says, &mut dice, &mut events);
            }
        }
        clock.advance_ms(DAY_MS / 2);
        data::record(&base, events)?;
        clock.advance_ms(DAY_MS / 2);
    }
    Ok(Found {
        ndcg: mean(&found.0),
        stale: mean(&found.1),
    })
}

fn measure(ranked: &[String], stale: &String, found: &mut (Vec<f64>, Vec<f64>)) {
    let next = successor(stale);
    let place = |id: &String| {
        ranked
            .iter()
            .position(|one| one == id)
            .unwrap_or(usize::MAX)
    };
    found.1.push(f64::from(place(stale) < place(&next)));
    found.0.push(ndcg(ranked, &Grades::from([(next, 1.0)]), 10));
}

/// One session: reads by rank, outcomes of some reads, and in some a case.
fn session_of(
    base: &Base,
    name: &str,
    ranked: &[String],
    right: &str,
    says: bool,
    dice: &mut Dice,
    events: &mut Vec<Event>,
) {
    let party = format!("party-{name}");
    let at = |seconds: i64| base.now().plus_ms(seconds * 1_000);
    let event = |seconds: i64, what: EventKind| {
        Event::new(at(seconds), what)
            .session(format!("visit-{name}"))
            .party(&party)
            .audience("public")
    };
    for (seconds, (article, looks)) in (1..).map(|i| i * 60).zip(ranked.iter().zip(LOOKS)) {
        let article = article.clone();
        let is_right = article == right;
        // A stale article looks as right as its successor.
        let looks_right =
            is_right || article.trim_end_matches("-next") == right.trim_end_matches("-next");
        if dice.unit() >= looks * if looks_right { 1.0 } else { 0.1 } {
            continue;
        }
        events.push(event(
            seconds,
            EventKind::Viewed {
                article: article.clone(),
                impression: None,
            },
        ));
        if dice.unit() < SAYS && says {
            events.push(event(
                seconds + 30,
                if is_right {
                    EventKind::Solved { article }
                } else {
                    EventKind::DidNotSolve { article }
                },
            ));
        }
        if is_right {
            break;
        }
    }
    if dice.unit() < CASE {
        let case = format!("case-{name}");
        let draft = CaseDraft::new(&case, CaseKind::Service).party(format!("caller-{name}"));
        let link = LinkDraft::new(&case, right, LinkType::Resolved);
        let case_event = |what| Event::new(at(900), what).case(&case);
        events.push(Event::new(
            at(900),
            EventKind::CaseOpened {
                case: Box::new(draft),
            },
        ));
        events.push(case_event(EventKind::Linked { link }).by("agent"));
        events.push(case_event(EventKind::CaseClosed {}));
    }
}
