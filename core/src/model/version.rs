//! Versions of products in the habits of semver, Debian, Python and OpenSSL, and ranges of them. This module knows no
//! product.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::validate;
use crate::error::{Error, Result};

/// Longest version. Bytes. Source: our choice; the versions of kernels and packages have some 30.
const MAX_VERSION_BYTES: usize = 64;

/// Words of a suffix that name an earlier state of the release: pre-releases. Sorted.
const EARLIER: &[&str] = &[
    "a",
    "alpha",
    "b",
    "beta",
    "c",
    "canary",
    "cr",
    "dev",
    "ea",
    "m",
    "milestone",
    "next",
    "nightly",
    "pre",
    "preview",
    "rc",
    "snapshot",
];

/// Words of a suffix that name a later state of the release, also behind a hyphen. Sorted.
const LATER: &[&str] = &[
    "build", "cu", "deb", "dfsg", "fix", "generic", "hf", "hotfix", "p", "patch", "post", "r",
    "rev", "revision", "sp", "u", "ubuntu", "update",
];

/// Words of a suffix that say nothing: `2.0-final` is `2.0`. Sorted.
const NEUTRAL: &[&str] = &["final", "ga", "release", "stable"];

/// Words after a plus that continue a Debian version; any other build is ignored, as in semver.
const DEBIAN_BUILDS: &[&str] = &["deb", "dfsg", "ubuntu"];

/// One part of a suffix, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SuffixPart {
    /// Before everything, even a pre-release: a tilde, as in Debian.
    Tilde,
    /// The words of a pre-release follow.
    Earlier,
    /// The end of the version.
    End,
    /// A number: its digits without leading zeros, after their count.
    Number(usize, String),
    /// A word, in lower case.
    Word(String),
}

/// A product version: numbers separated by dots, compared number by number, with a suffix. Missing numbers count as 0.
///
/// - A word behind a hyphen or dot is a pre-release, which sorts before the release; its numbers compare as numbers:
///   `2.0-beta < 2.0-rc.2 < 2.0-rc.10 < 2.0`. So are `2.0b1`, `2.0rc1`, `2.0-0` and, with a tilde, `2.0~rc1`.
/// - A letter or unknown word glued to a number is a later patch: `1.1.1 < 1.1.1k < 1.1.2`.
/// - A number behind a hyphen or underscore is a revision: `6.1.0-9 < 6.1.0-14-generic`. So are `-p1`, `-SP1`, `-hotfix`.
/// - A build behind a plus counts for nothing, except `+deb12u1`, `+dfsg`, `+ubuntu`. `-final`, `.GA`, a leading `v` and
///   a last part `x` count for nothing. An epoch (`1:2.3`) comes first.
///
/// ```
/// use kenpoint::model::Version;
/// let v = |text: &str| text.parse::<Version>().unwrap();
/// assert!(v("3.10") > v("3.9.4"));
/// assert_eq!(v("3"), v("3.0.0"));
/// assert!(v("2.0-beta") < v("2.0"));
/// assert!(v("1.1.1k") > v("1.1.1"));
/// ```
#[derive(Clone, Debug, Eq)]
pub struct Version {
    text: String,
    epoch: u64,
    numbers: Vec<u64>,
    /// The suffix; ends with [`SuffixPart::End`].
    suffix: Vec<SuffixPart>,
}

/// Splits off the leading bytes that satisfy `is`.
fn split_while(text: &str, is: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Version> {
        let wrong = || {
            let rule = "a version is numbers between dots, such as 3.2.1 or 4.0-beta";
            Error::invalid("version", text, rule)
        };
        let trimmed = text.trim();
        let body = trimmed.strip_prefix(['v', 'V']).unwrap_or(trimmed);
        if body.len() > MAX_VERSION_BYTES {
            return Err(wrong());
        }
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| wrong());
        let (epoch, body) = match body.split_once(':') {
            Some((epoch, rest)) => (number(epoch)?, rest),
            None => (0, body),
        };
        let (numeric, suffix) = split_while(body, |c| c.is_ascii_digit() || c == '.');
        let mut numbers = numeric
            .split('.')
            .filter(|part| !part.is_empty())
            .map(number)
            .collect::<Result<Vec<u64>>>()?;
        if numbers.is_empty() {
            return Err(wrong());
        }
        while numbers.len() > 1 && numbers.last() == Some(&0) {
            numbers.pop();
        }
        let separator = numeric.ends_with('.').then_some('.');
        Ok(Version {
            text: trimmed.to_owned(),
            epoch,
            numbers,
            suffix: parts(&suffix.to_lowercase(), separator),
        })
    }
}

