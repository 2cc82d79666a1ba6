//! From a query or a case to articles: words, candidates, signals, answers.
//!
//! Reads only. It knows no lock, no file and no clock: `now` comes with the view.

pub mod explain;
pub mod plan;
pub mod request;
pub mod respond;
pub mod retrieve;
pub mod searcher;
pub mod similar;

pub use request::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
