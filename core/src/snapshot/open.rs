//! Opening: from the bytes of a snapshot to what its questions are asked of.

use std::sync::Arc;

use super::blocks::{Block, Bytes, InMemory, Shelf};
use super::caches::Caches;
use super::complete::Dictionary;
use super::contents::Contents;
use super::format::{self, Front, Name, checked};
use super::{Inner, Snapshot, SnapshotInfo};
use crate::codec::record;
use crate::error::{Error, Result};
use crate::index::packed::{PackedSegment, Table};
use crate::model::Viewer;
use crate::model::audience::AudienceScheme;
use crate::projection::config::Fixed;
use crate::rank::Decay;
use crate::state::catalog::Catalog;
use crate::state::learned_terms::Lessons;
use crate::state::ledger::Ledger;
use crate::state::links::Links;
use crate::text::{Lang, Stemmers, stem};

/// What stands in front of everything else of a snapshot, and where the rest comes from.
struct Source {
    info: SnapshotInfo,
    fixed: Fixed,
    shelves: [Shelf; 5],
    bytes: Box<dyn Bytes>,
}

/// The sections in blocks, each of which its blocks fill: nothing is read twice, and no more than there is.
pub(super) fn shelves(front: &Front, blocks: &[u8]) -> Result<[Shelf; 5]> {
    let blocks: [Vec<Block>; 5] = record::read(blocks)
        .map_err(|_| Error::corrupt("the blocks of the snapshot do not read"))?;
    let mut shelves = Name::APART.into_iter().zip(blocks).map(|(name, blocks)| {
        let (at, section) = front.section(name)?;
        Shelf::new(at, section.len, blocks)
    });
    let mut next = || shelves.next().unwrap_or_else(|| Err(format::cut()));
    Ok([next()?, next()?, next()?, next()?, next()?])
}

impl Snapshot {
    /// Opens a snapshot of these bytes.
    ///
    /// Everything is compared with its digest here. Digests tell damage, not who made a file: open what comes from a publisher you trust, as you would run
    /// its code.
    ///
    /// Fails with `NotABase` for something else, `FormatTooNew` for a later version's, `Corrupt` if a
    /// byte is not as it was written or there are too few or too many.
    pub fn open(bytes: Vec<u8>) -> Result<Snapshot> {
        Snapshot::open_with(bytes, Stemmers::default())
    }

    /// The same in a build that has not the stemmers of all languages, with those that [`Snapshot::languages`]
    /// names. Fails with `UnknownName` in addition, if one of them is missing.
    pub fn open_with(bytes: Vec<u8>, stemmers: Stemmers) -> Result<Snapshot> {
        let front = format::read(&bytes)?;
        let len = bytes.len() as u64;
        let whole = InMemory { at: 0, bytes };
        // Blocks are compared when they are read, but who has the whole file wants to know at once.
        for name in Name::APART {
            let (at, section) = front.section(name)?;
            let bytes = usize::try_from(section.len)
                .ok()
                .and_then(|len| whole.slice(at, len));
            format::compared(bytes.ok_or_else(format::cut)?, &section.digest, "a section")?;
        }
        Snapshot::over(front, len, Box::new(whole), stemmers)
    }

    /// The languages whose stemmers this build has not, of a snapshot that begins with these bytes.
    ///
    /// Fails as [`Snapshot::open`] does.
    pub fn languages(bytes: &[u8]) -> Result<Vec<String>> {
        let mut languages = format::read(bytes)?.header.languages;
        languages.retain(|tag| stem::is_host_s(Lang::of(tag)));
        Ok(languages)
    }

