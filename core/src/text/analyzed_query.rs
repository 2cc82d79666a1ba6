//! The clauses of a query as terms of one language.
//!
//! A word can stand for several terms (`Office2016`), a number after a word for a code, and a prefix for stems
//! shorter than itself. This module resolves these cases, both for scoring and for required or excluded clauses. It
//! does not know the terms of the index, nor who may see them.

use super::analyzer::{Analyzer, TokenKind};
use super::identifier::Side;
use super::query::{ClauseBody, Field, Occur, QueryText};
use super::tokenize::is_run_char;
use crate::codec::sorted::Sorted;
use crate::settings::MAX_TERM_BYTES;

/// A term of a phrase and its distance in words from the first term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseTerm {
    /// The term.
    pub term: String,
    /// Its kind; never `Part`.
    pub kind: TokenKind,
    /// Words after the first term; ascending from 0.
    pub offset: u32,
}

/// The content of a clause, as terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnalyzedBody {
    /// A word.
    Word {
        /// The scored terms: distinct, in order; stop words only if there is no other word. Terms of the kind `Part`
        /// are alternative forms, which count only if a visible article contains them.
        terms: Vec<(String, TokenKind)>,
        /// The alternatives that satisfy the clause; each needs all of its terms.
        any_of: Vec<Vec<String>>,
    },
    /// Adjacent words, at least two.
    Phrase(Vec<PhraseTerm>),
    /// A prefix of a word.
    Prefix {
        /// Terms that begin with any of these match. Texts hold stems, and a stem is nearly always a prefix of its
        /// words.
        prefixes: Vec<String>,
        /// These terms match too: stems shorter than the typed prefix (`configur` for `configurat*`).
        stems: Vec<String>,
    },
}

/// A clause in the terms of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyzedClause {
    /// Should, must or must not match.
    pub occur: Occur,
    /// The field it is limited to, if any.
    pub field: Option<Field>,
    /// Its content.
    pub what: AnalyzedBody,
    /// First byte of the clause in the query.
    pub start: usize,
    /// The byte after the last byte of the clause.
    pub end: usize,
}

impl QueryText {
    /// Returns the clauses as terms of a language, in order. Single stop words are left out unless no `Should` or
    /// `Must` clause has another word; phrases keep theirs. Clauses without any term are dropped. The number of terms
    /// is at most the number of bytes of the query.
    pub fn analyze(&self, analyzer: &Analyzer) -> Vec<AnalyzedClause> {
        let mut out: Vec<AnalyzedClause> = self
            .clauses
            .iter()
            .filter_map(|clause| {
                Some(AnalyzedClause {
                    occur: clause.occur,
                    field: clause.field,
                    what: analyze(&clause.what, analyzer)?,
                    start: clause.start,
                    end: clause.end,
                })
            })
            .collect();
        self.bridge(analyzer, &mut out);
        let is_stop = |clause: &AnalyzedClause| {
            clause.occur == Occur::Should
                && matches!(&clause.what, AnalyzedBody::Word { terms, .. }
                    if terms.iter().all(|(_, kind)| *kind == TokenKind::Stop))
        };
        if out
            .iter()
            .any(|clause| clause.occur != Occur::Not && !is_stop(clause))
        {
            out.retain(|clause| !is_stop(clause));
        }
        out
    }
}

impl QueryText {
    /// Adds the joined form of a word and the code after it as a further term of the code: `ORA 00942`.
    fn bridge(&self, analyzer: &Analyzer, out: &mut [AnalyzedClause]) {
        for pair in self.clauses.windows(2) {
            let [before, after] = pair else { continue };
            let (ClauseBody::Word(word), ClauseBody::Word(code)) = (&before.what, &after.what)
            else {
                continue;
            };
            if before.occur == Occur::Not
                || after.occur == Occur::Not
                || before.field != after.field
            {
                continue;
            }
            let Some(joined) = analyzer.bridge(word, code) else {
                continue;
            };
            let place = out.binary_search_by_key(&after.start, |clause| clause.start);
            if let Some(AnalyzedClause {
                what: AnalyzedBody::Word { terms, .. },
                ..
            }) = place.ok().and_then(|at| out.get_mut(at))
            {
                terms.push((joined, TokenKind::Part));
            }
        }
    }
}

