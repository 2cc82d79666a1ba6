//! `ken_visit`: the events of a self-service visit, its outcome, and its handoff to the base.

use kenpoint::model::{EventBatch, Handoff, ProductItem, Viewer};
use kenpoint::{Base, Clock, Error, Result, Snapshot, SystemClock, Visit};
use serde::Deserialize;

use crate::base::{self, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::event::{self, ken_event};
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::json;
use crate::request::{self, instant};
use crate::snapshot::{self, ken_snapshot};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// A self-service visit: it numbers its events, so that each counts once in the base, however often
/// it arrives. It writes nothing. Owned by the caller, who destroys it with `ken_visit_destroy`; it depends on no
/// other object. Not for two threads at once. As JSON it outlives its process: see `ken_visit_json`.
pub struct ken_visit {
    _opaque: [u8; 0],
}

impl Object for ken_visit {
    type Body = Visit;
    const TAG: &'static [u8; 8] = b"kenvisit";
    const NAME: &'static str = "ken_visit";
}

/// The known facts about the visitor; keys that are left out stay.
#[derive(Deserialize)]
struct Visitor {
    party: Option<String>,
    channel: Option<String>,
    #[serde(default)]
    products: Vec<ProductItem>,
}

/// Runs a call that changes a visit.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed and that nobody else uses meanwhile; `err`
/// is NULL or can be written.
unsafe fn call(
    object: *mut ken_visit,
    err: *mut *mut ken_error,
    work: impl FnOnce(&mut Visit) -> Result<()>,
) -> ken_status {
    // SAFETY: the same promise.
    let work = || work(unsafe { handle::body_mut("visit", object) }?);
    // SAFETY: the same promise.
    unsafe { guard(err, work) }
}

/// Begins a visit to pages that are answered from a snapshot.
///
/// - `snapshot`: borrowed.
/// - `session_id`: borrowed; unique among all visits, at most 224 bytes.
/// - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the id, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`,
/// `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_visit(
    snapshot: *const ken_snapshot,
    session_id: ken_str,
    out: *mut *mut ken_visit,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let visit = snapshot.visit(unsafe { text::text("session_id", session_id) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(visit)) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { snapshot::call(snapshot, err, work) }
}

/// Begins a visit to pages that are answered from the base itself.
///
/// - `base`: borrowed.
/// - `session_id`: borrowed; unique among all visits, at most 224 bytes.
/// - `audience`: borrowed; the visitor's audience: a label of the base's audiences.
/// - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for the id, `KEN_ERR_UNKNOWN_NAME` for an audience the base has
/// not, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_visit(
    base: *const ken_base,
    session_id: ken_str,
    audience: ken_str,
    out: *mut *mut ken_visit,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let (session, audience) = unsafe {
            (
                text::text("session_id", session_id)?,
                text::text("audience", audience)?,
            )
        };
        let visit = base.visit(session, &Viewer::new(audience))?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(visit)) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { base::call(base, err, work) }
}

/// Resumes a visit from its text form.
///
/// - `json`: borrowed; the text of `ken_visit_json`.
/// - `out`: set to the visit. Owned by the caller; destroy it with `ken_visit_destroy`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a visit, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a
/// field, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_resume(
    json: ken_str,
    out: *mut *mut ken_visit,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let visit = unsafe { json::read::<Visit>("json", json) }?;
        visit.check()?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(visit)) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The text form of a visit, for a host without memory between requests. `ken_visit_resume` reads it.
///
/// - `visit`: borrowed.
/// - `out`: set to JSON. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_json(
    visit: *const ken_visit,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let visit = unsafe { handle::body("visit", visit) }?;
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, visit) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Sets the visitor's party, channel and products, as far as known. They hold for the events from here on.
///
/// - `visit`: changed.
/// - `visitor`: borrowed; JSON `{"party":..,"channel":..,"products":[{"id":..,"version":..}]}`, each key optional;
///   keys that are left out stay, and products are added.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a visitor, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a
/// field, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_set(
    visit: *mut ken_visit,
    visitor: ken_str,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |visit: &mut Visit| {
        // SAFETY: the header requires a readable view.
        let visitor = unsafe { json::read::<Visitor>("visitor", visitor) }?;
        let mut known = visit.clone();
        if let Some(party) = visitor.party {
            known = known.party(party);
        }
        if let Some(channel) = visitor.channel {
            known = known.channel(channel);
        }
        known = visitor.products.into_iter().fold(known, Visit::product);
        known.check()?;
        *visit = known;
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(visit, err, work) }
}

/// Records an event of the visitor: a search, a list shown, an article opened, a rating. `ken_visit_take_events` takes
/// it to the base.
///
/// - `visit`: changed.
/// - `event`: borrowed during the call. Id, session, party, channel and audience are the visit's: leave them as
///   `ken_event_init` set them, and actor and case as well. `KEN_NOW` asks the machine's clock.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a field, and for events that no visitor causes; `KEN_ERR_TOO_LARGE` for a field, and after
/// 2000 events; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_record(
    visit: *mut ken_visit,
    event: *const ken_event,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |visit: &mut Visit| {
        // SAFETY: the header requires an event with readable views, or NULL.
        let event = unsafe { event::read(event, || SystemClock.now()) }?;
        let set = [
            ("id", !event.id.is_empty()),
            ("actor", event.actor.is_some()),
            ("party", event.party.is_some()),
            ("session", event.session.is_some()),
            ("case_id", event.case.is_some()),
            ("channel", event.channel.is_some()),
            ("audience", event.audience.is_some()),
        ];
        if let Some((field, _)) = set.iter().find(|(_, is_set)| *is_set) {
            return Err(Error::invalid(
                &format!("event.{field}"),
                "a value",
                "it is the visit's own; leave it as ken_event_init set it",
            ));
        }
        visit.record(event.at, event.what)
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(visit, err, work) }
}

