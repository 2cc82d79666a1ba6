//! F: the freshness factor.

use crate::model::Kind;
use crate::model::freshness::{Freshness, FreshnessFacts, FreshnessPolicy};
use crate::rank::decay::exp2;
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// F, in (0, 1]: `φ + (1-φ)·2^(-max(0, age - interval)/interval)` in whole days, times the suspect
/// factor while the article is under suspicion, to the power of the policy's exponent.
///
/// Age runs from the last verification or edit in substance; F is 1 until `interval` days have passed.
pub fn factor(policy: &RankPolicy, facts: &FreshnessFacts<'_>, now: Timestamp) -> f64 {
    let interval = facts.interval_days();
    let late = facts
        .since()
        .day()
        .age_at(now.day())
        .saturating_sub(interval);
    let floor = policy.freshness_floor;
    let mut factor = floor + (1.0 - floor) * exp2(-(f64::from(late) / f64::from(interval)));
    if facts.suspect.is_some() {
        factor *= policy.suspect_factor;
    }
    power(factor, policy.freshness_exponent)
}

/// Returns the freshness policy of an article: its own, else the interval of its kind.
pub fn policy_of(policy: &RankPolicy, kind: Kind, own: Option<FreshnessPolicy>) -> FreshnessPolicy {
    own.unwrap_or_else(|| {
        let intervals = policy.interval_days.values();
        FreshnessPolicy::Interval {
            days: intervals.get(kind.index()).copied().unwrap_or(180),
        }
    })
}

/// Returns `x^y`, exact for the usual exponents 0 and 1, so that a factor that is switched off is exactly 1.
pub fn power(x: f64, y: f64) -> f64 {
    if y == 1.0 {
        x
    } else if y == 0.0 {
        1.0
    } else {
        libm::pow(x, y)
    }
}

/// Returns the freshness of an article at `now`, with its state and dates.
pub fn freshness(policy: &RankPolicy, facts: &FreshnessFacts<'_>, now: Timestamp) -> Freshness {
    Freshness {
        state: facts.state(now),
        since: facts.since(),
        due: Some(facts.due()).filter(|due| *due != Timestamp::MAX),
        expires: facts.expires(),
        suspect: facts.suspect.cloned(),
        factor: factor(policy, facts, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FlagReason, FreshnessPolicy, Suspect};

    #[test]
    fn by_hand() {
        let at = |day| Timestamp::default().plus_days(day);
        let policy = RankPolicy::default();
        let mut facts = FreshnessFacts {
            id: "a",
            policy: FreshnessPolicy::Interval { days: 100 },
            edited: at(0),
            verified: None,
            valid_to: None,
            suspect: None,
        };
        // Nothing is lost within the interval; one interval late, half of the loss: .5 + .5/2.
        assert_eq!(factor(&policy, &facts, at(100)), 1.0);
        assert_eq!(factor(&policy, &facts, at(200)), 0.75);
        assert_eq!(factor(&policy, &facts, at(300)), 0.625);
        let suspect = Suspect {
            reason: FlagReason::Wrong,
            since: at(0),
            event: "e".into(),
        };
        facts.suspect = Some(&suspect);
        assert_eq!(factor(&policy, &facts, at(200)), 0.375);
        facts.verified = Some(at(150));
        assert_eq!(factor(&policy, &facts, at(200)), 0.5);
        // A clock that went back makes an article no older and no younger than new.
        assert_eq!(factor(&policy, &facts, at(-500)), 0.5);
    }
}
