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
//! Any input is accepted, and a sign counts only where a person plainly means it, since most long queries are pasted:
//!
//! - A query of several lines, of more than [`MAX_TYPED_WORDS`] words or of more than [`MAX_QUERY_CLAUSES`] clauses is
//!   a text ([`QueryText::is_text`]): no sign in it counts.
//! - `+` and `-` are single, after a space or at the start, and right before a letter, a quote or a field: `ORA-00942`,
//!   `C++`, `a - b` and `--force` are words. So are negative codes (`-2147024891`; write `-"40C"` to exclude a number)
//!   and telephone numbers (`+49 30`).
//! - `-word` is a parameter and not an exclusion if it is a single letter, holds `=`, ends with the punctuation of a
//!   sentence or has several humps (`-ResultSize`); if the query shows a command (`setup.exe`, `--force`, `$x`); and,
//!   capitalised, if it shows a cmdlet (`Get-Mailbox -Identity`) or unsigned words follow (`-Size 10`).
//! - A query of exclusions only has nothing to search for, so its words are words.
//! - Quotes come in pairs around words and at the edge of words: inch marks (`19"`) and a quote that is never closed
//!   are punctuation, and so are quotes around more than [`MAX_PHRASE_WORDS`] words.
//! - A star counts at the end of a word without other stars: `**Note**` is a word.
//!
//! Parentheses are spaces: there is no nesting, so nothing recurses. An unknown field is part of the word
//! (`error:0x8`). The signs that did not count although they stand where they could are listed in
//! [`QueryText::uncounted`]. The only error is the limit of size.

use super::tokenize::{count_words, is_run_char, is_word_char};

use crate::error::{Error, ErrorCode, Result};
use crate::model::Role;
use crate::settings::{
    MAX_PHRASE_WORDS, MAX_QUERY_BYTES, MAX_QUERY_CLAUSES, MAX_TYPED_WORDS, MIN_PREFIX_CHARS,
};

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
    /// The clauses, in order; none if the input has nothing to search for. Words only if the query is a text.
    pub clauses: Vec<Clause>,
    /// True if the query is a pasted text, so that no sign in it counts.
    pub is_text: bool,
    /// The byte ranges whose signs did not count, ascending: clauses of a text that would be conditions, parameters of
    /// commands, and phrases that are too long.
    pub uncounted: Vec<(usize, usize)>,
}

/// Parses a query. Linear in its length.
///
/// Fails with `TooLarge` over [`MAX_QUERY_BYTES`].
///
/// ```
/// use kenpoint::text::query::{parse, Occur, ClauseBody};
/// let query = parse("+title:\"red light\" rout* -reset").unwrap();
/// let occurs: Vec<Occur> = query.clauses.iter().map(|clause| clause.occur).collect();
/// assert_eq!(occurs, [Occur::Must, Occur::Should, Occur::Not]);
/// assert_eq!(query.clauses[1].what, ClauseBody::Prefix("rout".to_owned()));
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
    let mut parser = QueryParser::new(text);
    while parser.clause() {}
    let mut query = QueryText {
        is_text: is_long(text) || parser.clauses.len() > MAX_QUERY_CLAUSES,
        clauses: parser.clauses,
        uncounted: parser.uncounted,
    };
    if query.is_text {
        query.drop_signs(|_| true);
    } else if query.clauses.iter().all(|c| c.occur == Occur::Not) {
        query.drop_signs(|clause| clause.occur == Occur::Not);
    }
    Ok(query)
}

impl QueryText {
    /// Turns the clauses that are conditions and that `of` names into clauses of optional words.
    fn drop_signs(&mut self, of: impl Fn(&Clause) -> bool) {
        for clause in &mut self.clauses {
            let is_word = matches!(clause.what, ClauseBody::Word(_));
            let is_plain = is_word && clause.occur == Occur::Should && clause.field.is_none();
            if is_plain || !of(clause) {
                continue;
            }
            clause.occur = Occur::Should;
            if self.is_text {
                clause.field = None;
                if let ClauseBody::Phrase(words) | ClauseBody::Prefix(words) = &clause.what {
                    clause.what = ClauseBody::Word(words.clone());
                }
            }
            self.uncounted.push((clause.start, clause.end));
        }
        self.uncounted.sort_unstable();
        self.uncounted.dedup_by_key(|(start, _)| *start);
    }
}

/// Returns true for several lines, and for more than [`MAX_TYPED_WORDS`] words. Two characters of a script without
/// spaces are about one word.
fn is_long(text: &str) -> bool {
    let text = text.trim();
    let n_words =
        text.split_whitespace().count() + text.chars().filter(|c| is_run_char(*c)).count() / 2;
    text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) || n_words > MAX_TYPED_WORDS
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '\u{ff02}') || is_guillemet(c)
}

/// Guillemets may have a space on their inner side.
fn is_guillemet(c: char) -> bool {
    matches!(c, '«' | '»')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '(' | ')')
}

