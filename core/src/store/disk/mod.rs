//! The on-disk backend: one redb file in the folder of the base.
//!
//! One process owns a base; a second one gets `Busy`, unless all open it read-only. After a failed commit the file is
//! reopened, so that later reads return what is on disk.

mod file;
mod folder;
mod location;
pub mod page_cache;

use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use redb::{Database, DatabaseError, ReadableDatabase, StorageError, TableDefinition};

use self::file::{Access, StoreFile, Writes};
use self::folder::io_error;
use self::location::Location;
use self::page_cache::{CacheLease, PageCache};
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

/// The way to open a store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    pub check: IntegrityCheck,
    /// Bytes of redb's cache, unless it shares one.
    pub cache_bytes: usize,
    pub shared_cache: Option<Arc<PageCache>>,
    /// True to write nothing to the folder, whatever happens.
    pub is_read_only: bool,
}

/// Bytes of memory of an open database beside its cache: redb's 262 parts of a cache with their locks and tables, and
/// the state of its allocator. Measured with an empty base.
const STORE_MEMORY: u64 = 64 << 10;

/// The redb file of a base.
pub struct DiskBackend {
    folder: PathBuf,
    location: Location,
    options: StoreOptions,
    /// `None` only while the file is being reopened, or after reopening failed.
    store: RwLock<Option<OpenStore>>,
    /// The number of the file's descriptor; [`NO_DESCRIPTOR`] while there is none.
    descriptor: AtomicI32,
}

/// An open database over its file. Closing it leaves the file unchanged if nothing was committed.
struct OpenStore {
    database: Database,
    file: StoreFile,
    /// Bytes of redb's own cache.
    n_cache: usize,
}

impl Drop for OpenStore {
    fn drop(&mut self) {
        // The database is dropped after this, and writes its state while it closes.
        self.file.keep_unchanged();
    }
}

const NO_DESCRIPTOR: i32 = -1;

impl DiskBackend {
    /// Opens the base in a folder, or creates one if the folder is empty or absent. Read-only it creates nothing.
    ///
    /// Fails with `Busy` if another handle or process has it open, `NotABase` if the folder holds something else,
    /// `FormatTooNew` if a newer version wrote it (the folder is unchanged), `Corrupt`, `DiskFull` or `Io`.
    pub fn open(folder: &Path, options: StoreOptions) -> Result<DiskBackend> {
        if options.is_read_only {
            folder::check(folder)?;
        } else {
            folder::prepare(folder, create_store)?;
        }
        let path = folder::store_file(folder);
        let (store, location) = guarded(options.check, folder, || open_store(&path, &options))?;
        let descriptor = AtomicI32::new(store.file.descriptor().unwrap_or(NO_DESCRIPTOR));
        Ok(DiskBackend {
            // A later change of the working directory must not lead to another folder.
            folder: absolute(folder)?,
            location,
            options,
            store: RwLock::new(Some(store)),
            descriptor,
        })
    }

    /// The folder of the base's text index.
    pub fn index_folder(&self) -> PathBuf {
        folder::index_folder(&self.folder)
    }

    /// Fails with `Io` if the store was removed, renamed or replaced since it was opened.
    pub fn check_location(&self) -> Result<()> {
        self.location.check()
    }

