//! The `Backend` trait: ordered tables of bytes with one atomic commit over all of them.
//!
//! It knows nothing of the records in the tables. A base on disk uses redb, a browser the memory backend; the tests
//! implement the trait to make every k-th operation fail.

use std::collections::BTreeMap;

use crate::error::Result;

macro_rules! tables {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// The tables of a base.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Table { $($(#[doc = $doc])+ $name,)+ }

        impl Table {
            /// Every table.
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
    /// Sequence number -> log record.
    Log = "log",
    /// Hash of an event id -> sequence number.
    Events = "events",
    /// Hash -> compressed texts.
    Texts = "texts",
    /// Id -> article.
    Articles = "articles",
    /// Ordinal -> id of an article.
    ArticleIds = "article-ids",
    /// Ordinal, number -> version of an article.
    Versions = "versions",
    /// Space, ordinal, stamp -> rendition, from which the index makes its documents.
    Renditions = "renditions",
    /// Source system, key -> id of the article imported from it.
    Sources = "sources",
    /// Id -> case.
    Cases = "cases",
    /// Ordinal -> id of a case.
    CaseIds = "case-ids",
    /// Case, article, link type -> link.
    Links = "links",
    /// Article, case, link type -> empty; the reverse index of `Links`.
    LinksBack = "links-back",
    /// Id -> session.
    Sessions = "sessions",
    /// Article, session -> empty; the sessions in which the article was read.
    Readers = "readers",
    /// Party, kind, then a session id or the instant a case was opened -> empty; the sessions and cases of a customer.
    Parties = "parties",
    /// Article, version, kind, voter, window -> the effective vote.
    Votes = "votes",
    /// Article, signal, voice, then the place in the ledger, newest first -> sum of what the voice said.
    Voices = "voices",
    /// Article, version, segment, signal, day, crowd or not -> sum of evidence.
    Ledger = "ledger",
    /// Article, version, segment, signal, instant, crowd or not -> evidence that takes effect at that instant.
    Ripening = "ripening",
    /// Term, article, party, teacher, instant -> amount of the learned term.
    Learned = "learned",
    /// Id -> actor.
    Actors = "actors",
}

/// The point at which an acknowledged commit must be on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Before the call returns.
    Immediate,
    /// With the next immediate commit.
    Relaxed,
}

/// The rows of one commit: the new value, or `None` to remove the row.
pub type Batch = BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>;

/// Takes the key and value of a row; returns false to end the scan.
pub type RowVisitor<'a> = &'a mut (dyn FnMut(&[u8], &[u8]) -> Result<bool> + 'a);

/// An ordered, transactional store of bytes with one owner and many concurrent readers.
pub trait Backend: Send + Sync {
    /// Returns the value of a row.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Calls `visit` with each row from `from` on, ascending by key, until it returns false.
    fn scan(&self, table: Table, from: &[u8], visit: RowVisitor<'_>) -> Result<()>;

    /// Writes all rows or none.
    fn commit(&self, batch: &Batch, durability: Durability) -> Result<()>;

    /// Reopens the store after a failed commit. It then holds exactly what is on disk.
    fn recover(&self) -> Result<()>;

    /// Estimate of the memory it uses now, in bytes; 0 if unknown.
    fn memory_bytes(&self) -> u64 {
        0
    }

    /// Estimate of the memory it may come to use without growing in contents, in bytes: a cache counts in full. A base
    /// with a memory limit calls this on every write.
    fn memory_ceiling(&self) -> u64 {
        self.memory_bytes()
    }

    /// Size of its files in bytes; 0 if it has none.
    fn file_bytes(&self) -> Result<u64> {
        Ok(0)
    }

    /// The number of the file descriptor whose lock keeps other processes out, if there is one. A child of a fork
    /// inherits it, and holds the lock until it closes the number or ends.
    fn lock_descriptor(&self) -> Option<i32> {
        None
    }
}
