//! The case: what a customer brought, what was said, and what came of it.

use serde::{Deserialize, Serialize};

use super::article::Role;
use super::product::ProductItem;
use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, Result};
use crate::time::Timestamp;

named_enum! {
    /// Which part of the company meets the customer.
    CaseKind("case kind") {
        /// A question or a fault.
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
    /// Where a case stands.
    CaseStatus("case status") {
        /// Being worked on.
        Open = "open",
        /// Waiting for the customer.
        Waiting = "waiting",
        /// Answered.
        Resolved = "resolved",
        /// Done.
        Closed = "closed",
        /// Came back after it was resolved or closed.
        Reopened = "reopened",
        /// Given up by the customer.
        Abandoned = "abandoned",
    }
}

impl CaseStatus {
    /// Whether the case counts as finished: resolved or closed.
    pub fn is_done(self) -> bool {
        matches!(self, CaseStatus::Resolved | CaseStatus::Closed)
    }
}

named_enum! {
    /// How two cases relate.
    CaseRelation("case relation") {
        /// The same report again.
        DuplicateOf = "duplicate-of",
        /// Part of a larger one.
        ChildOf = "child-of",
        /// Another symptom of one cause.
        SameCause = "same-cause",
    }
}

/// What may become of a note: nothing outside its case, or text of an article's section.
///
/// One write feeds the case log and the draft article. `CaseOnly` text never reaches an index, a
/// learned term or a snapshot; it is used only as the query of its own open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// For this case only: names, numbers, diary.
    CaseOnly,
    /// Reusable, under a role.
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

/// A note to be added to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDraft {
    /// When it was said; the instant of the call, if absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Plain text or CommonMark.
    pub text: String,
    /// What may become of it.
    pub reuse: Reuse,
    /// Who said it.
    #[serde(default)]
    pub author: Option<String>,
}

impl EntryDraft {
    /// A note said now by nobody in particular.
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
}

/// What is given to open a case.
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
    /// When it was opened; the instant of the call, if absent.
    #[serde(default)]
    pub opened: Option<Timestamp>,
    /// phone, email, web, chat...
    #[serde(default)]
    pub channel: Option<String>,
    /// Who brought it: an account or person id of the host.
    #[serde(default)]
    pub party: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub products: Vec<ProductItem>,
    /// The self-service session it came out of.
    #[serde(default)]
    pub session: Option<String>,
    /// The first notes.
    #[serde(default)]
    pub entries: Vec<EntryDraft>,
}

fn service() -> CaseKind {
    CaseKind::Service
}

impl CaseDraft {
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

    /// Adds a note.
    pub fn entry(mut self, reuse: Reuse, text: impl Into<String>) -> CaseDraft {
        self.entries.push(EntryDraft::new(reuse, text));
        self
    }

    /// Adds a product.
    pub fn product(mut self, item: ProductItem) -> CaseDraft {
        self.products.push(item);
        self
    }

    /// Sets who brought it.
    pub fn party(mut self, party: impl Into<String>) -> CaseDraft {
        self.party = Some(party.into());
        self
    }

    /// Sets when it was opened.
    pub fn opened(mut self, at: Timestamp) -> CaseDraft {
        self.opened = Some(at);
        self
    }

    /// Checks sizes and forms.
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

/// A note of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// When it was said.
    pub at: Timestamp,
    /// The text as given.
    pub text: String,
    /// What may become of it.
    pub reuse: Reuse,
    /// Who said it.
    pub author: Option<String>,
}

/// A case as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Case {
    /// The id.
    pub id: String,
    /// Which part of the company meets the customer.
    pub kind: CaseKind,
    /// When it was opened.
    pub opened: Timestamp,
    /// The channel it came through.
    pub channel: Option<String>,
    /// Who brought it.
    pub party: Option<String>,
    /// What it is about.
    pub products: Vec<ProductItem>,
    /// The self-service session it came out of.
    pub session: Option<String>,
    /// Where it stands.
    pub status: CaseStatus,
    /// When it was last resolved or closed.
    pub done: Option<Timestamp>,
    /// Whether it was resolved in the first contact, if that was said.
    pub first_contact: Option<bool>,
    /// The notes, by time, then order of arrival.
    pub entries: Vec<Entry>,
    /// Relations to other cases, in order of the other's id.
    pub relations: Vec<(CaseRelation, String)>,
}
