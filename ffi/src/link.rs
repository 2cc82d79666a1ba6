//! Links: the articles of a case, by the part they played.

use std::ffi::c_int;
use std::mem::offset_of;

use kenpoint::model::{DismissReason, LinkDraft, LinkType, Provenance, Verdict};
use kenpoint::{Base, Result};

use crate::base::{call, ken_base};
use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::event::outcome;
use crate::guard::guard_value;
use crate::handle;
use crate::json::listed;
use crate::request;
use crate::sized::{self, SizedStruct as _, sized};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// A link to make. Fill it with `ken_link_draft_init` first, then set what differs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_link_draft {
    /// `sizeof(ken_link_draft)`, set by `ken_link_draft_init`. A shorter one of an earlier header and a longer one of a later
    /// header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The id of the case. Required.
    pub case_id: ken_str,
    /// The id of the article. Required.
    pub article: ken_str,
    /// The type of the link. Required: resolved, helped, referenced, sent, created-from, tried-failed,
    /// dismissed, suggested or improved.
    pub link: ken_str,
    /// The provenance: human, rule, learned or imported. Empty: human.
    pub provenance: ken_str,
    /// For dismissals: not-relevant, already-tried, wrong or outdated. Empty: none.
    pub reason: ken_str,
    /// The confidence, 0 to 1. Below 0, the default: that of the provenance and the actor's licence.
    pub confidence: f64,
}

impl ken_link_draft {
    /// # Safety
    /// The views can be read.
    unsafe fn read(&self) -> Result<LinkDraft> {
        request::zero("link.reserved", self.reserved)?;
        // SAFETY: the same promise.
        unsafe {
            let link = text::text("link.link", self.link)?.parse::<LinkType>()?;
            let mut draft = LinkDraft::new(
                text::text("link.case_id", self.case_id)?,
                text::text("link.article", self.article)?,
                link,
            );
            if let Some(name) = text::optional("link.provenance", self.provenance)? {
                draft.provenance = name.parse::<Provenance>()?;
            }
            draft.reason = text::optional("link.reason", self.reason)?
                .map(str::parse::<DismissReason>)
                .transpose()?;
            // Below 0 stands for the default; NaN goes on and is refused.
            draft.confidence =
                (self.confidence >= 0.0 || self.confidence.is_nan()).then_some(self.confidence);
            Ok(draft)
        }
    }
}

sized!(
    ken_link_draft,
    offset_of!(ken_link_draft, confidence) + size_of::<f64>(),
    [provenance, reason, confidence],
    ken_link_draft {
        struct_size: 0,
        reserved: 0,
        case_id: ken_str::empty(),
        article: ken_str::empty(),
        link: ken_str::empty(),
        provenance: ken_str::empty(),
        reason: ken_str::empty(),
        confidence: -1.0,
    }
);

/// Fills a link with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_link_draft_init_sized`.
///
/// - `link`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_link_draft_init(link: *mut ken_link_draft) {
    // SAFETY: the header requires a writable `link` of that layout or NULL.
    guard_value((), || unsafe { sized::init(link, ken_link_draft::FIRST) });
}

/// Fills a link with its defaults, as far as the header of the caller knows it.
///
/// - `link`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_link_draft_init_sized(link: *mut ken_link_draft, size: usize) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(link, size) });
}

/// Links an article to a case. Doing it again changes nothing.
///
/// - `base`: borrowed.
/// - `link`: borrowed during the call.
/// - `by`: borrowed; the id of the person, or the name of the rule, that links.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_link(
    base: *const ken_base,
    link: *const ken_link_draft,
    by: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires a link with readable views, or NULL.
        let (draft, by) = unsafe {
            let given = sized::read("link", link)?;
            (given.read()?, text::text("by", by)?)
        };
        let done = base.link(draft, by)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Retracts a link, and restores the previous scores exactly.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id of the case.
/// - `article`: borrowed; the id of the article.
/// - `link`: borrowed; the type of the link.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_LINK_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_retract_link(
    base: *const ken_base,
    case_id: ken_str,
    article: ken_str,
    link: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (case_id, article, link) = unsafe {
            (
                text::text("case_id", case_id)?,
                text::text("article", article)?,
                text::text("link", link)?.parse::<LinkType>()?,
            )
        };
        let done = base.retract_link(case_id, article, link)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// Judges a link: confirmed or rejected. A rejected link no longer counts.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id of the case.
/// - `article`: borrowed; the id of the article.
/// - `link`: borrowed; the type of the link.
/// - `verdict`: borrowed; confirmed or rejected.
/// - `recorded`: may be NULL; set to one of `KEN_RECORDED_*`.
///
/// Errors: `KEN_ERR_LINK_NOT_FOUND`, `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_INVALID_VALUE`,
/// `KEN_ERR_MEMORY_LIMIT`, `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_judge_link(
    base: *const ken_base,
    case_id: ken_str,
    article: ken_str,
    link: ken_str,
    verdict: ken_str,
    recorded: *mut c_int,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        // SAFETY: the header requires readable views.
        let (case_id, article, link, verdict) = unsafe {
            (
                text::text("case_id", case_id)?,
                text::text("article", article)?,
                text::text("link", link)?.parse::<LinkType>()?,
                text::text("verdict", verdict)?.parse::<Verdict>()?,
            )
        };
        let done = base.judge_link(case_id, article, link, verdict)?;
        // SAFETY: the header requires a writable pointer or NULL.
        unsafe { outcome(recorded, done) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The links of a case, by article, then type; retracted ones too.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `case_id`: borrowed; the id.
/// - `out`: set to JSON `{"schema":1,"links":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_CASE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_links_of_case(
    base: *const ken_base,
    case_id: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let value = listed!(links: base.links_of_case(unsafe { text::text("case_id", case_id) }?)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The links of an article, by case, then type; retracted ones and those of articles merged into it too.
///
/// It takes no viewer and hides nothing, see docs/viewers.md.
///
/// - `base`: borrowed.
/// - `article`: borrowed; the id.
/// - `out`: set to JSON `{"schema":1,"links":[..]}`, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: `KEN_ERR_ARTICLE_NOT_FOUND`, `KEN_ERR_CORRUPT`, `KEN_ERR_IO`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_links_of_article(
    base: *const ken_base,
    article: ken_str,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires readable views.
        let article = unsafe { text::text("article", article) }?;
        let value = listed!(links: base.links_of_article(article)?);
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &value) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
