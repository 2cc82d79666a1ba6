//! The handle of a base.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::inner::{Host, Inner};
use super::notice::NoticeLevel;
use crate::cancel::CancelHook;
use crate::error::Result;
use crate::projection::config::BaseConfig;
use crate::settings::RankPolicy;
use crate::state::current::State;
use crate::store::backend::Backend;
use crate::time::Timestamp;

/// A knowledge base. Cheap to clone; usable from many threads at once: readers do not wait for the
/// disk, and writers that come together share one commit.
#[derive(Clone)]
pub struct Base(pub(super) Arc<Handle>, pub(super) CancelHook);

/// What the handles of the host share; the base's own thread has none. With the last of them the thread
/// ends, so that the files are free when it is gone.
pub(super) struct Handle(pub Arc<Inner>);

impl std::ops::Deref for Handle {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let notices = &self.0.host.notices;
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.0.disk {
            disk.stop();
            // What fails here would be lost by a crash, too; who must act on it calls `close`.
            if let Err(error) = self.0.flush() {
                notices.tell(NoticeLevel::Warning, "close", || {
                    format!(
                        "what was only looked at since the last durable change may be lost: {error}"
                    )
                });
            }
        }
        notices.tell(NoticeLevel::Info, "close", || "closed".to_owned());
    }
}

impl std::fmt::Debug for Base {
    /// The number of the base and its size; a debugger's look takes no text out of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = self.0.read().head;
        f.debug_struct("Base")
            .field("base", &format_args!("{:016x}", self.0.config.base))
            .field("articles", &counts.articles)
            .field("cases", &counts.cases)
            .field("is_read_only", &self.0.is_read_only)
            .finish_non_exhaustive()
    }
}

impl Base {
    /// A base of which nothing but the store is kept.
    pub(super) fn over_store(
        store: Arc<dyn Backend>,
        config: BaseConfig,
        host: Host,
        is_read_only: bool,
    ) -> Result<Base> {
        let state = State::load(&*store, &config, &[], host.memory_limit)?;
        let inner = Inner::new(store, config, host, state, is_read_only);
        Ok(Base(
            Arc::new(Handle(Arc::new(inner))),
            CancelHook::default(),
        ))
    }

    /// The present instant by the base's clock.
    pub fn now(&self) -> Timestamp {
        self.0.host.clock.now()
    }

    /// The ranking policy in force.
    pub fn policy(&self) -> RankPolicy {
        (*self.0.read().model.policy).clone()
    }

    /// A handle to the same base whose long calls ask `watch` whether to go on, and fail with
    /// `Cancelled` once it answers [`ControlFlow::Break`](std::ops::ControlFlow::Break).
    ///
    /// These calls ask, at their beginning and then at least every 256 records: [`Base::as_of`],
    /// [`Base::replay`], [`Base::verify`], [`Base::export`], `import` and [`Base::import_bytes`],
    /// [`Base::search_many`] and [`Base::suggest_many`] (before each request: those it stops fail, those
    /// done keep their answers), and [`Base::close`]. Between two questions lies at most the work of
    /// those records. Nothing is ever half written: an import keeps the records it took, each of them
    /// whole, and goes on when it is called again; a `close` that is stopped leaves the text index to be
    /// caught up at the next opening. What [`Base::as_of`] returns is watched in the same way.
    ///
    /// The watch is called from the thread of the call, and from those of a batch at once. It must not
    /// call back into the base: a long call may hold the writers' lock. Short calls never ask.
    ///
    /// ```
    /// use kenpoint::{Base, ErrorCode};
    /// use std::ops::ControlFlow;
    /// let base = Base::in_memory().open().unwrap();
    /// let hasty = base.with_cancellation(|| ControlFlow::Break(()));
    /// assert_eq!(hasty.verify().unwrap_err().code(), ErrorCode::Cancelled);
    /// assert!(base.verify().is_ok());
    /// ```
    pub fn with_cancellation(
        &self,
        watch: impl Fn() -> ControlFlow<()> + Send + Sync + 'static,
    ) -> Base {
        Base(Arc::clone(&self.0), CancelHook::new(watch))
    }
}
