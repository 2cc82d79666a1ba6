//! Products, their versions, and the version ranges that articles apply to.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::validate;
use crate::error::{Error, Result};

/// A product version: numbers separated by dots, compared number by number. Missing numbers count as
/// 0.
///
/// Letters after a number are a pre-release, which sorts before the number: `2.0-beta < 2.0`.
///
/// ```
/// use kenpoint::model::Version;
/// let v = |text: &str| text.parse::<Version>().unwrap();
/// assert!(v("3.10") > v("3.9.4"));
/// assert_eq!(v("3"), v("3.0.0"));
/// assert!(v("2.0-beta") < v("2.0"));
/// ```
#[derive(Clone, Debug, Eq)]
pub struct Version {
    text: String,
    numbers: Vec<u64>,
    pre: String,
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Version> {
        let rule = "a version is numbers between dots, such as 3.2.1 or 4.0-beta";
        let trimmed = text.trim();
        let body = trimmed.strip_prefix(['v', 'V']).unwrap_or(trimmed);
        let (numeric, pre) = match body.find(|c: char| !c.is_ascii_digit() && c != '.') {
            Some(at) => body.split_at(at),
            None => (body, ""),
        };
        let numbers = numeric
            .split('.')
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse::<u64>()
                    .map_err(|_| Error::invalid("version", text, rule))
            })
            .collect::<Result<Vec<u64>>>()?;
        if numbers.is_empty() || body.len() > 64 {
            return Err(Error::invalid("version", text, rule));
        }
        let mut numbers = numbers;
        while numbers.len() > 1 && numbers.last() == Some(&0) {
            numbers.pop();
        }
        Ok(Version {
            text: trimmed.to_owned(),
            numbers,
            pre: pre
                .trim_start_matches(['-', '.', '_', ' '])
                .to_ascii_lowercase(),
        })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => self.pre.cmp(&other.pre),
            }
        })
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

/// A version range: comparators separated by spaces, all of which must hold. `>=3.0 <4`, `=2.1`,
/// `*`.
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

impl FromStr for VersionRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<VersionRange> {
        validate::text_of("versions", text, validate::MAX_LABEL_BYTES)?;
        let comparators = text
            .split([' ', ','])
            .filter(|part| !part.is_empty() && *part != "*")
            .map(|part| {
                let (comparator, version) = [
                    (">=", Comparator::GreaterOrEqual),
                    ("<=", Comparator::LessOrEqual),
                    (">", Comparator::Greater),
                    ("<", Comparator::Less),
                    ("=", Comparator::Equal),
                    ("", Comparator::Equal),
                ]
                .iter()
                .find_map(|(sign, comparator)| {
                    part.strip_prefix(sign).map(|rest| (*comparator, rest))
                })
                .ok_or_else(|| Error::internal("the empty sign strips from any text"))?;
                Ok((comparator, version.parse()?))
            })
            .collect::<Result<Vec<_>>>()?;
        let range = VersionRange {
            text: text.trim().to_owned(),
            comparators,
        };
        range.check()?;
        Ok(range)
    }
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
        for (_, low) in low {
            if high.iter().any(|(_, high)| low > high) {
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
            .any(|(_, bound)| bound.numbers.first() == version.numbers.first());
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

/// A product that an article applies to, in some versions or (without a range) in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductScope {
    /// The id of the product in the host.
    pub id: String,
    /// The versions it applies to; all if absent.
    #[serde(default)]
    pub versions: Option<VersionRange>,
}

/// A product of a customer, with its version if known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductItem {
    /// The id of the product in the host.
    pub id: String,
    /// The installed version.
    #[serde(default)]
    pub version: Option<Version>,
}

impl ProductItem {
    /// Creates a product without a version.
    pub fn new(id: impl Into<String>) -> ProductItem {
        ProductItem {
            id: id.into(),
            version: None,
        }
    }

    /// Sets the version. Fails if the text is not a version.
    pub fn version(mut self, version: &str) -> Result<ProductItem> {
        self.version = Some(version.parse()?);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_places_versions() {
        let range: VersionRange = ">=3.1 <4".parse().unwrap();
        let place = |text: &str| range.place(&text.parse().unwrap());
        assert_eq!(place("3.1.0"), VersionPlace::InRange);
        assert_eq!(place("3.0.9"), VersionPlace::Adjacent);
        assert_eq!(place("4.0"), VersionPlace::Adjacent);
        assert_eq!(place("7.2"), VersionPlace::Outside);
        assert_eq!(
            "=2.1"
                .parse::<VersionRange>()
                .unwrap()
                .place(&"2.1".parse().unwrap()),
            VersionPlace::Exact
        );
        assert_eq!(
            "*".parse::<VersionRange>()
                .unwrap()
                .place(&"9".parse().unwrap()),
            VersionPlace::InRange
        );
    }

    #[test]
    fn contradicting_ends_are_an_error() {
        assert!(">=4 <3".parse::<VersionRange>().is_err());
        assert!(">=".parse::<VersionRange>().is_err());
        assert!("abc".parse::<Version>().is_err());
    }
}
