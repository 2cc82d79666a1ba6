//! Sessions: visits to self-service, divided into intents, the unit in which success is measured.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A visit to self-service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// The id, chosen by the host.
    pub id: String,
    /// The visitor, if known.
    pub party: Option<String>,
    /// The intents of the visit, in order of time.
    pub intents: Vec<Intent>,
}

/// A run of queries and reads about one need. A new intent begins after a pause of 30 minutes, or
/// with a query that shares too few words with the earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// The instant of its first event.
    pub from: Timestamp,
    /// The instant of its last event.
    pub to: Timestamp,
    /// Its queries, in order of time.
    pub queries: Vec<String>,
    /// The ids of the articles read, in order of time.
    pub read: Vec<String>,
    /// True if a case was opened from it.
    pub became_case: bool,
}
