//! The article: one piece of knowledge, in versions and sections.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::freshness::{FreshnessPolicy, Suspect};
use super::kind::Kind;
use super::product::ProductScope;
use super::rendition::Window;
use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, ErrorCode, Result};
use crate::time::{SpanEnd, Timestamp};

named_enum! {
    /// The role of a section. It determines the section's weight in the text score.
    Role("role") {
        /// Symptoms: the problem in the words of the people who have it.
        Issue = "issue",
        /// The environment in which the problem occurs.
        Environment = "environment",
        /// The cause of the problem.
        Cause = "cause",
        /// The steps that solve the problem.
        Resolution = "resolution",
        /// A summary of the article.
        Summary = "summary",
        /// Anything else.
        Note = "note",
    }
}

named_enum! {
    /// The confidence of the company in an article (KCS v6, technique 5.2).
    Confidence("confidence") {
        /// In progress.
        WorkInProgress = "work-in-progress",
        /// Complete, not yet reviewed.
        NotValidated = "not-validated",
        /// Reviewed.
        Validated = "validated",
        /// Out of use: kept and never shown.
        Archived = "archived",
    }
}

impl Confidence {
    /// Returns true if this confidence is at or above a floor. `Archived` reaches no floor.
    pub fn reaches(self, floor: Confidence) -> bool {
        self != Confidence::Archived && self >= floor
    }
}

named_enum! {
    /// The group of people who may edit an article.
    Governance("governance") {
        /// Anyone with the licence for it.
        Open = "open",
        /// Named editors only (regulated text).
        Restricted = "restricted",
    }
}

named_enum! {
    /// The extent of the change from one version to the next. It decides the share of evidence that
    /// carries over.
    Change("change") {
        /// A change of wording. All evidence stays.
        Minor = "minor",
        /// A change of content. Half of the evidence stays.
        Major = "major",
        /// A fact changed. A tenth of the evidence stays.
        Fact = "fact",
        /// Only a review date changed. All evidence stays.
        ReviewOnly = "review-only",
    }
}

named_enum! {
    /// The type of a relation between two articles.
    Relation("relation") {
        /// See also.
        Related = "related",
        /// Has the same content as the other article.
        DuplicateOf = "duplicate-of",
        /// Replaces the other article.
        Supersedes = "supersedes",
        /// Is the same text in another language.
        Translates = "translates",
        /// Is the same content for another audience.
        VariantFor = "variant-for",
        /// Is true only as long as the other article is true.
        DependsOn = "depends-on",
        /// Contradicts the other article.
        Contradicts = "contradicts",
    }
}

/// A section of an article: CommonMark, kept as given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The role of the section.
    pub role: Role,
    /// The heading, as the author wrote it.
    #[serde(default)]
    pub heading: Option<String>,
    /// CommonMark with tables.
    pub text: String,
    /// A narrower audience than that of the article, if any.
    #[serde(default)]
    pub audience: Option<String>,
}

impl Section {
    /// A section for the article's whole audience.
    pub fn new(role: Role, text: impl Into<String>) -> Section {
        Section {
            role,
            heading: None,
            text: text.into(),
            audience: None,
        }
    }
}

/// The conditions under which an article applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Products it is written for; empty if it is not about a product.
    pub products: Vec<ProductScope>,
    /// Components of those products.
    pub components: Vec<String>,
    /// Regions in which it applies; all if empty.
    pub regions: Vec<String>,
    /// Channels for which it is suitable; all if empty.
    pub channels: Vec<String>,
    /// The first instant at which it is valid.
    pub valid_from: Option<Timestamp>,
    /// The first instant at which it is no longer valid. In JSON and in imports a bare date lasts through that day in
    /// UTC: `2026-01-31` is valid until `2026-02-01T00:00:00Z`.
    #[serde(deserialize_with = "SpanEnd::member")]
    pub valid_to: Option<Timestamp>,
    /// Entitlements (contracts, trainings) that a viewer must hold, all of them, to see it.
    pub entitlement: Vec<String>,
}

/// The origin of an article in another system. It makes repeated imports change nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The system: `zendesk`, `folder`.
    pub system: String,
    /// The key of the article in that system.
    pub key: String,
}

