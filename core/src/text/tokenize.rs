//! Cuts text into surface words: chains of pieces in scripts with spaces, runs in scripts without.
//!
//! A *piece* is letters and digits with their marks. Pieces joined by one connector (`-`, `.`, `_`, `/` and the like,
//! no space) form a *chain*, because `ORA-00942` and `user@example.com` are written as one. A *run* is a stretch of
//! Han, kana, Thai, Lao, Khmer, Myanmar or Hangul. `identifier` interprets the chains; this module knows no language.
//! It reads each byte once.

use super::combining_marks::is_mark;
use super::normal::is_apostrophe;
use crate::settings::MAX_TERM_BYTES;

/// Longest piece in bytes. A longer one is cut, so that a hostile word cannot cost memory, and is not joined with its
/// rest: it is far longer than any term.
const MAX_PIECE_BYTES: usize = 256;
/// Most pieces of a chain; a longer one is cut.
const MAX_CHAIN_PIECES: usize = 16;
/// Most bytes of one character with its marks; a longer one is cut.
const MAX_UNIT_BYTES: usize = 32;

/// A surface piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// The connector before it in its chain; NUL for the first.
    pub connector: char,
}

/// A span of the text found by the scanner.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Span<'a> {
    /// Pieces joined by connectors; at least one.
    Chain(&'a [Piece]),
    /// A stretch of a script that is indexed by pairs of characters.
    Run {
        /// Its first byte.
        start: usize,
        /// The byte after its last.
        end: usize,
        /// True for Hangul. Hangul has spaces, so the whole run is a word too.
        is_hangul: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Word,
    Run(u8),
    Mark,
    Ignorable,
    Apostrophe,
    Connector,
    Other,
}

const HANGUL: u8 = 5;

fn class(c: char) -> Class {
    if c.is_ascii() {
        return match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Word,
            '\'' => Class::Apostrophe,
            '-' | '.' | '_' | '/' | '\\' | '@' | '&' => Class::Connector,
            _ => Class::Other,
        };
    }
    match c {
        '\u{2019}' | '\u{02bc}' | '\u{ff07}' => return Class::Apostrophe,
        '\u{2010}'..='\u{2013}'
        | '\u{2212}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{ff0e}'
        | '\u{ff0f}'
        | '\u{ff3f}'
        | '\u{ff20}'
        | '\u{ff3c}' => return Class::Connector,
        '\u{00ad}'
        | '\u{200c}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => return Class::Ignorable,
        _ => {}
    }
    let marks = is_mark(c);
    if !marks && !c.is_alphanumeric() {
        return Class::Other;
    }
    match c {
        '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}'
        | '\u{3041}'..='\u{312f}'
        | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{1b000}'..='\u{1b16f}'
        | '\u{20000}'..='\u{323af}' => Class::Run(0),
        '\u{0e00}'..='\u{0e7f}' => Class::Run(1),
        '\u{0e80}'..='\u{0eff}' => Class::Run(2),
        '\u{1780}'..='\u{17ff}' => Class::Run(3),
        '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' => {
            Class::Run(4)
        }
        '\u{ac00}'..='\u{d7ff}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{3130}'..='\u{318f}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ffa0}'..='\u{ffdc}' => Class::Run(HANGUL),
        _ if marks => Class::Mark,
        _ => Class::Word,
    }
}

/// The connector in its ASCII form: every dash is `-`.
fn connector(c: char) -> char {
    match c {
        '\u{ff0e}' => '.',
        '\u{ff0f}' => '/',
        '\u{ff3f}' => '_',
        '\u{ff20}' => '@',
        '\u{ff3c}' => '\\',
        _ if c.is_ascii() => c,
        _ => '-',
    }
}

/// Returns true if a character can be part of a word.
pub(crate) fn is_word_char(c: char) -> bool {
    matches!(class(c), Class::Word | Class::Run(_))
}

/// Returns true if a character belongs to a script that is indexed by pairs of characters.
pub(crate) fn is_run_char(c: char) -> bool {
    matches!(class(c), Class::Run(_))
}

/// Returns true for an invisible character: a word reads the same without it.
pub(crate) fn is_ignorable(c: char) -> bool {
    class(c) == Class::Ignorable
}

