//! Import of rows: a row of a record batch is read like a JSON line.
//!
//! Columns of an unsupported type and a mapping that does not fit the columns are rejected before the first row. A row
//! is rejected, with its number and column, for every reason a JSON line is.

use arrow_array::{RecordBatch, RecordBatchReader, new_empty_array};
use arrow_schema::SchemaRef;
use serde_json::{Map, Value};
use std::ops::ControlFlow;

use super::cells::{Cell, cells};
use super::in_table::InTable;
use super::keys;
use super::mapping::{Mapping, Plan};
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::{ImportOptions, ImportReport, Importer, SourcePlace, jsonl};

/// The rows of one table for an import.
pub(crate) struct Input<'o> {
    table: InTable,
    plan: Plan,
    schema: SchemaRef,
    options: &'o ImportOptions,
    /// The number of rows read.
    n_rows: u64,
}

impl<'o> Input<'o> {
    /// Checks the columns before any row is read.
    pub(crate) fn new(
        table: InTable,
        schema: SchemaRef,
        mapping: &Mapping,
        options: &'o ImportOptions,
    ) -> Result<Input<'o>> {
        let plan = Plan::new(mapping, &schema)?;
        for column in &plan.columns {
            let empty = new_empty_array(schema.field(column.index).data_type());
            let read = cells(&*empty, options.max_nesting.saturating_add(1)).map(drop);
            read.map_err(|e| e.at(format!("column {:?}", column.theirs)))?;
        }
        if !mapping.allow_unknown {
            keys::check(table, &plan.keys())?;
        }
        Ok(Input {
            table,
            plan,
            schema,
            options,
            n_rows: 0,
        })
    }

    /// Passes every row to the importer.
    ///
    /// Fails with `Io` if the producer of the rows fails, and with the sink's error if it can take no more (a code from
    /// 300 on). The rows before the failure are imported.
    pub(crate) fn read(
        &mut self,
        importer: &mut Importer<'_>,
        reader: impl RecordBatchReader,
    ) -> Result<()> {
        let mut place = SourcePlace::file(self.table.as_str());
        for batch in reader {
            let batch = batch.map_err(|e| {
                let row = place.line + 1;
                let text = format!(
                    "{}: the rows from number {row} on cannot be had: {e}; what stands before is in the base",
                    self.table
                );
                Error::with_source(ErrorCode::Io, text, e)
            })?;
            let flow = self.batch(importer, &mut place, &batch)?;
            self.n_rows = place.line;
            if flow == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn batch(
        &self,
        importer: &mut Importer<'_>,
        place: &mut SourcePlace,
        batch: &RecordBatch,
    ) -> Result<ControlFlow<()>> {
        let readers = self.readers(batch)?;
        let n_bytes = self.proved(batch)?;
        if importer.count(self.table.as_str(), n_bytes) == ControlFlow::Break(()) {
            return Ok(ControlFlow::Break(()));
        }
        for i in 0..batch.num_rows() {
            place.line += 1;
            let read = self.row(&readers, i);
            let read = read.and_then(|map| jsonl::object(map, self.options));
            let read = read.map(|line| line.rename_unknown(|key| self.plan.name_of(key)));
            if importer.hand_over(place, read)? == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Validates the columns to read and returns their size in bytes. Data from the C interface is only claimed by its
    /// producer; an offset outside the buffer would cause a panic here.
    fn proved(&self, batch: &RecordBatch) -> Result<usize> {
        let mut n_bytes = 0;
        for column in &self.plan.columns {
            let Some(array) = batch.columns().get(column.index) else {
                continue;
            };
            let data = array.to_data();
            data.validate_full().map_err(|e| {
                let text = format!(
                    "column {:?}: what the producer gave does not hold together: {e}; mend the producer",
                    column.theirs
                );
                Error::with_source(ErrorCode::InvalidRecord, text, e)
            })?;
            n_bytes += data.get_slice_memory_size().unwrap_or(0);
        }
        Ok(n_bytes)
    }

    /// Returns the readers of the columns, made once for all rows of the batch.
    fn readers<'b>(&'b self, batch: &'b RecordBatch) -> Result<Vec<(&'b str, Cell<'b>)>> {
        let mut readers = Vec::with_capacity(self.plan.columns.len());
        for column in &self.plan.columns {
            let declared = self.schema.field(column.index).data_type();
            let array = batch
                .columns()
                .get(column.index)
                .filter(|array| array.data_type() == declared)
                .ok_or_else(|| {
                    Error::new(
                        ErrorCode::InvalidRecord,
                        format!(
                            "column {:?}: a batch has not the type {declared} that the first said; give all batches one schema",
                            column.theirs
                        ),
                    )
                })?;
            let cell = cells(&**array, self.options.max_nesting.saturating_add(1))?;
            readers.push((column.ours.as_str(), cell));
        }
        Ok(readers)
    }

    fn row(&self, readers: &[(&str, Cell<'_>)], i: usize) -> Result<Map<String, Value>> {
        let mut map = Map::new();
        for (key, cell) in readers {
            if let Some(value) = cell(i).map_err(|e| e.at(key))? {
                map.insert((*key).to_owned(), value);
            }
        }
        for (key, value) in &self.plan.constants {
            map.insert(key.clone(), value.clone());
        }
        map.insert("type".to_owned(), self.table.record().into());
        Ok(map)
    }

    /// Replaces keys in a report by the caller's names of the columns.
    pub(crate) fn name_columns(&self, report: &mut ImportReport) {
        self.plan
            .name_columns(self.table.as_str(), self.n_rows, report);
    }
}
