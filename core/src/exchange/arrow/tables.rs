//! The exported tables of a base, column by column. A column that can be imported has the name of its import key.

use crate::model::{
    Article, Case, Event, Fact, Freshness, FreshnessPolicy, Link, ProductItem, ProductScope,
};
use crate::review::ReviewItem;
use crate::state::ledger::EvidenceRow;
use crate::time::Timestamp;

use super::output::Columns;

/// The columns of an article without its texts; [`articles_with_text`] adds them.
pub(crate) fn articles(columns: Columns<'_, Article>) -> Columns<'_, Article> {
    columns
        .text("id", |a| &a.id)
        .text("kind", |a| a.kind.as_str())
        .text("title", |a| &a.title)
        .count("version", |a| a.version)
        .text("change", |a| a.change.as_str())
        .text("language", |a| &a.language)
        .text("audience", |a| &a.audience)
        .text("confidence", |a| a.confidence.as_str())
        .text("governance", |a| a.governance.as_str())
        .structs("products", |a| &a.scope.products, product_scope)
        .texts("components", |a| &a.scope.components)
        .texts("regions", |a| &a.scope.regions)
        .texts("channels", |a| &a.scope.channels)
        .some_time("valid_from", |a| a.scope.valid_from)
        .some_time("valid_to", |a| a.scope.valid_to)
        .texts("entitlement", |a| &a.scope.entitlement)
        .texts("tags", |a| &a.tags)
        .some_text("owner", |a| a.owner.as_ref())
        .some_text("author", |a| a.author.as_ref())
        .some_text("family", |a| a.family.as_ref())
        .time("created", |a| a.created)
        .time("updated", |a| a.edited)
        .some_time("verified", |a| a.verified)
        .some_struct("freshness", |a| a.freshness, policy)
        .some_text("suspect", |a| a.suspect.as_ref().map(|s| s.reason.as_str()))
        .some_time("suspect_since", |a| a.suspect.as_ref().map(|s| s.since))
        .some_text("merged_into", |a| a.merged_into.as_ref())
        .structs(
            "relations",
            |a| &a.relations,
            |relations| {
                relations
                    .text("relation", |(relation, _)| relation.as_str())
                    .text("article", |(_, other)| other)
            },
        )
        .some_struct("fact", |a| a.fact.clone(), fact)
        .some_struct(
            "source",
            |a| a.source.clone(),
            |sources| {
                sources
                    .some_text("system", |s| s.as_ref().map(|s| &s.system))
                    .some_text("key", |s| s.as_ref().map(|s| &s.key))
            },
        )
}

/// The columns of an article with its sections.
pub(crate) fn articles_with_text(columns: Columns<'_, Article>) -> Columns<'_, Article> {
    articles(columns).structs(
        "sections",
        |a| &a.sections,
        |sections| {
            sections
                .text("role", |s| s.role.as_str())
                .some_text("heading", |s| s.heading.as_ref())
                .text("text", |s| &s.text)
                .some_text("audience", |s| s.audience.as_ref())
        },
    )
}

fn product_scope(products: Columns<'_, ProductScope>) -> Columns<'_, ProductScope> {
    products
        .text("id", |p| &p.id)
        .some_text("versions", |p| p.versions.as_ref().map(ToString::to_string))
}

fn policy(policies: Columns<'_, Option<FreshnessPolicy>>) -> Columns<'_, Option<FreshnessPolicy>> {
    policies
        .some_count("interval_days", |p| match p {
            Some(FreshnessPolicy::Interval { days }) => Some(*days),
            _ => None,
        })
        .some_time("date", |p| match p {
            Some(FreshnessPolicy::Date { at }) => Some(*at),
            _ => None,
        })
        .some_count("ttl_days", |p| match p {
            Some(FreshnessPolicy::Ttl { days }) => Some(*days),
            _ => None,
        })
}

fn fact(facts: Columns<'_, Option<Fact>>) -> Columns<'_, Option<Fact>> {
    facts
        .some_text("subject", |f| f.as_ref().map(|f| &f.subject))
        .some_text("predicate", |f| f.as_ref().map(|f| &f.predicate))
        .some_time("as_of", |f| f.as_ref().map(|f| f.as_of))
        .some_time("expires", |f| f.as_ref().and_then(|f| f.expires))
        .some_text("source", |f| f.as_ref().and_then(|f| f.source.as_ref()))
}

/// A row of the table of versions.
pub(crate) struct VersionRow {
    pub(crate) article: String,
    pub(crate) version: u32,
    pub(crate) title: String,
    pub(crate) change: crate::model::Change,
    pub(crate) at: Timestamp,
    pub(crate) author: Option<String>,
}

pub(crate) fn versions(columns: Columns<'_, VersionRow>) -> Columns<'_, VersionRow> {
    columns
        .text("article", |v| &v.article)
        .count("version", |v| v.version)
        .text("title", |v| &v.title)
        .text("change", |v| v.change.as_str())
        .time("at", |v| v.at)
        .some_text("author", |v| v.author.as_ref())
}

/// A case with the instants of its last resolution, closing and reopening.
pub(crate) struct CaseRow {
    pub(crate) case: Case,
    pub(crate) resolved: Option<Timestamp>,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) reopened: Option<Timestamp>,
}

pub(crate) fn cases(columns: Columns<'_, CaseRow>) -> Columns<'_, CaseRow> {
    columns
        .text("id", |c| &c.case.id)
        .text("kind", |c| c.case.kind.as_str())
        .time("opened", |c| c.case.opened)
        .some_text("channel", |c| c.case.channel.as_ref())
        .some_text("party", |c| c.case.party.as_ref())
        .some_text("session", |c| c.case.session.as_ref())
        .structs("products", |c| &c.case.products, product_item)
        .text("status", |c| c.case.status.as_str())
        .some_time("resolved", |c| c.resolved)
        .some_time("closed", |c| c.closed)
        .some_time("reopened", |c| c.reopened)
        .some_flag("first_contact", |c| c.case.first_contact)
        .structs(
            "relations",
            |c| &c.case.relations,
            |relations| {
                relations
                    .text("relation", |(relation, _)| relation.as_str())
                    .text("case", |(_, other)| other)
            },
        )
}

pub(crate) fn cases_with_text(columns: Columns<'_, CaseRow>) -> Columns<'_, CaseRow> {
    cases(columns).structs(
        "entries",
        |c| &c.case.entries,
        |entries| {
            entries
                .time("at", |e| e.at)
                .text("text", |e| &e.text)
                .text("reuse", |e| e.reuse.to_string())
                .some_text("author", |e| e.author.as_ref())
        },
    )
}

fn product_item(products: Columns<'_, ProductItem>) -> Columns<'_, ProductItem> {
    products
        .text("id", |p| &p.id)
        .some_text("version", |p| p.version.as_ref().map(ToString::to_string))
}

pub(crate) fn links(columns: Columns<'_, Link>) -> Columns<'_, Link> {
    columns
        .text("case", |l| &l.case)
        .text("article", |l| &l.article)
        .text("link", |l| l.link.as_str())
        .text("provenance", |l| l.provenance.as_str())
        .number("confidence", |l| l.confidence)
        .time("at", |l| l.at)
        .some_text("actor", |l| l.actor.as_ref())
        .some_text("reason", |l| l.reason.map(|reason| reason.as_str()))
        .some_text("verdict", |l| l.verdict.map(|verdict| verdict.as_str()))
        .some_time("retracted_at", |l| l.retracted_at)
}

/// An event of the log. Its members beside the common columns are one JSON text.
pub(crate) struct EventRow {
    pub(crate) event: Event,
    pub(crate) arrived: Timestamp,
    pub(crate) what: String,
    pub(crate) details: Option<String>,
}

impl EventRow {
    /// Converts an event to a row.
    pub(crate) fn new(event: Event, arrived: Timestamp) -> crate::Result<EventRow> {
        let json = serde_json::to_value(&event).map_err(|e| {
            crate::Error::with_source(
                crate::ErrorCode::Internal,
                "an event cannot be written as JSON",
                e,
            )
        })?;
        let serde_json::Value::Object(mut map) = json else {
            return Err(crate::Error::internal("an event is no JSON object"));
        };
        for key in [
            "id", "at", "actor", "party", "session", "case", "channel", "audience",
        ] {
            map.remove(key);
        }
        let what = map.remove("what");
        if map.get("article").is_some_and(serde_json::Value::is_string) {
            map.remove("article");
        }
        Ok(EventRow {
            what: what
                .as_ref()
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            details: (!map.is_empty()).then(|| serde_json::Value::Object(map).to_string()),
            event,
            arrived,
        })
    }
}

pub(crate) fn events(columns: Columns<'_, EventRow>) -> Columns<'_, EventRow> {
    columns
        .text("id", |e| &e.event.id)
        .time("at", |e| e.event.at)
        .time("arrived", |e| e.arrived)
        .text("what", |e| &e.what)
        .some_text("actor", |e| e.event.actor.as_ref())
        .some_text("party", |e| e.event.party.as_ref())
        .some_text("session", |e| e.event.session.as_ref())
        .some_text("case", |e| e.event.case.as_ref())
        .some_text("article", |e| e.event.article())
        .some_text("channel", |e| e.event.channel.as_ref())
        .some_text("audience", |e| e.event.audience.as_ref())
        .some_text("details", |e| e.details.as_ref())
}

/// A sum of evidence. If its article was merged, `merged_into` is the target.
pub(crate) struct EvidenceOut {
    pub(crate) row: EvidenceRow,
    pub(crate) merged_into: Option<String>,
}

pub(crate) fn evidence(columns: Columns<'_, EvidenceOut>) -> Columns<'_, EvidenceOut> {
    columns
        .text("article", |e| &e.row.article)
        .some_text("merged_into", |e| e.merged_into.as_ref())
        .count("version", |e| e.row.version)
        .text("segment", |e| e.row.segment.as_str())
        .text("signal", |e| e.row.signal.as_str())
        .time("from", |e| e.row.from)
        .number("amount", |e| e.row.amount)
}

pub(crate) fn freshness(
    columns: Columns<'_, (String, Freshness)>,
) -> Columns<'_, (String, Freshness)> {
    columns
        .text("article", |(id, _)| id)
        .text("state", |(_, f)| f.state.as_str())
        .time("since", |(_, f)| f.since)
        .some_time("due", |(_, f)| f.due)
        .some_time("expires", |(_, f)| f.expires)
        .some_text("suspect", |(_, f)| {
            f.suspect.as_ref().map(|s| s.reason.as_str())
        })
        .some_time("suspect_since", |(_, f)| {
            f.suspect.as_ref().map(|s| s.since)
        })
        .number("factor", |(_, f)| f.factor)
}

pub(crate) fn review(columns: Columns<'_, ReviewItem>) -> Columns<'_, ReviewItem> {
    columns
        .text("article", |r| &r.id)
        .text("kind", |r| r.kind.as_str())
        .some_text("owner", |r| r.owner.as_ref())
        .text("state", |r| r.state.as_str())
        .time("since", |r| r.since)
        .some_time("due", |r| (r.due < Timestamp::MAX).then_some(r.due))
        .some_text("suspect", |r| r.suspect.as_ref().map(|s| s.reason.as_str()))
        .some_time("suspect_since", |r| r.suspect.as_ref().map(|s| s.since))
        .number("wrong", |r| r.wrong)
        .number("demand", |r| r.demand)
        .number("harm", |r| r.harm)
        .number("risk", |r| r.risk)
}
