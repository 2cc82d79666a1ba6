//! The place of a store file: tells if the path still names the file that is open.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorCode, Result};

/// A store file that is open, and the path it was opened by.
#[derive(Debug)]
pub struct Location {
    path: PathBuf,
    id: FileId,
}

impl Location {
    /// Remembers which file is open. `path` is absolute, so that a change of the working directory does not matter.
    pub fn of(path: &Path, file: &File) -> std::io::Result<Location> {
        Ok(Location {
            path: path.to_owned(),
            id: FileId::of(&file.metadata()?),
        })
    }

    /// Fails with `Io` if the file was removed, renamed or replaced since it was opened: a write would go to a file
    /// that nobody opens again. The check precedes the write, so a file removed during a write counts as removed after
    /// it. Cost: one query of the file system, some microseconds.
    pub fn check(&self) -> Result<()> {
        let (how, cause) = match fs::metadata(&self.path) {
            Ok(found) if FileId::of(&found) == self.id => return Ok(()),
            Ok(_) => ("another file is in its place", None),
            Err(cause) => ("it was removed or renamed", Some(cause)),
        };
        let message = format!(
            "{}: the store is no longer where it was opened: {how}. Nothing was written; put it back, or close this base and open it at its new place",
            self.path.display()
        );
        Err(match cause {
            Some(cause) => Error::with_source(ErrorCode::Io, message, cause),
            None => Error::new(ErrorCode::Io, message),
        })
    }
}

/// The identity of a file, which its name is not.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl FileId {
    fn of(file: &Metadata) -> FileId {
        use std::os::unix::fs::MetadataExt;
        FileId {
            device: file.dev(),
            inode: file.ino(),
        }
    }
}

/// The identity of a file, as far as the standard library tells it here: the time of its creation in nanoseconds, 0 if
/// the file system keeps none. A removed file is noticed in any case.
#[cfg(not(unix))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    created_ns: u128,
}

#[cfg(not(unix))]
impl FileId {
    fn of(file: &Metadata) -> FileId {
        let created = file.created().ok();
        let since = created.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        FileId {
            created_ns: since.map_or(0, |since| since.as_nanos()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_itself_and_not_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        fs::write(&path, "first").unwrap();
        let file = File::open(&path).unwrap();
        let location = Location::of(&path, &file).unwrap();
        location.check().unwrap();
        // A longer file is the same file.
        fs::write(&path, "first and longer").unwrap();
        location.check().unwrap();

        let aside = dir.path().join("aside");
        fs::rename(&path, &aside).unwrap();
        let error = location.check().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Io);
        assert!(error.message().contains("removed or renamed"), "{error}");
        // The same content in another file.
        fs::copy(&aside, &path).unwrap();
        let error = location.check().unwrap_err();
        assert!(error.message().contains("another file"), "{error}");
        fs::rename(&aside, &path).unwrap();
        location.check().unwrap();
    }
}
