//! Cancellation: a hook by which a host stops a long call.
//!
//! A long call asks the hook between records, so a stopped call leaves nothing half written. It asks only once every
//! 64 records, because the hook may have to wait for a lock of the host's language.

use std::sync::Arc;

use crate::error::{Error, ErrorCode, Result};
use std::ops::ControlFlow;

/// Records between two calls of the hook.
const RECORDS_PER_CHECK: u32 = 64;

/// The hook of the host; none by default.
#[derive(Clone, Default)]
pub(crate) struct CancelHook(Option<Arc<dyn Fn() -> ControlFlow<()> + Send + Sync>>);

impl CancelHook {
    /// Makes a hook that asks the host.
    pub fn new(ask: impl Fn() -> ControlFlow<()> + Send + Sync + 'static) -> CancelHook {
        CancelHook(Some(Arc::new(ask)))
    }

    /// Asks the host. Fails with `Cancelled` if the answer is to stop.
    pub fn ask(&self) -> Result<()> {
        match &self.0 {
            Some(watch) if watch() == ControlFlow::Break(()) => Err(Error::new(
                ErrorCode::Cancelled,
                "the cancel hook of this handle stopped the call; nothing is half written, call again to continue",
            )),
            _ => Ok(()),
        }
    }

    /// Returns a checkpoint that asks at the first of many steps, then every 64 steps.
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
    /// Counts one step. Fails with `Cancelled` if the hook says stop.
    pub fn step(&mut self) -> Result<()> {
        if self.left > 0 {
            self.left -= 1;
            return Ok(());
        }
        self.left = RECORDS_PER_CHECK - 1;
        self.watch.ask()
    }
}
