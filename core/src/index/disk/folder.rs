//! The folder of the index: one manifest and the packs it names.
//!
//! Packs are written and synced under new numbers. Then the manifest is replaced atomically. Then packs that it no
//! longer names are removed. So a crash leaves the old state or the new one, and never a mixture. Files with other
//! names stay untouched.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::directory::{take, take_u32, take_u64};
use crate::error::{Error, ErrorCode, Result};

const MAGIC: [u8; 8] = *b"KENINDEX";
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.kenidx";
const NEW_MANIFEST: &str = "manifest.kenidx.new";

/// The manifest of the folder: its packs, and the base they index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The version of analysis and field weights; the index of another epoch is rebuilt.
    pub epoch: u32,
    /// The base it belongs to.
    pub base_id: u64,
    /// The last change of the store that the index covers.
    pub seq: u64,
    /// The packs, in order: number, and the checksum of its header.
    pub packs: Vec<(u64, u32)>,
}

impl Manifest {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(self.epoch.to_le_bytes());
        bytes.extend(self.base_id.to_le_bytes());
        bytes.extend(self.seq.to_le_bytes());
        bytes.extend((self.packs.len() as u32).to_le_bytes());
        for (number, crc) in &self.packs {
            bytes.extend(number.to_le_bytes());
            bytes.extend(crc.to_le_bytes());
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Manifest> {
        let (content, crc) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(content) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut rest = content;
        if take(&mut rest, 8)? != MAGIC || take_u32(&mut rest)? != FORMAT {
            return None;
        }
        let mut manifest = Manifest {
            epoch: take_u32(&mut rest)?,
            base_id: take_u64(&mut rest)?,
            seq: take_u64(&mut rest)?,
            packs: Vec::new(),
        };
        for _ in 0..take_u32(&mut rest)? {
            manifest
                .packs
                .push((take_u64(&mut rest)?, take_u32(&mut rest)?));
        }
        rest.is_empty().then_some(manifest)
    }
}

/// The folder of the index. All errors are typed.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens the folder, and creates it if necessary.
    pub fn open(path: &Path) -> Result<Folder> {
        fs::create_dir_all(path).map_err(|cause| failed("make the folder", path, cause))?;
        Ok(Folder::at(path))
    }

    /// Names the folder, for reading. One that is absent reads as empty.
    pub fn at(path: &Path) -> Folder {
        Folder {
            path: path.to_owned(),
        }
    }

    /// Returns true if the folder has no manifest and no packs.
    pub fn is_empty(&self) -> Result<bool> {
        let is_ours = |name: &String| name == MANIFEST || number_of(name).is_some();
        Ok(!self.names()?.iter().any(is_ours))
    }

    /// The manifest; `None` if it is missing or damaged.
    pub fn manifest(&self) -> Result<Option<Manifest>> {
        let bytes = self.read(MANIFEST)?;
        Ok(bytes.and_then(|bytes| Manifest::from_bytes(&bytes)))
    }

    /// Replaces the manifest, durably.
    ///
    /// One sync of the folder makes the names of the packs and of the manifest durable. A power loss before it may leave
    /// a manifest that names an absent pack; that index is rebuilt from the store. The sync must precede the removal of
    /// the packs of the old manifest, or every power loss about then would cost a rebuild.
    pub fn set_manifest(&self, manifest: &Manifest) -> Result<()> {
        let new = self.write(NEW_MANIFEST, &[&manifest.to_bytes()])?;
        let path = self.path.join(MANIFEST);
        fs::rename(&new, &path).map_err(|cause| failed("replace", &path, cause))?;
        self.sync()
    }

    /// The bytes of a pack; `None` if it is missing.
    pub fn pack(&self, number: u64) -> Result<Option<Vec<u8>>> {
        self.read(&name_of(number))
    }

    /// Writes a pack and syncs it. It takes effect once a manifest names it.
    pub fn write_pack(&self, number: u64, pieces: &[&[u8]]) -> Result<()> {
        self.write(&name_of(number), pieces).map(|_| ())
    }

    /// The numbers of all packs in the folder, ascending, named by the manifest or not.
    pub fn packs(&self) -> Result<Vec<u64>> {
        let names = self.names()?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| number_of(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Bytes of all packs in the folder.
    pub fn bytes(&self) -> Result<u64> {
        let mut sum = 0;
        for number in self.packs()? {
            let path = self.path.join(name_of(number));
            match fs::metadata(&path) {
                Ok(file) => sum += file.len(),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(failed("look at", &path, cause)),
            }
        }
        Ok(sum)
    }

    /// Removes every pack except these, and a new manifest that never took effect. A removal that a power loss undoes
    /// is repeated at the next opening, so it is not synced.
    pub fn keep_only(&self, numbers: &[u64]) -> Result<()> {
        for name in self.names()? {
            let stray = match number_of(&name) {
                Some(number) => !numbers.contains(&number),
                None => name == NEW_MANIFEST,
            };
            if stray {
                let path = self.path.join(&name);
                match fs::remove_file(&path) {
                    Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                        return Err(failed("remove", &path, cause));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>> {
        let failed = |cause| failed("list", &self.path, cause);
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(names),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            if let Ok(name) = entry.map_err(failed)?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(failed("read", &path, cause)),
        }
    }

    fn write(&self, name: &str, pieces: &[&[u8]]) -> Result<PathBuf> {
        let path = self.path.join(name);
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            for piece in pieces {
                file.write_all(piece)?;
            }
            // The contents must be durable before the name by which they are found.
            file.sync_all()
        };
        write().map_err(|cause| failed("write", &path, cause))?;
        Ok(path)
    }

    fn sync(&self) -> Result<()> {
        // On other systems a folder cannot be opened as a file, and renames are durable by themselves.
        #[cfg(unix)]
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(|cause| failed("sync", &self.path, cause))?;
        Ok(())
    }
}

fn name_of(number: u64) -> String {
    format!("{number:016x}.kenpack")
}

fn number_of(name: &str) -> Option<u64> {
    let number = u64::from_str_radix(name.strip_suffix(".kenpack")?, 16).ok()?;
    (name_of(number) == name).then_some(number)
}

fn failed(what: &str, path: &Path, cause: io::Error) -> Error {
    let (code, advice) = match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorCode::DiskFull, "free some space")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (ErrorCode::Io, "check its permissions")
        }
        _ => (ErrorCode::Io, "check the folder and the disk"),
    };
    Error::with_source(
        code,
        format!(
            "index: could not {what} {}: {cause}; {advice}",
            path.display()
        ),
        cause,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_and_any_damage_is_seen() {
        let manifest = Manifest {
            epoch: 3,
            base_id: u64::MAX - 1,
            seq: 77,
            packs: vec![(1, 2), (9, 8)],
        };
        let bytes = manifest.to_bytes();
        assert_eq!(Manifest::from_bytes(&bytes), Some(manifest));
        for i in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[i] ^= 1 << (i % 8);
            assert_eq!(Manifest::from_bytes(&damaged), None);
            assert_eq!(Manifest::from_bytes(&bytes[..i]), None);
        }
    }

    #[test]
    fn only_our_own_names_are_ours() {
        assert_eq!(number_of(&name_of(0xab)), Some(0xab));
        for name in [
            "ab.kenpack",
            "notes.txt",
            "00000000000000AB.kenpack",
            ".kenpack",
        ] {
            assert_eq!(number_of(name), None);
        }
    }
}
