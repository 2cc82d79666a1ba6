//! Reviews: the freshness of an article, and the queue of articles to review.

use kenpoint::{Base, ReviewRequest};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::handle;
use crate::json::{self, listed};
use crate::request;
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// The freshness of an article: its state, since when, the due date, the reason for a suspicion.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
/// - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` for the instant, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_freshness(
    base: *const ken_base,
    article: ken_str,
    now_ms: i64,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let article = unsafe { text::text("article", article) }?;
        let value = base.freshness(article, request::instant("now_ms", now_ms)?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The articles to review: due, overdue, expired and suspected ones, by risk, which is the probability of being
/// wrong, times one more than the demand, times the harm. Ties go by id. Cost: one pass over all articles.
///
/// - `base`: borrowed.
/// - `request`: borrowed; JSON `{"owner":..,"from":..,"limit":..,"now":..}`, each key optional; may be empty.
/// - `out`: set to JSON `{"schema":1,"items":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a review request, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_TOO_LARGE`,
/// and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_reviews_queue(
    base: *const ken_base,
    request: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let request = unsafe { json::read_or_default::<ReviewRequest>("request", request) }?;
        let value = listed!(items: base.reviews().queue(&request)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
