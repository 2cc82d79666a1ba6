//! A handle of a base: open or closed, of this process or of the process it was forked from.
//!
//! Every call goes through [`Handle::run`], which releases the interpreter's lock, converts an error to an exception and
//! catches a panic. A handle that crossed a fork is never used again: its locks may be held, and its threads do not
//! exist in the child.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::{Base, Error, ErrorCode};
use pyo3::prelude::*;

use crate::cancel::{Cancellation, POLL_INTERVAL};
use crate::errors::{OrRaise, raise};

thread_local! {
    /// True while this thread runs a callback of a base that may hold the writers' lock.
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs a callback during which no base may be called.
pub fn in_callback<T>(job: impl FnOnce() -> T) -> T {
    /// Restores the flag, also if the callback panics.
    struct Within(bool);
    impl Drop for Within {
        fn drop(&mut self) {
            IN_CALLBACK.set(self.0);
        }
    }
    let _within = Within(IN_CALLBACK.replace(true));
    job()
}

/// A base with its state: open, closed, failed, or of another process.
pub struct Handle {
    base: Mutex<Option<Base>>,
    pid: u32,
    panicked: AtomicBool,
}

impl Handle {
    /// Wraps a base that this process opened.
    pub fn new(base: Base) -> Handle {
        Handle {
            base: Mutex::new(Some(base)),
            pid: std::process::id(),
            panicked: AtomicBool::new(false),
        }
    }

    /// Returns the base if it accepts calls.
    fn base(&self) -> kenpoint::Result<Base> {
        // First check: in a child, no lock of this handle may be taken.
        self.check_process()?;
        if IN_CALLBACK.get() {
            return Err(Error::new(
                ErrorCode::NotAllowedHere,
                "a notice, or a signal during a long call, arrives while the base may hold a lock, so no base may be called there; put the work into a queue",
            ));
        }
        if self.panicked.load(Ordering::Acquire) {
            return Err(Error::new(
                ErrorCode::Panicked,
                "an earlier call met a fault of ours and this base accepts no more calls; close it and open it again",
            ));
        }
        self.lock().as_ref().cloned().ok_or_else(|| {
            Error::new(
                ErrorCode::Closed,
                "this base was closed; open it again with kenpoint.open",
            )
        })
    }

    fn check_process(&self) -> kenpoint::Result<()> {
        let here = std::process::id();
        if here == self.pid {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::ForkedHandle,
            format!(
                "this base was opened by process {} and this is its fork {here}; open the base in the child, after the fork",
                self.pid
            ),
        ))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Base>> {
        self.base.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call of the core without the interpreter's lock.
    pub fn run<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&Base) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let base = self.base().or_raise(py)?;
        py.detach(|| {
            let done = guarded(|| job(&base));
            // Dropping the last reference ends threads, which must not happen under the interpreter's lock.
            drop(base);
            done
        })
        .map_err(|error| {
            if error.code() == ErrorCode::Panicked {
                self.panicked.store(true, Ordering::Release);
            }
            raise(py, &error)
        })
    }

    /// Runs a call that may take long. Ctrl-C ends it, and an exception of its callback is raised.
    pub fn run_long<T: Send>(
        &self,
        py: Python<'_>,
        progress: Option<Py<PyAny>>,
        job: impl FnOnce(&Base, &Cancellation) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let cancellation = Arc::new(Cancellation::new(progress));
        let hook = Arc::clone(&cancellation);
        let done = self.run(py, |base| {
            job(
                &base.with_cancellation(move || hook.check_signals()),
                &cancellation,
            )
        });
        match cancellation.take_exception() {
            Some(raised) => Err(raised),
            None => done,
        }
    }

    /// Runs a batch, which the base computes on its own threads. Only the interpreter's main thread receives Ctrl-C, so
    /// this thread waits and checks for signals while another thread makes the call.
    pub fn run_batch<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&Base) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let cancellation = Arc::new(Cancellation::new(None));
        let hook = Arc::clone(&cancellation);
        let done = self.run(py, |base| {
            let base = base.with_cancellation(move || hook.flow());
            std::thread::scope(|scope| {
                let (running, ended) = std::sync::mpsc::channel::<()>();
                let call = || {
                    // Dropped when the call ends, also by a panic. The drop wakes the waiting thread.
                    let _running = running;
                    job(&base)
                };
                let caller = std::thread::Builder::new()
                    .spawn_scoped(scope, call)
                    .map_err(|error| {
                        let text = format!("a thread for the batch cannot be started: {error}");
                        Error::with_source(ErrorCode::Io, text, error)
                    })?;
                while ended.recv_timeout(POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    cancellation.check_signals_for_worker();
                }
                caller.join().unwrap_or_else(|panic| resume_unwind(panic))
            })
        });
        match cancellation.take_exception() {
            Some(raised) => Err(raised),
            None => done,
        }
    }

    /// Drops the base without a flush: a view of the past has nothing to write.
    pub fn release(&self) {
        if self.check_process().is_ok() {
            self.lock().take();
        }
    }

    /// Flushes and closes the base. Running calls continue; the file is released when the last one ends.
    pub fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.check_process().or_raise(py)?;
        py.detach(|| {
            let base = self.lock().take();
            base.map_or(Ok(()), |base| guarded(|| base.close()))
        })
        .or_raise(py)
    }

    /// Returns true if the base was closed.
    pub fn is_closed(&self) -> bool {
        std::process::id() == self.pid && self.lock().is_none()
    }
}

/// Runs a job and converts a panic to an error. The panic hook has already printed its message.
pub fn guarded<T>(job: impl FnOnce() -> kenpoint::Result<T>) -> kenpoint::Result<T> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        Err(Error::new(
            ErrorCode::Panicked,
            format!(
                "a fault of ours was caught: {text}; please report it, and open the base or the snapshot again"
            ),
        ))
    })
}

impl Drop for Handle {
    fn drop(&mut self) {
        let base = std::mem::take(self.base.get_mut().unwrap_or_else(PoisonError::into_inner));
        let Some(base) = base else { return };
        if std::process::id() != self.pid {
            // Its thread does not exist in this process and its locks may be held: waiting would never end.
            std::mem::forget(base);
            return;
        }
        // Dropping may wait for the base's thread, which may wait for the interpreter to deliver a notice.
        let mut base = Some(base);
        if Python::try_attach(|py| py.detach(|| drop(base.take()))).is_none() {
            drop(base);
        }
    }
}
