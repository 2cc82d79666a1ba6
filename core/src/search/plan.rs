//! Query planning: from a typed query, or the text of a case, to weighted words.
//!
//! Each word is analyzed in every language that the viewer reads. Its weight is its idf among the
//! articles visible to the viewer, turned into an integer share of 2^30. A word without a visible
//! article keeps its share, because the text score is the share of the question that an article
//! covers.

use super::term_stats::{TermStats, Terms};
use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::index::boolean::Condition;
use crate::index::weights::idf;
use crate::settings::{MAX_CASE_TERMS, MAX_QUERY_CLAUSES, RankPolicy};
use crate::text::query::{self, Field, Occur};

use crate::text::{AnalyzedBody, AnalyzedClause, Lang, TokenKind, telephone_numbers};

/// One word of the plan, which is scored.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedWord {
    /// The form shown in explanations.
    pub surface: String,
    /// Its terms, by language.
    pub terms: Terms,
    /// Its weight before the conversion to an integer.
    pub raw: f64,
    /// True for a word of the question, false for a pair of neighbouring words.
    pub is_word: bool,
    /// True for a code, an identifier or a version.
    pub is_code: bool,
}

/// A condition of the plan with the clause that asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCondition {
    /// The condition.
    pub condition: Condition,
    /// The clause as typed.
    pub typed: String,
    /// True for a sign or a field, false for a phrase alone.
    is_signed: bool,
}

/// A query made ready.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The words to score.
    pub words: Vec<PlannedWord>,
    /// The conditions to meet. Signs and fields come first: where two conditions exclude each other, the later one is
    /// relaxed.
    pub conditions: Vec<PlannedCondition>,
    /// The parts of the query, as typed, that are read as plain words or dropped.
    pub relaxed: Vec<String>,
}

impl Plan {
    /// Returns the sum of the raw weights.
    pub fn mass(&self) -> f64 {
        self.words.iter().map(|word| word.raw).sum()
    }
}

fn field_number(field: Field) -> u8 {
    match field {
        Field::Title => 0,
        Field::Role(role) => 1 + role.index() as u8,
    }
}

/// A word during collection.
struct Gathered {
    surface: String,
    terms: Terms,
    times: f64,
    factor: f64,
    /// Optional words (further forms and pairs) are dropped if no visible article has them.
    is_optional: bool,
    is_word: bool,
    is_code: bool,
}

impl Gathered {
    /// Merges a further occurrence of the same word.
    fn take(&mut self, word: &Gathered) {
        if word.is_optional {
            self.times = self.times.max(word.times);
            return;
        }
        self.times = if self.is_optional {
            word.times
        } else {
            self.times + word.times
        };
        self.is_optional = false;
        self.is_word |= word.is_word;
        self.is_code |= word.is_code;
        self.factor = self.factor.max(word.factor);
    }
}

#[derive(Default)]
struct Gatherer {
    words: Vec<Gathered>,
}

impl Gatherer {
    fn add(&mut self, word: Gathered) {
        if !word.terms.is_empty() {
            self.words.push(word);
        }
    }

