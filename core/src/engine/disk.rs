//! What a base on disk does beside answering: its index follows, relaxed events become durable.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use super::documents::{self, Documents};
use super::live::{self, Live};
use super::options::BaseOptions;
use super::shared::{Base, Handle, Shared, lock};
use crate::error::Result;
use crate::index::DocSource;
use crate::index::disk::follower::Follower;
use crate::store::disk::DiskBackend;
use crate::store::log;
use crate::time::Clock;

/// How long a relaxed event may wait to be durable.
const RELAXED: Duration = Duration::from_secs(1);

/// The disk side of a base.
pub(super) struct Disk {
    follower: Follower,
    absorb_after: u64,
    background: Option<Background>,
}

/// The base's own thread.
struct Background {
    bell: Arc<Bell>,
    thread: Mutex<Option<JoinHandle<()>>>,
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
pub(super) fn open(options: &BaseOptions, folder: &Path, clock: Box<dyn Clock>) -> Result<Base> {
    let backend = DiskBackend::open(folder, options.check, options.cache_bytes)?;
    let index = backend.index_folder();
    let store: Arc<dyn crate::store::Backend> = Arc::new(backend);
    let fixed = options.fixed(&*store)?;
    let epoch = documents::epoch(&live::policy(&*store)?);
    let (follower, segments) = Follower::open(&index, epoch, fixed.base, log::head(&*store)?.seq)?;
    let live = Live::load(&*store, &fixed, &segments)?;
    follower.learn_dead(&Documents::new(&*store, &fixed, &live.policy, &live.stamps));
    let background = options.background;
    let shared = Arc::new_cyclic(|weak: &Weak<Shared>| {
        let mut shared = Shared::of(store, fixed, clock, live, false);
        shared.disk = Some(Disk {
            follower,
            absorb_after: options.absorb_after,
            background: background
                .then(|| Background::start(weak.clone()))
                .flatten(),
        });
        shared
    });
    let base = Base(Arc::new(Handle(shared)));
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
        match &self.background {
            Some(background) if absorb || relaxed => background.bell.ring(|wake| {
                wake.absorb |= absorb;
                wake.relaxed |= relaxed;
            }),
            // The write is acknowledged: that its index has to wait is no failure of it.
            None if absorb => drop(self.absorb(shared)),
            _ => {}
        }
    }

    /// Puts what is in memory only into the index on disk. Writers go on meanwhile.
    pub fn absorb(&self, shared: &Shared) -> Result<()> {
        span!("absorb");
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
        }
        self.follower.learn_dead(&source);
        let docs = view
            .fresh()
            .into_iter()
            .flat_map(
                |(space, ordinal, stamp)| match source.rendition(space, ordinal, stamp) {
                    Ok(docs) => docs.into_iter().map(Ok).collect::<Vec<_>>(),
                    Err(error) => vec![Err(error)],
                },
            );
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
    /// `None` where no thread can be had: the writers do its work then.
    fn start(shared: Weak<Shared>) -> Option<Background> {
        let bell = Arc::new(Bell::default());
        let heard = Arc::clone(&bell);
        let work = move || {
            loop {
                let wake = heard.wait();
                let Some(shared) = shared.upgrade() else {
                    return;
                };
                if wake.stop {
                    return;
                }
                // What fails here is tried again after the next write; nothing acknowledged is lost.
                if wake.relaxed {
                    drop(shared.flush());
                }
                if let (true, Some(disk)) = (wake.absorb, &shared.disk) {
                    drop(disk.absorb(&shared));
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("kenpoint".to_owned())
            .spawn(work)
            .ok()?;
        Some(Background {
            bell,
            thread: Mutex::new(Some(thread)),
        })
    }
}

impl Background {
    fn stop(&self) {
        self.bell.ring(|wake| wake.stop = true);
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            drop(thread.join());
        }
    }
}
