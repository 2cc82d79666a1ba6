//! The store file under redb: decides which of redb's writes reach the disk, and when.
//!
//! redb writes and syncs while it opens a file, checks it and closes it, even if nobody changes anything. Here such
//! writes stay in memory: those of a check and of a read-only base for ever, those of opening until the first change.
//! So a base that is only read leaves its file as it was, byte for byte. A sync after which nothing was written is left
//! out. The order of writes and syncs that redb relies on is kept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use super::page_cache::{CacheLease, CachedFile};

/// Bytes of a block that is held in memory: a page of redb.
const BLOCK: u64 = 4_096;

/// The fate of redb's writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Writes {
    /// They stay in memory and are dropped with it.
    InMemory = 0,
    /// The same, and the locks outlast redb's close: an opening follows.
    Check = 1,
    /// They wait in memory until [`StoreFile::write_through`], or until redb writes again after a sync.
    Held = 2,
    /// They go to the file.
    Through = 3,
    /// They go to the file, and only [`StoreFile::sync`] syncs it: the file has no contents to lose yet.
    Unsynced = 4,
}

impl Writes {
    fn is_held(self) -> bool {
        matches!(self, Writes::InMemory | Writes::Check | Writes::Held)
    }
}

/// The locks that redb may take on the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Exclusive ones: one process writes.
    Owner,
    /// Shared ones, also where redb asks for exclusive ones: readers go together and keep every owner out.
    Reader,
}

/// A file that redb uses as its storage. Clones share it.
#[derive(Clone, Debug)]
pub struct StoreFile(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: CachedFile,
    /// The number of the file's descriptor, where files have one.
    descriptor: Option<i32>,
    access: Access,
    writes: AtomicU8,
    held: RwLock<Overlay>,
    /// True if the file was written to since the last sync.
    is_dirty: AtomicBool,
}

/// The state of the file as redb sees it, where it differs from the disk.
#[derive(Debug, Default)]
struct Overlay {
    blocks: BTreeMap<u64, Box<[u8]>>,
    len: u64,
    /// Bytes from the start that are as on disk, except for `blocks`. Bytes after them are zero.
    n_kept: u64,
    is_changed: bool,
    /// True if redb synced a change that is held: later writes must not reach the disk before it.
    is_synced: bool,
}

#[cfg(unix)]
fn descriptor_of(file: &File) -> Option<i32> {
    Some(std::os::fd::AsRawFd::as_raw_fd(file))
}

#[cfg(not(unix))]
fn descriptor_of(_: &File) -> Option<i32> {
    None
}

impl StoreFile {
    /// Wraps an open file, read through a shared cache if there is a lease.
    pub fn new(
        file: File,
        access: Access,
        writes: Writes,
        lease: Option<CacheLease>,
    ) -> Result<StoreFile, redb::DatabaseError> {
        let descriptor = descriptor_of(&file);
        let file = CachedFile {
            file: FileBackend::new(file)?,
            lease,
        };
        let len = file.file.len()?;
        Ok(StoreFile(Arc::new(Shared {
            file,
            descriptor,
            access,
            writes: AtomicU8::new(writes as u8),
            held: RwLock::new(Overlay::as_on_disk(len)),
            is_dirty: AtomicBool::new(false),
        })))
    }

    /// Returns the number of the file's descriptor. redb keeps the file and does not tell it.
    pub fn descriptor(&self) -> Option<i32> {
        self.0.descriptor
    }

    /// Drops what is held in memory. Only while no database uses the file.
    pub fn begin(&self, writes: Writes) -> io::Result<()> {
        let mut held = self.held_mut();
        *held = Overlay::as_on_disk(self.0.file.file.len()?);
        self.set(writes);
        Ok(())
    }

    /// Writes what is held to the file and syncs it. Later writes go to the file.
    pub fn write_through(&self) -> io::Result<()> {
        if self.writes() == Writes::Held {
            self.release(&mut self.held_mut())?;
        }
        Ok(())
    }

