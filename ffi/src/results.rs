//! `ken_results`: the answer to a search or a suggestion, walked without parsing.

use kenpoint::model::{FreshnessState, Kind};
use kenpoint::{
    Error, Explanation, FactorName, Result, SearchAnswer, SimilarCase, Snippet, SuggestAnswer,
};

use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::status::ken_status;
use crate::text::ken_str;

/// The answer to a search or a suggestion: hits, best first, ties by id. Owned by the caller, who
/// destroys it with `ken_results_destroy`; it depends on no other object, and outlives the base. Views
/// and pointers into it live as long as it does. It may be read from many threads at once.
pub struct ken_results {
    _opaque: [u8; 0],
}

impl Object for ken_results {
    type Body = Answer;
    const TAG: &'static [u8; 8] = b"kenresul";
    const NAME: &'static str = "ken_results";
}

/// One answer, of either kind.
pub(crate) enum Answer {
    Search(SearchAnswer),
    Suggest(SuggestAnswer),
}

/// A stretch of a snippet that matches the query, in bytes of its text.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_range {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

// A range is handed out as it lies in the snippet; the core's pair must have the layout of the struct.
const _: () = assert!(
    size_of::<(u32, u32)>() == size_of::<ken_range>()
        && align_of::<(u32, u32)>() == align_of::<ken_range>()
        && std::mem::offset_of!((u32, u32), 0) == 0
);

/// One hit of an answer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_hit {
    /// The id of the article.
    pub id: ken_str,
    /// Its title.
    pub title: ken_str,
    /// Its kind: product, process, company, competitive, general, analytical, crm, community.
    pub kind: ken_str,
    /// Its freshness: unverified, fresh, due-soon, due, overdue, expired.
    pub freshness: ken_str,
    /// The number of its current version.
    pub version: u32,
    /// The number of ranges that `ken_results_ranges` gives.
    pub n_ranges: u32,
    /// The score: the product of the factors of its explanation, to the bit.
    pub score: f64,
    /// The probability that it solves the reader's case, in [0, 1]: an estimate of its own, by which
    /// suggestions are held back; hits are in the order of their scores, and this need not fall with them.
    pub solve_probability: f64,
    /// The stretch of its text that answers best; plain text, which a host escapes for HTML.
    pub snippet: ken_str,
    /// 1 if text before the snippet was cut off, else 0.
    pub is_cut_before: u32,
    /// 1 if text after the snippet was cut off, else 0.
    pub is_cut_after: u32,
}

/// One factor of a score.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_factor {
    /// freshness, usefulness, relevance, context or failures.
    pub name: ken_str,
    /// Its value, greater than or equal to 0. The values multiplied from the first to the last are the score.
    pub value: f64,
    /// The reason, in words.
    pub words: ken_str,
}

/// A past case like the one at hand.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_similar {
    /// The id of the case.
    pub id: ken_str,
    /// The similarity, in (0, 1].
    pub similarity: f64,
    /// The number of articles that resolved it or helped; `ken_results_solved_by` gives them.
    pub n_solved_by: usize,
}

/// A hit, wherever it comes from.
struct Hit<'a> {
    id: &'a str,
    title: &'a str,
    kind: Kind,
    freshness: FreshnessState,
    version: u32,
    score: f64,
    solve_probability: f64,
    snippet: &'a Snippet,
    explanation: Option<&'a Explanation>,
}

impl Answer {
    fn len(&self) -> usize {
        match self {
            Answer::Search(answer) => answer.hits.len(),
            Answer::Suggest(answer) => answer.suggestions.len(),
        }
    }

    fn hit(&self, i: usize) -> Result<Hit<'_>> {
        let found = match self {
            Answer::Search(answer) => answer.hits.get(i).map(|hit| Hit {
                id: &hit.id,
                title: &hit.title,
                kind: hit.kind,
                freshness: hit.freshness,
                version: hit.version,
                score: hit.score,
                solve_probability: hit.solve_probability,
                snippet: &hit.snippet,
                explanation: hit.explanation.as_ref(),
            }),
            Answer::Suggest(answer) => answer.suggestions.get(i).map(|hit| Hit {
                id: &hit.id,
                title: &hit.title,
                kind: hit.kind,
                freshness: hit.freshness,
                version: hit.version,
                score: hit.score,
                solve_probability: hit.solve_probability,
                snippet: &hit.snippet,
                explanation: Some(&hit.explanation),
            }),
        };
        found.ok_or_else(|| out_of("hit", i, self.len()))
    }

    fn explanation(&self, i: usize) -> Result<&Explanation> {
        self.hit(i)?.explanation.ok_or_else(|| {
            Error::invalid(
                "hit",
                i,
                "it has an explanation if the search asked for one: set `explain` to 1",
            )
        })
    }

    fn similar(&self) -> &[SimilarCase] {
        match self {
            Answer::Search(_) => &[],
            Answer::Suggest(answer) => &answer.similar,
        }
    }

    fn relaxed(&self) -> &[String] {
        match self {
            Answer::Search(answer) => &answer.relaxed,
            Answer::Suggest(_) => &[],
        }
    }

    fn similar_case(&self, i: usize) -> Result<&SimilarCase> {
        let cases = self.similar();
        cases.get(i).ok_or_else(|| out_of("i", i, cases.len()))
    }
}

