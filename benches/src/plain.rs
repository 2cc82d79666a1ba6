//! The baseline: BM25 over one field, k1 1.2, b .75, Snowball English, Lucene's 33 stop words.

use std::collections::{BTreeMap, HashMap};

use frostem::{Algorithm, Stemmer};

const STOP: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
];

/// An inverted index over whole texts.
pub struct Plain {
    ids: Vec<String>,
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    average: f64,
    stemmer: Stemmer,
}

impl Plain {
    /// Indexes pairs of id and text.
    pub fn new(documents: impl IntoIterator<Item = (String, String)>) -> Plain {
        let mut index = Plain {
            ids: Vec::new(),
            postings: HashMap::new(),
            lengths: Vec::new(),
            average: 0.0,
            stemmer: Stemmer::new(Algorithm::English),
        };
        let mut memo = HashMap::new();
        for (id, text) in documents {
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            let mut length = 0.0;
            for word in index.words(&text, &mut memo) {
                *counts.entry(word).or_default() += 1.0;
                length += 1.0;
            }
            for (word, n) in counts {
                index
                    .postings
                    .entry(word)
                    .or_default()
                    .push((index.ids.len(), n));
            }
            index.ids.push(id);
            index.lengths.push(length);
        }
        index.average = crate::stats::mean(&index.lengths).max(1e-9);
        index
    }

    fn words(&self, text: &str, memo: &mut HashMap<String, String>) -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !STOP.contains(word))
            .map(|word| match memo.get(word) {
                Some(stem) => stem.clone(),
                None => {
                    let stem = self.stemmer.stem(word).into_owned();
                    memo.insert(word.to_owned(), stem.clone());
                    stem
                }
            })
            .collect()
    }

    /// Returns the best `k` with their scores, all above 0.
    pub fn search(&self, text: &str, k: usize) -> Vec<(String, f64)> {
        let mut scores = vec![0.0; self.ids.len()];
        let n = self.ids.len() as f64;
        for word in self.words(text, &mut HashMap::new()) {
            let Some(list) = self.postings.get(&word) else {
                continue;
            };
            let df = list.len() as f64;
            let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
            for (doc, tf) in list {
                let length = 1.0 - 0.75 + 0.75 * self.lengths[*doc] / self.average;
                scores[*doc] += idf * tf / (tf + 1.2 * length);
            }
        }
        let mut order: Vec<usize> = (0..scores.len()).filter(|i| scores[*i] > 0.0).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        order.truncate(k);
        order
            .into_iter()
            .map(|i| (self.ids[i].clone(), scores[i]))
            .collect()
    }

    /// Returns the ids of the best `k`.
    pub fn ids(&self, text: &str, k: usize) -> Vec<String> {
        self.search(text, k).into_iter().map(|(id, _)| id).collect()
    }
}
