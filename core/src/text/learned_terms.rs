//! The words that teach: what a query or the issue of a case leaves behind in learned terms.

use super::analyzer::{Analyzer, TokenKind};

/// Most distinct words one text teaches. The first ones, for a need is stated early.
const MAX_WORDS: usize = 64;

/// The distinct words of a text, without stop words and further forms, in order of first occurrence.
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
