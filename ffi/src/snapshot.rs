//! `ken_snapshot`: a read-only file of the part of a base that one audience may see. One process publishes it, any
//! number query it.
//!
//! The handle holds the current snapshot. A call keeps the snapshot it began with, so a refresh never waits for
//! calls, and no call sees two snapshots.

use std::ffi::{c_int, c_void};
use std::sync::{Mutex, PoisonError, RwLock};

use kenpoint::{Error, ErrorCode, Markup, Result, Snapshot, SnapshotInfo, Timestamp};
use serde::Serialize;

use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::json::listed;
use crate::request::{self, ken_search_request, ken_suggest_request};
use crate::results::{Answer, ken_results};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// A read-only copy of the part of a base that one audience may see, as of an instant, from a file of
/// `ken_base_snapshot_file` or bytes of `ken_base_snapshot`. Its results equal those of the base bit for bit. It has
/// no clock, no log and no threads, and writes nothing. Owned by the caller, who destroys it with `ken_snapshot_destroy`.
///
/// Every call may be made from any number of threads at once. Unlike a base it may be used in a child of a
/// fork, if no other thread was in a call on it at the moment of the fork: a lock that such a thread held
/// would be held in the child for ever. Parent and child are then independent; each refreshes its own.
pub struct ken_snapshot {
    _opaque: [u8; 0],
}

/// The body of the handle.
pub(crate) struct Body {
    /// The snapshot of calls that begin now. Locked only to copy or exchange the pointer.
    current: RwLock<Snapshot>,
    /// Held during a refresh, so that an older snapshot never replaces a newer one.
    refreshing: Mutex<()>,
}

impl Object for ken_snapshot {
    type Body = Body;
    const TAG: &'static [u8; 8] = b"kensnaps";
    const NAME: &'static str = "ken_snapshot";
}

impl Body {
    fn new(snapshot: Snapshot) -> Body {
        Body {
            current: RwLock::new(snapshot),
            refreshing: Mutex::new(()),
        }
    }

    fn current(&self) -> Snapshot {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True if a newer snapshot was found, which is the current one now.
    fn refresh(&self) -> Result<bool> {
        let alone = self.refreshing.lock();
        let _alone = alone.unwrap_or_else(PoisonError::into_inner);
        let Some(newer) = self.current().newer()? else {
            return Ok(false);
        };
        let current = self.current.write();
        let mut current = current.unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *current, newer);
        // Freed where nobody waits for the lock.
        drop(current);
        drop(old);
        Ok(true)
    }
}

/// Runs a call on a snapshot.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed; `err` is NULL or can be written.
pub(crate) unsafe fn call(
    object: *const ken_snapshot,
    err: *mut *mut ken_error,
    work: impl FnOnce(&Snapshot) -> Result<()>,
) -> ken_status {
    let work = || {
        // SAFETY: the same promise.
        let body = unsafe { handle::body("snapshot", object) }?;
        work(&body.current())
    };
    // SAFETY: the same promise.
    unsafe { guard(err, work) }
}

/// An instant that was asked for; else the present one.
fn or_now(snapshot: &Snapshot, asked: Option<Timestamp>) -> Option<Timestamp> {
    asked.or_else(|| Some(snapshot.now()))
}

/// The info of a snapshot, as JSON.
#[derive(Serialize)]
struct Info<'a> {
    base: &'a str,
    audience: &'a str,
    entitlements: &'a [String],
    known: Timestamp,
    articles: u32,
    cases: u32,
    markup: Markup,
    digest: &'a str,
    bytes: u64,
}

/// # Safety
/// `out` is NULL or can be written.
pub(crate) unsafe fn give_info(out: *mut *mut ken_buf, info: &SnapshotInfo) -> Result<()> {
    let info = Info {
        base: &info.base,
        audience: &info.viewer.audience,
        entitlements: &info.viewer.entitlements,
        known: info.known,
        articles: info.articles,
        cases: info.cases,
        markup: info.markup,
        digest: &info.digest,
        bytes: info.bytes,
    };
    // SAFETY: the same promise.
    unsafe { buf::give_json(out, &info) }
}

