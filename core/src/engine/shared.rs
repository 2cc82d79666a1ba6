//! The base: what its handle holds, how it is read, and how writers share a commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::live::{self, Live};
use super::options::{BaseOptions, Place};
use crate::error::{Error, ErrorCode, Result};
use crate::index::Segment;
use crate::model::Event;
use crate::settings::RankPolicy;
use crate::store::backend::{Backend, Batch, Durability};
use crate::store::fold::{self, Effects, Fixed};
use crate::store::log;
use crate::store::txn::Txn;
use crate::suggest::reading::Knowledge;
use crate::time::{Clock, Timestamp};

/// A knowledge base. Cheap to clone; usable from many threads at once: readers do not wait for the
/// disk, and writers that come together share one commit.
#[derive(Clone)]
pub struct Base(pub(super) Arc<Shared>);

/// Everything behind the handle.
pub(super) struct Shared {
    pub store: Arc<dyn Backend>,
    pub fixed: Fixed,
    pub clock: Box<dyn Clock>,
    pub live: RwLock<Live>,
    /// Held by the one writer at work. `live` is only changed while it is held.
    pub writer: Mutex<Writer>,
    /// Relaxed commits since the last durable one. Changed by the writer, asked by anyone.
    relaxed: AtomicU64,
    /// Jobs that wait for a writer to take them along.
    queue: Mutex<Vec<Arc<Slot>>>,
    /// Whether this is a look at the past.
    pub is_read_only: bool,
    #[cfg(feature = "disk")]
    pub disk: Option<super::disk::Disk>,
}

/// What the writer remembers.
#[derive(Default)]
pub(super) struct Writer {
    /// A commit failed; the store must be brought back before the next.
    is_broken: bool,
}

/// What came of a job: for each event, whether it changed something.
pub(super) type Done = Result<Vec<Recorded>>;

/// What came of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It was recorded.
    New,
    /// Its id was known: it counts once.
    Known,
    /// It was a put of what is there already: nothing was recorded.
    Unchanged,
}

struct Slot {
    job: Mutex<Option<Job>>,
    done: Mutex<Option<Done>>,
}

/// Events that are recorded together or not at all.
struct Job {
    events: Vec<Event>,
    /// When they are recorded; never before the last record.
    arrived: Timestamp,
    durability: Durability,
}

impl Base {
    /// A base in memory, gone with its last handle.
    pub fn in_memory() -> BaseOptions {
        BaseOptions::new(Place::Memory)
    }

    /// A base over a store of your own. The text index is kept in memory.
    pub fn over(store: Arc<dyn Backend>) -> BaseOptions {
        BaseOptions::new(Place::Store(store))
    }

    /// A base in a folder: made if the folder is empty or absent, opened otherwise.
    #[cfg(feature = "disk")]
    pub fn on_disk(folder: impl AsRef<std::path::Path>) -> BaseOptions {
        BaseOptions::new(Place::Folder(folder.as_ref().to_owned()))
    }

    /// The present instant by the base's clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The ranking policy in force.
    pub fn policy(&self) -> RankPolicy {
        (*self.0.read().policy).clone()
    }
}

impl Shared {
    pub fn open(store: Arc<dyn Backend>, fixed: Fixed, clock: Box<dyn Clock>) -> Result<Base> {
        Shared::with(store, fixed, clock, &[], false)
    }

    pub fn with(
        store: Arc<dyn Backend>,
        fixed: Fixed,
        clock: Box<dyn Clock>,
        segments: &[Arc<dyn Segment>],
        is_read_only: bool,
    ) -> Result<Base> {
        let live = Live::load(&*store, &fixed, segments)?;
        Ok(Base(Arc::new(Shared::of(
            store,
            fixed,
            clock,
            live,
            is_read_only,
        ))))
    }

    pub fn of(
        store: Arc<dyn Backend>,
        fixed: Fixed,
        clock: Box<dyn Clock>,
        live: Live,
        is_read_only: bool,
    ) -> Shared {
        Shared {
            store,
            fixed,
            clock,
            live: RwLock::new(live),
            writer: Mutex::default(),
            relaxed: AtomicU64::new(0),
            queue: Mutex::default(),
            is_read_only,
            #[cfg(feature = "disk")]
            disk: None,
        }
    }

    /// The state, for reading. Writers wait until it is given back.
    pub fn read(&self) -> RwLockReadGuard<'_, Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, for the one writer at work.
    pub fn write_lock(&self) -> RwLockWriteGuard<'_, Live> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a query is given, over a state held for reading.
    pub fn knowledge<'a>(&'a self, live: &'a Live) -> Knowledge<'a> {
        live.knowledge(&*self.store, &self.fixed)
    }

    /// Whether an event id was recorded.
    pub fn is_known(&self, id: &str) -> Result<bool> {
        Ok(log::seq_of(&*self.store, id)?.is_some())
    }

    /// Records events together or not at all, durable when it returns if one of them asks for that.
    pub fn record(&self, events: Vec<Event>, arrived: Timestamp) -> Done {
        let durable = events.iter().any(Event::is_durable);
        let durability = if durable {
            Durability::Immediate
        } else {
            Durability::Relaxed
        };
        self.record_with(events, arrived, durability)
    }

    /// The same, durable with the next durable commit or flush: for imports.
    pub fn record_relaxed(&self, events: Vec<Event>, arrived: Timestamp) -> Done {
        self.record_with(events, arrived, Durability::Relaxed)
    }

