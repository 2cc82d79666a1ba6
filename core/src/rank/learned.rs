//! The extra frequency of a learned term in an article that lacks the word.
//!
//! It adds to T without changing document length or document frequency. It is discounted and capped (Gao et al.,
//! SIGIR 2009), and lower the more articles share the word's successes (design 5.6).

use crate::settings::RankPolicy;

/// The learned evidence of one word for one article, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedEvidence {
    /// The article.
    pub article: u32,
    /// The sum at the given instant. Thousandths.
    pub amount: i64,
}

/// Returns the extra frequency of each article for one word, in 1/1024 of an occurrence of weight 1, without zeros.
/// `taught` is the evidence the viewer may learn from, ascending by article.
///
/// `x = min(cap, ln(1 + max(0, S - δ)) · (share · purity)^f)` with share = S/ΣS, purity = ΣS²/(ΣS)².
pub fn extra(policy: &RankPolicy, taught: &[LearnedEvidence]) -> Vec<(u32, u32)> {
    let total: i64 = taught.iter().map(|t| t.amount.max(0)).sum();
    let squares: i128 = taught
        .iter()
        .map(|t| i128::from(t.amount.max(0)) * i128::from(t.amount.max(0)))
        .sum();
    if total <= 0 {
        return Vec::new();
    }
    let purity = squares as f64 / (total as f64 * total as f64);
    taught
        .iter()
        .filter_map(|t| {
            let learned_terms = t.amount as f64 / 1000.0;
            let share = t.amount as f64 / total as f64;
            let gain = libm::log1p((learned_terms - policy.learned_discount).max(0.0));
            let x =
                (gain * libm::pow(share * purity, policy.learned_focus)).min(policy.learned_cap);
            let fixed = (x * 1024.0) as u32;
            (fixed > 0).then_some((t.article, fixed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let policy = RankPolicy::default();
        // One article alone: share 1, purity 1, ln(1 + 2 - .5) = .9163: 938/1024.
        assert_eq!(
            extra(
                &policy,
                &[LearnedEvidence {
                    article: 3,
                    amount: 2000
                }]
            ),
            [(3, 938)]
        );
        // Half a success is discounted away.
        assert!(
            extra(
                &policy,
                &[LearnedEvidence {
                    article: 3,
                    amount: 500
                }]
            )
            .is_empty()
        );
        // Two equal articles: share ½, purity ½: (¼)^¼ = .7071.
        let two = [
            LearnedEvidence {
                article: 3,
                amount: 2000,
            },
            LearnedEvidence {
                article: 4,
                amount: 2000,
            },
        ];
        assert_eq!(extra(&policy, &two), [(3, 663), (4, 663)]);
    }
}
