//! Everything that can happen to a base, as events. The log of them is the truth.
//!
//! This file is the published schema (number [`SCHEMA`]): events are JSON in the log and in exports.
//! Fields may be added with a default; none is renamed or reused.

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::article::{ArticleDraft, Confidence, Governance, Relation};
use super::case::{CaseDraft, CaseRelation, EntryDraft};
use super::fact::FactDraft;
use super::link::{DismissReason, LinkDraft, LinkType, Verdict};
use super::{named_enum, validate};
use crate::error::Result;
use crate::settings::RankPolicy;
use crate::time::Timestamp;

/// The number of this schema. Raised when a field changes its meaning.
pub const SCHEMA: u8 = 1;

named_enum! {
    /// What is wrong with an article.
    FlagReason("flag reason") {
        /// No longer true.
        Outdated = "outdated",
        /// Never was true.
        Wrong = "wrong",
        /// Hard to understand.
        Unclear = "unclear",
        /// Said elsewhere.
        Duplicate = "duplicate",
        /// Following it does harm.
        Unsafe = "unsafe",
    }
}

impl FlagReason {
    /// Whether the flag puts the article under suspicion (what it says may be false or harmful).
    pub fn is_suspicion(self) -> bool {
        matches!(
            self,
            FlagReason::Outdated | FlagReason::Wrong | FlagReason::Unsafe
        )
    }
}

/// One thing that happened: anything, or what a page may say ([`super::Feedback`]). The same id twice counts
/// once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event<W = EventKind> {
    /// The id: the host's, or made from the base's seed and the event's place.
    #[serde(default)]
    pub id: String,
    /// When it happened, which may be before it was recorded.
    pub at: Timestamp,
    /// Who did it, if somebody known did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The customer it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The visit it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The case it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The audience label of whoever caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub what: W,
}

