//! Articles and facts: put, changed, read.

use std::ffi::c_int;

use kenpoint::model::{ArticleDraft, FactDraft, FlagReason, Relation};
use kenpoint::{Base, StateChange};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::event::{outcome, recorded_number};
use crate::handle;
use crate::json::{self, listed};
use crate::request;
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// Puts an article: a new one, or a new version of one that exists. Putting an equal article again
/// changes nothing.
///
/// - `base`: borrowed.
/// - `article`: borrowed; JSON of an article draft, see docs/json.md.
/// - `version`: may be NULL; set to the number of the version that is current now.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not an article draft, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_TOO_LARGE`
/// and `KEN_ERR_CONTRADICTION` for a field, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
/// `KEN_ERR_INVALID_TRANSITION` for a merged article, `KEN_ERR_ALREADY_EXISTS`, `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`,
/// `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_put(
    base: *const ken_base,
    article: ken_str,
    version: *mut u32,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let draft = unsafe { json::read::<ArticleDraft>("article", article) }?;
        let put = base.put(draft)?;
        // SAFETY: the header requires writable pointers or NULL.
        unsafe {
            handle::put(version, put.version);
            handle::put(recorded, recorded_number(put.outcome));
        }
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Puts a new version of an article on top of the one its writer saw.
///
/// - `base`: borrowed.
/// - `article`: borrowed; JSON of an article draft, see docs/json.md.
/// - `expects`: the number of the version the writer saw; 0 asks for a new article.
/// - `version`: may be NULL; set to the number of the version that is current now.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_VERSION_CONFLICT` if another version is the current one by now, and those of `ken_base_put`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_edit(
    base: *const ken_base,
    article: ken_str,
    expects: u32,
    version: *mut u32,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let draft = unsafe { json::read::<ArticleDraft>("article", article) }?;
        let put = base.edit(draft, expects)?;
        // SAFETY: the header requires writable pointers or NULL.
        unsafe {
            handle::put(version, put.version);
            handle::put(recorded, recorded_number(put.outcome));
        }
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Sets a fact. The newest by `as_of` is the current one; older ones are kept.
///
/// - `base`: borrowed.
/// - `fact`: borrowed; JSON of a fact, see docs/json.md.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a fact, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_UNKNOWN_NAME`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_set_fact(
    base: *const ken_base,
    fact: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.set_fact(unsafe { json::read::<FactDraft>("fact", fact) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Changes the states of an article: publish, restrict, archive, restore. Keys that the JSON leaves out stay.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `change`: borrowed; JSON such as `{"confidence":"validated","audience":"public","governance":"open"}`.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
/// `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_INVALID_RECORD` if the JSON is not a state change,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_change_state(
    base: *const ken_base,
    article: ken_str,
    change: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, change) = unsafe {
            let change = json::read::<StateChange>("change", change)?;
            (text::text("article", article)?, change)
        };
        let done = base.change_state(article, change)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Validates an article and shows it to an audience.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `audience`: borrowed; the label of the audience.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not, `KEN_ERR_INVALID_TRANSITION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_publish(
    base: *const ken_base,
    article: ken_str,
    audience: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, audience) = unsafe {
            (
                text::text("article", article)?,
                text::text("audience", audience)?,
            )
        };
        let done = base.publish(article, audience)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Takes an article out of use. It is kept, and never shown.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_archive(
    base: *const ken_base,
    article: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let done = base.archive(unsafe { text::text("article", article) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Records that a person checked an article and found it right.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `by`: borrowed; the person who checked.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_verify_article(
    base: *const ken_base,
    article: ken_str,
    by: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, by) = unsafe { (text::text("article", article)?, text::text("by", by)?) };
        let done = base.verify_article(article, by)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Flags an article as wrong in some way.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `reason`: borrowed; outdated, wrong, unclear, duplicate or unsafe.
/// - `by`: borrowed; the person who flags.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_flag(
    base: *const ken_base,
    article: ken_str,
    reason: ken_str,
    by: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, reason, by) = unsafe {
            (
                text::text("article", article)?,
                text::text("reason", reason)?.parse::<FlagReason>()?,
                text::text("by", by)?,
            )
        };
        let done = base.flag(article, reason, by)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Merges one article into another: evidence and links continue there, the old id still resolves.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `into`: borrowed; the id of the article that goes on.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_CONTRADICTION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_merge(
    base: *const ken_base,
    article: ken_str,
    into: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, into) =
            unsafe { (text::text("article", article)?, text::text("into", into)?) };
        let done = base.merge(article, into)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Relates two articles.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id of the one.
/// - `to`: borrowed; the id of the other.
/// - `relation`: borrowed; related, duplicate-of, supersedes, translates, variant-for, depends-on or contradicts.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`, `KEN_ERR_CONTRADICTION`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_relate(
    base: *const ken_base,
    article: ken_str,
    to: ken_str,
    relation: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (article, to, relation) = unsafe {
            (
                text::text("article", article)?,
                text::text("to", to)?,
                text::text("relation", relation)?.parse::<Relation>()?,
            )
        };
        let done = base.relate(article, to, relation)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// An article by its id, or by that of an article merged into it.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `out`: set to JSON of the article with its text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_article(
    base: *const ken_base,
    article: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = base.article(unsafe { text::text("article", article) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// An article as a viewer sees it: as the viewer's snapshot of that instant gives it, without people, narrower sections and
/// relations to hidden articles.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `audience`: borrowed; the viewer's audience: a label of the base's audiences.
/// - `entitlements`: borrowed; the viewer's entitlements, `n` names.
/// - `n`: their number; 0 for none, and then `entitlements` may be NULL.
/// - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
/// - `out`: set to JSON of the article with its text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND` also for an article that the viewer may not see, `KEN_ERR_UNKNOWN_NAME` for an audience
/// the base has not, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_article_for(
    base: *const ken_base,
    article: ken_str,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    now_ms: i64,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let (article, viewer) = unsafe {
            let names = ["audience", "entitlements"];
            (
                text::text("article", article)?,
                request::viewer(names, audience, entitlements, n)?,
            )
        };
        let value = base.article_for(article, &viewer, request::instant("now_ms", now_ms)?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// An article as it read in one of its versions; its states are those of today.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `version`: the number, from 1.
/// - `out`: set to JSON of the article with that text, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_VERSION_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_article_version(
    base: *const ken_base,
    article: ken_str,
    version: u32,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = base.version(unsafe { text::text("article", article) }?, version)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The versions of an article, from the first, without their text.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `out`: set to JSON `{"schema":1,"versions":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_versions(
    base: *const ken_base,
    article: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = listed!(versions: base.versions(unsafe { text::text("article", article) }?)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The evidence about an article, row by row: its own, then that of the articles merged into it.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `out`: set to JSON `{"schema":1,"evidence":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_evidence(
    base: *const ken_base,
    article: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = listed!(evidence: base.evidence(unsafe { text::text("article", article) }?)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The probability that an article solves its reader's case, by all the evidence so far.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `now_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
/// - `out`: set to the probability, in (0, 1).
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` for the instant, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_solve_rate(
    base: *const ken_base,
    article: ken_str,
    now_ms: i64,
    out: *mut f64,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let article = unsafe { text::text("article", article) }?;
        let rate = base.solve_rate(article, request::instant("now_ms", now_ms)?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, rate) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Lists article ids in ascending order, one page per call. Archived and merged articles are included. An article put
/// between two calls is listed only if its id sorts after `after`.
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
pub unsafe extern "C" fn ken_base_article_ids(
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
        let value = listed!(ids: base.article_ids(after, limit)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
