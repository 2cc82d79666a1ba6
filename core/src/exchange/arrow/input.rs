//! Rows in: each row of a record batch is read as a JSON line is.
//!
//! Refuses before the first row: columns of a type that cannot be read, a mapping that does not fit the
//! columns. Refuses row by row, with its number and column: whatever a JSON line would be refused for.

use arrow_array::{RecordBatch, RecordBatchReader, new_empty_array};
use arrow_schema::SchemaRef;
use serde_json::{Map, Value};
use std::ops::ControlFlow;

use super::cells::{Cell, cells};
use super::mapping::{Mapping, Plan};
use crate::codec::named_enum::named_enum;
use crate::error::{Error, ErrorCode, Result};
use crate::exchange::{ImportOptions, ImportReport, Importer, SourcePlace, jsonl};

named_enum! {
    /// A table whose rows can come in.
    InTable("table") {
        /// Articles, each row one version of one.
        Articles = "articles",
        /// Cases with what became of them.
        Cases = "cases",
        /// Facts.
        Facts = "facts",
        /// Links of cases and articles.
        Links = "links",
        /// Things that happened.
        Events = "events",
        /// People known by id.
        Actors = "actors",
    }
}

impl InTable {
    /// The `type` of its rows.
    const fn record(self) -> &'static str {
        match self {
            InTable::Articles => "article",
            InTable::Cases => "case",
            InTable::Facts => "fact",
            InTable::Links => "link",
            InTable::Events => "event",
            InTable::Actors => "actor",
        }
    }
}

/// Rows of one table that are read into an import.
pub(crate) struct Input<'o> {
    table: InTable,
    plan: Plan,
    schema: SchemaRef,
    options: &'o ImportOptions,
}

impl<'o> Input<'o> {
    /// Checks the columns before anything is read.
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
        Ok(Input {
            table,
            plan,
            schema,
            options,
        })
    }

    /// Hands every row over to the import.
    ///
    /// Fails with `Io` if the producer of the rows does, and if the import can take no more (a code from
    /// 300 on); the rows in front are taken then.
    pub(crate) fn read(
        &self,
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
            if self.batch(importer, &mut place, &batch)? == ControlFlow::Break(()) {
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
            if importer.hand_over(place, read)? == ControlFlow::Break(()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Bytes of the columns that are read, after proving them: what came through the C interface was only
    /// claimed by its producer, and offsets that point outside would be a panic of ours.
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

    /// The readers of the columns, found once for all rows of the batch.
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

    /// Names the columns in a report as the caller does.
    pub(crate) fn name_columns(&self, report: &mut ImportReport) {
        self.plan.name_columns(report);
    }
}
