//! Instants: aware `datetime` in Python, milliseconds since 1970 in the core.
//!
//! A `datetime` without a time zone is rejected: it would mean a different instant on each machine. Fractions of a
//! millisecond are truncated towards the past.

use kenpoint::{ErrorCode, Timestamp};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDelta, PyDict};

use crate::errors::{OrRaise, fail};

static EPOCH: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// 1970-01-01T00:00Z as an aware `datetime`.
fn epoch(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    let made = EPOCH.get_or_try_init(py, || {
        let module = py.import("datetime")?;
        let utc = module.getattr("timezone")?.getattr("utc")?;
        let epoch = module
            .getattr("datetime")?
            .call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
        Ok::<_, PyErr>(epoch.unbind())
    })?;
    Ok(made.bind(py))
}

/// An instant that a caller gave.
pub struct Instant(pub Timestamp);

impl<'a, 'py> FromPyObject<'a, 'py> for Instant {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Instant> {
        let py = value.py();
        let at = value.cast::<PyDateTime>()?;
        if at.call_method0("utcoffset")?.is_none() {
            return Err(fail(
                py,
                ErrorCode::InvalidValue,
                format!(
                    "time: {} has no time zone and could be any of 38 instants; make it aware, for example with .replace(tzinfo=datetime.timezone.utc)",
                    at.str()?
                ),
            ));
        }
        let since = at.sub(epoch(py)?)?;
        let since = since.cast::<PyDelta>()?;
        let part = |name: &str| since.getattr(name)?.extract::<i64>();
        let ms =
            part("days")? * 86_400_000 + part("seconds")? * 1_000 + part("microseconds")? / 1_000;
        Timestamp::from_ms(ms).or_raise(py).map(Instant)
    }
}

/// Converts an instant to an aware `datetime` in UTC. Fails before the year 1, where Python's `datetime` begins.
pub fn datetime(py: Python<'_>, at: Timestamp) -> PyResult<Bound<'_, PyDateTime>> {
    let ms = PyDict::new(py);
    ms.set_item("milliseconds", at.ms())?;
    let delta = py
        .import("datetime")?
        .getattr("timedelta")?
        .call((), Some(&ms))?;
    match epoch(py)?.add(delta) {
        Ok(at) => Ok(at.cast_into::<PyDateTime>()?),
        Err(_) => Err(fail(
            py,
            ErrorCode::InvalidValue,
            format!("time: {at} lies before the year 1, where Python's datetime begins"),
        )),
    }
}
