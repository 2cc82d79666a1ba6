//! Values of the model as JSON text: the form in which C hosts pass drafts and receive articles.
//!
//! Reading rejects repeated keys, unknown keys and too deep nesting, since these hide mistakes. Writing puts the
//! number of the schema first, so that a reader knows it before the content.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::codec::nearest::nearest;
use crate::codec::value::{self, Misread};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Event, EventKind, EventMembers};
use crate::time::Timestamp;

/// The schema number of the shapes that [`write`](fn@write) makes. Adding a key keeps the number; removing a key or
/// changing its meaning raises it.
pub const SCHEMA: u32 = 1;

/// Greatest nesting of a value to read.
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
/// The key `schema`, which [`write`](fn@write) sets, is optional and must be [`SCHEMA`]. Fails with `InvalidRecord` and
/// a position if the text is not JSON of that shape.
pub fn read<T: DeserializeOwned>(field: &str, text: &str) -> Result<T> {
    from_value(field, parsed(field, text)?)
}

/// Reads a value that must be an object. Another JSON value is rejected with a plain message.
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
/// Fails as [`read`] does, and names each event that cannot be read by its place ([`Error::items`]).
pub fn events(text: &str, now: Timestamp) -> Result<Vec<Event>> {
    #[derive(serde::Deserialize)]
    struct Events {
        events: Vec<Map<String, Value>>,
    }
    let Events { events } = read("events", text)?;
    let (mut read, mut failed) = (Vec::with_capacity(events.len()), Vec::new());
    for (i, mut event) in events.into_iter().enumerate() {
        if event.get("at").is_none_or(Value::is_null) {
            event.insert("at".to_owned(), now.to_string().into());
        }
        match flat::<Event>("event", event) {
            Ok(event) => read.push(event),
            Err(error) => failed.push((i, error)),
        }
    }
    if failed.is_empty() {
        Ok(read)
    } else {
        Err(Error::of_items(failed).in_list("events"))
    }
}

/// Reads an event. Its fields stand among those of its kind, where a reader of types cannot tell an unknown key; so the
/// event is written again, and a key that is not in it then was not read.
fn flat<T: DeserializeOwned + Serialize>(field: &str, given: Map<String, Value>) -> Result<T> {
    let given = of_schema(field, given.into())?;
    let event: T = match from_value(field, given.clone()) {
        Ok(event) => event,
        Err(error) => return Err(of_members(field, &given, error)),
    };
    let written = value::text(&event)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or(Value::Null);
    let keys = || given.as_object().into_iter().flatten();
    let is_read = |key: &str| written.get(key).is_some();
    match keys().find(|(key, value)| !is_read(key) && !is_left_out(value)) {
        None => Ok(event),
        Some((key, _)) => {
            // The members of other kinds are no keys that could be meant here.
            let known = written.as_object().into_iter().flat_map(Map::keys);
            let known = known.map(String::as_str).chain(EVENT_KEYS.iter().copied());
            let meant = nearest(key, known).map(str::to_owned);
            Err(unknown(field, key, meant.as_deref()))
        }
    }
}

/// Says what is wrong with the members of an event's kind. serde reads them without their names.
fn of_members(field: &str, given: &Value, error: Error) -> Error {
    let Some(map) = given.as_object() else {
        return error;
    };
    let missing = error.message().split_once("missing field `");
    if let Some((name, _)) = missing.and_then(|(_, rest)| rest.split_once('`')) {
        return match map
            .keys()
            .find(|key| nearest(key, [name].into_iter()).is_some())
        {
            Some(key) => unknown(field, key, Some(name)),
            None => error,
        };
    }
    let what = map.get("what").and_then(Value::as_str).unwrap_or_default();
    match EventKind::from_members(what, &mut Members(map)) {
        Err(clearer) => Error::with_source(ErrorCode::InvalidRecord, clearer.message(), error),
        Ok(_) => error,
    }
}

/// The members of an event in JSON, by name.
struct Members<'a>(&'a Map<String, Value>);

