//! Bars of case evidence: the messages of banking77 as past cases, each resolved by an article.

use std::collections::BTreeMap;

use kenpoint::Base;
use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Event, EventKind, LinkDraft, LinkType, Reuse, Role,
};

use serde_json::Value;

use crate::articles::suggested;
use crate::bars::{Bars, Goal};
use crate::data::{self, text};
use crate::plain::Plain;
use crate::stats::{Dice, Grades, mean, ndcg};

/// Cases per article, bar, aim.
const STEPS: &[(usize, f64, f64)] = &[
    (0, 0.602, 0.61),
    (1, 0.66, 0.68),
    (5, 0.79, 0.82),
    (10, 0.85, 0.88),
    (usize::MAX, 0.918, 0.93),
];
/// Number of orders in which an article gets its cases: that of the file, then shuffled ones. The figures are means
/// over the orders, since the choice of cases alone moves a figure by a hundredth.
const DRAWS: u64 = 3;
/// Agents who link.
const TEAM: usize = 8;
/// The share of links to a wrong article in the second run.
const WRONG: f64 = 0.2;

struct PastCase {
    id: String,
    text: String,
    truth: String,
    /// Its position among the cases of its article, from 0.
    number: usize,
}

/// Suggests for every message of the test part, as an agent.
pub fn banking77(bars: &mut Bars) -> Result<(), String> {
    let (drafts, texts) = data::simple(&data::rows("banking77/corpus.jsonl")?);
    let grades = data::grades("banking77/qrels.tsv")?;
    let queries: Vec<(String, Grades)> = data::rows("banking77/queries.jsonl")?
        .iter()
        .filter_map(|row| {
            Some((
                text(row, "text").to_owned(),
                grades.get(text(row, "id"))?.clone(),
            ))
        })
        .collect();
    let rows = data::rows("banking77/train.jsonl")?;
    let mut sums: BTreeMap<(bool, usize), Vec<(f64, f64)>> = BTreeMap::new();
    for draw in 0..DRAWS {
        let past = past_cases(&rows, draw);
        for wrong in [0.0, WRONG] {
            for (step, ours, theirs) in one_history(&drafts, &texts, &past, &queries, wrong)? {
                sums.entry((wrong > 0.0, step))
                    .or_default()
                    .push((ours, theirs));
            }
        }
    }
    let mut without_links = 0.0;
    for ((is_wrong, step), figures) in sums {
        let (ours, theirs): (Vec<f64>, Vec<f64>) = figures.into_iter().unzip();
        let Some(&(n, bar, aim)) = STEPS.get(step) else {
            continue;
        };
        if n == 0 {
            without_links = mean(&ours);
        }
        let shown = if n == usize::MAX {
            "all".to_owned()
        } else {
            n.to_string()
        };
        let (what, goal) = if is_wrong {
            (
                format!("banking77, {shown} cases each, 20 % wrong"),
                Goal::bar(without_links),
            )
        } else {
            (
                format!("banking77 nDCG@10, {shown} cases each"),
                Goal::aim(bar, aim),
            )
        };
        bars.line(&what, mean(&ours), Some(mean(&theirs)), goal);
    }
    println!("# banking77: means over {DRAWS} choices of the first cases");
    Ok(())
}

/// Turns the training messages into past cases, each with its position among those of its article.
fn past_cases(rows: &[Value], draw: u64) -> Vec<PastCase> {
    let mut order: Vec<&Value> = rows.iter().collect();
    let mut dice = Dice(draw);
    if draw > 0 {
        for i in (1..order.len()).rev() {
            order.swap(i, dice.below(i + 1));
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    order
        .into_iter()
        .map(|row| {
            let truth = text(row, "intent").to_owned();
            let count = counts.entry(truth.clone()).or_default();
            *count += 1;
            PastCase {
                id: text(row, "id").to_owned(),
                text: text(row, "text").to_owned(),
                truth,
                number: *count - 1,
            }
        })
        .collect()
}

/// Adds cases to one base step by step; returns (step, our figure, the baseline's) for each.
fn one_history(
    drafts: &[ArticleDraft],
    texts: &[(String, String)],
    past: &[PastCase],
    queries: &[(String, Grades)],
    wrong: f64,
) -> Result<Vec<(usize, f64, f64)>, String> {
    let base = data::empty(data::clock())?;
    data::put(&base, drafts.to_vec())?;
    let mut from = 0;
    let mut dice = Dice(7);
    let mut links: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut out = Vec::new();
    for (step, &(n, ..)) in STEPS.iter().enumerate() {
        let mut events = Vec::new();
        for case in past.iter().filter(|c| (from..n).contains(&c.number)) {
            let is_wrong = dice.unit() < wrong;
            let article = match texts.get(dice.below(texts.len())) {
                Some((other, _)) if is_wrong => other,
                _ => &case.truth,
            };
            links.entry(article).or_default().push(&case.text);
            events.extend(history(&base, case, article));
        }
        data::record(&base, events)?;
        from = n;
        if wrong > 0.0 && n == 0 {
            continue;
        }
        let concatenated = texts.iter().map(|(id, title)| {
            let cases = links.get(id.as_str()).map(|l| l.join("\n"));
            (
                id.clone(),
                format!("{title}\n{}", cases.unwrap_or_default()),
            )
        });
        let plain = Plain::new(concatenated);
        let theirs: Vec<f64> = queries
            .iter()
            .map(|(query, grades)| ndcg(&plain.ids(query, 10), grades, 10))
            .collect();
        out.push((step, ours(&base, queries)?, mean(&theirs)));
    }
    Ok(out)
}

fn history(base: &Base, case: &PastCase, article: &str) -> [Event; 3] {
    // The links of one agent count as one, so the cases come from a team.
    let at = base.now();
    let agent = format!("agent-{}", (case.number + case.truth.len()) % TEAM);
    let draft = CaseDraft::new(&case.id, CaseKind::Service)
        .party(format!("party-{}", case.id))
        .entry(Reuse::Section(Role::Issue), &case.text);
    let link = LinkDraft::new(&case.id, article, LinkType::Resolved);
    [
        Event::new(
            at,
            EventKind::CaseOpened {
                case: Box::new(draft),
            },
        ),
        Event::new(at, EventKind::Linked { link })
            .case(&case.id)
            .by(agent),
        Event::new(at, EventKind::CaseClosed {}).case(&case.id),
    ]
}

fn ours(base: &Base, queries: &[(String, Grades)]) -> Result<f64, String> {
    let mut all = Vec::with_capacity(queries.len());
    for (query, grades) in queries {
        all.push(ndcg(&suggested(base, query, "internal", 10)?, grades, 10));
    }
    Ok(mean(&all))
}
