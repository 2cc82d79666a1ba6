//! YAML front matter as a value, built from the events of a parser, with a size budget against alias expansion.
//!
//! It follows YAML 1.2, except that a scalar is a number only if JSON writes that number in the same way. Other forms are
//! more often texts without quotes, so `4.10`, `0x80070005`, `007`, `1_000`, `no` and `on` stay texts, and a number as a
//! title loses no digit. The only tag it uses is `!!str`. A repeated key takes the last value, as most site generators
//! do; the caller learns of the others.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use serde_json::{Map, Number, Value};

use super::foreign::Repeated;
use super::value::invalid_record;
use crate::codec::value::twice;
use crate::error::{Error, Result};

/// Greatest size of front matter in bytes.
pub(super) const MAX_BYTES: usize = 256 << 10;
/// Greatest size of the value after expansion of aliases and merges: bytes of texts, plus `VALUE_SIZE` for each value.
const MAX_SIZE: usize = 4 * MAX_BYTES;
/// Size of a value beside its text.
const VALUE_SIZE: usize = 8;
/// Greatest number of repeated keys; a text with more of them is no front matter.
const MAX_REPEATED: usize = 100;
/// Greatest number of outer keys named with a repeated key.
const MAX_PATH: usize = 4;
/// Greatest length of a key in a report, in characters.
pub(super) const MAX_SHOWN_KEY: usize = 100;
/// Greatest nesting, whatever the options allow, because values are read by recursion.
const MAX_NESTING: usize = 100;

/// Reads front matter and the repeated keys in it. An empty text is null. Fails with `InvalidRecord`, or `TooLarge`
/// beyond a limit.
pub(super) fn read(text: &str, max_nesting: usize) -> Result<(Value, Vec<Repeated>)> {
    limited(text)?;
    let mut reader = YamlReader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        size: 0,
        max_nesting: max_nesting.min(MAX_NESTING),
        path: Vec::new(),
        repeated: Vec::new(),
    };
    let mut read = None;
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok((read.unwrap_or(Value::Null), reader.repeated)),
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            _ if read.is_some() => return Err(bad("there is more than one document; keep one")),
            event => read = Some(reader.node(event, 0)?),
        }
    }
}

/// Fails if front matter is larger than the limit.
pub(super) fn limited(text: &str) -> Result<()> {
    if text.len() > MAX_BYTES {
        return Err(Error::too_large(
            "front matter",
            text.len(),
            MAX_BYTES,
            "bytes",
        ));
    }
    Ok(())
}

fn bad(reason: &str) -> Error {
    invalid_record("front matter", reason)
}

/// The error of the parser, with the line in the front matter.
fn unreadable(error: &ScanError) -> Error {
    bad(&format!("line {}: {}", error.marker().line(), error.info()))
}

struct YamlReader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// Anchored values by number, each with its size.
    anchors: BTreeMap<usize, (Value, usize)>,
    size: usize,
    max_nesting: usize,
    /// The keys from the root to the mapping being read.
    path: Vec<String>,
    repeated: Vec<Repeated>,
}

