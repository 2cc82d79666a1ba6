//! An immutable view of the index: segments, each with its live documents.
//!
//! A write makes a new view that shares most of the old one, and a reader keeps the view it holds. Segments in memory
//! are merged geometrically, so there are O(log n) of them. If the source no longer knows the terms of a deleted
//! document, the deletion fails, since statistics would be wrong from then on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cow_bitset::Alive;
use super::deleted_counts::TermCounts;
use super::memory::MemSegment;
use super::partition::{DocSource, IndexDoc, PartKey, Space};
use super::postings::DocId;
use super::segment::Segment;
use super::stats::Stats;
use super::tokens;
use super::validity::{OutOfWindow, Timeline, ValidityCache, Windows};
use crate::error::{Error, ErrorCode, Result};
use crate::model::audience::Class;
use crate::time::Timestamp;

/// All segments at one moment. Cheap to clone.
#[derive(Clone, Default)]
pub struct IndexView {
    /// Segments on disk first, in their order; then those in memory, the oldest and largest first.
    segments: Vec<Arc<SegmentView>>,
    /// The greatest size of a segment in memory that a merge makes, in bytes; `None` for any size.
    merge_bytes: Option<u64>,
}

/// One segment and its deletions.
#[derive(Clone)]
pub struct SegmentView {
    segment: Arc<dyn Segment>,
    mem: Option<Arc<MemSegment>>,
    alive: Alive,
    dead: TermCounts,
    /// By partition: the live documents, whatever their windows.
    live: Vec<Stats>,
    timeline: Arc<Timeline>,
    /// The cache of validity, shared by views with the same live windowed documents.
    memory: Arc<ValidityCache>,
}

impl SegmentView {
    /// Opens a segment. A document is live if its stamp is the source's current one. Fails with `IndexFailed` if the
    /// source does not know the terms of a deleted document.
    pub fn open(segment: Arc<dyn Segment>, source: &dyn DocSource) -> Result<SegmentView> {
        let mut view = SegmentView::whole(segment, None);
        let stale: Vec<DocId> = (0..view.segment.columns().len())
            .filter(|&doc| !view.is_current(doc, source))
            .collect();
        view.kill(&stale, Some(source))?;
        Ok(view)
    }

    /// A segment in memory with every document live.
    fn fresh(mem: MemSegment) -> SegmentView {
        let mem = Arc::new(mem);
        SegmentView::whole(mem.clone(), Some(mem))
    }

    fn whole(segment: Arc<dyn Segment>, mem: Option<Arc<MemSegment>>) -> SegmentView {
        let columns = segment.columns();
        let mut live = vec![Stats::default(); segment.parts().len()];
        for (&part, &length) in columns.part.iter().zip(&columns.length) {
            if let Some(sum) = live.get_mut(usize::from(part)) {
                sum.add_doc(length);
            }
        }
        SegmentView {
            alive: Alive::all(columns.len()),
            dead: TermCounts::default(),
            live,
            timeline: Arc::new(Timeline::of(columns)),
            memory: Arc::default(),
            mem,
            segment,
        }
    }

    /// The segment.
    pub fn segment(&self) -> &Arc<dyn Segment> {
        &self.segment
    }

    /// Its live documents.
    pub fn alive(&self) -> &Alive {
        &self.alive
    }

    /// Returns true if it exists in memory only.
    pub fn is_fresh(&self) -> bool {
        self.mem.is_some()
    }

    /// The live documents of a partition, whatever their windows.
    pub fn live(&self, part: usize) -> Stats {
        self.live.get(part).copied().unwrap_or_default()
    }

    /// The partition of a document.
    pub fn part_of(&self, doc: DocId) -> Option<(u16, PartKey)> {
        let part = *self.segment.columns().part.get(doc as usize)?;
        Some((part, *self.segment.parts().get(usize::from(part))?))
    }

    /// The live documents outside their window at `now`; `None` if the segment has no windows.
    pub fn out_of_window(&self, now: Timestamp) -> Option<Arc<OutOfWindow>> {
        self.windows().out_of_window(now)
    }

