//! Character references of HTML: `&ndash;`, `&#8211;`, `&#x2013;`. It never fails; anything else stays as written.

use std::borrow::Cow;

use super::super::charset::windows_1252;

/// The place of a reference. In an attribute, `&copy=1` is part of an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Text,
    Attribute,
}

/// Resolves the character references of a text, in time linear in it. The table of names is that of the CommonMark
/// parser; this module adds those that HTML reads without a semicolon.
pub(super) fn decode(text: &str, within: Within) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let used = match numeric(from).or_else(|| named(from, within)) {
            Some((decoded, used)) => {
                out.push_str(&decoded);
                used
            }
            None => {
                out.push('&');
                1
            }
        };
        rest = from.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the text of a numeric reference at the start and its length in bytes.
///
/// As in the HTML Standard, numbers 128 to 159 are bytes of windows-1252, and numbers without a character are U+FFFD.
fn numeric(text: &str) -> Option<(String, usize)> {
    let digits = text.strip_prefix("&#")?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if digits.is_empty() {
        return None;
    }
    // A number too large for the type has no character either.
    let number = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
    let c = match u8::try_from(number) {
        Ok(byte @ 128..=159) => windows_1252(byte),
        _ => char::from_u32(number)
            .filter(|c| *c != '\0')
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    let used = text.len() - rest.len() + usize::from(rest.starts_with(';'));
    Some((c.to_string(), used))
}

/// Longest name of a reference, in bytes (`CounterClockwiseContourIntegral` has 31).
const MAX_NAME_BYTES: usize = 32;

/// Returns the text of a named reference at the start and its length in bytes.
fn named(text: &str, within: Within) -> Option<(String, usize)> {
    let after = text.get(1..)?;
    let end = after
        .bytes()
        .take(MAX_NAME_BYTES)
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(after.len().min(MAX_NAME_BYTES));
    let (name, rest) = after.split_at_checked(end)?;
    if !name.is_empty() && rest.starts_with(';') {
        let used = 1 + end + 1;
        if let Some(decoded) = of_the_parser(text.get(..used)?) {
            return Some((decoded, used));
        }
    }
    let (open, c) = without_semicolon(name)?;
    let follows = after.get(open.len()..)?.chars().next();
    if within == Within::Attribute && follows.is_some_and(|c| c == '=' || c.is_ascii_alphanumeric())
    {
        return None;
    }
    Some((c.to_string(), 1 + open.len()))
}

/// Asks the CommonMark parser for a reference with its `&` and semicolon.
fn of_the_parser(written: &str) -> Option<String> {
    let decoded: String = pulldown_cmark::Parser::new(written)
        .filter_map(|event| match event {
            pulldown_cmark::Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    // White space is no text of its own to the parser.
    match written {
        "&nbsp;" => Some("\u{a0}".to_owned()),
        _ => Some(decoded).filter(|decoded| decoded != written && !decoded.is_empty()),
    }
}

/// The names that HTML reads without a semicolon, in order of their bytes: those of the characters 160 to 255, and the
/// other names of some.
#[rustfmt::skip]
const WITHOUT_SEMICOLON: &[(&str, char)] = &[
    ("AElig", 'Æ'), ("AMP", '&'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Aring", 'Å'), ("Atilde", 'Ã'),
    ("Auml", 'Ä'), ("COPY", '©'), ("Ccedil", 'Ç'), ("ETH", 'Ð'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Egrave", 'È'),
    ("Euml", 'Ë'), ("GT", '>'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Igrave", 'Ì'), ("Iuml", 'Ï'), ("LT", '<'),
    ("Ntilde", 'Ñ'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Oslash", 'Ø'), ("Otilde", 'Õ'),
    ("Ouml", 'Ö'), ("QUOT", '"'), ("REG", '®'), ("THORN", 'Þ'), ("Uacute", 'Ú'), ("Ucirc", 'Û'), ("Ugrave", 'Ù'),
    ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("aacute", 'á'), ("acirc", 'â'), ("acute", '´'), ("aelig", 'æ'), ("agrave", 'à'),
    ("amp", '&'), ("aring", 'å'), ("atilde", 'ã'), ("auml", 'ä'), ("brvbar", '¦'), ("ccedil", 'ç'), ("cedil", '¸'),
    ("cent", '¢'), ("copy", '©'), ("curren", '¤'), ("deg", '°'), ("divide", '÷'), ("eacute", 'é'), ("ecirc", 'ê'),
    ("egrave", 'è'), ("eth", 'ð'), ("euml", 'ë'), ("frac12", '½'), ("frac14", '¼'), ("frac34", '¾'), ("gt", '>'),
    ("iacute", 'í'), ("icirc", 'î'), ("iexcl", '¡'), ("igrave", 'ì'), ("iquest", '¿'), ("iuml", 'ï'), ("laquo", '«'),
    ("lt", '<'), ("macr", '¯'), ("micro", 'µ'), ("middot", '·'), ("nbsp", '\u{a0}'), ("not", '¬'), ("ntilde", 'ñ'),
    ("oacute", 'ó'), ("ocirc", 'ô'), ("ograve", 'ò'), ("ordf", 'ª'), ("ordm", 'º'), ("oslash", 'ø'), ("otilde", 'õ'),
    ("ouml", 'ö'), ("para", '¶'), ("plusmn", '±'), ("pound", '£'), ("quot", '"'), ("raquo", '»'), ("reg", '®'),
    ("sect", '§'), ("shy", '\u{ad}'), ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'), ("thorn", 'þ'),
    ("times", '×'), ("uacute", 'ú'), ("ucirc", 'û'), ("ugrave", 'ù'), ("uml", '¨'), ("uuml", 'ü'), ("yacute", 'ý'),
    ("yen", '¥'), ("yuml", 'ÿ'),
];

/// The lengths of these names, in bytes, longest first.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=6;

/// Returns the longest of these names at the start of `text`, and its character.
fn without_semicolon(text: &str) -> Option<(&str, char)> {
    LENGTHS.rev().find_map(|length| {
        let open = text.get(..length)?;
        let found = WITHOUT_SEMICOLON.binary_search_by(|(name, _)| (*name).cmp(open));
        let (_, c) = WITHOUT_SEMICOLON.get(found.ok()?)?;
        Some((open, *c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        decode(html, Within::Text).into_owned()
    }

    #[test]
    fn numbers_are_read_as_in_browsers() {
        assert_eq!(
            text("5&#150;10 It&#146;s &#x96; &#128 &#X80;"),
            "5–10 It’s – € €"
        );
        assert_eq!(text("&#65;&#x42;&#67 &#x2013;&#x1F600;"), "ABC –😀");
        let replaced = "&#0; &#xD800; &#x110000; &#99999999999999999999;";
        assert_eq!(text(replaced), "\u{fffd} \u{fffd} \u{fffd} \u{fffd}");
        assert_eq!(text("&#; &#x; &#xg &# &"), "&#; &#x; &#xg &# &");
        assert_eq!(
            text("&#150abc &#x000000000000000000000000000000000000000041;"),
            "–abc A"
        );
        assert_eq!(text("&#129;"), "\u{81}");
    }

    #[test]
    fn names_are_read_with_and_without_a_semicolon() {
        assert_eq!(
            text("&ndash;&eacute;&nbsp;&eacute &copy2024 &notit;"),
            "–é\u{a0}é ©2024 ¬it;"
        );
        assert_eq!(text("&ndash &bogus; &; &amp;lt;"), "&ndash &bogus; &; &lt;");
        assert_eq!(text("&lt"), "<");
        assert_eq!(
            decode("?a=1&copy=2&lt=3&amp;b", Within::Attribute),
            "?a=1&copy=2&lt=3&b"
        );
        assert_eq!(decode("caf&eacute", Within::Attribute), "café");
        // Each name is one that the parser knows, and is found at its length.
        for (name, c) in WITHOUT_SEMICOLON {
            assert_eq!(text(&format!("&{name};")), c.to_string());
            assert_eq!(text(&format!("&{name}")), c.to_string(), "{name}");
        }
        let latin_1 = WITHOUT_SEMICOLON
            .iter()
            .filter(|(_, c)| ('\u{a0}'..='\u{ff}').contains(c));
        // All 96 of Latin-1, and COPY and REG.
        assert_eq!(latin_1.count(), 98);
        assert!(WITHOUT_SEMICOLON.is_sorted());
    }
}
