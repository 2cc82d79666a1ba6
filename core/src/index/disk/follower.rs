//! The follower: keeps the index on disk up to date with the store.
//!
//! It takes documents after the store has made them durable, writes them as one more segment, merges small segments
//! and those with many deletions, and replaces the manifest atomically. All of it runs in the caller's thread:
//! tantivy's single-segment writer and its merge function spawn none, whereas `IndexWriter` spawns at least two and
//! is unusable after a failure. The caller or the store names the deleted documents. Deletions are not written; they
//! take effect on disk when a segment is rewritten.
//!
//! A damaged, foreign or newer index is no error: it is removed and built again.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::directory::PackDirectory;
use super::folder::{Folder, Manifest};
use super::segment::{DiskSegment, SegmentBuilder};
use crate::error::{Error, ErrorCode, Result};
use crate::index::cow_bitset::CowBitSet;
use crate::index::partition::{DocSource, IndexDoc, Space};
use crate::index::segment::Segment;

/// Bytes of a segment while it is written; a larger one is split. Source: the speed of tantivy's own writers was the
/// same from 100 MB up (design 5.9); peak memory is about twice this.
const BUDGET_BYTES: usize = 128 << 20;

/// A segment is rewritten if one in this many documents is deleted.
const DEAD_SHARE: u32 = 4;

/// A segment is merged with the smaller ones after it if it is less than this many times their sum. A factor of two
/// keeps O(log n) segments, and writes each document O(log n) times.
const GROWTH: u32 = 2;

/// Segments as the view of a base takes them.
type SegmentList = Vec<Arc<dyn Segment>>;

/// The index on disk, and its only writer.
#[derive(Debug)]
pub struct Follower {
    folder: Folder,
    epoch: AtomicU32,
    base_id: u64,
    budget_bytes: usize,
    /// The greatest size of a merged segment, in bytes.
    merge_bytes: u64,
    /// Apart from the state, which is locked while segments are written.
    seq: AtomicU64,
    /// The reason for which the index found at opening was rejected.
    begun_anew: Option<&'static str>,
    state: Mutex<FollowerState>,
}

#[derive(Debug)]
struct FollowerState {
    held: Vec<Held>,
    /// The next file number that was never used.
    next: u64,
}

/// A segment, its file, and its documents that are not known to be deleted.
#[derive(Clone, Debug)]
struct Held {
    /// `None` until it is written.
    pack: Option<(u64, u32)>,
    segment: Arc<DiskSegment>,
    alive: CowBitSet,
}

impl Held {
    fn new(segment: DiskSegment, pack: Option<(u64, u32)>) -> Held {
        Held {
            alive: CowBitSet::all(segment.columns().len()),
            segment: Arc::new(segment),
            pack,
        }
    }

    fn n_dead(&self) -> u32 {
        self.alive.len() - self.alive.count()
    }
}

impl Follower {
    /// Opens the index in a folder; returns it with its segments. An index that is missing, damaged, of another base
    /// or epoch, or ahead of the store is replaced by an empty one at sequence number 0; see [`Follower::seq`].
    ///
    /// Fails with `Io` or `DiskFull` if the folder cannot be read or written.
    pub fn open(
        dir: &Path,
        epoch: u32,
        base_id: u64,
        store_seq: u64,
    ) -> Result<(Follower, Vec<Arc<dyn Segment>>)> {
        let folder = Folder::open(dir)?;
        let found = find(&folder, dir, epoch, base_id, store_seq)?;
        let begun_anew = found.as_ref().err().copied();
        let (seq, held) = found.unwrap_or_default();
        // Numbers of existing files are not used again, even if the files are about to be removed.
        let next = folder.packs()?.last().map_or(0, |last| last + 1);
        let follower = Follower {
            folder,
            epoch: AtomicU32::new(epoch),
            base_id,
            budget_bytes: BUDGET_BYTES,
            merge_bytes: u64::MAX,
            seq: AtomicU64::new(seq),
            begun_anew,
            state: Mutex::new(FollowerState { held, next }),
        };
        let state = follower.lock();
        // A new folder has nothing to replace.
        if begun_anew.is_some() && !follower.folder.is_empty()? {
            follower
                .folder
                .set_manifest(&follower.manifest(0, &state.held))?;
        }
        follower.folder.keep_only(&numbers(&state.held))?;
        let segments = segments(&state.held);
        drop(state);
        Ok((follower, segments))
    }

