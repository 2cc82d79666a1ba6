//! Redaction: converts the records of a base to those that may leave it, without people, systems and
//! hidden articles.

use std::collections::BTreeMap;

use crate::projection::records::{ArticleRecord, Contribution, LearnedTerm, When};
use crate::settings::{LEARNED_MIN_PARTIES, RankPolicy};
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
            amount,
            side,
        })
        .collect()
}

/// The rows of one term and article: instant, customer and amount.
type TermRows = Vec<(Timestamp, u64, i64)>;

/// Returns the learned terms of the articles in the snapshot, without their customers. If `is_outside`
/// is true, a term needs three customers and counts from the third on (I4).
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

/// Returns the instant from which a term counts: at once, or with the third customer.
fn begins(rows: &TermRows, is_outside: bool) -> Option<Timestamp> {
    if !is_outside {
        return rows.first().map(|row| row.0);
    }
    let mut parties: Vec<u64> = Vec::new();
    rows.iter().find_map(|(from, party, _)| {
        if !parties.contains(party) {
            parties.push(*party);
        }
        (parties.len() >= LEARNED_MIN_PARTIES).then_some(*from)
    })
}
