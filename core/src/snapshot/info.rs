//! The facts about a snapshot that its front carries.

use super::format::Markup;
use crate::model::Viewer;
use crate::time::Timestamp;

/// What a snapshot is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapshotInfo {
    /// The base it was made from. 16 hexadecimal digits.
    pub base: String,
    /// Whom it is for.
    pub viewer: Viewer,
    /// It answers from what the base knew then, and about no earlier instant.
    pub known: Timestamp,
    /// Number of articles.
    pub articles: u32,
    /// Number of past cases.
    pub cases: u32,
    /// The form of its articles.
    pub markup: Markup,
    /// Stands for everything in it: equal snapshots have equal digests. 32 hexadecimal digits.
    pub digest: String,
    /// Bytes of the file.
    pub bytes: u64,
}
