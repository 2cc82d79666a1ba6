//! Arrow's C interface in Python's capsules, both ways: `__arrow_c_stream__` and `__arrow_c_array__`.
//!
//! This and `null_columns` are the only unsafe code of the binding. The `SAFETY` comments rest on the contract of the Arrow PyCapsule
//! interface: the name of a capsule states its type, and a consumer that takes the contents leaves an empty structure.

use std::ffi::CStr;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType, Schema};
use kenpoint::ErrorCode;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use crate::errors::fail;
use crate::null_columns::without_buffers;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The rows of a producer: a data frame, a table, a relation or a stream of batches.
pub type Reader = Box<dyn RecordBatchReader + Send>;

/// Reads the rows of any object with the Arrow PyCapsule interface.
pub fn reader(rows: &Bound<'_, PyAny>) -> PyResult<Reader> {
    if rows.hasattr("__arrow_c_stream__")? {
        return stream(
            rows.call_method0("__arrow_c_stream__")?
                .cast::<PyCapsule>()?,
        );
    }
    if rows.hasattr("__arrow_c_array__")? {
        let pair = rows.call_method0("__arrow_c_array__")?;
        let (schema, array) = pair
            .cast::<PyTuple>()?
            .extract::<(Bound<'_, PyCapsule>, Bound<'_, PyCapsule>)>()?;
        return batch(&schema, &array);
    }
    Err(PyTypeError::new_err(format!(
        "rows: a {} has neither __arrow_c_stream__ nor __arrow_c_array__; give a data frame of pandas or polars, a table of pyarrow, a relation of DuckDB, or pyarrow.Table.from_pylist(...)",
        rows.get_type().name()?
    )))
}

fn stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Reader> {
    let py = capsule.py();
    let pointer = capsule
        .pointer_checked(Some(STREAM))?
        .cast::<FFI_ArrowArrayStream>();
    // SAFETY: the name of the capsule states that it holds an ArrowArrayStream, which is valid while the capsule
    // lives. The stream is moved out and a released one is left in its place, whose destructor does nothing.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    RecordBatchStreamReader::try_new(without_buffers(stream))
        .map(|reader| Box::new(reader) as Reader)
        .map_err(|error| invalid_rows(py, &error))
}

fn batch(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<Reader> {
    let py = schema.py();
    let schema = schema
        .pointer_checked(Some(SCHEMA))?
        .cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: the names of the capsules state their contents, and both live until the end of this function. The
    // array is moved out and an empty one is left in its place; the schema is only read.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) }
        .map_err(|error| invalid_rows(py, &error))?;
    // Arrow panics for an array that is not a table.
    if !matches!(data.data_type(), DataType::Struct(_)) || data.null_count() > 0 {
        let found = data.data_type();
        let text =
            format!("an array of {found} is no table; give a record batch without missing rows");
        return Err(invalid_rows(py, &ArrowError::InvalidArgumentError(text)));
    }
    let rows = RecordBatch::from(StructArray::from(data));
    let schema = rows.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(rows)], schema)))
}

fn invalid_rows(py: Python<'_>, error: &ArrowError) -> PyErr {
    fail(
        py,
        ErrorCode::InvalidRecord,
        format!("rows: the producer did not give an Arrow stream of rows: {error}"),
    )
}

/// Puts a stream into a capsule.
pub fn stream_capsule(py: Python<'_>, reader: Reader) -> PyResult<Bound<'_, PyCapsule>> {
    // The value is released when the capsule is dropped, unless a consumer took it.
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

/// Puts a schema into a capsule.
pub fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| invalid_rows(py, &error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}
