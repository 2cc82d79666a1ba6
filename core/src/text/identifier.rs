//! The forms of identifiers, codes, versions and compounds.
//!
//! Each rule yields *main* forms and *parts*. A main form opens a position and is common to all written forms of one
//! thing. A part shares the position of the main form before it and is finer or more specific. Texts and queries get
//! the same forms, except for the prefixes and parts of a version, which only texts get: a query for `5.7` finds
//! `5.7.64`, and not the other way round. A comma between two groups of digits may also be that of a list (`80,443`), so
//! texts keep both groups.
//!
//! | written | main | parts |
//! |---|---|---|
//! | `KB3126599`, | `3126599` | `kb3126599` |
//! | `ORA-00942` | `ora`, `942` | `ora942` |
//! | `ora00942` | `942` | `ora942`, `ora` |
//! | `0x80070005`, `0X80070005` | `80070005` | `0x80070005` |
//! | `80070005` | `80070005` | |
//! | `E-4071` / `e4071` | `e`, `4071` / `4071` | `e4071` |
//! | `5.7.64`, `v5.7.64` | `5.7.64` | text only: `5.7` |
//! | `16.0.17928.20114` | the whole | text only: `16.0`, `16.0.17928`, `17928`, `20114`, `17928.20114` |
//! | `1,000` / `12,345,678` | `1000` / `12345678` | text only: `1`, `000` / |
//! | `1.000.000`, `1.000` where a dot groups | the whole | `1000000`, `1000` |
//! | `00:1A:2B:3C:4D:5E`, `001a.2b3c.4d5e` | `001a2b3c4d5e` | |
//! | `IIS7.5` | `iis`, `7.5` | `iis7.5` |
//! | `Get-OrganizationConfig` | `get`, `organizationconfig` | `getorganizationconfig`, `organization`, `config` |
//! | `snake_case`, `e-mail`, `TCP/IP` | each piece | the pieces joined |
//! | `Windows10`, `sha256` | the whole | letters, digits |
//! | `C++`, `C#` / `.NET` | `c++`, `c#` / `net` | `c` / `.net` |
//!
//! Texts are not joined across a space: `KB 3126599` is two words, and matches the other forms by `3126599`. A query
//! of these two words has `kb3126599` as a part, so texts with exactly that prefix come first.

use super::tokenize::{Piece, slice};

/// A number of at least this many digits is a code: its leading zeros are dropped, and its prefix of letters is
/// optional. Source: four digits tell a code from a count or a model (`sha256`, `mp3`); see `bench quality`.
pub(crate) const MIN_CODE_DIGITS: usize = 4;
/// Fewest letters of a code's prefix that is a word of its own (`Office2016`).
const MIN_PREFIX_LETTERS: usize = 3;
/// Most pieces that are joined into one form.
const MAX_JOINED_PIECES: usize = 5;
/// Most numbers of a version.
const MAX_VERSION_PARTS: usize = 6;
/// Digits of a Windows or hardware status code written without `0x`.
const STATUS_HEX_DIGITS: usize = 8;

/// The side of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// An article or another indexed text.
    Text,
    /// A query.
    Query,
}

/// One form of a surface word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The normalised form, with its accents.
    pub text: String,
    /// True if it is an ordinary word, to be stemmed and compared with the stop words.
    pub is_word: bool,
    /// True if it opens a position.
    pub is_main: bool,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A piece after normalisation, or a whole version number.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// Lower case, no apostrophes; never empty.
    pub text: String,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The connector before it; NUL for the first.
    pub connector: char,
    /// True for several numbers with dots between.
    is_version: bool,
    /// The digits before the comma of a number of two groups; 0 for all others.
    first_group: usize,
}

/// Normalises the pieces by `normal` and joins the numbers of a version. Drops pieces that become empty.
pub(crate) fn units(
    text: &str,
    pieces: &[Piece],
    mut normal: impl FnMut(&str) -> String,
    out: &mut Vec<Unit>,
) {
    out.clear();
    if let Some(address) = hardware_address(text, pieces) {
        out.push(address);
        return;
    }
    for piece in pieces {
        let word = normal(slice(text, piece.start, piece.end));
        if word.is_empty() {
            continue;
        }
        let next = Unit {
            text: word,
            start: piece.start,
            end: piece.end,
            connector: if out.is_empty() {
                '\0'
            } else {
                piece.connector
            },
            is_version: false,
            first_group: 0,
        };
        split_before_version(text, out, &next);
        match out.last_mut() {
            Some(last) if next.connector == ',' => {
                last.first_group = if last.first_group == 0 && last.text.len() <= 3 {
                    last.text.len()
                } else {
                    0
                };
                last.text.push_str(&next.text);
                last.end = next.end;
            }
            Some(last) if next.connector == '.' && continues_version(last, &next.text) => {
                if !last.is_version {
                    last.text = version_start(&last.text).to_owned();
                    last.is_version = true;
                }
                last.text.push('.');
                last.text.push_str(&next.text);
                last.end = next.end;
            }
            _ => out.push(next),
        }
    }
}

