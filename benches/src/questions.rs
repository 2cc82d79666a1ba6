//! The questions of `msoffice-kb` by kind, each with the sections its README names for it, for benches that ask the
//! same questions of several bases.

use std::sync::Arc;

use kenpoint::model::ArticleDraft;
use kenpoint::{Base, FixedClock, Timestamp};
use serde_json::Value;

use crate::articles::{searched, suggested};
use crate::data::{self, Parts, failed, text};
use crate::stats::{Grades, ndcg};

/// The questions of one kind.
pub struct Questions {
    /// The name of the kind.
    pub kind: &'static str,
    /// True if the questions are texts of cases, false if they are typed.
    is_case_text: bool,
    list: Vec<(String, Grades)>,
}

/// Articles, and the kinds of questions that are asked of them.
pub struct Corpus {
    /// The articles.
    pub drafts: Vec<ArticleDraft>,
    /// The questions.
    pub kinds: Vec<Questions>,
}

impl Questions {
    /// Returns nDCG@10 of each question, in order.
    pub fn ask(&self, base: &Base) -> Result<Vec<f64>, String> {
        self.list
            .iter()
            .map(|(question, grades)| {
                let found = if self.is_case_text {
                    suggested(base, question, "public", 10)?
                } else {
                    searched(base, question, "public", 10)?
                };
                Ok(ndcg(&found, grades, 10))
            })
            .collect()
    }

    /// Returns the graded articles of each question, in order.
    pub fn grades(&self) -> impl Iterator<Item = &Grades> {
        self.list.iter().map(|(_, grades)| grades)
    }
}

impl Corpus {
    /// Keeps every `step`th question of the kinds that have more than a hundred times as many.
    pub fn sampled(mut self, step: usize) -> Corpus {
        for kind in &mut self.kinds {
            if kind.list.len() > 100 * step {
                let list = std::mem::take(&mut kind.list);
                kind.list = list.into_iter().step_by(step).collect();
            }
        }
        self
    }
}

/// Reads the articles with some of their parts, and the questions of some kinds.
pub fn corpus(rows: &[Value], parts: Parts, kinds: &[&'static str]) -> Result<Corpus, String> {
    let queries = data::rows("msoffice-kb/queries.jsonl")?;
    let grades = data::grades("msoffice-kb/qrels.tsv")?;
    let of_kind = |kind: &&'static str| Questions {
        kind,
        is_case_text: *kind == "symptom",
        list: queries
            .iter()
            .filter(|row| text(row, "kind") == *kind)
            .filter_map(|row| {
                let grades = grades.get(text(row, "id"))?.clone();
                Some((text(row, "text").to_owned(), grades))
            })
            .collect(),
    };
    Ok(Corpus {
        drafts: data::msoffice(rows, parts).0,
        kinds: kinds.iter().map(of_kind).collect(),
    })
}

/// Makes a base of these articles, as put at an instant.
pub fn filled(drafts: Vec<ArticleDraft>, at: Timestamp) -> Result<(Base, Arc<FixedClock>), String> {
    let clock = Arc::new(FixedClock::at(at));
    let base = data::empty(clock.clone())?;
    data::put(&base, drafts)?;
    Ok((base, clock))
}

/// Parses an instant of a bench.
pub fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(failed)
}

/// Returns a title without the marks that a query would read as conditions.
pub fn words(title: &str) -> String {
    title
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '\'' {
                c
            } else {
                ' '
            }
        })
        .collect()
}
