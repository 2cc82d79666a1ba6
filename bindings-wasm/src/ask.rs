//! What is asked: the requests of the core, of what a page told.

use kenpoint::model::{Context, Viewer};
use kenpoint::{Error, Filter, Result, SearchRequest, SuggestRequest, Timestamp};
use wasm_bindgen::JsValue;

use crate::told::Told;

/// What is being typed.
#[cfg(not(feature = "live"))]
pub struct Typed {
    /// The text so far.
    pub text: String,
    /// Who types.
    pub viewer: Viewer,
    /// Completions wanted.
    pub limit: usize,
    /// The instant of the view.
    pub now: Timestamp,
}

/// A search, as it is told; `default` looks if nobody is named.
pub fn search(told: Vec<JsValue>, default: &Viewer) -> Result<SearchRequest> {
    let mut told = Told::new(told);
    let query = needed_text(&mut told, "query")?;
    let mut request = SearchRequest::new(query, viewer(&mut told, default)?)
        .context(context(&mut told)?)
        .filter(filter(&mut told)?)
        .offset(told.count("offset")?.unwrap_or_default())
        .now(now(&mut told)?);
    request.explain = told.flag("explain")?;
    request.limit = told.count("limit")?.unwrap_or(request.limit);
    let chars = told.count("snippet_chars")?;
    request.snippet_chars = chars.unwrap_or(request.snippet_chars);
    told.end()?;
    Ok(request)
}

/// A request for suggestions.
pub fn suggest(told: Vec<JsValue>, default: &Viewer) -> Result<SuggestRequest> {
    let mut told = Told::new(told);
    let text = needed_text(&mut told, "text")?;
    let mut request = SuggestRequest::for_text(text, viewer(&mut told, default)?)
        .context(context(&mut told)?)
        .now(now(&mut told)?);
    request.case = told.text("case")?;
    request.filter = filter(&mut told)?;
    request.threshold = told.number("threshold")?;
    request.limit = told.count("limit")?.unwrap_or(request.limit);
    let chars = told.count("snippet_chars")?;
    request.snippet_chars = chars.unwrap_or(request.snippet_chars);
    told.end()?;
    Ok(request)
}

/// What is being typed, to be completed.
#[cfg(not(feature = "live"))]
pub fn typed(told: Vec<JsValue>, default: &Viewer) -> Result<Typed> {
    let mut told = Told::new(told);
    let typed = Typed {
        text: needed_text(&mut told, "query")?,
        viewer: viewer(&mut told, default)?,
        limit: told.count("limit")?.unwrap_or(SearchRequest::DEFAULT_LIMIT),
        now: now(&mut told)?,
    };
    told.end()?;
    Ok(typed)
}

fn needed_text(told: &mut Told, name: &str) -> Result<String> {
    let text = told.text(name)?;
    Told::needed(name, text)
}

fn now(told: &mut Told) -> Result<Timestamp> {
    let now = told.instant("now")?;
    Told::needed("now", now)
}

fn viewer(told: &mut Told, default: &Viewer) -> Result<Viewer> {
    let audience = told.text("viewer.audience")?;
    let entitlements = told.texts("viewer.entitlements")?;
    if audience.is_none() && entitlements.is_empty() {
        return Ok(default.clone());
    }
    let viewer = Viewer::new(Told::needed("viewer.audience", audience)?);
    Ok(entitlements.into_iter().fold(viewer, Viewer::entitled_to))
}

fn context(told: &mut Told) -> Result<Context> {
    let mut context = Context::default();
    context.party = told.text("context.party")?;
    context.region = told.text("context.region")?;
    context.channel = told.text("context.channel")?;
    context.language = told.text("context.language")?;
    context.components = told.texts("context.components")?;
    context.tried = told.texts("context.tried")?;
    context.items = told.items("context.items")?;
    Ok(context)
}

fn filter(told: &mut Told) -> Result<Filter> {
    Ok(Filter {
        kinds: names(told, "filter.kinds")?,
        product: told.item("filter.product")?,
        language: told.text("filter.language")?,
        channel: told.text("filter.channel")?,
        confidence: names(told, "filter.confidence")?,
        tags: told.texts("filter.tags")?,
        edited_from: told.instant("filter.edited_from")?,
        edited_to: told.instant("filter.edited_to")?,
    })
}

/// A list of names that the core knows.
fn names<T: std::str::FromStr<Err = Error>>(told: &mut Told, name: &str) -> Result<Vec<T>> {
    let names = told.texts(name)?;
    names.iter().map(|name| name.parse()).collect()
}
