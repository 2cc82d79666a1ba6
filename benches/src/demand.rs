//! Bars of usefulness: demand alone must not lower the quality of answers.
//!
//! Agents close cases with links. The articles of the cases follow Zipf's law, as demand does, and a link brings only
//! a success. So the articles in demand learn that they solve, and all others stay at the prior. Each kind of question
//! is asked as before, as often for an article nobody needs as for the one most needed, and then weighted by the
//! demand for its right article. The baseline is the same base without cases. A case is in the words of the title, so
//! that it teaches little beyond its link; the links are right, or one in five leads elsewhere. In half of the runs
//! customers read before they call: they search in the words of the case and open its first result, half of them the
//! second too, so that these reads failed. Figures are means over several orders of demand, because one question for
//! an article in great demand is a large part of a weighted mean.

use std::collections::{BTreeMap, HashMap};

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Event, EventKind, LinkDraft, LinkType, Reuse, Role,
};

use crate::articles::searched;
use crate::bars::{Bars, Goal};
use crate::data::{self, DAY_MS, Parts};
use crate::questions::{Corpus, corpus, filled, words};
use crate::stats::{Dice, Grades, mean};

/// Numbers of linked cases, ascending.
const CASES: [usize; 2] = [200, 2_000];
/// The share of links to a wrong article.
const WRONG: f64 = 0.2;
/// The chance that the second result is read too.
const SECOND: f64 = 0.5;
/// Agents who link, in turn.
const TEAM: usize = 8;
/// The days over which the cases come in.
const DAYS: usize = 60;
/// Orders of demand.
const DRAWS: u64 = 16;
/// Every so manyth question of the long kinds is asked.
const STEP: usize = 8;
/// The greatest loss of nDCG@10 by demand.
const MOST_LOST: f64 = 0.01;

/// The plain and the weighted mean of a kind.
type Figures = [f64; 2];

/// A kind, the cases and the weighting, in the order of the table.
type Key = (usize, usize, bool, bool);

/// The articles in the order of demand.
struct Demand {
    order: Vec<usize>,
    /// The sums of the shares up to each rank.
    sums: Vec<f64>,
}

impl Demand {
    /// Draws an order; the article at rank r is needed 1/r as often as the first.
    fn new(n: usize, dice: &mut Dice) -> Demand {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, dice.below(i + 1));
        }
        let mut sum = 0.0;
        let mut sums = Vec::with_capacity(n);
        for rank in 1..=n {
            sum += 1.0 / rank as f64;
            sums.push(sum);
        }
        Demand { order, sums }
    }

    fn draw(&self, dice: &mut Dice) -> usize {
        let at = dice.unit() * self.sums.last().copied().unwrap_or(1.0);
        let rank = self.sums.partition_point(|sum| *sum <= at);
        self.order[rank.min(self.order.len() - 1)]
    }

    /// Returns the demand for each article by id, the greatest being 1.
    fn weights<'d>(&self, drafts: &'d [ArticleDraft]) -> HashMap<&'d str, f64> {
        let ranked = self.order.iter().zip(1..);
        ranked
            .map(|(i, rank)| (drafts[*i].id.as_str(), 1.0 / f64::from(rank)))
            .collect()
    }
}

/// Asks each kind of question before and after the cases.
pub fn demand(bars: &mut Bars) -> Result<(), String> {
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    for (symptoms, kinds) in [
        (true, &["kbid", "oldtitle", "anchor", "descr"][..]),
        (false, &["symptom"]),
    ] {
        let parts = Parts {
            description: false,
            symptoms,
        };
        let corpus = corpus(&rows, parts, kinds)?.sampled(STEP);
        one_corpus(bars, &corpus)?;
    }
    Ok(())
}

