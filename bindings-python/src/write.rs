//! Writing: articles, facts, cases, links, events, the policy.
//!
//! Records arrive as JSON of the model, which `kenpoint.KnowledgeBase` makes from drafts and mappings.

use kenpoint::model::{
    ArticleDraft, CaseDraft, EntryDraft, Event, FactDraft, FlagReason, LinkDraft, LinkType,
    Relation, Verdict,
};
use kenpoint::{RankPolicy, Recorded, StateChange};
use pyo3::prelude::*;

use crate::base::{Base, named};
use crate::json;

impl Base {
    fn recorded(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&kenpoint::Base) -> kenpoint::Result<Recorded> + Send,
    ) -> PyResult<&'static str> {
        self.handle.run(py, job).map(recorded)
    }
}

/// Returns the name of an outcome.
fn recorded(outcome: Recorded) -> &'static str {
    match outcome {
        Recorded::New => "new",
        Recorded::Duplicate => "duplicate",
        Recorded::Unchanged => "unchanged",
    }
}

#[pymethods]
impl Base {
    fn _put(
        &self,
        py: Python<'_>,
        draft: &str,
        expects: Option<u32>,
    ) -> PyResult<(u32, &'static str)> {
        let draft: ArticleDraft = json::read(py, "article", draft)?;
        let put = self.handle.run(py, |base| match expects {
            Some(expects) => base.edit(draft, expects),
            None => base.put(draft),
        })?;
        Ok((put.version, recorded(put.outcome)))
    }

    fn _set_fact(&self, py: Python<'_>, draft: &str) -> PyResult<&'static str> {
        let draft: FactDraft = json::read(py, "fact", draft)?;
        self.recorded(py, |base| base.set_fact(draft))
    }

    fn _change_state(
        &self,
        py: Python<'_>,
        article: &str,
        confidence: Option<&str>,
        audience: Option<String>,
        governance: Option<&str>,
    ) -> PyResult<&'static str> {
        let change = StateChange {
            confidence: confidence.map(|name| named(py, name)).transpose()?,
            audience,
            governance: governance.map(|name| named(py, name)).transpose()?,
        };
        self.recorded(py, |base| base.change_state(article, change))
    }

    fn _publish(&self, py: Python<'_>, article: &str, audience: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.publish(article, audience))
    }

    fn _archive(&self, py: Python<'_>, article: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.archive(article))
    }

    fn _verify_article(&self, py: Python<'_>, article: &str, by: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.verify_article(article, by))
    }

    fn _flag(
        &self,
        py: Python<'_>,
        article: &str,
        reason: &str,
        by: &str,
    ) -> PyResult<&'static str> {
        let reason: FlagReason = named(py, reason)?;
        self.recorded(py, |base| base.flag(article, reason, by))
    }

    fn _merge(&self, py: Python<'_>, article: &str, into: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.merge(article, into))
    }

    fn _relate(
        &self,
        py: Python<'_>,
        article: &str,
        to: &str,
        relation: &str,
    ) -> PyResult<&'static str> {
        let relation: Relation = named(py, relation)?;
        self.recorded(py, |base| base.relate(article, to, relation))
    }

    fn _open_case(&self, py: Python<'_>, draft: &str) -> PyResult<&'static str> {
        let draft: CaseDraft = json::read(py, "case", draft)?;
        self.recorded(py, |base| base.open_case(draft))
    }

    fn _note(&self, py: Python<'_>, case: &str, entry: &str) -> PyResult<&'static str> {
        let entry: EntryDraft = json::read(py, "entry", entry)?;
        self.recorded(py, |base| base.note(case, entry))
    }

    fn _resolve_case(
        &self,
        py: Python<'_>,
        case: &str,
        first_contact: Option<bool>,
    ) -> PyResult<&'static str> {
        self.recorded(py, |base| base.resolve_case(case, first_contact))
    }

    fn _close_case(&self, py: Python<'_>, case: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.close_case(case))
    }

    fn _reopen_case(&self, py: Python<'_>, case: &str) -> PyResult<&'static str> {
        self.recorded(py, |base| base.reopen_case(case))
    }

    fn _link(&self, py: Python<'_>, draft: &str, by: &str) -> PyResult<&'static str> {
        let draft: LinkDraft = json::read(py, "link", draft)?;
        self.recorded(py, |base| base.link(draft, by))
    }

    fn _retract_link(
        &self,
        py: Python<'_>,
        case: &str,
        article: &str,
        link: &str,
    ) -> PyResult<&'static str> {
        let link: LinkType = named(py, link)?;
        self.recorded(py, |base| base.retract_link(case, article, link))
    }

    fn _judge_link(
        &self,
        py: Python<'_>,
        case: &str,
        article: &str,
        link: &str,
        verdict: &str,
    ) -> PyResult<&'static str> {
        let (link, verdict): (LinkType, Verdict) = (named(py, link)?, named(py, verdict)?);
        self.recorded(py, |base| base.judge_link(case, article, link, verdict))
    }

    fn _set_policy(&self, py: Python<'_>, policy: &str) -> PyResult<&'static str> {
        let policy: RankPolicy = json::read(py, "policy", policy)?;
        self.recorded(py, |base| base.set_policy(policy))
    }

    /// Records events, given as JSON texts.
    fn _record_all(&self, py: Python<'_>, events: Vec<String>) -> PyResult<Vec<&'static str>> {
        let events = events
            .iter()
            .map(|event| json::read_flat::<Event>(py, "event", event))
            .collect::<PyResult<Vec<_>>>()?;
        let done = self.handle.run(py, |base| base.record_all(events))?;
        Ok(done.into_iter().map(recorded).collect())
    }
}