fn analyze(what: &ClauseBody, analyzer: &Analyzer) -> Option<AnalyzedBody> {
    match what {
        ClauseBody::Word(surface) => word(surface, analyzer),
        ClauseBody::Phrase(surface) => {
            let terms: Vec<PhraseTerm> = analyzer
                .tokens(surface, Side::Query)
                .into_iter()
                .filter(|token| token.kind != TokenKind::Part)
                .map(|token| PhraseTerm {
                    term: token.term,
                    kind: token.kind,
                    offset: token.position,
                })
                .collect();
            if terms.len() < 2 {
                word(surface, analyzer)
            } else {
                Some(AnalyzedBody::Phrase(terms))
            }
        }
        ClauseBody::Prefix(surface) => prefix(surface, analyzer),
    }
}

fn word(surface: &str, analyzer: &Analyzer) -> Option<AnalyzedBody> {
    let tokens = analyzer.query_tokens(surface);
    let from = tokens.iter().map(|token| token.start).min()?;
    let to = tokens.iter().map(|token| token.end).max()?;
    if let [token] = tokens.as_slice()
        && token.kind == TokenKind::Bigram
        && token.term.chars().next().is_some_and(is_run_char)
    {
        let is_pair = surface.chars().filter(|c| is_run_char(*c)).count() > 1;
        if !is_pair {
            // Texts hold pairs, and the last character of each run, so a single character is a prefix of a term.
            return Some(AnalyzedBody::Prefix {
                prefixes: vec![token.term.clone()],
                stems: Vec::new(),
            });
        }
    }
    let main: Vec<String> = tokens
        .iter()
        .filter(|token| token.kind != TokenKind::Part)
        .map(|token| token.term.clone())
        .collect();
    let mut any_of = vec![main];
    // A part that covers the whole word satisfies the clause alone: `email` for `e-mail`.
    for token in &tokens {
        let is_whole = token.kind == TokenKind::Part && token.start <= from && token.end >= to;
        let alone = vec![token.term.clone()];
        if is_whole && !any_of.contains(&alone) {
            any_of.push(alone);
        }
    }
    let mut terms: Vec<(String, TokenKind)> = Vec::new();
    let mut seen: Sorted<String, ()> = Sorted::new();
    for token in tokens {
        if seen.get(&token.term).is_none() {
            seen.insert(token.term.clone(), ());
            terms.push((token.term, token.kind));
        }
    }
    Some(AnalyzedBody::Word { terms, any_of })
}

