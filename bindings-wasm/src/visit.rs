//! A visit: what a reader does, on its way to the base.

use kenpoint::exchange::json;
use kenpoint::model::{ProductItem, What};
use kenpoint::{Error, Timestamp};
use serde::Deserialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::{Result, thrown};

/// What is known of a visitor.
#[derive(Deserialize)]
struct Visitor {
    #[serde(default)]
    party: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    products: Vec<ProductItem>,
}

/// What was done, and when.
#[derive(Deserialize)]
struct Done {
    at: Timestamp,
    #[serde(flatten)]
    what: What,
}

/// A visit. Every call takes and gives JSON.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
}

impl Visit {
    /// A visit with what is known of the visitor.
    pub fn begun(mut visit: kenpoint::Visit, visitor: &str) -> kenpoint::Result<Visit> {
        let visitor: Visitor = json::object("visitor", visitor)?;
        if let Some(party) = visitor.party {
            visit = visit.party(party);
        }
        if let Some(channel) = visitor.channel {
            visit = visit.channel(channel);
        }
        visit = visitor
            .products
            .into_iter()
            .fold(visit, kenpoint::Visit::product);
        visit.check()?;
        Ok(Visit { visit })
    }
}

/// An instant that JavaScript gives: milliseconds since 1970.
fn instant(ms: f64) -> kenpoint::Result<Timestamp> {
    if ms.fract() == 0.0 && ms.abs() < 9e15 {
        return Timestamp::from_ms(ms as i64);
    }
    Err(Error::invalid(
        "at",
        ms,
        "it is a whole number of milliseconds since 1970",
    ))
}

#[wasm_bindgen]
impl Visit {
    /// A visit that goes on, from its text form.
    pub fn read(text: &str) -> Result<Visit> {
        let visit: kenpoint::Visit = json::object("visit", text).map_err(thrown)?;
        visit.check().map_err(thrown)?;
        Ok(Visit { visit })
    }

    /// Its text form.
    pub fn json(&self) -> Result<String> {
        json::write(&self.visit).map_err(thrown)
    }

    /// Its id.
    pub fn session(&self) -> String {
        self.visit.session().to_owned()
    }

    /// Records what the visitor did.
    pub fn record(&mut self, done: &str) -> Result<()> {
        let done: Done = json::object("event", done).map_err(thrown)?;
        self.visit.record(done.at, done.what).map_err(thrown)
    }

    /// The events since the last call.
    pub fn take(&mut self) -> Result<String> {
        json::write(&self.visit.take()).map_err(thrown)
    }

    /// What came of it so far.
    pub fn end(&self) -> Result<String> {
        json::write(&self.visit.end()).map_err(thrown)
    }

    /// Hands the need over.
    pub fn hand_over(&mut self, at: f64, message: &str) -> Result<String> {
        let handed = instant(at).and_then(|at| self.visit.hand_over(at, message));
        json::write(&handed.map_err(thrown)?).map_err(thrown)
    }
}