/// Returns the address of a network interface that the pieces are, without its connectors: six pairs of hexadecimal
/// digits, or three groups of four with a letter among them (others are telephone numbers and the like).
fn hardware_address(text: &str, pieces: &[Piece]) -> Option<Unit> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let group = match pieces.len() {
        6 => 2,
        3 => 4,
        _ => return None,
    };
    let connector = pieces.get(1)?.connector;
    let rest = pieces.get(1..).unwrap_or_default();
    if !matches!(connector, ':' | '-' | '.')
        || rest.iter().any(|piece| piece.connector != connector)
    {
        return None;
    }
    let mut address = String::new();
    for piece in pieces {
        let digits = slice(text, piece.start, piece.end);
        if digits.len() != group || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        address.push_str(digits);
    }
    address.make_ascii_lowercase();
    let has = |is: fn(&u8) -> bool| address.bytes().any(|b| is(&b));
    let is_address = has(u8::is_ascii_digit) && (connector == ':' || has(u8::is_ascii_alphabetic));
    is_address.then_some(Unit {
        text: address,
        start: first.start,
        end: last.end,
        connector: '\0',
        is_version: false,
        first_group: 0,
    })
}

/// Splits `IIS7` before `.5` into a word and the beginning of a version.
fn split_before_version(text: &str, units: &mut Vec<Unit>, next: &Unit) {
    let Some(last) = units.last_mut() else {
        return;
    };
    if last.is_version || next.connector != '.' || !is_digits(&next.text) {
        return;
    }
    let split = last.text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (letters, digits) = last.text.split_at_checked(split).unwrap_or(("", ""));
    // The digits must be ASCII in the text too, or the byte ranges could not be computed.
    let middle = last.end.saturating_sub(digits.len());
    if letters.chars().nth(1).is_none()
        || !is_digits(digits)
        || slice(text, middle, last.end) != digits
    {
        return;
    }
    let version = Unit {
        text: digits.to_owned(),
        start: middle,
        end: last.end,
        connector: '\0',
        is_version: true,
        first_group: 0,
    };
    last.text.truncate(split);
    last.end = middle;
    units.push(version);
}

/// Returns the joined form of a word and the number after it, separated by a space: `ora942` for `ORA 00942`. Queries
/// only, as a part; texts are not joined across spaces.
pub(crate) fn bridge(word: &str, number_after: &str) -> Option<String> {
    let is_word = word.chars().nth(1).is_some() && word.chars().all(char::is_alphabetic);
    let is_code = is_digits(number_after) && number_after.len() >= MIN_CODE_DIGITS;
    (is_word && is_code).then(|| format!("{word}{}", number(number_after)))
}

/// Returns the first number of a version, without a `v` before it; empty if the word is none.
fn version_start(word: &str) -> &str {
    let digits = word.strip_prefix('v').unwrap_or(word);
    if is_digits(digits) { digits } else { "" }
}

/// Returns true if `next`, after a dot, belongs to the version so far. The last number may carry letters (`1.0.2k`)
/// after two others.
fn continues_version(last: &Unit, next: &str) -> bool {
    let n_numbers = last.text.split('.').count();
    if !last.is_version && version_start(&last.text).is_empty() {
        return false;
    }
    let ends_in_number = last.text.ends_with(|c: char| c.is_ascii_digit());
    let is_lettered =
        n_numbers >= 2 && next.len() <= 4 && next.starts_with(|c: char| c.is_ascii_digit());
    n_numbers < MAX_VERSION_PARTS && ends_in_number && (is_digits(next) || is_lettered)
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Returns the common form of a number: from four digits on, without leading zeros.
fn number(digits: &str) -> &str {
    if digits.len() < MIN_CODE_DIGITS {
        return digits;
    }
    without_zeros(digits)
}

fn without_zeros(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    }
}

/// Returns true for an identifier or a code: a term with four digits or more, or a version of three numbers. Scoring
/// uses it to weigh identifiers.
///
/// ```
/// use kenpoint::text::is_identifier;
/// assert!(is_identifier("kb3126599") && is_identifier("5.7.64"));
/// assert!(!is_identifier("windows10") && !is_identifier("3.5"));
/// ```
pub fn is_identifier(term: &str) -> bool {
    let n_digits = term.bytes().filter(u8::is_ascii_digit).count();
    let n_dots = term.bytes().filter(|b| *b == b'.').count();
    n_digits >= MIN_CODE_DIGITS || (n_dots >= 2 && n_digits >= 3)
}

