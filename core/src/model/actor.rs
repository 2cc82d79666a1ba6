//! Who acts: an agent, an expert, a reader.

use serde::{Deserialize, Serialize};

use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::Result;

named_enum! {
    /// What an actor is trusted with (KCS v6). A plain field for now: no rule asks for it yet, but the
    /// confidence of a link takes its default from it.
    Licence("licence") {
        /// Reads, rates, flags.
        Reader = "reader",
        /// Learns: links and drafts.
        Candidate = "candidate",
        /// Validates.
        Contributor = "contributor",
        /// Publishes to any audience.
        Publisher = "publisher",
        /// Coaches others.
        Coach = "coach",
        /// Answers for a domain.
        DomainExpert = "domain-expert",
    }
}

/// Somebody known by an id of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The id.
    pub id: String,
    /// What the actor is trusted with.
    pub licence: Licence,
}

impl Actor {
    /// Checks the id.
    pub fn check(&self) -> Result<()> {
        validate::id("actor.id", &self.id)
    }
}
