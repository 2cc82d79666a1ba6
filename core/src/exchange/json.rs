//! One value of the model as JSON text: how hosts in C hand over drafts and get articles back.
//!
//! Reading refuses what hides mistakes: keys given twice, keys that mean nothing, too deep a nesting.
//! Writing puts the number of the schema in front, so that a reader knows what it has before it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::codec::value;
use crate::error::{Error, ErrorCode, Result};
use crate::model::Event;
use crate::time::Timestamp;

/// The number of the shapes that [`write`](fn@write) makes. A key may be added under the same number; a change of
/// what a key means, or its removal, raises it.
pub const SCHEMA: u32 = 1;

/// Deepest nesting of a value that is read.
const MAX_NESTING: usize = 64;

/// Reads a value. `field` names it in errors.
///
/// ```
/// use kenpoint::exchange::json;
/// use kenpoint::model::ArticleDraft;
/// let draft: ArticleDraft =
///     json::read("article", r#"{"id":"lamp","kind":"product","title":"The lamp stays dark"}"#).unwrap();
/// assert_eq!(draft.audience, "internal");
/// let typo = json::read::<ArticleDraft>("article", r#"{"id":"a","kind":"product","title":"A","sektions":[]}"#);
/// assert!(typo.unwrap_err().message().contains("sektions"));
/// ```
///
/// The key `schema`, which [`write`](fn@write) sets, may be there and must be [`SCHEMA`]. Fails with `InvalidRecord` if the
/// text is no JSON of that shape, and says where.
pub fn read<T: DeserializeOwned>(field: &str, text: &str) -> Result<T> {
    from_value(field, parsed(field, text)?)
}

/// The same, where the text must be an object; what is none is told so in plain words.
///
/// ```
/// use kenpoint::{RankPolicy, exchange::json};
/// assert!(json::object::<RankPolicy>("policy", "{}").is_ok());
/// assert!(json::object::<RankPolicy>("policy", "[]").is_err());
/// ```
pub fn object<T: DeserializeOwned>(field: &str, text: &str) -> Result<T> {
    from_value(field, braced(field, text)?)
}

/// Reads `{"events": [..]}`. An event without `at` happens at `now`.
///
/// ```
/// use kenpoint::exchange::json;
/// let now = "2026-11-20T09:00:00Z".parse().unwrap();
/// let events = json::events(r#"{"events":[{"what":"solved","article":"lamp"}]}"#, now).unwrap();
/// assert_eq!((events[0].at, events[0].article()), (now, Some("lamp")));
/// ```
///
/// Fails as [`read`] does.
pub fn events(text: &str, now: Timestamp) -> Result<Vec<Event>> {
    #[derive(serde::Deserialize)]
    struct Events {
        events: Vec<Map<String, Value>>,
    }
    let Events { events } = read("events", text)?;
    let dated = events.into_iter().map(|mut event| {
        if event.get("at").is_none_or(Value::is_null) {
            event.insert("at".to_owned(), now.to_string().into());
        }
        from_value("event", event.into())
    });
    dated.collect()
}

/// Reads a value that is parsed already.
fn from_value<T: DeserializeOwned>(field: &str, value: Value) -> Result<T> {
    // What is the same for all types is a function of none: callers are many.
    match value::exact(&of_schema(field, value)?) {
        Ok((read, None)) => Ok(read),
        Ok((_, Some(key))) => Err(unknown(field, &key)),
        Err(error) => Err(unreadable(field, error)),
    }
}

fn parsed(field: &str, text: &str) -> Result<Value> {
    super::value::json(text, MAX_NESTING).map_err(|error| of_field(field, error))
}

fn braced(field: &str, text: &str) -> Result<Value> {
    if text.trim_start().starts_with('{') {
        return parsed(field, text);
    }
    Err(Error::new(
        ErrorCode::InvalidRecord,
        format!("{field}: it is a JSON object, in braces; see the shapes in docs/json.md"),
    ))
}

/// The value without the number of its schema, which must be ours.
fn of_schema(field: &str, mut value: Value) -> Result<Value> {
    match value.as_object_mut().and_then(|map| map.remove("schema")) {
        Some(found) if found != SCHEMA => Err(Error::new(
            ErrorCode::InvalidRecord,
            format!(
                "{field}: schema {found} is not the one this library reads, {SCHEMA}; update the library"
            ),
        )),
        _ => Ok(value),
    }
}

fn unknown(field: &str, key: &str) -> Error {
    Error::new(
        ErrorCode::InvalidRecord,
        format!("{field}: the key {key} means nothing here; correct its name or leave it out"),
    )
}

fn unreadable(field: &str, error: serde_json::Error) -> Error {
    let message = format!("{field}: {error}; see the shapes in docs/json.md");
    Error::with_source(ErrorCode::InvalidRecord, message, error)
}

fn of_field(field: &str, error: Error) -> Error {
    Error::with_source(error.code(), format!("{field}: {}", error.message()), error)
}

/// Writes a value that is an object, with the key `schema` in front. Keys of maps are texts. Fails with `Internal` for
/// what is neither.
///
/// ```
/// use kenpoint::exchange::json;
/// use kenpoint::model::{Actor, Licence};
/// let ann = Actor { id: "ann".into(), licence: Licence::Publisher };
/// assert_eq!(json::write(&ann).unwrap(), r#"{"schema":1,"id":"ann","licence":"publisher"}"#);
/// ```
pub fn write<T: Serialize>(value: &T) -> Result<String> {
    let text = value::text(value).map_err(|e| {
        Error::with_source(ErrorCode::Internal, "a value cannot be written as JSON", e)
    })?;
    with_schema(&text)
}

/// The key is put in front of the text: through serde, each value would be written by a map of its own.
fn with_schema(text: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(text).ok();
    let Some(members) = text.and_then(|text| text.strip_prefix('{')) else {
        return Err(Error::internal("a value to be written is no JSON object"));
    };
    let comma = if members == "}" { "" } else { "," };
    Ok(format!("{{\"schema\":{SCHEMA}{comma}{members}"))
}
