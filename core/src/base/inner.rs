//! The data shared by the handles of a base: the store, the state in memory, and the queue of writers.
//!
//! This file defines the data and its locks; the files beside it define the operations.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::notice::Notices;
use super::pool::Pool;
#[cfg(feature = "disk")]
use crate::cancel::Checkpoint;
use crate::error::Result;
use crate::model::Event;
use crate::projection::config::BaseConfig;
use crate::search::searcher::SearchView;
use crate::state::current::State;
use crate::store::backend::{Backend, Durability};
use crate::time::{Clock, Timestamp};

/// The environment of a base: its clock, its listener for notices, its thread pool and its memory limit.
pub(super) struct Env {
    pub clock: Box<dyn Clock>,
    pub notices: Notices,
    pub pool: Arc<Pool>,
    /// Bytes.
    pub memory_limit: Option<u64>,
}

/// The writes that a base takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteAccess {
    /// All of them.
    ReadWrite,
    /// None: it is open read-only.
    ReadOnly,
    /// None: it is a past state.
    Past,
}

/// The text index on disk, as the base uses it.
#[cfg(feature = "disk")]
pub(super) trait DiskIndex: Send + Sync {
    /// Does the maintenance after a write, in the base's own thread or in this one.
    fn after_write(&self, inner: &Inner);

    /// Writes the documents in memory to the index on disk, while writers continue. Asks `checkpoint` before
    /// each document. Takes effect completely or not at all.
    fn flush_index(&self, inner: &Inner, checkpoint: &mut Checkpoint<'_>) -> Result<()>;

    /// Bytes of the files of the index.
    fn file_bytes(&self) -> Result<u64>;

    /// Ends the base's own thread after its current work.
    fn stop(&self);
}

/// The data shared by all handles of a base.
pub(super) struct Inner {
    pub store: Arc<dyn Backend>,
    pub config: BaseConfig,
    pub env: Env,
    pub state: RwLock<State>,
    /// Held by the active writer. `state` changes only while this lock is held.
    pub writer: Mutex<WriterState>,
    /// The number of events that are acknowledged but not durable yet, and their bytes. Set by the writer,
    /// read by anyone.
    pub relaxed: AtomicU64,
    pub relaxed_bytes: AtomicU64,
    /// Jobs that wait for the next commit.
    pub queue: Mutex<Vec<Arc<PendingWrite>>>,
    pub access: WriteAccess,
    #[cfg(feature = "disk")]
    pub disk: Option<Box<dyn DiskIndex>>,
}

/// The state of the writer between commits.
#[derive(Default)]
pub(super) struct WriterState {
    /// A commit failed; the store must be recovered before the next one.
    pub is_broken: bool,
    /// A commit succeeded that is not in the state in memory; the state must be reloaded before the next one.
    pub is_behind: bool,
    /// The events of relaxed commits. A recovery loses events that were not durable but acknowledged; they are
    /// recorded again from this list.
    pub kept: Vec<Kept>,
}

/// An event of a relaxed commit.
pub(super) struct Kept {
    /// The end of the log after that commit.
    pub seq: u64,
    pub arrived: Timestamp,
    pub event: Event,
}

/// The number of kept relaxed events that forces a durable commit; bounds their memory.
pub(super) const MAX_KEPT: usize = 4_096;

/// The outcome of a job: one entry per event.
pub(super) type Done = Result<Vec<Recorded>>;

/// The outcome of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The event was recorded.
    New,
    /// The id was already known; the event counts once.
    Duplicate,
    /// The put has the current content; nothing was recorded.
    Unchanged,
}

pub(super) struct PendingWrite {
    pub job: Mutex<Option<Job>>,
    pub done: Mutex<Option<Done>>,
}

/// Events that are recorded together or not at all.
pub(super) struct Job {
    pub events: Vec<Event>,
    /// The instant of arrival; never before the last record.
    pub arrived: Timestamp,
    pub durability: Durability,
}

impl Inner {
    /// Creates a base over a store, without an index on disk.
    pub fn new(
        store: Arc<dyn Backend>,
        config: BaseConfig,
        env: Env,
        state: State,
        access: WriteAccess,
    ) -> Inner {
        Inner {
            store,
            config,
            env,
            state: RwLock::new(state),
            writer: Mutex::default(),
            relaxed: AtomicU64::new(0),
            relaxed_bytes: AtomicU64::new(0),
            queue: Mutex::default(),
            access,
            #[cfg(feature = "disk")]
            disk: None,
        }
    }

    /// Locks the state for reading. The writer waits until the guard is dropped.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state for writing, by the active writer only.
    pub fn write_lock(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the view that queries are answered from, over a state locked for reading.
    pub fn view<'a>(&'a self, state: &'a State) -> SearchView<'a> {
        SearchView {
            config: &self.config,
            model: &state.model,
            index: &state.index,
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
