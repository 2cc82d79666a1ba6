//! Redaction: converts the records of a base to those that may leave it, without people, systems and
//! hidden articles.

use std::collections::BTreeMap;

use crate::projection::records::{ArticleRecord, Contribution, LearnedTerm, When};
use crate::rank::learned::{Lesson, Taught};
use crate::settings::RankPolicy;
use crate::state::catalog::Catalog;
use crate::state::learned_terms::LearnedTerms;
use crate::state::ledger::Ledger;
use crate::time::Timestamp;

/// Maps the numbers of a base's articles (or cases) to their numbers in the snapshot. Others are
/// absent.
pub type Numbers = BTreeMap<u32, u32>;

/// Returns the evidence of the articles, including that of articles merged into them. Each amount is
/// multiplied by the share that its version keeps, in 1/65536. Evidence that has ripened by `known` is
/// filed under its day.
pub fn evidence(
    policy: &RankPolicy,
    catalog: &Catalog,
    ledger: &Ledger,
    record: &ArticleRecord,
    ordinal: u32,
    known: Timestamp,
) -> Vec<Contribution> {
    let merged_from = record
        .merged_from
        .iter()
        .filter_map(|other| catalog.article(*other));
    let mut sums = BTreeMap::new();
    for of in std::iter::once(record).chain(merged_from) {
        for row in ledger.contributions_of(of.ordinal) {
            let when = match row.when {
                When::From(at) if at <= known => When::Day(at.day()),
                when => when,
            };
            let share = i64::from(of.carry(policy, row.version));
            let place = (row.segment, row.signal, when, row.side);
            *sums.entry(place).or_insert(0) += row.amount * share;
        }
    }
    sums.into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|((segment, signal, when, side), amount)| Contribution {
            article: ordinal,
            version: 0,
            segment,
            signal,
            when,
            side,
            amount,
        })
        .collect()
}

/// The lessons of one term and article, each with the article it was about before merges.
type Lessons = Vec<(u32, Lesson)>;

/// Returns the learned terms of the articles in the snapshot, without their customers and teachers. A term counts from
/// the instant at which its lessons are independent, for viewers who read no cases (`is_outside`) or for the others, and
/// each lesson with the amount that counts of its teacher. All else that was learned for an article is one amount without a
/// word, since it lowers what its words count.
pub fn learned_terms(
    learned_terms: &LearnedTerms,
    number_of: &dyn Fn(u32) -> Option<u32>,
    is_outside: bool,
    known: Timestamp,
) -> Vec<LearnedTerm> {
    let mut by_word: BTreeMap<(String, u32), Lessons> = BTreeMap::new();
    // By article: what was learned beside the words that are published.
    let mut rest: BTreeMap<u32, i64> = BTreeMap::new();
    learned_terms.each(&mut |term| {
        if let Some(article) = number_of(term.article) {
            let lessons = by_word.entry((term.term.clone(), article)).or_default();
            let lesson = Lesson {
                teacher: term.teacher,
                party: term.party,
                from: term.from,
                amount: term.amount,
            };
            lessons.push((term.article, lesson));
            *rest.entry(article).or_insert(0) += term.amount;
        }
    });
    let mut left = Vec::new();
    for ((term, article), mut lessons) in by_word {
        let Some(begin) = begins(&mut lessons, is_outside) else {
            continue;
        };
        let begin = begin.max(known);
        // By instant within each teacher, so that at every instant the amounts up to it are those of the base.
        lessons.sort_unstable_by_key(|(source, one)| (*source, one.teacher, one.from, one.party));
        let mut sums: BTreeMap<Timestamp, i64> = BTreeMap::new();
        for of_article in lessons.chunk_by(|a, b| a.0 == b.0) {
            let mut taught = Taught::default();
            for (_, lesson) in of_article {
                *sums.entry(lesson.from.max(begin)).or_insert(0) += taught.add(lesson);
            }
        }
        *rest.entry(article).or_insert(0) -= sums.values().sum::<i64>();
        left.extend(
            sums.into_iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|(from, amount)| LearnedTerm {
                    article,
                    term: term.clone(),
                    party: LearnedTerms::ANONYMOUS_QUORUM,
                    teacher: LearnedTerms::ANONYMOUS_QUORUM,
                    from,
                    amount,
                }),
        );
    }
    let rest = rest.into_iter().filter(|(_, amount)| *amount != 0);
    left.extend(rest.map(|(article, amount)| LearnedTerm {
        article,
        term: String::new(),
        party: LearnedTerms::ANONYMOUS_QUORUM,
        teacher: LearnedTerms::ANONYMOUS_QUORUM,
        from: known,
        amount,
    }));
    left
}

/// Returns the instant from which the lessons are independent.
fn begins(lessons: &mut Lessons, is_outside: bool) -> Option<Timestamp> {
    lessons.sort_unstable_by_key(|(_, lesson)| lesson.from);
    let mut taught = Taught::default();
    lessons.iter().find_map(|(_, lesson)| {
        taught.see(lesson);
        taught.counts(is_outside).then_some(lesson.from)
    })
}
