//! The entities of the library as plain data with their checks: article, fact, case, session, event,
//! link, actor, audience, freshness policy, context.
//!
//! This module knows no store, index, clock or thread. Each type checks itself in its own file and
//! reports errors that name the field.

pub mod actor;
pub mod article;
pub mod audience;
pub mod case;
pub mod context;
pub mod event;
pub mod event_kind;
mod event_members;
pub mod evidence;
pub mod fact;
pub mod flag;
pub mod freshness;
pub mod handoff;
pub mod impression;
pub mod kind;
pub mod link;
pub mod product;
pub mod rendition;
pub mod session;
pub(crate) mod validate;
pub mod version;

pub use actor::{Actor, Licence};
pub use article::{
    Article, ArticleDraft, Change, Confidence, Governance, Relation, Role, Scope, Section, Source,
};
pub use audience::{AudienceScheme, Class, ClassSet};
pub use case::{Case, CaseDraft, CaseKind, CaseRelation, CaseStatus, Entry, EntryDraft, Reuse};
pub use context::{Context, Viewer};
pub use event::Event;
pub use event_kind::{EventKind, Feedback};
#[doc(hidden)]
pub use event_members::EventMembers;
pub use evidence::{Segment, Signal};
pub use fact::{Fact, FactDraft};
pub use flag::FlagReason;
pub use freshness::{Freshness, FreshnessPolicy, FreshnessState, Suspect};
pub use handoff::{
    CustomerText, EventBatch, Handoff, TextOrigin, Tried, TriedOutcome, VisitOutcome,
};
pub use impression::Impression;
pub use kind::Kind;
pub use link::{DismissReason, Link, LinkDraft, LinkType, Provenance, Verdict};
pub use product::{ProductItem, ProductScope};
pub use rendition::{Space, Window};
pub use session::{Intent, Session};
pub use version::{Version, VersionRange};
