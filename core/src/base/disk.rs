//! Maintenance of a base on disk: writes the text index to files and makes relaxed events durable.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use super::inner::{DiskIndex, Inner, lock};
use super::notice::NoticeLevel;
use crate::cancel::{CancelHook, Checkpoint};
use crate::error::Result;
use crate::index::DocSource;
use crate::index::disk::follower::Follower;
use crate::state::documents::{self, Documents};

/// The longest time that a relaxed event waits before it is made durable.
const RELAXED: Duration = Duration::from_secs(1);

/// The maintenance of a base on disk.
pub(super) struct Disk {
    /// Held during a flush of the index.
    flushing_index: Mutex<()>,
    follower: Follower,
    index_flush_docs: u64,
    background: Option<Background>,
}

/// The base's own thread, started with its first work.
struct Background {
    inner: Weak<Inner>,
    wakeup: Arc<Wakeup>,
    thread: Mutex<Thread>,
}

/// The state of the thread.
enum Thread {
    NotStarted,
    Started(JoinHandle<()>),
    /// The system refused a thread, so writers do its work.
    Refused,
    Ended,
}

/// The signal that wakes the thread.
#[derive(Default)]
struct Wakeup {
    state: Mutex<Wake>,
    signal: Condvar,
}

#[derive(Default)]
struct Wake {
    stop: bool,
    flush_index: bool,
    relaxed: bool,
}

impl Disk {
    /// Creates the maintenance of the base behind `inner`, with a thread of its own if `has_thread` is
    /// true.
    pub fn new(
        follower: Follower,
        index_flush_docs: u64,
        has_thread: bool,
        inner: &Weak<Inner>,
    ) -> Disk {
        Disk {
            flushing_index: Mutex::default(),
            follower,
            index_flush_docs,
            background: has_thread.then(|| Background::new(inner.clone())),
        }
    }

    fn flush_documents(&self, inner: &Inner, checkpoint: &mut Checkpoint<'_>) -> Result<()> {
        // Flushes run one at a time, from start to end. If two overlapped, the one that began first
        // could swap its segments in last, and documents that only the other one wrote would disappear
        // from search.
        let _flushing = lock(&self.flushing_index);
        let (view, stamps, policy, seq) = {
            let state = inner.read();
            (
                state.index.view.clone(),
                Arc::clone(&state.stamps),
                Arc::clone(&state.model.policy),
                state.head.seq,
            )
        };
        let source = Documents::new(&*inner.store, &inner.config, &policy, &stamps);
        let epoch = documents::epoch(&policy);
        if self.follower.epoch() != epoch {
            self.follower.restart(epoch)?;
            inner.env.notices.tell(NoticeLevel::Info, "index", || {
                "the text index is rebuilt from the store: the weights of fields changed".to_owned()
            });
        }
        self.follower.learn_dead(&source);
        let docs = view
            .fresh()
            .into_iter()
            .flat_map(|(space, ordinal, stamp)| {
                match checkpoint
                    .step()
                    .and_then(|()| source.rendition(space, ordinal, stamp))
                {
                    Ok(docs) => docs.into_iter().map(Ok).collect::<Vec<_>>(),
                    Err(error) => vec![Err(error)],
                }
            });
        let segments = self.follower.append(docs, &[], seq)?;
        // Only writers change the view, and this lock keeps them out until the swap is done.
        let _writer = lock(&inner.writer);
        let next = {
            let state = inner.read();
            if documents::epoch(&state.model.policy) != epoch {
                // New field weights came into force during the flush, so its segments are outdated. The
                // next flush rebuilds the index.
                return Ok(());
            }
            let source = Documents::new(
                &*inner.store,
                &inner.config,
                &state.model.policy,
                &state.stamps,
            );
            state.index.view.with_disk(&segments, &source)?
        };
        inner
            .state
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .index
            .view = next;
        Ok(())
    }
}

impl DiskIndex for Disk {
    fn after_write(&self, inner: &Inner) {
        let flush_index = inner.read().index.view.n_fresh() >= self.index_flush_docs;
        let relaxed = inner.n_relaxed() > 0;
        if !flush_index && !relaxed {
            return;
        }
        match &self.background {
            Some(background) if background.ensure_thread(inner) => background.wakeup.ring(|wake| {
                wake.flush_index |= flush_index;
                wake.relaxed |= relaxed;
            }),
            // The write is already acknowledged. A failed flush is reported as a notice and not as an
            // error of the write.
            _ if flush_index => {
                drop(self.flush_index(inner, &mut CancelHook::default().checkpoint()))
            }
            _ => {}
        }
    }

