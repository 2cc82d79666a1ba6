//! From a query or a case to articles: words, candidates, signals, answers.
//!
//! Reads only. It knows no lock, no file and no clock: `now` comes with the view.

pub mod answer;
pub mod answering;
pub mod catalog;
pub mod explain;
pub mod filter;
pub mod find;
pub mod plan;
pub mod priors;
pub mod reading;
pub mod sidecars;
pub mod similar;

pub use answer::{
    Hit, SearchAnswer, SearchRequest, SimilarCase, SuggestAnswer, SuggestRequest, Suggestion,
};
pub use catalog::Catalog;
pub use filter::Filter;
