//! Bars of abuse: how far one identity, a crowd of nobody, or one agent moves an article.
//!
//! For each of some questions, the article at rank 10 is helped, or the one at rank 1 is harmed, and the question is asked
//! again. Three figures are printed for an attack: the mean number of ranks that the article moved, the most, and the
//! greatest lead that was overtaken, as a share of the lower score. One identity must move an article by one rank on
//! average at most, and overtake no lead above `CLOSE`; the others have larger bounds. The attacks run on 187 articles and
//! on all of `msoffice-kb`; what honest learning loses by the bounds is measured by `users`, `demand` and `banking77`.

use std::collections::BTreeSet;

use kenpoint::model::{
    ArticleDraft, CaseDraft, CaseKind, Event, EventKind, FlagReason, LinkDraft, LinkType, Reuse,
    Role, Viewer,
};
use kenpoint::{Base, SearchRequest, Timestamp};

use crate::articles::suggested;
use crate::bars::Bars;
use crate::data::{self, DAY_MS, Parts, failed};
use crate::questions::{filled, words};
use crate::stats::mean;

/// Articles of the small base.
const FEW: usize = 187;
/// Questions asked.
const QUESTIONS: usize = 40;
/// The rank of the article that is helped.
const RANK: usize = 10;
/// The lead that is still close: a share of the lower score. A greater one is clearly better.
const CLOSE: f64 = 0.03;
/// Cases that one agent links to one article.
const LINKED: usize = 1_000;

/// An attack: its name, its events on one article, the rank of that article, and the bars: the mean of ranks and the
/// greatest lead.
struct Attack {
    name: &'static str,
    events: fn(&Target<'_>) -> Vec<Event>,
    rank: usize,
    most: [f64; 2],
}

/// The article under attack.
struct Target<'a> {
    article: &'a str,
    question: &'a str,
    now: Timestamp,
    number: usize,
}

impl Target<'_> {
    fn article(&self) -> String {
        self.article.to_owned()
    }

    fn event(&self, days_ago: i64, what: EventKind) -> Event {
        Event::new(self.now.plus_days(-days_ago), what).audience("public")
    }

    fn rated(&self, days_ago: i64) -> Event {
        let article = self.article();
        self.event(
            days_ago,
            EventKind::Rated {
                article,
                value: 1.0,
            },
        )
    }

    fn visit(&self, name: usize) -> String {
        format!("visit-{}-{name}", self.number)
    }
}

fn one_rating(target: &Target<'_>) -> Vec<Event> {
    vec![target.rated(0).session(target.visit(0))]
}

/// One actor rates on a day of each of 24 months.
fn backdated(target: &Target<'_>) -> Vec<Event> {
    let rated = |month: i64| target.rated(month * 31).by("mallory");
    (0..24).map(rated).collect()
}

/// One visit reads the article a hundred times, an hour apart.
fn one_visit(target: &Target<'_>) -> Vec<Event> {
    let read = |hour: i64| {
        let article = target.article();
        let viewed = EventKind::Viewed {
            article,
            impression: None,
        };
        Event::new(target.now.plus_ms(-(hour + 30) * 3_600_000), viewed)
            .audience("public")
            .session(target.visit(0))
    };
    (0..100).map(read).collect()
}

fn identities(target: &Target<'_>) -> Vec<Event> {
    let rated = |one| target.rated(0).session(target.visit(one));
    (0..20).map(rated).collect()
}

fn nobody(target: &Target<'_>) -> Vec<Event> {
    let solved = |n: i64| {
        let article = target.article();
        target.event(n % 30, EventKind::Solved { article })
    };
    (0..1_000).map(solved).collect()
}

fn flag(target: &Target<'_>) -> Vec<Event> {
    let flagged = EventKind::Flagged {
        article: target.article(),
        reason: FlagReason::Unsafe,
    };
    vec![target.event(0, flagged).session(target.visit(0))]
}

