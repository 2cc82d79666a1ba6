//! The nouns of the library as plain data with their invariants: article, fact, case, session, event,
//! link, actor, audience, freshness policy, context.
//!
//! Nothing here knows a store, an index, a clock or a thread. Checks are in the type's own file and
//! answer with an error that names the field.

pub mod actor;
pub mod article;
pub mod audience;
pub mod case;
pub mod context;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod feedback;
pub mod freshness;
pub mod handoff;
pub mod impression;
pub mod link;
pub mod product;
pub mod rendition;
pub mod session;
pub mod validate;

pub use actor::{Actor, Licence};
pub use article::{
    Article, ArticleDraft, Change, Confidence, Governance, Kind, Relation, Role, Scope, Section,
    Source,
};
pub use audience::{AudienceScheme, Class, ClassSet};
pub use case::{Case, CaseDraft, CaseKind, CaseRelation, CaseStatus, Entry, EntryDraft, Reuse};
pub use context::{Context, Viewer};
pub use event::{Event, EventKind, FlagReason};
pub use evidence::{Segment, Signal};
pub use fact::{Fact, FactDraft};
pub use feedback::Feedback;
pub use freshness::{Freshness, FreshnessPolicy, FreshnessState, Suspect};
pub use handoff::{CustomerText, EventBatch, Handoff, TextOrigin, Tried, TriedOutcome, VisitEnd};
pub use impression::Impression;
pub use link::{DismissReason, Link, LinkDraft, LinkType, Provenance, Verdict};
pub use product::{ProductItem, ProductScope, Version, VersionRange};
pub use rendition::{Space, Window};
pub use session::{Intent, Session};

/// Makes an enum whose members have one stable text form, used in JSON, queries and messages alike.
macro_rules! named_enum {
    ($(#[$outer:meta])* $name:ident ($noun:literal) { $($(#[$inner:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$inner])* $member,)+ }

        impl $name {
            /// Every member, in the order of the declaration.
            pub const ALL: &'static [$name] = &[$($name::$member,)+];

            /// The stable text form.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$member => $text,)+ }
            }

            /// The position in [`Self::ALL`]; stored in records and never renumbered.
            pub const fn index(self) -> usize {
                self as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::error::Error;

            /// Reads the text form; case and `_` or a space for `-` do not matter.
            fn from_str(text: &str) -> crate::error::Result<$name> {
                let wanted = text.trim().to_ascii_lowercase().replace(['_', ' '], "-");
                match wanted.as_str() {
                    $($text => Ok($name::$member),)+
                    _ => Err(crate::error::Error::invalid($noun, text, concat!("it is one of:", $(" ", $text),+))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(self.as_str())
                } else {
                    serializer.serialize_u8(*self as u8)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                use serde::de::Error as _;
                if deserializer.is_human_readable() {
                    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                    text.parse().map_err(D::Error::custom)
                } else {
                    let index = u8::deserialize(deserializer)?;
                    $name::ALL.get(usize::from(index)).copied()
                        .ok_or_else(|| D::Error::custom(concat!($noun, ": unknown number in a record")))
                }
            }
        }
    };
}
pub(crate) use named_enum;
