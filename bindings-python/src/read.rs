//! Reading: articles, cases, links, evidence, freshness, reviews and statistics, as JSON of the model.

use kenpoint::ReviewRequest;
use pyo3::prelude::*;
use serde_json::json;

use crate::args::Arg;
use crate::base::{Base, named};
use crate::errors::raise;
use crate::json;
use crate::request::ViewerArg;
use crate::times::Instant;

impl Base {
    /// Runs a call and writes its result as JSON.
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

    fn _article(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.article(id.0))
    }

    /// Returns an article as a viewer sees it.
    #[pyo3(signature = (id, viewer: "str | model.Viewer | collections.abc.Mapping[str, typing.Any]", now: "datetime.datetime | None"))]
    fn _article_for(
        &self,
        py: Python<'_>,
        id: Arg<&str>,
        viewer: ViewerArg,
        now: Option<Instant>,
    ) -> PyResult<String> {
        self.json(py, |base| {
            base.article_for(id.0, &viewer.0, now.map(|at| at.0))
        })
    }

    fn _version(&self, py: Python<'_>, id: Arg<&str>, number: Arg<u32>) -> PyResult<String> {
        self.json(py, |base| base.version(id.0, number.0))
    }

    fn _versions(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| {
            let versions = base.versions(id.0)?.into_iter();
            let row = |v: kenpoint::VersionInfo| {
                json!({"number": v.number, "title": v.title, "change": v.change, "at": v.at, "author": v.author})
            };
            Ok(versions.map(row).collect::<Vec<_>>())
        })
    }

    #[pyo3(signature = (id, now: "datetime.datetime | None"))]
    fn _freshness(&self, py: Python<'_>, id: Arg<&str>, now: Option<Instant>) -> PyResult<String> {
        self.json(py, |base| base.freshness(id.0, now.map(|at| at.0)))
    }

    fn _evidence(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| {
            let rows = base.evidence(id.0)?.into_iter();
            let row = |r: kenpoint::EvidenceRow| {
                json!({
                    "article": r.article, "version": r.version, "segment": r.segment,
                    "signal": r.signal, "from": r.from, "amount": r.amount,
                })
            };
            Ok(rows.map(row).collect::<Vec<_>>())
        })
    }

    fn _case(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.case(id.0))
    }

    fn _links_of_case(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.links_of_case(id.0))
    }

    fn _links_of_article(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.links_of_article(id.0))
    }

    fn _session(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.session(id.0))
    }

    fn _actor(&self, py: Python<'_>, id: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.actor(id.0))
    }

    fn _impression_of(&self, py: Python<'_>, token: Arg<&str>) -> PyResult<String> {
        self.json(py, |base| base.impression_of(token.0))
    }

    #[pyo3(signature = (owner, from_state, limit, now: "datetime.datetime | None"))]
    fn _review_queue(
        &self,
        py: Python<'_>,
        owner: Option<Arg<String>>,
        from_state: Arg<&str>,
        limit: Arg<usize>,
        now: Option<Instant>,
    ) -> PyResult<String> {
        let mut request = ReviewRequest::new()
            .from_state(named(py, from_state.0)?)
            .limit(limit.0);
        request.owner = owner.map(Arg::value);
        request.now = now.map(|at| at.0);
        self.json(py, |base| base.reviews().queue(&request))
    }

    fn _counts(&self, py: Python<'_>) -> PyResult<String> {
        self.json(py, |base| {
            let counts = base.counts();
            Ok(json!({"articles": counts.articles, "cases": counts.cases}))
        })
    }

    fn _stats(&self, py: Python<'_>) -> PyResult<String> {
        let stats = self.handle.run(py, kenpoint::Base::stats)?;
        let mut value = serde_json::to_value(&stats).map_err(|error| {
            let text = format!("statistics cannot be written as JSON: {error}");
            raise(py, &kenpoint::Error::internal(text))
        })?;
        if let Some(memory) = value
            .get_mut("memory")
            .and_then(|part| part.as_object_mut())
        {
            memory.insert("total".to_owned(), stats.memory.total().into());
        }
        json::write(py, &value)
    }

    /// Panics, for the test that no panic reaches Python.
    fn _provoke_fault(&self, py: Python<'_>) -> PyResult<()> {
        #[allow(clippy::panic, reason = "the purpose of this method")]
        self.handle.run(py, |_| panic!("provoked"))
    }
}
