//! The options of an import: defaults for missing values, and limits.

use serde::{Deserialize, Serialize};

use super::dates::DatesAhead;
use crate::model::{Confidence, Kind};

/// The arrival time of imported records. Views of the past (`as_of`) see a record from its arrival on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// All records arrive now, as they are read; earlier views of the base do not see them.
    #[default]
    Now,
    /// Each record arrives when it happened, in order of time. Use it to bring a history into an empty base and view it
    /// as of any day. An article arrives at its creation with its present text and verification date; a case at its
    /// opening, its notes and status changes later, each at its own time. Records without a date come first. A record
    /// dated before the last one of the base arrives with that one; a record dated after now arrives now. All sources
    /// are read before the first record is taken.
    AsDated,
}

/// Defaults and limits of an import.
///
/// There is no time limit, because the library has no clock. For a deadline, pass a progress callback that returns
/// [`ControlFlow::Break`](std::ops::ControlFlow::Break) once it has passed.
///
/// ```
/// use kenpoint::exchange::ImportOptions;
/// use kenpoint::model::Kind;
/// let options = ImportOptions::new().system("wiki").kind(Kind::Product).audience("public");
/// assert_eq!(options.max_file_bytes, 16 << 20);
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ImportOptions {
    /// The source system that keys belong to. Default `folder`.
    pub system: String,
    /// The kind of articles without one. Default general.
    pub kind: Kind,
    /// The audience label of articles without one. Default `internal`.
    pub audience: String,
    /// The confidence of articles without one. Default not-validated.
    pub confidence: Confidence,
    /// The language tag of articles without one. Default `en`.
    pub language: String,
    /// Pairs of a foreign audience label and ours; compared ignoring case. Default none.
    pub audiences: Vec<(String, String)>,
    /// The least and the greatest survey score of the source, mapped to 0 and 1. Default 0 and 1. A whole number such
    /// as 1 does not reveal its scale.
    pub survey_scale: (f64, f64),
    /// The arrival time of records. Default now.
    pub arrivals: Arrivals,
    /// The treatment of dates more than a day ahead of the base's clock. Default: such records are refused.
    pub dates_ahead: DatesAhead,
    /// Greatest number of records. Default 10 million.
    pub max_records: u64,
    /// Greatest size of a file, or of a line of JSON lines, in bytes. Default 16 MiB.
    pub max_file_bytes: usize,
    /// Greatest total size, in bytes. Default 2 GiB.
    pub max_total_bytes: u64,
    /// Greatest depth of folders below the root. Default 32.
    pub max_folder_depth: usize,
    /// Greatest nesting of YAML and JSON; values above 100 have no effect. Default 64.
    pub max_nesting: usize,
}

impl Default for ImportOptions {
    fn default() -> ImportOptions {
        ImportOptions {
            system: "folder".to_owned(),
            kind: Kind::General,
            audience: "internal".to_owned(),
            confidence: Confidence::NotValidated,
            language: "en".to_owned(),
            audiences: Vec::new(),
            survey_scale: (0.0, 1.0),
            arrivals: Arrivals::Now,
            dates_ahead: DatesAhead::Refuse,
            max_records: 10_000_000,
            max_file_bytes: 16 << 20,
            max_total_bytes: 2 << 30,
            max_folder_depth: 32,
            max_nesting: 64,
        }
    }
}

impl ImportOptions {
    /// Options with the default of each field.
    pub fn new() -> ImportOptions {
        ImportOptions::default()
    }

    /// Sets the source system that keys belong to.
    pub fn system(mut self, system: impl Into<String>) -> ImportOptions {
        self.system = system.into();
        self
    }

    /// Sets the kind of articles without one.
    pub fn kind(mut self, kind: Kind) -> ImportOptions {
        self.kind = kind;
        self
    }

    /// Sets the audience label of articles without one.
    pub fn audience(mut self, label: impl Into<String>) -> ImportOptions {
        self.audience = label.into();
        self
    }

    /// Sets the confidence of articles without one.
    pub fn confidence(mut self, confidence: Confidence) -> ImportOptions {
        self.confidence = confidence;
        self
    }

    /// Sets the language of articles without one.
    pub fn language(mut self, tag: impl Into<String>) -> ImportOptions {
        self.language = tag.into();
        self
    }

    /// Maps the source's audience label `theirs` to `ours`.
    pub fn map_audience(
        mut self,
        theirs: impl Into<String>,
        ours: impl Into<String>,
    ) -> ImportOptions {
        self.audiences.push((theirs.into(), ours.into()));
        self
    }

    /// Sets the scale of survey scores, such as 1 to 5.
    pub fn survey_scale(mut self, least: f64, greatest: f64) -> ImportOptions {
        self.survey_scale = (least, greatest);
        self
    }

    /// Sets the arrival time of records.
    pub fn arrivals(mut self, arrivals: Arrivals) -> ImportOptions {
        self.arrivals = arrivals;
        self
    }

    /// Sets the treatment of dates more than a day ahead.
    pub fn dates_ahead(mut self, dates: DatesAhead) -> ImportOptions {
        self.dates_ahead = dates;
        self
    }

    /// Sets the greatest number of records.
    pub fn max_records(mut self, records: u64) -> ImportOptions {
        self.max_records = records;
        self
    }

    /// Sets the greatest size of a file, or of a line of JSON lines, in bytes.
    pub fn max_file_bytes(mut self, bytes: usize) -> ImportOptions {
        self.max_file_bytes = bytes;
        self
    }

    /// Sets the greatest total size in bytes.
    pub fn max_total_bytes(mut self, bytes: u64) -> ImportOptions {
        self.max_total_bytes = bytes;
        self
    }

    /// Sets the greatest depth of folders below the root.
    pub fn max_folder_depth(mut self, depth: usize) -> ImportOptions {
        self.max_folder_depth = depth;
        self
    }

    /// Sets the greatest nesting of YAML and JSON.
    pub fn max_nesting(mut self, depth: usize) -> ImportOptions {
        self.max_nesting = depth;
        self
    }

    /// Returns our label for a label of the source.
    pub(super) fn label(&self, theirs: &str) -> String {
        self.audiences
            .iter()
            .find(|(foreign, _)| foreign.eq_ignore_ascii_case(theirs.trim()))
            .map_or_else(|| theirs.to_owned(), |(_, ours)| ours.clone())
    }
}
