//! What reads, beside searching and suggesting.

use kenpoint::exchange::json;
use kenpoint::{Base, Result, ReviewRequest};
use serde::{Deserialize, Serialize};

/// A call with its arguments.
#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum Look {
    Article { article: String },
    ArticleIds { after: Option<String>, limit: usize },
    Case { case: String },
    LinksOfArticle { article: String },
    LinksOfCase { case: String },
    Freshness { article: String },
    SolveRate { article: String },
    ReviewQueue { request: ReviewRequest },
    Policy {},
    Digest {},
    Verify {},
}

/// One value under its name.
macro_rules! named {
    ($name:ident: $value:expr) => {{
        #[derive(Serialize)]
        struct Named<T> {
            $name: T,
        }
        json::write(&Named { $name: $value })
    }};
}

/// Answers what is asked.
pub fn look(base: &Base, look: Look) -> Result<String> {
    match look {
        Look::Article { article } => json::write(&base.article(&article)?),
        Look::ArticleIds { after, limit } => {
            named!(ids: base.article_ids(after.as_deref(), limit)?)
        }
        Look::Case { case } => json::write(&base.case(&case)?),
        Look::LinksOfArticle { article } => named!(links: base.links_of_article(&article)?),
        Look::LinksOfCase { case } => named!(links: base.links_of_case(&case)?),
        Look::Freshness { article } => json::write(&base.freshness(&article, None)?),
        Look::SolveRate { article } => named!(solve_rate: base.solve_rate(&article, None)?),
        Look::ReviewQueue { request } => named!(items: base.review_queue(&request)?),
        Look::Policy {} => json::write(&base.policy()),
        Look::Digest {} => named!(digest: base.digest()?),
        Look::Verify {} => json::write(&base.verify()?),
    }
}