fn one_corpus(bars: &mut Bars, corpus: &Corpus) -> Result<(), String> {
    let (base, _) = filled(corpus.drafts.clone(), data::beginning())?;
    let before: Vec<Vec<f64>> = corpus
        .kinds
        .iter()
        .map(|kind| kind.ask(&base))
        .collect::<Result<_, _>>()?;
    // The results that customers read before they call, by article.
    let mut read: HashMap<usize, Vec<String>> = HashMap::new();
    let mut sums: BTreeMap<Key, [Figures; 2]> = BTreeMap::new();
    for draw in 0..DRAWS {
        let demand = Demand::new(corpus.drafts.len(), &mut Dice(11 + draw));
        for is_wrong in [false, true] {
            for with_reads in [false, true] {
                let (after, clock) = filled(corpus.drafts.clone(), data::beginning())?;
                let start = after.now();
                clock.advance_ms(DAYS as i64 * DAY_MS);
                let mut dice = Dice(23 + draw);
                let mut from = 0;
                for (step, n_cases) in CASES.into_iter().enumerate() {
                    let mut events = Vec::new();
                    for number in from..n_cases {
                        let article = demand.draw(&mut dice);
                        if with_reads && !read.contains_key(&article) {
                            let title = words(&corpus.drafts[article].title);
                            read.insert(article, searched(&base, &title, "public", 2)?);
                        }
                        let reads = read.get(&article).filter(|_| with_reads);
                        let days = (number * DAYS / CASES[1]) as i64;
                        let at = start.plus_days(days);
                        let link = if is_wrong && dice.unit() < WRONG {
                            dice.below(corpus.drafts.len())
                        } else {
                            article
                        };
                        let drafts = [&corpus.drafts[article], &corpus.drafts[link]];
                        let reads = reads.map(Vec::as_slice).unwrap_or_default();
                        case(number, at, drafts, reads, &mut dice, &mut events);
                    }
                    from = n_cases;
                    data::record(&after, events)?;
                    for (number, (kind, before)) in corpus.kinds.iter().zip(&before).enumerate() {
                        let weights = demand.weights(&corpus.drafts);
                        let found = kind.ask(&after)?;
                        let of = |figures: &[f64]| weighed(figures, kind.grades(), &weights);
                        let sum = sums
                            .entry((number, step, is_wrong, with_reads))
                            .or_default();
                        for (sum, more) in sum.iter_mut().zip([of(&found), of(before)]) {
                            sum[0] += more[0] / DRAWS as f64;
                            sum[1] += more[1] / DRAWS as f64;
                        }
                    }
                }
            }
        }
    }
    for ((number, step, is_wrong, with_reads), [found, before]) in sums {
        let kind = corpus.kinds.get(number).map_or("", |kind| kind.kind);
        let links = if is_wrong { "20 % wrong" } else { "right" };
        let reads = if with_reads { ", reads" } else { "" };
        for (weighting, i) in [("", 0), (" by demand", 1)] {
            let what = format!("{kind}{weighting}, {} {links}{reads}", CASES[step]);
            let goal = Goal::bar(before[i] - MOST_LOST);
            bars.line(&what, found[i], Some(before[i]), goal);
        }
    }
    println!("# demand: means over {DRAWS} orders of demand");
    Ok(())
}

/// The events of one case: reads in vain, the case, its link and its end. `drafts` are the article it is about and the
/// article it is linked to.
fn case(
    number: usize,
    at: kenpoint::Timestamp,
    drafts: [&ArticleDraft; 2],
    reads: &[String],
    dice: &mut Dice,
    events: &mut Vec<Event>,
) {
    let party = format!("party-{number}");
    let [about, linked] = drafts;
    let n_read = if dice.unit() < SECOND { 2 } else { 1 };
    for (minutes, article) in (1..).zip(reads.iter().take(n_read)) {
        let viewed = EventKind::Viewed {
            article: article.clone(),
            impression: None,
        };
        events.push(
            Event::new(at.plus_ms(minutes * 60_000), viewed)
                .session(format!("visit-{number}"))
                .party(&party)
                .audience("public"),
        );
    }
    let at = at.plus_ms(1_800_000);
    let id = format!("case-{number}");
    let draft = CaseDraft::new(&id, CaseKind::Service)
        .party(&party)
        .opened(at)
        .entry(Reuse::Section(Role::Issue), &about.title);
    let link = LinkDraft::new(&id, &linked.id, LinkType::Resolved);
    let opened = EventKind::CaseOpened {
        case: Box::new(draft),
    };
    events.push(Event::new(at, opened).case(&id));
    events.push(
        Event::new(at, EventKind::Linked { link })
            .case(&id)
            .by(format!("agent-{}", number % TEAM)),
    );
    events.push(Event::new(at, EventKind::CaseClosed {}).case(&id));
}

/// Returns the mean of some figures, and the mean weighted by the demand for the right articles.
fn weighed<'g>(
    figures: &[f64],
    grades: impl Iterator<Item = &'g Grades>,
    weights: &HashMap<&str, f64>,
) -> Figures {
    let needed = |grades: &Grades| -> f64 {
        let articles = grades.keys().filter_map(|id| weights.get(id.as_str()));
        articles.sum()
    };
    let (sum, total) =
        figures
            .iter()
            .zip(grades)
            .fold((0.0, 0.0), |(sum, total), (figure, grades)| {
                let weight = needed(grades);
                (sum + weight * figure, total + weight)
            });
    [mean(figures), sum / f64::max(total, 1e-9)]
}
