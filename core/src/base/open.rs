//! Opens a base: turns its options into a handle.

use std::sync::Arc;

use super::handle::Base;
use super::inner::{Env, WriteAccess};
use super::notice::NoticeLevel;
use super::options::{BaseOptions, StoreLocation};
#[cfg(feature = "rayon")]
use super::pool;
use super::pool::Pool;
use crate::error::{Error, ErrorCode, Result};
use crate::model::validate;
use crate::projection::config::BaseConfig;
use crate::store::backend::{Backend, Batch, Durability, Table};
use crate::store::{MemoryBackend, codec};
use crate::text::Lang;
use crate::time::Clock;

impl BaseOptions {
    /// Opens the base, or creates it if it does not exist yet.
    ///
    /// Fails with `InvalidValue` or `Contradiction` if the options are invalid; the folder is then untouched. Fails with
    /// `UnknownName` if the stemmer of a language is missing (see [`BaseOptions::stemmers`]), and with `MemoryLimit` if
    /// the base needs more memory than its limit. Either may leave a new folder with an empty store. A base on disk can
    /// also fail with `Busy`, `NotABase`, `FormatTooNew`, `Corrupt`, `DiskFull` or `Io`.
    pub fn open(mut self) -> Result<Base> {
        validate::language("language", &self.language)?;
        self.validate_memory_options()?;
        #[cfg(feature = "disk")]
        self.validate_resources()?;
        if self.read_only && matches!(self.location, StoreLocation::Memory) {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "read_only: a base in memory begins empty, so it would stay empty; name a folder or a store",
            ));
        }
        let env = self.env()?;
        let base = match std::mem::replace(&mut self.location, StoreLocation::Memory) {
            StoreLocation::Memory => {
                let store: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
                let config = self.load_or_create_config(&*store)?;
                Base::over_store(store, config, env, WriteAccess::ReadWrite)
            }
            StoreLocation::Store(store) => {
                let config = self.load_or_create_config(&*store)?;
                let access = if self.read_only {
                    WriteAccess::ReadOnly
                } else {
                    WriteAccess::ReadWrite
                };
                Base::over_store(store, config, env, access)
            }
            #[cfg(feature = "disk")]
            StoreLocation::Folder(folder) => self.open_folder(&folder, env),
        }?;
        base.0.check_memory()?;
        base.0.env.notices.tell(NoticeLevel::Info, "open", || {
            let state = base.0.read();
            let n_fresh = state.index.view.n_fresh();
            let n_all: u64 = state.index.view.segments().iter().map(|s| u64::from(s.alive().count())).sum();
            format!(
                "opened: {} records, {} articles, {} cases; {} documents loaded from the text index, {n_fresh} indexed now",
                state.head.seq,
                state.head.articles,
                state.head.cases,
                n_all - n_fresh,
            )
        });
        Ok(base)
    }

    fn env(&mut self) -> Result<Env> {
        let clock = match self.clock.take() {
            Some(clock) => clock,
            None => default_clock()?,
        };
        let notices = std::mem::take(&mut self.notices);
        Ok(Env {
            clock,
            pool: self.pool()?,
            notices,
            memory_limit: self.memory_limit,
        })
    }

    fn validate_memory_options(&self) -> Result<()> {
        let Some(limit) = self.memory_limit else {
            return Ok(());
        };
        if limit == 0 {
            return Err(Error::invalid(
                "memory_limit",
                0,
                "a base needs some memory; give bytes, or leave it out for no limit",
            ));
        }
        #[cfg(feature = "disk")]
        if let Some(cache) = self.cache_bytes.filter(|cache| *cache as u64 > limit) {
            return Err(Error::new(
                ErrorCode::Contradiction,
                format!(
                    "cache_bytes: {cache} bytes are more than the memory_limit of {limit}; give less, or leave it out for a quarter of the limit"
                ),
            ));
        }
        Ok(())
    }

    /// Returns the threads for batches: those that are shared, or its own.
    fn pool(&self) -> Result<Arc<Pool>> {
        #[cfg(feature = "disk")]
        if let Some(shared) = &self.resources {
            return Ok(Arc::clone(&shared.0.pool));
        }
        self.own_pool().map(Arc::new)
    }

    #[cfg(not(feature = "rayon"))]
    fn own_pool(&self) -> Result<Pool> {
        Ok(Pool::new(0))
    }

    /// Fails if shared resources are of another process, or if an option speaks of threads or a cache of its own beside
    /// them.
    #[cfg(feature = "disk")]
    fn validate_resources(&self) -> Result<()> {
        let Some(shared) = &self.resources else {
            return Ok(());
        };
        shared.0.check_process()?;
        #[cfg(feature = "rayon")]
        let threads = self.threads.is_some();
        #[cfg(not(feature = "rayon"))]
        let threads = false;
        let own = match (threads, self.cache_bytes) {
            (true, _) => "threads",
            (_, Some(_)) => "cache_bytes",
            _ => return Ok(()),
        };
        Err(Error::new(
            ErrorCode::Contradiction,
            format!("{own}: the base shares its resources; set it there and not for the base"),
        ))
    }

    /// Loads the configuration from the store. If the store is new, writes the configuration from the options to it.
    fn load_or_create_config(&self, store: &dyn Backend) -> Result<BaseConfig> {
        if let Some(bytes) = store.get(Table::Meta, b"base")? {
            let (audiences, language, seed, fingerprint): (_, String, _, _) =
                codec::decode(&bytes, "the base record")?;
            self.stemmers.check(Lang::of(&language))?;
            return Ok(BaseConfig {
                audiences,
                language,
                seed,
                base: fingerprint,
                stemmers: self.stemmers.clone(),
            });
        }
        if self.read_only {
            return Err(Error::new(
                ErrorCode::NotABase,
                "the store holds no base yet; open it once without read_only, which makes one",
            ));
        }
        self.stemmers.check(Lang::of(&self.language))?;
        let config_bytes = crate::codec::value::text(&(&self.audiences, &self.language, self.seed))
            .map_err(|e| Error::internal(format!("the configuration cannot be serialized: {e}")))?;
        let fingerprint = codec::hash(&config_bytes)
            .iter()
            .take(8)
            .fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        let record = codec::encode(&(&self.audiences, &self.language, self.seed, fingerprint))?;
        let mut batch = Batch::new();
        batch.insert((Table::Meta, b"base".to_vec()), Some(record));
        store.commit(&batch, Durability::Immediate)?;
        Ok(BaseConfig {
            audiences: self.audiences.clone(),
            language: self.language.clone(),
            seed: self.seed,
            base: fingerprint,
            stemmers: self.stemmers.clone(),
        })
    }
}