pub(crate) fn out_of(field: &str, i: usize, n: usize) -> Error {
    Error::invalid(field, i, &format!("there are {n}, counted from 0"))
}

/// # Safety
/// `results` is NULL or a handle of this library that was not destroyed.
unsafe fn answer<'a>(results: *const ken_results) -> Result<&'a Answer> {
    // SAFETY: the same promise.
    unsafe { handle::body("results", results) }
}

/// The number of hits.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns the number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_count(results: *const ken_results) -> usize {
    // SAFETY: the header requires a handle or NULL.
    guard_value(0, || unsafe { answer(results) }.map(Answer::len))
}

/// A hit.
///
/// - `results`: borrowed.
/// - `hit`: its place, from 0.
/// - `out`: written. What it points to belongs to `results`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_hit(
    results: *const ken_results,
    hit: usize,
    out: *mut ken_hit,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let found = unsafe { answer(results) }?.hit(hit)?;
        let shown = ken_hit {
            id: ken_str::of(found.id),
            title: ken_str::of(found.title),
            kind: ken_str::of(found.kind.as_str()),
            freshness: ken_str::of(found.freshness.as_str()),
            version: found.version,
            n_ranges: found.snippet.ranges.len() as u32,
            score: found.score,
            solve_probability: found.solve_probability,
            snippet: ken_str::of(&found.snippet.text),
            is_cut_before: found.snippet.is_cut_before.into(),
            is_cut_after: found.snippet.is_cut_after.into(),
        };
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, shown) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The stretches of a hit's snippet that match: ascending, apart from one another, on character boundaries.
///
/// - `results`: borrowed.
/// - `hit`: the place of the hit, from 0.
/// - `out`: set to the first of `n_ranges` ranges (see `ken_hit`), which belong to `results`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_ranges(
    results: *const ken_results,
    hit: usize,
    out: *mut *const ken_range,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let found = unsafe { answer(results) }?.hit(hit)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, found.snippet.ranges.as_ptr().cast()) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// A hit's snippet as HTML: everything escaped, with the matches in `<mark>`.
///
/// - `results`: borrowed.
/// - `hit`: the place of the hit, from 0.
/// - `out`: set to the HTML. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_snippet_html(
    results: *const ken_results,
    hit: usize,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let found = unsafe { answer(results) }?.hit(hit)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give(out, found.snippet.to_html()) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The number of factors of a score, the same for every hit.
///
/// Returns the number.
#[unsafe(no_mangle)]
pub extern "C" fn ken_factor_count() -> usize {
    guard_value(0, || Ok(FactorName::ALL.len()))
}

/// A factor of a hit's score. Suggestions have them always, hits of a search if it asked to `explain`.
///
/// - `results`: borrowed.
/// - `hit`: the place of the hit, from 0.
/// - `factor`: the place of the factor, from 0, in the order in which they are multiplied.
/// - `out`: written. What it points to belongs to `results`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit, factor or explanation, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_factor(
    results: *const ken_results,
    hit: usize,
    factor: usize,
    out: *mut ken_factor,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let explanation = unsafe { answer(results) }?.explanation(hit)?;
        let factors = &explanation.factors;
        let found = factors
            .get(factor)
            .ok_or_else(|| out_of("factor", factor, factors.len()))?;
        let shown = ken_factor {
            name: ken_str::of(found.name.as_str()),
            value: found.value,
            words: ken_str::of(&found.words),
        };
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, shown) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The reason for the rank of a hit, in one sentence. Suggestions have it always, hits of a search if it
/// asked to `explain`.
///
/// - `results`: borrowed; may be NULL.
/// - `hit`: the place of the hit, from 0.
///
/// Returns a view that lives as long as `results`, or the empty text if there is no such hit or explanation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_summary(results: *const ken_results, hit: usize) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        let explanation = unsafe { answer(results) }?.explanation(hit)?;
        Ok(ken_str::of(&explanation.summary))
    })
}

