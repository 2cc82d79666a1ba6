//! A manual clock.

use std::sync::Arc;

use kenpoint as core;
use kenpoint::Clock;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta};

use crate::times::{Instant, datetime};

/// A clock that changes only when it is set: for tests, replays and imports of history.
///
/// Pass it as `clock=` when you open a base. The base then reads it instead of the machine's clock.
///
/// >>> import datetime, kenpoint
/// >>> clock = kenpoint.FixedClock(datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc))
/// >>> kb = kenpoint.memory(clock=clock)
/// >>> clock.advance(datetime.timedelta(hours=9))
/// >>> kb.now().isoformat()
/// '2026-11-20T09:00:00+00:00'
#[pyclass(module = "kenpoint", frozen)]
pub struct FixedClock(Arc<core::FixedClock>);

impl FixedClock {
    /// Returns the shared clock, for a base.
    pub fn share(&self) -> Arc<core::FixedClock> {
        Arc::clone(&self.0)
    }
}

#[pymethods]
impl FixedClock {
    /// Makes a clock that is set to `at`, an aware `datetime`.
    #[new]
    #[pyo3(signature = (at: "datetime.datetime"))]
    fn new(at: Instant) -> FixedClock {
        FixedClock(Arc::new(core::FixedClock::at(at.0)))
    }

    /// Returns the instant that the clock is set to.
    #[pyo3(signature = () -> "datetime.datetime")]
    fn now<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.0.now())
    }

    /// Sets the clock to an instant, earlier ones included.
    #[pyo3(signature = (at: "datetime.datetime"))]
    fn set(&self, at: Instant) {
        self.0.set(at.0);
    }

    /// Advances the clock by a `timedelta`, truncated to milliseconds.
    #[pyo3(signature = (by: "datetime.timedelta"))]
    fn advance(&self, by: &Bound<'_, PyDelta>) -> PyResult<()> {
        let part = |name: &str| by.getattr(name)?.extract::<i64>();
        self.0.advance_ms(
            part("days")? * 86_400_000 + part("seconds")? * 1_000 + part("microseconds")? / 1_000,
        );
        Ok(())
    }

    fn __repr__(&self) -> String {
        format!("FixedClock({})", self.0.now())
    }
}
