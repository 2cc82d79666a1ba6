//! The kinds of events, each declared once.
//!
//! An entry of `event_kinds!` gives a kind its text form, its members, its durability, the article it refers to, and
//! its check. The list that holds the entry states the permitted source of the kind. The enums, their JSON, and the
//! reading of members in C and in a page are generated from it.

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::article::{ArticleDraft, Confidence, Governance, Relation};
use super::case::{CaseDraft, CaseRelation, EntryDraft};
use super::event_members::{EventMembers, Member};
use super::fact::FactDraft;
use super::flag::FlagReason;
use super::link::{DismissReason, LinkDraft, LinkType, Verdict};
use super::validate;
use super::version::Version;
use crate::error::{Error, ErrorCode, Result};
use crate::settings::RankPolicy;

/// Declares the kinds in three lists: `reader` (a page may record it), `plain` (members are texts and numbers, so that
/// a C struct can hold them), `structured` (all others, as JSON).
macro_rules! event_kinds {
    (reader { $($reader:tt)* } plain { $($plain:tt)* } structured { $($structured:tt)* }) => {
        event_kinds! {
            @enum
            /// The kind of an event, with its members. The documentation of a variant begins with its group.
            EventKind { $($reader)* $($plain)* $($structured)* }
        }
        event_kinds! {
            @enum
            /// The events of a reader: searches, shown lists, reads, explicit feedback.
            ///
            /// This is a separate type, so that the engine of a page contains no code for drafts of articles, cases or
            /// settings. Its JSON equals that of [`EventKind`].
            Feedback { $($reader)* }
        }
        event_kinds! { @members Feedback { $($reader)* } }
        event_kinds! { @members EventKind { $($reader)* $($plain)* } }
        event_kinds! { @subset { $($reader)* } }
    };
    (@enum $(#[$doc:meta])* $enum:ident { $(
        $(#[$outer:meta])*
        $name:ident = $text:literal { $($(#[$inner:meta])* $field:ident: $type:ty,)* }
        $durability:ident, article $article:expr, check $check:expr;
    )* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "what")]
        #[non_exhaustive]
        pub enum $enum { $(
            $(#[$outer])*
            #[serde(rename = $text)]
            $name { $($(#[$inner])* $field: $type,)* },
        )* }

        #[allow(unused_variables, reason = "few kinds look at all of their members")]
        impl $enum {
            /// The text forms of all kinds, in the order of their declaration.
            pub const NAMES: &'static [&'static str] = &[$($text,)*];

            /// Returns the stable text form.
            pub fn name(&self) -> &'static str {
                match self { $($enum::$name { .. } => $text,)* }
            }

            /// Returns the article it refers to, if any.
            pub fn article(&self) -> Option<&str> {
                let article: Option<&String> = match self {
                    $($enum::$name { $($field,)* } => $article,)*
                };
                article.map(String::as_str)
            }

            /// Returns true if it is durable when acknowledged. A relaxed kind is applied at once and is durable with
            /// the next durable commit.
            pub fn is_durable(&self) -> bool {
                match self { $($enum::$name { .. } => event_kinds!(@$durability),)* }
            }

            /// Checks its members, except the id of the article.
            pub(super) fn check(&self) -> Result<()> {
                match self { $($enum::$name { $($field,)* } => $check,)* }
            }
        }
    };
    (@members $enum:ident { $(
        $(#[$outer:meta])*
        $name:ident = $text:literal { $($(#[$inner:meta])* $field:ident: $type:ty,)* }
        $durability:ident, article $article:expr, check $check:expr;
    )* }) => {
        impl $enum {
            /// The kinds whose members are texts and numbers: the text form, then each member with its type. Used to
            /// generate code of the bindings.
            #[doc(hidden)]
            pub const PLAIN: &'static [(&'static str, &'static [(&'static str, &'static str)])] =
                &[$(($text, &[$((stringify!($field), stringify!($type)),)*]),)*];

            /// Reads a kind from members by name. Returns `None` if `name` is not a kind whose members are texts and
            /// numbers.
            ///
            /// Fails with `InvalidValue` for a member that is missing or has the wrong form. For bindings.
            #[doc(hidden)]
            pub fn from_members(name: &str, members: &mut dyn EventMembers) -> Result<Option<$enum>> {
                Ok(Some(match name {
                    $($text => $enum::$name { $($field: Member::take(members, stringify!($field))?,)* },)*
                    _ => return Ok(None),
                }))
            }
        }
    };
    (@subset { $(
        $(#[$outer:meta])*
        $name:ident = $text:literal { $($(#[$inner:meta])* $field:ident: $type:ty,)* }
        $durability:ident, article $article:expr, check $check:expr;
    )* }) => {
        impl From<Feedback> for EventKind {
            fn from(done: Feedback) -> EventKind {
                match done { $(Feedback::$name { $($field,)* } => EventKind::$name { $($field,)* },)* }
            }
        }

        impl TryFrom<EventKind> for Feedback {
            type Error = Error;

            /// Fails with `InvalidValue` for a change of knowledge, of a case or of a setting, because no reader
            /// records these.
            fn try_from(what: EventKind) -> Result<Feedback> {
                match what {
                    $(EventKind::$name { $($field,)* } => Ok(Feedback::$name { $($field,)* }),)*
                    _ => Err(not_feedback()),
                }
            }
        }

        impl EventKind {
            /// Returns true if a reader may record it.
            pub(crate) fn is_feedback(&self) -> bool {
                matches!(self, $(EventKind::$name { .. })|*)
            }
        }
    };
    (@durable) => { true };
    (@relaxed) => { false };
}

event_kinds! {
    reader {
        /// Explicit: an article was flagged.
        Flagged = "flagged" {
            /// The article.
            article: String,
            /// The reason.
            reason: FlagReason,
        } durable, article Some(article), check Ok(());
        /// Search: a query was issued.
        Searched = "searched" {
            /// The text of the query.
            query: String,
        } relaxed, article None, check text("event.query", query);
        /// Search: a list was shown.
        Shown = "shown" {
            /// The token of the answer.
            impression: String,
        } relaxed, article None, check text("event.impression", impression);
        /// Search: an article of a list was clicked.
        Clicked = "clicked" {
            /// The article.
            article: String,
            /// The rank in the list, from 1.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            rank: Option<u32>,
            /// The token of the answer.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            impression: Option<String>,
        } relaxed, article Some(article), check Ok(());
        /// Reading: an article was opened.
        Viewed = "viewed" {
            /// The article.
            article: String,
            /// The token of the answer that showed it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            impression: Option<String>,
        } relaxed, article Some(article), check Ok(());
        /// Reading: the time spent on an article.
        Dwelt = "dwelt" {
            /// The article.
            article: String,
            /// Seconds.
            seconds: u32,
        } relaxed, article Some(article), check Ok(());
        /// Reading: text of an article was copied.
        Copied = "copied" {
            /// The article.
            article: String,
        } relaxed, article Some(article), check Ok(());
        /// Reading: the reader returned to the list.
        Returned = "returned" {
            /// The article.
            article: String,
            /// Seconds after opening the article.
            after_s: f64,
        } relaxed, article Some(article), check validate::within("event.after_s", *after_s, 0.0, 1e9);
        /// Explicit: an article was rated.
        Rated = "rated" {
            /// The article.
            article: String,
            /// The rating, 0 to 1.
            value: f64,
        } durable, article Some(article), check validate::within("event.value", *value, 0.0, 1.0);
        /// Explicit: an article solved the problem.
        Solved = "solved" {
            /// The article.
            article: String,
        } durable, article Some(article), check Ok(());
        /// Explicit: an article did not solve the problem.
        DidNotSolve = "did-not-solve" {
            /// The article.
            article: String,
        } durable, article Some(article), check Ok(());
        /// Explicit: a comment on an article.
        Commented = "commented" {
            /// The article.
            article: String,
            /// The comment.
            text: String,
        } durable, article Some(article), check self::text("event.text", text);
    }
    plain {
        /// Assisted: a list was suggested for a case.
        Suggested = "suggested" {
            /// The token of the answer.
            impression: String,
        } relaxed, article None, check text("event.impression", impression);
        /// Assisted: a suggestion was opened.
        Opened = "opened" {
            /// The article.
            article: String,
        } relaxed, article Some(article), check Ok(());
        /// Assisted: a suggestion was accepted, which makes a Helped link of the case.
        Accepted = "accepted" {
            /// The article.
            article: String,
        } durable, article Some(article), check Ok(());
        /// Assisted: a suggestion was dismissed, which makes a Dismissed link of the case.
        Dismissed = "dismissed" {
            /// The article.
            article: String,
            /// The reason.
            reason: DismissReason,
        } durable, article Some(article), check Ok(());
        /// Assisted: an article was sent to the customer, which makes a Sent link of the case.
        Sent = "sent" {
            /// The article.
            article: String,
        } durable, article Some(article), check Ok(());
        /// Case: escalated to an expert.
        Escalated = "escalated" {} durable, article None, check Ok(());
        /// Case: abandoned by the customer.
        CaseAbandoned = "case-abandoned" {} durable, article None, check Ok(());
        /// Case: a form was started.
        CaseDrafted = "case-drafted" {} durable, article None, check Ok(());
        /// Case: a form was abandoned before sending.
        DraftAbandoned = "draft-abandoned" {
            /// Seconds after the start.
            after_s: f64,
        } durable, article None, check validate::within("event.after_s", *after_s, 0.0, 1e9);
        /// Survey: an answer of a customer.
        Survey = "survey" {
            /// The score, 0 to 1.
            score: f64,
        } durable, article None, check validate::within("event.score", *score, 0.0, 1.0);
    }
    structured {
        /// Knowledge: an article was put, new or as a new version.
        Put = "put" {
            /// The article.
            article: Box<ArticleDraft>,
            /// The version that the writer saw. The put fails if it is not the current one.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            expects: Option<u32>,
        } durable, article Some(&article.id), check article.check();
        /// Knowledge: a fact was set.
        FactSet = "fact-set" {
            /// The fact.
            fact: FactDraft,
        } durable, article None, check fact.check();
        /// Knowledge: the states of an article changed (publish, archive, restore).
        StateChanged = "state-changed" {
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
        } durable, article Some(article), check Ok(());
        /// Knowledge: an article was verified.
        Verified = "verified" {
            /// The article.
            article: String,
        } durable, article Some(article), check Ok(());
        /// Knowledge: one article was merged into another.
        Merged = "merged" {
            /// The article that is merged.
            article: String,
            /// The target of the merge.
            into: String,
        } durable, article Some(article), check validate::id("event.into", into);
        /// Knowledge: two articles were related, or their relation ended.
        Related = "related" {
            /// The first article.
            article: String,
            /// The second article.
            to: String,
            /// The type of the relation.
            relation: Relation,
            /// True if the relation ends.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            ended: bool,
        } durable, article Some(article), check validate::id("event.to", to);
        /// Assisted: an article was linked to a case.
        Linked = "linked" {
            /// The link. Its case must be the case of the event.
            link: LinkDraft,
        } durable, article Some(&link.article), check link.check();
        /// Assisted: a link was retracted.
        LinkRetracted = "link-retracted" {
            /// The article.
            article: String,
            /// The type of the link.
            link: LinkType,
        } durable, article Some(article), check Ok(());
        /// Assisted: a link was audited.
        LinkVerdict = "link-verdict" {
            /// The article.
            article: String,
            /// The type of the link.
            link: LinkType,
            /// The verdict.
            verdict: Verdict,
        } durable, article Some(article), check Ok(());
        /// Case: opened.
        CaseOpened = "case-opened" {
            /// The case.
            #[serde(rename = "draft")]
            case: Box<CaseDraft>,
        } durable, article None, check case.check();
        /// Case: an entry was added.
        CaseNoted = "case-noted" {
            /// The entry.
            entry: EntryDraft,
        } durable, article None, check entry.check();
        /// Case: waiting for the customer, or active again.
        CaseWaiting = "case-waiting" {
            /// True if the case waits from now on.
            waiting: bool,
        } durable, article None, check Ok(());
        /// Case: resolved.
        CaseResolved = "case-resolved" {
            /// True if in the first contact; `None` if unknown.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            first_contact: Option<bool>,
        } durable, article None, check Ok(());
        /// Case: closed.
        CaseClosed = "case-closed" {} durable, article None, check Ok(());
        /// Case: reopened.
        CaseReopened = "case-reopened" {} durable, article None, check Ok(());
        /// Case: two cases were related.
        CaseRelated = "case-related" {
            /// The other case.
            to: String,
            /// The type of the relation.
            relation: CaseRelation,
        } durable, article None, check validate::id("event.to", to);
        /// World: a product version was released.
        ProductReleased = "product-released" {
            /// The product.
            product: String,
            /// The version.
            version: String,
        } durable, article None, check release(product, version);
        /// World: a policy of the company changed.
        PolicyChanged = "policy-changed" {
            /// The name of the policy.
            name: String,
        } durable, article None, check validate::label("event.name", name);
        /// World: the source of an article changed.
        SourceChanged = "source-changed" {
            /// The system and key.
            key: String,
        } durable, article None, check validate::label("event.key", key);
        /// Settings: an actor was added or changed.
        ActorSet = "actor-set" {
            /// The actor.
            who: Actor,
        } durable, article None, check who.check();
        /// Settings: the ranking policy changed.
        RankPolicySet = "rank-policy-set" {
            /// The policy in force from now on.
            policy: Box<RankPolicy>,
        } durable, article None, check policy.check();
    }
}

/// The error for an event that is not a reader's.
pub(crate) fn not_feedback() -> Error {
    Error::new(
        ErrorCode::InvalidValue,
        "event.what: it is nothing that a reader does; say what was searched, shown, opened and said of an answer (of a case only where the audience reads cases)",
    )
}

fn text(field: &str, text: &str) -> Result<()> {
    validate::text_of(field, text, validate::MAX_SECTION_BYTES)
}

fn release(product: &str, version: &str) -> Result<()> {
    validate::id("event.product", product)?;
    version.parse::<Version>().map(|_| ())
}
