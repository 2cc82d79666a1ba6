//! The one analyzer: text to terms, for articles, cases and queries alike.
//!
//! A token opens a position unless it is a [`TokenKind::Part`]. Parts share the position of the token before them and
//! hold the other forms of the same surface word. Words are lower case, stemmed and without accents. If removing the
//! accents first would give another stem, that stem is a part too, so that `configuracao` matches `configuração`.
//!
//! **Stop words** are tokens of their own kind. The index holds them, because phrases contain them and a query of
//! nothing else searches for them. Scores and lengths leave them out on both sides: [`Analyzer::query_tokens`] drops
//! them whenever another word remains. The analyzer does not correct spelling, split compounds of natural language or
//! know synonyms.

use std::collections::HashMap;
use std::fmt;

use super::combining_marks::is_mark;
use super::identifier::{self, Form, Side, Unit};
use super::lang::Lang;
use super::normal::{fold, head, normalise};
use super::prefix_filter::PrefixFilter;
use super::stem::{self, Stemmer, Stemmers};
use super::telephone;
use super::tokenize::{self, Piece, Span, slice};
use crate::settings::{MAX_STEM_MEMO, MAX_TERM_BYTES};

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// An ordinary word.
    Word,
    /// A stop word; left out of scores and lengths.
    Stop,
    /// The common form of all spellings of an identifier, a code or a version.
    Identifier,
    /// A further form of the token before it, at the same position: joined, split, or more specific.
    Part,
    /// Two neighbouring characters of a script without spaces (or of Hangul), or a single one.
    Bigram,
}

/// A term and its place in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    /// The term, 1 to [`MAX_TERM_BYTES`] bytes.
    pub term: String,
    /// First byte of its surface in the text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Its position, from 0, in words.
    pub position: u32,
    /// Its kind.
    pub kind: TokenKind,
}

/// A [`Token`] that borrows its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRef<'a> {
    /// The term, 1 to [`MAX_TERM_BYTES`] bytes.
    pub term: &'a str,
    /// First byte of its surface in the text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Its position, from 0, in words.
    pub position: u32,
    /// Its kind.
    pub kind: TokenKind,
}

impl TokenRef<'_> {
    /// Copies it into a [`Token`].
    pub fn to_token(&self) -> Token {
        Token {
            term: self.term.to_owned(),
            start: self.start,
            end: self.end,
            position: self.position,
            kind: self.kind,
        }
    }
}

/// A cache of stems, which speeds up the analysis of many texts and changes no result. One memo serves one language;
/// an analyzer of another language empties it.
#[derive(Default)]
pub struct Memo {
    lang: Option<Lang>,
    stems: HashMap<Box<str>, Stem>,
}

#[derive(Clone, Debug)]
struct Stem {
    term: Box<str>,
    /// The stem of the word without accents, if it differs.
    bare: Option<Box<str>>,
    is_stop: bool,
}

/// The analyzer of one language. Cheap to make, cheap to clone, usable from many threads at once.
///
/// ```
/// use kenpoint::text::{Analyzer, Lang};
/// let analyzer = Analyzer::new(Lang::of("en"));
/// let terms: Vec<String> = analyzer
///     .query_tokens("the printers' ORA-00942 errors")
///     .into_iter()
///     .map(|token| token.term)
///     .collect();
/// assert_eq!(terms, ["printer", "ora", "ora942", "942", "error"]);
/// ```
#[derive(Clone)]
pub struct Analyzer {
    lang: Lang,
    stemmer: Option<Stemmer>,
    stop_words: &'static [&'static str],
    elided: &'static [&'static str],
}

impl Analyzer {
    /// Makes the analyzer of a language, with the built-in stemmer.
    pub fn new(lang: Lang) -> Analyzer {
        Analyzer::with(lang, &Stemmers::default())
    }

    /// Makes the analyzer of a language, with its stemmer among `stemmers`.
    pub fn with(lang: Lang, stemmers: &Stemmers) -> Analyzer {
        Analyzer {
            lang,
            stemmer: stemmers.of(lang),
            stop_words: lang.stop_words(),
            elided: lang.elided(),
        }
    }

