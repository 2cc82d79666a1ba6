//! kenpoint for Python: converts and forwards.
//!
//! The package is `kenpoint`; this is its compiled part, `kenpoint._kenpoint`. A rule of the domain
//! here would be a bug: it belongs into the core, where every language has it.

mod answers;
mod ask;
mod base;
mod capsule;
mod clock;
mod errors;
mod explain;
mod handle;
mod json;
mod long;
mod names;
mod opening;
mod reading;
mod rows;
mod snapshot;
mod times;
mod timing;
mod visit;
mod watch;
mod writing;

/// The compiled part of kenpoint.
#[pyo3::pymodule]
mod _kenpoint {

    #[pymodule_export]
    use crate::answers::{Hit, SearchAnswer, SimilarCase, SuggestAnswer, Suggestion};
    #[pymodule_export]
    use crate::base::Base;
    #[pymodule_export]
    use crate::clock::FixedClock;
    #[pymodule_export]
    use crate::explain::{Explanation, Factor, Snippet};
    #[pymodule_export]
    use crate::names::{_all_codes, _all_names, _normal, _policy, _policy_numbers};
    #[pymodule_export]
    use crate::opening::_open;
    #[pymodule_export]
    use crate::rows::{_answer_rows, Rows};
    #[pymodule_export]
    use crate::snapshot::{_cut_snapshot, _open_snapshot, _part_names, Snapshot};
    #[pymodule_export]
    use crate::timing::_time_load;
    #[pymodule_export]
    use crate::visit::{_question_of, _visit_of, Visit};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