/// The input for putting an article: a new one, or a new version of an existing one.
///
/// ```
/// use kenpoint::model::{ArticleDraft, Kind, Role};
/// let draft = ArticleDraft::new("router-red", Kind::Product, "Red light after an update")
///     .section(Role::Issue, "The light stays red.")
///     .section(Role::Resolution, "Hold the reset button for ten seconds.")
///     .audience("public");
/// assert!(draft.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleDraft {
    /// The id, chosen by the host; it never changes.
    pub id: String,
    /// The kind of knowledge.
    pub kind: Kind,
    /// The title, one line.
    pub title: String,
    /// The sections, in order.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// A language tag; default `en`.
    #[serde(default = "english")]
    pub language: String,
    /// The label of the widest audience; default `internal`.
    #[serde(default = "internal")]
    pub audience: String,
    /// Default: not-validated.
    #[serde(default = "not_validated")]
    pub confidence: Confidence,
    /// Default: open.
    #[serde(default = "open")]
    pub governance: Governance,
    /// The conditions under which it applies.
    #[serde(default)]
    pub scope: Scope,
    /// The review interval or date; the default of its kind if absent.
    #[serde(default)]
    pub freshness: Option<FreshnessPolicy>,
    /// Keywords.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The id of the actor who is responsible for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// The id of the actor who wrote this version.
    #[serde(default)]
    pub author: Option<String>,
    /// The family that all translations of one text share.
    #[serde(default)]
    pub family: Option<String>,
    /// The extent of the change in this version.
    #[serde(default = "major")]
    pub change: Change,
    /// The instant at which it was first written, if earlier than the put. Like the next two it is refused if it lies more
    /// than a day ahead of the base's clock.
    #[serde(default)]
    pub created: Option<Timestamp>,
    /// The instant at which this version was written, if earlier than the put. If absent, a new article was written at
    /// `created`, else by `verified`, else now.
    #[serde(default)]
    pub updated: Option<Timestamp>,
    /// The instant of its last verification, if known.
    #[serde(default)]
    pub verified: Option<Timestamp>,
    /// The origin in another system.
    #[serde(default)]
    pub source: Option<Source>,
}

fn english() -> String {
    "en".to_owned()
}
fn internal() -> String {
    "internal".to_owned()
}
fn not_validated() -> Confidence {
    Confidence::NotValidated
}
fn open() -> Governance {
    Governance::Open
}
fn major() -> Change {
    Change::Major
}

impl ArticleDraft {
    /// Creates a draft with the defaults stated at the fields.
    pub fn new(id: impl Into<String>, kind: Kind, title: impl Into<String>) -> ArticleDraft {
        ArticleDraft {
            id: id.into(),
            kind,
            title: title.into(),
            sections: Vec::new(),
            language: english(),
            audience: internal(),
            confidence: not_validated(),
            governance: open(),
            scope: Scope::default(),
            freshness: None,
            tags: Vec::new(),
            owner: None,
            author: None,
            family: None,
            change: major(),
            created: None,
            updated: None,
            verified: None,
            source: None,
        }
    }

    /// Adds a section.
    pub fn section(mut self, role: Role, text: impl Into<String>) -> ArticleDraft {
        self.sections.push(Section::new(role, text));
        self
    }

    /// Adds a section for a narrower audience.
    pub fn section_for(
        mut self,
        audience: impl Into<String>,
        role: Role,
        text: impl Into<String>,
    ) -> ArticleDraft {
        self.sections.push(Section {
            audience: Some(audience.into()),
            ..Section::new(role, text)
        });
        self
    }

    /// Sets the audience label.
    pub fn audience(mut self, label: impl Into<String>) -> ArticleDraft {
        self.audience = label.into();
        self
    }

    /// Sets the confidence.
    pub fn confidence(mut self, confidence: Confidence) -> ArticleDraft {
        self.confidence = confidence;
        self
    }

    /// Sets the extent of the change in this version.
    pub fn change(mut self, change: Change) -> ArticleDraft {
        self.change = change;
        self
    }

    /// Adds a product, in all its versions.
    pub fn product(mut self, id: impl Into<String>) -> ArticleDraft {
        self.scope.products.push(ProductScope {
            id: id.into(),
            versions: None,
        });
        self
    }

    /// Checks everything that needs no base: sizes, formats, contradictions.
    pub fn check(&self) -> Result<()> {
        validate::id("article.id", &self.id)?;
        validate::text_of("article.title", &self.title, validate::MAX_TITLE_BYTES)?;
        if self.title.trim().is_empty() {
            return Err(Error::invalid(
                "article.title",
                &self.title,
                "a title has at least one character",
            ));
        }
        validate::language("article.language", &self.language)?;
        validate::label("article.audience", &self.audience)?;
        validate::count(
            "article.sections",
            self.sections.len(),
            validate::MAX_SECTIONS,
            "sections",
        )?;
        let mut total = self.title.len();
        for section in &self.sections {
            validate::text_of(
                "article.section.text",
                &section.text,
                validate::MAX_SECTION_BYTES,
            )?;
            total += section.text.len();
            if let Some(heading) = &section.heading {
                validate::text_of(
                    "article.section.heading",
                    heading,
                    validate::MAX_TITLE_BYTES,
                )?;
            }
            if let Some(label) = &section.audience {
                validate::label("article.section.audience", label)?;
            }
        }
        validate::count("article", total, validate::MAX_TEXT_BYTES, "bytes")?;
        validate::labels("article.tags", &self.tags)?;
        validate::optional_id("article.owner", self.owner.as_deref())?;
        validate::optional_id("article.author", self.author.as_deref())?;
        validate::optional_id("article.family", self.family.as_deref())?;
        if let Some(source) = &self.source {
            validate::label("article.source.system", &source.system)?;
            validate::text_of("article.source.key", &source.key, validate::MAX_TITLE_BYTES)?;
        }
        if let Some(policy) = &self.freshness {
            policy.check()?;
        }
        self.scope.check()
    }

