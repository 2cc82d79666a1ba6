//! Live statistics: the documents that a class sees at an instant, as integers.
//!
//! The statistics are sums over the unrestricted partitions whose signature contains the class, of documents that are
//! the current rendition of their article and inside their window. They are exact, whatever the division into
//! segments, and after any deletion, merge or change of a window. Restricted partitions are read, and add nothing.

use std::sync::Arc;

use super::partition::{PartKey, Space};
use super::postings::DocId;
use super::stats::Stats;
use super::validity::OutOfWindow;
use super::view::IndexView;
use crate::model::audience::Class;
use crate::text::Lang;
use crate::time::Timestamp;

/// A reader: the space, the class and the instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadScope {
    /// Articles or cases.
    pub space: Space,
    /// The reader's class.
    pub class: Class,
    /// The instant.
    pub now: Timestamp,
}

/// A partition that the class reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadPart {
    /// Index into [`IndexView::segments`].
    pub segment: usize,
    /// Index into the segment's partitions.
    pub part: usize,
    /// Its key.
    pub key: PartKey,
}

impl ReadPart {
    /// Returns true if an entitlement is required; such a partition adds nothing to statistics.
    pub fn restricted(&self) -> bool {
        self.key.restricted
    }
}

/// A view as one class sees it at one instant, made once for a query, with its sums computed.
pub struct Scope<'v> {
    view: &'v IndexView,
    read: ReadScope,
    parts: Vec<ReadPart>,
    out_of_window: Vec<Option<Arc<OutOfWindow>>>,
    stats: Stats,
}

impl IndexView {
    /// Returns the scope of a reader. Cost: the partitions of the view, and the documents whose windows opened or
    /// closed since the last call.
    pub fn scope(&self, read: ReadScope) -> Scope<'_> {
        let mut scope = Scope {
            view: self,
            read,
            parts: Vec::new(),
            out_of_window: Vec::with_capacity(self.segments().len()),
            stats: Stats::default(),
        };
        for (number, segment) in self.segments().iter().enumerate() {
            let out_of_window = segment.out_of_window(read.now);
            for (part, &key) in segment.segment().parts().iter().enumerate() {
                if !key.read_by(read.space, read.class) {
                    continue;
                }
                scope.parts.push(ReadPart {
                    segment: number,
                    part,
                    key,
                });
                if !key.restricted {
                    let closed = out_of_window
                        .as_ref()
                        .map(|out_of_window| out_of_window.sum(part));
                    scope
                        .stats
                        .add(segment.live(part).without(closed.unwrap_or_default()));
                }
            }
            scope.out_of_window.push(out_of_window);
        }
        scope
    }

    /// Returns true if the class sees the document at `now`. The caller checks entitlements.
    pub fn visible(&self, segment: usize, doc: DocId, class: Class, now: Timestamp) -> bool {
        let Some(view) = self.segments().get(segment) else {
            return false;
        };
        let columns = view.segment().columns();
        view.alive().has(doc)
            && view
                .part_of(doc)
                .is_some_and(|(_, key)| key.classes.contains(class))
            && columns.window(doc).holds(now)
    }
}

impl<'v> Scope<'v> {
    /// The view this is a scope of.
    pub fn view(&self) -> &'v IndexView {
        self.view
    }

    /// The reader.
    pub fn read(&self) -> ReadScope {
        self.read
    }

    /// The partitions the class reads, restricted ones included, in order of segment and partition.
    pub fn parts(&self) -> &[ReadPart] {
        &self.parts
    }

    /// Number and total length of the counted documents, over all languages.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Number and total length of the counted documents of one language.
    pub fn stats_in(&self, lang: Lang) -> Stats {
        let mut stats = Stats::default();
        for part in self.counted(lang) {
            if let Some(segment) = self.view.segments().get(part.segment) {
                let closed = self.out_of_window(part.segment).map(|o| o.sum(part.part));
                stats.add(segment.live(part.part).without(closed.unwrap_or_default()));
            }
        }
        stats
    }

    /// Document frequency of the term among the counted documents of one language.
    pub fn doc_freq(&self, lang: Lang, term: &str) -> u64 {
        self.counted(lang)
            .filter_map(|part| {
                let segment = self.view.segments().get(part.segment)?;
                Some(segment.doc_freq(part.part, term, self.out_of_window(part.segment)))
            })
            .sum()
    }

    /// The live documents of a segment that are outside their window now; `None` if the segment has no windows.
    pub fn out_of_window(&self, segment: usize) -> Option<&OutOfWindow> {
        self.out_of_window.get(segment)?.as_deref()
    }

    /// Returns true if a document of a partition that the class reads is live and inside its window.
    #[inline]
    pub fn is_open(&self, segment: usize, doc: DocId) -> bool {
        self.view
            .segments()
            .get(segment)
            .is_some_and(|view| view.alive().has(doc))
            && !self.out_of_window(segment).is_some_and(|o| o.has(doc))
    }

    fn counted(&self, lang: Lang) -> impl Iterator<Item = &ReadPart> {
        self.parts
            .iter()
            .filter(move |part| !part.restricted() && part.key.lang == lang)
    }
}
