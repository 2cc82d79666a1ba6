//! Answering: search and suggest, and what they show of each article.

use std::collections::BTreeSet;

use super::live::Live;
use super::shared::Base;
use crate::error::{Error, Result};
use crate::index::Space;
use crate::model::{Context, Impression, LinkType, Reuse, Viewer};
use crate::rank::usefulness;
use crate::store::backend::Table;
use crate::store::fold;
use crate::store::records::{
    ArticleRecord, CaseRecord, RenditionRecord, VersionRecord, rendition_key, version_key,
};
use crate::store::texts;
use crate::store::txn::Reader;
use crate::suggest::answer::{SNIPPET_CHARS, SimilarCase};
use crate::suggest::catalog::freshness_facts;
use crate::suggest::explain::{Grounds, explain};
use crate::suggest::find::{Ask, Found, Question, Ranked, find};
use crate::suggest::{Hit, SearchAnswer, SearchRequest, SuggestAnswer, SuggestRequest, Suggestion};
use crate::text::{Analyzer, Lang, Snippet, markdown, snippet};
use crate::time::Timestamp;

impl Base {
    /// Searches. Writes nothing; the answer's `impression` names it in later feedback.
    ///
    /// ```
    /// use kenpoint::{Base, SearchRequest, model::{ArticleDraft, Confidence, Kind, Role, Viewer}};
    /// let base = Base::in_memory().open().unwrap();
    /// let lamp = ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")
    ///     .section(Role::Resolution, "Change the fuse.")
    ///     .audience("public")
    ///     .confidence(Confidence::Validated);
    /// base.put(lamp).unwrap();
    /// let answer = base.search(&SearchRequest::new("dark lamps", Viewer::new("public"))).unwrap();
    /// assert_eq!(answer.hits[0].id, "lamp");
    /// ```
    ///
    /// Fails with `InvalidQuery` or `TooLarge` for a query over its limits, `UnknownName` for an
    /// audience the base has not, `InvalidValue` or `Contradiction` for context and filter.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        span!("search", limit = request.limit, offset = request.offset);
        request.check()?;
        let now = request.now.unwrap_or_else(|| self.now());
        let live = self.0.read();
        let ask = Ask {
            question: Question::Query(&request.query),
            viewer: &request.viewer,
            context: &request.context,
            filter: &request.filter,
            left_out: &[],
            k: request.limit + request.offset,
            now,
        };
        let found = find(self.0.knowledge(&live), &ask)?;
        let answerable = found.ranked.first().map_or(0.0, |best| best.solve);
        let hits = found
            .ranked
            .iter()
            .skip(request.offset)
            .map(|ranked| {
                let (article, shown) = self.shown(&live, &request.viewer, ranked, &found)?;
                let facts = freshness_facts(&live.policy, article);
                Ok(Hit {
                    id: article.id.clone(),
                    kind: article.kind,
                    title: shown.title,
                    version: article.version,
                    score: ranked.score,
                    snippet: shown.snippet,
                    freshness: facts.state(now),
                    explanation: request
                        .explain
                        .then(|| explain(self.grounds(&live, article, ranked, &found, now))),
                })
            })
            .collect::<Result<Vec<Hit>>>()?;
        let impression = self.impression(
            &live,
            now,
            &request.viewer,
            Some(&request.query),
            None,
            hits.iter().map(|h| &h.id),
        )?;
        Ok(SearchAnswer {
            hits,
            impression,
            answerable,
            is_partial: found.is_partial,
        })
    }

    /// Suggests articles for the case on the screen, or for a text that is not a case yet: from its
    /// words, from past cases like it and what solved them, and from the situation. Leaves out what
    /// was already tried, and everything whose P(solve) lies below the threshold. Writes nothing.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestAnswer> {
        span!("suggest", limit = request.limit);
        request.check()?;
        let now = request.now.unwrap_or_else(|| self.now());
        let live = self.0.read();
        let (text, context, own) = self.situation(request)?;
        crate::model::validate::text_of("text", &text, crate::settings::MAX_CASE_TEXT_BYTES)?;
        let mut left_out: BTreeSet<u32> = context
            .tried
            .iter()
            .filter_map(|id| live.catalog.ordinal(id))
            .map(|o| live.catalog.today(o))
            .collect();
        for link in own.map(|case| live.links.of(case)).unwrap_or_default() {
            if matches!(link.link, LinkType::TriedFailed | LinkType::Dismissed) {
                left_out.insert(live.catalog.today(link.article));
            }
        }
        let left_out: Vec<u32> = left_out.into_iter().collect();
        let ask = Ask {
            question: Question::Case(&text, own),
            viewer: &request.viewer,
            context: &context,
            filter: &request.filter,
            left_out: &left_out,
            k: request.limit,
            now,
        };
        let found = find(self.0.knowledge(&live), &ask)?;
        let threshold = request.threshold.unwrap_or(live.policy.suggest_threshold);
        let suggestions = found
            .ranked
            .iter()
            .filter(|ranked| ranked.solve >= threshold)
            .map(|ranked| {
                let (article, shown) = self.shown(&live, &request.viewer, ranked, &found)?;
                Ok(Suggestion {
                    id: article.id.clone(),
                    kind: article.kind,
                    title: shown.title,
                    version: article.version,
                    score: ranked.score,
                    solve: ranked.solve,
                    snippet: shown.snippet,
                    freshness: freshness_facts(&live.policy, article).state(now),
                    explanation: explain(self.grounds(&live, article, ranked, &found, now)),
                })
            })
            .collect::<Result<Vec<Suggestion>>>()?;
        let impression = self.impression(
            &live,
            now,
            &request.viewer,
            None,
            request.case.as_deref(),
            suggestions.iter().map(|s| &s.id),
        )?;
        let abstained = suggestions.is_empty() && !found.ranked.is_empty();
        let similar = similar_cases(&live, &found);
        Ok(SuggestAnswer {
            suggestions,
            similar,
            impression,
            abstained,
        })
    }

    /// Many searches, over all cores where the feature `rayon` is on. The answers are in the order of
    /// the requests, and equal to those of single calls.
    pub fn search_many(&self, requests: &[SearchRequest]) -> Vec<Result<SearchAnswer>> {
        each(requests, |request| self.search(request))
    }

    /// Many suggestions, in the same way.
    pub fn suggest_many(&self, requests: &[SuggestRequest]) -> Vec<Result<SuggestAnswer>> {
        each(requests, |request| self.suggest(request))
    }
}

