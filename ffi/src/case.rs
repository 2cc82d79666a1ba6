//! Cases, sessions, impressions and actors.

use std::ffi::c_int;

use kenpoint::model::{CaseDraft, EntryDraft};
use kenpoint::{Base, Error, ErrorCode};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::event::outcome;
use crate::handle;
use crate::json::{self, listed};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// The JSON that `ken_base_actor` returns.
#[derive(serde::Serialize)]
struct ActorReply {
    actor: Option<kenpoint::model::Actor>,
}

/// Opens a case.
///
/// - `base`: borrowed.
/// - `draft`: borrowed; JSON of a case, see docs/json.md.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a case draft, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for
/// a field, `KEN_ERR_ALREADY_EXISTS`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_open_case(
    base: *const ken_base,
    draft: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.open_case(unsafe { json::read::<CaseDraft>("draft", draft) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Adds a note to a case.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `entry`: borrowed; JSON of an entry, see docs/json.md: its text, and its reuse (`case-only`, or
///   the role of a section).
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_RECORD` if the JSON is not an entry, `KEN_ERR_TOO_LARGE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_note(
    base: *const ken_base,
    case_id: ken_str,
    entry: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (case_id, entry) = unsafe {
            let entry = json::read::<EntryDraft>("entry", entry)?;
            (text::text("case_id", case_id)?, entry)
        };
        let done = base.note(case_id, entry)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// First-contact resolution: unknown.
pub const KEN_UNKNOWN: c_int = -1;
/// First-contact resolution: no.
pub const KEN_NO: c_int = 0;
/// First-contact resolution: yes.
pub const KEN_YES: c_int = 1;

/// Records that a case is resolved. The articles linked as resolved get their credit.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `first_contact`: first-contact resolution: `KEN_YES`, `KEN_NO` or `KEN_UNKNOWN`.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_TRANSITION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_resolve_case(
    base: *const ken_base,
    case_id: ken_str,
    first_contact: c_int,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        let first_contact = match first_contact {
            KEN_UNKNOWN => None,
            KEN_NO => Some(false),
            KEN_YES => Some(true),
            other => {
                return Err(Error::new(
                    ErrorCode::InvalidValue,
                    format!(
                        "first_contact: {other} is not allowed; it is KEN_YES, KEN_NO or KEN_UNKNOWN"
                    ),
                ));
            }
        };
        // SAFETY: the header requires a readable view.
        let done = base.resolve_case(unsafe { text::text("case_id", case_id) }?, first_contact)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Closes a case.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_close_case(
    base: *const ken_base,
    case_id: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.close_case(unsafe { text::text("case_id", case_id) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Reopens a case. The articles that resolved it lose their credit. If the case was resolved at most seven days ago,
/// the reopening also counts as a failure of these articles.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_reopen_case(
    base: *const ken_base,
    case_id: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.reopen_case(unsafe { text::text("case_id", case_id) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Returns a case with its entries.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `out`: set to JSON of the case, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_case(
    base: *const ken_base,
    case_id: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = base.case(unsafe { text::text("case_id", case_id) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Returns a self-service session, split into intents. An intent is a run of queries and article views about one need.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `session_id`: borrowed; the id.
/// - `out`: set to JSON of the session, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_SESSION_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_session(
    base: *const ken_base,
    session_id: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = base.session(unsafe { text::text("session_id", session_id) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Returns the search result an impression token stands for: the query or case, the ranked articles and the hash of the
/// policy.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `token`: borrowed; an impression token of this base.
/// - `out`: set to JSON of the impression, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_IMPRESSION`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_impression(
    base: *const ken_base,
    token: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = base.impression_of(unsafe { text::text("token", token) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Returns an actor by id: an agent, an expert, a reader. An `actor-set` event adds one.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `actor_id`: borrowed; the id.
/// - `out`: set to JSON `{"schema":1,"actor":{"id":..,"licence":..}}`, with null for an unknown id, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_actor(
    base: *const ken_base,
    actor_id: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let actor = base.actor(unsafe { text::text("actor_id", actor_id) }?)?;
        let value = ActorReply { actor };
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Lists case ids in ascending order, one page per call. A case opened between two calls is listed only if its id sorts
/// after `after`.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `after`: borrowed; the last id of the previous page; empty for the first page.
/// - `limit`: maximum number of ids, 1 to 10000; a shorter page is the last.
/// - `out`: set to JSON `{"schema":1,"ids":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the limit, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
/// common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_case_ids(
    base: *const ken_base,
    after: ken_str,
    limit: usize,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let after = unsafe { text::optional("after", after) }?;
        let value = listed!(ids: base.case_ids(after, limit)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
