//! Bars of learning, on simulated users who search, read and leave.
//!
//! Each session has a visit and a customer of its own: a query, and one view for each opened result. The base answers
//! the sessions of a day as it stands in the morning; they are recorded in the evening, so that silent successes ripen
//! a day later, as in reality. The measure is the mean nDCG@10 of the queries before the first session and a day and a
//! half after the last.
//!
//! There are two models of users. The bars apply to the position-based model: the chance to examine a rank falls with
//! the rank, and an examined article is opened with chance 1 if it is right and .1 if not. For comparison there are
//! cascade users, who read from the top, open wrong articles more often and stop when they are satisfied. It is not
//! recorded on which model the learning defaults were first chosen, so a gain counts only if both models show it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use kenpoint::model::{ArticleDraft, Event, EventKind};
use kenpoint::{Base, FixedClock};

use crate::articles::{searched, suggested};
use crate::bars::{Bars, Goal};
use crate::data::{self, DAY_MS, Parts, text};
use crate::stats::{Dice, Grades, mean, ndcg, standard_error};

/// Sessions per query in the long run.
const SESSIONS_A_QUERY: usize = 50;
/// Total sessions in the short run.
const FEW_SESSIONS: usize = 100;
/// Number of short runs, each with its own draws and queries.
const SEEDS: u64 = 20;
/// Length of the long run in days.
const DAYS: usize = 25;
/// Two-sided 95 % of Student's t with 19 degrees of freedom.
const T_19: f64 = 2.093;
/// Chance to examine each rank. Source: our choice, the usual steep fall with rank.
const LOOKS: [f64; 10] = [0.68, 0.61, 0.48, 0.34, 0.28, 0.20, 0.11, 0.10, 0.08, 0.06];

#[derive(Clone, Copy, PartialEq)]
enum Model {
    /// The position-based model, to which the bars apply.
    Positions,
    /// The cascade model, for comparison.
    Cascade,
}

struct World {
    drafts: Vec<ArticleDraft>,
    queries: Vec<(String, Grades)>,
    /// True if the queries are texts of cases, false if they are typed.
    is_case_text: bool,
}

impl World {
    fn ranked(&self, base: &Base, query: &str, k: usize) -> Result<Vec<String>, String> {
        if self.is_case_text {
            suggested(base, query, "public", k)
        } else {
            searched(base, query, "public", k)
        }
    }

    fn base(&self) -> Result<(Base, Arc<FixedClock>), String> {
        let clock = data::clock();
        let base = data::empty(clock.clone())?;
        data::put(&base, self.drafts.clone())?;
        Ok((base, clock))
    }

    fn quality(&self, base: &Base, of: &[usize]) -> Result<f64, String> {
        let mut all = Vec::with_capacity(of.len());
        for i in of {
            let (query, grades) = &self.queries[*i];
            all.push(ndcg(&self.ranked(base, query, 10)?, grades, 10));
        }
        Ok(mean(&all))
    }
}

/// Draws the results that a user opens, in order.
fn opened(model: Model, ranked: &[String], grades: &Grades, dice: &mut Dice) -> Vec<String> {
    let mut out = Vec::new();
    for (id, looks) in ranked.iter().zip(LOOKS) {
        let is_right = grades.contains_key(id);
        match model {
            Model::Positions => {
                if dice.unit() < looks * if is_right { 1.0 } else { 0.1 } {
                    out.push(id.clone());
                }
            }
            Model::Cascade => {
                let (opens, stops) = if is_right { (0.9, 0.5) } else { (0.4, 0.1) };
                if dice.unit() < opens {
                    out.push(id.clone());
                    if dice.unit() < stops {
                        break;
                    }
                }
            }
        }
    }
    out
}

/// Raw counts of clicks, for comparison.
#[derive(Default)]
struct Counts {
    of_article: HashMap<String, f64>,
    of_pair: HashMap<(usize, String), f64>,
}

struct Outcome {
    before: f64,
    after: f64,
    by_article: f64,
    by_pair: f64,
}

/// Simulates `n_sessions` over `days` and measures before and after.
fn simulate(
    world: &World,
    model: Model,
    of: &[usize],
    n_sessions: usize,
    days: usize,
    seed: u64,
) -> Result<Outcome, String> {
    let (base, clock) = world.base()?;
    let mut dice = Dice(seed * 1_000_003 + 17);
    let before = world.quality(&base, of)?;
    let mut counts = Counts::default();
    let mut number = 0;
    for day in 0..days {
        let today = n_sessions * (day + 1) / days - n_sessions * day / days;
        let mut events = Vec::new();
        let mut answers: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for _ in 0..today {
            number += 1;
            let i = of[dice.below(of.len())];
            let (query, grades) = &world.queries[i];
            if let Entry::Vacant(vacant) = answers.entry(i) {
                vacant.insert(world.ranked(&base, query, 10)?);
            }
            let ranked = &answers[&i];
            let at = base.now();
            let event = |after_s: i64, what: EventKind| {
                Event::new(at.plus_ms(after_s * 1000), what)
                    .session(format!("visit-{number}"))
                    .party(format!("party-{number}"))
                    .audience("public")
            };
            events.push(event(
                0,
                EventKind::Searched {
                    query: query.clone(),
                },
            ));
            for (j, article) in (1..).zip(opened(model, ranked, grades, &mut dice)) {
                *counts.of_article.entry(article.clone()).or_default() += 1.0;
                *counts.of_pair.entry((i, article.clone())).or_default() += 1.0;
                events.push(event(
                    j * 60,
                    EventKind::Viewed {
                        article,
                        impression: None,
                    },
                ));
            }
        }
        clock.advance_ms(DAY_MS / 2);
        data::record(&base, events)?;
        clock.advance_ms(DAY_MS / 2);
    }
    clock.advance_ms(DAY_MS + DAY_MS / 2);
    let after = world.quality(&base, of)?;
    let (by_article, by_pair) = counted(world, of, &counts)?;
    Ok(Outcome {
        before,
        after,
        by_article,
        by_pair,
    })
}

