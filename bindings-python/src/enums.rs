//! Named enums of the core as members of the enums in `kenpoint.model`.
//!
//! Members are looked up once, so reading an attribute costs one reference count.

use kenpoint::model::{FreshnessState, Kind, LinkType, Verdict};
use kenpoint::{ErrorCode, FactorName, RankPolicy, model};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

use crate::args::Arg;
use crate::base::named;
use crate::errors::OrRaise;
use crate::json;

macro_rules! member {
    ($($(#[$doc:meta])* $function:ident: $core:ty = $name:literal,)+) => {$(
        $(#[$doc])*
        pub fn $function(py: Python<'_>, value: $core) -> PyResult<Py<PyAny>> {
            static MEMBERS: PyOnceLock<Vec<Py<PyAny>>> = PyOnceLock::new();
            let members = MEMBERS.get_or_try_init(py, || {
                let class = py.import("kenpoint.model")?.getattr($name)?;
                <$core>::ALL
                    .iter()
                    .map(|member| Ok(class.call1((member.as_str(),))?.unbind()))
                    .collect::<PyResult<Vec<_>>>()
            })?;
            match members.get(value.index()) {
                Some(member) => Ok(member.clone_ref(py)),
                None => Err(pyo3::exceptions::PySystemError::new_err(value.as_str())),
            }
        }
    )+};
}

member! {
    /// Converts a member of `kenpoint.model.Kind`.
    kind: Kind = "Kind",
    /// Converts a member of `kenpoint.model.FreshnessState`.
    freshness_state: FreshnessState = "FreshnessState",
    /// Converts a member of `kenpoint.model.FactorName`.
    factor_name: FactorName = "FactorName",
}

macro_rules! lists {
    ($py:expr, $($name:ident: $core:ty,)+) => {{
        let all = PyDict::new($py);
        $(all.set_item(stringify!($name), PyList::new($py, <$core>::ALL.iter().map(|m| m.as_str()))?)?;)+
        all
    }};
}

/// Returns every named enum of the core with its members, for the test that compares them.
#[pyfunction]
#[pyo3(signature = () -> "dict[str, list[str]]")]
pub fn _all_names(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    Ok(lists! { py,
        Kind: model::Kind,
        Role: model::Role,
        Confidence: model::Confidence,
        Governance: model::Governance,
        Change: model::Change,
        Relation: model::Relation,
        CaseKind: model::CaseKind,
        CaseStatus: model::CaseStatus,
        CaseRelation: model::CaseRelation,
        LinkType: model::LinkType,
        Provenance: model::Provenance,
        DismissReason: model::DismissReason,
        Verdict: model::Verdict,
        FlagReason: model::FlagReason,
        Licence: model::Licence,
        Segment: model::Segment,
        Signal: model::Signal,
        FreshnessState: model::FreshnessState,
        FactorName: FactorName,
        TriedOutcome: model::TriedOutcome,
        TextOrigin: model::TextOrigin,
    })
}

/// Returns the number and name of every error code of the core.
#[pyfunction]
pub fn _all_codes() -> Vec<(u16, &'static str)> {
    ErrorCode::ALL
        .iter()
        .map(|code| (code.number(), code.name()))
        .collect()
}

/// Returns true if a link of this type, with this verdict, closes its case.
#[pyfunction]
pub fn _closes_case(
    py: Python<'_>,
    link: Arg<&str>,
    verdict: Option<Arg<&str>>,
    is_retracted: bool,
) -> PyResult<bool> {
    let link: LinkType = named(py, link.0)?;
    let verdict: Option<Verdict> = verdict
        .map(Arg::value)
        .map(|name| named(py, name))
        .transpose()?;
    Ok(link.closes_case(verdict, is_retracted))
}

/// Checks a policy and returns it with its defaults.
#[pyfunction]
pub fn _policy(py: Python<'_>, text: Arg<&str>) -> PyResult<String> {
    let policy: RankPolicy = json::read(py, "policy", text.0)?;
    policy.check().or_raise(py)?;
    json::write(py, &policy)
}

/// Returns the name, lowest, highest and default value of every number of a policy.
#[pyfunction]
pub fn _policy_numbers() -> Vec<(&'static str, f64, f64, f64)> {
    RankPolicy::NUMBERS.to_vec()
}

/// Returns a draft as the core reads it, with its defaults, for the test that compares them.
#[pyfunction]
pub fn _normal(py: Python<'_>, noun: Arg<&str>, text: Arg<&str>) -> PyResult<String> {
    macro_rules! normal {
        ($($name:ident: $core:ty,)+) => {
            match noun.0 {
                $(stringify!($name) => json::write(py, &json::read::<$core>(py, noun.0, text.0)?),)+
                other => Err(pyo3::exceptions::PyKeyError::new_err(other.to_owned())),
            }
        };
    }
    normal! {
        ArticleDraft: model::ArticleDraft,
        CaseDraft: model::CaseDraft,
        Context: model::Context,
        EntryDraft: model::EntryDraft,
        FactDraft: model::FactDraft,
        Filter: kenpoint::Filter,
        FreshnessPolicy: model::FreshnessPolicy,
        LinkDraft: model::LinkDraft,
        ProductItem: model::ProductItem,
        ProductScope: model::ProductScope,
        Scope: model::Scope,
        Section: model::Section,
        Source: model::Source,
        Viewer: model::Viewer,
    }
}
