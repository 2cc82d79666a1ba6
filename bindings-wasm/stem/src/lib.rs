//! One stemmer as a WebAssembly file, for the language in `KENPOINT_STEMMER` at compile time; English by default.
//!
//! A page loads the files of the languages of its snapshot. A call stems one word in a buffer of the module's memory. The
//! module exports nothing else and imports nothing.

use std::cell::RefCell;

use frostem::{Algorithm, Stemmer};

/// Size of the buffer in bytes. Terms are shorter than half of it, and no stem is twice as long as its word.
const BUFFER_BYTES: usize = 256;

thread_local! {
    /// The buffer: the word before a call, its stem after it.
    static WORD: RefCell<[u8; BUFFER_BYTES]> = const { RefCell::new([0; BUFFER_BYTES]) };
}

/// Returns the algorithm of this file. `xtask` compiles one for each language in `core/src/text/stem.rs`.
fn algorithm() -> Algorithm {
    match option_env!("KENPOINT_STEMMER").unwrap_or("en").as_bytes() {
        b"ar" => Algorithm::Arabic,
        b"ca" => Algorithm::Catalan,
        b"cs" => Algorithm::Czech,
        b"da" => Algorithm::Danish,
        b"de" => Algorithm::German,
        b"el" => Algorithm::Greek,
        b"es" => Algorithm::Spanish,
        b"et" => Algorithm::Estonian,
        b"eu" => Algorithm::Basque,
        b"fa" => Algorithm::Persian,
        b"fi" => Algorithm::Finnish,
        b"fr" => Algorithm::French,
        b"ga" => Algorithm::Irish,
        b"hi" => Algorithm::Hindi,
        b"hu" => Algorithm::Hungarian,
        b"hy" => Algorithm::Armenian,
        b"id" => Algorithm::Indonesian,
        b"it" => Algorithm::Italian,
        b"lt" => Algorithm::Lithuanian,
        b"ne" => Algorithm::Nepali,
        b"nl" => Algorithm::Dutch,
        b"no" | b"nb" | b"nn" => Algorithm::Norwegian,
        b"pl" => Algorithm::Polish,
        b"pt" => Algorithm::Portuguese,
        b"ro" => Algorithm::Romanian,
        b"ru" => Algorithm::Russian,
        b"sr" => Algorithm::Serbian,
        b"sv" => Algorithm::Swedish,
        b"ta" => Algorithm::Tamil,
        b"tr" => Algorithm::Turkish,
        b"uk" => Algorithm::Ukrainian,
        b"yi" => Algorithm::Yiddish,
        _ => Algorithm::English,
    }
}

/// Returns the address of the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *mut u8 {
    WORD.with(|word| word.as_ptr().cast())
}

/// Stems the word of `len` bytes in the buffer, in place, and returns the length of the stem. Invalid UTF-8 stays as it is.
#[unsafe(no_mangle)]
pub extern "C" fn stem(len: usize) -> usize {
    WORD.with_borrow_mut(|buffer| {
        let stem = match buffer.get(..len).map(str::from_utf8) {
            Some(Ok(word)) => Stemmer::new(algorithm()).stem(word).into_owned(),
            _ => return len,
        };
        match buffer.get_mut(..stem.len()) {
            Some(place) => {
                place.copy_from_slice(stem.as_bytes());
                stem.len()
            }
            None => len,
        }
    })
}