/// Reads a suffix in lower case. `separator` is the sign before it.
fn parts(suffix: &str, mut separator: Option<char>) -> Vec<SuffixPart> {
    let mut parts = Vec::new();
    let mut rest = suffix;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '+' {
            let (word, _) = split_while(after, char::is_alphabetic);
            if !DEBIAN_BUILDS.contains(&word) {
                break;
            }
        }
        if c.is_ascii_digit() {
            let (digits, next) = split_while(rest, |c| c.is_ascii_digit());
            rest = next;
            let ends = next.is_empty() || next.starts_with('.');
            if digits == "0" && ends && separator == Some('-') && parts.is_empty() {
                // semver's smallest pre-release, which is used as an open end: `<2.0.0-0`.
                parts.push(SuffixPart::Earlier);
            } else {
                let digits = digits.trim_start_matches('0');
                parts.push(SuffixPart::Number(digits.len(), digits.to_owned()));
            }
            separator = None;
        } else if c.is_alphabetic() {
            let (word, next) = split_while(rest, char::is_alphabetic);
            rest = next;
            let is_numbered = next.starts_with(|c: char| c.is_ascii_digit());
            let is_letter = word.len() == 1;
            let is_pre = match separator {
                None => EARLIER.binary_search(&word).is_ok() && (is_numbered || !is_letter),
                Some(_) => LATER.binary_search(&word).is_err(),
            };
            let is_wildcard = word == "x" && separator == Some('.') && next.is_empty();
            if NEUTRAL.binary_search(&word).is_ok() || is_wildcard {
                continue;
            }
            // Only the beginning tells: `-14-generic` is a revision and `-rc1-x` a pre-release to the end.
            if is_pre && parts.is_empty() {
                parts.push(SuffixPart::Earlier);
            }
            parts.push(SuffixPart::Word(word.to_owned()));
            separator = None;
        } else {
            if c == '~' {
                parts.push(SuffixPart::Tilde);
            }
            separator = Some(c);
            rest = after;
        }
    }
    parts.push(SuffixPart::End);
    parts
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.numbers.cmp(&other.numbers))
            .then_with(|| self.suffix.cmp(&other.suffix))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Version {
    fn major(&self) -> Option<&u64> {
        self.numbers.first()
    }

    /// Returns the end of all versions that begin with these numbers: less than every version with the last number one
    /// higher, pre-releases included.
    fn after_all(numbers: &[u64]) -> Version {
        let mut numbers = numbers.to_vec();
        if let Some(last) = numbers.last_mut() {
            *last = last.saturating_add(1);
        }
        Version {
            text: String::new(),
            epoch: 0,
            numbers,
            suffix: vec![SuffixPart::Tilde, SuffixPart::End],
        }
    }
}

/// A version range: comparators separated by spaces or commas, all of which must hold. `>=3.0 <4`, `>= 3.0, < 4`, `=2.1`,
/// `2.1`, `1.x`, `3.0 - 3.5`, `*`.
///
/// `1.x` and `1.2.*` hold every version that begins with these numbers, `3.0 - 3.5` both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    text: String,
    comparators: Vec<(Comparator, Version)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Comparator {
    fn of(sign: &str) -> Option<Comparator> {
        match sign {
            "" | "=" | "==" => Some(Comparator::Equal),
            ">=" | "=>" | "≥" => Some(Comparator::GreaterOrEqual),
            "<=" | "=<" | "≤" => Some(Comparator::LessOrEqual),
            ">" | ">>" => Some(Comparator::Greater),
            "<" | "<<" => Some(Comparator::Less),
            _ => None,
        }
    }
}

impl FromStr for VersionRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<VersionRange> {
        validate::text_of("versions", text, validate::MAX_LABEL_BYTES)?;
        let wrong = || {
            let rule = "a range is comparators such as >=3.0 <4, =2.1, 1.x or 3.0 - 3.5";
            Error::invalid("versions", text, rule)
        };
        let is_space = |c: char| c.is_whitespace() || c == ',';
        let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '≤' | '≥');
        let mut comparators = Vec::new();
        let mut rest = text.trim_matches(is_space);
        while !rest.is_empty() {
            let (sign, after) = split_while(rest, is_sign);
            let (version, after) = split_while(after.trim_start(), |c| !is_space(c) && !is_sign(c));
            let comparator = Comparator::of(sign).ok_or_else(wrong)?;
            rest = after.trim_start_matches(is_space);
            if version == "*" && sign.is_empty() {
                continue;
            }
            let up_to = rest
                .strip_prefix('-')
                .filter(|rest| rest.starts_with(char::is_whitespace));
            if let Some(after) = up_to.filter(|_| sign.is_empty()) {
                let (last, after) =
                    split_while(after.trim_start(), |c| !is_space(c) && !is_sign(c));
                rest = after.trim_start_matches(is_space);
                add(&mut comparators, Comparator::GreaterOrEqual, version)?;
                add(&mut comparators, Comparator::LessOrEqual, last)?;
            } else {
                add(&mut comparators, comparator, version)?;
            }
        }
        let range = VersionRange {
            text: text.trim().to_owned(),
            comparators,
        };
        range.check()?;
        Ok(range)
    }
}

