//! F: the freshness factor.

use crate::model::Kind;
use crate::model::freshness::{Freshness, FreshnessFacts, FreshnessPolicy};
use crate::rank::decay::exp2;
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// The part that age has in F.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// As the policy says.
    Counts,
    /// Not at all, unless the article is expired: for an article that the question names, since age alone says nothing
    /// against it.
    Waived,
}

/// F, in (0, 1]: `φ + (1-φ)·2^(-max(0, age - interval)/interval)` in whole days, times the suspect
/// factor while the article is under suspicion, to the power of the policy's exponent.
///
/// Age runs from the last verification or edit in substance; F is 1 until `interval` days have passed. φ is the
/// floor of an expired article from the first day that begins after its expiry, since F changes in steps of a day.
pub fn factor(policy: &RankPolicy, facts: &FreshnessFacts<'_>, age: Age, now: Timestamp) -> f64 {
    let is_expired = facts
        .expires()
        .is_some_and(|expires| now.day().start() >= expires);
    let floor = match (is_expired, age) {
        (true, _) => policy.expired_floor,
        (false, Age::Counts) => policy.freshness_floor,
        (false, Age::Waived) => 1.0,
    };
    let mut factor = match late(facts, now) {
        0 => 1.0,
        late => {
            let halvings = f64::from(late) / f64::from(facts.interval_days());
            floor + (1.0 - floor) * exp2(-halvings)
        }
    };
    if facts.suspect.is_some() {
        factor *= policy.suspect_factor;
    }
    power(factor, policy.freshness_exponent)
}

/// Whole days by which an article is older than its interval.
pub fn late(facts: &FreshnessFacts<'_>, now: Timestamp) -> u32 {
    let age = facts.since().day().age_at(now.day());
    age.saturating_sub(facts.interval_days())
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
        // A date up to a day ahead is admitted, and counts as now.
        since: facts.since().min(now),
        due: Some(facts.due()).filter(|due| *due != Timestamp::MAX),
        expires: facts.expires(),
        suspect: facts.suspect.cloned(),
        factor: factor(policy, facts, Age::Counts, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FlagReason, FreshnessPolicy, Suspect};

    fn at(day: i64) -> Timestamp {
        Timestamp::default().plus_days(day)
    }

    fn facts(policy: FreshnessPolicy) -> FreshnessFacts<'static> {
        FreshnessFacts {
            id: "a",
            policy,
            edited: at(0),
            verified: None,
            valid_to: None,
            suspect: None,
        }
    }

    #[test]
    fn by_hand() {
        let policy = RankPolicy {
            freshness_floor: 0.5,
            ..RankPolicy::default()
        };
        let mut facts = facts(FreshnessPolicy::Interval { days: 100 });
        let factor = |facts: &FreshnessFacts<'_>, now| factor(&policy, facts, Age::Counts, now);
        // Nothing is lost within the interval; one interval late, half of the loss: .5 + .5/2.
        assert_eq!(factor(&facts, at(100)), 1.0);
        assert_eq!(factor(&facts, at(200)), 0.75);
        assert_eq!(factor(&facts, at(300)), 0.625);
        let suspect = Suspect {
            reason: FlagReason::Wrong,
            since: at(0),
            event: "e".into(),
        };
        facts.suspect = Some(&suspect);
        assert_eq!(factor(&facts, at(200)), 0.375);
        facts.verified = Some(at(150));
        assert_eq!(factor(&facts, at(200)), 0.5);
        // A clock that went back makes an article no older and no younger than new.
        assert_eq!(factor(&facts, at(-500)), 0.5);
    }

    #[test]
    fn age_alone_takes_at_most_its_share_and_nothing_where_it_is_waived() {
        let policy = RankPolicy::default();
        let old = facts(FreshnessPolicy::Interval { days: 1 });
        let at_last = factor(&policy, &old, Age::Counts, at(36_500));
        assert_eq!(at_last, policy.freshness_floor);
        assert_eq!(factor(&policy, &old, Age::Waived, at(36_500)), 1.0);
        let suspect = Suspect {
            reason: FlagReason::Wrong,
            since: at(0),
            event: "e".into(),
        };
        let flagged = FreshnessFacts {
            suspect: Some(&suspect),
            ..old
        };
        let of_flagged = factor(&policy, &flagged, Age::Waived, at(36_500));
        assert_eq!(of_flagged, policy.suspect_factor);
    }

    #[test]
    fn an_expired_article_falls_to_the_lower_floor() {
        let policy = RankPolicy::default();
        let ttl = facts(FreshnessPolicy::Ttl { days: 100 });
        assert_eq!(factor(&policy, &ttl, Age::Counts, at(100)), 1.0);
        // One interval late: .5 + .5/2, whether or not the question names it.
        assert_eq!(factor(&policy, &ttl, Age::Counts, at(200)), 0.75);
        assert_eq!(factor(&policy, &ttl, Age::Waived, at(200)), 0.75);
        let mut ended = facts(FreshnessPolicy::Interval { days: 100 });
        ended.valid_to = Some(at(200).plus_ms(1));
        let floor = policy.freshness_floor;
        let before = floor + (1.0 - floor) * 0.5;
        assert_eq!(factor(&policy, &ended, Age::Counts, at(200)), before);
        // Within the day of expiry F stays, since it changes in steps of a day.
        let later = at(200).plus_ms(3_600_000);
        assert_eq!(factor(&policy, &ended, Age::Counts, later), before);
        assert_eq!(factor(&policy, &ended, Age::Counts, at(300)), 0.625);
    }
}
