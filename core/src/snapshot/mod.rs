//! A snapshot: the part of a base that one audience may see, as one file that answers as the base does.
//!
//! It needs neither store nor log: an index of packed postings, the records ranking asks, compressed
//! texts. It is read by the scorer and the ranking of the base, so that `snapshot.search(now)` equals
//! `base.as_of(known).search(now)` to the bit. It writes nothing, and refuses questions about instants
//! before what it knows, and viewers it was not made for.

use std::sync::Arc;

use crate::error::{Error, ErrorCode, Result, quote, quote_all};
use crate::index::Space;
use crate::index::packed::PackedSegment;
use crate::model::audience::Class;
use crate::model::{Article, Viewer, validate};
use crate::projection::config::Fixed;
use crate::projection::records::ArticleRecord;
use crate::rank::Decay;
use crate::search::respond::{Answering, Situation};
use crate::search::searcher::Knowledge;
use crate::search::{SearchAnswer, SearchRequest, SuggestAnswer, SuggestRequest};
use crate::self_service::Visit;
use crate::settings::{MAX_QUERY_BYTES, RankPolicy};
use crate::state::catalog::Catalog;
use crate::state::learned_terms::Lessons;
use crate::state::ledger::Ledger;
use crate::state::links::Links;
use crate::time::Timestamp;

mod blocks;
pub(crate) mod build;
mod caches;
mod complete;
mod contents;
#[cfg(feature = "disk")]
pub(crate) mod disk;
mod format;
mod open;
mod pages;
mod records;
mod redact;
mod retry;
mod shards;

#[cfg(test)]
mod tests;

use blocks::{Bytes, Shelf};
use caches::Caches;
use complete::Dictionary;
use contents::PageHead;
use retry::Texts;

pub use build::SnapshotRequest;
pub use complete::{Completions, TitleCompletion, WordCompletion};
pub use format::Markup;
pub use shards::SnapshotParts;

/// What a snapshot is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapshotInfo {
    /// The base it was made from. 16 hexadecimal digits.
    pub base: String,
    /// Whom it is for.
    pub viewer: Viewer,
    /// It answers from what the base knew then, and about no earlier instant.
    pub known: Timestamp,
    /// Number of articles.
    pub articles: u32,
    /// Number of past cases.
    pub cases: u32,
    /// The form of its articles.
    pub markup: Markup,
    /// Stands for everything in it: equal snapshots have equal digests. 32 hexadecimal digits.
    pub digest: String,
    /// Bytes of the file.
    pub bytes: u64,
}

/// The part of a base that one audience may see. Cheap to clone; usable from many threads at once.
///
/// ```
/// use kenpoint::{Base, SearchRequest, Snapshot, SnapshotRequest};
/// use kenpoint::model::{ArticleDraft, Confidence, Kind, Role, Viewer};
/// let base = Base::in_memory().open().unwrap();
/// for (id, audience) in [("lamp", "public"), ("lamp-recall", "internal")] {
///     let draft = ArticleDraft::new(id, Kind::Product, "The lamp stays dark")
///         .section(Role::Resolution, "Change the fuse.")
///         .audience(audience)
///         .confidence(Confidence::Validated);
///     base.put(draft).unwrap();
/// }
/// let public = || Viewer::new("public");
/// let file = base.snapshot(&SnapshotRequest::new(public())).unwrap();
/// let snapshot = Snapshot::open(file).unwrap();
/// assert_eq!(snapshot.info().articles, 1);
/// let request = SearchRequest::new("dark lamp", public()).at(base.now());
/// assert_eq!(snapshot.search(&request).unwrap().hits, base.search(&request).unwrap().hits);
/// ```
#[derive(Clone)]
pub struct Snapshot(Arc<Inner>, Arc<Caches>);

/// What never changes.
struct Inner {
    info: SnapshotInfo,
    class: Class,
    fixed: Fixed,
    policy: RankPolicy,
    policy_hash: u64,
    horizons: [Decay; 2],
    catalog: Catalog,
    links: Links,
    ledger: Ledger,
    lessons: Lessons,
    index: Arc<PackedSegment>,
    dictionary: Dictionary,
    pages: Vec<PageHead>,
    /// In the order of [`format::Name::APART`].
    shelves: [Shelf; 5],
    bytes: Box<dyn Bytes>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Snapshot").field(&self.0.info).finish()
    }
}

impl Snapshot {
    /// What it is.
    pub fn info(&self) -> &SnapshotInfo {
        &self.0.info
    }

