//! Reading: articles, cases, links, evidence, freshness, the review queue; as the model's JSON.

use kenpoint::ReviewRequest;
use pyo3::prelude::*;
use serde_json::json;

use crate::base::{Base, named};
use crate::json;
use crate::times::Instant;

impl Base {
    /// Runs a call and writes what it returned as JSON.
    fn json<T: serde::Serialize + Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&kenpoint::Base) -> kenpoint::Result<T> + Send,
    ) -> PyResult<String> {
        let value = self.handle.run(py, job)?;
        json::write(py, &value)
    }
}

#[pymethods]
impl Base {
    fn _policy(&self, py: Python<'_>) -> PyResult<String> {
        self.json(py, |base| Ok(base.policy()))
    }

    fn _article(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.article(id))
    }

    fn _version(&self, py: Python<'_>, id: &str, number: u32) -> PyResult<String> {
        self.json(py, |base| base.version(id, number))
    }

    fn _versions(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| {
            let versions = base.versions(id)?.into_iter();
            let row = |v: kenpoint::VersionInfo| {
                json!({"number": v.number, "title": v.title, "change": v.change, "at": v.at, "author": v.author})
            };
            Ok(versions.map(row).collect::<Vec<_>>())
        })
    }

    fn _freshness(&self, py: Python<'_>, id: &str, now: Option<Instant>) -> PyResult<String> {
        self.json(py, |base| base.freshness(id, now.map(|at| at.0)))
    }

    fn _evidence(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| {
            let rows = base.evidence(id)?.into_iter();
            let row = |r: kenpoint::EvidenceRow| {
                json!({
                    "article": r.article, "version": r.version, "segment": r.segment,
                    "signal": r.signal, "from": r.from, "amount": r.amount,
                })
            };
            Ok(rows.map(row).collect::<Vec<_>>())
        })
    }

    fn _case(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.case(id))
    }

    fn _links_of_case(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.links_of_case(id))
    }

    fn _links_of_article(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.links_of_article(id))
    }

    fn _session(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.session(id))
    }

    fn _actor(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.json(py, |base| base.actor(id))
    }

    fn _impression(&self, py: Python<'_>, token: &str) -> PyResult<String> {
        self.json(py, |base| base.impression_of(token))
    }

    fn _counts(&self, py: Python<'_>) -> PyResult<(u32, u32)> {
        self.handle.run(py, |base| {
            let counts = base.counts();
            Ok((counts.articles, counts.cases))
        })
    }

    fn _review_queue(
        &self,
        py: Python<'_>,
        owner: Option<String>,
        from_state: &str,
        limit: usize,
        now: Option<Instant>,
    ) -> PyResult<String> {
        let mut request = ReviewRequest::new()
            .from_state(named(py, from_state)?)
            .limit(limit);
        request.owner = owner;
        request.now = now.map(|at| at.0);
        self.json(py, |base| base.reviews().queue(&request))
    }

    fn _stats(&self, py: Python<'_>) -> PyResult<String> {
        self.json(py, |base| base.stats())
    }

    /// A fault on purpose, for the test that no panic reaches Python.
    fn _provoke_fault(&self, py: Python<'_>) -> PyResult<()> {
        #[allow(clippy::panic, reason = "that is what it is for")]
        self.handle.run(py, |_| panic!("provoked"))
    }
}