/// Returns true for the name of a cmdlet: two capitalised words of some length (`Get-Item`), unlike `Wi-Fi`, `Add-In`.
fn is_cmdlet(word: &str) -> bool {
    let is_capitalised = |part: &str, least: usize| {
        let mut chars = part.chars();
        part.len() >= least
            && chars.next().is_some_and(char::is_uppercase)
            && chars.next().is_some_and(char::is_lowercase)
    };
    word.split_once('-')
        .is_some_and(|(verb, noun)| is_capitalised(verb, 3) && is_capitalised(noun, 3))
}

/// Returns true for a word of a command line: a program, a long option, a variable, code.
fn is_of_command(word: &str) -> bool {
    let is_program = [".exe", ".ps1", ".cmd", ".bat", ".sh", ".msi"]
        .iter()
        .any(|ending| {
            let from = word.len().checked_sub(ending.len());
            from.and_then(|from| word.get(from..))
                .is_some_and(|end| end.eq_ignore_ascii_case(ending))
        });
    let is_option = word
        .strip_prefix("--")
        .is_some_and(|name| name.starts_with(char::is_alphabetic));
    let is_variable = word
        .strip_prefix('$')
        .is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    is_program || is_option || is_variable || word.contains('`')
}

struct QueryParser<'a> {
    text: &'a str,
    /// The next byte to read.
    at: usize,
    /// The last quote that can close a phrase. No search for one is needed after it.
    last_closing: Option<usize>,
    /// No quote before this byte opens a phrase: the words up to it are too many for one.
    no_phrase_until: usize,
    /// True if a word is the name of a cmdlet.
    has_cmdlet: bool,
    /// True if a word belongs to a command line.
    has_command: bool,
    /// The byte from which on every word has a sign.
    signs_only_from: usize,
    clauses: Vec<Clause>,
    uncounted: Vec<(usize, usize)>,
}

