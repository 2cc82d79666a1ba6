//! Words written as one in the question and as two in the articles, or the reverse: `login` and `log in`.
//!
//! Such a word counts like a learned term of the article, and less than the word as typed: as a further word of the plan
//! it would change the scores of articles that have the words as typed. Only articles that the viewer sees decide (I3).

use std::sync::Arc;

use super::plan::Plan;
use super::searcher::Searcher;
use super::term_stats::{TermStats, Terms};
use crate::index::bitset::BitSet;
use crate::index::boolean::{Budget, Clause, PhraseWord, matching};
use crate::index::weights::LEARNED_ONE;
use crate::settings::MAX_LEARNED_ARTICLES;
use crate::text::{Analyzer, can_join, is_short, plain_words, sole_term, splits};

/// The frequency of a word in an article that has it only in the other form, in 1/[`LEARNED_ONE`] of an occurrence of
/// weight 1. Source: our choice; half of the least default weight of a section, so that the word as typed counts more.
const OTHER_FORM_FREQUENCY: u32 = LEARNED_ONE;

/// A word in an article that has it in the other form: the article, the number of the word in the plan, its frequency.
pub type OtherForm = (u32, (usize, u32));

/// Returns the articles of `open` that have words of the question in the other form, with these words. A long text has
/// enough other words and is not searched for.
pub fn other_forms(
    searcher: &Searcher<'_>,
    plan: &Plan,
    text: &str,
    open: &[Arc<BitSet>],
    budget: &mut Budget,
) -> Vec<OtherForm> {
    let mut found = Vec::new();
    if !is_short(text) {
        return found;
    }
    let words = plain_words(text);
    for lang in searcher.languages() {
        let mut compounds = Compounds {
            searcher,
            plan,
            open,
            analyzer: searcher.analyzer(*lang),
            budget,
            found: &mut found,
        };
        let mut before = None;
        for word in &words {
            compounds.split(word.text);
            if let Some(before) = before.filter(|_| word.adjoins) {
                compounds.join(before, word.text);
            }
            before = Some(word.text);
        }
    }
    // A word that occurs twice in the question, or is the same in two languages, counts once in an article.
    found.sort_unstable();
    found.dedup();
    found
}

/// The search for other forms in the articles of one language.
struct Compounds<'a, 's> {
    searcher: &'a Searcher<'s>,
    plan: &'a Plan,
    open: &'a [Arc<BitSet>],
    analyzer: Analyzer,
    budget: &'a mut Budget,
    found: &'a mut Vec<OtherForm>,
}

impl Compounds<'_, '_> {
    /// The number of a term in the plan.
    fn number(&self, term: &str) -> Option<usize> {
        let lang = self.analyzer.lang();
        let has_term = |terms: &Terms| {
            terms
                .get(&lang)
                .is_some_and(|list| list.iter().any(|known| known == term))
        };
        self.plan
            .words
            .iter()
            .position(|word| word.is_word && has_term(&word.terms))
    }

    /// Returns the term of a word that visible articles contain, and true for a stop word.
    fn occurring(&self, word: &str) -> Option<(String, bool)> {
        let (term, is_stop) = sole_term(&self.analyzer, word)?;
        let mut terms = Terms::new();
        terms.insert(self.analyzer.lang(), vec![term.clone()]);
        (self.searcher.doc_freq(&terms) > 0).then_some((term, is_stop))
    }

    /// The clause of a term in any field.
    fn clause(&self, term: String) -> Clause {
        Clause::Word(vec![(self.analyzer.lang(), vec![term])])
    }

    /// Finds a word of the question as two neighbours.
    fn split(&mut self, word: &str) {
        let Some((term, false)) = sole_term(&self.analyzer, word) else {
            return;
        };
        let Some(number) = self.number(&term) else {
            return;
        };
        let mut phrases = Vec::new();
        splits(word, |first, second| {
            phrases.extend(self.phrase(first, second))
        });
        let without = [self.clause(term)];
        for phrase in phrases {
            self.add(&phrase, &without, &[number]);
        }
    }

    /// Returns the phrase of two words, if visible articles contain both and they are not both stop words.
    fn phrase(&self, first: &str, second: &str) -> Option<Clause> {
        // Where blocks are loaded on demand, each look-up may cost one, and one that depends on another costs a round of
        // loading. So the half that is less likely to occur is looked up first: the one beside a stop word, else the
        // second, since the beginning of a word is often a word (`connect` in `connection`) and its end seldom.
        let is_stop = |word: &str| sole_term(&self.analyzer, word).is_some_and(|(_, stops)| stops);
        let ((a, a_stops), (b, b_stops)) = if is_stop(second) {
            let a = self.occurring(first)?;
            (a, self.occurring(second)?)
        } else {
            let b = self.occurring(second)?;
            (self.occurring(first)?, b)
        };
        let word = |(offset, term): (u32, String)| PhraseWord {
            offset,
            terms: vec![(self.analyzer.lang(), vec![term])],
        };
        let words = [(0, a), (1, b)].into_iter().map(word).collect();
        (!(a_stops && b_stops)).then_some(Clause::Phrase(None, words))
    }

    /// Finds two neighbouring words of the question as one.
    fn join(&mut self, first: &str, second: &str) {
        if !can_join(first, second) {
            return;
        }
        let parts: Vec<String> = [first, second]
            .into_iter()
            .filter_map(|word| sole_term(&self.analyzer, word))
            .map(|(term, _)| term)
            .collect();
        let numbers: Vec<usize> = parts.iter().filter_map(|term| self.number(term)).collect();
        let Some((term, false)) = self.occurring(&format!("{first}{second}")) else {
            return;
        };
        let of_question = parts.into_iter().filter(|term| self.number(term).is_some());
        let without: Vec<Clause> = of_question.map(|term| self.clause(term)).collect();
        if !without.is_empty() {
            self.add(&self.clause(term), &without, &numbers);
        }
    }

    /// Adds words of the plan to the articles that match a clause and not all clauses of `without`: where the words
    /// stand as typed, their own frequency is enough.
    fn add(&mut self, clause: &Clause, without: &[Clause], numbers: &[usize]) {
        let mut ordinals: Vec<u32> = Vec::new();
        for place in self.searcher.visible_segments(self.open) {
            let mut docs = matching(&place, clause, place.visible, self.budget);
            let mut as_typed = docs.clone();
            for clause in without {
                as_typed = matching(&place, clause, &as_typed, self.budget);
            }
            docs.and_not(&as_typed);
            let ordinal = |doc: u32| place.segment.columns().ordinal.get(doc as usize).copied();
            ordinals.extend(docs.iter().filter_map(ordinal));
        }
        ordinals.sort_unstable();
        ordinals.dedup();
        if ordinals.len() > MAX_LEARNED_ARTICLES {
            let catalog = &self.searcher.view.model.catalog;
            ordinals.sort_by_key(|ordinal| catalog.article(*ordinal).map(|article| &article.id));
            ordinals.truncate(MAX_LEARNED_ARTICLES);
        }
        for ordinal in ordinals {
            let words = numbers
                .iter()
                .map(|number| (ordinal, (*number, OTHER_FORM_FREQUENCY)));
            self.found.extend(words);
        }
    }
}
