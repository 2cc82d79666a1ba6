//! Documents as they are indexed, and their partitions.
//!
//! A *partition* holds the documents of one space, one visibility signature and one language, with or without an
//! entitlement. A viewer reads the partitions whose signature contains its class, so it reads each article at most
//! once, each word is analyzed in the partition's language, and statistics are integer sums over partitions.
//! Partitions are not files: the partition key prefixes each term, so one term dictionary holds all partitions and a
//! new signature costs nothing.

use crate::error::Result;
use crate::model::audience::{Class, ClassSet};
pub use crate::model::rendition::{Space, Window};
use crate::text::Lang;

/// Number of fields: the title (0), the roles of `model::Role` (1 + index), and the headings (7).
pub const FIELDS: usize = 8;

/// The key of a partition: the viewers of its documents, and their language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartKey {
    /// Articles or cases.
    pub space: Space,
    /// The classes that see exactly this rendering.
    pub classes: ClassSet,
    /// True if an entitlement is required. Restricted partitions add nothing to any statistic.
    pub restricted: bool,
    /// The language of its documents.
    pub lang: Lang,
}

/// The bytes of a [`PartKey`] in front of each term.
pub const PART_KEY_BYTES: usize = 6;

impl PartKey {
    /// Encodes flags and space, classes (16 bits, big endian), language.
    pub fn to_bytes(self) -> [u8; PART_KEY_BYTES] {
        let [high, low] = (self.classes.0 as u16).to_be_bytes();
        let [a, b, c] = self.lang.0;
        [
            self.space as u8 | u8::from(self.restricted) << 1,
            high,
            low,
            a,
            b,
            c,
        ]
    }

    /// Decodes a key; `None` for invalid bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<PartKey> {
        match bytes {
            [flags @ 0..=3, high, low, a, b, c] => Some(PartKey {
                space: if flags & 1 == 0 {
                    Space::Article
                } else {
                    Space::Case
                },
                classes: ClassSet(u32::from(u16::from_be_bytes([*high, *low]))),
                restricted: flags & 2 != 0,
                lang: Lang([*a, *b, *c]),
            }),
            _ => None,
        }
    }

    /// Returns true if a class reads this partition.
    pub fn read_by(self, space: Space, class: Class) -> bool {
        self.space == space && self.classes.contains(class)
    }
}

/// One occurrence of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexToken {
    /// The analysed term.
    pub term: String,
    /// Its word position in the field; several tokens may share one. Not descending.
    pub position: u32,
    /// True if it counts in the document's length (extra forms of an identifier do not).
    pub counts: bool,
}

/// The tokens of one field; a document lists each field at most once, in ascending order of `field`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTokens {
    /// 0 for the title, 1 + index of `model::Role`, 7 for headings; below [`FIELDS`].
    pub field: u8,
    /// The BM25F weight of one occurrence, 1..=16.
    pub weight: u32,
    /// In order of position.
    pub tokens: Vec<IndexToken>,
}

/// One rendition of an article, or one case, as it is indexed. An article has one document for each distinct
/// rendering that its classes see; the class sets do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDoc {
    /// The partition it belongs to.
    pub part: PartKey,
    /// The number of the article or case in the store: small, stable, nearly without gaps.
    pub ordinal: u32,
    /// The number of the rendition, from 1. A document is live while this is the store's current stamp.
    pub stamp: u32,
    /// The period in which its viewers see it.
    pub window: Window,
    /// Its words.
    pub fields: Vec<FieldTokens>,
}

impl IndexDoc {
    /// Σ weight · tokens that count: the BM25F length.
    pub fn length(&self) -> u64 {
        self.fields
            .iter()
            .map(|field| {
                u64::from(field.weight) * field.tokens.iter().filter(|t| t.counts).count() as u64
            })
            .sum()
    }
}

/// The source of documents for an index that lacks or lost them: the store, through the base.
pub trait DocSource {
    /// The current stamps by ordinal; 0 for an ordinal without a document.
    fn stamps(&self, space: Space) -> &[u32];

    /// Returns the documents of one rendition, current or past, as they were indexed then: same partitions, same
    /// fields, same order. Empty if nobody could see the rendition.
    fn rendition(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Vec<IndexDoc>>;
}
