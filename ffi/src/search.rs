//! Asking: searches and suggestions, one or many.

use kenpoint::{Base, Result};

use crate::base::{call, ken_base};
use crate::error::ken_error;
use crate::handle;
use crate::request::{self, ken_search_request, ken_suggest_request};
use crate::results::{Answer, ken_results};
use crate::status::ken_status;
use crate::text;

/// Searches. Writes nothing; the answer's impression names it in later feedback.
///
/// - `base`: borrowed.
/// - `request`: borrowed during the call.
/// - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
///
/// Errors: `KEN_ERR_TOO_LARGE` for a query over its limit, `KEN_ERR_UNKNOWN_NAME`
/// for an audience the base has not, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_RECORD` and
/// `KEN_ERR_CONTRADICTION` for context and filter, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_search(
    base: *const ken_base,
    request: *const ken_search_request,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a request with readable pointers only.
        let answer = base.search(&unsafe { request::search(request) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Answer::Search(answer))) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Suggests articles for an open case, or for a text that is not a case yet: by its words, by similar past
/// cases and their solutions, and by the situation. Articles that were tried already, and those with a solve
/// probability below the threshold, are left out. Writes nothing.
///
/// - `base`: borrowed.
/// - `request`: borrowed during the call.
/// - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_TOO_LARGE` for a text over its limit, `KEN_ERR_UNKNOWN_NAME` for
/// an audience the base has not, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_INVALID_RECORD` and `KEN_ERR_CONTRADICTION`
/// for context and filter, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_suggest(
    base: *const ken_base,
    request: *const ken_suggest_request,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a request with readable pointers only.
        let answer = base.suggest(&unsafe { request::suggest(request) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Answer::Suggest(answer))) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Many searches, on as many threads as the option `threads` says. The answers equal those of single calls.
///
/// - `base`: borrowed.
/// - `requests`: borrowed during the call; `n` requests.
/// - `n`: their number; 0 does nothing.
/// - `out`: `n` places, set to the answers in the order of the requests. Owned by the caller; destroy each
///   with `ken_results_destroy`. None is set if one of the searches fails.
///
/// Errors: those of `ken_base_search`; that of the first request that fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_search_many(
    base: *const ken_base,
    requests: *const ken_search_request,
    n: usize,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        if n > 0 {
            handle::wanted("out", out)?;
        }
        // SAFETY: the header requires requests with readable pointers only.
        let asked = unsafe { each("requests", requests, n, |request| request::search(request)) }?;
        let answers = base.search_many(&asked);
        // SAFETY: the header requires writable pointers.
        unsafe {
            give(
                out,
                answers.into_iter().map(|answer| answer.map(Answer::Search)),
            )
        }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Many suggestions, in the same way.
///
/// - `base`: borrowed.
/// - `requests`: borrowed during the call; `n` requests.
/// - `n`: their number; 0 does nothing.
/// - `out`: `n` places, set to the answers in the order of the requests. Owned by the caller; destroy each
///   with `ken_results_destroy`. None is set if one of the suggestions fails.
///
/// Errors: those of `ken_base_suggest`; that of the first request that fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_suggest_many(
    base: *const ken_base,
    requests: *const ken_suggest_request,
    n: usize,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        if n > 0 {
            handle::wanted("out", out)?;
        }
        // SAFETY: the header requires requests with readable pointers only.
        let asked = unsafe { each("requests", requests, n, |request| request::suggest(request)) }?;
        let answers = base.suggest_many(&asked);
        // SAFETY: the header requires writable pointers.
        unsafe {
            give(
                out,
                answers
                    .into_iter()
                    .map(|answer| answer.map(Answer::Suggest)),
            )
        }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// # Safety
/// `n` requests can be read at `requests`.
unsafe fn each<T, R>(
    field: &str,
    requests: *const T,
    n: usize,
    read: impl Fn(*const T) -> Result<R>,
) -> Result<Vec<R>> {
    // SAFETY: the same promise.
    let requests = unsafe { text::array(field, requests, n) }?;
    requests.iter().map(|request| read(request)).collect()
}

/// # Safety
/// `out` is NULL or can be written for each answer.
unsafe fn give(
    out: *mut *mut ken_results,
    answers: impl Iterator<Item = Result<Answer>>,
) -> Result<()> {
    let answers = answers.collect::<Result<Vec<Answer>>>()?;
    for (i, answer) in answers.into_iter().enumerate() {
        // SAFETY: the same promise.
        unsafe { handle::put(out.add(i), handle::give(answer)) };
    }
    Ok(())
}
