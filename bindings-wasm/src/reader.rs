//! A snapshot in the page.

use kenpoint::exchange::json;
use kenpoint::model::Viewer;
use kenpoint::{Markup, Snapshot, SnapshotOptions, SnapshotSource, Stemmers, Timestamp};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask;
use crate::fault::{Result, thrown};
use crate::stem;
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
    markup: Markup,
    digest: &'a str,
    bytes: u64,
}

/// A list, which is an object in JSON as all that is given is.
#[derive(Serialize)]
struct Names {
    names: Vec<String>,
}

fn names(names: Vec<String>) -> Result<String> {
    json::write(&Names { names }).map_err(thrown)
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
    /// The languages of a snapshot, from its first bytes on, that need a stemmer of the page's.
    pub fn languages(bytes: &[u8]) -> Result<String> {
        names(Snapshot::languages(bytes).map_err(thrown)?)
    }

    /// Opens a snapshot of these bytes: a whole file, or the front of one that was cut. `stem` is called with a
    /// language that `languages` named and a word, and gives the stem.
    pub fn open(bytes: Vec<u8>, stem: js_sys::Function) -> Result<Reader> {
        let stemmers = Stemmers::with_host(stem::host_s(stem));
        let options = SnapshotOptions::new().stemmers(stemmers);
        let snapshot = SnapshotSource::detect(bytes).and_then(|source| options.open(source));
        let snapshot = snapshot.map_err(thrown)?;
        Ok(Reader { snapshot })
    }

    /// The names of all parts that come by themselves.
    pub fn parts(&self) -> Result<String> {
        names(self.snapshot.shards())
    }

    /// The names of the parts that a call asked for and that are not here: it is to be made again with them.
    pub fn wanted(&self) -> Result<String> {
        names(self.snapshot.wanted())
    }

    /// Gives it a part.
    pub fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<()> {
        self.snapshot.supply(part, bytes).map_err(thrown)
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
            markup: info.markup,
            digest: &info.digest,
            bytes: info.bytes,
        };
        json::write(&info).map_err(thrown)
    }

    /// Searches.
    pub fn search(&self, told: Vec<JsValue>) -> Result<String> {
        let request = ask::search(told, self.viewer()).map_err(thrown)?;
        let answer = self.snapshot.search(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Suggests.
    pub fn suggest(&self, told: Vec<JsValue>) -> Result<String> {
        let request = ask::suggest(told, self.viewer()).map_err(thrown)?;
        let answer = self.snapshot.suggest(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// How what is being typed may go on.
    pub fn complete(&self, told: Vec<JsValue>) -> Result<String> {
        let typed = ask::typed(told, self.viewer()).map_err(thrown)?;
        let found = self
            .snapshot
            .complete(&typed.text, &typed.viewer, typed.limit, Some(typed.now))
            .map_err(thrown)?;
        json::write(&found).map_err(thrown)
    }

    /// An article, its sections as HTML that is safe in a page.
    pub fn article(&self, id: &str) -> Result<String> {
        let article = self.snapshot.page(id).map_err(thrown)?;
        json::write(&article).map_err(thrown)
    }

    /// The ids of all articles, in order.
    pub fn article_ids(&self) -> Result<String> {
        names(self.snapshot.article_ids())
    }

    /// A visit of its viewers.
    pub fn visit(&self, session: &str) -> Result<Visit> {
        self.snapshot
            .visit(session)
            .map(Visit::from)
            .map_err(thrown)
    }
}
