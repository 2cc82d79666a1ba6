//! Bars of case evidence: banking77 as past cases that an article resolved.

use std::collections::BTreeMap;

use kenpoint::Base;
use kenpoint::model::{CaseDraft, CaseKind, Event, LinkDraft, LinkType, Reuse, Role, What};

use crate::articles::suggested;
use crate::bars::{Bars, Goal};
use crate::data::{self, text};
use crate::plain::Plain;
use crate::stats::{Dice, Grades, mean, ndcg};

/// Cases per article, bar, aim, as the issue lists them.
const STEPS: &[(usize, f64, f64)] = &[
    (0, 0.602, 0.61),
    (1, 0.66, 0.68),
    (5, 0.79, 0.82),
    (10, 0.85, 0.88),
    (usize::MAX, 0.918, 0.93),
];
/// The share of links to a wrong article in the second run.
const WRONG: f64 = 0.2;

struct PastCase {
    id: String,
    text: String,
    truth: String,
    /// Its number among the cases of its article, from 0.
    number: usize,
}

/// All messages of the test part, suggested for as an agent.
pub fn banking77(bars: &mut Bars) -> Result<(), String> {
    let (drafts, texts) = data::simple(&data::rows("banking77/corpus.jsonl")?);
    let ids: Vec<String> = texts.iter().map(|(id, _)| id.clone()).collect();
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
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let past: Vec<PastCase> = data::rows("banking77/train.jsonl")?
        .iter()
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
        .collect();
    let mut without_links = 0.0;
    for wrong in [0.0, WRONG] {
        let base = data::empty(data::clock())?;
        data::put(&base, drafts.clone())?;
        let mut from = 0;
        let mut dice = Dice(7);
        let mut links: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for &(n, bar, aim) in STEPS {
            let new = past.iter().filter(|c| (from..n).contains(&c.number));
            let mut events = Vec::new();
            for case in new {
                let article = if dice.unit() < wrong {
                    &ids[dice.below(ids.len())]
                } else {
                    &case.truth
                };
                links
                    .entry(article.clone())
                    .or_default()
                    .push(case.text.clone());
                events.extend(history(&base, case, article));
            }
            data::record(&base, events)?;
            from = n;
            if wrong > 0.0 && n == 0 {
                continue;
            }
            let figure = ours(&base, &queries)?;
            let concatenated = texts.iter().map(|(id, title)| {
                let cases = links.get(id).map(|l| l.join("\n")).unwrap_or_default();
                (id.clone(), format!("{title}\n{cases}"))
            });
            let plain = Plain::new(concatenated);
            let theirs: Vec<f64> = queries
                .iter()
                .map(|(query, grades)| ndcg(&plain.ids(query, 10), grades, 10))
                .collect();
            if n == 0 {
                without_links = figure;
            }
            let shown = if n == usize::MAX {
                "all".to_owned()
            } else {
                n.to_string()
            };
            let (what, goal) = if wrong > 0.0 {
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
            bars.line(&what, figure, Some(mean(&theirs)), goal);
        }
    }
    Ok(())
}

fn history(base: &Base, case: &PastCase, article: &str) -> [Event; 3] {
    let at = base.now();
    let draft = CaseDraft::new(&case.id, CaseKind::Service)
        .party(format!("party-{}", case.id))
        .entry(Reuse::Section(Role::Issue), &case.text);
    let link = LinkDraft::new(&case.id, article, LinkType::Resolved);
    [
        Event::new(
            at,
            What::CaseOpened {
                case: Box::new(draft),
            },
        ),
        Event::new(at, What::Linked { link })
            .case(&case.id)
            .by("agent"),
        Event::new(at, What::CaseClosed {}).case(&case.id),
    ]
}

fn ours(base: &Base, queries: &[(String, Grades)]) -> Result<f64, String> {
    let mut all = Vec::with_capacity(queries.len());
    for (query, grades) in queries {
        all.push(ndcg(&suggested(base, query, "internal", 10)?, grades, 10));
    }
    Ok(mean(&all))
}
