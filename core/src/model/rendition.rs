//! The space and the time window of an indexed document; the store and the index share these types.

use crate::time::Timestamp;

/// The space of a document. Articles, including facts, and past cases share one index but never one
/// partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// Articles and facts.
    Article = 0,
    /// Past cases.
    Case = 1,
}

/// The time window in which a document exists for its viewers: from `from` until before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after the window.
    pub to: Timestamp,
}

impl Window {
    /// The unbounded window.
    pub const ALWAYS: Window = Window {
        from: Timestamp::MIN,
        to: Timestamp::MAX,
    };

    /// Returns true if the instant is inside the window. The latest representable instant is inside
    /// an unbounded window.
    pub fn holds(self, now: Timestamp) -> bool {
        self.from <= now && (now < self.to || self.to == Timestamp::MAX)
    }
}
