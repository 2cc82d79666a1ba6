//! The review queue: what to look at first, by risk.
//!
//! Risk is the chance that an article is wrong, times how often it is used, times the harm a wrong
//! answer does. It orders work; it hides nothing and changes nothing.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{
    AudienceScheme, Confidence, FlagReason, FreshnessState, Kind, Suspect, validate,
};
use crate::projection::records::ArticleRecord;
use crate::rank::usefulness::{self, Sums};
use crate::settings::{MAX_RESULTS, RankPolicy};
use crate::state::read_model::ReadModel;
use crate::time::{DAY_MS, Timestamp};

/// Which articles to look at.
///
/// ```
/// use kenpoint::{Base, ReviewRequest};
/// let base = Base::in_memory().open().unwrap();
/// assert!(base.reviews().queue(&ReviewRequest::new()).unwrap().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ReviewRequest {
    /// Only those this actor answers for.
    pub owner: Option<String>,
    /// Only those in this state or a worse one, or under suspicion. Default: due soon.
    pub from: FreshnessState,
    /// Articles wanted, 1..=10000. Default 50.
    pub limit: usize,
    /// The instant; the engine's clock, if absent.
    pub now: Option<Timestamp>,
}

impl Default for ReviewRequest {
    fn default() -> ReviewRequest {
        ReviewRequest {
            owner: None,
            from: FreshnessState::DueSoon,
            limit: 50,
            now: None,
        }
    }
}

impl ReviewRequest {
    /// The fifty riskiest of those that are due soon, or worse.
    pub fn new() -> ReviewRequest {
        ReviewRequest::default()
    }

    /// Only those this actor answers for.
    pub fn owner(mut self, owner: impl Into<String>) -> ReviewRequest {
        self.owner = Some(owner.into());
        self
    }

    /// Only those in this state or a worse one, or under suspicion.
    pub fn from_state(mut self, state: FreshnessState) -> ReviewRequest {
        self.from = state;
        self
    }

    /// Sets how many are wanted.
    pub fn limit(mut self, limit: usize) -> ReviewRequest {
        self.limit = limit;
        self
    }

    /// Sets the instant.
    pub fn now(mut self, now: Timestamp) -> ReviewRequest {
        self.now = Some(now);
        self
    }

    /// Checks limits and forms.
    pub fn check(&self) -> Result<()> {
        if self.limit == 0 {
            return Err(crate::Error::invalid("limit", 0, "it is at least 1"));
        }
        validate::count("limit", self.limit, MAX_RESULTS, "articles")?;
        validate::optional_id("owner", self.owner.as_deref())
    }
}

/// An article to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewItem {
    /// The article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How fresh it is.
    pub state: FreshnessState,
    /// When it was last known to be right.
    pub since: Timestamp,
    /// When it was or will be due.
    pub due: Timestamp,
    /// Why it is under suspicion, if it is.
    pub suspect: Option<Suspect>,
    /// The chance that it is wrong, in [0, 1].
    pub wrong: f64,
    /// Uses in the long horizon, decayed.
    pub demand: f64,
    /// How much harm a wrong answer does; 1 inside.
    pub harm: f64,
    /// `wrong · (1 + demand) · harm`.
    pub risk: f64,
}

/// The chance that an article is wrong: a constant hazard that reaches the policy's chance when the
/// interval is over (domain notes 2.6); at least one half under suspicion; certain when it has expired.
pub fn chance_of_wrong(policy: &RankPolicy, article: &ArticleRecord, now: Timestamp) -> f64 {
    let facts = article.freshness_facts(policy);
    if facts.state(now) == FreshnessState::Expired {
        return 1.0;
    }
    let age = now.since(facts.since()).max(0) as f64 / DAY_MS as f64;
    let by_age = 1.0
        - libm::pow(
            1.0 - policy.wrong_when_due,
            age / f64::from(facts.interval_days()),
        );
    if facts.suspect.is_some() {
        by_age.max(0.5)
    } else {
        by_age
    }
}

fn harm(policy: &RankPolicy, audiences: &AudienceScheme, article: &ArticleRecord) -> f64 {
    let is_outside = !audiences.reads_cases().contains(article.audience);
    let is_unsafe = article
        .suspect
        .as_ref()
        .is_some_and(|s| s.reason == FlagReason::Unsafe);
    let outside = if is_outside { policy.harm_outside } else { 1.0 };
    outside * if is_unsafe { policy.harm_unsafe } else { 1.0 }
}

/// How often an article was used: one for each observation, decayed in the long horizon.
fn demand(sums: &Sums) -> f64 {
    let total: i128 = sums
        .amounts
        .iter()
        .flatten()
        .map(|[long, _]| long.max(&0))
        .sum();
    total as f64 / usefulness::UNIT
}

/// The queue: riskiest first, ties by id. Archived and merged articles are not in it.
pub fn queue(
    model: &ReadModel,
    audiences: &AudienceScheme,
    request: &ReviewRequest,
    now: Timestamp,
) -> Vec<ReviewItem> {
    let policy = &model.policy;
    let mut items: Vec<ReviewItem> = model
        .catalog
        .articles()
        .filter(|article| article.confidence != Confidence::Archived)
        .filter(|article| request.owner.is_none() || request.owner == article.owner)
        .filter_map(|article| {
            let facts = article.freshness_facts(policy);
            let state = facts.state(now);
            if state < request.from && article.suspect.is_none() {
                return None;
            }
            let wrong = chance_of_wrong(policy, article, now);
            let demand = demand(&model.sums(article, now));
            let harm = harm(policy, audiences, article);
            Some(ReviewItem {
                id: article.id.clone(),
                kind: article.kind,
                owner: article.owner.clone(),
                state,
                since: facts.since(),
                due: facts.due(),
                suspect: article.suspect.clone(),
                wrong,
                demand,
                harm,
                risk: wrong * (1.0 + demand) * harm,
            })
        })
        .collect();
    items.sort_by(|a, b| b.risk.total_cmp(&a.risk).then_with(|| a.id.cmp(&b.id)));
    items.truncate(request.limit);
    items
}
