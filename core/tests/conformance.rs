//! The golden scenarios of `conformance/`, in memory and on disk. `conformance/README.md` describes their format; every
//! binding runs the same files.
//!
//! After an intended change of answers, run `cargo test --test conformance -- --ignored bless` and review the diff.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use kenpoint::model::{
    ArticleDraft, CaseDraft, Context, EntryDraft, Event, FactDraft, FlagReason, LinkDraft,
    LinkType, Relation, Viewer,
};
use kenpoint::rank::Explanation;
use kenpoint::{
    Base, BaseOptions, Error, ErrorCode, Filter, FixedClock, RankPolicy, Recorded, ReviewRequest,
    SearchRequest, SuggestRequest, Timestamp,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The format number of the scenarios that this runner reads.
const FORMAT: u64 = 1;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance"))
}

fn scenarios() -> Vec<(PathBuf, Value)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let scenario: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(scenario["format"], FORMAT, "{}", path.display());
        (path, scenario)
    };
    paths.into_iter().map(read).collect()
}

// ---------------------------------------------------------------------------------------------------
// Steps

/// Reads a field of a step; null if it is absent.
fn field<T: DeserializeOwned>(step: &Value, name: &str) -> Result<T, Error> {
    let value = step.get(name).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value)
        .map_err(|e| Error::new(ErrorCode::InvalidRecord, format!("{name}: {e}")))
}

fn text(step: &Value, name: &str) -> String {
    step[name].as_str().unwrap_or_default().to_owned()
}

fn viewer(step: &Value) -> Viewer {
    let label = step["viewer"].as_str().unwrap_or("internal");
    let entitlements = step["entitlements"].as_array().cloned().unwrap_or_default();
    entitlements
        .iter()
        .filter_map(Value::as_str)
        .fold(Viewer::new(label), |viewer, name| viewer.entitled_to(name))
}

fn bits(number: f64) -> String {
    format!("{:016x}", number.to_bits())
}

fn factors(explanation: &Explanation) -> Value {
    assert_eq!(explanation.fold().to_bits(), explanation.score.to_bits());
    let named = explanation
        .factors
        .iter()
        .map(|factor| (factor.name.to_string(), bits(factor.value).into()));
    Value::Object(named.collect::<Map<String, Value>>())
}

fn recorded(outcome: Recorded) -> Value {
    json!(match outcome {
        Recorded::New => "new",
        Recorded::Duplicate => "duplicate",
        Recorded::Unchanged => "unchanged",
    })
}

/// Runs one step and returns its result.
fn act(base: &Base, step: &Value) -> Result<Value, Error> {
    let (article, case, by) = (text(step, "article"), text(step, "case"), text(step, "by"));
    let outcome = match step["do"].as_str().unwrap_or_default() {
        "put" => {
            let draft: ArticleDraft = field(step, "article")?;
            let put = match step.get("expects") {
                Some(_) => base.edit(draft, field(step, "expects")?)?,
                None => base.put(draft)?,
            };
            return Ok(json!({"version": put.version, "recorded": recorded(put.outcome)}));
        }
        "set_fact" => base.set_fact(field::<FactDraft>(step, "fact")?)?,
        "publish" => base.publish(&article, &text(step, "audience"))?,
        "archive" => base.archive(&article)?,
        "verify" => base.verify_article(&article, &by)?,
        "flag" => base.flag(&article, field::<FlagReason>(step, "reason")?, &by)?,
        "merge" => base.merge(&article, &text(step, "into"))?,
        "relate" => {
            let relation = field::<Relation>(step, "relation")?;
            base.relate(&article, &text(step, "to"), relation)?
        }
        "open_case" => base.open_case(field::<CaseDraft>(step, "case")?)?,
        "note" => base.note(&case, field::<EntryDraft>(step, "entry")?)?,
        "resolve" => base.resolve_case(&case, field(step, "first_contact")?)?,
        "close_case" => base.close_case(&case)?,
        "reopen" => base.reopen_case(&case)?,
        "link" => base.link(field::<LinkDraft>(step, "link")?, &by)?,
        "retract" => base.retract_link(&case, &article, field::<LinkType>(step, "link")?)?,
        "record" => {
            let mut event = step["event"].clone();
            if event.get("at").is_none() {
                event["at"] = json!(base.now().to_string());
            }
            base.record(field::<Event>(&json!({ "event": event }), "event")?)?
        }
        "set_policy" => {
            let mut policy = serde_json::to_value(base.policy()).unwrap();
            for (name, value) in step["policy"].as_object().into_iter().flatten() {
                policy[name] = value.clone();
            }
            base.set_policy(field::<RankPolicy>(&json!({ "policy": policy }), "policy")?)?
        }
        _ => return look(base, step),
    };
    Ok(json!({ "recorded": recorded(outcome) }))
}

