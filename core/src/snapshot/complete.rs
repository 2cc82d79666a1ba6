//! Completion of what is being typed: by words that visible articles have, and by their titles.
//!
//! One table holds both. Under `w` and a word, folded, stands the number of articles that have it, and as it is
//! mostly written where that is something else; under `t`, a title, folded, a 0 and its article's number nothing.
//! Words of articles that ask for an entitlement, or that end, are not in it, since it knows neither who types
//! nor when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::packed::{
    ByteReader, LazyBlocks, SortedTable, SortedTableBuilder, TableBytes, put,
};
use crate::text::{Lang, markdown, vocabulary};

/// How what is being typed may go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Completions {
    /// The text with its last word completed: words of more articles first.
    pub words: Vec<WordCompletion>,
    /// Titles that begin so: shorter ones first.
    pub titles: Vec<TitleCompletion>,
}

/// The text with its last word completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WordCompletion {
    /// The whole text.
    pub text: String,
    /// Articles that have the word.
    pub articles: u32,
}

/// A title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TitleCompletion {
    /// The title.
    pub text: String,
    /// The article.
    pub article: String,
}

/// Gathers words and titles.
#[derive(Default)]
pub struct DictionaryBuilder {
    /// By folded word: how often it is written in which way, and by how many articles.
    words: BTreeMap<String, (BTreeMap<String, u32>, u32)>,
    titles: BTreeSet<(String, u32)>,
}

impl DictionaryBuilder {
    /// Adds an article: its title, and what else is read in it.
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

    /// The bytes of the dictionary.
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

/// Takes what stands behind the kind in a key, and its value; `None` if they do not read.
type EntryVisitor<'v> = dyn FnMut(&[u8], &[u8]) -> Option<()> + 'v;

/// The dictionary of a snapshot.
pub struct Dictionary(SortedTable);

impl Dictionary {
    /// The dictionary whose blocks begin so; none of them is here yet.
    pub fn open(firsts: &[u8]) -> Result<Dictionary> {
        SortedTable::open(firsts)
            .map(Dictionary)
            .ok_or_else(damaged)
    }

    /// Its blocks.
    pub fn lazy_blocks(&self) -> &LazyBlocks {
        self.0.lazy_blocks()
    }

    /// Calls `visit` with each key of a kind that begins with `prefix`.
    fn each(&self, kind: u8, prefix: &str, visit: &mut EntryVisitor<'_>) -> Result<()> {
        let from = [&[kind], prefix.as_bytes()].concat();
        let mut is_sound = true;
        // Those of most articles may be in any of the blocks.
        let read = self.0.each(&from, usize::MAX, &mut |key, value| {
            let behind = key.get(1..).unwrap_or_default();
            is_sound = visit(behind, value).is_some();
            is_sound
        });
        read.filter(|()| is_sound).ok_or_else(damaged)
    }

    /// The texts with the last word of `typed` completed, those of more articles first.
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

    /// The articles whose titles begin as `typed` does.
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
