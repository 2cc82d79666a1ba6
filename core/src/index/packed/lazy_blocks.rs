//! Blocks that come when they are wanted: what is not there is taken as absent, and noted.
//!
//! A reader of the index cannot wait for a block, nor fail for want of one. It goes on without it, so that
//! one pass names all that a question needs; who asked sees by [`LazyBlocks::misses`] that the answer will not do.
//! There is no lock in here: a process that forks has it in both halves.

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
    /// Room for so many, of which none is there.
    pub fn new(n: usize) -> LazyBlocks {
        LazyBlocks {
            lazy_blocks: (0..n).map(|_| LazyBlock::default()).collect(),
            misses: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    /// How many there are, here or not.
    pub fn len(&self) -> usize {
        self.lazy_blocks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lazy_blocks.is_empty()
    }

    /// A block, if it is here; if not, it is wanted from now on.
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        let slot = self.lazy_blocks.get(number)?;
        let bytes = slot.bytes.get();
        if bytes.is_none() {
            slot.is_wanted.store(true, Ordering::Relaxed);
            self.misses.fetch_add(1, Ordering::Relaxed);
        }
        bytes.map(Vec::as_slice)
    }

    /// Gives it a block. One that is here already stays.
    pub fn set(&self, number: usize, bytes: Vec<u8>) {
        let len = bytes.len() as u64;
        // Whoever came first brought the same bytes.
        let slot = self.lazy_blocks.get(number);
        if slot.is_some_and(|slot| slot.bytes.set(bytes).is_ok()) {
            self.held.fetch_add(len, Ordering::Relaxed);
        }
    }

    /// How often a block was asked for that was not here. If it is the same after an answer as before it, the
    /// answer lacked none; that of another thread may have moved it, too.
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    /// The blocks that were asked for since the last call and are not here, ascending.
    pub fn take_wanted(&self) -> Vec<u32> {
        let numbered = (0..).zip(&self.lazy_blocks);
        let wanted = numbered.filter(|(_, slot)| {
            slot.is_wanted.swap(false, Ordering::Relaxed) && slot.bytes.get().is_none()
        });
        wanted.map(|(number, _)| number).collect()
    }

    /// Bytes of what is here.
    pub fn bytes(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }
}
