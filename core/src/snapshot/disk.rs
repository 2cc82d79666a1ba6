//! Snapshots in files: the index is read into memory, texts are read when they are shown. One that was cut lies
//! in a file with its front and a folder with its parts, as a page loads them.
//!
//! A file is published under a name by renaming, so that whoever has it open keeps what it opened. Nothing
//! is mapped: a mapped file that is cut short would kill the process.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::blocks::{Block, Bytes};
use super::format::{self, Front, PREAMBLE, checked};
use super::handle::Snapshot;
use super::shards;
use crate::error::{Error, ErrorCode, Result};
use crate::text::Stemmers;

/// What stands behind the name of a file in that of the folder with its parts.
const PARTS: &str = ".d";

/// A file and where it was found.
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

/// Unfinished files that may lie beside a snapshot. Source: our choice.
const MAX_BESIDE: u32 = 100;

/// Puts a file in the place of another, at once and whole, durable when this returns. It is written beside
/// it first, under its name with `.new` and a number at the end.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| failed(path, error);
    let name = path.file_name().ok_or_else(|| {
        Error::invalid(
            "path",
            path.display(),
            "it names no file; give the snapshot a name",
        )
    })?;
    // A name of its own for each publisher at work, and for what a crash left behind.
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
        // What is half written is of no use. If it cannot be removed either, that error says less.
        drop(fs::remove_file(&new));
    }
    written.map_err(failed)?;
    // The name is durable with its folder; where folders cannot be opened, it is with the file.
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
        // No more is asked for than there is, whatever a damaged header claims.
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

/// The front of a snapshot that was cut, in a file, and the folder with its parts.
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
        // One byte more tells a file that is too long, and no more is asked for, however long it is.
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

/// Moves the place of the file, which nobody else uses.
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

/// What lies in a file, and what it begins with.
struct CandidateFile {
    front: Front,
    /// Bytes of the file.
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
    // The working directory of a host may change.
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

    /// The snapshot that lies under the name of this one's file by now; nothing if it is this one still, or
    /// if this one was opened from bytes. What answers from this one goes on to do so until it is dropped; if it
    /// was cut, as long as its parts are there.
    ///
    /// Cost while nothing changed: opening a file and reading a few hundred bytes of it. Fails with
    /// `Contradiction` if the file is of another base or for another viewer, and as [`Snapshot::open`]
    /// does; this one is as good as it was then.
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
