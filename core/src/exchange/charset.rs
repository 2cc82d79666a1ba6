//! The text of a file's bytes: byte order mark, declared character set, and windows-1252 as the last resort.
//!
//! It knows no file format; a caller that finds a declaration inside the file passes it in.

use std::borrow::Cow;

use super::foreign::Adjustment;
use super::value;
use crate::error::{Error, ErrorCode, Result};

/// The text of a file.
#[derive(Debug)]
pub(super) struct FileText<'a> {
    /// Without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// A doubt about the character set.
    pub(super) doubt: Option<Adjustment>,
}

/// Decodes a file that declares no character set: UTF-8, UTF-16 with a byte order mark, or else windows-1252.
///
/// Fails with `InvalidUtf8` if the bytes are none of these.
pub(super) fn text_of_bytes(bytes: &[u8]) -> Result<FileText<'_>> {
    decode(bytes, None)
}

/// Decodes a file. A byte order mark wins over `declared`, a label of the WHATWG Encoding Standard.
///
/// Bytes that are valid UTF-8 and more than ASCII are UTF-8 also if windows-1252 is declared: editors and servers
/// convert pages and leave the declaration, and Western text is never valid UTF-8 by chance.
///
/// Bytes that are not UTF-8 although nothing else is declared are read as windows-1252 if they look like Western text.
/// Other ones fail with `InvalidUtf8`, because a wrong guess would publish nonsense.
pub(super) fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Result<FileText<'a>> {
    let sure = |text| Ok(FileText { text, doubt: None });
    if let Some((units, is_little)) = utf16(bytes) {
        return sure(Cow::Owned(utf16_text(units, is_little)));
    }
    let utf8 = value::utf8(bytes, 0);
    let has_mark = bytes.starts_with(b"\xef\xbb\xbf");
    match declared.map(charset_of_label) {
        Some(Charset::Windows1252) if !has_mark && (utf8.is_err() || bytes.is_ascii()) => {
            sure(windows_1252_text(bytes))
        }
        Some(Charset::Other(label)) if !has_mark => other(bytes, label),
        _ => match utf8 {
            Ok(text) => sure(Cow::Borrowed(text)),
            Err(_) if is_western(bytes) => Ok(FileText {
                text: windows_1252_text(bytes),
                doubt: Some(doubt(
                    declared,
                    "windows-1252",
                    "the bytes are not UTF-8 and no other character set is declared",
                )),
            }),
            Err(error) => Err(error),
        },
    }
}

/// A character set, as far as this module decodes it itself.
enum Charset<'a> {
    Utf8,
    Windows1252,
    Other(&'a str),
}

/// Labels of windows-1252 in the WHATWG Encoding Standard. ISO 8859-1 and ASCII are among them, as in browsers.
const WINDOWS_1252: &[&str] = &[
    "ansi_x3.4-1968",
    "ascii",
    "cp1252",
    "cp819",
    "csisolatin1",
    "ibm819",
    "iso-8859-1",
    "iso-ir-100",
    "iso8859-1",
    "iso88591",
    "iso_8859-1",
    "iso_8859-1:1987",
    "l1",
    "latin1",
    "us-ascii",
    "windows-1252",
    "x-cp1252",
    "x-user-defined",
];

/// A declaration that could itself be read is not UTF-16, whatever it says; the standard takes it as UTF-8.
const UTF_8: &[&str] = &[
    "unicode-1-1-utf-8",
    "unicode11utf8",
    "unicode20utf8",
    "utf-8",
    "utf8",
    "x-unicode20utf8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "unicode",
    "unicodefffe",
    "unicodefeff",
    "ucs-2",
    "csunicode",
    "iso-10646-ucs-2",
];

fn charset_of_label(label: &str) -> Charset<'_> {
    let label = label.trim();
    let is_in = |labels: &[&str]| labels.iter().any(|known| known.eq_ignore_ascii_case(label));
    if is_in(WINDOWS_1252) {
        Charset::Windows1252
    } else if label.is_empty() || is_in(UTF_8) {
        Charset::Utf8
    } else {
        Charset::Other(label)
    }
}

