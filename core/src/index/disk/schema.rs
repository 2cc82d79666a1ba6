//! The layout of documents in tantivy: two indexed fields and six columns.
//!
//! `terms` holds the partition key and the term, repeated by its weighted frequency, so that the frequencies that
//! tantivy stores are those of the scorer. `places` holds the key, the field and the term with true positions, for
//! phrases. Only numbers are stored.
//!
//! tantivy takes text and not tokens with counts. So the tokens of a document are written into one text that the
//! tokenizer [`Replay`] reads back: one allocation for a document and none for a token.

use std::fmt::Write;

use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{IndexSettings, TantivyDocument};

use crate::index::partition::{IndexDoc, PartKey, Window};
use crate::index::tokens;

const TOKENIZER: &str = "replay";

/// Characters of a partition key. A term must be UTF-8, and the six bytes of a key need not be. They are written as
/// seven characters of seven bits, which sort as the bytes do.
const KEY_CHARS: u32 = 7;

/// The fields, in the order of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    pub terms: Field,
    pub places: Field,
    part: Field,
    ordinal: Field,
    stamp: Field,
    length: Field,
    from: Field,
    to: Field,
}

/// Names by which tantivy finds the columns.
pub const PART: &str = "part";
pub const ORDINAL: &str = "ordinal";
pub const STAMP: &str = "stamp";
pub const LENGTH: &str = "length";
pub const FROM: &str = "from";
pub const TO: &str = "to";

/// Returns the schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let text = |record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_fieldnorms(false)
                .set_index_option(record),
        )
    };
    let number = || NumericOptions::default().set_fast();
    let mut builder = Schema::builder();
    let fields = Fields {
        terms: builder.add_text_field("terms", text(IndexRecordOption::WithFreqs)),
        places: builder.add_text_field("places", text(IndexRecordOption::WithFreqsAndPositions)),
        part: builder.add_bytes_field(PART, BytesOptions::default().set_fast()),
        ordinal: builder.add_u64_field(ORDINAL, number()),
        stamp: builder.add_u64_field(STAMP, number()),
        length: builder.add_u64_field(LENGTH, number()),
        from: builder.add_i64_field(FROM, number()),
        to: builder.add_i64_field(TO, number()),
    };
    (builder.build(), fields)
}

/// Settings under which tantivy starts no thread.
pub fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The tokenizers that tantivy needs to write a segment.
pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(TOKENIZER, Replay::default());
    // tantivy requests this tokenizer for every column, and never calls it.
    manager.register("default", Replay::default());
    manager
}

/// Converts a document to tantivy's form.
pub fn document(doc: &IndexDoc, fields: &Fields) -> TantivyDocument {
    let mut out = TantivyDocument::new();
    let mut text = key(doc.part);
    for (term, tf) in tokens::weighted_terms(doc) {
        push_token(&mut text, tf, 0, None, term);
    }
    out.add_text(fields.terms, &text);
    text.truncate(KEY_CHARS as usize);
    for (term, field, position) in tokens::places(doc) {
        push_token(&mut text, 1, position, Some(char::from(field & 0x7f)), term);
    }
    out.add_text(fields.places, &text);
    out.add_bytes(fields.part, &doc.part.to_bytes());
    out.add_u64(fields.ordinal, u64::from(doc.ordinal));
    out.add_u64(fields.stamp, u64::from(doc.stamp));
    out.add_u64(fields.length, u64::from(tokens::length(doc)));
    if doc.window != Window::ALWAYS {
        out.add_i64(fields.from, doc.window.from.ms());
        out.add_i64(fields.to, doc.window.to.ms());
    }
    out
}

/// The characters in front of each term of a partition.
pub fn key(part: PartKey) -> String {
    let bits = part
        .to_bytes()
        .iter()
        .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..KEY_CHARS)
        .rev()
        .map(|i| char::from((bits >> (7 * i) & 0x7f) as u8))
        .collect()
}

/// The characters in front of each term of a field of a partition in `places`.
pub fn place_key(part: PartKey, field: u8) -> String {
    let mut key = key(part);
    key.push(char::from(field & 0x7f));
    key
}

/// Appends `count`, `position` and the length of the rest, each closed by a zero byte; then the rest.
fn push_token(text: &mut String, count: u32, position: u32, field: Option<char>, term: &str) {
    let n_bytes = term.len() + field.map_or(0, char::len_utf8);
    // Writing to a string does not fail.
    let _ = write!(text, "{count}\0{position}\0{n_bytes}\0");
    text.extend(field);
    text.push_str(term);
}

/// Reads back the text that [`document`] wrote.
#[derive(Clone, Default)]
struct Replay {
    token: Token,
}

impl Tokenizer for Replay {
    type TokenStream<'a> = ReplayStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReplayStream<'a> {
        let (key, rest) = text
            .split_at_checked(KEY_CHARS as usize)
            .unwrap_or((text, ""));
        // There is one value only, so no gap between values.
        self.token.position_length = 0;
        ReplayStream {
            key,
            rest,
            repeats: 0,
            token: &mut self.token,
        }
    }
}

struct ReplayStream<'a> {
    key: &'a str,
    rest: &'a str,
    repeats: u32,
    token: &'a mut Token,
}

impl ReplayStream<'_> {
    fn next_token(&mut self) -> Option<()> {
        let (count, rest) = self.rest.split_once('\0')?;
        let (position, rest) = rest.split_once('\0')?;
        let (n_bytes, rest) = rest.split_once('\0')?;
        let (term, rest) = rest.split_at_checked(n_bytes.parse().ok()?)?;
        self.repeats = count.parse().ok()?;
        self.token.position = position.parse().ok()?;
        self.token.text.clear();
        self.token.text.push_str(self.key);
        self.token.text.push_str(term);
        self.rest = rest;
        Some(())
    }
}

impl TokenStream for ReplayStream<'_> {
    fn advance(&mut self) -> bool {
        while self.repeats == 0 {
            if self.next_token().is_none() {
                return false;
            }
        }
        self.repeats -= 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_replayed_as_often_as_they_count() {
        let mut text = "1234567".to_owned();
        push_token(&mut text, 3, 0, None, "né\0d");
        push_token(&mut text, 1, 9, Some('\u{2}'), "x");
        let mut replay = Replay::default();
        let mut stream = replay.token_stream(&text);
        let mut seen = Vec::new();
        while stream.advance() {
            seen.push((stream.token().text.clone(), stream.token().position));
        }
        let first = ("1234567né\0d".to_owned(), 0);
        let second = ("1234567\u{2}x".to_owned(), 9);
        assert_eq!(seen, [first.clone(), first.clone(), first, second]);
    }
}
