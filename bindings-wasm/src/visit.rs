//! A visit: what a reader does, on its way to the base.
//!
//! JavaScript reads its own JSON, so what is recorded is told member by member, and a visit that goes on is
//! told anew what was done in it.

use kenpoint::exchange::json;
use kenpoint::model::{CustomerText, Feedback, TextOrigin};
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
            .and_then(|n| self.visit.clone().go_on(n, messages, was_handed_over));
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

fn event(told: &mut Told) -> kenpoint::Result<(Timestamp, Feedback)> {
    let at = told.instant("event.at")?;
    let at = Told::needed("event.at", at)?;
    let what = text(told, "what")?;
    let done = match what.as_str() {
        "searched" => Feedback::Searched {
            query: text(told, "query")?,
        },
        "shown" => Feedback::Shown {
            impression: text(told, "impression")?,
        },
        "clicked" => Feedback::Clicked {
            article: text(told, "article")?,
            rank: told.count("event.rank")?.map(|rank| rank as u32),
            impression: told.text("event.impression")?,
        },
        "viewed" => Feedback::Viewed {
            article: text(told, "article")?,
            impression: told.text("event.impression")?,
        },
        "dwelt" => Feedback::Dwelt {
            article: text(told, "article")?,
            seconds: count("event.seconds", number(told, "seconds")?)? as u32,
        },
        "copied" => Feedback::Copied {
            article: text(told, "article")?,
        },
        "returned" => Feedback::Returned {
            article: text(told, "article")?,
            after_s: number(told, "after_s")?,
        },
        "rated" => Feedback::Rated {
            article: text(told, "article")?,
            value: number(told, "value")?,
        },
        "solved" => Feedback::Solved {
            article: text(told, "article")?,
        },
        "did-not-solve" => Feedback::DidNotSolve {
            article: text(told, "article")?,
        },
        "commented" => Feedback::Commented {
            article: text(told, "article")?,
            text: text(told, "text")?,
        },
        "flagged" => Feedback::Flagged {
            article: text(told, "article")?,
            reason: text(told, "reason")?.parse()?,
        },
        _ => {
            let rule = "it is nothing that a reader does";
            return Err(Error::invalid("event.what", what, rule));
        }
    };
    told.end()?;
    Ok((at, done))
}

/// A text that this kind of event must have.
fn text(told: &mut Told, member: &str) -> kenpoint::Result<String> {
    let name = format!("event.{member}");
    let text = told.text(&name)?;
    needed(&name, text)
}

/// A number that this kind of event must have.
fn number(told: &mut Told, member: &str) -> kenpoint::Result<f64> {
    let name = format!("event.{member}");
    let number = told.number(&name)?;
    needed(&name, number)
}

fn needed<T>(name: &str, value: Option<T>) -> kenpoint::Result<T> {
    value.ok_or_else(|| {
        let rule = "this kind of event needs it; see the shapes in docs/json.md";
        Error::invalid(name, "nothing", rule)
    })
}
