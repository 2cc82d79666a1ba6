//! The on-disk backend: one redb file, and a `FORMAT` file with the format version.
//!
//! One process owns a base; a second one gets `Busy`. After a failed commit the file is reopened, so that later reads
//! return what is on disk.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use redb::{Database, DatabaseError, ReadableDatabase, StorageError, TableDefinition};

use super::backend::{Backend, Batch, Durability, RowVisitor, Table};
use crate::error::{Error, ErrorCode, Result};

/// The format this version writes, and the newest it opens.
pub const FORMAT: u32 = 1;

const FORMAT_FILE: &str = "FORMAT";
const STORE_FILE: &str = "base.redb";
const INDEX_FOLDER: &str = "index";
const FORMAT_HEAD: &str = "kenpoint base, format ";
/// The first 4 of the 9 magic bytes of a redb file (redb design.md, "Super-header").
const REDB_MAGIC_PREFIX: [u8; 4] = *b"redb";

/// Selects how much of the file's checksums is verified on open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrityCheck {
    /// Checks every page, because redb does not verify on read.
    Full,
    /// Trusts the file. redb checks only as much as its recovery after a crash needs.
    Trust,
}

/// The redb file of a base.
pub struct DiskBackend {
    folder: PathBuf,
    cache_bytes: usize,
    /// `None` only while the file is being reopened, or after reopening failed.
    database: RwLock<Option<Database>>,
}

impl DiskBackend {
    /// Opens the base in a folder, or creates one if the folder is empty or absent.
    ///
    /// Fails with `Busy` if another handle or process has it open, `NotABase` if the folder holds something else,
    /// `FormatTooNew` if a newer version wrote it (the folder is unchanged), `Corrupt`, `DiskFull` or `Io`.
    pub fn open(folder: &Path, check: IntegrityCheck, cache_bytes: usize) -> Result<DiskBackend> {
        fs::create_dir_all(folder)
            .map_err(|e| io_error(&e, "the folder cannot be created", folder))?;
        let format = folder.join(FORMAT_FILE);
        let store = folder.join(STORE_FILE);
        match read_format(folder)? {
            Some(found) if found > FORMAT => {
                return Err(Error::new(
                    ErrorCode::FormatTooNew,
                    format!(
                        "{}: the base has format {found}; this version opens up to {FORMAT}; use a newer kenpoint. Nothing was changed",
                        folder.display()
                    ),
                ));
            }
            Some(_) => {}
            None => {
                // A folder with other contents is a mistake of the caller, not a new base. A format file alone,
                // cut short, remains from a crash while a base was created.
                let mut entries = fs::read_dir(folder)
                    .map_err(|e| io_error(&e, "the folder cannot be read", folder))?;
                if entries.any(|entry| entry.map_or(true, |e| e.file_name() != FORMAT_FILE)) {
                    return Err(not_a_base(folder));
                }
                write_format(&format)?;
            }
        }
        if folder.join(INDEX_FOLDER).exists() {
            check_magic_prefix(folder)?;
        } else {
            reset_partial_store(folder)?;
        }
        let database = open_database(&store, check, cache_bytes)?;
        Ok(DiskBackend {
            folder: folder.to_owned(),
            cache_bytes,
            database: RwLock::new(Some(database)),
        })
    }

    /// The folder of the base's text index.
    pub fn index_folder(&self) -> PathBuf {
        self.folder.join(INDEX_FOLDER)
    }

    fn with_database<T>(&self, job: impl FnOnce(&Database) -> Result<T>) -> Result<T> {
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        match guard.as_ref() {
            Some(database) => job(database),
            None => Err(Error::new(
                ErrorCode::Poisoned,
                format!(
                    "{}: an earlier failure closed the store; open the base again",
                    self.folder.display()
                ),
            )),
        }
    }
}

fn table_definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

