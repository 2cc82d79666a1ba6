//! The threads that batches run on: made at the first batch, owned by the base, ended with it.
//!
//! A pool of the base's own, and none for the whole process: two hosts in one process do not wait for
//! each other, and a process that forks before its first batch has none that would be dead in the
//! child. Where threads cannot be had, the batch runs in the caller's; it refuses nothing.

#[cfg(feature = "rayon")]
pub(super) use threads::Pool;

#[cfg(not(feature = "rayon"))]
pub(super) use alone::Pool;

#[cfg(feature = "rayon")]
mod threads {
    use std::sync::OnceLock;
    use std::thread::JoinHandle;

    use rayon::prelude::*;

    use crate::base::notice::{NoticeLevel, Notices};

    /// Threads to be had for batches.
    pub struct Pool {
        n_threads: usize,
        notices: Notices,
        /// `None` where threads could not be started.
        crew: OnceLock<Option<Crew>>,
    }

    struct Crew {
        pool: Option<rayon::ThreadPool>,
        threads: Vec<JoinHandle<()>>,
    }

    impl Pool {
        /// So many threads, none of which is started yet. Fewer than two are the caller's own.
        pub fn new(n_threads: usize, notices: Notices) -> Pool {
            Pool {
                n_threads,
                notices,
                crew: OnceLock::new(),
            }
        }

        /// The job done for each item; the results are in the order of the items.
        pub fn each<T: Sync, R: Send>(
            &self,
            items: &[T],
            job: impl Fn(&T) -> R + Sync + Send,
        ) -> Vec<R> {
            let crew = match (items.len(), self.n_threads) {
                (0..=1, _) | (_, 0..=1) => None,
                _ => self.crew(),
            };
            match crew.and_then(|crew| crew.pool.as_ref()) {
                Some(pool) => pool.install(|| items.par_iter().map(job).collect()),
                None => items.iter().map(job).collect(),
            }
        }

        fn crew(&self) -> Option<&Crew> {
            let mut notice = None;
            let crew = self.crew.get_or_init(|| {
                let (crew, what) = self.start();
                notice = Some(what);
                crew
            });
            // Told when the threads are there for all: the listener may ask a batch of another base that
            // shares them.
            if let Some((level, message)) = notice {
                self.notices.tell(level, "threads", || message);
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
                    let pool = Some(pool);
                    (Some(Crew { pool, threads }), (NoticeLevel::Debug, message))
                }
                // Those that were started end by themselves.
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
            // Without their pool the threads end; when the base is gone, so are they.
            self.pool = None;
            let me = std::thread::current().id();
            for thread in self.threads.drain(..) {
                // A thread whose work was to drop the last handle cannot wait for itself.
                if thread.thread().id() != me {
                    drop(thread.join());
                }
            }
        }
    }
}

#[cfg(not(feature = "rayon"))]
mod alone {
    /// No threads: batches run in the caller's.
    #[derive(Default)]
    pub struct Pool;

    impl Pool {
        /// The job done for each item, in order.
        pub fn each<T, R>(&self, items: &[T], job: impl Fn(&T) -> R) -> Vec<R> {
            items.iter().map(job).collect()
        }
    }
}