    /// Document frequency: live documents of the partition with the term, inside their window.
    pub fn doc_freq(&self, part: usize, term: &str, out_of_window: Option<&OutOfWindow>) -> u64 {
        let all = u64::from(self.segment.doc_freq(part, term));
        let part = part as u16;
        if all == 0 {
            return 0;
        }
        let closed = out_of_window.map_or(0, |out_of_window| {
            self.windows().count(out_of_window, part, term)
        });
        all.saturating_sub(self.dead.get(part, term))
            .saturating_sub(u64::from(closed))
    }

    fn windows(&self) -> Windows<'_> {
        Windows {
            segment: &*self.segment,
            alive: &self.alive,
            timeline: &self.timeline,
            memory: &self.memory,
        }
    }

    fn is_current(&self, doc: DocId, source: &dyn DocSource) -> bool {
        let columns = self.segment.columns();
        let (Some((_, key)), Some(&ordinal), Some(&stamp)) = (
            self.part_of(doc),
            columns.ordinal.get(doc as usize),
            columns.stamp.get(doc as usize),
        ) else {
            return false;
        };
        stamp != 0 && source.stamps(key.space).get(ordinal as usize) == Some(&stamp)
    }

    /// The live documents of one article or case.
    fn living(&self, space: Space, ordinal: u32) -> impl Iterator<Item = DocId> + '_ {
        self.segment
            .columns()
            .of_ordinal(ordinal)
            .filter(move |&doc| {
                self.alive.has(doc) && self.part_of(doc).is_some_and(|(_, k)| k.space == space)
            })
    }

    /// Marks documents deleted and counts their terms. On failure nothing changes.
    fn kill(&mut self, docs: &[DocId], source: Option<&dyn DocSource>) -> Result<()> {
        let mut entries = Vec::new();
        for &doc in docs {
            if self.alive.has(doc) {
                self.count_terms(doc, source, &mut entries)?;
            }
        }
        let columns = self.segment.columns();
        for &doc in docs {
            if !self.alive.remove(doc) {
                continue;
            }
            let part = columns.part.get(doc as usize);
            let sum = part.and_then(|&part| self.live.get_mut(usize::from(part)));
            if let (Some(sum), Some(&length)) = (sum, columns.length.get(doc as usize)) {
                sum.remove_doc(length);
            }
            if columns
                .windows
                .binary_search_by_key(&doc, |entry| entry.0)
                .is_ok()
            {
                self.memory = Arc::default();
            }
        }
        self.dead.add_layer(entries);
        Ok(())
    }

    fn count_terms(
        &self,
        doc: DocId,
        source: Option<&dyn DocSource>,
        entries: &mut Vec<(u16, Arc<str>, u32)>,
    ) -> Result<()> {
        let columns = self.segment.columns();
        let (Some((part, key)), Some(&ordinal), Some(&stamp), Some(&length)) = (
            self.part_of(doc),
            columns.ordinal.get(doc as usize),
            columns.stamp.get(doc as usize),
            columns.length.get(doc as usize),
        ) else {
            return Err(Error::internal(format!("no document {doc} in the index")));
        };
        if let Some(mem) = &self.mem {
            entries.extend(mem.terms_of(doc).map(|term| (part, term.clone(), 1)));
            return Ok(());
        }
        let rendition = match source {
            Some(source) => source.rendition(key.space, ordinal, stamp)?,
            None => Vec::new(),
        };
        let said = rendition.iter().find(|said| said.part == key);
        let Some(said) = said.filter(|said| tokens::length(said) == length) else {
            return Err(Error::new(
                ErrorCode::IndexFailed,
                format!(
                    "index: {:?} {ordinal} was indexed as rendition {stamp}, which the store does not hold in that form; rebuild the index",
                    key.space
                ),
            ));
        };
        let terms = tokens::weighted_terms(said);
        entries.extend(
            terms
                .iter()
                .map(|(term, _)| (part, Arc::<str>::from(*term), 1)),
        );
        Ok(())
    }
}

impl IndexView {
    /// Makes the view of these segments on disk.
    pub fn open(disk: &[Arc<dyn Segment>], source: &dyn DocSource) -> Result<IndexView> {
        IndexView::default().with_disk(disk, source)
    }

    /// Makes the view of one segment that never changes and whose documents are all live.
    pub fn frozen(segment: Arc<dyn Segment>) -> IndexView {
        IndexView {
            segments: vec![Arc::new(SegmentView::whole(segment, None))],
            merge_bytes: None,
        }
    }

