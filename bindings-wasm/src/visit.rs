//! A visit: what a reader does, on its way to the base.
//!
//! JavaScript reads its own JSON, so what is recorded is told member by member, and a visit that goes on is
//! told anew what was done in it.

use kenpoint::exchange::json;
use kenpoint::model::{CustomerText, EventMembers, Feedback, TextOrigin};
use kenpoint::{Error, Timestamp};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::{Result, thrown};
use crate::told::{Told, count, instant};

/// A visit. What it gives is JSON.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
    /// Messages of a visit that is being told anew.
    messages: Vec<CustomerText>,
}

impl From<kenpoint::Visit> for Visit {
    fn from(visit: kenpoint::Visit) -> Visit {
        Visit {
            visit,
            messages: Vec::new(),
        }
    }
}

#[wasm_bindgen]
impl Visit {
    /// Says who visits, of what is told of a `visitor`: `party`, `channel`, `products`.
    pub fn introduce(&mut self, told: Vec<JsValue>) -> Result<()> {
        let mut told = Told::new(told);
        self.visit = visitor(self.visit.clone(), &mut told).map_err(thrown)?;
        Ok(())
    }

    /// Records an `event`: what the visitor did.
    pub fn record(&mut self, told: Vec<JsValue>) -> Result<()> {
        let (at, done) = event(&mut Told::new(told)).map_err(thrown)?;
        self.visit.record(at, done).map_err(thrown)
    }

    /// Tells a message anew that was written in a visit that goes on.
    pub fn message(&mut self, at: f64, text: String) -> Result<()> {
        self.messages.push(CustomerText {
            at: instant("visit.messages.at", at).map_err(thrown)?,
            from: TextOrigin::Message,
            text,
        });
        Ok(())
    }

    /// Goes on with a visit whose events and messages were told anew, as its text form has them: how many events
    /// were taken, and whether it was handed over.
    pub fn go_on(&mut self, n_taken: f64, was_handed_over: bool) -> Result<()> {
        let messages = std::mem::take(&mut self.messages);
        let visit = count("n_taken", n_taken)
            .and_then(|n| self.visit.clone().resume(n, messages, was_handed_over));
        self.visit = visit.map_err(thrown)?;
        Ok(())
    }

    /// Its id.
    pub fn session(&self) -> String {
        self.visit.session().to_owned()
    }

    /// Its text form.
    pub fn json(&self) -> Result<String> {
        json::write(&self.visit).map_err(thrown)
    }

    /// The events since the last call.
    pub fn take(&mut self) -> Result<String> {
        json::write(&self.visit.take_events()).map_err(thrown)
    }

    /// What came of it so far.
    pub fn end(&self) -> Result<String> {
        json::write(&self.visit.outcome()).map_err(thrown)
    }

    /// Hands the need over.
    pub fn hand_over(&mut self, at: f64, message: &str) -> Result<String> {
        let handed = instant("at", at).and_then(|at| self.visit.hand_over(at, message));
        json::write(&handed.map_err(thrown)?).map_err(thrown)
    }
}

fn visitor(mut visit: kenpoint::Visit, told: &mut Told) -> kenpoint::Result<kenpoint::Visit> {
    if let Some(party) = told.text("visitor.party")? {
        visit = visit.party(party);
    }
    if let Some(channel) = told.text("visitor.channel")? {
        visit = visit.channel(channel);
    }
    for item in told.items("visitor.products")? {
        visit = visit.product(item);
    }
    told.end()?;
    visit.check()?;
    Ok(visit)
}

/// The members of an event of JavaScript.
struct Members<'a>(&'a mut Told);

impl EventMembers for Members<'_> {
    fn text(&mut self, name: &'static str) -> kenpoint::Result<Option<String>> {
        self.0.text(&format!("event.{name}"))
    }

    fn number(&mut self, name: &'static str) -> kenpoint::Result<Option<f64>> {
        self.0.number(&format!("event.{name}"))
    }

    fn count(&mut self, name: &'static str) -> kenpoint::Result<Option<u32>> {
        let count = self.0.count(&format!("event.{name}"))?;
        Ok(count.map(|count| count as u32))
    }
}

fn event(told: &mut Told) -> kenpoint::Result<(Timestamp, Feedback)> {
    let at = told.instant("event.at")?;
    let at = Told::needed("event.at", at)?;
    let what = told.text("event.what")?.ok_or_else(|| {
        let rule = "this kind of event needs it; see the shapes in docs/json.md";
        Error::invalid("event.what", "nothing", rule)
    })?;
    let done = Feedback::from_members(&what, &mut Members(told))?.ok_or_else(|| {
        let rule = "it is nothing that a reader does";
        Error::invalid("event.what", what, rule)
    })?;
    told.end()?;
    Ok((at, done))
}
