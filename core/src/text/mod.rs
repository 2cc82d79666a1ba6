//! From text to terms: one analyzer for articles, cases, queries and standing queries.
//!
//! [`Analyzer`] cuts a text into words, identifiers and pairs of characters, and brings each into the
//! form in which its written forms meet. [`markdown`] gets plain text out of CommonMark,
//! [`query`] reads the query language, [`mod@snippet`] shows
//! where a text answers.
//!
//! Nothing here knows an index, a statistic or a clock; every cost is linear in the text, and nothing
//! recurses on what a stranger may type.

pub mod analyzer;
mod beginnings;
mod bounds;
mod clause;
mod forms;
pub mod identifier;
pub mod lang;
mod lessons;
pub mod markdown;
mod marks;
mod normal;
pub mod page;
pub mod query;
mod similarity;
pub mod snippet;
pub mod stem;
mod stopwords;
#[cfg(test)]
mod testing;
mod tokenize;
pub mod vocabulary;

pub use analyzer::{Analyzer, Memo, Token, TokenKind, TokenRef};
pub use identifier::is_identifier;
pub use lang::Lang;
pub use lessons::lesson_words;
pub use query::{AnalyzedClause, AnalyzedWhat, Clause, Field, Occur, PhraseTerm, QueryText, What};
pub use similarity::similarity;
pub use snippet::{Snippet, snippet};
pub use stem::{HostStemmer, Stemmers};
