//! Requests: a search and a suggestion as structs without anything to parse.

use std::mem::offset_of;

use kenpoint::model::{Context, ProductItem, Viewer};
use kenpoint::{Error, Filter, Result, SearchRequest, SuggestRequest, Timestamp};

use crate::guard::guard_value;
use crate::json;
use crate::sized::{self, SizedStruct as _, sized};
use crate::text::{self, ken_str};

/// In place of an instant: now, by the base's clock; of a snapshot, which has none, by the machine's.
pub const KEN_NOW: i64 = i64::MIN;

/// An installed product.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_product {
    /// The product's id in the host. Required.
    pub id: ken_str,
    /// The installed version, such as 4.0.1; empty if it is not known.
    pub version: ken_str,
}

/// The situation of a search or a suggestion. Every field may be empty: an unknown one is neutral.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_context {
    /// The customer: an account or person id of the host.
    pub party: ken_str,
    /// The region.
    pub region: ken_str,
    /// phone, email, web, chat...
    pub channel: ken_str,
    /// The language to answer in: a tag such as en or pt-BR.
    pub language: ken_str,
    /// The installed products, `n_items` of them, 0 to 256.
    pub items: *const ken_product,
    /// The number of `items`.
    pub n_items: usize,
    /// Components in play, `n_components` of them, 0 to 256.
    pub components: *const ken_str,
    /// The number of `components`.
    pub n_components: usize,
    /// Ids of articles that were tried already, `n_tried` of them, 0 to 256: suggestions leave them out.
    pub tried: *const ken_str,
    /// The number of `tried`.
    pub n_tried: usize,
}

/// A search. Fill it with `ken_search_request_init` first, then set what differs. Everything it points
/// to is borrowed during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_search_request {
    /// `sizeof(ken_search_request)`, set by `ken_search_request_init`. A shorter one of an earlier header and a longer one of a later
    /// header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// 1 gives each result its explanation, 0 does not. Default 0.
    pub explain: u32,
    /// The query: words, "phrases", +must, -not, prefix*, field:word. At most 8 KiB.
    pub query: ken_str,
    /// The viewer: a label of the base's audiences. Required.
    pub audience: ken_str,
    /// The viewer's entitlements, `n_entitlements` of them, 0 to 256.
    pub entitlements: *const ken_str,
    /// The number of `entitlements`.
    pub n_entitlements: usize,
    /// The situation.
    pub context: ken_context,
    /// A filter on the answer, as JSON (docs/json.md); empty accepts everything.
    pub filter: ken_str,
    /// Results wanted, 1 to 10000 together with `offset`. Default 10.
    pub limit: usize,
    /// Results skipped before the first. Default 0.
    pub offset: usize,
    /// The instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub now_ms: i64,
    /// Longest snippet, in characters, 0 to 2000. Default 240. With 0 no text of an article is read, which is
    /// most of the work where articles are long.
    pub snippet_chars: usize,
}

/// A suggestion for an open case, or for a text that is not a case yet. Fill it with
/// `ken_suggest_request_init` first, then set what differs. Everything it points to is borrowed during the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_suggest_request {
    /// `sizeof(ken_suggest_request)`, set by `ken_suggest_request_init`. A shorter one of an earlier header and a longer one of a later
    /// header are read too; see STRUCTS at the top.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The id of the open case; empty if there is none.
    pub case_id: ken_str,
    /// More text, or the text that is not a case yet. At most 256 KiB.
    pub text: ken_str,
    /// The viewer: a label of the base's audiences. Required.
    pub audience: ken_str,
    /// The viewer's entitlements, `n_entitlements` of them, 0 to 256.
    pub entitlements: *const ken_str,
    /// The number of `entitlements`.
    pub n_entitlements: usize,
    /// The situation; party, products and channel of the case are added to it.
    pub context: ken_context,
    /// A filter on the answer, as JSON (docs/json.md); empty accepts everything.
    pub filter: ken_str,
    /// Suggestions wanted, 1 to 10000. Default 3.
    pub limit: usize,
    /// The instant of the view, in milliseconds since 1970-01-01T00:00:00Z, or `KEN_NOW`, the default.
    pub now_ms: i64,
    /// The least solve probability of a suggestion, 0 to 1; below 0, the default, the policy's threshold.
    pub threshold: f64,
    /// Longest snippet, in characters, 0 to 2000. Default 240. With 0 no text of an article is read, which is
    /// most of the work where articles are long.
    pub snippet_chars: usize,
}