    /// Drops what is held, and all later writes, if nothing reached the file yet. A database that is closed afterwards
    /// leaves the file as it found it.
    pub fn keep_unchanged(&self) {
        let _held = self.held_mut();
        if self.writes() == Writes::Held {
            self.set(Writes::InMemory);
        }
    }

    /// Syncs the file, whatever is to become of redb's own syncs.
    pub fn sync(&self) -> io::Result<()> {
        self.0.file.file.sync_data()
    }

    fn writes(&self) -> Writes {
        match self.0.writes.load(Ordering::Acquire) {
            0 => Writes::InMemory,
            1 => Writes::Check,
            2 => Writes::Held,
            3 => Writes::Through,
            _ => Writes::Unsynced,
        }
    }

    fn set(&self, writes: Writes) {
        self.0.writes.store(writes as u8, Ordering::Release);
    }

    /// The state is changed by single steps that each leave it readable.
    fn held_mut(&self) -> RwLockWriteGuard<'_, Overlay> {
        self.0.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the held state, unless writes go to the file.
    fn held(&self) -> Option<RwLockReadGuard<'_, Overlay>> {
        if !self.writes().is_held() {
            return None;
        }
        let held = self.0.held.read().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have released it while this one waited.
        self.writes().is_held().then_some(held)
    }

    /// Returns the held state for a write, or nothing if the file takes it.
    fn held_for_write(&self) -> io::Result<Option<RwLockWriteGuard<'_, Overlay>>> {
        if !self.writes().is_held() {
            return Ok(None);
        }
        let mut held = self.held_mut();
        if self.writes() == Writes::Held && held.is_synced {
            self.release(&mut held)?;
        }
        Ok(self.writes().is_held().then_some(held))
    }

    fn release(&self, held: &mut Overlay) -> io::Result<()> {
        if self.writes() != Writes::Held {
            return Ok(());
        }
        if held.is_changed {
            let file = &self.0.file;
            if held.n_kept < file.file.len()? {
                file.set_len(held.n_kept)?;
            }
            if held.len != file.file.len()? {
                file.set_len(held.len)?;
            }
            for (number, block) in &held.blocks {
                let at = number * BLOCK;
                let n = held.len.saturating_sub(at).min(BLOCK) as usize;
                file.write(at, block.get(..n).unwrap_or(block))?;
            }
            // redb synced what is held: nothing that follows may be on disk before it.
            file.file.sync_data()?;
            held.blocks.clear();
        }
        self.set(Writes::Through);
        Ok(())
    }
}

impl Overlay {
    fn as_on_disk(len: u64) -> Overlay {
        Overlay {
            len,
            n_kept: len,
            ..Overlay::default()
        }
    }

