//! Self-service: visits, what comes back of them, and completion of what is typed. As the model's JSON.

use std::sync::{Mutex, PoisonError};

use kenpoint::model::{EventBatch, EventKind, Handoff, ProductItem};
use kenpoint::{Clock, SystemClock, Timestamp};
use pyo3::prelude::*;
use serde_json::json;

use crate::ask::Who;
use crate::base::Base;
use crate::errors::OrRaise;
use crate::handle::guarded;
use crate::json;
use crate::snapshot::Snapshot;
use crate::times::Instant;

/// The part of a visit that is not Python.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Visit {
    /// Locked under the interpreter's lock only, so that no fork finds it locked.
    visit: Mutex<kenpoint::Visit>,
}

impl Visit {
    /// A visit with what is known of the visitor.
    fn begun(
        py: Python<'_>,
        mut visit: kenpoint::Visit,
        party: Option<String>,
        channel: Option<String>,
        products: &str,
    ) -> PyResult<Visit> {
        if let Some(party) = party {
            visit = visit.party(party);
        }
        if let Some(channel) = channel {
            visit = visit.channel(channel);
        }
        for item in json::read::<Vec<ProductItem>>(py, "products", products)? {
            visit = visit.product(item);
        }
        Visit::checked(py, visit)
    }

    fn checked(py: Python<'_>, visit: kenpoint::Visit) -> PyResult<Visit> {
        visit.check().or_raise(py)?;
        Ok(Visit {
            visit: Mutex::new(visit),
        })
    }

    /// Runs a call of the core. Each takes microseconds, so the interpreter waits.
    fn run<T>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut kenpoint::Visit) -> kenpoint::Result<T>,
    ) -> PyResult<T> {
        let mut visit = self.visit.lock().unwrap_or_else(PoisonError::into_inner);
        guarded(|| job(&mut visit)).or_raise(py)
    }
}

/// When something was done: the machine's clock, if nobody says.
fn at(given: Option<Instant>) -> Timestamp {
    given.map_or_else(|| SystemClock.now(), |at| at.0)
}

#[pymethods]
impl Visit {
    #[new]
    fn new(visit: &Visit) -> Visit {
        let known = visit.visit.lock().unwrap_or_else(PoisonError::into_inner);
        Visit {
            visit: Mutex::new(known.clone()),
        }
    }

    /// Its id.
    #[getter]
    fn session(&self, py: Python<'_>) -> PyResult<String> {
        self.run(py, |visit| Ok(visit.session().to_owned()))
    }

    /// The visit as JSON text: whoever reads it with `from_json` goes on with it, and event ids count on.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let visit = self.run(py, |visit| Ok(visit.clone()))?;
        json::write(py, &visit)
    }

    #[pyo3(signature = (what, at: "datetime.datetime | None"))]
    fn _record(&self, py: Python<'_>, what: &str, at: Option<Instant>) -> PyResult<()> {
        let what: EventKind = json::read_flat(py, "event", what)?;
        self.run(py, |visit| visit.record(self::at(at), what))
    }

    fn _take(&self, py: Python<'_>) -> PyResult<String> {
        let batch = self.run(py, |visit| Ok(visit.take_events()))?;
        json::write(py, &batch)
    }

    fn _end(&self, py: Python<'_>) -> PyResult<String> {
        let end = self.run(py, |visit| Ok(visit.outcome()))?;
        json::write(py, &end)
    }

    #[pyo3(signature = (message, at: "datetime.datetime | None"))]
    fn _hand_over(&self, py: Python<'_>, message: &str, at: Option<Instant>) -> PyResult<String> {
        let handoff = self.run(py, |visit| visit.hand_over(self::at(at), message))?;
        json::write(py, &handoff)
    }
}

/// The visit of a text.
#[pyfunction]
pub fn _visit_of(py: Python<'_>, text: &str) -> PyResult<Visit> {
    Visit::checked(py, json::read(py, "visit", text)?)
}

/// The text and the situation of a need that was handed over, as a suggestion asks them.
#[pyfunction]
pub fn _question_of(py: Python<'_>, handoff: &str) -> PyResult<String> {
    let handoff: Handoff = json::read(py, "handoff", handoff)?;
    let viewer = kenpoint::model::Viewer::new(&handoff.audience);
    let request = handoff.request(viewer);
    json::write(
        py,
        &json!({"text": request.text, "context": request.context}),
    )
}

#[pymethods]
impl Snapshot {
    #[pyo3(signature = (
        typed, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", limit,
        now: "datetime.datetime | None",
    ))]
    fn _complete(
        &self,
        py: Python<'_>,
        typed: &str,
        viewer: Who,
        limit: usize,
        now: Option<Instant>,
    ) -> PyResult<String> {
        let found = self.run(py, |snapshot| {
            let now = now.map_or_else(|| snapshot.now(), |at| at.0);
            snapshot.complete(typed, &viewer.0, limit, Some(now))
        })?;
        json::write(py, &found)
    }

    fn _visit(
        &self,
        py: Python<'_>,
        session: &str,
        party: Option<String>,
        channel: Option<String>,
        products: &str,
    ) -> PyResult<Visit> {
        let visit = self.run(py, |snapshot| snapshot.visit(session))?;
        Visit::begun(py, visit, party, channel, products)
    }
}

#[pymethods]
impl Base {
    #[pyo3(signature = (
        session, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", party, channel, products,
    ))]
    fn _visit(
        &self,
        py: Python<'_>,
        session: &str,
        viewer: Who,
        party: Option<String>,
        channel: Option<String>,
        products: &str,
    ) -> PyResult<Visit> {
        let visit = self.handle.run(py, |base| base.visit(session, &viewer.0))?;
        Visit::begun(py, visit, party, channel, products)
    }

    fn _merge_events(&self, py: Python<'_>, batch: &str, audience: &str) -> PyResult<String> {
        let batch: EventBatch = json::read(py, "batch", batch)?;
        let merged = self
            .handle
            .run(py, |base| base.merge_events(&batch, audience))?;
        json::write(py, &merged)
    }

    fn _open_handoff(
        &self,
        py: Python<'_>,
        handoff: &str,
        case: &str,
        audience: &str,
    ) -> PyResult<String> {
        let handoff: Handoff = json::read(py, "handoff", handoff)?;
        let merged = self
            .handle
            .run(py, |base| base.open_handoff(&handoff, case, audience))?;
        json::write(py, &merged)
    }
}
