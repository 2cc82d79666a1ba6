//! Records from JSON: one object is an article, fact, case, link, actor, event, or a line of our export.
//!
//! Without `type` the keys determine the record. Repeated keys, wrong types and times without an offset are rejected;
//! an error concerns its own record only.

use serde_json::{Map, Value};

use super::article;
use super::fields::{Body, Fallback, Fields, bad, missing};
use super::held_back;
pub use super::held_back::Withheld;
use super::html;
use super::options::ImportOptions;
use super::record::Record;
use super::value::{self, invalid_record};
use crate::error::{Error, ErrorCode, Result};
use crate::model::event::SCHEMA;
use crate::model::{
    CaseDraft, CaseKind, CaseStatus, EntryDraft, Event, EventKind, Provenance, Reuse, Role,
    Section, Verdict,
};
use crate::time::Timestamp;

/// Greatest nesting of the JSON in `details`; a ranking policy and an article are the deepest values.
const MAX_DETAILS_NESTING: usize = 16;
/// Greatest number of keys in a record for which [`culprit`] searches the wrong one.
const MAX_KEYS_SUSPECTED: usize = 32;

/// The values of `type`.
const TYPES: &[&str] = &["article", "fact", "case", "link", "actor", "event", "log"];

/// The content of a line: a record with its unknown keys, or the header of an export.
#[derive(Debug)]
pub enum Line {
    /// A record.
    Record(Record, Vec<String>),
    /// The first line of our own export, in a schema this version reads.
    Header,
    /// An article that its system holds back.
    HeldBack(Withheld),
}

#[cfg(feature = "arrow")]
impl Line {
    /// Renames the unknown keys.
    pub(super) fn rename_unknown(self, name: impl FnMut(String) -> String) -> Line {
        match self {
            Line::Record(record, unknown) => {
                Line::Record(record, unknown.into_iter().map(name).collect())
            }
            line => line,
        }
    }
}

/// Reads one line. Fails with `InvalidRecord`, `InvalidValue` or the error of a field.
pub fn line(text: &str, options: &ImportOptions) -> Result<Line> {
    match value::json(text, options.max_nesting)? {
        Value::Object(map) => object(map, options),
        other => Err(bad("record", &other, "a record is a JSON object")),
    }
}

/// Reads one object.
pub(super) fn object(map: Map<String, Value>, options: &ImportOptions) -> Result<Line> {
    let mut fields = Fields::new(map);
    let kind = match fields.text("type")? {
        Some(name) => name.trim().to_ascii_lowercase(),
        None => shape(fields.map())?.to_owned(),
    };
    match kind.as_str() {
        "article" => article_of(fields, options),
        "fact" => {
            let label = fields.text("audience")?.map(|label| options.label(&label));
            if let Some(label) = label {
                fields.put("audience", Value::String(label));
            }
            fields.quote(&["subject", "predicate", "value", "source", "title"])?;
            let fact: crate::model::FactDraft = typed("fact", fields.into_map())?;
            fact.check()?;
            done(Record::Fact(fact))
        }
        "case" => case(fields),
        "link" => link(fields),
        "actor" => {
            fields.quote(&["id"])?;
            let actor: crate::model::Actor = typed("actor", fields.into_map())?;
            actor.check()?;
            done(Record::Actor(actor))
        }
        "event" => event(fields, options),
        "log" => logged(fields),
        super::export::HEADER => header(fields),
        other => Err(Error::invalid(
            "type",
            other,
            "it is one of: article fact case link actor event",
        )),
    }
}

/// Returns true if a value has a known type, or the keys of one.
pub(super) fn is_record(value: &Value) -> bool {
    let Value::Object(map) = value else {
        return false;
    };
    match map.get("type") {
        Some(Value::String(name)) => {
            TYPES.contains(&name.trim().to_ascii_lowercase().as_str())
                || name == super::export::HEADER
        }
        _ => shape(map).is_ok(),
    }
}

fn done(record: Record) -> Result<Line> {
    Ok(Line::Record(record, Vec::new()))
}

fn shape(map: &Map<String, Value>) -> Result<&'static str> {
    let has = |key: &str| map.contains_key(key);
    Ok(match () {
        () if has("arrived") && has("event") => "log",
        () if has("what") => "event",
        () if has("licence") => "actor",
        () if has("subject") && has("predicate") => "fact",
        () if has("case") && has("article") => "link",
        () if has("entries") || has("opened") => "case",
        () if has("title") => "article",
        () => return Err(missing("type")),
    })
}

