//! Instants in milliseconds since 1970-01-01T00:00Z, and UTC days.
//!
//! [`SystemClock`] is the only place that reads the time of day; all other code takes an instant. `Deadline` reads the
//! steady clock for the pace of background work, and no result depends on it.

mod civil;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result, excerpt};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
///
/// Range: years -9999 to 9999, [`Timestamp::MIN`] to [`Timestamp::MAX`]. As text it is RFC 3339 in
/// UTC with milliseconds; a plain date is read as its midnight.
///
/// ```
/// use kenpoint::Timestamp;
/// let at: Timestamp = "2026-11-20T09:30:00Z".parse().unwrap();
/// assert_eq!(at.to_string(), "2026-11-20T09:30:00.000Z");
/// assert_eq!("2026-11-20".parse::<Timestamp>().unwrap().plus_ms(34_200_000), at);
/// assert!("yesterday".parse::<Timestamp>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// The first supported instant: -9999-01-03T00:00:00Z.
    pub const MIN: Timestamp = Timestamp(-377_705_116_800_000 + 2 * DAY_MS);
    /// The last supported instant: 9999-12-30T00:00:00Z.
    pub const MAX: Timestamp = Timestamp(253_402_128_000_000);

    /// The instant `ms` milliseconds after the start of 1970, UTC.
    ///
    /// Fails with [`ErrorCode::InvalidValue`] outside [`Timestamp::MIN`]..=[`Timestamp::MAX`].
    pub fn from_ms(ms: i64) -> Result<Timestamp> {
        let at = Timestamp(ms);
        if at < Timestamp::MIN || at > Timestamp::MAX {
            return Err(Error::invalid(
                "time",
                ms,
                "milliseconds since 1970 must lie between the years -9999 and 9999",
            ));
        }
        Ok(at)
    }

    /// Milliseconds since the start of 1970, UTC.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The UTC day this instant lies in, counted from 1970-01-01.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MS) as i32)
    }

    /// Returns this instant moved by `ms`, clamped to the supported range.
    pub fn plus_ms(self, ms: i64) -> Timestamp {
        Timestamp(
            self.0
                .saturating_add(ms)
                .clamp(Timestamp::MIN.0, Timestamp::MAX.0),
        )
    }

    /// Returns this instant moved by whole days, clamped to the supported range.
    pub fn plus_days(self, days: i64) -> Timestamp {
        self.plus_ms(days.saturating_mul(DAY_MS))
    }

    /// Milliseconds from `earlier` to this instant; negative if it lies before.
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        civil::write(*self, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Timestamp> {
        let text = text.trim();
        let ms = civil::read(text);
        ms.ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidValue,
                format!(
                    "time: {} is neither an RFC 3339 instant with an offset (2026-11-20T09:30:00Z) nor a date (2026-11-20)",
                    excerpt(text)
                ),
            )
        })
        .and_then(Timestamp::from_ms)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(TextOrMs)
        } else {
            let ms = i64::deserialize(deserializer)?;
            Timestamp::from_ms(ms).map_err(serde::de::Error::custom)
        }
    }
}

/// Reads a time given as text or as milliseconds, in JSON and YAML.
struct TextOrMs;

impl serde::de::Visitor<'_> for TextOrMs {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 instant, a date, or milliseconds since 1970")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, ms: i64) -> Result<Timestamp, E> {
        Timestamp::from_ms(ms).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, ms: u64) -> Result<Timestamp, E> {
        Timestamp::from_ms(i64::try_from(ms).unwrap_or(i64::MAX)).map_err(E::custom)
    }
}

/// The end of a span, as input: a bare date lasts through its day in UTC, so it ends with the next midnight. An instant
/// ends exactly then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanEnd(pub(crate) Timestamp);

impl SpanEnd {
    /// Reads the end of a span, or none, as a member of a type that serde derives.
    pub(crate) fn member<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let end = Option::<SpanEnd>::deserialize(deserializer)?;
        Ok(end.map(|end| end.0))
    }
}

impl<'de> Deserialize<'de> for SpanEnd {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<SpanEnd, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(SpanEndVisitor)
        } else {
            Timestamp::deserialize(deserializer).map(SpanEnd)
        }
    }
}

/// Reads the end of a span given as text or as milliseconds.
struct SpanEndVisitor;

