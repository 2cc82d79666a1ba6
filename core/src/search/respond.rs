//! From ranked articles to an answer: titles, snippets, explanations, similar cases, the token.
//!
//! A base and a snapshot answer through this one file; they differ in where a text is read from.

use super::explain::{Grounds, explain};
use super::request::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
use super::retrieve::{Query, Question, Ranked, Retrieved, find};
use super::searcher::SearchView;
use crate::error::{Error, Result};
use crate::model::audience::Class;
use crate::model::{Context, Impression, LinkType, Viewer, validate};
use crate::projection::records::ArticleRecord;
use crate::rank::{Explanation, usefulness};
use crate::settings::MAX_CASE_TEXT_BYTES;
use crate::text::{Analyzer, Lang, Memo, Snippet, markdown, snippet};
use crate::time::Timestamp;

/// What one class sees of an article.
pub struct PageText {
    /// The title.
    pub title: String,
    /// The language tag.
    pub language: String,
    /// What may be quoted of it, as plain text: see [`quoted`].
    pub text: String,
}

/// The plain text that snippets are cut from, of sections in CommonMark.
pub fn quoted<'t>(sections: impl Iterator<Item = &'t str>, is_fact: bool) -> String {
    // A fact shows its value; what it is about stands in its title.
    let most = if is_fact { 1 } else { usize::MAX };
    let plain: Vec<String> = sections.take(most).map(markdown::plain).collect();
    plain.join("\n")
}

/// Where the texts of articles are read from.
pub trait Pages {
    /// What the class sees of an article; without its text if that is not wanted.
    fn page(&self, article: &ArticleRecord, class: Class, wants_text: bool) -> Result<PageText>;
}

/// A case to suggest for: what is known of it beside the request.
pub struct Situation {
    /// What is asked.
    pub text: String,
    /// Who asks, with which products, and what was tried.
    pub context: Context,
    /// The case itself, if it is one of those that are known.
    pub case: Option<u32>,
    /// Articles that did not solve it in the visit it came out of.
    pub unhelpful: Vec<u32>,
}

/// Everything an answer is made from.
pub struct Responder<'a> {
    /// What is known.
    pub view: SearchView<'a>,
    /// The texts.
    pub pages: &'a dyn Pages,
    /// The instant.
    pub now: Timestamp,
}

/// How the results of one answer are shown.
struct Show<'v> {
    viewer: &'v Viewer,
    class: Class,
    snippet_chars: usize,
    /// The language of the last snippet, and what is looked for in texts of it.
    lang: Option<Lang>,
    terms: Vec<String>,
    /// The words of all its snippets: results of one query say the same things.
    memo: Memo,
}

/// All, or the first failure; made of what was shown already, so that a snapshot whose texts come by themselves knows
/// after one question all that the answer wants, and not only what the first result does.
fn all_or_first<T>(shown: Vec<Result<T>>) -> Result<Vec<T>> {
    shown.into_iter().collect()
}

impl<'a> Responder<'a> {
    /// Answers a query that was checked.
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
        let found = find(self.view, &ask)?;
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
        })
    }

    /// Answers a case; the request was checked.
    pub fn suggest(
        &self,
        request: &SuggestRequest,
        situation: &Situation,
    ) -> Result<SuggestAnswer> {
        validate::text_of("text", &situation.text, MAX_CASE_TEXT_BYTES)?;
        let left_out = self.left_out(situation);
        let ask = Query {
            question: Question::Case(&situation.text, situation.case),
            viewer: &request.viewer,
            context: &situation.context,
            filter: &request.filter,
            left_out: &left_out,
            k: request.limit,
            now: self.now,
        };
        let found = find(self.view, &ask)?;
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

    /// The articles that were tried already, ascending.
    fn left_out(&self, situation: &Situation) -> Vec<u32> {
        let catalog = &self.view.model.catalog;
        let tried = situation.context.tried.iter();
        let mut left_out: Vec<u32> = tried
            .filter_map(|id| catalog.ordinal(id))
            .chain(situation.unhelpful.iter().copied())
            .map(|ordinal| catalog.today(ordinal))
            .collect();
        let links = situation.case.map(|case| self.view.model.links.of(case));
        for link in links.unwrap_or_default() {
            if matches!(link.link, LinkType::TriedFailed | LinkType::Dismissed) {
                left_out.push(catalog.today(link.article));
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

    /// Title and snippet of what the viewer sees of an article.
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
        // What is a word in one language may be a stop word in another: only terms of its own can match a text.
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
            n_similar: found.similar.neighbours.len(),
            fits: &ranked.fits,
            state: article.freshness_facts(&policy).state(self.now),
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

    /// The past cases an answer rests on; their links are those to articles the viewer sees.
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
