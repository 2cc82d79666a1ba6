//! Statements about articles: the amounts of evidence and the learned terms, with the people behind them, and the keys of
//! their rows.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::{Segment, Signal};
use crate::store::codec::{Key, KeyReader, hash64};
use crate::time::{Day, Timestamp};

/// One amount of evidence from one source (a session, a vote, a case). The ledger is the sum of all contributions;
/// when a source changes, its old contributions are subtracted and its new ones added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Contribution {
    pub article: u32,
    pub version: u32,
    pub segment: Segment,
    pub signal: Signal,
    pub when: When,
    pub side: Side,
    /// In thousandths.
    pub amount: i64,
}

/// The part of the evidence that an amount belongs to, by the person behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Side {
    /// The newest statement of a voice, up to one unit.
    Voice = 0,
    /// Of nobody: the sum of the crowd weighs less the larger it is.
    Crowd = 1,
}

impl Side {
    const ALL: [Side; 2] = [Side::Voice, Side::Crowd];
}

/// A contribution with the person or visit behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The hash of a [`SourceId`]; `None` if nobody is named.
    pub voice: Option<u64>,
    /// The amount that it adds; its side is not yet decided.
    pub what: Contribution,
}

/// The time from which an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum When {
    /// Counts at once and ages from this day.
    Day(Day),
    /// Counts from this instant on, unless a later event withdraws it; ages from the day of the instant.
    From(Timestamp),
}

impl When {
    /// Returns the day from which an amount ages.
    pub fn day(self) -> Day {
        match self {
            When::Day(day) => day,
            When::From(at) => at.day(),
        }
    }
}

/// A learned term from one source: a word of a need that led to an article.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LearnedTerm {
    pub article: u32,
    pub term: String,
    /// Hash of the customer who had the need.
    pub party: u64,
    /// Hash of whoever says that the article met it: the actor or the event of a link, or the customer in a visit.
    pub teacher: u64,
    /// The instant from which it counts.
    pub from: Timestamp,
    /// In thousandths.
    pub amount: i64,
}

/// A person or thing that evidence comes from. The kind is part of the identity: ids of actors, customers, sessions,
/// cases and events come from different hands, and an equal id in another role is somebody else.
#[derive(Clone, Copy, Debug)]
pub enum SourceId<'a> {
    Actor(&'a str),
    Party(&'a str),
    Session(&'a str),
    Case(&'a str),
    Event(&'a str),
}

impl SourceId<'_> {
    /// The hash by which the tables know it.
    pub fn hash(self) -> u64 {
        let (kind, id) = match self {
            SourceId::Actor(id) => ("actor", id),
            SourceId::Party(id) => ("party", id),
            SourceId::Session(id) => ("session", id),
            SourceId::Case(id) => ("case", id),
            SourceId::Event(id) => ("event", id),
        };
        hash64(&format!("{kind}:{id}"))
    }
}

/// Decodes a key of `Ledger` or `Ripening`.
pub fn ledger_row(key: &[u8], ripens: bool, amount: i64) -> Result<Contribution> {
    let mut key = KeyReader(key);
    Ok(Contribution {
        article: key.u32()?,
        version: key.u32()?,
        segment: segment(key.u8()?)?,
        signal: signal(key.u8()?)?,
        when: if ripens {
            When::From(Timestamp::from_ms(key.i64()?)?)
        } else {
            When::Day(Day(key.i32()?))
        },
        side: side(key.u8()?)?,
        amount,
    })
}

fn segment(number: u8) -> Result<Segment> {
    let known = Segment::ALL.get(usize::from(number)).copied();
    known.ok_or_else(|| Error::corrupt("unknown segment"))
}

fn side(number: u8) -> Result<Side> {
    let known = Side::ALL.get(usize::from(number)).copied();
    known.ok_or_else(|| Error::corrupt("unknown side"))
}

fn signal(number: u8) -> Result<Signal> {
    let known = Signal::ALL.get(usize::from(number)).copied();
    known.ok_or_else(|| Error::corrupt("unknown signal"))
}

impl Contribution {
    /// Returns the key of its row, after true if the row is in `Ripening` and false if it is in `Ledger`.
    pub fn row(&self) -> (bool, Vec<u8>) {
        let key = Key::new()
            .u32(self.article)
            .u32(self.version)
            .u8(self.segment as u8)
            .u8(self.signal as u8);
        let (ripens, key) = match self.when {
            When::Day(day) => (false, key.i32(day.0)),
            When::From(at) => (true, key.i64(at.ms())),
        };
        (ripens, key.u8(self.side as u8).0)
    }

    /// The beginning of the keys of `Voices` for what one voice says about the article by this signal.
    pub fn voice_key(&self, voice: u64) -> Key {
        Key::new()
            .u32(self.article)
            .u8(self.signal as u8)
            .u64(voice)
    }

    /// The key of its row in `Voices`. Rows of a voice stand newest first, so that its head is the first row.
    pub fn voice_row(&self, voice: u64) -> Vec<u8> {
        let (ripens, at) = match self.when {
            When::Day(day) => (0, i64::from(day.0)),
            When::From(at) => (1, at.ms()),
        };
        self.voice_key(voice)
            .i32(!self.when.day().0)
            .u8(ripens)
            .i64(!at)
            .u32(!self.version)
            .u8(self.segment as u8)
            .0
    }

    /// Decodes a row of `Voices`.
    pub fn read_voice(key: &[u8], amount: i64) -> Result<Contribution> {
        let mut key = KeyReader(key);
        let (article, number) = (key.u32()?, key.u8()?);
        key.u64()?;
        key.i32()?;
        let (ripens, at) = (key.u8()? != 0, !key.i64()?);
        let day = i32::try_from(at);
        Ok(Contribution {
            article,
            signal: signal(number)?,
            version: !key.u32()?,
            segment: segment(key.u8()?)?,
            when: match (ripens, day) {
                (false, Ok(day)) => When::Day(Day(day)),
                _ => When::From(Timestamp::from_ms(at)?),
            },
            side: Side::Voice,
            amount,
        })
    }
}

impl LearnedTerm {
    /// Encodes the key of its row in `Learned`.
    pub fn row(&self) -> Vec<u8> {
        Key::new()
            .text(&self.term)
            .u32(self.article)
            .u64(self.party)
            .u64(self.teacher)
            .i64(self.from.ms())
            .0
    }

    /// Decodes a row of `Learned`.
    pub fn read(key: &[u8], amount: i64) -> Result<LearnedTerm> {
        let mut key = KeyReader(key);
        Ok(LearnedTerm {
            term: key.text()?.to_owned(),
            article: key.u32()?,
            party: key.u64()?,
            teacher: key.u64()?,
            from: Timestamp::from_ms(key.i64()?)?,
            amount,
        })
    }
}
