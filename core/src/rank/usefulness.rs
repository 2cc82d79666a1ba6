//! U: the usefulness of an article, its posterior P(solved | read) over its prior.
//!
//! The posterior is the mean of a Beta distribution with two horizons (design 5.3; empirical Bayes in the manner of
//! Warner et al., KDD 2001). Without evidence U is exactly 1.

use super::freshness::power;
use crate::model::{Segment, Signal};
use crate::settings::RankPolicy;

/// Decayed evidence of one article at one instant, in the ledger's fixed point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// By segment, signal and horizon (long, short): thousandths · 2^30 (decay) · 2^16 (carry-over).
    pub amounts: [[[i128; 2]; Signal::ALL.len()]; Segment::ALL.len()],
}

impl Sums {
    /// Returns true without any evidence. It compares number by number, since in a page an array is compared byte by
    /// byte.
    pub fn is_empty(&self) -> bool {
        let amounts = self.amounts.as_flattened().as_flattened();
        amounts.iter().all(|amount| *amount == 0)
    }
}

/// The number 1 in the fixed point of [`Sums`].
pub const UNIT: f64 = 1000.0 * (1u64 << 46) as f64;

/// Returns the weight of one unit of a signal.
pub fn weight(policy: &RankPolicy, signal: Signal) -> f64 {
    match signal {
        Signal::MovedOn => policy.moved_on,
        Signal::Bounced => policy.bounced,
        Signal::SoftSolved => policy.soft_solved,
        Signal::Solved => policy.solved,
        Signal::DidNotSolve => policy.did_not_solve,
        Signal::RatedUp | Signal::RatedDown => policy.rated,
        Signal::Flagged => policy.flagged,
        Signal::Copied => policy.copied,
        Signal::Resolved => policy.link_resolved,
        Signal::Helped => policy.link_helped,
        Signal::TriedFailed => policy.link_tried_failed,
        Signal::DismissedWrong => policy.dismissed_wrong,
        Signal::CaseAfterView => policy.case_after_view,
        Signal::Reopened => policy.reopened,
    }
}

/// Returns the successes and failures of each horizon.
pub fn evidence(policy: &RankPolicy, sums: &Sums) -> [(f64, f64); 2] {
    let mut out = [(0.0, 0.0); 2];
    for (segment, by_signal) in Segment::ALL.iter().zip(&sums.amounts) {
        let share = match segment {
            Segment::Customer => 1.0,
            Segment::Agent => policy.agent_weight,
        };
        for (signal, horizons) in Signal::ALL.iter().zip(by_signal) {
            let weight = share * weight(policy, *signal);
            for ((successes, failures), amount) in out.iter_mut().zip(horizons) {
                let value = weight * (*amount as f64 / UNIT);
                *(if signal.is_success() {
                    successes
                } else {
                    failures
                }) += value;
            }
        }
    }
    out
}

/// P(solved | read), in (0, 1). `prior` is the prior of the article's kind.
pub fn solve_rate(policy: &RankPolicy, prior: f64, sums: &Sums) -> f64 {
    let strength = policy.usefulness_prior_reads;
    let [long, short] = evidence(policy, sums)
        .map(|(s, f)| (strength * prior + s.max(0.0)) / (strength + s.max(0.0) + f.max(0.0)));
    policy.long_share * long + (1.0 - policy.long_share) * short
}

/// U: `clamp((p/m)^γ, low, high)`, to the power of `usefulness_weight`; exactly 1 without evidence.
///
/// The weight is small, because most evidence is a success and follows demand: an article that is asked for often
/// has more of it than a better one for another question.
pub fn factor(policy: &RankPolicy, prior: f64, sums: &Sums) -> f64 {
    if sums.is_empty() {
        return 1.0;
    }
    let ratio = power(
        solve_rate(policy, prior, sums) / prior,
        policy.usefulness_exponent,
    );
    power(
        ratio.clamp(policy.usefulness_low, policy.usefulness_high),
        policy.usefulness_weight,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(list: &[(Signal, i128)]) -> Sums {
        let mut sums = Sums::default();
        for (signal, thousandths) in list {
            sums.amounts[0][signal.index()] = [thousandths << 46; 2];
        }
        sums
    }

    #[test]
    fn no_evidence_is_exactly_one() {
        assert_eq!(factor(&RankPolicy::default(), 0.37, &Sums::default()), 1.0);
    }

    #[test]
    fn by_hand() {
        // Two explicit successes count 4: (10·.5 + 4) / (10 + 4) = 9/14 in both horizons.
        let policy = RankPolicy::default();
        let two = sums(&[(Signal::Solved, 2000)]);
        assert!((solve_rate(&policy, 0.5, &two) - 9.0 / 14.0).abs() < 1e-12);
        // (9/14)/(1/2) = 9/7, to the power of 1.5 · weight; with a weight of 1 it is 1.4577.
        let exponent = 1.5 * policy.usefulness_weight;
        assert!((factor(&policy, 0.5, &two) - libm::pow(9.0 / 7.0, exponent)).abs() < 1e-12);
    }

    #[test]
    fn one_more_success_never_lowers_and_one_more_failure_never_raises() {
        let policy = RankPolicy::default();
        for signal in Signal::ALL {
            for base in [
                &[][..],
                &[(Signal::Solved, 900)],
                &[(Signal::DidNotSolve, 7_300)],
            ] {
                let mut more = base.to_vec();
                more.push((
                    *signal,
                    1000 + base
                        .iter()
                        .find(|(s, _)| s == signal)
                        .map_or(0, |(_, n)| *n),
                ));
                let (before, after) = (
                    factor(&policy, 0.5, &sums(base)),
                    factor(&policy, 0.5, &sums(&more)),
                );
                assert!(
                    if signal.is_success() {
                        after >= before
                    } else {
                        after <= before
                    },
                    "{signal}"
                );
            }
        }
    }
}
