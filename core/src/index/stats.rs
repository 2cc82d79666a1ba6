//! Number and total length of a set of documents.

/// Number and total length of a set of documents. Their quotient is the average length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stats {
    /// Number of documents.
    pub docs: u64,
    /// Sum of their weighted lengths.
    pub length: u64,
}

impl Stats {
    pub(crate) fn add_doc(&mut self, length: u32) {
        self.docs += 1;
        self.length += u64::from(length);
    }

    pub(crate) fn remove_doc(&mut self, length: u32) {
        self.docs = self.docs.saturating_sub(1);
        self.length = self.length.saturating_sub(u64::from(length));
    }

    pub(crate) fn add(&mut self, other: Stats) {
        self.docs += other.docs;
        self.length += other.length;
    }

    pub(crate) fn without(self, other: Stats) -> Stats {
        Stats {
            docs: self.docs.saturating_sub(other.docs),
            length: self.length.saturating_sub(other.length),
        }
    }
}
