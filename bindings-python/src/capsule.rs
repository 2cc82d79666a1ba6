//! Arrow's C interface in Python's capsules, both ways: `__arrow_c_stream__` and `__arrow_c_array__`.
//!
//! The only unsafe code of the binding. A capsule carries its type in its name, and whoever takes its
//! contents leaves an empty one: that is the contract of the Arrow PyCapsule interface, on which the
//! `SAFETY` comments rest.

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

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The rows of a producer: a data frame, a table, a relation, a stream of batches.
pub type Reader = Box<dyn RecordBatchReader + Send>;

/// The rows of any object that has the Arrow PyCapsule interface.
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
    // SAFETY: the capsule's name says that it holds an ArrowArrayStream, which is valid while the capsule
    // lives. It is moved out, and what is left in its place is released: its destructor does nothing then.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    reader
        .map(|reader| Box::new(reader) as Reader)
        .map_err(|error| refused(py, &error))
}

fn batch(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<Reader> {
    let py = schema.py();
    let schema = schema
        .pointer_checked(Some(SCHEMA))?
        .cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: the capsules' names say what they hold, and both live until the end of this function. The
    // array is moved out, an empty one left in its place; the schema is only read.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) }
        .map_err(|error| refused(py, &error))?;
    // Arrow panics over what is no table.
    if !matches!(data.data_type(), DataType::Struct(_)) || data.null_count() > 0 {
        let found = data.data_type();
        let text = format!(
            "an array of {found} is no table; give a record batch, whose rows are all there"
        );
        return Err(refused(py, &ArrowError::InvalidArgumentError(text)));
    }
    let rows = RecordBatch::from(StructArray::from(data));
    let schema = rows.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(rows)], schema)))
}

fn refused(py: Python<'_>, error: &ArrowError) -> PyErr {
    fail(
        py,
        ErrorCode::InvalidRecord,
        format!("rows: what the producer gave is no Arrow stream of rows: {error}"),
    )
}

/// A stream in a capsule.
pub fn stream_capsule(py: Python<'_>, reader: Reader) -> PyResult<Bound<'_, PyCapsule>> {
    // The value is released when the capsule is dropped, unless a consumer took it.
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

/// A schema in a capsule.
pub fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| refused(py, &error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}