    /// Reads the segments of an index without changing its folder: of one that cannot be used, none, and the reason.
    /// A base that is open read-only then indexes its documents in memory.
    pub fn read(
        dir: &Path,
        epoch: u32,
        base_id: u64,
        store_seq: u64,
    ) -> Result<(SegmentList, Option<&'static str>)> {
        match find(&Folder::at(dir), dir, epoch, base_id, store_seq)? {
            Ok((_, held)) => Ok((segments(&held), None)),
            Err(why) => Ok((Vec::new(), Some(why))),
        }
    }

    /// Sets the budget for a segment while it is written, in bytes; default 128 MiB.
    #[cfg(test)]
    pub fn with_budget(mut self, bytes: usize) -> Follower {
        self.budget_bytes = bytes;
        self
    }

    /// Bounds a segment in the making, and the result of a merge, in bytes, since both take memory beside the segments
    /// that are held. Smaller merges leave more segments.
    pub fn with_segment_bytes(mut self, bytes: u64) -> Follower {
        self.budget_bytes = BUDGET_BYTES.min(bytes as usize);
        self.merge_bytes = bytes;
        self
    }

    /// The version of analysis and field weights, on which index and base must agree.
    pub fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Starts again with an empty index of another epoch, since the old index was analyzed and weighted otherwise.
    pub fn restart(&self, epoch: u32) -> Result<()> {
        self.epoch.store(epoch, Ordering::Release);
        self.clear()
    }

