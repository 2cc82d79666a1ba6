//! A question to a snapshot whose index may not be here as a whole.
//!
//! A scorer that asks for a block which is not here goes on without it. Then the answer is dropped, what it
//! lacked is read, and the question is asked again, until nothing lacks.

use super::handle::LoadedSnapshot;
use crate::error::Result;
use crate::index::Segment;
use crate::index::packed::LazyBlocks;
use crate::model::audience::Class;
use crate::projection::records::ArticleRecord;
use crate::search::respond::{PageText, Pages};

/// The texts of one question, while it lacks nothing: which results it has is not certain before.
pub(super) struct Texts<'a> {
    inner: &'a LoadedSnapshot,
    misses: u64,
}

impl Pages for Texts<'_> {
    fn page(&self, article: &ArticleRecord, _: Class, wants_text: bool) -> Result<PageText> {
        let head = self.inner.head(article)?;
        let text = if wants_text && self.inner.misses() == self.misses {
            self.inner.plain(head)?
        } else {
            String::new()
        };
        Ok(PageText {
            title: head.title.clone(),
            language: head.language.clone(),
            text,
        })
    }
}

impl LoadedSnapshot {
    /// What comes by blocks and is then kept, in the order of the first shelves.
    pub(super) fn lazy_blocks(&self) -> [&LazyBlocks; 3] {
        let [terms, places] = self.index.lazy_blocks();
        [terms, self.dictionary.lazy_blocks(), places]
    }

    /// Counts what was not here when it was asked for.
    fn misses(&self) -> u64 {
        self.lazy_blocks()
            .iter()
            .map(|lazy_blocks| lazy_blocks.misses())
            .sum()
    }

    /// An answer that lacked nothing, unless something of the index did not read on the way to it.
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

    /// Reads what was lacking. All of it is asked for, whatever fails.
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
