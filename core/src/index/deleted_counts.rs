//! Numbers of deleted documents by partition and term, which live document frequencies subtract.
//!
//! Counts are in sorted layers of geometrically growing size, shared by copies: adding the terms of one document
//! copies none of the older layers, and a read searches O(log n) layers. Counts never shrink: a deleted document
//! stays deleted until its segment is rewritten.

use std::cmp::Ordering;
use std::sync::Arc;

type TermCount = (u16, Arc<str>, u32);

/// Counts by (partition, term); cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TermCounts {
    layers: Vec<Arc<Vec<TermCount>>>,
}

impl TermCounts {
    /// Counts one document of the partition for each of its terms.
    pub fn add(&mut self, part: u16, terms: impl IntoIterator<Item = Arc<str>>) {
        self.add_layer(terms.into_iter().map(|term| (part, term, 1)).collect());
    }

    /// Adds many counts at once, in any order, with repeats.
    pub fn add_layer(&mut self, mut entries: Vec<(u16, Arc<str>, u32)>) {
        entries.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        entries.dedup_by(|next, kept| {
            let same = key(next) == key(kept);
            if same {
                kept.2 += next.2;
            }
            same
        });
        if entries.is_empty() {
            return;
        }
        let mut top = entries;
        while let Some(below) = self.layers.pop() {
            if below.len() > 2 * top.len() {
                self.layers.push(below);
                break;
            }
            top = merge(&below, top);
        }
        self.layers.push(Arc::new(top));
    }

    /// Approximate bytes of memory; most texts are shared with the segment.
    pub fn bytes(&self) -> u64 {
        let n: usize = self.layers.iter().map(|layer| layer.len()).sum();
        (n * size_of::<TermCount>()) as u64
    }

    /// The count of a term in a partition.
    pub fn get(&self, part: u16, term: &str) -> u64 {
        self.layers
            .iter()
            .filter_map(|layer| {
                let at = layer
                    .binary_search_by(|entry| key(entry).cmp(&(part, term)))
                    .ok()?;
                layer.get(at).map(|entry| u64::from(entry.2))
            })
            .sum()
    }
}

fn key(entry: &TermCount) -> (u16, &str) {
    (entry.0, &entry.1)
}

fn merge(below: &[TermCount], above: Vec<TermCount>) -> Vec<TermCount> {
    let mut out = Vec::with_capacity(below.len() + above.len());
    let (mut a, mut b) = (below.iter().peekable(), above.into_iter().peekable());
    loop {
        let order = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) => key(x).cmp(&key(y)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return out,
        };
        match order {
            Ordering::Less => out.extend(a.next().cloned()),
            Ordering::Greater => out.extend(b.next()),
            Ordering::Equal => {
                if let (Some(x), Some(mut y)) = (a.next(), b.next()) {
                    y.2 += x.2;
                    out.push(y);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_stay_few_and_sums_hold() {
        let mut counts = TermCounts::default();
        for i in 0u32..1_000 {
            let terms = [format!("t{}", i % 7), format!("u{i}"), "all".to_owned()];
            counts.add((i % 2) as u16, terms.iter().map(|t| Arc::from(t.as_str())));
        }
        assert!(counts.layers.len() <= 11, "{}", counts.layers.len());
        assert_eq!(counts.get(0, "all") + counts.get(1, "all"), 1_000);
        // Multiples of 14 below 1,000: even, and 0 modulo 7.
        assert_eq!(counts.get(0, "t0"), 72);
        assert_eq!(counts.get(1, "u3"), 1);
        assert_eq!(counts.get(0, "u3"), 0);
    }
}
