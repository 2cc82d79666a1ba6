//! Lists of Microsoft Word, which it exports as paragraphs: `<p style='mso-list:l0 level2 lfo1'>` with the bullet or number
//! in a span of its own. It knows no output.

use super::tokens::Tag;

/// An item of such a list.
pub(super) struct OfficeItem {
    /// From 1.
    level: usize,
    /// The bullet or number, as far as it was read.
    marker: String,
}

/// Longest bullet or number in bytes (`xxxviii.` has 8).
const MAX_MARKER_BYTES: usize = 16;

impl OfficeItem {
    /// Returns the item that a paragraph is, if it is one.
    pub(super) fn of(tag: &Tag<'_>) -> Option<OfficeItem> {
        if tag.name != "p" {
            return None;
        }
        let style = tag.attribute("style")?.to_ascii_lowercase();
        let value = style.split("mso-list:").nth(1)?.split(';').next()?;
        let mut words = value.split_whitespace();
        let level = words.find_map(|word| word.strip_prefix("level")?.parse().ok())?;
        Some(OfficeItem {
            level,
            marker: String::new(),
        })
    }

    pub(super) fn add_marker(&mut self, text: &str) {
        if self.marker.len() < MAX_MARKER_BYTES {
            self.marker.push_str(text.trim());
        }
    }

    /// Returns the level and the marker in CommonMark. A bullet is a letter of a font of symbols, so it is not kept.
    pub(super) fn place(&self) -> (usize, String) {
        let number = self.marker.strip_suffix(['.', ')']).unwrap_or_default();
        let is_number =
            (1..10).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        let marker = if is_number {
            format!("{number}.")
        } else {
            "-".to_owned()
        };
        (self.level, marker)
    }
}

/// Returns true if an element holds the bullet or number of an item.
pub(super) fn is_marker(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    style
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .any(|(property, value)| property.trim() == "mso-list" && value.trim() == "ignore")
}
