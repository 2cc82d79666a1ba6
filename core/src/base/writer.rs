//! The commit path: group commit of concurrent writers, and recovery after a failed commit.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use super::inner::{
    Done, Inner, Job, Kept, MAX_KEPT, PendingWrite, Recorded, WriteAccess, WriterState, lock,
};
use super::memory_budget;
use super::notice::NoticeLevel;
use crate::cancel::CancelHook;
use crate::error::{Error, ErrorCode, Result};
use crate::index::Segment;
use crate::model::Event;
use crate::projection::log;
use crate::projection::{self, Effects};
use crate::state::current::State;
use crate::state::delta;
use crate::store::backend::{Batch, Durability};
use crate::store::txn::Txn;
use crate::time::Timestamp;

/// The first error code that concerns the store and not an event.
pub(super) const FIRST_STORAGE_CODE: u16 = 300;

impl Inner {
    /// Returns true if an event with this id was recorded.
    pub fn is_known(&self, id: &str) -> Result<bool> {
        Ok(log::seq_of(&*self.store, id)?.is_some())
    }

    /// Records events together or not at all. The call waits for durability if one of the events
    /// requires it.
    pub fn record(&self, events: Vec<Event>, arrived: Timestamp) -> Done {
        let durable = events.iter().any(Event::is_durable);
        let durability = if durable {
            Durability::Immediate
        } else {
            Durability::Relaxed
        };
        self.record_with(events, arrived, durability)
    }

    /// Records events for an import. They are durable with the next durable commit or flush.
    pub fn record_relaxed(&self, events: Vec<Event>, arrived: Timestamp) -> Done {
        self.record_with(events, arrived, Durability::Relaxed)
    }

    /// Fails if this base takes no writes.
    pub(super) fn check_writable(&self) -> Result<()> {
        let (code, message) = match self.access {
            WriteAccess::ReadWrite => return Ok(()),
            WriteAccess::ReadOnly => (
                ErrorCode::ReadOnly,
                "this base is open read-only; open it without read_only to change it",
            ),
            WriteAccess::Past => (
                ErrorCode::InvalidTransition,
                "this base is a view of the past; write to the base it was made from",
            ),
        };
        Err(Error::new(code, message))
    }

