//! One cache of file blocks for the stores of many bases, under one ceiling.
//!
//! redb has a cache of its own for each file, whose size is fixed when the file is opened. Bases that share a ceiling
//! give redb a small one, reserved from the ceiling, and read through this one, where the blocks of all of them compete:
//! a base that is asked often holds more. Blocks are evicted by second chance, so a scan does not displace those in use.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;
use redb::backends::FileBackend;

/// Bytes of a block: a page of redb, which aligns its pages so.
const BLOCK: u64 = 4_096;

/// Bytes of memory for a block with its key, its entry and its place in the queue.
const BLOCK_MEMORY: usize = BLOCK as usize + 128;

/// Parts of the cache with a lock each.
const N_SHARDS: usize = 16;

/// The greatest cache of redb's own for a base, in bytes. It serves the pages of a commit and the roots of trees.
const OWN_MAX: usize = 1 << 20;

/// The share of what is left of the ceiling that a base reserves for redb's own cache: one in this many. So the sum of
/// any number of bases stays below the ceiling, and the first ones leave most of it to be shared.
const OWN_SHARE: usize = 16;

/// The blocks of many files.
#[derive(Debug)]
pub struct PageCache {
    limit: usize,
    /// Bytes reserved for redb's own caches.
    n_reserved: Mutex<usize>,
    n_files: AtomicUsize,
    n_blocks: AtomicUsize,
    next_file: AtomicU64,
    shards: Vec<Mutex<Shard>>,
}

/// File and number of a block.
type BlockKey = (u64, u64);

#[derive(Debug, Default)]
struct Shard {
    blocks: BTreeMap<BlockKey, Block>,
    /// Each key once, from the one to evict first.
    queue: VecDeque<BlockKey>,
}

#[derive(Debug)]
struct Block {
    bytes: Box<[u8]>,
    /// True if it was read since it was last considered for eviction.
    is_recent: bool,
}