fn prefix(surface: &str, analyzer: &Analyzer) -> Option<AnalyzedBody> {
    if surface.chars().any(is_run_char) {
        return word(surface, analyzer);
    }
    let tokens = analyzer.tokens(surface, Side::Query);
    let mut prefixes: Vec<String> = Vec::new();
    let mut stems: Vec<String> = Vec::new();
    let n_main = tokens.iter().filter(|t| t.kind != TokenKind::Part).count();
    let typed = analyzer.surface(surface);
    // Compounds and codes are found by their joined form, which the analyzer gives as a part, and by the form that
    // all their spellings share (`5.7`, `8007` of `0x8007`).
    let has_digit = typed.bytes().any(|b| b.is_ascii_digit());
    if n_main > 1 || has_digit {
        for token in &tokens {
            let is_whole =
                token.kind == TokenKind::Part && token.start == 0 && token.end == surface.len();
            let is_sole = n_main == 1 && token.kind != TokenKind::Part;
            if is_whole || is_sole {
                prefixes.push(token.term.clone());
            }
        }
        // An unfinished number is too short for a code, but its leading zeros must go: `ORA-009` is a prefix of
        // `ora942`.
        let split = typed.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let (letters, digits) = typed.split_at_checked(split).unwrap_or((&typed, ""));
        if digits.bytes().all(|b| b.is_ascii_digit()) && !letters.is_empty() {
            prefixes.push(format!("{letters}{}", digits.trim_start_matches('0')));
        }
    }
    let is_version = n_main == 1 && prefixes.iter().any(|p| p.contains('.'));
    if !is_version {
        prefixes.push(typed.clone());
    }
    if !has_digit && n_main == 1 && typed.len() <= MAX_TERM_BYTES {
        for ending in std::iter::once(&"").chain(analyzer.lang().completions()) {
            let stem = analyzer.stem_of(&format!("{typed}{ending}"));
            let is_shorter = stem.len() < typed.len() && typed.starts_with(&stem);
            if stem != typed && (is_shorter || ending.is_empty()) && !stems.contains(&stem) {
                stems.push(stem);
            }
        }
    }
    prefixes.retain(|p| !p.is_empty());
    prefixes.sort();
    prefixes.dedup();
    stems.sort();
    (!prefixes.is_empty()).then_some(AnalyzedBody::Prefix { prefixes, stems })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lang::Lang;
    use crate::text::query::parse;

    fn one(typed: &str) -> AnalyzedBody {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let mut list = parse(typed).unwrap().analyze(&analyzer);
        assert_eq!(list.len(), 1, "{typed}");
        list.remove(0).what
    }

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn words_have_alternatives() {
        let AnalyzedBody::Word { terms, any_of } = one("+e-mails") else {
            panic!()
        };
        assert_eq!(any_of, [strings(&["e", "mail"]), strings(&["email"])]);
        assert_eq!(terms.len(), 3);
        let AnalyzedBody::Word { any_of, .. } = one("Office2016") else {
            panic!()
        };
        assert_eq!(any_of, [strings(&["2016"]), strings(&["office2016"])]);
    }

    #[test]
    fn a_code_after_a_word_is_joined() {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let list = parse("ORA 00942 fails").unwrap().analyze(&analyzer);
        let AnalyzedBody::Word { terms, any_of } = &list[1].what else {
            panic!()
        };
        assert_eq!(any_of, &[strings(&["942"])]);
        assert_eq!(terms[1], ("ora942".to_owned(), TokenKind::Part));
    }

    #[test]
    fn phrases_keep_their_stop_words() {
        let AnalyzedBody::Phrase(terms) = one("\"out of the box\"") else {
            panic!()
        };
        let shown: Vec<(&str, u32)> = terms.iter().map(|t| (t.term.as_str(), t.offset)).collect();
        assert_eq!(shown, [("out", 0), ("of", 1), ("the", 2), ("box", 3)]);
        assert!(matches!(one("\"printer\""), AnalyzedBody::Word { .. }));
    }

    #[test]
    fn prefixes_reach_stems_and_codes() {
        for (typed, prefixes, stems) in [
            ("rout*", &["rout"][..], &[][..]),
            ("configurat*", &["configurat"], &["configur"]),
            ("ORA-009*", &["ora009", "ora9"], &[]),
            ("KB312*", &["kb312"], &[]),
            ("5.7*", &["5.7"], &[]),
            ("Get-Org*", &["getorg"], &[]),
        ] {
            let expected = AnalyzedBody::Prefix {
                prefixes: strings(prefixes),
                stems: strings(stems),
            };
            assert_eq!(one(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_lone_character_is_a_beginning() {
        assert!(matches!(one("水"), AnalyzedBody::Prefix { .. }));
        assert!(matches!(one("\"水\""), AnalyzedBody::Prefix { .. }));
        assert!(matches!(one("数据"), AnalyzedBody::Word { .. }));
    }

    #[test]
    fn stop_words_go_if_others_remain() {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let n = |text: &str| parse(text).unwrap().analyze(&analyzer).len();
        assert_eq!(n("how to reset the printer"), 2);
        assert_eq!(n("how to"), 2);
        assert_eq!(n("how to -printer"), 3);
        assert_eq!(n("+the printer"), 2);
    }
}
