//! Requests to a snapshot: search, suggest, complete, and the articles themselves.

use super::complete::{Completions, TitleCompletion};
use super::format::Markup;
use super::handle::Snapshot;
use super::retry::Texts;
use crate::error::{Error, ErrorCode, Result, quote, quote_all};
use crate::index::Space;
use crate::model::{Article, Viewer, validate};
use crate::projection::records::ArticleRecord;
use crate::search::respond::{CaseQuery, Responder};
use crate::search::searcher::SearchView;
use crate::search::{SearchAnswer, SearchRequest, SuggestAnswer, SuggestRequest};
use crate::settings::MAX_QUERY_BYTES;
use crate::time::Timestamp;

impl Snapshot {
    /// Searches like [`crate::Base::search`].
    ///
    /// Fails like that call, with `InvalidValue` if the instant is missing, with `OutOfHistory` for an instant
    /// before the snapshot's, and with `UnknownName` for a viewer it was not made for.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        request.check()?;
        self.0.until_complete(|texts| {
            let responder = self.responder(texts, &request.viewer, request.now)?;
            responder.search(request)
        })
    }

    /// Suggests like [`crate::Base::suggest`] does for a text. A snapshot holds no entries of cases, so the
    /// text is that of the request. A named case contributes only its failed articles, which are omitted, and
    /// is never its own precedent.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestAnswer> {
        request.check()?;
        let named = request.case.as_deref();
        let mut cases = self.0.model.catalog.cases();
        let case_query = CaseQuery {
            text: request.text.clone(),
            context: request.context.clone(),
            unhelpful: Vec::new(),
            case: named.and_then(|id| cases.find(|case| case.id == id).map(|case| case.ordinal)),
        };
        self.0.until_complete(|texts| {
            let responder = self.responder(texts, &request.viewer, request.now)?;
            responder.suggest(request, &case_query)
        })
    }

    /// Completes typed text: up to `limit` completions of its last word, and up to `limit` titles of articles
    /// visible at `now`. `limit` is 1..=10000. Returns nothing for fewer than two characters.
    ///
    /// Cost: one pass over the words with this prefix. Fails like [`Snapshot::search`] for the viewer and the
    /// instant, and with `TooLarge` for a text over 8 KiB.
    pub fn complete(
        &self,
        typed: &str,
        viewer: &Viewer,
        limit: usize,
        now: Option<Timestamp>,
    ) -> Result<Completions> {
        let request = SearchRequest::new("", viewer.clone()).limit(limit);
        request.check()?;
        validate::text_of("typed", typed, MAX_QUERY_BYTES)?;
        self.0.until_complete(|texts| {
            let responder = self.responder(texts, viewer, now)?;
            self.completed(&responder, typed.trim_start(), viewer, limit)
        })
    }

    fn completed(
        &self,
        responder: &Responder<'_>,
        typed: &str,
        viewer: &Viewer,
        limit: usize,
    ) -> Result<Completions> {
        let inner = &*self.0;
        let words = inner.dictionary.words(typed, limit)?;
        let may_see = |article: &&ArticleRecord| {
            let (space, class) = (Space::Article, inner.class);
            let view = &responder.view.index.view;
            let place = view.locate(space, class, true, responder.now, article.ordinal);
            place.is_some() && article.scope.admits(&viewer.entitlements)
        };
        let titles = inner.dictionary.titles(typed)?.into_iter();
        let mut titles = titles
            .filter_map(|ordinal| inner.model.catalog.article(ordinal))
            .filter(may_see)
            .map(|article| {
                Ok(TitleCompletion {
                    text: inner.head(article)?.title.clone(),
                    article: article.id.clone(),
                })
            })
            .collect::<Result<Vec<TitleCompletion>>>()?;
        titles.sort_by(|a, b| {
            let key =
                |one: &TitleCompletion| (one.text.len(), one.text.clone(), one.article.clone());
            key(a).cmp(&key(b))
        });
        titles.truncate(limit);
        Ok(Completions { words, titles })
    }

    /// Returns an article as the snapshot's viewers see it, by its id or by the id of an article that was
    /// merged into it. Data that must not leave the base (owner, author, source, family, narrower sections) is
    /// absent.
    pub fn article(&self, id: &str) -> Result<Article> {
        let inner = &*self.0;
        let found = inner
            .model
            .catalog
            .ordinal(id)
            .and_then(|at| inner.model.catalog.article(at));
        let record = found.ok_or_else(|| {
            Error::new(
                ErrorCode::ArticleNotFound,
                format!(
                    "article: the snapshot has none with the id {}",
                    crate::error::excerpt(id)
                ),
            )
        })?;
        inner.article(record)
    }

    /// Returns an article to show in a page: its sections are HTML that is safe to insert there.
    ///
    /// Fails with `Contradiction` if the snapshot does not hold HTML, and like [`Snapshot::article`].
    pub fn page(&self, id: &str) -> Result<Article> {
        if self.0.info.markup != Markup::Html {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "the snapshot holds its articles as they were written; make it with Markup::Html to show them in a page",
            ));
        }
        self.article(id)
    }

    fn responder<'a>(
        &'a self,
        texts: &'a Texts<'_>,
        viewer: &Viewer,
        now: Option<Timestamp>,
    ) -> Result<Responder<'a>> {
        let inner = &*self.0;
        let now = now.ok_or_else(|| {
            Error::invalid(
                "now",
                "",
                "a snapshot has no clock; say at which instant it is asked",
            )
        })?;
        let info = &inner.info;
        if now < info.known {
            return Err(Error::new(
                ErrorCode::OutOfHistory,
                format!(
                    "now: {now} lies before {}, from which on the snapshot answers; ask a base about the past",
                    info.known
                ),
            ));
        }
        let is_for = inner.config.audiences.class(&viewer.audience)? == inner.class;
        let holds = |e: &String| info.viewer.entitlements.contains(e);
        if !is_for || !viewer.entitlements.iter().all(holds) {
            return Err(Error::new(
                ErrorCode::UnknownName,
                format!(
                    "viewer: the snapshot is for {} with the entitlements {}; make one for {} with {}",
                    quote(&info.viewer.audience),
                    quote_all(&info.viewer.entitlements),
                    quote(&viewer.audience),
                    quote_all(&viewer.entitlements)
                ),
            ));
        }
        Ok(Responder {
            view: SearchView {
                config: &inner.config,
                model: &inner.model,
                index: &self.1,
            },
            pages: texts,
            now,
        })
    }
}
