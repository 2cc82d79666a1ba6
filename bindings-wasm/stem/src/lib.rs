//! One stemmer as a file: the language is that of `KENPOINT_STEMMER` when it is compiled, English otherwise.
//!
//! A page loads the files of the languages its snapshot has. They are called with one word at a time, through
//! an area of their memory that has room for the longest term; nothing else is exported, and nothing imported.

use std::cell::RefCell;

use frostem::{Algorithm, Stemmer};

/// Bytes of the area. Terms are shorter than half of it, and no stem is twice as long as its word.
const AREA: usize = 256;

thread_local! {
    /// Where a word is put, and its stem found. WebAssembly without threads has one.
    static WORD: RefCell<[u8; AREA]> = const { RefCell::new([0; AREA]) };
}

/// The algorithm of this file. `xtask` compiles one for each language that `core` names in `text/stem.rs`.
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

/// Where the area is.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *mut u8 {
    WORD.with(|word| word.as_ptr().cast())
}

/// Stems the word of so many bytes in the area, in its place. Returns the length of the stem; what is no word
/// stays as it is.
#[unsafe(no_mangle)]
pub extern "C" fn stem(len: usize) -> usize {
    WORD.with_borrow_mut(|area| {
        let stem = match area.get(..len).map(str::from_utf8) {
            Some(Ok(word)) => Stemmer::new(algorithm()).stem(word).into_owned(),
            _ => return len,
        };
        match area.get_mut(..stem.len()) {
            Some(place) => {
                place.copy_from_slice(stem.as_bytes());
                stem.len()
            }
            None => len,
        }
    })
}
