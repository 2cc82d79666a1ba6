//! kenpoint for Python: converts arguments and results, and calls the core.
//!
//! This is the compiled part, `kenpoint._kenpoint`, of the package `kenpoint`. It contains no domain rule: rules are in
//! the core, where every language uses them.

mod answers;
mod args;
mod base;
mod bench;
mod blocking;
mod cancel;
mod capsule;
mod clock;
mod enums;
mod errors;
mod explain;
mod handle;
mod json;
mod null_columns;
mod open;
mod read;
mod request;
mod resources;
mod rows;
mod snapshot;
mod times;
mod visit;
mod write;

/// The compiled part of kenpoint.
#[pyo3::pymodule]
mod _kenpoint {

    #[pymodule_export]
    use crate::answers::{Hit, SearchAnswer, SimilarCase, SuggestAnswer, Suggestion};
    #[pymodule_export]
    use crate::base::Base;
    #[pymodule_export]
    use crate::bench::_time_load;
    #[pymodule_export]
    use crate::clock::FixedClock;
    #[pymodule_export]
    use crate::enums::{_all_codes, _all_names, _closes_case, _normal, _policy, _policy_numbers};
    #[pymodule_export]
    use crate::explain::{Explanation, Factor, Snippet};
    #[pymodule_export]
    use crate::open::_open;
    #[pymodule_export]
    use crate::resources::SharedResources;
    #[pymodule_export]
    use crate::rows::{_answer_rows, Rows};
    #[pymodule_export]
    use crate::snapshot::{_open_snapshot, _shard_names, _split_snapshot, Snapshot};
    #[pymodule_export]
    use crate::visit::{_handoff_request, _read_visit, Visit};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
