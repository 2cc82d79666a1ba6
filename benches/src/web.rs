//! Snapshots and native answers for the browser's tests and benchmarks: `web DIR`.
//!
//! It always covers the sample base, and those sets of `KNOWLEDGE_DATA` that exist. Each set gets the file `<set>.ken`,
//! the answers of its base in `<set>.jsonl` (score bits in hexadecimal, most significant first), and the plain articles
//! in `<set>.articles.jsonl` for comparisons.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kenpoint::exchange::{Arrivals, ImportOptions};
use kenpoint::model::{ArticleDraft, Viewer};
use kenpoint::{
    Base, FixedClock, Markup, SearchRequest, Snapshot, SnapshotRequest, SuggestRequest,
};
use serde_json::{Value, json};

use crate::data::{self, Parts, failed};

/// Number of questions per set.
const QUESTIONS: usize = 1_000;

/// Delay of every second question, in milliseconds: 400 days.
const LATER_MS: i64 = 400 * 86_400_000;

/// The instant at which the sample's help centre is published.
const NOVEMBER: &str = "2026-11-26T12:00:00Z";

/// Runs `web DIR` on all sets.
pub fn web(args: &[String]) -> Result<(), String> {
    let [folder] = args else {
        return Err("usage: web DIR".to_owned());
    };
    let folder = Path::new(folder);
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    sample(folder)?;
    match data::rows("workarena-kb/corpus.jsonl") {
        Ok(rows) => {
            let queries = data::rows("workarena-kb/queries.jsonl")?;
            let queries: Vec<String> = queries
                .iter()
                .map(|row| data::text(row, "text").to_owned())
                .collect();
            set(folder, "workarena", data::simple(&rows).0, queries)?;
        }
        Err(why) => println!("workarena is left out: {why}"),
    }
    match data::rows("msoffice-kb/corpus.jsonl") {
        Ok(rows) => {
            let parts = Parts {
                description: true,
                symptoms: true,
            };
            let mut drafts = data::msoffice(&rows, parts).0;
            drafts.truncate(QUESTIONS);
            let texts: Vec<String> = drafts
                .iter()
                .map(|draft| {
                    let texts = draft.sections.iter().map(|section| section.text.as_str());
                    texts.collect::<Vec<&str>>().join("\n")
                })
                .collect();
            set(folder, "thousand", drafts, questions(&texts))?;
        }
        Err(why) => println!("thousand is left out: {why}"),
    }
    Ok(())
}

/// Writes the sample base; its questions are made from its articles.
fn sample(folder: &Path) -> Result<(), String> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data"));
    let mut files = Vec::new();
    gather(&root, "", &mut files)?;
    let base = data::empty(Arc::new(FixedClock::at(NOVEMBER.parse().map_err(failed)?)))?;
    let options = ImportOptions::new()
        .arrivals(Arrivals::AsDated)
        .survey_scale(1.0, 5.0);
    let report = base
        .import_files(&files, &options, &mut |_| ControlFlow::Continue(()))
        .map_err(failed)?;
    if report.n_skipped > 0 {
        return Err(format!(
            "the sample was not taken: {:?}",
            report.skipped.first()
        ));
    }
    let texts: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".md"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    write(folder, "sample", &base, &questions(&texts))?;
    help_centre(folder, &files)
}

/// Writes the articles alone, as a new help centre, for the tests of the widget.
fn help_centre(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), String> {
    let articles = files.iter().filter_map(|(name, bytes)| {
        let name = name.strip_prefix("articles/")?;
        Some((name.to_owned(), bytes.clone()))
    });
    let clock = Arc::new(FixedClock::at(NOVEMBER.parse().map_err(failed)?));
    let base = data::empty(clock)?;
    let articles: Vec<(String, Vec<u8>)> = articles.collect();
    base.import_files(&articles, &ImportOptions::new(), &mut |_| {
        ControlFlow::Continue(())
    })
    .map_err(failed)?;
    write(folder, "help", &base, &[])
}