fn typed<T: serde::de::DeserializeOwned>(what: &str, map: Map<String, Value>) -> Result<T> {
    let all = Value::Object(map);
    crate::codec::value::typed(&all).map_err(|e| {
        let reason = e.to_string();
        match culprit::<T>(&all, &reason) {
            Some(key) => invalid_record(what, &format!("{key}: {reason}")),
            None => invalid_record(what, &reason),
        }
    })
}

/// Finds the key whose value causes the error `reason`: the one without which the record reads, or fails otherwise.
/// Several keys can qualify, because a missing required key hides later errors; then the key whose value the reason
/// quotes is chosen. Large mappings are not searched, since each key costs one reading.
fn culprit<T: serde::de::DeserializeOwned>(all: &Value, reason: &str) -> Option<String> {
    let map = all.as_object()?;
    if map.len() > MAX_KEYS_SUSPECTED || reason.starts_with("missing field") {
        return None;
    }
    let suspects = map.iter().filter(|(key, _)| {
        let mut rest = map.clone();
        rest.remove(*key);
        let read = crate::codec::value::typed::<T>(&Value::Object(rest));
        read.map_or_else(|e| e.to_string() != reason, |_| true)
    });
    let is_shown = |value: &Value| match value {
        Value::String(text) => reason.contains(text.as_str()),
        other => reason.contains(&other.to_string()),
    };
    let found = suspects.min_by_key(|(_, value)| !is_shown(value));
    found.map(|(key, _)| key.clone())
}

fn article_of(mut fields: Fields, options: &ImportOptions) -> Result<Line> {
    if let Some((key, value)) = held_back::held_back(fields.map(), &[]) {
        let id = fields.text("id").ok().flatten().unwrap_or_default();
        let source = article::source_of(fields.into_map(), &id, options);
        return Ok(Line::HeldBack(Withheld { key, value, source }));
    }
    let html_text = fields.text("html")?;
    let text = match fields.text("text")? {
        Some(text) => Some(text),
        None => fields.text("body")?,
    };
    let mut first = plain_sections(&mut fields)?;
    let mut body = match (fields.typed::<Vec<Section>>("sections")?, text, html_text) {
        (Some(_), None, None) if !first.is_empty() => {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "article: sections and {} (a section by itself) exclude each other; keep one",
                    first
                        .first()
                        .map_or("note", |section| section.role.as_str())
                ),
            ));
        }
        (Some(sections), None, None) => Body {
            sections,
            ..Body::default()
        },
        (None, Some(text), None) => Body::of_markdown(&text),
        (None, None, Some(page)) => html::body(&page).article()?,
        (None, None, None) => Body::default(),
        _ => {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "article: sections, text (or body) and html exclude each other; keep one",
            ));
        }
    };
    first.append(&mut body.sections);
    body.sections = first;
    let read = article::article(fields, body, &Fallback::default(), options)?;
    let at = read.draft.updated.or(read.draft.created);
    let draft = Box::new(read.draft);
    Ok(Line::Record(Record::Article { draft, at }, read.unknown))
}

/// Takes sections from keys named by their roles, one text each, in the order of the roles: the form of an article in a
/// table. An empty text makes no section.
fn plain_sections(fields: &mut Fields) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    for role in Role::ALL {
        if let Some(text) = fields.text(role.as_str())?
            && !text.trim().is_empty()
        {
            sections.push(Section::new(*role, text));
        }
    }
    Ok(sections)
}