fn open_database(path: &Path, check: IntegrityCheck, cache_bytes: usize) -> Result<Database> {
    let mut builder = Database::builder();
    builder
        .set_cache_size(cache_bytes)
        .set_check_integrity_on_open(check == IntegrityCheck::Full);
    let database = builder.create(path).map_err(|e| match e {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Error::new(
            ErrorCode::Busy,
            format!(
                "{}: another handle or process has this base open; close it there first",
                path.display()
            ),
        ),
        DatabaseError::UpgradeRequired(version) => Error::new(
            ErrorCode::NotABase,
            format!(
                "{}: the store file has the old redb format {version}; it must be upgraded first",
                path.display()
            ),
        ),
        DatabaseError::Storage(e) => storage_error(e, "the store cannot be opened"),
        other => Error::with_source(
            ErrorCode::Corrupt,
            format!("{}: the store cannot be opened", path.display()),
            other,
        ),
    })?;
    // Create all tables now, so that a reader never misses one. If they exist, write nothing: a full disk
    // must not prevent reading.
    let n_tables = database
        .begin_read()
        .map_err(|e| redb_error(e.into(), "the store cannot be read"))?
        .list_tables()
        .map_err(|e| storage_error(e, "the tables cannot be read"))?
        .count();
    if n_tables >= Table::ALL.len() {
        return Ok(database);
    }
    let txn = database
        .begin_write()
        .map_err(|e| redb_error(e.into(), "the store cannot be written"))?;
    for table in Table::ALL {
        txn.open_table(table_definition(*table))
            .map_err(|e| redb_error(e.into(), "a table cannot be created"))?;
    }
    txn.commit()
        .map_err(|e| redb_error(e.into(), "the store cannot be written"))?;
    Ok(database)
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
        // A crash cut the first write short; the base holds nothing yet.
        return Ok(None);
    }
    text.strip_prefix(FORMAT_HEAD)
        .and_then(|rest| rest.trim().parse().ok())
        .map(Some)
        .ok_or_else(|| not_a_base(folder))
}

fn write_format(path: &Path) -> Result<()> {
    let written = File::create(path).and_then(|mut file| {
        writeln!(file, "{FORMAT_HEAD}{FORMAT}").and_then(|()| file.sync_all())
    });
    written.map_err(|e| {
        // A partial file would make the folder unusable for the next attempt.
        let _ = fs::remove_file(path);
        io_error(&e, "the format cannot be written", path)
    })
}

/// Truncates a store file that a crash left half created. Such a file holds no committed data: redb writes its magic
/// number last, and the index folder is created after the store.
fn reset_partial_store(folder: &Path) -> Result<()> {
    let store = &folder.join(STORE_FILE);
    let mut file = match File::options().read(true).write(true).open(store) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io_error(&e, "the store cannot be read", store)),
    };
    // Another process that is creating the store holds the lock; redb then returns the right error.
    if file.try_lock().is_err() {
        return Ok(());
    }
    let mut magic = [0xff; 4];
    match file.read_exact(&mut magic) {
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => return check_magic_prefix(folder),
        Err(e) => return Err(io_error(&e, "the store cannot be read", store)),
        Ok(()) if magic == REDB_MAGIC_PREFIX => return Ok(()),
        Ok(()) if magic == [0; 4] => {}
        Ok(()) => return Err(not_a_base(folder)),
    }
    file.set_len(0)
        .map_err(|e| io_error(&e, "the store cannot be reset", store))
}

