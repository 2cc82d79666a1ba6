//! Answers as rows: hits, suggestions, similar cases, and the factors of their scores.
//!
//! `answer` is the position of the answer in the given list, from 0, as hosts count; `rank` is the position within the
//! answer, from 1.

use arrow_array::RecordBatch;

use super::output::{Columns, batch_of};
use crate::error::Result;
use crate::rank::{Explanation, Factor};
use crate::search::{Hit, SearchAnswer, SimilarCase, SuggestAnswer, Suggestion};

/// An item of an answer with its position.
struct Placed<'a, A, T> {
    answer: u32,
    rank: u32,
    of: &'a A,
    item: &'a T,
}

fn placed<'a, A, T: 'a>(
    answers: &'a [A],
    items: impl Fn(&'a A) -> &'a [T],
) -> Vec<Placed<'a, A, T>> {
    let answers = (0u32..).zip(answers);
    answers
        .flat_map(|(answer, of)| {
            (1u32..).zip(items(of)).map(move |(rank, item)| Placed {
                answer,
                rank,
                of,
                item,
            })
        })
        .collect()
}

fn place<'r, 'a, A, T>(columns: Columns<'r, Placed<'a, A, T>>) -> Columns<'r, Placed<'a, A, T>> {
    columns
        .count("answer", |row| row.answer)
        .count("rank", |row| row.rank)
}

/// Makes a batch of the hits of searches.
pub fn hits(answers: &[SearchAnswer]) -> Result<RecordBatch> {
    let rows = placed(answers, |answer| &answer.hits);
    batch_of(
        &rows,
        |columns: Columns<'_, Placed<'_, SearchAnswer, Hit>>| {
            place(columns)
                .text("id", |row| &row.item.id)
                .text("kind", |row| row.item.kind.as_str())
                .text("title", |row| &row.item.title)
                .count("version", |row| row.item.version)
                .number("score", |row| row.item.score)
                .text("snippet", |row| &row.item.snippet.text)
                .text("freshness", |row| row.item.freshness.as_str())
                .text("impression", |row| &row.of.impression)
        },
    )
}

/// Makes a batch of the suggestions for cases.
pub fn suggestions(answers: &[SuggestAnswer]) -> Result<RecordBatch> {
    let rows = placed(answers, |answer| &answer.suggestions);
    batch_of(
        &rows,
        |columns: Columns<'_, Placed<'_, SuggestAnswer, Suggestion>>| {
            place(columns)
                .text("id", |row| &row.item.id)
                .text("kind", |row| row.item.kind.as_str())
                .text("title", |row| &row.item.title)
                .count("version", |row| row.item.version)
                .number("score", |row| row.item.score)
                .number("solve_probability", |row| row.item.solve_probability)
                .text("snippet", |row| &row.item.snippet.text)
                .text("freshness", |row| row.item.freshness.as_str())
                .text("summary", |row| &row.item.explanation.summary)
                .text("impression", |row| &row.of.impression)
        },
    )
}

/// Makes a batch of the similar past cases behind suggestions.
pub fn similar_cases(answers: &[SuggestAnswer]) -> Result<RecordBatch> {
    let rows = placed(answers, |answer| &answer.similar);
    batch_of(
        &rows,
        |columns: Columns<'_, Placed<'_, SuggestAnswer, SimilarCase>>| {
            place(columns)
                .text("case", |row| &row.item.id)
                .number("similarity", |row| row.item.similarity)
                .texts("solved_by", |row| &row.item.solved_by)
        },
    )
}

/// One factor of a score.
struct FactorRow<'a> {
    answer: u32,
    rank: u32,
    id: &'a str,
    factor: &'a Factor,
}

fn factors_of<'a>(
    answer: u32,
    rank: u32,
    id: &'a str,
    explanation: &'a Explanation,
) -> impl Iterator<Item = FactorRow<'a>> {
    explanation.factors.iter().map(move |factor| FactorRow {
        answer,
        rank,
        id,
        factor,
    })
}

fn factors(rows: &[FactorRow<'_>]) -> Result<RecordBatch> {
    batch_of(rows, |columns: Columns<'_, FactorRow<'_>>| {
        columns
            .count("answer", |row| row.answer)
            .count("rank", |row| row.rank)
            .text("id", |row| row.id)
            .text("factor", |row| row.factor.name.as_str())
            .number("value", |row| row.factor.value)
            .text("words", |row| &row.factor.words)
    })
}

/// Makes a batch of the factors of each hit, in the order of their multiplication. A hit has none if its search did
/// not request an explanation.
pub fn factors_of_hits(answers: &[SearchAnswer]) -> Result<RecordBatch> {
    let placed = placed(answers, |answer| &answer.hits);
    let explained = placed.iter().filter_map(|row| {
        let explanation = row.item.explanation.as_ref()?;
        Some(factors_of(row.answer, row.rank, &row.item.id, explanation))
    });
    factors(&explained.flatten().collect::<Vec<_>>())
}

/// Makes a batch of the factors of each suggestion, in the order of their multiplication.
pub fn factors_of_suggestions(answers: &[SuggestAnswer]) -> Result<RecordBatch> {
    let placed = placed(answers, |answer| &answer.suggestions);
    let explained = placed
        .iter()
        .map(|row| factors_of(row.answer, row.rank, &row.item.id, &row.item.explanation));
    factors(&explained.flatten().collect::<Vec<_>>())
}
