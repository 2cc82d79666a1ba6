//! The tables that can be imported from rows.

use crate::codec::named_enum::named_enum;

named_enum! {
    /// A table that can be imported from rows.
    InTable("table") {
        /// Articles; each row is one version.
        Articles = "articles",
        /// Cases with their status changes.
        Cases = "cases",
        /// Facts.
        Facts = "facts",
        /// Links between cases and articles.
        Links = "links",
        /// Events.
        Events = "events",
        /// Actors.
        Actors = "actors",
    }
}

impl InTable {
    /// The `type` of the records in its rows.
    pub(super) const fn record(self) -> &'static str {
        match self {
            InTable::Articles => "article",
            InTable::Cases => "case",
            InTable::Facts => "fact",
            InTable::Links => "link",
            InTable::Events => "event",
            InTable::Actors => "actor",
        }
    }
}
