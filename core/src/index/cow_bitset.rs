//! A copy-on-write bit set of the documents of one segment, in pages that copies share until one is written.
//!
//! A write of one article copies one page of 4 KiB, whatever the size of the segment. Documents outside the segment
//! are in no set.

use std::sync::Arc;

use super::postings::DocId;

/// Words of a page: 32,768 documents.
const PAGE_WORDS: usize = 512;
const PAGE_DOCS: u32 = PAGE_WORDS as u32 * 64;

type BitPage = [u64; PAGE_WORDS];

/// A copy-on-write bit set of documents; cheap to clone.
#[derive(Clone, Debug)]
pub struct CowBitSet {
    pages: Vec<Arc<BitPage>>,
    len: u32,
    count: u32,
}

/// The live documents of a segment: the current renditions of their articles.
pub type Alive = CowBitSet;

impl CowBitSet {
    /// The empty set, for documents below `len`.
    pub fn none(len: u32) -> CowBitSet {
        let empty = Arc::new([0; PAGE_WORDS]);
        CowBitSet {
            pages: vec![empty; len.div_ceil(PAGE_DOCS) as usize],
            len,
            count: 0,
        }
    }

    /// The set of all documents below `len`.
    pub fn all(len: u32) -> CowBitSet {
        let mut bits = CowBitSet::none(len);
        let full = Arc::new([u64::MAX; PAGE_WORDS]);
        let n_full = (len / PAGE_DOCS) as usize;
        for page in bits.pages.iter_mut().take(n_full) {
            *page = full.clone();
        }
        bits.count = n_full as u32 * PAGE_DOCS;
        for doc in bits.count..len {
            bits.insert(doc);
        }
        bits
    }

    /// Returns true if the document is in the set.
    #[inline]
    pub fn has(&self, doc: DocId) -> bool {
        self.word((doc / 64) as usize) >> (doc % 64) & 1 == 1
    }

    /// The 64 documents from `64 * i` on, the first in the lowest bit; 0 outside the segment.
    #[inline]
    pub fn word(&self, i: usize) -> u64 {
        self.pages
            .get(i / PAGE_WORDS)
            .and_then(|page| page.get(i % PAGE_WORDS))
            .copied()
            .unwrap_or(0)
    }

    /// Adds a document; returns true if it was not in the set.
    pub fn insert(&mut self, doc: DocId) -> bool {
        self.change(doc, true)
    }

    /// Removes a document; returns true if it was in the set.
    pub fn remove(&mut self, doc: DocId) -> bool {
        self.change(doc, false)
    }

    /// Number of documents in the set.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Number of documents of the segment.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Bytes of memory, including pages that copies share.
    pub fn bytes(&self) -> u64 {
        (self.pages.len() * size_of::<BitPage>()) as u64
    }

    /// Returns true if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The documents, ascending.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        (0..self.len.div_ceil(64)).flat_map(move |i| {
            let mut word = self.word(i as usize);
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros();
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(i * 64 + bit)
            })
        })
    }

    fn change(&mut self, doc: DocId, to: bool) -> bool {
        if doc >= self.len || self.has(doc) == to {
            return false;
        }
        let slot = (doc / 64) as usize;
        let word = self
            .pages
            .get_mut(slot / PAGE_WORDS)
            .and_then(|page| Arc::make_mut(page).get_mut(slot % PAGE_WORDS));
        if let Some(word) = word {
            *word ^= 1 << (doc % 64);
            self.count = if to { self.count + 1 } else { self.count - 1 };
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_see_later_changes() {
        for len in [0, 1, 64, 100, PAGE_DOCS, PAGE_DOCS * 2 + 77] {
            let all = CowBitSet::all(len);
            assert_eq!((all.count(), all.iter().count()), (len, len as usize));
            assert!(!all.has(len));
            let mut less = all.clone();
            for doc in (0..len).step_by(3) {
                assert!(less.remove(doc));
                assert!(!less.remove(doc));
            }
            assert!(!less.insert(len));
            assert_eq!(all.count(), len);
            assert!(less.iter().eq((0..len).filter(|doc| doc % 3 != 0)));
            assert_eq!(less.count() as usize, less.iter().count());
        }
    }
}