/// What happened. The group of each member is named in its first words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EventKind {
    /// Knowledge: an article was put, new or as a new version.
    Put {
        /// The article.
        article: Box<ArticleDraft>,
        /// The version the writer saw; fails if it is no longer the current one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expects: Option<u32>,
    },
    /// Knowledge: a fact was set.
    FactSet {
        /// The fact.
        fact: FactDraft,
    },
    /// Knowledge: the states of an article changed (publish, archive, restore).
    StateChanged {
        /// The article.
        article: String,
        /// The new confidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<Confidence>,
        /// The new audience label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The new governance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        governance: Option<Governance>,
    },
    /// Knowledge: somebody found an article to be right.
    Verified {
        /// The article.
        article: String,
    },
    /// Knowledge: one article was taken into another.
    Merged {
        /// The article that ends.
        article: String,
        /// The article that goes on.
        into: String,
    },
    /// Knowledge: two articles were related, or no longer.
    Related {
        /// The one.
        article: String,
        /// The other.
        to: String,
        /// How.
        relation: Relation,
        /// Whether the relation ends.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ended: bool,
    },
    /// Explicit: something is wrong with an article.
    Flagged {
        /// The article.
        article: String,
        /// What is wrong.
        reason: FlagReason,
    },
    /// Search: a query was issued.
    Searched {
        /// Its text.
        query: String,
    },
    /// Search: a list was shown.
    Shown {
        /// The token of the answer.
        impression: String,
    },
    /// Search: an article of a list was chosen.
    Clicked {
        /// The article.
        article: String,
        /// Its place in the list, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rank: Option<u32>,
        /// The token of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impression: Option<String>,
    },
    /// Reading: an article was opened.
    Viewed {
        /// The article.
        article: String,
        /// The token of the answer it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impression: Option<String>,
    },
    /// Reading: how long.
    Dwelt {
        /// The article.
        article: String,
        /// Seconds.
        seconds: u32,
    },
    /// Reading: text was copied out.
    Copied {
        /// The article.
        article: String,
    },
    /// Reading: the reader went back to the list.
    Returned {
        /// The article.
        article: String,
        /// Seconds after opening.
        after_s: f64,
    },
    /// Explicit: a rating.
    Rated {
        /// The article.
        article: String,
        /// 0 to 1.
        value: f64,
    },
    /// Explicit: it solved the problem.
    Solved {
        /// The article.
        article: String,
    },
    /// Explicit: it did not.
    DidNotSolve {
        /// The article.
        article: String,
    },
    /// Explicit: a remark.
    Commented {
        /// The article.
        article: String,
        /// The remark.
        text: String,
    },
    /// Assisted: a list was suggested for a case.
    Suggested {
        /// The token of the answer.
        impression: String,
    },
    /// Assisted: a suggestion was opened.
    Opened {
        /// The article.
        article: String,
    },
    /// Assisted: a suggestion was taken: a Helped link of the case.
    Accepted {
        /// The article.
        article: String,
    },
    /// Assisted: a suggestion was put aside: a Dismissed link of the case.
    Dismissed {
        /// The article.
        article: String,
        /// Why.
        reason: DismissReason,
    },
    /// Assisted: an article was sent to the customer: a Sent link of the case.
    Sent {
        /// The article.
        article: String,
    },
    /// Assisted: an article was linked to a case.
    Linked {
        /// The link; its case is the event's case too.
        link: LinkDraft,
    },
    /// Assisted: a link was taken back.
    LinkRetracted {
        /// The article.
        article: String,
        /// The type.
        link: LinkType,
    },
    /// Assisted: a link was audited.
    LinkVerdict {
        /// The article.
        article: String,
        /// The type.
        link: LinkType,
        /// The verdict.
        verdict: Verdict,
    },
    /// Case: opened.
    CaseOpened {
        /// The case.
        #[serde(rename = "draft")]
        case: Box<CaseDraft>,
    },
    /// Case: a note was added.
    CaseNoted {
        /// The note.
        entry: EntryDraft,
    },
    /// Case: waiting for the customer, or taken up again.
    CaseWaiting {
        /// Whether it waits from now on.
        waiting: bool,
    },
    /// Case: handed to somebody who knows more.
    Escalated {},
    /// Case: answered.
    CaseResolved {
        /// Whether in the first contact, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_contact: Option<bool>,
    },
    /// Case: done.
    CaseClosed {},
    /// Case: came back.
    CaseReopened {},
    /// Case: given up by the customer.
    CaseAbandoned {},
    /// Case: two cases were related.
    CaseRelated {
        /// The other case.
        to: String,
        /// How.
        relation: CaseRelation,
    },
    /// Case: a form was begun.
    CaseDrafted {},
    /// Case: a form was left without sending.
    DraftAbandoned {
        /// Seconds after it was begun.
        after_s: f64,
    },
    /// World: a product version came out.
    ProductReleased {
        /// The product.
        product: String,
        /// The version.
        version: String,
    },
    /// World: a rule of the company changed.
    PolicyChanged {
        /// Which.
        name: String,
    },
    /// World: a source that articles were made from changed.
    SourceChanged {
        /// The system and key.
        key: String,
    },
    /// Survey: an answer.
    Survey {
        /// 0 to 1.
        score: f64,
    },
    /// Settings: an actor was made known or changed.
    ActorSet {
        /// The actor.
        who: Actor,
    },
    /// Settings: the ranking policy changed.
    RankPolicySet {
        /// The policy in force from now on.
        policy: Box<RankPolicy>,
    },
}

impl<W> Event<W> {
    /// An event without id, actor or whereabouts.
    pub fn new(at: Timestamp, what: W) -> Event<W> {
        Event {
            id: String::new(),
            at,
            actor: None,
            party: None,
            session: None,
            case: None,
            channel: None,
            audience: None,
            what,
        }
    }

    /// Sets the id, which makes recording it again harmless.
    pub fn id(mut self, id: impl Into<String>) -> Event<W> {
        self.id = id.into();
        self
    }

    /// Sets who did it.
    pub fn by(mut self, actor: impl Into<String>) -> Event<W> {
        self.actor = Some(actor.into());
        self
    }

    /// Sets the customer it concerns.
    pub fn party(mut self, party: impl Into<String>) -> Event<W> {
        self.party = Some(party.into());
        self
    }

    /// Sets the visit it belongs to.
    pub fn session(mut self, session: impl Into<String>) -> Event<W> {
        self.session = Some(session.into());
        self
    }

    /// Sets the case it belongs to.
    pub fn case(mut self, case: impl Into<String>) -> Event<W> {
        self.case = Some(case.into());
        self
    }

    /// Sets the audience label of whoever caused it.
    pub fn audience(mut self, label: impl Into<String>) -> Event<W> {
        self.audience = Some(label.into());
        self
    }

    /// The same event with its deed in another enum.
    pub(crate) fn map<V>(self, into: impl FnOnce(W) -> V) -> Event<V> {
        Event {
            id: self.id,
            at: self.at,
            actor: self.actor,
            party: self.party,
            session: self.session,
            case: self.case,
            channel: self.channel,
            audience: self.audience,
            what: into(self.what),
        }
    }

