//! What a base holds in memory: everything ranking asks, kept equal to the tables by each commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::caches::Sidecars;
use super::catalog::Catalog;
use super::documents::{self, Documents};
use super::learned_terms::Lessons;
use super::ledger::Ledger;
use super::links::{CountedLink, Links};
use super::priors::{Inputs, PriorCell};
use crate::cancel::Pace;
use crate::error::{Error, ErrorCode, Result};
use crate::index::view::IndexView;
use crate::index::{DocSource, Segment, Space};
use crate::projection::config::Fixed;
use crate::projection::records::{self, Contribution, Lesson};
use crate::projection::{self, Effects};
use crate::rank::Decay;
use crate::search::searcher::Knowledge;
use crate::settings::RankPolicy;
use crate::store::backend::{Backend, Table};
use crate::store::codec;
use crate::store::log::{self, Head};
use crate::store::txn::Reader;

/// The state in memory.
pub struct Live {
    pub head: Head,
    pub policy: Arc<RankPolicy>,
    /// What each impression names the policy by; kept, since it is a good part of a short search.
    pub policy_hash: u64,
    pub horizons: [Decay; 2],
    pub catalog: Catalog,
    pub links: Links,
    pub ledger: Ledger,
    pub lessons: Lessons,
    pub stamps: Arc<[Vec<u32>; 2]>,
    pub view: IndexView,
    pub sidecars: Sidecars,
    pub priors: PriorCell,
    /// Counts changes of articles, for remembered filters.
    pub generation: u64,
}

/// The policy in force.
pub fn policy(store: &dyn Backend) -> Result<RankPolicy> {
    match store.get(Table::Meta, b"policy")? {
        Some(bytes) => codec::json(codec::open(&bytes, "policy")?, &"the ranking policy"),
        None => Ok(RankPolicy::default()),
    }
}

impl Live {
    /// Loads the tables; nothing is folded. The text index holds `segments`; what they lack is put into
    /// its part in memory.
    /// Under a memory limit, what is remembered between queries takes an eighth of it at most.
    pub fn load(
        store: &dyn Backend,
        fixed: &Fixed,
        segments: &[Arc<dyn Segment>],
        memory_limit: Option<u64>,
    ) -> Result<Live> {
        let policy = policy(store)?;
        let catalog = Catalog::load(store)?;
        let stamps = Arc::new(catalog.stamps());
        let mut live = Live {
            head: log::head(store)?,
            horizons: Decay::horizons(&policy),
            policy_hash: policy.hash(),
            policy: Arc::new(policy),
            links: Links::default(),
            ledger: load_ledger(store)?,
            lessons: load_lessons(store)?,
            view: IndexView::default(),
            sidecars: Sidecars::within(memory_limit.map(|limit| limit / 8)),
            priors: PriorCell::default(),
            generation: 0,
            catalog,
            stamps,
        };
        for ordinal in 0..live.head.cases {
            live.links.refresh(store, ordinal)?;
        }
        let source = Documents::new(store, fixed, &live.policy, &live.stamps);
        live.view = IndexView::open(segments, &source)?;
        live.view = catch_up(&live.view, &source)?;
        Ok(live)
    }

    /// What a query is given.
    pub fn knowledge<'a>(&'a self, fixed: &'a Fixed) -> Knowledge<'a> {
        Knowledge {
            fixed,
            policy: &self.policy,
            horizons: &self.horizons,
            catalog: &self.catalog,
            links: &self.links,
            ledger: &self.ledger,
            lessons: &self.lessons,
            view: &self.view,
            sidecars: &self.sidecars,
            priors: &self.priors,
            generation: self.generation,
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            policy: &self.policy,
            horizons: &self.horizons,
            catalog: &self.catalog,
            ledger: &self.ledger,
        }
    }
}

/// The view with every current rendition that no segment holds.
pub fn catch_up(view: &IndexView, source: &Documents<'_>) -> Result<IndexView> {
    let mut missing = Vec::new();
    for space in [Space::Article, Space::Case] {
        for (ordinal, stamp) in (0u32..).zip(source.stamps(space)) {
            if *stamp > 0 && !view.holds(space, ordinal, *stamp) {
                missing.extend(source.rendition(space, ordinal, *stamp)?);
            }
        }
    }
    view.add(&missing)
}

/// What a commit changes in memory, worked out before the lock is taken.
pub struct Step {
    head: Head,
    articles: Vec<records::ArticleRecord>,
    cases: Vec<(records::CaseRecord, Vec<CountedLink>)>,
    effects: Effects,
    stamps: Arc<[Vec<u32>; 2]>,
    view: IndexView,
}