const NOTHING: ken_context = ken_context {
    party: ken_str::empty(),
    region: ken_str::empty(),
    channel: ken_str::empty(),
    language: ken_str::empty(),
    items: std::ptr::null(),
    n_items: 0,
    components: std::ptr::null(),
    n_components: 0,
    tried: std::ptr::null(),
    n_tried: 0,
};

sized!(
    ken_search_request,
    offset_of!(ken_search_request, snippet_chars) + size_of::<usize>(),
    [
        entitlements,
        n_entitlements,
        context,
        filter,
        limit,
        offset,
        now_ms,
        snippet_chars
    ],
    ken_search_request {
        struct_size: 0,
        explain: 0,
        query: ken_str::empty(),
        audience: ken_str::empty(),
        entitlements: std::ptr::null(),
        n_entitlements: 0,
        context: NOTHING,
        filter: ken_str::empty(),
        limit: kenpoint::SearchRequest::DEFAULT_LIMIT,
        offset: 0,
        now_ms: KEN_NOW,
        snippet_chars: kenpoint::SearchRequest::DEFAULT_SNIPPET_CHARS,
    }
);

/// Fills a search with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_search_request_init_sized`.
///
/// - `request`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_search_request_init(request: *mut ken_search_request) {
    // SAFETY: the header requires a writable `request` of that layout or NULL.
    guard_value((), || unsafe {
        sized::init(request, ken_search_request::FIRST)
    });
}

/// Fills a search with its defaults, as far as the header of the caller knows it.
///
/// - `request`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_search_request_init_sized(
    request: *mut ken_search_request,
    size: usize,
) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(request, size) });
}

sized!(
    ken_suggest_request,
    offset_of!(ken_suggest_request, snippet_chars) + size_of::<usize>(),
    [
        entitlements,
        n_entitlements,
        context,
        filter,
        limit,
        now_ms,
        threshold,
        snippet_chars
    ],
    ken_suggest_request {
        struct_size: 0,
        reserved: 0,
        case_id: ken_str::empty(),
        text: ken_str::empty(),
        audience: ken_str::empty(),
        entitlements: std::ptr::null(),
        n_entitlements: 0,
        context: NOTHING,
        filter: ken_str::empty(),
        limit: kenpoint::SuggestRequest::DEFAULT_LIMIT,
        now_ms: KEN_NOW,
        threshold: -1.0,
        snippet_chars: kenpoint::SuggestRequest::DEFAULT_SNIPPET_CHARS,
    }
);

/// Fills a suggestion with its defaults, in the layout of the first release: for languages that declare the struct
/// themselves. In C and C++ a macro of this name passes the size to `ken_suggest_request_init_sized`.
///
/// - `request`: written; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_suggest_request_init(request: *mut ken_suggest_request) {
    // SAFETY: the header requires a writable `request` of that layout or NULL.
    guard_value((), || unsafe {
        sized::init(request, ken_suggest_request::FIRST)
    });
}

/// Fills a suggestion with its defaults, as far as the header of the caller knows it.
///
/// - `request`: written; NULL does nothing.
/// - `size`: the size of the struct there, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_suggest_request_init_sized(
    request: *mut ken_suggest_request,
    size: usize,
) {
    // SAFETY: the header requires `size` writable bytes or NULL.
    guard_value((), || unsafe { sized::init(request, size) });
}

/// The instant a number stands for.
pub(crate) fn instant(field: &str, ms: i64) -> Result<Option<Timestamp>> {
    if ms == KEN_NOW {
        return Ok(None);
    }
    dated(field, ms).map(Some)
}

/// The instant of a number that cannot stand for now.
pub(crate) fn dated(field: &str, ms: i64) -> Result<Timestamp> {
    Timestamp::from_ms(ms).map_err(|error| {
        Error::with_source(error.code(), format!("{field}: {}", error.message()), error)
    })
}

