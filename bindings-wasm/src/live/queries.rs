//! The calls that read, except search and suggestions, by name, with the arguments as one JSON object.

use kenpoint::exchange::json;
use kenpoint::model::Viewer;
use kenpoint::{Base, Result, ReviewRequest};
use serde::{Deserialize, Serialize};

use super::commands::{given, unknown};

/// Writes one value under its name.
macro_rules! named {
    ($name:ident: $value:expr) => {{
        #[derive(Serialize)]
        struct Named<T> {
            $name: T,
        }
        json::write(&Named { $name: $value })
    }};
}

/// Runs a call that reads.
pub fn run(base: &Base, call: &str, text: &str) -> Result<String> {
    match call {
        "article_ids" => {
            given!(text => after: Option<String>, limit: usize);
            named!(ids: base.article_ids(after.as_deref(), limit)?)
        }
        "review_queue" => {
            given!(text => request: ReviewRequest);
            named!(items: base.reviews().queue(&request)?)
        }
        "article_for" => {
            given!(text => id: String, viewer: Viewer);
            json::write(&base.article_for(&id, &viewer, None)?)
        }
        "policy" => json::write(&base.policy()),
        "digest" => named!(digest: base.digest()?),
        "verify" => json::write(&base.verify()?),
        _ => {
            given!(text => id: String);
            by_id(base, call, &id)
        }
    }
}

/// Runs a call about one article or case.
fn by_id(base: &Base, call: &str, id: &str) -> Result<String> {
    match call {
        "article" => json::write(&base.article(id)?),
        "case" => json::write(&base.case(id)?),
        "links_of_article" => named!(links: base.links_of_article(id)?),
        "links_of_case" => named!(links: base.links_of_case(id)?),
        "freshness" => json::write(&base.freshness(id, None)?),
        "solve_rate" => named!(solve_rate: base.solve_rate(id, None)?),
        _ => Err(unknown(call)),
    }
}
