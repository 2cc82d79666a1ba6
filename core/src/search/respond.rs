//! Builds an answer from ranked articles: titles, snippets, explanations, similar cases, and the impression token.
//!
//! A base and a snapshot both answer through this file. They differ only in the source of the texts.

use super::explain::{Grounds, explain};
use super::request::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
use super::retrieve::{Query, Question, Ranked, Retrieved, retrieve};
use super::searcher::SearchView;
use crate::error::{Error, Result};
use crate::model::audience::Class;
use crate::model::{Context, Impression, LinkType, Viewer, validate};
use crate::projection::records::ArticleRecord;
use crate::rank::{Explanation, usefulness};
use crate::settings::MAX_CASE_TEXT_BYTES;
use crate::text::{Analyzer, Lang, Memo, Snippet, markdown, snippet};
use crate::time::Timestamp;

/// The text of an article as one class sees it.
pub struct ArticleText {
    /// The title.
    pub title: String,
    /// The language tag.
    pub language: String,
    /// The visible plain text that snippets may quote, see [`quoted`].
    pub text: String,
}

/// Converts sections from CommonMark to the plain text that snippets quote.
pub fn quoted<'t>(sections: impl Iterator<Item = &'t str>, is_fact: bool) -> String {
    // A snippet of a fact quotes its value; the title has its subject.
    let most = if is_fact { 1 } else { usize::MAX };
    let plain: Vec<String> = sections.take(most).map(markdown::plain).collect();
    plain.join("\n")
}

/// The source of article texts.
pub trait TextSource {
    /// Returns the article as the class sees it. The text is empty unless `wants_text` is true.
    fn page(&self, article: &ArticleRecord, class: Class, wants_text: bool) -> Result<ArticleText>;
}

/// The inputs of a suggestion, from the request and its case.
pub struct CaseQuery {
    /// The query text.
    pub text: String,
    /// The context: customer, products, and articles already tried.
    pub context: Context,
    /// The ordinal of the case, if it is known to the base.
    pub case: Option<u32>,
    /// Articles that did not solve the problem in the session before the case.
    pub unhelpful: Vec<u32>,
}

/// Answers requests at one instant.
pub struct Responder<'a> {
    /// The data to search.
    pub view: SearchView<'a>,
    /// The source of the texts.
    pub pages: &'a dyn TextSource,
    /// The instant.
    pub now: Timestamp,
}

/// The state for building the snippets of one answer.
struct Show<'v> {
    viewer: &'v Viewer,
    class: Class,
    snippet_chars: usize,
    /// The language of the last snippet; `terms` holds the query terms in it.
    lang: Option<Lang>,
    terms: Vec<String>,
    /// Caches analyzed words across all snippets, because results of one query repeat words.
    memo: Memo,
}

/// Returns all results or the first failure. All results are built before this check, so that a snapshot with lazily
/// loaded texts learns in one pass about every missing text of the answer, not only about the first.
fn all_or_first<T>(shown: Vec<Result<T>>) -> Result<Vec<T>> {
    shown.into_iter().collect()
}

