//! The article: knowledge of one of seven kinds (and community posts), in versions and sections.

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::freshness::{FreshnessPolicy, Suspect};
use super::kind::Kind;
use super::product::ProductScope;
use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

named_enum! {
    /// What a section is for. Weights of the text score go by it.
    Role("role") {
        /// Symptoms: the problem in the words of those who have it.
        Issue = "issue",
        /// Where it occurs.
        Environment = "environment",
        /// Why it occurs.
        Cause = "cause",
        /// What to do.
        Resolution = "resolution",
        /// The article in short.
        Summary = "summary",
        /// Anything else.
        Note = "note",
    }
}

named_enum! {
    /// How sure the company is of an article (KCS v6, technique 5.2).
    Confidence("confidence") {
        /// Being written.
        WorkInProgress = "work-in-progress",
        /// Complete, not yet reviewed.
        NotValidated = "not-validated",
        /// Reviewed.
        Validated = "validated",
        /// Out of use: kept, never shown.
        Archived = "archived",
    }
}

impl Confidence {
    /// Whether this confidence is at or above a floor. Archived reaches none.
    pub fn reaches(self, floor: Confidence) -> bool {
        self != Confidence::Archived && self >= floor
    }
}

named_enum! {
    /// Who may edit.
    Governance("governance") {
        /// Anyone with the licence for it.
        Open = "open",
        /// Named editors only (regulated text).
        Restricted = "restricted",
    }
}

named_enum! {
    /// How much a new version changes; decides how much evidence carries over.
    Change("change") {
        /// Wording. All evidence stays.
        Minor = "minor",
        /// Content. Half the evidence stays.
        Major = "major",
        /// A fact turned. A tenth stays.
        Fact = "fact",
        /// Nothing but a review date. All evidence stays.
        ReviewOnly = "review-only",
    }
}

named_enum! {
    /// How two articles relate.
    Relation("relation") {
        /// See also.
        Related = "related",
        /// Says the same.
        DuplicateOf = "duplicate-of",
        /// Replaces.
        Supersedes = "supersedes",
        /// The same in another language.
        Translates = "translates",
        /// The same for another audience.
        VariantFor = "variant-for",
        /// Is true only while the other is.
        DependsOn = "depends-on",
        /// Says otherwise.
        Contradicts = "contradicts",
    }
}

/// A part of an article: CommonMark, kept as given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is for.
    pub role: Role,
    /// Its heading as the author wrote it.
    #[serde(default)]
    pub heading: Option<String>,
    /// CommonMark with tables.
    pub text: String,
    /// A narrower audience than the article's, if any.
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

/// Where and for what an article applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Products it is written for; none means it is not about a product.
    pub products: Vec<ProductScope>,
    /// Components of those products.
    pub components: Vec<String>,
    /// Regions it holds in; all, if empty.
    pub regions: Vec<String>,
    /// Channels it suits; all, if empty.
    pub channels: Vec<String>,
    /// The first instant at which it holds.
    pub valid_from: Option<Timestamp>,
    /// The first instant at which it holds no longer.
    pub valid_to: Option<Timestamp>,
    /// Viewers must hold all of these to see it (contracts, trainings).
    pub entitlement: Vec<String>,
}

/// Where an article came from, so that importing it again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The system: `zendesk`, `folder`.
    pub system: String,
    /// The key in that system.
    pub key: String,
}

/// What is given to put an article: a new one, or a new version of one that exists.
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
    /// The id, chosen by the host; stable for ever.
    pub id: String,
    /// The kind of knowledge.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// The parts, in order.
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
    /// Where it applies.
    #[serde(default)]
    pub scope: Scope,
    /// When it must be looked at again; the default of its kind, if absent.
    #[serde(default)]
    pub freshness: Option<FreshnessPolicy>,
    /// Words to file it under.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The actor who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// The actor who wrote this version.
    #[serde(default)]
    pub author: Option<String>,
    /// Translations of one text share a family.
    #[serde(default)]
    pub family: Option<String>,
    /// How much this version changes.
    #[serde(default = "major")]
    pub change: Change,
    /// When it was first written, if that was before it came here.
    #[serde(default)]
    pub created: Option<Timestamp>,
    /// When this version was written, if that was before it came here.
    #[serde(default)]
    pub updated: Option<Timestamp>,
    /// When it was last verified, if that is known.
    #[serde(default)]
    pub verified: Option<Timestamp>,
    /// Where it came from.
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
    /// A draft with the defaults named at the fields.
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

    /// Sets how much this version changes.
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

    /// Checks everything that can be checked without a base: sizes, forms, contradictions.
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
}

impl Scope {
    /// Whether somebody who holds these entitlements has all that is asked for.
    pub(crate) fn admits(&self, entitlements: &[String]) -> bool {
        let mut asked = self.entitlement.iter();
        asked.all(|e| entitlements.contains(e))
    }

    /// Checks lists and that the window is not empty.
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

/// An article as a viewer of the base's owner gets it: the current version and its states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Article {
    /// The id.
    pub id: String,
    /// The kind of knowledge.
    pub kind: Kind,
    /// The number of the current version, from 1.
    pub version: u32,
    /// How much the current version changed.
    pub change: Change,
    /// One line.
    pub title: String,
    /// The parts, in order.
    pub sections: Vec<Section>,
    /// The language tag.
    pub language: String,
    /// The label of the widest audience.
    pub audience: String,
    /// How sure the company is of it.
    pub confidence: Confidence,
    /// Who may edit.
    pub governance: Governance,
    /// Where it applies.
    pub scope: Scope,
    /// When it must be looked at again; the default of its kind, if absent.
    pub freshness: Option<FreshnessPolicy>,
    /// Words to file it under.
    pub tags: Vec<String>,
    /// The actor who answers for it.
    pub owner: Option<String>,
    /// The actor who wrote this version.
    pub author: Option<String>,
    /// Translations of one text share a family.
    pub family: Option<String>,
    /// When it was first written.
    pub created: Timestamp,
    /// When its content last changed in substance.
    pub edited: Timestamp,
    /// When it was last verified.
    pub verified: Option<Timestamp>,
    /// Why it is under suspicion, if it is.
    pub suspect: Option<Suspect>,
    /// The article it was merged into, if it was.
    pub merged_into: Option<String>,
    /// Relations to other articles, in order of the other's id.
    pub relations: Vec<(Relation, String)>,
    /// The fact it carries, if it is one.
    pub fact: Option<Fact>,
    /// Where it came from.
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
