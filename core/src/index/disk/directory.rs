//! A tantivy directory in memory, written to and read from one checked file, a *pack*.
//!
//! A segment of tantivy is seven files and two lists. As one file it costs one sync and is complete or absent, and
//! every byte of it is under a checksum that is compared before tantivy reads it (tantivy itself compares none when
//! it opens). Files are read whole and not mapped, so a truncated file cannot kill the host's process. Packs of
//! another format, and damaged ones, are rejected.
//!
//! ```text
//! magic 8 | format u32 | n u32 | n × (name length u32, name, length u64, crc u32) | crc u32 of all that
//! the n files, one after the other                                          (little-endian throughout)
//! ```

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

/// The first bytes of a pack.
pub const MAGIC: [u8; 8] = *b"KENPACK\n";
/// The format of packs that this version writes, and the only one it reads: an index is rebuilt and never converted.
pub const FORMAT: u32 = 1;

type Files = BTreeMap<PathBuf, OwnedBytes>;

/// The files of one segment. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct PackDirectory {
    files: Arc<RwLock<Files>>,
}

impl PackDirectory {
    /// Packs these files: the header, its checksum, and the contents in the order of the header. Files whose name
    /// begins with a dot are tantivy's own notes and are left out.
    pub fn pack(&self) -> (Vec<u8>, u32, Vec<OwnedBytes>) {
        let files = self.read();
        let kept: Vec<(&str, &OwnedBytes)> = files
            .iter()
            .filter_map(|(path, bytes)| Some((path.to_str()?, bytes)))
            .filter(|(name, _)| !name.starts_with('.'))
            .collect();
        let mut header = MAGIC.to_vec();
        header.extend(FORMAT.to_le_bytes());
        header.extend((kept.len() as u32).to_le_bytes());
        for (name, bytes) in &kept {
            header.extend((name.len() as u32).to_le_bytes());
            header.extend(name.as_bytes());
            header.extend((bytes.len() as u64).to_le_bytes());
            header.extend(crc32fast::hash(bytes).to_le_bytes());
        }
        let header_crc = crc32fast::hash(&header);
        header.extend(header_crc.to_le_bytes());
        let contents = kept.into_iter().map(|(_, bytes)| bytes.clone()).collect();
        (header, header_crc, contents)
    }

    /// Reads a pack: its directory, and the checksum of its header, which covers the checksums of all files; `None`
    /// if any byte of it was changed.
    pub fn unpack(pack: Vec<u8>) -> Option<(PackDirectory, u32)> {
        let pack = OwnedBytes::new(pack);
        let mut rest = pack.as_slice();
        if take(&mut rest, 8)? != MAGIC || take_u32(&mut rest)? != FORMAT {
            return None;
        }
        let n = take_u32(&mut rest)?;
        let mut entries = Vec::new();
        for _ in 0..n {
            let n_bytes = take_u32(&mut rest)? as usize;
            let name = std::str::from_utf8(take(&mut rest, n_bytes)?).ok()?;
            let len = usize::try_from(take_u64(&mut rest)?).ok()?;
            entries.push((name.to_owned(), len, take_u32(&mut rest)?));
        }
        let header = pack.get(..pack.len() - rest.len())?;
        let header_crc = crc32fast::hash(header);
        if take_u32(&mut rest)? != header_crc {
            return None;
        }
        let mut start = pack.len() - rest.len();
        let mut files = Files::new();
        for (name, len, crc) in entries {
            if crc32fast::hash(take(&mut rest, len)?) != crc {
                return None;
            }
            files.insert(PathBuf::from(name), pack.slice(start..start + len));
            start += len;
        }
        let directory = PackDirectory {
            files: Arc::new(RwLock::new(files)),
        };
        rest.is_empty().then_some((directory, header_crc))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.read().values().map(|bytes| bytes.len() as u64).sum()
    }

    // The map changes by single inserts and removals, so it is consistent after a panic elsewhere.
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Files> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Files> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, path: &Path) -> Result<OwnedBytes, OpenReadError> {
        self.read()
            .get(path)
            .cloned()
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}

impl Directory for PackDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.get(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        match self.write().remove(path) {
            Some(_) => Ok(()),
            None => Err(DeleteError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.read().contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let mut files = self.write();
        if files.contains_key(path) {
            return Err(OpenWriteError::FileAlreadyExists(path.to_owned()));
        }
        files.insert(path.to_owned(), OwnedBytes::empty());
        Ok(BufWriter::new(Box::new(FileWriter {
            path: path.to_owned(),
            directory: self.clone(),
            bytes: Vec::new(),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.get(path)?.to_vec())
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.write()
            .insert(path.to_owned(), OwnedBytes::new(data.to_vec()));
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        // No other writer uses these files: the owner of the store owns the index, and a pack has one writer.
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

struct FileWriter {
    path: PathBuf,
    directory: PackDirectory,
    bytes: Vec<u8>,
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for FileWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.shrink_to_fit();
        self.directory
            .write()
            .insert(self.path.clone(), OwnedBytes::new(bytes));
        Ok(())
    }
}

/// The next `n` bytes.
pub(super) fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(n)?;
    *rest = left;
    Some(taken)
}

/// The next four bytes as a number.
pub(super) fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?))
}

/// The next eight bytes as a number.
pub(super) fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack() -> Vec<u8> {
        let directory = PackDirectory::default();
        for (name, text) in [("a", "first"), ("b", ""), (".note", "out"), ("c", "third")] {
            let mut file = directory.open_write(Path::new(name)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.terminate().unwrap();
        }
        let (mut bytes, _, contents) = directory.pack();
        contents.iter().for_each(|c| bytes.extend_from_slice(c));
        bytes
    }

    #[test]
    fn a_pack_reads_back_without_the_notes() {
        let (directory, _) = PackDirectory::unpack(pack()).unwrap();
        assert_eq!(directory.read().len(), 3);
        assert_eq!(directory.atomic_read(Path::new("c")).unwrap(), b"third");
        assert!(directory.open_write(Path::new("a")).is_err());
    }

    #[test]
    fn any_damage_is_seen() {
        let whole = pack();
        for i in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[i] ^= 1 << (i % 8);
            assert!(PackDirectory::unpack(bytes).is_none(), "bit of byte {i}");
            assert!(PackDirectory::unpack(whole[..i].to_vec()).is_none());
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(PackDirectory::unpack(longer).is_none());
    }
}
