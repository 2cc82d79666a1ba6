//! `ken_article` and `ken_case`: an article with its sections and a case with its entries, walked without parsing.

use std::ffi::c_int;
use std::mem::offset_of;

use kenpoint::model::{Article, Case, Reuse};
use kenpoint::{Base, Error, Result, Snapshot, Timestamp};

use crate::base::{self, ken_base};
use crate::case::{KEN_NO, KEN_UNKNOWN, KEN_YES};
use crate::draft::ken_entry;
use crate::error::ken_error;
use crate::guard::{guard, guard_value};
use crate::handle::{self, Object};
use crate::request::{KEN_NOW, ken_product};
use crate::results::out_of;
use crate::sized::{self, SizedStruct as _, sized};
use crate::snapshot::{self, ken_snapshot};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// An article with its text. Owned by the caller, who destroys it with `ken_article_destroy`; it depends on no other
/// object. What its functions give lives as long as it does. It may be read from many threads at once.
pub struct ken_article {
    _opaque: [u8; 0],
}

impl Object for ken_article {
    type Body = Article;
    const TAG: &'static [u8; 8] = b"kenartic";
    const NAME: &'static str = "ken_article";
}

/// A case with its entries. Owned by the caller, who destroys it with `ken_case_destroy`; it depends on no other object.
/// The texts that its functions give live as long as it does. It may be read from many threads at once.
pub struct ken_case {
    _opaque: [u8; 0],
}

impl Object for ken_case {
    type Body = Ticket;
    const TAG: &'static [u8; 8] = b"ken_case";
    const NAME: &'static str = "ken_case";
}

/// A case, with the texts that it does not hold as such.
pub(crate) struct Ticket {
    case: Case,
    versions: Vec<String>,
}

/// An article without its sections. Fill it with `ken_article_info_init`, then `ken_article_describe` writes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_article_info {
    /// `sizeof(ken_article_info)`, set by `ken_article_info_init`; see STRUCTS at the top.
    pub struct_size: u32,
    /// The number of its current version, from 1.
    pub version: u32,
    /// Its id.
    pub id: ken_str,
    /// Its title, one line.
    pub title: ken_str,
    /// Its kind: product, process, company, competitive, general, analytical, crm, community.
    pub kind: ken_str,
    /// Its language tag.
    pub language: ken_str,
    /// The label of its widest audience.
    pub audience: ken_str,
    /// Its confidence: work-in-progress, not-validated, validated, archived.
    pub confidence: ken_str,
    /// The person who is responsible for it; empty if it has none.
    pub owner: ken_str,
    /// The person who wrote this version; empty if it is not known.
    pub author: ken_str,
    /// The number of sections that `ken_article_section` gives.
    pub n_sections: usize,
    /// When it was first written, in milliseconds since 1970-01-01T00:00:00Z.
    pub created_ms: i64,
    /// When it was last changed in substance.
    pub edited_ms: i64,
    /// When it was last verified; `KEN_NOW` if it never was.
    pub verified_ms: i64,
}

sized!(
    ken_article_info,
    offset_of!(ken_article_info, verified_ms) + size_of::<i64>(),
    [
        kind,
        language,
        audience,
        confidence,
        owner,
        author,
        n_sections,
        created_ms,
        edited_ms,
        verified_ms
    ],
    ken_article_info {
        struct_size: 0,
        version: 0,
        id: ken_str::empty(),
        title: ken_str::empty(),
        kind: ken_str::empty(),
        language: ken_str::empty(),
        audience: ken_str::empty(),
        confidence: ken_str::empty(),
        owner: ken_str::empty(),
        author: ken_str::empty(),
        n_sections: 0,
        created_ms: KEN_NOW,
        edited_ms: KEN_NOW,
        verified_ms: KEN_NOW,
    }
);

/// A section of an article. Fill it with `ken_section_init`, then `ken_article_section` writes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_section {
    /// `sizeof(ken_section)`, set by `ken_section_init`; see STRUCTS at the top.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Its role: issue, environment, cause, resolution, summary, note.
    pub role: ken_str,
    /// Its heading, as the author wrote it; empty if it has none.
    pub heading: ken_str,
    /// Its text, CommonMark with tables; `ken_markdown_to_html` shows it. In a snapshot for pages it is HTML.
    pub text: ken_str,
    /// The label of its narrower audience; empty for that of the article.
    pub audience: ken_str,
}

sized!(
    ken_section,
    offset_of!(ken_section, audience) + size_of::<ken_str>(),
    [text, audience],
    ken_section {
        struct_size: 0,
        reserved: 0,
        role: ken_str::empty(),
        heading: ken_str::empty(),
        text: ken_str::empty(),
        audience: ken_str::empty(),
    }
);

