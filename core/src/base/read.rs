//! Read calls of the facade: search, suggest, articles, cases, links, evidence.

use serde::{Deserialize, Serialize};

use super::handle::Base;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{
    Actor, Article, Case, Change, Entry, Freshness, Impression, Intent, Link, Section, Session,
};
use crate::projection::records::{
    ArticleRecord, CaseRecord, LinkKey, LinkRecord, SessionAction, SessionRecord, VersionRecord,
    version_key,
};
use crate::projection::{self, sessions};
use crate::rank::{freshness, usefulness};
use crate::search::{SearchAnswer, SearchRequest, SuggestAnswer, SuggestRequest};
use crate::state::ledger::EvidenceRow;
use crate::store::backend::Table;
use crate::store::blobs;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// The numbers of articles and cases of a base, see [`Base::counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Articles, archived ones included.
    pub articles: u32,
    /// Cases.
    pub cases: u32,
}

/// One version of an article, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VersionInfo {
    /// The number, from 1.
    pub number: u32,
    /// The title.
    pub title: String,
    /// The kind of change against the version before.
    pub change: Change,
    /// The instant of writing.
    pub at: Timestamp,
    /// The id of the author.
    pub author: Option<String>,
}

impl Base {
    /// Searches for articles. Writes nothing. Later feedback refers to the answer by its `impression`
    /// token.
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
    /// Fails with `TooLarge` if the query exceeds its limit, with `UnknownName` for
    /// an unknown audience, and with `InvalidValue` or `Contradiction` for an invalid context or
    /// filter.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        span!("search", limit = request.limit, offset = request.offset);
        request.check()?;
        let now = request.now.unwrap_or_else(|| self.now());
        let state = self.0.read();
        self.responder(&state, now).search(request)
    }

    /// Suggests articles for an open case, or for a text that is not a case yet. The evidence is its
    /// words, similar past cases with the articles that solved them, and the context. Omits articles
    /// that were already tried, and those whose P(solve) is below the threshold. Writes nothing.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestAnswer> {
        span!("suggest", limit = request.limit);
        request.check()?;
        let now = request.now.unwrap_or_else(|| self.now());
        let state = self.0.read();
        let case_query = self.case_query(request)?;
        self.responder(&state, now).suggest(request, &case_query)
    }

    /// Runs many searches, on the threads of [`crate::BaseOptions`] if the feature `rayon` is on. The
    /// answers are in the order of the requests and equal those of single calls.
    pub fn search_many(&self, requests: &[SearchRequest]) -> Vec<Result<SearchAnswer>> {
        let one = |request: &SearchRequest| self.1.ask().and_then(|()| self.search(request));
        self.0.env.pool.each(&self.0.env.notices, requests, one)
    }

    /// Runs many suggestions, in the same way as [`Base::search_many`].
    pub fn suggest_many(&self, requests: &[SuggestRequest]) -> Vec<Result<SuggestAnswer>> {
        let one = |request: &SuggestRequest| self.1.ask().and_then(|()| self.suggest(request));
        self.0.env.pool.each(&self.0.env.notices, requests, one)
    }

    /// Returns an article by its own id, or by the id of an article that was merged into it.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn article(&self, id: &str) -> Result<Article> {
        let record = self.resolve_merged(id)?;
        self.article_version(&record, record.version)
    }

    /// Returns the record of an article, or of the article it was merged into.
    fn resolve_merged(&self, id: &str) -> Result<ArticleRecord> {
        let record = projection::article(&*self.0.store, id)?;
        match &record.merged_into {
            Some(into) => projection::article(&*self.0.store, into),
            None => Ok(record),
        }
    }

    /// Returns the text of an article in one of its versions. Its states are the current ones.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn version(&self, id: &str, number: u32) -> Result<Article> {
        let record = projection::article(&*self.0.store, id)?;
        if number == 0 || number > record.changes.len() as u32 {
            return Err(Error::new(
                ErrorCode::VersionNotFound,
                format!(
                    "article {id:?} has versions 1 to {}, not {number}",
                    record.changes.len()
                ),
            ));
        }
        self.article_version(&record, number)
    }

    /// Returns the versions of an article, oldest first.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn versions(&self, id: &str) -> Result<Vec<VersionInfo>> {
        let record = projection::article(&*self.0.store, id)?;
        (1..=record.changes.len() as u32)
            .map(|number| {
                let version: VersionRecord = self
                    .0
                    .store
                    .required(Table::Versions, &version_key(record.ordinal, number))?;
                Ok(VersionInfo {
                    number,
                    title: version.title,
                    change: version.change,
                    at: version.at,
                    author: version.author,
                })
            })
            .collect()
    }

    /// Returns the freshness of an article at `now`, by default the base's clock.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn freshness(&self, id: &str, now: Option<Timestamp>) -> Result<Freshness> {
        let record = self.resolve_merged(id)?;
        let policy = self.policy();
        let now = now.unwrap_or_else(|| self.now());
        Ok(freshness::freshness(
            &policy,
            &record.freshness_facts(&policy),
            now,
        ))
    }

    /// Returns the evidence about an article, row by row: its own first, then that of articles merged
    /// into it.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn evidence(&self, id: &str) -> Result<Vec<EvidenceRow>> {
        let record = self.resolve_merged(id)?;
        let state = self.0.read();
        let mut rows = state.model.ledger.evidence(record.ordinal, &record.id);
        for ordinal in &record.merged_from {
            let merged = projection::article_at(&*self.0.store, *ordinal)?;
            rows.extend(state.model.ledger.evidence(*ordinal, &merged.id));
        }
        Ok(rows)
    }

    /// Returns P(solved | read) of an article, estimated from all evidence so far.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn solve_rate(&self, id: &str, now: Option<Timestamp>) -> Result<f64> {
        let record = self.resolve_merged(id)?;
        let now = now.unwrap_or_else(|| self.now());
        let state = self.0.read();
        let inputs = &state.model;
        Ok(usefulness::solve_rate(
            &state.model.policy,
            inputs.solve_prior(&record),
            &inputs.sums(&record, now),
        ))
    }

    /// Returns a case by its id.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn case(&self, id: &str) -> Result<Case> {
        let record = projection::case(&*self.0.store, id)?;
        let mut entries = record
            .entries
            .iter()
            .map(|entry| {
                let list = blobs::get(&*self.0.store, &entry.text)?;
                let text = list.into_iter().nth(entry.position as usize);
                Ok(Entry {
                    at: entry.at,
                    text: text.ok_or_else(|| Error::corrupt("a note of a case has no text"))?,
                    reuse: entry.reuse,
                    author: entry.author.clone(),
                })
            })
            .collect::<Result<Vec<Entry>>>()?;
        entries.sort_by_key(|entry| entry.at);
        Ok(case_of(record, entries))
    }

    /// Returns the links of a case, by article, then by type, including retracted ones.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn links_of_case(&self, id: &str) -> Result<Vec<Link>> {
        let case = projection::case(&*self.0.store, id)?;
        let keys = self
            .0
            .store
            .keys(Table::Links, &case.ordinal.to_be_bytes())?;
        self.links(keys.iter().map(|key| LinkKey::read(key)))
    }

    /// Returns the links of an article, by case, then by type, including retracted ones and those of
    /// articles merged into it.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn links_of_article(&self, id: &str) -> Result<Vec<Link>> {
        let article = projection::article(&*self.0.store, id)?;
        let mut keys = Vec::new();
        for ordinal in std::iter::once(article.ordinal).chain(article.merged_from) {
            keys.extend(
                self.0
                    .store
                    .keys(Table::LinksBack, &ordinal.to_be_bytes())?,
            );
        }
        let mut links = self.links(keys.iter().map(|key| LinkKey::read_back(key)))?;
        links.sort_by(|a, b| (&a.case, a.link, &a.article).cmp(&(&b.case, b.link, &b.article)));
        Ok(links)
    }

    fn links(&self, keys: impl Iterator<Item = Result<LinkKey>>) -> Result<Vec<Link>> {
        keys.map(|key| {
            let key = key?;
            let record: LinkRecord = self.0.store.required(Table::Links, &key.forth())?;
            Ok(Link {
                case: projection::case_at(&*self.0.store, key.case)?.id,
                article: projection::article_at(&*self.0.store, key.article)?.id,
                link: key.link,
                provenance: record.provenance,
                confidence: f64::from(record.confidence) / 1000.0,
                at: record.at,
                actor: record.actor,
                reason: record.reason,
                verdict: record.verdict,
                retracted_at: record.retracted,
            })
        })
        .collect()
    }

    /// Returns a session, divided into intents.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn session(&self, id: &str) -> Result<Session> {
        let record: SessionRecord = self
            .0
            .store
            .record(Table::Sessions, id.as_bytes())?
            .ok_or_else(|| {
                Error::new(
                    ErrorCode::SessionNotFound,
                    format!("session: nothing was recorded under the id {id:?}"),
                )
            })?;
        let intents = sessions::intents(&record.events, &self.0.config.analyzer())
            .into_iter()
            .map(|events| self.intent(events.into_iter()))
            .collect::<Result<Vec<Intent>>>()?;
        Ok(Session {
            id: id.to_owned(),
            party: record.party,
            intents,
        })
    }

    fn intent<'e>(
        &self,
        events: impl Iterator<Item = &'e crate::projection::records::SessionEvent>,
    ) -> Result<Intent> {
        let mut intent = Intent {
            from: Timestamp::MAX,
            to: Timestamp::MIN,
            queries: Vec::new(),
            read: Vec::new(),
            became_case: false,
        };
        for event in events {
            intent.from = intent.from.min(event.at);
            intent.to = intent.to.max(event.at);
            match &event.did {
                SessionAction::Searched(query) => intent.queries.push(query.clone()),
                SessionAction::Read(article, _) => intent
                    .read
                    .push(projection::article_at(&*self.0.store, *article)?.id),
                SessionAction::Case(_) => intent.became_case = true,
                SessionAction::Bounced(..) | SessionAction::Said(..) => {}
            }
        }
        Ok(intent)
    }

    /// Returns an actor by id.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn actor(&self, id: &str) -> Result<Option<Actor>> {
        self.0.store.record(Table::Actors, id.as_bytes())
    }

    /// Decodes the impression token of an answer.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn impression_of(&self, token: &str) -> Result<Impression> {
        Impression::read(token, self.0.config.base)
    }

    /// Returns the numbers of articles and cases.
    ///
    /// It takes no viewer and hides nothing, see `docs/viewers.md`.
    pub fn counts(&self) -> Counts {
        let head = self.0.read().head;
        Counts {
            articles: head.articles,
            cases: head.cases,
        }
    }
}

