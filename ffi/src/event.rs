//! Events of readers, agents and the world: one by one, or many in one commit.

use std::ffi::c_int;
use std::mem::offset_of;

use kenpoint::model::{Event, EventKind, EventMembers};
use kenpoint::{Base, Error, Recorded, Result, Timestamp};

use crate::base::{call, ken_base};
use crate::error::ken_error;
use crate::guard::guard_value;
use crate::handle;
use crate::request::{KEN_NOW, instant};
use crate::sized::{self, SizedStruct as _, sized};
use crate::status::ken_status;
use crate::text::{self, ken_str, null};

/// The effect of a write: it was recorded.
pub const KEN_RECORDED_NEW: c_int = 0;
/// The effect of a write: none, since an event with this id is recorded already. It counts once.
pub const KEN_RECORDED_DUPLICATE: c_int = 1;
/// The effect of a write: none, since the put equals the current article.
pub const KEN_RECORDED_UNCHANGED: c_int = 2;

/// An event. Fill it with `ken_event_init` first, then set what differs. Everything it
/// points to is borrowed during the call. `what` lists which of the last five fields a kind has;
/// any other field is an error.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_event {
    /// `sizeof(ken_event)`, set by `ken_event_init`. A shorter one of an earlier header and a longer one of a later
    /// header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// The place of the article in the list, from 1; 0, the default, if there is none.
    pub rank: u32,
    /// The kind of the event. Required. In parentheses the fields it has, optional ones in brackets.
    ///
    /// The kinds, generated from the declaration of the core:
    /// - flagged (article, text: the reason)
    /// - searched (text: the query)
    /// - shown (impression)
    /// - clicked (article, [rank], [impression])
    /// - viewed (article, [impression])
    /// - dwelt (article, value: whole seconds)
    /// - copied (article)
    /// - returned (article, value: seconds after the beginning)
    /// - rated (article, value)
    /// - solved (article)
    /// - did-not-solve (article)
    /// - commented (article, text)
    /// - suggested (impression)
    /// - opened (article)
    /// - accepted (article)
    /// - dismissed (article, text: the reason)
    /// - sent (article)
    /// - escalated
    /// - case-abandoned
    /// - case-drafted
    /// - draft-abandoned (value: seconds after the beginning)
    /// - survey (value: 0 to 1)
    ///
    /// Every other event goes through `ken_base_record_json`.
    pub what: ken_str,
    /// The id of the event, which makes recording it again harmless; empty: the base makes one.
    pub id: ken_str,
    /// When it happened, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub at_ms: i64,
    /// The actor.
    pub actor: ken_str,
    /// The customer it concerns.
    pub party: ken_str,
    /// The visit it belongs to.
    pub session: ken_str,
    /// The case it belongs to.
    pub case_id: ken_str,
    /// The channel.
    pub channel: ken_str,
    /// The audience label of the person who caused it.
    pub audience: ken_str,
    /// The id of the article.
    pub article: ken_str,
    /// The impression of the answer.
    pub impression: ken_str,
    /// A query, a remark, a reason.
    pub text: ken_str,
    /// A number; below 0, the default, if there is none.
    pub value: f64,
}

sized!(
    ken_event,
    offset_of!(ken_event, value) + size_of::<f64>(),
    [
        id, at_ms, actor, party, session, case_id, channel, audience, article, impression, text,
        value
    ],
    ken_event {
        struct_size: 0,
        rank: 0,
        what: ken_str::empty(),
        id: ken_str::empty(),
        at_ms: KEN_NOW,
        actor: ken_str::empty(),
        party: ken_str::empty(),
        session: ken_str::empty(),
        case_id: ken_str::empty(),
        channel: ken_str::empty(),
        audience: ken_str::empty(),
        article: ken_str::empty(),
        impression: ken_str::empty(),
        text: ken_str::empty(),
        value: -1.0,
    }
);

/// Fills an event with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_event_init_sized`.
///
/// - `event`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_event_init(event: *mut ken_event) {
    // SAFETY: the header requires a writable `event` of that layout or NULL.
    guard_value((), || unsafe { sized::init(event, ken_event::FIRST) });
}

/// Fills an event with its defaults, as far as the header of the caller knows it.
///
/// - `event`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_event_init_sized(event: *mut ken_event, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(event, size) });
}

