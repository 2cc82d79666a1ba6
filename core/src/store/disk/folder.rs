//! The folder of a base on disk: its format file, and the creation of the store in it.
//!
//! A base is created only in a folder without contents, in an order from which a crash can be told: the new store
//! under a temporary name, then the format, then the store's own name. So a folder that has its format but neither
//! store is damaged, and is never opened as a new base. A lock on the format file keeps a second creator out.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorCode, Result};

/// The format this version writes, and the newest it opens.
pub const FORMAT: u32 = 1;

const FORMAT_FILE: &str = "FORMAT";
const STORE_FILE: &str = "base.redb";
/// The name of the store while it is created. Nothing in such a file was acknowledged.
const NEW_STORE_FILE: &str = "base.redb.new";
const INDEX_FOLDER: &str = "index";
const FORMAT_HEAD: &str = "kenpoint base, format ";
/// The magic bytes of a redb file (redb design.md, "Super-header").
const REDB_MAGIC: [u8; 9] = *b"redb\x1a\x0a\xa9\x0d\x0a";

/// Returns the path of the store file.
pub fn store_file(folder: &Path) -> PathBuf {
    folder.join(STORE_FILE)
}

/// Returns the path of the text index.
pub fn index_folder(folder: &Path) -> PathBuf {
    folder.join(INDEX_FOLDER)
}

/// Prepares a folder: checks that it holds a base, or creates one by `create`, which makes an empty store in the file
/// it is given and closes it.
///
/// Fails with `Busy` if another process creates a base in it, `NotABase` if it holds something else, `FormatTooNew` if
/// a newer version wrote it, `Corrupt` if it holds a base whose store is missing or damaged, `DiskFull` or `Io`. Of what
/// the folder holds nothing is changed then.
pub fn prepare(folder: &Path, create: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    fs::create_dir_all(folder).map_err(|e| io_error(&e, "the folder cannot be created", folder))?;
    match read_format(folder)? {
        Some(found) if found > FORMAT => Err(too_new(folder, found)),
        Some(_) if store_file(folder).exists() => check_store(folder),
        Some(_) if !folder.join(NEW_STORE_FILE).exists() => {
            Err(damaged(&store_file(folder), "is missing"))
        }
        _ => create_in(folder, create),
    }
}

/// Checks that a folder holds a base, and changes nothing.
///
/// Fails with `NotABase` if it holds none, or one whose creation was cut short; `FormatTooNew`, `Corrupt` or `Io`.
pub fn check(folder: &Path) -> Result<()> {
    match read_format(folder)? {
        Some(found) if found > FORMAT => Err(too_new(folder, found)),
        Some(_) if store_file(folder).exists() => check_store(folder),
        Some(_) if !folder.join(NEW_STORE_FILE).exists() => Err(damaged(folder, "is missing")),
        _ => Err(not_a_base(folder)),
    }
}

fn too_new(folder: &Path, found: u32) -> Error {
    Error::new(
        ErrorCode::FormatTooNew,
        format!(
            "{}: the base has format {found}; this version opens up to {FORMAT}; use a newer kenpoint. Nothing was changed",
            folder.display()
        ),
    )
}

/// Creates a base in a folder that is empty, or that holds no more than a creation cut short.
fn create_in(folder: &Path, create: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let entries =
        fs::read_dir(folder).map_err(|e| io_error(&e, "the folder cannot be read", folder))?;
    for entry in entries {
        let name = entry
            .map_err(|e| io_error(&e, "the folder cannot be read", folder))?
            .file_name();
        if name != FORMAT_FILE && name != NEW_STORE_FILE {
            return Err(not_a_base(folder));
        }
    }
    let path = folder.join(FORMAT_FILE);
    let options = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let mut format = options.map_err(|e| io_error(&e, "the format cannot be written", &path))?;
    if format.try_lock().is_err() {
        return Err(Error::new(
            ErrorCode::Busy,
            format!(
                "{}: another process creates a base here; try again",
                folder.display()
            ),
        ));
    }
    // Another process may have created it between the first look and the lock.
    if store_file(folder).exists() {
        return check_store(folder);
    }
    let new = folder.join(NEW_STORE_FILE);
    match fs::remove_file(&new) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            return Err(io_error(
                &e,
                "the remains of a creation cannot be removed",
                &new,
            ));
        }
        _ => {}
    }
    create(&new)?;
    let written = format
        .set_len(0)
        .and_then(|()| format.rewind())
        .and_then(|()| writeln!(format, "{FORMAT_HEAD}{FORMAT}"))
        .and_then(|()| format.sync_all());
    written.map_err(|e| io_error(&e, "the format cannot be written", &path))?;
    let store = store_file(folder);
    fs::rename(&new, &store).map_err(|e| io_error(&e, "the store cannot be renamed", &store))?;
    sync_folder(folder)
}

/// Makes the names in a folder durable, where the system has a call for it.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|e| io_error(&e, "the folder cannot be synchronized", folder))?;
    }
    Ok(())
}

fn read_format(folder: &Path) -> Result<Option<u32>> {
    let path = &folder.join(FORMAT_FILE);
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(256).read_to_string(&mut text)) {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) if e.kind() == ErrorKind::InvalidData => return Err(not_a_base(folder)),
        Err(e) => return Err(io_error(&e, "the format cannot be read", path)),
    }
    if FORMAT_HEAD.starts_with(&text) {
        // A crash cut the first write short, or another process is writing it.
        return Ok(None);
    }
    text.strip_prefix(FORMAT_HEAD)
        .and_then(|rest| rest.trim().parse().ok())
        .map(Some)
        .ok_or_else(|| not_a_base(folder))
}

/// Checks that the store begins as one, since redb would make a new store of an empty file.
fn check_store(folder: &Path) -> Result<()> {
    let path = &store_file(folder);
    let mut found = Vec::new();
    File::open(path)
        .and_then(|file| file.take(REDB_MAGIC.len() as u64).read_to_end(&mut found))
        .map_err(|e| io_error(&e, "the store cannot be read", path))?;
    match found.as_slice() {
        [] => Err(damaged(path, "is empty")),
        magic if magic == REDB_MAGIC => Ok(()),
        _ => Err(damaged(path, "does not begin as a redb file")),
    }
}

/// The error of a store file that is no store.
pub fn damaged(store: &Path, how: &str) -> Error {
    Error::corrupt(format!(
        "{}: the store {STORE_FILE} {how}; restore it from a backup, or import an export of the base into an empty folder. Nothing was changed",
        store.parent().unwrap_or(store).display()
    ))
}

fn not_a_base(folder: &Path) -> Error {
    Error::new(
        ErrorCode::NotABase,
        format!(
            "{}: this is not a kenpoint base; give an empty folder or the folder of an existing base",
            folder.display()
        ),
    )
}

/// Turns an error of the file system into one with a code and a next step for the caller.
pub fn io_error(e: &std::io::Error, context: &str, path: &Path) -> Error {
    let (code, step) = match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            (ErrorCode::DiskFull, "make space and try again")
        }
        ErrorKind::PermissionDenied => (ErrorCode::Io, "check the permissions of the folder"),
        ErrorKind::ReadOnlyFilesystem => (
            ErrorCode::Io,
            "open the base with read_only, or mount the disk for writing",
        ),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            (ErrorCode::Io, "name a folder, not a file")
        }
        _ => (ErrorCode::Io, "check the path and the disk"),
    };
    let kind = std::io::Error::new(e.kind(), e.to_string());
    Error::with_source(
        code,
        format!("{}: {context}: {e}; {step}", path.display()),
        kind,
    )
}
