//! The file format: a magic, a format number, a header that lists the sections with their digests, the
//! sections.
//!
//! All numbers are little-endian. The header has a digest of its own and holds the digest of each
//! section, so the header's digest stands for the whole file. A section is compared with its digest
//! before it is read. Files of another kind or another format are refused and stay untouched.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::store::codec::{self, Hash};
use crate::time::Timestamp;

/// The first bytes of every snapshot.
pub const MAGIC: [u8; 8] = *b"KENSNAP\n";

/// The format that this version writes, and the only one it reads.
pub const FORMAT: u16 = 6;

/// Bytes before the header: magic, format, length of the header, and the digest over those three and the
/// header.
pub const PREAMBLE: usize = 8 + 2 + 4 + 16;

/// The maximum length of a header, in bytes. A larger claim means damage.
pub const MAX_HEADER: usize = 1 << 20;

/// The contents of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Name {
    /// Articles, cases, evidence, links, learned terms, policy; compressed.
    Contents,
    /// The partitions and documents of the index.
    Columns,
    /// The first keys of the term blocks.
    Terms,
    /// The first keys of the completion blocks.
    Words,
    /// The lengths and digests of the blocks of all sections in blocks.
    Blocks,
    /// The terms of the index with their postings, in blocks.
    Postings,
    /// Completions, in blocks.
    Completions,
    /// The positions of the index, in blocks: one for each block of postings.
    Places,
    /// The plain texts of the articles, in blocks.
    Plain,
    /// The bodies of the articles, in blocks.
    Bodies,
}

impl Name {
    /// The sections in blocks, each block with a digest of its own. They come last in the file, in this
    /// order.
    pub const IN_BLOCKS: [Name; 5] = [
        Name::Postings,
        Name::Completions,
        Name::Places,
        Name::Plain,
        Name::Bodies,
    ];
}

/// The header's entry for a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The contents.
    pub name: Name,
    /// The length in bytes.
    pub len: u64,
    /// The digest of these bytes.
    pub digest: Hash,
}

/// The markup of the articles in a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Markup {
    /// CommonMark, as written.
    #[default]
    CommonMark,
    /// HTML that is safe to insert into a page, see [`crate::markdown_to_page`].
    Html,
}

/// The header: the facts about a snapshot that are read first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The base it was made from.
    pub base: u64,
    /// The end of the log prefix it holds: records that had arrived by then.
    pub known: Timestamp,
    /// The audience label of its viewers.
    pub audience: String,
    /// The entitlements of its viewers, sorted.
    pub entitlements: Vec<String>,
    /// The markup of the bodies.
    pub markup: Markup,
    /// The languages of its texts and queries, ascending, as tags of their stemmers.
    pub languages: Vec<String>,
    /// The number of articles.
    pub articles: u32,
    /// The number of past cases.
    pub cases: u32,
    /// The sections, in the order of the file, without gaps.
    pub sections: Vec<Section>,
}

/// Writes a file of these sections and fills in `sections` of the header.
pub fn write(mut header: Header, sections: &[(Name, Vec<u8>)]) -> Result<Vec<u8>> {
    header.sections = sections
        .iter()
        .map(|(name, bytes)| Section {
            name: *name,
            len: bytes.len() as u64,
            digest: codec::hash(bytes),
        })
        .collect();
    let body = crate::codec::record::encode(&header).map_err(|e| {
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

/// Returns the hexadecimal digits of a digest.
pub fn digits(digest: &Hash) -> impl Iterator<Item = char> {
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16))
}

/// The decoded header of a file, with its digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Front {
    /// The header.
    pub header: Header,
    digest: Hash,
    /// The offset of the first section.
    pub at: u64,
}

/// Returns the length of the header from the first [`PREAMBLE`] bytes of a file.
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

/// Reads the header. `bytes` begins as the file does and contains at least the preamble and the header.
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
    let header = crate::codec::record::decode(body)
        .map_err(|e| Error::corrupt(format!("the snapshot's header does not read: {e}")))?;
    Ok(Front {
        header,
        digest,
        at: (PREAMBLE + len) as u64,
    })
}

impl Front {
    /// Returns the digest of the whole file, in hexadecimal digits.
    pub fn digest(&self) -> String {
        digits(&self.digest).collect()
    }

    /// Returns the length of the whole file in bytes.
    pub fn len(&self) -> Result<u64> {
        let mut sections = self.header.sections.iter();
        let sum = sections.try_fold(self.at, |sum, section| sum.checked_add(section.len));
        sum.ok_or_else(cut)
    }

    /// Returns the section of this name and its offset.
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

/// Returns the bytes if they have this digest.
pub fn checked(bytes: Vec<u8>, digest: &Hash, what: &str) -> Result<Vec<u8>> {
    compared(&bytes, digest, what)?;
    Ok(bytes)
}

/// Compares bytes with their digest. Fails with `Corrupt` if they differ.
pub fn compared(bytes: &[u8], digest: &Hash, what: &str) -> Result<()> {
    if codec::hash(bytes) != *digest {
        return Err(Error::corrupt(format!(
            "{what} of the snapshot does not have its digest; make or fetch it again"
        )));
    }
    Ok(())
}

/// The error for bytes that are not a snapshot.
fn not_ours(why: &str) -> Error {
    Error::new(
        ErrorCode::NotABase,
        format!("this is not a snapshot: {why}; give what Base::snapshot made"),
    )
}

/// The error for a truncated file.
pub fn cut() -> Error {
    Error::corrupt("the snapshot is cut short; make or fetch it again")
}