    /// Checks everything but what happened.
    pub(super) fn check_about(&self) -> Result<()> {
        if !self.id.is_empty() {
            validate::id("event.id", &self.id)?;
        }
        validate::optional_id("event.actor", self.actor.as_deref())?;
        validate::optional_id("event.party", self.party.as_deref())?;
        validate::optional_id("event.session", self.session.as_deref())?;
        validate::optional_id("event.case", self.case.as_deref())?;
        for (field, label) in [
            ("event.channel", &self.channel),
            ("event.audience", &self.audience),
        ] {
            if let Some(label) = label {
                validate::label(field, label)?;
            }
        }
        Ok(())
    }
}

impl Event {
    /// The article it names, if it names one.
    pub fn article(&self) -> Option<&str> {
        match &self.what {
            EventKind::Put { article, .. } => Some(&article.id),
            EventKind::StateChanged { article, .. }
            | EventKind::Verified { article }
            | EventKind::Merged { article, .. }
            | EventKind::Related { article, .. }
            | EventKind::Flagged { article, .. }
            | EventKind::Clicked { article, .. }
            | EventKind::Viewed { article, .. }
            | EventKind::Dwelt { article, .. }
            | EventKind::Copied { article }
            | EventKind::Returned { article, .. }
            | EventKind::Rated { article, .. }
            | EventKind::Solved { article }
            | EventKind::DidNotSolve { article }
            | EventKind::Commented { article, .. }
            | EventKind::Opened { article }
            | EventKind::Accepted { article }
            | EventKind::Dismissed { article, .. }
            | EventKind::Sent { article }
            | EventKind::LinkRetracted { article, .. }
            | EventKind::LinkVerdict { article, .. } => Some(article),
            EventKind::Linked { link } => Some(&link.article),
            _ => None,
        }
    }

    /// Whether it is durable when acknowledged. Shown, viewed and dwell events are relaxed: applied at
    /// once, durable with the next commit.
    pub fn is_durable(&self) -> bool {
        !matches!(
            self.what,
            EventKind::Searched { .. }
                | EventKind::Shown { .. }
                | EventKind::Clicked { .. }
                | EventKind::Viewed { .. }
                | EventKind::Dwelt { .. }
                | EventKind::Copied { .. }
                | EventKind::Returned { .. }
                | EventKind::Suggested { .. }
                | EventKind::Opened { .. }
        )
    }

    /// Checks everything that can be checked without a base.
    pub fn check(&self) -> Result<()> {
        self.check_about()?;
        // A put names the fields of its article itself.
        if let (Some(article), false) = (self.article(), matches!(self.what, EventKind::Put { .. }))
        {
            validate::id("event.article", article)?;
        }
        match &self.what {
            EventKind::Put { article, .. } => article.check(),
            EventKind::FactSet { fact } => fact.check(),
            EventKind::Merged { into, .. } => validate::id("event.into", into),
            EventKind::Related { to, .. } => validate::id("event.to", to),
            EventKind::CaseRelated { to, .. } => validate::id("event.to", to),
            EventKind::Searched { query } => {
                validate::text_of("event.query", query, validate::MAX_SECTION_BYTES)
            }
            EventKind::Shown { impression } | EventKind::Suggested { impression } => {
                validate::text_of("event.impression", impression, validate::MAX_SECTION_BYTES)
            }
            EventKind::Returned { after_s, .. } | EventKind::DraftAbandoned { after_s } => {
                validate::within("event.after_s", *after_s, 0.0, 1e9)
            }
            EventKind::Rated { value, .. } => validate::within("event.value", *value, 0.0, 1.0),
            EventKind::Survey { score } => validate::within("event.score", *score, 0.0, 1.0),
            EventKind::Commented { text, .. } => {
                validate::text_of("event.text", text, validate::MAX_SECTION_BYTES)
            }
            EventKind::Linked { link } => link.check(),
            EventKind::CaseOpened { case } => case.check(),
            EventKind::CaseNoted { entry } => entry.check(),
            EventKind::ProductReleased { product, version } => {
                validate::id("event.product", product)?;
                version.parse::<super::Version>().map(|_| ())
            }
            EventKind::PolicyChanged { name } => validate::label("event.name", name),
            EventKind::SourceChanged { key } => validate::label("event.key", key),
            EventKind::ActorSet { who } => who.check(),
            EventKind::RankPolicySet { policy } => policy.check(),
            _ => Ok(()),
        }
    }
}