    /// Merges equal words and keeps the order of first occurrence.
    fn distinct(self) -> Vec<Gathered> {
        let mut numbered: Vec<(usize, Gathered)> = self.words.into_iter().enumerate().collect();
        numbered.sort_by(|(_, a), (_, b)| a.terms.cmp(&b.terms));
        numbered.dedup_by(|(_, word), (_, known)| {
            let is_same = word.terms == known.terms;
            if is_same {
                known.take(word);
            }
            is_same
        });
        numbered.sort_unstable_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, word)| word).collect()
    }

    /// Adds the pairs of neighbouring words.
    fn add_pairs(&mut self, per_lang: &Terms, weight: f64) {
        if weight <= 0.0 {
            return;
        }
        let longest = per_lang.values().map(Vec::len).max().unwrap_or(0);
        for i in 1..longest {
            let mut terms = Terms::new();
            let mut surface = None;
            for (lang, words) in per_lang {
                if let Some([a, b]) = words.get(i - 1..=i) {
                    let pair = format!("{a} {b}");
                    surface.get_or_insert_with(|| pair.clone());
                    terms.insert(*lang, vec![pair]);
                }
            }
            let surface = surface.unwrap_or_default();
            self.add(Gathered {
                surface,
                terms,
                times: 1.0,
                factor: weight,
                is_optional: true,
                is_word: false,
                is_code: false,
            });
        }
    }

    /// Weighs the words, of which at most `most` of the question stay.
    fn finish(self, lexicon: &dyn TermStats, repeats: Repeats, most: usize) -> Plan {
        let docs = lexicon.docs();
        let mut words: Vec<Weighed> = self
            .distinct()
            .into_iter()
            .filter_map(|mut word| {
                if repeats == Repeats::Once {
                    word.times = 1.0;
                }
                let df = lexicon.doc_freq(&word.terms);
                if word.is_optional && df == 0 {
                    return None;
                }
                Some(Weighed {
                    is_optional: word.is_optional,
                    occurs: df > 0,
                    word: PlannedWord {
                        surface: word.surface,
                        terms: word.terms,
                        raw: idf(df, docs) * word.times * word.factor,
                        is_word: word.is_word,
                        is_code: word.is_code,
                    },
                })
            })
            .collect();
        let dropped = keep_rarest(&mut words, most, |word| !word.is_optional);
        keep_rarest(&mut words, MAX_CASE_TERMS, |_| true);
        Plan {
            words: words.into_iter().map(|weighed| weighed.word).collect(),
            conditions: Vec::new(),
            relaxed: dropped,
        }
    }
}

/// A word during the choice of the words to score.
struct Weighed {
    word: PlannedWord,
    is_optional: bool,
    /// True if a visible article contains it.
    occurs: bool,
}

/// Keeps at most `most` of the words that `counts` selects, and returns the others as shown. Words that occur come
/// before words that no visible article contains, and rare ones before frequent ones; ties go by the order of the text.
fn keep_rarest(
    words: &mut Vec<Weighed>,
    most: usize,
    counts: impl Fn(&Weighed) -> bool,
) -> Vec<String> {
    let mut ranked: Vec<(bool, f64, usize)> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| counts(word))
        .map(|(at, word)| (!word.occurs, word.word.raw, at))
        .collect();
    if ranked.len() <= most {
        return Vec::new();
    }
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let mut dropped: Vec<usize> = ranked.split_off(most).iter().map(|(.., at)| *at).collect();
    dropped.sort_unstable();
    let (mut at, mut shown) = (0, Vec::with_capacity(dropped.len()));
    words.retain(|word| {
        let is_dropped = dropped.binary_search(&at).is_ok();
        at += 1;
        if is_dropped {
            shown.push(word.word.surface.clone());
        }
        !is_dropped
    });
    shown
}

/// Returns true for the term of a code, an identifier or a version.
fn is_code(kind: TokenKind, term: &str) -> bool {
    let digits = term.bytes().filter(u8::is_ascii_digit).count();
    let is_version =
        term.len() >= 5 && term.contains('.') && term.starts_with(|c: char| c.is_ascii_digit());
    digits >= 4 || (is_version && matches!(kind, TokenKind::Identifier | TokenKind::Part))
}

fn boost(policy: &RankPolicy, is_code: bool) -> f64 {
    if is_code {
        policy.identifier_boost
    } else {
        1.0
    }
}

