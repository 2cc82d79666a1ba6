//! What is asked, as JSON: the requests of the core with names for their members.

use kenpoint::exchange::json;
use kenpoint::model::{Context, Viewer};
use kenpoint::{Filter, Result, SearchRequest, SuggestRequest, Timestamp};
use serde::Deserialize;

/// A question of any kind. What a call does not ask is an error there.
#[derive(Deserialize)]
pub struct Ask {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    case: Option<String>,
    #[serde(default)]
    viewer: Option<Viewer>,
    #[serde(default)]
    context: Context,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    explain: bool,
    #[serde(default)]
    threshold: Option<f64>,
    #[serde(default)]
    snippet_chars: Option<usize>,
    /// The instant of the view.
    pub now: Timestamp,
}

impl Ask {
    /// Reads one.
    pub fn read(text: &str) -> Result<Ask> {
        json::object("request", text)
    }

    /// Who looks, and how many results are wanted.
    pub fn viewer(&mut self, default: &Viewer) -> Viewer {
        self.viewer.take().unwrap_or_else(|| default.clone())
    }

    /// Results wanted.
    pub fn limit(&self, default: usize) -> usize {
        self.limit.unwrap_or(default)
    }

    /// What stands in the field so far.
    pub fn typed(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// As a search.
    pub fn search(mut self, default: &Viewer) -> SearchRequest {
        let viewer = self.viewer(default);
        let query = self.query.unwrap_or_default();
        let mut request = SearchRequest::new(query, viewer)
            .context(self.context)
            .filter(self.filter)
            .offset(self.offset)
            .at(self.now);
        request.explain = self.explain;
        request.limit = self.limit.unwrap_or(request.limit);
        request.snippet_chars = self.snippet_chars.unwrap_or(request.snippet_chars);
        request
    }

    /// As a request for suggestions.
    pub fn suggest(mut self, default: &Viewer) -> SuggestRequest {
        let viewer = self.viewer(default);
        let text = self.text.unwrap_or_default();
        let mut request = SuggestRequest::for_text(text, viewer)
            .context(self.context)
            .at(self.now);
        request.case = self.case;
        request.filter = self.filter;
        request.threshold = self.threshold;
        request.limit = self.limit.unwrap_or(request.limit);
        request.snippet_chars = self.snippet_chars.unwrap_or(request.snippet_chars);
        request
    }
}
