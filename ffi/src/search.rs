//! Asking: searches and suggestions, one or many.

use std::sync::Arc;

use kenpoint::{Base, Error, Result};

use crate::base::{call, calling_back, ken_base};
use crate::error::ken_error;
use crate::gate::Gate;
use crate::handle;
use crate::request::{self, ken_search_request, ken_suggest_request};
use crate::results::{Answer, ken_results};
use crate::sized;
use crate::status::ken_status;

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
///   with `ken_results_destroy`. Where a request fails its place is set to NULL, and the others have their answers. If
///   the call fails as a whole (`ken_error_item_count` is 0), none is set.
///
/// Errors: those of `ken_base_search`, of the first request that fails; `ken_error_item` gives each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_search_many(
    base: *const ken_base,
    requests: *const ken_search_request,
    n: usize,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        if n > 0 {
            handle::wanted("out", out)?;
        }
        // SAFETY: the header requires requests with readable pointers only, and writable places.
        unsafe {
            let asked = sized::each("requests", requests, n, |request| request::search(request))?;
            give(
                out,
                answers(asked, |asked| base.search_many(asked), Answer::Search),
            )
        }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// Many suggestions, in the same way.
///
/// - `base`: borrowed.
/// - `requests`: borrowed during the call; `n` requests.
/// - `n`: their number; 0 does nothing.
/// - `out`: `n` places, set to the answers in the order of the requests. Owned by the caller; destroy each
///   with `ken_results_destroy`. Where a request fails its place is set to NULL, and the others have their answers. If
///   the call fails as a whole (`ken_error_item_count` is 0), none is set.
///
/// Errors: those of `ken_base_suggest`, of the first request that fails; `ken_error_item` gives each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_suggest_many(
    base: *const ken_base,
    requests: *const ken_suggest_request,
    n: usize,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base, _: &Arc<Gate>| {
        if n > 0 {
            handle::wanted("out", out)?;
        }
        // SAFETY: the header requires requests with readable pointers only, and writable places.
        unsafe {
            let asked = sized::each("requests", requests, n, |request| request::suggest(request))?;
            give(
                out,
                answers(asked, |asked| base.suggest_many(asked), Answer::Suggest),
            )
        }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { calling_back(base, err, work) }
}

/// An outcome for each request, in their order: those that can be read are asked together.
fn answers<R, A>(
    requests: Vec<Result<R>>,
    ask: impl FnOnce(&[R]) -> Vec<Result<A>>,
    answer: impl Fn(A) -> Answer,
) -> Vec<Result<Answer>> {
    let (mut asked, mut refused) = (Vec::with_capacity(requests.len()), Vec::new());
    for request in requests {
        match request {
            Ok(request) => {
                asked.push(request);
                refused.push(None);
            }
            Err(error) => refused.push(Some(error)),
        }
    }
    let mut found = ask(&asked).into_iter();
    let missing = || Err(Error::internal("a batch has an answer less than requests"));
    refused
        .into_iter()
        .map(|error| match error {
            Some(error) => Err(error),
            None => found.next().unwrap_or_else(missing).map(&answer),
        })
        .collect()
}

/// Sets each place to its answer, or to NULL, and fails with the errors of those that have none.
///
/// # Safety
/// `out` is NULL or can be written for each answer.
unsafe fn give(out: *mut *mut ken_results, answers: Vec<Result<Answer>>) -> Result<()> {
    let mut failed = Vec::new();
    for (i, answer) in answers.into_iter().enumerate() {
        let results = match answer {
            Ok(answer) => handle::give(answer),
            Err(error) => {
                failed.push((i, error));
                std::ptr::null_mut()
            }
        };
        // SAFETY: the same promise.
        unsafe { handle::put(out.add(i), results) };
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::of_items(failed).in_list("requests"))
}
