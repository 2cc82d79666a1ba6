//! From signals to one score: pure functions of numbers and an explicit `now`.
//!
//! S = (((F · U) · R) · C) · N, a fold of factors in this order. Nothing here knows a store, an index,
//! a clock or a thread.

pub mod blend;
pub mod carry;
pub mod case_evidence;
pub mod context;
pub mod decay;
pub mod freshness;
pub mod learned;
pub mod solve_probability;
pub mod usefulness;

pub use blend::{Explanation, Factor, FactorName, Signals, relevance};
pub use case_evidence::{CaseEvidence, Neighbour, NeighbourLink};
pub use decay::Decay;
