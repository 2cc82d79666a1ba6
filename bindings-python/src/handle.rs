//! A base as Python holds it: closed or not, of this process or of the one it was forked from.
//!
//! Every call goes through [`Handle::run`]: it lets the interpreter go on, turns an error into an
//! exception, and keeps a panic from reaching it. A handle that crossed a fork is left alone for ever:
//! its locks may be held, and its threads are not there.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::{Base, Error, ErrorCode};
use pyo3::prelude::*;

use crate::errors::{OrRaise, raise};
use crate::watch::{EVERY, Watch};

thread_local! {
    /// Whether this thread is inside a callback of a base that may hold the writers' lock.
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs a callback that may not call any base.
pub fn in_callback<T>(job: impl FnOnce() -> T) -> T {
    /// Lets the thread out again, also if the callback panics.
    struct Within(bool);
    impl Drop for Within {
        fn drop(&mut self) {
            IN_CALLBACK.set(self.0);
        }
    }
    let _within = Within(IN_CALLBACK.replace(true));
    job()
}

/// Holds a base, and knows whether it is open, closed, broken, or of another process.
pub struct Handle {
    base: Mutex<Option<Base>>,
    pid: u32,
    panicked: AtomicBool,
}

impl Handle {
    /// Holds a base that this process opened.
    pub fn new(base: Base) -> Handle {
        Handle {
            base: Mutex::new(Some(base)),
            pid: std::process::id(),
            panicked: AtomicBool::new(false),
        }
    }

    /// The base, if it takes calls.
    fn base(&self) -> kenpoint::Result<Base> {
        // Asked first: in a child nothing of this handle may be locked.
        self.check_process()?;
        if IN_CALLBACK.get() {
            return Err(Error::new(
                ErrorCode::NotAllowedHere,
                "a notice, or a signal during a long call, comes while the base may hold a lock, so no base may be called there; hand what is to be done to a queue",
            ));
        }
        if self.panicked.load(Ordering::Acquire) {
            return Err(Error::new(
                ErrorCode::Panicked,
                "an earlier call met a fault of ours and this base takes no more calls; close it and open it again",
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
            // The last reference ends threads, which must not happen under the interpreter's lock.
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

    /// The same for a call that may take long: Ctrl-C ends it, and what its callback raised is raised.
    pub fn run_long<T: Send>(
        &self,
        py: Python<'_>,
        progress: Option<Py<PyAny>>,
        job: impl FnOnce(&Base, &Watch) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let watch = Arc::new(Watch::new(progress));
        let asked = Arc::clone(&watch);
        let done = self.run(py, |base| {
            job(&base.with_cancellation(move || asked.look()), &watch)
        });
        match watch.raised() {
            Some(raised) => Err(raised),
            None => done,
        }
    }

    /// The same for a batch, which the base works off in threads of its own: only the interpreter's main
    /// thread hears of Ctrl-C, so this one waits and asks while another one calls.
    pub fn run_batch<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&Base) -> kenpoint::Result<T> + Send,
    ) -> PyResult<T> {
        let watch = Arc::new(Watch::new(None));
        let asked = Arc::clone(&watch);
        let done = self.run(py, |base| {
            let base = base.with_cancellation(move || asked.flow());
            std::thread::scope(|scope| {
                let (tell, told) = std::sync::mpsc::channel::<()>();
                let call = || {
                    // Dropped when the call ends, however it ends: whoever waits is told by that.
                    let _tell = tell;
                    job(&base)
                };
                let caller = std::thread::Builder::new()
                    .spawn_scoped(scope, call)
                    .map_err(|error| {
                        let text = format!("a thread for the batch cannot be started: {error}");
                        Error::with_source(ErrorCode::Io, text, error)
                    })?;
                while told.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    watch.wait();
                }
                caller.join().unwrap_or_else(|panic| resume_unwind(panic))
            })
        });
        match watch.raised() {
            Some(raised) => Err(raised),
            None => done,
        }
    }

    /// Lets the base go without a flush: a view of the past has nothing to write.
    pub fn release(&self) {
        if self.check_process().is_ok() {
            self.lock().take();
        }
    }

    /// Flushes and gives the base back. Calls that run go on; the file is free when the last one ends.
    pub fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.check_process().or_raise(py)?;
        py.detach(|| {
            let base = self.lock().take();
            base.map_or(Ok(()), |base| guarded(|| base.close()))
        })
        .or_raise(py)
    }

    /// Whether calls are refused because it was closed.
    pub fn is_closed(&self) -> bool {
        std::process::id() == self.pid && self.lock().is_none()
    }
}

/// A panic as an error. Its text went to the panic hook, where the host has it.
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
                "a fault of ours was caught: {text}; please report it, and open again what was asked"
            ),
        ))
    })
}

impl Drop for Handle {
    fn drop(&mut self) {
        let base = std::mem::take(self.base.get_mut().unwrap_or_else(PoisonError::into_inner));
        let Some(base) = base else { return };
        if std::process::id() != self.pid {
            // Its thread is not in this process and its locks may be held: waiting would never end.
            std::mem::forget(base);
            return;
        }
        // Dropping may wait for the base's thread, which may wait for the interpreter to give a notice.
        let mut base = Some(base);
        if Python::try_attach(|py| py.detach(|| drop(base.take()))).is_none() {
            drop(base);
        }
    }
}
