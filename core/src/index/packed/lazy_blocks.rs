//! Blocks that are loaded on demand: a missing block reads as absent and is recorded.
//!
//! A reader of the index can neither wait for a block nor fail. It goes on without the block, so that one pass names
//! all blocks that a query needs. [`LazyBlocks::misses`] shows that the answer is incomplete. There is no lock: a
//! fork would copy it in any state.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The blocks of one kind, by number.
pub struct LazyBlocks {
    lazy_blocks: Vec<LazyBlock>,
    misses: AtomicU64,
    held: AtomicU64,
}

#[derive(Default)]
struct LazyBlock {
    bytes: OnceLock<Vec<u8>>,
    is_wanted: AtomicBool,
}

impl LazyBlocks {
    /// Makes `n` blocks, none of them loaded.
    pub fn new(n: usize) -> LazyBlocks {
        LazyBlocks {
            lazy_blocks: (0..n).map(|_| LazyBlock::default()).collect(),
            misses: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    /// Number of blocks, loaded or not.
    pub fn len(&self) -> usize {
        self.lazy_blocks.len()
    }

    /// Returns true if there are no blocks.
    pub fn is_empty(&self) -> bool {
        self.lazy_blocks.is_empty()
    }

    /// Returns a loaded block, or requests a missing one.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        let slot = self.lazy_blocks.get(number)?;
        let bytes = slot.bytes.get();
        if bytes.is_none() {
            slot.is_wanted.store(true, Ordering::Relaxed);
            self.misses.fetch_add(1, Ordering::Relaxed);
        }
        bytes.map(Vec::as_slice)
    }

    /// Loads a block. A block that is already loaded stays.
    pub fn set(&self, number: usize, bytes: Vec<u8>) {
        let len = bytes.len() as u64;
        // A block set earlier has the same bytes.
        let slot = self.lazy_blocks.get(number);
        if slot.is_some_and(|slot| slot.bytes.set(bytes).is_ok()) {
            self.held.fetch_add(len, Ordering::Relaxed);
        }
    }

    /// Number of reads of missing blocks. If an answer does not change it, the answer was complete; another thread
    /// may have changed it too.
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    /// The blocks that were requested since the last call and are still missing, ascending.
    pub fn take_wanted(&self) -> Vec<u32> {
        let numbered = (0..).zip(&self.lazy_blocks);
        let wanted = numbered.filter(|(_, slot)| {
            slot.is_wanted.swap(false, Ordering::Relaxed) && slot.bytes.get().is_none()
        });
        wanted.map(|(number, _)| number).collect()
    }

    /// Bytes of the loaded blocks.
    pub fn bytes(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }
}
