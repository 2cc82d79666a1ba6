//! Measures of rankings, and tests of differences.

use std::collections::BTreeMap;

/// Grades of one query by document.
pub type Grades = BTreeMap<String, f64>;

/// Computes nDCG at `k`: the gain is the grade, the ideal is over all graded documents.
pub fn ndcg(ranked: &[String], grades: &Grades, k: usize) -> f64 {
    let gain = |place: usize, grade: f64| grade / (place as f64 + 2.0).log2();
    let dcg: f64 = ranked
        .iter()
        .take(k)
        .enumerate()
        .map(|(i, id)| gain(i, grades.get(id).copied().unwrap_or(0.0)))
        .sum();
    let mut best: Vec<f64> = grades.values().copied().collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let ideal: f64 = best
        .iter()
        .take(k)
        .enumerate()
        .map(|(i, g)| gain(i, *g))
        .sum();
    if ideal > 0.0 { dcg / ideal } else { 0.0 }
}

/// Computes the relevant share of the first `k`.
pub fn precision(ranked: &[String], grades: &Grades, k: usize) -> f64 {
    let hits = ranked
        .iter()
        .take(k)
        .filter(|id| grades.get(*id).is_some_and(|g| *g > 0.0))
        .count();
    hits as f64 / k as f64
}

/// Computes the mean; 0 for no values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len().max(1) as f64)
}

/// Computes the standard error of the mean.
pub fn standard_error(values: &[f64]) -> f64 {
    let m = mean(values);
    let n = values.len() as f64;
    let var = values.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / (n - 1.0).max(1.0);
    (var / n).sqrt()
}

/// Paired measurements of the same queries.
pub struct Paired {
    /// Mean of the first.
    pub figure: f64,
    /// Mean of the second.
    pub baseline: f64,
    /// Student's t of the differences.
    pub t: f64,
    /// Number of queries.
    pub n: usize,
}

/// Runs the paired t-test.
pub fn paired(figures: &[f64], baselines: &[f64]) -> Paired {
    let differences: Vec<f64> = figures.iter().zip(baselines).map(|(a, b)| a - b).collect();
    let error = standard_error(&differences);
    let difference = mean(&differences);
    Paired {
        figure: mean(figures),
        baseline: mean(baselines),
        t: if error > 0.0 { difference / error } else { 0.0 },
        n: differences.len(),
    }
}

/// Computes the chance that a positive scores above a negative (AUROC); ties count half.
pub fn auroc(scored: &[(f64, bool)]) -> f64 {
    let mut sorted: Vec<(f64, bool)> = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    let (mut positives, mut negatives) = (0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let p = tied.iter().filter(|(_, y)| *y).count() as f64;
        let n = tied.len() as f64 - p;
        wins += p * (below + n / 2.0);
        below += n;
        positives += p;
        negatives += n;
    }
    wins / f64::max(positives * negatives, 1.0)
}

/// The generator SplitMix64, with the same draws on every platform.
pub struct Dice(pub u64);

impl Dice {
    /// Draws 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Draws a number from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Draws a number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let grades = Grades::from([("a".to_owned(), 1.0), ("b".to_owned(), 1.0)]);
        let ranked = ["x".to_owned(), "a".to_owned()];
        // One of two relevant documents, at rank 2: (1/log2 3) / (1 + 1/log2 3).
        let second = 1.0 / 3f64.log2();
        assert!((ndcg(&ranked, &grades, 10) - second / (1.0 + second)).abs() < 1e-12);
        assert_eq!(auroc(&[(1.0, true), (0.0, false), (1.0, false)]), 0.75);
    }
}
