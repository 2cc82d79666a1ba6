//! Search: from a query or a case to weighted words, candidates, signals and answers.
//!
//! This module only reads. It knows no lock, file or clock; `now` comes with the request.

pub mod compound_words;
pub mod explain;
pub mod named;
pub mod plan;
pub mod request;
pub mod respond;
pub mod retrieve;
pub mod searcher;
pub mod similar;
pub mod term_stats;

pub use request::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
