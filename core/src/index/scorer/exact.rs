//! Exact text scores, without pruning: of single documents, of enumerated ones, and of all (the plain reference).
//!
//! The reference decodes every posting, scores every document and sorts. Tests compare the pruned walk with it, bit
//! for bit.

use super::super::postings::DocId;
use super::input::{Enumerated, ScoredSegment};
use crate::codec::sorted::Sorted;
use crate::index::weights::{Saturation, Word, terms_in};

/// The contribution of one word to one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The weighted frequency.
    pub tf: u32,
    /// The learned frequency, in 1/[`crate::index::weights::LEARNED_ONE`] of the same unit.
    pub learned: u32,
    /// The part of the text score, in 1/[`crate::index::weights::ONE`].
    pub text: u32,
}

/// Returns the allowed enumerated documents of a segment, with their learned frequencies.
pub(super) fn enumerated_in(
    segment: usize,
    source: &ScoredSegment,
    enumerated: &[Enumerated],
) -> Sorted<DocId, Vec<(usize, u32)>> {
    let mut found: Sorted<DocId, Vec<(usize, u32)>> = Sorted::new();
    for document in enumerated {
        if document.segment == segment && source.allowed.get(document.doc) {
            let learned = found.or_default(document.doc);
            learned.extend_from_slice(&document.learned);
        }
    }
    found
}

pub(super) fn learned_for(word: usize, learned: &[(usize, u32)]) -> u32 {
    let of_word = learned.iter().filter(|(of, _)| *of == word);
    of_word.fold(0, |sum, (_, tf)| sum.saturating_add(*tf))
}

/// A document with its learned frequencies, in the form of [`Enumerated::learned`].
pub type Document<'a> = (DocId, &'a [(usize, u32)]);

/// Calls `take` for each word and each of `documents`, which ascend, with the index of the document and the word's
/// share. Reads the lists of each word once.
fn each_share(
    source: &ScoredSegment,
    words: &[Word],
    saturation: &Saturation,
    documents: &[Document<'_>],
    take: &mut dyn FnMut(usize, Share),
) {
    if documents.is_empty() {
        return;
    }
    let docs: Vec<DocId> = documents.iter().map(|(doc, _)| *doc).collect();
    let fieldnorm_ids = &source.segment.columns().fieldnorm_id;
    let mut tfs = vec![0; docs.len()];
    for (i, word) in words.iter().enumerate() {
        frequencies(source, word, &docs, &mut tfs);
        for (number, ((doc, learned), tf)) in documents.iter().zip(&tfs).enumerate() {
            let learned = learned_for(i, learned);
            let fieldnorm_id = fieldnorm_ids.get(*doc as usize).copied().unwrap_or(0);
            let text = saturation.contribution_learned(word.weight, *tf, learned, fieldnorm_id);
            let share = Share {
                tf: *tf,
                learned,
                text,
            };
            take(number, share);
        }
    }
}

/// Returns the text scores of the enumerated documents of a segment.
pub(super) fn texts(
    source: &ScoredSegment,
    words: &[Word],
    saturation: &Saturation,
    documents: &Sorted<DocId, Vec<(usize, u32)>>,
) -> Vec<(DocId, u32)> {
    let mut texts: Vec<(DocId, u32)> = documents.keys().map(|doc| (*doc, 0)).collect();
    let documents = documents.iter();
    let documents: Vec<Document<'_>> = documents.map(|(doc, all)| (*doc, all.as_slice())).collect();
    each_share(
        source,
        words,
        saturation,
        &documents,
        &mut |number, share| {
            if let Some((_, text)) = texts.get_mut(number) {
                *text = text.saturating_add(share.text);
            }
        },
    );
    texts
}

/// Writes the weighted frequencies of a word in `docs`, which ascend, to `tfs`. Finds them by seeks.
fn frequencies(source: &ScoredSegment, word: &Word, docs: &[DocId], tfs: &mut [u32]) {
    tfs.fill(0);
    let columns = source.segment.columns();
    for &part in source.parts {
        let Some(key) = source.segment.parts().get(part) else {
            continue;
        };
        let is_here =
            |doc: DocId| columns.part.get(doc as usize).map(|p| usize::from(*p)) == Some(part);
        if !docs.iter().any(|doc| is_here(*doc)) {
            continue;
        }
        for term in terms_in(&word.terms, key.lang) {
            let Some(mut list) = source.segment.postings(part, term) else {
                continue;
            };
            for (doc, sum) in docs.iter().zip(tfs.iter_mut()) {
                if !is_here(*doc) {
                    continue;
                }
                if !list.seek(*doc) {
                    break;
                }
                let (found, frequencies) = list.block();
                let place = found.binary_search(doc).ok();
                if let Some(tf) = place.and_then(|place| frequencies.get(place)) {
                    *sum = sum.saturating_add(*tf);
                }
            }
        }
    }
}

/// Returns the contribution of each word to each of `documents`, which ascend: by document, in the order of `words`.
/// The shares of a document sum to its text score.
pub fn shares(
    source: &ScoredSegment,
    words: &[Word],
    saturation: &Saturation,
    documents: &[Document<'_>],
) -> Vec<Vec<Share>> {
    let mut shares = vec![Vec::with_capacity(words.len()); documents.len()];
    each_share(
        source,
        words,
        saturation,
        documents,
        &mut |number, share| {
            if let Some(of) = shares.get_mut(number) {
                of.push(share);
            }
        },
    );
    shares
}

/// Returns the text score of one document, in 1/[`crate::index::weights::ONE`].
pub fn text_of(
    source: &ScoredSegment,
    words: &[Word],
    saturation: &Saturation,
    doc: DocId,
    learned: &[(usize, u32)],
) -> u32 {
    let mut sum = 0u32;
    each_share(
        source,
        words,
        saturation,
        &[(doc, learned)],
        &mut |_, share| {
            sum = sum.saturating_add(share.text);
        },
    );
    sum
}
