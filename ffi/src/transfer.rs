//! Import and export of files and bytes, and the verification of the stored data.

use std::ffi::{c_int, c_void};
use std::io;
use std::sync::Arc;

use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::{Base, Error, ErrorCode};

use crate::base::{self, call, calling_back, ken_base};
use crate::buf::{self, ken_buf};
use crate::callback::{
    ask_progress, ken_cancel_fn, ken_progress_fn, ken_write_fn, with_cancellation,
};
use crate::error::ken_error;
use crate::gate::Gate;
use crate::guard::guard;
use crate::handle;
use crate::json;
use crate::status::ken_status;
use crate::text::{self, ken_str, null};

/// Imports a file, or all files of a folder: Markdown with front matter, HTML, JSON lines.
///
/// A second import of the same records changes nothing. A record that cannot be read, or that the base refuses,
/// is in the report with its place and the reason; the others go on.
///
/// - `base`: borrowed.
/// - `path`: borrowed; the file or folder, in UTF-8.
/// - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
/// - `progress`: may be NULL; receives the progress after each record.
/// - `data`: handed to it; may be NULL.
/// - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`. An
///   import that `progress` stops is no error: the report says `stopped`. Nor is one that took nothing, or refused more
///   than it took: the report begins with a `warning`, which the log gets as well.
///
/// Errors: `KEN_ERR_IO`, `KEN_ERR_INVALID_RECORD` and `KEN_ERR_INVALID_VALUE` for the options, `KEN_ERR_MEMORY_LIMIT`,
/// `KEN_ERR_DISK_FULL`, `KEN_ERR_POISONED`, and the common ones. An error from 300 on leaves the records that were
/// taken before it; importing again goes on from there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_import(
    base: *const ken_base,
    path: ken_str,
    options: ken_str,
    progress: ken_progress_fn,
    data: *mut c_void,
    report: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        // SAFETY: the header requires readable views.
        let (path, options) = unsafe {
            let options = json::read_or_default::<ImportOptions>("options", options)?;
            (text::text("path", path)?, options)
        };
        // SAFETY: the header requires a `progress` that may be called with `data`.
        let mut ask = |so_far: &_| unsafe { ask_progress(progress, data, so_far) };
        let done = base.import(path, &options, &mut ask)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(report, &done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Imports one source that is in memory.
///
/// - `base`: borrowed.
/// - `name`: borrowed; the name of the source. Its ending tells the format: .md, .html, .jsonl or .json. It
///   stands in the report, and keys are made from it.
/// - `bytes`: borrowed; `len` bytes.
/// - `len`: the number of bytes, at most `KEN_MAX_BYTES`.
/// - `options`: borrowed; JSON of import options, see docs/json.md; may be empty.
/// - `progress`: may be NULL; receives the progress after each record.
/// - `data`: handed to it; may be NULL.
/// - `report`: may be NULL; set to JSON of the import report. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a name that ends in no format, and those of `ken_base_import`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_import_bytes(
    base: *const ken_base,
    name: ken_str,
    bytes: *const u8,
    len: usize,
    options: ken_str,
    progress: ken_progress_fn,
    data: *mut c_void,
    report: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        // SAFETY: the header requires readable views and bytes.
        let (name, bytes, options) = unsafe {
            (
                text::text("name", name)?,
                text::bytes("bytes", bytes, len)?,
                json::read_or_default::<ImportOptions>("options", options)?,
            )
        };
        let format = Format::of_name(name).ok_or_else(|| {
            Error::invalid("name", name, "it ends in .md, .html, .jsonl or .json")
        })?;
        // SAFETY: the header requires a `progress` that may be called with `data`.
        let mut ask = |so_far: &_| unsafe { ask_progress(progress, data, so_far) };
        let done = base.import_bytes(format, name, bytes, &options, &mut ask)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(report, &done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// The host's function as a writer. It keeps the reason of a failed write.
struct Sink {
    write: unsafe extern "C" fn(data: *mut c_void, bytes: *const u8, len: usize) -> c_int,
    data: *mut c_void,
    said_stop: bool,
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A buffered writer tries again when it is dropped; a callback that said stop is not called again.
        if self.said_stop {
            return Err(io::Error::other("the host's callback said stop"));
        }
        // SAFETY: the host's function with the host's data.
        match unsafe { (self.write)(self.data, bytes.as_ptr(), bytes.len()) } {
            0 => Ok(bytes.len()),
            _ => {
                self.said_stop = true;
                Err(io::Error::other(
                    "the host's callback did not take the bytes",
                ))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the whole log as JSON lines. Imported into an empty base of the same audiences, language and
/// seed, it gives an equal state.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `write`: the callback that takes the bytes.
/// - `data`: handed to it; may be NULL.
/// - `records`: may be NULL; set to the number of records written.
///
/// Errors: `KEN_ERR_CANCELLED` if the callback did not take the bytes, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
/// common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_export(
    base: *const ken_base,
    write: ken_write_fn,
    data: *mut c_void,
    records: *mut u64,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        let write = write.ok_or_else(|| null("write", "callback"))?;
        let mut sink = Sink {
            write,
            data,
            said_stop: false,
        };
        let done = base.export(&mut io::BufWriter::with_capacity(1 << 16, &mut sink));
        let done = done.map_err(|error| {
            if sink.said_stop {
                Error::with_source(
                    ErrorCode::Cancelled,
                    "write: the callback did not take the bytes; what it took before is no whole export",
                    error,
                )
            } else {
                error
            }
        })?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { handle::put(records, done.records) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Writes the whole log as JSON lines, as `ken_base_export` does, into a new file. The file is durable when this returns,
/// and removed if the call fails.
///
/// - `base`: borrowed.
/// - `path`: borrowed; the file, in UTF-8, which must not be there yet.
/// - `records`: may be NULL; set to the number of records written.
///
/// Errors: `KEN_ERR_IO`, also for a file that is there already, `KEN_ERR_DISK_FULL`, `KEN_ERR_CANCELLED` by
/// `ken_base_interrupt`, `KEN_ERR_CORRUPT`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_export_file(
    base: *const ken_base,
    path: ken_str,
    records: *mut u64,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        // SAFETY: the header requires a readable view.
        let done = base.export_file(unsafe { text::text("path", path) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { handle::put(records, done.records) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Replays the whole log and compares every row of every table; checks that the text index holds
/// exactly the articles of the store. Cost: a replay of the log. Writers wait.
///
/// - `base`: borrowed.
/// - `cancel`: may be NULL; called now and then, and continues or cancels the call.
/// - `data`: handed to it; may be NULL.
/// - `out`: may be NULL; set to JSON `{"schema":1,"records":..,"rows":..,"digest":".."}`. Owned by the caller; destroy
///   it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_CORRUPT` and `KEN_ERR_INDEX_FAILED`, naming the first place that differs; `KEN_ERR_CANCELLED`,
/// `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_verify(
    base: *const ken_base,
    cancel: ken_cancel_fn,
    data: *mut c_void,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let call = unsafe { base::enter(base) }?;
        let _below = call.gate().calling_back();
        // The writers' lock is held meanwhile, so the callback must not write.
        let base = call.interruptible()?;
        let verified = with_cancellation(&base, call.gate(), cancel, data, true).verify()?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(out, &verified) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// A digest of the whole state: equal for equal logs, on every machine.
///
/// - `base`: borrowed.
/// - `out`: set to hexadecimal digits. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_digest(
    base: *const ken_base,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give(out, base.digest()?) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Markdown as HTML that is safe to show: sanitised, with links, tables and pictures.
///
/// - `markdown`: borrowed; CommonMark, as the sections of articles hold it.
/// - `out`: set to the HTML. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_markdown_to_html(
    markdown: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let html = kenpoint::markdown_to_html(unsafe { text::text("markdown", markdown) }?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give(out, html) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}
