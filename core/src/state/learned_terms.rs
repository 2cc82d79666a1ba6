//! Learned terms: words of queries and cases that led to articles, and the number of customers behind them.

use std::collections::HashMap;

use crate::codec::sorted::Sorted;
use crate::error::Result;
use crate::projection::records::LearnedTerm;
use crate::rank::learned::{LearnedEvidence, Lesson, Taught};
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// The key of a row of a term: the article it led to, who says so, and the customer. A teacher's rows follow one another.
/// A row takes 40 bytes, and 20 more for the growth of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    article: u32,
    teacher: u64,
    party: u64,
    from: Timestamp,
}

/// All learned terms, each with its rows.
#[derive(Clone, Debug, Default)]
pub struct LearnedTerms {
    by_term: HashMap<String, Sorted<Key, i64>>,
    /// By article, 8 bytes each: the sum over all its words.
    by_article: Vec<i64>,
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
                    teacher: key.teacher,
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
        let article = term.article as usize;
        if self.by_article.len() <= article {
            self.by_article.resize(article + 1, 0);
        }
        if let Some(sum) = self.by_article.get_mut(article) {
            *sum += term.amount;
        }
        let rows = self.by_term.entry(term.term.clone()).or_default();
        let before = rows.len() as u64;
        let key = Key {
            article: term.article,
            teacher: term.teacher,
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
        self.bytes + (self.by_article.capacity() * size_of::<i64>()) as u64
    }

    /// Returns the sum of all that was learned for an article, as recorded; thousandths.
    pub fn about(&self, article: u32) -> i64 {
        let sum = self.by_article.get(article as usize);
        sum.copied().unwrap_or(0)
    }

    /// Returns the amounts of a term's lessons up to `now`, summed by article, ascending. Only articles that `may_use`
    /// accepts and whose lessons are independent are returned; `is_outside` is true for viewers who read no cases.
    /// `article_of` follows merges; what a teacher says of two articles counts for each as far as it did before.
    /// `all_words` returns [`LearnedTerms::about`] an article and those merged into it.
    pub fn evidence_for(
        &self,
        term: &str,
        now: Timestamp,
        is_outside: bool,
        article_of: &dyn Fn(u32) -> u32,
        all_words: &dyn Fn(u32) -> i64,
        may_use: &dyn Fn(u32) -> bool,
    ) -> Vec<LearnedEvidence> {
        let Some(rows) = self.by_term.get(term) else {
            return Vec::new();
        };
        // By article: what was published as independent, and the lessons.
        let mut sums: Sorted<u32, (i64, Taught)> = Sorted::new();
        let mut source = None;
        for (key, amount) in rows.iter().filter(|(key, _)| key.from <= now) {
            let (published, taught) = sums.or_default(article_of(key.article));
            if key.party == LearnedTerms::ANONYMOUS_QUORUM {
                *published += amount;
                continue;
            }
            if source.replace(key.article) != Some(key.article) {
                taught.next_source();
            }
            taught.add(&Lesson {
                teacher: key.teacher,
                party: key.party,
                from: key.from,
                amount: *amount,
            });
        }
        sums.into_iter()
            .filter(|(article, _)| may_use(*article))
            .filter_map(|(article, (published, taught))| {
                let counts = taught.counts(is_outside);
                let amount = published + if counts { taught.amount() } else { 0 };
                (amount > 0).then(|| LearnedEvidence {
                    article,
                    amount,
                    all_words: all_words(article),
                })
            })
            .collect()
    }
}