impl<'a> YamlReader<'a> {
    fn next(&mut self) -> Result<Event<'a>> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(unreadable(&error)),
            None => Ok(Event::StreamEnd),
        }
    }

    fn grow(&mut self, size: usize) -> Result<()> {
        self.size += size;
        if self.size > MAX_SIZE {
            return Err(Error::too_large(
                "front matter, unfolded",
                self.size,
                MAX_SIZE,
                "bytes",
            ));
        }
        Ok(())
    }

    /// Notes a repeated key of the mapping being read.
    fn repeat(&mut self, key: &str, value: Value) -> Result<()> {
        if self.repeated.len() == MAX_REPEATED {
            return Err(bad(&twice(key)));
        }
        // The first names of the path suffice to recognise a key of ours, and keep its length bounded.
        let outer = self.path.iter().take(MAX_PATH).map(String::as_str);
        let path: Vec<String> = outer
            .chain([key])
            .map(|name| name.chars().take(MAX_SHOWN_KEY).collect())
            .collect();
        self.repeated.push(Repeated {
            key: path.join("."),
            value,
        });
        Ok(())
    }

    /// Reads the value that begins with an event.
    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Value> {
        if depth > self.max_nesting {
            return Err(Error::too_large(
                "nesting",
                depth,
                self.max_nesting,
                "levels",
            ));
        }
        let before = self.size;
        self.grow(VALUE_SIZE)?;
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.grow(text.len())?;
                (scalar(&text, style, tag.as_deref()), anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut list = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => list.push(self.node(event, depth + 1)?),
                    }
                }
                (Value::Array(list), anchor)
            }
            Event::MappingStart(_, anchor, _) => (Value::Object(self.mapping(depth)?), anchor),
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(bad("an alias stands inside of what it names"));
                };
                self.grow(size)?;
                return Ok(value);
            }
            _ => return Err(bad("it ends in the middle")),
        };
        if anchor != 0 {
            self.anchors
                .insert(anchor, (value.clone(), self.size - before));
        }
        Ok(value)
    }

    /// Reads the rest of a mapping. Own keys win over keys merged by `<<`, and earlier merges over later ones.
    fn mapping(&mut self, depth: usize) -> Result<Map<String, Value>> {
        let mut map = Map::new();
        let mut merged = Vec::new();
        loop {
            let (key, is_plain) = match self.next()? {
                Event::MappingEnd => break,
                Event::Scalar(text, style, 0, _) => (text, style == ScalarStyle::Plain),
                _ => return Err(bad("a key is a text on one line")),
            };
            self.grow(key.len())?;
            let event = self.next()?;
            self.path.push(key.into_owned());
            let value = self.node(event, depth + 1)?;
            let key = self.path.pop().unwrap_or_default();
            if is_plain && key == "<<" {
                merged.push(value);
            } else if let Some(earlier) = map.insert(key.clone(), value) {
                self.repeat(&key, earlier)?;
            }
        }
        for value in merged {
            let all = match value {
                Value::Array(all) => all,
                one => vec![one],
            };
            for one in all {
                let Value::Object(one) = one else {
                    return Err(bad("what << merges is a mapping, or a list of mappings"));
                };
                for (key, value) in one {
                    map.entry(key).or_insert(value);
                }
            }
        }
        Ok(map)
    }
}

