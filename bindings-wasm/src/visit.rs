//! A visit: what a reader does, on its way to the base.
//!
//! JavaScript reads its own JSON, so what is recorded comes member by member, and a visit that goes on is
//! told anew what was done in it.

use kenpoint::Error;
use kenpoint::exchange::json;
use kenpoint::model::What;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask::{instant, item};
use crate::fault::{Result, thrown};

/// A visit. What it gives is JSON.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
}

impl From<kenpoint::Visit> for Visit {
    fn from(visit: kenpoint::Visit) -> Visit {
        Visit { visit }
    }
}

#[wasm_bindgen]
impl Visit {
    /// Says who visits, and through which channel.
    pub fn who(&mut self, party: Option<String>, channel: Option<String>) -> Result<()> {
        let mut visit = self.visit.clone();
        if let Some(party) = party {
            visit = visit.party(party);
        }
        if let Some(channel) = channel {
            visit = visit.channel(channel);
        }
        visit.check().map_err(thrown)?;
        self.visit = visit;
        Ok(())
    }

    /// Adds a product that it is about.
    pub fn about(&mut self, product: String, version: Option<String>) -> Result<()> {
        let visit = self.visit.clone().product(item(product, version)?);
        visit.check().map_err(thrown)?;
        self.visit = visit;
        Ok(())
    }

    /// Records what the visitor did: `text` is what was typed, said or shown, `number` what was measured.
    pub fn record(
        &mut self,
        at: f64,
        what: &str,
        article: Option<String>,
        text: Option<String>,
        number: Option<f64>,
    ) -> Result<()> {
        let lacks = |member: &str| {
            let rule = format!("{what} needs it; see the shapes in docs/json.md");
            thrown(Error::invalid(member, "", &rule))
        };
        let has = |member: &str, value: Option<String>| value.ok_or_else(|| lacks(member));
        let n = |member: &str| number.ok_or_else(|| lacks(member));
        let article = |article| has("article", article);
        let of = article;
        let _ = of;
        let at = instant("at", at).map_err(thrown)?;
        let done = match what {
            "searched" => What::Searched {
                query: has("query", text)?,
            },
            _ => {
                return Err(thrown(Error::invalid(
                    "what",
                    what,
                    "it is nothing that a reader does",
                )));
            }
        };
        let _ = (n, article);
        self.visit.record(at, done).map_err(thrown)
    }

    /// Its text form.
    pub fn json(&self) -> Result<String> {
        json::write(&self.visit).map_err(thrown)
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
        let handed = instant("at", at).and_then(|at| self.visit.hand_over(at, message));
        json::write(&handed.map_err(thrown)?).map_err(thrown)
    }
}
