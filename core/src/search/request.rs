//! The requests and answers of search and suggest.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{Context, FreshnessState, Kind, Viewer, validate};
use crate::rank::Explanation;
use crate::settings::{MAX_CASE_TEXT_BYTES, MAX_RESULTS, MAX_SNIPPET_CHARS};
use crate::state::filter::Filter;
use crate::text::Snippet;
use crate::time::Timestamp;

/// A search request.
///
/// ```
/// use kenpoint::{SearchRequest, model::Viewer};
/// let request = SearchRequest::new("red light", Viewer::new("public")).limit(5);
/// assert_eq!(request.limit, 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SearchRequest {
    /// The query in the query language: words, "phrases", +must, -not, prefix*, field:word.
    pub query: String,
    /// The viewer.
    pub viewer: Viewer,
    /// The context, such as product and channel.
    pub context: Context,
    /// The filter: restricts the articles of the answer.
    pub filter: Filter,
    /// The maximum number of results. `limit` plus `offset` is 1..=10000.
    pub limit: usize,
    /// The number of best results to skip.
    pub offset: usize,
    /// The instant of the view; the clock of the base or snapshot if absent.
    pub now: Option<Timestamp>,
    /// Adds an explanation to each result if true.
    pub explain: bool,
    /// The maximum length of a snippet, in characters, 0..=2000; default 240. With 0 the texts of articles
    /// are not read, which saves most of the work if articles are long.
    pub snippet_chars: usize,
}

impl SearchRequest {
    /// The default number of results.
    pub const DEFAULT_LIMIT: usize = 10;

    /// The default maximum length of a snippet, in characters.
    pub const DEFAULT_SNIPPET_CHARS: usize = 240;

    /// Creates a request for the first ten results of a query.
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

    /// Sets the context.
    pub fn context(mut self, context: Context) -> SearchRequest {
        self.context = context;
        self
    }

    /// Sets the filter.
    pub fn filter(mut self, filter: Filter) -> SearchRequest {
        self.filter = filter;
        self
    }

    /// Sets the maximum number of results.
    pub fn limit(mut self, limit: usize) -> SearchRequest {
        self.limit = limit;
        self
    }

    /// Sets the number of best results to skip.
    pub fn offset(mut self, offset: usize) -> SearchRequest {
        self.offset = offset;
        self
    }

    /// Sets the instant of the view.
    pub fn now(mut self, now: Timestamp) -> SearchRequest {
        self.now = Some(now);
        self
    }

    /// Turns explanations of results on or off.
    pub fn explain(mut self, explain: bool) -> SearchRequest {
        self.explain = explain;
        self
    }

    /// Sets the maximum length of a snippet; 0 means no snippet.
    pub fn snippet_chars(mut self, chars: usize) -> SearchRequest {
        self.snippet_chars = chars;
        self
    }

    /// Checks limits and formats.
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
    let rule = "must be at least 1";
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

/// A request for suggestions, for an open case or for a text that is not a case yet.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SuggestRequest {
    /// The id of the open case, if there is one.
    pub case: Option<String>,
    /// The text to suggest for, in addition to that of the case.
    pub text: String,
    /// The viewer.
    pub viewer: Viewer,
    /// The context. The party, products and channel of the case are added to it.
    pub context: Context,
    /// The filter: restricts the articles of the answer.
    pub filter: Filter,
    /// The maximum number of suggestions.
    pub limit: usize,
    /// The instant of the view; the clock of the base or snapshot if absent.
    pub now: Option<Timestamp>,
    /// The minimum P(solve) of a suggestion, 0..=1; the policy's threshold if absent.
    pub threshold: Option<f64>,
    /// The maximum length of a snippet, in characters, 0..=2000; default 240. With 0 the texts of articles
    /// are not read.
    pub snippet_chars: usize,
}

impl SuggestRequest {
    /// The default number of suggestions.
    pub const DEFAULT_LIMIT: usize = 3;

    /// The default maximum length of a snippet, in characters.
    pub const DEFAULT_SNIPPET_CHARS: usize = SearchRequest::DEFAULT_SNIPPET_CHARS;

    /// Creates a request for three suggestions for an open case.
    pub fn for_case(case: impl Into<String>, viewer: Viewer) -> SuggestRequest {
        SuggestRequest {
            case: Some(case.into()),
            ..SuggestRequest::for_text("", viewer)
        }
    }

    /// Creates a request for three suggestions for a text.
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

    /// Sets the context.
    pub fn context(mut self, context: Context) -> SuggestRequest {
        self.context = context;
        self
    }

    /// Sets the filter.
    pub fn filter(mut self, filter: Filter) -> SuggestRequest {
        self.filter = filter;
        self
    }

    /// Sets the maximum number of suggestions.
    pub fn limit(mut self, limit: usize) -> SuggestRequest {
        self.limit = limit;
        self
    }

    /// Sets the instant of the view.
    pub fn now(mut self, now: Timestamp) -> SuggestRequest {
        self.now = Some(now);
        self
    }

    /// Sets the minimum P(solve).
    pub fn threshold(mut self, threshold: f64) -> SuggestRequest {
        self.threshold = Some(threshold);
        self
    }

    /// Sets the maximum length of a snippet; 0 means no snippet.
    pub fn snippet_chars(mut self, chars: usize) -> SuggestRequest {
        self.snippet_chars = chars;
        self
    }

    /// Checks limits and formats.
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
    /// The id of the article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The number of its current version.
    pub version: u32,
    /// The score S.
    pub score: f64,
    /// P(solve): the probability that the article solves the problem, in [0, 1].
    pub solve_probability: f64,
    /// An excerpt of the matching text.
    pub snippet: Snippet,
    /// The freshness state.
    pub freshness: FreshnessState,
    /// The explanation, if requested.
    pub explanation: Option<Explanation>,
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SearchAnswer {
    /// The results, best first; ties ordered by id.
    pub hits: Vec<Hit>,
    /// The impression token, which refers to this answer in feedback.
    pub impression: String,
    /// P(solve) of the best result, 0 if there is none.
    pub answerable: f64,
    /// True if the search stopped at its work limit.
    pub is_partial: bool,
    /// The parts of the query, as typed, that were read as plain words although their signs ask for more: conditions
    /// that no visible article meets (alone or with the conditions before them), signs in a pasted text or a command,
    /// and, last, the words of a long text that were dropped. Empty for most queries.
    #[serde(default)]
    pub relaxed: Vec<String>,
}

/// One suggestion for a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The id of the article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The number of its current version.
    pub version: u32,
    /// The score S.
    pub score: f64,
    /// P(solve): the probability that the article solves the problem, in [0, 1].
    pub solve_probability: f64,
    /// An excerpt of the matching text.
    pub snippet: Snippet,
    /// The freshness state.
    pub freshness: FreshnessState,
    /// The explanation, factor by factor and in words.
    pub explanation: Explanation,
}

/// A similar past case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimilarCase {
    /// The id of the case.
    pub id: String,
    /// The similarity, in (0, 1].
    pub similarity: f64,
    /// The articles that resolved it or helped, ordered by id.
    pub solved_by: Vec<String>,
}

/// The answer to a suggest request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SuggestAnswer {
    /// The suggestions, best first; ties ordered by id. Empty if no candidate reaches the threshold.
    pub suggestions: Vec<Suggestion>,
    /// The past cases used as evidence, most similar first. Empty for viewers who read no cases.
    pub similar: Vec<SimilarCase>,
    /// The impression token, which refers to this answer in feedback.
    pub impression: String,
    /// True if there were candidates, but all were below the threshold.
    pub abstained: bool,
}
