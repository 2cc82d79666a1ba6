//! The methods that fill and read columns, for segments in memory and on disk alike.
//!
//! A document outside its segment has no window and no ordinal.

use super::fieldnorm;
use super::partition::Window;
use super::postings::DocId;
use super::segment::Columns;

impl Columns {
    /// Adds a document. Call [`Columns::finish`] after the last one.
    pub(crate) fn push(
        &mut self,
        ordinal: u32,
        stamp: u32,
        part: u16,
        n_words: u32,
        window: Window,
    ) {
        let doc = self.len();
        self.ordinal.push(ordinal);
        self.stamp.push(stamp);
        self.part.push(part);
        self.length.push(n_words);
        self.fieldnorm_id.push(fieldnorm::to_id(n_words));
        if window != Window::ALWAYS {
            self.windows.push((doc, window));
        }
        self.by_ordinal.push((ordinal, doc));
    }

    /// Sorts the lists used for searching.
    pub(crate) fn finish(&mut self) {
        self.by_ordinal.sort_unstable();
    }

    /// The period in which viewers see the document.
    pub fn window(&self, doc: DocId) -> Window {
        self.windows
            .binary_search_by_key(&doc, |entry| entry.0)
            .ok()
            .and_then(|at| self.windows.get(at))
            .map_or(Window::ALWAYS, |entry| entry.1)
    }

    /// The documents of an ordinal, in either space, ascending.
    pub fn of_ordinal(&self, ordinal: u32) -> impl Iterator<Item = DocId> + '_ {
        let start = self.by_ordinal.partition_point(|entry| entry.0 < ordinal);
        self.by_ordinal
            .iter()
            .skip(start)
            .take_while(move |entry| entry.0 == ordinal)
            .map(|entry| entry.1)
    }
}
