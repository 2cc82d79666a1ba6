//! The handle of a base.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::inner::{Env, Inner, WriteAccess};
use super::notice::NoticeLevel;
use crate::cancel::CancelHook;
use crate::error::Result;
use crate::projection::config::BaseConfig;
use crate::settings::RankPolicy;
use crate::state::current::State;
use crate::store::backend::Backend;
use crate::time::Timestamp;

/// A handle to a knowledge base. It is cheap to clone and usable from many threads at once. Readers do
/// not wait for the disk, and concurrent writers share one commit.
#[derive(Clone)]
pub struct Base(pub(super) Arc<Handle>, pub(super) CancelHook);

/// Shared by the handles of the host, but not by the base's own thread. Dropping the last handle ends
/// the thread, so the files are released by then.
pub(super) struct Handle(pub Arc<Inner>);

impl std::ops::Deref for Handle {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let notices = &self.0.env.notices;
        #[cfg(feature = "disk")]
        if let Some(disk) = &self.0.disk {
            disk.stop();
            // Events lost by a failure here would be lost by a crash as well. A host that must react
            // calls `close`.
            if let Err(error) = self.0.flush() {
                notices.tell(NoticeLevel::Warning, "close", || {
                    format!("relaxed events since the last durable change may be lost: {error}")
                });
            }
        }
        notices.tell(NoticeLevel::Info, "close", || "closed".to_owned());
    }
}

impl std::fmt::Debug for Base {
    /// Shows the number of the base and its size, so that debug output contains no text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = self.0.read().head;
        f.debug_struct("Base")
            .field("base", &format_args!("{:016x}", self.0.config.base))
            .field("articles", &counts.articles)
            .field("cases", &counts.cases)
            .field("access", &self.0.access)
            .finish_non_exhaustive()
    }
}

impl Base {
    /// Creates a base over a store, without an index on disk.
    pub(super) fn over_store(
        store: Arc<dyn Backend>,
        config: BaseConfig,
        env: Env,
        access: WriteAccess,
    ) -> Result<Base> {
        let state = State::load(&*store, &config, &[], env.memory_limit)?;
        let inner = Inner::new(store, config, env, state, access);
        Ok(Base(
            Arc::new(Handle(Arc::new(inner))),
            CancelHook::default(),
        ))
    }

    /// Returns the current instant of the base's clock.
    pub fn now(&self) -> Timestamp {
        self.0.env.clock.now()
    }

    /// Returns the number of the file descriptor whose lock says that this process has the base open. Takes no lock, so
    /// that a binding may ask in a child of a fork, where it closes the number: the base then stays locked for as long
    /// as its owner lives.
    #[doc(hidden)]
    pub fn lock_descriptor(&self) -> Option<i32> {
        self.0.store.lock_descriptor()
    }

    /// Returns the ranking policy in force.
    pub fn policy(&self) -> RankPolicy {
        (*self.0.read().model.policy).clone()
    }

    /// Returns a handle to the same base whose long calls can be cancelled. They call the hook `watch`
    /// and fail with `Cancelled` once it returns [`ControlFlow::Break`](std::ops::ControlFlow::Break).
    ///
    /// These calls ask the hook at their start and then at least every 256 records: [`Base::as_of`],
    /// [`Base::replay`], [`Base::verify`], [`Base::snapshot`], [`Base::export`], `import`,
    /// [`Base::import_bytes`], [`Base::import_files`] and [`Base::close`]. [`Base::search_many`] and
    /// [`Base::suggest_many`] ask before each request; cancelled requests fail, and completed ones keep
    /// their answers. Cancellation leaves nothing half written. An import keeps the complete records it
    /// took, and continues when it is called again. A cancelled `close` leaves the rest of the text
    /// index to the next opening. The base that [`Base::as_of`] returns has the same hook.
    ///
    /// The hook is called from the thread of the call, and for batches from several threads at once. It
    /// must not call back into the base, because a long call may hold the writer lock. Short calls do
    /// not ask the hook.
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
