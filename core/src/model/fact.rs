//! A fact: live knowledge with an instant at which it was true and a time for which it is trusted.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::validate;
use crate::error::{Error, Result};
use crate::time::{DAY_MS, Timestamp};

/// Longest value of a fact, in bytes.
pub const MAX_VALUE_BYTES: usize = 64 << 10;

/// What is given to set a fact. The newer `as_of` of a subject and predicate wins; older ones are kept.
///
/// ```
/// use kenpoint::model::FactDraft;
/// let fact = FactDraft::new("order 10-4471", "status", "shipped", "2026-11-18T09:00:00Z".parse().unwrap());
/// assert_eq!(fact.article_id(), "fact:order 10-4471/status");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactDraft {
    /// What it is about: `order 10-4471`.
    pub subject: String,
    /// Which property: `status`.
    pub predicate: String,
    /// The value in words.
    pub value: String,
    /// When it was true.
    pub as_of: Timestamp,
    /// How long it is trusted, in days; greater than 0, fractions allowed; for ever, if absent.
    #[serde(default)]
    pub ttl_days: Option<f64>,
    /// The system it comes from.
    #[serde(default)]
    pub source: Option<String>,
    /// Default: crm.
    #[serde(default = "crm")]
    pub kind: Kind,
    /// Default: internal.
    #[serde(default = "internal")]
    pub audience: String,
    /// The line shown; `subject: predicate`, if absent.
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
    /// A fact of the CRM for internal viewers, trusted until a newer one comes.
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

    /// The id of the article that carries the facts of this subject and predicate.
    pub fn article_id(&self) -> String {
        format!("fact:{}/{}", self.subject, self.predicate)
    }

    /// The title it is shown under.
    pub fn shown_title(&self) -> String {
        self.title
            .clone()
            .unwrap_or_else(|| format!("{}: {}", self.subject, self.predicate))
    }

    /// The first instant at which it is no longer trusted.
    pub fn expires(&self) -> Option<Timestamp> {
        self.ttl_days
            .map(|days| self.as_of.plus_ms((days * DAY_MS as f64) as i64))
    }

    /// Checks sizes and forms.
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

/// The fact an article carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub subject: String,
    /// Which property.
    pub predicate: String,
    /// When it was true.
    pub as_of: Timestamp,
    /// The first instant at which it is no longer trusted.
    pub expires: Option<Timestamp>,
    /// The system it comes from.
    pub source: Option<String>,
}
