//! The order of the review queue, by risk (design 5.11).
//!
//! Risk is the chance that an article is wrong, times the frequency of its use, times the harm of a wrong answer. The
//! queue orders work; it hides no article and changes no answer.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{
    AudienceScheme, Confidence, FlagReason, FreshnessState, Kind, Suspect, validate,
};
use crate::projection::records::ArticleRecord;
use crate::rank::usefulness::{self, Sums};
use crate::settings::{MAX_RESULTS, RankPolicy, WAITING_FLAG_WRONG};
use crate::state::read_model::ReadModel;
use crate::time::{DAY_MS, Timestamp};

/// A request for the review queue.
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
    /// Only articles of this owner.
    pub owner: Option<String>,
    /// Only articles in this state or a worse one, and suspect articles. Default: due soon.
    pub from: FreshnessState,
    /// The greatest number of articles, 1..=10000. Default 50.
    pub limit: usize,
    /// The instant; if absent, that of the base's clock.
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
    /// A request for the fifty riskiest articles that are due soon or worse.
    pub fn new() -> ReviewRequest {
        ReviewRequest::default()
    }

    /// Restricts the queue to articles of this owner.
    pub fn owner(mut self, owner: impl Into<String>) -> ReviewRequest {
        self.owner = Some(owner.into());
        self
    }

    /// Restricts the queue to articles in this state or a worse one, and suspect articles.
    pub fn from_state(mut self, state: FreshnessState) -> ReviewRequest {
        self.from = state;
        self
    }

    /// Sets the greatest number of articles.
    pub fn limit(mut self, limit: usize) -> ReviewRequest {
        self.limit = limit;
        self
    }

    /// Sets the instant.
    pub fn now(mut self, now: Timestamp) -> ReviewRequest {
        self.now = Some(now);
        self
    }

    /// Checks the limit and the owner.
    pub fn check(&self) -> Result<()> {
        if self.limit == 0 {
            return Err(crate::Error::invalid("limit", 0, "must be at least 1"));
        }
        validate::count("limit", self.limit, MAX_RESULTS, "articles")?;
        validate::optional_id("owner", self.owner.as_deref())
    }
}

/// An article to review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewItem {
    /// The id of the article.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// The actor responsible for it.
    pub owner: Option<String>,
    /// Its freshness state.
    pub state: FreshnessState,
    /// The instant of its last verification or edit in substance.
    pub since: Timestamp,
    /// The instant at which it was or will be due.
    pub due: Timestamp,
    /// The reason and the instant of the suspicion, if it is suspect; else those of the earliest flag of a reader that
    /// waits for a second voice. Only the former lowers its rank.
    pub suspect: Option<Suspect>,
    /// The chance that it is wrong, in [0, 1].
    pub wrong: f64,
    /// The decayed number of observations in the long horizon.
    pub demand: f64,
    /// The harm of a wrong answer; 1 for an article that only readers of cases see.
    pub harm: f64,
    /// `wrong · (1 + demand) · harm`.
    pub risk: f64,
}

/// Returns the chance that an article is wrong: a constant hazard that reaches `wrong_when_due` at the end of the
/// interval (design 5.11), at least one half under suspicion, a quarter with a flag that waits for a second voice, and 1
/// when it has expired.
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
    } else if !article.flags.is_empty() {
        by_age.max(WAITING_FLAG_WRONG)
    } else {
        by_age
    }
}

/// Returns the suspicion against an article, else the earliest flag that waits for a second voice.
fn doubt(article: &ArticleRecord) -> Option<Suspect> {
    article.suspect.clone().or_else(|| {
        let flag = article.flags.first()?;
        Some(Suspect {
            reason: flag.reason,
            since: flag.at,
            event: flag.event.clone(),
        })
    })
}

fn harm(policy: &RankPolicy, audiences: &AudienceScheme, article: &ArticleRecord) -> f64 {
    let is_outside = !audiences.reads_cases().contains(article.audience);
    let reasons = article.suspect.iter().map(|suspect| suspect.reason);
    let is_unsafe = reasons
        .chain(article.flags.iter().map(|flag| flag.reason))
        .any(|reason| reason == FlagReason::Unsafe);
    let outside = if is_outside { policy.harm_outside } else { 1.0 };
    outside * if is_unsafe { policy.harm_unsafe } else { 1.0 }
}

/// Returns the number of observations of an article, decayed in the long horizon.
fn demand(sums: &Sums) -> f64 {
    let total: i128 = sums
        .amounts
        .iter()
        .chain(&sums.crowd)
        .flatten()
        .map(|[long, _]| long.max(&0))
        .sum();
    total as f64 / usefulness::UNIT
}

/// Returns the queue, riskiest first, ties by id. It contains no archived or merged article.
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
            let suspect = doubt(article);
            if state < request.from && suspect.is_none() {
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
                suspect,
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
