//! The choices made when a base is created, which never change afterwards.

use crate::error::Result;
use crate::model::audience::AudienceScheme;
use crate::model::{Event, Segment};
use crate::text::{Analyzer, Lang, Stemmers};

/// What the fold needs beside the tables: what is fixed when the base is made.
pub struct BaseConfig {
    /// Who may see what.
    pub audiences: AudienceScheme,
    /// The language of cases and queries that do not say theirs.
    pub language: String,
    /// Makes ids for events that come without.
    pub seed: u64,
    /// The number of this base.
    pub base: u64,
    /// Where stems come from.
    pub stemmers: Stemmers,
}

impl BaseConfig {
    /// The analyser of cases and queries.
    pub fn analyzer(&self) -> Analyzer {
        Analyzer::with(Lang::of(&self.language), &self.stemmers)
    }

    /// Whose experience an event is: an agent's if its audience reads cases.
    pub fn segment(&self, event: &Event) -> Result<Segment> {
        let Some(label) = &event.audience else {
            return Ok(Segment::Customer);
        };
        let class = self.audiences.class(label)?;
        Ok(if self.audiences.reads_cases().contains(class) {
            Segment::Agent
        } else {
            Segment::Customer
        })
    }
}
