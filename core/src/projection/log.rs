//! The log: numbered records of events, each with the instant it was recorded at.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::model::{Event, EventKind};
use crate::settings::MAX_AHEAD_MS;
use crate::store::backend::Table;
use crate::store::blobs;
use crate::store::codec::{self, Hash, Key, KeyReader};
use crate::store::txn::{Reader, Txn};
use crate::time::Timestamp;

/// The head of the log and the counters that grow with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Sequence number of the last record; 0 for an empty log.
    pub seq: u64,
    /// Instant of the last record.
    pub arrived: Timestamp,
    /// Number of articles; the next ordinal of an article.
    pub articles: u32,
    /// Number of cases; the next ordinal of a case.
    pub cases: u32,
}

/// A log record.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRecord {
    /// Sequence number.
    pub seq: u64,
    /// Instant it was recorded at.
    pub arrived: Timestamp,
    /// The event.
    pub event: Event,
}

/// The body of a record: the event as JSON without its long texts, and the hash of these.
#[derive(Serialize, Deserialize)]
struct Stored {
    arrived: Timestamp,
    text: Option<Hash>,
    event: Vec<u8>,
}

const HEAD: &[u8] = b"head";

/// Reads the head of the log.
pub fn head(reader: &(impl Reader + ?Sized)) -> Result<Head> {
    Ok(reader.record(Table::Meta, HEAD)?.unwrap_or_default())
}

/// Writes the head of the log.
pub fn set_head(txn: &mut Txn<'_>, head: &Head) -> Result<()> {
    txn.put(Table::Meta, HEAD.to_vec(), head)
}

/// Returns the sequence number of an event id, if it is recorded.
pub fn seq_of(reader: &(impl Reader + ?Sized), id: &str) -> Result<Option<u64>> {
    let Some(bytes) = reader.bytes(Table::Events, &codec::hash(id.as_bytes()))? else {
        return Ok(None);
    };
    KeyReader(&bytes).u64().map(Some)
}

/// Returns the instant at which a record arrives that the clock puts at `now`.
///
/// A clock that is at most a day behind the last record is set back by as much as clocks are: the record arrives with
/// the last one. If it is further behind, one of the two is wrong. A clock before the first record is wrong itself.
/// Otherwise the clock of the last record ran ahead, and this record arrives at `now`, so that the error ends here;
/// see [`known_at`].
pub fn arrival(reader: &(impl Reader + ?Sized), head: &Head, now: Timestamp) -> Result<Timestamp> {
    if now >= head.arrived || !ran_ahead(head, now) || now < stored(reader, 1)?.arrived {
        return Ok(now.max(head.arrived));
    }
    Ok(now)
}

/// Returns true if the last record arrived more than a day ahead of the clock.
pub fn ran_ahead(head: &Head, now: Timestamp) -> bool {
    head.arrived > now.plus_ms(MAX_AHEAD_MS)
}

/// Returns for each record, from the first, the instant from which it is known: the least arrival of it and of the
/// records after it. A record whose clock ran ahead was known at the latest when the next one arrived.
///
/// Cost: one row of the log for each record, without its texts.
pub fn known_at(reader: &(impl Reader + ?Sized), last: u64) -> Result<Vec<Timestamp>> {
    let mut known = (1..=last)
        .map(|seq| stored(reader, seq).map(|record| record.arrived))
        .collect::<Result<Vec<_>>>()?;
    let mut least = Timestamp::MAX;
    for arrived in known.iter_mut().rev() {
        least = least.min(*arrived);
        *arrived = least;
    }
    Ok(known)
}

fn stored(reader: &(impl Reader + ?Sized), seq: u64) -> Result<Stored> {
    reader.required(Table::Log, &Key::new().u64(seq).0)
}

/// Appends a record with the sequence number `seq`.
pub fn append(txn: &mut Txn<'_>, seq: u64, arrived: Timestamp, event: &Event) -> Result<()> {
    let mut stripped = event.clone();
    let text = detach_texts(&mut stripped)
        .map(|list| blobs::put(txn, &list))
        .transpose()?;
    let json = crate::codec::value::text(&stripped)
        .map_err(|e| Error::with_source(ErrorCode::Internal, "an event cannot be written", e))?;
    txn.put(
        Table::Log,
        Key::new().u64(seq).0,
        &Stored {
            arrived,
            text,
            event: json,
        },
    )?;
    txn.put_bytes(
        Table::Events,
        codec::hash(event.id.as_bytes()).to_vec(),
        Key::new().u64(seq).0,
    );
    Ok(())
}

/// Calls `visit` with each record from `from` on, until it returns false.
pub fn each(
    reader: &(impl Reader + ?Sized),
    from: u64,
    visit: &mut dyn FnMut(LogRecord) -> Result<bool>,
) -> Result<()> {
    let last = head(reader)?.seq;
    for seq in from.max(1)..=last {
        if !visit(get(reader, seq)?)? {
            break;
        }
    }
    Ok(())
}

/// Reads one record.
pub fn get(reader: &(impl Reader + ?Sized), seq: u64) -> Result<LogRecord> {
    let stored = stored(reader, seq)?;
    let mut event: Event = codec::json(&stored.event, &format_args!("log record {seq}"))?;
    if let Some(hash) = stored.text {
        attach_texts(&mut event, blobs::get(reader, &hash)?);
    }
    Ok(LogRecord {
        seq,
        arrived: stored.arrived,
        event,
    })
}

/// Moves the long texts out of an event, so that its log record can refer to them by hash.
fn detach_texts(event: &mut Event) -> Option<Vec<String>> {
    match &mut event.what {
        EventKind::Put { article, .. } => Some(
            article
                .sections
                .iter_mut()
                .map(|s| std::mem::take(&mut s.text))
                .collect(),
        ),
        EventKind::CaseOpened { case } => Some(
            case.entries
                .iter_mut()
                .map(|e| std::mem::take(&mut e.text))
                .collect(),
        ),
        EventKind::CaseNoted { entry } => Some(vec![std::mem::take(&mut entry.text)]),
        _ => None,
    }
}

/// Moves the texts back into the event.
fn attach_texts(event: &mut Event, texts: Vec<String>) {
    match &mut event.what {
        EventKind::Put { article, .. } => {
            for (section, text) in article.sections.iter_mut().zip(texts) {
                section.text = text;
            }
        }
        EventKind::CaseOpened { case } => {
            for (entry, text) in case.entries.iter_mut().zip(texts) {
                entry.text = text;
            }
        }
        EventKind::CaseNoted { entry } => {
            if let Some(text) = texts.into_iter().next() {
                entry.text = text;
            }
        }
        _ => {}
    }
}
