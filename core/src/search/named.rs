//! The articles that a question names, by their whole title or by an identifier. Age does not count against them.
//!
//! A date says when somebody touched a text, and nothing against a text that is asked for by its name. So no such article
//! is passed for its age alone: its score is as if it were new, and the others can only lose by theirs. Suspicion and
//! expiry count as ever.

use super::plan::Plan;
use super::searcher::Searcher;
use crate::codec::sorted::Sorted;
use crate::index::boolean::{Budget, Clause, matching};
use crate::index::weights::Terms;
use crate::rank::blend;
use crate::rank::freshness::Age;
use crate::settings::MAX_NAMED_ARTICLES;
use crate::state::priors::Priors;
use crate::text::title_term;

/// The priors of the named articles without their age, by ordinal.
pub type Named = Sorted<u32, f64>;

/// Returns the articles that a question names. An identifier that many articles hold names none of them.
///
/// Cost: a look-up for the title and for each identifier, of at most [`MAX_NAMED_ARTICLES`] postings each; nothing while
/// no article of the base is past its interval.
pub fn named(searcher: &Searcher<'_>, plan: &Plan, text: &str, priors: &Priors) -> Named {
    let mut named = Named::new();
    if !priors.has_late() {
        return named;
    }
    let mut clauses: Vec<Terms> = vec![whole_title(searcher, text)];
    clauses.extend(plan.words.iter().filter(|word| word.is_code).map(|word| {
        let terms = word.terms.iter();
        terms.map(|(lang, list)| (*lang, list.clone())).collect()
    }));
    let model = searcher.view.model;
    for clause in clauses {
        for ordinal in holding(searcher, clause, MAX_NAMED_ARTICLES - named.len()) {
            if let Some(article) = model.catalog.article(ordinal) {
                let (fresh, useful) = model.factors(article, Age::Waived, searcher.now);
                named.insert(ordinal, blend::prior(fresh, useful));
            }
        }
    }
    named
}

/// The term of the text as a whole title, in each language that the viewer reads.
fn whole_title(searcher: &Searcher<'_>, text: &str) -> Terms {
    use super::term_stats::TermStats;
    let languages = searcher.languages().iter();
    languages
        .filter_map(|lang| {
            let term = title_term(&searcher.analyzer(*lang), text)?;
            Some((*lang, vec![term]))
        })
        .collect()
}

/// The visible articles that hold any of these terms; none if they are more than `most`.
fn holding(searcher: &Searcher<'_>, terms: Terms, most: usize) -> Vec<u32> {
    let mut budget = Budget::new(most as u64);
    let clause = Clause::Word(terms);
    let mut found = Vec::new();
    for place in searcher.visible_segments(searcher.counted()) {
        let ordinals = &place.segment.columns().ordinal;
        let docs = matching(&place, &clause, place.visible, &mut budget);
        found.extend(
            docs.iter()
                .filter_map(|doc| ordinals.get(doc as usize).copied()),
        );
    }
    if budget.is_partial() {
        found.clear();
    }
    found
}
