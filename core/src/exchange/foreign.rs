//! Values of foreign files: front matter that other systems wrote for their own purposes.
//!
//! A value that cannot be taken as it stands is dropped, or read as the nearest value of ours, and noted as an
//! [`Adjustment`], so that no text is lost for it. The keys in [`decides_visibility`] are the exception: a wrong guess
//! there would show a text to the wrong people. The module knows no file and no base.

use serde_json::Value;

use crate::error::Error;
use crate::time::Timestamp;

/// An integer below this number is not milliseconds but a date such as 20260131.
pub(super) const LEAST_MS: i64 = 100_000_000_000;

/// An earlier value of a key that is given more than once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeated {
    /// The key, with the keys around it: `scope.regions`.
    pub(super) key: String,
    pub(super) value: Value,
}

/// A value that was not taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The key.
    pub key: String,
    /// The value in the source, cut to 100 characters.
    pub value: String,
    /// The value taken in its place; `None` if it was dropped.
    pub read_as: Option<String>,
    /// The reason.
    pub reason: String,
}

impl Adjustment {
    /// A value that was dropped for an error.
    pub(crate) fn dropped(key: &str, value: &Value, error: &Error) -> Adjustment {
        Adjustment {
            key: key.to_owned(),
            value: shown(value),
            read_as: None,
            reason: error.message().to_owned(),
        }
    }

    /// A value that was read as another one.
    pub(crate) fn read_as(
        key: &str,
        value: &Value,
        read_as: impl Into<String>,
        reason: &str,
    ) -> Adjustment {
        Adjustment {
            key: key.to_owned(),
            value: shown(value),
            read_as: Some(read_as.into()),
            reason: reason.to_owned(),
        }
    }
}

/// Returns true for a key that decides who may see an article. Its value is never guessed: a wrong one, or a repeated
/// key, rejects the article.
pub(super) fn decides_visibility(key: &str) -> bool {
    matches!(
        key.strip_prefix("scope.").unwrap_or(key),
        "audience" | "confidence" | "entitlement" | "valid_from" | "valid_to" | "scope"
    )
}

/// Formats a value for a message: a text without its quotes, other values as JSON, cut to 100 characters.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(100).collect(),
        other => other.to_string().chars().take(100).collect(),
    }
}

/// The instant that a foreign value names, and true if the value says it exactly. `None` for any other form.
///
/// Read are our own forms, the same with a space before the offset, dates as year/month/day and month/day/year, and
/// times without an offset. The latter are taken as UTC and are inexact.
pub(super) fn instant(value: &Value) -> Option<(Timestamp, bool)> {
    match value {
        Value::String(text) => instant_of_text(text.trim()),
        other => {
            let ms = other.as_i64().filter(|ms| ms.abs() >= LEAST_MS)?;
            Some((Timestamp::from_ms(ms).ok()?, true))
        }
    }
}

fn instant_of_text(text: &str) -> Option<(Timestamp, bool)> {
    if let Ok(at) = text.parse() {
        return Some((at, true));
    }
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.trim()),
        None => (text, ""),
    };
    let date = date_of(date)?;
    if rest.is_empty() {
        return Some((date.parse().ok()?, true));
    }
    let (time, offset) = match rest.find(|c: char| c.is_whitespace() || "+-Zz".contains(c)) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (time, offset) = (two_digits(time)?, offset.trim());
    let offset = match offset {
        "" => return Some((format!("{date}T{time}Z").parse().ok()?, false)),
        "UTC" | "GMT" => "Z",
        other => other,
    };
    Some((format!("{date}T{time}{offset}").parse().ok()?, true))
}

/// Puts a zero before an hour of one digit.
fn two_digits(time: &str) -> Option<String> {
    let (hour, rest) = time.split_once(':')?;
    Some(format!("{hour:0>2}:{rest}"))
}

