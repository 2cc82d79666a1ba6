//! Opening a snapshot: the one door, over bytes, a manifest or a file.

use super::handle::Snapshot;
use crate::error::Result;
use crate::text::Stemmers;

/// The place of a snapshot's bytes. Bytes and paths convert into one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SnapshotSource {
    /// A whole snapshot.
    Bytes(Vec<u8>),
    /// The manifest of a snapshot that was split ([`Snapshot::split`]). Its shards are supplied on demand: a call that
    /// needs a shard fails with `NotLoaded`, [`Snapshot::wanted`] names the shards it asked for, and once they are
    /// supplied the call succeeds.
    Manifest(Vec<u8>),
    /// A file. Any number of processes may open it; each holds the index in memory and reads texts from the file, which
    /// it keeps open.
    ///
    /// The file may be a manifest. Its shards are then read on demand from the folder beside it with the file's name
    /// and `.d` behind it. A call fails with `Io` if a shard is missing and with `Corrupt` if it is damaged.
    #[cfg(feature = "disk")]
    File(std::path::PathBuf),
}

impl SnapshotSource {
    /// The source that these bytes are: a whole snapshot or a manifest.
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
    /// The path of a file.
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
    /// Stemmers of the host, for a build without those of all languages. [`Snapshot::languages`] names the ones that a
    /// snapshot needs. Default: those built in.
    pub stemmers: Stemmers,
}

impl SnapshotOptions {
    /// The defaults.
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
    /// Opens a snapshot with the default options; [`SnapshotOptions::open`] takes others.
    ///
    /// Bytes are compared with their digests: all of a whole snapshot at once, shards and the blocks of a file when they
    /// are read. Digests detect damage and say nothing about the maker of a file: open files of a publisher you trust,
    /// as you would run its code.
    ///
    /// Fails with `NotABase` for something else, `FormatTooNew` for a later version's, `Corrupt` if a byte is not as it
    /// was written or there are too few or too many, `UnknownName` for a language without its stemmer, and `Io` if a
    /// file cannot be read.
    pub fn open(source: impl Into<SnapshotSource>) -> Result<Snapshot> {
        SnapshotOptions::default().open(source)
    }
}