    /// Its language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Returns the tokens of a query, in order of position. Stop words are left out unless there is no other word;
    /// positions are those of the whole text.
    pub fn query_tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = self.tokens(text, Side::Query);
        if tokens.iter().any(|token| token.kind != TokenKind::Stop) {
            tokens.retain(|token| token.kind != TokenKind::Stop);
        }
        tokens
    }

    /// Calls `sink` with every token of a plain text, in order of position, without allocating its term. Linear in the
    /// text. `memo` speeds up
    /// many calls.
    pub fn visit_index(&self, plain: &str, memo: &mut Memo, sink: &mut dyn FnMut(TokenRef<'_>)) {
        self.visit(plain, Side::Text, &PrefixFilter::ALL, memo, sink);
    }

    /// Calls `sink` with every token of [`Analyzer::visit_index`] whose term is one of `terms`, and with some others.
    /// Its positions are not valid. Most words are skipped by their first letters.
    pub(super) fn visit_terms(
        &self,
        plain: &str,
        terms: &[String],
        memo: &mut Memo,
        sink: &mut dyn FnMut(TokenRef<'_>),
    ) {
        let beginnings = PrefixFilter::of(terms, stem::letters_kept(self.lang));
        self.visit(plain, Side::Text, &beginnings, memo, sink);
    }

    /// Returns every token of one side, stop words included.
    pub(crate) fn tokens(&self, text: &str, side: Side) -> Vec<Token> {
        let mut out = Vec::new();
        let memo = &mut Memo::default();
        self.visit(text, side, &PrefixFilter::ALL, memo, &mut |token| {
            out.push(token.to_token());
        });
        out
    }

    /// Returns a word before stemming: lower case, no accents, letters, digits and marks only.
    pub(crate) fn surface(&self, word: &str) -> String {
        let (mut normal, mut out) = (String::new(), String::new());
        normalise(word, &mut normal);
        self.drop_apostrophes(&mut normal);
        fold(&normal, &mut out);
        out.retain(|c| c.is_alphanumeric() || is_mark(c));
        out
    }

    /// Returns the stem of a normalised word, without accents.
    pub(crate) fn stem_of(&self, normal: &str) -> String {
        self.stem(normal).term.into()
    }

    /// Returns the joined form of a word and the code after it, for queries.
    pub(crate) fn bridge(&self, word: &str, number_after: &str) -> Option<String> {
        // Most words are not followed by a number, so this is checked first.
        if !number_after.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        identifier::bridge(&self.surface(word), number_after)
    }

    fn visit(
        &self,
        text: &str,
        side: Side,
        beginnings: &PrefixFilter,
        memo: &mut Memo,
        sink: &mut dyn FnMut(TokenRef<'_>),
    ) {
        if memo.lang != Some(self.lang) {
            memo.stems.clear();
            memo.lang = Some(self.lang);
        }
        let mut run = Run {
            analyzer: self,
            text,
            side,
            beginnings,
            memo,
            out: Out { sink, next: 0 },
            word: String::new(),
            before: None,
            units: Vec::new(),
            forms: Vec::new(),
        };
        let mut numbers = telephone::numbers(text).into_iter().peekable();
        let is_unwanted = |word: &[u8]| !beginnings.has(word);
        tokenize::scan_past(text, is_unwanted, |span| match span {
            Span::Chain(pieces) => {
                run.chain(pieces);
                let end = pieces.last().map_or(0, |piece| piece.end);
                while let Some(number) = numbers.next_if(|number| number.end <= end) {
                    run.out.part(&number.key, number.start, number.end);
                }
            }
            Span::Run {
                start,
                end,
                is_hangul,
            } => run.run(start, end, is_hangul),
        });
    }

    /// Drops a possessive or a shortened verb in English, so that `we'll` is the stop word `we` and not `well`, then
    /// every apostrophe: `don't` becomes `dont`.
    fn drop_apostrophes(&self, word: &mut String) {
        if !word.contains('\'') {
            return;
        }
        if self.lang == Lang::ENGLISH
            && let Some((stem, ending)) = word.rsplit_once('\'')
            && matches!(ending, "s" | "d" | "m" | "ll" | "re" | "ve")
        {
            word.truncate(stem.len());
        }
        word.retain(|c| c != '\'');
    }

    fn stem(&self, normal: &str) -> Stem {
        let mut folded = String::new();
        fold(normal, &mut folded);
        let is_stop = self.stop_words.binary_search(&folded.as_str()).is_ok();
        let can_stem = !is_stop
            && normal.len() <= MAX_TERM_BYTES
            && !normal.bytes().any(|b| b.is_ascii_digit());
        let Some(stemmer) = self.stemmer.as_ref().filter(|_| can_stem) else {
            return Stem {
                term: folded.into(),
                bare: None,
                is_stop,
            };
        };
        let stem_and_fold = |word: &str| {
            let mut out = String::new();
            fold(&stemmer.stem(word), &mut out);
            if out.is_empty() { word.to_owned() } else { out }
        };
        let term = stem_and_fold(normal);
        let bare = (folded != normal)
            .then(|| stem_and_fold(&folded))
            .filter(|bare| *bare != term);
        Stem {
            term: term.into(),
            bare: bare.map(Into::into),
            is_stop,
        }
    }
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Analyzer({})", self.lang)
    }
}

/// The state of one pass over one text.
struct Run<'a> {
    analyzer: &'a Analyzer,
    text: &'a str,
    side: Side,
    /// The filter of plain words by their first letters.
    beginnings: &'a PrefixFilter,
    memo: &'a mut Memo,
    out: Out<'a>,
    /// In queries, the chain before this one, if it was a single piece.
    before: Option<Piece>,
    word: String,
    units: Vec<Unit>,
    forms: Vec<Form>,
}

