//! Drafts of cases and entries as structs, for a host that writes no JSON.

use std::ffi::c_int;
use std::mem::offset_of;

use kenpoint::model::{CaseDraft, CaseKind, EntryDraft, ProductItem, Reuse};
use kenpoint::{Base, Result};

use crate::base::{call, ken_base};
use crate::error::ken_error;
use crate::event::outcome;
use crate::guard::guard_value;
use crate::request::{KEN_NOW, instant, ken_product, zero};
use crate::sized::{self, SizedStruct as _, sized};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// An entry of a case: one to add, or one that `ken_case_entry` tells. Fill it with `ken_entry_init` first. What an added
/// one points to is borrowed during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_entry {
    /// `sizeof(ken_entry)`, set by `ken_entry_init`. A shorter one of an earlier header and a longer one of a later header
    /// are used too; see STRUCTS at the top.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The text, plain or CommonMark. Required.
    pub text: ken_str,
    /// The permitted reuse: `case-only`, or the role of the section that the text may become: issue, environment, cause,
    /// resolution, summary, note. Required.
    pub reuse: ken_str,
    /// The id of the author; empty if it is not known.
    pub author: ken_str,
    /// The instant, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub at_ms: i64,
}

sized!(
    ken_entry,
    offset_of!(ken_entry, at_ms) + size_of::<i64>(),
    [author, at_ms],
    ken_entry {
        struct_size: 0,
        reserved: 0,
        text: ken_str::empty(),
        reuse: ken_str::empty(),
        author: ken_str::empty(),
        at_ms: KEN_NOW,
    }
);

/// Fills an entry with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_entry_init_sized`.
///
/// - `entry`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_entry_init(entry: *mut ken_entry) {
    // SAFETY: the header requires a writable `entry` of that layout or NULL.
    guard_value((), || unsafe { sized::init(entry, ken_entry::FIRST) });
}

/// Fills an entry with its defaults, as far as the header of the caller knows it.
///
/// - `entry`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_entry_init_sized(entry: *mut ken_entry, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(entry, size) });
}

/// A case to open. Fill it with `ken_case_draft_init` first, then set what differs. Everything it points to is borrowed
/// during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_case_draft {
    /// `sizeof(ken_case_draft)`, set by `ken_case_draft_init`. A shorter one of an earlier header and a longer one of a
    /// later header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The id, chosen by the host. Required.
    pub id: ken_str,
    /// service, sales, marketing or community; empty: service.
    pub kind: ken_str,
    /// The channel: phone, email, web, chat...
    pub channel: ken_str,
    /// The customer: an account or person id of the host.
    pub party: ken_str,
    /// The self-service visit before the case.
    pub session: ken_str,
    /// The products in question, `n_items` of them, 0 to 256.
    pub items: *const ken_product,
    /// The number of `items`.
    pub n_items: usize,
    /// The first entries, `n_entries` of them.
    pub entries: *const ken_entry,
    /// The number of `entries`.
    pub n_entries: usize,
    /// The instant of opening, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub opened_ms: i64,
}

sized!(
    ken_case_draft,
    offset_of!(ken_case_draft, opened_ms) + size_of::<i64>(),
    [
        kind, channel, party, session, items, n_items, entries, n_entries, opened_ms
    ],
    ken_case_draft {
        struct_size: 0,
        reserved: 0,
        id: ken_str::empty(),
        kind: ken_str::empty(),
        channel: ken_str::empty(),
        party: ken_str::empty(),
        session: ken_str::empty(),
        items: std::ptr::null(),
        n_items: 0,
        entries: std::ptr::null(),
        n_entries: 0,
        opened_ms: KEN_NOW,
    }
);

/// Fills a case draft with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_case_draft_init_sized`.
///
/// - `draft`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_draft_init(draft: *mut ken_case_draft) {
    // SAFETY: the header requires a writable `draft` of that layout or NULL.
    guard_value((), || unsafe { sized::init(draft, ken_case_draft::FIRST) });
}

/// Fills a case draft with its defaults, as far as the header of the caller knows it.
///
/// - `draft`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_draft_init_sized(draft: *mut ken_case_draft, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(draft, size) });
}

/// # Safety
/// `entry` is NULL or can be read, and so can everything it points to.
unsafe fn entry_of(entry: *const ken_entry) -> Result<EntryDraft> {
    // SAFETY: the same promise.
    unsafe {
        let given = sized::read("entry", entry)?;
        zero("entry.reserved", given.reserved)?;
        let reuse = text::text("entry.reuse", given.reuse)?.parse::<Reuse>()?;
        let mut draft = EntryDraft::new(reuse, text::text("entry.text", given.text)?);
        draft.author = text::optional("entry.author", given.author)?.map(str::to_owned);
        draft.at = instant("entry.at_ms", given.at_ms)?;
        Ok(draft)
    }
}

/// # Safety
/// `draft` is NULL or can be read, and so can everything it points to.
unsafe fn case_of(draft: *const ken_case_draft) -> Result<CaseDraft> {
    // SAFETY: the same promise.
    unsafe {
        let given = sized::read("draft", draft)?;
        zero("draft.reserved", given.reserved)?;
        let owned = |field: &str, view: ken_str| {
            text::optional(field, view).map(|text| text.map(str::to_owned))
        };
        let kind = match text::optional("draft.kind", given.kind)? {
            Some(name) => name.parse::<CaseKind>()?,
            None => CaseKind::Service,
        };
        let mut case = CaseDraft::new(text::text("draft.id", given.id)?, kind);
        case.channel = owned("draft.channel", given.channel)?;
        case.party = owned("draft.party", given.party)?;
        case.session = owned("draft.session", given.session)?;
        case.opened = instant("draft.opened_ms", given.opened_ms)?;
        for item in text::array("draft.items", given.items, given.n_items)? {
            let id = text::text("draft.items.id", item.id)?;
            let version = text::optional("draft.items.version", item.version)?;
            let product = ProductItem::new(id);
            case.products.push(match version {
                Some(version) => product.version(version)?,
                None => product,
            });
        }
        let entries = sized::each("draft.entries", given.entries, given.n_entries, |entry| {
            entry_of(entry)
        })?;
        for (i, entry) in entries.into_iter().enumerate() {
            let entry = entry.map_err(|error| error.at(format_args!("draft.entries[{i}]")))?;
            case.entries.push(entry);
        }
        Ok(case)
    }
}

/// Opens a case, as `ken_base_open_case` does, out of a struct.
///
/// - `base`: borrowed.
/// - `draft`: borrowed during the call.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a field, `KEN_ERR_ALREADY_EXISTS`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_open_case_draft(
    base: *const ken_base,
    draft: *const ken_case_draft,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a draft with readable views, or NULL.
        let done = base.open_case(unsafe { case_of(draft) }?)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Adds a note to a case, as `ken_base_note` does, out of a struct.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `entry`: borrowed during the call.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE` and `KEN_ERR_TOO_LARGE` for a field,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_note_draft(
    base: *const ken_base,
    case_id: ken_str,
    entry: *const ken_entry,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires an entry with readable views, or NULL, and a readable view.
        let (case_id, entry) = unsafe { (text::text("case_id", case_id)?, entry_of(entry)?) };
        let done = base.note(case_id, entry)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
