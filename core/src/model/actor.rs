//! Actors: the agents, experts and readers who cause events.

use serde::{Deserialize, Serialize};

use super::validate;
use crate::codec::named_enum::named_enum;
use crate::error::Result;

named_enum! {
    /// The licence of an actor (KCS v6). No permission depends on it yet; it only sets the default
    /// confidence of a link.
    Licence("licence") {
        /// May read, rate and flag.
        Reader = "reader",
        /// In training: may also link and draft.
        Candidate = "candidate",
        /// May also validate.
        Contributor = "contributor",
        /// May also publish to any audience.
        Publisher = "publisher",
        /// Coaches others.
        Coach = "coach",
        /// Is responsible for a domain.
        DomainExpert = "domain-expert",
    }
}

/// An actor, known by an id of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The id.
    pub id: String,
    /// The licence.
    pub licence: Licence,
}

impl Actor {
    /// Checks the id.
    pub fn check(&self) -> Result<()> {
        validate::id("actor.id", &self.id)
    }
}