    fn flush_index(&self, inner: &Inner, checkpoint: &mut Checkpoint<'_>) -> Result<()> {
        span!("flush_index");
        let notices = &inner.env.notices;
        notices.tell(NoticeLevel::Debug, "index", || {
            let n_fresh = inner.read().index.view.n_fresh();
            format!("the index flush began: {n_fresh} documents in memory")
        });
        let done = self.flush_documents(inner, checkpoint);
        match &done {
            Ok(()) => notices.tell(NoticeLevel::Info, "index", || {
                let state = inner.read();
                let on_disk = state.index.view.segments().iter().filter(|s| !s.is_fresh());
                let (n, docs) = on_disk.fold((0, 0), |(n, docs), segment| {
                    (n + 1, docs + u64::from(segment.alive().count()))
                });
                format!("the index flush ended: {docs} documents in {n} segments on disk")
            }),
            Err(error) => notices.tell(NoticeLevel::Warning, "index", || {
                format!("the index flush failed; documents stay in memory, and it is tried again after the next write: {error}")
            }),
        }
        done
    }

    fn file_bytes(&self) -> Result<u64> {
        self.follower.bytes()
    }

    fn stop(&self) {
        if let Some(background) = &self.background {
            background.stop();
        }
    }
}

impl Wakeup {
    fn lock(&self) -> MutexGuard<'_, Wake> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, set: impl FnOnce(&mut Wake)) {
        set(&mut self.lock());
        self.signal.notify_one();
    }

    /// Waits for work. Relaxed commits are collected for a while before they are made durable.
    fn wait(&self) -> Wake {
        let mut wake = self.lock();
        while !wake.stop && !wake.flush_index && !wake.relaxed {
            wake = self
                .signal
                .wait(wake)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if !wake.stop && !wake.flush_index {
            let waited = self
                .signal
                .wait_timeout_while(wake, RELAXED, |wake| !wake.stop && !wake.flush_index);
            wake = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let stop = wake.stop;
        std::mem::replace(
            &mut *wake,
            Wake {
                stop,
                ..Wake::default()
            },
        )
    }
}

impl Background {
    fn new(inner: Weak<Inner>) -> Background {
        Background {
            inner,
            wakeup: Arc::default(),
            thread: Mutex::new(Thread::NotStarted),
        }
    }

    /// Returns true if a thread can be signalled. The first call starts it.
    fn ensure_thread(&self, inner: &Inner) -> bool {
        let mut thread = lock(&self.thread);
        if matches!(*thread, Thread::NotStarted) {
            *thread = match self.start() {
                Ok(started) => Thread::Started(started),
                Err(error) => {
                    inner.env.notices.tell(NoticeLevel::Warning, "threads", || {
                        format!("the base's own thread could not be started, and writers do its work: {error}")
                    });
                    Thread::Refused
                }
            };
        }
        matches!(*thread, Thread::Started(_))
    }

    fn start(&self) -> std::io::Result<JoinHandle<()>> {
        let inner = self.inner.clone();
        let heard = Arc::clone(&self.wakeup);
        let work = move || {
            loop {
                let wake = heard.wait();
                let Some(inner) = inner.upgrade() else {
                    return;
                };
                if wake.stop {
                    return;
                }
                // A failure is reported as a notice and retried after the next write. Acknowledged
                // events are not lost.
                if wake.relaxed
                    && let Err(error) = inner.flush()
                {
                    inner.env.notices.tell(NoticeLevel::Warning, "flush", || {
                        format!("relaxed events are not durable yet; it is tried again after the next write: {error}")
                    });
                }
                if let (true, Some(disk)) = (wake.flush_index, &inner.disk) {
                    drop(disk.flush_index(&inner, &mut CancelHook::default().checkpoint()));
                }
            }
        };
        std::thread::Builder::new()
            .name("kenpoint".to_owned())
            .spawn(work)
    }
}

impl Background {
    fn stop(&self) {
        self.wakeup.ring(|wake| wake.stop = true);
        let thread = std::mem::replace(&mut *lock(&self.thread), Thread::Ended);
        // A thread that drops the last handle cannot join itself.
        if let Thread::Started(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            drop(thread.join());
        }
    }
}
