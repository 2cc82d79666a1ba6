//! Front matter: the keys in front of a text, as YAML (`---`), TOML (`+++`) or JSON (`{`).
//!
//! It splits a text and reads the keys. Their meaning is not known here, except that a key is found in any case of its
//! letters and that a repeated key may decide who sees the text.

use serde_json::{Map, Value};

use super::foreign::{self, Adjustment, Repeated};
use super::value::invalid_record;
use super::{toml_value, yaml};
use crate::codec::value::twice;
use crate::error::{Error, ErrorCode, Result};

/// The front matter of a text, and the text after it.
#[derive(Debug, Default)]
pub(super) struct FrontMatter<'a> {
    pub(super) map: Map<String, Value>,
    /// Earlier values of repeated keys.
    pub(super) repeated: Vec<Repeated>,
    /// The error of front matter that was read line by line.
    unreadable: Option<Error>,
    pub(super) body: &'a str,
}

/// The notation of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Yaml,
    Toml,
    Json,
}

/// Splits a text and reads its front matter; a text without any has no keys.
///
/// Fails with `InvalidRecord` for malformed front matter or a repeated key that decides who may see the text, and with
/// `TooLarge` beyond a limit.
pub(super) fn read(text: &str, max_nesting: usize) -> Result<FrontMatter<'_>> {
    let whole = FrontMatter {
        body: text,
        ..FrontMatter::default()
    };
    let Some((notation, front, body)) = split(text) else {
        return Ok(whole);
    };
    let (value, repeated) = match notation {
        Notation::Toml => (toml_value::read(front, max_nesting)?, Vec::new()),
        // JSON is YAML, whose reader keeps the source text of numbers.
        Notation::Yaml | Notation::Json => match yaml::read(front, max_nesting) {
            Ok(read) => read,
            Err(error) if error.code() == ErrorCode::InvalidRecord => {
                return by_lines(front, body, max_nesting)
                    .ok_or(error.clone())
                    .map(|mut read| {
                        read.unreadable = Some(error);
                        read
                    });
            }
            Err(error) => return Err(error),
        },
    };
    let map = match value {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        // Not a mapping: the lines between the two rules are text.
        _ => return Ok(whole),
    };
    let mut front = FrontMatter {
        map: Map::new(),
        repeated,
        unreadable: None,
        body,
    };
    for (key, value) in map {
        front.insert(key, value);
    }
    match front.repeated.iter().find(|one| decides(&one.key)) {
        Some(one) => Err(invalid_record("front matter", &twice(&one.key))),
        None => Ok(front),
    }
}

/// Returns true if a text begins with front matter.
pub(super) fn is_in_front(text: &str) -> bool {
    split(text).is_some()
}

fn decides(key: &str) -> bool {
    foreign::decides_visibility(&key.to_ascii_lowercase())
}

impl FrontMatter<'_> {
    /// Enters a key in lower case, as site generators do, so that `Audience` and `Draft` keep their meaning.
    fn insert(&mut self, key: String, value: Value) {
        let key = key.to_ascii_lowercase();
        if let Some(earlier) = self.map.insert(key.clone(), value) {
            self.repeated.push(Repeated {
                key,
                value: earlier,
            });
        }
    }

    /// The notes on repeated keys, each with the value that was taken.
    pub(super) fn notes(&self) -> Vec<Adjustment> {
        let taken = |path: &str| {
            let mut names = path.split('.');
            let first = self.map.get(names.next().unwrap_or_default());
            names.try_fold(first?, |value, name| value.get(name))
        };
        let unreadable = self.unreadable.iter().map(|error| {
            let lines = Value::from("lines that are no YAML");
            Adjustment::dropped("front matter", &lines, error)
        });
        let repeated = self.repeated.iter().map(|one| {
            let reason = "the key is given more than once; the last value is taken";
            let taken = taken(&one.key).map(foreign::shown);
            Adjustment::read_as(&one.key, &one.value, taken.unwrap_or_default(), reason)
        });
        unreadable.chain(repeated).collect()
    }
}

/// Parts of words by which a text may be kept from readers. Front matter with one of them is read whole or not at all.
const DECIDING: &[&str] = &[
    "audience",
    "confidence",
    "entitle",
    "valid",
    "scope",
    "draft",
    "listed",
    "publish",
    "hidden",
    "private",
    "index",
    "robots",
    "search",
    "status",
    "state",
    "visib",
    "headless",
    "render",
    "expir",
];

/// Reads malformed YAML (`title: Lamp: dark`) line by line: each line at the margin that is a key and a value by
/// itself, and other such lines as texts. `None` if a word in it may decide who sees the text.
fn by_lines<'a>(front: &str, body: &'a str, max_nesting: usize) -> Option<FrontMatter<'a>> {
    let lower = front.to_ascii_lowercase();
    if DECIDING.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let mut read = FrontMatter {
        body,
        ..FrontMatter::default()
    };
    for line in front.lines() {
        let Some((key, text)) = line.split_once(':') else {
            continue;
        };
        let is_key = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        if key.is_empty() || !key.chars().all(is_key) {
            continue;
        }
        let value = match yaml::read(line, max_nesting) {
            Ok((Value::Object(mut map), _)) => map.remove(key).unwrap_or_default(),
            _ => text.trim().into(),
        };
        read.insert(key.to_owned(), value);
    }
    Some(read)
}

