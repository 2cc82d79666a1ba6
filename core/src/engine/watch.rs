//! Watches: how a host stops a long call.
//!
//! A watched handle asks the host every so often whether to go on. It asks between records, so what is
//! stopped leaves nothing half written. It refuses to ask more often than needed: the watch may have to
//! wait for a lock of the host's language.

use std::sync::Arc;

use super::shared::Base;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::Flow;

/// Records between two questions.
const PACE: u32 = 64;

/// Who is asked; nobody by default.
#[derive(Clone, Default)]
pub(super) struct Watch(Option<Arc<dyn Fn() -> Flow + Send + Sync>>);

impl Watch {
    /// Asks. Fails with `Cancelled` if the answer is to stop.
    pub fn ask(&self) -> Result<()> {
        match &self.0 {
            Some(watch) if watch() == Flow::Stop => Err(Error::new(
                ErrorCode::Cancelled,
                "the watch of this handle said stop; nothing is half written, call again when it may go on",
            )),
            _ => Ok(()),
        }
    }

    /// Asks at the first of many steps, and then now and then.
    pub fn pace(&self) -> Pace<'_> {
        Pace {
            watch: self,
            left: 0,
        }
    }
}

/// Counts the steps of a long call.
pub(super) struct Pace<'w> {
    watch: &'w Watch,
    left: u32,
}

impl Pace<'_> {
    /// One more step. Fails with `Cancelled` if the watch says stop.
    pub fn step(&mut self) -> Result<()> {
        if self.left > 0 {
            self.left -= 1;
            return Ok(());
        }
        self.left = PACE - 1;
        self.watch.ask()
    }
}

impl Base {
    /// A handle to the same base whose long calls ask `watch` whether to go on, and fail with
    /// `Cancelled` once it answers [`Flow::Stop`].
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
    /// use kenpoint::{Base, ErrorCode, exchange::Flow};
    /// let base = Base::in_memory().open().unwrap();
    /// let hasty = base.watched(|| Flow::Stop);
    /// assert_eq!(hasty.verify().unwrap_err().code(), ErrorCode::Cancelled);
    /// assert!(base.verify().is_ok());
    /// ```
    pub fn watched(&self, watch: impl Fn() -> Flow + Send + Sync + 'static) -> Base {
        Base(Arc::clone(&self.0), Watch(Some(Arc::new(watch))))
    }
}
