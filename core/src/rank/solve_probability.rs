//! P(solve): the estimated chance that an answer solves the need.
//!
//! Until a base has outcomes it is a logistic curve of one number, computed from the text score, the total idf of the
//! query's words and the number of matched words. The order of answers carries over between firms; the level does
//! not, so intercept and slope are policy data (design 5.7).

use crate::settings::RankPolicy;

/// The arguments of P(solve).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// T, in [0, 1].
    pub text: f64,
    /// Σ of the query's weights before they become integers.
    pub mass: f64,
    /// Distinct words of the query that the article has.
    pub n_matched: usize,
    /// K, in [0, 1).
    pub helped: f64,
    /// K⁻, in [0, 1).
    pub failed: f64,
}

/// P(solve), in [0, 1): the chance by text, joined with the case evidence as R joins T and K, and lowered by the
/// failures in similar cases.
pub fn solve(policy: &RankPolicy, answer: &Answer) -> f64 {
    let certainty = answer.mass / (answer.mass + policy.answer_mass);
    let strength = answer.text * certainty * libm::log1p(answer.n_matched as f64);
    let by_text = if strength > 0.0 {
        let x = policy.answer_intercept + policy.answer_slope * libm::log(strength + 0.01);
        1.0 / (1.0 + libm::exp(-x))
    } else {
        0.0
    };
    let joined = 1.0 - (1.0 - by_text) * (1.0 - policy.case_rho * answer.helped);
    joined * (1.0 - policy.case_negative * answer.failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_matched_and_no_case_is_no_answer() {
        let nothing = Answer {
            text: 0.0,
            mass: 12.0,
            n_matched: 0,
            helped: 0.0,
            failed: 0.0,
        };
        assert_eq!(solve(&RankPolicy::default(), &nothing), 0.0);
    }

    #[test]
    fn more_of_anything_good_is_never_less() {
        let policy = RankPolicy::default();
        let base = Answer {
            text: 0.4,
            mass: 12.0,
            n_matched: 3,
            helped: 0.2,
            failed: 0.1,
        };
        let p = solve(&policy, &base);
        for better in [
            Answer { text: 0.5, ..base },
            Answer { mass: 20.0, ..base },
            Answer {
                n_matched: 4,
                ..base
            },
            Answer {
                helped: 0.3,
                ..base
            },
            Answer {
                failed: 0.0,
                ..base
            },
        ] {
            assert!(solve(&policy, &better) > p, "{better:?}");
        }
    }
}