/// Appends the forms of a chain to `out`, in order of position. `groups_by_dots`: in the language of the text a dot groups
/// the digits of numbers.
pub(crate) fn forms(
    text: &str,
    units: &[Unit],
    side: Side,
    groups_by_dots: bool,
    out: &mut Vec<Form>,
) {
    let joined = joined_forms(units);
    let mut joined = joined.into_iter().peekable();
    for (at, unit) in units.iter().enumerate() {
        let is_alone = units.len() == 1;
        if unit.is_version {
            version_forms(unit, side, groups_by_dots, out);
        } else {
            unit_forms(text, unit, is_alone, at + 1 == units.len(), side, out);
        }
        while let Some((_, form)) = joined.next_if(|(first, _)| *first == at) {
            out.push(form);
        }
    }
}

/// The joined forms, each with the number of the unit it begins at: of every stretch without `/`, `\`, `@` and `&`,
/// and of the whole chain if it has few units.
fn joined_forms(units: &[Unit]) -> Vec<(usize, Form)> {
    let mut out = Vec::new();
    if units.len() < 2 {
        return out;
    }
    if units.len() <= MAX_JOINED_PIECES {
        out.push((0, join(units)));
    }
    let is_weak = |unit: &Unit| matches!(unit.connector, '/' | '\\' | '@' | '&');
    let mut first = 0;
    for stretch in units.chunk_by(|_, next| !is_weak(next)) {
        if (2..=MAX_JOINED_PIECES).contains(&stretch.len()) && stretch.len() < units.len() {
            out.push((first, join(stretch)));
        }
        first += stretch.len();
    }
    out
}

fn join(units: &[Unit]) -> Form {
    let mut text = String::new();
    for unit in units {
        text.push_str(if is_digits(&unit.text) {
            number(&unit.text)
        } else {
            &unit.text
        });
    }
    Form {
        is_word: !text.bytes().any(|b| b.is_ascii_digit()),
        text,
        is_main: false,
        start: units.first().map_or(0, |unit| unit.start),
        end: units.last().map_or(0, |unit| unit.end),
    }
}

/// The forms of a version: in texts its prefixes, its numbers that are codes, and the end that begins with the first of
/// them, because builds are named by these.
fn version_forms(unit: &Unit, side: Side, groups_by_dots: bool, out: &mut Vec<Form>) {
    let word = unit.text.as_str();
    let mut push = |form: &str, is_main: bool| {
        out.push(Form {
            text: form.to_owned(),
            is_word: false,
            is_main,
            start: unit.start,
            end: unit.end,
        });
    };
    push(word, true);
    let n_groups = word.split('.').count();
    let is_grouped = word.split('.').enumerate().all(|(at, group)| match at {
        0 => group.len() <= 3 && !group.starts_with('0') && is_digits(group),
        _ => group.len() == 3 && is_digits(group),
    });
    if is_grouped && (groups_by_dots || n_groups > 2) {
        push(&word.replace('.', ""), false);
    }
    if side == Side::Query {
        return;
    }
    for (at, _) in word.match_indices('.').skip(1) {
        push(slice(word, 0, at), false);
    }
    let mut begins = 0;
    let mut has_end = false;
    for part in word.split('.') {
        if part.len() >= MIN_CODE_DIGITS && is_digits(part) {
            push(number(part), false);
            let end = slice(word, begins, word.len());
            if !has_end && begins > 0 && end.len() > part.len() {
                push(end, false);
            }
            has_end = true;
        }
        begins += part.len() + 1;
    }
}