/// Reads what changed from the store and analyses new texts. `live` is the state before the commit.
///
/// Asks `pace` before each article and case.
pub fn prepare(
    live: &Live,
    store: &dyn Backend,
    fixed: &Fixed,
    effects: Effects,
    pace: &mut Pace<'_>,
) -> Result<Step> {
    let mut stamps = Arc::clone(&live.stamps);
    let mut changed: BTreeSet<(Space, u32)> = BTreeSet::new();
    let mut articles = Vec::new();
    for ordinal in &effects.articles {
        pace.step()?;
        let record = projection::article_at(store, *ordinal)?;
        set_stamp(
            &mut stamps,
            Space::Article,
            *ordinal,
            record.stamp,
            &mut changed,
        );
        articles.push(record);
    }
    let mut cases = Vec::new();
    for ordinal in &effects.cases {
        pace.step()?;
        let record = projection::case_at(store, *ordinal)?;
        set_stamp(
            &mut stamps,
            Space::Case,
            *ordinal,
            record.stamp,
            &mut changed,
        );
        cases.push((record, Links::read(store, *ordinal)?));
    }
    let policy = effects.policy.as_deref().unwrap_or(&live.policy);
    let source = Documents::new(store, fixed, policy, &stamps);
    let mut view = live.view.clone();
    if documents::epoch(policy) != documents::epoch(&live.policy) {
        view = catch_up(&IndexView::default(), &source)?;
    } else {
        let mut docs = Vec::new();
        for (space, ordinal) in changed {
            pace.step()?;
            view = view.kill(space, ordinal, &source)?;
            let stamp = source
                .stamps(space)
                .get(ordinal as usize)
                .copied()
                .unwrap_or(0);
            if stamp > 0 {
                docs.extend(source.rendition(space, ordinal, stamp)?);
            }
        }
        view = view.add(&docs)?;
    }
    Ok(Step {
        head: log::head(store)?,
        articles,
        cases,
        effects,
        stamps,
        view,
    })
}

/// Sets a stamp; the list is copied only if it is another.
fn set_stamp(
    stamps: &mut Arc<[Vec<u32>; 2]>,
    space: Space,
    ordinal: u32,
    stamp: u32,
    changed: &mut BTreeSet<(Space, u32)>,
) {
    let at = ordinal as usize;
    let known = stamps.get(space as usize).and_then(|list| list.get(at));
    if known == Some(&stamp) {
        return;
    }
    if let Some(list) = Arc::make_mut(stamps).get_mut(space as usize) {
        if list.len() <= at {
            list.resize(at + 1, 0);
        }
        if let Some(slot) = list.get_mut(at) {
            *slot = stamp;
        }
    }
    changed.insert((space, ordinal));
}

impl Live {
    /// Takes a prepared step. It cannot fail, so no reader ever meets half of a commit.
    pub fn take(&mut self, step: Step) {
        self.head = step.head;
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        if !step.articles.is_empty() {
            self.generation += 1;
        }
        for record in step.articles {
            touched.insert(record.ordinal);
            self.catalog.set_article(record);
        }
        for (record, links) in step.cases {
            self.links.set(record.ordinal, links);
            self.catalog.set_case(record);
        }
        for contribution in &step.effects.ledger {
            self.ledger.add(contribution);
            touched.insert(self.catalog.today(contribution.article));
        }
        for lesson in &step.effects.lessons {
            self.lessons.add(lesson);
        }
        self.stamps = step.stamps;
        self.view = step.view;
        if let Some(policy) = step.effects.policy {
            self.horizons = Decay::horizons(&policy);
            self.policy_hash = policy.hash();
            self.policy = Arc::from(policy);
            self.priors.reset();
        } else {
            self.priors.update(&self.inputs(), touched);
        }
    }
}

fn load_ledger(store: &dyn Backend) -> Result<Ledger> {
    let mut ledger = Ledger::default();
    for (table, ripens) in [(Table::Ledger, false), (Table::Ripening, true)] {
        store.each(table, &[], &mut |key, value| {
            let (article, version, segment, signal, when) = records::ledger_key(key, ripens)?;
            let amount = codec::decode(value, table.name())?;
            ledger.add(&Contribution {
                article,
                version,
                segment,
                signal,
                when,
                amount,
            });
            Ok(true)
        })?;
    }
    Ok(ledger)
}

fn load_lessons(store: &dyn Backend) -> Result<Lessons> {
    let mut lessons = Lessons::default();
    store.each(Table::Learned, &[], &mut |key, value| {
        lessons.add(&Lesson::read(key, codec::decode(value, "learned")?)?);
        Ok(true)
    })?;
    Ok(lessons)
}

/// The error of a base that is only looked at.
pub fn read_only() -> Error {
    Error::new(
        ErrorCode::InvalidTransition,
        "this base is a look at the past; write to the base it was made from",
    )
}
