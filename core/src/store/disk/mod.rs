//! The on-disk backend: one redb file in the folder of the base.
//!
//! One process owns a base; a second one gets `Busy`. After a failed commit the file is reopened, so that later reads
//! return what is on disk.

mod folder;

use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{PoisonError, RwLock};

use redb::backends::FileBackend;
use redb::{Database, DatabaseError, ReadableDatabase, StorageError, TableDefinition};

use self::folder::io_error;
use super::backend::{Backend, Batch, Durability, RowVisitor, Table};
use crate::error::{Error, ErrorCode, Result};

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
    check: IntegrityCheck,
    cache_bytes: usize,
    /// `None` only while the file is being reopened, or after reopening failed.
    database: RwLock<Option<Database>>,
    /// The number of the file's descriptor; [`NO_DESCRIPTOR`] while there is none.
    descriptor: AtomicI32,
}

const NO_DESCRIPTOR: i32 = -1;

impl DiskBackend {
    /// Opens the base in a folder, or creates one if the folder is empty or absent.
    ///
    /// Fails with `Busy` if another handle or process has it open, `NotABase` if the folder holds something else,
    /// `FormatTooNew` if a newer version wrote it (the folder is unchanged), `Corrupt`, `DiskFull` or `Io`.
    pub fn open(folder: &Path, check: IntegrityCheck, cache_bytes: usize) -> Result<DiskBackend> {
        folder::prepare(folder, |new| {
            let database = Database::create(new).map_err(|e| opening_error(e, new))?;
            create_tables(&database)
        })?;
        let store = folder::store_file(folder);
        let (database, descriptor) =
            guarded(check, folder, || open_database(&store, check, cache_bytes))?;
        Ok(DiskBackend {
            folder: folder.to_owned(),
            check,
            cache_bytes,
            database: RwLock::new(Some(database)),
            descriptor: AtomicI32::new(descriptor),
        })
    }

    /// The folder of the base's text index.
    pub fn index_folder(&self) -> PathBuf {
        folder::index_folder(&self.folder)
    }

    fn with_database<T>(&self, job: impl FnOnce(&Database) -> Result<T>) -> Result<T> {
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        match guard.as_ref() {
            Some(database) => guarded(self.check, &self.folder, || job(database)),
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

/// Runs an operation on the store. On a page that redb did not verify it may panic; the error then says so.
fn guarded<T>(
    check: IntegrityCheck,
    folder: &Path,
    operation: impl FnOnce() -> Result<T>,
) -> Result<T> {
    match check {
        IntegrityCheck::Full => operation(),
        IntegrityCheck::Trust => {
            catch_unwind(AssertUnwindSafe(operation)).unwrap_or_else(|_| {
                Err(Error::corrupt(format!(
                    "{}: a page of the store is damaged; open the base without trusting the file for a full check",
                    folder.display()
                )))
            })
        }
    }
}

fn table_definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

/// Opens the store with the number of its descriptor. The file is opened here and not by redb, which does not tell the
/// number.
fn open_database(
    path: &Path,
    check: IntegrityCheck,
    cache_bytes: usize,
) -> Result<(Database, i32)> {
    let failed = |e| opening_error(DatabaseError::Storage(StorageError::Io(e)), path);
    let file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    // redb would begin a new store in an empty file.
    if file.metadata().map_err(failed)?.len() == 0 {
        return Err(folder::damaged(path, "is empty"));
    }
    let descriptor = descriptor_of(&file);
    let mut builder = Database::builder();
    builder
        .set_cache_size(cache_bytes)
        .set_check_integrity_on_open(check == IntegrityCheck::Full);
    let database = FileBackend::new(file)
        .and_then(|file| builder.create_with_backend(file))
        .map_err(|e| opening_error(e, path))?;
    create_tables(&database)?;
    Ok((database, descriptor))
}

#[cfg(unix)]
fn descriptor_of(file: &File) -> i32 {
    std::os::fd::AsRawFd::as_raw_fd(file)
}

#[cfg(not(unix))]
fn descriptor_of(_: &File) -> i32 {
    NO_DESCRIPTOR
}

fn opening_error(e: DatabaseError, path: &Path) -> Error {
    match e {
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
    }
}

/// Creates the tables that are missing, so that a reader never misses one. If none is, it writes nothing: a full disk
/// must not prevent reading.
fn create_tables(database: &Database) -> Result<()> {
    let n_tables = database
        .begin_read()
        .map_err(|e| redb_error(e.into(), "the store cannot be read"))?
        .list_tables()
        .map_err(|e| storage_error(e, "the tables cannot be read"))?
        .count();
    if n_tables >= Table::ALL.len() {
        return Ok(());
    }
    let txn = database
        .begin_write()
        .map_err(|e| redb_error(e.into(), "the store cannot be written"))?;
    for table in Table::ALL {
        txn.open_table(table_definition(*table))
            .map_err(|e| redb_error(e.into(), "a table cannot be created"))?;
    }
    txn.commit()
        .map_err(|e| redb_error(e.into(), "the store cannot be written"))
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
        let path = folder::store_file(&self.folder);
        fs::metadata(&path)
            .map(|file| file.len())
            .map_err(|e| io_error(&e, "the size of the store file cannot be read", &path))
    }

    fn lock_descriptor(&self) -> Option<i32> {
        let descriptor = self.descriptor.load(Ordering::Relaxed);
        (descriptor != NO_DESCRIPTOR).then_some(descriptor)
    }

    fn recover(&self) -> Result<()> {
        let mut guard = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Drop the old handle first; the file cannot be opened twice.
        self.descriptor.store(NO_DESCRIPTOR, Ordering::Relaxed);
        *guard = None;
        let (database, descriptor) = open_database(
            &folder::store_file(&self.folder),
            IntegrityCheck::Full,
            self.cache_bytes,
        )?;
        self.descriptor.store(descriptor, Ordering::Relaxed);
        *guard = Some(database);
        Ok(())
    }
}