fn failed_reads(target: &Target<'_>) -> Vec<Event> {
    let article = target.article();
    vec![
        target
            .event(0, EventKind::DidNotSolve { article })
            .session(target.visit(0)),
    ]
}

/// Three invented customers search the words of the question, read the article and say that it solved.
fn taught(target: &Target<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for party in 0..3 {
        let (query, article) = (target.question.to_owned(), target.article());
        let viewed = EventKind::Viewed {
            article,
            impression: None,
        };
        let article = target.article();
        for what in [
            EventKind::Searched { query },
            viewed,
            EventKind::Solved { article },
        ] {
            let event = target.event(0, what).session(target.visit(party));
            events.push(event.party(format!("party-{}-{party}", target.number)));
        }
    }
    events
}

const ATTACKS: &[Attack] = &[
    Attack {
        name: "one rating",
        events: one_rating,
        rank: RANK,
        most: [1.0, CLOSE],
    },
    Attack {
        name: "one actor, 24 months of ratings",
        events: backdated,
        rank: RANK,
        most: [1.0, CLOSE],
    },
    Attack {
        name: "one visit, 100 reads",
        events: one_visit,
        rank: RANK,
        most: [1.0, CLOSE],
    },
    Attack {
        name: "20 identities rate",
        events: identities,
        rank: RANK,
        most: [5.0, 0.11],
    },
    Attack {
        name: "1,000 of nobody",
        events: nobody,
        rank: RANK,
        most: [3.5, 0.08],
    },
    Attack {
        name: "one did-not-solve",
        events: failed_reads,
        rank: 1,
        most: [1.0, CLOSE],
    },
    Attack {
        name: "one flag of a page",
        events: flag,
        rank: 1,
        most: [1.0, CLOSE],
    },
    Attack {
        name: "three parties teach on one day",
        events: taught,
        rank: RANK,
        most: [3.0, 0.08],
    },
];

/// The articles of an answer with their scores.
fn ranked(base: &Base, question: &str) -> Result<Vec<(String, f64)>, String> {
    let request = SearchRequest::new(question, Viewer::new("public")).limit(200);
    let answer = base.search(&request).map_err(failed)?;
    let hits = answer.hits.into_iter();
    Ok(hits.map(|hit| (hit.id, hit.score)).collect())
}

/// Runs the attacks.
pub fn abuse(bars: &mut Bars) -> Result<(), String> {
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    let parts = Parts {
        description: true,
        symptoms: true,
    };
    let all = data::msoffice(&rows, parts).0;
    let step = (all.len() / FEW).max(1);
    let few: Vec<ArticleDraft> = all.iter().step_by(step).take(FEW).cloned().collect();
    for drafts in [few, all] {
        one_base(bars, &drafts)?;
    }
    Ok(())
}

