//! The thread pool for batch calls. The first batch starts it; it ends with its last base.
//!
//! Each base has a pool of its own unless its host shares one, so that two hosts in one process do not wait
//! for each other, and a process that forks before its first batch has no threads that would be dead in the
//! child. If no threads can be started, a batch runs in the thread of its caller and does not fail.

#[cfg(feature = "rayon")]
pub(super) use threads::Pool;

#[cfg(not(feature = "rayon"))]
pub(super) use alone::Pool;

/// The number of cores, as far as the system tells it, and at most the threads of a pool.
#[cfg(any(feature = "rayon", feature = "disk"))]
pub(super) fn n_cores() -> usize {
    let max = crate::settings::MAX_THREADS;
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(max))
}

#[cfg(feature = "rayon")]
mod threads {
    use std::sync::OnceLock;
    use std::thread::JoinHandle;

    use rayon::prelude::*;

    use crate::base::notice::{NoticeLevel, Notices};

    /// The thread pool, which starts lazily.
    pub struct Pool {
        n_threads: usize,
        /// `None` if the threads could not be started.
        crew: OnceLock<Option<Crew>>,
    }

    struct Crew {
        /// The process of the threads: the child of a fork has none of them.
        process: u32,
        pool: Option<rayon::ThreadPool>,
        threads: Vec<JoinHandle<()>>,
    }

    impl Pool {
        /// Configures the number of threads and starts none. With fewer than two, batches run in the
        /// thread of the caller.
        pub fn new(n_threads: usize) -> Pool {
            Pool {
                n_threads,
                crew: OnceLock::new(),
            }
        }

        /// The number of threads that were started.
        #[cfg(feature = "disk")]
        pub fn n_threads(&self) -> usize {
            let crew = self.crew.get().and_then(Option::as_ref);
            crew.map_or(0, |crew| crew.threads.len())
        }

        /// Runs the job for each item. The results are in the order of the items. The base whose batch
        /// starts the threads tells its listener.
        pub fn each<T: Sync, R: Send>(
            &self,
            notices: &Notices,
            items: &[T],
            job: impl Fn(&T) -> R + Sync + Send,
        ) -> Vec<R> {
            let crew = match (items.len(), self.n_threads) {
                (0..=1, _) | (_, 0..=1) => None,
                _ => self.crew(notices),
            };
            match crew.and_then(|crew| crew.pool.as_ref()) {
                Some(pool) => pool.install(|| items.par_iter().map(job).collect()),
                None => items.iter().map(job).collect(),
            }
        }

        fn crew(&self, notices: &Notices) -> Option<&Crew> {
            let mut notice = None;
            let crew = self.crew.get_or_init(|| {
                let (crew, what) = self.start();
                notice = Some(what);
                crew
            });
            // The notice is sent after initialization: the listener may run a batch on another base that
            // shares this pool.
            if let Some((level, message)) = notice {
                notices.tell(level, "threads", || message);
            }
            crew.as_ref()
        }

        fn start(&self) -> (Option<Crew>, (NoticeLevel, String)) {
            let mut threads = Vec::with_capacity(self.n_threads);
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(self.n_threads)
                .spawn_handler(|thread| {
                    let named = std::thread::Builder::new().name("kenpoint-batch".to_owned());
                    threads.push(named.spawn(|| thread.run())?);
                    Ok(())
                })
                .build();
            let n_threads = self.n_threads;
            match pool {
                Ok(pool) => {
                    let message = format!("{n_threads} threads for batches were started");
                    let crew = Crew {
                        process: std::process::id(),
                        pool: Some(pool),
                        threads,
                    };
                    (Some(crew), (NoticeLevel::Debug, message))
                }
                // Threads that did start end by themselves.
                Err(error) => {
                    let message = format!(
                        "{n_threads} threads for batches could not be started: {error}; batches run in the caller's thread"
                    );
                    (None, (NoticeLevel::Warning, message))
                }
            }
        }
    }

    impl Drop for Crew {
        fn drop(&mut self) {
            if self.process != std::process::id() {
                std::mem::forget((self.pool.take(), std::mem::take(&mut self.threads)));
                return;
            }
            // Dropping the pool ends its threads, and the joins below wait for them.
            self.pool = None;
            let me = std::thread::current().id();
            for thread in self.threads.drain(..) {
                // A thread that drops the last handle cannot join itself.
                if thread.thread().id() != me {
                    drop(thread.join());
                }
            }
        }
    }
}

#[cfg(not(feature = "rayon"))]
mod alone {
    use crate::base::notice::Notices;

    /// A pool without threads: batches run in the thread of the caller.
    #[derive(Default)]
    pub struct Pool;

    impl Pool {
        /// Makes the pool. It has no use for a number of threads.
        pub fn new(_: usize) -> Pool {
            Pool
        }

        /// The number of threads that were started.
        #[cfg(feature = "disk")]
        pub fn n_threads(&self) -> usize {
            0
        }

        /// Runs the job for each item, in order.
        pub fn each<T, R>(&self, _: &Notices, items: &[T], job: impl Fn(&T) -> R) -> Vec<R> {
            items.iter().map(job).collect()
        }
    }
}
