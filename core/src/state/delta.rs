//! The change of the state by one commit. It is prepared while readers continue, and applied under
//! a short lock.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::current::{State, catch_up};
use super::documents::{self, Documents};
use super::links::{CaseLinks, Links};
use crate::cancel::Checkpoint;
use crate::error::Result;
use crate::index::view::IndexView;
use crate::index::{DocSource, Space};
use crate::projection::config::BaseConfig;
use crate::projection::log::{self, Head};
use crate::projection::records;
use crate::projection::{self, Effects};
use crate::store::backend::Backend;

/// The change of the state by one commit, prepared before the lock is taken.
pub struct StateDelta {
    head: Head,
    articles: Vec<records::ArticleRecord>,
    cases: Vec<(records::CaseRecord, CaseLinks)>,
    effects: Effects,
    stamps: Arc<[Vec<u32>; 2]>,
    view: IndexView,
}

/// Reads the changed records from the store and analyzes new texts. `state` is the state before the
/// commit.
///
/// Asks `checkpoint` before each article and case.
pub fn prepare(
    state: &State,
    store: &dyn Backend,
    config: &BaseConfig,
    effects: Effects,
    checkpoint: &mut Checkpoint<'_>,
) -> Result<StateDelta> {
    let mut stamps = Arc::clone(&state.stamps);
    let mut changed: BTreeSet<(Space, u32)> = BTreeSet::new();
    let mut articles = Vec::new();
    for ordinal in &effects.articles {
        checkpoint.step()?;
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
        checkpoint.step()?;
        let record = projection::case_at(store, *ordinal)?;
        set_stamp(
            &mut stamps,
            Space::Case,
            *ordinal,
            record.stamp,
            &mut changed,
        );
        let links = Links::read(store, *ordinal, record.stamp > 0)?;
        cases.push((record, links));
    }
    let policy = effects.policy.as_deref().unwrap_or(&state.model.policy);
    let source = Documents::new(store, config, policy, &stamps);
    let mut view = state.index.view.clone();
    if documents::epoch(policy) != documents::epoch(&state.model.policy) {
        let empty = IndexView::default().with_merge_bytes(view.merge_bytes());
        view = catch_up(&empty, &source)?;
    } else {
        let mut docs = Vec::new();
        for (space, ordinal) in changed {
            checkpoint.step()?;
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
    Ok(StateDelta {
        head: log::head(store)?,
        articles,
        cases,
        effects,
        stamps,
        view,
    })
}

/// Sets a stamp; the list is copied only if the stamp changes.
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

impl State {
    /// Applies a prepared delta. It cannot fail, so no reader ever sees half of a commit.
    pub fn apply(&mut self, delta: StateDelta) {
        self.head = delta.head;
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        if !delta.articles.is_empty() {
            self.index.generation += 1;
        }
        let model = &mut self.model;
        for record in delta.articles {
            touched.insert(record.ordinal);
            model.catalog.set_article(record);
        }
        for (record, links) in delta.cases {
            model.links.set(record.ordinal, links);
            model.catalog.set_case(record);
        }
        for contribution in &delta.effects.ledger {
            model.ledger.add(contribution);
            touched.insert(model.catalog.merge_target(contribution.article));
        }
        for term in &delta.effects.learned_terms {
            model.learned_terms.add(term);
        }
        self.stamps = delta.stamps;
        self.index.view = delta.view;
        if let Some(policy) = delta.effects.policy {
            self.model.set_policy(Arc::from(policy));
            self.index.priors.reset();
        } else {
            self.index.priors.update(&self.model, touched);
        }
    }
}