/// Adds a comparator with a version, whose last parts may be `x` or `*`.
fn add(
    comparators: &mut Vec<(Comparator, Version)>,
    comparator: Comparator,
    version: &str,
) -> Result<()> {
    let stem = version.trim_end_matches(['.', 'x', 'X', '*']);
    let is_wild = version
        .get(stem.len()..)
        .is_some_and(|end| end.starts_with('.') && end.len() > 1);
    if !is_wild {
        comparators.push((comparator, version.parse()?));
        return Ok(());
    }
    let from: Version = stem.parse()?;
    let numbers: Vec<u64> = stem
        .trim_start_matches(['v', 'V'])
        .split('.')
        .map(|part| {
            part.parse().map_err(|_| {
                Error::invalid(
                    "versions",
                    version,
                    "an x stands for the last numbers of a version",
                )
            })
        })
        .collect::<Result<_>>()?;
    let to = Version::after_all(&numbers);
    match comparator {
        Comparator::Equal => {
            comparators.push((Comparator::GreaterOrEqual, from));
            comparators.push((Comparator::Less, to));
        }
        Comparator::GreaterOrEqual | Comparator::Less => comparators.push((comparator, from)),
        Comparator::Greater => comparators.push((Comparator::GreaterOrEqual, to)),
        Comparator::LessOrEqual => comparators.push((Comparator::Less, to)),
    }
    Ok(())
}

impl VersionRange {
    /// Fails for an empty range, which is a mistake and not a filter.
    fn check(&self) -> Result<()> {
        let low = self
            .comparators
            .iter()
            .filter(|(c, _)| matches!(c, Comparator::Greater | Comparator::GreaterOrEqual));
        let high: Vec<_> = self
            .comparators
            .iter()
            .filter(|(c, _)| matches!(c, Comparator::Less | Comparator::LessOrEqual))
            .collect();
        let is_closed =
            |c: Comparator| matches!(c, Comparator::LessOrEqual | Comparator::GreaterOrEqual);
        for (below, low) in low {
            let is_empty = |(above, high): &(Comparator, Version)| {
                low > high || (low == high && !(is_closed(*below) && is_closed(*above)))
            };
            if high.iter().copied().any(is_empty) {
                return Err(Error::invalid(
                    "versions",
                    &self.text,
                    "the lower end lies below the upper end",
                ));
            }
        }
        Ok(())
    }

    /// Returns the position of the version relative to this range.
    pub fn place(&self, version: &Version) -> VersionPlace {
        let holds = |comparator: &Comparator, bound: &Version| match comparator {
            Comparator::Less => version < bound,
            Comparator::LessOrEqual => version <= bound,
            Comparator::Equal => version == bound,
            Comparator::GreaterOrEqual => version >= bound,
            Comparator::Greater => version > bound,
        };
        if self
            .comparators
            .iter()
            .all(|(comparator, bound)| holds(comparator, bound))
        {
            let exact = self
                .comparators
                .iter()
                .any(|(c, bound)| *c == Comparator::Equal && bound == version);
            return if exact {
                VersionPlace::Exact
            } else {
                VersionPlace::InRange
            };
        }
        // Adjacent means outside, but in the same major version as an end of the range.
        let adjacent = self
            .comparators
            .iter()
            .any(|(_, bound)| bound.major() == version.major());
        if adjacent {
            VersionPlace::Adjacent
        } else {
            VersionPlace::Outside
        }
    }
}

/// The position of a version relative to a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionPlace {
    /// A version that the range names exactly, with `=`.
    Exact,
    /// Inside the range.
    InRange,
    /// Outside, in the same major version as an end of the range.
    Adjacent,
    /// Outside.
    Outside,
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Versions and ranges are stored as text only.
macro_rules! serde_as_text {
    ($($name:ident),+) => { $(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+ };
}
serde_as_text!(Version, VersionRange);

#[cfg(test)]
mod tests;