/// The events of a visit since the last call, for `ken_base_merge_events`. A batch that is lost on the way is still in the
/// handoff; events that arrive twice count once.
///
/// - `visit`: changed.
/// - `out`: set to JSON of a batch, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_take_events(
    visit: *mut ken_visit,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |visit: &mut Visit| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &visit.take_events()) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(visit, err, work) }
}

/// The outcome of a visit so far. A visitor who leaves silently does not count as helped.
///
/// - `visit`: borrowed.
/// - `out`: set to JSON `{"schema":1,"ended":"solved","article":".."}`, or with `handed-over` or `silent` and no article.
///   Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_outcome(
    visit: *const ken_visit,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let visit = unsafe { handle::body("visit", visit) }?;
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &visit.outcome()) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Hands an unmet need over to an agent: the visitor's words, and the articles shown and tried, for
/// `ken_base_open_handoff`.
///
/// - `visit`: changed.
/// - `at_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, by the machine's clock.
/// - `message`: borrowed; the customer's message, at most 4 MiB; may be empty.
/// - `out`: set to JSON of a handoff, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for the instant, `KEN_ERR_TOO_LARGE` for the message, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_hand_over(
    visit: *mut ken_visit,
    at_ms: i64,
    message: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |visit: &mut Visit| {
        handle::wanted("out", out)?;
        let at = instant("at_ms", at_ms)?.unwrap_or_else(|| SystemClock.now());
        // SAFETY: the header requires a readable view.
        let handoff = visit.hand_over(at, unsafe { text::text("message", message) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &handoff) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(visit, err, work) }
}

/// Destroys a visit and sets the caller's pointer to NULL. Events that were not taken are lost.
///
/// - `visit`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_visit_destroy(visit: *mut *mut ken_visit) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(visit) });
}

/// Merges the events of readers, each exactly once: an event with a known id changes nothing. They are durable when the
/// call returns.
///
/// A batch comes from a page and is not trusted. It may hold only events of readers, about articles that the viewer may
/// see, and that were valid when the event happened. Every event counts as one of `audience`. If that label reads cases,
/// events may concern cases, and their actors are accepted. An event more than a day ahead of the base's clock is
/// rejected. The report lists rejected events; the others count. In the log, the ids of these events begin with `page:`.
///
/// - `base`: borrowed.
/// - `batch`: borrowed; JSON of a batch, as `ken_visit_take_events` gives it.
/// - `audience`: borrowed; the readers' audience: a label of the base's audiences.
/// - `entitlements`: borrowed; the readers' entitlements, `n` names.
/// - `n`: their number; 0 for none, and then `entitlements` may be NULL.
/// - `merged`: may be NULL; set to JSON `{"schema":1,"new":..,"duplicates":..,"rejected":[..]}`. Owned by the caller; destroy it
///   with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a batch, `KEN_ERR_UNKNOWN_NAME` for an audience the base has not,
/// `KEN_ERR_CONTRADICTION` for a batch of another base; `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`,
/// `KEN_ERR_POISONED`, after which part of it may be in the base, and the call may be made again; and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_merge_events(
    base: *const ken_base,
    batch: ken_str,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    merged: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (batch, viewer) = unsafe {
            let batch = json::read::<EventBatch>("batch", batch)?;
            let names = ["audience", "entitlements"];
            (batch, request::viewer(names, audience, entitlements, n)?)
        };
        let done = base.merge_events(&batch, viewer)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(merged, &done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { base::call(base, err, work) }
}

/// Merges the events of a visit, as `ken_base_merge_events` does, and opens a case of the handoff. The customer's
/// messages are its issue; without a message, the queries are, which are notes of the case otherwise. It has the
/// products, the party, the channel and the session. `ken_base_suggest` for that case leaves out the articles that the
/// customer said did not solve it. The same handoff for the same case changes nothing.
///
/// - `base`: borrowed.
/// - `handoff`: borrowed; JSON of a handoff, as `ken_visit_hand_over` gives it.
/// - `case_id`: borrowed; the id of the new case.
/// - `audience`: borrowed; the visitor's audience: a label of the base's audiences.
/// - `entitlements`: borrowed; the visitor's entitlements, `n` names.
/// - `n`: their number; 0 for none, and then `entitlements` may be NULL.
/// - `merged`: may be NULL; set to JSON, as `ken_base_merge_events` gives it. Owned by the caller; destroy it with
///   `ken_buf_destroy`.
///
/// Errors: those of `ken_base_merge_events` and of `ken_base_open_case`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_open_handoff(
    base: *const ken_base,
    handoff: ken_str,
    case_id: ken_str,
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
    merged: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (handoff, case, viewer) = unsafe {
            let names = ["audience", "entitlements"];
            (
                json::read::<Handoff>("handoff", handoff)?,
                text::text("case_id", case_id)?,
                request::viewer(names, audience, entitlements, n)?,
            )
        };
        let done = base.open_handoff(&handoff, case, viewer)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { buf::give_json(merged, &done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { base::call(base, err, work) }
}
