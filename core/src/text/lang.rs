//! The language of a text, with its stop words and elisions.
//!
//! A language without a stemmer is searched by surface words, and one without a list has no stop words. Neither is an
//! error, because the owner of a base may write in any language.

use std::fmt;

use super::stopwords;

/// The primary subtag of a language tag: `en` for `en-US`. Two or three ASCII letters, padded with NUL; `und` if the
/// tag begins with no such subtag.
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
    /// An unknown language: neither stems nor stop words.
    pub const UNKNOWN: Lang = Lang(*b"und");

    /// Returns the language of a tag, in any case, with `-` or `_` before its other subtags.
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

    /// The stop words, sorted, without accents.
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

    /// Words that stand before an apostrophe and belong to the next word: `l'erreur`. Sorted.
    pub(crate) fn elided(self) -> &'static [&'static str] {
        match self.as_str() {
            "fr" => stopwords::FR_ELIDED,
            "it" => stopwords::IT_ELIDED,
            "ca" => stopwords::CA_ELIDED,
            _ => &[],
        }
    }

    /// Returns true if a dot groups the digits of large numbers: `1.000` is a thousand. Source: CLDR, symbols of the
    /// main locale of each language.
    pub(crate) fn groups_by_dots(self) -> bool {
        const BY_DOTS: &[&str] = &[
            "az", "bs", "ca", "da", "de", "el", "es", "eu", "gl", "hr", "id", "is", "it", "ka",
            "mk", "nl", "pt", "ro", "sl", "sq", "sr", "tr", "vi",
        ];
        BY_DOTS.contains(&self.as_str())
    }

    /// Endings that complete an unfinished word to one that the stemmer knows; for prefixes.
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

    #[test]
    fn tags_are_read_in_any_form() {
        assert_eq!(Lang::of("zh-Hant").as_str(), "zh");
        assert_eq!(Lang::of("fil").as_str(), "fil");
        assert_eq!(Lang::of("en_GB"), Lang::ENGLISH);
        for bad in ["", "x", "english", "e1", "日本"] {
            assert_eq!(Lang::of(bad), Lang::UNKNOWN);
        }
    }
}
