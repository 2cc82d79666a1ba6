//! A tokenizer of HTML: tags and text in one pass. It never fails; malformed markup is text.

use std::borrow::Cow;

/// A token of a page. Its text still contains character references.
pub(super) enum Token<'a> {
    Text(&'a str),
    /// The whole content of an element with raw text, such as `script`.
    Raw(String, &'a str),
    Start(Tag<'a>),
    End(String),
}

/// A start tag.
pub(super) struct Tag<'a> {
    /// In lower case.
    pub(super) name: String,
    /// The text between the name and `>`.
    attributes: &'a str,
    /// True if it ends in `/>`.
    pub(super) closed: bool,
}

impl Tag<'_> {
    /// Returns the decoded value of an attribute; empty if it has none.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            // A name may begin with `=`; it ends before the next `=`.
            let end = rest
                .char_indices()
                .find(|(at, c)| c.is_ascii_whitespace() || *c == '/' || (*c == '=' && *at > 0))
                .map_or(rest.len(), |(at, _)| at);
            let (name, after) = rest.split_at(end);
            let mut value = "";
            rest = after;
            if let Some(after) = after.trim_start().strip_prefix('=') {
                let after = after.trim_start();
                (value, rest) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        let inner = after.get(1..).unwrap_or_default();
                        inner.split_once(quote).unwrap_or((inner, ""))
                    }
                    _ => {
                        let end = after
                            .find(|c: char| c.is_ascii_whitespace())
                            .unwrap_or(after.len());
                        after.split_at(end)
                    }
                };
            }
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value).into_owned());
            }
        }
    }
}

/// The tokens of a page, in order.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The element that just began, if its content is raw text.
    raw: Option<String>,
}

/// Elements with raw text: their content ends at their end tag.
const RAW: &[&str] = &[
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
    "listing",
];

impl<'a> Tokens<'a> {
    pub(super) fn new(page: &'a str) -> Tokens<'a> {
        Tokens {
            rest: page,
            raw: None,
        }
    }

    fn cut(&mut self, at: usize) -> &'a str {
        let (before, after) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = after;
        before
    }

    /// Reads the tag at the start of the rest, which begins with `<` and a letter.
    fn start_tag(&mut self) -> Option<Token<'a>> {
        let body = self.rest.get(1..)?;
        let name_end = body
            .find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')
            .unwrap_or(body.len());
        let (name, after) = body.split_at(name_end);
        let Some(end) = tag_end(after) else {
            // An incomplete tag at the end of the page is dropped, as browsers do.
            self.rest = "";
            return None;
        };
        let (attributes, rest) = after.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if RAW.contains(&name.as_str()) {
            self.raw = Some(name.clone());
        }
        Some(Token::Start(Tag {
            name,
            attributes,
            closed: attributes.ends_with('/'),
        }))
    }
}

/// Returns the position of the `>` that ends a tag, outside quoted values.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = byte == b'=' && quote.is_none();
        }
    }
    None
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            let end = end_of_raw(self.rest, &name).unwrap_or(self.rest.len());
            return Some(Token::Raw(name, self.cut(end)));
        }
        loop {
            let rest = self.rest;
            let mut chars = rest.chars();
            let first = chars.next()?;
            let second = chars.next();
            match (first, second) {
                ('<', Some(c)) if c.is_ascii_alphabetic() => return self.start_tag(),
                ('<', Some('/')) => {
                    let Some(end) = rest.find('>') else {
                        self.rest = "";
                        return None;
                    };
                    let tag = self.cut(end + 1);
                    let name: String = tag
                        .chars()
                        .skip(2)
                        .take_while(|c| !c.is_ascii_whitespace() && *c != '>' && *c != '/')
                        .map(|c| c.to_ascii_lowercase())
                        .collect();
                    if !name.is_empty() {
                        return Some(Token::End(name));
                    }
                }
                ('<', Some('!' | '?')) => {
                    let end = if let Some(comment) = rest.strip_prefix("<!--") {
                        comment.find("-->").map(|at| at + 7)
                    } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
                        data.find("]]>").map(|at| at + 12)
                    } else {
                        rest.find('>').map(|at| at + 1)
                    };
                    self.cut(end.unwrap_or(rest.len()));
                }
                _ => {
                    let skip = first.len_utf8();
                    let end = rest
                        .get(skip..)
                        .and_then(|tail| tail.find('<'))
                        .map_or(rest.len(), |at| at + skip);
                    return Some(Token::Text(self.cut(end)));
                }
            }
        }
    }
}

/// Returns the position of `</name`, ignoring case.
fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        text.get(at + 2..at + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

/// Resolves the character references of a text. The table of names is that of the CommonMark parser; this module adds
/// the few that pages use without a semicolon.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (decoded, used) = reference(from);
        match decoded {
            Some(decoded) => out.push_str(&decoded),
            None => out.push_str(from.get(..used).unwrap_or_default()),
        }
        rest = from.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Longest character reference with its semicolon, in bytes.
const MAX_REFERENCE_BYTES: usize = 40;

/// Returns the text of the reference at the start (an `&`) and its length in bytes, at least one.
fn reference(text: &str) -> (Option<String>, usize) {
    let name_end = text
        .bytes()
        .skip(1)
        .take(MAX_REFERENCE_BYTES)
        .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#')
        .map_or(text.len().min(MAX_REFERENCE_BYTES), |at| at + 1);
    let closed = text.as_bytes().get(name_end) == Some(&b';');
    let name = text.get(1..name_end).unwrap_or_default();
    let used = name_end + usize::from(closed);
    if let Some(digits) = name.strip_prefix('#') {
        let number = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        let Ok(number) = number else {
            return (None, 1);
        };
        let c = char::from_u32(number)
            .filter(|c| *c != '\0')
            .unwrap_or('\u{fffd}');
        return (Some(c.to_string()), used);
    }
    let common = match name {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "nbsp" => Some("\u{a0}"),
        "copy" => Some("©"),
        "reg" => Some("®"),
        _ => None,
    };
    if let Some(common) = common {
        return (Some(common.to_owned()), used);
    }
    if !closed || name.is_empty() {
        return (None, 1);
    }
    let written = text.get(..used).unwrap_or_default();
    let decoded: String = pulldown_cmark::Parser::new(written)
        .filter_map(|event| match event {
            pulldown_cmark::Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    if decoded == written || decoded.is_empty() {
        (None, 1)
    } else {
        (Some(decoded), used)
    }
}
