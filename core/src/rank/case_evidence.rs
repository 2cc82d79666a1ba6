//! K and K⁻: the evidence of similar past cases for and against an article.

use crate::codec::sorted::Sorted;
use crate::model::LinkType;
use crate::rank::decay::exp2;
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// A past case similar to the current one.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The case.
    pub case: u32,
    /// Its similarity, in (0, 1].
    pub similarity: f64,
    /// Its effective links.
    pub links: Vec<NeighbourLink>,
}

/// A link between a past case and an article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeighbourLink {
    /// The article, merges followed.
    pub article: u32,
    /// Its type.
    pub link: LinkType,
    /// Thousandths.
    pub confidence: u16,
    /// The instant of the link.
    pub at: Timestamp,
}

/// The case evidence of one article.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CaseEvidence {
    /// K, in [0, 1).
    pub helped: f64,
    /// K⁻, in [0, 1).
    pub failed: f64,
    /// Similar cases it resolved.
    pub n_resolved: u32,
    /// Similar cases it helped in.
    pub n_helped: u32,
    /// Similar cases in which it was tried in vain or dismissed.
    pub n_failed: u32,
}

/// Returns K and K⁻ of every article that a neighbour links to, by article.
///
/// `K = Σ sim²·confidence·2^(-age/h) / (τ + Σ sim²)`; the sum in the denominator runs over all neighbours. A case
/// counts once for an article and side, with its strongest link. Sums run in the given order.
pub fn evidence(
    policy: &RankPolicy,
    neighbours: &[Neighbour],
    now: Timestamp,
) -> Sorted<u32, CaseEvidence> {
    let below = neighbours
        .iter()
        .fold(policy.case_tau, |sum, n| sum + n.similarity * n.similarity);
    let mut out: Sorted<u32, CaseEvidence> = Sorted::new();
    for neighbour in neighbours {
        let mut sides: Sorted<(u32, bool), (f64, bool)> = Sorted::new();
        for link in &neighbour.links {
            let is_for = match link.link {
                LinkType::Resolved | LinkType::Helped => true,
                LinkType::TriedFailed | LinkType::Dismissed => false,
                _ => continue,
            };
            let age = f64::from(link.at.day().age_at(now.day()));
            let weight =
                f64::from(link.confidence) / 1000.0 * exp2(-age / policy.case_half_life_days);
            let side = sides.or_insert_with((link.article, is_for), || (0.0, false));
            side.0 = side.0.max(weight);
            side.1 |= link.link == LinkType::Resolved;
        }
        let square = neighbour.similarity * neighbour.similarity;
        for ((article, is_for), (weight, resolved)) in sides {
            let entry = out.or_default(article);
            let share = if below > 0.0 {
                square * weight / below
            } else {
                0.0
            };
            match (is_for, resolved) {
                (true, true) => entry.n_resolved += 1,
                (true, false) => entry.n_helped += 1,
                (false, _) => entry.n_failed += 1,
            }
            *(if is_for {
                &mut entry.helped
            } else {
                &mut entry.failed
            }) += share;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let policy = RankPolicy {
            case_tau: 1.0,
            ..RankPolicy::default()
        };
        let now = Timestamp::default().plus_days(365);
        let link = |article, link, confidence, day| NeighbourLink {
            article,
            link,
            confidence,
            at: Timestamp::default().plus_days(day),
        };
        let neighbours = [
            Neighbour {
                case: 0,
                similarity: 1.0,
                links: vec![link(7, LinkType::Resolved, 1000, 365)],
            },
            Neighbour {
                case: 1,
                similarity: 0.5,
                links: vec![
                    link(7, LinkType::Resolved, 1000, 0),
                    link(8, LinkType::TriedFailed, 800, 365),
                ],
            },
        ];
        let found = evidence(&policy, &neighbours, now);
        // Denominator: 1 + 1 + .25 = 2.25. For 7: 1·1·1 + .25·1·½ = 1.125. Against 8: .25·.8 = .2.
        assert!((found.get(&7).unwrap().helped - 1.125 / 2.25).abs() < 1e-12);
        assert!((found.get(&8).unwrap().failed - 0.2 / 2.25).abs() < 1e-12);
        assert_eq!(
            (
                found.get(&7).unwrap().n_resolved,
                found.get(&8).unwrap().n_failed
            ),
            (2, 1)
        );
    }
}
