//! The report of an import, and its progress.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::foreign::Adjustment;
use super::site::Preset;
use crate::error::{Error, ErrorCode};

/// Greatest number of skipped records kept with their reason; all of them are counted.
pub const MAX_SKIPPED_KEPT: usize = 1_000;
/// Greatest number of adjusted values kept; all of them are counted.
pub const MAX_ADJUSTED_KEPT: usize = 1_000;
/// Greatest number of pages held back that are kept; all of them are counted.
pub const MAX_HELD_BACK_KEPT: usize = 1_000;
/// Greatest number of ignored files kept with their reason; all of them are counted.
pub const MAX_IGNORED_KEPT: usize = 1_000;
/// Greatest number of distinct unknown keys kept.
const MAX_UNKNOWN_KEPT: usize = 200;

/// A position in a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SourcePlace {
    /// The file, relative to the root of the import, with `/` between folders.
    pub file: String,
    /// The line, or the position in a JSON array, from 1; 0 for the whole file.
    pub line: u64,
}

impl SourcePlace {
    /// The position of a whole file.
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

/// A skipped record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its position in the source.
    pub place: SourcePlace,
    /// The stable number of the error.
    pub code: u16,
    /// The reason, and the next step.
    pub reason: String,
}

/// A value of a foreign file that was not taken as it stands. The rest of its record was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AdjustedValue {
    /// The position of its record in the source.
    pub place: SourcePlace,
    /// The key.
    pub key: String,
    /// The value, cut to 100 characters.
    pub value: String,
    /// The value taken in its place; `None` if the value was dropped.
    pub read_as: Option<String>,
    /// The reason.
    pub reason: String,
}

/// A page that its site holds back from readers or from search, such as a draft. It was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HeldBack {
    /// Its position in the source.
    pub place: SourcePlace,
    /// The key that holds it back, such as `draft`.
    pub key: String,
    /// The value of the key.
    pub value: String,
    /// True if an earlier import had taken the page. Its article is work in progress now.
    pub withdrawn: bool,
}

/// A file that is no source of knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IgnoredFile {
    /// The file, relative to the root of the import; a folder ends with `/`.
    pub file: String,
    /// The reason.
    pub reason: String,
}

/// The progress of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The file being read.
    pub file: String,
    /// Number of records read so far, including skipped ones.
    pub records: u64,
    /// Number of records skipped so far.
    pub skipped: u64,
    /// Number of bytes read so far.
    pub bytes: u64,
}

/// The report of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportReport {
    /// A sentence for the operator if the import took nothing, or refused more than it took: the counts, the most
    /// frequent reason, and the option that would help.
    pub warning: Option<String>,
    /// Number of new records.
    pub created: u64,
    /// Number of records that changed an existing one.
    pub updated: u64,
    /// Number of records that existed already.
    pub unchanged: u64,
    /// Number of skipped records.
    pub n_skipped: u64,
    /// The first 1,000 of them.
    pub skipped: Vec<Skipped>,
    /// Number of values that were dropped or read as another value.
    pub n_adjusted: u64,
    /// The first 1,000 of them.
    pub adjusted: Vec<AdjustedValue>,
    /// Unknown keys, each with the number of records that had it. They were left out.
    pub unknown_keys: BTreeMap<String, u64>,
    /// Number of pages that their site holds back: drafts, unlisted and hidden pages.
    pub n_held_back: u64,
    /// The first 1,000 of them.
    pub held_back: Vec<HeldBack>,
    /// Number of files that are no source: pictures, hidden files, templates, pages without text.
    pub files_ignored: u64,
    /// The first 1,000 of them, each with the reason.
    pub ignored: Vec<IgnoredFile>,
    /// The system that the folder was written for, if its files tell.
    pub preset: Option<Preset>,
    /// True if the import stopped early, by the progress callback or a limit.
    pub stopped: bool,
}

impl ImportReport {
    /// Returns the number of records taken: created, updated and unchanged.
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

    pub(super) fn hold_back(&mut self, page: HeldBack) {
        self.n_held_back += 1;
        if self.held_back.len() < MAX_HELD_BACK_KEPT {
            self.held_back.push(page);
        }
    }

    pub(super) fn ignore(&mut self, file: &str, reason: &str) {
        self.files_ignored += 1;
        if self.ignored.len() < MAX_IGNORED_KEPT {
            self.ignored.push(IgnoredFile {
                file: file.to_owned(),
                reason: reason.to_owned(),
            });
        }
    }

    pub(super) fn adjust(&mut self, place: &SourcePlace, adjusted: Vec<Adjustment>) {
        self.n_adjusted += adjusted.len() as u64;
        let room = MAX_ADJUSTED_KEPT.saturating_sub(self.adjusted.len());
        let kept = adjusted.into_iter().take(room);
        self.adjusted.extend(kept.map(|one| AdjustedValue {
            place: place.clone(),
            key: one.key,
            value: one.value,
            read_as: one.read_as,
            reason: one.reason,
        }));
    }

    pub(super) fn unknown(&mut self, keys: Vec<String>) {
        for key in keys {
            if self.unknown_keys.contains_key(&key) || self.unknown_keys.len() < MAX_UNKNOWN_KEPT {
                *self.unknown_keys.entry(key).or_default() += 1;
            }
        }
    }
}

/// Returns true if an error of the sink concerns the record alone.
pub(super) fn is_of_the_record(code: ErrorCode) -> bool {
    code.number() < 300 && code != ErrorCode::Cancelled
}