impl Members<'_> {
    fn of_type<T>(
        &self,
        name: &str,
        read: impl Fn(&Value) -> Option<T>,
        rule: &str,
    ) -> Result<Option<T>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(Error::invalid(&self.label(name), value, rule)),
            },
        }
    }
}

impl EventMembers for Members<'_> {
    fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        let read = |value: &Value| value.as_str().map(str::to_owned);
        self.of_type(name, read, "it is a text, in quotes")
    }

    fn number(&mut self, name: &'static str) -> Result<Option<f64>> {
        self.of_type(name, Value::as_f64, "it is a number, without quotes")
    }

    fn count(&mut self, name: &'static str) -> Result<Option<u32>> {
        let read = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        self.of_type(name, read, "it is a whole number, without quotes")
    }
}

/// Longest reason of serde that is given whole, in characters. The names of all kinds of events take some 650.
const MAX_REASON_CHARS: usize = 1_200;

/// The keys that every event may have.
const EVENT_KEYS: [&str; 9] = [
    "id", "at", "what", "actor", "party", "session", "case", "channel", "audience",
];

/// Tells if a value is one that is left out when it is written.
fn is_left_out(value: &Value) -> bool {
    value.is_null() || *value == Value::Bool(false) || value.as_str() == Some("")
}

/// Reads one event, of any kind or of those of a reader, with its `at`. For bindings. Fails as [`read`] does.
#[doc(hidden)]
pub fn event<T: DeserializeOwned + Serialize>(field: &str, text: &str) -> Result<T> {
    flat(field, from_value(field, braced(field, text)?)?)
}

