//! Readers of the data sets, and bases filled from them through the public API.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use kenpoint::model::{ArticleDraft, Confidence, Event, EventKind, Kind, Role, Section};
use kenpoint::{Base, Error, FixedClock, RankPolicy, Timestamp};
use serde_json::Value;

use crate::stats::Grades;

/// Events per commit while a base is filled.
const BATCH: usize = 500;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

fn folder() -> PathBuf {
    let home = || PathBuf::from(std::env::var("HOME").unwrap_or_default());
    std::env::var("KNOWLEDGE_DATA").map_or_else(
        |_| home().join(".cache").join("knowledge-data"),
        PathBuf::from,
    )
}

fn read(path: &str) -> Result<String, String> {
    let full = folder().join(path);
    std::fs::read_to_string(&full).map_err(|e| format!("{} cannot be read ({e})", full.display()))
}

/// Reads the lines of a JSON-lines file.
pub fn rows(path: &str) -> Result<Vec<Value>, String> {
    read(path)?
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|e| format!("{path}: {e}")))
        .collect()
}

/// Reads a table of query, document and grade with a header line.
pub fn grades(path: &str) -> Result<BTreeMap<String, Grades>, String> {
    let mut all: BTreeMap<String, Grades> = BTreeMap::new();
    for line in read(path)?.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [query, document, grade] = fields[..] {
            let grade = grade.parse().map_err(|e| format!("{path}: {e}"))?;
            all.entry(query.to_owned())
                .or_default()
                .insert(document.to_owned(), grade);
        }
    }
    Ok(all)
}

/// Returns a string of a row; empty if it is absent.
pub fn text<'v>(row: &'v Value, name: &str) -> &'v str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Turns an error of the library into the reason a set could not be measured.
pub fn failed(error: Error) -> String {
    format!("kenpoint said: {error}")
}

/// The start of every simulated history.
pub fn beginning() -> Timestamp {
    "2026-01-05T08:00:00Z".parse().expect("a valid instant")
}

/// The policy under test: the default with the numbers named on the command line.
static POLICY: OnceLock<RankPolicy> = OnceLock::new();

/// Sets numbers of the policy under test from `name=value` pairs.
pub fn set_policy(pairs: &[String]) -> Result<(), String> {
    let read = |pair: &'_ String| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value: f64 = value.parse().map_err(|e| format!("{pair}: {e}"))?;
        Ok((name.to_owned(), value))
    };
    let numbers: Vec<(String, f64)> = pairs.iter().map(read).collect::<Result<_, String>>()?;
    let numbers: Vec<(&str, f64)> = numbers.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    let policy = policy_with(&RankPolicy::default(), &numbers)?;
    POLICY.get_or_init(|| policy);
    Ok(())
}

/// Returns a policy with other numbers. `solve_prior` sets the prior of all kinds.
fn policy_with(policy: &RankPolicy, numbers: &[(&str, f64)]) -> Result<RankPolicy, String> {
    let fault = |e: serde_json::Error| format!("the policy cannot be read: {e}");
    let mut policy = serde_json::to_value(policy).map_err(fault)?;
    for (name, value) in numbers {
        match policy.get_mut(name) {
            Some(Value::Object(kinds)) => kinds.values_mut().for_each(|of| *of = (*value).into()),
            _ => policy[*name] = (*value).into(),
        }
    }
    let policy: RankPolicy = serde_json::from_value(policy).map_err(fault)?;
    policy.check().map_err(failed)?;
    Ok(policy)
}

/// Makes an empty base with a given clock.
pub fn empty(clock: Arc<FixedClock>) -> Result<Base, String> {
    with_numbers(clock, &[])
}

/// Makes an empty base whose policy differs from the one under test in some numbers.
pub fn with_numbers(clock: Arc<FixedClock>, numbers: &[(&str, f64)]) -> Result<Base, String> {
    let base = Base::in_memory().clock(clock).open().map_err(failed)?;
    let default = RankPolicy::default();
    let policy = policy_with(POLICY.get().unwrap_or(&default), numbers)?;
    if policy != default {
        base.set_policy(policy).map_err(failed)?;
    }
    Ok(base)
}

/// Makes a clock at the start of the history; it stands still until it is set.
pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(beginning()))
}

/// Makes a published article that is fresh on the first day.
pub fn draft(id: &str, title: &str) -> ArticleDraft {
    ArticleDraft::new(id, Kind::Product, title)
        .audience("public")
        .confidence(Confidence::Validated)
}

/// Records events in batches.
pub fn record(base: &Base, mut events: Vec<Event>) -> Result<(), String> {
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(BATCH));
        base.record_all(events).map_err(failed)?;
        events = rest;
    }
    Ok(())
}

/// Puts articles in batches.
pub fn put(base: &Base, drafts: Vec<ArticleDraft>) -> Result<(), String> {
    let at = base.now();
    let event = |article: ArticleDraft| {
        Event::new(
            at,
            EventKind::Put {
                article: Box::new(article),
                expects: None,
            },
        )
    };
    record(base, drafts.into_iter().map(event).collect())
}

/// The optional parts of `msoffice-kb` to index.
#[derive(Clone, Copy, Default)]
pub struct Parts {
    /// The front-matter description.
    pub description: bool,
    /// Sections about symptoms.
    pub symptoms: bool,
}

/// Converts the articles of `msoffice-kb` to drafts, and to whole texts for the baseline.
pub fn msoffice(rows: &[Value], parts: Parts) -> (Vec<ArticleDraft>, Vec<(String, String)>) {
    let mut drafts = Vec::new();
    let mut texts = Vec::new();
    for row in rows {
        let (id, title) = (text(row, "id"), text(row, "title"));
        let mut article = draft(id, title);
        let mut whole = title.to_owned();
        let description = text(row, "description");
        if parts.description && !description.is_empty() {
            article
                .sections
                .push(Section::new(Role::Summary, description));
            whole = format!("{whole}\n{description}");
        }
        for section in row["sections"].as_array().into_iter().flatten() {
            let role = match text(section, "kind") {
                "symptom" if !parts.symptoms => continue,
                "symptom" => Role::Issue,
                "cause" => Role::Cause,
                "resolution" | "workaround" => Role::Resolution,
                "intro" => Role::Summary,
                "applies" => Role::Environment,
                _ => Role::Note,
            };
            let heading = text(section, "heading");
            article.sections.push(Section {
                heading: (!heading.is_empty()).then(|| heading.to_owned()),
                ..Section::new(role, text(section, "text"))
            });
            whole = format!("{whole}\n{}", text(section, "text"));
        }
        drafts.push(article);
        texts.push((id.to_owned(), whole));
    }
    (drafts, texts)
}

/// Converts rows with a title and one text to articles.
pub fn simple(rows: &[Value]) -> (Vec<ArticleDraft>, Vec<(String, String)>) {
    let of = |row: &Value| {
        let (id, title, body) = (text(row, "id"), text(row, "title"), text(row, "text"));
        // One record of cacm has neither title nor text, but an article needs a title.
        let mut article = draft(id, if title.is_empty() { "untitled" } else { title });
        if !body.is_empty() {
            article.sections.push(Section::new(Role::Note, body));
        }
        (article, (id.to_owned(), format!("{title}\n{body}")))
    };
    rows.iter().map(of).unzip()
}