    /// Queues a job and shares its commit with concurrent writers.
    fn record_with(&self, events: Vec<Event>, arrived: Timestamp, durability: Durability) -> Done {
        span!("record", events = events.len());
        self.check_writable()?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let head = self.read().head;
        if log::ran_ahead(&head, arrived) {
            self.env.notices.tell(NoticeLevel::Warning, "clock", || {
                let last = head.arrived;
                format!(
                    "the last record arrived at {last}, more than a day ahead of the clock, {arrived}; one of the two is wrong: set the clock"
                )
            });
        }
        if self.env.memory_limit.is_some() {
            self.make_memory_available(&events);
        }
        let slot = Arc::new(PendingWrite {
            job: Mutex::new(Some(Job {
                events,
                arrived,
                durability,
            })),
            done: Mutex::new(None),
        });
        lock(&self.queue).push(Arc::clone(&slot));
        // The first writer to get the lock commits the whole queue; the others then find their job
        // done.
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

    fn write(&self, writer: &mut WriterState, slots: &[Arc<PendingWrite>]) {
        let outcome = self
            .recover(writer)
            .and_then(|()| self.commit(writer, slots));
        if let Err(error) = outcome {
            // Nothing of the commit was written, so every job in it fails. A job that failed earlier
            // keeps its error.
            for slot in slots {
                let mut done = lock(&slot.done);
                if !matches!(&*done, Some(Err(_))) {
                    *done = Some(Err(error.clone()));
                }
            }
        }
    }

    /// Recovers after a failure: reopens the store, loads its contents, and records again the events
    /// that were acknowledged but not durable.
    fn recover(&self, writer: &mut WriterState) -> Result<()> {
        if writer.is_broken {
            let n_kept = writer.kept.len();
            let back = self.reopen(writer);
            let notices = &self.env.notices;
            match &back {
                Ok(()) => notices.tell(NoticeLevel::Info, "store", || {
                    format!(
                        "the store was brought back, with {n_kept} events that were not durable yet"
                    )
                }),
                Err(error) => notices.tell(NoticeLevel::Error, "store", || {
                    format!(
                        "the store could not be brought back; the next write tries again: {error}"
                    )
                }),
            }
            back?;
            writer.is_broken = false;
        }
        if writer.is_behind {
            self.reload(writer)?;
        }
        Ok(())
    }

    fn reopen(&self, writer: &mut WriterState) -> Result<()> {
        self.store.recover()?;
        self.reload(writer)?;
        let kept = self.record_kept(writer);
        // Reads continue with the contents of the store, which must be reopened once more. An error in
        // this step is dropped, because the first error is already reported.
        if kept.is_err() && self.store.recover().is_ok() {
            drop(self.reload(writer));
        }
        kept
    }

    /// Handles a failed commit: sends a notice, and recovers the store at once for the sake of
    /// readers. If the recovery fails as well, a notice reports it and the next write tries again.
    fn on_commit_failure(&self, writer: &mut WriterState, error: Error) -> Error {
        self.env.notices.tell(NoticeLevel::Error, "store", || {
            format!("a commit failed, and nothing of it was written: {error}")
        });
        writer.is_broken = true;
        drop(self.recover(writer));
        error
    }

    /// Reloads the state if it differs from the store.
    fn reload(&self, writer: &mut WriterState) -> Result<()> {
        if !writer.is_behind && log::head(&*self.store)? == self.read().head {
            return Ok(());
        }
        let segments: Vec<Arc<dyn Segment>> = self
            .read()
            .index
            .view
            .segments()
            .iter()
            .filter(|segment| !segment.is_fresh())
            .map(|segment| Arc::clone(segment.segment()))
            .collect();
        let state = State::load(&*self.store, &self.config, &segments, self.env.memory_limit)?;
        *self.write_lock() = state;
        writer.is_behind = false;
        Ok(())
    }

    /// Records again the relaxed events that the store lost, under their original sequence numbers.
    fn record_kept(&self, writer: &mut WriterState) -> Result<()> {
        let stored = log::head(&*self.store)?.seq;
        let mut txn = Txn::new(&*self.store);
        for kept in writer.kept.iter().filter(|kept| kept.seq > stored) {
            projection::apply(&mut txn, &self.config, kept.arrived, kept.event.clone())?;
        }
        let batch = txn.into_batch();
        if !batch.is_empty() {
            writer.is_behind = true;
            self.store.commit(&batch, Durability::Immediate)?;
            self.keep(writer, Vec::new());
        }
        Ok(())
    }

    fn commit(&self, writer: &mut WriterState, slots: &[Arc<PendingWrite>]) -> Result<()> {
        let mut txn = Txn::new(&*self.store);
        let mut effects = Effects::default();
        let mut durability = Durability::Relaxed;
        let mut relaxed: Vec<(Timestamp, Event)> = Vec::new();
        let mut budget = self.budget();
        for slot in slots {
            let Some(job) = lock(&slot.job).take() else {
                continue;
            };
            let level = job.durability;
            let copies: Vec<(Timestamp, Event)> = match level {
                Durability::Immediate => Vec::new(),
                Durability::Relaxed => {
                    let arrived = job.arrived;
                    job.events.iter().map(|e| (arrived, e.clone())).collect()
                }
            };
            let done = match &mut budget {
                Some(budget) => budget
                    .take(&job.events)
                    .and_then(|()| self.project(&mut txn, job, &mut effects)),
                None => self.project(&mut txn, job, &mut effects),
            };
            if let Ok(done) = &done {
                let new = copies.into_iter().zip(done);
                relaxed.extend(
                    new.filter(|(_, one)| **one == Recorded::New)
                        .map(|(kept, _)| kept),
                );
                if level == Durability::Immediate {
                    durability = Durability::Immediate;
                }
            }
            *lock(&slot.done) = Some(done);
        }
        if txn.is_empty() {
            return Ok(());
        }
        if writer.kept.len() + relaxed.len() > MAX_KEPT {
            durability = Durability::Immediate;
        }
        let head = log::head(&txn)?;
        let batch = txn.into_batch();
        if let Err(error) = self.store.commit(&batch, durability) {
            return Err(self.on_commit_failure(writer, error));
        }
        let kept = match durability {
            Durability::Immediate => Vec::new(),
            Durability::Relaxed => relaxed,
        };
        let kept = kept.into_iter().map(|(arrived, event)| Kept {
            seq: head.seq,
            arrived,
            event,
        });
        self.keep(writer, kept.collect());
        // The read guard must be dropped before the state is locked for writing.
        let unwatched = CancelHook::default();
        let prepared = {
            let state = self.read();
            let mut checkpoint = unwatched.checkpoint();
            delta::prepare(&state, &*self.store, &self.config, effects, &mut checkpoint)
        };
        match prepared {
            Ok(delta) => {
                self.write_lock().apply(delta);
                Ok(())
            }
            // The commit is durable, so the call succeeds if a full reload of the state succeeds.
            Err(error) => {
                writer.is_behind = true;
                self.reload(writer).map_err(|_| {
                    Error::with_source(
                        ErrorCode::Poisoned,
                        "the change is stored, but could not be loaded; it is with the next write, or open the base again",
                        error,
                    )
                })
            }
        }
    }

    /// Applies the events of a job to the transaction. After an error none of them is in it.
    fn project(&self, txn: &mut Txn<'_>, job: Job, effects: &mut Effects) -> Done {
        let n = job.events.len();
        let mut done = Vec::with_capacity(n);
        let mut failed = Vec::new();
        let mut gained = Effects::default();
        txn.begin_job();
        for (i, event) in job.events.into_iter().enumerate() {
            match projection::apply(txn, &self.config, job.arrived, event) {
                Ok(one) => {
                    done.push(match (one.is_duplicate, one.is_unchanged) {
                        (true, _) => Recorded::Duplicate,
                        (_, true) => Recorded::Unchanged,
                        _ => Recorded::New,
                    });
                    gained.join(one);
                }
                // One answer names every event of the list that is wrong, unless the store itself fails.
                Err(error) if n > 1 && error.code().number() < FIRST_STORAGE_CODE => {
                    failed.push((i, error));
                }
                Err(error) => {
                    txn.abort_job();
                    return Err(error);
                }
            }
        }
        if !failed.is_empty() {
            txn.abort_job();
            return Err(Error::of_items(failed));
        }
        effects.join(gained);
        Ok(done)
    }

    /// Keeps copies of the events of a relaxed commit. An empty list means that all events are
    /// durable, so the copies are dropped.
    fn keep(&self, writer: &mut WriterState, events: Vec<Kept>) {
        if events.is_empty() {
            writer.kept = Vec::new();
            self.relaxed_bytes.store(0, Ordering::Release);
        } else {
            let bytes: u64 = events
                .iter()
                .map(|kept| memory_budget::size(&kept.event))
                .sum();
            self.relaxed_bytes.fetch_add(bytes, Ordering::AcqRel);
            writer.kept.extend(events);
        }
        self.relaxed
            .store(writer.kept.len() as u64, Ordering::Release);
    }

    /// Bytes of the events that are not durable yet.
    pub fn relaxed_bytes(&self) -> u64 {
        self.relaxed_bytes.load(Ordering::Acquire)
    }

    /// The number of events that are acknowledged but not durable yet.
    pub fn n_relaxed(&self) -> u64 {
        self.relaxed.load(Ordering::Acquire)
    }

    /// Makes relaxed events durable.
    pub fn flush(&self) -> Result<()> {
        let mut writer = lock(&self.writer);
        self.recover(&mut writer)?;
        if self.n_relaxed() > 0 {
            let nothing = Batch::new();
            if let Err(error) = self.store.commit(&nothing, Durability::Immediate) {
                return Err(self.on_commit_failure(&mut writer, error));
            }
            self.keep(&mut writer, Vec::new());
        }
        Ok(())
    }
}
