//! A snapshot in the page. Results are JSON.

use kenpoint::exchange::json;
use kenpoint::model::Viewer;
use kenpoint::{Markup, SnapshotOptions, SnapshotSource, Stemmers, Timestamp};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::args::Args;
use crate::error::{Result, thrown};
use crate::visit::Visit;
use crate::{request, stem};

/// The description of a snapshot.
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

/// A list under a key, since every result is a JSON object.
#[derive(Serialize)]
struct Names {
    names: Vec<String>,
}

fn names(names: Vec<String>) -> Result<String> {
    json::write(&Names { names }).map_err(thrown)
}

/// A snapshot.
#[wasm_bindgen]
pub struct Snapshot {
    snapshot: kenpoint::Snapshot,
}

impl Snapshot {
    fn viewer(&self) -> &Viewer {
        &self.snapshot.info().viewer
    }
}

#[wasm_bindgen]
impl Snapshot {
    /// Returns the languages of a snapshot that need a stemmer of the page, from the first bytes of the file.
    pub fn languages(bytes: &[u8]) -> Result<String> {
        names(kenpoint::Snapshot::languages(bytes).map_err(thrown)?)
    }

    /// Opens a snapshot from the bytes of a whole file or of a manifest. `stem` is called with a language that
    /// `languages` named and a word, and returns the stem.
    pub fn open(bytes: Vec<u8>, stem: js_sys::Function) -> Result<Snapshot> {
        let stemmers = Stemmers::with_host(stem::host_stemmer(stem));
        let options = SnapshotOptions::new().stemmers(stemmers);
        let snapshot = SnapshotSource::detect(bytes).and_then(|source| options.open(source));
        let snapshot = snapshot.map_err(thrown)?;
        Ok(Snapshot { snapshot })
    }

    /// Returns the names of all shards of a manifest.
    pub fn shards(&self) -> Result<String> {
        names(self.snapshot.shards())
    }

    /// Returns the names of the shards that the last call missed; the host supplies them and repeats the call.
    pub fn wanted(&self) -> Result<String> {
        names(self.snapshot.wanted())
    }

    /// Supplies a shard.
    pub fn supply(&self, shard: &str, bytes: Vec<u8>) -> Result<()> {
        self.snapshot.supply(shard, bytes).map_err(thrown)
    }

    /// Describes the snapshot.
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
    pub fn search(&self, args: Vec<JsValue>) -> Result<String> {
        let request = request::search(args, self.viewer()).map_err(thrown)?;
        let answer = self.snapshot.search(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Suggests.
    pub fn suggest(&self, args: Vec<JsValue>) -> Result<String> {
        let request = request::suggest(args, self.viewer()).map_err(thrown)?;
        let answer = self.snapshot.suggest(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Completes the text that is being typed.
    pub fn complete(&self, args: Vec<JsValue>) -> Result<String> {
        let request = request::complete(args, self.viewer()).map_err(thrown)?;
        let found = self
            .snapshot
            .complete(
                &request.text,
                &request.viewer,
                request.limit,
                Some(request.now),
            )
            .map_err(thrown)?;
        json::write(&found).map_err(thrown)
    }

    /// Returns an article with its sections as sanitized HTML.
    pub fn article(&self, id: &str) -> Result<String> {
        let article = self.snapshot.page(id).map_err(thrown)?;
        json::write(&article).map_err(thrown)
    }

    /// Returns the ids of all articles, in order.
    pub fn article_ids(&self) -> Result<String> {
        names(self.snapshot.article_ids())
    }

    /// Begins a `visit`: `id`, `party`, `channel`, `products`.
    pub fn visit(&self, args: Vec<JsValue>) -> Result<Visit> {
        Visit::begin(&self.snapshot, Args::new(args)).map_err(thrown)
    }

    /// Begins to restore a `visit` from its text form, without its events, messages and marks.
    pub fn resume(&self, args: Vec<JsValue>) -> Result<Visit> {
        Visit::resume(&self.snapshot, Args::new(args)).map_err(thrown)
    }
}
