//! The case: a customer's request, the conversation about it, and its outcome.

use serde::{Deserialize, Serialize};

use super::article::Role;
use super::product::ProductItem;
use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, Result};
use crate::time::Timestamp;

named_enum! {
    /// The department that handles the case.
    CaseKind("case kind") {
        /// Support: a question or a fault.
        Service = "service",
        /// An opportunity.
        Sales = "sales",
        /// A response to a campaign.
        Marketing = "marketing",
        /// A thread of a forum.
        Community = "community",
    }
}

named_enum! {
    /// The status of a case.
    CaseStatus("case status") {
        /// In progress.
        Open = "open",
        /// Waiting for the customer.
        Waiting = "waiting",
        /// Answered.
        Resolved = "resolved",
        /// Completed.
        Closed = "closed",
        /// Open again after it was resolved or closed.
        Reopened = "reopened",
        /// Abandoned by the customer.
        Abandoned = "abandoned",
    }
}

impl CaseStatus {
    /// Returns true if the case counts as finished: resolved or closed.
    pub fn is_done(self) -> bool {
        matches!(self, CaseStatus::Resolved | CaseStatus::Closed)
    }
}

named_enum! {
    /// The type of a relation between two cases.
    CaseRelation("case relation") {
        /// The same report as the other case.
        DuplicateOf = "duplicate-of",
        /// Part of a larger case.
        ChildOf = "child-of",
        /// Another symptom of the same cause.
        SameCause = "same-cause",
    }
}

/// The permitted reuse of a case entry: none outside its case, or as text of an article section.
///
/// One write feeds both the case log and the draft article. `CaseOnly` text never reaches an index,
/// a learned term or a snapshot. Its only use is the query of its own open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// For this case only: names, numbers, diary notes.
    CaseOnly,
    /// Reusable, as a section with this role.
    Section(Role),
}

impl std::fmt::Display for Reuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reuse::CaseOnly => "case-only",
            Reuse::Section(role) => role.as_str(),
        })
    }
}

impl std::str::FromStr for Reuse {
    type Err = Error;

    fn from_str(text: &str) -> Result<Reuse> {
        match text.trim().to_ascii_lowercase().replace('_', "-").as_str() {
            "case-only" => Ok(Reuse::CaseOnly),
            role => role.parse().map(Reuse::Section).map_err(|_| {
                Error::invalid(
                    "entry.reuse",
                    text,
                    "it is case-only or a role: issue environment cause resolution summary note",
                )
            }),
        }
    }
}

impl Serialize for Reuse {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reuse {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Reuse, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An entry to add to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDraft {
    /// The instant of the entry; the instant of the call if absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Plain text or CommonMark.
    pub text: String,
    /// The permitted reuse.
    pub reuse: Reuse,
    /// The id of the author.
    #[serde(default)]
    pub author: Option<String>,
}

impl EntryDraft {
    /// An entry of this moment without an author.
    pub fn new(reuse: Reuse, text: impl Into<String>) -> EntryDraft {
        EntryDraft {
            at: None,
            text: text.into(),
            reuse,
            author: None,
        }
    }

    /// Checks size and author.
    pub fn check(&self) -> Result<()> {
        validate::text_of("case.entry.text", &self.text, validate::MAX_SECTION_BYTES)?;
        validate::optional_id("case.entry.author", self.author.as_deref())
    }

