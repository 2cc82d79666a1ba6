//! A visit: what a reader does, on its way to the base.
//!
//! JavaScript reads its own JSON, so what is recorded comes member by member, and a visit that goes on is
//! told anew what was done in it.

use kenpoint::Error;
use kenpoint::exchange::json;
use kenpoint::model::{What, Words, WordsFrom};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::ask::{instant, item, whole};
use crate::fault::{Result, thrown};

/// A visit. What it gives is JSON.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
    /// Messages of a visit that goes on, until it does.
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

/// The members of an event that were given.
struct Given<'a> {
    what: &'a str,
    article: Option<String>,
    text: Option<String>,
    number: Option<f64>,
    impression: Option<String>,
}

impl Given<'_> {
    fn lacks(&self, member: &str) -> Error {
        let rule = format!("{} needs it", self.what);
        Error::invalid(&format!("event.{member}"), "", &rule)
    }

    fn article(&mut self) -> kenpoint::Result<String> {
        let article = self.article.take();
        article.ok_or_else(|| self.lacks("article"))
    }

    fn text(&mut self, member: &str) -> kenpoint::Result<String> {
        let text = self.text.take();
        text.ok_or_else(|| self.lacks(member))
    }

    fn number(&mut self, member: &str) -> kenpoint::Result<f64> {
        let number = self.number.take();
        number.ok_or_else(|| self.lacks(member))
    }

    /// A whole number, as it is counted.
    fn count(&mut self, member: &str) -> kenpoint::Result<u32> {
        whole(&format!("event.{member}"), self.number(member)?)
    }

    /// The event.
    fn what(&mut self) -> kenpoint::Result<What> {
        Ok(match self.what {
            "searched" => What::Searched {
                query: self.text("query")?,
            },
            "shown" => What::Shown {
                impression: self
                    .impression
                    .take()
                    .ok_or_else(|| self.lacks("impression"))?,
            },
            "clicked" => What::Clicked {
                article: self.article()?,
                rank: match self.number {
                    Some(_) => Some(self.count("rank")?),
                    None => None,
                },
                impression: self.impression.take(),
            },
            "viewed" => What::Viewed {
                article: self.article()?,
                impression: self.impression.take(),
            },
            "dwelt" => What::Dwelt {
                article: self.article()?,
                seconds: self.count("seconds")?,
            },
            "copied" => What::Copied {
                article: self.article()?,
            },
            "returned" => What::Returned {
                article: self.article()?,
                after_s: self.number("after_s")?,
            },
            "rated" => What::Rated {
                article: self.article()?,
                value: self.number("value")?,
            },
            "solved" => What::Solved {
                article: self.article()?,
            },
            "did-not-solve" => What::DidNotSolve {
                article: self.article()?,
            },
            "commented" => What::Commented {
                article: self.article()?,
                text: self.text("text")?,
            },
            "flagged" => What::Flagged {
                article: self.article()?,
                reason: self.text("reason")?.parse()?,
            },
            other => {
                let rule = "it is nothing that a reader does; see the events of docs/json.md";
                return Err(Error::invalid("event.what", other, rule));
            }
        })
    }

    /// Fails if something was given that the event has not.
    fn none_left(&self) -> kenpoint::Result<()> {
        let rest = [
            ("article", self.article.is_some()),
            ("text", self.text.is_some()),
            ("number", self.number.is_some()),
            ("impression", self.impression.is_some()),
        ];
        match rest.iter().find(|(_, is_left)| *is_left) {
            None => Ok(()),
            Some((member, _)) => {
                let rule = format!("{} has none; leave it out", self.what);
                Err(Error::invalid(&format!("event.{member}"), "a value", &rule))
            }
        }
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

    /// Records what the visitor did: `text` is what was typed or said, `number` what was measured.
    pub fn record(
        &mut self,
        at: f64,
        what: &str,
        article: Option<String>,
        text: Option<String>,
        number: Option<f64>,
        impression: Option<String>,
    ) -> Result<()> {
        let mut given = Given {
            what,
            article,
            text,
            number,
            impression,
        };
        let done = given.what().and_then(|what| {
            given.none_left()?;
            self.visit.record(instant("event.at", at)?, what)
        });
        done.map_err(thrown)
    }

    /// Tells a message of a visit that goes on; [`Visit::resume`] ends it.
    pub fn message(&mut self, at: f64, text: String) -> Result<()> {
        self.messages.push(Words {
            at: instant("messages.at", at).map_err(thrown)?,
            from: WordsFrom::Message,
            text,
        });
        Ok(())
    }

    /// Goes on with a visit whose events and messages were told: so many events were taken.
    pub fn resume(&mut self, n_taken: f64, was_handed_over: bool) -> Result<()> {
        let n_taken = whole("visit.n_taken", n_taken).map_err(thrown)? as usize;
        let messages = std::mem::take(&mut self.messages);
        let visit = self.visit.clone();
        let resumed = visit.resumed(n_taken, messages, was_handed_over);
        self.visit = resumed.map_err(thrown)?;
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
