//! From what a base knows to what may leave it: records without people, systems and hidden articles.

use std::collections::BTreeMap;

use crate::projection::records::{ArticleRecord, Contribution, LearnedTerm, When};
use crate::settings::{LEARN_PARTIES, RankPolicy};
use crate::state::catalog::Catalog;
use crate::state::learned_terms::LearnedTerms;
use crate::state::ledger::Ledger;
use crate::time::Timestamp;

/// Numbers of a base's articles (or cases) in the snapshot; what is not in it has none.
pub type Numbers = BTreeMap<u32, u32>;

/// The evidence of an article and of those merged into it, each amount multiplied by the share that its
/// version keeps, in 1/65536, and what has begun to count by `known` under its day.
pub fn evidence(
    policy: &RankPolicy,
    catalog: &Catalog,
    ledger: &Ledger,
    record: &ArticleRecord,
    ordinal: u32,
    known: Timestamp,
) -> Vec<Contribution> {
    let absorbed = record
        .absorbed
        .iter()
        .filter_map(|other| catalog.article(*other));
    let mut sums = BTreeMap::new();
    for of in std::iter::once(record).chain(absorbed) {
        for row in ledger.of(of.ordinal) {
            let when = match row.when {
                When::From(at) if at <= known => When::Day(at.day()),
                when => when,
            };
            let share = i64::from(of.carry(policy, row.version));
            *sums.entry((row.segment, row.signal, when)).or_insert(0) += row.amount * share;
        }
    }
    sums.into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|((segment, signal, when), amount)| Contribution {
            article: ordinal,
            version: 0,
            segment,
            signal,
            when,
            amount,
        })
        .collect()
}

/// What is left of the lessons of one word and article: by the customer, from when, how much.
type TermRows = Vec<(Timestamp, u64, i64)>;

/// The lessons about the articles in the snapshot, without their customers. Where `is_outside`, a word
/// needs three of them, and counts from the third on.
pub fn learned_terms(
    learned_terms: &LearnedTerms,
    number_of: &dyn Fn(u32) -> Option<u32>,
    is_outside: bool,
    known: Timestamp,
) -> Vec<LearnedTerm> {
    let mut by_word: BTreeMap<(String, u32), TermRows> = BTreeMap::new();
    learned_terms.each(&mut |term| {
        if let Some(article) = number_of(term.article) {
            let rows = by_word.entry((term.term.clone(), article)).or_default();
            rows.push((term.from, term.party, term.amount));
        }
    });
    let mut left = Vec::new();
    for ((term, article), mut rows) in by_word {
        rows.sort_unstable();
        let Some(begin) = begins(&rows, is_outside) else {
            continue;
        };
        let begin = begin.max(known);
        let mut sums: BTreeMap<Timestamp, i64> = BTreeMap::new();
        for (from, _, amount) in rows {
            *sums.entry(from.max(begin)).or_insert(0) += amount;
        }
        left.extend(
            sums.into_iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|(from, amount)| LearnedTerm {
                    article,
                    term: term.clone(),
                    party: LearnedTerms::ANONYMOUS_QUORUM,
                    from,
                    amount,
                }),
        );
    }
    left
}

/// From when a word counts: at once, or with the third customer.
fn begins(rows: &TermRows, is_outside: bool) -> Option<Timestamp> {
    if !is_outside {
        return rows.first().map(|row| row.0);
    }
    let mut parties: Vec<u64> = Vec::new();
    rows.iter().find_map(|(from, party, _)| {
        if !parties.contains(party) {
            parties.push(*party);
        }
        (parties.len() >= LEARN_PARTIES).then_some(*from)
    })
}
