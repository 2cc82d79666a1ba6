//! What a reader does with an answer: the part of [`EventKind`] that a page may say.
//!
//! A type of its own, so that what runs in a page holds no drafts of articles, no cases and no settings, not
//! even the code to write them. Its JSON is that of [`EventKind`].

use serde::{Deserialize, Serialize};

use super::event::{Event, EventKind, FlagReason};
use super::validate;
use crate::error::{Error, ErrorCode, Result};

/// Makes the enum and both conversions of one list.
macro_rules! feedback {
    ($($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $member:ident: $type:ty,)+ },)+) => {
        /// What a reader does: searched, was shown, opened, said.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "what", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Feedback {
            $($(#[$outer])* $name { $($(#[$inner])* $member: $type,)+ },)+
        }

        impl From<Feedback> for EventKind {
            fn from(done: Feedback) -> EventKind {
                match done {
                    $(Feedback::$name { $($member,)+ } => EventKind::$name { $($member,)+ },)+
                }
            }
        }

        impl TryFrom<EventKind> for Feedback {
            type Error = Error;

            /// Fails with `InvalidValue` for what no reader does: knowledge, a case or a setting is not for a
            /// page to say.
            fn try_from(what: EventKind) -> Result<Feedback> {
                match what {
                    $(EventKind::$name { $($member,)+ } => Ok(Feedback::$name { $($member,)+ }),)+
                    _ => Err(not_feedback()),
                }
            }
        }

        impl EventKind {
            /// Whether it is what a reader does with an answer; everything else is knowledge, a case or a
            /// setting, and not for a page to say.
            pub(crate) fn is_feedback(&self) -> bool {
                matches!(self, $(EventKind::$name { .. })|+)
            }
        }
    };
}

feedback! {
    /// A query was issued.
    Searched {
        /// Its text.
        query: String,
    },
    /// A list was shown.
    Shown {
        /// The token of the answer.
        impression: String,
    },
    /// An article of a list was chosen.
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
    /// An article was opened.
    Viewed {
        /// The article.
        article: String,
        /// The token of the answer it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impression: Option<String>,
    },
    /// How long it was read.
    Dwelt {
        /// The article.
        article: String,
        /// Seconds.
        seconds: u32,
    },
    /// Text was copied out.
    Copied {
        /// The article.
        article: String,
    },
    /// The reader went back to the list.
    Returned {
        /// The article.
        article: String,
        /// Seconds after opening.
        after_s: f64,
    },
    /// A rating.
    Rated {
        /// The article.
        article: String,
        /// 0 to 1.
        value: f64,
    },
    /// It solved the problem.
    Solved {
        /// The article.
        article: String,
    },
    /// It did not.
    DidNotSolve {
        /// The article.
        article: String,
    },
    /// A remark.
    Commented {
        /// The article.
        article: String,
        /// The remark.
        text: String,
    },
    /// Something is wrong with an article.
    Flagged {
        /// The article.
        article: String,
        /// What is wrong.
        reason: FlagReason,
    },
}

/// Why something else is refused.
pub(crate) fn not_feedback() -> Error {
    Error::new(
        ErrorCode::InvalidValue,
        "event.what: it is nothing that a reader does; say what was searched, shown, opened and said of an answer (of a case only where the audience reads cases)",
    )
}

impl Feedback {
    /// The article it names, if it names one.
    pub fn article(&self) -> Option<&str> {
        match self {
            Feedback::Searched { .. } | Feedback::Shown { .. } => None,
            Feedback::Clicked { article, .. }
            | Feedback::Viewed { article, .. }
            | Feedback::Dwelt { article, .. }
            | Feedback::Copied { article }
            | Feedback::Returned { article, .. }
            | Feedback::Rated { article, .. }
            | Feedback::Solved { article }
            | Feedback::DidNotSolve { article }
            | Feedback::Commented { article, .. }
            | Feedback::Flagged { article, .. } => Some(article),
        }
    }

    /// Checks everything that can be checked without a base, as [`Event::check`] does.
    fn check(&self) -> Result<()> {
        if let Some(article) = self.article() {
            validate::id("event.article", article)?;
        }
        let text = |field, text| validate::text_of(field, text, validate::MAX_SECTION_BYTES);
        match self {
            Feedback::Searched { query } => text("event.query", query),
            Feedback::Shown { impression } => text("event.impression", impression),
            Feedback::Returned { after_s, .. } => {
                validate::within("event.after_s", *after_s, 0.0, 1e9)
            }
            Feedback::Rated { value, .. } => validate::within("event.value", *value, 0.0, 1.0),
            Feedback::Commented { text: said, .. } => text("event.text", said),
            _ => Ok(()),
        }
    }
}

impl Event<Feedback> {
    /// Checks everything that can be checked without a base.
    pub fn check(&self) -> Result<()> {
        self.check_about()?;
        self.what.check()
    }
}

impl From<Event<Feedback>> for Event {
    fn from(event: Event<Feedback>) -> Event {
        event.map(EventKind::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn it_reads_writes_and_fails_as_the_whole_enum_does() {
        let long = "x".repeat(validate::MAX_ID_BYTES + 1);
        for done in [
            r#"{"what":"searched","query":"a"}"#.to_owned(),
            r#"{"what":"shown","impression":"a"}"#.to_owned(),
            r#"{"what":"clicked","article":"a","rank":1}"#.to_owned(),
            r#"{"what":"viewed","article":"a","impression":"b"}"#.to_owned(),
            r#"{"what":"dwelt","article":"a","seconds":3}"#.to_owned(),
            r#"{"what":"copied","article":""}"#.to_owned(),
            r#"{"what":"returned","article":"a","after_s":-1.0}"#.to_owned(),
            r#"{"what":"rated","article":"a","value":1.5}"#.to_owned(),
            format!(r#"{{"what":"solved","article":"{long}"}}"#),
            r#"{"what":"did-not-solve","article":" a"}"#.to_owned(),
            r#"{"what":"commented","article":"a","text":"b"}"#.to_owned(),
            r#"{"what":"flagged","article":"a","reason":"unsafe"}"#.to_owned(),
        ] {
            let narrow: Feedback = serde_json::from_str(&done).unwrap();
            let wide: EventKind = serde_json::from_str(&done).unwrap();
            assert_eq!(serde_json::to_string(&narrow).unwrap(), done);
            assert_eq!(EventKind::from(narrow.clone()), wide);
            assert!(wide.is_feedback());
            let text = |result: Result<()>| result.map_err(|error| error.to_string());
            let checked = text(Event::new(Timestamp::default(), narrow).check());
            assert_eq!(
                checked,
                text(Event::new(Timestamp::default(), wide).check())
            );
        }
        assert!(Feedback::try_from(EventKind::Escalated {}).is_err());
        assert!(!EventKind::Escalated {}.is_feedback());
    }
}
