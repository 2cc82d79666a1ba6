//! Bars of freshness: the true dates of `msoffice-kb` must not lower the quality of its answers.
//!
//! The articles carry the instant of the last change of their body in the repository they come from, or of their
//! creation if the body never changed. They are asked on the day of the crawl, when most of them are years old and
//! all of them were online, so each of them is as right as a new one. They are dated once by an edit and once by a
//! verification alone. The baseline is the same base without dates, where all are as new as the crawl.

use std::collections::BTreeMap;

use kenpoint::model::ArticleDraft;
use kenpoint::{Base, Timestamp};
use serde_json::Value;

use crate::articles::searched;
use crate::bars::{Bars, Goal};
use crate::data::{self, Parts, text};
use crate::questions::{Corpus, corpus, filled, instant, words};
use crate::stats::mean;

/// The day of the crawl.
const ASKED: &str = "2024-10-24";
/// The greatest loss of nDCG@10 by dates. Source: the requirement; half of the usual hundredth.
const MOST_LOST: f64 = 0.005;

/// Dates an article.
type Dating = fn(&mut ArticleDraft, Timestamp);

const DATINGS: [(&str, Dating); 2] = [
    ("updated", |draft, at| draft.updated = Some(at)),
    ("verified", |draft, at| draft.verified = Some(at)),
];

/// Asks each kind of question with and without dates.
pub fn dates(bars: &mut Bars) -> Result<(), String> {
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    let edits = last_edits(&rows)?;
    let parts = |description, symptoms| Parts {
        description,
        symptoms,
    };
    for (parts, kinds, name) in [
        (parts(true, true), &["kbid", "oldtitle", "anchor"][..], ""),
        (
            parts(false, true),
            &["oldtitle", "anchor", "descr"],
            ", no descriptions",
        ),
        (parts(false, false), &["symptom"], ""),
        (parts(true, false), &["symptom"], ", with descriptions"),
    ] {
        let corpus = corpus(&rows, parts, kinds)?;
        one_corpus(bars, &corpus, &edits, name)?;
    }
    Ok(())
}

fn one_corpus(
    bars: &mut Bars,
    corpus: &Corpus,
    edits: &BTreeMap<&str, Timestamp>,
    name: &str,
) -> Result<(), String> {
    let asked = instant(ASKED)?;
    let (base, _) = filled(corpus.drafts.clone(), asked)?;
    let mut before = Vec::new();
    for kind in &corpus.kinds {
        before.push(mean(&kind.ask(&base)?));
    }
    let asks_titles = corpus.kinds.iter().any(|kind| kind.kind == "kbid");
    let first = if asks_titles {
        first_by_title(&base, &corpus.drafts)?
    } else {
        Vec::new()
    };
    for (how, date) in DATINGS {
        let mut drafts = corpus.drafts.clone();
        for draft in &mut drafts {
            if let Some(at) = edits.get(draft.id.as_str()) {
                date(draft, *at);
            }
        }
        let (base, _) = filled(drafts, asked)?;
        for (kind, before) in corpus.kinds.iter().zip(&before) {
            let what = format!("{}{name}, dates as {how}", kind.kind);
            let goal = Goal::bar(before - MOST_LOST);
            bars.line(&what, mean(&kind.ask(&base)?), Some(*before), goal);
        }
        if asks_titles {
            // Of the articles that their own title finds first, the share that it still finds first.
            let now = first_by_title(&base, &corpus.drafts)?;
            let kept = first.iter().zip(&now).filter(|(a, b)| **a && **b).count();
            let n_first = first.iter().filter(|is_first| **is_first).count();
            let share = kept as f64 / n_first.max(1) as f64;
            let what = format!("own title stays first, dates as {how}");
            bars.line(&what, share, Some(1.0), Goal::bar(1.0));
        }
    }
    Ok(())
}

/// Returns the instant of the last change of the body, or of creation, by article.
fn last_edits(rows: &[Value]) -> Result<BTreeMap<&str, Timestamp>, String> {
    let of = |row: &'_ Value| {
        let edited = Some(text(row, "last_body_edit")).filter(|day| !day.is_empty());
        instant(edited.unwrap_or(text(row, "created")))
    };
    rows.iter()
        .map(|row| Ok((text(row, "id"), of(row)?)))
        .collect()
}

/// For each article: true if its own title finds it first.
fn first_by_title(base: &Base, drafts: &[ArticleDraft]) -> Result<Vec<bool>, String> {
    drafts
        .iter()
        .map(|draft| {
            let found = searched(base, &words(&draft.title), "public", 1)?;
            Ok(found.first() == Some(&draft.id))
        })
        .collect()
}