    /// The reason for which the index found at opening was replaced by an empty one; `None` if it was used.
    pub fn begun_anew(&self) -> Option<&'static str> {
        self.begun_anew
    }

    /// Bytes of the index in a folder that is not opened; 0 if there is none.
    pub fn bytes_in(dir: &Path) -> Result<u64> {
        Folder::at(dir).bytes()
    }

    /// Bytes of its files.
    pub fn bytes(&self) -> Result<u64> {
        self.folder.bytes()
    }

    /// The sequence number of the last change of the store that is on disk.
    pub fn seq(&self) -> u64 {
        self.seq.load(Ordering::Acquire)
    }

    /// Compares all documents with the source's current stamps and marks the others as deleted, as after opening.
    pub fn learn_dead(&self, source: &dyn DocSource) {
        let mut state = self.lock();
        for held in &mut state.held {
            let columns = held.segment.columns();
            for doc in 0..columns.len() {
                let (Some(&part), Some(&ordinal), Some(&stamp)) = (
                    columns.part.get(doc as usize),
                    columns.ordinal.get(doc as usize),
                    columns.stamp.get(doc as usize),
                ) else {
                    continue;
                };
                let key = held.segment.parts().get(usize::from(part));
                let now = key.and_then(|key| source.stamps(key.space).get(ordinal as usize));
                if now != Some(&stamp) {
                    held.alive.remove(doc);
                }
            }
        }
    }

    /// Starts again with an empty index, as when the store no longer knows the text of a deleted document.
    pub fn clear(&self) -> Result<()> {
        let mut state = self.lock();
        self.folder.set_manifest(&self.manifest(0, &[]))?;
        state.held.clear();
        self.seq.store(0, Ordering::Release);
        self.folder.keep_only(&[])
    }

    /// The articles and cases whose current rendition is in none of the segments, ascending.
    pub fn missing(segments: &[Arc<dyn Segment>], source: &dyn DocSource) -> Vec<(Space, u32)> {
        let mut missing = Vec::new();
        for space in [Space::Article, Space::Case] {
            let stamps = source.stamps(space);
            let mut found = CowBitSet::none(stamps.len() as u32);
            for segment in segments {
                let columns = segment.columns();
                let docs = columns
                    .ordinal
                    .iter()
                    .zip(&columns.stamp)
                    .zip(&columns.part);
                for ((&ordinal, stamp), &part) in docs {
                    let key = segment.parts().get(usize::from(part));
                    if key.is_some_and(|key| key.space == space)
                        && stamps.get(ordinal as usize) == Some(stamp)
                    {
                        found.insert(ordinal);
                    }
                }
            }
            let wanted = stamps.iter().enumerate().filter(|(_, stamp)| **stamp != 0);
            missing.extend(
                wanted
                    .map(|(ordinal, _)| ordinal as u32)
                    .filter(|&ordinal| !found.has(ordinal))
                    .map(|ordinal| (space, ordinal)),
            );
        }
        missing
    }

    /// Writes documents, marks renditions (space, ordinal, stamp) as deleted, merges segments where it pays, and
    /// covers the store up to `seq`. Returns all segments; unchanged ones are the same `Arc`s.
    ///
    /// Documents that are already on disk are skipped. The call takes effect as a whole or not at all: after a
    /// failure (`Io`, `DiskFull`, `IndexFailed`, or one of the iterator's own) the segments are unchanged, and a
    /// later call may succeed.
    pub fn append(
        &self,
        docs: impl Iterator<Item = Result<IndexDoc>>,
        dead: &[(Space, u32, u32)],
        seq: u64,
    ) -> Result<Vec<Arc<dyn Segment>>> {
        let mut state = self.lock();
        for held in &mut state.held {
            mark_dead(held, dead);
        }
        let mut held = state.held.clone();
        self.build(docs, &mut held)?;
        rewrite_dead(&mut held)?;
        merge_small(&mut held, self.merge_bytes)?;

        let same = numbers(&held) == numbers(&state.held) && held.iter().all(|h| h.pack.is_some());
        if !same || seq != self.seq() {
            if let Err(error) = self.write_packs(&mut held, &mut state.next) {
                // This frees the space of the failed write; if it fails too, the next success frees it.
                let _ = self.folder.keep_only(&numbers(&state.held));
                return Err(error);
            }
            // If this fails, either manifest may be in effect, so the files of both stay until a later write
            // succeeds. Numbers already used are not used again.
            self.folder.set_manifest(&self.manifest(seq, &held))?;
            state.held = held;
            self.seq.store(seq, Ordering::Release);
        }
        // A file that cannot be removed now is removed later.
        let _ = self.folder.keep_only(&numbers(&state.held));
        Ok(segments(&state.held))
    }

    fn build(
        &self,
        docs: impl Iterator<Item = Result<IndexDoc>>,
        held: &mut Vec<Held>,
    ) -> Result<()> {
        let n_old = held.len();
        let mut seen = BTreeSet::new();
        let mut builder: Option<SegmentBuilder> = None;
        for doc in docs {
            let doc = doc?;
            let known = held
                .iter()
                .take(n_old)
                .any(|held| held.segment.holds(doc.part, doc.ordinal, doc.stamp));
            if known || !seen.insert((doc.part, doc.ordinal, doc.stamp)) {
                continue;
            }
            let mut open = match builder.take() {
                Some(open) => open,
                None => SegmentBuilder::new(self.budget_bytes)?,
            };
            open.add(&doc)?;
            if open.n_bytes() > self.budget_bytes {
                held.push(Held::new(open.finish()?, None));
            } else {
                builder = Some(open);
            }
        }
        if let Some(open) = builder.filter(|open| open.n_docs() > 0) {
            held.push(Held::new(open.finish()?, None));
        }
        Ok(())
    }

    fn write_packs(&self, held: &mut [Held], next: &mut u64) -> Result<()> {
        for held in held.iter_mut().filter(|held| held.pack.is_none()) {
            let number = *next;
            *next += 1;
            let (header, header_crc, contents) = held.segment.files().pack();
            let mut pieces: Vec<&[u8]> = vec![&header];
            pieces.extend(contents.iter().map(|bytes| bytes.as_slice()));
            self.folder.write_pack(number, &pieces)?;
            held.pack = Some((number, header_crc));
        }
        Ok(())
    }

    fn manifest(&self, seq: u64, held: &[Held]) -> Manifest {
        Manifest {
            epoch: self.epoch.load(Ordering::Acquire),
            base_id: self.base_id,
            seq,
            packs: held.iter().filter_map(|held| held.pack).collect(),
        }
    }

    /// The state is only replaced as a whole, so it is consistent after a panic of another thread.
    fn lock(&self) -> MutexGuard<'_, FollowerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the index in a folder: the end of the log that it covers and its segments, or the reason it cannot be used.
