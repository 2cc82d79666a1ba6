//! The read model: all data that queries are answered from, besides the text index.
//!
//! A base, a snapshot and the publisher of snapshots each own one. A new kind of data gets a field here, a line in
//! [`ReadModel::load`] and, if a snapshot needs it, a place in the contents of a snapshot.

use std::sync::Arc;

use super::catalog::Catalog;
use super::learned_terms::LearnedTerms;
use super::ledger::Ledger;
use super::links::Links;
use crate::error::Result;
use crate::projection::records::ArticleRecord;
use crate::rank::freshness::{self, Age};
use crate::rank::usefulness::{self, Sums};
use crate::rank::{Decay, blend};
use crate::settings::RankPolicy;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// The read model in memory. Cloning copies the tables and shares the records.
#[derive(Clone, Debug)]
pub struct ReadModel {
    /// The constants of ranking.
    pub policy: Arc<RankPolicy>,
    /// The hash of the policy, which impression tokens contain. It is cached, because computing it is a large part
    /// of a short search.
    pub policy_hash: u64,
    /// Decay for the long and the short horizon.
    pub horizons: [Decay; 2],
    /// The articles and cases.
    pub catalog: Catalog,
    /// The links of cases.
    pub links: Links,
    /// The evidence.
    pub ledger: Ledger,
    /// The learned terms.
    pub learned_terms: LearnedTerms,
}

impl ReadModel {
    /// Creates a read model with a policy and no records.
    pub fn new(policy: RankPolicy, policy_hash: u64) -> ReadModel {
        ReadModel {
            horizons: Decay::horizons(&policy),
            policy_hash,
            policy: Arc::new(policy),
            catalog: Catalog::default(),
            links: Links::default(),
            ledger: Ledger::default(),
            learned_terms: LearnedTerms::default(),
        }
    }

    /// Loads the tables. Cost: one pass over each.
    pub fn load(
        reader: &(impl Reader + ?Sized),
        policy: RankPolicy,
        n_cases: u32,
    ) -> Result<ReadModel> {
        let hash = policy.hash();
        let catalog = Catalog::load(reader)?;
        let mut links = Links::default();
        for ordinal in 0..n_cases {
            let is_found = catalog.case(ordinal).is_some_and(|case| case.stamp > 0);
            links.set(ordinal, Links::read(reader, ordinal, is_found)?);
        }
        Ok(ReadModel {
            catalog,
            ledger: Ledger::load(reader)?,
            learned_terms: LearnedTerms::load(reader)?,
            links,
            ..ReadModel::new(policy, hash)
        })
    }

    /// Replaces the ranking policy.
    pub fn set_policy(&mut self, policy: Arc<RankPolicy>) {
        self.horizons = Decay::horizons(&policy);
        self.policy_hash = policy.hash();
        self.policy = policy;
    }

    /// Returns the decayed evidence of an article and of those merged into it.
    pub fn sums(&self, article: &ArticleRecord, now: Timestamp) -> Sums {
        let mut sums = Sums::default();
        let mut add = |of: &ArticleRecord| {
            let carry = |version| of.carry(&self.policy, version);
            self.ledger
                .sum(of.ordinal, now, &self.horizons, &carry, &mut sums);
        };
        add(article);
        for ordinal in &article.merged_from {
            if let Some(other) = self.catalog.article(*ordinal) {
                add(other);
            }
        }
        sums
    }

    /// Returns the number of links for an article, or against it, and for those merged into it, from cases that a search
    /// can find.
    pub fn links_about(&self, ordinal: u32, is_for: bool) -> u32 {
        self.with_merged(ordinal).fold(0, |sum: u32, article| {
            sum.saturating_add(self.links.about(article, is_for))
        })
    }

    /// Returns the sum of all that was learned for an article and those merged into it.
    pub fn learned_about(&self, ordinal: u32) -> i64 {
        let all = self.with_merged(ordinal);
        all.map(|article| self.learned_terms.about(article)).sum()
    }

    fn with_merged(&self, ordinal: u32) -> impl Iterator<Item = u32> {
        let merged_from = self.catalog.article(ordinal);
        let merged_from = merged_from.map(|article| article.merged_from.as_slice());
        let others = merged_from.unwrap_or_default().iter().copied();
        std::iter::once(ordinal).chain(others)
    }

    /// Returns the prior of P(solved | read) for the article's kind.
    pub fn solve_prior(&self, article: &ArticleRecord) -> f64 {
        let priors = self.policy.solve_prior.values();
        priors.get(article.kind.index()).copied().unwrap_or(0.5)
    }

    /// Returns the freshness factor F and the usefulness factor U of an article.
    pub fn factors(&self, article: &ArticleRecord, age: Age, now: Timestamp) -> (f64, f64) {
        let facts = article.freshness_facts(&self.policy);
        let sums = self.sums(article, now);
        (
            freshness::factor(&self.policy, &facts, age, now),
            usefulness::factor(&self.policy, self.solve_prior(article), &sums),
        )
    }

    /// Returns the prior P of an article; 0 for an unknown ordinal.
    pub fn prior(&self, ordinal: u32, now: Timestamp) -> f64 {
        self.catalog.article(ordinal).map_or(0.0, |article| {
            let (fresh, useful) = self.factors(article, Age::Counts, now);
            blend::prior(fresh, useful)
        })
    }

    /// Returns true if an article is past its interval, so that its age lowers its prior.
    pub fn is_late(&self, ordinal: u32, now: Timestamp) -> bool {
        self.catalog
            .article(ordinal)
            .is_some_and(|article| freshness::late(&article.freshness_facts(&self.policy), now) > 0)
    }
}