impl Run<'_> {
    fn chain(&mut self, pieces: &[Piece]) {
        let before = self.before.take();
        self.forms_of(pieces);
        if self.side == Side::Query
            && let [piece] = pieces
        {
            if let Some(word) = before
                && let Some(joined) = self.analyzer.bridge(
                    slice(self.text, word.start, word.end),
                    slice(self.text, piece.start, piece.end),
                )
            {
                self.out.part(&joined, word.start, piece.end);
            }
            self.before = Some(*piece);
        }
    }

    fn forms_of(&mut self, pieces: &[Piece]) {
        if let [piece] = pieces
            && self.is_plain_word(piece)
        {
            let raw = slice(self.text, piece.start, piece.end);
            let mut word = std::mem::take(&mut self.word);
            normalise(raw, &mut word);
            self.word(&word, true, piece.start, piece.end);
            self.word = word;
            return;
        }
        let ends = (pieces.first(), pieces.last());
        if let (Some(first), Some(last)) = ends
            && !self
                .beginnings
                .has_in(slice(self.text, first.start, last.end).as_bytes())
        {
            return;
        }
        let mut pieces = pieces.to_vec();
        if !self.analyzer.elided.is_empty() {
            for piece in &mut pieces {
                self.elision(piece);
            }
        }
        let mut units = std::mem::take(&mut self.units);
        let mut forms = std::mem::take(&mut self.forms);
        let analyzer = self.analyzer;
        let normal = |raw: &str| {
            let mut word = String::new();
            normalise(raw, &mut word);
            analyzer.drop_apostrophes(&mut word);
            word
        };
        identifier::units(self.text, &pieces, normal, &mut units);
        forms.clear();
        let groups_by_dots = analyzer.lang.groups_by_dots();
        identifier::forms(self.text, &units, self.side, groups_by_dots, &mut forms);
        for form in &forms {
            if form.is_word {
                self.word(&form.text, form.is_main, form.start, form.end);
            } else if form.is_main {
                let kind = if identifier::is_identifier(&form.text) {
                    TokenKind::Identifier
                } else {
                    TokenKind::Word
                };
                self.out.main(&form.text, kind, form.start, form.end);
            } else {
                self.out.part(&form.text, form.start, form.end);
            }
        }
        self.units = units;
        self.forms = forms;
    }

    /// Returns true for a word that needs no rule: ASCII letters, lower case after the first, nothing attached. Most
    /// do not.
    fn is_plain_word(&self, piece: &Piece) -> bool {
        let raw = slice(self.text, piece.start, piece.end).as_bytes();
        let tail = raw.get(1..).unwrap_or_default();
        raw.first().is_some_and(u8::is_ascii_alphabetic)
            && tail.iter().all(u8::is_ascii_lowercase)
            && !matches!(self.text.as_bytes().get(piece.end), Some(b'+' | b'#'))
            && (piece.start == 0 || self.text.as_bytes().get(piece.start - 1) != Some(&b'.'))
    }

    /// Emits an elided article as a stop word and removes it from the piece.
    fn elision(&mut self, piece: &mut Piece) {
        let raw = slice(self.text, piece.start, piece.end);
        let Some((at, len)) = tokenize::first_apostrophe(raw) else {
            return;
        };
        let article = self.analyzer.surface(slice(raw, 0, at));
        if self
            .analyzer
            .elided
            .binary_search(&article.as_str())
            .is_ok()
        {
            self.out
                .main(&article, TokenKind::Stop, piece.start, piece.start + at);
            piece.start += at + len;
        }
    }

    /// A run of n characters gives n - 1 pairs, one a position. In texts the last character is a part of the last
    /// pair, so that a prefix search finds a single character anywhere.
    fn run(&mut self, start: usize, end: usize, is_hangul: bool) {
        self.before = None;
        let mut first_position = true;
        let mut before: Option<(usize, usize)> = None;
        let mut n_units = 0;
        let mut term = std::mem::take(&mut self.word);
        let text = self.text;
        tokenize::units(text, start, end, |from, to| {
            n_units += 1;
            if let Some((first, _)) = before {
                normalise(slice(text, first, to), &mut term);
                self.out
                    .main(head(&term, MAX_TERM_BYTES), TokenKind::Bigram, first, to);
                if is_hangul && first_position && end > to && end - start <= MAX_TERM_BYTES {
                    normalise(slice(text, start, end), &mut term);
                    self.out.part(&term, start, end);
                }
                first_position = false;
            }
            before = Some((from, to));
        });
        if let Some((from, to)) = before {
            normalise(slice(text, from, to), &mut term);
            let last = head(&term, MAX_TERM_BYTES);
            if n_units == 1 {
                self.out.main(last, TokenKind::Bigram, from, to);
            } else if self.side == Side::Text {
                self.out.part(last, from, to);
            }
        }
        self.word = term;
    }

    /// Emits an ordinary word: stop word or stem, and the stem of its form without accents.
    fn word(&mut self, normal: &str, is_main: bool, start: usize, end: usize) {
        // A term of a word over the limit may begin in its middle, so the filter does not apply.
        let is_plain =
            normal.len() <= MAX_TERM_BYTES && normal.bytes().all(|b| b.is_ascii_lowercase());
        if is_plain && !self.beginnings.has(normal.as_bytes()) {
            return;
        }
        if let Some(stem) = self.memo.stems.get(normal) {
            self.out.stemmed(stem, is_main, start, end);
            return;
        }
        let stem = self.analyzer.stem(normal);
        self.out.stemmed(&stem, is_main, start, end);
        if normal.len() <= MAX_TERM_BYTES {
            if self.memo.stems.len() >= MAX_STEM_MEMO {
                self.memo.stems.clear();
            }
            self.memo.stems.insert(normal.into(), stem);
        }
    }
}