#[cfg(feature = "rayon")]
impl BaseOptions {
    fn own_pool(&self) -> Result<Pool> {
        match self.threads {
            Some(n) if n > crate::settings::MAX_THREADS => {
                Err(Error::invalid("threads", n, "allowed are 0 to 256 threads"))
            }
            Some(n) => Ok(Pool::new(n)),
            None => Ok(Pool::new(pool::n_cores())),
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
fn default_clock() -> Result<Box<dyn Clock>> {
    Ok(Box::new(crate::time::SystemClock))
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
fn default_clock() -> Result<Box<dyn Clock>> {
    Err(Error::invalid(
        "clock",
        "",
        "this platform has no clock of its own: pass one to BaseOptions::clock",
    ))
}

#[cfg(feature = "disk")]
mod folder {
    use std::path::Path;
    use std::sync::{Arc, Weak};

    use crate::base::disk::{Disk, ReadOnlyIndex};
    use crate::base::handle::{Base, Handle};
    use crate::base::inner::{Env, Inner, WriteAccess};
    use crate::base::memory_budget;
    use crate::base::notice::NoticeLevel;
    use crate::base::options::BaseOptions;
    use crate::base::scheduler::Scheduler;
    use crate::cancel::CancelHook;
    use crate::error::Result;
    use crate::index::disk::follower::Follower;
    use crate::projection::log;
    use crate::state::current::{self, State};
    use crate::state::documents::{self, Documents};
    use crate::store::backend::Backend;
    use crate::store::disk::{DiskBackend, StoreOptions};

    impl BaseOptions {
        /// Opens a base in a folder.
        pub(super) fn open_folder(&self, folder: &Path, env: Env) -> Result<Base> {
            if self.index_flush_docs == 0 {
                return Err(crate::error::Error::invalid(
                    "index_flush_docs",
                    0,
                    "must be at least 1",
                ));
            }
            let backend = Arc::new(DiskBackend::open(
                folder,
                StoreOptions {
                    check: self.check,
                    cache_bytes: self.cache(),
                    shared_cache: self.resources.as_ref().map(|r| Arc::clone(&r.0.cache)),
                    is_read_only: self.read_only,
                },
            )?);
            let index = backend.index_folder();
            // The index is read into memory as a whole, so a base that cannot fit is rejected before the read.
            if let Some(limit) = env.memory_limit {
                memory_budget::check_open(
                    backend.memory_ceiling() + Follower::bytes_in(&index)?,
                    limit,
                )?;
            }
            let store: Arc<dyn Backend> = Arc::clone(&backend) as _;
            let config = self.load_or_create_config(&*store)?;
            let epoch = documents::epoch(&current::policy(&*store)?);
            let seq = log::head(&*store)?.seq;
            if self.read_only {
                let (segments, why) = Follower::read(&index, epoch, config.base, seq)?;
                if let Some(why) = why.filter(|_| seq > 0) {
                    env.notices.tell(NoticeLevel::Warning, "index", || {
                        format!("the text index is made in memory, since its files cannot be used: {why}")
                    });
                }
                let state = State::load(&*store, &config, &segments, env.memory_limit)?;
                let mut inner = Inner::new(store, config, env, state, WriteAccess::ReadOnly);
                inner.disk = Some(Box::new(ReadOnlyIndex { folder: index }));
                return Ok(Base(
                    Arc::new(Handle(Arc::new(inner))),
                    CancelHook::default(),
                ));
            }
            let (mut follower, segments) = Follower::open(&index, epoch, config.base, seq)?;
            if let Some(limit) = env.memory_limit {
                follower = follower.with_segment_bytes(memory_budget::segment_bytes(limit));
            }
            if let Some(why) = follower.begun_anew().filter(|_| seq > 0) {
                env.notices.tell(NoticeLevel::Warning, "index", || {
                    format!("the text index is rebuilt from the store: {why}")
                });
            }
            let state = State::load(&*store, &config, &segments, env.memory_limit)?;
            follower.learn_dead(&Documents::new(
                &*store,
                &config,
                &state.model.policy,
                &state.stamps,
            ));
            let scheduler = self.background.then(|| match &self.resources {
                Some(shared) => Arc::clone(&shared.0.scheduler),
                None => Arc::new(Scheduler::new(1)),
            });
            let inner = Arc::new_cyclic(|weak: &Weak<Inner>| {
                let mut inner = Inner::new(store, config, env, state, WriteAccess::ReadWrite);
                let disk = Disk::new(follower, backend, self.index_flush_docs, scheduler, weak);
                inner.disk = Some(Box::new(disk));
                inner
            });
            let base = Base(Arc::new(Handle(inner)), CancelHook::default());
            if let Some(disk) = &base.0.disk {
                disk.after_write(&base.0);
            }
            Ok(base)
        }
    }
}
