//! Looks after a long call: every so often it asks Python whether Ctrl-C was pressed, and tells a
//! callback how far the call is.
//!
//! The interpreter is entered at most every [`EVERY`]: the core asks far more often than that.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kenpoint::exchange::{Flow, Progress};
use pyo3::prelude::*;

/// How often Python is asked, at most.
const EVERY: Duration = Duration::from_millis(50);

/// One long call.
pub struct Watch {
    callback: Option<Py<PyAny>>,
    state: Mutex<State>,
}

struct State {
    asked: Instant,
    /// What Python raised; the call ends with it.
    raised: Option<PyErr>,
}

impl Watch {
    /// Watches from now on.
    #[allow(clippy::disallowed_methods, reason = "the interval between two looks, not a time of the base")]
    pub fn new(callback: Option<Py<PyAny>>) -> Watch {
        let asked = Instant::now();
        Watch { callback, state: Mutex::new(State { asked, raised: None }) }
    }

    /// Asks for Ctrl-C, if it is time to.
    pub fn look(&self) -> Flow {
        self.ask(false, |_| Ok(()))
    }

    /// The same, and tells the callback how far an import is.
    pub fn progress(&self, progress: &Progress) -> Flow {
        self.ask(false, |py| self.tell(py, progress))
    }

    /// Tells the callback the last state, even if it was told a moment ago.
    pub fn last(&self, progress: &Progress) -> Flow {
        self.ask(true, |py| self.tell(py, progress))
    }

    fn tell(&self, py: Python<'_>, progress: &Progress) -> PyResult<()> {
        let Some(callback) = &self.callback else { return Ok(()) };
        let arguments = (&progress.file, progress.records, progress.skipped, progress.bytes);
        callback.call1(py, arguments).map(|_| ())
    }

    #[allow(clippy::disallowed_methods, reason = "as above")]
    fn ask(&self, now: bool, job: impl FnOnce(Python<'_>) -> PyResult<()>) -> Flow {
        {
            // Whoever finds the lock taken leaves the question to the thread that has it.
            let Ok(mut state) = self.state.try_lock() else { return Flow::Continue };
            if state.raised.is_some() {
                return Flow::Stop;
            }
            if !now && state.asked.elapsed() < EVERY {
                return Flow::Continue;
            }
            state.asked = Instant::now();
        }
        // The lock is free while Python runs: it may take long, and call back.
        let Some(asked) = Python::try_attach(|py| py.check_signals().and_then(|()| job(py))) else {
            return Flow::Stop;
        };
        match asked {
            Ok(()) => Flow::Continue,
            Err(raised) => {
                self.lock().raised = Some(raised);
                Flow::Stop
            }
        }
    }

    /// What Python raised during the call.
    pub fn raised(&self) -> Option<PyErr> {
        self.lock().raised.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