impl serde::de::Visitor<'_> for SpanEndVisitor {
    type Value = SpanEnd;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TextOrMs.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SpanEnd, E> {
        let at = TextOrMs.visit_str(text)?;
        // Only an instant has a time of day, and every time of day has a colon.
        let is_date = !text.contains(':');
        Ok(SpanEnd(if is_date { at.plus_days(1) } else { at }))
    }

    fn visit_i64<E: serde::de::Error>(self, ms: i64) -> Result<SpanEnd, E> {
        TextOrMs.visit_i64(ms).map(SpanEnd)
    }

    fn visit_u64<E: serde::de::Error>(self, ms: u64) -> Result<SpanEnd, E> {
        TextOrMs.visit_u64(ms).map(SpanEnd)
    }
}

/// A UTC day, counted from 1970-01-01. Evidence is kept per day and ages in whole days.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// Whole days from this day to `now`; 0 if this day is later, so that a clock that went back makes nothing
    /// younger than new.
    pub fn age_at(self, now: Day) -> u32 {
        now.0.saturating_sub(self.0).max(0) as u32
    }

    /// The first instant of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(0).plus_days(i64::from(self.0))
    }
}

/// A moment of the machine's steady clock at which background work is due.
#[cfg(feature = "disk")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline(std::time::Instant);

#[cfg(feature = "disk")]
#[allow(
    clippy::disallowed_methods,
    reason = "the pace of background work, which no result depends on; a base on disk is never in a page"
)]
impl Deadline {
    /// The moment after a wait from now.
    pub(crate) fn after(wait: std::time::Duration) -> Deadline {
        Deadline(std::time::Instant::now() + wait)
    }

    /// The time until this moment; zero if it has passed.
    pub(crate) fn remaining(self) -> std::time::Duration {
        self.0.saturating_duration_since(std::time::Instant::now())
    }
}

/// The source of the current time, read once per call. Closures implement it.
///
/// ```
/// use kenpoint::{Clock, FixedClock, Timestamp};
/// let clock = FixedClock::at("2026-11-20T00:00:00Z".parse().unwrap());
/// clock.advance_ms(1_000);
/// assert_eq!(clock.now().to_string(), "2026-11-20T00:00:01.000Z");
/// ```
pub trait Clock: Send + Sync {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// A clock that stands still until it is moved: for tests, replays and imports of history.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Makes a clock that shows `at`.
    pub fn at(at: Timestamp) -> FixedClock {
        FixedClock(AtomicI64::new(at.0))
    }

    /// Sets the clock; it may go back.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves the clock by `ms` milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        let next = self.now().plus_ms(ms);
        self.set(next);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// The machine's clock. It does not exist on wasm32-unknown-unknown, which has none: pass your own there.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
impl Clock for SystemClock {
    // The only place in the library that reads a clock.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Timestamp {
        let ms = match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Timestamp(0).plus_ms(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_before_1970_too() {
        assert_eq!(Timestamp::from_ms(-1).unwrap().day(), Day(-1));
        assert_eq!(Timestamp::from_ms(0).unwrap().day(), Day(0));
        assert_eq!(Timestamp::from_ms(DAY_MS).unwrap().day(), Day(1));
        assert_eq!(Day(-1).start().ms(), -DAY_MS);
    }

    #[test]
    fn a_clock_that_goes_back_makes_nothing_younger_than_new() {
        assert_eq!(Day(10).age_at(Day(3)), 0);
        assert_eq!(Day(3).age_at(Day(10)), 7);
    }

    #[test]
    fn a_bare_date_ends_with_its_day() {
        let end = |json: &str| serde_json::from_str::<SpanEnd>(json).map(|end| end.0);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (json, ends) in [
            (r#""2026-01-31""#, "2026-02-01"),
            (r#"" 2026-01-31 ""#, "2026-02-01"),
            (r#""+002026-12-31""#, "2027-01-01"),
            (r#""2026-01-31T00:00:00Z""#, "2026-01-31"),
            (r#""2026-01-31 00:00+01:00""#, "2026-01-30T23:00:00Z"),
            ("1769817600000", "2026-01-31"),
        ] {
            assert_eq!(end(json).unwrap(), at(ends), "{json}");
        }
        assert_eq!(end(r#""9999-12-30""#).unwrap(), Timestamp::MAX);
        assert!(end(r#""the end""#).is_err());
        // Records hold instants, and nothing is added when they are read.
        let bytes = postcard::to_allocvec(&at("2026-01-31")).unwrap();
        assert_eq!(
            postcard::from_bytes::<SpanEnd>(&bytes).unwrap().0,
            at("2026-01-31")
        );
    }

    #[test]
    fn the_range_ends_are_printable_and_read_back() {
        for at in [
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::from_ms(0).unwrap(),
        ] {
            assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at, "{at}");
        }
        assert!(Timestamp::from_ms(i64::MAX).is_err());
        assert!(Timestamp::from_ms(i64::MIN).is_err());
    }
}