    /// Shares the commit with whoever writes at the same time.
    fn record_with(&self, events: Vec<Event>, arrived: Timestamp, durability: Durability) -> Done {
        if self.is_read_only {
            return Err(live::read_only());
        }
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let slot = Arc::new(Slot {
            job: Mutex::new(Some(Job {
                events,
                arrived,
                durability,
            })),
            done: Mutex::new(None),
        });
        lock(&self.queue).push(Arc::clone(&slot));
        // Whoever gets the lock first takes all that wait along; the others find their job done.
        let mut writer = lock(&self.writer);
        if let Some(done) = lock(&slot.done).take() {
            return done;
        }
        let slots = std::mem::take(&mut *lock(&self.queue));
        self.write(&mut writer, &slots);
        drop(writer);
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.disk {
            disk.after_write(self);
        }
        let done = lock(&slot.done).take();
        done.unwrap_or_else(|| Err(Error::internal("a job was taken and not done")))
    }

    fn write(&self, writer: &mut Writer, slots: &[Arc<Slot>]) {
        let outcome = self
            .bring_back(writer)
            .and_then(|()| self.commit(writer, slots));
        if let Err(error) = outcome {
            // Nothing of the commit holds: every job in it failed, but for those that failed before.
            for slot in slots {
                let mut done = lock(&slot.done);
                if !matches!(&*done, Some(Err(_))) {
                    *done = Some(Err(error.share()));
                }
            }
        }
    }

    /// After a failed commit: opens the store anew and loads what the disk holds.
    fn bring_back(&self, writer: &mut Writer) -> Result<()> {
        if !writer.is_broken {
            return Ok(());
        }
        self.store.recover()?;
        let stored = log::head(&*self.store)?;
        if stored != self.read().head {
            let segments: Vec<Arc<dyn Segment>> = self
                .read()
                .view
                .segments()
                .iter()
                .filter(|segment| !segment.is_fresh())
                .map(|segment| Arc::clone(segment.segment()))
                .collect();
            let live = Live::load(&*self.store, &self.fixed, &segments)?;
            *self.write_lock() = live;
        }
        writer.is_broken = false;
        Ok(())
    }

    fn commit(&self, writer: &mut Writer, slots: &[Arc<Slot>]) -> Result<()> {
        let mut txn = Txn::new(&*self.store);
        let mut effects = Effects::default();
        let mut durability = Durability::Relaxed;
        for slot in slots {
            let Some(job) = lock(&slot.job).take() else {
                continue;
            };
            let level = job.durability;
            let done = self.fold(&mut txn, job, &mut effects);
            if done.is_ok() && level == Durability::Immediate {
                durability = Durability::Immediate;
            }
            *lock(&slot.done) = Some(done);
        }
        let batch = txn.into_batch();
        if batch.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.store.commit(&batch, durability) {
            writer.is_broken = true;
            return Err(error);
        }
match durability {
            Durability::Immediate => self.relaxed.store(0, Ordering::Release),
            Durability::Relaxed => {
                self.relaxed.fetch_add(1, Ordering::AcqRel);
            }
        }
        // The commit holds. Should memory not follow, it is loaded anew before the next write.
        // The guard of the reading must be gone before the state is locked for writing.
        let prepared = {
            let live = self.read();
            live::prepare(&live, &*self.store, &self.fixed, effects)
        };
        let followed = prepared.and_then(|step| self.write_lock().take(step, &*self.store));
        if let Err(error) = followed {
            writer.is_broken = true;
            return self.bring_back_after(writer, error);
        }
        Ok(())
    }

    fn bring_back_after(&self, writer: &mut Writer, error: Error) -> Result<()> {
        // The state in memory is behind the store by what was just committed: load it, whatever the head.
        let loaded = Live::load(&*self.store, &self.fixed, &[]);
        match loaded {
            Ok(live) => {
                *self.write_lock() = live;
                writer.is_broken = false;
                Ok(())
            }
            Err(_) => Err(Error::with_source(
                ErrorCode::Poisoned,
                "the change is stored, but could not be loaded; open the base again",
                error,
            )),
        }
    }

    /// Folds the events of a job into the commit; on error none of them is in it.
    fn fold(&self, txn: &mut Txn<'_>, job: Job, effects: &mut Effects) -> Done {
        let mut done = Vec::with_capacity(job.events.len());
        let mut gained = Effects::default();
        txn.begin_job();
        for event in job.events {
            match fold::apply(txn, &self.fixed, job.arrived, event) {
                Ok(one) => {
                    done.push(match (one.is_duplicate, one.is_unchanged) {
                        (true, _) => Recorded::Known,
                        (_, true) => Recorded::Unchanged,
                        _ => Recorded::New,
                    });
                    gained.join(one);
                }
                Err(error) => {
                    txn.abort_job();
                    return Err(error);
                }
            }
        }
        effects.join(gained);
        Ok(done)
    }

    /// Relaxed commits that are not durable yet.
    pub fn n_relaxed(&self) -> u64 {
        self.relaxed.load(Ordering::Acquire)
    }

    /// Makes relaxed events durable.
    pub fn flush(&self) -> Result<()> {
        let mut writer = lock(&self.writer);
        if self.n_relaxed() > 0 {
            self.bring_back(&mut writer)?;
            self.store.commit(&Batch::new(), Durability::Immediate)?;
            self.relaxed.store(0, Ordering::Release);
        }
        Ok(())
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