fn one_base(bars: &mut Bars, drafts: &[ArticleDraft]) -> Result<(), String> {
    let n = drafts.len();
    let begin = data::beginning();
    // The articles are older than the ratings under old dates.
    let (base, clock) = filled(drafts.to_vec(), begin.plus_days(-800))?;
    clock.set(begin.plus_days(2));
    let step = (n / QUESTIONS).max(1);
    let titles = drafts.iter().step_by(step).take(QUESTIONS);
    let questions: Vec<String> = titles.map(|draft| words(&draft.title)).collect();
    let mut before = Vec::new();
    for question in &questions {
        before.push(ranked(&base, question)?);
    }
    for attack in ATTACKS {
        let (base, clock) = filled(drafts.to_vec(), begin.plus_days(-800))?;
        clock.set(begin);
        let mut targets: Vec<(usize, &str, usize)> = Vec::new();
        let mut seen = BTreeSet::new();
        for (number, list) in before.iter().enumerate() {
            if let Some((id, _)) = list.get(attack.rank - 1)
                && seen.insert(id)
            {
                targets.push((number, id, attack.rank));
            }
        }
        for (number, article, _) in &targets {
            let target = Target {
                article,
                question: &questions[*number],
                now: begin,
                number: *number,
            };
            data::record(&base, (attack.events)(&target))?;
        }
        clock.advance_ms(2 * DAY_MS);
        let (mut moved, mut lead) = (Vec::new(), 0.0f64);
        for (number, article, _) in &targets {
            let (old, now) = (&before[*number], ranked(&base, &questions[*number])?);
            let place = |list: &[(String, f64)]| list.iter().position(|(id, _)| id == article);
            let (Some(was), Some(is)) = (place(old), place(&now)) else {
                continue;
            };
            moved.push(was.abs_diff(is) as f64);
            let score = |id: &str| old.iter().find(|(one, _)| one == id).map(|(_, s)| *s);
            for (other, other_score) in old {
                let of = |list: &[(String, f64)]| list.iter().position(|(id, _)| id == other);
                let (Some(other_was), Some(other_is)) = (of(old), of(&now)) else {
                    continue;
                };
                if (other_was < was) != (other_is < is)
                    && let (Some(own), false) = (score(article), other == article)
                    && !targets.iter().any(|(_, id, _)| id == other)
                {
                    let [low, high] = [own.min(*other_score), own.max(*other_score)];
                    lead = lead.max(high / low - 1.0);
                }
            }
        }
        let most = moved.iter().copied().fold(0.0, f64::max);
        let name = format!("{n}: {}", attack.name);
        let [ranks, overtaken] = attack.most;
        bars.at_most(&format!("{name}: ranks"), mean(&moved), ranks);
        bars.beside(&format!("{name}: most ranks"), most, None);
        bars.at_most(&format!("{name}: lead"), lead, overtaken);
    }
    links(bars, drafts, &questions)
}

/// One agent links cases about all articles to one article. The figure is the share of other cases for which the article
/// is the first suggestion, in a base without other links and in one where a team links as many cases rightly.
fn links(bars: &mut Bars, drafts: &[ArticleDraft], questions: &[String]) -> Result<(), String> {
    let n = drafts.len();
    let begin = data::beginning();
    let Some(wrong) = drafts.last() else {
        return Ok(());
    };
    for has_team in [false, true] {
        let (base, clock) = filled(drafts.to_vec(), begin)?;
        let mut events = Vec::new();
        for number in 0..LINKED {
            let about = &drafts[number * 7 % n];
            let at = begin.plus_days((number % 50) as i64);
            case(
                &format!("a-{number}"),
                at,
                about,
                &wrong.id,
                "mallory",
                &mut events,
            );
            if has_team {
                let agent = format!("agent-{}", number % 8);
                case(
                    &format!("b-{number}"),
                    at,
                    about,
                    &about.id,
                    &agent,
                    &mut events,
                );
            }
        }
        clock.advance_ms(60 * DAY_MS);
        data::record(&base, events)?;
        let mut first = Vec::new();
        for question in questions {
            let found = suggested(&base, question, "internal", 1)?;
            first.push(f64::from(found.first() == Some(&wrong.id)));
        }
        let team = if has_team { " beside a team" } else { "" };
        let what = format!("{n}: one agent links {LINKED}{team}: first");
        bars.at_most(&what, mean(&first), 0.05);
    }
    Ok(())
}

fn case(
    id: &str,
    at: Timestamp,
    about: &ArticleDraft,
    article: &str,
    agent: &str,
    events: &mut Vec<Event>,
) {
    let draft = CaseDraft::new(id, CaseKind::Service)
        .party(format!("party-{id}"))
        .opened(at)
        .entry(Reuse::Section(Role::Issue), &about.title);
    let opened = EventKind::CaseOpened {
        case: Box::new(draft),
    };
    let link = LinkDraft::new(id, article, LinkType::Resolved);
    events.push(Event::new(at, opened).case(id));
    events.push(
        Event::new(at, EventKind::Linked { link })
            .case(id)
            .by(agent),
    );
    events.push(Event::new(at, EventKind::CaseClosed {}).case(id));
}
