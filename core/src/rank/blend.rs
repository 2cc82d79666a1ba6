//! The product of the factors of a score, and its explanation.

use serde::{Deserialize, Serialize};

use crate::codec::named_enum::named_enum;
use crate::settings::RankPolicy;

named_enum! {
    /// The factors of a score, in the order in which they are multiplied.
    FactorName("factor") {
        /// F: freshness.
        Freshness = "freshness",
        /// U: usefulness.
        Usefulness = "usefulness",
        /// R: relevance, of text and case evidence.
        Relevance = "relevance",
        /// C: fit of the scope to the situation.
        Context = "context",
        /// N: failures in similar cases.
        Failures = "failures",
    }
}

/// The signals of one article for one query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signals {
    /// F, in (0, 1].
    pub freshness: f64,
    /// U, greater than 0.
    pub usefulness: f64,
    /// T · 2^30, an integer.
    pub text: u32,
    /// K, in [0, 1).
    pub helped: f64,
    /// K⁻, in [0, 1).
    pub failed: f64,
    /// C, in (0, 1].
    pub context: f64,
}

/// Returns T in [0, 1] from its integer form.
pub fn text(text: u32) -> f64 {
    f64::from(text) / f64::from(1u32 << 30)
}

/// `R = 1 - (1-T)·(1-ρ·K)`: an article that solved similar cases can win without a shared word. Without case evidence
/// R is T, to the bit.
pub fn relevance(policy: &RankPolicy, text: f64, helped: f64) -> f64 {
    if helped == 0.0 {
        text
    } else {
        1.0 - (1.0 - text) * (1.0 - policy.case_rho * helped)
    }
}

/// P: the part of the score that does not depend on the query.
pub fn prior(freshness: f64, usefulness: f64) -> f64 {
    freshness * usefulness
}

impl Signals {
    /// The factors, in order.
    pub fn factors(&self, policy: &RankPolicy) -> [f64; 5] {
        [
            self.freshness,
            self.usefulness,
            relevance(policy, text(self.text), self.helped),
            self.context,
            1.0 - policy.case_negative * self.failed,
        ]
    }

    /// S: the factors multiplied from left to right.
    pub fn score(&self, policy: &RankPolicy) -> f64 {
        fold(self.factors(policy))
    }
}

/// Multiplies from left to right.
fn fold(factors: impl IntoIterator<Item = f64>) -> f64 {
    let mut factors = factors.into_iter();
    let first = factors.next().unwrap_or(1.0);
    factors.fold(first, |product, factor| product * factor)
}

/// One factor of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Its name.
    pub name: FactorName,
    /// Its value.
    pub value: f64,
    /// The reason for its value, in words.
    pub words: String,
}

/// The explanation of an article's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The score.
    pub score: f64,
    /// The factors; [`Explanation::fold`] multiplies them to the score, to the bit.
    pub factors: Vec<Factor>,
    /// T: the text score within the relevance, in [0, 1].
    pub text: f64,
    /// K: the case evidence within the relevance, in [0, 1).
    pub case_evidence: f64,
    /// The words of the query with their share of T, best first.
    pub matched: Vec<(String, f64)>,
    /// A summary in one sentence.
    pub summary: String,
}

impl Explanation {
    /// Multiplies the factors in their order; gives the score, bit for bit.
    pub fn fold(&self) -> f64 {
        fold(self.factors.iter().map(|factor| factor.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_case_evidence_leaves_the_text_score_to_the_bit() {
        let policy = RankPolicy::default();
        for t in [0.0, 0.1, 0.3, 1.0 / 3.0, 0.7, 1.0] {
            assert_eq!(relevance(&policy, t, 0.0).to_bits(), t.to_bits());
        }
        assert!((relevance(&policy, 0.5, 0.5) - 0.7).abs() < 1e-12);
    }

    #[test]
    fn cold_start_is_freshness_times_text_times_context() {
        let signals = Signals {
            freshness: 0.75,
            usefulness: 1.0,
            text: 1 << 29,
            helped: 0.0,
            failed: 0.0,
            context: 0.8,
        };
        assert_eq!(signals.score(&RankPolicy::default()), 0.75 * 0.5 * 0.8);
    }
}