/// A case without its entries. Fill it with `ken_case_info_init`, then `ken_case_describe` writes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_case_info {
    /// `sizeof(ken_case_info)`, set by `ken_case_info_init`; see STRUCTS at the top.
    pub struct_size: u32,
    /// First-contact resolution: `KEN_YES`, `KEN_NO` or `KEN_UNKNOWN`.
    pub first_contact: c_int,
    /// Its id.
    pub id: ken_str,
    /// Its kind: service, sales, marketing, community.
    pub kind: ken_str,
    /// Its status: open, waiting, resolved, closed, reopened, abandoned.
    pub status: ken_str,
    /// The channel it came through; empty if it is not known.
    pub channel: ken_str,
    /// The customer; empty if it is not known.
    pub party: ken_str,
    /// The self-service visit before it; empty if there was none.
    pub session: ken_str,
    /// The number of products that `ken_case_item` gives.
    pub n_items: usize,
    /// The number of entries that `ken_case_entry` gives.
    pub n_entries: usize,
    /// When it was opened, in milliseconds since 1970-01-01T00:00:00Z.
    pub opened_ms: i64,
    /// When it was last resolved or closed; `KEN_NOW` if it never was.
    pub done_ms: i64,
}

sized!(
    ken_case_info,
    offset_of!(ken_case_info, done_ms) + size_of::<i64>(),
    [
        kind, status, channel, party, session, n_items, n_entries, opened_ms, done_ms
    ],
    ken_case_info {
        struct_size: 0,
        first_contact: KEN_UNKNOWN,
        id: ken_str::empty(),
        kind: ken_str::empty(),
        status: ken_str::empty(),
        channel: ken_str::empty(),
        party: ken_str::empty(),
        session: ken_str::empty(),
        n_items: 0,
        n_entries: 0,
        opened_ms: KEN_NOW,
        done_ms: KEN_NOW,
    }
);

/// Fills an article's description with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_article_info_init_sized`.
///
/// - `info`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_article_info_init(info: *mut ken_article_info) {
    // SAFETY: the header requires a writable `info` of that layout or NULL.
    guard_value((), || unsafe { sized::init(info, ken_article_info::FIRST) });
}

/// Fills an article's description with its defaults, as far as the header of the caller knows it.
///
/// - `info`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_article_info_init_sized(info: *mut ken_article_info, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(info, size) });
}

/// Fills a section with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_section_init_sized`.
///
/// - `section`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_section_init(section: *mut ken_section) {
    // SAFETY: the header requires a writable `section` of that layout or NULL.
    guard_value((), || unsafe { sized::init(section, ken_section::FIRST) });
}

/// Fills a section with its defaults, as far as the header of the caller knows it.
///
/// - `section`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_section_init_sized(section: *mut ken_section, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(section, size) });
}

/// Fills a case's description with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_case_info_init_sized`.
///
/// - `info`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_info_init(info: *mut ken_case_info) {
    // SAFETY: the header requires a writable `info` of that layout or NULL.
    guard_value((), || unsafe { sized::init(info, ken_case_info::FIRST) });
}

/// Fills a case's description with its defaults, as far as the header of the caller knows it.
///
/// - `info`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_info_init_sized(info: *mut ken_case_info, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(info, size) });
}

fn optional(text: &Option<String>) -> ken_str {
    text.as_deref().map_or(ken_str::empty(), ken_str::of)
}

fn ms(at: Option<Timestamp>) -> i64 {
    at.map_or(KEN_NOW, Timestamp::ms)
}

/// Reads an article by its id, or by that of an article merged into it, as `ken_base_article` does.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `out`: set to the article. Owned by the caller; destroy it with `ken_article_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_read_article(
    base: *const ken_base,
    article: ken_str,
    out: *mut *mut ken_article,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let found = base.article(unsafe { text::text("article", article) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(found)) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { base::call(base, err, work) }
}

/// Reads an article as the snapshot's viewers see it, as `ken_snapshot_article` does.
///
/// - `snapshot`: borrowed.
/// - `article`: borrowed; its id, or that of one merged into it.
/// - `out`: set to the article. Owned by the caller; destroy it with `ken_article_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT` and `KEN_ERR_IO` for its file, `KEN_ERR_NULL_ARGUMENT`,
/// `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_snapshot_read_article(
    snapshot: *const ken_snapshot,
    article: ken_str,
    out: *mut *mut ken_article,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |snapshot: &Snapshot| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let found = snapshot.article(unsafe { text::text("article", article) }?)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(found)) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { snapshot::call(snapshot, err, work) }
}

/// Reads a case with its entries, as `ken_base_case` does.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `out`: set to the case. Owned by the caller; destroy it with `ken_case_destroy`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_read_case(
    base: *const ken_base,
    case_id: ken_str,
    out: *mut *mut ken_case,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a readable view.
        let case = base.case(unsafe { text::text("case_id", case_id) }?)?;
        let version = |item: &kenpoint::model::ProductItem| match &item.version {
            Some(version) => version.to_string(),
            None => String::new(),
        };
        let versions = case.products.iter().map(version).collect();
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, handle::give(Ticket { case, versions })) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { base::call(base, err, work) }
}