/// Decodes another character set of the Encoding Standard. A byte outside of it becomes U+FFFD, as in browsers, and
/// a doubt of the report.
#[cfg(feature = "charsets")]
fn other<'a>(bytes: &'a [u8], label: &str) -> Result<FileText<'a>> {
    let known = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
    let Some(charset) = known else {
        return unknown(bytes, label);
    };
    let (text, is_malformed) = charset.decode_without_bom_handling(bytes);
    let reason = "some bytes have no character there; each became U+FFFD";
    let doubt = is_malformed.then(|| doubt(Some(label), charset.name(), reason));
    Ok(FileText { text, doubt })
}

#[cfg(not(feature = "charsets"))]
fn other<'a>(bytes: &'a [u8], label: &str) -> Result<FileText<'a>> {
    unknown(bytes, label)
}

/// Takes a file with an unknown label if it is UTF-8 anyway.
fn unknown<'a>(bytes: &'a [u8], label: &str) -> Result<FileText<'a>> {
    let is_escaped = bytes.contains(&b'\x1b');
    match value::utf8(bytes, 0) {
        Ok(text) if !is_escaped => Ok(FileText {
            text: Cow::Borrowed(text),
            doubt: Some(doubt(
                Some(label),
                "UTF-8",
                "no character set has this label",
            )),
        }),
        _ => Err(Error::new(
            ErrorCode::InvalidUtf8,
            format!(
                "charset: {} is not among the character sets of this build; save the file as UTF-8",
                label.chars().take(40).collect::<String>()
            ),
        )),
    }
}

fn doubt(declared: Option<&str>, read_as: &str, reason: &str) -> Adjustment {
    Adjustment {
        key: "charset".to_owned(),
        value: declared.unwrap_or_default().chars().take(100).collect(),
        read_as: Some(read_as.to_owned()),
        reason: reason.to_owned(),
    }
}

/// Returns the UTF-16 code units of a file as bytes, and true if the lower byte comes first. Files without a byte order
/// mark are taken if they begin with two characters of ASCII, as every page and front matter does.
fn utf16(bytes: &[u8]) -> Option<(&[u8], bool)> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, true)),
        [0xfe, 0xff, rest @ ..] => Some((rest, false)),
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some((bytes, true)),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some((bytes, false)),
        _ => None,
    }
}

fn utf16_text(bytes: &[u8], is_little: bool) -> String {
    let units = bytes.chunks(2).map(|pair| match (pair, is_little) {
        ([low, high], true) | ([high, low], false) => u16::from(*high) << 8 | u16::from(*low),
        // Half a code unit at the end of the file.
        _ => 0xfffd,
    });
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn windows_1252_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    }
}

/// The characters of the bytes 128 to 159 in windows-1252. The five bytes without a character are control characters of
/// the same number. The table is that of numeric character references in the HTML Standard too.
const BYTES_128_TO_159: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns the character of a byte in windows-1252.
pub(super) fn windows_1252(byte: u8) -> char {
    let at = usize::from(byte).checked_sub(128);
    at.and_then(|at| BYTES_128_TO_159.get(at))
        .map_or(char::from(byte), |c| *c)
}

/// Greatest number of bytes from 128 on in a row in Western text, such as the last of `»“Ö` and a word of accents.
const MAX_WESTERN_RUN: usize = 3;

