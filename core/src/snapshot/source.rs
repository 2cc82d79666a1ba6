//! Opens a snapshot from its source: bytes, a manifest or a file.

use super::handle::Snapshot;
use crate::error::Result;
use crate::text::Stemmers;

/// The source of a snapshot. Bytes and paths convert into one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SnapshotSource {
    /// A whole snapshot.
    Bytes(Vec<u8>),
    /// The manifest of a split snapshot ([`Snapshot::split`]). Its shards are supplied on demand. A call that needs a
    /// missing shard fails with `NotLoaded`, and [`Snapshot::wanted`] lists the shards it asked for. Once they are
    /// supplied, the call succeeds.
    Manifest(Vec<u8>),
    /// A file. Any number of processes may open it. Each holds the index in memory, keeps the file open, and reads
    /// texts from it.
    ///
    /// The file may be a manifest. Its shards are then read on demand from the folder beside it, named like the file
    /// with the suffix `.d`. A call fails with `Io` if a shard is missing, and with `Corrupt` if it is damaged.
    #[cfg(feature = "disk")]
    File(std::path::PathBuf),
}

impl SnapshotSource {
    /// Returns the source for these bytes: a whole snapshot or a manifest.
    ///
    /// Fails with `NotABase`, `FormatTooNew` or `Corrupt` for other bytes.
    pub fn detect(bytes: Vec<u8>) -> Result<SnapshotSource> {
        Ok(match Snapshot::is_manifest(&bytes)? {
            true => SnapshotSource::Manifest(bytes),
            false => SnapshotSource::Bytes(bytes),
        })
    }
}

impl From<Vec<u8>> for SnapshotSource {
    fn from(bytes: Vec<u8>) -> SnapshotSource {
        SnapshotSource::Bytes(bytes)
    }
}

#[cfg(feature = "disk")]
impl From<&std::path::Path> for SnapshotSource {
    fn from(path: &std::path::Path) -> SnapshotSource {
        SnapshotSource::File(path.to_owned())
    }
}

#[cfg(feature = "disk")]
impl From<&str> for SnapshotSource {
    /// Treats the text as the path of a file.
    fn from(path: &str) -> SnapshotSource {
        SnapshotSource::File(path.into())
    }
}

#[cfg(feature = "disk")]
impl From<&std::path::PathBuf> for SnapshotSource {
    fn from(path: &std::path::PathBuf) -> SnapshotSource {
        SnapshotSource::File(path.clone())
    }
}

#[cfg(feature = "disk")]
impl From<std::path::PathBuf> for SnapshotSource {
    fn from(path: std::path::PathBuf) -> SnapshotSource {
        SnapshotSource::File(path)
    }
}

/// Options for opening a snapshot.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SnapshotOptions {
    /// Stemmers of the host, for a build that lacks some languages. [`Snapshot::languages`] lists the missing ones of a
    /// snapshot. Default: the built-in stemmers.
    pub stemmers: Stemmers,
}

impl SnapshotOptions {
    /// The default options.
    pub fn new() -> SnapshotOptions {
        SnapshotOptions::default()
    }

    /// Sets the stemmers of the host.
    pub fn stemmers(mut self, stemmers: Stemmers) -> SnapshotOptions {
        self.stemmers = stemmers;
        self
    }

    /// Opens a snapshot, see [`Snapshot::open`].
    pub fn open(self, source: impl Into<SnapshotSource>) -> Result<Snapshot> {
        let stemmers = self.stemmers;
        match source.into() {
            SnapshotSource::Bytes(bytes) => Snapshot::of_bytes(bytes, stemmers),
            SnapshotSource::Manifest(bytes) => Snapshot::of_manifest(bytes, stemmers),
            #[cfg(feature = "disk")]
            SnapshotSource::File(path) => Snapshot::of_file(&path, stemmers),
        }
    }
}

impl Snapshot {
    /// Opens a snapshot with default options. [`SnapshotOptions::open`] takes other options.
    ///
    /// Bytes are compared with their digests: a whole snapshot in memory at once, shards and blocks of a file when they
    /// are read. Digests detect damage and do not prove origin. Open only files of a publisher you trust, as you would
    /// run its code.
    ///
    /// Fails with `NotABase` if it is not a snapshot, `FormatTooNew` for a later format, `Corrupt` if bytes are
    /// damaged, missing or surplus, `UnknownName` for a language without a stemmer, and `Io` if a file cannot be read.
    pub fn open(source: impl Into<SnapshotSource>) -> Result<Snapshot> {
        SnapshotOptions::default().open(source)
    }
}