    fn read(&self, file: &CachedFile, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset.saturating_add(out.len() as u64);
        if end > self.len {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let n_kept = self.n_kept.saturating_sub(offset).min(out.len() as u64) as usize;
        let (kept, new) = out.split_at_mut(n_kept);
        file.read(offset, kept)?;
        new.fill(0);
        for (number, block) in self.blocks.range(offset / BLOCK..end.div_ceil(BLOCK)) {
            let at = number * BLOCK;
            let (from, to) = (at.max(offset), (at + BLOCK).min(end));
            let source = block.get((from - at) as usize..(to - at) as usize);
            let target = out.get_mut((from - offset) as usize..(to - offset) as usize);
            if let (Some(source), Some(target)) = (source, target) {
                target.copy_from_slice(source);
            }
        }
        Ok(())
    }

    fn write(&mut self, file: &CachedFile, offset: u64, data: &[u8]) -> io::Result<()> {
        let end = offset.saturating_add(data.len() as u64);
        self.len = self.len.max(end);
        self.is_changed = true;
        for number in offset / BLOCK..end.div_ceil(BLOCK) {
            let at = number * BLOCK;
            if !self.blocks.contains_key(&number) {
                let mut block = vec![0; BLOCK as usize];
                let n = self.len.saturating_sub(at).min(BLOCK) as usize;
                self.read(file, at, block.get_mut(..n).unwrap_or_default())?;
                self.blocks.insert(number, block.into_boxed_slice());
            }
            let (from, to) = (at.max(offset), (at + BLOCK).min(end));
            let source = data.get((from - offset) as usize..(to - offset) as usize);
            let target = self
                .blocks
                .get_mut(&number)
                .and_then(|block| block.get_mut((from - at) as usize..(to - at) as usize));
            if let (Some(source), Some(target)) = (source, target) {
                target.copy_from_slice(source);
            }
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) {
        self.is_changed |= self.len != len;
        self.n_kept = self.n_kept.min(len);
        let _gone = self.blocks.split_off(&len.div_ceil(BLOCK));
        // A file that grows again is zero there.
        if let Some(last) = self.blocks.get_mut(&(len / BLOCK)) {
            last.iter_mut()
                .skip((len % BLOCK) as usize)
                .for_each(|byte| *byte = 0);
        }
        self.len = len;
    }
}

impl StorageBackend for StoreFile {
    fn len(&self) -> io::Result<u64> {
        match self.held() {
            Some(held) => Ok(held.len),
            None => self.0.file.file.len(),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.held() {
            Some(held) => held.read(&self.0.file, offset, out),
            None => self.0.file.read(offset, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        match self.held_for_write()? {
            Some(mut held) => {
                held.set_len(len);
                Ok(())
            }
            None => {
                let done = self.0.file.set_len(len);
                self.0.is_dirty.store(true, Ordering::Release);
                done
            }
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        match self.held_for_write()? {
            Some(mut held) => held.write(&self.0.file, offset, data),
            None => {
                let done = self.0.file.write(offset, data);
                // After the write, so that a sync that did not see it leaves the mark. A failed write may have
                // changed bytes as well.
                self.0.is_dirty.store(true, Ordering::Release);
                done
            }
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        if self.writes().is_held() {
            let mut held = self.held_mut();
            if self.writes().is_held() {
                held.is_synced = held.is_changed;
                return Ok(());
            }
        }
        if self.writes() == Writes::Unsynced {
            return Ok(());
        }
        // redb syncs in its one write transaction, so no other sync is under way that this one would have to wait for.
        if !self.0.is_dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let done = self.0.file.file.sync_data();
        if done.is_err() {
            self.0.is_dirty.store(true, Ordering::Release);
        }
        done
    }

    fn close(&self) -> io::Result<()> {
        match self.writes() {
            Writes::Check => Ok(()),
            _ => self.0.file.file.close(),
        }
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        match self.0.access {
            Access::Owner => self.0.file.file.try_lock_range(start, end),
            Access::Reader => self.0.file.file.try_lock_shared_range(start, end),
        }
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.file.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        match self.0.access {
            Access::Owner => self.0.file.file.lock_range(start, end),
            Access::Reader => self.0.file.file.lock_shared_range(start, end),
        }
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn open(path: &Path, writes: Writes) -> StoreFile {
        let file = File::options().read(true).write(true).open(path).unwrap();
        StoreFile::new(file, Access::Owner, writes, None).unwrap()
    }

    fn contents(file: &StoreFile) -> Vec<u8> {
        let mut bytes = vec![0; file.len().unwrap() as usize];
        file.read(0, &mut bytes).unwrap();
        bytes
    }

    /// Writes, cuts and reads at random, compared with a list of bytes. Returns that list.
    fn scramble(file: &StoreFile, mut seed: u64) -> Vec<u8> {
        let mut next = |n: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % n
        };
        let mut model = contents(file);
        for _ in 0..400 {
            match next(6) {
                0 => {
                    let len = next(40_000);
                    file.set_len(len).unwrap();
                    model.resize(len as usize, 0);
                }
                1..=3 if !model.is_empty() => {
                    let from = next(model.len() as u64) as usize;
                    let n = (next(9_000) as usize).min(model.len() - from);
                    let byte = next(256) as u8;
                    file.write(from as u64, &vec![byte; n]).unwrap();
                    model[from..from + n].fill(byte);
                }
                _ => {
                    let from = next(model.len() as u64 + 1) as usize;
                    let n = (next(9_000) as usize).min(model.len() - from);
                    let mut out = vec![1; n];
                    file.read(from as u64, &mut out).unwrap();
                    assert!(out == model[from..from + n], "{n} bytes from {from}");
                }
            }
        }
        assert!(file.read(model.len() as u64, &mut [0]).is_err());
        assert!(contents(file) == model);
        model
    }

    #[test]
    fn each_fate_of_writes_reads_as_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        for seed in 0..12 {
            let before: Vec<u8> = (0..20_000u32).map(|i| (i / 77) as u8).collect();
            std::fs::write(&path, &before).unwrap();
            for writes in [Writes::InMemory, Writes::Check, Writes::Held] {
                let file = open(&path, writes);
                scramble(&file, seed);
                assert!(
                    std::fs::read(&path).unwrap() == before,
                    "{writes:?} reached the file"
                );
                file.begin(writes).unwrap();
                assert!(contents(&file) == before, "{writes:?} was not dropped");
            }
            let file = open(&path, Writes::Held);
            let model = scramble(&file, seed);
            file.write_through().unwrap();
            assert!(std::fs::read(&path).unwrap() == model);
            let model = scramble(&file, seed + 1);
            assert!(std::fs::read(&path).unwrap() == model);
        }
    }

    #[test]
    fn held_writes_reach_the_file_before_those_that_follow_their_sync() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        std::fs::write(&path, [0; 8_192]).unwrap();
        let on_disk = || std::fs::read(&path).unwrap();
        let file = open(&path, Writes::Held);
        // Nothing was written: a sync changes nothing.
        file.sync_data().unwrap();
        file.write(0, &[1]).unwrap();
        file.write(5_000, &[1]).unwrap();
        assert_eq!((on_disk()[0], on_disk()[5_000]), (0, 0));
        file.sync_data().unwrap();
        assert_eq!((on_disk()[0], on_disk()[5_000]), (0, 0));
        file.write(1, &[2]).unwrap();
        assert_eq!(on_disk()[..2], [1, 2]);
        assert_eq!(on_disk()[5_000], 1);

        // A file that is to stay unchanged does so, also beyond a sync.
        let before = on_disk();
        let file = open(&path, Writes::Held);
        file.write(0, &[7]).unwrap();
        file.sync_data().unwrap();
        file.keep_unchanged();
        file.write(1, &[7]).unwrap();
        file.set_len(10).unwrap();
        file.sync_data().unwrap();
        assert_eq!(contents(&file)[..2], [7, 7]);
        assert!(on_disk() == before);
        // Once it was changed, it is too late for that.
        let file = open(&path, Writes::Held);
        file.write_through().unwrap();
        file.keep_unchanged();
        file.write(0, &[9]).unwrap();
        assert_eq!(on_disk()[0], 9);
    }

    #[test]
    fn a_reader_takes_shared_locks_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        std::fs::write(&path, [0; 100]).unwrap();
        let reader = || {
            let file = File::open(&path).unwrap();
            StoreFile::new(file, Access::Reader, Writes::InMemory, None).unwrap()
        };
        let all = (Bound::Unbounded, Bound::Unbounded);
        let (first, second) = (reader(), reader());
        assert!(first.try_lock_range(all.0, all.1).unwrap());
        assert!(second.try_lock_range(all.0, all.1).unwrap());
        let owner = open(&path, Writes::Held);
        assert!(!owner.try_lock_range(all.0, all.1).unwrap());
        first.close().unwrap();
        second.close().unwrap();
        assert!(owner.try_lock_range(all.0, all.1).unwrap());
        assert!(!first.try_lock_range(all.0, all.1).unwrap());
    }
}
