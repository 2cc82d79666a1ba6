//! The words of a query, or of the issue of a case, that can become learned terms.

use super::analyzer::{Analyzer, TokenKind};

/// Most distinct words taken from one text: the first ones, since people state their need early.
const MAX_WORDS: usize = 64;

/// Returns the distinct words of a text, without stop words and parts, in order of first occurrence.
///
/// ```
/// use kenpoint::text::{Analyzer, Lang, learnable_terms};
/// let analyzer = Analyzer::new(Lang::of("en"));
/// assert_eq!(learnable_terms(&analyzer, "The light is red, red light"), ["light", "red"]);
/// ```
pub fn learnable_terms(analyzer: &Analyzer, text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for token in analyzer.query_tokens(text) {
        let is_word = matches!(
            token.kind,
            TokenKind::Word | TokenKind::Identifier | TokenKind::Bigram
        );
        if is_word && !words.contains(&token.term) {
            words.push(token.term);
        }
        if words.len() == MAX_WORDS {
            break;
        }
    }
    words
}