/// The whole explanation of a hit, as JSON (docs/json.md): factors, text score, case evidence, the words
/// that matched with their share, the summary.
///
/// - `results`: borrowed.
/// - `hit`: the place of the hit, from 0.
/// - `out`: set to the JSON. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such hit or explanation, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_explanation(
    results: *const ken_results,
    hit: usize,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let explanation = unsafe { answer(results) }?.explanation(hit)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, explanation) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The token that names this answer in feedback: record it as shown, or name it in a click.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns a view that lives as long as `results`, or the empty text for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_impression(results: *const ken_results) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        Ok(ken_str::of(match unsafe { answer(results) }? {
            Answer::Search(found) => &found.impression,
            Answer::Suggest(found) => &found.impression,
        }))
    })
}

/// The probability that the best hit solves the reader's case.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns a number in [0, 1]; 0 if there is no hit, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_answerable(results: *const ken_results) -> f64 {
    guard_value(0.0, || {
        // SAFETY: the header requires a handle or NULL.
        Ok(match unsafe { answer(results) }? {
            Answer::Search(found) => found.answerable,
            Answer::Suggest(found) => found
                .suggestions
                .first()
                .map_or(0.0, |best| best.solve_probability),
        })
    })
}

/// Tells if a limit cut the work of a search short.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns 1 or 0; 0 for a suggestion and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_is_partial(results: *const ken_results) -> u32 {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        Ok(matches!(unsafe { answer(results) }?, Answer::Search(found) if found.is_partial).into())
    })
}

/// The number of parts of the query that were read as plain words although their signs ask for more, or were dropped:
/// conditions that no visible article meets, signs in a pasted text or a command, words of a long text.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns the number, 0 for most queries; 0 for a suggestion and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_relaxed_count(results: *const ken_results) -> usize {
    guard_value(0, || {
        // SAFETY: by the contract of the header, a handle or NULL.
        unsafe { answer(results) }.map(|answer| answer.relaxed().len())
    })
}

/// A part of the query that was relaxed, as typed.
///
/// - `results`: borrowed; may be NULL.
/// - `i`: its place, from 0.
///
/// Returns a view that lives as long as `results`; the empty text if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_relaxed(results: *const ken_results, i: usize) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: by the contract of the header, a handle or NULL.
        let relaxed = unsafe { answer(results) }?.relaxed();
        Ok(relaxed
            .get(i)
            .map_or(ken_str::empty(), |part| ken_str::of(part)))
    })
}

/// Tells if a suggestion had candidates, all of them below the threshold.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns 1 or 0; 0 for a search and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_abstained(results: *const ken_results) -> u32 {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        Ok(matches!(unsafe { answer(results) }?, Answer::Suggest(found) if found.abstained).into())
    })
}

/// The number of past cases that a suggestion rests on, most alike first, for viewers who read cases.
///
/// - `results`: borrowed; may be NULL.
///
/// Returns the number; 0 for a search and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_similar_count(results: *const ken_results) -> usize {
    guard_value(0, || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { answer(results) }.map(|answer| answer.similar().len())
    })
}

/// A past case that a suggestion rests on.
///
/// - `results`: borrowed.
/// - `i`: its place, from 0.
/// - `out`: written. What it points to belongs to `results`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such case, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_similar(
    results: *const ken_results,
    i: usize,
    out: *mut ken_similar,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let case = unsafe { answer(results) }?.similar_case(i)?;
        let shown = ken_similar {
            id: ken_str::of(&case.id),
            similarity: case.similarity,
            n_solved_by: case.solved_by.len(),
        };
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, shown) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// An article that resolved a similar case, or helped.
///
/// - `results`: borrowed; may be NULL.
/// - `i`: the place of the case, from 0.
/// - `j`: the place of the article, from 0, by id.
///
/// Returns its id, a view that lives as long as `results`; the empty text if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_solved_by(
    results: *const ken_results,
    i: usize,
    j: usize,
) -> ken_str {
    guard_value(ken_str::empty(), || {
        // SAFETY: the header requires a handle or NULL.
        let case = unsafe { answer(results) }?.similar_case(i)?;
        Ok(case
            .solved_by
            .get(j)
            .map_or(ken_str::empty(), |id| ken_str::of(id)))
    })
}

/// Destroys an answer and sets the caller's pointer to NULL.
///
/// - `results`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_results_destroy(results: *mut *mut ken_results) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(results) });
}
