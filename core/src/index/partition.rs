//! What is indexed: documents, and the parts they belong to.
//!
//! A *part* holds the documents of one visibility signature in one language. A viewer reads the parts
//! whose signature holds its class: each article at most once, each word analysed as its part's
//! language asks, and statistics are plain integer sums over parts. Parts are not files: the key of
//! the part stands in front of each term, so that one dictionary holds them all and a new signature
//! costs nothing.

use crate::error::Result;
use crate::model::audience::{Class, ClassSet};
pub use crate::model::rendition::{Space, Window};
use crate::text::Lang;

/// Number of fields: the title (0), the roles of `model::Role` (1 + index), and the headings (7).
pub const FIELDS: usize = 8;

/// One part: who sees its documents, and in which language they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartKey {
    /// Articles or cases.
    pub space: Space,
    /// The classes that see exactly this rendering.
    pub classes: ClassSet,
    /// Whether an entitlement is asked for. Restricted parts add nothing to anyone's statistics.
    pub restricted: bool,
    /// The language its text was analysed in.
    pub lang: Lang,
}

/// The bytes of a [`PartKey`] in front of each term.
pub const PART_KEY_BYTES: usize = 6;

impl PartKey {
    /// Flags and space, classes (16 bits, big endian), language.
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

    /// The key of these bytes; `None` if they are none.
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

    /// Whether a class reads this part.
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
    /// Whether it counts in the document's length (extra forms of an identifier do not).
    pub counts: bool,
}

/// The tokens of one field; a document lists each field at most once, in ascending order of `field`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTokens {
    /// 0 for the title, 1 + index of `model::Role`, 7 for headings; below [`FIELDS`].
    pub field: u8,
    /// How often one occurrence counts: the BM25F weight, 1..=16.
    pub weight: u32,
    /// In order of position.
    pub tokens: Vec<IndexToken>,
}

/// One rendering of an article (or one case) as it is indexed. An article has as many of them as there
/// are distinct things its classes see; their class sets do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDoc {
    /// The part it belongs to.
    pub part: PartKey,
    /// The number of the article or case in the store: small, stable, without gaps worth mentioning.
    pub ordinal: u32,
    /// The number of the rendition, from 1. A document is live while this is the store's current one.
    pub stamp: u32,
    /// When it exists for its viewers.
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

/// Where the index gets what it lost, or never had: the store, through the engine.
pub trait DocSource {
    /// The current stamps by ordinal; 0 where there is nothing to index.
    fn stamps(&self, space: Space) -> &[u32];

    /// The documents of one rendition, current or past, as they were indexed then: same parts, same
    /// fields, same order. Empty if the rendition showed nothing to anybody.
    fn rendition(&self, space: Space, ordinal: u32, stamp: u32) -> Result<Vec<IndexDoc>>;
}