/// Runs one step that writes nothing.
fn look(base: &Base, step: &Value) -> Result<Value, Error> {
    match step["do"].as_str().unwrap_or_default() {
        "search" => {
            let mut request = SearchRequest::new(text(step, "query"), viewer(step)).explain(true);
            request.context = field::<Option<Context>>(step, "context")?.unwrap_or_default();
            request.filter = field::<Option<Filter>>(step, "filter")?.unwrap_or_default();
            request.limit = field::<Option<usize>>(step, "limit")?.unwrap_or(request.limit);
            request.offset = field::<Option<usize>>(step, "offset")?.unwrap_or(0);
            let answer = base.search(&request)?;
            let hits: Vec<Value> = answer
                .hits
                .iter()
                .map(|hit| {
                    json!({
                        "id": hit.id, "version": hit.version, "title": hit.title,
                        "score": bits(hit.score), "freshness": hit.freshness,
                        "snippet": hit.snippet.text,
                        "factors": hit.explanation.as_ref().map(factors),
                    })
                })
                .collect();
            let mut seen = json!({"hits": hits, "answerable": bits(answer.answerable)});
            if !answer.relaxed.is_empty() {
                seen["relaxed"] = json!(answer.relaxed);
            }
            Ok(seen)
        }
        "suggest" => {
            let mut request = SuggestRequest::for_text(text(step, "text"), viewer(step));
            request.case = field(step, "case")?;
            request.context = field::<Option<Context>>(step, "context")?.unwrap_or_default();
            request.filter = field::<Option<Filter>>(step, "filter")?.unwrap_or_default();
            request.limit = field::<Option<usize>>(step, "limit")?.unwrap_or(request.limit);
            request.threshold = field(step, "threshold")?;
            let answer = base.suggest(&request)?;
            let suggestions: Vec<Value> = answer
                .suggestions
                .iter()
                .map(|found| {
                    json!({
                        "id": found.id, "score": bits(found.score), "solve_probability": bits(found.solve_probability),
                        "freshness": found.freshness, "factors": factors(&found.explanation),
                        "summary": found.explanation.summary,
                    })
                })
                .collect();
            let similar: Vec<Value> = answer
                .similar
                .iter()
                .map(|case| {
                    json!({
                        "id": case.id, "similarity": bits(case.similarity),
                        "solved_by": case.solved_by,
                    })
                })
                .collect();
            Ok(json!({
                "suggestions": suggestions, "similar": similar, "abstained": answer.abstained,
            }))
        }
        "freshness" => {
            let found = base.freshness(&text(step, "article"), None)?;
            Ok(json!({
                "state": found.state, "due": found.due, "expires": found.expires,
                "suspect": found.suspect.map(|suspect| suspect.reason),
                "factor": bits(found.factor),
            }))
        }
        "article" => {
            let found = base.article(&text(step, "article"))?;
            Ok(json!({
                "id": found.id, "version": found.version, "title": found.title,
                "audience": found.audience, "confidence": found.confidence,
                "text": found.sections.first().map(|section| &section.text),
            }))
        }
        "case" => {
            let found = base.case(&text(step, "case"))?;
            Ok(json!({"status": found.status, "entries": found.entries.len()}))
        }
        "solve_rate" => Ok(json!({
            "solve_rate": bits(base.solve_rate(&text(step, "article"), None)?)
        })),
        "links" => {
            let links: Vec<Value> = base
                .links_of_article(&text(step, "article"))?
                .iter()
                .map(|link| {
                    json!({
                        "case": link.case, "link": link.link,
                        "retracted": link.retracted_at.is_some(),
                    })
                })
                .collect();
            Ok(json!({ "links": links }))
        }
        "review" => {
            let mut request = ReviewRequest::new();
            request.limit = field::<Option<usize>>(step, "limit")?.unwrap_or(request.limit);
            let items: Vec<Value> = base
                .reviews()
                .queue(&request)?
                .iter()
                .map(|item| json!({"id": item.id, "state": item.state, "risk": bits(item.risk)}))
                .collect();
            Ok(json!({ "items": items }))
        }
        "as_of" => {
            let known: Timestamp = field(step, "known")?;
            look(&base.as_of(known)?, &step["then"])
        }
        other => panic!("there is no step {other:?}"),
    }
}

