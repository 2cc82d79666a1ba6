//! Looks after a long call: every so often it asks Python whether Ctrl-C was pressed, and tells a
//! callback how far the call is.
//!
//! The interpreter is entered at most every [`EVERY`]: the core asks far more often than that.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kenpoint::exchange::Progress;
use kenpoint::{Error, ErrorCode};
use pyo3::prelude::*;

use crate::handle::in_callback;

/// How often Python is asked, at most.
pub const EVERY: Duration = Duration::from_millis(50);

/// One long call.
pub struct Watch {
    callback: Option<Py<PyAny>>,
    state: Mutex<State>,
}

struct State {
    /// When Python was last asked for Ctrl-C, and when the callback was last told.
    looked: Instant,
    told: Instant,
    /// What Python raised; the call ends with it.
    raised: Option<PyErr>,
}

impl Watch {
    /// Watches from now on.
    #[allow(
        clippy::disallowed_methods,
        reason = "the interval between two looks, not a time of the base"
    )]
    pub fn new(callback: Option<Py<PyAny>>) -> Watch {
        let now = Instant::now();
        Watch {
            callback,
            state: Mutex::new(State {
                looked: now,
                told: now,
                raised: None,
            }),
        }
    }

    /// Asks for Ctrl-C, if it is time to. The call may hold the writers' lock, so a handler of a signal
    /// may not call the base.
    pub fn look(&self) -> ControlFlow<()> {
        in_callback(|| self.ask(|state| &mut state.looked, false, |_| Ok(())))
    }

    /// Asks for Ctrl-C in place of another thread, which only asks for [`Watch::flow`].
    pub fn wait(&self) {
        if self.flow() == ControlFlow::Continue(()) {
            let _ = self.enter(|_| Ok(()));
        }
    }

    /// Whether the call goes on, without asking Python.
    pub fn flow(&self) -> ControlFlow<()> {
        match self.lock().raised {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// As [`Watch::look`], and tells the callback how far an import is.
    pub fn progress(&self, progress: &Progress) -> ControlFlow<()> {
        self.ask(|state| &mut state.told, false, |py| self.tell(py, progress))
    }

    /// Tells the callback the last state, even if it was told a moment ago.
    pub fn last(&self, progress: &Progress) -> ControlFlow<()> {
        self.ask(|state| &mut state.told, true, |py| self.tell(py, progress))
    }

    fn tell(&self, py: Python<'_>, progress: &Progress) -> PyResult<()> {
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
    fn ask(
        &self,
        last: impl Fn(&mut State) -> &mut Instant,
        now: bool,
        job: impl FnOnce(Python<'_>) -> PyResult<()>,
    ) -> ControlFlow<()> {
        {
            // Whoever finds the lock taken leaves the question to the thread that has it.
            let Ok(mut state) = self.state.try_lock() else {
                return ControlFlow::Continue(());
            };
            if state.raised.is_some() {
                return ControlFlow::Break(());
            }
            let last = last(&mut state);
            if !now && last.elapsed() < EVERY {
                return ControlFlow::Continue(());
            }
            *last = Instant::now();
        }
        self.enter(job)
    }

    /// Runs Python, without the lock: it may take long, and call back.
    fn enter(&self, job: impl FnOnce(Python<'_>) -> PyResult<()>) -> ControlFlow<()> {
        match Python::try_attach(|py| py.check_signals().and_then(|()| job(py))) {
            Some(Ok(())) => ControlFlow::Continue(()),
            Some(Err(raised)) => {
                self.lock().raised = Some(raised);
                ControlFlow::Break(())
            }
            // The interpreter is ending.
            None => ControlFlow::Break(()),
        }
    }

    /// Runs a callback of the call. What it raises ends the call, and is raised by it.
    pub fn call(&self, job: impl FnOnce(Python<'_>) -> PyResult<()>) -> kenpoint::Result<()> {
        on(self.enter(job))
    }

    /// Asks for Ctrl-C between the parts of a call, where it holds no lock.
    pub fn between(&self) -> kenpoint::Result<()> {
        on(self.ask(|state| &mut state.looked, false, |_| Ok(())))
    }

    /// What Python raised during the call.
    pub fn raised(&self) -> Option<PyErr> {
        self.lock().raised.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing, or the error with which the call ends.
fn on(flow: ControlFlow<()>) -> kenpoint::Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::new(
            ErrorCode::Cancelled,
            "a callback raised an exception",
        )),
    }
}
