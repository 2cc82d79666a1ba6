//! Finds the places where a text can be cut between words: the boundaries of Unicode (UAX 29), without its table.
//!
//! The tokenizer knows the letters; the characters that join them are a short list. In scripts without spaces there
//! is a boundary between any two characters with their marks, as in Unicode.

use super::combining_marks::is_mark;
use super::tokenize::{is_ignorable, is_run_char, is_word_char};

/// The last boundary of `text` at or before `limit`, which is a character boundary.
pub(crate) fn last_bound(text: &str, limit: usize) -> usize {
    let mut at = limit.min(text.len());
    while let Some(before) = text.get(..at)
        && let Some(last) = before.chars().next_back()
        && !is_bound(before, text.get(at..).unwrap_or_default())
    {
        at -= last.len_utf8();
    }
    at
}

/// Returns true if there is a boundary between two adjacent texts.
fn is_bound(before: &str, after: &str) -> bool {
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if is_break(last) || is_break(next) {
        return (last, next) != ('\r', '\n');
    }
    // A mark stays with its character, and the components of one pictograph stay together.
    if attaches(next) || (last == ZERO_WIDTH_JOINER && is_picture(next)) {
        return false;
    }
    let mut left = before.chars().rev().filter(|c| !attaches(*c));
    let mut right = after.chars().filter(|c| !attaches(*c)).skip(1);
    let Some(last) = left.next() else {
        return true;
    };
    let (a, b) = (Part::of(last), Part::of(next));
    let joined = match (a, b) {
        (Part::Flag, Part::Flag) => {
            left.take_while(|c| Part::of(*c) == Part::Flag).count() % 2 == 0
        }
        (Part::Space, Part::Space) => before.ends_with(last),
        (Part::Joiner, _) => b.is_word() || b == Part::Joiner,
        (_, Part::Joiner) => a.is_word(),
        (Part::Kana, _) | (_, Part::Kana) => a == b,
        // Hebrew abbreviations end with one sign and contain two.
        (_, Part::Other) if next == '\'' && is_hebrew(last) => true,
        (_, Part::Other) if next == '"' && is_hebrew(last) => right.next().is_some_and(is_hebrew),
        (Part::Other, _) if last == '"' && is_hebrew(next) => left.next().is_some_and(is_hebrew),
        // One point or apostrophe inside a word or number does not split it: `example.com`, `don't`, `1,000`.
        (Part::Letter | Part::Digit, Part::Other) => {
            right.next().is_some_and(|c| joins(next, a, Part::of(c)))
        }
        (Part::Other, Part::Letter | Part::Digit) => {
            left.next().is_some_and(|c| joins(last, Part::of(c), b))
        }
        _ => a.is_word() && b.is_word(),
    };
    !joined
}

const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// The class of a character for word breaking.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Letter,
    Digit,
    Kana,
    /// A connector such as `_`, which counts as a letter between letters.
    Joiner,
    Space,
    /// A regional indicator; two make a flag.
    Flag,
    Other,
}

impl Part {
    fn of(c: char) -> Part {
        match c {
            '0'..='9' => Part::Digit,
            '_' | '\u{202f}' | '\u{203f}' | '\u{2040}' | '\u{ff3f}' => Part::Joiner,
            ' ' | '\u{3000}' => Part::Space,
            '\u{1f1e6}'..='\u{1f1ff}' => Part::Flag,
            '\u{30a0}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{ff66}'..='\u{ff9d}' => Part::Kana,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => {
                Part::Letter
            }
            _ if c.is_ascii() && !c.is_ascii_alphabetic() => Part::Other,
            _ if is_run_char(c) || !is_word_char(c) => Part::Other,
            _ if c.is_alphabetic() => Part::Letter,
            _ => Part::Digit,
        }
    }

    fn is_word(self) -> bool {
        matches!(self, Part::Letter | Part::Digit | Part::Kana)
    }
}

/// Returns true if a punctuation mark joins the characters beside it.
fn joins(c: char, a: Part, b: Part) -> bool {
    let both = |part| a == part && b == part;
    match c {
        '.' | '\'' | '\u{2018}' | '\u{2019}' | '\u{2024}' | '\u{ff0e}' | '\u{ff07}' => {
            both(Part::Letter) || both(Part::Digit)
        }
        ':' | '\u{b7}' | '\u{2027}' | '\u{5f4}' | '\u{ff1a}' => both(Part::Letter),
        ',' | ';' | '\u{60c}' | '\u{66c}' | '\u{ff0c}' | '\u{ff1b}' => both(Part::Digit),
        _ => false,
    }
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5d0}'..='\u{5ea}' | '\u{5ef}'..='\u{5f2}')
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
}

/// Returns true if a character belongs to the one before it: marks, invisible characters, skin tones.
fn attaches(c: char) -> bool {
    !c.is_ascii() && (is_mark(c) || is_ignorable(c) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    /// The same boundary by the table of Unicode.
    fn by_the_table(text: &str, limit: usize) -> usize {
        let starts = text.split_word_bound_indices().map(|(at, _)| at);
        let bounds = starts.chain([text.len()]);
        bounds.take_while(|at| *at <= limit).last().unwrap_or(0)
    }

    fn all_limits(text: &str) -> Result<(), TestCaseError> {
        for limit in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (ours, table) = (last_bound(text, limit), by_the_table(text, limit));
            prop_assert_eq!(ours, table, "{:?} at {}", text, limit);
        }
        Ok(())
    }

    #[test]
    fn words_pictures_and_numbers_stay_whole() {
        for text in [
            "Don't stop: it's 1,000.5 at example.com, user_name@host or a:b. x..y 3.a a.3",
            "Größe Ёлка שלום مرحبا καλημέρα re\u{301}sume\u{301}",
            "打开数据库吧 カタカナとひらがな 한국어 문서 ที่นี่",
            "👍🏽 👨\u{200d}👩\u{200d}👧 🇩🇪🇫🇷🇮 x\u{fe0f}",
            "a\r\nb \n  c\u{2028}d\te",
        ] {
            all_limits(text).unwrap();
        }
    }

    proptest! {
        #[test]
        fn bounds_are_those_of_unicode(
            text in "([a-zA-Z0-9 .,:;'\"_/@&-]|[ßéñçÄÖü]|[а-яё]|[α-ω]|[אבג]|[مرحب]|[数据库开]|[あかがん]|[アカガー]|[한국어]|[\n\r\t]|[\u{301}\u{308}\u{fe0f}\u{ad}’“”…]|[👍👩🏽🇩🇪]){0,14}",
        ) {
            all_limits(&text)?;
        }
    }
}
