//! What an import did, and how it tells while it runs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::error::{Error, ErrorCode};

/// Most skipped records kept with their reason; the count goes on.
pub const MAX_SKIPPED_KEPT: usize = 1_000;
/// Most different unknown keys kept.
const MAX_UNKNOWN_KEPT: usize = 200;

/// Where in a source something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SourcePlace {
    /// The file, relative to what was imported, with `/` between folders.
    pub file: String,
    /// The line, or the number of the item in a JSON array, from 1; 0 for the file as a whole.
    pub line: u64,
}

impl SourcePlace {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> SourcePlace {
        SourcePlace {
            file: file.into(),
            line: 0,
        }
    }
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// A record that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Where it stands.
    pub place: SourcePlace,
    /// The stable number of the error.
    pub code: u16,
    /// Why, and what to do.
    pub reason: String,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The file being read.
    pub file: String,
    /// Records read so far, those skipped included.
    pub records: u64,
    /// Records skipped so far.
    pub skipped: u64,
    /// Bytes read so far.
    pub bytes: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// Records that were new.
    pub created: u64,
    /// Records that changed something.
    pub updated: u64,
    /// Records that were there already.
    pub unchanged: u64,
    /// How many records were not taken.
    pub n_skipped: u64,
    /// The first of them, at most 1,000.
    pub skipped: Vec<Skipped>,
    /// Keys that mean nothing to us, and how many records had them. They were left out.
    pub unknown_keys: BTreeMap<String, u64>,
    /// Files of a folder that hold no knowledge by their name (pictures, README, hidden files).
    pub files_ignored: u64,
    /// Whether it ended before the end: the callback said so, or a limit was met.
    pub stopped: bool,
}

impl ImportReport {
    /// Records taken: created, updated and unchanged.
    pub fn taken(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }

    pub(super) fn skip(&mut self, place: &SourcePlace, error: &Error) {
        self.n_skipped += 1;
        if self.skipped.len() < MAX_SKIPPED_KEPT {
            self.skipped.push(Skipped {
                place: place.clone(),
                code: error.code().number(),
                reason: error.message().to_owned(),
            });
        }
    }

    pub(super) fn unknown(&mut self, keys: Vec<String>) {
        for key in keys {
            if self.unknown_keys.contains_key(&key) || self.unknown_keys.len() < MAX_UNKNOWN_KEPT {
                *self.unknown_keys.entry(key).or_default() += 1;
            }
        }
    }
}

/// Whether an error of the sink is about the record alone.
pub(super) fn is_of_the_record(code: ErrorCode) -> bool {
    code.number() < 300 && code != ErrorCode::Cancelled
}
