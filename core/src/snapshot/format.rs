//! The file: a magic, a format number, a header that lists the sections with their digests, the sections.
//!
//! Everything is little-endian. The header is under a digest of its own, each section under one in the
//! header; so the header's digest stands for all that is in the file. A section is compared with its
//! digest before it is read. It refuses files of another kind and of another format, untouched.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::store::codec::{self, Hash};
use crate::time::Timestamp;

/// What every snapshot begins with.
pub const MAGIC: [u8; 8] = *b"KENSNAP\n";

/// The format this version writes, and the only one it reads.
pub const FORMAT: u16 = 4;

/// Bytes in front of the header: magic, format, length of the header, digest of all that and the header.
pub const PREAMBLE: usize = 8 + 2 + 4 + 16;

/// Longest header. Bytes. A file that claims more is damaged.
pub const MAX_HEADER: usize = 1 << 20;

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Name {
    /// Articles, cases, evidence, links, lessons, policy; compressed.
    Contents,
    /// Parts and documents of the index.
    Columns,
    /// Where the blocks of its terms begin.
    Terms,
    /// Where the blocks of completions begin.
    Words,
    /// The lengths and digests of the blocks of all sections that are in blocks.
    Blocks,
    /// The terms of the index with their postings, in blocks.
    Postings,
    /// Completions, in blocks.
    Completions,
    /// The positions of the index, in blocks: one for each of postings.
    Places,
    /// The plain texts of the articles, in blocks.
    Plain,
    /// The articles as they are read, in blocks.
    Bodies,
}

impl Name {
    /// The sections whose blocks have digests of their own; they stand last, in this order.
    pub const IN_BLOCKS: [Name; 5] = [
        Name::Postings,
        Name::Completions,
        Name::Places,
        Name::Plain,
        Name::Bodies,
    ];
}

/// Where a section is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it holds.
    pub name: Name,
    /// Bytes.
    pub len: u64,
    /// Of these bytes.
    pub digest: Hash,
}

/// The form in which a snapshot holds its articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Markup {
    /// As they were written.
    #[default]
    CommonMark,
    /// For a page: HTML that is safe to put into it, see [`crate::markdown_to_page`].
    Html,
}

/// What is known of a snapshot before anything in it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The base it was made from.
    pub base: u64,
    /// What the base knew then is what it answers from.
    pub known: Timestamp,
    /// Whom it is for.
    pub audience: String,
    /// What they hold, sorted.
    pub entitlements: Vec<String>,
    /// The form of the bodies.
    pub markup: Markup,
    /// The languages of its texts and queries, ascending: tags of their stemmers.
    pub languages: Vec<String>,
    /// Numbers of articles and past cases.
    pub articles: u32,
    /// Past cases.
    pub cases: u32,
    /// The sections, in their order, without gaps.
    pub sections: Vec<Section>,
}

/// A file of these sections. `sections` of the header is filled in here.
pub fn write(mut header: Header, sections: &[(Name, Vec<u8>)]) -> Result<Vec<u8>> {
    header.sections = sections
        .iter()
        .map(|(name, bytes)| Section {
            name: *name,
            len: bytes.len() as u64,
            digest: codec::hash(bytes),
        })
        .collect();
    let body = crate::codec::record::bytes(&header).map_err(|e| {
        Error::with_source(
            ErrorCode::Internal,
            "a snapshot's header cannot be written",
            e,
        )
    })?;
    let total: usize = sections.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut file = Vec::with_capacity(PREAMBLE + body.len() + total);
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&FORMAT.to_le_bytes());
    file.extend_from_slice(&(body.len() as u32).to_le_bytes());
    let digest = digest(&file, &body);
    file.extend_from_slice(&digest);
    file.extend_from_slice(&body);
    for (_, bytes) in sections {
        file.extend_from_slice(bytes);
    }
    Ok(file)
}

fn digest(front: &[u8], body: &[u8]) -> Hash {
    codec::hash(&[front, body].concat())
}

/// The hexadecimal digits of a digest.
pub fn digits(digest: &Hash) -> impl Iterator<Item = char> {
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16))
}

