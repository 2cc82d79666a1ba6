//! Learned terms: words of queries and cases that led to articles, and the number of customers behind them.

use std::collections::HashMap;

use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::projection::records::LearnedTerm;
use crate::rank::learned::LearnedEvidence;
use crate::settings::LEARNED_MIN_PARTIES;
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// The key of a row of a term: the article it led to, and the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    article: u32,
    party: u64,
    from: Timestamp,
}

/// All learned terms, each with its rows.
#[derive(Clone, Debug, Default)]
pub struct LearnedTerms {
    by_term: HashMap<String, Sorted<Key, i64>>,
    /// Bytes of all terms and rows.
    bytes: u64,
}

/// Bytes of a row in a list that doubles its capacity.
const ROW_BYTES: u64 = (size_of::<Key>() + size_of::<i64>()) as u64 * 3 / 2;

/// Overhead of a term in bytes besides its text: the map's slot, and the list.
const TERM_OVERHEAD: u64 = 112;

impl LearnedTerms {
    /// A party that counts as enough customers for any term. A snapshot uses it, because its learned terms
    /// no longer name their customers.
    pub const ANONYMOUS_QUORUM: u64 = u64::MAX;

    /// Loads the table.
    pub fn load(reader: &(impl Reader + ?Sized)) -> Result<LearnedTerms> {
        let mut terms = LearnedTerms::default();
        reader.each(Table::Learned, &[], &mut |key, value| {
            terms.add(&LearnedTerm::read(key, codec::decode(value, "learned")?)?);
            Ok(true)
        })?;
        Ok(terms)
    }

    /// Calls `visit` with each row as a learned term, in no particular order.
    pub fn each(&self, visit: &mut dyn FnMut(&LearnedTerm)) {
        for (term, rows) in &self.by_term {
            for (key, amount) in rows {
                visit(&LearnedTerm {
                    article: key.article,
                    term: term.clone(),
                    party: key.party,
                    from: key.from,
                    amount: *amount,
                });
            }
        }
    }

    /// Adds the amount of a learned term; a negative amount subtracts.
    pub fn add(&mut self, term: &LearnedTerm) {
        let of_term = TERM_OVERHEAD + term.term.len() as u64;
        if !self.by_term.contains_key(&term.term) {
            self.bytes += of_term;
        }
        let rows = self.by_term.entry(term.term.clone()).or_default();
        let before = rows.len() as u64;
        let key = Key {
            article: term.article,
            party: term.party,
            from: term.from,
        };
        let amount = rows.or_default(key);
        *amount += term.amount;
        if *amount == 0 {
            rows.remove(&key);
        }
        self.bytes = self.bytes + rows.len() as u64 * ROW_BYTES - before * ROW_BYTES;
        if rows.is_empty() {
            self.by_term.remove(&term.term);
            self.bytes -= of_term;
        }
    }

    /// Returns the approximate memory in bytes, from a running sum.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the amounts of a term's rows up to `now`, summed by article, ascending. Only articles that `may_use`
    /// accepts are returned.
    ///
    /// With `is_outside`, an article needs rows of three distinct customers (I4). `article_of` follows
    /// merges.
    pub fn evidence_for(
        &self,
        term: &str,
        now: Timestamp,
        is_outside: bool,
        article_of: &dyn Fn(u32) -> u32,
        may_use: &dyn Fn(u32) -> bool,
    ) -> Vec<LearnedEvidence> {
        let Some(rows) = self.by_term.get(term) else {
            return Vec::new();
        };
        let mut sums: Sorted<u32, (i64, Vec<u64>)> = Sorted::new();
        for (key, amount) in rows {
            if key.from <= now {
                let (sum, parties) = sums.or_default(article_of(key.article));
                *sum += amount;
                if key.party == LearnedTerms::ANONYMOUS_QUORUM {
                    parties.resize(LEARNED_MIN_PARTIES, key.party);
                } else if parties.len() < LEARNED_MIN_PARTIES && !parties.contains(&key.party) {
                    parties.push(key.party);
                }
            }
        }
        sums.into_iter()
            .filter(|(article, (_, parties))| {
                (!is_outside || parties.len() >= LEARNED_MIN_PARTIES) && may_use(*article)
            })
            .map(|(article, (amount, _))| LearnedEvidence { article, amount })
            .collect()
    }
}