/// Calls `emit` for every chain and run of the text, in order. Linear in the text.
pub(crate) fn scan(text: &str, emit: impl FnMut(Span<'_>)) {
    scan_past(text, |_| false, emit);
}

/// Like [`scan`], but skips each plain word that stands by itself (ASCII letters, lower case after the first) and
/// that `is_unwanted` rejects.
pub(crate) fn scan_past(
    text: &str,
    is_unwanted: impl Fn(&[u8]) -> bool,
    mut emit: impl FnMut(Span<'_>),
) {
    let bytes = text.as_bytes();
    let mut chain: Vec<Piece> = Vec::with_capacity(MAX_CHAIN_PIECES);
    // The start and the class (`Word` or `Run`) of the current stretch.
    let mut open: Option<(usize, Class)> = None;
    // The one connector since the last piece, if the chain can continue.
    let mut pending: Option<char> = None;
    let mut next = 0;
    while let Some(byte) = bytes.get(next).copied() {
        let at = next;
        if open.is_none()
            && pending.is_none()
            && byte.is_ascii_alphabetic()
            && let Some(end) = plain_word(bytes, at)
            && is_unwanted(bytes.get(at..end).unwrap_or_default())
        {
            next = end;
            continue;
        }
        let c = char_at(text, at);
        next += c.len_utf8();
        let kind = class(c);
        match kind {
            Class::Word | Class::Run(_) => {
                let is_new = match open {
                    Some((start, running)) => {
                        let is_long = running == Class::Word && at - start >= MAX_PIECE_BYTES;
                        let is_other = running != kind || is_long;
                        if is_other {
                            close(start, at, running, pending, &mut chain, &mut emit);
                        }
                        is_other
                    }
                    None => true,
                };
                let goes_on = open.is_none() && kind == Class::Word && pending.is_some();
                if is_new && !goes_on {
                    flush(&mut chain, &mut emit);
                    pending = None;
                }
                if is_new {
                    open = Some((at, kind));
                }
                // The rest of a word is mostly ASCII letters; skip them at once.
                if let Some((start, Class::Word)) = open {
                    let rest = bytes.get(next..).unwrap_or_default().iter();
                    let rest = rest.take((start + MAX_PIECE_BYTES).saturating_sub(next));
                    next += rest.take_while(|byte| byte.is_ascii_alphanumeric()).count();
                }
            }
            Class::Mark | Class::Ignorable => {
                if let Some((start, running)) = open
                    && at - start >= MAX_PIECE_BYTES
                    && running == Class::Word
                {
                    // Too many marks: keep the letters before them and skip the rest.
                    close(start, at, running, pending, &mut chain, &mut emit);
                    flush(&mut chain, &mut emit);
                    pending = None;
                    open = None;
                }
            }
            Class::Apostrophe
                if matches!(open, Some((_, Class::Word)))
                    && next < text.len()
                    && class(char_at(text, next)) == Class::Word => {}
            Class::Apostrophe | Class::Connector | Class::Other => {
                let closed = open.take();
                if let Some((start, running)) = closed {
                    close(start, at, running, pending, &mut chain, &mut emit);
                }
                let joined = match kind {
                    Class::Connector => Some(connector(c)),
                    _ if groups_digits(bytes, at, next, c) => Some(','),
                    _ if c == ':' && is_in_hardware_address(bytes, &chain) => Some(':'),
                    _ => None,
                };
                let goes_on = joined.is_some()
                    && matches!(closed, Some((_, Class::Word)))
                    && chain.len() < MAX_CHAIN_PIECES;
                if goes_on {
                    pending = joined;
                } else {
                    flush(&mut chain, &mut emit);
                    pending = None;
                }
            }
        }
    }
    if let Some((start, running)) = open {
        close(start, text.len(), running, pending, &mut chain, &mut emit);
    }
    flush(&mut chain, &mut emit);
}

/// Returns true if a comma or a narrow space stands between groups of digits: one to three before it and exactly three
/// after it, as in `1,000`.
fn groups_digits(bytes: &[u8], at: usize, next: usize, c: char) -> bool {
    if !matches!(c, ',' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{66c}') {
        return false;
    }
    let before = bytes.get(..at).unwrap_or_default().iter().rev();
    let n_before = before
        .take(4)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let first = at.checked_sub(n_before + 1).and_then(|at| bytes.get(at));
    let is_whole =
        first.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'.');
    let after = bytes.get(next..).unwrap_or_default();
    let n_after = after
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let is_group = n_after == 3 && after.iter().take(3).all(u8::is_ascii_digit);
    (1..=3).contains(&n_before) && (is_whole || is_after_group(bytes, at - n_before)) && is_group
}

/// Returns true if a separator of groups that is no ASCII character ends before a byte.
fn is_after_group(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    [
        &b"\xc2\xa0"[..],
        b"\xe2\x80\x89",
        b"\xe2\x80\xaf",
        b"\xd9\xac",
    ]
    .iter()
    .any(|separator| before.ends_with(separator))
}

/// Bytes of a hardware address with colons: six pairs of hexadecimal digits.
const HARDWARE_ADDRESS_BYTES: usize = 17;

/// Returns true if the pieces so far begin a hardware address with colons and a further one follows.
fn is_in_hardware_address(bytes: &[u8], chain: &[Piece]) -> bool {
    let Some(first) = chain.first().filter(|_| chain.len() < 6) else {
        return false;
    };
    if let Some(last) = chain.last().filter(|_| chain.len() > 1) {
        return last.connector == ':';
    }
    let end = first.start + HARDWARE_ADDRESS_BYTES;
    let is_ended =
        |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b':');
    let address = bytes.get(first.start..end).unwrap_or_default();
    let is_address = address.len() == HARDWARE_ADDRESS_BYTES
        && address.iter().enumerate().all(|(i, byte)| match i % 3 {
            2 => *byte == b':',
            _ => byte.is_ascii_hexdigit(),
        });
    is_address && is_ended(bytes.get(end)) && first.end == first.start + 2
}

