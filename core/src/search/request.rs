//! What a search or suggestion is asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{Context, FreshnessState, Kind, Viewer, validate};
use crate::rank::Explanation;
use crate::settings::{MAX_CASE_TEXT_BYTES, MAX_RESULTS, MAX_SNIPPET_CHARS};
use crate::state::filter::Filter;
use crate::text::Snippet;
use crate::time::Timestamp;

/// A search.
///
/// ```
/// use kenpoint::{SearchRequest, model::Viewer};
/// let request = SearchRequest::new("red light", Viewer::new("public")).limit(5);
/// assert_eq!(request.limit, 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SearchRequest {
    /// In the query language: words, "phrases", +must, -not, prefix*, field:word.
    pub query: String,
    /// Who looks.
    pub viewer: Viewer,
    /// The situation.
    pub context: Context,
    /// What the answer may hold.
    pub filter: Filter,
    /// Results wanted, 1..=10000 together with `offset`.
    pub limit: usize,
    /// Results left out at the front.
    pub offset: usize,
    /// The instant of the view; the engine's clock, if absent.
    pub now: Option<Timestamp>,
    /// Whether each result carries its explanation.
    pub explain: bool,
    /// Longest snippet, in characters, 0..=2000; default 240. With 0 no text of an article is read, which is
    /// most of the work where articles are long.
    pub snippet_chars: usize,
}

impl SearchRequest {
    /// Results of an answer unless said otherwise.
    pub const DEFAULT_LIMIT: usize = 10;

    /// Longest snippet unless said otherwise. Characters.
    pub const DEFAULT_SNIPPET_CHARS: usize = 240;

    /// The first ten results of a query.
    pub fn new(query: impl Into<String>, viewer: Viewer) -> SearchRequest {
        SearchRequest {
            query: query.into(),
            viewer,
            context: Context::new(),
            filter: Filter::default(),
            limit: SearchRequest::DEFAULT_LIMIT,
            offset: 0,
            now: None,
            explain: false,
            snippet_chars: SearchRequest::DEFAULT_SNIPPET_CHARS,
        }
    }

    /// Sets the situation.
    pub fn context(mut self, context: Context) -> SearchRequest {
        self.context = context;
        self
    }

    /// Sets what the answer may hold.
    pub fn filter(mut self, filter: Filter) -> SearchRequest {
        self.filter = filter;
        self
    }

    /// Sets how many results are wanted.
    pub fn limit(mut self, limit: usize) -> SearchRequest {
        self.limit = limit;
        self
    }

    /// Sets how many results are left out at the front.
    pub fn offset(mut self, offset: usize) -> SearchRequest {
        self.offset = offset;
        self
    }

    /// Sets the instant of the view.
    pub fn now(mut self, now: Timestamp) -> SearchRequest {
        self.now = Some(now);
        self
    }

    /// Asks for explanations.
    pub fn explain(mut self, explain: bool) -> SearchRequest {
        self.explain = explain;
        self
    }

    /// Sets the longest snippet; 0 asks for none.
    pub fn snippet_chars(mut self, chars: usize) -> SearchRequest {
        self.snippet_chars = chars;
        self
    }

    /// Checks limits and forms.
    pub fn check(&self) -> Result<()> {
        check_page(self.limit, self.offset)?;
        check_snippet(self.snippet_chars)?;
        self.viewer.check()?;
        self.context.check()?;
        self.filter.check()
    }
}

fn check_snippet(chars: usize) -> Result<()> {
    validate::count("snippet_chars", chars, MAX_SNIPPET_CHARS, "characters")
}

fn check_page(limit: usize, offset: usize) -> Result<()> {
    let rule = "it is at least 1";
    if limit == 0 {
        return Err(crate::Error::invalid("limit", limit, rule));
    }
    validate::count(
        "limit + offset",
        limit.saturating_add(offset),
        MAX_RESULTS,
        "results",
    )
}

/// What a suggestion is for: an open case, or a text that is not a case yet.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SuggestRequest {
    /// The case on the screen, if it is one.
    pub case: Option<String>,
    /// More text, or the text of what is not a case yet.
    pub text: String,
    /// Who looks.
    pub viewer: Viewer,
    /// The situation; party, products and channel of the case are added to it.
    pub context: Context,
    /// What the answer may hold.
    pub filter: Filter,
    /// Suggestions wanted.
    pub limit: usize,
    /// The instant of the view; the engine's clock, if absent.
    pub now: Option<Timestamp>,
    /// Nothing below this P(solve); the policy's threshold, if absent. 0..=1.
    pub threshold: Option<f64>,
    /// Longest snippet, in characters, 0..=2000; default 240. With 0 no text of an article is read.
    pub snippet_chars: usize,
}

