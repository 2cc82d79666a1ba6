//! Turns text into terms: one analyzer for articles, cases, queries and standing queries.
//!
//! [`Analyzer`] cuts a text into words, identifiers and pairs of characters, and normalises each so that all written
//! forms of one thing give the same term. [`markdown`] extracts plain text from CommonMark, [`query`] parses the
//! query language, [`mod@snippet`] quotes the matching stretch of a text.
//!
//! This module knows no index, statistic or clock. Every cost is linear in the text, and nothing recurses on
//! untrusted input.

mod analyzed_query;
pub mod analyzer;
mod combining_marks;
mod compound;
pub mod identifier;
pub mod lang;
mod learned_terms;
pub mod markdown;
mod normal;
mod normalization;
mod prefix_filter;
pub mod query;
pub mod safe_html;
mod similarity;
pub mod snippet;
pub mod stem;
mod stopwords;
mod telephone;
#[cfg(test)]
mod testing;
mod title;
mod tokenize;
pub mod vocabulary;
mod word_break;

pub use analyzed_query::{AnalyzedBody, AnalyzedClause, PhraseTerm};
pub use analyzer::{Analyzer, Memo, Token, TokenKind, TokenRef};
pub use compound::{PlainWord, can_join, is_short, plain_words, sole_term, splits};
pub use identifier::is_identifier;
pub use lang::Lang;
pub use learned_terms::learnable_terms;
pub use query::{Clause, ClauseBody, Field, Occur, QueryText};
pub use similarity::similarity;
pub use snippet::{Snippet, snippet};
pub use stem::{HostStemmer, Stemmers};
pub(crate) use telephone::numbers as telephone_numbers;
pub use title::title_term;
pub(crate) use tokenize::is_run_char;
