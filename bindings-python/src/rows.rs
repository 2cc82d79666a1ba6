//! Tables: rows of a base and of answers, as Arrow batches that data frames read without a copy.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, SchemaRef, TimeUnit};
use kenpoint::exchange::ImportOptions;
use kenpoint::rows::{self, Mapping, RowsOptions};
use kenpoint::{ReviewRequest, Timestamp};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::base::{Base, named};
use crate::blocking::with_progress;
use crate::capsule;
use crate::errors::{OrRaise, raise};
use crate::json;
use crate::times::{Instant, datetime};

/// Rows in columns, the base class of `kenpoint.Table`.
#[pyclass(module = "kenpoint._kenpoint", frozen, subclass)]
pub struct Rows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Rows {
    #[new]
    fn new(rows: &Rows) -> Rows {
        Rows {
            schema: rows.schema.clone(),
            batches: rows.batches.clone(),
        }
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Names of the columns, in order.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    /// Returns the rows as an Arrow stream, for consumers of the Arrow PyCapsule interface.
    #[pyo3(signature = (requested_schema: "object" = None) -> "typing.Any")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A producer may ignore the requested schema; the consumer then casts.
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok::<_, ArrowError>);
        capsule::stream_capsule(
            py,
            Box::new(RecordBatchIterator::new(batches, self.schema.clone())),
        )
    }

    /// Returns the types of the columns, for consumers of the Arrow PyCapsule interface.
    #[pyo3(signature = () -> "typing.Any")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::schema_capsule(py, &self.schema)
    }

    /// Returns the rows as mappings from column name to value, at most `limit` of them.
    #[pyo3(signature = (limit = None) -> "list[dict[str, typing.Any]]")]
    fn to_dicts<'py>(&self, py: Python<'py>, limit: Option<usize>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let names = self.columns();
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                if limit.is_some_and(|limit| list.len() >= limit) {
                    return Ok(list);
                }
                let dict = PyDict::new(py);
                for (name, column) in names.iter().zip(batch.columns()) {
                    dict.set_item(name, value(py, column, row)?)?;
                }
                list.append(dict)?;
            }
        }
        Ok(list)
    }
}

/// Converts one value of a column to a Python object.
fn value<'py>(py: Python<'py>, column: &dyn Array, row: usize) -> PyResult<Bound<'py, PyAny>> {
    macro_rules! number {
        ($type:ty) => {
            Ok(column
                .as_primitive::<$type>()
                .value(row)
                .into_pyobject(py)?
                .into_any())
        };
    }
    let list = |items: &dyn Array| -> PyResult<Bound<'py, PyAny>> {
        let values = (0..items.len())
            .map(|i| value(py, items, i))
            .collect::<PyResult<Vec<_>>>()?;
        Ok(PyList::new(py, values)?.into_any())
    };
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    match column.data_type() {
        DataType::Null => Ok(py.None().into_bound(py)),
        DataType::Boolean => Ok(column
            .as_boolean()
            .value(row)
            .into_pyobject(py)?
            .to_owned()
            .into_any()),
        DataType::Utf8 => Ok(column
            .as_string::<i32>()
            .value(row)
            .into_pyobject(py)?
            .into_any()),
        DataType::LargeUtf8 => Ok(column
            .as_string::<i64>()
            .value(row)
            .into_pyobject(py)?
            .into_any()),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let us = column.as_primitive::<TimestampMicrosecondType>().value(row);
            let at = Timestamp::from_ms(us.div_euclid(1_000)).or_raise(py)?;
            Ok(datetime(py, at)?.into_any())
        }
        DataType::List(_) => list(&column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row)),
        DataType::Struct(_) => {
            let fields = column.as_struct();
            let dict = PyDict::new(py);
            for (name, field) in fields.column_names().iter().zip(fields.columns()) {
                dict.set_item(name, value(py, field, row)?)?;
            }
            Ok(dict.into_any())
        }
        other => Err(PyTypeError::new_err(format!(
            "a column of type {other} cannot be converted to Python objects; use to_arrow()"
        ))),
    }
}

