//! UTF-8 text of a source, and JSON that rejects repeated keys and too deep nesting.

use std::borrow::Cow;

use serde_json::Value;

use crate::codec::value;
use crate::error::{Error, ErrorCode, Result};

/// Parses JSON. Fails with `InvalidRecord`, or `TooLarge` if it is nested too deeply.
pub(super) fn json(text: &str, max_nesting: usize) -> Result<Value> {
    let value = value::json(text).map_err(|e| invalid_record("JSON", &e.to_string()))?;
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

/// The error for an unreadable record, with the parser's reason on one short line.
pub(super) fn invalid_record(what: &str, reason: &str) -> Error {
    let reason: String = reason
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    Error::new(ErrorCode::InvalidRecord, format!("{what}: {reason}"))
}

/// Decodes UTF-8 without a byte order mark. `offset` is the position of the bytes in their file.
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

/// Decodes UTF-8 or, behind its byte order mark, UTF-16: the text of a file that people edit.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let (is_big, rest) = match bytes {
        [0xfe, 0xff, rest @ ..] => (true, rest),
        [0xff, 0xfe, rest @ ..] => (false, rest),
        _ => return utf8(bytes, 0).map(Cow::Borrowed),
    };
    let units = rest.chunks_exact(2).map(|pair| match *pair {
        [first, second] if is_big => u16::from_be_bytes([first, second]),
        [first, second] => u16::from_le_bytes([first, second]),
        _ => 0,
    });
    let text: std::result::Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.len() % 2 == 0 => Ok(Cow::Owned(text)),
        _ => Err(Error::new(
            ErrorCode::InvalidUtf8,
            "the byte order mark announces UTF-16, and the bytes are not; save the file as UTF-8",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = json(r#"{"a":1,"b":{"c":1,"c":2}}"#, 64).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        assert!(error.message().contains("\"c\" is given twice"), "{error}");
    }

    #[test]
    fn bombs_are_refused() {
        assert!(json(&"[".repeat(100_000), 64).is_err());
        let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
        assert_eq!(json(&deep, 64).unwrap_err().code(), ErrorCode::TooLarge);
    }

    #[test]
    fn bad_bytes_are_named_by_their_offset() {
        let error = utf8(b"abc\xff", 10).unwrap_err();
        assert!(error.message().contains("offset 13"), "{error}");
        assert_eq!(utf8("\u{feff}x".as_bytes(), 0).unwrap(), "x");
    }
}