/// Splits a text that begins with front matter into notation, front matter and the rest.
fn split(text: &str) -> Option<(Notation, &str, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.split_inclusive('\n').next()?;
    let (notation, ends): (_, &[&str]) = match first.trim_end() {
        "---" => (Notation::Yaml, &["---", "..."]),
        "+++" => (Notation::Toml, &["+++"]),
        _ if text.starts_with('{') => {
            let end = end_of_object(text)?;
            let (front, body) = text.split_at_checked(end)?;
            // A text may begin with a brace; front matter is an object with keys, alone on its lines.
            let is_object = serde_json::from_str::<serde::de::IgnoredAny>(front).is_ok()
                && front.contains(':')
                && body
                    .chars()
                    .find(|c| *c != ' ' && *c != '\r')
                    .is_none_or(|c| c == '\n');
            return is_object.then_some((Notation::Json, front, body));
        }
        _ => return None,
    };
    let mut at = first.len();
    for line in text.get(at..)?.split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            return Some((
                notation,
                text.get(first.len()..at)?,
                text.get(at + line.len()..)?,
            ));
        }
        at += line.len();
    }
    None
}

/// Returns the end of the JSON object that a text begins with.
fn end_of_object(text: &str) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate().take(yaml::MAX_BYTES + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use proptest::prelude::*;
    use serde_json::json;

    fn keys(text: &str) -> (Value, &str) {
        let read = read(text, 64).unwrap();
        (Value::Object(read.map), read.body)
    }

    #[test]
    fn three_notations_give_the_same_keys() {
        let expected = json!({"title": "Lamp: dark", "weight": 4, "tags": ["a", "1.0"], "version": "4.10", "draft": false});
        for text in [
            "---\ntitle: \"Lamp: dark\"\nweight: 4\ntags: [a, '1.0']\nversion: 4.10\ndraft: false\n---\nBody\n",
            "+++\ntitle = 'Lamp: dark'\nweight = 4\ntags = ['a', '1.0']\nversion = 4.10\ndraft = false\n+++\nBody\n",
            "{\n\t\"title\": \"Lamp: dark\",\n  \"weight\": 4, \"tags\": [\"a\", \"1.0\"], \"version\": 4.10, \"draft\": false\n}\nBody\n",
            "\u{feff}---\r\ntitle: 'Lamp: dark'\r\nweight: 4\r\ntags: [a, '1.0']\r\nversion: 4.10\r\ndraft: false\r\n---\r\nBody\n",
        ] {
            let (map, body) = keys(text);
            assert_eq!(
                (map, body.trim_start()),
                (expected.clone(), "Body\n"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_that_only_looks_alike_is_text() {
        for text in [
            "---\nnever closed: x\n",
            "+++\nx = 1\n",
            "{not json}\nx",
            "{}\nx",
            "{{ x }}\n",
            "{% x %}",
            "{\"a\": 1} and more",
        ] {
            assert_eq!(keys(text), (json!({}), text), "{text}");
        }
    }

    #[test]
    fn a_repeated_key_is_refused_only_if_it_decides_who_sees_the_text() {
        let front = read("---\nmeta: one\nmeta: two\nTags: x\ntags: y\n---\n", 64).unwrap();
        let notes = front.notes();
        assert_eq!(front.map["meta"], "two");
        assert_eq!(
            (notes[0].key.as_str(), notes[0].value.as_str()),
            ("meta", "one")
        );
        assert_eq!(notes[0].read_as.as_deref(), Some("two"));
        assert_eq!(notes.len(), 2);
        for text in [
            "audience: public\naudience: internal",
            "Audience: public\naudience: internal",
            "scope: {entitlement: a, entitlement: b}",
            "valid_to: 2024-01-01\nvalid_to: 2034-01-01",
            "confidence: validated\nconfidence: archived",
        ] {
            let error = read(&format!("---\n{text}\n---\n"), 64).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRecord, "{text}");
            assert!(error.message().contains("twice"), "{error}");
        }
    }

    #[test]
    fn malformed_lines_cost_no_text_unless_they_may_hide_it() {
        let front = read(
            "---\ntitle: Lamp: dark\ntags: [a, b]\nmore:\n  - [\n---\nBody\n",
            64,
        )
        .unwrap();
        assert_eq!(front.map["title"], "Lamp: dark");
        assert_eq!(front.map["tags"], json!(["a", "b"]));
        assert_eq!((front.body, front.notes().len()), ("Body\n", 1));
        for line in ["draft: true", "Audience: internal", "x: {published: no}"] {
            let text = format!("---\ntitle: Lamp: dark\n{line}\n---\nBody\n");
            assert!(read(&text, 64).is_err(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_split_or_refused(mark in "---|\\+\\+\\+|\\{", text in "[a-z:=\\[\\]{}\"'.,\n0-9-]{0,80}") {
            let _ = read(&format!("{mark}\n{text}\n{mark}\nbody"), 64);
            let _ = read(&format!("{mark}{text}}}\nbody"), 64);
        }
    }
}
