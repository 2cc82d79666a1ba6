//! Publishing: the part of a base that one audience may see, as a snapshot for other processes.

use std::ffi::{c_int, c_void};

use kenpoint::{Base, Error, Markup, Result, SnapshotRequest};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::callback::{ken_watch_fn, with_cancellation};
use crate::error::ken_error;
use crate::handle;
use crate::request;
use crate::snapshot::give_info;
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// A form of a snapshot's articles: as they were written.
pub const KEN_MARKUP_COMMONMARK: c_int = 0;
/// A form of a snapshot's articles: HTML that is safe to put into a page; the browser package asks for it.
pub const KEN_MARKUP_HTML: c_int = 1;

/// What the header's arguments ask for.
///
/// # Safety
/// The view can be read, and so can `n` views at `entitlements`.
unsafe fn wanted(
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    known_ms: i64,
    markup: c_int,
) -> Result<SnapshotRequest> {
    // SAFETY: the same promise.
    let viewer = unsafe { request::viewer(request::IN_CALL, audience, entitlements, n) }?;
    let mut request = SnapshotRequest::new(viewer);
    request.at = request::instant("known_ms", known_ms)?;
    request.markup = match markup {
        KEN_MARKUP_COMMONMARK => Markup::CommonMark,
        KEN_MARKUP_HTML => Markup::Html,
        _ => {
            let rule = "it is KEN_MARKUP_COMMONMARK or KEN_MARKUP_HTML";
            return Err(Error::invalid("markup", markup, rule));
        }
    };
    Ok(request)
}

/// The part of a base that one audience may see, as the bytes of a file for `ken_snapshot_open_bytes`.
///
/// It holds the articles that the viewer may see at the instant, their index and their evidence, and for
/// viewers who read cases the past cases and links. Not in it are people, texts of cases, and articles that
/// are hidden or yet to become valid. Equal logs give equal bytes.
///
/// Cost: every article that the viewer sees is analysed anew, about what it takes to import them; an instant
/// before the last record costs `ken_base_as_of` in addition. Others read and write meanwhile.
///
/// - `base`: borrowed.
/// - `audience`: borrowed; whom it is for: a label of the base's audiences.
/// - `entitlements`: borrowed; what its viewers hold, `n` names. It answers no viewer who holds others.
/// - `n`: how many; 0 for none, and then `entitlements` may be NULL.
/// - `known_ms`: what the base knew then is in it, in milliseconds since 1970-01-01T00:00:00Z; or `KEN_NOW`.
/// - `markup`: the form of its articles: `KEN_MARKUP_COMMONMARK`, or `KEN_MARKUP_HTML` to show them in a page.
/// - `watch`: may be NULL; asked now and then whether to go on.
/// - `data`: handed to it; may be NULL.
/// - `out`: set to the bytes, see `ken_buf_data`. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_UNKNOWN_NAME` for an audience the base has not, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_CANCELLED`,
/// `KEN_ERR_OUT_OF_HISTORY` for an instant that is yet to come, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_snapshot(
    base: *const ken_base,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    known_ms: i64,
    markup: c_int,
    watch: ken_watch_fn,
    data: *mut c_void,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: by the contract of the header, views that can be read.
        let request = unsafe { wanted(audience, entitlements, n, known_ms, markup) }?;
        let bytes = with_cancellation(base, watch, data, None).snapshot(&request)?;
        // SAFETY: by the contract of the header, a place that can be written.
        unsafe { buf::give_bytes(out, bytes) };
        Ok(())
    };
    // SAFETY: by the contract of the header, a handle or NULL; `err` can be written or is NULL.
    unsafe { call(base, err, work) }
}

/// The same into a file for `ken_snapshot_open`, in whose place it comes at once and whole: whoever has the old
/// one open goes on to answer from it until it refreshes. It is durable when this returns. It is written under
/// the name with `.new` at the end first, so two calls at once want two names.
///
/// - `base`: borrowed.
/// - `audience`: borrowed; whom it is for: a label of the base's audiences.
/// - `entitlements`: borrowed; what its viewers hold, `n` names. It answers no viewer who holds others.
/// - `n`: how many; 0 for none, and then `entitlements` may be NULL.
/// - `known_ms`: what the base knew then is in it, in milliseconds since 1970-01-01T00:00:00Z; or `KEN_NOW`.
/// - `markup`: the form of its articles: `KEN_MARKUP_COMMONMARK`, or `KEN_MARKUP_HTML` to show them in a page.
/// - `path`: borrowed; the file, in UTF-8, in a folder that is there.
/// - `watch`: may be NULL; asked now and then whether to go on.
/// - `data`: handed to it; may be NULL.
/// - `info`: may be NULL; set to JSON, as `ken_snapshot_info` gives it. Owned by the caller; destroy it with
///   `ken_buf_destroy`.
///
/// Errors: those of `ken_base_snapshot`, and `KEN_ERR_DISK_FULL`; what lay there lies there still.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_snapshot_file(
    base: *const ken_base,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    known_ms: i64,
    markup: c_int,
    path: ken_str,
    watch: ken_watch_fn,
    data: *mut c_void,
    info: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: by the contract of the header, views that can be read.
        let (request, path) = unsafe {
            let request = wanted(audience, entitlements, n, known_ms, markup)?;
            (request, text::text("path", path)?)
        };
        let made = with_cancellation(base, watch, data, None).snapshot_file(&request, path)?;
        // SAFETY: by the contract of the header, a place that can be written, or NULL.
        unsafe { give_info(info, &made) }
    };
    // SAFETY: by the contract of the header, a handle or NULL; `err` can be written or is NULL.
    unsafe { call(base, err, work) }
}
