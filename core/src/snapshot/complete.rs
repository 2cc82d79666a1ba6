//! Completion of what is being typed: by words that visible articles have, and by their titles.
//!
//! One fst holds both. Under `w` stands each word, folded, then a 0 and as it is mostly written, with the
//! number of articles that have it; under `t` each title, folded, then a 0 and its article's number. Words
//! of articles that ask for an entitlement, or that end, are not in it, since it knows neither who types nor when.

use std::collections::{BTreeMap, BTreeSet};

use fst::{IntoStreamer, Streamer};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
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
pub struct Builder {
    /// By folded word: how often it is written in which way, and by how many articles.
    words: BTreeMap<String, (BTreeMap<String, u32>, u32)>,
    titles: BTreeSet<(String, u32)>,
}

impl Builder {
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
    pub fn finish(self) -> Result<Vec<u8>> {
        let failed = |cause| {
            let message = "the completions of a snapshot cannot be written";
            Error::with_source(ErrorCode::Internal, message, cause)
        };
        let mut dictionary = fst::MapBuilder::memory();
        for (title, article) in self.titles {
            let key = [b"t", title.as_bytes(), b"\0", &article.to_be_bytes()].concat();
            dictionary.insert(key, 0).map_err(failed)?;
        }
        for (form, (written, n_articles)) in self.words {
            let most = written
                .iter()
                .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
            if let Some((written, _)) = most {
                let key = [b"w", form.as_bytes(), b"\0", written.as_bytes()].concat();
                dictionary
                    .insert(key, u64::from(n_articles))
                    .map_err(failed)?;
            }
        }
        dictionary.into_inner().map_err(failed)
    }
}

/// The dictionary of a snapshot.
pub struct Dictionary(fst::Map<Vec<u8>>);

impl Dictionary {
    /// The dictionary of these bytes, which were compared with their digest.
    pub fn open(bytes: Vec<u8>) -> Result<Dictionary> {
        let map = fst::Map::new(bytes);
        map.map(Dictionary)
            .map_err(|e| Error::corrupt(format!("the snapshot's completions do not read: {e}")))
    }

    /// Calls `visit` with what stands behind the 0 of each key of a kind that begins with `prefix`, and its
    /// value.
    fn each(&self, kind: u8, prefix: &str, visit: &mut dyn FnMut(&[u8], u64)) {
        let from = [&[kind], prefix.as_bytes()].concat();
        let mut stream = self.0.range().ge(&from).into_stream();
        while let Some((key, value)) = stream.next() {
            if !key.starts_with(&from) {
                return;
            }
            let end = key.iter().position(|byte| *byte == 0);
            if let Some(behind) = end.and_then(|end| key.get(end + 1..)) {
                visit(behind, value);
            }
        }
    }

    /// The texts with the last word of `typed` completed, those of more articles first.
    pub fn words(&self, typed: &str, limit: usize) -> Vec<WordCompletion> {
        let before = typed.rfind(char::is_whitespace).map_or(0, |at| {
            at + typed
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
        let (kept, last) = typed.split_at(before);
        let form = vocabulary::folded(last);
        if form.chars().count() < crate::settings::MIN_PREFIX_CHARS {
            return Vec::new();
        }
        let mut found: Vec<(u64, String)> = Vec::new();
        self.each(b'w', &form, &mut |written, n_articles| {
            if let Ok(written) = std::str::from_utf8(written) {
                found.push((n_articles, written.to_owned()));
            }
        });
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let found = found.into_iter().take(limit);
        found
            .map(|(n_articles, word)| WordCompletion {
                text: format!("{kept}{word}"),
                articles: n_articles as u32,
            })
            .collect()
    }

    /// The articles whose titles begin as `typed` does.
    pub fn titles(&self, typed: &str) -> Vec<u32> {
        let form = vocabulary::folded(typed);
        let mut found = Vec::new();
        if form.chars().count() >= crate::settings::MIN_PREFIX_CHARS {
            self.each(b't', &form, &mut |number, _| {
                found.extend(
                    number
                        .first_chunk()
                        .map(|number| u32::from_be_bytes(*number)),
                );
            });
        }
        found
    }
}