impl<'a> QueryParser<'a> {
    fn new(text: &'a str) -> QueryParser<'a> {
        let words = || text.split(is_space);
        QueryParser {
            text,
            at: 0,
            last_closing: text
                .char_indices()
                .rev()
                .find(|(at, c)| is_closing(text, *at, *c))
                .map(|(at, _)| at),
            no_phrase_until: 0,
            has_cmdlet: words().any(is_cmdlet),
            has_command: words().any(is_of_command),
            signs_only_from: signs_only_from(text),
            clauses: Vec::new(),
            uncounted: Vec::new(),
        }
    }

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
    fn clause(&mut self) -> bool {
        let skipped = self
            .rest()
            .find(|c| !is_space(c))
            .unwrap_or(self.rest().len());
        self.at += skipped;
        let Some(first) = self.peek() else {
            return false;
        };
        let start = self.at;
        let at_boundary = self.before().is_none_or(is_space);
        let mut occur = Occur::Should;
        if at_boundary && matches!(first, '+' | '-') && self.is_before_word() {
            if self.is_operator(first) {
                occur = if first == '+' {
                    Occur::Must
                } else {
                    Occur::Not
                };
            } else {
                self.uncounted.push((start, start + self.word_len()));
            }
            self.at += 1;
        }
        let field = self.field();
        match self.peek() {
            Some(quote) if is_quote(quote) => match self.closing() {
                Some(closing) => self.phrase(start, closing, occur, field),
                None => self.at += quote.len_utf8(),
            },
            _ => self.word(start, occur, field),
        }
        true
    }

    /// Returns true if a letter, or a phrase, follows the sign at hand directly. A digit after a minus makes a number.
    fn is_before_word(&self) -> bool {
        let sign = self.peek().unwrap_or_default();
        match self.rest().chars().nth(1) {
            Some(c) if is_quote(c) => self.closing_of(self.at + 1).is_some(),
            Some(c) if c.is_numeric() => sign == '+' && !self.is_telephone_number(),
            Some(c) => is_word_char(c),
            None => false,
        }
    }

    /// The length of the word at hand, up to a space or a quote.
    fn word_len(&self) -> usize {
        let rest = self.rest();
        rest.find(|c| is_space(c) || is_quote(c))
            .unwrap_or(rest.len())
    }

    /// Returns true if a country code or a whole telephone number follows the plus at hand. Codes of errors have four to
    /// six digits, or letters, or dots.
    fn is_telephone_number(&self) -> bool {
        let word = self.rest().get(1..self.word_len()).unwrap_or_default();
        let n_digits = word.chars().filter(|c| c.is_numeric()).count();
        let is_code = word.chars().any(|c| c.is_alphabetic() || c == '.') || word.contains(':');
        !is_code && !(4..=6).contains(&n_digits)
    }

    /// Returns true if the sign at hand, which stands before a word, is plainly an operator.
    fn is_operator(&self, sign: char) -> bool {
        let word = self.rest().get(1..self.word_len()).unwrap_or_default();
        if sign == '+' || word.is_empty() {
            return true;
        }
        let mut chars = word.chars();
        let first = chars.next().unwrap_or_default();
        let second = chars.next();
        let is_letter = second.is_none() && !is_run_char(first);
        let is_before_quote = self
            .rest()
            .get(self.word_len()..)
            .is_some_and(|rest| rest.starts_with(is_quote));
        let ends_a_sentence =
            !is_before_quote && word.ends_with(['.', ':', ';', '!', '?', '\'', '`', '-']);
        if is_letter || ends_a_sentence || word.contains('=') || self.has_command {
            return false;
        }
        let is_capitalised = first.is_uppercase() && second.is_some_and(char::is_lowercase);
        let has_humps = word.chars().skip(1).any(char::is_uppercase);
        !(is_capitalised && (has_humps || self.has_cmdlet || self.at < self.signs_only_from))
    }

    /// Reads `field:` if a word or a phrase follows it directly.
    fn field(&mut self) -> Option<Field> {
        // The longest name has eleven letters; searching further would make long words costly.
        let name_len = self.rest().bytes().take(12).position(|b| b == b':')?;
        let field = Field::of(self.rest().get(..name_len)?)?;
        let after = self.at + name_len + 1;
        let next = self.text.get(after..)?.chars().next()?;
        let is_before_word = if is_quote(next) {
            self.closing_of(after).is_some()
        } else {
            is_word_char(next)
        };
        is_before_word.then(|| {
            self.at = after;
            field
        })
    }

    /// The quote that closes a phrase opened by the quote at hand, if that one can open one.
    fn closing(&self) -> Option<(usize, char)> {
        let is_inside_word = self
            .before()
            .is_some_and(|c| c.is_alphanumeric() && !is_run_char(c));
        if is_inside_word {
            return None;
        }
        self.closing_of(self.at)
    }

    /// The quote that closes a phrase opened by the quote at `open`; none if that one is followed by a space.
    fn closing_of(&self, open: usize) -> Option<(usize, char)> {
        let quote = self.text.get(open..)?.chars().next()?;
        let inside = open + quote.len_utf8();
        let next = self.text.get(inside..)?.chars().next()?;
        let is_open = is_guillemet(quote) || !is_space(next);
        if !is_open || open < self.no_phrase_until || self.last_closing? <= open {
            return None;
        }
        self.text
            .get(inside..)?
            .char_indices()
            .map(|(at, c)| (inside + at, c))
            .find(|(at, c)| is_closing(self.text, *at, *c))
    }

    fn phrase(
        &mut self,
        start: usize,
        (close, quote): (usize, char),
        occur: Occur,
        field: Option<Field>,
    ) {
        let inside = self.at + self.peek().map_or(1, char::len_utf8);
        let end = close + quote.len_utf8();
        let content = self.text.get(inside..close).unwrap_or_default();
        let n_words = count_words(content, MAX_PHRASE_WORDS);
        if n_words > MAX_PHRASE_WORDS {
            self.uncounted.push((start, end));
            self.no_phrase_until = end;
            self.at = inside;
            return;
        }
        self.at = end;
        let words = content.trim().to_owned();
        match n_words {
            0 => {}
            1 => self.push(start, occur, field, ClauseBody::Word(words)),
            _ => self.push(start, occur, field, ClauseBody::Phrase(words)),
        }
    }

    fn word(&mut self, start: usize, occur: Occur, field: Option<Field>) {
        let len = self.word_len();
        let typed = self.rest().get(..len).unwrap_or_default();
        self.at += len;
        let bare = typed.strip_suffix('*').unwrap_or(typed);
        let n_chars = bare.chars().filter(|c| is_word_char(*c)).count();
        if n_chars == 0 {
            return;
        }
        let is_prefix = bare.len() < typed.len()
            && bare.ends_with(is_word_char)
            && !bare.contains('*')
            && n_chars >= MIN_PREFIX_CHARS;
        let what = if is_prefix {
            ClauseBody::Prefix(bare.to_owned())
        } else {
            ClauseBody::Word(bare.trim_end_matches('*').to_owned())
        };
        self.push(start, occur, field, what);
    }

    fn push(&mut self, start: usize, occur: Occur, field: Option<Field>, what: ClauseBody) {
        self.clauses.push(Clause {
            occur,
            field,
            what,
            start,
            end: self.at,
        });
    }
}

/// The byte from which on every word of a text begins with a sign.
fn signs_only_from(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_end_matches(is_space);
        let space = rest.char_indices().rev().find(|(_, c)| is_space(*c));
        let start = space.map_or(0, |(at, c)| at + c.len_utf8());
        let (before, last) = rest.split_at_checked(start).unwrap_or_default();
        if !last.starts_with(['+', '-']) {
            return rest.len();
        }
        rest = before;
    }
}

/// Returns true for a quote that can close a phrase: something other than a space stands before it.
fn is_closing(text: &str, at: usize, c: char) -> bool {
    let before = || text.get(..at).and_then(|before| before.chars().next_back());
    is_quote(c) && (is_guillemet(c) || before().is_some_and(|c| !is_space(c) && !is_quote(c)))
}

#[cfg(test)]
mod tests;