/// Resorts the lists of the base without feedback by counted clicks: per article, and per query and article.
fn counted(world: &World, of: &[usize], counts: &Counts) -> Result<(f64, f64), String> {
    let (base, _) = world.base()?;
    let (mut by_article, mut by_pair) = (Vec::new(), Vec::new());
    for i in of {
        let (query, grades) = &world.queries[*i];
        let ranked = world.ranked(&base, query, 30)?;
        let sorted = |clicks: &dyn Fn(&String) -> f64| {
            let mut list = ranked.clone();
            list.sort_by(|a, b| clicks(b).total_cmp(&clicks(a)));
            ndcg(&list, grades, 10)
        };
        by_article.push(sorted(&|id| {
            counts.of_article.get(id).copied().unwrap_or(0.0)
        }));
        by_pair.push(sorted(&|id| {
            counts
                .of_pair
                .get(&(*i, id.clone()))
                .copied()
                .unwrap_or(0.0)
        }));
    }
    Ok((mean(&by_article), mean(&by_pair)))
}

/// Measures both kinds of queries, with many sessions and few.
pub fn users(bars: &mut Bars) -> Result<(), String> {
    let (drafts, _) = data::simple(&data::rows("workarena-kb/corpus.jsonl")?);
    let workarena = World {
        drafts,
        queries: queries("workarena-kb", |_| true)?,
        is_case_text: false,
    };
    let (drafts, _) = data::msoffice(
        &data::rows("msoffice-kb/corpus.jsonl")?,
        Parts {
            description: false,
            symptoms: false,
        },
    );
    let symptoms = World {
        drafts,
        queries: queries("msoffice-kb", |kind| kind == "symptom")?,
        is_case_text: true,
    };
    for (name, world, n_long, n_short) in [
        ("workarena", &workarena, 200, 100),
        ("symptom", &symptoms, 40, 40),
    ] {
        let n = world.queries.len();
        let long = sample(n, n_long);
        println!(
            "# users, {name}: {} of {n} queries, {} sessions",
            long.len(),
            long.len() * SESSIONS_A_QUERY
        );
        for (model, who) in [
            (Model::Positions, "position-based users"),
            (Model::Cascade, "cascade users"),
        ] {
            let sessions = long.len() * SESSIONS_A_QUERY;
            let found = simulate(world, model, &long, sessions, DAYS, 1)?;
            let gain = found.after / found.before;
            let what = format!("{name}, {who}: after / before");
            if model == Model::Positions {
                bars.line(&what, gain, Some(1.0), Goal::aim(1.10, 1.15));
                bars.beside(&format!("{name}: nDCG@10"), found.after, Some(found.before));
                let what = format!("{name}: clicks per article");
                bars.beside(&what, found.by_article, Some(found.before));
                let what = format!("{name}: clicks per (query, article)");
                bars.beside(&what, found.by_pair, Some(found.before));
            } else {
                bars.beside(&what, gain, Some(1.0));
            }
        }
        let few = sample(n, n_short);
        let mut changes = Vec::new();
        for seed in 1..=SEEDS {
            let found = simulate(world, Model::Positions, &few, FEW_SESSIONS, 1, seed)?;
            changes.push(found.after - found.before);
        }
        let low = mean(&changes) - T_19 * standard_error(&changes);
        println!(
            "# users, {name}: {FEW_SESSIONS} sessions over {} queries, {SEEDS} seeds: mean change {:+.4}",
            few.len(),
            mean(&changes)
        );
        let what = format!("{name}: 100 sessions, lower 95 % bound");
        bars.line(&what, low, None, Goal::bar(-0.005));
    }
    Ok(())
}

fn queries(set: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Grades)>, String> {
    let grades = data::grades(&format!("{set}/qrels.tsv"))?;
    Ok(data::rows(&format!("{set}/queries.jsonl"))?
        .iter()
        .filter(|row| wanted(text(row, "kind")))
        .filter_map(|row| {
            Some((
                text(row, "text").to_owned(),
                grades.get(text(row, "id"))?.clone(),
            ))
        })
        .collect())
}

/// Samples about `n` of `total` positions in blocks of ten, so that paraphrases of one question stay together.
fn sample(total: usize, n: usize) -> Vec<usize> {
    let step = (total / n).max(1);
    (0..total).filter(|i| (i / 10) % step == 0).collect()
}
