//! A fact: a value that was true at a known instant and is trusted for a limited time.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::validate;
use crate::error::{Error, Result};
use crate::time::{DAY_MS, Timestamp};

/// The maximum length of a fact's value, in bytes.
pub const MAX_VALUE_BYTES: usize = 64 << 10;

/// The input for setting a fact. For one subject and predicate the newest `as_of` wins; earlier facts are
/// kept.
///
/// ```
/// use kenpoint::model::FactDraft;
/// let fact = FactDraft::new("order 10-4471", "status", "shipped", "2026-11-18T09:00:00Z".parse().unwrap());
/// assert_eq!(fact.article_id(), "fact:order 10-4471/status");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactDraft {
    /// The subject: `order 10-4471`.
    pub subject: String,
    /// The property: `status`.
    pub predicate: String,
    /// The value in words.
    pub value: String,
    /// The instant at which it was true.
    pub as_of: Timestamp,
    /// The time for which it is trusted, in days. Greater than 0, fractions allowed; unlimited if absent.
    #[serde(default)]
    pub ttl_days: Option<f64>,
    /// The system of origin.
    #[serde(default)]
    pub source: Option<String>,
    /// Default: crm.
    #[serde(default = "crm")]
    pub kind: Kind,
    /// Default: internal.
    #[serde(default = "internal")]
    pub audience: String,
    /// The title to show; `subject: predicate` if absent.
    #[serde(default)]
    pub title: Option<String>,
}

fn crm() -> Kind {
    Kind::Crm
}
fn internal() -> String {
    "internal".to_owned()
}

impl FactDraft {
    /// A CRM fact for internal viewers, trusted until a newer one arrives.
    pub fn new(
        subject: impl Into<String>,
        predicate: impl Into<String>,
        value: impl Into<String>,
        as_of: Timestamp,
    ) -> FactDraft {
        FactDraft {
            subject: subject.into(),
            predicate: predicate.into(),
            value: value.into(),
            as_of,
            ttl_days: None,
            source: None,
            kind: crm(),
            audience: internal(),
            title: None,
        }
    }

    /// Returns the id of the article that holds the facts of this subject and predicate.
    pub fn article_id(&self) -> String {
        format!("fact:{}/{}", self.subject, self.predicate)
    }

    /// Returns the title to show.
    pub fn shown_title(&self) -> String {
        self.title
            .clone()
            .unwrap_or_else(|| format!("{}: {}", self.subject, self.predicate))
    }

    /// Returns the first instant at which the fact is no longer trusted.
    pub fn expires(&self) -> Option<Timestamp> {
        self.ttl_days
            .map(|days| self.as_of.plus_ms((days * DAY_MS as f64) as i64))
    }

    /// Checks sizes and formats.
    pub fn check(&self) -> Result<()> {
        validate::id("fact.subject", &self.subject)?;
        validate::id("fact.predicate", &self.predicate)?;
        validate::id("fact (as article id)", &self.article_id())?;
        validate::text_of("fact.value", &self.value, MAX_VALUE_BYTES)?;
        validate::label("fact.audience", &self.audience)?;
        if let Some(title) = &self.title {
            validate::text_of("fact.title", title, validate::MAX_TITLE_BYTES)?;
        }
        if let Some(source) = &self.source {
            validate::label("fact.source", source)?;
        }
        match self.ttl_days {
            Some(days) if !(days > 0.0 && days <= 36_500.0) => Err(Error::invalid(
                "fact.ttl_days",
                days,
                "it is more than 0 and at most 36500 days",
            )),
            _ => Ok(()),
        }
    }
}

/// The fact that an article holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The subject.
    pub subject: String,
    /// The property.
    pub predicate: String,
    /// The instant at which it was true.
    pub as_of: Timestamp,
    /// The first instant at which it is no longer trusted.
    pub expires: Option<Timestamp>,
    /// The system of origin.
    pub source: Option<String>,
}
