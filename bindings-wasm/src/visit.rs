//! A visit. Results are JSON.
//!
//! The engine has no JSON reader, so the page reads the text form of a visit and passes its members: first
//! [`crate::Snapshot::resume`], then [`Visit::repeat`] for each event, [`Visit::message`] for each message, and
//! [`Visit::restore`].

use kenpoint::exchange::json;
use kenpoint::model::{CustomerText, Event, EventMembers, Feedback, TextOrigin};
use kenpoint::{Error, ErrorCode, Result, Snapshot};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::args::{Args, count, instant};
use crate::error::{self, thrown};

/// A visit.
#[wasm_bindgen]
pub struct Visit {
    visit: kenpoint::Visit,
    /// The messages of a visit that is being restored.
    messages: Vec<CustomerText>,
}

impl Visit {
    pub(crate) fn begin(snapshot: &Snapshot, mut args: Args) -> Result<Visit> {
        let id = args.needed_text("visit.id")?;
        visitor(snapshot.visit(&id)?, args)
    }

    pub(crate) fn resume(snapshot: &Snapshot, mut args: Args) -> Result<Visit> {
        let schema = args.number("visit.schema")?;
        let expected = f64::from(json::SCHEMA);
        if schema.is_some_and(|schema| schema != expected) {
            return Err(Error::new(
                ErrorCode::InvalidRecord,
                "visit: this library reads schema 1 only; update the library",
            ));
        }
        let id = args.needed_text("visit.session")?;
        let base = args.needed_text("visit.base")?;
        let audience = args.needed_text("visit.audience")?;
        let visit = snapshot.visit(&id)?;
        visit.check_origin(&base, &audience)?;
        visitor(visit, args)
    }
}

#[wasm_bindgen]
impl Visit {
    /// Records an `event`.
    pub fn record(&mut self, args: Vec<JsValue>) -> error::Result<()> {
        let mut args = Args::new(args);
        let event = event(&mut args).and_then(|event| {
            args.end()?;
            self.visit.record(event.at, event.what)
        });
        event.map_err(thrown)
    }

    /// Repeats an `event` of the text form.
    pub fn repeat(&mut self, args: Vec<JsValue>) -> error::Result<()> {
        repeated(Args::new(args))
            .and_then(|event| self.visit.repeat(event))
            .map_err(thrown)
    }

    /// Repeats a `message` of the text form.
    pub fn message(&mut self, args: Vec<JsValue>) -> error::Result<()> {
        let message = message(Args::new(args)).map_err(thrown)?;
        self.messages.push(message);
        Ok(())
    }

    /// Restores the rest of the text form.
    pub fn restore(&mut self, n_taken: f64, was_handed_over: bool) -> error::Result<()> {
        let messages = std::mem::take(&mut self.messages);
        let visit = count("visit.n_taken", n_taken)
            .and_then(|n| self.visit.clone().resume(n, messages, was_handed_over));
        self.visit = visit.map_err(thrown)?;
        Ok(())
    }

    /// Returns the id.
    pub fn id(&self) -> String {
        self.visit.session().to_owned()
    }

    /// Returns the text form.
    pub fn json(&self) -> error::Result<String> {
        json::write(&self.visit).map_err(thrown)
    }

    /// Returns the events since the last call.
    pub fn take_events(&mut self) -> error::Result<String> {
        json::write(&self.visit.take_events()).map_err(thrown)
    }

    /// Returns the outcome so far.
    pub fn outcome(&self) -> error::Result<String> {
        json::write(&self.visit.outcome()).map_err(thrown)
    }

    /// Makes the handoff.
    pub fn hand_over(&mut self, at: f64, message: &str) -> error::Result<String> {
        let handoff = instant("at", at).and_then(|at| self.visit.hand_over(at, message));
        json::write(&handoff.map_err(thrown)?).map_err(thrown)
    }
}

fn visitor(mut visit: kenpoint::Visit, mut args: Args) -> Result<Visit> {
    if let Some(party) = args.text("visit.party")? {
        visit = visit.party(party);
    }
    if let Some(channel) = args.text("visit.channel")? {
        visit = visit.channel(channel);
    }
    for item in args.items("visit.products")? {
        visit = visit.product(item);
    }
    args.end()?;
    visit.check()?;
    let messages = Vec::new();
    Ok(Visit { visit, messages })
}

/// The members of an event.
struct Members<'a>(&'a mut Args);

impl EventMembers for Members<'_> {
    fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        self.0.text(&format!("event.{name}"))
    }

    fn number(&mut self, name: &'static str) -> Result<Option<f64>> {
        self.0.number(&format!("event.{name}"))
    }

    fn count(&mut self, name: &'static str) -> Result<Option<u32>> {
        let count = self.0.count(&format!("event.{name}"))?;
        Ok(count.map(|count| count as u32))
    }
}

fn event(args: &mut Args) -> Result<Event<Feedback>> {
    let at = args.needed_instant("event.at")?;
    let what = args.text("event.what")?.ok_or_else(|| {
        let rule = "this kind of event needs it; see the shapes in docs/json.md";
        Error::invalid("event.what", "nothing", rule)
    })?;
    let feedback = Feedback::from_members(&what, &mut Members(args))?.ok_or_else(|| {
        let rule = "it is no event of a reader";
        Error::invalid("event.what", what, rule)
    })?;
    Ok(Event::new(at, feedback))
}

fn repeated(mut args: Args) -> Result<Event<Feedback>> {
    let mut event = event(&mut args)?;
    event.id = args.needed_text("event.id")?;
    event.session = args.text("event.session")?;
    event.audience = args.text("event.audience")?;
    event.party = args.text("event.party")?;
    event.channel = args.text("event.channel")?;
    args.end()?;
    Ok(event)
}

fn message(mut args: Args) -> Result<CustomerText> {
    let at = args.needed_instant("message.at")?;
    let text = args.needed_text("message.text")?;
    args.text("message.from")?;
    args.end()?;
    let from = TextOrigin::Message;
    Ok(CustomerText { at, from, text })
}
