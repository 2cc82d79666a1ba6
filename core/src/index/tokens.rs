//! The terms under which a document is indexed.
//!
//! Segments in memory, segments on disk and the counts of deleted documents must agree on every document to the last
//! integer, so all of them use this module. Terms over [`MAX_TERM_BYTES`] are in no postings and no count, though
//! they count in the length of their document.

use super::partition::IndexDoc;

/// Longest indexed term, in bytes of UTF-8. The analyzer cuts far earlier; a term of this size is no word.
pub const MAX_TERM_BYTES: usize = 1024;

/// Greatest word position. Later words share it; tantivy needs the values above for its own gaps.
pub const MAX_POSITION: u32 = u32::MAX - 2;

/// The terms of a document, ascending by bytes, each with its weighted frequency.
pub fn weighted_terms(doc: &IndexDoc) -> Vec<(&str, u32)> {
    let mut terms: Vec<(&str, u32)> = doc
        .fields
        .iter()
        .flat_map(|field| {
            field
                .tokens
                .iter()
                .map(|token| (token.term.as_str(), field.weight))
        })
        .filter(|(term, _)| is_indexed(term))
        .collect();
    terms.sort_unstable();
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
    terms
}

/// The positions of a document: term, field, position; ascending, distinct.
pub fn places(doc: &IndexDoc) -> Vec<(&str, u8, u32)> {
    let mut places: Vec<(&str, u8, u32)> = doc
        .fields
        .iter()
        .flat_map(|field| {
            field.tokens.iter().map(|token| {
                (
                    token.term.as_str(),
                    field.field,
                    token.position.min(MAX_POSITION),
                )
            })
        })
        .filter(|(term, _, _)| is_indexed(term))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The length as columns store it, at most `u32::MAX`.
pub fn length(doc: &IndexDoc) -> u32 {
    u32::try_from(doc.length()).unwrap_or(u32::MAX)
}

fn is_indexed(term: &str) -> bool {
    term.len() <= MAX_TERM_BYTES
}