    /// Bounds the segments in memory that merges make, in bytes, since a merge needs the memory of its result beside its
    /// inputs. `None` for any size; then the number of segments grows with the logarithm of the documents.
    pub fn with_merge_bytes(mut self, bytes: Option<u64>) -> IndexView {
        self.merge_bytes = bytes;
        self
    }

    /// Makes the view of other segments, under the same bound.
    fn with(&self, segments: Vec<Arc<SegmentView>>) -> IndexView {
        IndexView {
            segments,
            merge_bytes: self.merge_bytes,
        }
    }

    /// The bound of [`IndexView::with_merge_bytes`].
    pub fn merge_bytes(&self) -> Option<u64> {
        self.merge_bytes
    }

    /// The segments; a segment number of this view is an index into this list.
    pub fn segments(&self) -> &[Arc<SegmentView>] {
        &self.segments
    }

    /// Returns the view with more documents. Delete their earlier renditions first.
    pub fn add(&self, docs: &[IndexDoc]) -> Result<IndexView> {
        let mut segments = self.segments.clone();
        if docs.is_empty() {
            return Ok(self.with(segments));
        }
        let new = MemSegment::build(docs)?;
        let mut n_docs = new.columns().len();
        let mut n_bytes = new.bytes();
        let mut run = Vec::new();
        let is_within = |n_bytes: u64| self.merge_bytes.is_none_or(|most| n_bytes <= most);
        // Geometric sizes: a segment less than twice as large as all after it is merged with them.
        while let Some(last) = segments.pop() {
            match &last.mem {
                Some(mem)
                    if last.alive.count() < 2 * n_docs && is_within(n_bytes + mem.bytes()) =>
                {
                    n_docs += last.alive.count();
                    n_bytes += mem.bytes();
                    run.push((mem.clone(), last.alive.clone()));
                }
                _ => {
                    segments.push(last);
                    break;
                }
            }
        }
        run.reverse();
        let whole = Alive::all(new.columns().len());
        let merged = if run.is_empty() {
            new
        } else {
            let mut inputs: Vec<(&MemSegment, &Alive)> =
                run.iter().map(|(mem, alive)| (&**mem, alive)).collect();
            inputs.push((&new, &whole));
            MemSegment::merge(&inputs)?
        };
        segments.push(Arc::new(SegmentView::fresh(merged)));
        Ok(self.with(segments))
    }

