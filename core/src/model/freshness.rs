//! When knowledge must be looked at again, and how it stands at an instant.

use serde::{Deserialize, Serialize};

use super::flag::FlagReason;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, Result};
use crate::time::{DAY_MS, Timestamp};

/// Longest interval or time to live, in days.
pub const MAX_DAYS: u32 = 36_500;

/// When an article is due. Adaptive and event-driven policies are not part of this version.
///
/// ```
/// use kenpoint::model::FreshnessPolicy;
/// let policy: FreshnessPolicy = serde_json::from_str(r#"{"interval_days": 180}"#).unwrap();
/// assert_eq!(policy, FreshnessPolicy::Interval { days: 180 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyFields", into = "PolicyFields")]
#[non_exhaustive]
pub enum FreshnessPolicy {
    /// Due so many days after the last verification or edit in substance, moved by a hash of the id.
    Interval {
        /// Days, 1..=36500.
        days: u32,
    },
    /// Due at this instant.
    Date {
        /// The instant.
        at: Timestamp,
    },
    /// Expires so many days after the last verification or edit in substance.
    Ttl {
        /// Days, 1..=36500.
        days: u32,
    },
}

impl FreshnessPolicy {
    /// Checks the range.
    pub fn check(&self) -> Result<()> {
        match *self {
            FreshnessPolicy::Interval { days } | FreshnessPolicy::Ttl { days }
                if days == 0 || days > MAX_DAYS =>
            {
                Err(Error::invalid("freshness (days)", days, "it is 1 to 36500"))
            }
            _ => Ok(()),
        }
    }
}

/// The written form: exactly one of three keys.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PolicyFields {
    interval_days: Option<u32>,
    date: Option<Timestamp>,
    ttl_days: Option<u32>,
}

impl TryFrom<PolicyFields> for FreshnessPolicy {
    type Error = Error;

    fn try_from(fields: PolicyFields) -> Result<FreshnessPolicy> {
        let policy = match (fields.interval_days, fields.date, fields.ttl_days) {
            (Some(days), None, None) => FreshnessPolicy::Interval { days },
            (None, Some(at), None) => FreshnessPolicy::Date { at },
            (None, None, Some(days)) => FreshnessPolicy::Ttl { days },
            _ => {
                return Err(Error::invalid(
                    "freshness",
                    "",
                    "give exactly one of interval_days, date, ttl_days",
                ));
            }
        };
        policy.check()?;
        Ok(policy)
    }
}

impl From<FreshnessPolicy> for PolicyFields {
    fn from(policy: FreshnessPolicy) -> PolicyFields {
        let mut fields = PolicyFields::default();
        match policy {
            FreshnessPolicy::Interval { days } => fields.interval_days = Some(days),
            FreshnessPolicy::Date { at } => fields.date = Some(at),
            FreshnessPolicy::Ttl { days } => fields.ttl_days = Some(days),
        }
        fields
    }
}

named_enum! {
    /// How an article stands at an instant, best first.
    FreshnessState("freshness state") {
        /// Never verified, not yet due.
        Unverified = "unverified",
        /// Verified, not yet due.
        Fresh = "fresh",
        /// Due within a tenth of its interval.
        DueSoon = "due-soon",
        /// Due.
        Due = "due",
        /// Due for more than a fifth of its interval.
        Overdue = "overdue",
        /// Past its time to live or its validity.
        Expired = "expired",
    }
}

/// Why an article is under suspicion, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// What was said of it.
    pub reason: FlagReason,
    /// When.
    pub since: Timestamp,
    /// The event that said so.
    pub event: String,
}

/// How an article stands at an instant. A total function of the article and `now`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Freshness {
    /// The state.
    pub state: FreshnessState,
    /// When it was last verified or changed in substance.
    pub since: Timestamp,
    /// When it is or was due; never, if absent.
    pub due: Option<Timestamp>,
    /// When it is no longer shown outside; never, if absent.
    pub expires: Option<Timestamp>,
    /// The overlay, if it is under suspicion.
    pub suspect: Option<Suspect>,
    /// The factor F of the ranking, in (0, 1].
    pub factor: f64,
}

/// Everything freshness is a function of.
#[derive(Clone, Debug)]
pub struct FreshnessFacts<'a> {
    /// The id, which staggers the due date.
    pub id: &'a str,
    /// The policy in force: the article's own or its kind's.
    pub policy: FreshnessPolicy,
    /// The last edit in substance.
    pub edited: Timestamp,
    /// The last verification.
    pub verified: Option<Timestamp>,
    /// The end of validity or of a fact's time to live.
    pub valid_to: Option<Timestamp>,
    /// The overlay.
    pub suspect: Option<&'a Suspect>,
}

