//! A builder of record batches from rows. A table lists its columns once; the schema and the arrays both come from it.
//!
//! Instants are `timestamp[us, UTC]`, the form that pandas, polars and DuckDB share. States and types are texts in
//! their stable form. An empty cell is null.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::types::{ArrowPrimitiveType, Float64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{ArrayRef, ListArray, PrimitiveArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};

use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// Greatest number of text bytes, and of list items, in one column of a batch. Offsets have 32 bits, because every
/// reader supports those.
const MAX_OFFSET: usize = i32::MAX as usize;

/// Rows and the columns made of them so far.
pub(crate) struct Columns<'r, T> {
    rows: &'r [T],
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
    /// The first error of a column; `batch_of` returns it.
    failed: Option<Error>,
}

/// Makes a batch of rows. Without rows the batch is empty and has the schema.
pub(crate) fn batch_of<T>(
    rows: &[T],
    table: impl for<'r> Fn(Columns<'r, T>) -> Columns<'r, T>,
) -> Result<RecordBatch> {
    let columns = table(Columns::new(rows));
    let n_rows = rows.len();
    let (fields, arrays) = columns.finish()?;
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|e| broken(&e))
}

impl<'r, T> Columns<'r, T> {
    fn new(rows: &'r [T]) -> Columns<'r, T> {
        Columns {
            rows,
            fields: Vec::new(),
            arrays: Vec::new(),
            failed: None,
        }
    }

    fn finish(self) -> Result<(Vec<Field>, Vec<ArrayRef>)> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok((self.fields, self.arrays)),
        }
    }

    fn push(mut self, name: &str, nullable: bool, made: Result<(DataType, ArrayRef)>) -> Self {
        match made {
            Ok((data_type, array)) => {
                self.fields.push(Field::new(name, data_type, nullable));
                self.arrays.push(array);
            }
            Err(error) => self.failed = self.failed.or(Some(error.at(name))),
        }
        self
    }

    /// Adds a column of texts without nulls.
    pub(crate) fn text<S: AsRef<str>>(self, name: &str, value: impl Fn(&'r T) -> S) -> Self {
        let made = texts(self.rows.iter().map(|row| Some(value(row))));
        self.push(name, false, made)
    }

    /// Adds a column of optional texts.
    pub(crate) fn some_text<S: AsRef<str>>(
        self,
        name: &str,
        value: impl Fn(&'r T) -> Option<S>,
    ) -> Self {
        let made = texts(self.rows.iter().map(value));
        self.push(name, true, made)
    }

    /// Adds a column of lists of texts.
    pub(crate) fn texts<S: AsRef<str> + 'r>(
        self,
        name: &str,
        items: impl Fn(&'r T) -> &'r [S],
    ) -> Self {
        let lengths: Vec<usize> = self.rows.iter().map(|row| items(row).len()).collect();
        let made = texts(self.rows.iter().flat_map(&items).map(Some))
            .and_then(|(item, values)| list(&lengths, item, values));
        self.push(name, false, made)
    }

    /// Adds a column of lists of structs; `table` makes the fields of a struct from an item.
    pub(crate) fn structs<U: Clone + 'r>(
        self,
        name: &str,
        items: impl Fn(&'r T) -> &'r [U],
        table: impl for<'i> Fn(Columns<'i, U>) -> Columns<'i, U>,
    ) -> Self {
        let lengths: Vec<usize> = self.rows.iter().map(|row| items(row).len()).collect();
        let all: Vec<U> = self.rows.iter().flat_map(&items).cloned().collect();
        let made = table(Columns::new(&all))
            .finish()
            .and_then(|(fields, arrays)| {
                let fields = Fields::from(fields);
                let structs =
                    StructArray::try_new_with_length(fields.clone(), arrays, None, all.len())
                        .map_err(|e| broken(&e))?;
                list(&lengths, DataType::Struct(fields), Arc::new(structs))
            });
        self.push(name, false, made)
    }

    /// Adds a column of optional structs. The fields of a null struct are null.
    pub(crate) fn some_struct<U: Clone + 'r>(
        self,
        name: &str,
        item: impl Fn(&'r T) -> Option<U>,
        table: impl for<'i> Fn(Columns<'i, Option<U>>) -> Columns<'i, Option<U>>,
    ) -> Self {
        let all: Vec<Option<U>> = self.rows.iter().map(item).collect();
        let made = table(Columns::new(&all))
            .finish()
            .and_then(|(fields, arrays)| {
                let fields = Fields::from(fields);
                let nulls = all
                    .iter()
                    .map(Option::is_some)
                    .collect::<Vec<bool>>()
                    .into();
                let structs = StructArray::try_new_with_length(
                    fields.clone(),
                    arrays,
                    Some(nulls),
                    all.len(),
                )
                .map_err(|e| broken(&e))?;
                Ok((DataType::Struct(fields), Arc::new(structs) as ArrayRef))
            });
        self.push(name, true, made)
    }

    /// Adds a column of instants without nulls.
    pub(crate) fn time(self, name: &str, value: impl Fn(&'r T) -> Timestamp) -> Self {
        let made = times(self.rows.iter().map(|row| Some(value(row))));
        self.push(name, false, made)
    }

    /// Adds a column of optional instants.
    pub(crate) fn some_time(self, name: &str, value: impl Fn(&'r T) -> Option<Timestamp>) -> Self {
        let made = times(self.rows.iter().map(value));
        self.push(name, true, made)
    }

    /// Adds a column of whole numbers without nulls.
    pub(crate) fn count(self, name: &str, value: impl Fn(&'r T) -> u32) -> Self {
        let made = numbers::<UInt32Type>(self.rows.iter().map(|row| Some(value(row))));
        self.push(name, false, Ok(made))
    }

    /// Adds a column of optional whole numbers.
    pub(crate) fn some_count(self, name: &str, value: impl Fn(&'r T) -> Option<u32>) -> Self {
        let made = numbers::<UInt32Type>(self.rows.iter().map(value));
        self.push(name, true, Ok(made))
    }

    /// Adds a column of floats without nulls.
    pub(crate) fn number(self, name: &str, value: impl Fn(&'r T) -> f64) -> Self {
        let made = numbers::<Float64Type>(self.rows.iter().map(|row| Some(value(row))));
        self.push(name, false, Ok(made))
    }

    /// Adds a column of optional booleans.
    pub(crate) fn some_flag(self, name: &str, value: impl Fn(&'r T) -> Option<bool>) -> Self {
        let mut flags = BooleanBuilder::with_capacity(self.rows.len());
        for row in self.rows {
            flags.append_option(value(row));
        }
        let array: ArrayRef = Arc::new(flags.finish());
        self.push(name, true, Ok((DataType::Boolean, array)))
    }
}

fn texts<S: AsRef<str>>(values: impl Iterator<Item = Option<S>>) -> Result<(DataType, ArrayRef)> {
    let values: Vec<Option<S>> = values.collect();
    let lengths = values.iter().flatten().map(|text| text.as_ref().len());
    let n_bytes = within(lengths.sum(), "bytes")?;
    let mut builder = StringBuilder::with_capacity(values.len(), n_bytes);
    for value in &values {
        builder.append_option(value.as_ref());
    }
    let array: StringArray = builder.finish();
    Ok((DataType::Utf8, Arc::new(array)))
}

fn times(values: impl Iterator<Item = Option<Timestamp>>) -> Result<(DataType, ArrayRef)> {
    // Every `Timestamp` fits into 64 bits of microseconds.
    let values = values.map(|value| value.map(|at| at.ms() * 1_000));
    let array: PrimitiveArray<TimestampMicrosecondType> = values.collect();
    let array = array.with_timezone("UTC");
    let data_type = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Ok((data_type, Arc::new(array)))
}

fn numbers<P: ArrowPrimitiveType>(
    values: impl Iterator<Item = Option<P::Native>>,
) -> (DataType, ArrayRef)
where
    PrimitiveArray<P>: FromIterator<Option<P::Native>>,
{
    let array: PrimitiveArray<P> = values.collect();
    (P::DATA_TYPE, Arc::new(array))
}

/// Makes a list array from the lengths of its lists and the items of all of them.
fn list(lengths: &[usize], item: DataType, values: ArrayRef) -> Result<(DataType, ArrayRef)> {
    within(lengths.iter().sum(), "items")?;
    let field = Arc::new(Field::new("item", item, false));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    let array =
        ListArray::try_new(Arc::clone(&field), offsets, values, None).map_err(|e| broken(&e))?;
    Ok((DataType::List(field), Arc::new(array)))
}

fn within(found: usize, unit: &str) -> Result<usize> {
    if found > MAX_OFFSET {
        return Err(Error::too_large("column", found, MAX_OFFSET, unit));
    }
    Ok(found)
}

/// Wraps an error of the array builders. It would be a defect of this module.
fn broken(error: &arrow_schema::ArrowError) -> Error {
    Error::new(
        ErrorCode::Internal,
        format!("internal fault: a batch does not fit its schema: {error}; please report it"),
    )
}
