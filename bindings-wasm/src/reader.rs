//! A snapshot in the page.

use kenpoint::exchange::json;
use kenpoint::model::Viewer;
use kenpoint::{SearchRequest, Snapshot, Timestamp};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask::Ask;
use crate::fault::{Result, thrown};
use crate::visit::Visit;

/// What a snapshot is, as JSON.
#[derive(Serialize)]
struct Info<'a> {
    base: &'a str,
    audience: &'a str,
    entitlements: &'a [String],
    known: Timestamp,
    articles: u32,
    cases: u32,
    digest: &'a str,
    bytes: u64,
}

/// A snapshot. Answers are JSON.
#[wasm_bindgen]
pub struct Reader {
    snapshot: Snapshot,
}

impl Reader {
    fn viewer(&self) -> &Viewer {
        &self.snapshot.info().viewer
    }
}

#[wasm_bindgen]
impl Reader {
    /// Opens a snapshot of these bytes.
    pub fn open(bytes: Vec<u8>) -> Result<Reader> {
        let snapshot = Snapshot::open(bytes).map_err(thrown)?;
        Ok(Reader { snapshot })
    }

    /// What it is.
    pub fn info(&self) -> Result<String> {
        let info = self.snapshot.info();
        let info = Info {
            base: &info.base,
            audience: &info.viewer.audience,
            entitlements: &info.viewer.entitlements,
            known: info.known,
            articles: info.articles,
            cases: info.cases,
            digest: &info.digest,
            bytes: info.bytes,
        };
        json::write(&info).map_err(thrown)
    }

    /// Searches.
    pub fn search(&self, ask: &Ask) -> Result<String> {
        let request = ask.search(self.viewer());
        let answer = self.snapshot.search(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Suggests.
    pub fn suggest(&self, ask: &Ask) -> Result<String> {
        let request = ask.suggest(self.viewer());
        let answer = self.snapshot.suggest(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// How what is being typed may go on.
    pub fn complete(&self, ask: &Ask) -> Result<String> {
        let viewer = ask.viewer_or(self.viewer());
        let limit = ask.limit_or(SearchRequest::DEFAULT_LIMIT);
        let found = self
            .snapshot
            .complete(ask.typed(), &viewer, limit, Some(ask.at()))
            .map_err(thrown)?;
        json::write(&found).map_err(thrown)
    }

    /// An article.
    pub fn article(&self, id: &str) -> Result<String> {
        let article = self.snapshot.article(id).map_err(thrown)?;
        json::write(&article).map_err(thrown)
    }

    /// The ids of all articles, in order.
    pub fn article_ids(&self) -> Vec<String> {
        self.snapshot.article_ids()
    }

    /// A visit of its viewers.
    pub fn visit(&self, session: &str) -> Result<Visit> {
        self.snapshot
            .visit(session)
            .map(Visit::from)
            .map_err(thrown)
    }
}
