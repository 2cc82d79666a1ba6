//! Self-service: visits, batches of events, handoffs, and completion of a query being typed, as JSON of the model.

use std::sync::{Mutex, PoisonError};

use kenpoint::model::{EventBatch, EventKind, Handoff, ProductItem};
use kenpoint::{Clock, SystemClock, Timestamp};
use pyo3::prelude::*;
use serde_json::json;

use crate::args::Arg;
use crate::base::Base;
use crate::errors::OrRaise;
use crate::handle::guarded;
use crate::json;
use crate::request::ViewerArg;
use crate::snapshot::Snapshot;
use crate::times::Instant;

/// The compiled part of a visit.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass, weakref)]
pub struct Visit {
    /// Locked only under the interpreter's lock, so a fork never finds it locked.
    visit: Mutex<kenpoint::Visit>,
}

impl Visit {
    /// Adds the known facts about the visitor to a new visit.
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

    /// Runs a call of the core under the interpreter's lock, since it takes microseconds.
    fn run<T>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut kenpoint::Visit) -> kenpoint::Result<T>,
    ) -> PyResult<T> {
        let mut visit = self.visit.lock().unwrap_or_else(PoisonError::into_inner);
        guarded(|| job(&mut visit)).or_raise(py)
    }
}

/// Returns the given instant, or the machine's clock.
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

    /// The id of the session.
    #[getter]
    fn session(&self, py: Python<'_>) -> PyResult<String> {
        self.run(py, |visit| Ok(visit.session().to_owned()))
    }

    /// Returns the visit as JSON text. `from_json` continues it with the next event number.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let visit = self.run(py, |visit| Ok(visit.clone()))?;
        json::write(py, &visit)
    }

    #[pyo3(signature = (kind, at: "datetime.datetime | None"))]
    fn _record(&self, py: Python<'_>, kind: Arg<&str>, at: Option<Instant>) -> PyResult<()> {
        let kind: EventKind = json::read_flat(py, "event", kind.0)?;
        self.run(py, |visit| visit.record(self::at(at), kind))
    }

    fn _take_events(&self, py: Python<'_>) -> PyResult<String> {
        let batch = self.run(py, |visit| Ok(visit.take_events()))?;
        json::write(py, &batch)
    }

    fn _outcome(&self, py: Python<'_>) -> PyResult<String> {
        let outcome = self.run(py, |visit| Ok(visit.outcome()))?;
        json::write(py, &outcome)
    }

    #[pyo3(signature = (message, at: "datetime.datetime | None"))]
    fn _hand_over(
        &self,
        py: Python<'_>,
        message: Arg<&str>,
        at: Option<Instant>,
    ) -> PyResult<String> {
        let handoff = self.run(py, |visit| visit.hand_over(self::at(at), message.0))?;
        json::write(py, &handoff)
    }
}

/// Reads a visit from its JSON text.
#[pyfunction]
pub fn _read_visit(py: Python<'_>, text: Arg<&str>) -> PyResult<Visit> {
    Visit::checked(py, json::read(py, "visit", text.0)?)
}

/// Returns the arguments of `suggest` for a handoff: its text and its context.
#[pyfunction]
pub fn _handoff_request(py: Python<'_>, handoff: Arg<&str>) -> PyResult<String> {
    let handoff: Handoff = json::read(py, "handoff", handoff.0)?;
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
        typed: Arg<&str>,
        viewer: ViewerArg,
        limit: Arg<usize>,
        now: Option<Instant>,
    ) -> PyResult<String> {
        let found = self.run(py, |snapshot| {
            let now = now.map_or_else(|| snapshot.now(), |at| at.0);
            snapshot.complete(typed.0, &viewer.0, limit.0, Some(now))
        })?;
        json::write(py, &found)
    }

    fn _visit(
        &self,
        py: Python<'_>,
        session: Arg<&str>,
        party: Option<Arg<String>>,
        channel: Option<Arg<String>>,
        products: Arg<&str>,
    ) -> PyResult<Visit> {
        let visit = self.run(py, |snapshot| snapshot.visit(session.0))?;
        Visit::begun(
            py,
            visit,
            party.map(Arg::value),
            channel.map(Arg::value),
            products.0,
        )
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
        session: Arg<&str>,
        viewer: ViewerArg,
        party: Option<Arg<String>>,
        channel: Option<Arg<String>>,
        products: Arg<&str>,
    ) -> PyResult<Visit> {
        let visit = self
            .handle
            .run(py, |base| base.visit(session.0, &viewer.0))?;
        Visit::begun(
            py,
            visit,
            party.map(Arg::value),
            channel.map(Arg::value),
            products.0,
        )
    }

    #[pyo3(signature = (batch, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]"))]
    fn _merge_events(
        &self,
        py: Python<'_>,
        batch: Arg<&str>,
        viewer: ViewerArg,
    ) -> PyResult<String> {
        let batch: EventBatch = json::read(py, "batch", batch.0)?;
        let report = self
            .handle
            .run(py, |base| base.merge_events(&batch, viewer.0))?;
        json::write(py, &report)
    }

    #[pyo3(signature = (handoff, case, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]"))]
    fn _open_handoff(
        &self,
        py: Python<'_>,
        handoff: Arg<&str>,
        case: Arg<&str>,
        viewer: ViewerArg,
    ) -> PyResult<String> {
        let handoff: Handoff = json::read(py, "handoff", handoff.0)?;
        let report = self
            .handle
            .run(py, |base| base.open_handoff(&handoff, case.0, viewer.0))?;
        json::write(py, &report)
    }
}