fn find(
    folder: &Folder,
    dir: &Path,
    epoch: u32,
    base_id: u64,
    store_seq: u64,
) -> Result<Result<(u64, Vec<Held>), &'static str>> {
    Ok(match folder.manifest()? {
        None => Err("its manifest is missing or damaged"),
        // A store without a record beside documents of the index is not the store that they came from. A base
        // that lost its store must not open as an empty one.
        Some(m) if store_seq == 0 && !m.packs.is_empty() => {
            return Err(Error::corrupt(format!(
                "{}: the text index covers {} records, but the store has none; restore the store from a backup",
                dir.display(),
                m.seq
            )));
        }
        Some(m) if m.epoch != epoch => {
            Err("the analysis of texts or the weights of fields changed since")
        }
        Some(m) if m.base_id != base_id => Err("it belongs to another base"),
        Some(m) if m.seq > store_seq => Err("it is ahead of the store"),
        Some(manifest) => match read_packs(folder, &manifest)? {
            Some(held) => Ok((manifest.seq, held)),
            None => Err("a file of it is missing or damaged"),
        },
    })
}

/// Reads the segments that the manifest names; `None` if any is missing or damaged.
fn read_packs(folder: &Folder, manifest: &Manifest) -> Result<Option<Vec<Held>>> {
    let mut held = Vec::with_capacity(manifest.packs.len());
    for &(number, crc) in &manifest.packs {
        let Some(bytes) = folder.pack(number)? else {
            return Ok(None);
        };
        // The manifest repeats the header's checksum, so an older pack of the same number is rejected.
        let Some((files, _)) = PackDirectory::unpack(bytes).filter(|(_, found)| *found == crc)
        else {
            return Ok(None);
        };
        match DiskSegment::open(files) {
            Ok(segment) => held.push(Held::new(segment, Some((number, crc)))),
            Err(error) if error.code() == ErrorCode::IndexFailed => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(held))
}

fn mark_dead(held: &mut Held, dead: &[(Space, u32, u32)]) {
    let columns = held.segment.columns();
    for &(space, ordinal, stamp) in dead {
        for doc in columns.of_ordinal(ordinal) {
            let key = columns
                .part
                .get(doc as usize)
                .and_then(|&part| held.segment.parts().get(usize::from(part)));
            if columns.stamp.get(doc as usize) == Some(&stamp)
                && key.is_some_and(|key| key.space == space)
            {
                held.alive.remove(doc);
            }
        }
    }
}

/// Drops segments without live documents, and rewrites those with too many deletions.
fn rewrite_dead(held: &mut Vec<Held>) -> Result<()> {
    held.retain(|held| !held.alive.is_empty());
    for held in held.iter_mut() {
        let worthwhile = held.n_dead() >= held.alive.len().div_ceil(DEAD_SHARE);
        if held.n_dead() > 0 && worthwhile {
            let merged = DiskSegment::merge(&[(&held.segment, &held.alive)])?;
            *held = Held::new(merged, None);
        }
    }
    Ok(())
}

/// Merges from the end while a segment is not much larger than all after it, and their sum is within the bound.
fn merge_small(held: &mut Vec<Held>, merge_bytes: u64) -> Result<()> {
    held.sort_by_key(|held| std::cmp::Reverse(held.alive.count()));
    let mut n_docs = 0u32;
    let mut n_bytes = 0u64;
    let mut n_run = 0;
    for (i, held) in held.iter().rev().enumerate() {
        let is_much_larger = held.alive.count() >= n_docs.saturating_mul(GROWTH);
        n_bytes = n_bytes.saturating_add(held.segment.bytes());
        if i > 0 && (is_much_larger || n_bytes > merge_bytes) {
            break;
        }
        n_docs = n_docs.saturating_add(held.alive.count());
        n_run = i + 1;
    }
    if n_run < 2 {
        return Ok(());
    }
    let run = held.split_off(held.len() - n_run);
    let inputs: Vec<(&DiskSegment, &CowBitSet)> = run
        .iter()
        .map(|held| (&*held.segment, &held.alive))
        .collect();
    let merged = DiskSegment::merge(&inputs)?;
    held.push(Held::new(merged, None));
    Ok(())
}

fn segments(held: &[Held]) -> Vec<Arc<dyn Segment>> {
    held.iter()
        .map(|held| held.segment.clone() as Arc<dyn Segment>)
        .collect()
}

fn numbers(held: &[Held]) -> Vec<u64> {
    held.iter()
        .filter_map(|held| held.pack.map(|pack| pack.0))
        .collect()
}
