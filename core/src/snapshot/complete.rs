//! Completion of typed text: by words of visible articles, and by their titles.
//!
//! One sorted table holds both. The key of a word is `w` and the folded word; its value is the number of articles
//! with the word, and its most frequent spelling if that differs. The key of a title is `t`, the folded title, a
//! zero byte and the number of its article; its value is empty. The table omits words of articles that require an
//! entitlement or expire, because it knows neither the user nor the time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::packed::{
    ByteReader, LazyBlocks, SortedTable, SortedTableBuilder, TableBytes, put,
};
use crate::text::{Lang, markdown, vocabulary};

/// Completions of typed text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Completions {
    /// The text with its last word completed; words of more articles first.
    pub words: Vec<WordCompletion>,
    /// Titles that begin with the text; shorter ones first.
    pub titles: Vec<TitleCompletion>,
}

/// A completion of the last word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WordCompletion {
    /// The whole text, with its last word completed.
    pub text: String,
    /// The number of articles with the word.
    pub articles: u32,
}

/// A completion by a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TitleCompletion {
    /// The title.
    pub text: String,
    /// The id of the article.
    pub article: String,
}

/// Collects words and titles.
#[derive(Default)]
pub struct DictionaryBuilder {
    /// By folded word: the count of each spelling, and the number of articles.
    words: BTreeMap<String, (BTreeMap<String, u32>, u32)>,
    titles: BTreeSet<(String, u32)>,
}

impl DictionaryBuilder {
    /// Adds an article: its title and its other texts. With `has_words` false, only the title.
    pub fn add(&mut self, article: u32, title: &str, texts: &[&str], lang: Lang, has_words: bool) {
        self.titles.insert((vocabulary::folded(title), article));
        if !has_words {
            return;
        }
        let mut seen = BTreeSet::new();
        let plain = texts.iter().map(|text| markdown::plain(text));
        for text in std::iter::once(title.to_owned()).chain(plain) {
            vocabulary::words(&text, lang, &mut |written, form| {
                let (forms, n_articles) = self.words.entry(form.to_owned()).or_default();
                *forms.entry(written.to_owned()).or_insert(0) += 1;
                if seen.insert(form.to_owned()) {
                    *n_articles += 1;
                }
            });
        }
    }

    /// Encodes the dictionary.
    pub fn finish(self) -> TableBytes {
        let mut table = SortedTableBuilder::default();
        for (title, article) in self.titles {
            let key = [b"t", title.as_bytes(), b"\0", &article.to_be_bytes()].concat();
            table.add(&key, &[]);
        }
        for (form, (written, n_articles)) in self.words {
            let most = written
                .iter()
                .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
            if let Some((written, _)) = most {
                let mut value = Vec::new();
                put(&mut value, u64::from(n_articles));
                if *written != form {
                    value.extend_from_slice(written.as_bytes());
                }
                table.add(&[b"w", form.as_bytes()].concat(), &value);
            }
        }
        table.finish()
    }
}

/// Takes the rest of a key after the kind, and its value. Returns `None` if they are damaged.
type EntryVisitor<'v> = dyn FnMut(&[u8], &[u8]) -> Option<()> + 'v;

/// The completion dictionary of a snapshot.
pub struct Dictionary(SortedTable);

impl Dictionary {
    /// Opens a dictionary from the first keys of its blocks. No block is loaded yet.
    pub fn open(firsts: &[u8]) -> Result<Dictionary> {
        SortedTable::open(firsts)
            .map(Dictionary)
            .ok_or_else(damaged)
    }

    /// Returns its lazily loaded blocks.
    pub fn lazy_blocks(&self) -> &LazyBlocks {
        self.0.lazy_blocks()
    }

    /// Calls `visit` with each key of a kind that begins with `prefix`.
    fn each(&self, kind: u8, prefix: &str, visit: &mut EntryVisitor<'_>) -> Result<()> {
        let from = [&[kind], prefix.as_bytes()].concat();
        let mut is_sound = true;
        // The entries with the most articles can be in any of the blocks, so all of them are read.
        let read = self.0.each(&from, usize::MAX, &mut |key, value| {
            let behind = key.get(1..).unwrap_or_default();
            is_sound = visit(behind, value).is_some();
            is_sound
        });
        read.filter(|()| is_sound).ok_or_else(damaged)
    }

    /// Completes the last word of `typed`; words of more articles first.
    pub fn words(&self, typed: &str, limit: usize) -> Result<Vec<WordCompletion>> {
        let before = typed.rfind(char::is_whitespace).map_or(0, |at| {
            at + typed
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
        let (kept, last) = typed.split_at(before);
        let form = vocabulary::folded(last);
        if form.chars().count() < crate::settings::MIN_PREFIX_CHARS {
            return Ok(Vec::new());
        }
        let mut found: Vec<(u32, String)> = Vec::new();
        self.each(b'w', &form, &mut |form, value| {
            let mut written = ByteReader(value);
            let n_articles = written.small()?;
            let word = if written.0.is_empty() {
                form
            } else {
                written.0
            };
            found.push((n_articles, std::str::from_utf8(word).ok()?.to_owned()));
            Some(())
        })?;
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let found = found.into_iter().take(limit);
        let found = found.map(|(articles, word)| WordCompletion {
            text: format!("{kept}{word}"),
            articles,
        });
        Ok(found.collect())
    }

    /// Returns the articles whose titles begin with `typed`.
    pub fn titles(&self, typed: &str) -> Result<Vec<u32>> {
        let form = vocabulary::folded(typed);
        let mut found = Vec::new();
        if form.chars().count() >= crate::settings::MIN_PREFIX_CHARS {
            self.each(b't', &form, &mut |title, _| {
                let (_, number) = title.split_last_chunk()?;
                found.push(u32::from_be_bytes(*number));
                Some(())
            })?;
        }
        Ok(found)
    }
}

fn damaged() -> Error {
    Error::corrupt("the completions of a snapshot do not read")
}