    /// The present instant, for questions to it: by the machine's clock, and not before what it knows, since the
    /// clock of the machine that published it may be ahead of this one by a little.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn now(&self) -> Timestamp {
        use crate::time::Clock;
        crate::time::SystemClock.now().max(self.0.info.known)
    }

    /// The ranking policy it was made under.
    pub fn policy(&self) -> &RankPolicy {
        &self.0.policy
    }

    /// Searches as [`crate::Base::search`] does.
    ///
    /// Fails as that does; with `InvalidValue` without an instant; with `OutOfHistory` for one before the
    /// snapshot's; and with `UnknownName` for a viewer it was not made for.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        request.check()?;
        self.0.sound(|texts| {
            let answering = self.answering(texts, &request.viewer, request.now)?;
            answering.search(request)
        })
    }

    /// Suggests as [`crate::Base::suggest`] does for a text. Notes of cases are not in a snapshot: what is
    /// asked stands in the request, and of a case that is named only what was
    /// tried in vain is left out, and it is not its own past.
    pub fn suggest(&self, request: &SuggestRequest) -> Result<SuggestAnswer> {
        request.check()?;
        let named = request.case.as_deref();
        let mut cases = self.0.catalog.cases();
        let situation = Situation {
            text: request.text.clone(),
            context: request.context.clone(),
            unhelpful: Vec::new(),
            case: named.and_then(|id| cases.find(|case| case.id == id).map(|case| case.ordinal)),
        };
        self.0.sound(|texts| {
            let answering = self.answering(texts, &request.viewer, request.now)?;
            answering.suggest(request, &situation)
        })
    }

    /// How what is being typed may go on: up to `limit` completions of its last word, and up to `limit` titles
    /// of articles that are shown at `now`. `limit` is 1..=10000. Nothing for less than two characters.
    ///
    /// Cost: a pass over the words that begin so. Fails as [`Snapshot::search`] does for viewer and instant,
    /// and with `TooLarge` for a text over 8 KiB.
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
        self.0.sound(|texts| {
            let answering = self.answering(texts, viewer, now)?;
            self.completed(&answering, typed.trim_start(), viewer, limit)
        })
    }

    fn completed(
        &self,
        answering: &Answering<'_>,
        typed: &str,
        viewer: &Viewer,
        limit: usize,
    ) -> Result<Completions> {
        let inner = &*self.0;
        let words = inner.dictionary.words(typed, limit)?;
        let may_see = |article: &&ArticleRecord| {
            let (space, class) = (Space::Article, inner.class);
            let view = answering.knowledge.view;
            let place = view.locate(space, class, true, answering.now, article.ordinal);
            place.is_some() && article.scope.admits(&viewer.entitlements)
        };
        let titles = inner.dictionary.titles(typed)?.into_iter();
        let mut titles = titles
            .filter_map(|ordinal| inner.catalog.article(ordinal))
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

    /// An article as the snapshot's viewers see it, by its id or by that of one merged into it. What may
    /// not leave the base (owner, author, source, family, narrower sections) is not there.
    pub fn article(&self, id: &str) -> Result<Article> {
        let inner = &*self.0;
        let found = inner
            .catalog
            .ordinal(id)
            .and_then(|at| inner.catalog.article(at));
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

    /// An article to put into a page: its sections are HTML that is safe there.
    ///
    /// Fails with `Contradiction` if the snapshot was not made for pages, and as [`Snapshot::article`] does.
    pub fn page(&self, id: &str) -> Result<Article> {
        if self.0.info.markup != Markup::Html {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "the snapshot holds its articles as they were written; make it with Markup::Html to show them in a page",
            ));
        }
        self.article(id)
    }

    /// A visit of its viewers, to which every event of one need is told. `session` is unique among all visits.
    ///
    /// Fails with `InvalidValue` or `TooLarge` for an id of the wrong form.
    pub fn visit(&self, session: &str) -> Result<Visit> {
        Visit::new(self.0.fixed.base, session, &self.0.info.viewer.audience)
    }

    /// The ids of all its articles, in order.
    pub fn article_ids(&self) -> Vec<String> {
        let articles = self.0.catalog.articles();
        let mut ids: Vec<String> = articles.map(|article| article.id.clone()).collect();
        ids.sort();
        ids
    }

    fn answering<'a>(
        &'a self,
        texts: &'a Texts<'_>,
        viewer: &Viewer,
        now: Option<Timestamp>,
    ) -> Result<Answering<'a>> {
        let (inner, caches) = (&*self.0, &*self.1);
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
        let is_for = inner.fixed.audiences.class(&viewer.audience)? == inner.class;
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
        Ok(Answering {
            knowledge: Knowledge {
                fixed: &inner.fixed,
                policy: &inner.policy,
                horizons: &inner.horizons,
                catalog: &inner.catalog,
                links: &inner.links,
                ledger: &inner.ledger,
                lessons: &inner.lessons,
                view: &caches.view,
                sidecars: &caches.sidecars,
                priors: &caches.priors,
                generation: 0,
            },
            pages: texts,
            policy_hash: inner.policy_hash,
            now,
        })
    }
}
