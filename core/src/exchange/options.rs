//! What an import assumes where a source is silent, and where it stops.

use serde::{Deserialize, Serialize};

use crate::model::{Confidence, Kind};

/// When imported records arrive in the base, which is when looks at the past begin to see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// All now, as they are read. The base knew nothing of them before.
    #[default]
    Now,
    /// Each when it happened, in order of time: for a history that is brought into an empty base, to
    /// be looked at as of any day. Articles arrive when they were created, with the text and the date
    /// of verification they have today; cases when they were opened, their notes and endings later,
    /// each at its own time. What has no date comes first; what lies before the last record of the base
    /// arrives with that, and what lies after now arrives now. All is read before the first record is
    /// taken.
    AsDated,
}

/// Defaults and limits of an import.
///
/// There is no time limit among them, because the library has no clock: a progress callback that
/// answers [`super::ControlFlow::Break(())`] once its own deadline has passed is one.
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
    /// The system that source keys belong to. Default `folder`.
    pub system: String,
    /// The kind of articles that name none. Default general.
    pub kind: Kind,
    /// The audience label of articles that name none. Default `internal`.
    pub audience: String,
    /// The confidence of articles that name none. Default not-validated.
    pub confidence: Confidence,
    /// The language tag of articles that name none. Default `en`.
    pub language: String,
    /// Foreign audience labels and ours, compared without regard to case. Default none.
    pub audiences: Vec<(String, String)>,
    /// The least and the greatest survey score of the source, mapped to 0 and 1. Default 0 and 1:
    /// a whole number such as 1 cannot tell which scale it is of.
    pub survey_scale: (f64, f64),
    /// When records arrive. Default now.
    pub arrivals: Arrivals,
    /// Most records of one import. Default 10 million.
    pub max_records: u64,
    /// Largest file, or largest line of a JSON-lines file. Bytes; default 16 MiB.
    pub max_file_bytes: usize,
    /// Most bytes of one import. Default 2 GiB.
    pub max_total_bytes: u64,
    /// Deepest folder below the one given. Default 32.
    pub max_folder_depth: usize,
    /// Deepest nesting of YAML and JSON; above 100 it has no effect. Default 64.
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
            max_records: 10_000_000,
            max_file_bytes: 16 << 20,
            max_total_bytes: 2 << 30,
            max_folder_depth: 32,
            max_nesting: 64,
        }
    }
}

impl ImportOptions {
    /// The defaults named at the fields.
    pub fn new() -> ImportOptions {
        ImportOptions::default()
    }

    /// Sets the system that source keys belong to.
    pub fn system(mut self, system: impl Into<String>) -> ImportOptions {
        self.system = system.into();
        self
    }

    /// Sets the kind of articles that name none.
    pub fn kind(mut self, kind: Kind) -> ImportOptions {
        self.kind = kind;
        self
    }

    /// Sets the audience label of articles that name none.
    pub fn audience(mut self, label: impl Into<String>) -> ImportOptions {
        self.audience = label.into();
        self
    }

    /// Sets the confidence of articles that name none.
    pub fn confidence(mut self, confidence: Confidence) -> ImportOptions {
        self.confidence = confidence;
        self
    }

    /// Sets the language of articles that name none.
    pub fn language(mut self, tag: impl Into<String>) -> ImportOptions {
        self.language = tag.into();
        self
    }

    /// Reads the source's audience label `theirs` as `ours`.
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

    /// Sets when records arrive.
    pub fn arrivals(mut self, arrivals: Arrivals) -> ImportOptions {
        self.arrivals = arrivals;
        self
    }

    /// Sets the most records of one import.
    pub fn max_records(mut self, records: u64) -> ImportOptions {
        self.max_records = records;
        self
    }

    /// Sets the largest file, or line of a JSON-lines file, in bytes.
    pub fn max_file_bytes(mut self, bytes: usize) -> ImportOptions {
        self.max_file_bytes = bytes;
        self
    }

    /// Sets the most bytes of one import.
    pub fn max_total_bytes(mut self, bytes: u64) -> ImportOptions {
        self.max_total_bytes = bytes;
        self
    }

    /// Sets the deepest folder below the one given.
    pub fn max_folder_depth(mut self, depth: usize) -> ImportOptions {
        self.max_folder_depth = depth;
        self
    }

    /// Sets the deepest nesting of YAML and JSON.
    pub fn max_nesting(mut self, depth: usize) -> ImportOptions {
        self.max_nesting = depth;
        self
    }

    /// Our label for a label of the source.
    pub(super) fn label(&self, theirs: &str) -> String {
        self.audiences
            .iter()
            .find(|(foreign, _)| foreign.eq_ignore_ascii_case(theirs.trim()))
            .map_or_else(|| theirs.to_owned(), |(_, ours)| ours.clone())
    }
}
