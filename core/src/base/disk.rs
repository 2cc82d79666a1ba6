//! What a base on disk does beside answering: its index follows, relaxed events become durable.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use super::handle::{Base, Handle, Host, Shared};
use super::memory_budget;
use super::notice::NoticeLevel;
use super::options::BaseOptions;
use super::writer::lock;
use crate::cancel::{Pace, Watch};
use crate::error::Result;
use crate::index::DocSource;
use crate::index::disk::follower::Follower;
use crate::state::documents::{self, Documents};
use crate::state::live::{self, Live};
use crate::store::disk::DiskBackend;
use crate::store::log;

/// How long a relaxed event may wait to be durable.
const RELAXED: Duration = Duration::from_secs(1);

/// The disk side of a base.
pub(super) struct Disk {
    /// Held by the one who absorbs.
    absorbing: Mutex<()>,
    follower: Follower,
    absorb_after: u64,
    background: Option<Background>,
}

/// The base's own thread, started when there is something for it to do.
struct Background {
    shared: Weak<Shared>,
    bell: Arc<Bell>,
    thread: Mutex<Thread>,
}

/// How far it is.
enum Thread {
    NotStarted,
    Started(JoinHandle<()>),
    /// The machine had none: the writers do its work.
    Refused,
    Ended,
}

/// What wakes it.
#[derive(Default)]
struct Bell {
    state: Mutex<Wake>,
    rung: Condvar,
}

#[derive(Default)]
struct Wake {
    stop: bool,
    absorb: bool,
    relaxed: bool,
}

/// Opens a base in a folder.
pub(super) fn open(options: &BaseOptions, folder: &Path, host: Host) -> Result<Base> {
    if options.absorb_after == 0 {
        return Err(crate::error::Error::invalid(
            "absorb_after",
            0,
            "it is at least 1 document",
        ));
    }
    let backend = DiskBackend::open(folder, options.check, options.cache())?;
    let index = backend.index_folder();
    // The index is read into memory whole, so what cannot fit is not read.
    if let Some(limit) = host.memory_limit {
        memory_budget::check_open(options.cache() as u64 + Follower::bytes_in(&index)?, limit)?;
    }
    let store: Arc<dyn crate::store::Backend> = Arc::new(backend);
    let fixed = options.fixed(&*store)?;
    let epoch = documents::epoch(&live::policy(&*store)?);
    let seq = log::head(&*store)?.seq;
    let (follower, segments) = Follower::open(&index, epoch, fixed.base, seq)?;
    if let Some(why) = follower.begun_anew().filter(|_| seq > 0) {
        host.notices.tell(NoticeLevel::Warning, "index", || {
            format!("the text index is made again from the store: {why}")
        });
    }
    let live = Live::load(&*store, &fixed, &segments, host.memory_limit)?;
    follower.learn_dead(&Documents::new(&*store, &fixed, &live.policy, &live.stamps));
    let background = options.background;
    let shared = Arc::new_cyclic(|weak: &Weak<Shared>| {
        let mut shared = Shared::of(store, fixed, host, live, false);
        shared.disk = Some(Disk {
            absorbing: Mutex::default(),
            follower,
            absorb_after: options.absorb_after,
            background: background.then(|| Background::new(weak.clone())),
        });
        shared
    });
    let base = Base(Arc::new(Handle(shared)), Watch::default());
    if let Some(disk) = &base.0.disk {
        disk.after_write(&base.0);
    }
    Ok(base)
}

impl Disk {
    /// Sees to it that what the write left behind is done: by the thread, or here.
    pub fn after_write(&self, shared: &Shared) {
        let absorb = shared.read().view.n_fresh() >= self.absorb_after;
        let relaxed = shared.n_relaxed() > 0;
        if !absorb && !relaxed {
            return;
        }
        match &self.background {
            Some(background) if background.is_there(shared) => background.bell.ring(|wake| {
                wake.absorb |= absorb;
                wake.relaxed |= relaxed;
            }),
            // The write is acknowledged: that its index has to wait is told, but no failure of it.
            _ if absorb => drop(self.absorb(shared, &mut Watch::default().pace())),
            _ => {}
        }
    }

    /// Puts what is in memory only into the index on disk. Writers go on meanwhile. Asks `pace` before
    /// each document; all of it takes effect or none.
    pub fn absorb(&self, shared: &Shared, pace: &mut Pace<'_>) -> Result<()> {
        span!("absorb");
        let notices = &shared.host.notices;
        notices.tell(NoticeLevel::Debug, "index", || {
            let n_fresh = shared.read().view.n_fresh();
            format!("absorption began: {n_fresh} documents in memory")
        });
        let done = self.bring_up(shared, pace);
        match &done {
            Ok(()) => notices.tell(NoticeLevel::Info, "index", || {
                let live = shared.read();
                let on_disk = live.view.segments().iter().filter(|s| !s.is_fresh());
                let (n, docs) = on_disk.fold((0, 0), |(n, docs), segment| {
                    (n + 1, docs + u64::from(segment.alive().count()))
                });
                format!("absorption ended: {docs} documents in {n} segments on disk")
            }),
            Err(error) => notices.tell(NoticeLevel::Warning, "index", || {
                format!("absorption failed; documents stay in memory, and it is tried again after the next write: {error}")
            }),
        }
        done
    }

