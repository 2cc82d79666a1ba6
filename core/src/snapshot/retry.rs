//! Retries a request while blocks of the index are missing.
//!
//! A missing block reads as empty and is recorded. The answer is then dropped, the recorded blocks are
//! fetched, and the request runs again until no block is missing.

use super::handle::LoadedSnapshot;
use crate::error::Result;
use crate::index::Segment;
use crate::index::packed::LazyBlocks;
use crate::model::audience::Class;
use crate::projection::records::ArticleRecord;
use crate::search::respond::{ArticleText, TextSource};

/// The texts for one request. While blocks of the index are missing, the results are uncertain, so no texts
/// are read.
pub(super) struct Texts<'a> {
    inner: &'a LoadedSnapshot,
    misses: u64,
}

impl TextSource for Texts<'_> {
    fn page(&self, article: &ArticleRecord, _: Class, wants_text: bool) -> Result<ArticleText> {
        let head = self.inner.head(article)?;
        let text = if wants_text && self.inner.misses() == self.misses {
            self.inner.plain(head)?
        } else {
            String::new()
        };
        Ok(ArticleText {
            title: head.title.clone(),
            language: head.language.clone(),
            text,
        })
    }
}

impl LoadedSnapshot {
    /// Returns the sections that are loaded by block and then kept, in the order of the first block
    /// indexes.
    pub(super) fn lazy_blocks(&self) -> [&LazyBlocks; 3] {
        let [terms, places] = self.index.lazy_blocks();
        [terms, self.dictionary.lazy_blocks(), places]
    }

    /// Counts the reads of missing blocks.
    fn misses(&self) -> u64 {
        self.lazy_blocks()
            .iter()
            .map(|lazy_blocks| lazy_blocks.misses())
            .sum()
    }

    /// Runs `ask` until no block is missing and returns its answer. Fails if a block of the index was
    /// damaged.
    pub(super) fn until_complete<T>(&self, ask: impl Fn(&Texts<'_>) -> Result<T>) -> Result<T> {
        loop {
            let misses = self.misses();
            let answer = ask(&Texts {
                inner: self,
                misses,
            });
            if self.misses() == misses {
                self.index.health()?;
                return answer;
            }
            self.fetch()?;
        }
    }

    /// Fetches the missing blocks. All of them are requested, even if some fail.
    fn fetch(&self) -> Result<()> {
        let mut read = Ok(());
        for (lazy_blocks, block_index) in self.lazy_blocks().into_iter().zip(&self.block_indexes) {
            for number in lazy_blocks.take_wanted() {
                match block_index.block(&*self.bytes, number) {
                    Ok(bytes) => lazy_blocks.set(number as usize, bytes),
                    Err(error) => read = read.and(Err(error)),
                }
            }
        }
        read
    }
}
