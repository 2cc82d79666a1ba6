//! Opens a snapshot: from its bytes to the data that requests are answered from.

use std::sync::Arc;

use super::blocks::{Block, BlockIndex, Bytes, InMemory};
use super::complete::Dictionary;
use super::contents::Contents;
use super::format::{self, Front, Name, checked};
use super::handle::{LoadedSnapshot, Snapshot};
use super::info::SnapshotInfo;
use crate::codec::record;
use crate::error::{Error, Result};
use crate::index::packed::{PackedSegment, SortedTable};
use crate::model::Viewer;
use crate::model::audience::AudienceScheme;
use crate::projection::config::BaseConfig;
use crate::state::index_reader::IndexReader;
use crate::state::ledger::Ledger;
use crate::state::links::CaseLinks;
use crate::state::read_model::ReadModel;
use crate::text::{Lang, Stemmers, stem};

/// The header, the records and the source of the blocks of a snapshot.
struct OpenedFile {
    info: SnapshotInfo,
    config: BaseConfig,
    block_indexes: [BlockIndex; 5],
    bytes: Box<dyn Bytes>,
}

/// Returns the sections in blocks. The blocks of each section must fill it exactly, so no byte is read twice and
/// none beyond the section.
pub(super) fn block_indexes(front: &Front, blocks: &[u8]) -> Result<[BlockIndex; 5]> {
    let blocks: [Vec<Block>; 5] = record::decode(blocks)
        .map_err(|_| Error::corrupt("the blocks of the snapshot do not read"))?;
    let mut block_indexes = Name::IN_BLOCKS
        .into_iter()
        .zip(blocks)
        .map(|(name, blocks)| {
            let (at, section) = front.section(name)?;
            BlockIndex::new(at, section.len, blocks)
        });
    let mut next = || block_indexes.next().unwrap_or_else(|| Err(format::cut()));
    Ok([next()?, next()?, next()?, next()?, next()?])
}

impl Snapshot {
    pub(super) fn of_bytes(bytes: Vec<u8>, stemmers: Stemmers) -> Result<Snapshot> {
        let front = format::read(&bytes)?;
        let len = bytes.len() as u64;
        let whole = InMemory { at: 0, bytes };
        // Blocks are compared with their digests when read. A reader with the whole file expects damage to be
        // reported at opening.
        for name in Name::IN_BLOCKS {
            let (at, section) = front.section(name)?;
            let bytes = usize::try_from(section.len)
                .ok()
                .and_then(|len| whole.slice(at, len));
            format::compared(bytes.ok_or_else(format::cut)?, &section.digest, "a section")?;
        }
        Snapshot::over(front, len, Box::new(whole), stemmers)
    }

    /// Returns the languages of a snapshot whose stemmers this build lacks. `bytes` must begin as the file does.
    ///
    /// Fails like [`Snapshot::open`].
    pub fn languages(bytes: &[u8]) -> Result<Vec<String>> {
        let mut languages = format::read(bytes)?.header.languages;
        languages.retain(|tag| stem::needs_host_stemmer(Lang::of(tag)));
        Ok(languages)
    }

    /// Opens a snapshot whose blocks are read on demand.
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
        let terms = SortedTable::open(&section(Name::Terms)?);
        let terms = terms.ok_or_else(|| Error::corrupt("the terms of a snapshot do not read"))?;
        let index = PackedSegment::open(&section(Name::Columns)?, terms)?;
        let dictionary = Dictionary::open(&section(Name::Words)?)?;
        let block_indexes = block_indexes(&front, &section(Name::Blocks)?)?;
        let [terms, places] = index.lazy_blocks();
        let words = dictionary.lazy_blocks();
        for (lazy_blocks, block_index) in [terms, words, places].into_iter().zip(&block_indexes) {
            if lazy_blocks.len() != block_index.blocks().len() {
                return Err(Error::corrupt(
                    "the index of a snapshot has another number of blocks than the file",
                ));
            }
        }
        // With the whole file at hand, the index is kept in memory; positions are read on demand.
        if bytes.is_whole() {
            for (lazy_blocks, block_index) in [terms, words].into_iter().zip(&block_indexes) {
                for number in 0..block_index.blocks().len() {
                    lazy_blocks.set(number, block_index.block(&*bytes, number as u32)?);
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
        let config = BaseConfig {
            audiences: AudienceScheme::new(contents.audiences.labels().to_vec())?,
            language: contents.language.clone(),
            seed: 0,
            base: header.base,
            stemmers,
        };
        let (places, _) = front.section(Name::Places)?;
        let source = OpenedFile {
            info,
            config,
            block_indexes,
            bytes: bytes.kept_from(places),
        };
        let inner = LoadedSnapshot::load(source, contents, Arc::new(index), dictionary)?;
        let reader = IndexReader::frozen(inner.index.clone());
        Ok(Snapshot(Arc::new(inner), Arc::new(reader)))
    }
}

impl LoadedSnapshot {
    fn load(
        source: OpenedFile,
        contents: Contents,
        index: Arc<PackedSegment>,
        dictionary: Dictionary,
    ) -> Result<LoadedSnapshot> {
        let OpenedFile {
            info,
            config,
            block_indexes,
            bytes,
        } = source;
        contents.check(&info)?;
        let policy = contents.policy.policy();
        let policy = policy.ok_or_else(|| Error::corrupt("the policy of a snapshot is cut"))?;
        policy.check()?;
        let mut model = ReadModel::new(policy, contents.policy_hash);
        for (ordinal, article) in (0..).zip(contents.articles) {
            model.catalog.set_article(article.record(ordinal));
        }
        for (ordinal, case) in (0..).zip(contents.cases) {
            model.catalog.set_case(case.record(ordinal));
        }
        for (id, ordinal) in contents.aliases {
            model.catalog.set_alias(id, ordinal);
        }
        for group in contents.links.chunk_by(|a, b| a.0 == b.0) {
            if let Some((case, _)) = group.first() {
                let links = group.iter().map(|(_, link)| *link).collect();
                model.links.set(*case, CaseLinks::nameless(links));
            }
        }
        for term in &contents.learned_terms {
            model.learned_terms.add(term);
        }
        model.ledger = Ledger::carried(&contents.evidence);
        Ok(LoadedSnapshot {
            class: config.audiences.class(&info.viewer.audience)?,
            index,
            dictionary,
            pages: contents.pages,
            info,
            config,
            model,
            block_indexes,
            bytes,
        })
    }
}
