//! The threads of background work: a bounded number, whatever the number of bases.
//!
//! A base registers a task and rings when there is work. The first work starts a thread; further ones start while all
//! are busy, up to the bound. The scheduler knows when work is due, and nothing of what it does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use crate::time::Deadline;

/// The longest time that a relaxed event waits before it is made durable. The wait gathers the events of a second into
/// one sync.
const RELAXED: Duration = Duration::from_secs(1);

/// The background work of one base. It reports its own failures.
pub(super) trait Task: Send + Sync {
    /// Makes relaxed events durable.
    fn flush_relaxed(&self);

    /// Writes the documents in memory to the index on disk.
    fn flush_index(&self);
}

/// The threads, and the work that waits for them. Dropped, it waits for its threads.
pub(super) struct Scheduler(Arc<Shared>);

struct Shared {
    max_threads: usize,
    /// The process of the threads: the child of a fork has none of them.
    process: u32,
    state: Mutex<Work>,
    /// Tells threads about work.
    has_work: Condvar,
    /// Tells those who wait for the end of a task.
    has_ended: Condvar,
}

#[derive(Default)]
struct Work {
    jobs: BTreeMap<u64, Arc<Job>>,
    next_id: u64,
    /// Relaxed events to make durable, by the time they are due.
    due: BTreeSet<(Deadline, u64)>,
    /// Indexes to flush.
    index: VecDeque<u64>,
    /// The work in progress. Two kinds of work of one base may run at once.
    running: Vec<(u64, WorkKind, ThreadId)>,
    threads: Vec<JoinHandle<()>>,
    n_waiting: usize,
    is_stopped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WorkKind {
    Relaxed,
    Index,
}

struct Job {
    task: Box<dyn Task>,
    /// True from the ring until the work begins, so that further rings cost no lock.
    waits_relaxed: AtomicBool,
    waits_index: AtomicBool,
}

/// The registration of a base. Its work ends with [`Registration::stop`].
pub(super) struct Registration {
    scheduler: Arc<Scheduler>,
    id: u64,
    job: Arc<Job>,
}

impl Scheduler {
    /// Configures the greatest number of threads, at least one, and starts none.
    pub fn new(max_threads: usize) -> Scheduler {
        Scheduler(Arc::new(Shared {
            max_threads: max_threads.max(1),
            process: std::process::id(),
            state: Mutex::default(),
            has_work: Condvar::new(),
            has_ended: Condvar::new(),
        }))
    }

    /// Registers the work of a base.
    pub fn register(self: &Arc<Scheduler>, task: Box<dyn Task>) -> Registration {
        let job = Arc::new(Job {
            task,
            waits_relaxed: AtomicBool::new(false),
            waits_index: AtomicBool::new(false),
        });
        let mut work = self.0.lock();
        let id = work.next_id;
        work.next_id += 1;
        work.jobs.insert(id, Arc::clone(&job));
        Registration {
            scheduler: Arc::clone(self),
            id,
            job,
        }
    }

    /// The number of threads that were started.
    pub fn n_threads(&self) -> usize {
        self.0.lock().threads.len()
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        // In the child of a fork the lock may be held for ever, and there is no thread to wait for.
        if self.0.process != std::process::id() {
            return;
        }
        let mut work = self.0.lock();
        work.is_stopped = true;
        let threads = std::mem::take(&mut work.threads);
        drop(work);
        self.0.has_work.notify_all();
        for thread in threads {
            // A thread that drops the last base cannot join itself.
            if thread.thread().id() != std::thread::current().id() {
                drop(thread.join());
            }
        }
    }
}

impl Registration {
    /// Asks for the relaxed events to be made durable within a second. Fails if the system refuses a thread; the caller
    /// must do the work then.
    pub fn ring_relaxed(&self) -> std::io::Result<()> {
        if self.job.waits_relaxed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let due = (Deadline::after(RELAXED), self.id);
        self.ring(&self.job.waits_relaxed, |work| {
            work.due.insert(due);
        })
    }

