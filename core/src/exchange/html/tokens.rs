//! A tokenizer of HTML: tags and text in one pass. It never fails; malformed markup is text.

use super::references::{Within, decode};

/// A token of a page. Its text still contains character references.
pub(super) enum Token<'a> {
    Text(&'a str),
    /// Text of a CDATA section of XML, without character references.
    Literal(&'a str),
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
    /// True if it ends in `/>` where that closes the element: in XML, and inside pictures.
    pub(super) closed: bool,
}

impl Tag<'_> {
    /// Returns the decoded value of an attribute; empty if it has none.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let (name, value, after) = next_attribute(rest)?;
            rest = after;
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value, Within::Attribute).into_owned());
            }
        }
    }

    pub(super) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// Passes each attribute on, with its name in lower case and its value without decoding. Of two with one name the
    /// first counts, so the last is passed first.
    pub(super) fn each_attribute(&self, mut take: impl FnMut(&str, &str)) {
        let mut found = Vec::new();
        let mut rest = self.attributes;
        while let Some((name, value, after)) = next_attribute(rest) {
            found.push((name, value));
            rest = after;
        }
        for (name, value) in found.into_iter().rev() {
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                take(&name.to_ascii_lowercase(), value);
            } else {
                take(name, value);
            }
        }
    }
}

/// Splits off the next attribute: its name, its value and the rest.
fn next_attribute(attributes: &str) -> Option<(&str, &str, &str)> {
    let rest = attributes.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    if rest.is_empty() {
        return None;
    }
    // A name may begin with `=`; it ends before the next `=`.
    let end = rest
        .char_indices()
        .find(|(at, c)| c.is_ascii_whitespace() || *c == '/' || (*c == '=' && *at > 0))
        .map_or(rest.len(), |(at, _)| at);
    let (name, after) = rest.split_at(end);
    let Some(after_equals) = after.trim_start().strip_prefix('=') else {
        return Some((name, "", after));
    };
    let after = after_equals.trim_start();
    let (value, rest) = match after.chars().next() {
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
    Some((name, value, rest))
}

/// The tokens of a page, in order.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The element that just began, if its content is raw text.
    raw: Option<String>,
    /// True if the page is XML.
    is_xml: bool,
    /// The number of open pictures and formulas, which follow the rules of XML.
    n_foreign: usize,
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
            is_xml: page.trim_start().starts_with("<?xml"),
            n_foreign: 0,
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
        let is_foreign = FOREIGN.contains(&name.as_str());
        let closed = (self.is_xml || is_foreign || self.n_foreign > 0) && ends_in_slash(attributes);
        if is_foreign && !closed {
            self.n_foreign += 1;
        }
        if RAW.contains(&name.as_str()) && !closed {
            self.raw = Some(name.clone());
        }
        Some(Token::Start(Tag {
            name,
            attributes,
            closed,
        }))
    }
}

/// Elements whose content follows the rules of XML.
const FOREIGN: &[&str] = &["svg", "math"];

/// Returns true if the attributes of a tag end in a slash that is not part of a value without quotes.
fn ends_in_slash(attributes: &str) -> bool {
    let Some(before) = attributes.strip_suffix('/') else {
        return false;
    };
    let last = before.rsplit(|c: char| c.is_ascii_whitespace()).next();
    last.is_none_or(|word| !word.contains('=') || word.ends_with(['"', '\'']))
}

/// Returns the length of the comment at the start of `text`, which begins with `<!--`; `None` if it does not end.
fn comment_len(text: &str) -> Option<usize> {
    let inside = text.get(4..)?;
    if inside.starts_with('>') {
        return Some(5);
    }
    if inside.starts_with("->") {
        return Some(6);
    }
    let mut from = 0;
    while let Some(at) = inside.get(from..)?.find("--") {
        let after = from + at + 2;
        let rest = inside.get(after..)?;
        if rest.starts_with('>') {
            return Some(4 + after + 1);
        }
        if rest.starts_with("!>") {
            return Some(4 + after + 2);
        }
        from = after - 1;
    }
    None
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
                    if FOREIGN.contains(&name.as_str()) {
                        self.n_foreign = self.n_foreign.saturating_sub(1);
                    }
                    if !name.is_empty() {
                        return Some(Token::End(name));
                    }
                }
                ('<', Some('!' | '?')) => {
                    let end = if rest.starts_with("<!--") {
                        comment_len(rest)
                    } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
                        let end = data.find("]]>").unwrap_or(data.len());
                        if self.is_xml {
                            self.cut(end + 12);
                            return Some(Token::Literal(data.get(..end).unwrap_or_default()));
                        }
                        Some(end + 12)
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
        let end = at + 2 + name.len();
        let ends = text.get(end..).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(|c: char| c.is_ascii_whitespace() || "/>".contains(c))
        });
        ends && text
            .get(at + 2..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of a page, one word each.
    fn tokens(page: &str) -> Vec<String> {
        Tokens::new(page)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Literal(text) => format!("literal:{text}"),
                Token::Raw(name, text) => format!("{name}:{text}"),
                Token::Start(tag) if tag.closed => format!("<{}/>", tag.name),
                Token::Start(tag) => format!("<{}>", tag.name),
                Token::End(name) => format!("</{name}>"),
            })
            .collect()
    }

    #[test]
    fn comments_end_where_browsers_end_them() {
        for comment in [
            "<!-->",
            "<!--->",
            "<!---->",
            "<!-- - -- > -->",
            "<!--a--!>",
            "<!a>",
            "<?a>",
        ] {
            assert_eq!(tokens(&format!("{comment}shown")), ["shown"], "{comment}");
        }
        assert!(tokens("<!-- never closed <p>secret").is_empty());
        assert_eq!(tokens("<![if !x]>a<![endif]>"), ["a"]);
        assert_eq!(tokens("<!--[if mso]><p>secret<![endif]-->a"), ["a"]);
    }

    #[test]
    fn a_slash_closes_elements_of_xml_only() {
        assert_eq!(tokens("<div/><a href=x/>"), ["<div>", "<a>"]);
        let page = "<?xml version='1.0'?><div/><script src='x'/><![CDATA[1<2]]>";
        assert_eq!(tokens(page), ["<div/>", "<script/>", "literal:1<2"]);
        assert_eq!(
            tokens("<svg><style/></svg>a"),
            ["<svg>", "<style/>", "</svg>", "a"]
        );
    }

    #[test]
    fn raw_text_ends_at_its_own_tag() {
        let page = "<script>a</scripts></script >b";
        assert_eq!(
            tokens(page),
            ["<script>", "script:a</scripts>", "</script>", "b"]
        );
    }

    #[test]
    fn attributes_are_read_in_any_form() {
        let page = "<a one='x y' two=\"&amp;\" three=3 four FIVE = five/>";
        let Some(Token::Start(tag)) = Tokens::new(page).next() else {
            panic!("no tag");
        };
        let found = ["one", "two", "three", "four", "five", "six"].map(|name| tag.attribute(name));
        let found = found.map(|value| value.unwrap_or_else(|| "none".to_owned()));
        assert_eq!(found, ["x y", "&", "3", "", "five/", "none"]);
    }
}