/// Reads the files of a folder and its subfolders, by their relative paths.
fn gather(root: &Path, prefix: &str, into: &mut Vec<(String, Vec<u8>)>) -> Result<(), String> {
    let place = root.join(prefix);
    let failed = |e: std::io::Error| format!("{}: {e}", place.display());
    for entry in fs::read_dir(&place).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        if entry.path().is_dir() {
            gather(root, &path, into)?;
        } else {
            into.push((path, fs::read(entry.path()).map_err(failed)?));
        }
    }
    Ok(())
}

/// Makes questions of one to five successive words from each text in turn; each round starts further on in the text.
fn questions(texts: &[String]) -> Vec<String> {
    let words: Vec<Vec<&str>> = texts
        .iter()
        .map(|text| text.split_whitespace().collect())
        .collect();
    let mut found = Vec::new();
    let mut round = 0;
    while found.len() < QUESTIONS && round < QUESTIONS {
        for (n, words) in words.iter().enumerate() {
            let from = (round * 37 + n * 11) % words.len().max(1);
            let some = words.iter().skip(from).take(1 + (round + n) % 5);
            let some: Vec<&str> = some.copied().collect();
            found.push(some.join(" "));
        }
        round += 1;
    }
    found.truncate(QUESTIONS);
    found
}

fn set(
    folder: &Path,
    name: &str,
    drafts: Vec<ArticleDraft>,
    queries: Vec<String>,
) -> Result<(), String> {
    let lines: Vec<String> = drafts
        .iter()
        .map(|draft| plain(draft).to_string())
        .collect();
    let path = folder.join(format!("{name}.articles.jsonl"));
    fs::write(&path, lines.join("\n")).map_err(|e| format!("{}: {e}", path.display()))?;
    let base = data::empty(data::clock())?;
    data::put(&base, drafts)?;
    write(folder, name, &base, &queries)
}

/// Converts an article for another engine.
fn plain(draft: &ArticleDraft) -> Value {
    let texts = draft.sections.iter().map(|section| section.text.as_str());
    let text = texts.collect::<Vec<&str>>().join("\n");
    json!({"id": draft.id, "title": draft.title, "text": text})
}

fn write(folder: &Path, name: &str, base: &Base, queries: &[String]) -> Result<(), String> {
    let viewer = || Viewer::new("public");
    let request = SnapshotRequest::new(viewer()).markup(Markup::Html);
    let file = base.snapshot(&request).map_err(failed)?;
    let info = Snapshot::open(file.clone()).map_err(failed)?.info().clone();
    let mut lines = Vec::new();
    for (n, query) in queries.iter().enumerate() {
        let later = if n % 2 == 0 { 0 } else { LATER_MS };
        let now = kenpoint::Timestamp::from_ms(info.known.ms() + later).map_err(failed)?;
        // A query that the base rejects is left out; the browser would reject it, too.
        let search = base.search(&SearchRequest::new(query, viewer()).now(now));
        let Ok(search) = search else {
            continue;
        };
        let suggest = SuggestRequest::for_text(query, viewer())
            .now(now)
            .threshold(0.0);
        let suggest = base.suggest(&suggest).map_err(failed)?;
        let hits = search
            .hits
            .iter()
            .map(|hit| (&hit.id, hit.score, hit.solve_probability));
        let helps = suggest.suggestions.iter();
        let helps = helps.map(|one| (&one.id, one.score, one.solve_probability));
        let bits = |(id, score, solve): (&String, f64, f64)| json!([id, hex(score), hex(solve)]);
        lines.push(
            json!({
                "query": query, "now": now.ms(),
                "hits": hits.map(bits).collect::<Vec<Value>>(),
                "snippets": search.hits.iter().map(|hit| &hit.snippet.text).collect::<Vec<&String>>(),
                "suggestions": helps.map(bits).collect::<Vec<Value>>(),
            })
            .to_string(),
        );
    }
    println!(
        "{name}: {} articles, {} bytes, {} questions",
        info.articles,
        file.len(),
        lines.len()
    );
    for (ending, bytes) in [("ken", file), ("jsonl", lines.join("\n").into_bytes())] {
        let path = folder.join(format!("{name}.{ending}"));
        fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Formats the bits of a number.
fn hex(number: f64) -> String {
    format!("{:016x}", number.to_bits())
}