#[pymethods]
impl Base {
    /// Returns the rows of a table of the base.
    #[pyo3(signature = (
        table, *, text, now: "datetime.datetime | None",
        owner = None, from_state = None, limit = None,
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn _table(
        &self,
        py: Python<'_>,
        table: &str,
        text: bool,
        now: Option<Instant>,
        owner: Option<String>,
        from_state: Option<&str>,
        limit: Option<usize>,
    ) -> PyResult<Rows> {
        let mut review = ReviewRequest::new();
        if let Some(name) = from_state {
            review = review.from_state(named(py, name)?);
        }
        review.owner = owner;
        review.limit = limit.unwrap_or(review.limit);
        review.now = now.as_ref().map(|at| at.0);
        let mut options = RowsOptions::new().review(review);
        options.text = text;
        options.now = now.map(|at| at.0);
        self.handle.run_long(py, None, |base, _| {
            let rows = rows::export_rows(base, table, &options)?;
            let schema = rows.schema();
            let batches = rows
                .collect::<Result<Vec<_>, ArrowError>>()
                .map_err(rows::error_of)?;
            Ok(Rows { schema, batches })
        })
    }

    /// Imports the rows of an Arrow producer into a table of the base.
    #[pyo3(signature = (
        table, rows: "object", columns: "collections.abc.Mapping[str, str]", constants,
        leave_out, only_mapped, options,
        progress: "collections.abc.Callable[[str, int, int, int], object] | None",
    ))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn _load(
        &self,
        py: Python<'_>,
        table: &str,
        rows: &Bound<'_, PyAny>,
        columns: std::collections::BTreeMap<String, String>,
        constants: &str,
        leave_out: Vec<String>,
        only_mapped: bool,
        options: Option<&str>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let mut mapping = Mapping::new();
        mapping.columns = columns;
        mapping.constants = json::read(py, "constants", constants)?;
        mapping.left_out = leave_out.into_iter().collect();
        mapping.only_mapped = only_mapped;
        let options: ImportOptions = json::read_or_default(py, "options", options)?;
        let reader = capsule::reader(rows)?;
        let report = self.handle.run_long(py, progress, |base, cancellation| {
            with_progress(cancellation, |progress| {
                rows::import_rows(base, table, reader, &mapping, &options, progress)
            })
        })?;
        json::write(py, &report)
    }
}

/// Returns rows of answers: results, factors, or the past cases behind suggestions.
#[pyfunction]
#[pyo3(signature = (table, answers: "collections.abc.Sequence[SearchAnswer] | collections.abc.Sequence[SuggestAnswer]"))]
pub fn _answer_rows(py: Python<'_>, table: &str, answers: &Bound<'_, PyList>) -> PyResult<Rows> {
    let searches = answers
        .iter()
        .all(|answer| answer.is_instance_of::<SearchAnswer>());
    let batch = if searches && table != "similar" {
        let whole: Vec<_> = answers
            .iter()
            .map(|answer| Ok(answer.cast::<SearchAnswer>()?.get().whole()))
            .collect::<PyResult<_>>()?;
        match table {
            "results" => rows::hits(&whole),
            _ => rows::factors_of_hits(&whole),
        }
    } else {
        let whole: Vec<_> = answers
            .iter()
            .map(|answer| Ok(answer.cast::<SuggestAnswer>()?.get().whole()))
            .collect::<PyResult<_>>()?;
        match table {
            "results" => rows::suggestions(&whole),
            "factors" => rows::factors_of_suggestions(&whole),
            _ => rows::similar_cases(&whole),
        }
    };
    let batch = batch.map_err(|error| raise(py, &error))?;
    Ok(Rows {
        schema: batch.schema(),
        batches: vec![batch],
    })
}
