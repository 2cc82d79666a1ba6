//! Publishing: a snapshot of the part of a base that one audience may see.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::sync::Arc;

use kenpoint::{Base, Error, Markup, Result, SnapshotRequest};

use crate::base::{calling_back, ken_base};
use crate::buf::{self, ken_buf};
use crate::callback::{ken_cancel_fn, with_cancellation};
use crate::error::ken_error;
use crate::gate::Gate;
use crate::guard::guard_value;
use crate::handle;
use crate::request;
use crate::sized::{self, SizedStruct as _, sized};
use crate::snapshot::give_info;
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// The form of a snapshot's articles: as they were written.
pub const KEN_MARKUP_COMMONMARK: c_int = 0;
/// The form of a snapshot's articles: HTML that is safe to put into a page; the browser package needs it.
pub const KEN_MARKUP_HTML: c_int = 1;

/// A snapshot to publish. Fill it with `ken_snapshot_request_init` first, then set what differs. Everything it
/// points to is borrowed during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_snapshot_request {
    /// `sizeof(ken_snapshot_request)`, set by `ken_snapshot_request_init`. A shorter one of an earlier header and a longer one of a later
    /// header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// The form of the articles: `KEN_MARKUP_COMMONMARK`, the default, or `KEN_MARKUP_HTML` to show them in a page.
    pub markup: c_int,
    /// The audience that it is for: a label of the base's audiences. Required.
    pub audience: ken_str,
    /// The entitlements of its viewers, `n_entitlements` of them, 0 to 256. It answers no viewer who holds others.
    pub entitlements: *const ken_str,
    /// The number of `entitlements`.
    pub n_entitlements: usize,
    /// The instant whose knowledge it holds, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub at_ms: i64,
}

sized!(
    ken_snapshot_request,
    offset_of!(ken_snapshot_request, at_ms) + size_of::<i64>(),
    [entitlements, n_entitlements, at_ms],
    ken_snapshot_request {
        struct_size: 0,
        markup: KEN_MARKUP_COMMONMARK,
        audience: ken_str::empty(),
        entitlements: std::ptr::null(),
        n_entitlements: 0,
        at_ms: request::KEN_NOW,
    }
);

/// Fills a snapshot request with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_snapshot_request_init_sized`.
///
/// - `request`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_request_init(request: *mut ken_snapshot_request) {
    // SAFETY: the header requires a writable `request` of that layout or NULL.
    guard_value((), || unsafe {
        sized::init(request, ken_snapshot_request::FIRST)
    });
}

/// Fills a snapshot request with its defaults, as far as the header of the caller knows it.
///
/// - `request`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_request_init_sized(
    request: *mut ken_snapshot_request,
    size: usize,
) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(request, size) });
}

/// # Safety
/// Everything `request` points to can be read.
unsafe fn read(request: *const ken_snapshot_request) -> Result<SnapshotRequest> {
    // SAFETY: the same promise.
    let (given, viewer) = unsafe {
        let given = sized::read("request", request)?;
        let viewer = request::viewer(
            request::IN_REQUEST,
            given.audience,
            given.entitlements,
            given.n_entitlements,
        )?;
        (given, viewer)
    };
    let mut request = SnapshotRequest::new(viewer);
    request.at = request::instant("request.at_ms", given.at_ms)?;
    request.markup = match given.markup {
        KEN_MARKUP_COMMONMARK => Markup::CommonMark,
        KEN_MARKUP_HTML => Markup::Html,
        other => {
            let rule = "it is KEN_MARKUP_COMMONMARK or KEN_MARKUP_HTML";
            return Err(Error::invalid("request.markup", other, rule));
        }
    };
    Ok(request)
}

/// Builds a snapshot of the part of a base that one audience may see, as bytes for `ken_snapshot_open_bytes`.
///
/// It holds the articles that the viewer may see at the instant, their index and their evidence, and for
/// viewers who read cases the past cases and links. People, texts of cases, and articles that are hidden or not yet
/// valid are not in it. Equal logs give equal bytes.
///
/// Cost: every article that the viewer sees is analysed again, about as much work as importing them; an instant
/// before the last record costs `ken_base_as_of` in addition. Others read and write meanwhile.
///
/// - `base`: borrowed.
/// - `request`: borrowed during the call.
/// - `cancel`: may be NULL; called now and then, and continues or cancels the call.
/// - `data`: handed to it; may be NULL.
/// - `out`: set to the bytes, see `ken_buf_data`. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_UNKNOWN_NAME` for an audience the base has not, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for
/// a field, `KEN_ERR_OUT_OF_HISTORY` for an instant in the future, `KEN_ERR_CANCELLED`, `KEN_ERR_CORRUPT`,
/// `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_snapshot(
    base: *const ken_base,
    request: *const ken_snapshot_request,
    cancel: ken_cancel_fn,
    data: *mut c_void,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, gate: &Arc<Gate>| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a request with readable pointers only.
        let request = unsafe { read(request) }?;
        let bytes = with_cancellation(base, gate, cancel, data, false).snapshot(&request)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_bytes(out, bytes) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Builds a snapshot, as `ken_base_snapshot` does, into a file for `ken_snapshot_open`.
///
/// Atomically replaces the file; readers keep the old one until they refresh. The file is durable when this returns.
/// It is written under its name with `.new` appended first, so two calls at once need two names.
///
/// - `base`: borrowed.
/// - `request`: borrowed during the call.
/// - `path`: borrowed; the file, in UTF-8, in an existing folder.
/// - `cancel`: may be NULL; called now and then, and continues or cancels the call.
/// - `data`: handed to it; may be NULL.
/// - `info`: may be NULL; set to JSON, as `ken_snapshot_info` gives it. Owned by the caller; destroy it with
///   `ken_buf_destroy`.
///
/// Errors: those of `ken_base_snapshot`, and `KEN_ERR_DISK_FULL`. A failed call leaves the old file in place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_snapshot_file(
    base: *const ken_base,
    request: *const ken_snapshot_request,
    path: ken_str,
    cancel: ken_cancel_fn,
    data: *mut c_void,
    info: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, gate: &Arc<Gate>| {
        // SAFETY: the header requires arguments with readable pointers only.
        let (request, path) = unsafe { (read(request)?, text::text("path", path)?) };
        let made =
            with_cancellation(base, gate, cancel, data, false).snapshot_file(&request, path)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { give_info(info, &made) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}