    fn bring_up(&self, shared: &Shared, pace: &mut Pace<'_>) -> Result<()> {
        // One at a time, to its end: of two, the one that began first could exchange the segments last,
        // and what only the other's hold would be found no more.
        let _absorbing = lock(&self.absorbing);
        let (view, stamps, policy, seq) = {
            let live = shared.read();
            (
                live.view.clone(),
                Arc::clone(&live.stamps),
                Arc::clone(&live.policy),
                live.head.seq,
            )
        };
        let source = Documents::new(&*shared.store, &shared.fixed, &policy, &stamps);
        let epoch = documents::epoch(&policy);
        if self.follower.epoch() != epoch {
            self.follower.restart(epoch)?;
            shared.host.notices.tell(NoticeLevel::Info, "index", || {
                "the text index is made again from the store: the weights of fields changed"
                    .to_owned()
            });
        }
        self.follower.learn_dead(&source);
        let docs = view
            .fresh()
            .into_iter()
            .flat_map(|(space, ordinal, stamp)| {
                match pace
                    .step()
                    .and_then(|()| source.rendition(space, ordinal, stamp))
                {
                    Ok(docs) => docs.into_iter().map(Ok).collect::<Vec<_>>(),
                    Err(error) => vec![Err(error)],
                }
            });
        let segments = self.follower.absorb(docs, &[], seq)?;
        // Only writers change the view, and they are kept out until it is exchanged.
        let _writer = lock(&shared.writer);
        let next = {
            let live = shared.read();
            if documents::epoch(&live.policy) != epoch {
                // Other weights came into force meanwhile: what was written is old already, and the
                // next absorption begins anew.
                return Ok(());
            }
            let source = Documents::new(&*shared.store, &shared.fixed, &live.policy, &live.stamps);
            live.view.with_disk(&segments, &source)?
        };
        shared
            .live
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .view = next;
        Ok(())
    }

    /// Bytes of the files of the index.
    pub fn file_bytes(&self) -> Result<u64> {
        self.follower.bytes()
    }

    /// Ends the base's own thread, after what it is about.
    pub fn stop(&self) {
        if let Some(background) = &self.background {
            background.stop();
        }
    }
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, Wake> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, set: impl FnOnce(&mut Wake)) {
        set(&mut self.lock());
        self.rung.notify_one();
    }

    /// Waits for work. Relaxed commits are left to gather for a while.
    fn wait(&self) -> Wake {
        let mut wake = self.lock();
        while !wake.stop && !wake.absorb && !wake.relaxed {
            wake = self.rung.wait(wake).unwrap_or_else(PoisonError::into_inner);
        }
        if !wake.stop && !wake.absorb {
            let waited = self
                .rung
                .wait_timeout_while(wake, RELAXED, |wake| !wake.stop && !wake.absorb);
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
    fn new(shared: Weak<Shared>) -> Background {
        Background {
            shared,
            bell: Arc::default(),
            thread: Mutex::new(Thread::NotStarted),
        }
    }

    /// Whether there is a thread to ring for; starts it at first.
    fn is_there(&self, shared: &Shared) -> bool {
        let mut thread = lock(&self.thread);
        if matches!(*thread, Thread::NotStarted) {
            *thread = match self.start() {
                Ok(started) => Thread::Started(started),
                Err(error) => {
                    shared.host.notices.tell(NoticeLevel::Warning, "threads", || {
                        format!("the base's own thread could not be started, and writers do its work: {error}")
                    });
                    Thread::Refused
                }
            };
        }
        matches!(*thread, Thread::Started(_))
    }

    fn start(&self) -> std::io::Result<JoinHandle<()>> {
        let shared = self.shared.clone();
        let heard = Arc::clone(&self.bell);
        let work = move || {
            loop {
                let wake = heard.wait();
                let Some(shared) = shared.upgrade() else {
                    return;
                };
                if wake.stop {
                    return;
                }
                // What fails here is told, and tried again after the next write; nothing acknowledged is
                // lost.
                if wake.relaxed
                    && let Err(error) = shared.flush()
                {
                    shared.host.notices.tell(NoticeLevel::Warning, "flush", || {
                        format!("what was only looked at is not durable yet; it is tried again after the next write: {error}")
                    });
                }
                if let (true, Some(disk)) = (wake.absorb, &shared.disk) {
                    drop(disk.absorb(&shared, &mut Watch::default().pace()));
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
        self.bell.ring(|wake| wake.stop = true);
        let thread = std::mem::replace(&mut *lock(&self.thread), Thread::Ended);
        // A thread whose work was to drop the last handle cannot wait for itself.
        if let Thread::Started(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            drop(thread.join());
        }
    }
}
