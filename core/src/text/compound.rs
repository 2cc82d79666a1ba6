//! Words that are written as one or as two: `login` and `log in`.
//!
//! This module finds the candidates in a question. It does not know which of them occur in the index.

use super::analyzer::{Analyzer, TokenKind};
use super::tokenize::is_run_char;
use crate::settings::MAX_TYPED_WORDS;

/// Shortest word that is split, and shortest joined word. Characters. Source: our choice; shorter ones are words of
/// their own (`into`, `also`).
const MIN_CHARS: usize = 5;
/// Longest word that is split, which bounds the work. Characters.
const MAX_CHARS: usize = 24;
/// Shortest part of a split word. Characters.
const MIN_PART_CHARS: usize = 2;

/// A word of letters only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainWord<'t> {
    /// The word as written.
    pub text: &'t str,
    /// True if nothing but a space stands between the plain word before it and this one.
    pub adjoins: bool,
}

/// Returns true if a question is short enough to look for compounds. A long text has enough other words.
pub fn is_short(text: &str) -> bool {
    text.split_whitespace().nth(MAX_TYPED_WORDS).is_none()
}

/// Returns the only term of a word, and true for a stop word; none if the word has several.
pub fn sole_term(analyzer: &Analyzer, word: &str) -> Option<(String, bool)> {
    let mut tokens = analyzer.query_tokens(word).into_iter();
    let token = tokens.next()?;
    let is_sole = tokens.all(|token| token.kind == TokenKind::Part);
    is_sole.then_some((token.term, token.kind == TokenKind::Stop))
}

/// Returns the words of letters between spaces, with the punctuation of a sentence after them removed.
pub fn plain_words(text: &str) -> Vec<PlainWord<'_>> {
    let mut words = Vec::new();
    let mut adjoins = false;
    for written in text.split_whitespace() {
        let word = written.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let is_plain =
            !word.is_empty() && word.chars().all(|c| c.is_alphabetic() && !is_run_char(c));
        if is_plain {
            words.push(PlainWord {
                text: word,
                adjoins,
            });
        }
        adjoins = is_plain && word.len() == written.len();
    }
    words
}

/// Returns true if two neighbouring words are short enough to be one.
pub fn can_join(first: &str, second: &str) -> bool {
    (MIN_CHARS..=MAX_CHARS).contains(&(first.chars().count() + second.chars().count()))
}

/// Calls `emit` with the two parts of every split of a word.
pub fn splits<'w>(word: &'w str, mut emit: impl FnMut(&'w str, &'w str)) {
    let n_chars = word.chars().count();
    if !(MIN_CHARS..=MAX_CHARS).contains(&n_chars) {
        return;
    }
    let cuts = word.char_indices().map(|(at, _)| at);
    for at in cuts.take(n_chars - MIN_PART_CHARS + 1).skip(MIN_PART_CHARS) {
        if let Some((first, second)) = word.split_at_checked(at) {
            emit(first, second);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_may_adjoin() {
        let shown: Vec<(&str, bool)> =
            plain_words("I cannot log in, \"sign up\" 数据 on Größe-x line up")
                .iter()
                .map(|word| (word.text, word.adjoins))
                .collect();
        let expected = [
            ("I", false),
            ("cannot", true),
            ("log", true),
            ("in", true),
            ("on", false),
            ("line", false),
            ("up", true),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_word_has_all_its_splits() {
        let mut all = Vec::new();
        splits("login", |a, b| all.push(format!("{a} {b}")));
        assert_eq!(all, ["lo gin", "log in"]);
        all.clear();
        splits("über", |a, b| all.push(format!("{a} {b}")));
        assert!(all.is_empty());
        assert!(can_join("log", "in") && !can_join("in", "to"));
    }
}
