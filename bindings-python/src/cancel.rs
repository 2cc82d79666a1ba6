//! Cancellation and progress of long calls: checks for Ctrl-C at intervals and calls the progress callback.
//!
//! The core polls far more often than Python should be entered, so the interpreter is entered at most once in every
//! [`POLL_INTERVAL`].

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kenpoint::exchange::Progress;
use kenpoint::{Error, ErrorCode};
use pyo3::prelude::*;

use crate::handle::in_callback;

/// The shortest interval between two entries into the interpreter.
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The cancellation state of one long call.
pub struct Cancellation {
    callback: Option<Py<PyAny>>,
    state: Mutex<State>,
}

struct State {
    /// The instant of the last check for signals.
    signals_checked: Instant,
    /// The instant of the last progress report.
    progress_reported: Instant,
    /// The exception that Python raised. It ends the call.
    raised: Option<PyErr>,
}

impl Cancellation {
    /// Starts the first interval.
    #[allow(
        clippy::disallowed_methods,
        reason = "the interval between two polls, not a time of the base"
    )]
    pub fn new(callback: Option<Py<PyAny>>) -> Cancellation {
        let now = Instant::now();
        Cancellation {
            callback,
            state: Mutex::new(State {
                signals_checked: now,
                progress_reported: now,
                raised: None,
            }),
        }
    }

    /// Checks for Ctrl-C if the interval is over. The call may hold the writers' lock, so a signal handler must not call
    /// a base.
    pub fn check_signals(&self) -> ControlFlow<()> {
        in_callback(|| self.poll(|state| &mut state.signals_checked, false, |_| Ok(())))
    }

    /// Checks for Ctrl-C on behalf of another thread, which reads the result by [`Cancellation::flow`].
    pub fn check_signals_for_worker(&self) {
        if self.flow() == ControlFlow::Continue(()) {
            let _ = self.enter(|_| Ok(()));
        }
    }

    /// Returns `Break` if the call was cancelled. Does not enter the interpreter.
    pub fn flow(&self) -> ControlFlow<()> {
        match self.lock().raised {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// Checks for Ctrl-C and reports the progress of an import, if the interval is over.
    pub fn report(&self, progress: &Progress) -> ControlFlow<()> {
        self.poll(
            |state| &mut state.progress_reported,
            false,
            |py| self.call_back(py, progress),
        )
    }

    /// Reports the final progress, regardless of the interval.
    pub fn report_final(&self, progress: &Progress) -> ControlFlow<()> {
        self.poll(
            |state| &mut state.progress_reported,
            true,
            |py| self.call_back(py, progress),
        )
    }

    fn call_back(&self, py: Python<'_>, progress: &Progress) -> PyResult<()> {
        let Some(callback) = &self.callback else {
            return Ok(());
        };
        let arguments = (
            &progress.file,
            progress.records,
            progress.skipped,
            progress.bytes,
        );
        callback.call1(py, arguments).map(|_| ())
    }

    #[allow(clippy::disallowed_methods, reason = "as above")]
    fn poll(
        &self,
        last: impl Fn(&mut State) -> &mut Instant,
        is_final: bool,
        job: impl FnOnce(Python<'_>) -> PyResult<()>,
    ) -> ControlFlow<()> {
        {
            // A thread that finds the lock taken leaves the check to the thread that holds it.
            let Ok(mut state) = self.state.try_lock() else {
                return ControlFlow::Continue(());
            };
            if state.raised.is_some() {
                return ControlFlow::Break(());
            }
            let last = last(&mut state);
            if !is_final && last.elapsed() < POLL_INTERVAL {
                return ControlFlow::Continue(());
            }
            *last = Instant::now();
        }
        self.enter(job)
    }

    /// Runs Python without the lock: Python may take long and may call back.
    fn enter(&self, job: impl FnOnce(Python<'_>) -> PyResult<()>) -> ControlFlow<()> {
        match Python::try_attach(|py| py.check_signals().and_then(|()| job(py))) {
            Some(Ok(())) => ControlFlow::Continue(()),
            Some(Err(raised)) => {
                self.lock().raised = Some(raised);
                ControlFlow::Break(())
            }
            // The interpreter is shutting down.
            None => ControlFlow::Break(()),
        }
    }

    /// Runs a callback of the call. An exception of the callback ends the call and is raised by it.
    pub fn run_callback(
        &self,
        job: impl FnOnce(Python<'_>) -> PyResult<()>,
    ) -> kenpoint::Result<()> {
        into_result(self.enter(job))
    }

    /// Checks for Ctrl-C between two parts of a call, where the call holds no lock.
    pub fn checkpoint(&self) -> kenpoint::Result<()> {
        into_result(self.poll(|state| &mut state.signals_checked, false, |_| Ok(())))
    }

    /// Takes the exception that Python raised during the call.
    pub fn take_exception(&self) -> Option<PyErr> {
        self.lock().raised.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Converts `Break` to the error that ends the call.
fn into_result(flow: ControlFlow<()>) -> kenpoint::Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::new(
            ErrorCode::Cancelled,
            "a callback raised an exception",
        )),
    }
}
