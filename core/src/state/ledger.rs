//! The ledger of evidence: integer sums by article, version, segment, signal and day.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{Segment, Signal};
use crate::projection::records::{self, Contribution, Side, When};
use crate::rank::Decay;
use crate::rank::usefulness::Sums;
use crate::store::backend::Table;
use crate::store::codec;
use crate::store::txn::Reader;
use crate::time::Timestamp;

/// One sum of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    key: RowKey,
    amount: i64,
}

/// Version, segment, signal, time and side.
type RowKey = (u32, Segment, Signal, When, Side);

/// The sums of all articles, by ordinal. The rows of one article ascend by their key.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    rows: Vec<Vec<Row>>,
    /// The instants at which evidence ripens and begins to count, each with its article.
    ripening: BTreeSet<(Timestamp, u32)>,
    /// The number of rows of all articles.
    n_rows: u64,
    /// True if the amounts are already multiplied by the share of their version, as in a snapshot.
    is_carried: bool,
}

/// One sum of evidence, for analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EvidenceRow {
    /// The article it was recorded for, which may have been merged into another since.
    pub article: String,
    /// The version it is about.
    pub version: u32,
    /// The group of readers.
    pub segment: Segment,
    /// The observed signal.
    pub signal: Signal,
    /// The instant from which it counts: the start of a day, or an exact instant.
    pub from: Timestamp,
    /// The amount; 1 is one observation.
    pub amount: f64,
}

impl Ledger {
    /// Loads the tables.
    pub fn load(reader: &(impl Reader + ?Sized)) -> Result<Ledger> {
        let mut ledger = Ledger::default();
        for (table, ripens) in [(Table::Ledger, false), (Table::Ripening, true)] {
            reader.each(table, &[], &mut |key, value| {
                let amount = codec::decode(value, table.name())?;
                ledger.add(&records::ledger_row(key, ripens, amount)?);
                Ok(true)
            })?;
        }
        Ok(ledger)
    }

    /// Creates a ledger of amounts that are already multiplied by the share of their version, in
    /// 1/65536.
    pub fn carried(contributions: &[Contribution]) -> Ledger {
        let mut ledger = Ledger {
            is_carried: true,
            ..Ledger::default()
        };
        for contribution in contributions {
            ledger.add(contribution);
        }
        ledger
    }

    /// Returns the sums of one article, ascending by version, segment, signal and time.
    pub fn contributions_of(&self, article: u32) -> impl Iterator<Item = Contribution> {
        let rows = self.rows.get(article as usize).into_iter().flatten();
        rows.map(move |row| {
            let (version, segment, signal, when, side) = row.key;
            Contribution {
                article,
                version,
                segment,
                signal,
                when,
                side,
                amount: row.amount,
            }
        })
    }

    /// Adds a contribution; a negative amount subtracts.
    pub fn add(&mut self, contribution: &Contribution) {
        let article = contribution.article as usize;
        if self.rows.len() <= article {
            self.rows.resize_with(article + 1, Vec::new);
        }
        let Some(rows) = self.rows.get_mut(article) else {
            return;
        };
        let key = (
            contribution.version,
            contribution.segment,
            contribution.signal,
            contribution.when,
            contribution.side,
        );
        match rows.binary_search_by_key(&key, |row| row.key) {
            Ok(at) => {
                if let Some(row) = rows.get_mut(at) {
                    row.amount += contribution.amount;
                    if row.amount == 0 {
                        rows.remove(at);
                        self.n_rows -= 1;
                    }
                }
            }
            Err(at) => {
                self.n_rows += 1;
                rows.insert(
                    at,
                    Row {
                        key,
                        amount: contribution.amount,
                    },
                );
            }
        }
        if let When::From(at) = contribution.when {
            let is_left = rows.iter().any(|row| row.key.3 == contribution.when);
            if is_left {
                self.ripening.insert((at, contribution.article));
            } else {
                self.ripening.remove(&(at, contribution.article));
            }
        }
    }

    /// Returns the approximate memory in bytes; lists are taken as a quarter larger than their contents.
    pub fn bytes(&self) -> u64 {
        let lists = self.rows.capacity() * size_of::<Vec<Row>>();
        let ripening = self.ripening.len() * 2 * size_of::<(Timestamp, u32)>();
        let rows = self.n_rows * size_of::<Row>() as u64;
        (lists + ripening) as u64 + rows + rows / 4
    }

