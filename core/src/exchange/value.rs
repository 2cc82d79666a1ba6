//! A JSON or YAML value that refuses what hides mistakes: a key given twice, and too deep a nesting.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Error, ErrorCode, Result};

/// Most bytes of YAML before a Markdown text.
pub(super) const MAX_YAML_BYTES: usize = 256 << 10;
/// Below this our own limit is exact; above it the parsers' own limits hold.
const MAX_NESTING: usize = 100;

/// A value without repeated keys.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key {} is given twice; keep one",
                    crate::error::excerpt(&key)
                )));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// Reads JSON. Fails with `InvalidRecord`, or `TooLarge` if it is nested too deeply.
pub(super) fn json(text: &str, max_nesting: usize) -> Result<Value> {
    let Strict(value) =
        serde_json::from_str(text).map_err(|e| invalid_record("JSON", &e.to_string()))?;
    nesting(&value, max_nesting)?;
    Ok(value)
}

/// Reads YAML with budgets against documents that unfold.
pub(super) fn yaml(text: &str, max_nesting: usize) -> Result<Value> {
    if text.len() > MAX_YAML_BYTES {
        return Err(Error::too_large(
            "front matter",
            text.len(),
            MAX_YAML_BYTES,
            "bytes",
        ));
    }
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    options.budget = serde_saphyr::budget! {
        max_depth: max_nesting.min(MAX_NESTING),
        flow_nesting_limit: max_nesting.min(MAX_NESTING),
        max_events: 100_000,
        max_nodes: 50_000,
        max_aliases: 100,
        max_anchors: 100,
        max_documents: 1,
        max_total_scalar_bytes: 2 * MAX_YAML_BYTES,
    };
    let Strict(value) = serde_saphyr::from_str_with_options(text, options)
        .map_err(|e| invalid_record("front matter", &e.to_string()))?;
    nesting(&value, max_nesting)?;
    Ok(value)
}

fn nesting(value: &Value, limit: usize) -> Result<()> {
    let mut level: Vec<&Value> = vec![value];
    let mut depth = 0;
    while !level.is_empty() {
        if depth > limit {
            return Err(Error::too_large("nesting", depth, limit, "levels"));
        }
        level = level
            .into_iter()
            .flat_map(|value| -> Box<dyn Iterator<Item = &Value>> {
                match value {
                    Value::Array(list) => Box::new(list.iter()),
                    Value::Object(map) => Box::new(map.values()),
                    _ => Box::new(std::iter::empty()),
                }
            })
            .collect();
        depth += 1;
    }
    Ok(())
}

/// A record that cannot be read, with the parser's reason on one short line.
pub(super) fn invalid_record(what: &str, reason: &str) -> Error {
    let reason: String = reason
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    Error::new(ErrorCode::InvalidRecord, format!("{what}: {reason}"))
}

/// The text of UTF-8 bytes, without a byte order mark. `offset` is that of the bytes in their file.
pub(super) fn utf8(bytes: &[u8], offset: u64) -> Result<&str> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Error::new(
            ErrorCode::InvalidUtf8,
            format!(
                "the byte at offset {} is not UTF-8; save the file as UTF-8",
                offset + e.valid_up_to() as u64
            ),
        )
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = json(r#"{"a":1,"b":{"c":1,"c":2}}"#, 64).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        assert!(error.message().contains("\"c\" is given twice"), "{error}");
        assert!(yaml("a: 1\na: 2\n", 64).is_err());
    }

    #[test]
    fn bombs_are_refused() {
        assert!(json(&"[".repeat(100_000), 64).is_err());
        let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
        assert_eq!(json(&deep, 64).unwrap_err().code(), ErrorCode::TooLarge);
        assert!(yaml(&format!("a: {deep}"), 64).is_err());
        assert!(yaml(&format!("a: {}", "[".repeat(100_000)), 64).is_err());
        let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (from, to) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
            laughs.push_str(&format!("{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]\n"));
        }
        assert!(yaml(&laughs, 64).is_err());
    }

    #[test]
    fn bad_bytes_are_named_by_their_offset() {
        let error = utf8(b"abc\xff", 10).unwrap_err();
        assert!(error.message().contains("offset 13"), "{error}");
        assert_eq!(utf8("\u{feff}x".as_bytes(), 0).unwrap(), "x");
    }
}
