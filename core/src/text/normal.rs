//! Normalises the letters of a word: NFKC, lower case and, in a second step, no accents.
//!
//! The steps are apart because stemmers need the accents and comparison does not: `normalise` keeps them, `fold`
//! removes them. This module knows no language and no word list.

use super::combining_marks::is_mark;
use super::normalization::{decompose, nfkc};

/// Returns true for the apostrophes that occur inside words.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{02bc}' | '\u{ff07}')
}

/// Writes the lower-case NFKC form of a word to `out`, which is emptied first. Apostrophes become `'` and decimal
/// digits of Arabic and Indic scripts become ASCII. Everything except letters, digits and marks (joiners, soft
/// hyphens, remains of compatibility forms) is dropped.
pub(crate) fn normalise(raw: &str, out: &mut String) {
    out.clear();
    if raw.is_ascii() {
        out.extend(raw.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    nfkc(raw, |c| {
        if is_apostrophe(c) {
            out.push('\'');
            return;
        }
        for lower in c.to_lowercase() {
            if lower.is_alphanumeric() || is_mark(lower) {
                push_habit(ascii_digit(lower).unwrap_or(lower), out);
            }
        }
    });
}

/// Appends a letter in the one form of the several that writers of Arabic, Persian, Urdu and Hindi use for it. This
/// precedes stemming, because a stemmer would treat the forms differently. Source: the normalizers of Lucene for these
/// languages, without the steps that shorten vowels.
fn push_habit(c: char, out: &mut String) {
    let c = match c {
        '\0'..='\u{63f}' => c,
        // Tatweel lengthens a line; nukta marks a sound that most writers leave unmarked.
        '\u{640}' | '\u{93c}' | '\u{a3c}' => return,
        // Alef maksura, Farsi yeh and yeh barree.
        '\u{649}' | '\u{6cc}' | '\u{6d2}' | '\u{6d3}' => '\u{64a}',
        // Keheh and swash kaf.
        '\u{6a9}' | '\u{6aa}' => '\u{643}',
        // Heh goal, heh doachashmee, ae.
        '\u{6be}' | '\u{6c0}'..='\u{6c2}' | '\u{6d5}' => '\u{647}',
        '\u{671}' => '\u{627}',
        // Chandrabindu.
        '\u{901}' => '\u{902}',
        _ => c,
    };
    // A nasal without its vowel before a consonant is an anusvara.
    if matches!(c, '\u{915}'..='\u{939}') {
        let mut last = out.chars().rev();
        let is_virama = last.next() == Some('\u{94d}');
        let nasal = last.next().filter(|c| {
            is_virama && matches!(c, '\u{919}' | '\u{91e}' | '\u{923}' | '\u{928}' | '\u{92e}')
        });
        if nasal.is_some() && last.next().is_some() {
            out.truncate(out.len() - 2 * '\u{94d}'.len_utf8());
            out.push('\u{902}');
        }
    }
    out.push(c);
}

/// Writes a normalised word without accents to `out`, which is emptied first.
///
/// Latin and Greek diacritics, Arabic vowel signs and Hebrew points are removed. Cyrillic `й` and Indic vowel signs
/// stay, because there the mark makes another letter. `ß` becomes `ss`, `æ` becomes `ae`, and an umlaut its base
/// letter, so that `Schlüssel` matches `Schlussel`.
pub(crate) fn fold(word: &str, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.push_str(word);
        return;
    }
    for c in word.chars() {
        match c {
            '\0'..='\u{7f}' => out.push(c),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            'й' | 'ї' | 'ў' => out.push(c),
            // Teh marbuta is often typed without its dots.
            '\u{629}' => out.push('\u{647}'),
            _ => decompose(c, |part| {
                if !is_dropped_mark(part) {
                    out.push(part);
                }
            }),
        }
    }
}

/// Returns true for marks that only accent or vocalise, and for tatweel, which only lengthens a line.
fn is_dropped_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}'
        | '\u{0591}'..='\u{05c7}'
        | '\u{0610}'..='\u{061a}'
        | '\u{0640}'
        | '\u{064b}'..='\u{0655}'
        | '\u{0670}'
        | '\u{06d6}'..='\u{06dc}'
        | '\u{06df}'..='\u{06e4}'
        | '\u{06e7}'..='\u{06e8}'
        | '\u{06ea}'..='\u{06ed}')
}

/// The ASCII digit of a decimal digit in a script whose digits NFKC does not change.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 7] = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0e50];
    let code = u32::from(c);
    ZEROS.iter().find_map(|zero| {
        let value = code.checked_sub(*zero)?;
        char::from_digit(value, 10)
    })
}

/// Cuts a term to at most `limit` bytes, at a character boundary.
pub(crate) fn head(term: &str, limit: usize) -> &str {
    if term.len() <= limit {
        return term;
    }
    let mut end = limit;
    while end > 0 && !term.is_char_boundary(end) {
        end -= 1;
    }
    term.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let (mut normal, mut out) = (String::new(), String::new());
        normalise(text, &mut normal);
        fold(&normal, &mut out);
        out
    }

    #[test]
    fn accents_and_widths_fall_away() {
        assert_eq!(folded("Schlüssel"), "schlussel");
        assert_eq!(folded("Stra\u{00df}e"), "strasse");
        assert_eq!(folded("re\u{0301}solution"), "resolution");
        assert_eq!(folded("ＫＢ３１２"), "kb312");
        assert_eq!(folded("٤٠٧١"), "4071");
        assert_eq!(folded("Ёлка"), "елка");
        assert_eq!(folded("мой"), "мой");
        assert_eq!(folded("co\u{00ad}op"), "coop");
        assert_eq!(folded("İstanbul"), "istanbul");
    }

    #[test]
    fn letters_of_one_habit_are_one() {
        for (one, other) in [
            ("الدورى", "الدوري"),
            ("علی", "علي"),
            ("کتاب", "كتاب"),
            ("أحمد", "احمد"),
            ("آب", "اب"),
            ("ٱلله", "الله"),
            ("مدرسة", "مدرسه"),
            ("ســلام", "سلام"),
            ("مُحَمَّد", "محمد"),
            ("می\u{200c}شود", "ميشود"),
            ("خانۀ", "خانه"),
            ("ہے", "هي"),
            ("ज़रूर", "जरूर"),
            ("हिन्दी", "हिंदी"),
            ("सम्पर्क", "संपर्क"),
            ("चाँद", "चांद"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        // A nasal that is doubled or stands first keeps its sound.
        assert_ne!(folded("न्य"), folded("ंय"));
    }

    #[test]
    fn a_head_ends_at_a_character() {
        assert_eq!(head("aüb", 2), "a");
        assert_eq!(head("aüb", 3), "aü");
        assert_eq!(head("ab", 9), "ab");
    }
}