/// # Safety
/// Everything `request` points to can be read.
pub(crate) unsafe fn search(request: *const ken_search_request) -> Result<SearchRequest> {
    // SAFETY: the same promise.
    unsafe {
        let given = sized::read("request", request)?;
        let query = text::text("request.query", given.query)?;
        let viewer = viewer(
            IN_REQUEST,
            given.audience,
            given.entitlements,
            given.n_entitlements,
        )?;
        let mut asked = SearchRequest::new(query, viewer);
        asked.context = context(&given.context)?;
        asked.filter = filter(given.filter)?;
        asked.limit = given.limit;
        asked.offset = given.offset;
        asked.now = instant("request.now_ms", given.now_ms)?;
        asked.snippet_chars = given.snippet_chars;
        asked.explain = flag("request.explain", given.explain)?;
        Ok(asked)
    }
}

/// # Safety
/// Everything `request` points to can be read.
pub(crate) unsafe fn suggest(request: *const ken_suggest_request) -> Result<SuggestRequest> {
    // SAFETY: the same promise.
    unsafe {
        let given = sized::read("request", request)?;
        let text = text::text("request.text", given.text)?;
        let viewer = viewer(
            IN_REQUEST,
            given.audience,
            given.entitlements,
            given.n_entitlements,
        )?;
        let mut asked = SuggestRequest::for_text(text, viewer);
        asked.case = text::optional("request.case_id", given.case_id)?.map(str::to_owned);
        asked.context = context(&given.context)?;
        asked.filter = filter(given.filter)?;
        asked.limit = given.limit;
        asked.now = instant("request.now_ms", given.now_ms)?;
        asked.snippet_chars = given.snippet_chars;
        zero("request.reserved", given.reserved)?;
        // Below 0 stands for the policy's own; NaN goes on and is refused.
        asked.threshold =
            (given.threshold >= 0.0 || given.threshold.is_nan()).then_some(given.threshold);
        Ok(asked)
    }
}

/// A field that is kept for later.
pub(crate) fn zero(field: &str, value: u32) -> Result<()> {
    match value {
        0 => Ok(()),
        other => Err(Error::invalid(field, other, "it is 0")),
    }
}

fn flag(field: &str, value: u32) -> Result<bool> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Error::invalid(field, other, "it is 0 or 1")),
    }
}

/// The names of a viewer's two fields in errors: in a request, and among the parameters of a call.
pub(crate) const IN_REQUEST: [&str; 2] = ["request.audience", "request.entitlements"];
pub(crate) const IN_CALL: [&str; 2] = ["audience", "entitlements"];

/// A viewer out of two fields.
///
/// # Safety
/// The views can be read.
pub(crate) unsafe fn viewer(
    [label, held]: [&str; 2],
    audience: ken_str,
    entitlements: *const ken_str,
    n: usize,
) -> Result<Viewer> {
    // SAFETY: the same promise.
    unsafe {
        let label = text::text(label, audience)?;
        let held = text::texts(held, entitlements, n)?;
        Ok(held
            .into_iter()
            .fold(Viewer::new(label), |viewer, name| viewer.entitled_to(name)))
    }
}

/// # Safety
/// The view can be read.
unsafe fn filter(view: ken_str) -> Result<Filter> {
    // SAFETY: the same promise.
    unsafe { json::read_or_default("request.filter", view) }
}

/// # Safety
/// Everything `given` points to can be read.
unsafe fn context(given: &ken_context) -> Result<Context> {
    let owned = |field: &str, view: ken_str| {
        // SAFETY: the same promise.
        unsafe { text::optional(field, view) }.map(|text| text.map(str::to_owned))
    };
    let mut context = Context::new();
    context.party = owned("request.context.party", given.party)?;
    context.region = owned("request.context.region", given.region)?;
    context.channel = owned("request.context.channel", given.channel)?;
    context.language = owned("request.context.language", given.language)?;
    // SAFETY: the same promise.
    unsafe {
        for item in text::array("request.context.items", given.items, given.n_items)? {
            let id = text::text("request.context.items.id", item.id)?;
            let version = text::optional("request.context.items.version", item.version)?;
            let product = ProductItem::new(id);
            context.items.push(match version {
                Some(version) => product.version(version)?,
                None => product,
            });
        }
        context.components = text::texts(
            "request.context.components",
            given.components,
            given.n_components,
        )?;
        context.tried = text::texts("request.context.tried", given.tried, given.n_tried)?;
    }
    Ok(context)
}
