//! Tables: rows of a base and of answers, as Arrow batches that data frames read without a copy.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, SchemaRef, TimeUnit};
use kenpoint::exchange::ImportOptions;
use kenpoint::rows::{self, Mapping, RowsOptions, TableRows};
use kenpoint::{ReviewRequest, Timestamp};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::answers::{SearchAnswer, SuggestAnswer};
use crate::args::Arg;
use crate::base::{Base, named};
use crate::blocking::with_progress;
use crate::capsule::{self, Reader};
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
    fn to_dicts<'py>(
        &self,
        py: Python<'py>,
        limit: Option<Arg<usize>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let names = self.columns();
        let limit = limit.map(Arg::value);
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
        table: Arg<&str>,
        text: bool,
        now: Option<Instant>,
        owner: Option<Arg<String>>,
        from_state: Option<Arg<&str>>,
        limit: Option<Arg<usize>>,
    ) -> PyResult<Rows> {
        let mut review = ReviewRequest::new();
        if let Some(name) = from_state.map(Arg::value) {
            review = review.from_state(named(py, name)?);
        }
        review.owner = owner.map(Arg::value);
        review.limit = limit.map(Arg::value).unwrap_or(review.limit);
        review.now = now.as_ref().map(|at| at.0);
        let mut options = RowsOptions::new().review(review);
        options.text = text;
        options.now = now.map(|at| at.0);
        self.handle.run_long(py, None, |base, _| {
            let rows = rows::export_rows(base, table.0, &options)?;
            let schema = rows.schema();
            let batches = rows
                .collect::<Result<Vec<_>, ArrowError>>()
                .map_err(rows::error_of)?;
            Ok(Rows { schema, batches })
        })
    }

    /// Imports the rows of Arrow producers into tables of the base, as one import.
    #[pyo3(signature = (
        tables: "collections.abc.Sequence[tuple[str, object, collections.abc.Mapping[str, str], str, collections.abc.Sequence[str], bool, bool]]",
        options, progress: "collections.abc.Callable[[str, int, int, int], object] | None",
    ))]
    fn _load(
        &self,
        py: Python<'_>,
        tables: Arg<Vec<TableArg<'_>>>,
        options: Option<Arg<&str>>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let tables = tables
            .0
            .into_iter()
            .map(|table| table.read(py))
            .collect::<PyResult<Vec<_>>>()?;
        let options: ImportOptions = json::read_or_default(py, "options", options.map(Arg::value))?;
        let report = self.handle.run_long(py, progress, |base, cancellation| {
            with_progress(cancellation, |progress| {
                rows::import_tables(base, tables, &options, progress)
            })
        })?;
        json::write(py, &report)
    }
}

/// The rows of one table and the keys of their columns.
#[derive(FromPyObject)]
struct TableArg<'py>(
    String,
    Bound<'py, PyAny>,
    BTreeMap<String, String>,
    String,
    Vec<String>,
    bool,
    bool,
);

impl TableArg<'_> {
    fn read(self, py: Python<'_>) -> PyResult<TableRows<Reader>> {
        let TableArg(table, rows, columns, constants, leave_out, only_mapped, allow_unknown) = self;
        let mut mapping = Mapping::new();
        mapping.columns = columns;
        mapping.constants = json::read(py, "constants", &constants)?;
        mapping.left_out = leave_out.into_iter().collect();
        mapping.only_mapped = only_mapped;
        mapping.allow_unknown = allow_unknown;
        Ok(TableRows {
            table: named(py, &table)?,
            reader: capsule::reader(&rows)?,
            mapping,
        })
    }
}

/// Returns rows of answers: results, factors, or the past cases behind suggestions.
#[pyfunction]
#[pyo3(signature = (table, answers: "collections.abc.Sequence[SearchAnswer] | collections.abc.Sequence[SuggestAnswer]"))]
pub fn _answer_rows(
    py: Python<'_>,
    table: Arg<&str>,
    answers: &Bound<'_, PyList>,
) -> PyResult<Rows> {
    let searches = answers
        .iter()
        .all(|answer| answer.is_instance_of::<SearchAnswer>());
    let batch = if searches && table.0 != "similar" {
        let whole: Vec<_> = answers
            .iter()
            .map(|answer| Ok(answer.cast::<SearchAnswer>()?.get().whole()))
            .collect::<PyResult<_>>()?;
        match table.0 {
            "results" => rows::hits(&whole),
            _ => rows::factors_of_hits(&whole),
        }
    } else {
        let whole: Vec<_> = answers
            .iter()
            .map(|answer| Ok(answer.cast::<SuggestAnswer>()?.get().whole()))
            .collect::<PyResult<_>>()?;
        match table.0 {
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
