//! Requests of the core, made from the arguments of a page.

use kenpoint::model::{Context, Viewer};
use kenpoint::{Error, Filter, Result, SearchRequest, SuggestRequest};
use wasm_bindgen::JsValue;

use crate::args::Args;

/// A request for completions.
#[cfg(not(feature = "live"))]
pub struct CompleteRequest {
    /// The text so far.
    pub text: String,
    /// The viewer.
    pub viewer: Viewer,
    /// The greatest number of completions.
    pub limit: usize,
    /// The instant of the view.
    pub now: kenpoint::Timestamp,
}

/// Makes a search request; `default` is the viewer if the arguments name none.
pub fn search(args: Vec<JsValue>, default: &Viewer) -> Result<SearchRequest> {
    let mut args = Args::new(args);
    let query = args.needed_text("query")?;
    let mut request = SearchRequest::new(query, viewer(&mut args, default)?)
        .context(context(&mut args)?)
        .filter(filter(&mut args)?)
        .offset(args.count("offset")?.unwrap_or_default())
        .now(args.needed_instant("now")?);
    request.explain = args.flag("explain")?;
    request.limit = args.count("limit")?.unwrap_or(request.limit);
    let chars = args.count("snippetChars")?;
    request.snippet_chars = chars.unwrap_or(request.snippet_chars);
    args.end()?;
    Ok(request)
}

/// Makes a request for suggestions.
pub fn suggest(args: Vec<JsValue>, default: &Viewer) -> Result<SuggestRequest> {
    let mut args = Args::new(args);
    let text = args.needed_text("text")?;
    let mut request = SuggestRequest::for_text(text, viewer(&mut args, default)?)
        .context(context(&mut args)?)
        .now(args.needed_instant("now")?);
    request.case = args.text("case")?;
    request.filter = filter(&mut args)?;
    request.threshold = args.number("threshold")?;
    request.limit = args.count("limit")?.unwrap_or(request.limit);
    let chars = args.count("snippetChars")?;
    request.snippet_chars = chars.unwrap_or(request.snippet_chars);
    args.end()?;
    Ok(request)
}

/// Makes a request for completions of a text.
#[cfg(not(feature = "live"))]
pub fn complete(args: Vec<JsValue>, default: &Viewer) -> Result<CompleteRequest> {
    let mut args = Args::new(args);
    let request = CompleteRequest {
        text: args.needed_text("query")?,
        viewer: viewer(&mut args, default)?,
        limit: args.count("limit")?.unwrap_or(SearchRequest::DEFAULT_LIMIT),
        now: args.needed_instant("now")?,
    };
    args.end()?;
    Ok(request)
}

fn viewer(args: &mut Args, default: &Viewer) -> Result<Viewer> {
    let audience = args.text("viewer.audience")?;
    let entitlements = args.texts("viewer.entitlements")?;
    if audience.is_none() && entitlements.is_empty() {
        return Ok(default.clone());
    }
    let viewer = Viewer::new(Args::needed("viewer.audience", audience)?);
    Ok(entitlements.into_iter().fold(viewer, Viewer::entitled_to))
}

fn context(args: &mut Args) -> Result<Context> {
    let mut context = Context::default();
    context.party = args.text("context.party")?;
    context.region = args.text("context.region")?;
    context.channel = args.text("context.channel")?;
    context.language = args.text("context.language")?;
    context.components = args.texts("context.components")?;
    context.tried = args.texts("context.tried")?;
    context.items = args.items("context.items")?;
    Ok(context)
}

fn filter(args: &mut Args) -> Result<Filter> {
    Ok(Filter {
        kinds: names(args, "filter.kinds")?,
        product: args.item("filter.product")?,
        language: args.text("filter.language")?,
        channel: args.text("filter.channel")?,
        confidence: names(args, "filter.confidence")?,
        tags: args.texts("filter.tags")?,
        edited_from: args.instant("filter.edited_from")?,
        edited_to: args.instant("filter.edited_to")?,
    })
}

/// Takes a list of names of an enum of the core.
fn names<T: std::str::FromStr<Err = Error>>(args: &mut Args, name: &str) -> Result<Vec<T>> {
    let names = args.texts(name)?;
    names.iter().map(|name| name.parse()).collect()
}
