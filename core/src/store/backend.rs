//! What a store must be able to do: ordered tables of bytes, and one atomic commit over all of them.
//!
//! The tests implement this trait to fail every k-th operation; a browser uses the memory backend.

use std::collections::BTreeMap;

use crate::error::Result;

macro_rules! tables {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// The tables of a base.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Table { $($(#[doc = $doc])+ $name,)+ }

        impl Table {
            /// All of them.
            pub const ALL: &'static [Table] = &[$(Table::$name,)+];

            /// The name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(Table::$name => $text,)+ }
            }
        }
    };
}

tables! {
    /// Name -> the base's own data: format, audience scheme, head of the log, policy.
    Meta = "meta",
    /// Number -> log record.
    Log = "log",
    /// Hash of an event's id -> its number.
    Events = "events",
    /// Hash -> compressed text.
    Texts = "texts",
    /// Id -> article.
    Articles = "articles",
    /// Ordinal -> id of an article.
    ArticleIds = "article-ids",
    /// Ordinal, number -> version of an article.
    Versions = "versions",
    /// Space, ordinal, stamp -> what was indexed of it.
    Renditions = "renditions",
    /// System, key -> id of the article that came from there.
    Sources = "sources",
    /// Id -> case.
    Cases = "cases",
    /// Ordinal -> id of a case.
    CaseIds = "case-ids",
    /// Case, article, type -> link.
    Links = "links",
    /// Article, case, type -> nothing: the way back.
    LinksBack = "links-back",
    /// Id -> session.
    Sessions = "sessions",
    /// Article, session -> nothing: which visits read it.
    Readers = "readers",
    /// Party, kind, instant, id -> nothing: what a customer did.
    Parties = "parties",
    /// Article, version, kind, voter, window -> the effective vote.
    Votes = "votes",
    /// Article, version, segment, signal, day -> sum of evidence.
    Ledger = "ledger",
    /// Article, version, segment, signal, instant -> evidence that counts from then on.
    Ripening = "ripening",
    /// Term, article, party, instant -> what was learned.
    Learned = "learned",
    /// Id -> actor.
    Actors = "actors",
}

/// When an acknowledged commit must be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Before the call returns.
    Immediate,
    /// With the next immediate commit.
    Relaxed,
}

/// The rows of one commit: the new value, or `None` to remove the row.
pub type Batch = BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>;

/// Takes a row, key and value, and says whether to go on.
pub type RowVisitor<'a> = &'a mut (dyn FnMut(&[u8], &[u8]) -> Result<bool> + 'a);

/// An ordered, transactional store of bytes. One owner; many readers at once.
pub trait Backend: Send + Sync {
    /// The value of a row.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Calls `visit` with each row from `from` on, ascending by key, until it returns false.
    fn scan(&self, table: Table, from: &[u8], visit: RowVisitor<'_>) -> Result<()>;

    /// Writes all rows or none.
    fn commit(&self, batch: &Batch, durability: Durability) -> Result<()>;

    /// Brings the store back after a failed commit. What it holds then is what the disk holds.
    fn recover(&self) -> Result<()>;

    /// Bytes of memory that it takes or may come to take, about; 0 where that is not known. It is
    /// asked with each write of a base that has a memory limit.
    fn memory_bytes(&self) -> u64 {
        0
    }

    /// Bytes of its files; 0 if it has none.
    fn file_bytes(&self) -> Result<u64> {
        Ok(0)
    }
}