/// Plans a query: its words and conditions.
///
/// A phrase must occur, and so must a word limited to a field, because a user who quotes or names a
/// field means it. Their words are scored like all others. A query that is a text is planned like the text of a case.
pub fn of_query(policy: &RankPolicy, text: &str, lexicon: &dyn TermStats) -> Result<Plan> {
    let query = query::parse(text)?;
    let typed = |start: usize, end: usize| text.get(start..end).unwrap_or_default().to_owned();
    let mut relaxed: Vec<String> = query
        .uncounted
        .iter()
        .map(|(start, end)| typed(*start, *end))
        .collect();
    if query.is_text {
        let mut plan = gather_text(policy, text, Repeats::Count, lexicon).finish(
            lexicon,
            Repeats::Count,
            MAX_QUERY_CLAUSES,
        );
        relaxed.append(&mut plan.relaxed);
        return Ok(Plan { relaxed, ..plan });
    }
    let analyzed: Vec<(Lang, Vec<AnalyzedClause>)> = lexicon
        .languages()
        .iter()
        .map(|lang| (*lang, query.analyze(&lexicon.analyzer(*lang))))
        .collect();
    let mut gatherer = Gatherer::default();
    let mut conditions: Vec<PlannedCondition> = Vec::new();
    let mut neighbours = Terms::new();
    for (i, clause) in query.clauses.iter().enumerate() {
        let in_lang: Vec<(Lang, &AnalyzedClause)> = analyzed
            .iter()
            .filter_map(|(lang, clauses)| {
                clauses
                    .iter()
                    .find(|c| (c.start, c.end) == (clause.start, clause.end))
                    .map(|c| (*lang, c))
            })
            .collect();
        let is_phrase = in_lang
            .iter()
            .any(|(_, c)| matches!(c.what, AnalyzedBody::Phrase(_)));
        let is_signed = clause.occur != Occur::Should || clause.field.is_some();
        if (is_signed || is_phrase)
            && let Some(condition) = condition(clause.occur, clause.field, &in_lang, lexicon)?
        {
            conditions.push(PlannedCondition {
                condition,
                typed: typed(clause.start, clause.end),
                is_signed,
            });
        }
        if clause.occur != Occur::Not {
            let typed = match &clause.what {
                query::ClauseBody::Word(typed) => Some(typed.as_str()),
                _ => None,
            };
            gather_clause(
                policy,
                (i, typed),
                &in_lang,
                lexicon,
                &mut gatherer,
                &mut neighbours,
            )?;
        }
    }
    gatherer.add_pairs(&neighbours, policy.pair_weight);
    // A number in several groups is several clauses, so its key is not among their terms.
    for number in telephone_numbers(text) {
        let mut terms = Terms::new();
        for lang in lexicon.languages() {
            terms.insert(*lang, vec![number.key.clone()]);
        }
        gatherer.add(Gathered {
            terms,
            factor: boost(policy, is_code(TokenKind::Part, &number.key)),
            is_code: is_code(TokenKind::Part, &number.key),
            surface: number.key,
            times: 1.0,
            is_optional: true,
            is_word: true,
        });
    }
    conditions.sort_by_key(|condition| !condition.is_signed);
    Ok(Plan {
        conditions,
        relaxed,
        ..gatherer.finish(lexicon, Repeats::Count, MAX_CASE_TERMS)
    })
}

fn gather_clause(
    policy: &RankPolicy,
    (number, typed): (usize, Option<&str>),
    in_lang: &[(Lang, &AnalyzedClause)],
    lexicon: &dyn TermStats,
    gatherer: &mut Gatherer,
    neighbours: &mut Terms,
) -> Result<()> {
    // The j-th term of a clause stands for the same typed word in every language.
    let mut slots: Sorted<(usize, bool), (Terms, TokenKind, String)> = Sorted::new();
    for (lang, clause) in in_lang {
        let terms: Vec<(String, TokenKind)> = match &clause.what {
            AnalyzedBody::Word { terms, .. } => terms.clone(),
            AnalyzedBody::Phrase(terms) => {
                let all_stops = terms.iter().all(|t| t.kind == TokenKind::Stop);
                terms
                    .iter()
                    .filter(|t| all_stops || t.kind != TokenKind::Stop)
                    .map(|t| (t.term.clone(), t.kind))
                    .collect()
            }
            AnalyzedBody::Prefix { prefixes, stems } => {
                let expanded = lexicon.expand(*lang, prefixes, stems)?;
                let slot = slots.or_insert_with((number, false), || {
                    (Terms::new(), TokenKind::Word, prefixes.join("* ") + "*")
                });
                slot.0.insert(*lang, expanded);
                continue;
            }
        };
        let (mut mains, mut parts) = (0, 0);
        for (term, kind) in terms {
            let is_part = kind == TokenKind::Part;
            let j = if is_part { &mut parts } else { &mut mains };
            let slot = slots.or_insert_with((*j, is_part), || (Terms::new(), kind, term.clone()));
            slot.0.or_default(*lang).push(term.clone());
            *j += 1;
            if !is_part {
                neighbours.or_default(*lang).push(term);
            }
        }
    }
    let is_plain = slots.keys().filter(|(_, is_part)| !is_part).count() == 1;
    for ((_, is_part), (terms, kind, term)) in slots {
        let is_code = is_code(kind, &term);
        // A word is shown as typed; each piece of a compound is shown as the term that is searched
        // for.
        let surface = typed
            .filter(|_| is_plain && !is_part)
            .map_or(term, str::to_owned);
        gatherer.add(Gathered {
            surface,
            terms,
            times: 1.0,
            factor: boost(policy, is_code),
            is_optional: is_part,
            is_word: true,
            is_code,
        });
    }
    Ok(())
}