/// What a file begins with.
#[derive(Clone, Debug, PartialEq)]
pub struct Front {
    /// The header.
    pub header: Header,
    digest: Hash,
    /// Where the first section begins.
    pub at: u64,
}

/// Bytes of the header, from the first [`PREAMBLE`] bytes of a file.
pub fn header_len(preamble: &[u8]) -> Result<usize> {
    let Some((magic, rest)) = preamble.split_first_chunk::<8>() else {
        return Err(not_ours("it is shorter than the shortest"));
    };
    if *magic != MAGIC {
        return Err(not_ours("it does not begin as one"));
    }
    let Some((format, rest)) = rest.split_first_chunk::<2>() else {
        return Err(cut());
    };
    let format = u16::from_le_bytes(*format);
    if format > FORMAT {
        return Err(Error::new(
            ErrorCode::FormatTooNew,
            format!(
                "the snapshot has format {format}; this version reads {FORMAT}; use a newer kenpoint"
            ),
        ));
    }
    if format < FORMAT {
        return Err(Error::corrupt(format!(
            "the snapshot has format {format}; this version reads {FORMAT} alone; make it again"
        )));
    }
    let len = rest
        .first_chunk()
        .map(|len| u32::from_le_bytes(*len) as usize);
    match len {
        Some(len) if len <= MAX_HEADER => Ok(len),
        _ => Err(cut()),
    }
}

/// Reads the header. `bytes` begins as the file does, and is at least as long as preamble and header.
pub fn read(bytes: &[u8]) -> Result<Front> {
    let len = header_len(bytes)?;
    let front = bytes.get(..PREAMBLE - 16).ok_or_else(cut)?;
    let sum = bytes.get(PREAMBLE - 16..PREAMBLE).ok_or_else(cut)?;
    let body = bytes.get(PREAMBLE..PREAMBLE + len).ok_or_else(cut)?;
    let digest = digest(front, body);
    if digest != *sum {
        return Err(Error::corrupt(
            "the snapshot's header does not have its digest; make or fetch it again",
        ));
    }
    let header = crate::codec::record::read(body)
        .map_err(|e| Error::corrupt(format!("the snapshot's header does not read: {e}")))?;
    Ok(Front {
        header,
        digest,
        at: (PREAMBLE + len) as u64,
    })
}

impl Front {
    /// Stands for everything in the file, in hexadecimal digits.
    pub fn digest(&self) -> String {
        digits(&self.digest).collect()
    }

    /// Bytes of the whole file.
    pub fn len(&self) -> Result<u64> {
        let mut sections = self.header.sections.iter();
        let sum = sections.try_fold(self.at, |sum, section| sum.checked_add(section.len));
        sum.ok_or_else(cut)
    }

    /// The section of this name, and where it begins.
    pub fn section(&self, name: Name) -> Result<(u64, &Section)> {
        let mut at = self.at;
        for section in &self.header.sections {
            if section.name == name {
                return Ok((at, section));
            }
            at = at.checked_add(section.len).ok_or_else(cut)?;
        }
        Err(Error::corrupt(format!(
            "the snapshot has no section {name:?}"
        )))
    }
}

/// The bytes, if they have this digest.
pub fn checked(bytes: Vec<u8>, digest: &Hash, what: &str) -> Result<Vec<u8>> {
    compared(&bytes, digest, what)?;
    Ok(bytes)
}

/// Compares bytes with their digest.
pub fn compared(bytes: &[u8], digest: &Hash, what: &str) -> Result<()> {
    if codec::hash(bytes) != *digest {
        return Err(Error::corrupt(format!(
            "{what} of the snapshot does not have its digest; make or fetch it again"
        )));
    }
    Ok(())
}

/// Something that is not a snapshot.
fn not_ours(why: &str) -> Error {
    Error::new(
        ErrorCode::NotABase,
        format!("this is not a snapshot: {why}; give what Base::snapshot made"),
    )
}

/// A file that ends too early.
pub fn cut() -> Error {
    Error::corrupt("the snapshot is cut short; make or fetch it again")
}