    /// A snapshot whose bytes are read as they are needed.
    pub(super) fn over(
        front: Front,
        len: u64,
        bytes: Box<dyn Bytes>,
        stemmers: Stemmers,
    ) -> Result<Snapshot> {
        if front.len()? != len {
            return Err(format::cut());
        }
        for tag in &front.header.languages {
            stemmers.check(Lang::of(tag))?;
        }
        let section = |name: Name| {
            let (at, section) = front.section(name)?;
            let size = usize::try_from(section.len).map_err(|_| format::cut())?;
            checked(bytes.read(at, size)?, &section.digest, &format!("{name:?}"))
        };
        let contents = Contents::read(&section(Name::Contents)?)?;
        let terms = Table::open(&section(Name::Terms)?);
        let terms = terms.ok_or_else(|| Error::corrupt("the terms of a snapshot do not read"))?;
        let index = PackedSegment::open(&section(Name::Columns)?, terms)?;
        let dictionary = Dictionary::open(&section(Name::Words)?)?;
        let shelves = shelves(&front, &section(Name::Blocks)?)?;
        let [terms, places] = index.slots();
        let words = dictionary.slots();
        for (slots, shelf) in [terms, words, places].into_iter().zip(&shelves) {
            if slots.len() != shelf.blocks().len() {
                return Err(Error::corrupt(
                    "the index of a snapshot has another number of blocks than the file",
                ));
            }
        }
        // Who has all of the file at hand keeps the index in memory; positions are read when they are asked for.
        if bytes.is_whole() {
            for (slots, shelf) in [terms, words].into_iter().zip(&shelves) {
                for number in 0..shelf.blocks().len() {
                    slots.set(number, shelf.block(&*bytes, number as u32)?);
                }
            }
        }
        let header = &front.header;
        let info = SnapshotInfo {
            base: format!("{:016x}", header.base),
            viewer: Viewer {
                audience: header.audience.clone(),
                entitlements: header.entitlements.clone(),
            },
            known: header.known,
            articles: header.articles,
            cases: header.cases,
            markup: header.markup,
            digest: front.digest(),
            bytes: len,
        };
        let fixed = Fixed {
            audiences: AudienceScheme::new(contents.audiences.labels().to_vec())?,
            language: contents.language.clone(),
            seed: 0,
            base: header.base,
            stemmers,
        };
        let (places, _) = front.section(Name::Places)?;
        let source = Source {
            info,
            fixed,
            shelves,
            bytes: bytes.kept_from(places),
        };
        let inner = Inner::load(source, contents, Arc::new(index), dictionary)?;
        let caches = Caches::of(inner.index.clone());
        Ok(Snapshot(Arc::new(inner), Arc::new(caches)))
    }
}

impl Inner {
    fn load(
        source: Source,
        contents: Contents,
        index: Arc<PackedSegment>,
        dictionary: Dictionary,
    ) -> Result<Inner> {
        let Source {
            info,
            fixed,
            shelves,
            bytes,
        } = source;
        contents.check(&info)?;
        let policy = contents.policy.policy();
        let policy = policy.ok_or_else(|| Error::corrupt("the policy of a snapshot is cut"))?;
        policy.check()?;
        let mut catalog = Catalog::default();
        for (ordinal, article) in (0..).zip(contents.articles) {
            catalog.set_article(article.record(ordinal));
        }
        for (ordinal, case) in (0..).zip(contents.cases) {
            catalog.set_case(case.record(ordinal));
        }
        for (id, ordinal) in contents.aliases {
            catalog.set_alias(id, ordinal);
        }
        let mut links = Links::default();
        for group in contents.links.chunk_by(|a, b| a.0 == b.0) {
            if let Some((case, _)) = group.first() {
                links.set(*case, group.iter().map(|(_, link)| *link).collect());
            }
        }
        let mut lessons = Lessons::default();
        for lesson in &contents.lessons {
            lessons.add(lesson);
        }
        Ok(Inner {
            class: fixed.audiences.class(&info.viewer.audience)?,
            policy_hash: contents.policy_hash,
            horizons: Decay::horizons(&policy),
            ledger: Ledger::carried(&contents.evidence),
            index,
            dictionary,
            pages: contents.pages,
            info,
            fixed,
            policy,
            catalog,
            links,
            lessons,
            shelves,
            bytes,
        })
    }
}
