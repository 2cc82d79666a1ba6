//! A small map ordered by its keys: one list with binary search.
//!
//! A query collects some dozens of entries, usually in order. A tree is no faster for so few, and each pair of types
//! would add some kilobytes of its code to a page. The map is not for unbounded data in random order: an insertion in
//! the middle moves all later entries.

/// A map ordered by its keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Sorted<K, V> {
        Sorted(Vec::new())
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// Makes an empty map.
    pub fn new() -> Sorted<K, V> {
        Sorted::default()
    }

    /// The index of a key, or the index at which it belongs.
    fn find(&self, key: &K) -> Result<usize, usize> {
        match self.0.last() {
            Some((last, _)) if last < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(known, _)| known.cmp(key)),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Returns the value of a key; inserts the result of `make` if there is none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, make()));
                at
            }
        };
        #[allow(clippy::indexing_slicing, reason = "it was found or put there above")]
        &mut self.0[at].1
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(at) => {
                if let Some(entry) = self.0.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &K) {
        if let Ok(at) = self.find(key) {
            self.0.remove(at);
        }
    }

    /// Removes the last entry.
    pub fn pop_last(&mut self) {
        self.0.pop();
    }

    /// The last key.
    pub fn last_key(&self) -> Option<&K> {
        self.0.last().map(|(key, _)| key)
    }
}

impl<K: Ord, V: Default> Sorted<K, V> {
    /// Returns the value of a key; inserts the default if there is none.
    pub fn or_default(&mut self, key: K) -> &mut V {
        self.or_insert_with(key, V::default)
    }
}

impl<K, V> Sorted<K, V> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true without entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All entries, by key.
    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// All values, by key.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl<K, V> IntoIterator for Sorted<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Sorted<K, V> {
    type Item = &'a (K, V);
    type IntoIter = std::slice::Iter<'a, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_is_a_map_in_order() {
        let (mut sorted, mut tree) = (Sorted::new(), BTreeMap::new());
        for n in 0..500_u32 {
            let key = n.wrapping_mul(2_654_435_761) % 64;
            match n % 3 {
                0 => {
                    sorted.insert(key, n);
                    tree.insert(key, n);
                }
                1 => {
                    *sorted.or_default(key) += n;
                    *tree.entry(key).or_default() += n;
                }
                _ => {
                    sorted.remove(&key);
                    tree.remove(&key);
                }
            }
            assert_eq!(sorted.get(&key), tree.get(&key));
            assert_eq!(sorted.last_key(), tree.keys().next_back());
            assert!(sorted.keys().eq(tree.keys()) && sorted.values().eq(tree.values()));
        }
        assert_eq!(sorted.len(), tree.len());
    }
}