impl SuggestRequest {
    /// Suggestions of an answer unless said otherwise.
    pub const DEFAULT_LIMIT: usize = 3;

    /// Longest snippet unless said otherwise. Characters.
    pub const DEFAULT_SNIPPET_CHARS: usize = SearchRequest::DEFAULT_SNIPPET_CHARS;

    /// Three suggestions for the case on the screen.
    pub fn for_case(case: impl Into<String>, viewer: Viewer) -> SuggestRequest {
        SuggestRequest {
            case: Some(case.into()),
            ..SuggestRequest::for_text("", viewer)
        }
    }

    /// Three suggestions for a text.
    pub fn for_text(text: impl Into<String>, viewer: Viewer) -> SuggestRequest {
        SuggestRequest {
            case: None,
            text: text.into(),
            viewer,
            context: Context::new(),
            filter: Filter::default(),
            limit: SuggestRequest::DEFAULT_LIMIT,
            now: None,
            threshold: None,
            snippet_chars: SuggestRequest::DEFAULT_SNIPPET_CHARS,
        }
    }

    /// Sets the situation.
    pub fn context(mut self, context: Context) -> SuggestRequest {
        self.context = context;
        self
    }

    /// Sets the filter: the articles that may be suggested.
    pub fn filter(mut self, filter: Filter) -> SuggestRequest {
        self.filter = filter;
        self
    }

    /// Sets how many are wanted.
    pub fn limit(mut self, limit: usize) -> SuggestRequest {
        self.limit = limit;
        self
    }

    /// Sets the instant of the view.
    pub fn now(mut self, now: Timestamp) -> SuggestRequest {
        self.now = Some(now);
        self
    }

    /// Sets the least P(solve).
    pub fn threshold(mut self, threshold: f64) -> SuggestRequest {
        self.threshold = Some(threshold);
        self
    }

    /// Sets the longest snippet; 0 asks for none.
    pub fn snippet_chars(mut self, chars: usize) -> SuggestRequest {
        self.snippet_chars = chars;
        self
    }

    /// Checks limits and forms.
    pub fn check(&self) -> Result<()> {
        check_page(self.limit, 0)?;
        check_snippet(self.snippet_chars)?;
        validate::text_of("text", &self.text, MAX_CASE_TEXT_BYTES)?;
        validate::optional_id("case", self.case.as_deref())?;
        self.viewer.check()?;
        self.context.check()?;
        self.filter.check()?;
        self.threshold
            .map_or(Ok(()), |t| validate::within("threshold", t, 0.0, 1.0))
    }
}

/// One result of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hit {
    /// The article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The number of its current version.
    pub version: u32,
    /// S.
    pub score: f64,
    /// P(solve), in [0, 1].
    pub solve_probability: f64,
    /// Where it answers.
    pub snippet: Snippet,
    /// How fresh it is.
    pub freshness: FreshnessState,
    /// Why it stands here, if that was asked for.
    pub explanation: Option<Explanation>,
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SearchAnswer {
    /// Best first; ties by id.
    pub hits: Vec<Hit>,
    /// Names this answer in feedback.
    pub impression: String,
    /// P(solve) of the best hit, 0 if there is none.
    pub answerable: f64,
    /// Whether the work was cut short by its limit.
    pub is_partial: bool,
}

/// One suggestion for a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The number of its current version.
    pub version: u32,
    /// S.
    pub score: f64,
    /// P(solve), in [0, 1].
    pub solve_probability: f64,
    /// Where it answers.
    pub snippet: Snippet,
    /// How fresh it is.
    pub freshness: FreshnessState,
    /// Why, factor by factor and in words.
    pub explanation: Explanation,
}

/// A past case like the one at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimilarCase {
    /// The case.
    pub id: String,
    /// How alike, in (0, 1].
    pub similarity: f64,
    /// The articles that resolved it or helped, by id.
    pub solved_by: Vec<String>,
}

/// The answer to a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SuggestAnswer {
    /// Best first; ties by id. Empty if nothing reaches the threshold.
    pub suggestions: Vec<Suggestion>,
    /// The past cases it rests on, most alike first, for viewers who read cases.
    pub similar: Vec<SimilarCase>,
    /// Names this answer in feedback.
    pub impression: String,
    /// Whether there were candidates, all of them below the threshold.
    pub abstained: bool,
}
