//! K and K⁻: the evidence of similar past cases for and against an article.
//!
//! An article that is linked to similar cases as often as to any cases says nothing about this one: it is the article
//! of all cases, or somebody links it to all. So a case counts by the excess of its share among the neighbours over
//! its usual share.

use crate::codec::sorted::Sorted;
use crate::model::LinkType;
use crate::rank::decay::exp2;
use crate::settings::{AUDITED_LINKS, RankPolicy, USUAL_PRIOR_CASES};
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

/// Returns the confidence of a link, in thousandths, times the accuracy of its actor: the share of confirmed links among
/// the judged ones (`[confirmed, rejected]`), from [`AUDITED_LINKS`] judged links on. A whole number, so that a snapshot
/// holds what its base computes.
pub fn audited(confidence: u16, [confirmed, rejected]: [u32; 2]) -> u16 {
    let judged = u64::from(confirmed) + u64::from(rejected);
    if judged < AUDITED_LINKS {
        return confidence;
    }
    (u64::from(confidence) * u64::from(confirmed) / judged) as u16
}

/// Returns the usual share of an article among past cases: the chance that a case drawn from all of them links to it.
/// `n_links` are its links of a side, `n_past` all past cases with links. Few cases say little about what is usual.
pub fn usual(n_links: u32, n_past: u64) -> f64 {
    (f64::from(n_links) / (n_past as f64 + USUAL_PRIOR_CASES)).min(1.0)
}

/// Returns K and K⁻ of every article that a neighbour links to, by article.
///
/// `K = Σ sim²·confidence·2^(-age/h) / (τ + Σ sim²) · max(0, 1 - usual/share)`. The sum in the denominator runs over all
/// neighbours; share is the part of it whose cases link to the article. `usual` gives the usual share of an article and
/// side. A case counts once for an article and side, with its strongest link. Sums run in the given order.
pub fn evidence(
    policy: &RankPolicy,
    neighbours: &[Neighbour],
    usual: &dyn Fn(u32, bool) -> f64,
    now: Timestamp,
) -> Sorted<u32, CaseEvidence> {
    let all = neighbours
        .iter()
        .fold(0.0, |sum, n| sum + n.similarity * n.similarity);
    let below = policy.case_tau + all;
    // The sum of sim² of the cases that link to an article, against it and for it.
    let mut linked: Sorted<u32, [f64; 2]> = Sorted::new();
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
            let [against, for_it] = linked.or_default(article);
            *(if is_for { for_it } else { against }) += square;
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
    let excess = |linked: f64, usual: f64| {
        let share = if all > 0.0 { linked / all } else { 0.0 };
        if share > usual {
            1.0 - usual / share
        } else {
            0.0
        }
    };
    for (article, [against, for_it]) in linked {
        let entry = out.or_default(article);
        entry.helped *= excess(for_it, usual(article, true));
        entry.failed *= excess(against, usual(article, false));
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
        let found = evidence(&policy, &neighbours, &|_, _| 0.0, now);
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

        // All neighbours link to 7. If three cases of four do, it is a quarter more than usual; 8 is more than usual
        // among the failures: .2 of .25/1.25 = .2 against .05.
        let often = |article, _| if article == 7 { 0.75 } else { 0.05 };
        let less = evidence(&policy, &neighbours, &often, now);
        assert!((less.get(&7).unwrap().helped - 0.25 * 1.125 / 2.25).abs() < 1e-12);
        assert!((less.get(&8).unwrap().failed - 0.75 * 0.2 / 2.25).abs() < 1e-12);
        // An article of all cases says nothing, and never counts against itself.
        let always = evidence(&policy, &neighbours, &|_, _| 1.0, now);
        assert_eq!(always.get(&7).unwrap().helped, 0.0);
    }

    #[test]
    fn an_actor_is_believed_as_often_as_confirmed() {
        // Nine judged links say nothing; of ten, seven are right: .9 · .7 = .63.
        assert_eq!(audited(900, [0, 9]), 900);
        assert_eq!(audited(900, [7, 3]), 630);
        assert_eq!(audited(1000, [0, 20]), 0);
    }

    #[test]
    fn the_usual_share_begins_at_nothing() {
        // One link of one case: 1/21. 1,000 links of 1,100 cases: 1000/1120.
        assert!((usual(1, 1) - 1.0 / 21.0).abs() < 1e-12);
        assert!((usual(1_000, 1_100) - 1_000.0 / 1_120.0).abs() < 1e-12);
        assert_eq!(usual(50, 10), 1.0);
    }
}
