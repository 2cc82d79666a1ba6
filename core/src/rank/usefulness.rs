//! U: the usefulness of an article, its posterior P(solved | read) over its prior.
//!
//! The posterior is the mean of a Beta distribution with two horizons (design 5.3; empirical Bayes in the manner of
//! Warner et al., KDD 2001). Without evidence U is exactly 1.

use super::freshness::power;
use crate::model::{Segment, Signal};
use crate::settings::RankPolicy;

/// Amounts by segment, signal and horizon (long, short): thousandths · 2^30 (decay) · 2^16 (carry-over).
type Amounts = [[[i128; 2]; Signal::ALL.len()]; Segment::ALL.len()];

/// Decayed evidence of one article at one instant, in the ledger's fixed point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Evidence of voices: each says a signal at most once.
    pub amounts: Amounts,
    /// Evidence of nobody.
    pub crowd: Amounts,
}

impl Sums {
    /// Returns true without any evidence. It compares number by number, since in a page an array is compared byte by
    /// byte.
    pub fn is_empty(&self) -> bool {
        [&self.amounts, &self.crowd].iter().all(|side| {
            let amounts = side.as_flattened().as_flattened();
            amounts.iter().all(|amount| *amount == 0)
        })
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

/// Returns the voices that a crowd of `n` units counts as: `n` up to one, then `1 + ln n`. So the k-th statement of
/// nobody counts about 1/k, and one more never lowers the sum.
pub fn crowd(n: f64) -> f64 {
    if n <= 1.0 { n } else { 1.0 + libm::log(n) }
}

/// Returns the successes and failures of each horizon.
pub fn evidence(policy: &RankPolicy, sums: &Sums) -> [(f64, f64); 2] {
    let mut out = [(0.0, 0.0); 2];
    let sides = sums.amounts.iter().zip(&sums.crowd);
    for (segment, (voices, crowds)) in Segment::ALL.iter().zip(sides) {
        let share = match segment {
            Segment::Customer => 1.0,
            Segment::Agent => policy.agent_weight,
        };
        for (signal, (voices, crowds)) in Signal::ALL.iter().zip(voices.iter().zip(crowds)) {
            let weight = share * weight(policy, *signal);
            let horizons = voices.iter().zip(crowds);
            for ((successes, failures), (voices, of_crowd)) in out.iter_mut().zip(horizons) {
                let voices = *voices as f64 / UNIT;
                let value = weight * (voices + crowd(*of_crowd as f64 / UNIT));
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
    fn the_kth_of_nobody_counts_about_one_kth() {
        assert_eq!((crowd(0.0), crowd(0.6), crowd(1.0)), (0.0, 0.6, 1.0));
        // A thousand count as 1 + ln 1000 = 7.9 voices; the thousandth adds ln(1000/999) = .0010005.
        assert!((crowd(1_000.0) - 7.907_755_278_982_137).abs() < 1e-12);
        assert!((crowd(1_000.0) - crowd(999.0) - 0.001_000_5).abs() < 1e-6);
        let policy = RankPolicy::default();
        let mut nobody = Sums::default();
        nobody.crowd[0][Signal::Solved.index()] = [1_000_000 << 46; 2];
        // 2 · 7.907755 = 15.815511 successes: (5 + 15.815511) / (10 + 15.815511).
        assert!((solve_rate(&policy, 0.5, &nobody) - 20.815_511 / 25.815_511).abs() < 1e-6);
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