/// Opens a snapshot in a file. Any number of processes may open it; each holds the index in memory and reads texts
/// from the file, which it keeps open. If the file is the manifest of a split snapshot,
/// its shards are read on demand from the folder beside it, whose name is the file's with .d appended; a call that
/// needs a missing shard fails with `KEN_ERR_IO`.
///
/// Cost: one read of the file but for its texts, to compare it with its digests.
///
/// - `path`: borrowed; the file, in UTF-8.
/// - `out`: set to the snapshot. Owned by the caller; destroy it with `ken_snapshot_destroy`.
///
/// Errors: `KEN_ERR_IO`, `KEN_ERR_NOT_A_BASE` for a file that is not a snapshot, `KEN_ERR_FORMAT_TOO_NEW` for one of a
/// later version, `KEN_ERR_CORRUPT` for a changed, missing or additional byte;
/// `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_open(
    path: ken_str,
    out: *mut *mut ken_snapshot,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let snapshot = Snapshot::open(unsafe { text::text("path", path) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Body::new(snapshot))) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Opens a snapshot of bytes in memory.
///
/// - `bytes`: borrowed; they are copied.
/// - `len`: the number of bytes.
/// - `out`: set to the snapshot. Owned by the caller; destroy it with `ken_snapshot_destroy`.
///
/// Errors: those of `ken_snapshot_open`, but for `KEN_ERR_IO` and `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_open_bytes(
    bytes: *const u8,
    len: usize,
    out: *mut *mut ken_snapshot,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires `len` readable bytes.
        let snapshot = Snapshot::open(unsafe { text::bytes("bytes", bytes, len) }?.to_vec())?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Body::new(snapshot))) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Switches to a newer snapshot if there is one under the name of the file. Calls that begin afterwards use it; calls
/// in flight continue with the old one. A snapshot from bytes does not change.
///
/// Cost while nothing changed: opening the file and reading a few hundred bytes of it, so a worker may refresh before
/// every request. A newer one is opened beside the old one, which takes the memory of both for that long.
///
/// - `snapshot`: borrowed.
/// - `changed`: may be NULL; set to 1 if this call found a newer one, else to 0.
///
/// Errors: `KEN_ERR_CONTRADICTION` if the file is of another base or for another viewer, and those of
/// `ken_snapshot_open`; the old one stays in use. `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_refresh(
    snapshot: *const ken_snapshot,
    changed: *mut u32,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let is_newer = unsafe { handle::body("snapshot", snapshot) }?.refresh()?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { handle::put(changed, is_newer.into()) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The info of a snapshot: its audience, the instant from which it answers, its counts.
///
/// - `snapshot`: borrowed.
/// - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_info(
    snapshot: *const ken_snapshot,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { give_info(out, snapshot.info()) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// The ranking policy that a snapshot was made under.
///
/// - `snapshot`: borrowed.
/// - `out`: set to JSON, as `ken_base_policy` gives it. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_policy(
    snapshot: *const ken_snapshot,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, snapshot.policy()) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// Searches as `ken_base_search` does. The answer's impression names it in feedback to the base.
///
/// - `snapshot`: borrowed.
/// - `request`: borrowed during the call. Its audience is the snapshot's, its entitlements are among the snapshot's,
///   and its instant is the snapshot's or a later one; `KEN_NOW` is by the machine's clock, and not before the snapshot's.
/// - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
///
/// Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
/// made for, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, and those of `ken_base_search` about the request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_search(
    snapshot: *const ken_snapshot,
    request: *const ken_search_request,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a request with readable pointers only.
        let mut asked = unsafe { request::search(request) }?;
        asked.now = or_now(snapshot, asked.now);
        let answer = snapshot.search(&asked)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Answer::Search(answer))) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// Suggests as `ken_base_suggest` does for a text. Notes of cases are not in a snapshot: the text comes from the
/// request. A named case contributes only its failed articles, and is never its own precedent.
///
/// - `snapshot`: borrowed.
/// - `request`: borrowed during the call. Viewer and instant as for `ken_snapshot_search`.
/// - `out`: set to the answer. Owned by the caller; destroy it with `ken_results_destroy`.
///
/// Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
/// made for, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, and those of `ken_base_suggest` about the request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_suggest(
    snapshot: *const ken_snapshot,
    request: *const ken_suggest_request,
    out: *mut *mut ken_results,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a request with readable pointers only.
        let mut asked = unsafe { request::suggest(request) }?;
        asked.now = or_now(snapshot, asked.now);
        let answer = snapshot.suggest(&asked)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Answer::Suggest(answer))) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// Completes a text that is being typed: its last word, with the words of most articles first, and titles with this
