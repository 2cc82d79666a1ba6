//! Snapshots in files. The index is read into memory, and texts are read when they are shown. A split snapshot
//! is a manifest file with a folder of shards beside it.
//!
//! A file is published by renaming, so readers that have the old file open keep it. Nothing is mapped, because
//! truncating a mapped file would kill the process.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::blocks::{Block, Bytes};
use super::format::{self, Front, PREAMBLE, checked};
use super::handle::Snapshot;
use super::shards;
use crate::error::{Error, ErrorCode, Result};
use crate::text::Stemmers;

/// The folder of shards has the name of the manifest file with this suffix.
const PARTS: &str = ".d";

/// An open file and its path.
pub(super) struct SnapshotFile {
    file: File,
    path: PathBuf,
}

impl SnapshotFile {
    fn failed(&self, error: std::io::Error) -> Error {
        failed(&self.path, error)
    }
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return format::cut();
    }
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        _ => ErrorCode::Io,
    };
    let text = format!(
        "the snapshot {}: {error}; see that the folder is there, with room and permission",
        path.display()
    );
    Error::with_source(code, text, error)
}

/// The maximum number of unfinished files beside a snapshot. Source: our choice.
const MAX_BESIDE: u32 = 100;

/// Atomically replaces a file; durable when the call returns. The bytes are first written to a file beside it,
/// with the suffix `.new` and a number.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| failed(path, error);
    let name = path.file_name().ok_or_else(|| {
        Error::invalid(
            "path",
            path.display(),
            "it names no file; give the snapshot a name",
        )
    })?;
    // Each concurrent publisher needs a name of its own, and a crash may have left files behind.
    let names = (0..MAX_BESIDE).map(|n| {
        let mut name = name.to_owned();
        name.push(format!(".new{n}"));
        path.with_file_name(name)
    });
    let opened = names
        .map(|new| (File::create_new(&new), new))
        .find(|(file, _)| {
            let taken = std::io::ErrorKind::AlreadyExists;
            file.as_ref()
                .err()
                .is_none_or(|error| error.kind() != taken)
        });
    let (file, new) = opened.ok_or_else(|| {
        let rule = "there are a hundred unfinished files beside it; remove those that end in .new and a number";
        Error::invalid("path", path.display(), rule)
    })?;
    let written = file.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    });
    if written.is_err() {
        // A partial file is useless. An error of its removal is dropped, because the first error says more.
        drop(fs::remove_file(&new));
    }
    written.map_err(failed)?;
    // The sync of the folder makes the new name durable. Where folders cannot be opened, the sync of the file
    // does.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) {
        let folder = File::open(folder.unwrap_or(Path::new("."))).map_err(failed)?;
        folder.sync_all().map_err(failed)?;
    }
    Ok(())
}

impl Bytes for SnapshotFile {
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        let size = self
            .file
            .metadata()
            .map_err(|error| self.failed(error))?
            .len();
        // A damaged header may claim any length; no more memory is requested than the file can fill.
        if at.checked_add(len as u64).is_none_or(|end| end > size) {
            return Err(format::cut());
        }
        let mut bytes = vec![0; len];
        read_at(&self.file, &mut bytes, at).map_err(|error| self.failed(error))?;
        Ok(bytes)
    }

    fn kept_from(self: Box<Self>, _: u64) -> Box<dyn Bytes> {
        self
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }
}

/// A manifest file with its folder of shards.
struct Folder {
    front: SnapshotFile,
    shards: PathBuf,
}

impl Folder {
    fn of(front: SnapshotFile) -> Folder {
        let mut parts = front.path.as_os_str().to_owned();
        parts.push(PARTS);
        Folder {
            front,
            shards: parts.into(),
        }
    }
}

impl Bytes for Folder {
    fn read(&self, at: u64, len: usize) -> Result<Vec<u8>> {
        self.front.read(at, len)
    }

    fn block(&self, _: u64, block: &Block) -> Result<Vec<u8>> {
        let path = self.shards.join(shards::name(block));
        let failed = |error| failed(&path, error);
        let file = File::open(&path).map_err(failed)?;
        // Reading one byte more detects a file that is too long, without requesting memory for all of it.
        let mut bytes = Vec::new();
        file.take(u64::from(block.len) + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        checked(
            bytes,
            &block.digest,
            &format!("the part {}", path.display()),
        )
    }

    fn kept_from(self: Box<Self>, _: u64) -> Box<dyn Bytes> {
        self
    }

    fn path(&self) -> Option<&Path> {
        self.front.path()
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

/// Moves the position of the file, which nobody else uses.
#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, at)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => {
                into = into.split_at_mut(n).1;
                at += n as u64;
            }
        }
    }
    Ok(())
}

/// A file to open, with its length and its header.
struct CandidateFile {
    front: Front,
    /// Length of the file in bytes.
    len: u64,
    file: SnapshotFile,
}

impl CandidateFile {
    fn open(self, stemmers: Stemmers) -> Result<Snapshot> {
        let whole = self.front.len()?;
        let bytes: Box<dyn Bytes> = match shards::is_alone(&self.front, self.len)? {
            true => Box::new(Folder::of(self.file)),
            false => Box::new(self.file),
        };
        Snapshot::over(self.front, whole, bytes, stemmers)
    }
}

fn found(path: &Path) -> Result<CandidateFile> {
    let file = File::open(path).map_err(|error| failed(path, error))?;
    let len = file.metadata().map_err(|error| failed(path, error))?.len();
    // The path is made absolute, because the working directory of a host may change.
    let path = std::path::absolute(path).map_err(|error| failed(path, error))?;
    let file = SnapshotFile { file, path };
    let preamble = file.read(0, PREAMBLE.min(usize::try_from(len).unwrap_or(PREAMBLE)))?;
    let n = format::header_len(&preamble)?;
    let front = format::read(&file.read(0, PREAMBLE + n)?)?;
    Ok(CandidateFile { front, len, file })
}

impl Snapshot {
    pub(super) fn of_file(path: &Path, stemmers: Stemmers) -> Result<Snapshot> {
        found(path)?.open(stemmers)
    }

    /// Returns the snapshot that is now at the path of this one's file. Returns `None` if it is unchanged, or if
    /// this snapshot was opened from bytes. This snapshot stays usable until it is dropped; if it was split, as
    /// long as its shards exist.
    ///
    /// Cost without a change: opening a file and reading a few hundred bytes. Fails with `Contradiction` if the
    /// file belongs to another base or another viewer, and like [`Snapshot::open`]. After a failure this
    /// snapshot is still usable.
    pub fn newer(&self) -> Result<Option<Snapshot>> {
        let Some(path) = self.0.bytes.path() else {
            return Ok(None);
        };
        let found = found(path)?;
        if found.front.digest() == self.0.info.digest {
            return Ok(None);
        }
        let newer = found.open(self.0.config.stemmers.clone())?;
        let (old, new) = (&self.0, &newer.0);
        if old.config.base != new.config.base || old.info.viewer != new.info.viewer {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "the snapshot {} is of another base or for {:?}, and not for {:?}; open it by itself",
                    path.display(),
                    new.info.viewer,
                    old.info.viewer
                ),
            ));
        }
        Ok(Some(newer))
    }
}