    /// Asks for a flush of the index. Fails if the system refuses a thread.
    pub fn ring_index(&self) -> std::io::Result<()> {
        if self.job.waits_index.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.ring(&self.job.waits_index, |work| work.index.push_back(self.id))
    }

    fn ring(&self, waits: &AtomicBool, add: impl FnOnce(&mut Work)) -> std::io::Result<()> {
        let shared = &self.scheduler.0;
        let mut work = shared.lock();
        if let Err(error) = shared.ensure_thread(&mut work) {
            waits.store(false, Ordering::Release);
            return Err(error);
        }
        add(&mut work);
        drop(work);
        shared.has_work.notify_one();
        Ok(())
    }

    /// Ends the work of this base: what waits is dropped, what runs is waited for.
    pub fn stop(&self) {
        let shared = &self.scheduler.0;
        let mut work = shared.lock();
        work.jobs.remove(&self.id);
        work.due.retain(|(_, id)| *id != self.id);
        work.index.retain(|id| *id != self.id);
        let me = std::thread::current().id();
        // Work that drops the last handle of its base cannot wait for itself.
        while work
            .running
            .iter()
            .any(|(id, _, thread)| *id == self.id && *thread != me)
        {
            work = shared
                .has_ended
                .wait(work)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Shared {
    /// Tasks run outside the lock, so no panic leaves the state half changed.
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread if none waits and the bound allows one. Fails only if there is none at all.
    fn ensure_thread(self: &Arc<Shared>, work: &mut Work) -> std::io::Result<()> {
        if work.n_waiting > 0 || work.threads.len() >= self.max_threads {
            return Ok(());
        }
        let shared = Arc::clone(self);
        let started = std::thread::Builder::new()
            .name("kenpoint".to_owned())
            .spawn(move || shared.work());
        match started {
            Ok(thread) => work.threads.push(thread),
            Err(error) if work.threads.is_empty() => return Err(error),
            Err(_) => {}
        }
        Ok(())
    }

    /// The life of a thread.
    fn work(self: &Arc<Shared>) {
        let me = std::thread::current().id();
        let mut work = self.lock();
        while !work.is_stopped {
            if let Some((id, kind, job)) = work.next(self.max_threads) {
                work.running.push((id, kind, me));
                // More work than threads that wait: another thread may help. Without one it is done in turn.
                if work.has_ready(self.max_threads) {
                    let _ = self.ensure_thread(&mut work);
                    self.has_work.notify_one();
                }
                drop(work);
                // A panic is a defect, which the panic hook reports. The thread serves other bases too.
                let _ = catch_unwind(AssertUnwindSafe(|| job.run(kind)));
                work = self.lock();
                work.running.retain(|ran| *ran != (id, kind, me));
                self.has_ended.notify_all();
                continue;
            }
            work.n_waiting += 1;
            let wait = work.due.first().map(|(due, _)| due.remaining());
            work = match wait {
                Some(wait) => {
                    let waited = self.has_work.wait_timeout(work, wait);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self
                    .has_work
                    .wait(work)
                    .unwrap_or_else(PoisonError::into_inner),
            };
            work.n_waiting -= 1;
        }
    }
}

impl Work {
    /// Takes the next work that may begin.
    fn next(&mut self, max_threads: usize) -> Option<(u64, WorkKind, Arc<Job>)> {
        let (id, kind) = self.ready(max_threads)?;
        match kind {
            WorkKind::Relaxed => {
                self.due.pop_first();
            }
            WorkKind::Index => self.index.retain(|waiting| *waiting != id),
        }
        let job = self.jobs.get(&id)?;
        Some((id, kind, Arc::clone(job)))
    }

    fn has_ready(&self, max_threads: usize) -> bool {
        self.ready(max_threads).is_some()
    }

    /// Durability comes first. One thread of several is kept from flushes of indexes, which may take seconds.
    fn ready(&self, max_threads: usize) -> Option<(u64, WorkKind)> {
        if let Some((due, id)) = self.due.first()
            && due.remaining().is_zero()
        {
            return Some((*id, WorkKind::Relaxed));
        }
        let n_index = self
            .running
            .iter()
            .filter(|(_, kind, _)| *kind == WorkKind::Index)
            .count();
        if n_index >= max_threads.saturating_sub(1).max(1) {
            return None;
        }
        // A second flush of one index would only wait for the first.
        let is_free = |id: &&u64| {
            !self
                .running
                .iter()
                .any(|(ran, kind, _)| (ran, *kind) == (*id, WorkKind::Index))
        };
        self.index
            .iter()
            .find(is_free)
            .map(|id| (*id, WorkKind::Index))
    }
}

impl Job {
    fn run(&self, kind: WorkKind) {
        // Work that arrives from here on is work of the next time.
        let waits = match kind {
            WorkKind::Relaxed => &self.waits_relaxed,
            WorkKind::Index => &self.waits_index,
        };
        waits.store(false, Ordering::Release);
        match kind {
            WorkKind::Relaxed => self.task.flush_relaxed(),
            WorkKind::Index => self.task.flush_index(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    /// Counts its flushes, and those of all that run at once.
    #[derive(Clone, Default)]
    struct Counted {
        n_relaxed: Arc<AtomicUsize>,
        n_index: Arc<AtomicUsize>,
        n_now: Arc<AtomicUsize>,
        n_most: Arc<AtomicUsize>,
    }

    impl Task for Counted {
        fn flush_relaxed(&self) {
            self.n_relaxed.fetch_add(1, Ordering::SeqCst);
        }

        fn flush_index(&self) {
            let n = self.n_now.fetch_add(1, Ordering::SeqCst) + 1;
            self.n_most.fetch_max(n, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            self.n_now.fetch_sub(1, Ordering::SeqCst);
            self.n_index.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn until(what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..5_000 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("{what} did not happen");
    }

    #[test]
    fn many_bases_share_few_threads_and_each_is_served() {
        let scheduler = Arc::new(Scheduler::new(3));
        let counted = Counted::default();
        let bases: Vec<Registration> = (0..100)
            .map(|_| scheduler.register(Box::new(counted.clone())))
            .collect();
        assert_eq!(scheduler.n_threads(), 0, "the first work starts them");
        for base in &bases {
            base.ring_relaxed().unwrap();
            base.ring_relaxed().unwrap();
            base.ring_index().unwrap();
        }
        until("100 flushes", || {
            counted.n_index.load(Ordering::SeqCst) == 100
        });
        until("100 syncs", || {
            counted.n_relaxed.load(Ordering::SeqCst) == 100
        });
        assert!(scheduler.n_threads() <= 3);
        let n_most = counted.n_most.load(Ordering::SeqCst);
        assert!((1..=2).contains(&n_most), "{n_most} flushes at once");
        // Rung again, it is done again.
        bases[0].ring_index().unwrap();
        until("another flush", || {
            counted.n_index.load(Ordering::SeqCst) == 101
        });
    }

    #[test]
    fn a_base_that_stopped_is_served_no_more() {
        let scheduler = Arc::new(Scheduler::new(2));
        let counted = Counted::default();
        let base = scheduler.register(Box::new(counted.clone()));
        for _ in 0..20 {
            base.ring_index().unwrap();
            base.ring_relaxed().unwrap();
        }
        base.stop();
        let n = counted.n_index.load(Ordering::SeqCst);
        assert_eq!(counted.n_now.load(Ordering::SeqCst), 0, "what ran is over");
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(counted.n_index.load(Ordering::SeqCst), n);
        // In any order.
        drop(scheduler);
        drop(base);
    }
}