fn check_magic_prefix(folder: &Path) -> Result<()> {
    let store = &folder.join(STORE_FILE);
    let mut magic = [0; 4];
    match File::open(store) {
        Ok(mut file) => {
            let length = file
                .metadata()
                .map_err(|e| io_error(&e, "the store cannot be read", store))?
                .len();
            // An empty file remains from a creation that was cut short; redb initializes it.
            if length > 0 && (file.read_exact(&mut magic).is_err() || magic != REDB_MAGIC_PREFIX) {
                return Err(not_a_base(folder));
            }
            Ok(())
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        Err(e) => Err(io_error(&e, "the store cannot be read", store)),
    }
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

fn storage_error(e: StorageError, context: &str) -> Error {
    match e {
        StorageError::Io(e)
            if matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) =>
        {
            Error::with_source(
                ErrorCode::DiskFull,
                format!("{context}: the disk is full; make space and try again"),
                e,
            )
        }
        StorageError::Io(e) => {
            Error::with_source(ErrorCode::Io, format!("{context}: {e}; check the disk"), e)
        }
        StorageError::Corrupted(why) => Error::corrupt(format!("{context}: {why}")),
        StorageError::PreviousIo => Error::new(
            ErrorCode::Io,
            format!(
                "{context}: an earlier read or write failed; the store is reopened on the next write"
            ),
        ),
        other => Error::with_source(ErrorCode::Io, format!("{context}: {other}"), other),
    }
}

fn redb_error(e: redb::Error, context: &str) -> Error {
    match e {
        redb::Error::Io(e) => storage_error(StorageError::Io(e), context),
        redb::Error::Corrupted(why) => storage_error(StorageError::Corrupted(why), context),
        redb::Error::PreviousIo => storage_error(StorageError::PreviousIo, context),
        other => Error::with_source(ErrorCode::Corrupt, format!("{context}: {other}"), other),
    }
}

impl Backend for DiskBackend {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.with_database(|database| {
            let txn = database
                .begin_read()
                .map_err(|e| redb_error(e.into(), "the store cannot be read"))?;
            let rows = txn
                .open_table(table_definition(table))
                .map_err(|e| redb_error(e.into(), "a table cannot be read"))?;
            let value = rows
                .get(key)
                .map_err(|e| storage_error(e, "a row cannot be read"))?;
            Ok(value.map(|guard| guard.value().to_vec()))
        })
    }

    fn scan(&self, table: Table, from: &[u8], visit: RowVisitor<'_>) -> Result<()> {
        self.with_database(|database| {
            let txn = database
                .begin_read()
                .map_err(|e| redb_error(e.into(), "the store cannot be read"))?;
            let rows = txn
                .open_table(table_definition(table))
                .map_err(|e| redb_error(e.into(), "a table cannot be read"))?;
            for row in rows
                .range(from..)
                .map_err(|e| storage_error(e, "rows cannot be read"))?
            {
                let (key, value) = row.map_err(|e| storage_error(e, "a row cannot be read"))?;
                if !visit(key.value(), value.value())? {
                    break;
                }
            }
            Ok(())
        })
    }

    fn commit(&self, batch: &Batch, durability: Durability) -> Result<()> {
        self.with_database(|database| {
            let mut txn = database
                .begin_write()
                .map_err(|e| redb_error(e.into(), "the store cannot be written"))?;
            let level = match durability {
                Durability::Immediate => redb::Durability::Immediate,
                Durability::Relaxed => redb::Durability::None,
            };
            txn.set_durability(level).map_err(|e| {
                Error::with_source(ErrorCode::Internal, "durability cannot be set", e)
            })?;
            let mut rows = batch.iter().peekable();
            while let Some(((table, _), _)) = rows.peek() {
                let table = *table;
                let mut open = txn
                    .open_table(table_definition(table))
                    .map_err(|e| redb_error(e.into(), "a table cannot be written"))?;
                while let Some(((_, key), value)) = rows.next_if(|((t, _), _)| *t == table) {
                    match value {
                        Some(value) => open.insert(key.as_slice(), value.as_slice()).map(|_| ()),
                        None => open.remove(key.as_slice()).map(|_| ()),
                    }
                    .map_err(|e| storage_error(e, "a row cannot be written"))?;
                }
            }
            txn.commit()
                .map_err(|e| redb_error(e.into(), "the change cannot be committed"))
        })
    }

    fn memory_bytes(&self) -> u64 {
        self.cache_bytes as u64
    }

    fn file_bytes(&self) -> Result<u64> {
        let path = self.folder.join(STORE_FILE);
        fs::metadata(&path)
            .map(|file| file.len())
            .map_err(|e| io_error(&e, "the size of the store file cannot be read", &path))
    }

    fn recover(&self) -> Result<()> {
        let mut guard = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Drop the old handle first; the file cannot be opened twice.
        *guard = None;
        *guard = Some(open_database(
            &self.folder.join(STORE_FILE),
            IntegrityCheck::Full,
            self.cache_bytes,
        )?);
        Ok(())
    }
}
