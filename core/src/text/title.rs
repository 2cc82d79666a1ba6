//! The term of a whole title, by which a question that is a title finds its article.
//!
//! It is a term beside those of the words and carries no weight of its own. This module knows no index.

use super::{Analyzer, TokenKind};
use crate::model::validate::MAX_TITLE_BYTES;

/// Bytes of the hash in the term. 2^48 keep a million titles apart from one question, and a clash would only waive the
/// age of one article.
const HASH_BYTES: usize = 6;

/// Returns the term of a text taken as a whole title: a space, which no word has, and a hash of its words in order.
/// Case, punctuation, stop words and endings do not count, as in a search. `None` for a text without words, or longer
/// than a title.
pub fn title_term(analyzer: &Analyzer, text: &str) -> Option<String> {
    if text.len() > MAX_TITLE_BYTES {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    let mut is_empty = true;
    for token in analyzer.query_tokens(text) {
        if token.kind != TokenKind::Part {
            hasher.update(token.term.as_bytes());
            hasher.update(b" ");
            is_empty = false;
        }
    }
    let hash = hasher.finalize();
    let digits = hash.as_bytes().iter().take(HASH_BYTES);
    (!is_empty).then(|| digits.fold(String::from(" "), |term, byte| format!("{term}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn equal_words_in_order_are_one_title() {
        let term = |text: &str| title_term(&Analyzer::new(Lang::ENGLISH), text);
        assert_eq!(term("PsExec"), term("\"psexec\"!"));
        assert_eq!(term("Reset the routers"), term("reset router"));
        assert_ne!(term("reset router"), term("router reset"));
        assert_ne!(term("psexec"), term("psexec tools"));
        assert_ne!(term("a b"), term("ab"));
        assert_eq!(term(" ?! "), None);
        assert_eq!(term(&"word ".repeat(1_000)), None);
        assert!(term("psexec").is_some_and(|term| term.len() == 13 && term.starts_with(' ')));
    }
}
