//! Durations of calls of the core, measured in Rust, for the comparison in `bench/bench.py`.
//!
//! These functions are not for users: their names begin with `_`, and they change nothing.

use std::ops::ControlFlow;
use std::time::Instant;

use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::ArrowError;
use kenpoint::SearchRequest;
use kenpoint::exchange::ImportOptions;
use kenpoint::model::Viewer;
use kenpoint::rows::{Mapping, import_rows};
use pyo3::prelude::*;

use crate::base::Base;
use crate::capsule;
use crate::errors::OrRaise;

#[pymethods]
impl Base {
    /// Returns the nanoseconds of one search in Rust, from making the request to dropping the answer.
    #[allow(
        clippy::disallowed_methods,
        reason = "a duration, not a time of the base"
    )]
    fn _time_search(
        &self,
        py: Python<'_>,
        query: &str,
        viewer: &str,
        limit: usize,
    ) -> PyResult<u64> {
        self.handle.run(py, |base| {
            let begun = Instant::now();
            let request = SearchRequest::new(query, Viewer::new(viewer)).limit(limit);
            let answer = base.search(&request)?;
            std::hint::black_box(&answer);
            drop(answer);
            Ok(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX))
        })
    }
}

/// Returns the nanoseconds of loading rows into a new base in memory, without reading the batches.
#[pyfunction]
#[pyo3(signature = (table, rows: "object"))]
#[allow(
    clippy::disallowed_methods,
    reason = "a duration, not a time of the base"
)]
pub fn _time_load(py: Python<'_>, table: &str, rows: &Bound<'_, PyAny>) -> PyResult<u64> {
    let reader = capsule::reader(rows)?;
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader
        .collect::<Result<_, ArrowError>>()
        .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))?;
    py.detach(|| {
        let base = kenpoint::Base::in_memory().open()?;
        let begun = Instant::now();
        let rows = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
        let (mapping, options) = (Mapping::new(), ImportOptions::new());
        import_rows(&base, table, rows, &mapping, &options, &mut |_| {
            ControlFlow::Continue(())
        })?;
        Ok(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX))
    })
    .or_raise(py)
}
