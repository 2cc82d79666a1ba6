//! Telephone numbers in running text, in all their written forms.
//!
//! A number is written with or without its country code, in groups or in one. All forms share their last digits, which
//! are the key. This module knows no country: it accepts shapes that hardly anything else has.

/// Digits of the key: the number inside its area, which no form leaves out. Source: ITU-T E.164 leaves 15 digits in all
/// and national plans give subscribers seven or more of them, as the North American one does.
const KEY_DIGITS: usize = 7;
/// Most digits of a number, with its country code. Source: ITU-T E.164, and two for the international prefix `00`.
const MAX_DIGITS: usize = 17;
/// Fewest digits of a number in one group. Source: area code and number in North America.
const MIN_DIGITS_IN_ONE: usize = 10;
/// Most separators between two groups, as in `) `.
const MAX_SEPARATORS: usize = 2;

/// A telephone number in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Telephone {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last digit.
    pub end: usize,
    /// The term that all its forms share: a plus and the last digits.
    pub key: String,
}

/// Digits side by side.
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Returns the telephone numbers of a text, in order. Linear in the text.
pub(crate) fn numbers(text: &str) -> Vec<Telephone> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < KEY_DIGITS {
        return found;
    }
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
    {
        let start = at + first;
        at = read_groups(bytes, start, &mut groups);
        let before = |n: usize| start.checked_sub(n).and_then(|at| bytes.get(at)).copied();
        let is_plus =
            before(1) == Some(b'+') || (before(1) == Some(b'(') && before(2) == Some(b'+'));
        let is_part_of_word = before(1).is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'#' | b',' | b':' | b'$')
        }) || bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':'));
        if is_part_of_word {
            continue;
        }
        if let Some(end) = end_of_number(bytes, is_plus, before(1) == Some(b'('), &groups) {
            let digits: String = text
                .get(start..end)
                .unwrap_or_default()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            let from = digits.len().saturating_sub(KEY_DIGITS);
            let key = format!("+{}", digits.get(from..).unwrap_or_default());
            found.push(Telephone { start, end, key });
        }
    }
    found
}

/// Reads groups of digits with one or two separators between, and returns the byte after the last.
fn read_groups(bytes: &[u8], start: usize, groups: &mut Vec<Group>) -> usize {
    groups.clear();
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        groups.push(Group {
            start: at,
            end: at + len,
        });
        at += len;
        let rest = bytes.get(at..).unwrap_or_default();
        let is_separator = |byte: &&u8| matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')');
        let n = rest.iter().take_while(is_separator).count();
        let next_is_digit = rest.get(n).is_some_and(u8::is_ascii_digit);
        if n == 0 || n > MAX_SEPARATORS || !next_is_digit {
            return at;
        }
        at += n;
    }
}

/// The byte after the telephone number that the groups begin with, if they begin with one.
fn end_of_number(
    bytes: &[u8],
    is_plus: bool,
    is_in_brackets: bool,
    groups: &[Group],
) -> Option<usize> {
    let lengths: Vec<usize> = groups.iter().take(8).map(Group::len).collect();
    let n_digits: usize = groups.iter().map(Group::len).sum();
    let first = groups.first()?;
    let begins_with = |digits: &[u8]| {
        bytes
            .get(first.start..)
            .is_some_and(|rest| rest.starts_with(digits))
    };
    // The plan of North America, with or without its country code; whatever follows is no part of it.
    let american = match lengths.as_slice() {
        [1, 3, 3, 4, ..] if begins_with(b"1") => Some(3),
        [3, 1, 3, 3, ..] if begins_with(b"001") && lengths.get(4) == Some(&4) => Some(4),
        [3, 3, 3, 4, ..] if begins_with(b"001") => Some(3),
        [3, 3, 4, ..] if !begins_with(b"0") => Some(2),
        _ => None,
    };
    if let Some(last) = american {
        return groups.get(last).map(|group| group.end);
    }
    let is_date = matches!(lengths.as_slice(), [2, 2, 4] | [2, 2, 2]);
    let fits = (KEY_DIGITS..=MAX_DIGITS).contains(&n_digits);
    let is_number = match groups {
        [_] => is_plus || n_digits >= MIN_DIGITS_IN_ONE,
        // A trunk prefix or an area code in brackets.
        _ => is_plus || is_in_brackets || (begins_with(b"0") && first.len() >= 2 && !is_date),
    };
    (fits && is_number).then(|| groups.last().map(|group| group.end))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<String> {
        numbers(text).into_iter().map(|number| number.key).collect()
    }

    #[test]
    fn all_forms_share_their_key() {
        for written in [
            "+1-555-101-2020",
            "+1 555 101 2020",
            "+1.555.101.2020",
            "+1 (555) 101-2020",
            "(555) 101-2020",
            "1-555-101-2020",
            "001-555-101-2020",
            "+0015551012020",
            "15551012020",
            "555-101-2020",
            "555.101.2020 2 times",
            "call 555 101 2020.",
        ] {
            assert_eq!(keys(written), ["+1012020"], "{written}");
        }
        for written in [
            "+49 30 1234567",
            "030 1234567",
            "030/123 45 67",
            "0049 (30) 123-4567",
            "+49 (0)30 1234567",
        ] {
            assert_eq!(keys(written), ["+1234567"], "{written}");
        }
    }

    #[test]
    fn other_numbers_have_none() {
        for written in [
            "2024-01-15 10:30:45",
            "01.02.2024",
            "16.0.17928.20114",
            "192.168.100.200",
            "KB3126599",
            "0x80070005",
            "ports 80, 443 and 8080",
            "1,234,567",
            "5.7.64",
            "978-3-16-148410-0",
            "4711",
            "version 10.0.19045.3570",
        ] {
            assert_eq!(keys(written), Vec::<String>::new(), "{written}");
        }
    }

    proptest! {
        #[test]
        fn numbers_lie_in_the_text(text in "([+(]?[0-9]{1,6}[-. /()]{0,3}|\\PC|[a-z ]){0,20}") {
            let mut last = 0;
            for number in numbers(&text) {
                prop_assert!(last <= number.start && number.start < number.end);
                prop_assert!(text.get(number.start..number.end).is_some());
                prop_assert_eq!(number.key.len(), KEY_DIGITS + 1);
                last = number.end;
            }
        }
    }
}