    /// Returns the view without an article or case. Reads the rendition from the source if its segment is on disk.
    pub fn kill(&self, space: Space, ordinal: u32, source: &dyn DocSource) -> Result<IndexView> {
        let mut segments = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let docs: Vec<DocId> = segment.living(space, ordinal).collect();
            if docs.is_empty() {
                segments.push(segment.clone());
                continue;
            }
            let mut next = SegmentView::clone(segment);
            next.kill(&docs, Some(source))?;
            // Half of the segment is deleted, so copying the live half saves memory.
            if let Some(mem) = &next.mem
                && !next.alive.is_empty()
                && 2 * next.alive.count() <= next.alive.len()
            {
                let merged = MemSegment::merge(&[(mem, &next.alive)])?;
                segments.push(Arc::new(SegmentView::fresh(merged)));
                continue;
            }
            if next.mem.is_none() || !next.alive.is_empty() {
                segments.push(Arc::new(next));
            }
        }
        Ok(self.with(segments))
    }

    /// Returns the view with these segments on disk. Known ones keep their deletions, new ones are compared with the
    /// source, and documents that are now on disk leave memory.
    pub fn with_disk(
        &self,
        disk: &[Arc<dyn Segment>],
        source: &dyn DocSource,
    ) -> Result<IndexView> {
        let mut segments = Vec::with_capacity(disk.len() + 1);
        for segment in disk {
            let known = self
                .segments
                .iter()
                .find(|known| std::ptr::addr_eq(Arc::as_ptr(&known.segment), Arc::as_ptr(segment)));
            segments.push(match known {
                Some(known) => known.clone(),
                None => Arc::new(SegmentView::open(segment.clone(), source)?),
            });
        }
        let mut kept = Vec::new();
        let mut moved = false;
        for fresh in &self.segments {
            let Some(mem) = &fresh.mem else { continue };
            let mut alive = fresh.alive.clone();
            for doc in fresh.alive.iter() {
                if segments
                    .iter()
                    .any(|on_disk| on_disk.holds_same(fresh, doc))
                {
                    alive.remove(doc);
                }
            }
            moved |= alive.count() != fresh.alive.count();
            kept.push((mem.clone(), alive));
        }
        if moved {
            let inputs: Vec<(&MemSegment, &Alive)> =
                kept.iter().map(|(mem, alive)| (&**mem, alive)).collect();
            let rest = MemSegment::merge(&inputs)?;
            if !rest.columns().is_empty() {
                segments.push(Arc::new(SegmentView::fresh(rest)));
            }
        } else {
            segments.extend(self.segments.iter().filter(|s| s.is_fresh()).cloned());
        }
        Ok(self.with(segments))
    }

    /// Returns true if some segment holds this rendition, live.
    pub fn holds(&self, space: Space, ordinal: u32, stamp: u32) -> bool {
        self.live_stamps(space, ordinal).contains_key(&stamp)
    }

    /// The live stamps of an article or case, with the number of documents of each.
    pub fn live_stamps(&self, space: Space, ordinal: u32) -> BTreeMap<u32, usize> {
        let mut found = BTreeMap::new();
        for view in &self.segments {
            for doc in view.living(space, ordinal) {
                let stamp = view.segment.columns().stamp.get(doc as usize);
                *found.entry(stamp.copied().unwrap_or(0)).or_insert(0) += 1;
            }
        }
        found
    }

    /// The live renditions that exist in memory only, ascending, distinct: those a follower has yet to write.
    pub fn fresh(&self) -> Vec<(Space, u32, u32)> {
        let mut found: Vec<(Space, u32, u32)> = self
            .segments
            .iter()
            .filter(|view| view.is_fresh())
            .flat_map(|view| {
                view.alive.iter().filter_map(|doc| {
                    let columns = view.segment.columns();
                    Some((
                        view.part_of(doc)?.1.space,
                        *columns.ordinal.get(doc as usize)?,
                        *columns.stamp.get(doc as usize)?,
                    ))
                })
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Approximate bytes of memory: of segments in memory only, and of those read from files. Cost: a few additions
    /// for each segment.
    pub fn bytes(&self) -> (u64, u64) {
        let mut sums = (0, 0);
        for view in &self.segments {
            let sum = if view.is_fresh() {
                &mut sums.0
            } else {
                &mut sums.1
            };
            *sum += view.segment.bytes() + view.alive.bytes() + view.dead.bytes();
        }
        sums
    }

    /// Number of live documents that exist in memory only.
    pub fn n_fresh(&self) -> u64 {
        self.segments
            .iter()
            .filter(|view| view.is_fresh())
            .map(|view| u64::from(view.alive.count()))
            .sum()
    }

    /// Finds the rendition of an article or case that the class sees at `now`: segment and document.
    pub fn locate(
        &self,
        space: Space,
        class: Class,
        restricted_ok: bool,
        now: Timestamp,
        ordinal: u32,
    ) -> Option<(usize, DocId)> {
        self.segments.iter().enumerate().find_map(|(number, view)| {
            view.living(space, ordinal)
                .find(|&doc| {
                    view.part_of(doc).is_some_and(|(_, key)| {
                        key.read_by(space, class) && (restricted_ok || !key.restricted)
                    }) && view.segment.columns().window(doc).holds(now)
                })
                .map(|doc| (number, doc))
        })
    }
}

impl SegmentView {
    /// Returns true if this segment holds, live, the same rendition in the same partition as a document of another.
    fn holds_same(&self, other: &SegmentView, doc: DocId) -> bool {
        let theirs = other.segment.columns();
        let (Some((_, key)), Some(&ordinal), stamp) = (
            other.part_of(doc),
            theirs.ordinal.get(doc as usize),
            theirs.stamp.get(doc as usize),
        ) else {
            return false;
        };
        self.living(key.space, ordinal).any(|mine| {
            self.segment.columns().stamp.get(mine as usize) == stamp
                && self.part_of(mine).is_some_and(|(_, k)| k == key)
        })
    }
}
