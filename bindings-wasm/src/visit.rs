//! A visit: what a reader does, on its way to the base.
//!
//! JavaScript reads its own JSON, so what is recorded comes member by member, and a visit that goes on is
//! told anew what was done in it.

use kenpoint::Error;
use kenpoint::exchange::json;
use kenpoint::model::{Feedback, Words, WordsFrom};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask::{count, instant, item};
use crate::fault::{Result, thrown};

/// A visit. What it gives is JSON.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
    /// Messages of a visit that is being told anew.
    messages: Vec<Words>,
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
    /// Says who visits, and through which channel; what is left out stays as it is.
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

    /// Records what the visitor did. `text` is what was typed or said, or what is wrong, `number` a rank, seconds or
    /// a rating, `impression` the token of the answer.
    pub fn record(
        &mut self,
        at: f64,
        what: &str,
        article: Option<String>,
        text: Option<String>,
        number: Option<f64>,
        impression: Option<String>,
    ) -> Result<()> {
        let done = Done {
            what,
            article,
            text,
            number,
            impression,
        };
        let recorded = instant("at", at).and_then(|at| self.visit.record(at, done.feedback()?));
        recorded.map_err(thrown)
    }

    /// Tells a message anew that was written in a visit that goes on.
    pub fn message(&mut self, at: f64, text: String) -> Result<()> {
        self.messages.push(Words {
            at: instant("at", at).map_err(thrown)?,
            from: WordsFrom::Message,
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

/// What was done, member by member.
struct Done<'a> {
    what: &'a str,
    article: Option<String>,
    text: Option<String>,
    number: Option<f64>,
    impression: Option<String>,
}

impl Done<'_> {
    fn feedback(self) -> kenpoint::Result<Feedback> {
        let what = self.what;
        let article = || needed(what, "article", self.article);
        let impression = self.impression;
        Ok(match what {
            "searched" => Feedback::Searched {
                query: needed(what, "query", self.text)?,
            },
            "shown" => Feedback::Shown {
                impression: needed(what, "impression", impression)?,
            },
            "clicked" => Feedback::Clicked {
                article: article()?,
                rank: self.number.map(|n| whole("rank", n)).transpose()?,
                impression,
            },
            "viewed" => Feedback::Viewed {
                article: article()?,
                impression,
            },
            "dwelt" => Feedback::Dwelt {
                article: article()?,
                seconds: whole("seconds", needed(what, "seconds", self.number)?)?,
            },
            "copied" => Feedback::Copied {
                article: article()?,
            },
            "returned" => Feedback::Returned {
                article: article()?,
                after_s: needed(what, "after_s", self.number)?,
            },
            "rated" => Feedback::Rated {
                article: article()?,
                value: needed(what, "value", self.number)?,
            },
            "solved" => Feedback::Solved {
                article: article()?,
            },
            "did-not-solve" => Feedback::DidNotSolve {
                article: article()?,
            },
            "commented" => Feedback::Commented {
                article: article()?,
                text: needed(what, "text", self.text)?,
            },
            "flagged" => Feedback::Flagged {
                article: article()?,
                reason: needed(what, "reason", self.text)?.parse()?,
            },
            _ => {
                let rule = "it is nothing that a reader does";
                return Err(Error::invalid("event.what", what, rule));
            }
        })
    }
}

/// A member that this kind of event must have.
fn needed<T>(what: &str, member: &str, value: Option<T>) -> kenpoint::Result<T> {
    value.ok_or_else(|| {
        let rule = "this kind of event needs it; see the shapes in docs/json.md";
        Error::invalid(&format!("event.{member}"), what, rule)
    })
}

fn whole(member: &str, n: f64) -> kenpoint::Result<u32> {
    count(&format!("event.{member}"), n).map(|n| n as u32)
}
