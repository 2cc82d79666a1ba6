//! Explains the rank of an article in words.

use crate::error::{number, quote};
use crate::model::FreshnessState;
use crate::projection::records::ArticleRecord;
use crate::rank::context::Fit;
use crate::rank::freshness::{self, Age};
use crate::rank::{CaseEvidence, Explanation, Factor, FactorName, Signals, blend};
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// The inputs of an explanation.
pub struct Grounds<'a> {
    /// The ranking policy.
    pub policy: &'a RankPolicy,
    /// The article.
    pub article: &'a ArticleRecord,
    /// The signals of its score.
    pub signals: Signals,
    /// The evidence of past cases about it.
    pub cases: CaseEvidence,
    /// The part of its age in F.
    pub age: Age,
    /// The number of similar past cases that were consulted.
    pub n_similar: usize,
    /// The parts of C that are not 1.
    pub fits: &'a [Fit],
    /// The freshness state of the article.
    pub state: FreshnessState,
    /// The matched words with their share of T, largest first.
    pub matched: Vec<(String, f64)>,
    /// P(solved | read); `None` without evidence.
    pub solve_rate: Option<f64>,
    /// The instant.
    pub now: Timestamp,
}

/// Builds the explanation. Multiplying its factors in order gives the score bit for bit (I8).
pub fn explain(grounds: Grounds<'_>) -> Explanation {
    let words = [
        fresh_words(&grounds),
        useful_words(&grounds),
        relevance_words(&grounds),
        context_words(grounds.fits),
        failure_words(&grounds),
    ];
    let values = grounds.signals.factors(grounds.policy);
    let factors: Vec<Factor> = FactorName::ALL
        .iter()
        .zip(values)
        .zip(words)
        .map(|((name, value), words)| Factor {
            name: *name,
            value,
            words,
        })
        .collect();
    let summary = summary(&grounds);
    Explanation {
        score: grounds.signals.score(grounds.policy),
        factors,
        text: blend::text(grounds.signals.text),
        case_evidence: grounds.signals.helped,
        matched: grounds.matched,
        summary,
    }
}

/// Writes the summary: `12 similar cases, 9 closed by this; verified 12 days ago`.
fn summary(grounds: &Grounds<'_>) -> String {
    let mut parts = Vec::new();
    let cases = &grounds.cases;
    if cases.n_resolved + cases.n_helped > 0 {
        parts.push(case_words(grounds));
    } else if let Some((word, _)) = grounds.matched.first() {
        let others = grounds.matched.len() - 1;
        parts.push(match others {
            0 => format!("matches {}", quote(word)),
            n => format!("matches {} and {n} more {}", quote(word), plural(n, "word")),
        });
    }
    parts.push(verified_words(grounds));
    if let Some(suspect) = &grounds.article.suspect {
        parts.push(format!("flagged as {}", suspect.reason));
    }
    if cases.n_failed > 0 {
        parts.push(format!("in vain in {} of them", cases.n_failed));
    }
    parts.join("; ")
}

fn case_words(grounds: &Grounds<'_>) -> String {
    let cases = &grounds.cases;
    let mut text = format!(
        "{} similar {}",
        grounds.n_similar,
        plural(grounds.n_similar, "case")
    );
    if cases.n_resolved > 0 {
        text += &format!(", {} closed by this", cases.n_resolved);
    }
    if cases.n_helped > 0 {
        text += &format!(", {} helped by this", cases.n_helped);
    }
    text
}

fn verified_words(grounds: &Grounds<'_>) -> String {
    let (verb, since) = match grounds.article.verified {
        Some(verified) if verified >= grounds.article.edited => ("verified", verified),
        _ => ("written", grounds.article.edited),
    };
    match since.day().age_at(grounds.now.day()) as usize {
        0 => format!("{verb} today"),
        days => format!("{verb} {days} {} ago", plural(days, "day")),
    }
}

fn fresh_words(grounds: &Grounds<'_>) -> String {
    let mut text = format!("{}, {}", grounds.state, verified_words(grounds));
    let facts = grounds.article.freshness_facts(grounds.policy);
    if grounds.age == Age::Waived && freshness::late(&facts, grounds.now) > 0 {
        text += "; named by the question, so that its age does not count";
    }
    if let Some(suspect) = &grounds.article.suspect {
        text += &format!("; flagged as {} on {}", suspect.reason, day(suspect.since));
    }
    text
}

fn useful_words(grounds: &Grounds<'_>) -> String {
    match grounds.solve_rate {
        Some(rate) => format!(
            "solves {} % of its reads, by the evidence so far",
            percent(rate)
        ),
        None => "no evidence yet".to_owned(),
    }
}

fn relevance_words(grounds: &Grounds<'_>) -> String {
    let share = percent(blend::text(grounds.signals.text));
    let text = format!("answers {share} % of the question's words");
    if grounds.signals.helped > 0.0 {
        format!("{text}; {}", case_words(grounds))
    } else {
        text
    }
}

fn context_words(fits: &[Fit]) -> String {
    if fits.is_empty() {
        return "fits, as far as is known".to_owned();
    }
    let parts: Vec<String> = fits
        .iter()
        .map(|fit| format!("{} × {}", fit.what, number(fit.value)))
        .collect();
    format!("fits in part: {}", parts.join(", "))
}

fn failure_words(grounds: &Grounds<'_>) -> String {
    match grounds.cases.n_failed as usize {
        0 => "no similar case tried it in vain".to_owned(),
        n => format!(
            "tried in vain or dismissed in {n} similar {}",
            plural(n, "case")
        ),
    }
}

/// Rounds a share to percent as number formatting does: halves to the even neighbour.
fn percent(share: f64) -> u64 {
    (share * 100.0).round_ties_even() as u64
}

fn plural(n: usize, noun: &str) -> String {
    if n == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