/// The character that begins at a byte; NUL if there is none.
fn char_at(text: &str, at: usize) -> char {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => char::from(*byte),
        _ => slice(text, at, text.len()).chars().next().unwrap_or('\0'),
    }
}

/// The end of the plain word that begins at `start`; none if something is attached to it or it is longer than a term.
fn plain_word(bytes: &[u8], start: usize) -> Option<usize> {
    let tail = bytes.get(start + 1..)?.iter();
    let end = start + 1 + tail.take_while(|byte| byte.is_ascii_lowercase()).count();
    let is_apart = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    let is_end = match bytes.get(end) {
        Some(b',' | b':' | b';' | b')' | b'"') => true,
        // A connector before a space connects nothing.
        Some(b'.' | b'-') => is_apart(end + 1),
        _ => is_apart(end),
    };
    let is_dotted = start > 0 && bytes.get(start - 1) == Some(&b'.');
    (is_end && !is_dotted && end - start <= MAX_TERM_BYTES).then_some(end)
}

fn close(
    start: usize,
    end: usize,
    class: Class,
    pending: Option<char>,
    chain: &mut Vec<Piece>,
    emit: &mut impl FnMut(Span<'_>),
) {
    match class {
        Class::Run(script) => emit(Span::Run {
            start,
            end,
            is_hangul: script == HANGUL,
        }),
        _ => chain.push(Piece {
            start,
            end,
            connector: if chain.is_empty() {
                '\0'
            } else {
                pending.unwrap_or('\0')
            },
        }),
    }
}

fn flush(chain: &mut Vec<Piece>, emit: &mut impl FnMut(Span<'_>)) {
    if !chain.is_empty() {
        emit(Span::Chain(chain));
        chain.clear();
    }
}

/// Calls `emit(start, end)` for each character of a run with its marks, in order.
pub(crate) fn units(text: &str, start: usize, end: usize, mut emit: impl FnMut(usize, usize)) {
    let mut open = start;
    for (offset, c) in text.get(start..end).unwrap_or_default().char_indices() {
        let at = start + offset;
        // Unicode calls conjoining jamo and half-width voicing marks letters, but they act as marks.
        let attaches = is_mark(c)
            || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ff9e}' | '\u{ff9f}')
            || is_ignorable(c);
        if at > open && (!attaches || at - open >= MAX_UNIT_BYTES) {
            emit(open, at);
            open = at;
        }
    }
    if end > open {
        emit(open, end);
    }
}

/// Counts the words of a text in any language: pieces, and characters of runs. Stops soon after `most`.
pub(crate) fn count_words(text: &str, most: usize) -> usize {
    let mut n = 0;
    scan(text, |span| match span {
        Span::Chain(pieces) => n += pieces.len(),
        Span::Run { start, end, .. } => {
            if n <= most {
                units(text, start, end, |_, _| n += 1);
            }
        }
    });
    n
}

/// The text of a piece.
pub(crate) fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The first apostrophe of a piece: its byte offset and its length.
pub(crate) fn first_apostrophe(piece: &str) -> Option<(usize, usize)> {
    piece
        .char_indices()
        .find(|(_, c)| is_apostrophe(*c))
        .map(|(at, c)| (at, c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        scan(text, |span| match span {
            Span::Chain(pieces) => out.push(
                pieces
                    .iter()
                    .map(|p| {
                        let sep = if p.connector == '\0' { "" } else { "~" };
                        format!("{sep}{}", &text[p.start..p.end])
                    })
                    .collect(),
            ),
            Span::Run { start, end, .. } => out.push(format!("<{}>", &text[start..end])),
        });
        out
    }

    #[test]
    fn chains_and_runs() {
        assert_eq!(show("ORA-00942: no"), ["ORA~00942", "no"]);
        assert_eq!(show("don't 'quote' it's."), ["don't", "quote", "it's"]);
        assert_eq!(show("a--b c..."), ["a", "b", "c"]);
        assert_eq!(show("user@example.com"), ["user~example~com"]);
        assert_eq!(show("Windows更新KB1"), ["Windows", "<更新>", "KB1"]);
        assert_eq!(show("naïve\u{200d}x"), ["naïve\u{200d}x"]);
        assert_eq!(show("a - b -c"), ["a", "b", "c"]);
        assert_eq!(
            show("1,000 12,345,678, 1,00 1,0000 a1,000"),
            ["1~000", "12~345~678", "1", "00", "1", "0000", "a1", "000"]
        );
        assert_eq!(
            show("12\u{202f}345\u{a0}678 1.5,000"),
            ["12~345~678", "1~5", "000"]
        );
        assert_eq!(
            show("00:1A:2b:3C:4D:5E 10:30:45"),
            ["00~1A~2b~3C~4D~5E", "10", "30", "45"]
        );
        assert_eq!(show(""), Vec::<String>::new());
    }

    #[test]
    fn units_keep_their_marks() {
        let text = "ที่นี่";
        let mut out = Vec::new();
        units(text, 0, text.len(), |a, b| out.push(&text[a..b]));
        assert_eq!(out, ["ที่", "นี่"]);
    }

    #[test]
    fn a_long_word_is_cut() {
        let text = "x".repeat(1000);
        assert_eq!(show(&text).len(), 4);
        assert_eq!(count_words("数据库 has 3", 99), 5);
    }

    proptest! {
        /// Only plain words are skipped, and nothing else changes.
        #[test]
        fn only_plain_words_are_passed_over(
            text in "([a-cA-C]{1,3}|[ .,:;'+#_@-]|\\PC|[éß数ไ\u{301}\u{ad}\n]|1){0,30}",
        ) {
            let spans = |unwanted: fn(&[u8]) -> bool| {
                let mut all = Vec::new();
                scan_past(&text, unwanted, |span| all.push(match span {
                    Span::Chain(pieces) => (pieces.to_vec(), 0, 0),
                    Span::Run { start, end, .. } => (Vec::new(), start, end),
                }));
                all
            };
            let left = spans(|word| word[0].eq_ignore_ascii_case(&b'a'));
            let mut rest = left.iter().peekable();
            for span in spans(|_| false) {
                if rest.next_if(|one| **one == span).is_some() {
                    continue;
                }
                let [piece] = span.0[..] else { panic!("{span:?} in {text:?}") };
                let word = &text.as_bytes()[piece.start..piece.end];
                prop_assert!(matches!(word[0], b'a' | b'A') && word[1..].iter().all(u8::is_ascii_lowercase));
                prop_assert!(!text[..piece.start].ends_with('.') && !text[piece.end..].starts_with(['+', '#']));
            }
            prop_assert!(rest.next().is_none());
        }
    }

    proptest! {
        #[test]
        fn spans_lie_in_order_on_character_boundaries(text in "\\PC{0,80}") {
            let mut last = 0;
            let mut check = |start: usize, end: usize| {
                assert!(last <= start && start < end);
                assert!(text.get(start..end).is_some());
                last = end;
            };
            scan(&text, |span| match span {
                Span::Chain(pieces) => pieces.iter().for_each(|p| check(p.start, p.end)),
                Span::Run { start, end, .. } => check(start, end),
            });
        }
    }
}
