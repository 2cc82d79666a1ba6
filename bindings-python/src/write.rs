//! Writing: articles, facts, cases, links, events, the policy.
//!
//! Records arrive as JSON of the model, which `kenpoint.KnowledgeBase` makes from drafts and mappings.

use kenpoint::model::{
    ArticleDraft, CaseDraft, EntryDraft, Event, FactDraft, FlagReason, LinkDraft, LinkType,
    Relation, Verdict,
};
use kenpoint::{RankPolicy, Recorded, StateChange};
use pyo3::prelude::*;

use crate::args::Arg;
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
        draft: Arg<&str>,
        expects: Option<Arg<u32>>,
    ) -> PyResult<(u32, &'static str)> {
        let draft: ArticleDraft = json::read(py, "article", draft.0)?;
        let put = self.handle.run(py, |base| match expects.map(Arg::value) {
            Some(expects) => base.edit(draft, expects),
            None => base.put(draft),
        })?;
        Ok((put.version, recorded(put.outcome)))
    }

    fn _set_fact(&self, py: Python<'_>, draft: Arg<&str>) -> PyResult<&'static str> {
        let draft: FactDraft = json::read(py, "fact", draft.0)?;
        self.recorded(py, |base| base.set_fact(draft))
    }

    fn _change_state(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        confidence: Option<Arg<&str>>,
        audience: Option<Arg<String>>,
        governance: Option<Arg<&str>>,
    ) -> PyResult<&'static str> {
        let change = StateChange {
            confidence: confidence
                .map(Arg::value)
                .map(|name| named(py, name))
                .transpose()?,
            audience: audience.map(Arg::value),
            governance: governance
                .map(Arg::value)
                .map(|name| named(py, name))
                .transpose()?,
        };
        self.recorded(py, |base| base.change_state(article.0, change))
    }

    fn _publish(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        audience: Arg<&str>,
    ) -> PyResult<&'static str> {
        self.recorded(py, |base| base.publish(article.0, audience.0))
    }

    fn _archive(&self, py: Python<'_>, article: Arg<&str>) -> PyResult<&'static str> {
        self.recorded(py, |base| base.archive(article.0))
    }

    fn _verify_article(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        by: Arg<&str>,
    ) -> PyResult<&'static str> {
        self.recorded(py, |base| base.verify_article(article.0, by.0))
    }

    fn _flag(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        reason: Arg<&str>,
        by: Arg<&str>,
    ) -> PyResult<&'static str> {
        let reason: FlagReason = named(py, reason.0)?;
        self.recorded(py, |base| base.flag(article.0, reason, by.0))
    }

    fn _merge(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        into: Arg<&str>,
    ) -> PyResult<&'static str> {
        self.recorded(py, |base| base.merge(article.0, into.0))
    }

    fn _relate(
        &self,
        py: Python<'_>,
        article: Arg<&str>,
        to: Arg<&str>,
        relation: Arg<&str>,
    ) -> PyResult<&'static str> {
        let relation: Relation = named(py, relation.0)?;
        self.recorded(py, |base| base.relate(article.0, to.0, relation))
    }

    fn _open_case(&self, py: Python<'_>, draft: Arg<&str>) -> PyResult<&'static str> {
        let draft: CaseDraft = json::read(py, "case", draft.0)?;
        self.recorded(py, |base| base.open_case(draft))
    }

    fn _note(&self, py: Python<'_>, case: Arg<&str>, entry: Arg<&str>) -> PyResult<&'static str> {
        let entry: EntryDraft = json::read(py, "entry", entry.0)?;
        self.recorded(py, |base| base.note(case.0, entry))
    }

    fn _resolve_case(
        &self,
        py: Python<'_>,
        case: Arg<&str>,
        first_contact: Option<bool>,
    ) -> PyResult<&'static str> {
        self.recorded(py, |base| base.resolve_case(case.0, first_contact))
    }

    fn _close_case(&self, py: Python<'_>, case: Arg<&str>) -> PyResult<&'static str> {
        self.recorded(py, |base| base.close_case(case.0))
    }

    fn _reopen_case(&self, py: Python<'_>, case: Arg<&str>) -> PyResult<&'static str> {
        self.recorded(py, |base| base.reopen_case(case.0))
    }

    fn _link(&self, py: Python<'_>, draft: Arg<&str>, by: Arg<&str>) -> PyResult<&'static str> {
        let draft: LinkDraft = json::read(py, "link", draft.0)?;
        self.recorded(py, |base| base.link(draft, by.0))
    }

    fn _retract_link(
        &self,
        py: Python<'_>,
        case: Arg<&str>,
        article: Arg<&str>,
        link: Arg<&str>,
    ) -> PyResult<&'static str> {
        let link: LinkType = named(py, link.0)?;
        self.recorded(py, |base| base.retract_link(case.0, article.0, link))
    }

    fn _judge_link(
        &self,
        py: Python<'_>,
        case: Arg<&str>,
        article: Arg<&str>,
        link: Arg<&str>,
        verdict: Arg<&str>,
    ) -> PyResult<&'static str> {
        let (link, verdict): (LinkType, Verdict) = (named(py, link.0)?, named(py, verdict.0)?);
        self.recorded(py, |base| base.judge_link(case.0, article.0, link, verdict))
    }

    fn _set_policy(&self, py: Python<'_>, policy: Arg<&str>) -> PyResult<&'static str> {
        let policy: RankPolicy = json::read(py, "policy", policy.0)?;
        self.recorded(py, |base| base.set_policy(policy))
    }

    /// Records events, given as JSON texts.
    fn _record_all(&self, py: Python<'_>, events: Arg<Vec<String>>) -> PyResult<Vec<&'static str>> {
        let events = events
            .0
            .iter()
            .map(|event| json::read_flat::<Event>(py, "event", event))
            .collect::<PyResult<Vec<_>>>()?;
        let done = self.handle.run(py, |base| base.record_all(events))?;
        Ok(done.into_iter().map(recorded).collect())
    }
}
