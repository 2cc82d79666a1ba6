//! The statistics of terms that planning needs, as one viewer sees them. This module knows no index.

use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::text::{Analyzer, Lang};

/// Statistics of the articles (or cases) that the viewer sees.
pub trait TermStats {
    /// Returns the number of visible articles (or cases).
    fn docs(&self) -> u64;

    /// Returns the number of them that contain any of these terms.
    fn doc_freq(&self, terms: &Terms) -> u64;

    /// Returns the visible terms of a language that begin with one of the prefixes or equal one of the
    /// stems.
    fn expand(&self, lang: Lang, prefixes: &[String], stems: &[String]) -> Result<Vec<String>>;

    /// Returns the languages that the viewer reads, ascending.
    fn languages(&self) -> &[Lang];

    /// Returns the analyzer of one of these languages.
    fn analyzer(&self, lang: Lang) -> Analyzer;
}

/// The terms of a word, by language.
pub type Terms = Sorted<Lang, Vec<String>>;
