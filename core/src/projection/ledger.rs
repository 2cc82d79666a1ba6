//! Additions to the ledger and to the learned terms. Both hold sums only; a sum of zero has no row.

use super::Projector;
use super::records::{Contribution, LearnedTerm};
use crate::error::{Error, Result};
use crate::store::backend::Table;
use crate::store::txn::Reader;

impl Projector<'_, '_> {
    /// Replaces the contributions of a source. Contributions in both lists stay as they are.
    pub fn replace_evidence(&mut self, old: &[Contribution], new: &[Contribution]) -> Result<()> {
        for contribution in difference(old, new) {
            let (ripens, key) = contribution.row();
            let table = if ripens {
                Table::Ripening
            } else {
                Table::Ledger
            };
            self.add(table, key, contribution.amount)?;
            self.effects.ledger.push(contribution);
        }
        Ok(())
    }

    /// Replaces the learned terms of a source in the same way.
    pub fn replace_learned_terms(
        &mut self,
        old: &[LearnedTerm],
        new: &[LearnedTerm],
    ) -> Result<()> {
        for term in difference(old, new) {
            self.add(Table::Learned, term.row(), term.amount)?;
            self.effects.learned_terms.push(term);
        }
        Ok(())
    }

    fn add(&mut self, table: Table, key: Vec<u8>, amount: i64) -> Result<()> {
        let before: i64 = self.txn.record(table, &key)?.unwrap_or(0);
        match before.checked_add(amount) {
            Some(0) => self.txn.remove(table, key),
            Some(sum) => self.txn.put(table, key, &sum)?,
            None => return Err(Error::internal("a sum of evidence is over 64 bits")),
        }
        Ok(())
    }
}

/// A record with an amount that can be negated.
trait Amount: Clone + Ord {
    fn negated(&self) -> Self;
}

impl Amount for Contribution {
    fn negated(&self) -> Contribution {
        Contribution {
            amount: -self.amount,
            ..self.clone()
        }
    }
}

impl Amount for LearnedTerm {
    fn negated(&self) -> LearnedTerm {
        LearnedTerm {
            amount: -self.amount,
            ..self.clone()
        }
    }
}

/// Returns the changes from `old` to `new`: first the removals, negated, then the additions, each part sorted.
fn difference<T: Amount>(old: &[T], new: &[T]) -> Vec<T> {
    let (mut old, mut new) = (old.to_vec(), new.to_vec());
    old.sort();
    new.sort();
    let mut out = Vec::new();
    let mut coming = new.iter().peekable();
    let mut added = Vec::new();
    for gone in &old {
        while let Some(next) = coming.next_if(|next| *next < gone) {
            added.push(next.clone());
        }
        if coming.next_if(|next| *next == gone).is_none() {
            out.push(gone.negated());
        }
    }
    added.extend(coming.cloned());
    out.extend(added);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_equal_lists_is_empty_and_counts_repeats() {
        let term = |term: &str| LearnedTerm {
            article: 1,
            term: term.into(),
            party: 2,
            from: crate::Timestamp::default(),
            amount: 10,
        };
        let (a, b) = (term("a"), term("b"));
        assert!(difference(&[a.clone(), b.clone()], &[b.clone(), a.clone()]).is_empty());
        assert_eq!(
            difference(&[a.clone(), a.clone()], &[a.clone(), b.clone()]),
            [a.negated(), b]
        );
    }
}