/// Converts a scalar: a text, unless it is plain and has the form of another type.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let is_text = |tag: &Tag| tag.is_yaml_core_schema_tag("str") || tag.parts() == ("", "!");
    if style != ScalarStyle::Plain || tag.is_some_and(is_text) {
        return text.into();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

/// Parses a decimal number that JSON writes as it stands.
fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: Number = serde_json::from_str(text).ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use proptest::prelude::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        read(text, 64).unwrap().0
    }

    #[test]
    fn what_people_write_is_read() {
        let text = "# about\ntitle: \"Lamp: dark\" # quoted\nid: 'it''s'\ntags: [a, 230, 1.5, -7, ]\nscope:\n  regions:\n  - eu\n  - us\n  empty:\nlong: >-\n  one\n  two\nlines: |\n  a\n  b\non: true\n";
        let expected = json!({"title": "Lamp: dark", "id": "it's", "tags": ["a", 230, 1.5, -7],
            "scope": {"regions": ["eu", "us"], "empty": null}, "long": "one two", "lines": "a\nb\n", "on": true});
        assert_eq!(value(text), expected);
        assert_eq!(value(""), Value::Null);
        assert_eq!(value("# nothing\n"), Value::Null);
        assert_eq!(value("just text"), json!("just text"));
        assert_eq!(
            value("{a: {b: [1, {c: ~}]}}"),
            json!({"a": {"b": [1, {"c": null}]}})
        );
    }

    #[test]
    fn only_decimal_numbers_are_numbers() {
        for text in [
            "no",
            "On",
            "y",
            "0x80070005",
            "0o17",
            "007",
            "1_000",
            "12e",
            ".inf",
            ".nan",
            "nan",
            "1.2.3",
            "+",
            ".",
            "2026-01-31",
            "18446744073709551616",
            "1e999",
            "4.10",
            "+3",
            "1e3",
            ".5",
            "2.",
            "0.1000000000000000055",
        ] {
            let found = value(&format!("a: {text}"));
            assert_eq!(found, json!({"a": text}), "{text}");
        }
        assert_eq!(
            value("[0, -0.5, 1.0, 18446744073709551615]"),
            json!([0, -0.5, 1.0, 18446744073709551615u64])
        );
        assert_eq!(
            value("[\"1\", '~', !!str 1, ! 2, !other 3]"),
            json!(["1", "~", "1", "2", 3])
        );
    }

    #[test]
    fn names_and_merges_unfold() {
        assert_eq!(
            value("a: &x [1, 2]\nb: *x"),
            json!({"a": [1, 2], "b": [1, 2]})
        );
        let text =
            "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nall:\n  <<: [*one, *two]\n  a: 0\n";
        assert_eq!(value(text)["all"], json!({"a": 0, "b": 1, "c": 2}));
        assert_eq!(value("'<<': 1"), json!({"<<": 1}));
    }

    #[test]
    fn what_hides_mistakes_is_refused_with_its_reason() {
        for (text, reason) in [
            ("a: [", "line 1"),
            ("a: b: c", "line 1"),
            ("a: *x", "line 1"),
            ("a: &x [*x]", "inside of what it names"),
            ("[a]: 1", "a key is a text"),
            ("? {a: 1}\n: 2", "a key is a text"),
            ("<<: 1", "mapping"),
            ("a: 1\n---\nb: 2", "more than one document"),
            ("a: \"", "line"),
        ] {
            let error = read(text, 64).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRecord, "{text}");
            assert!(error.message().contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_repeated_key_takes_the_last_value_and_names_the_others() {
        let (value, repeated) = read("a: 1\nb: {c: x, c: y}\na: 2\na: 3\n", 64).unwrap();
        assert_eq!(value, json!({"a": 3, "b": {"c": "y"}}));
        let repeated: Vec<_> = repeated.into_iter().map(|r| (r.key, r.value)).collect();
        assert_eq!(
            repeated,
            [
                ("b.c".to_owned(), json!("x")),
                ("a".to_owned(), json!(1)),
                ("a".to_owned(), json!(2))
            ]
        );
    }

    #[test]
    fn bombs_are_refused() {
        let deep = format!("a: {}1{}", "[".repeat(70), "]".repeat(70));
        assert_eq!(read(&deep, 64).unwrap_err().code(), ErrorCode::TooLarge);
        assert!(read(&format!("a: {}", "[".repeat(100_000)), 64).is_err());
        assert!(read(&"? ".repeat(10_000), 64).is_err());
        assert!(read(&"- ".repeat(10_000), 1_000).is_err());
        assert!(read(&"x".repeat(MAX_BYTES + 1), 64).is_err());
        let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (from, to) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
            laughs.push_str(&format!("{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]\n"));
        }
        assert_eq!(read(&laughs, 64).unwrap_err().code(), ErrorCode::TooLarge);
    }

    /// Generates a key or a value as people write it.
    fn text() -> impl Strategy<Value = Value> {
        prop_oneof![
            "[a-zA-Z][a-zA-Z \\-_.:#'\"\\[\\]{},&*!?|>%@`\n]{0,20}".prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1.0e6..1.0e6f64).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ]
    }

    proptest! {
        /// JSON is YAML: a value written as JSON reads as the same value.
        #[test]
        fn json_is_read_as_it_is(map in prop::collection::btree_map("[a-z]{1,8}", prop_oneof![text(), prop::collection::vec(text(), 0..4).prop_map(Value::from)], 0..6)) {
            let all = Value::from(map.into_iter().collect::<Map<_, _>>());
            prop_assert_eq!(value(&all.to_string()), all);
        }

        /// If another YAML reader accepts a mapping of texts, ours does too, with the same result.
        #[test]
        fn other_readers_agree(lines in prop::collection::vec("[a-c]: ?[ a-d:#'\"\\[\\]{},&*!|>\\-]{0,12}", 1..4)) {
            let text = lines.join("\n");
            let theirs: std::result::Result<BTreeMap<String, Option<Value>>, _> = serde_saphyr::from_str(&text);
            if let Ok(theirs) = theirs {
                let theirs: Map<_, _> = theirs.into_iter().map(|(k, v)| (k, v.unwrap_or_default())).collect();
                prop_assert_eq!(read(&text, 64).map(|(value, _)| value).map_err(|e| e.to_string()), Ok(Value::Object(theirs)), "{}", text);
            }
        }
    }
}