/// The fields of an event that depend on its kind. Each is taken once; one that is left at the end is a mistake.
struct Payload {
    article: Option<String>,
    impression: Option<String>,
    text: Option<String>,
    rank: Option<u32>,
    value: Option<f64>,
}

/// The field of [`ken_event`] that holds a member: a struct has one text and one number for all kinds.
fn field_of(member: &str) -> &str {
    match member {
        "article" | "impression" | "rank" => member,
        "seconds" | "after_s" | "score" | "value" => "value",
        _ => "text",
    }
}

impl EventMembers for Payload {
    fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        Ok(match field_of(name) {
            "article" => self.article.take(),
            "impression" => self.impression.take(),
            _ => self.text.take(),
        })
    }

    fn number(&mut self, _: &'static str) -> Result<Option<f64>> {
        Ok(self.value.take())
    }

    fn count(&mut self, name: &'static str) -> Result<Option<u32>> {
        match field_of(name) {
            "rank" => Ok(self.rank.take()),
            _ => self.value.take().map(whole_seconds).transpose(),
        }
    }

    fn label(&self, name: &str) -> String {
        format!("event.{}", field_of(name))
    }
}

impl Payload {
    fn what(&mut self, name: &str) -> Result<EventKind> {
        EventKind::from_members(name, self)?.ok_or_else(|| {
            Error::invalid(
                "event.what",
                name,
                "it is one of those named at ken_event; every other event goes through ken_base_record_json",
            )
        })
    }

    fn is_used_up(&self, name: &str) -> Result<()> {
        let left = [
            ("article", self.article.is_some()),
            ("impression", self.impression.is_some()),
            ("text", self.text.is_some()),
            ("rank", self.rank.is_some()),
            ("value", self.value.is_some()),
        ];
        match left.iter().find(|(_, is_left)| *is_left) {
            None => Ok(()),
            Some((field, _)) => Err(Error::invalid(
                &format!("event.{field}"),
                "a value",
                &format!("an event `{name}` has no such field; leave it as ken_event_init set it"),
            )),
        }
    }
}

fn whole_seconds(value: f64) -> Result<u32> {
    if value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value) {
        Ok(value as u32)
    } else {
        Err(Error::invalid(
            "event.value",
            value,
            "it is a whole number of seconds",
        ))
    }
}

/// # Safety
/// `event` is NULL or can be read, and so can everything it points to.
pub(crate) unsafe fn read(
    event: *const ken_event,
    now: impl FnOnce() -> Timestamp,
) -> Result<Event> {
    if event.is_null() {
        return Err(null("event", "event"));
    }
    // SAFETY: the same promise.
    let given = unsafe { sized::read("event", event) }?;
    let owned = |field: &str, view: ken_str| {
        // SAFETY: the same promise.
        unsafe { text::optional(field, view) }.map(|text| text.map(str::to_owned))
    };
    // SAFETY: the same promise.
    let what = unsafe { text::text("event.what", given.what) }?;
    let mut payload = Payload {
        article: owned("event.article", given.article)?,
        impression: owned("event.impression", given.impression)?,
        text: owned("event.text", given.text)?,
        rank: (given.rank > 0).then_some(given.rank),
        // Below 0 is none; NaN goes on and is refused.
        value: (given.value >= 0.0 || given.value.is_nan()).then_some(given.value),
    };
    let at = instant("event.at_ms", given.at_ms)?.unwrap_or_else(now);
    let mut event = Event::new(at, payload.what(what)?);
    payload.is_used_up(what)?;
    event.id = owned("event.id", given.id)?.unwrap_or_default();
    event.actor = owned("event.actor", given.actor)?;
    event.party = owned("event.party", given.party)?;
    event.session = owned("event.session", given.session)?;
    event.case = owned("event.case_id", given.case_id)?;
    event.channel = owned("event.channel", given.channel)?;
    event.audience = owned("event.audience", given.audience)?;
    Ok(event)
}

pub(crate) fn recorded_number(outcome: Recorded) -> c_int {
    match outcome {
        Recorded::New => KEN_RECORDED_NEW,
        Recorded::Duplicate => KEN_RECORDED_DUPLICATE,
        Recorded::Unchanged => KEN_RECORDED_UNCHANGED,
    }
}

/// Tells the caller the effect of a write.
///
/// # Safety
/// `out` is NULL or can be written.
pub(crate) unsafe fn outcome(out: *mut c_int, done: Recorded) -> Result<()> {
    // SAFETY: the same promise.
    unsafe { handle::put(out, recorded_number(done)) };
    Ok(())
}