impl Base {
    pub(super) fn article_version(&self, record: &ArticleRecord, number: u32) -> Result<Article> {
        let store = &*self.0.store;
        let version: VersionRecord =
            store.required(Table::Versions, &version_key(record.ordinal, number))?;
        let list = blobs::get(store, &version.text)?;
        let label = |class| {
            self.0
                .config
                .audiences
                .label(class)
                .map(|label| label.name.clone())
        };
        let sections = version
            .sections
            .iter()
            .zip(list)
            .map(|(section, text)| Section {
                role: section.role,
                heading: section.heading.clone(),
                text,
                audience: section.audience.and_then(label),
            })
            .collect();
        Ok(Article {
            id: record.id.clone(),
            kind: record.kind,
            version: number,
            change: version.change,
            title: version.title,
            sections,
            language: version.language,
            audience: label(record.audience).unwrap_or_default(),
            confidence: record.confidence,
            governance: record.governance,
            scope: record.scope.clone(),
            freshness: record.freshness,
            tags: record.tags.clone(),
            owner: record.owner.clone(),
            author: version.author,
            family: record.family.clone(),
            created: record.created,
            edited: record.edited,
            verified: record.verified,
            suspect: record.suspect.clone(),
            merged_into: record.merged_into.clone(),
            relations: record.relations.clone(),
            fact: version.fact,
            source: record.source.clone(),
        })
    }
}

/// Builds a case from its record and its entries.
pub(super) fn case_of(record: CaseRecord, entries: Vec<Entry>) -> Case {
    Case {
        status: record.status(),
        done: record.done(),
        first_contact: record.first_contact(),
        id: record.id,
        kind: record.kind,
        opened: record.opened,
        channel: record.channel,
        party: record.party,
        products: record.products,
        session: record.session,
        entries,
        relations: record.relations,
    }
}
