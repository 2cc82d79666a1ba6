//! Freshness: the review policy of an article and its state at an instant.

use serde::{Deserialize, Serialize};

use super::flag::FlagReason;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, Result};
use crate::time::{DAY_MS, Timestamp};

/// The maximum interval or time to live, in days.
pub const MAX_DAYS: u32 = 36_500;

/// The review policy of an article. This version has no adaptive or event-driven policies.
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
    /// Due this many days after the last verification or edit in substance. A hash of the id extends the
    /// interval by up to a fifth.
    Interval {
        /// Days, 1..=36500.
        days: u32,
    },
    /// Due at a date.
    Date {
        /// The date, as an instant.
        at: Timestamp,
    },
    /// Expires this many days after the last verification or edit in substance.
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

/// The serialized form: exactly one of three keys.
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
    /// The freshness state of an article at an instant, best first.
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

/// The suspicion against an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The reason that the flag gave.
    pub reason: FlagReason,
    /// The instant of the flag.
    pub since: Timestamp,
    /// The id of the event that set it.
    pub event: String,
}

/// The freshness of an article at an instant, defined for every article and every `now`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Freshness {
    /// The state.
    pub state: FreshnessState,
    /// The instant of its last verification or change in substance.
    pub since: Timestamp,
    /// The instant at which it is or was due; `None` for never.
    pub due: Option<Timestamp>,
    /// The instant of expiry, by time to live or end of validity; `None` for never.
    pub expires: Option<Timestamp>,
    /// The suspicion overlay, if the article is suspect.
    pub suspect: Option<Suspect>,
    /// The factor F of the ranking, in (0, 1].
    pub factor: f64,
}

/// The inputs of the freshness calculation.
#[derive(Clone, Debug)]
pub struct FreshnessFacts<'a> {
    /// The id, which spreads due dates.
    pub id: &'a str,
    /// The policy in force: the article's own, or that of its kind.
    pub policy: FreshnessPolicy,
    /// The last edit in substance.
    pub edited: Timestamp,
    /// The last verification.
    pub verified: Option<Timestamp>,
    /// The end of validity or of a fact's time to live.
    pub valid_to: Option<Timestamp>,
    /// The suspicion overlay.
    pub suspect: Option<&'a Suspect>,
}

impl FreshnessFacts<'_> {
    /// Returns the later of the last verification and the last change in substance.
    pub fn since(&self) -> Timestamp {
        self.verified
            .map_or(self.edited, |verified| verified.max(self.edited))
    }

    /// Returns the interval of the policy in days. For a date it is the number of days from `since` to
    /// the date, at least 1, or the maximum if the article was reviewed on or after its date.
    pub fn interval_days(&self) -> u32 {
        match self.policy {
            FreshnessPolicy::Interval { days } | FreshnessPolicy::Ttl { days } => days,
            FreshnessPolicy::Date { at } if self.since() >= at => MAX_DAYS,
            FreshnessPolicy::Date { at } => {
                (at.since(self.since()) / DAY_MS).clamp(1, i64::from(MAX_DAYS)) as u32
            }
        }
    }

    /// Returns the due date; [`Timestamp::MAX`] for never, which includes a date policy after its
    /// review. A hash of the id extends an interval by up to a fifth, so that a bulk import does not
    /// fall due on one day.
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

    /// Returns the instant of expiry: the end of the time to live or of validity, whichever is earlier.
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

    /// Returns the state at `now`.
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

/// Returns a number from 0 to `span - 1` that depends on the id alone.
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
        // The date is 100 days away: due soon from day 90, overdue from day 120.
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
