//! Watches: how a host stops a long call.
//!
//! A watched handle asks the host every so often whether to go on. It asks between records, so what is
//! stopped leaves nothing half written. It refuses to ask more often than needed: the watch may have to
//! wait for a lock of the host's language.

use std::sync::Arc;

use crate::error::{Error, ErrorCode, Result};
use std::ops::ControlFlow;

/// Records between two questions.
const RECORDS_PER_CHECK: u32 = 64;

/// Who is asked; nobody by default.
#[derive(Clone, Default)]
pub(crate) struct CancelHook(Option<Arc<dyn Fn() -> ControlFlow<()> + Send + Sync>>);

impl CancelHook {
    /// A watch that asks the host.
    pub fn new(ask: impl Fn() -> ControlFlow<()> + Send + Sync + 'static) -> CancelHook {
        CancelHook(Some(Arc::new(ask)))
    }

    /// Asks. Fails with `Cancelled` if the answer is to stop.
    pub fn ask(&self) -> Result<()> {
        match &self.0 {
            Some(watch) if watch() == ControlFlow::Break(()) => Err(Error::new(
                ErrorCode::Cancelled,
                "the watch of this handle said stop; nothing is half written, call again when it may go on",
            )),
            _ => Ok(()),
        }
    }

    /// Asks at the first of many steps, and then now and then.
    pub fn checkpoint(&self) -> Checkpoint<'_> {
        Checkpoint {
            watch: self,
            left: 0,
        }
    }
}

/// Counts the steps of a long call.
pub(crate) struct Checkpoint<'w> {
    watch: &'w CancelHook,
    left: u32,
}

impl Checkpoint<'_> {
    /// One more step. Fails with `Cancelled` if the watch says stop.
    pub fn step(&mut self) -> Result<()> {
        if self.left > 0 {
            self.left -= 1;
            return Ok(());
        }
        self.left = RECORDS_PER_CHECK - 1;
        self.watch.ask()
    }
}
