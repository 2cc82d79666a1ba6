//! The surface words of texts and their folded form, for completion.
//!
//! The words are not stemmed, since completions are shown to readers. This module knows no counts.

use unicode_segmentation::UnicodeSegmentation;

use super::Lang;
use super::normal::{fold, normalise};

/// Shortest word that is completed to. Characters.
const MIN_CHARS: usize = 3;

/// Longest word that is completed to. Characters.
const MAX_CHARS: usize = 40;

/// Returns the folded form by which typed text matches a word: no compatibility forms, case or accents, one space
/// between words.
pub fn folded(text: &str) -> String {
    let (mut normal, mut plain) = (String::new(), String::new());
    let mut all = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        normalise(word, &mut normal);
        fold(&normal, &mut plain);
        if !all.is_empty() && !plain.is_empty() {
            all.push(' ');
        }
        all.push_str(&plain);
    }
    all
}

/// Calls `visit` with each word of a text that is worth completing to, as written and folded. Stop words, numbers and
/// words of fewer than three characters are skipped.
pub fn words(text: &str, lang: Lang, visit: &mut dyn FnMut(&str, &str)) {
    for word in text.unicode_words() {
        let n_chars = word.chars().count();
        if !(MIN_CHARS..=MAX_CHARS).contains(&n_chars) || !word.chars().any(char::is_alphabetic) {
            continue;
        }
        let form = folded(word);
        if !form.is_empty()
            && !form.contains(' ')
            && lang.stop_words().binary_search(&form.as_str()).is_err()
        {
            visit(word, &form);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_they_are_written() {
        let mut found = Vec::new();
        words(
            "The Wi-Fi of the Gerät, 2024 times (of A4) ünüsual!",
            Lang::of("en"),
            &mut |word, form| {
                found.push((word.to_owned(), form.to_owned()));
            },
        );
        let pairs: Vec<(&str, &str)> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("Gerät", "gerat"),
                ("times", "times"),
                ("ünüsual", "unusual")
            ]
        );
    }

    /// The boundaries are those of Unicode's table; a shorter rule split words at these signs.
    #[test]
    fn words_of_all_scripts_are_whole() {
        let mut found = Vec::new();
        let text = "обʼєкт ג׳ירפה ինչո՞ւ Lizenz¹ CO₂";
        words(text, Lang::of("uk"), &mut |word, _| {
            found.push(word.to_owned())
        });
        assert_eq!(found, ["обʼєкт", "ג׳ירפה", "ինչո՞ւ", "Lizenz"]);
    }

    #[test]
    fn folding_joins_words_with_one_space() {
        assert_eq!(folded("  Die\tStraße — Ω "), "die strasse ω");
    }
}
