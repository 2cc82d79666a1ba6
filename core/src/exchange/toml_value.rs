//! TOML front matter as a value. The `toml` crate parses it; nesting is bounded before, since its tables are read and
//! freed by recursion.
//!
//! A number is a number only if JSON writes it in the same way, as in YAML; dates are texts.

use serde_json::{Map, Number, Value};
use toml::de::{DeTable, DeValue};

use super::value::invalid_record;
use super::yaml::limited;
use crate::error::{Error, Result};

/// Greatest number of names in a dotted key. Front matter has three at most.
const MAX_DOTTED: usize = 8;

/// Reads front matter. Fails with `InvalidRecord`, or `TooLarge` beyond a limit.
pub(super) fn read(text: &str, max_nesting: usize) -> Result<Value> {
    limited(text)?;
    let names = dotted_names(text);
    if names > MAX_DOTTED {
        return Err(Error::too_large("nesting", names, MAX_DOTTED, "levels"));
    }
    let table = DeTable::parse(text).map_err(|error| {
        let from = error.span().map_or(0, |span| span.start);
        let before = text.get(..from).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        invalid_record("front matter", &format!("line {line}: {}", error.message()))
    })?;
    mapping(table.get_ref(), max_nesting).map(Value::Object)
}

/// Returns the greatest number of names joined by points in one key. Texts with many points count too.
fn dotted_names(text: &str) -> usize {
    let (mut most, mut names) = (1, 1);
    let mut between = false;
    for byte in text.bytes() {
        match byte {
            b'.' if between => {
                names += 1;
                between = false;
            }
            b'.' => {}
            b'_' | b'-' | b'"' | b'\'' => between = true,
            byte if byte.is_ascii_alphanumeric() => between = true,
            b' ' | b'\t' => {}
            _ => (names, between) = (1, false),
        }
        most = most.max(names);
    }
    most
}

fn mapping(table: &DeTable<'_>, depth: usize) -> Result<Map<String, Value>> {
    let entries = table.iter();
    entries
        .map(|(key, found)| Ok((key.get_ref().to_string(), value(found.get_ref(), depth)?)))
        .collect()
}

fn value(found: &DeValue<'_>, depth: usize) -> Result<Value> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(invalid_record("front matter", "it is nested too deeply"));
    };
    Ok(match found {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) if number.radix() == 10 => scalar(number.as_str()),
        DeValue::Integer(number) => number.to_string().into(),
        DeValue::Float(number) => scalar(number.as_str()),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(date) => date.to_string().into(),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| value(item.get_ref(), depth));
            Value::Array(items.collect::<Result<_>>()?)
        }
        DeValue::Table(table) => Value::Object(mapping(table, depth)?),
    })
}

fn scalar(text: &str) -> Value {
    match serde_json::from_str::<Number>(text) {
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_types_of_toml_become_those_of_front_matter() {
        let text = "title = 'Lamp'\ndate = 2024-03-01\nat = 2024-03-01T10:00:00+02:00\nn = 1_000\nhex = 0x10\nv = 4.10\ndraft = true\n\n[taxonomies]\ntags = ['net', 1]\n[[who]]\nname = 'Ann'\n";
        assert_eq!(
            read(text, 64).unwrap(),
            json!({"title": "Lamp", "date": "2024-03-01", "at": "2024-03-01T10:00:00+02:00", "n": 1000, "hex": "0x10",
                "v": "4.10", "draft": true, "taxonomies": {"tags": ["net", 1]}, "who": [{"name": "Ann"}]})
        );
        assert_eq!(read("", 64).unwrap(), json!({}));
    }

    #[test]
    fn malformed_text_is_named_by_its_line() {
        for text in ["a = 1\nb", "a = 1\na = 2", "a = 1\nb = 'x"] {
            let error = read(text, 64).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRecord, "{text}");
            assert!(error.message().contains("line 2"), "{text}: {error}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        for text in [
            format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}", "[".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "'a' . ".repeat(10_000)),
            format!("a = {}", "{a=".repeat(50_000)),
            format!("a = {}", "{a.b.c.d=".repeat(20_000)),
            "x = 1 ".repeat(100_000),
        ] {
            assert!(read(&text, 64).is_err());
        }
        let deep = format!("a = {}1{}", "[".repeat(70), "]".repeat(70));
        assert!(read(&deep, 64).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-c\\[\\]{}=.,\"' \n0-9:T#-]{0,120}") {
            let _ = read(&text, 64);
        }
    }
}