/// Runs a scenario and returns the result of each step.
fn run(scenario: &Value, options: BaseOptions) -> Vec<Value> {
    let clock = Arc::new(FixedClock::at("2026-01-01".parse().unwrap()));
    let language = scenario["language"].as_str().unwrap_or("en");
    let base = options
        .clock(Arc::clone(&clock))
        .seed(7)
        .language(language)
        .open()
        .unwrap();
    let mut seen = Vec::new();
    for step in scenario["steps"].as_array().unwrap() {
        if let Some(at) = step["at"].as_str() {
            clock.set(at.parse().unwrap());
        }
        seen.push(act(&base, step).unwrap_or_else(|error| {
            let code = error.code();
            json!({"error": code.name(), "number": code.number()})
        }));
    }
    base.verify().unwrap();
    seen
}

fn check(place: &str, options: impl Fn() -> BaseOptions) {
    let all = scenarios();
    assert!(all.len() >= 8, "scenarios are missing");
    let mut wrong = Vec::new();
    for (path, scenario) in all {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let seen = run(&scenario, options());
        let steps = scenario["steps"].as_array().unwrap();
        for (number, (step, seen)) in (1..).zip(steps.iter().zip(seen)) {
            let expected = step.get("expect").cloned().unwrap_or(Value::Null);
            if expected != seen {
                wrong.push(format!(
                    "{file}, step {number}, {}, {place}:\n  expected {expected}\n  found    {seen}",
                    step["do"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn scenarios_hold_in_memory() {
    check("in memory", Base::in_memory);
}

#[cfg(feature = "disk")]
#[test]
fn scenarios_hold_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    check("on disk", || {
        number.set(number.get() + 1);
        Base::on_disk(folder.path().join(number.get().to_string()))
    });
}

/// Rewrites the expectations in the files with the actual results.
#[test]
#[ignore = "rewrites the scenarios"]
fn bless() {
    for (path, scenario) in scenarios() {
        let seen = run(&scenario, Base::in_memory());
        fs::write(path, layout(&scenario, seen)).unwrap();
    }
}

/// Formats a scenario with one step per line: its input first, its expectation below.
fn layout(scenario: &Value, seen: Vec<Value>) -> String {
    let mut head = scenario.as_object().unwrap().clone();
    let steps = head.remove("steps").unwrap();
    let mut lines = Vec::new();
    for (step, seen) in steps.as_array().unwrap().iter().zip(seen) {
        let mut rest = step.as_object().unwrap().clone();
        rest.remove("expect");
        let mut members: Vec<String> = ["at", "do"]
            .into_iter()
            .filter_map(|name| {
                rest.remove(name)
                    .map(|value| format!("\"{name}\": {value}"))
            })
            .collect();
        members.extend(
            rest.iter()
                .map(|(name, value)| format!("{}: {value}", json!(name))),
        );
        lines.push(format!(
            "    {{{},\n      \"expect\": {seen}}}",
            members.join(", ")
        ));
    }
    let head: Vec<String> = head
        .iter()
        .map(|(name, value)| format!("  {}: {value},\n", json!(name)))
        .collect();
    format!(
        "{{\n{}  \"steps\": [\n{}\n  ]\n}}\n",
        head.concat(),
        lines.join(",\n")
    )
}