    /// Checks that the entry does not lie in the future.
    pub(crate) fn check_dates(&self, now: Timestamp) -> Result<()> {
        self.at
            .map_or(Ok(()), |at| validate::not_ahead("case.entry.at", at, now))
    }
}

/// The input for opening a case.
///
/// ```
/// use kenpoint::model::{CaseDraft, CaseKind, Reuse, Role};
/// let case = CaseDraft::new("c-1", CaseKind::Service)
///     .entry(Reuse::Section(Role::Issue), "wifi box blinks red since last night")
///     .entry(Reuse::CaseOnly, "customer is Ms Roe, call after six");
/// assert!(case.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDraft {
    /// The id, chosen by the host.
    pub id: String,
    /// Default: service.
    #[serde(default = "service")]
    pub kind: CaseKind,
    /// The instant of opening; the instant of the call if absent.
    #[serde(default)]
    pub opened: Option<Timestamp>,
    /// The channel: phone, email, web, chat...
    #[serde(default)]
    pub channel: Option<String>,
    /// The customer: an account or person id of the host.
    #[serde(default)]
    pub party: Option<String>,
    /// The products in question.
    #[serde(default)]
    pub products: Vec<ProductItem>,
    /// The self-service session before the case.
    #[serde(default)]
    pub session: Option<String>,
    /// The first entries.
    #[serde(default)]
    pub entries: Vec<EntryDraft>,
}

fn service() -> CaseKind {
    CaseKind::Service
}

impl CaseDraft {
    /// Checks that neither the case nor an entry of it lies in the future.
    pub(crate) fn check_dates(&self, now: Timestamp) -> Result<()> {
        self.opened
            .map_or(Ok(()), |at| validate::not_ahead("case.opened", at, now))?;
        self.entries
            .iter()
            .try_for_each(|entry| entry.check_dates(now))
    }

    /// An empty case.
    pub fn new(id: impl Into<String>, kind: CaseKind) -> CaseDraft {
        CaseDraft {
            id: id.into(),
            kind,
            opened: None,
            channel: None,
            party: None,
            products: Vec::new(),
            session: None,
            entries: Vec::new(),
        }
    }

    /// Adds an entry.
    pub fn entry(mut self, reuse: Reuse, text: impl Into<String>) -> CaseDraft {
        self.entries.push(EntryDraft::new(reuse, text));
        self
    }

    /// Adds a product.
    pub fn product(mut self, item: ProductItem) -> CaseDraft {
        self.products.push(item);
        self
    }

    /// Sets the customer.
    pub fn party(mut self, party: impl Into<String>) -> CaseDraft {
        self.party = Some(party.into());
        self
    }

    /// Sets the instant of opening.
    pub fn opened(mut self, at: Timestamp) -> CaseDraft {
        self.opened = Some(at);
        self
    }

    /// Checks sizes and formats.
    pub fn check(&self) -> Result<()> {
        validate::id("case.id", &self.id)?;
        validate::optional_id("case.party", self.party.as_deref())?;
        validate::optional_id("case.session", self.session.as_deref())?;
        if let Some(channel) = &self.channel {
            validate::label("case.channel", channel)?;
        }
        validate::count(
            "case.products",
            self.products.len(),
            validate::MAX_LIST,
            "products",
        )?;
        for product in &self.products {
            validate::id("case.products.id", &product.id)?;
        }
        validate::count(
            "case.entries",
            self.entries.len(),
            validate::MAX_ENTRIES,
            "entries",
        )?;
        self.entries.iter().try_for_each(EntryDraft::check)?;
        let total = self.entries.iter().map(|entry| entry.text.len()).sum();
        validate::count("case", total, validate::MAX_TEXT_BYTES, "bytes")
    }
}

/// An entry of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The instant of the entry.
    pub at: Timestamp,
    /// The text as given.
    pub text: String,
    /// The permitted reuse.
    pub reuse: Reuse,
    /// The id of the author.
    pub author: Option<String>,
}

/// A case in its current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Case {
    /// The id.
    pub id: String,
    /// The department that handles the case.
    pub kind: CaseKind,
    /// The instant of opening.
    pub opened: Timestamp,
    /// The channel it came through.
    pub channel: Option<String>,
    /// The customer: an account or person id of the host.
    pub party: Option<String>,
    /// The products in question.
    pub products: Vec<ProductItem>,
    /// The self-service session before the case.
    pub session: Option<String>,
    /// The current status.
    pub status: CaseStatus,
    /// The instant at which it was last resolved or closed.
    pub done: Option<Timestamp>,
    /// True if it was resolved in the first contact; `None` if not stated.
    pub first_contact: Option<bool>,
    /// The entries, by time, then by order of arrival.
    pub entries: Vec<Entry>,
    /// Relations to other cases, ordered by the id of the other case.
    pub relations: Vec<(CaseRelation, String)>,
}
