//! Typed links between cases and articles, with where they come from and how sure they are.

use serde::{Deserialize, Serialize};

use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::Result;
use crate::time::Timestamp;

named_enum! {
    /// What the article was to the case.
    LinkType("link type") {
        /// It closed the case.
        Resolved = "resolved",
        /// It helped.
        Helped = "helped",
        /// It was named.
        Referenced = "referenced",
        /// It was sent to the customer.
        Sent = "sent",
        /// It was written out of the case.
        CreatedFrom = "created-from",
        /// It was tried and did not help.
        TriedFailed = "tried-failed",
        /// It was looked at and put aside.
        Dismissed = "dismissed",
        /// It was suggested.
        Suggested = "suggested",
        /// It was made better while it was used.
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
    /// Where a link comes from.
    Provenance("provenance") {
        /// A person said so.
        Human = "human",
        /// A rule of the host said so.
        Rule = "rule",
        /// It was learned.
        Learned = "learned",
        /// It came with an import.
        Imported = "imported",
    }
}

named_enum! {
    /// Why a suggestion was put aside.
    DismissReason("dismiss reason") {
        /// It is about something else: counts against it for cases like this one only.
        NotRelevant = "not-relevant",
        /// It was already tried.
        AlreadyTried = "already-tried",
        /// It says something wrong: counts against the article.
        Wrong = "wrong",
        /// It is out of date: counts against the article.
        Outdated = "outdated",
    }
}

named_enum! {
    /// What an audit says of a link.
    Verdict("verdict") {
        /// It is right.
        Confirmed = "confirmed",
        /// It is wrong: it counts no more.
        Rejected = "rejected",
    }
}

/// What is given to link an article to a case. Doing it again changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkDraft {
    /// The case.
    pub case: String,
    /// The article.
    pub article: String,
    /// What it was to the case.
    pub link: LinkType,
    /// Default: human.
    #[serde(default = "human")]
    pub provenance: Provenance,
    /// 0 to 1; the default of the provenance and the actor's licence, if absent.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// For dismissals.
    #[serde(default)]
    pub reason: Option<DismissReason>,
}

fn human() -> Provenance {
    Provenance::Human
}

impl LinkDraft {
    /// A person's link with the default confidence.
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

/// A link as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// The case.
    pub case: String,
    /// The article, as it was named (it may have been merged since).
    pub article: String,
    /// What it was to the case.
    pub link: LinkType,
    /// Where it comes from.
    pub provenance: Provenance,
    /// 0 to 1.
    pub confidence: f64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Option<String>,
    /// For dismissals.
    pub reason: Option<DismissReason>,
    /// What an audit said.
    pub verdict: Option<Verdict>,
    /// When it was taken back, if it was.
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
