//! The limits of input to a base, and the checks that enforce them.

use crate::error::{Error, Result, number};
use crate::settings::MAX_AHEAD_MS;
use crate::time::Timestamp;

/// The maximum length of any id, in bytes of UTF-8. 1..=256.
pub const MAX_ID_BYTES: usize = 256;
/// The maximum length of a title, in bytes.
pub const MAX_TITLE_BYTES: usize = 2_048;
/// The maximum length of one section or case entry, in bytes.
pub const MAX_SECTION_BYTES: usize = 4 << 20;
/// The maximum total length of all texts of an article or case, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 << 20;
/// The maximum number of sections of an article.
pub const MAX_SECTIONS: usize = 1_000;
/// The maximum number of entries of a case.
pub const MAX_ENTRIES: usize = 10_000;
/// The maximum number of items of a list (tags, products, regions, tried articles...).
pub const MAX_LIST: usize = 256;
/// The maximum length of a short text (tag, label, channel, heading, reason), in bytes.
pub const MAX_LABEL_BYTES: usize = 512;

/// Checks an id: 1 to [`MAX_ID_BYTES`] bytes, no control characters, no space at either end.
pub fn id(field: &str, id: &str) -> Result<()> {
    if id.is_empty() {
        return Err(Error::invalid(
            field,
            id,
            "an id has at least one character",
        ));
    }
    if id.len() > MAX_ID_BYTES {
        return Err(Error::too_large(field, id.len(), MAX_ID_BYTES, "bytes"));
    }
    if id.trim() != id || id.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            id,
            "an id has no control characters and no space at its ends",
        ));
    }
    Ok(())
}

/// Checks an optional id.
pub fn optional_id(field: &str, value: Option<&str>) -> Result<()> {
    value.map_or(Ok(()), |value| id(field, value))
}

/// Checks a label: like an id, but up to [`MAX_LABEL_BYTES`].
pub fn label(field: &str, text: &str) -> Result<()> {
    text_of(field, text, MAX_LABEL_BYTES)?;
    if text.trim().is_empty() {
        return Err(Error::invalid(
            field,
            text,
            "it has at least one character that is not a space",
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, text, "it has no control characters"));
    }
    Ok(())
}

/// Checks a list of labels: at most [`MAX_LIST`].
pub fn labels<S: AsRef<str>>(field: &str, list: &[S]) -> Result<()> {
    count(field, list.len(), MAX_LIST, "items")?;
    list.iter().try_for_each(|item| label(field, item.as_ref()))
}

/// Checks that a date is not more than a day ahead of `now`. A day is the room for time zones and wrong clocks.
pub fn not_ahead(field: &str, at: Timestamp, now: Timestamp) -> Result<()> {
    if at <= now.plus_ms(MAX_AHEAD_MS) {
        return Ok(());
    }
    let rule = "it lies more than a day ahead of the base's clock; correct the date or leave it out, or import it with dates_ahead: set-to-now";
    Err(Error::invalid(field, at, rule))
}

/// Checks that a text has at most `limit` bytes.
pub fn text_of(field: &str, text: &str, limit: usize) -> Result<()> {
    if text.len() > limit {
        Err(Error::too_large(field, text.len(), limit, "bytes"))
    } else {
        Ok(())
    }
}

/// Checks that a count is at most `limit`.
pub fn count(field: &str, found: usize, limit: usize, unit: &str) -> Result<()> {
    if found > limit {
        Err(Error::too_large(field, found, limit, unit))
    } else {
        Ok(())
    }
}

/// Checks that a number is from `low` to `high`, both included, and not NaN.
pub fn within(field: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if value >= low && value <= high {
        Ok(())
    } else {
        Err(Error::invalid(
            field,
            number(value),
            &format!("it lies from {} to {}", number(low), number(high)),
        ))
    }
}

/// Checks a BCP 47 language tag in its simple form: `en`, `pt-BR`, `zh-Hant`.
pub fn language(field: &str, tag: &str) -> Result<()> {
    let mut parts = tag.split('-');
    let first_fits = parts
        .next()
        .is_some_and(|p| (2..=3).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    let rest_fits =
        parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()));
    if first_fits && rest_fits && tag.len() <= 35 {
        Ok(())
    } else {
        Err(Error::invalid(
            field,
            tag,
            "it is a language tag such as en, de or pt-BR",
        ))
    }
}
