//! The query language: small, flat, and forgiving.
//!
//! | typed | means |
//! |---|---|
//! | `words` | each word counts |
//! | `"a phrase"` | the words side by side; `“ ”`, `„ “`, `« »` are quotes too |
//! | `+word`, `+"a phrase"` | must occur, and counts |
//! | `-word`, `-"a phrase"` | must not occur |
//! | `prefix*` | every word with this prefix; two characters or more |
//! | `field:word`, `field:"a phrase"`, `+field:word` | in one field: title, issue (or symptom), environment, cause, resolution, summary, note |
//!
//! Any input is accepted. `+` and `-` are operators only if single, after a space or at the start, and right before a
//! letter, a quote or a field: `ORA-00942`, `C++`, `a - b` and `--force` are words, and so is `-2147024891` or
//! `-40C`, since negative codes and temperatures are more frequent than excluded numbers (write `-"40C"` to exclude
//! one). Parentheses are spaces: there is no nesting, so nothing recurses. An unknown field is part of the word
//! (`error:0x8`). A quote that is never closed holds the rest, unless it follows a letter or digit (`19"`) or the
//! rest is too long for a phrase. The only errors are the three limits of size.

use super::tokenize::{count_words, is_word_char};

use crate::error::{Error, ErrorCode, Result};
use crate::model::Role;
use crate::settings::{MAX_PHRASE_WORDS, MAX_QUERY_BYTES, MAX_QUERY_CLAUSES, MIN_PREFIX_CHARS};

/// The occurrence of a clause: optional, required or excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occur {
    /// Optional; a match adds to the score.
    Should,
    /// Required; a match adds to the score.
    Must,
    /// Excluded; never adds to the score.
    Not,
}

/// A field of an article that a clause can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The title.
    Title,
    /// All sections of a role.
    Role(Role),
}

impl Field {
    /// Returns the field of a name, in any case: `title`, the name of a role, or `symptom`.
    pub fn of(name: &str) -> Option<Field> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "title" => Some(Field::Title),
            "symptom" | "symptoms" => Some(Field::Role(Role::Issue)),
            _ => Role::ALL
                .iter()
                .find(|role| role.as_str() == name)
                .map(|role| Field::Role(*role)),
        }
    }

    /// The name: `title`, or that of the role.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Role(role) => role.as_str(),
        }
    }
}

/// The content of a clause, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClauseBody {
    /// A word, or a compound such as `Get-Item`.
    Word(String),
    /// Adjacent words, without the quotes.
    Phrase(String),
    /// A prefix of a word, without the star.
    Prefix(String),
}

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Optional, required or excluded.
    pub occur: Occur,
    /// The field it is limited to, if any.
    pub field: Option<Field>,
    /// Its content.
    pub what: ClauseBody,
    /// First byte of the clause in the query, operators included.
    pub start: usize,
    /// The byte after the last byte of the clause.
    pub end: usize,
}

/// A query as typed, split into clauses. [`QueryText::analyze`] makes the terms, since they depend on the language
/// searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryText {
    /// The clauses, in order; none if the input has nothing to search for.
    pub clauses: Vec<Clause>,
}

