//! A visit to self-service, cut into intents: the unit in which success is measured.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// The id, chosen by the host.
    pub id: String,
    /// Who it was, if that is known.
    pub party: Option<String>,
    /// Its runs of queries and reads about one need, in order of time.
    pub intents: Vec<Intent>,
}

/// A run of queries and reads about one need. A new one begins after a gap of 30 minutes or with a
/// query that shares too few words with those before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// Its first event.
    pub from: Timestamp,
    /// Its last event.
    pub to: Timestamp,
    /// Its queries, in order of time.
    pub queries: Vec<String>,
    /// The ids of the articles read, in order of time.
    pub read: Vec<String>,
    /// Whether a case came out of it.
    pub became_case: bool,
}
