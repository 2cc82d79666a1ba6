//! The core's named enums as members of the enums in `kenpoint.model`.
//!
//! Members are looked up once: an attribute of a result costs a reference count.

use kenpoint::model::{FreshnessState, Kind};
use kenpoint::{ErrorCode, FactorName, model};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

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
    /// `kenpoint.model.Kind`.
    kind: Kind = "Kind",
    /// `kenpoint.model.FreshnessState`.
    freshness_state: FreshnessState = "FreshnessState",
    /// `kenpoint.model.FactorName`.
    factor_name: FactorName = "FactorName",
}

macro_rules! lists {
    ($py:expr, $($name:ident: $core:ty,)+) => {{
        let all = PyDict::new($py);
        $(all.set_item(stringify!($name), PyList::new($py, <$core>::ALL.iter().map(|m| m.as_str()))?)?;)+
        all
    }};
}

/// Every named enum of the core with its members, for the test that compares.
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
    })
}

/// Every error code of the core: number and name.
#[pyfunction]
pub fn _all_codes() -> Vec<(u16, &'static str)> {
    ErrorCode::ALL
        .iter()
        .map(|code| (code.number(), code.name()))
        .collect()
}