impl FreshnessFacts<'_> {
    /// When the article was last known to be right: verified, or changed in substance, the later.
    pub fn since(&self) -> Timestamp {
        self.verified
            .map_or(self.edited, |verified| verified.max(self.edited))
    }

    /// The interval in days that the policy gives: for a date, the days from `since` to it, at least 1;
    /// once it was looked at on or after its date, the longest there is.
    pub fn interval_days(&self) -> u32 {
        match self.policy {
            FreshnessPolicy::Interval { days } | FreshnessPolicy::Ttl { days } => days,
            FreshnessPolicy::Date { at } if self.since() >= at => MAX_DAYS,
            FreshnessPolicy::Date { at } => {
                (at.since(self.since()) / DAY_MS).clamp(1, i64::from(MAX_DAYS)) as u32
            }
        }
    }

    /// When it is due; [`Timestamp::MAX`] for never, which is what a date is once it was kept. Intervals
    /// are moved by up to a fifth, by a hash of the id, so that a bulk import does not fall due on one
    /// day.
    pub fn due(&self) -> Timestamp {
        match self.policy {
            FreshnessPolicy::Interval { days } => {
                let interval = i64::from(days) * DAY_MS;
                self.since()
                    .plus_ms(interval)
                    .plus_ms(stagger(self.id, interval / 5))
            }
            FreshnessPolicy::Date { at } if self.since() >= at => Timestamp::MAX,
            FreshnessPolicy::Date { at } => at,
            FreshnessPolicy::Ttl { days } => self.since().plus_days(i64::from(days)),
        }
    }

    /// When it expires: the time to live, or the end of validity, the earlier.
    pub fn expires(&self) -> Option<Timestamp> {
        let ttl = match self.policy {
            FreshnessPolicy::Ttl { .. } => Some(self.due()),
            _ => None,
        };
        match (ttl, self.valid_to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The state at `now`.
    pub fn state(&self, now: Timestamp) -> FreshnessState {
        let interval = i64::from(self.interval_days()) * DAY_MS;
        let due = self.due();
        if self.expires().is_some_and(|at| now >= at) {
            FreshnessState::Expired
        } else if now >= due.plus_ms(interval / 5) {
            FreshnessState::Overdue
        } else if now >= due {
            FreshnessState::Due
        } else if now >= due.plus_ms(-interval / 10) {
            FreshnessState::DueSoon
        } else if self.verified.is_some() {
            FreshnessState::Fresh
        } else {
            FreshnessState::Unverified
        }
    }
}

/// A number from 0 to `span - 1` that depends on the id alone.
fn stagger(id: &str, span: i64) -> i64 {
    let hash = blake3::hash(id.as_bytes());
    let word = hash
        .as_bytes()
        .iter()
        .take(8)
        .fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    if span <= 0 {
        0
    } else {
        (word % span as u64) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_date_policy_walks_through_all_states_but_expired() {
        // 100 days to the date: due soon from day 90, overdue from day 120.
        let f = facts(FreshnessPolicy::Date { at: at(100) });
        let states: Vec<_> = [0, 89, 90, 99, 100, 119, 120]
            .iter()
            .map(|d| f.state(at(*d)).as_str())
            .collect();
        assert_eq!(
            states,
            [
                "unverified",
                "unverified",
                "due-soon",
                "due-soon",
                "due",
                "due",
                "overdue"
            ]
        );
    }

    #[test]
    fn a_date_that_was_kept_is_not_due_again() {
        let mut f = facts(FreshnessPolicy::Date { at: at(100) });
        f.verified = Some(at(99));
        assert_eq!(f.state(at(100)), FreshnessState::Due);
        f.verified = Some(at(101));
        assert_eq!(
            (f.state(at(5000)), f.due()),
            (FreshnessState::Fresh, Timestamp::MAX)
        );
    }

    #[test]
    fn a_ttl_expires_and_verification_starts_it_anew() {
        let mut f = facts(FreshnessPolicy::Ttl { days: 10 });
        assert_eq!(f.state(at(10)), FreshnessState::Expired);
        f.verified = Some(at(8));
        assert_eq!(f.state(at(10)), FreshnessState::Fresh);
        assert_eq!(f.expires(), Some(at(18)));
    }

    #[test]
    fn due_dates_are_staggered_within_a_fifth() {
        let due = |id| {
            FreshnessFacts {
                id,
                ..facts(FreshnessPolicy::Interval { days: 100 })
            }
            .due()
        };
        let days: std::collections::BTreeSet<i64> = ["a", "b", "c", "d", "e", "f"]
            .iter()
            .map(|id| due(id).ms() / DAY_MS)
            .collect();
        assert!(days.len() > 3, "{days:?}");
        assert!(days.iter().all(|day| (100..120).contains(day)), "{days:?}");
    }
}