/// Records an event. The next answer already differs; no byte of the text index changes for feedback.
///
/// It is durable when the call returns, but for events of reading (searched, shown, clicked, viewed,
/// dwelt, copied, returned, suggested, opened): those are durable with the next durable write or flush.
///
/// - `base`: borrowed.
/// - `event`: borrowed during the call.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a field, `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`,
/// `KEN_ERR_INVALID_IMPRESSION`, `KEN_ERR_INVALID_TRANSITION`, `KEN_ERR_UNKNOWN_NAME`, `KEN_ERR_MEMORY_LIMIT`,
/// `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_record(
    base: *const ken_base,
    event: *const ken_event,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires an event with readable views, or NULL.
        let done = base.record(unsafe { read(event, || base.now()) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Records many events in one commit, all or none.
///
/// - `base`: borrowed.
/// - `events`: borrowed during the call; `n` events.
/// - `n`: their number; 0 does nothing.
/// - `recorded`: may be NULL; else `n` places, each set to one of `KEN_RECORDED_*`.
///
/// Errors: those of `ken_base_record`, of the first event that is refused; `ken_error_item` gives each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_record_all(
    base: *const ken_base,
    events: *const ken_event,
    n: usize,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires `n` readable events with readable views.
        let events =
            unsafe { sized::each("events", events, n, |event| read(event, || base.now())) }?;
        let events = all(events).map_err(|error| error.in_list("events"))?;
        // SAFETY: the header requires writable pointers or NULL.
        unsafe { outcomes(recorded, base.record_all(events)?) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Records many events in one commit, all or none, as they arrived at an instant: for a host that keeps the log elsewhere
/// and repeats it, in order of time. Views of the past (`ken_base_as_of`) see them from that instant on.
///
/// - `base`: borrowed.
/// - `events`: borrowed during the call; `n` events.
/// - `n`: their number; 0 does nothing.
/// - `arrived_ms`: the instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`.
/// - `recorded`: may be NULL; else `n` places, each set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_OUT_OF_HISTORY` for an instant before the last record, and those of `ken_base_record_all`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_record_arrived(
    base: *const ken_base,
    events: *const ken_event,
    n: usize,
    arrived_ms: i64,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        let arrived = instant("arrived_ms", arrived_ms)?.unwrap_or_else(|| base.now());
        // SAFETY: the header requires `n` readable events with readable views.
        let events = unsafe { sized::each("events", events, n, |event| read(event, || arrived)) }?;
        let events = all(events).map_err(|error| error.in_list("events"))?;
        // SAFETY: the header requires writable pointers or NULL.
        unsafe { outcomes(recorded, base.record_arrived(events, arrived)?) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Records events of any kind in one commit, all or none.
///
/// - `base`: borrowed.
/// - `events`: borrowed; JSON `{"events":[..]}`, see docs/json.md. An event without `at` happens now.
/// - `n`: may be NULL; set to the number of new ones.
///
/// Errors: `KEN_ERR_INVALID_RECORD` if the JSON is not a list of events, and those of `ken_base_record`, of the first event
/// that is refused; `ken_error_item` gives each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_record_json(
    base: *const ken_base,
    events: ken_str,
    n: *mut usize,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a readable view.
        let events = unsafe { text::text("events", events) }?;
        let events = kenpoint::exchange::json::events(events, base.now())?;
        let done = base.record_all(events)?;
        let new = done.iter().filter(|one| **one == Recorded::New).count();
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { handle::put(n, new) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The items of a list, or the errors of all that have one.
fn all<T>(items: Vec<Result<T>>) -> Result<Vec<T>> {
    let (mut read, mut failed) = (Vec::with_capacity(items.len()), Vec::new());
    for (i, item) in items.into_iter().enumerate() {
        match item {
            Ok(item) => read.push(item),
            Err(error) => failed.push((i, error)),
        }
    }
    match failed.is_empty() {
        true => Ok(read),
        false => Err(Error::of_items(failed)),
    }
}

/// # Safety
/// `out` is NULL or can be written for each of them.
unsafe fn outcomes(out: *mut c_int, done: Vec<Recorded>) -> Result<()> {
    if !out.is_null() {
        for (i, one) in done.into_iter().enumerate() {
            // SAFETY: the same promise.
            unsafe { handle::put(out.add(i), recorded_number(one)) };
        }
    }
    Ok(())
}