    fn with_store<T>(&self, job: impl FnOnce(&OpenStore) -> Result<T>) -> Result<T> {
        let guard = self.store.read().unwrap_or_else(PoisonError::into_inner);
        match guard.as_ref() {
            Some(store) => guarded(self.options.check, &self.folder, || job(store)),
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

/// Makes an empty store. One sync at the end is enough: nothing in the file was acknowledged before.
fn create_store(path: &Path) -> Result<()> {
    let opening = |e| opening_error(e, path);
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|e| io_error(&e, "the store cannot be created", path))?;
    let file = StoreFile::new(file, Access::Owner, Writes::Unsynced, None).map_err(opening)?;
    let database = Database::builder()
        .create_with_backend(file.clone())
        .map_err(opening)?;
    create_tables(&database)?;
    database.close().map_err(opening)?;
    file.sync()
        .map_err(|e| io_error(&e, "the store cannot be synchronized", path))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| io_error(&e, "the path cannot be resolved", path))
}

/// Opens the store at a path, and tells which file it is.
///
/// A full check is a repair in memory: redb rebuilds its state from the pages and compares their checksums, and what it
/// writes is dropped. After it the file is opened as one that was closed well, which writes one page, and not before
/// the first change. A file that was not closed well is repaired by that opening, on disk if the base is not read-only.
fn open_store(path: &Path, options: &StoreOptions) -> Result<(OpenStore, Location)> {
    let opening = |e| opening_error(e, path);
    let reading = |e| io_error(&e, "the store cannot be read", path);
    let is_read_only = options.is_read_only;
    let file = File::options()
        .read(true)
        .write(!is_read_only)
        .open(path)
        .map_err(|e| io_error(&e, "the store cannot be opened", path))?;
    let location = Location::of(&absolute(path)?, &file).map_err(reading)?;
    let (access, writes) = if is_read_only {
        (Access::Reader, Writes::InMemory)
    } else {
        (Access::Owner, Writes::Held)
    };
    let lease = options.shared_cache.as_ref().map(PageCache::lease);
    let n_cache = lease
        .as_ref()
        .map_or(options.cache_bytes, CacheLease::own_bytes);
    let mut builder = Database::builder();
    builder.set_cache_size(n_cache);
    let file = if options.check == IntegrityCheck::Full && !is_read_only {
        let file = StoreFile::new(file, access, Writes::Check, lease).map_err(opening)?;
        let checked = builder
            .set_check_integrity_on_open(true)
            .create_with_backend(file.clone());
        drop(checked.map_err(opening)?);
        builder.set_check_integrity_on_open(false);
        file.begin(writes).map_err(reading)?;
        file
    } else {
        builder.set_check_integrity_on_open(options.check == IntegrityCheck::Full);
        StoreFile::new(file, access, writes, lease).map_err(opening)?
    };
    let database = builder.create_with_backend(file.clone()).map_err(opening)?;
    let store = OpenStore {
        database,
        file,
        n_cache,
    };
    if has_missing_tables(&store.database)? {
        // In memory if the base is read-only, so that a base of an older version can be read there too.
        store.write_through(path)?;
        create_tables(&store.database)?;
    }
    Ok((store, location))
}

impl OpenStore {
    /// Sends what the opening wrote to the file; changes follow.
    fn write_through(&self, path: &Path) -> Result<()> {
        self.file
            .write_through()
            .map_err(|e| io_error(&e, "the store cannot be written", path))
    }
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

/// Returns true if a table is missing. If none is, opening writes nothing: a full disk must not prevent reading.
fn has_missing_tables(database: &Database) -> Result<bool> {
    let n_tables = database
        .begin_read()
        .map_err(|e| redb_error(e.into(), "the store cannot be read"))?
        .list_tables()
        .map_err(|e| storage_error(e, "the tables cannot be read"))?
        .count();
    Ok(n_tables < Table::ALL.len())
}

/// Creates the tables that are missing, so that a reader never misses one.
fn create_tables(database: &Database) -> Result<()> {
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
        self.with_store(|store| {
            let txn = store
                .database
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
        self.with_store(|store| {
            let txn = store
                .database
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
        if self.options.is_read_only {
            return Err(Error::new(
                ErrorCode::ReadOnly,
                format!("{}: the store is open read-only", self.folder.display()),
            ));
        }
        self.location.check()?;
        self.with_store(|store| {
            store.write_through(&self.folder)?;
            let mut txn = store
                .database
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
        let guard = self.store.read().unwrap_or_else(PoisonError::into_inner);
        guard.as_ref().map_or(0, |store| {
            STORE_MEMORY + store.database.cache_stats().used_bytes() as u64
        })
    }

    fn memory_ceiling(&self) -> u64 {
        let guard = self.store.read().unwrap_or_else(PoisonError::into_inner);
        guard
            .as_ref()
            .map_or(0, |store| STORE_MEMORY + store.n_cache as u64)
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
        // Another file in its place is another base, and reading goes on from the file that is open.
        self.location.check()?;
        let mut guard = self.store.write().unwrap_or_else(PoisonError::into_inner);
        // Drop the old handle first; the file cannot be opened twice.
        self.descriptor.store(NO_DESCRIPTOR, Ordering::Relaxed);
        *guard = None;
        let options = StoreOptions {
            check: IntegrityCheck::Full,
            ..self.options.clone()
        };
        let (store, _) = open_store(&folder::store_file(&self.folder), &options)?;
        let descriptor = store.file.descriptor().unwrap_or(NO_DESCRIPTOR);
        self.descriptor.store(descriptor, Ordering::Relaxed);
        *guard = Some(store);
        Ok(())
    }
}
