//! The calls that write, by name, with the arguments as one JSON object.

use kenpoint::exchange::json;
use kenpoint::model::{
    ArticleDraft, CaseDraft, EntryDraft, Event, EventBatch, FactDraft, FlagReason, Handoff,
    LinkDraft, LinkType, Relation, Verdict, Viewer,
};
use kenpoint::{Base, Error, RankPolicy, Result, StateChange};
use serde::{Deserialize, Serialize};

use super::{done, word};

#[derive(Serialize)]
struct Put {
    version: u32,
    recorded: &'static str,
}

#[derive(Serialize)]
struct All {
    recorded: Vec<&'static str>,
}

/// Reads the arguments of a call. An unknown key is an error at any depth.
macro_rules! given {
    ($text:expr => $($name:ident: $type:ty),+) => {
        #[derive(Deserialize)]
        struct Given { $($name: $type,)+ }
        let Given { $($name,)+ } = json::object("call", $text)?;
    };
}
pub(super) use given;

/// Makes the error for an unknown call.
pub(super) fn unknown(call: &str) -> Error {
    Error::invalid("call", call, "there is no such call")
}

/// Runs a call that writes.
pub fn run(base: &Base, call: &str, text: &str) -> Result<String> {
    match call {
        "put" => {
            given!(text => article: ArticleDraft, expects: Option<u32>);
            let put = match expects {
                Some(version) => base.edit(article, version)?,
                None => base.put(article)?,
            };
            json::write(&Put {
                version: put.version,
                recorded: word(put.outcome),
            })
        }
        "record" => {
            given!(text => events: Vec<Event>);
            let recorded = base.record_all(events)?.into_iter().map(word).collect();
            json::write(&All { recorded })
        }
        "merge_events" => {
            given!(text => batch: EventBatch, viewer: Viewer);
            json::write(&base.merge_events(&batch, viewer)?)
        }
        "open_handoff" => {
            given!(text => handoff: Handoff, case: String, viewer: Viewer);
            json::write(&base.open_handoff(&handoff, &case, viewer)?)
        }
        "set_policy" => {
            given!(text => policy: RankPolicy);
            done(base.set_policy(policy)?)
        }
        _ => match knowledge(base, call, text)? {
            Some(text) => Ok(text),
            None => cases(base, call, text),
        },
    }
}

/// Runs a call about articles and facts.
fn knowledge(base: &Base, call: &str, text: &str) -> Result<Option<String>> {
    let recorded = match call {
        "set_fact" => {
            given!(text => fact: FactDraft);
            base.set_fact(fact)?
        }
        "change_state" => {
            given!(text => article: String, change: StateChange);
            base.change_state(&article, change)?
        }
        "verify_article" => {
            given!(text => article: String, by: String);
            base.verify_article(&article, &by)?
        }
        "flag" => {
            given!(text => article: String, reason: FlagReason, by: String);
            base.flag(&article, reason, &by)?
        }
        "merge" => {
            given!(text => article: String, into: String);
            base.merge(&article, &into)?
        }
        "relate" => {
            given!(text => article: String, to: String, relation: Relation);
            base.relate(&article, &to, relation)?
        }
        _ => return Ok(None),
    };
    done(recorded).map(Some)
}

/// Runs a call about cases and links.
fn cases(base: &Base, call: &str, text: &str) -> Result<String> {
    let recorded = match call {
        "open_case" => {
            given!(text => draft: CaseDraft);
            base.open_case(draft)?
        }
        "note" => {
            given!(text => case: String, entry: EntryDraft);
            base.note(&case, entry)?
        }
        "resolve_case" => {
            given!(text => case: String, first_contact: Option<bool>);
            base.resolve_case(&case, first_contact)?
        }
        "close_case" => {
            given!(text => case: String);
            base.close_case(&case)?
        }
        "reopen_case" => {
            given!(text => case: String);
            base.reopen_case(&case)?
        }
        "link" => {
            given!(text => link: LinkDraft, by: String);
            base.link(link, &by)?
        }
        "judge_link" => {
            given!(text => case: String, article: String, link: LinkType, verdict: Verdict);
            base.judge_link(&case, &article, link, verdict)?
        }
        "retract_link" => {
            given!(text => case: String, article: String, link: LinkType);
            base.retract_link(&case, &article, link)?
        }
        _ => return Err(unknown(call)),
    };
    done(recorded)
}
