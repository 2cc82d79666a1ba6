//! The text of a case as counted terms.
//!
//! A case text is long and says things twice. Which of its words are worth a search depends on how rare
//! they are for who asks, so the caller chooses by its own statistics; this module only counts.

use std::collections::HashMap;

use super::analyzer::{Analyzer, TokenKind};
use crate::settings::MAX_CASE_DISTINCT_TERMS;

/// The distinct terms of a case text with their counts, in order of first occurrence.
///
/// Stop words are left out unless there is nothing else. A term that occurs both as a main form and as
/// a part has the kind of the main form. At most [`MAX_CASE_DISTINCT_TERMS`] terms: those that come
/// after are not seen, so that no text can cost more memory than that. Join the entries of a case with
/// a line break.
pub fn case_terms(analyzer: &Analyzer, text: &str) -> Vec<(String, u32, TokenKind)> {
    let mut out: Vec<(String, u32, TokenKind)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for token in analyzer.query_tokens(text) {
        if let Some((_, count, kind)) = places.get(&token.term).and_then(|at| out.get_mut(*at)) {
            *count = count.saturating_add(1);
            if *kind == TokenKind::Part {
                *kind = token.kind;
            }
        } else if out.len() < MAX_CASE_DISTINCT_TERMS {
            places.insert(token.term.clone(), out.len());
            out.push((token.term, 1, token.kind));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::lang::Lang;
    use super::*;

    #[test]
    fn terms_are_counted_in_order() {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let terms = case_terms(&analyzer, "The printers fail.\nA printer: e-mail, email");
        let shown: Vec<(&str, u32, TokenKind)> =
            terms.iter().map(|(t, n, k)| (t.as_str(), *n, *k)).collect();
        assert_eq!(
            shown,
            [
                ("printer", 2, TokenKind::Word),
                ("fail", 1, TokenKind::Word),
                ("e", 1, TokenKind::Word),
                ("email", 2, TokenKind::Word),
                ("mail", 1, TokenKind::Word),
            ]
        );
        assert_eq!(case_terms(&analyzer, "is it").len(), 2);
        assert!(case_terms(&analyzer, "").is_empty());
    }
}
