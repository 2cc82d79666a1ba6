//! A base in memory, in the page or in Node, for hosts that feed it themselves and for building snapshots.
//!
//! A call that writes has a name and one JSON object of arguments. There is no clock: `tick` sets the time.

use std::ops::ControlFlow;
use std::sync::Arc;

use kenpoint::exchange::{Format, ImportOptions, json};
use kenpoint::model::{AudienceScheme, Viewer};
use kenpoint::{Base, FixedClock, Markup, Recorded, Snapshot, SnapshotRequest, Stemmers};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::args::instant;
use crate::error::{Result, thrown};
use crate::{request, stem};

mod commands;
mod queries;

/// The options of a new base.
#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    audiences: Option<AudienceScheme>,
    /// The languages of articles besides English and the language of the base.
    #[serde(default)]
    languages: Vec<String>,
}

impl Options {
    /// Returns the languages whose stemmers the page has to load.
    fn missing(&self) -> kenpoint::Result<Vec<String>> {
        let tags: Vec<&String> = self.language.iter().chain(&self.languages).collect();
        Stemmers::missing(&tags)
    }
}

/// A base in memory.
#[wasm_bindgen]
pub struct Live {
    base: Base,
    clock: Arc<FixedClock>,
}

/// The result of a call that writes.
#[derive(Serialize)]
struct Done {
    recorded: &'static str,
}

/// Names the result of a write.
fn word(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::New => "new",
        Recorded::Duplicate => "duplicate",
        Recorded::Unchanged => "unchanged",
    }
}

fn done(recorded: Recorded) -> kenpoint::Result<String> {
    json::write(&Done {
        recorded: word(recorded),
    })
}

#[wasm_bindgen]
impl Live {
    /// Returns the languages whose stemmers a base with these options needs from the page.
    pub fn languages(options: &str) -> Result<Vec<String>> {
        let options: Options = json::object("options", options).map_err(thrown)?;
        options.missing().map_err(thrown)
    }

    /// Makes an empty base. `stem` is called with a language that `languages` named and a word, and returns the stem.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, stem: js_sys::Function, now: f64) -> Result<Live> {
        let options: Options = json::object("options", options).map_err(thrown)?;
        let clock = Arc::new(FixedClock::at(instant("now", now).map_err(thrown)?));
        let languages = options.missing().map_err(thrown)?;
        let stemmers = Stemmers::with_languages(stem::host_stemmer(stem), &languages);
        let mut base = Base::in_memory()
            .clock(Arc::clone(&clock))
            .seed(options.seed)
            .stemmers(stemmers);
        if let Some(language) = options.language {
            base = base.language(language);
        }
        if let Some(audiences) = options.audiences {
            base = base.audiences(audiences);
        }
        let base = base.open().map_err(thrown)?;
        Ok(Live { base, clock })
    }

    /// Sets the time for all later calls.
    pub fn tick(&self, now: f64) -> Result<()> {
        self.clock.set(instant("now", now).map_err(thrown)?);
        Ok(())
    }

    /// Runs a call that writes, with its arguments as a JSON object.
    pub fn command(&self, call: &str, given: &str) -> Result<String> {
        commands::run(&self.base, call, given).map_err(thrown)
    }

    /// Runs a call that reads, in the same way.
    pub fn query(&self, call: &str, given: &str) -> Result<String> {
        queries::run(&self.base, call, given).map_err(thrown)
    }

    /// Searches; the arguments name the viewer.
    pub fn search(&self, args: Vec<JsValue>) -> Result<String> {
        let request = request::search(args, &nobody()).map_err(thrown)?;
        let answer = self.base.search(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Suggests articles for a text or a case.
    pub fn suggest(&self, args: Vec<JsValue>) -> Result<String> {
        let request = request::suggest(args, &nobody()).map_err(thrown)?;
        let answer = self.base.suggest(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Returns a read-only base with the knowledge of an earlier instant.
    pub fn as_of(&self, known: f64) -> Result<Live> {
        let known = instant("known", known).map_err(thrown)?;
        let base = self.base.as_of(known).map_err(thrown)?;
        // A clock of its own, so that `tick` there does not change this base.
        let clock = Arc::new(FixedClock::at(known));
        Ok(Live { base, clock })
    }

    /// Returns true if an import reads a file of this name.
    pub fn can_import(&self, name: &str) -> bool {
        Format::of_name(name).is_some()
    }

    /// Imports files. `bytes` holds the contents of all files in a row, `lengths` the length of each. `progress` is
    /// called with the number of records so far; it returns false to stop the import.
    pub fn import_files(
        &self,
        names: Vec<String>,
        lengths: Vec<u32>,
        bytes: &[u8],
        options: &str,
        progress: &js_sys::Function,
    ) -> Result<String> {
        let options: ImportOptions = json::object("options", options).map_err(thrown)?;
        let mut rest = bytes;
        let mut files = Vec::with_capacity(names.len());
        for (name, length) in names.into_iter().zip(lengths) {
            let (file, after) = rest
                .split_at_checked(length as usize)
                .ok_or("901 Internal the lengths of the files are not those of their bytes")?;
            rest = after;
            files.push((name, file.to_vec()));
        }
        let mut report_progress = |so_far: &kenpoint::exchange::Progress| {
            let n = JsValue::from_f64(so_far.records as f64);
            let goes_on = progress.call1(&JsValue::NULL, &n);
            match goes_on.map(|answer| answer.as_bool()) {
                Ok(Some(false)) | Err(_) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        };
        let report = self
            .base
            .import_files(&files, &options, &mut report_progress);
        json::write(&report.map_err(thrown)?).map_err(thrown)
    }

    /// Makes a snapshot for a viewer with article bodies in HTML.
    pub fn snapshot(
        &self,
        audience: String,
        entitlements: Vec<String>,
        at: Option<f64>,
    ) -> Result<Vec<u8>> {
        let viewer = Viewer::new(audience);
        let viewer = entitlements.into_iter().fold(viewer, Viewer::entitled_to);
        let mut request = SnapshotRequest::new(viewer).markup(Markup::Html);
        let at = at.map(|at| instant("at", at)).transpose();
        request.at = at.map_err(thrown)?;
        self.base.snapshot(&request).map_err(thrown)
    }

    /// Exports the whole log as JSON lines.
    pub fn export(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.base.export(&mut out).map_err(thrown)?;
        Ok(out)
    }
}

/// Returns a viewer of no audience, so that the base names the missing member.
fn nobody() -> Viewer {
    Viewer::new("")
}

/// Returns the names of the shards that a manifest refers to.
#[wasm_bindgen]
pub fn shard_names(manifest: &[u8]) -> Result<Vec<String>> {
    Snapshot::shard_names(manifest).map_err(thrown)
}

/// A snapshot in shards.
#[wasm_bindgen]
pub struct Split {
    manifest: Vec<u8>,
    shards: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Split {
    /// Splits a snapshot.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Split> {
        let split = Snapshot::split(bytes).map_err(thrown)?;
        Ok(Split {
            manifest: split.manifest,
            shards: split.shards.into_iter().collect(),
        })
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> Vec<u8> {
        self.manifest.clone()
    }

    /// Returns the names of the shards, in order.
    pub fn names(&self) -> Vec<String> {
        self.shards.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the bytes of the shard at an index of the names.
    pub fn shard(&self, index: usize) -> Vec<u8> {
        let shard = self.shards.get(index);
        shard.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    }
}