/// Reads a value that is parsed already.
fn from_value<T: DeserializeOwned>(field: &str, value: Value) -> Result<T> {
    // The part that is the same for all types is a separate function without a type parameter: it has many callers.
    match value::exact(&of_schema(field, value)?) {
        Ok((read, None)) => Ok(read),
        Ok((_, Some(key))) => Err(unknown(field, &key.path, key.meant)),
        Err(misread) => Err(unreadable(field, misread)),
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

/// Removes the schema number, which must be ours, from the value.
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

fn unknown(field: &str, path: &str, meant: Option<&str>) -> Error {
    let path = crate::error::excerpt(path);
    let path = path.trim_matches('"');
    let step = match meant {
        Some(meant) => format!("did you mean {meant}?"),
        None => "correct its name or leave it out".to_owned(),
    };
    Error::new(
        ErrorCode::InvalidRecord,
        format!("{field}.{path}: this key means nothing here; {step}"),
    )
}

fn unreadable(field: &str, misread: Misread) -> Error {
    let Misread {
        path,
        misspelt,
        error,
    } = misread;
    let mut message = field.to_owned();
    if !path.is_empty() {
        message.push('.');
        message.push_str(&path);
    }
    message.push_str(": ");
    message.push_str(&shortened(error.to_string()));
    let step = match misspelt.and_then(|key| Some((key.path, key.meant?))) {
        Some((key, meant)) => {
            let key = crate::error::excerpt(&key);
            format!("; the key {key} is there: did you mean {meant}?")
        }
        None => match meant(&message) {
            Some(meant) => {
                // The list of all names is for those that are near to none of them.
                let end = message.find(", expected one of ");
                message.truncate(end.unwrap_or(message.len()));
                format!(": did you mean {meant}?")
            }
            None => "; see the shapes in docs/json.md".to_owned(),
        },
    };
    message.push_str(&step);
    Error::with_source(ErrorCode::InvalidRecord, message, error)
}

/// Takes the middle out of a long message: serde quotes the whole value that it could not read. Its end has the rule.
fn shortened(message: String) -> String {
    let n = message.chars().count();
    if n <= MAX_REASON_CHARS {
        return message;
    }
    let half = MAX_REASON_CHARS / 2;
    let mut short: String = message.chars().take(half).collect();
    short.push('…');
    short.extend(message.chars().skip(n - half));
    short
}

/// The nearest of the names that a message of serde offers: "unknown variant `solvd`, expected one of `shown`, `solved`".
fn meant(message: &str) -> Option<String> {
    let (_, names) = message.split_once("unknown variant `")?;
    let mut names = names.split('`').step_by(2);
    let given = names.next()?;
    nearest(given, names).map(str::to_owned)
}

fn of_field(field: &str, error: Error) -> Error {
    Error::with_source(error.code(), format!("{field}: {}", error.message()), error)
}

/// Writes a value that is an object, with the key `schema` first. Keys of maps must be texts. Fails with `Internal`
/// for any other value.
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

/// Puts the key in front of the text. Through serde, each type would be written by a map serializer of its own.
fn with_schema(text: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(text).ok();
    let Some(members) = text.and_then(|text| text.strip_prefix('{')) else {
        return Err(Error::internal("a value to be written is no JSON object"));
    };
    let comma = if members == "}" { "" } else { "," };
    Ok(format!("{{\"schema\":{SCHEMA}{comma}{members}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ArticleDraft;

    fn refused(text: &str) -> String {
        read::<ArticleDraft>("article", text)
            .unwrap_err()
            .message()
            .to_owned()
    }

    #[test]
    fn a_long_value_does_not_fill_the_message() {
        let long = "é".repeat(100_000);
        let text = format!(r#"{{"at":"2026-01-01T00:00:00Z","what":"{long}","article":"a"}}"#);
        let error = event::<Event>("event", &text).unwrap_err();
        let message = error.message();
        assert!(
            message.chars().count() < MAX_REASON_CHARS + 100,
            "{message}"
        );
        assert!(message.contains("see the shapes in docs/json.md"));
    }

    #[test]
    fn an_error_names_the_key_its_path_and_the_name_that_is_meant() {
        let article = |rest: &str| format!(r#"{{"id":"a","kind":"product",{rest}}}"#);
        for (rest, parts) in [
            (
                r#""title":"A","titel":1"#,
                vec!["article.titel: ", "did you mean title?"],
            ),
            (
                r#""titel":"A""#,
                vec![
                    "missing field `title`",
                    "the key \"titel\" is there",
                    "did you mean title?",
                ],
            ),
            (
                r#""title":"A","scope":{"valid_form":null}"#,
                vec!["scope.valid_form", "did you mean valid_from?"],
            ),
            (
                r#""title":"A","sections":[{"role":"note","text":5}]"#,
                vec![
                    "article.sections.0.text: ",
                    "integer `5`",
                    "expected a string",
                ],
            ),
            (
                r#""title":"A","colour":"red""#,
                vec!["article.colour: ", "correct its name or leave it out"],
            ),
        ] {
            let message = refused(&article(rest));
            for part in parts {
                assert!(message.contains(part), "{rest}: {message}");
            }
        }
        let message = refused(r#"{"id":"a","kind":"prodct","title":"A"}"#);
        assert!(message.contains("article.kind: "), "{message}");
        assert!(message.contains("did you mean product?"), "{message}");
    }

    #[test]
    fn each_event_of_a_list_that_cannot_be_read_is_named() {
        let text = r#"{"events":[
            {"what":"solved","article":"a"},
            {"what":"solvd","article":"a"},
            {"what":"rated","article":"a","value":"4"},
            {"what":"viewed","article":"a","sesion":"s"}]}"#;
        let error = events(text, Timestamp::default()).unwrap_err();
        let message = error.message();
        assert!(message.starts_with("events[1]: event: "), "{message}");
        assert!(message.contains("did you mean solved?"), "{message}");
        assert!(
            message.ends_with("; 2 more of the list failed"),
            "{message}"
        );
        let items: Vec<usize> = error.items().iter().map(|(i, _)| *i).collect();
        assert_eq!(items, [1, 2, 3]);
        let second = error.items()[1].1.message();
        assert!(second.starts_with("event.value: "), "{second}");
        assert!(second.contains("it is a number"), "{second}");
        let third = error.items()[2].1.message();
        assert!(third.starts_with("event.sesion: "), "{third}");
        assert!(third.contains("did you mean session?"), "{third}");
        let text = text.replace("\"s\"", "null").replace("solvd", "solved");
        let left = events(&text.replace("\"4\"", "4"), Timestamp::default());
        assert_eq!(left.unwrap().len(), 4);
    }
}