/// Returns a date in our form from year-month-day, year/month/day or month/day/year, with or without zeros in front.
fn date_of(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 {
        (first, second, third)
    } else if text.contains('/') && third.len() == 4 {
        (third, first, second)
    } else {
        return None;
    };
    let number = |text: &str| text.parse::<u16>().ok();
    Some(format!(
        "{:04}-{:02}-{:02}",
        number(year)?,
        number(month)?,
        number(day)?
    ))
}

/// Returns a language tag in our form from the forms of other systems: `de_AT`, `de_DE.UTF-8`, ` EN-us`.
pub(super) fn language_tag(text: &str) -> String {
    let tag = text.trim().replace('_', "-");
    let tag = tag.split(['.', '@']).next().unwrap_or_default();
    match tag.split_once('-') {
        Some((language, rest)) => format!("{}-{rest}", language.to_ascii_lowercase()),
        None => tag.to_ascii_lowercase(),
    }
}

/// Returns the first name in a list of people, or the name of a person given as a mapping.
pub(super) fn first_name(value: &Value) -> Option<&str> {
    match value {
        Value::String(name) => Some(name.trim()).filter(|name| !name.is_empty()),
        // A list of names, or of mappings with names; deeper lists name nobody.
        Value::Array(items) => items.iter().find_map(|item| match item {
            Value::Array(_) => None,
            one => first_name(one),
        }),
        Value::Object(map) => ["name", "id"].iter().find_map(|key| match map.get(*key) {
            Some(Value::String(name)) => Some(name.trim()).filter(|name| !name.is_empty()),
            _ => None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn dates_of_other_habits_are_read() {
        for (text, expected, exact) in [
            ("2024-01-15", "2024-01-15T00:00:00.000Z", true),
            (
                "2024-01-15T10:30:00+02:00",
                "2024-01-15T08:30:00.000Z",
                true,
            ),
            ("2024-01-15T10:30", "2024-01-15T10:30:00.000Z", false),
            ("2024-01-15 10:30", "2024-01-15T10:30:00.000Z", false),
            ("2024-01-15 9:30:07", "2024-01-15T09:30:07.000Z", false),
            (
                "2024-01-15 10:30:00 +0100",
                "2024-01-15T09:30:00.000Z",
                true,
            ),
            ("2024-01-15 10:30:00 UTC", "2024-01-15T10:30:00.000Z", true),
            ("07/31/2024", "2024-07-31T00:00:00.000Z", true),
            ("2024/7/1", "2024-07-01T00:00:00.000Z", true),
            ("2024-7-1", "2024-07-01T00:00:00.000Z", true),
        ] {
            let (at, is_exact) = instant(&json!(text)).unwrap();
            assert_eq!(
                (at.to_string().as_str(), is_exact),
                (expected, exact),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2024",
            "31/12/2024",
            "2024-13-01",
            "1-2-3",
            "{{date}}",
        ] {
            assert_eq!(instant(&json!(text)), None, "{text}");
        }
        assert_eq!(instant(&json!(20_240_131)), None);
        assert!(instant(&json!(1_700_000_000_000i64)).is_some());
    }

    #[test]
    fn language_tags_of_other_systems_become_ours() {
        for (text, tag) in [
            ("de_AT", "de-AT"),
            ("EN", "en"),
            ("pt_BR.UTF-8", "pt-BR"),
            (" zh-Hans ", "zh-Hans"),
        ] {
            assert_eq!(language_tag(text), tag);
        }
    }

    #[test]
    fn the_first_of_several_people_is_named() {
        for value in [
            json!(["Ann", "Bob"]),
            json!({"name": "Ann", "url": "x"}),
            json!([{"name": "Ann"}, "Bob"]),
            json!([[], 7, "Ann"]),
        ] {
            assert_eq!(first_name(&value), Some("Ann"), "{value}");
        }
        assert_eq!(first_name(&json!({"url": "x"})), None);
    }

    proptest! {
        #[test]
        fn any_text_is_an_instant_or_none(text in "\\PC*|[0-9T:/ +Z-]{0,30}") {
            let _ = instant(&json!(text));
        }
    }
}