fn condition(
    occur: Occur,
    field: Option<Field>,
    in_lang: &[(Lang, &AnalyzedClause)],
    lexicon: &dyn TermStats,
) -> Result<Option<Condition>> {
    let mut any_of: Sorted<Lang, Vec<Vec<(String, u32)>>> = Sorted::new();
    let mut in_order = false;
    for (lang, clause) in in_lang {
        let alternatives: Vec<Vec<(String, u32)>> = match &clause.what {
            AnalyzedBody::Word { any_of, .. } => any_of
                .iter()
                .map(|terms| terms.iter().map(|t| (t.clone(), 0)).collect())
                .collect(),
            AnalyzedBody::Phrase(terms) => {
                in_order = true;
                vec![terms.iter().map(|t| (t.term.clone(), t.offset)).collect()]
            }
            AnalyzedBody::Prefix { prefixes, stems } => lexicon
                .expand(*lang, prefixes, stems)?
                .into_iter()
                .map(|t| vec![(t, 0)])
                .collect(),
        };
        any_of.insert(*lang, alternatives);
    }
    let says_nothing =
        any_of.values().all(|list| list.iter().all(Vec::is_empty)) && occur == Occur::Not;
    Ok((!says_nothing && !in_lang.is_empty()).then_some(Condition {
        negated: occur == Occur::Not,
        any_of,
        in_order,
        field: field.map(field_number),
    }))
}

/// The weight of a word that occurs several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// It counts once per occurrence: a word repeated in a case is important for the query.
    Count,
    /// It counts once: cases are similar if both contain a word, however often.
    Once,
}

/// Plans the words of a case's text.
pub fn of_case(policy: &RankPolicy, text: &str, repeats: Repeats, lexicon: &dyn TermStats) -> Plan {
    gather_text(policy, text, repeats, lexicon).finish(lexicon, repeats, MAX_CASE_TERMS)
}

fn gather_text(
    policy: &RankPolicy,
    text: &str,
    repeats: Repeats,
    lexicon: &dyn TermStats,
) -> Gatherer {
    let mut gatherer = Gatherer::default();
    let mut neighbours = Terms::new();
    // Tokens of two languages stand for the same word if they cover the same bytes.
    let mut slots: Sorted<(usize, usize, u32), (Terms, TokenKind)> = Sorted::new();
    for lang in lexicon.languages() {
        let mut last = (0, 0, 0);
        for token in lexicon.analyzer(*lang).query_tokens(text) {
            let nth = if (last.0, last.1) == (token.start, token.end) {
                last.2 + 1
            } else {
                0
            };
            last = (token.start, token.end, nth);
            if token.kind != TokenKind::Part {
                neighbours.or_default(*lang).push(token.term.clone());
            }
            let slot = slots.or_insert_with(last, || (Terms::new(), token.kind));
            slot.0.insert(*lang, vec![token.term]);
        }
    }
    for ((start, end, nth), (terms, kind)) in slots {
        let term = terms.values().flatten().next().cloned().unwrap_or_default();
        let is_code = is_code(kind, &term);
        // A word is shown as written; its further forms are shown as the terms that are searched for.
        let surface = match text.get(start..end) {
            Some(written) if nth == 0 => written.to_owned(),
            _ => term,
        };
        let is_optional = kind == TokenKind::Part;
        gatherer.add(Gathered {
            surface,
            terms,
            times: 1.0,
            factor: boost(policy, is_code),
            is_optional,
            is_word: true,
            is_code,
        });
    }
    if repeats == Repeats::Count {
        gatherer.add_pairs(&neighbours, policy.pair_weight);
    }
    gatherer
}
