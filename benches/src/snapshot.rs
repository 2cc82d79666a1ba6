//! The size and speed of a snapshot beside its base: bytes, opening, searching.
//!
//! Both answer every query of a set in one run, alternating; an answer that differs in one bit is a failure. Times are
//! medians over all queries, as a ratio to the base's.

use std::time::Instant;

use kenpoint::model::{ArticleDraft, Event, EventKind, Viewer};
use kenpoint::{Base, SearchRequest, Snapshot, SnapshotRequest};

use crate::data::{self, Parts, failed, text};

/// Rounds over all queries; the first one warms up.
const ROUNDS: usize = 4;

/// Runs `snapshot` on both sets.
pub fn snapshot() -> Result<(), String> {
    println!(
        "{:<14} {:>8} {:>10} {:>10} {:>9} {:>10} {:>9} {:>8} {:>8}",
        "set", "articles", "text", "file", "file/text", "open/make", "queries", "base us", "ratio"
    );
    let (drafts, _) = data::simple(&data::rows("workarena-kb/corpus.jsonl")?);
    one("workarena-kb", drafts)?;
    let rows = data::rows("msoffice-kb/corpus.jsonl")?;
    let parts = Parts {
        description: true,
        symptoms: true,
    };
    one("msoffice-kb", data::msoffice(&rows, parts).0)
}

fn one(set: &str, drafts: Vec<ArticleDraft>) -> Result<(), String> {
    let sections = drafts.iter().flat_map(|draft| &draft.sections);
    let n_text: usize = sections.map(|section| section.text.len()).sum();
    let n_articles = drafts.len();
    let base = data::empty(data::clock())?;
    let events = votes(&base, &drafts);
    data::put(&base, drafts)?;
    data::record(&base, events)?;
    let viewer = Viewer::new("public");

    let began = Instant::now();
    let file = base
        .snapshot(&SnapshotRequest::new(viewer.clone()))
        .map_err(failed)?;
    let made = began.elapsed();
    let n_file = file.len();
    let began = Instant::now();
    let snapshot = Snapshot::open(file).map_err(failed)?;
    let opened = began.elapsed();

    let queries: Vec<String> = data::rows(&format!("{set}/queries.jsonl"))?
        .iter()
        .map(|row| text(row, "text").to_owned())
        .filter(|query| {
            base.search(&SearchRequest::new(query, viewer.clone()))
                .is_ok()
        })
        .collect();
    let (mut of_base, mut of_snapshot) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for query in &queries {
            let request = SearchRequest::new(query, viewer.clone()).now(base.now());
            let began = Instant::now();
            let expected = base.search(&request).map_err(failed)?;
            let one = began.elapsed();
            let began = Instant::now();
            let found = snapshot.search(&request).map_err(failed)?;
            let other = began.elapsed();
            let bits = |hits: &[kenpoint::Hit]| -> Vec<u64> {
                hits.iter().map(|hit| hit.score.to_bits()).collect()
            };
            if found != expected || bits(&found.hits) != bits(&expected.hits) {
                return Err(format!("{set}: the answers to {query:?} differ"));
            }
            if round > 0 {
                of_base.push(one);
                of_snapshot.push(other);
            }
        }
    }
    of_base.sort();
    of_snapshot.sort();
    let median =
        |times: &[std::time::Duration]| times.get(times.len() / 2).map_or(0.0, |t| t.as_secs_f64());
    println!(
        "{set:<14} {n_articles:>8} {n_text:>10} {n_file:>10} {:>9.2} {:>10.3} {:>9} {:>8.1} {:>8.2}",
        n_file as f64 / n_text as f64,
        opened.as_secs_f64() / made.as_secs_f64(),
        queries.len(),
        median(&of_base) * 1e6,
        median(&of_snapshot) / median(&of_base),
    );
    Ok(())
}

/// Makes a vote about every third article, so that usefulness affects the ranking.
fn votes(base: &Base, drafts: &[ArticleDraft]) -> Vec<Event> {
    let numbered = drafts.iter().enumerate();
    numbered
        .filter(|(n, _)| n % 3 == 0)
        .map(|(n, draft)| {
            let article = draft.id.clone();
            let what = if n % 2 == 0 {
                EventKind::Solved { article }
            } else {
                EventKind::DidNotSolve { article }
            };
            Event::new(base.now(), what).session(format!("s{n}"))
        })
        .collect()
}
