//! Maintenance of a base on disk: writes the text index to files and makes relaxed events durable.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::inner::{DiskIndex, Inner, lock};
use super::notice::NoticeLevel;
use super::scheduler::{Registration, Scheduler, Task};
use crate::cancel::{CancelHook, Checkpoint};
use crate::error::Result;
use crate::index::DocSource;
use crate::index::disk::follower::Follower;
use crate::state::documents::{self, Documents};
use crate::store::disk::DiskBackend;

/// The maintenance of a base on disk.
pub(super) struct Disk {
    /// Held during a flush of the index.
    flushing_index: Mutex<()>,
    follower: Follower,
    store: Arc<DiskBackend>,
    index_flush_docs: u64,
    /// `None` if writers do the work.
    background: Option<Registration>,
    /// True once the system refused the first thread, so that writers do the work.
    is_refused: AtomicBool,
}

/// The text index of a base that is open read-only. It is never written.
pub(super) struct ReadOnlyIndex {
    pub folder: PathBuf,
}

/// The work of a base in threads that may serve other bases too.
struct Maintenance {
    inner: Weak<Inner>,
}

impl Disk {
    /// Creates the maintenance of the base behind `inner`, in the threads of a scheduler or without one.
    pub fn new(
        follower: Follower,
        store: Arc<DiskBackend>,
        index_flush_docs: u64,
        scheduler: Option<Arc<Scheduler>>,
        inner: &Weak<Inner>,
    ) -> Disk {
        Disk {
            flushing_index: Mutex::default(),
            follower,
            store,
            index_flush_docs,
            background: scheduler.map(|scheduler| {
                let inner = inner.clone();
                scheduler.register(Box::new(Maintenance { inner }))
            }),
            is_refused: AtomicBool::new(false),
        }
    }

    fn flush_documents(&self, inner: &Inner, checkpoint: &mut Checkpoint<'_>) -> Result<()> {
        // Flushes run one at a time, from start to end. If two overlapped, the one that began first
        // could swap its segments in last, and documents that only the other one wrote would disappear
        // from search.
        let _flushing = lock(&self.flushing_index);
        // Another base may have taken the place of this one, and its index must not be touched.
        self.store.check_location()?;
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
        if let Some(background) = &self.background
            && !self.is_refused.load(Ordering::Acquire)
        {
            let rung = match (relaxed, flush_index) {
                (true, false) => background.ring_relaxed(),
                (false, _) => background.ring_index(),
                (true, true) => background
                    .ring_relaxed()
                    .and_then(|()| background.ring_index()),
            };
            let Err(error) = rung else {
                return;
            };
            if !self.is_refused.swap(true, Ordering::AcqRel) {
                inner.env.notices.tell(NoticeLevel::Warning, "threads", || {
                    format!(
                        "no thread for background work could be started, and writers do it: {error}"
                    )
                });
            }
        }
        // The write is already acknowledged. A failed flush is reported as a notice and not as an error of
        // the write.
        if flush_index {
            drop(self.flush_index(inner, &mut CancelHook::default().checkpoint()));
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

impl DiskIndex for ReadOnlyIndex {
    fn after_write(&self, _: &Inner) {}

    fn flush_index(&self, _: &Inner, _: &mut Checkpoint<'_>) -> Result<()> {
        Ok(())
    }

    fn file_bytes(&self) -> Result<u64> {
        Follower::bytes_in(&self.folder)
    }

    fn stop(&self) {}
}

impl Task for Maintenance {
    // A failure is reported as a notice and retried after the next write. Acknowledged events are not lost.

    fn flush_relaxed(&self) {
        if let Some(inner) = self.inner.upgrade()
            && let Err(error) = inner.flush()
        {
            inner.env.notices.tell(NoticeLevel::Warning, "flush", || {
                format!("relaxed events are not durable yet; it is tried again after the next write: {error}")
            });
        }
    }

    fn flush_index(&self) {
        if let Some(inner) = self.inner.upgrade()
            && let Some(disk) = &inner.disk
        {
            drop(disk.flush_index(&inner, &mut CancelHook::default().checkpoint()));
        }
    }
}
