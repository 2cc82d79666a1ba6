//! Calls that take long: the past, imports and exports, the check of the whole base.
//!
//! Each can be ended by Ctrl-C; what a call had done by then stays done, and nothing is half written.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use kenpoint::exchange::{Format, ImportOptions, ImportReport, Progress};
use kenpoint::{Error, ErrorCode, RankPolicy, Timestamp};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::base::Base;
use crate::errors::OrRaise;
use crate::json;
use crate::times::Instant;

#[pymethods]
impl Base {
    fn _verify(&self, py: Python<'_>) -> PyResult<String> {
        let found = self.handle.run_long(py, None, |base, _| base.verify())?;
        let found = json!({"records": found.records, "rows": found.rows, "digest": found.digest});
        json::write(py, &found)
    }
}
