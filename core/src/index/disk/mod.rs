//! The index on disk: tantivy segments, one checked file each, that follow the store.
//!
//! tantivy writes, merges and reads the inverted index. It never accesses the disk, spawns no thread and holds no
//! lock. An index that is missing, damaged, of another base or ahead of the store is rebuilt.

pub mod directory;
pub mod folder;
pub mod follower;
mod schema;
pub mod segment;
#[cfg(test)]
mod tests;

pub use follower::Follower;
pub use segment::DiskSegment;
