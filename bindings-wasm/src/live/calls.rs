//! What writes.

use kenpoint::exchange::json;
use kenpoint::model::{
    ArticleDraft, CaseDraft, EntryDraft, Event, EventBatch, FactDraft, FlagReason, Handoff,
    LinkDraft, LinkType, Relation, Verdict,
};
use kenpoint::{Base, RankPolicy, Result, StateChange};
use serde::{Deserialize, Serialize};

use super::{done, word};

/// A call with its arguments.
#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum Call {
    Put {
        article: Box<ArticleDraft>,
        expects: Option<u32>,
    },
    SetFact {
        fact: Box<FactDraft>,
    },
    ChangeState {
        article: String,
        change: StateChange,
    },
    VerifyArticle {
        article: String,
        by: String,
    },
    Flag {
        article: String,
        reason: FlagReason,
        by: String,
    },
    Merge {
        article: String,
        into: String,
    },
    Relate {
        article: String,
        to: String,
        relation: Relation,
    },
    OpenCase {
        case: Box<CaseDraft>,
    },
    Note {
        case: String,
        entry: EntryDraft,
    },
    ResolveCase {
        case: String,
        first_contact: Option<bool>,
    },
    CloseCase {
        case: String,
    },
    ReopenCase {
        case: String,
    },
    Link {
        link: Box<LinkDraft>,
        by: String,
    },
    JudgeLink {
        case: String,
        article: String,
        link: LinkType,
        verdict: Verdict,
    },
    RetractLink {
        case: String,
        article: String,
        link: LinkType,
    },
    Record {
        events: Vec<Event>,
    },
    SetPolicy {
        policy: Box<RankPolicy>,
    },
    MergeEvents {
        batch: EventBatch,
        audience: String,
    },
    OpenHandoff {
        handoff: Box<Handoff>,
        case: String,
        audience: String,
    },
}

#[derive(Serialize)]
struct Put {
    version: u32,
    recorded: &'static str,
}

#[derive(Serialize)]
struct All {
    recorded: Vec<&'static str>,
}

/// Does what is called for.
pub fn act(base: &Base, call: Call) -> Result<String> {
    let recorded = match call {
        Call::Put { article, expects } => {
            let put = match expects {
                Some(version) => base.edit(*article, version)?,
                None => base.put(*article)?,
            };
            return json::write(&Put {
                version: put.version,
                recorded: word(put.outcome),
            });
        }
        Call::Record { events } => {
            let recorded = base.record_all(events)?.into_iter().map(word).collect();
            return json::write(&All { recorded });
        }
        Call::MergeEvents { batch, audience } => {
            return json::write(&base.merge_events(&batch, &audience)?);
        }
        Call::OpenHandoff {
            handoff,
            case,
            audience,
        } => return json::write(&base.open_handoff(&handoff, &case, &audience)?),
        Call::SetFact { fact } => base.set_fact(*fact)?,
        Call::ChangeState { article, change } => base.change_state(&article, change)?,
        Call::VerifyArticle { article, by } => base.verify_article(&article, &by)?,
        Call::Flag {
            article,
            reason,
            by,
        } => base.flag(&article, reason, &by)?,
        Call::Merge { article, into } => base.merge(&article, &into)?,
        Call::Relate {
            article,
            to,
            relation,
        } => base.relate(&article, &to, relation)?,
        Call::OpenCase { case } => base.open_case(*case)?,
        Call::Note { case, entry } => base.note(&case, entry)?,
        Call::ResolveCase {
            case,
            first_contact,
        } => base.resolve_case(&case, first_contact)?,
        Call::CloseCase { case } => base.close_case(&case)?,
        Call::ReopenCase { case } => base.reopen_case(&case)?,
        Call::Link { link, by } => base.link(*link, &by)?,
        Call::JudgeLink {
            case,
            article,
            link,
            verdict,
        } => base.judge_link(&case, &article, link, verdict)?,
        Call::RetractLink {
            case,
            article,
            link,
        } => base.retract_link(&case, &article, link)?,
        Call::SetPolicy { policy } => base.set_policy(*policy)?,
    };
    done(recorded)
}
