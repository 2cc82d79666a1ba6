//! The ranking policy: every constant of the ranking.

use std::ffi::c_int;

use kenpoint::{Base, RankPolicy};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::event::outcome;
use crate::handle;
use crate::json;
use crate::status::ken_status;
use crate::text::ken_str;

/// Returns the current ranking policy.
///
/// - `base`: borrowed.
/// - `out`: set to JSON with a key for each constant, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_policy(
    base: *const ken_base,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &base.policy()) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Replaces the ranking policy and records the change as an event. Changing section weights rebuilds the text index.
///
/// - `base`: borrowed.
/// - `policy`: borrowed; JSON with a key for each constant, as `ken_base_policy` gives it; `schema` may stay. An
///   omitted constant is reset to its default.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a policy, `KEN_ERR_INVALID_VALUE` for a constant out of its
/// range, `KEN_ERR_CONTRADICTION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_set_policy(
    base: *const ken_base,
    policy: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.set_policy(unsafe { json::read::<RankPolicy>("policy", policy) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