fn case(mut fields: Fields) -> Result<Line> {
    let mut draft = CaseDraft::new(
        fields.required("id")?,
        fields.parsed("kind")?.unwrap_or(CaseKind::Service),
    );
    draft.opened = fields.time("opened")?;
    draft.channel = fields.text("channel")?;
    draft.party = fields.text("party")?;
    draft.session = fields.text("session")?;
    draft.products = fields.product_items()?;
    for key in ["subject", "description"] {
        if let Some(text) = fields.text(key)? {
            draft.entries.push(EntryDraft {
                at: draft.opened,
                author: draft.party.clone(),
                ..EntryDraft::new(Reuse::Section(Role::Issue), text)
            });
        }
    }
    match fields.take("entries") {
        None => {}
        Some(Value::Array(items)) => {
            for (i, item) in items.into_iter().enumerate() {
                let entry = entry(item).map_err(|e| e.at(format!("entries[{i}]")))?;
                draft.entries.push(entry);
            }
        }
        Some(other) => return Err(bad("entries", &other, "it is a list")),
    }
    let status = fields.parsed("status")?;
    let events = endings(&mut fields, &draft, status)?;
    draft.check()?;
    events.iter().try_for_each(|event| event.check())?;
    let draft = Box::new(draft);
    Ok(Line::Record(Record::Case { draft, events }, fields.rest()))
}

/// Reads a note. Without `reuse` it is case-only, so that no text leaves a case by omission.
fn entry(item: Value) -> Result<EntryDraft> {
    let Value::Object(map) = item else {
        return Err(bad("entry", &item, "an entry is a mapping"));
    };
    let mut fields = Fields::new(map);
    Ok(EntryDraft {
        at: fields.time("at")?,
        text: fields.required("text")?,
        reuse: fields.parsed("reuse")?.unwrap_or(Reuse::CaseOnly),
        author: fields.text("author")?,
    })
}

/// Takes the status changes of a case, in order of time, the last one reaching its status.
fn endings(
    fields: &mut Fields,
    draft: &CaseDraft,
    status: Option<CaseStatus>,
) -> Result<Vec<Event>> {
    let first_contact = fields.flag("first_contact")?;
    let (resolved, closed) = (fields.time("resolved")?, fields.time("closed")?);
    let reopened = fields.time("reopened")?;
    let closes = if status == Some(CaseStatus::Abandoned) {
        (EventKind::CaseAbandoned {}, CaseStatus::Abandoned)
    } else {
        (EventKind::CaseClosed {}, CaseStatus::Closed)
    };
    let answered = EventKind::CaseResolved { first_contact };
    let mut steps: Vec<(Timestamp, EventKind, CaseStatus)> = Vec::new();
    steps.extend(resolved.map(|at| (at, answered.clone(), CaseStatus::Resolved)));
    // At the same instant the reopening precedes the closing, unless the status is reopened.
    let again = reopened.map(|at| (at, EventKind::CaseReopened {}, CaseStatus::Reopened));
    let end = closed.map(|at| (at, closes.0, closes.1));
    if status == Some(CaseStatus::Reopened) {
        steps.extend(end.into_iter().chain(again));
    } else {
        steps.extend(again.into_iter().chain(end));
    }
    steps.sort_by_key(|(at, ..)| *at);
    let reached = steps
        .last()
        .map_or(CaseStatus::Open, |(.., status)| *status);
    if let Some(status) = status
        && status != reached
    {
        let what = match status {
            CaseStatus::Waiting => EventKind::CaseWaiting { waiting: true },
            CaseStatus::Resolved => answered,
            CaseStatus::Closed => EventKind::CaseClosed {},
            CaseStatus::Reopened => EventKind::CaseReopened {},
            CaseStatus::Abandoned => EventKind::CaseAbandoned {},
            CaseStatus::Open => {
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    format!(
                        "status: open contradicts that the case was {reached}; leave out the time of that, or give the status reopened"
                    ),
                ));
            }
        };
        // The latest known instant of the case.
        let at = steps
            .iter()
            .map(|(at, ..)| *at)
            .chain(draft.entries.iter().filter_map(|entry| entry.at))
            .chain(draft.opened)
            .max()
            .ok_or_else(|| missing("opened"))?;
        steps.push((at, what, status));
    }
    steps
        .into_iter()
        .map(|(at, what, _)| with_id(Event::new(at, what).case(draft.id.clone())))
        .collect()
}