/// Tells all of an article but its sections.
///
/// - `article`: borrowed.
/// - `out`: filled by `ken_article_info_init` before; written. What it points to belongs to `article`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a struct that was not filled before, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_article_describe(
    article: *const ken_article,
    out: *mut ken_article_info,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let found = unsafe { handle::body("article", article) }?;
        let info = ken_article_info {
            struct_size: 0,
            version: found.version,
            id: ken_str::of(&found.id),
            title: ken_str::of(&found.title),
            kind: ken_str::of(found.kind.as_str()),
            language: ken_str::of(&found.language),
            audience: ken_str::of(&found.audience),
            confidence: ken_str::of(found.confidence.as_str()),
            owner: optional(&found.owner),
            author: optional(&found.author),
            n_sections: found.sections.len(),
            created_ms: found.created.ms(),
            edited_ms: found.edited.ms(),
            verified_ms: ms(found.verified),
        };
        // SAFETY: the header requires a struct that its init function filled, or NULL.
        unsafe { sized::write("out", out, info) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// A section of an article.
///
/// - `article`: borrowed.
/// - `i`: its place, from 0, in the order of the text.
/// - `out`: filled by `ken_section_init` before; written. What it points to belongs to `article`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such section, or for a struct that was not filled before,
/// `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_article_section(
    article: *const ken_article,
    i: usize,
    out: *mut ken_section,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let sections = &unsafe { handle::body("article", article) }?.sections;
        let found = item("i", sections, i)?;
        let section = ken_section {
            struct_size: 0,
            reserved: 0,
            role: ken_str::of(found.role.as_str()),
            heading: optional(&found.heading),
            text: ken_str::of(&found.text),
            audience: optional(&found.audience),
        };
        // SAFETY: the header requires a struct that its init function filled, or NULL.
        unsafe { sized::write("out", out, section) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys an article that was read and sets the caller's pointer to NULL. The article in the base stays.
///
/// - `article`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_article_destroy(article: *mut *mut ken_article) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(article) });
}

/// Tells all of a case but its products and entries.
///
/// - `ticket`: borrowed; the case.
/// - `out`: filled by `ken_case_info_init` before; written. What it points to belongs to `ticket`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` for a struct that was not filled before, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_describe(
    ticket: *const ken_case,
    out: *mut ken_case_info,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let found = &unsafe { handle::body("ticket", ticket) }?.case;
        let info = ken_case_info {
            struct_size: 0,
            first_contact: match found.first_contact {
                Some(true) => KEN_YES,
                Some(false) => KEN_NO,
                None => KEN_UNKNOWN,
            },
            id: ken_str::of(&found.id),
            kind: ken_str::of(found.kind.as_str()),
            status: ken_str::of(found.status.as_str()),
            channel: optional(&found.channel),
            party: optional(&found.party),
            session: optional(&found.session),
            n_items: found.products.len(),
            n_entries: found.entries.len(),
            opened_ms: found.opened.ms(),
            done_ms: ms(found.done),
        };
        // SAFETY: the header requires a struct that its init function filled, or NULL.
        unsafe { sized::write("out", out, info) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// A product of a case.
///
/// - `ticket`: borrowed; the case.
/// - `i`: its place, from 0.
/// - `out`: written. What it points to belongs to `ticket`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such product, `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_item(
    ticket: *const ken_case,
    i: usize,
    out: *mut ken_product,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a handle or NULL.
        let found = unsafe { handle::body("ticket", ticket) }?;
        let product = ken_product {
            id: ken_str::of(&item("i", &found.case.products, i)?.id),
            version: ken_str::of(item("i", &found.versions, i)?),
        };
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out, product) };
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// An entry of a case.
///
/// - `ticket`: borrowed; the case.
/// - `i`: its place, from 0, in the order of time.
/// - `out`: filled by `ken_entry_init` before; written. What it points to belongs to `ticket`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` if there is no such entry, or for a struct that was not filled before,
/// `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_entry(
    ticket: *const ken_case,
    i: usize,
    out: *mut ken_entry,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let entries = &unsafe { handle::body("ticket", ticket) }?.case.entries;
        let found = item("i", entries, i)?;
        let entry = ken_entry {
            struct_size: 0,
            reserved: 0,
            text: ken_str::of(&found.text),
            reuse: ken_str::of(match found.reuse {
                Reuse::CaseOnly => "case-only",
                Reuse::Section(role) => role.as_str(),
            }),
            author: optional(&found.author),
            at_ms: found.at.ms(),
        };
        // SAFETY: the header requires a struct that its init function filled, or NULL.
        unsafe { sized::write("out", out, entry) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys a case that was read and sets the caller's pointer to NULL. The case in the base stays.
///
/// - `ticket`: the case; may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_case_destroy(ticket: *mut *mut ken_case) {
    // SAFETY: the header requires a pointer to a handle or to NULL, or NULL.
    guard_value((), || unsafe { handle::destroy(ticket) });
}

fn item<'a, T>(field: &str, items: &'a [T], i: usize) -> Result<&'a T> {
    items
        .get(i)
        .ok_or_else(|| -> Error { out_of(field, i, items.len()) })
}