/// beginning, shorter ones first. Less than two characters give nothing.
///
/// Cost: a pass over the words with this beginning.
///
/// - `snapshot`: borrowed.
/// - `typed`: borrowed; the text of the field, at most 8 KiB.
/// - `audience`: borrowed; the snapshot's audience.
/// - `entitlements`: borrowed; the viewer's entitlements, `n` names, among the snapshot's.
/// - `n`: their number; 0 for none, and then `entitlements` may be NULL.
/// - `limit`: completions wanted, and titles wanted, 1 to 10000.
/// - `now_ms`: the instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
/// - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the snapshot's, `KEN_ERR_UNKNOWN_NAME` for a viewer it was not
/// made for, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the limit, the instant and the text,
/// `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_complete(
    snapshot: *const ken_snapshot,
    typed: ken_str,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    limit: usize,
    now_ms: i64,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let (typed, viewer) = unsafe {
            let typed = text::text("typed", typed)?;
            (
                typed,
                request::viewer(request::IN_CALL, audience, entitlements, n)?,
            )
        };
        let now = or_now(snapshot, request::instant("now_ms", now_ms)?);
        let found = snapshot.complete(typed, &viewer, limit, now)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &found) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// An article as the snapshot's viewers see it, without owner, author, source, family and sections for narrower
/// audiences.
///
/// - `snapshot`: borrowed.
/// - `article`: borrowed; its id, or that of one merged into it.
/// - `out`: set to JSON, as `ken_base_article` gives it. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_article(
    snapshot: *const ken_snapshot,
    article: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let found = snapshot.article(unsafe { text::text("article", article) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &found) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// The ids of all articles of a snapshot, ascending.
///
/// - `snapshot`: borrowed.
/// - `out`: set to JSON `{"schema":1,"ids":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_article_ids(
    snapshot: *const ken_snapshot,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        let value = listed!(ids: snapshot.article_ids());
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(snapshot, err, work) }
}

/// Takes a part of a split snapshot.
///
/// Called on the thread of the call. It may call the library.
///
/// - `data`: the pointer that was given with the callback.
/// - `name`: the name of a shard; empty for the manifest, which comes last. Valid during the call.
/// - `bytes`: `len` bytes, valid during the call.
/// - `len`: the number of bytes.
///
/// Returns 0 if it took all of them; any other number ends the call with `KEN_ERR_CANCELLED`.
pub type ken_shard_fn = Option<
    unsafe extern "C" fn(data: *mut c_void, name: ken_str, bytes: *const u8, len: usize) -> c_int,
>;

/// Splits a snapshot for pages that load it on demand: into shards of some KiB each and a manifest, which opens it.
///
/// Write each shard under its name into the folder that is named as the file of the manifest with `.d` appended, and the
/// manifest last: `ken_snapshot_open` opens it too. An unchanged shard keeps its name, so it may be cached for ever, and a
/// shard that is there already need not be written again.
///
/// - `bytes`: borrowed; a whole snapshot of `len` bytes.
/// - `len`: the number of bytes.
/// - `take`: the callback that takes the parts.
/// - `data`: handed to it; may be NULL.
///
/// Errors: `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW` and `KEN_ERR_CORRUPT` for the bytes, `KEN_ERR_CANCELLED` if the
/// callback did not take a part, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_split(
    bytes: *const u8,
    len: usize,
    take: ken_shard_fn,
    data: *mut c_void,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        let take = take.ok_or_else(|| text::null("take", "callback"))?;
        // SAFETY: the header requires `len` readable bytes.
        let split = Snapshot::split(unsafe { text::bytes("bytes", bytes, len) }?)?;
        let parts = split
            .shards
            .iter()
            .map(|(name, part)| (name.as_str(), part));
        for (name, part) in parts.chain([("", &split.manifest)]) {
            // SAFETY: the host's function with the host's data; name and bytes live during the call.
            let answer = unsafe { take(data, ken_str::of(name), part.as_ptr(), part.len()) };
            if answer != 0 {
                return Err(Error::new(
                    ErrorCode::Cancelled,
                    "take: the callback did not take a part; what it took before is no whole snapshot",
                ));
            }
        }
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The names of the shards that a manifest refers to, ascending, so that stale ones can be deleted. Readers with an
/// earlier manifest still need its shards. For a whole snapshot: the names that its split would give.
///
/// - `bytes`: borrowed; a manifest, or a whole snapshot, of `len` bytes.
/// - `len`: the number of bytes.
/// - `out`: set to JSON `{"schema":1,"names":[..]}`. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW`, `KEN_ERR_CORRUPT`, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_shard_names(
    bytes: *const u8,
    len: usize,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires `len` readable bytes.
        let names = Snapshot::shard_names(unsafe { text::bytes("bytes", bytes, len) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &listed!(names: names)) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys a snapshot and sets the caller's pointer to NULL. No call may be running on it. Its answers live on.
///
/// - `snapshot`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_destroy(snapshot: *mut *mut ken_snapshot) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(snapshot) });
}
