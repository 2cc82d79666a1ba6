//! A base in memory, in the page or in Node: for hosts that feed it themselves, and the builder of snapshots.
//!
//! What is written comes by the name of a call, with its arguments as one JSON object. The instant of a call is
//! told before it: there is no clock here.

use std::ops::ControlFlow;
use std::sync::Arc;

use kenpoint::exchange::{Format, ImportOptions, json};
use kenpoint::model::{AudienceScheme, Viewer};
use kenpoint::{Base, FixedClock, Markup, Recorded, Snapshot, SnapshotRequest, Stemmers};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask;
use crate::fault::{Result, thrown};
use crate::stem;
use crate::told::instant;

mod calls;
mod looks;

/// What is fixed when a base is made.
#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    audiences: Option<AudienceScheme>,
    /// What articles are written in, beside English and the language of the base.
    #[serde(default)]
    languages: Vec<String>,
}

impl Options {
    /// The languages whose stemmers the page has to bring.
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

/// What a call that writes came to.
#[derive(Serialize)]
struct Done {
    recorded: &'static str,
}

/// A word for what became of a record.
fn word(recorded: Recorded) -> &'static str {
    match recorded {
        Recorded::New => "new",
        Recorded::Duplicate => "known",
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
    /// The languages whose stemmers a base of these options needs from the page.
    pub fn languages(options: &str) -> Result<Vec<String>> {
        let options: Options = json::object("options", options).map_err(thrown)?;
        options.missing().map_err(thrown)
    }

    /// Makes an empty base. `stem` is called with a language that `languages` named and a word, and gives the stem.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, stem: js_sys::Function, now: f64) -> Result<Live> {
        let options: Options = json::object("options", options).map_err(thrown)?;
        let clock = Arc::new(FixedClock::at(instant("now", now).map_err(thrown)?));
        let languages = options.missing().map_err(thrown)?;
        let stemmers = Stemmers::with_languages(stem::host_s(stem), &languages);
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

    /// Says when it is, for the calls from here on.
    pub fn tick(&self, now: f64) -> Result<()> {
        self.clock.set(instant("now", now).map_err(thrown)?);
        Ok(())
    }

    /// Writes: a call, with its arguments as a JSON object.
    pub fn act(&self, call: &str, given: &str) -> Result<String> {
        calls::act(&self.base, call, given).map_err(thrown)
    }

    /// Reads, in the same way.
    pub fn look(&self, call: &str, given: &str) -> Result<String> {
        looks::look(&self.base, call, given).map_err(thrown)
    }

    /// Searches for a viewer, who is given.
    pub fn search(&self, told: Vec<JsValue>) -> Result<String> {
        let request = ask::search(told, &nobody()).map_err(thrown)?;
        let answer = self.base.search(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// Suggests, for a text or a case.
    pub fn suggest(&self, told: Vec<JsValue>) -> Result<String> {
        let request = ask::suggest(told, &nobody()).map_err(thrown)?;
        let answer = self.base.suggest(&request).map_err(thrown)?;
        json::write(&answer).map_err(thrown)
    }

    /// The base as it was known at an instant; it is read only.
    pub fn as_of(&self, known: f64) -> Result<Live> {
        let known = instant("known", known).map_err(thrown)?;
        let base = self.base.as_of(known).map_err(thrown)?;
        // Its clock is of its own: to ask the past changes nothing of the present.
        let clock = Arc::new(FixedClock::at(known));
        Ok(Live { base, clock })
    }

    /// Whether an import reads a file of this name.
    pub fn reads(&self, name: &str) -> bool {
        Format::of_name(name).is_some()
    }

    /// Imports files by their paths and bytes, `n` names and as many lengths of what stands one after the other in
    /// `bytes`. `progress` is told the records so far, and stops the import with false.
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
        let mut ask = |so_far: &kenpoint::exchange::Progress| {
            let n = JsValue::from_f64(so_far.records as f64);
            let goes_on = progress.call1(&JsValue::NULL, &n);
            match goes_on.map(|answer| answer.as_bool()) {
                Ok(Some(false)) | Err(_) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        };
        let report = self.base.import_files(&files, &options, &mut ask);
        json::write(&report.map_err(thrown)?).map_err(thrown)
    }

    /// A snapshot for a viewer, with bodies in HTML: what `Reader.open` takes.
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

    /// The whole log, as JSON lines.
    pub fn export(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.base.export(&mut out).map_err(thrown)?;
        Ok(out)
    }
}

/// Who looks if nobody is named: a name that no base has, so that the base says what is missing.
fn nobody() -> Viewer {
    Viewer::new("")
}

/// The names of the parts of a front.
#[wasm_bindgen]
pub fn part_names(front: &[u8]) -> Result<Vec<String>> {
    Snapshot::shard_names(front).map_err(thrown)
}

/// A snapshot cut into parts.
#[wasm_bindgen]
pub struct Parts {
    front: Vec<u8>,
    parts: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Parts {
    /// Cuts a snapshot.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Parts> {
        let cut = Snapshot::split(bytes).map_err(thrown)?;
        Ok(Parts {
            front: cut.manifest,
            parts: cut.shards.into_iter().collect(),
        })
    }

    /// What stands in front of the parts.
    pub fn front(&self) -> Vec<u8> {
        self.front.clone()
    }

    /// The names of the parts, in order.
    pub fn names(&self) -> Vec<String> {
        self.parts.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The bytes of a part, by its place in the names.
    pub fn part(&self, place: usize) -> Vec<u8> {
        let part = self.parts.get(place);
        part.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    }
}
