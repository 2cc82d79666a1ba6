//! Ranking: from signals to one score, by pure functions of numbers and an explicit `now`.
//!
//! S = (((F · U) · R) · C) · N, multiplied in this order. This module knows no store, index, clock or thread.

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
