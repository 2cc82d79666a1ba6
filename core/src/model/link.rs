//! Typed links between cases and articles, with their provenance and confidence.

use serde::{Deserialize, Serialize};

use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::Result;
use crate::time::Timestamp;

named_enum! {
    /// The role of the article in the case.
    LinkType("link type") {
        /// It resolved the case.
        Resolved = "resolved",
        /// It helped.
        Helped = "helped",
        /// It was mentioned.
        Referenced = "referenced",
        /// It was sent to the customer.
        Sent = "sent",
        /// It was written from the case.
        CreatedFrom = "created-from",
        /// It was tried and did not help.
        TriedFailed = "tried-failed",
        /// It was opened and dismissed.
        Dismissed = "dismissed",
        /// It was suggested.
        Suggested = "suggested",
        /// It was improved while in use.
        Improved = "improved",
    }
}

impl LinkType {
    /// Whether a link of this type closes its case: the article resolved the case, and no audit rejected the link. A
    /// retracted link closes nothing.
    pub fn closes_case(self, verdict: Option<Verdict>, is_retracted: bool) -> bool {
        self == LinkType::Resolved && verdict != Some(Verdict::Rejected) && !is_retracted
    }
}

named_enum! {
    /// The provenance of a link.
    Provenance("provenance") {
        /// Set by a person.
        Human = "human",
        /// Set by a rule of the host.
        Rule = "rule",
        /// Learned from data.
        Learned = "learned",
        /// Imported.
        Imported = "imported",
    }
}

named_enum! {
    /// The reason for dismissing a suggestion.
    DismissReason("dismiss reason") {
        /// It is about something else. Counts against the article for similar cases only.
        NotRelevant = "not-relevant",
        /// It was already tried.
        AlreadyTried = "already-tried",
        /// It is wrong. Counts against the article.
        Wrong = "wrong",
        /// It is outdated. Counts against the article.
        Outdated = "outdated",
    }
}

named_enum! {
    /// The verdict of an audit of a link.
    Verdict("verdict") {
        /// The link is right.
        Confirmed = "confirmed",
        /// The link is wrong and no longer counts.
        Rejected = "rejected",
    }
}

/// The input for linking an article to a case. Linking twice changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkDraft {
    /// The case.
    pub case: String,
    /// The article.
    pub article: String,
    /// The role of the article in the case.
    pub link: LinkType,
    /// Default: human.
    #[serde(default = "human")]
    pub provenance: Provenance,
    /// The confidence, 0 to 1; the default for the provenance and the actor's licence if absent.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// The reason, for dismissals.
    #[serde(default)]
    pub reason: Option<DismissReason>,
}

fn human() -> Provenance {
    Provenance::Human
}

impl LinkDraft {
    /// Creates a link by a person with the default confidence.
    pub fn new(case: impl Into<String>, article: impl Into<String>, link: LinkType) -> LinkDraft {
        LinkDraft {
            case: case.into(),
            article: article.into(),
            link,
            provenance: human(),
            confidence: None,
            reason: None,
        }
    }

    /// Checks ids and the range of the confidence.
    pub fn check(&self) -> Result<()> {
        validate::id("link.case", &self.case)?;
        validate::id("link.article", &self.article)?;
        self.confidence
            .map_or(Ok(()), |c| validate::within("link.confidence", c, 0.0, 1.0))
    }
}

/// A link in its current state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// The case.
    pub case: String,
    /// The article, as it was named; it may have been merged since.
    pub article: String,
    /// The role of the article in the case.
    pub link: LinkType,
    /// The provenance.
    pub provenance: Provenance,
    /// The confidence, 0 to 1.
    pub confidence: f64,
    /// The instant of linking.
    pub at: Timestamp,
    /// The id of the actor who made it.
    pub actor: Option<String>,
    /// The reason, for dismissals.
    pub reason: Option<DismissReason>,
    /// The verdict of an audit, if any.
    pub verdict: Option<Verdict>,
    /// The instant of retraction, if it was retracted.
    pub retracted_at: Option<Timestamp>,
}

impl Link {
    /// Whether the link closes its case, see [`LinkType::closes_case`].
    pub fn closes_case(&self) -> bool {
        self.link
            .closes_case(self.verdict, self.retracted_at.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_resolved_link_that_counts_closes_its_case() {
        for link in LinkType::ALL {
            let resolved = *link == LinkType::Resolved;
            assert_eq!(link.closes_case(None, false), resolved, "{link}");
            let confirmed = Some(Verdict::Confirmed);
            assert_eq!(link.closes_case(confirmed, false), resolved, "{link}");
            assert!(!link.closes_case(Some(Verdict::Rejected), false), "{link}");
            assert!(!link.closes_case(None, true), "{link}");
        }
    }
}
