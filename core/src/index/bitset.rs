//! A set of documents of one segment.

use super::postings::DocId;

/// A bit set of the documents of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitSet {
    words: Vec<u64>,
    len: u32,
}

impl BitSet {
    /// The empty set, for documents below `len`.
    pub fn new(len: u32) -> BitSet {
        BitSet {
            words: vec![0; len.div_ceil(64) as usize],
            len,
        }
    }

    /// All documents below `len`.
    pub fn all(len: u32) -> BitSet {
        let mut bits = BitSet::new(len);
        bits.words.fill(u64::MAX);
        if let (Some(last), used @ 1..) = (bits.words.last_mut(), len % 64) {
            *last = (1 << used) - 1;
        }
        bits
    }

    /// Number of documents of the segment, in the set or not.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Returns true if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds a document; nothing happens at or above `len`.
    pub fn set(&mut self, doc: DocId) {
        if doc < self.len
            && let Some(word) = self.words.get_mut(doc as usize / 64)
        {
            *word |= 1 << (doc % 64);
        }
    }

    /// Removes a document.
    pub fn clear(&mut self, doc: DocId) {
        if let Some(word) = self.words.get_mut(doc as usize / 64) {
            *word &= !(1 << (doc % 64));
        }
    }

    /// Returns true if the document is in the set.
    #[inline]
    pub fn get(&self, doc: DocId) -> bool {
        let word = self.words.get(doc as usize / 64);
        word.is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    /// Removes the documents of the other set.
    pub fn and_not(&mut self, other: &BitSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Number of documents in the set.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// The documents in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        (0u32..).zip(&self.words).flat_map(|(i, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    i * 64 + bit
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(
            len in 1u32..300,
            a in prop::collection::btree_set(0u32..300, 0..80),
            b in prop::collection::btree_set(0u32..300, 0..80),
        ) {
            let make = |set: &BTreeSet<u32>| {
                let mut bits = BitSet::new(len);
                set.iter().for_each(|doc| bits.set(*doc));
                bits
            };
            let mut not = make(&a);
            not.and_not(&make(&b));
            let want: Vec<u32> = a.difference(&b).copied().filter(|doc| *doc < len).collect();
            prop_assert_eq!(not.count(), want.len() as u64);
            prop_assert_eq!(not.iter().collect::<Vec<_>>(), want);
            prop_assert_eq!(BitSet::all(len).count(), u64::from(len));
            prop_assert!(!BitSet::all(len).get(len) && BitSet::all(len).iter().eq(0..len));
        }
    }
}