/// Parses a query.
///
/// Fails with `TooLarge` over [`MAX_QUERY_BYTES`], and with `InvalidQuery` over [`MAX_QUERY_CLAUSES`] or
/// when a closed phrase has more than [`MAX_PHRASE_WORDS`] words.
///
/// ```
/// use kenpoint::text::query::{parse, Occur, ClauseBody};
/// let query = parse("+title:\"red light\" -reset rout*").unwrap();
/// let occurs: Vec<Occur> = query.clauses.iter().map(|clause| clause.occur).collect();
/// assert_eq!(occurs, [Occur::Must, Occur::Not, Occur::Should]);
/// assert_eq!(query.clauses[2].what, ClauseBody::Prefix("rout".to_owned()));
/// ```
pub fn parse(text: &str) -> Result<QueryText> {
    if text.len() > MAX_QUERY_BYTES {
        return Err(Error::new(
            ErrorCode::TooLarge,
            format!(
                "query: {} bytes is over the limit of {MAX_QUERY_BYTES} bytes; give a longer text to suggest",
                text.len()
            ),
        ));
    }
    let mut reader = QueryParser {
        text,
        at: 0,
        last_quote: text
            .char_indices()
            .rev()
            .find(|(_, c)| is_quote(*c))
            .map(|(at, _)| at),
        clauses: Vec::new(),
    };
    while reader.clause()? {}
    Ok(QueryText {
        clauses: reader.clauses,
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '\u{ff02}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '(' | ')')
}

struct QueryParser<'a> {
    text: &'a str,
    /// The next byte to read.
    at: usize,
    /// The position of the last quote. A quote after it cannot close, so no search is needed.
    last_quote: Option<usize>,
    clauses: Vec<Clause>,
}

impl<'a> QueryParser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    /// Reads one clause or skips input that is none. Returns false at the end.
    fn clause(&mut self) -> Result<bool> {
        let skipped = self
            .rest()
            .find(|c| !is_space(c))
            .unwrap_or(self.rest().len());
        self.at += skipped;
        let Some(first) = self.peek() else {
            return Ok(false);
        };
        let start = self.at;
        let at_boundary = self.before().is_none_or(is_space);
        let mut occur = Occur::Should;
        if at_boundary && matches!(first, '+' | '-') && self.is_operator(first) {
            occur = if first == '+' {
                Occur::Must
            } else {
                Occur::Not
            };
            self.at += 1;
        }
        let field = self.field();
        if self.peek().is_some_and(is_quote) {
            self.phrase(start, occur, field)?;
        } else {
            self.word(start, occur, field)?;
        }
        Ok(true)
    }

    /// Returns true if the sign at hand is an operator: a word, a quote or a field follows it directly.
    fn is_operator(&self, sign: char) -> bool {
        match self.rest().chars().nth(1) {
            Some(c) if is_quote(c) => true,
            Some(c) if sign == '-' && c.is_numeric() => false,
            Some(c) => is_word_char(c),
            None => false,
        }
    }

    /// Reads `field:` if a word or a phrase follows it directly.
    fn field(&mut self) -> Option<Field> {
        // The longest name has eleven letters; searching further would make long words costly.
        let name_len = self.rest().bytes().take(12).position(|b| b == b':')?;
        let field = Field::of(self.rest().get(..name_len)?)?;
        let next = self.rest().get(name_len + 1..)?.chars().next()?;
        if is_space(next) {
            return None;
        }
        self.at += name_len + 1;
        Some(field)
    }

    fn phrase(&mut self, start: usize, occur: Occur, field: Option<Field>) -> Result<()> {
        let open = self.at;
        let quote_len = self.peek().map_or(1, char::len_utf8);
        let inside_from = open + quote_len;
        let after_word = self
            .before()
            .is_some_and(|c| c.is_alphanumeric() && self.at > start);
        let follows_word =
            after_word || (start == open && self.before().is_some_and(char::is_alphanumeric));
        self.at = inside_from;
        let may_close = self.last_quote.is_some_and(|last| last > open);
        let closing = if may_close {
            self.rest().char_indices().find(|(_, c)| is_quote(*c))
        } else {
            None
        };
        let (inside, end) = match closing {
            Some((len, quote)) => (len, inside_from + len + quote.len_utf8()),
            None => (self.rest().len(), self.text.len()),
        };
        let content = self.rest().get(..inside).unwrap_or_default();
        let n_words = count_words(content, MAX_PHRASE_WORDS);
        if n_words > MAX_PHRASE_WORDS && closing.is_some() {
            return Err(Error::new(
                ErrorCode::InvalidQuery,
                format!(
                    "query: a phrase of more than {MAX_PHRASE_WORDS} words at byte {open}; shorten it or leave the quotes out"
                ),
            ));
        }
        if closing.is_none() && (follows_word || n_words > MAX_PHRASE_WORDS) {
            return Ok(());
        }
        self.at = end;
        if n_words > 0 {
            self.push(
                start,
                occur,
                field,
                ClauseBody::Phrase(content.trim().to_owned()),
            )?;
        }
        Ok(())
    }

    fn word(&mut self, start: usize, occur: Occur, field: Option<Field>) -> Result<()> {
        let rest = self.rest();
        let len = rest
            .find(|c| is_space(c) || is_quote(c))
            .unwrap_or(rest.len());
        let typed = rest.get(..len).unwrap_or_default();
        self.at += len;
        let bare = typed.trim_end_matches('*');
        let n_chars = bare.chars().filter(|c| is_word_char(*c)).count();
        if n_chars == 0 {
            return Ok(());
        }
        let ends_open = bare.ends_with(is_word_char);
        let what = if bare.len() < typed.len() && ends_open && n_chars >= MIN_PREFIX_CHARS {
            ClauseBody::Prefix(bare.to_owned())
        } else {
            ClauseBody::Word(bare.to_owned())
        };
        self.push(start, occur, field, what)
    }

    fn push(
        &mut self,
        start: usize,
        occur: Occur,
        field: Option<Field>,
        what: ClauseBody,
    ) -> Result<()> {
        if self.clauses.len() >= MAX_QUERY_CLAUSES {
            return Err(Error::new(
                ErrorCode::InvalidQuery,
                format!(
                    "query: more than {MAX_QUERY_CLAUSES} words and phrases; shorten it, or give the whole text to suggest"
                ),
            ));
        }
        self.clauses.push(Clause {
            occur,
            field,
            what,
            start,
            end: self.at,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::analyzer::Analyzer;
    use super::super::lang::Lang;
    use super::*;
    use proptest::prelude::*;

    fn show(text: &str) -> String {
        let shown: Vec<String> = parse(text)
            .unwrap()
            .clauses
            .iter()
            .map(|clause| {
                let sign = match clause.occur {
                    Occur::Should => "",
                    Occur::Must => "+",
                    Occur::Not => "-",
                };
                let field = clause
                    .field
                    .map(|f| format!("{}:", f.as_str()))
                    .unwrap_or_default();
                match &clause.what {
                    ClauseBody::Word(w) => format!("{sign}{field}{w}"),
                    ClauseBody::Phrase(p) => format!("{sign}{field}[{p}]"),
                    ClauseBody::Prefix(p) => format!("{sign}{field}{p}*"),
                }
            })
            .collect();
        shown.join("|")
    }

    #[test]
    fn the_language() {
        for (typed, read) in [
            ("red light", "red|light"),
            ("\"red light\" on", "[red light]|on"),
            ("„rotes Licht“ an", "[rotes Licht]|an"),
            ("+vpn -proxy -\"a b\"", "+vpn|-proxy|-[a b]"),
            (
                "title:vpn symptom:\"no link\" +cause:x",
                "title:vpn|issue:[no link]|+cause:x",
            ),
            ("-TITLE:vpn", "-title:vpn"),
            ("config* a* *", "config*|a"),
            ("ORA-00942 C++ a - b", "ORA-00942|C++|a|b"),
            ("-2147024891 -40C --force", "-2147024891|-40C|--force"),
            ("error:0x8 http://x.y/z", "error:0x8|http://x.y/z"),
            ("title: x", "title:|x"),
            ("title:", "title:"),
            ("(a OR (b))", "a|OR|b"),
            ("\"open rest", "[open rest]"),
            ("19\" monitor", "19|monitor"),
            ("\"\" + - * : ++", ""),
            ("+ a", "a"),
            ("", ""),
            ("say\"it now\"", "say|[it now]"),
            ("a\u{0}b", "a|b"),
        ] {
            assert_eq!(show(typed), read, "{typed}");
        }
    }

    #[test]
    fn limits_are_named() {
        let message = |text: &str| parse(text).unwrap_err().to_string();
        assert!(message(&"x".repeat(8193)).contains("8192 bytes"));
        assert!(message(&"x ".repeat(129)).contains("128"));
        assert!(message(&format!("\"{}\"", "x ".repeat(33))).contains("32 words"));
        assert!(parse(&"x ".repeat(128)).is_ok());
        assert!(parse(&format!("\"{}", "x ".repeat(33))).is_ok());
    }

    /// No query may overflow a small stack, panic or take long; typed errors are fine.
    #[test]
    fn hostile_queries_end() {
        let queries: Vec<String> = vec![
            "(".repeat(200_000),
            "(".repeat(8_000),
            "NOT ".repeat(2_000),
            "-".repeat(8_192),
            "+-".repeat(4_096),
            "\"".repeat(8_192),
            "\" ".repeat(4_096),
            "a\"".repeat(4_096),
            "“".repeat(2_700),
            "e\u{301}".repeat(2_700),
            format!("e{}", "\u{301}".repeat(4_000)),
            "\u{202e}abc\u{202c}".repeat(800),
            "\u{0}".repeat(8_192),
            "x".repeat(8_192),
            "x".repeat(64 << 10),
            "a-".repeat(4_096),
            "1.".repeat(4_096),
            "title:".repeat(1_300),
            "*".repeat(8_192),
            "数".repeat(2_700),
            "ﷺ".repeat(2_700),
            "𝕏😀".repeat(1_000),
            "'".repeat(8_192),
            "a'".repeat(4_096),
            "aB".repeat(4_096),
            "\u{feff}\u{200d}".repeat(1_300),
            "\u{1100}\u{1161}".repeat(1_300),
            "0x".repeat(4_000),
        ];
        assert!(queries.len() >= 20);
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(move || {
                for tag in ["en", "de", "fr", "ko", "xx"] {
                    let analyzer = Analyzer::new(Lang::of(tag));
                    for text in &queries {
                        if let Ok(query) = parse(text) {
                            let analyzed = query.analyze(&analyzer);
                            assert!(analyzed.len() <= MAX_QUERY_CLAUSES);
                        }
                        let _ = analyzer.query_tokens(text);
                    }
                }
            })
            .unwrap()
            .join()
            .unwrap();
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read(text in "(\\PC|[-+\"*:(). a-z0-9]|title:|“|数){0,80}") {
            let query = parse(&text).unwrap();
            let mut last = 0;
            for clause in &query.clauses {
                prop_assert!(last <= clause.start && clause.start < clause.end);
                prop_assert!(text.get(clause.start..clause.end).is_some());
                last = clause.end;
            }
            let _ = query.analyze(&Analyzer::new(Lang::ENGLISH));
        }
    }
}