fn link(mut fields: Fields) -> Result<Line> {
    let at = fields.time("at")?;
    let actor = fields.text("actor")?;
    // A retracted link must not be imported as an effective one.
    if let Some(retracted) = fields.time("retracted_at")? {
        return Err(Error::invalid(
            "retracted_at",
            retracted,
            "a link that was taken back is not imported; leave it out",
        ));
    }
    if fields.parsed("verdict")? == Some(Verdict::Rejected) {
        return Err(Error::invalid(
            "verdict",
            Verdict::Rejected,
            "a link that was found to be wrong is not imported; leave it out",
        ));
    }
    let draft = crate::model::LinkDraft {
        case: fields.required("case")?,
        article: fields.required("article")?,
        link: fields.parsed("link")?.ok_or_else(|| missing("link"))?,
        provenance: fields.parsed("provenance")?.unwrap_or(Provenance::Imported),
        confidence: fields.typed("confidence")?,
        reason: fields.parsed("reason")?,
    };
    draft.check()?;
    let record = Record::Link { draft, at, actor };
    Ok(Line::Record(record, fields.rest()))
}

fn event(mut fields: Fields, options: &ImportOptions) -> Result<Line> {
    details(&mut fields)?;
    let what = fields.required("what")?;
    let what = what.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let what = match what.as_str() {
        "search" | "query" => "searched",
        "click" => "clicked",
        "view" | "read" => "viewed",
        "solve" | "solved-it" => "solved",
        "not-solved" | "did-not-help" => "did-not-solve",
        other => other,
    };
    if what == "linked" && fields.map().get("link").is_some_and(Value::is_string) {
        return link(fields);
    }
    let label = fields.text("audience")?.map(|label| options.label(&label));
    fields.quote(&[
        "id", "actor", "party", "session", "case", "channel", "query",
    ])?;
    if !fields.map().get("article").is_some_and(Value::is_object) {
        fields.quote(&["article"])?;
    }
    if what == "survey"
        && let Some(score) = fields.take("score")
    {
        fields.put("score", survey(&score, options.survey_scale)?);
    }
    fields.put("what", Value::String(what.to_owned()));
    if let Some(label) = label {
        fields.put("audience", Value::String(label));
    }
    let mut event: Event = typed("event", fields.into_map())?;
    if event.id.is_empty() {
        event = with_id(event)?;
    }
    event.check()?;
    done(Record::Event(Box::new(event)))
}

/// Takes the keys specific to an event type from one JSON text, the form they have in a table.
fn details(fields: &mut Fields) -> Result<()> {
    let found = match fields.take("details") {
        Some(Value::String(text)) if text.starts_with('{') => {
            value::json(&text, MAX_DETAILS_NESTING).map_err(|e| e.at("details"))?
        }
        Some(found) => found,
        None => return Ok(()),
    };
    if let Value::Object(map) = found {
        for (key, value) in map {
            fields.put(&key, value);
        }
    }
    Ok(())
}

/// Maps a survey score from the source's scale to 0 to 1.
fn survey(score: &Value, (least, greatest): (f64, f64)) -> Result<Value> {
    let found = score
        .as_f64()
        .filter(|found| greatest > least && *found >= least && *found <= greatest);
    let Some(found) = found else {
        return Err(bad(
            "score",
            score,
            &format!("it lies from {least} to {greatest}; set survey_scale to that of the source"),
        ));
    };
    Ok(((found - least) / (greatest - least)).into())
}

fn logged(mut fields: Fields) -> Result<Line> {
    let arrived = fields.time("arrived")?.ok_or_else(|| missing("arrived"))?;
    let event: Event = fields.typed("event")?.ok_or_else(|| missing("event"))?;
    event.check()?;
    let event = Box::new(event);
    done(Record::Logged { event, arrived })
}

fn header(mut fields: Fields) -> Result<Line> {
    let schema: u64 = fields.typed("schema")?.ok_or_else(|| missing("schema"))?;
    if schema > u64::from(SCHEMA) {
        return Err(Error::new(
            ErrorCode::FormatTooNew,
            format!(
                "schema: {schema} is newer than {SCHEMA}, the newest we read; use a newer kenpoint"
            ),
        ));
    }
    Ok(Line::Header)
}

/// Gives an event an id derived from its content, so that importing it again changes nothing.
pub(crate) fn with_id(mut event: Event) -> Result<Event> {
    event.id.clear();
    let content = crate::codec::value::text(&event).map_err(|e| {
        Error::with_source(ErrorCode::Internal, "an event cannot be written as JSON", e)
    })?;
    let hash = blake3::hash(&content).to_hex();
    event.id = format!("x-{}", hash.get(..16).unwrap_or(&hash));
    Ok(event)
}

#[cfg(test)]
mod tests;