    /// Returns the articles with evidence that begins to count after `from`, up to and including `to`.
    pub fn ripened(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = u32> {
        self.ripening
            .range((from.plus_ms(1), 0)..(to.plus_ms(1), 0))
            .map(|(_, article)| *article)
    }

    /// Adds the decayed evidence of one article at `now` to `sums`.
    ///
    /// `carry` returns the share, in 1/65536, that the evidence of a version keeps in the current
    /// version.
    pub fn sum(
        &self,
        article: u32,
        now: Timestamp,
        horizons: &[Decay; 2],
        carry: &dyn Fn(u32) -> u32,
        sums: &mut Sums,
    ) {
        let Some(rows) = self.rows.get(article as usize) else {
            return;
        };
        for row in rows {
            let (version, segment, signal, when, side) = row.key;
            // Evidence of a day that has not begun does not count: devices may be a day ahead.
            let day = match when {
                When::Day(day) if day <= now.day() => day,
                When::From(at) if at <= now => at.day(),
                When::Day(_) | When::From(_) => continue,
            };
            let age = day.age_at(now.day());
            let share = if self.is_carried { 1 } else { carry(version) };
            let kept = i128::from(row.amount) * i128::from(share);
            let of_side = match side {
                Side::Voice => &mut sums.amounts,
                Side::Crowd => &mut sums.crowd,
            };
            let Some(amounts) = of_side
                .get_mut(segment.index())
                .and_then(|s| s.get_mut(signal.index()))
            else {
                continue;
            };
            for (amount, decay) in amounts.iter_mut().zip(horizons) {
                *amount += kept * i128::from(decay.weight(age));
            }
        }
    }

    /// Returns the sums of one article, ascending by version, segment, signal and time, over both sides.
    pub fn evidence(&self, article: u32, id: &str) -> Vec<EvidenceRow> {
        let rows = self
            .rows
            .get(article as usize)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let sums = rows.chunk_by(|a, b| place(a) == place(b));
        sums.filter_map(|sum| {
            let (version, segment, signal, when, _) = sum.first()?.key;
            let from = match when {
                When::Day(day) => day.start(),
                When::From(at) => at,
            };
            let amount: i64 = sum.iter().map(|row| row.amount).sum();
            Some(EvidenceRow {
                article: id.to_owned(),
                version,
                segment,
                signal,
                from,
                amount: amount as f64 / 1000.0,
            })
        })
        .collect()
    }
}

/// The key of a row without its side.
fn place(row: &Row) -> (u32, Segment, Signal, When) {
    let (version, segment, signal, when, _) = row.key;
    (version, segment, signal, when)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Day;

    fn contribution(when: When, amount: i64) -> Contribution {
        Contribution {
            article: 2,
            version: 1,
            segment: Segment::Customer,
            signal: Signal::Solved,
            when,
            side: Side::Voice,
            amount,
        }
    }

    fn solved(ledger: &Ledger, day: i64) -> i128 {
        let mut sums = Sums::default();
        let horizons = [Decay::new(180.0), Decay::new(14.0)];
        ledger.sum(
            2,
            Timestamp::default().plus_days(day),
            &horizons,
            &|_| 1 << 16,
            &mut sums,
        );
        sums.amounts[0][Signal::Solved.index()][1] >> 46
    }

    #[test]
    fn evidence_decays_ripens_and_is_retracted_exactly() {
        let mut ledger = Ledger::default();
        ledger.add(&contribution(When::Day(Day(0)), 1000));
        assert_eq!(solved(&ledger, 0), 1000);
        assert_eq!(solved(&ledger, 14), 500);
        let ripe = contribution(When::From(Timestamp::default().plus_days(3)), 600);
        ledger.add(&ripe);
        assert_eq!(solved(&ledger, 0), 1000);
        assert_eq!(
            ledger
                .ripened(Timestamp::default(), Timestamp::default().plus_days(3))
                .collect::<Vec<_>>(),
            [2]
        );
        assert!(solved(&ledger, 3) > 1000);
        ledger.add(&Contribution {
            amount: -600,
            ..ripe
        });
        ledger.add(&contribution(When::Day(Day(0)), -1000));
        assert!(ledger.evidence(2, "a").is_empty());
        assert_eq!(ledger.ripened(Timestamp::MIN, Timestamp::MAX).count(), 0);
    }
}
