//! Bulk rows as Arrow C streams, in and out.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use kenpoint::rows::{self, Mapping, Rows, RowsOptions};
use kenpoint::{Error, ErrorCode};

use kenpoint::exchange::ImportOptions;

use crate::base::{self, Call, ken_base};
use crate::buf::{self, ken_buf};
use crate::callback::{ask_progress, ken_progress_fn};
use crate::error::ken_error;
use crate::guard::guard;
use crate::handle;
use crate::json;
use crate::status::ken_status;
use crate::text::{self, ken_str, null};

/// `struct ArrowArrayStream` of the header.
pub type ArrowArrayStream = FFI_ArrowArrayStream;

/// The rows of a table, with the base kept open for them. It is called from C, through Arrow's own
/// functions, so nothing may panic out of it.
struct Outgoing {
    rows: Rows,
    call: Call<'static>,
}

impl Iterator for Outgoing {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = self.call.may_go_on() {
            return Some(Err(ArrowError::ExternalError(Box::new(error))));
        }
        let rows = &mut self.rows;
        let next = catch_unwind(AssertUnwindSafe(|| rows.next())).unwrap_or_else(|_| {
            self.call.gate().fault();
            Some(Err(ArrowError::ExternalError(Box::new(Error::new(
                ErrorCode::Panicked,
                "a fault inside the library was caught; release the stream, and please report this",
            )))))
        });
        next.map(|batch| batch.map_err(without_nul))
    }
}

/// Arrow hands an error's text to C, where a NUL would end it, and ends the process over one.
fn without_nul(error: ArrowError) -> ArrowError {
    let text = error.to_string();
    if text.contains('\0') {
        ArrowError::ExternalError(text.replace('\0', "\u{FFFD}").into())
    } else {
        error
    }
}

impl RecordBatchReader for Outgoing {
    fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }
}

/// The rows of a table as an Arrow C stream, in batches of at most 8192 rows.
///
/// Tables: `articles`, `versions`, `cases`, `links`, `events`, `evidence`, `freshness`, `review`. Instants are
/// `timestamp[us, UTC]`, names are texts. Rows are in the order of their ids, events in that of their arrival.
/// A batch shows the base as it is when the batch is asked for; events are those there were when the stream
/// was made.
///
/// The stream keeps the base open: `ken_base_close` answers `KEN_ERR_BUSY` until it is released, and a base
/// that is destroyed meanwhile goes with it.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `table`: borrowed; one of the tables above.
/// - `options`: borrowed; JSON `{"text":..,"now":..,"review":{..}}`, each key optional: `text` adds the sections of
///   articles and the entries of cases, `now` is the instant for `freshness`, `review` the request of
///   `ken_reviews_queue`; may be empty.
/// - `out`: overwritten; its old content is not released. Owned by the caller, who calls its `release`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for an unknown table, `KEN_ERR_INVALID_RECORD` for unreadable options, and
/// the common ones. An error while rows are read is the stream's own, by `get_last_error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_export_rows(
    base: *const ken_base,
    table: ken_str,
    options: ken_str,
    out: *mut ArrowArrayStream,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let call = unsafe { base::enter(base) }?;
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let (table, options) = unsafe {
            let options = json::read_or_default::<RowsOptions>("options", options)?;
            (text::text("table", table)?, options)
        };
        let rows = rows::export_rows(call.base()?, table, &options)?;
        let stream = FFI_ArrowArrayStream::new(Box::new(Outgoing {
            rows,
            call: call.kept(),
        }));
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, stream) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Imports rows out of an Arrow C stream: a row is read as the JSON line of its columns would be.
///
/// Tables: `articles`, `cases`, `facts`, `links`, `events`, `actors`. Columns may be of any type that holds text,
/// numbers, booleans, dates, instants with a time zone, lists or structs; null is an absent key. A row that
/// cannot be read, or that the base refuses, is in the report with its number, its column and the reason; the
/// others go on.
///
/// - `base`: borrowed.
/// - `table`: borrowed; one of the tables above.
/// - `rows`: taken: it is always released before the call returns, unless the pointer itself is NULL or not
///   aligned. As always with Arrow, its arrays must match its schema.
/// - `mapping`: borrowed; JSON `{"columns":{ours:theirs},"constants":{..},"left_out":[..],"only_mapped":..,"allow_unknown":..}`, each key
///   optional; may be empty, for columns that have our names.
/// - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
/// - `progress`: may be NULL; receives the progress now and then.
/// - `data`: handed to it; may be NULL.
/// - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for an unknown table or a column of a type that cannot be read,
/// `KEN_ERR_UNKNOWN_NAME` and `KEN_ERR_CONTRADICTION` for a mapping that does not fit the columns,
/// `KEN_ERR_INVALID_RECORD` for an unreadable mapping, unreadable options or a damaged stream,
/// `KEN_ERR_IO` if the producer of the rows fails,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_POISONED`, and the common ones. An error from 300 on leaves the
/// rows that were taken before it; importing again goes on from there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_import_rows(
    base: *const ken_base,
    table: ken_str,
    rows: *mut ArrowArrayStream,
    mapping: ken_str,
    options: ken_str,
    progress: ken_progress_fn,
    data: *mut c_void,
    report: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        if rows.is_null() {
            return Err(null("rows", "stream"));
        }
        text::aligned("rows", rows)?;
        // Taken first, so that it is always released.
        // SAFETY: the header requires a stream that the caller owns.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(rows) };
        // SAFETY: the header requires a handle or NULL.
        let call = unsafe { base::enter(base) }?;
        let _below = call.gate().calling_back();
        let reader = RecordBatchStreamReader::try_new(stream).map_err(|error| {
            Error::with_source(
                ErrorCode::InvalidRecord,
                format!("rows: the stream has no schema that can be read: {error}"),
                error,
            )
        })?;
        // SAFETY: the header requires readable views.
        let (table, mapping, options) = unsafe {
            (
                text::text("table", table)?,
                json::read_or_default::<Mapping>("mapping", mapping)?,
                json::read_or_default::<ImportOptions>("options", options)?,
            )
        };
        // SAFETY: the header requires a `progress` that may be called with `data`.
        let mut ask = |so_far: &_| unsafe { ask_progress(progress, data, so_far) };
        let done = rows::import_rows(
            &call.interruptible()?,
            table,
            reader,
            &mapping,
            &options,
            &mut ask,
        )?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(report, &done) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}