impl PageCache {
    /// Makes an empty cache of at most `limit` bytes, redb's own caches included.
    pub fn new(limit: usize) -> PageCache {
        PageCache {
            limit,
            n_reserved: Mutex::default(),
            n_files: AtomicUsize::new(0),
            n_blocks: AtomicUsize::new(0),
            next_file: AtomicU64::new(0),
            shards: (0..N_SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The ceiling, in bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Files that use the cache.
    pub fn n_files(&self) -> usize {
        self.n_files.load(Ordering::Acquire)
    }

    /// Bytes of the blocks that are held, and of what is reserved for redb's own caches.
    pub fn bytes(&self) -> usize {
        self.n_blocks.load(Ordering::Acquire) * BLOCK_MEMORY + *self.reserved()
    }

    /// Begins the use of the cache by one file.
    pub fn lease(self: &Arc<PageCache>) -> CacheLease {
        let mut reserved = self.reserved();
        let n_own = (self.limit.saturating_sub(*reserved) / OWN_SHARE).min(OWN_MAX);
        *reserved += n_own;
        drop(reserved);
        self.n_files.fetch_add(1, Ordering::AcqRel);
        CacheLease {
            cache: Arc::clone(self),
            file: self.next_file.fetch_add(1, Ordering::AcqRel),
            n_own,
        }
    }

    fn reserved(&self) -> MutexGuard<'_, usize> {
        self.n_reserved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The blocks that a shard may hold.
    fn shard_limit(&self) -> usize {
        self.limit.saturating_sub(*self.reserved()) / BLOCK_MEMORY / N_SHARDS
    }

    /// Neighbours go to different shards.
    fn shard(&self, (file, block): BlockKey) -> Option<MutexGuard<'_, Shard>> {
        let i = (file.wrapping_mul(7).wrapping_add(block) % N_SHARDS as u64) as usize;
        let shard = self.shards.get(i)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Copies a block; false if it is not here.
    fn read(&self, key: BlockKey, out: &mut [u8]) -> bool {
        let Some(mut shard) = self.shard(key) else {
            return false;
        };
        let Some(block) = shard.blocks.get_mut(&key) else {
            return false;
        };
        let Some(bytes) = block.bytes.get(..out.len()) else {
            return false;
        };
        out.copy_from_slice(bytes);
        block.is_recent = true;
        true
    }

    /// Holds a block. One that is here is replaced if `replaces`: a reader may be late with what it read before a write.
    fn insert(&self, key: BlockKey, bytes: &[u8], replaces: bool) {
        let limit = self.shard_limit();
        let Some(mut shard) = self.shard(key) else {
            return;
        };
        if let Some(block) = shard.blocks.get_mut(&key) {
            if replaces && block.bytes.len() == bytes.len() {
                block.bytes.copy_from_slice(bytes);
            }
            return;
        }
        let n_before = shard.blocks.len();
        shard.shrink_to(limit.saturating_sub(1));
        if limit > 0 {
            shard.queue.push_back(key);
            shard.blocks.insert(
                key,
                Block {
                    bytes: bytes.into(),
                    is_recent: false,
                },
            );
        }
        let n_after = shard.blocks.len();
        if n_after > n_before {
            self.n_blocks
                .fetch_add(n_after - n_before, Ordering::AcqRel);
        } else {
            self.n_blocks
                .fetch_sub(n_before - n_after, Ordering::AcqRel);
        }
    }

    /// Drops the blocks of a file from `first` to before `end`.
    fn remove(&self, file: u64, first: u64, end: u64) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let range = (file, first)..(file, end);
            let gone: Vec<BlockKey> = shard.blocks.range(range).map(|(key, _)| *key).collect();
            if gone.is_empty() {
                continue;
            }
            for key in &gone {
                shard.blocks.remove(key);
            }
            shard
                .queue
                .retain(|key| key.0 != file || !(first..end).contains(&key.1));
            self.n_blocks.fetch_sub(gone.len(), Ordering::AcqRel);
        }
    }
}

impl Shard {
    fn shrink_to(&mut self, n: usize) {
        while self.blocks.len() > n {
            let Some(key) = self.queue.pop_front() else {
                return;
            };
            match self.blocks.get_mut(&key) {
                Some(block) if block.is_recent => {
                    block.is_recent = false;
                    self.queue.push_back(key);
                }
                _ => drop(self.blocks.remove(&key)),
            }
        }
    }
}

/// The use of the cache by one file. Its blocks are dropped with it.
#[derive(Debug)]
pub struct CacheLease {
    cache: Arc<PageCache>,
    file: u64,
    n_own: usize,
}

impl CacheLease {
    /// Bytes that are reserved for redb's own cache of this file.
    pub fn own_bytes(&self) -> usize {
        self.n_own
    }
}

impl Drop for CacheLease {
    fn drop(&mut self) {
        self.cache.remove(self.file, 0, u64::MAX);
        *self.cache.reserved() -= self.n_own;
        self.cache.n_files.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A file, read through the cache if it has a lease.
///
/// redb rewrites a page only when no reader can ask for it, so a reader is never late with a block that matters.
#[derive(Debug)]
pub struct CachedFile {
    pub file: FileBackend,
    pub lease: Option<CacheLease>,
}

impl CachedFile {
    pub fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let Some(lease) = &self.lease else {
            return self.file.read(offset, out);
        };
        // Reads of parts of a block are those of the header, which redb repeats rarely.
        if !offset.is_multiple_of(BLOCK) || !(out.len() as u64).is_multiple_of(BLOCK) {
            return self.file.read(offset, out);
        }
        let first = offset / BLOCK;
        let mut n_found = 0;
        for (number, part) in (first..).zip(out.chunks_mut(BLOCK as usize)) {
            if !lease.cache.read((lease.file, number), part) {
                break;
            }
            n_found += 1;
        }
        // The rest is read at once: the blocks of a page are mostly together in the cache or absent.
        let rest = out.get_mut(n_found * BLOCK as usize..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        let from = first + n_found as u64;
        self.file.read(from * BLOCK, rest)?;
        for (number, part) in (from..).zip(rest.chunks(BLOCK as usize)) {
            lease.cache.insert((lease.file, number), part, false);
        }
        Ok(())
    }

    pub fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let done = self.file.write(offset, data);
        if let Some(lease) = &self.lease {
            let end = offset.saturating_add(data.len() as u64);
            let is_whole = offset.is_multiple_of(BLOCK) && end.is_multiple_of(BLOCK);
            if done.is_ok() && is_whole {
                for (number, part) in (offset / BLOCK..).zip(data.chunks(BLOCK as usize)) {
                    lease.cache.insert((lease.file, number), part, true);
                }
            } else {
                lease
                    .cache
                    .remove(lease.file, offset / BLOCK, end.div_ceil(BLOCK));
            }
        }
        done
    }

    pub fn set_len(&self, len: u64) -> io::Result<()> {
        let done = self.file.set_len(len);
        if let Some(lease) = &self.lease {
            lease.cache.remove(lease.file, len / BLOCK, u64::MAX);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(cache: &Arc<PageCache>) -> CachedFile {
        CachedFile {
            file: FileBackend::new(tempfile::tempfile().unwrap()).unwrap(),
            lease: Some(cache.lease()),
        }
    }

    fn block(byte: u8) -> Vec<u8> {
        vec![byte; BLOCK as usize]
    }

    #[test]
    fn reads_are_those_of_the_file() {
        let cache = Arc::new(PageCache::new(1 << 20));
        let (a, b) = (file(&cache), file(&cache));
        a.set_len(4 * BLOCK).unwrap();
        b.set_len(4 * BLOCK).unwrap();
        a.write(BLOCK, &block(7)).unwrap();
        b.write(BLOCK, &block(8)).unwrap();
        let mut out = vec![0; 2 * BLOCK as usize];
        // Twice: from the file, then from the cache.
        for _ in 0..2 {
            a.read(BLOCK, &mut out).unwrap();
            assert_eq!((out[0], out[4_095], out[4_096]), (7, 7, 0));
        }
        b.read(BLOCK, &mut out).unwrap();
        assert_eq!(out[0], 8);
        // A part of a block.
        a.write(BLOCK + 1, &[9]).unwrap();
        a.read(BLOCK, &mut out).unwrap();
        assert_eq!(out[..3], [7, 9, 7]);
        // A file that was cut and grows again is zero there.
        a.set_len(BLOCK).unwrap();
        a.set_len(4 * BLOCK).unwrap();
        a.read(BLOCK, &mut out).unwrap();
        assert_eq!(out, vec![0; 2 * BLOCK as usize]);
    }

    #[test]
    fn the_ceiling_holds_for_any_number_of_files_and_is_free_again() {
        let limit = 4 << 20;
        let cache = Arc::new(PageCache::new(limit));
        let files: Vec<CachedFile> = (0..40).map(|_| file(&cache)).collect();
        for (n, file) in files.iter().enumerate() {
            file.set_len(200 * BLOCK).unwrap();
            for number in 0..200 {
                file.write(number * BLOCK, &block(n as u8)).unwrap();
                assert!(cache.bytes() <= limit, "{} bytes", cache.bytes());
            }
        }
        // 4 MiB hold less than 1,000 of the 8,000 blocks, and most of it is in use.
        assert!(cache.bytes() > limit / 2, "{} bytes", cache.bytes());
        let mut out = block(0);
        for (n, file) in files.iter().enumerate() {
            file.read(150 * BLOCK, &mut out).unwrap();
            assert_eq!(out, block(n as u8));
        }
        assert_eq!(cache.n_files(), 40);
        drop(files);
        assert_eq!((cache.n_files(), cache.bytes()), (0, 0));
    }

    #[test]
    fn a_block_in_use_survives_a_scan() {
        // Each shard holds three blocks or more.
        let cache = Arc::new(PageCache::new(64 * BLOCK_MEMORY));
        let lease = cache.lease();
        let key = (lease.file, 0);
        cache.insert(key, &block(1), true);
        let mut out = block(0);
        for number in 1..2_000 {
            assert!(cache.read(key, &mut out), "evicted by block {number}");
            cache.insert((lease.file, number), &block(2), true);
        }
        assert!(!cache.read((lease.file, 1), &mut out));
    }
}