impl<'a> Responder<'a> {
    /// Answers a search request that was already checked.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        let ask = Query {
            question: Question::Query(&request.query),
            viewer: &request.viewer,
            context: &request.context,
            filter: &request.filter,
            left_out: &[],
            k: request.limit + request.offset,
            now: self.now,
        };
        let found = retrieve(self.view, &ask)?;
        let answerable = found
            .ranked
            .first()
            .map_or(0.0, |best| best.solve_probability);
        let mut show = self.show(&request.viewer, request.snippet_chars)?;
        let hits: Vec<Result<Hit>> = found
            .ranked
            .iter()
            .skip(request.offset)
            .map(|ranked| {
                let (article, title, snippet) = self.shown(ranked, &found, &mut show)?;
                Ok(Hit {
                    id: article.id.clone(),
                    kind: article.kind,
                    title,
                    version: article.version,
                    score: ranked.score,
                    solve_probability: ranked.solve_probability,
                    snippet,
                    freshness: article
                        .freshness_facts(&self.view.model.policy)
                        .state(self.now),
                    explanation: request
                        .explain
                        .then(|| self.explained(article, ranked, &found)),
                })
            })
            .collect();
        let hits = all_or_first(hits)?;
        let articles = hits.iter().map(|hit| hit.id.clone()).collect();
        let impression = self.impression(show.viewer, Some(&request.query), None, articles)?;
        Ok(SearchAnswer {
            hits,
            impression,
            answerable,
            is_partial: found.is_partial,
            relaxed: found.relaxed,
        })
    }

    /// Answers a suggest request that was already checked.
    pub fn suggest(
        &self,
        request: &SuggestRequest,
        case_query: &CaseQuery,
    ) -> Result<SuggestAnswer> {
        validate::text_of("text", &case_query.text, MAX_CASE_TEXT_BYTES)?;
        let left_out = self.left_out(case_query);
        let ask = Query {
            question: Question::Case(&case_query.text, case_query.case),
            viewer: &request.viewer,
            context: &case_query.context,
            filter: &request.filter,
            left_out: &left_out,
            k: request.limit,
            now: self.now,
        };
        let found = retrieve(self.view, &ask)?;
        let threshold = request
            .threshold
            .unwrap_or(self.view.model.policy.suggest_threshold);
        let mut show = self.show(&request.viewer, request.snippet_chars)?;
        let suggestions: Vec<Result<Suggestion>> = found
            .ranked
            .iter()
            .filter(|ranked| ranked.solve_probability >= threshold)
            .map(|ranked| {
                let (article, title, snippet) = self.shown(ranked, &found, &mut show)?;
                Ok(Suggestion {
                    id: article.id.clone(),
                    kind: article.kind,
                    title,
                    version: article.version,
                    score: ranked.score,
                    solve_probability: ranked.solve_probability,
                    snippet,
                    freshness: article
                        .freshness_facts(&self.view.model.policy)
                        .state(self.now),
                    explanation: self.explained(article, ranked, &found),
                })
            })
            .collect();
        let suggestions = all_or_first(suggestions)?;
        let articles = suggestions.iter().map(|one| one.id.clone()).collect();
        let impression = self.impression(show.viewer, None, request.case.as_deref(), articles)?;
        let abstained = suggestions.is_empty() && !found.ranked.is_empty();
        Ok(SuggestAnswer {
            suggestions,
            similar: self.similar_cases(&found),
            impression,
            abstained,
        })
    }

    /// Returns the articles that were already tried, ascending.
    fn left_out(&self, case_query: &CaseQuery) -> Vec<u32> {
        let catalog = &self.view.model.catalog;
        let tried = case_query.context.tried.iter();
        let mut left_out: Vec<u32> = tried
            .filter_map(|id| catalog.ordinal(id))
            .chain(case_query.unhelpful.iter().copied())
            .map(|ordinal| catalog.merge_target(ordinal))
            .collect();
        let links = case_query.case.map(|case| self.view.model.links.of(case));
        for link in links.unwrap_or_default() {
            if matches!(link.link, LinkType::TriedFailed | LinkType::Dismissed) {
                left_out.push(catalog.merge_target(link.article));
            }
        }
        left_out.sort_unstable();
        left_out.dedup();
        left_out
    }

    fn show<'v>(&self, viewer: &'v Viewer, snippet_chars: usize) -> Result<Show<'v>> {
        Ok(Show {
            viewer,
            class: self.view.config.audiences.class(&viewer.audience)?,
            snippet_chars,
            lang: None,
            terms: Vec::new(),
            memo: Memo::default(),
        })
    }

    /// Returns the title and snippet of an article as the viewer sees it.
    fn shown(
        &self,
        ranked: &Ranked,
        found: &Retrieved,
        show: &mut Show<'_>,
    ) -> Result<(&'a ArticleRecord, String, Snippet)> {
        let catalog = &self.view.model.catalog;
        let article = catalog
            .article(ranked.ordinal)
            .ok_or_else(|| Error::internal("a result names an article that is not there"))?;
        let page = self
            .pages
            .page(article, show.class, show.snippet_chars > 0)?;
        if show.snippet_chars == 0 {
            return Ok((article, page.title, Snippet::default()));
        }
        let stemmers = &self.view.config.stemmers;
        let lang = Lang::of(&page.language);
        // A word of one language may be a stop word of another, so a text is matched only with terms of its own
        // language.
        if show.lang != Some(lang) {
            (show.lang, show.terms) = (Some(lang), found.terms(lang));
        }
        let snippet = snippet(
            &page.text,
            &Analyzer::with(lang, stemmers),
            &show.terms,
            show.snippet_chars,
            &mut show.memo,
        );
        Ok((article, page.title, snippet))
    }

    fn explained(
        &self,
        article: &ArticleRecord,
        ranked: &Ranked,
        found: &Retrieved,
    ) -> Explanation {
        let policy = &self.view.model.policy;
        let inputs = self.view.model;
        let sums = inputs.sums(article, self.now);
        let solve_rate = (!sums.is_empty())
            .then(|| usefulness::solve_rate(policy, inputs.solve_prior(article), &sums));
        explain(Grounds {
            policy,
            article,
            signals: ranked.signals,
            cases: ranked.cases,
            age: ranked.age,
            n_similar: found.similar.neighbours.len(),
            fits: &ranked.fits,
            state: article.freshness_facts(policy).state(self.now),
            matched: ranked.matched.clone(),
            solve_rate,
            now: self.now,
        })
    }

    fn impression(
        &self,
        viewer: &Viewer,
        query: Option<&str>,
        case: Option<&str>,
        articles: Vec<String>,
    ) -> Result<String> {
        Impression {
            base: self.view.config.base,
            at: self.now,
            audience: viewer.audience.clone(),
            query: query.map(str::to_owned),
            case: case.map(str::to_owned),
            policy: self.view.model.policy_hash,
            articles,
        }
        .token()
    }

    /// Returns the similar past cases, with their links to articles that the viewer sees.
    fn similar_cases(&self, found: &Retrieved) -> Vec<SimilarCase> {
        let catalog = &self.view.model.catalog;
        let neighbours = found.similar.neighbours.iter();
        neighbours
            .filter_map(|neighbour| {
                let case = catalog.case(neighbour.case)?;
                let mut solved_by: Vec<String> = neighbour
                    .links
                    .iter()
                    .filter(|link| matches!(link.link, LinkType::Resolved | LinkType::Helped))
                    .filter_map(|link| catalog.article(link.article))
                    .map(|article| article.id.clone())
                    .collect();
                solved_by.sort();
                solved_by.dedup();
                Some(SimilarCase {
                    id: case.id.clone(),
                    similarity: neighbour.similarity,
                    solved_by,
                })
            })
            .collect()
    }
}
