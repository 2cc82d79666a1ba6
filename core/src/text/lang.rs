//! The language of a text: its stemmer, its function words, its elisions.
//!
//! A language without a stemmer is searched by its surface words, one without a list has no stop words;
//! neither is an error, because a base holds what its owner writes.

use std::fmt;

use frostem::{Algorithm, Stemmer};

use super::stopwords;

/// The primary subtag of a language tag: `en` for `en-US`. Two or three ASCII letters, padded with NUL;
/// `und` if the tag does not begin with such.
///
/// ```
/// use kenpoint::text::Lang;
/// assert_eq!(Lang::of("pt-BR"), Lang(*b"pt\0"));
/// assert_eq!(Lang::of("DE").as_str(), "de");
/// assert_eq!(Lang::of("?").as_str(), "und");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lang(pub [u8; 3]);

impl Lang {
    /// English, the default of a draft.
    pub const ENGLISH: Lang = Lang(*b"en\0");
    /// A text whose language is not known: neither stems nor stop words.
    pub const UNKNOWN: Lang = Lang(*b"und");

    /// The language of a tag, in any case, with `-` or `_` before its other parts.
    pub fn of(tag: &str) -> Lang {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let fits =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        if !fits {
            return Lang::UNKNOWN;
        }
        let mut packed = [0; 3];
        for (slot, byte) in packed.iter_mut().zip(primary.bytes()) {
            *slot = byte.to_ascii_lowercase();
        }
        Lang(packed)
    }

    /// The subtag: `en`.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        self.0
            .get(..len)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("und")
    }

    /// The Snowball stemmer, if there is one.
    pub(crate) fn stemmer(self) -> Option<Stemmer> {
        let algorithm = match self.as_str() {
            "ar" => Algorithm::Arabic,
            "ca" => Algorithm::Catalan,
            "cs" => Algorithm::Czech,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "et" => Algorithm::Estonian,
            "eu" => Algorithm::Basque,
            "fa" => Algorithm::Persian,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "ga" => Algorithm::Irish,
            "hi" => Algorithm::Hindi,
            "hu" => Algorithm::Hungarian,
            "hy" => Algorithm::Armenian,
            "id" => Algorithm::Indonesian,
            "it" => Algorithm::Italian,
            "lt" => Algorithm::Lithuanian,
            "ne" => Algorithm::Nepali,
            "nl" => Algorithm::Dutch,
            "no" | "nb" | "nn" => Algorithm::Norwegian,
            "pl" => Algorithm::Polish,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sr" => Algorithm::Serbian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            "uk" => Algorithm::Ukrainian,
            "yi" => Algorithm::Yiddish,
            _ => return None,
        };
        Some(Stemmer::new(algorithm))
    }

    /// Function words, sorted, without accents.
    pub(crate) fn stop_words(self) -> &'static [&'static str] {
        match self.as_str() {
            "en" => stopwords::EN,
            "de" => stopwords::DE,
            "fr" => stopwords::FR,
            "es" => stopwords::ES,
            "it" => stopwords::IT,
            "nl" => stopwords::NL,
            "pt" => stopwords::PT,
            _ => &[],
        }
    }

    /// Words that stand before an apostrophe and belong to the next: `l'erreur`. Sorted.
    pub(crate) fn elided(self) -> &'static [&'static str] {
        match self.as_str() {
            "fr" => stopwords::FR_ELIDED,
            "it" => stopwords::IT_ELIDED,
            "ca" => stopwords::CA_ELIDED,
            _ => &[],
        }
    }

    /// Endings with which an unfinished word becomes one the stemmer knows; for prefixes.
    pub(crate) fn completions(self) -> &'static [&'static str] {
        match self.as_str() {
            "en" => &[
                "e", "s", "d", "g", "n", "ng", "on", "ed", "er", "es", "ly", "ing", "ion", "tion",
                "ation", "ment",
            ],
            "de" => &[
                "e", "n", "en", "er", "es", "g", "ng", "ung", "ungen", "lich", "keit",
            ],
            "fr" => &["e", "s", "r", "er", "es", "ion", "tion", "ation", "ment"],
            "es" => &[
                "a", "o", "s", "r", "ar", "os", "as", "ion", "cion", "acion", "ando",
            ],
            "it" => &[
                "a", "e", "i", "o", "re", "ne", "ione", "zione", "azione", "mente",
            ],
            "pt" => &["a", "o", "s", "r", "os", "as", "ao", "cao", "acao", "ando"],
            "nl" => &["e", "n", "en", "ing", "ingen", "heid"],
            _ => &[],
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lang({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAGS: &[&str] = &[
        "ar", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "hi",
        "hu", "hy", "id", "it", "lt", "ne", "nl", "no", "pl", "pt", "ro", "ru", "sr", "sv", "ta",
        "tr", "uk", "yi",
    ];

    #[test]
    fn tags_are_read_in_any_form() {
        assert_eq!(Lang::of("zh-Hant").as_str(), "zh");
        assert_eq!(Lang::of("fil").as_str(), "fil");
        assert_eq!(Lang::of("en_GB"), Lang::ENGLISH);
        for bad in ["", "x", "english", "e1", "日本"] {
            assert_eq!(Lang::of(bad), Lang::UNKNOWN);
        }
        assert!(TAGS.iter().all(|tag| Lang::of(tag).stemmer().is_some()));
        assert!(Lang::UNKNOWN.stemmer().is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// Generated code slices strings by computed offsets: no letters may bring it to panic.
        #[test]
        fn no_stemmer_panics(
            any in "\\p{L}{0,12}",
            latin in "[a-zäöüßéèêçñøåąęıİşğ]{0,16}",
            cyrillic in "[а-яёіїђћ]{0,16}",
            other in "[\u{0561}-\u{0587}\u{0621}-\u{064a}\u{0905}-\u{094d}\u{05d0}-\u{05ea}\u{0b85}-\u{0bcd}\u{03b1}-\u{03ce}]{0,16}",
        ) {
            for tag in TAGS {
                let stemmer = Lang::of(tag).stemmer().unwrap();
                for word in [&any, &latin, &cyrillic, &other] {
                    let _ = stemmer.stem(word);
                }
            }
        }
    }
}