/// What a result shows of its article.
struct Shown {
    title: String,
    snippet: Snippet,
}

impl Base {
    /// Title and snippet of what the viewer sees of an article.
    fn shown<'l>(
        &self,
        live: &'l Live,
        viewer: &Viewer,
        ranked: &Ranked,
        found: &Found,
    ) -> Result<(&'l ArticleRecord, Shown)> {
        let article = live
            .catalog
            .article(ranked.ordinal)
            .ok_or_else(|| Error::internal("a result names an article that is not there"))?;
        let store = &*self.0.store;
        let class = self.0.fixed.audiences.class(&viewer.audience)?;
        let key = rendition_key(Space::Article, article.ordinal, article.stamp);
        let rendition: RenditionRecord = store.required(Table::Renditions, &key)?;
        let version: VersionRecord = store.required(
            Table::Versions,
            &version_key(article.ordinal, rendition.version),
        )?;
        let list = texts::get(store, &version.text)?;
        let part = rendition.parts.iter().find(|part| part.classes.has(class));
        let visible = part
            .map(|part| part.sections.as_slice())
            .unwrap_or_default();
        let plain: Vec<String> = visible
            .iter()
            .filter_map(|position| list.get(usize::from(*position)))
            .map(|text| markdown::plain(text))
            .collect();
        let analyzer = Analyzer::new(Lang::of(&version.language));
        let snippet = snippet(&plain.join("\n"), &analyzer, &found.terms, SNIPPET_CHARS);
        Ok((
            article,
            Shown {
                title: version.title,
                snippet,
            },
        ))
    }

    fn grounds<'l>(
        &self,
        live: &'l Live,
        article: &'l ArticleRecord,
        ranked: &'l Ranked,
        found: &Found,
        now: Timestamp,
    ) -> Grounds<'l> {
        let inputs = self.0.knowledge(live).inputs();
        let sums = inputs.sums(article, now);
        let solve_rate = (sums != usefulness::Sums::default())
            .then(|| usefulness::solve_rate(&live.policy, inputs.solve_prior(article), &sums));
        Grounds {
            policy: &live.policy,
            article,
            signals: ranked.signals,
            cases: ranked.cases,
            n_similar: found.similar.neighbours.len(),
            fits: &ranked.fits,
            state: freshness_facts(&live.policy, article).state(now),
            matched: ranked.matched.clone(),
            solve_rate,
            now,
        }
    }

    fn impression<'i>(
        &self,
        live: &Live,
        now: Timestamp,
        viewer: &Viewer,
        query: Option<&str>,
        case: Option<&str>,
        articles: impl Iterator<Item = &'i String>,
    ) -> Result<String> {
        Impression {
            base: self.0.fixed.base,
            at: now,
            audience: viewer.audience.clone(),
            query: query.map(str::to_owned),
            case: case.map(str::to_owned),
            policy: live.policy.hash(),
            articles: articles.cloned().collect(),
        }
        .token()
    }

    /// The text to search with, the situation, and the case itself.
    fn situation(&self, request: &SuggestRequest) -> Result<(String, Context, Option<u32>)> {
        let mut context = request.context.clone();
        let Some(id) = &request.case else {
            return Ok((request.text.clone(), context, None));
        };
        let record: CaseRecord = fold::case(&*self.0.store, id)?;
        let case = self.case(id)?;
        // Case-only notes are used here, for their own open case, and nowhere else. What was done about
        // it already is not what is asked.
        let mut texts: Vec<&str> = case
            .entries
            .iter()
            .filter(|entry| !matches!(entry.reuse, Reuse::Section(crate::model::Role::Resolution)))
            .map(|entry| entry.text.as_str())
            .collect();
        texts.push(&request.text);
        context.party = context.party.or(case.party);
        context.channel = context.channel.or(case.channel);
        for item in case.products {
            if !context.items.iter().any(|known| known.id == item.id) {
                context.items.push(item);
            }
        }
        Ok((texts.join("\n"), context, Some(record.ordinal)))
    }
}

#[cfg(feature = "rayon")]
fn each<T: Sync, R: Send>(items: &[T], job: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().map(job).collect()
}

#[cfg(not(feature = "rayon"))]
fn each<T, R>(items: &[T], job: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(job).collect()
}

/// The past cases an answer rests on; their links are those to articles the viewer sees.
fn similar_cases(live: &Live, found: &Found) -> Vec<SimilarCase> {
    found
        .similar
        .neighbours
        .iter()
        .filter_map(|neighbour| {
            let case = live.catalog.case(neighbour.case)?;
            let mut solved_by: Vec<String> = neighbour
                .links
                .iter()
                .filter(|link| matches!(link.link, LinkType::Resolved | LinkType::Helped))
                .filter_map(|link| live.catalog.article(link.article))
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