    /// Checks that no date of the text lies in the future: a slip of the year would keep it fresh until then.
    pub(crate) fn check_dates(&self, now: Timestamp) -> Result<()> {
        for (field, date) in [
            ("article.created", self.created),
            ("article.updated", self.updated),
            ("article.verified", self.verified),
        ] {
            date.map_or(Ok(()), |at| validate::not_ahead(field, at, now))?;
        }
        Ok(())
    }
}

impl Scope {
    /// Returns true if these entitlements include all that are required.
    pub(crate) fn admits(&self, entitlements: &[String]) -> bool {
        let mut asked = self.entitlement.iter();
        asked.all(|e| entitlements.contains(e))
    }

    /// Returns the period in which the scope is valid.
    pub(crate) fn window(&self) -> Window {
        Window {
            from: self.valid_from.unwrap_or(Timestamp::MIN),
            to: self.valid_to.unwrap_or(Timestamp::MAX),
        }
    }

    /// Checks the lists, and that the validity window is not empty.
    pub fn check(&self) -> Result<()> {
        validate::count(
            "article.scope.products",
            self.products.len(),
            validate::MAX_LIST,
            "products",
        )?;
        for product in &self.products {
            validate::id("article.scope.products.id", &product.id)?;
        }
        validate::labels("article.scope.components", &self.components)?;
        validate::labels("article.scope.regions", &self.regions)?;
        validate::labels("article.scope.channels", &self.channels)?;
        validate::labels("article.scope.entitlement", &self.entitlement)?;
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to)
            && from >= to
        {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "article.scope: valid_from {from} is not before valid_to {to}; exchange them or leave one out"
                ),
            ));
        }
        Ok(())
    }
}

/// An article, complete and without filtering by audience: the current version and its states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Article {
    /// The id.
    pub id: String,
    /// The kind of knowledge.
    pub kind: Kind,
    /// The number of the current version, from 1.
    pub version: u32,
    /// The extent of the change in the current version.
    pub change: Change,
    /// The title, one line.
    pub title: String,
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// The language tag.
    pub language: String,
    /// The label of the widest audience.
    pub audience: String,
    /// The confidence of the company in it.
    pub confidence: Confidence,
    /// The group of people who may edit it.
    pub governance: Governance,
    /// The conditions under which it applies.
    pub scope: Scope,
    /// The review interval or date; the default of its kind if absent.
    pub freshness: Option<FreshnessPolicy>,
    /// Keywords.
    pub tags: Vec<String>,
    /// The id of the actor who is responsible for it.
    pub owner: Option<String>,
    /// The id of the actor who wrote this version.
    pub author: Option<String>,
    /// The family that all translations of one text share.
    pub family: Option<String>,
    /// The instant at which it was first written.
    pub created: Timestamp,
    /// The instant of its last change in substance.
    pub edited: Timestamp,
    /// The instant of its last verification.
    pub verified: Option<Timestamp>,
    /// The reason for suspicion, if it is suspect.
    pub suspect: Option<Suspect>,
    /// The id of the article it was merged into, if any.
    pub merged_into: Option<String>,
    /// Relations to other articles, ordered by the id of the other article.
    pub relations: Vec<(Relation, String)>,
    /// The fact it holds, if it is a fact.
    pub fact: Option<Fact>,
    /// The origin in another system.
    pub source: Option<Source>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archived_reaches_no_floor() {
        assert!(!Confidence::Archived.reaches(Confidence::WorkInProgress));
        assert!(Confidence::Validated.reaches(Confidence::NotValidated));
    }

    #[test]
    fn checks_name_the_field() {
        let long = ArticleDraft::new("a", Kind::Product, "t".repeat(3_000));
        let error = long.check().unwrap_err();
        assert_eq!(error.code(), ErrorCode::TooLarge);
        assert!(
            error.message().contains("article.title") && error.message().contains("2048"),
            "{error}"
        );
        let mut window = ArticleDraft::new("a", Kind::Product, "t");
        window.scope.valid_from = Some("2026-02-01".parse().unwrap());
        window.scope.valid_to = Some("2026-01-01".parse().unwrap());
        assert_eq!(window.check().unwrap_err().code(), ErrorCode::Contradiction);
    }
}
