//! Instants as text: RFC 3339 and dates, in the proleptic Gregorian calendar.
//!
//! The format is small and fixed, and a library of time would add its size to every page.

use std::fmt;

use super::{DAY_MS, Timestamp};

/// Days in 400 years, the period of the calendar.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01. Years begin in March here, so that a leap day is the last day of its year.
const EPOCH: i64 = 719_468;

/// The day of a date, counted from 1970-01-01. None if the calendar has no such date.
fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=n_days).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * ERA_DAYS + day_of_era - EPOCH)
}

/// The date of a day: year, month, day of the month.
fn date_of(day: i64) -> (i64, i64, i64) {
    let day = day + EPOCH;
    let (era, day_of_era) = (day.div_euclid(ERA_DAYS), day.rem_euclid(ERA_DAYS));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let month = (months + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * months + 2) / 5 + 1)
}

/// Writes an instant in UTC with milliseconds. A year before 0 has a sign and six digits.
pub(super) fn write(at: Timestamp, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (year, month, day) = date_of(at.ms().div_euclid(DAY_MS));
    let ms = at.ms().rem_euclid(DAY_MS);
    if year < 0 {
        write!(f, "-{:06}", -year)?;
    } else {
        write!(f, "{year:04}")?;
    }
    let (s, ms) = (ms / 1_000, ms % 1_000);
    let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
    write!(f, "-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{ms:03}Z")
}

/// Reads an instant with an offset, or a date as its midnight; returns milliseconds since 1970, UTC.
pub(super) fn read(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let year = match rest.one_of(b"+-") {
        None => rest.number(4)?,
        Some(sign) => {
            let year = rest.number(6)?;
            if sign == b'-' { -year } else { year }
        }
    };
    rest.one_of(b"-")?;
    let month = rest.number(2)?;
    rest.one_of(b"-")?;
    let day = day_of(year, month, rest.number(2)?)?;
    if rest.0.is_empty() {
        return Some(day * DAY_MS);
    }
    rest.one_of(b"Tt ")?;
    let hour = below(rest.number(2)?, 24)?;
    rest.one_of(b":")?;
    let minute = below(rest.number(2)?, 60)?;
    let (mut second, mut ms) = (0, 0);
    if rest.one_of(b":").is_some() {
        // Leap seconds are not counted: second 60 reads as 59.
        second = below(rest.number(2)?, 61)?.min(59);
        if rest.one_of(b".,").is_some() {
            ms = rest.thousandths()?;
        }
    }
    let offset = rest.offset()?;
    let minutes = (day * 24 + hour) * 60 + minute - offset;
    rest.0
        .is_empty()
        .then_some((minutes * 60 + second) * 1_000 + ms)
}

fn below(number: i64, limit: i64) -> Option<i64> {
    (number < limit).then_some(number)
}

/// The input that is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Takes the next byte if it is one of these.
    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        bytes.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// Takes a number of exactly `n_digits` digits.
    fn number(&mut self, n_digits: usize) -> Option<i64> {
        (0..n_digits).try_fold(0, |number, _| {
            let digit = self.one_of(b"0123456789")?;
            Some(number * 10 + i64::from(digit - b'0'))
        })
    }

    /// Takes the digits of a fraction, one to nine, of which three count.
    fn thousandths(&mut self) -> Option<i64> {
        let (mut ms, mut worth) = (self.number(1)? * 100, 10);
        for _ in 1..9 {
            let Some(digit) = self.number(1) else { break };
            ms += digit * worth;
            worth /= 10;
        }
        Some(ms)
    }

    /// Takes an offset from UTC, in minutes: `Z`, `+02:00`, `+0200`, `+02`.
    fn offset(&mut self) -> Option<i64> {
        match self.one_of(b"Zz+-")? {
            sign @ (b'+' | b'-') => {
                let hours = below(self.number(2)?, 24)?;
                let has_minutes = self.one_of(b":").is_some() || !self.0.is_empty();
                let minutes = if has_minutes {
                    below(self.number(2)?, 60)?
                } else {
                    0
                };
                let offset = hours * 60 + minutes;
                Some(if sign == b'-' { -offset } else { offset })
            }
            _ => Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_read_in_their_forms() {
        let at = read("2026-11-20T09:30:00Z");
        for same in [
            "2026-11-20t09:30:00z",
            "2026-11-20 09:30:00.000Z",
            "2026-11-20T09:30Z",
            "2026-11-20T11:30:00+02:00",
            "2026-11-20T11:30:00+0200",
            "2026-11-20T11:30:00,0009+02",
            "2026-11-19T20:15:00-13:15",
            "+002026-11-20T09:30:00Z",
        ] {
            assert_eq!(read(same), at, "{same}");
        }
        assert_eq!(read("1970-01-01"), Some(0));
        assert_eq!(read("1969-12-31T23:59:59.5Z"), Some(-500));
        assert_eq!(
            read("2016-12-31T23:59:60Z"),
            read("2016-12-31T23:59:59Z"),
            "a leap second"
        );
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for bad in [
            "",
            "yesterday",
            "2026-11",
            "2026-11-31",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-11-20T09:30:00",
            "2026-11-20T24:00:00Z",
            "2026-11-20T09:60:00Z",
            "2026-11-20T09:30:61Z",
            "2026-11-20T09:30:00.Z",
            "2026-11-20T09:30:00Zz",
            "2026-11-20T09:30:00+2:00",
            "2026-11-20T09:30:00+24:00",
            "2026-11-20T09:30:00+02:",
            "20261120",
            "2026-11-2",
            "２０２６-11-20",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        /// Compares writing and reading with a library of time.
        #[test]
        fn the_calendar_is_the_usual_one(ms in Timestamp::MIN.ms()..=Timestamp::MAX.ms(), minutes in -1_439i64..=1_439) {
            let at = Timestamp::from_ms(ms).unwrap();
            let theirs = jiff::Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(at.to_string(), format!("{:.3}", theirs));
            prop_assert_eq!(read(&at.to_string()), Some(ms));
            let offset = jiff::tz::Offset::from_seconds(minutes as i32 * 60).unwrap();
            let elsewhere = theirs.display_with_offset(offset).to_string();
            if !elsewhere.starts_with('-') {
                prop_assert_eq!(read(&elsewhere), Some(ms), "{}", elsewhere);
            }
        }

        /// Tests offsets below a day only: RFC 3339 has no others, though the library reads them.
        #[test]
        fn what_is_read_is_read_alike(text in "[-+]?[0-9]{4,6}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,3})?(Z|[-+]([01][0-9]|2[0-3]):[0-6][0-9]))?") {
            let theirs = match text.parse::<jiff::Timestamp>() {
                Ok(at) => Some(at.as_millisecond()),
                Err(_) => text.parse::<jiff::civil::Date>().ok().map(|date| {
                    date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond()
                }),
            };
            // The two ends of the range are tested elsewhere.
            if let Some(theirs) = theirs {
                prop_assert_eq!(read(&text), Some(theirs), "{}", text);
            }
        }
    }
}
