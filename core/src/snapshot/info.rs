//! The description of a snapshot, from its header.

use super::format::Markup;
use crate::model::Viewer;
use crate::time::Timestamp;

/// The description of a snapshot.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapshotInfo {
    /// The base it was made from, as 16 hexadecimal digits.
    pub base: String,
    /// The viewer it was made for.
    pub viewer: Viewer,
    /// The end of the log prefix it holds: records that had arrived by then. It answers for no
    /// earlier instant.
    pub known: Timestamp,
    /// The number of articles.
    pub articles: u32,
    /// The number of past cases.
    pub cases: u32,
    /// The markup of its articles.
    pub markup: Markup,
    /// The digest of its contents, as 32 hexadecimal digits. Equal snapshots have equal digests.
    pub digest: String,
    /// The length of the file in bytes.
    pub bytes: u64,
}
