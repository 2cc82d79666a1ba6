//! The configuration of a base: the choices made at its creation, which never change afterwards.

use crate::error::Result;
use crate::model::audience::AudienceScheme;
use crate::model::{Event, Segment};
use crate::text::{Analyzer, Lang, Stemmers};

/// The configuration that the projection and the analyzer need beside the tables.
pub struct BaseConfig {
    /// The audience scheme.
    pub audiences: AudienceScheme,
    /// The language of cases and queries that state none.
    pub language: String,
    /// Seed of the ids for events without one.
    pub seed: u64,
    /// The number that identifies this base.
    pub base: u64,
    /// The stemmers.
    pub stemmers: Stemmers,
}

impl BaseConfig {
    /// Returns the analyzer of cases and queries.
    pub fn analyzer(&self) -> Analyzer {
        Analyzer::with(Lang::of(&self.language), &self.stemmers)
    }

    /// Returns the segment of an event: agents if its audience reads cases, otherwise customers.
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
