//! What is shown of an article or case, and when: the words that store and index share.

use crate::time::Timestamp;

/// Articles (facts among them) and past cases share one index and never one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// Articles and facts.
    Article = 0,
    /// Past cases.
    Case = 1,
}

/// When a document exists for its viewers: from `from`, before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant no more.
    pub to: Timestamp,
}

impl Window {
    /// No bounds.
    pub const ALWAYS: Window = Window {
        from: Timestamp::MIN,
        to: Timestamp::MAX,
    };

    /// Whether the instant lies inside. The last instant we handle lies inside an unbounded window.
    pub fn holds(self, now: Timestamp) -> bool {
        self.from <= now && (now < self.to || self.to == Timestamp::MAX)
    }
}
