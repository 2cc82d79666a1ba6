//! Everything behind the handles of a base: the store, the state in memory, and the queue of its writers.
//!
//! Plain data with its locks; the files beside it say what is done with them.

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

/// What the host gave beside the store.
pub(super) struct Host {
    pub clock: Box<dyn Clock>,
    pub notices: Notices,
    pub pool: Arc<Pool>,
    /// Bytes.
    pub memory_limit: Option<u64>,
}

/// The text index on disk, as a base with one drives it.
#[cfg(feature = "disk")]
pub(super) trait DiskIndex: Send + Sync {
    /// Does the work that a write left behind, in the base's own thread or here.
    fn after_write(&self, inner: &Inner);

    /// Moves the documents in memory into the index on disk. Writers go on meanwhile. Asks `checkpoint` before
    /// each document; all of it takes effect or none.
    fn flush_index(&self, inner: &Inner, checkpoint: &mut Checkpoint<'_>) -> Result<()>;

    /// Bytes of the files of the index.
    fn file_bytes(&self) -> Result<u64>;

    /// Ends the base's own thread, after the work at hand.
    fn stop(&self);
}

/// Everything behind the handle.
pub(super) struct Inner {
    pub store: Arc<dyn Backend>,
    pub config: BaseConfig,
    pub host: Host,
    pub state: RwLock<State>,
    /// Held by the one writer at work. `state` is only changed while it is held.
    pub writer: Mutex<WriterState>,
    /// Events that are acknowledged and not durable yet, and their bytes. Changed by the writer, asked
    /// by anyone.
    pub relaxed: AtomicU64,
    pub relaxed_bytes: AtomicU64,
    /// Jobs that wait for a writer to take them along.
    pub queue: Mutex<Vec<Arc<PendingWrite>>>,
    /// Whether this is a look at the past.
    pub is_read_only: bool,
    #[cfg(feature = "disk")]
    pub disk: Option<Box<dyn DiskIndex>>,
}

/// What the writer remembers.
#[derive(Default)]
pub(super) struct WriterState {
    /// A commit failed; the store must be brought back before the next.
    pub is_broken: bool,
    /// A commit holds that memory does not know of; it must be loaded anew before the next.
    pub is_behind: bool,
    /// Their events. Bringing the store back loses what was not durable yet, and these were
    /// acknowledged: they are recorded again then.
    pub kept: Vec<Kept>,
}

/// An event of a relaxed commit.
pub(super) struct Kept {
    /// Where the log ended after that commit.
    pub seq: u64,
    pub arrived: Timestamp,
    pub event: Event,
}

/// Relaxed events that are kept before a commit is made durable for their sake; bounds the memory.
pub(super) const MAX_KEPT: usize = 4_096;

/// What came of a job: for each event, whether it changed something.
pub(super) type Done = Result<Vec<Recorded>>;

/// What came of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It was recorded.
    New,
    /// Its id was known: it counts once.
    Duplicate,
    /// It was a put of what is there already: nothing was recorded.
    Unchanged,
}

pub(super) struct PendingWrite {
    pub job: Mutex<Option<Job>>,
    pub done: Mutex<Option<Done>>,
}

/// Events that are recorded together or not at all.
pub(super) struct Job {
    pub events: Vec<Event>,
    /// When they are recorded; never before the last record.
    pub arrived: Timestamp,
    pub durability: Durability,
}

impl Inner {
    /// A base over a store, with nothing on disk beside it.
    pub fn new(
        store: Arc<dyn Backend>,
        config: BaseConfig,
        host: Host,
        state: State,
        is_read_only: bool,
    ) -> Inner {
        Inner {
            store,
            config,
            host,
            state: RwLock::new(state),
            writer: Mutex::default(),
            relaxed: AtomicU64::new(0),
            relaxed_bytes: AtomicU64::new(0),
            queue: Mutex::default(),
            is_read_only,
            #[cfg(feature = "disk")]
            disk: None,
        }
    }

    /// The state, for reading. Writers wait until it is given back.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, for the one writer at work.
    pub fn write_lock(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a question is answered from, over a state held for reading.
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
