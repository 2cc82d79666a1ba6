//! The past: the base as it was known at an instant.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use kenpoint::{AsOf, Base, Error, ErrorCode, RankPolicy, Replay, Timestamp};
use std::ops::ControlFlow;

use crate::base::{self, calling_back, ken_base};
use crate::callback::{KEN_CONTINUE, ken_cancel_fn, with_cancellation};
use crate::error::ken_error;
use crate::gate::Gate;
use crate::guard::guard;
use crate::request::dated;
use crate::status::ken_status;
use crate::text::{self, ken_str, null};
use crate::{handle, json};

/// Looks at the base as it was known at an instant.
///
/// Called on the thread of the call. It may call the library, the past and the present base, but for
/// `ken_base_close` on either.
///
/// - `data`: the pointer that was given with the callback.
/// - `i`: the place of the instant, from 0.
/// - `past`: the base as it was known then, its clock standing at that instant. It takes no writes. Valid
///   during the call.
///
/// Returns `KEN_CONTINUE` or `KEN_STOP`.
pub type ken_replay_fn =
    Option<unsafe extern "C" fn(data: *mut c_void, i: usize, past: *const ken_base) -> c_int>;

/// The base as it was known at an instant: it answers as the base would have answered then, its clock
/// standing at that instant. It takes no writes: they answer `KEN_ERR_INVALID_TRANSITION`.
///
/// Cost: one replay of the log up to there, and the texts of that time in memory. For many instants use
/// `ken_base_replay`.
///
/// - `base`: borrowed.
/// - `known_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z.
/// - `policy`: borrowed; JSON of a ranking policy, as if that had always been in force; empty for the policies of
///   the day.
/// - `cancel`: may be NULL; called now and then, and continues or cancels the call.
/// - `data`: handed to it; may be NULL.
/// - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for the instant or a constant of the policy, `KEN_ERR_INVALID_RECORD` if
/// the JSON is not a policy, `KEN_ERR_CANCELLED`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the
/// common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_as_of(
    base: *const ken_base,
    known_ms: i64,
    policy: ken_str,
    cancel: ken_cancel_fn,
    data: *mut c_void,
    out: *mut *mut ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, gate: &Arc<Gate>| {
        handle::wanted("out", out)?;
        let known = dated("known_ms", known_ms)?;
        let asked = with_cancellation(base, gate, cancel, data, false);
        // SAFETY: the header requires a readable view.
        let policy = unsafe { trial(policy) }?;
        let mut past = AsOf::new(known);
        past.policy = policy;
        let past = asked.as_of(past)?;
        // The past inherits the cancel callback, whose `data` may be gone when this call has returned.
        let past = past.with_cancellation(|| ControlFlow::Continue(()));
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, base::give(past, Arc::new(Gate::open()))) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Reads the log once and calls back with the base as it was known at each instant: a year of cases costs
/// one pass over the log, not one for each case.
///
/// - `base`: borrowed.
/// - `instants_ms`: borrowed; `n` instants, ascending, in milliseconds since 1970-01-01T00:00:00Z.
/// - `n`: their number.
/// - `policy`: borrowed; JSON of a ranking policy, as if that had always been in force: a trial of it on the real
///   events; empty for the policies of the day.
/// - `replay`: the callback.
/// - `data`: handed to it; may be NULL.
///
/// Errors: `KEN_ERR_OUT_OF_HISTORY` if the instants do not ascend, `KEN_ERR_CANCELLED` if the callback says stop,
/// `KEN_ERR_INVALID_VALUE` for an instant or a constant of the policy, `KEN_ERR_INVALID_RECORD` if the
/// JSON is not a policy, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_replay(
    base: *const ken_base,
    instants_ms: *const i64,
    n: usize,
    policy: ken_str,
    replay: ken_replay_fn,
    data: *mut c_void,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let call = unsafe { base::enter(base) }?;
        let _below = call.gate().calling_back();
        let replay = replay.ok_or_else(|| null("replay", "callback"))?;
        // SAFETY: the header requires `n` readable instants.
        let instants = unsafe { text::array("instants_ms", instants_ms, n) }?
            .iter()
            .map(|ms| dated("instants_ms", *ms))
            .collect::<kenpoint::Result<Vec<Timestamp>>>()?;
        // SAFETY: the header requires a readable view.
        let policy = unsafe { trial(policy) }?;
        let at_instant = |i: usize, past: &Base| {
            // SAFETY: the host's function with the host's data, and a handle that outlives the call.
            match base::lend(past.clone(), |past| unsafe { replay(data, i, past) })? {
                KEN_CONTINUE => Ok(()),
                _ => Err(Error::new(
                    ErrorCode::Cancelled,
                    format!("replay: the callback said stop at instant {i}"),
                )),
            }
        };
        let mut request = Replay::new(instants);
        request.policy = policy;
        call.interruptible()?.replay(request, at_instant)
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// A policy to be tried, if there is one.
///
/// # Safety
/// The view can be read.
unsafe fn trial(policy: ken_str) -> kenpoint::Result<Option<RankPolicy>> {
    // SAFETY: the same promise.
    match unsafe { text::optional("policy", policy) }? {
        Some(text) => json::object("policy", text).map(Some),
        None => Ok(None),
    }
}