/// The receiver of the tokens, with the count of positions.
struct Out<'a> {
    sink: &'a mut dyn FnMut(TokenRef<'_>),
    /// The next free position.
    next: u32,
}

impl Out<'_> {
    fn stemmed(&mut self, stem: &Stem, is_main: bool, start: usize, end: usize) {
        if !is_main {
            self.part(&stem.term, start, end);
            return;
        }
        let kind = if stem.is_stop {
            TokenKind::Stop
        } else {
            TokenKind::Word
        };
        self.main(&stem.term, kind, start, end);
        if let Some(bare) = &stem.bare {
            self.part(bare, start, end);
        }
    }

    /// Emits a token at a new position; a term over the limit is cut into several, each at its own position.
    fn main(&mut self, term: &str, kind: TokenKind, start: usize, end: usize) {
        let mut rest = term;
        while !rest.is_empty() {
            let piece = head(rest, MAX_TERM_BYTES);
            let position = self.next;
            self.next = self.next.saturating_add(1);
            (self.sink)(TokenRef {
                term: piece,
                start,
                end,
                position,
                kind,
            });
            rest = rest.get(piece.len()..).unwrap_or_default();
        }
    }

    /// Emits a token at the position of the one before. A form over the limit is left out, since its main form is
    /// there.
    fn part(&mut self, term: &str, start: usize, end: usize) {
        if !term.is_empty() && term.len() <= MAX_TERM_BYTES {
            (self.sink)(TokenRef {
                term,
                start,
                end,
                position: self.next.saturating_sub(1),
                kind: TokenKind::Part,
            });
        }
    }
}

#[cfg(test)]
mod tests;
