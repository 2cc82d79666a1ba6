//! What is asked: the requests of the core, filled in member by member.
//!
//! Members come one by one and not as JSON, since a reader of JSON would be a tenth of the engine.

use kenpoint::model::{Confidence, Context, Kind, ProductItem, Viewer};
use kenpoint::{Error, Filter, SearchRequest, SuggestRequest, Timestamp};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::{Result, thrown};

/// A question of any kind.
#[wasm_bindgen]
#[derive(Default)]
pub struct Ask {
    text: String,
    case: Option<String>,
    viewer: Option<Viewer>,
    context: Context,
    filter: Filter,
    limit: Option<usize>,
    offset: usize,
    explain: bool,
    threshold: Option<f64>,
    snippet_chars: Option<usize>,
    now: Timestamp,
}

/// An instant that JavaScript gives: milliseconds since 1970.
pub fn instant(field: &str, ms: f64) -> kenpoint::Result<Timestamp> {
    if ms.fract() == 0.0 && ms.abs() < 9e15 {
        return Timestamp::from_ms(ms as i64);
    }
    let rule = "it is a whole number of milliseconds since 1970";
    Err(Error::invalid_number(field, ms, rule))
}

/// A count that JavaScript gives.
pub fn count(field: &str, n: f64) -> kenpoint::Result<usize> {
    if n.fract() == 0.0 && (0.0..=4e9).contains(&n) {
        return Ok(n as usize);
    }
    let rule = "it is a whole number from 0 on";
    Err(Error::invalid_number(field, n, rule))
}

/// A product, perhaps in a version.
pub fn item(id: String, version: Option<String>) -> Result<ProductItem> {
    let item = ProductItem::new(id);
    match version {
        Some(version) => item.version(&version).map_err(thrown),
        None => Ok(item),
    }
}

#[wasm_bindgen]
impl Ask {
    /// A question: a query, what is being typed, or the text to suggest for.
    #[wasm_bindgen(constructor)]
    pub fn new(text: String, now: f64) -> Result<Ask> {
        let now = instant("now", now).map_err(thrown)?;
        Ok(Ask {
            text,
            now,
            ..Ask::default()
        })
    }

    /// The case on the screen.
    pub fn case(&mut self, id: String) {
        self.case = Some(id);
    }

    /// Who looks.
    pub fn viewer(&mut self, audience: String, entitlements: Vec<String>) {
        let viewer = Viewer::new(audience);
        let viewer = entitlements.into_iter().fold(viewer, Viewer::entitled_to);
        self.viewer = Some(viewer);
    }

    /// How many results are wanted, and how many are left out in front of them.
    pub fn page(&mut self, limit: Option<f64>, offset: f64) -> Result<()> {
        let limit = limit.map(|n| count("limit", n)).transpose();
        self.limit = limit.map_err(thrown)?;
        self.offset = count("offset", offset).map_err(thrown)?;
        Ok(())
    }

    /// Longest snippet.
    pub fn snippet_chars(&mut self, n: f64) -> Result<()> {
        self.snippet_chars = Some(count("snippetChars", n).map_err(thrown)?);
        Ok(())
    }

    /// Whether each hit says why.
    pub fn explain(&mut self, explain: bool) {
        self.explain = explain;
    }

    /// The least chance that a suggestion solves it.
    pub fn threshold(&mut self, threshold: f64) {
        self.threshold = Some(threshold);
    }

    /// One thing that is known of the situation.
    pub fn know(&mut self, what: &str, value: String) -> Result<()> {
        let context = &mut self.context;
        match what {
            "party" => context.party = Some(value),
            "component" => context.components.push(value),
            "region" => context.region = Some(value),
            "channel" => context.channel = Some(value),
            "language" => context.language = Some(value),
            "tried" => context.tried.push(value),
            _ => return Err(unknown("context", what)),
        }
        Ok(())
    }

    /// A product that the asker has.
    pub fn has(&mut self, product: String, version: Option<String>) -> Result<()> {
        self.context.items.push(item(product, version)?);
        Ok(())
    }

    /// One thing that the answer must have.
    pub fn only(&mut self, what: &str, value: String) -> Result<()> {
        let filter = &mut self.filter;
        match what {
            "kind" => filter.kinds.push(named::<Kind>(&value)?),
            "language" => filter.language = Some(value),
            "channel" => filter.channel = Some(value),
            "confidence" => filter.confidence.push(named::<Confidence>(&value)?),
            "tag" => filter.tags.push(value),
            _ => return Err(unknown("filter", what)),
        }
        Ok(())
    }

    /// The product that the answer must be about.
    pub fn about(&mut self, product: String, version: Option<String>) -> Result<()> {
        self.filter.product = Some(item(product, version)?);
        Ok(())
    }

    /// When the articles of the answer were edited, in milliseconds.
    pub fn edited(&mut self, from: Option<f64>, to: Option<f64>) -> Result<()> {
        let read = |field: &str, ms: Option<f64>| ms.map(|ms| instant(field, ms)).transpose();
        self.filter.edited_from = read("filter.edited_from", from).map_err(thrown)?;
        self.filter.edited_to = read("filter.edited_to", to).map_err(thrown)?;
        Ok(())
    }
}

fn unknown(of: &str, what: &str) -> wasm_bindgen::JsValue {
    thrown(Error::invalid(of, what, "it has no such member"))
}

fn named<T: std::str::FromStr<Err = Error>>(text: &str) -> Result<T> {
    text.parse().map_err(thrown)
}

impl Ask {
    /// Who looks.
    pub fn viewer_or(&self, default: &Viewer) -> Viewer {
        self.viewer.as_ref().unwrap_or(default).clone()
    }

    /// Results wanted.
    pub fn limit_or(&self, default: usize) -> usize {
        self.limit.unwrap_or(default)
    }

    /// What stands in the field so far.
    pub fn typed(&self) -> &str {
        &self.text
    }

    /// The instant of the view.
    pub fn at(&self) -> Timestamp {
        self.now
    }

    /// As a search.
    pub fn search(&self, default: &Viewer) -> SearchRequest {
        let mut request = SearchRequest::new(self.text.as_str(), self.viewer_or(default))
            .context(self.context.clone())
            .filter(self.filter.clone())
            .offset(self.offset)
            .at(self.now);
        request.explain = self.explain;
        request.limit = self.limit.unwrap_or(request.limit);
        request.snippet_chars = self.snippet_chars.unwrap_or(request.snippet_chars);
        request
    }

    /// As a request for suggestions.
    pub fn suggest(&self, default: &Viewer) -> SuggestRequest {
        let mut request = SuggestRequest::for_text(self.text.as_str(), self.viewer_or(default))
            .context(self.context.clone())
            .at(self.now);
        request.case = self.case.clone();
        request.filter = self.filter.clone();
        request.threshold = self.threshold;
        request.limit = self.limit.unwrap_or(request.limit);
        request.snippet_chars = self.snippet_chars.unwrap_or(request.snippet_chars);
        request
    }
}
