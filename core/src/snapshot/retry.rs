//! A question to a snapshot whose index may not be here as a whole.
//!
//! A scorer that asks for a block which is not here goes on without it. Then the answer is dropped, what it
//! lacked is read, and the question is asked again, until nothing lacks.

use super::Inner;
use crate::error::Result;
use crate::index::Segment;
use crate::index::packed::Slots;
use crate::model::audience::Class;
use crate::projection::records::ArticleRecord;
use crate::search::respond::{Page, Pages};

/// The texts of one question, while it lacks nothing: which results it has is not certain before.
pub(super) struct Texts<'a> {
    inner: &'a Inner,
    lacks: u64,
}

impl Pages for Texts<'_> {
    fn page(&self, article: &ArticleRecord, _: Class, wants_text: bool) -> Result<Page> {
        let head = self.inner.head(article)?;
        let text = if wants_text && self.inner.lacks() == self.lacks {
            self.inner.plain(head)?
        } else {
            String::new()
        };
        Ok(Page {
            title: head.title.clone(),
            language: head.language.clone(),
            text,
        })
    }
}

impl Inner {
    /// What comes by blocks and is then kept, in the order of the first shelves.
    pub(super) fn slots(&self) -> [&Slots; 3] {
        let [terms, places] = self.index.slots();
        [terms, self.dictionary.slots(), places]
    }

    /// Counts what was not here when it was asked for.
    fn lacks(&self) -> u64 {
        self.slots().iter().map(|slots| slots.lacks()).sum()
    }

    /// An answer that lacked nothing, unless something of the index did not read on the way to it.
    pub(super) fn sound<T>(&self, ask: impl Fn(&Texts<'_>) -> Result<T>) -> Result<T> {
        loop {
            let lacks = self.lacks();
            let answer = ask(&Texts { inner: self, lacks });
            if self.lacks() == lacks {
                self.index.health()?;
                return answer;
            }
            self.fetch()?;
        }
    }

    /// Reads what was lacking. All of it is asked for, whatever fails.
    fn fetch(&self) -> Result<()> {
        let mut read = Ok(());
        for (slots, shelf) in self.slots().into_iter().zip(&self.shelves) {
            for number in slots.take_wanted() {
                match shelf.block(&*self.bytes, number) {
                    Ok(bytes) => slots.set(number as usize, bytes),
                    Err(error) => read = read.and(Err(error)),
                }
            }
        }
        read
    }
}