fn unit_forms(
    text: &str,
    unit: &Unit,
    is_alone: bool,
    is_last: bool,
    side: Side,
    out: &mut Vec<Form>,
) {
    let mut push = |form: &str, is_word: bool, is_main: bool, start: usize, end: usize| {
        out.push(Form {
            text: form.to_owned(),
            is_word,
            is_main,
            start,
            end,
        });
    };
    let (start, end) = (unit.start, unit.end);
    let word = unit.text.as_str();
    if is_digits(word) {
        push(number(word), false, true, start, end);
        if side == Side::Text && unit.first_group > 0 {
            let (first, second) = word.split_at_checked(unit.first_group).unwrap_or_default();
            push(first, false, false, start, start + first.len());
            push(second, false, false, end - second.len(), end);
        }
        return;
    }
    if !word.bytes().any(|b| b.is_ascii_digit()) {
        let suffix = if is_last {
            symbol_suffix(text, end)
        } else {
            ""
        };
        if suffix.is_empty() {
            push(word, true, true, start, end);
            if is_alone && follows_lone_dot(text, start) {
                push(&format!(".{word}"), false, false, start - 1, end);
            }
        } else {
            push(
                &format!("{word}{suffix}"),
                false,
                true,
                start,
                end + suffix.len(),
            );
            push(word, true, false, start, end);
        }
        for (from, to) in camel_parts(slice(text, start, end)) {
            let part = slice(text, start + from, start + to).chars();
            let part: String = part.flat_map(char::to_lowercase).collect();
            push(&part, true, false, start + from, start + to);
        }
        return;
    }
    if let Some(hex) = word.strip_prefix("0x")
        && !hex.is_empty()
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
    {
        let core = without_zeros(hex);
        push(core, false, true, start, end);
        push(&format!("0x{core}"), false, false, start, end);
        return;
    }
    let split = word.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (letters, digits) = (slice(word, 0, split), slice(word, split, word.len()));
    let is_prefixed = !letters.is_empty() && is_digits(digits);
    let is_status = word.len() == STATUS_HEX_DIGITS && word.bytes().all(|b| b.is_ascii_hexdigit());
    if is_status {
        push(without_zeros(word), false, true, start, end);
        if is_prefixed {
            push(number(digits), false, false, start, end);
        }
    } else if is_prefixed && digits.len() >= MIN_CODE_DIGITS {
        push(number(digits), false, true, start, end);
        push(
            &format!("{letters}{}", number(digits)),
            false,
            false,
            start,
            end,
        );
        if letters.chars().count() >= MIN_PREFIX_LETTERS {
            push(letters, true, false, start, turn(text, start, end));
        }
    } else {
        push(word, false, true, start, end);
        let (from, to) = if is_prefixed {
            (letters, digits)
        } else {
            let split = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
            (slice(word, 0, split), slice(word, split, word.len()))
        };
        let has_two_kinds =
            !from.is_empty() && (is_prefixed || !to.bytes().any(|b| b.is_ascii_digit()));
        if has_two_kinds {
            let middle = turn(text, start, end);
            for (part, from, to) in [(from, start, middle), (to, middle, end)] {
                if from < to && part.chars().count() >= 2 {
                    push(part, !is_digits(part), false, from, to);
                }
            }
        }
    }
}

/// The byte where letters turn to digits or digits to letters in the text itself, whose bytes can differ from those
/// of the normalised word; `end` if there is none.
fn turn(text: &str, start: usize, end: usize) -> usize {
    let raw = slice(text, start, end);
    let is_digit_first = raw.starts_with(char::is_numeric);
    raw.find(|c: char| c.is_alphanumeric() && c.is_numeric() != is_digit_first)
        .map_or(end, |at| start + at)
}

/// Returns the `++` or `#` right after a word, as in `C++` and `C#`, if no word follows it.
fn symbol_suffix(text: &str, end: usize) -> &'static str {
    let rest = text.get(end..).unwrap_or_default();
    for suffix in ["++", "#"] {
        if let Some(after) = rest.strip_prefix(suffix)
            && !after.starts_with(|c: char| c.is_alphanumeric())
        {
            return suffix;
        }
    }
    ""
}

/// Returns true if a word follows a dot that stands alone, as in `.NET` and `.pst`.
fn follows_lone_dot(text: &str, start: usize) -> bool {
    text.get(..start)
        .and_then(|before| before.strip_suffix('.'))
        .is_some_and(|before| {
            before
                .chars()
                .next_back()
                .is_none_or(|c| c.is_whitespace() || c == '(')
        })
}

/// The words inside `OrganizationConfig` and `XMLParser` as byte ranges, two letters or more each; none if there is
/// only one.
fn camel_parts(raw: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    if raw.len() > crate::settings::MAX_TERM_BYTES
        || !raw.bytes().skip(1).any(|b| b.is_ascii_uppercase())
    {
        return out;
    }
    let chars: Vec<(usize, char)> = raw.char_indices().collect();
    let is_upper = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_uppercase());
    let is_lower = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_lowercase());
    let mut from = 0;
    let mut n_humps = 0;
    for (at, (byte, _)) in chars.iter().enumerate().skip(1) {
        // `PDFs` is one word: a split between capitals needs two lower-case letters after it.
        let begins = is_upper(at)
            && (is_lower(at - 1) || (is_upper(at - 1) && is_lower(at + 1) && is_lower(at + 2)));
        if begins {
            out.push((from, *byte));
            from = *byte;
            n_humps += 1;
        }
    }
    if n_humps == 0 {
        return Vec::new();
    }
    out.push((from, raw.len()));
    out.retain(|(from, to)| slice(raw, *from, *to).chars().nth(1).is_some());
    out
}

#[cfg(test)]
mod tests;
