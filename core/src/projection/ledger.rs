//! Additions to the ledger and to the learned terms. Both hold sums only; a sum of zero has no row.
//!
//! The ledger divides what is said about an article. Of each voice (an actor, a customer, a visit) the newest statement
//! of a signal counts, up to one unit; its others stay in `Voices` only. So no voice gains by repeating itself, under
//! any date or version. A newer statement ages less than the one it replaces, so that one more success never lowers a
//! sum; a silent success that has not ripened yet may do so for its day. Statements of nobody are the crowd.

use super::Projector;
use super::records::{Contribution, LearnedTerm, Side, Statement};
use crate::error::{Error, Result};
use crate::model::evidence::UNIT;
use crate::store::backend::Table;
use crate::store::txn::Reader;

impl Projector<'_, '_> {
    /// Replaces the statements of a source. Statements in both lists stay as they are.
    ///
    /// Cost: for each statement that changes, its row of `Voices` and the newest one of its voice.
    pub fn replace_evidence(&mut self, old: &[Statement], new: &[Statement]) -> Result<()> {
        for Statement { voice, what } in difference(old, new) {
            match voice {
                Some(voice) => self.speak(voice, &what)?,
                None => self.count(Contribution {
                    side: Side::Crowd,
                    ..what
                })?,
            }
        }
        Ok(())
    }

    /// Adds an amount to what a voice said, and changes in the ledger what counts of it.
    fn speak(&mut self, voice: u64, what: &Contribution) -> Result<()> {
        let (prefix, row) = (what.voice_key(voice).0, what.voice_row(voice));
        let before = self.newest(&prefix)?;
        let known: i64 = self.txn.record(Table::Voices, &row)?.unwrap_or(0);
        self.add(Table::Voices, row.clone(), what.amount)?;
        let after = self.newest(&prefix)?;
        // Only the row itself and the newest rows, before and after, can change what they count.
        let mut rows = vec![row.clone()];
        rows.extend(before.iter().chain(&after).map(|(key, _)| key.clone()));
        rows.sort();
        rows.dedup();
        for key in rows {
            let now: i64 = self.txn.record(Table::Voices, &key)?.unwrap_or(0);
            let was = if key == row { known } else { now };
            let is_first = |newest: &Option<(Vec<u8>, i64)>| {
                newest.as_ref().is_some_and(|(first, _)| *first == key)
            };
            let counts = |amount: i64, is_first: bool| if is_first { amount.min(UNIT) } else { 0 };
            let change = counts(now, is_first(&after)) - counts(was, is_first(&before));
            self.count(Contribution::read_voice(&key, change)?)?;
        }
        Ok(())
    }

    /// Returns the first row of `Voices` with this beginning: the newest.
    fn newest(&self, prefix: &[u8]) -> Result<Option<(Vec<u8>, i64)>> {
        let mut found = None;
        self.txn.each(Table::Voices, prefix, &mut |key, value| {
            let amount = crate::store::codec::decode(value, Table::Voices.name())?;
            found = Some((key.to_vec(), amount));
            Ok(false)
        })?;
        Ok(found)
    }

    /// Adds a contribution to the ledger.
    fn count(&mut self, contribution: Contribution) -> Result<()> {
        if contribution.amount == 0 {
            return Ok(());
        }
        let (ripens, key) = contribution.row();
        let table = if ripens {
            Table::Ripening
        } else {
            Table::Ledger
        };
        self.add(table, key, contribution.amount)?;
        self.effects.ledger.push(contribution);
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

impl Amount for Statement {
    fn negated(&self) -> Statement {
        let mut negated = self.clone();
        negated.what.amount = -negated.what.amount;
        negated
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
            teacher: 3,
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