/// Returns true if bytes look like Western text in windows-1252: every byte has a character, and those from 128 on stand
/// in short runs among at least three times as many of ASCII. Text in Cyrillic, Greek, Chinese or Japanese character
/// sets has whole words of such bytes.
fn is_western(bytes: &[u8]) -> bool {
    let (mut run, mut n_high) = (0, 0);
    for byte in bytes {
        let is_control = matches!(byte, 0..=8 | 14..=31 | 127);
        if is_control || windows_1252(*byte).is_control() && *byte >= 128 {
            return false;
        }
        if *byte < 128 {
            run = 0;
        } else {
            run += 1;
            n_high += 1;
        }
        if run > MAX_WESTERN_RUN {
            return false;
        }
    }
    // A sample too short for a share is judged by its runs alone.
    n_high * 4 <= bytes.len().max(MAX_WESTERN_RUN * 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8], declared: Option<&str>) -> String {
        decode(bytes, declared).unwrap().text.into_owned()
    }

    #[test]
    fn a_byte_order_mark_wins() {
        let utf16 = |units: Vec<u16>, little: bool| -> Vec<u8> {
            let pair = |unit: u16| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            };
            units.into_iter().flat_map(pair).collect()
        };
        for little in [true, false] {
            let marked = "\u{feff}Größe 😀".encode_utf16().collect();
            assert_eq!(text(&utf16(marked, little), Some("utf-8")), "Größe 😀");
            let plain = "<p>Ω".encode_utf16().collect();
            assert_eq!(text(&utf16(plain, little), None), "<p>Ω");
        }
        assert_eq!(text(b"\xff\xfea\0\0\xd8b", None), "a\u{fffd}\u{fffd}");
        assert_eq!(text("\u{feff}é".as_bytes(), Some("windows-1252")), "é");
    }

    #[test]
    fn declared_charsets_are_read() {
        for label in ["windows-1252", " ISO-8859-1", "latin1", "us-ascii"] {
            assert_eq!(text(b"5\x9610 \x80", Some(label)), "5–10 €", "{label}");
        }
        // The file was converted, and its declaration left.
        assert_eq!(text("Größe".as_bytes(), Some("iso-8859-1")), "Größe");
        // A page that can be read byte by byte is not UTF-16.
        assert_eq!(text("é".as_bytes(), Some("utf-16")), "é");
    }

    #[cfg(feature = "charsets")]
    #[test]
    fn charsets_of_other_scripts_are_read() {
        assert_eq!(text(b"\x90\xdd\x92\xe8", Some("Shift_JIS")), "設定");
        assert_eq!(text(b"\xcf\xf0\xe8", Some("windows-1251")), "При");
        assert_eq!(text(b"\x1b$B@_Dj\x1b(B", Some("iso-2022-jp")), "設定");
        assert_eq!(text(b"\xc9\xe8\xd6\xc3", Some("gb2312")), "设置");
        let broken = decode(b"\x90", Some("shift_jis")).unwrap();
        assert_eq!(broken.text, "\u{fffd}");
        assert_eq!(broken.doubt.unwrap().read_as.unwrap(), "Shift_JIS");
    }

    #[test]
    fn unknown_labels_are_refused_unless_the_text_is_utf8() {
        let found = decode("é".as_bytes(), Some("klingon")).unwrap();
        assert_eq!((found.text.as_ref(), found.doubt.is_some()), ("é", true));
        let error = decode(b"\xe9", Some("klingon")).unwrap_err();
        assert!(error.message().contains("klingon"), "{error}");
    }

    #[test]
    fn western_text_without_a_declaration_is_read_with_a_doubt() {
        let found = text_of_bytes(b"The caf\xe9 \x93opens\x94 at 5\x966.").unwrap();
        assert_eq!(found.text, "The café “opens” at 5–6.");
        assert_eq!(found.doubt.unwrap().read_as.unwrap(), "windows-1252");
        assert!(text_of_bytes(b"caf\xc3\xa9").unwrap().doubt.is_none());
    }

    #[test]
    fn other_scripts_are_not_guessed() {
        for bytes in [
            // "Setting" in Shift_JIS, GBK and EUC-JP; "Hello" in windows-1251.
            &b"<p>\x90\xdd\x92\xe8\x82\xf0\x89\x9f\x82\xb7"[..],
            b"<p>\xc9\xe8\xd6\xc3\xb0\xb4\xc5\xa5",
            b"<p>\xc0\xdf\xc4\xea\xa4\xf2\xb2\xa1\xa4\xb9",
            b"<p>\xcf\xf0\xe8\xe2\xe5\xf2",
            b"a picture\0\x01\xe9",
        ] {
            let error = text_of_bytes(bytes).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUtf8);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), label in "[a-z0-9_-]{0,12}|shift_jis|big5|gbk|utf-16") {
            let _ = text_of_bytes(&bytes);
            let _ = decode(&bytes, Some(&label));
        }

        #[test]
        fn utf8_stays_as_it_is(text in "\\PC{0,80}") {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(&*text_of_bytes(text.as_bytes()).unwrap().text, &*text);
        }
    }
}
