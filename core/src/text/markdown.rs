//! CommonMark with tables, to plain text and to sanitised HTML.
//!
//! The parser yields events and no tree, so depth costs no stack here. The index and snippets use the plain text. The
//! HTML comes from an allow-list (ammonia) and not from string replacement.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

#[cfg(feature = "html")]
use crate::settings::{MAX_HTML_DEPTH, MAX_HTML_WORK, MAX_RAW_TAGS};

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Returns the plain text of a CommonMark text.
///
/// The text of links and the alternative text of images stay, and so does code. Addresses, tags of HTML and the
/// content of `script` and `style` are dropped. Blocks, rows and items begin new lines; a tab separates cells.
///
/// ```
/// use kenpoint::text::markdown::plain;
/// assert_eq!(plain("# Red *light*\n\nSee [the guide](https://x.y) & `reset`."), "Red light\nSee the guide & reset.");
/// ```
pub fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut html = Tags::default();
    // The lines of one HTML block, collected because a tag may span several.
    let mut block: Option<String> = None;
    for event in Parser::new_ext(markdown, options()) {
        if let Some(lines) = &mut block {
            match event {
                Event::Html(line) | Event::Text(line) => lines.push_str(&line),
                Event::End(TagEnd::HtmlBlock) => {
                    html.strip(lines, &mut out);
                    block = None;
                    new_line(&mut out);
                }
                _ => {}
            }
            continue;
        }
        match event {
            Event::Start(Tag::HtmlBlock) => {
                new_line(&mut out);
                block = Some(String::new());
            }
            Event::InlineHtml(tag) => html.strip(&tag, &mut out),
            Event::Html(line) => html.strip(&line, &mut out),
            Event::Text(text) | Event::Code(text) if html.is_shown() => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => new_line(&mut out),
            Event::Rule => new_line(&mut out),
            Event::Start(tag) if is_block(&tag.to_end()) => new_line(&mut out),
            Event::End(TagEnd::TableCell) => out.push('\t'),
            Event::End(tag) if is_block(&tag) => {
                // A tag in prose, such as "the <script> tag", hides the rest of its block only.
                html.hidden = None;
                new_line(&mut out);
            }
            _ => {}
        }
    }
    if let Some(lines) = block {
        html.strip(&lines, &mut out);
    }
    out.truncate(out.trim_end().len());
    let blank = out.len() - out.trim_start_matches('\n').len();
    out.drain(..blank);
    out
}

pub(super) fn is_block(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
    )
}

/// Ends the line unless it is empty, and removes its trailing space.
fn new_line(out: &mut String) {
    out.truncate(out.trim_end_matches([' ', '\t']).len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Removes the tags of HTML. Its only state between calls is the hidden element that is open.
#[derive(Default)]
pub(super) struct Tags {
    /// `script` or `style` inside such an element.
    pub(super) hidden: Option<&'static str>,
}

impl Tags {
    pub(super) fn is_shown(&self) -> bool {
        self.hidden.is_none()
    }

    /// Appends the text between the tags. A tag or comment that is never closed ends the text and is not shown.
    /// Linear: `rest` only shrinks, and no failed search is repeated.
    pub(super) fn strip(&mut self, html: &str, out: &mut String) {
        let mut rest = html;
        while !rest.is_empty() {
            if let Some(name) = self.hidden {
                let Some(after) = after_closing_tag(rest, name) else {
                    return;
                };
                self.hidden = None;
                rest = after;
                continue;
            }
            let Some(at) = rest.find('<') else {
                push_text(rest, out);
                return;
            };
            let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
            push_text(text, out);
            if let Some(comment) = tag.strip_prefix("<!--") {
                let Some(end) = comment.find("-->") else {
                    return;
                };
                rest = comment.get(end + 3..).unwrap_or_default();
                continue;
            }
            let inside = tag.get(1..).unwrap_or_default();
            let name_from = inside.strip_prefix('/').unwrap_or(inside);
            if !name_from.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
                out.push('<');
                rest = inside;
                continue;
            }
            let Some(end) = inside.find('>') else {
                return;
            };
            let name_len = name_from
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(name_from.len());
            let name = name_from
                .get(..name_len.min(16))
                .unwrap_or_default()
                .to_ascii_lowercase();
            if is_block_element(&name) {
                new_line(out);
            }
            if !inside.starts_with('/') {
                self.hidden = ["script", "style"]
                    .into_iter()
                    .find(|hidden| *hidden == name);
            }
            rest = inside.get(end + 1..).unwrap_or_default();
        }
    }
}

fn is_block_element(name: &str) -> bool {
    matches!(
        name,
        "br" | "p"
            | "div"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "table"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "pre"
            | "blockquote"
            | "section"
            | "article"
            | "hr"
            | "dt"
            | "dd"
            | "td"
            | "th"
            | "details"
            | "summary"
    )
}

/// Returns the text after `</name ...>`, if there is one.
fn after_closing_tag<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..)?;
        let is_it = rest
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_it {
            return rest.get(rest.find('>')? + 1..);
        }
    }
    None
}

/// Appends text with its character references decoded: the few that occur in HTML blocks.
fn push_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let name = reference
            .bytes()
            .take(12)
            .position(|b| b == b';')
            .and_then(|end| reference.get(1..end));
        match name.and_then(|name| Some((decode(name)?, name.len()))) {
            Some((c, len)) => {
                out.push(c);
                rest = reference.get(len + 2..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = reference.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
}

fn decode(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

/// Renders CommonMark as HTML that is safe to put into a page. An allow-list decides which elements, attributes and
/// address schemes stay; scripts, event handlers and unterminated tags are removed. Links get
/// `rel="noopener noreferrer"`.
///
/// Elements nested deeper than [`MAX_HTML_DEPTH`] keep only their text. A text with more raw tags than
/// [`MAX_RAW_TAGS`], or with more work than [`MAX_HTML_WORK`], loses all of them: an HTML5 parser repairs unclosed
/// tags at a cost that grows with the square of their number.
#[cfg(feature = "html")]
pub fn to_html(markdown: &str) -> String {
    let (mut n_raw, mut n_elements) = (0_usize, 1_usize);
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => n_raw += count_tags(&html),
            Event::Start(_) => n_elements += 1,
            _ => {}
        }
    }
    let keeps_raw =
        n_raw <= MAX_RAW_TAGS && n_raw.saturating_mul(n_elements + n_raw) <= MAX_HTML_WORK;
    let mut depth = 0_usize;
    let events = Parser::new_ext(markdown, options()).filter(|event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= MAX_HTML_DEPTH
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            depth < MAX_HTML_DEPTH
        }
        Event::Html(_) | Event::InlineHtml(_) => keeps_raw,
        _ => true,
    });
    let mut html = String::with_capacity(markdown.len() + markdown.len() / 4);
    pulldown_cmark::html::push_html(&mut html, events);
    ammonia::clean(&html)
}

/// Counts the elements that raw HTML may open.
#[cfg(feature = "html")]
fn count_tags(html: &str) -> usize {
    html.as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [b'<', name] if name.is_ascii_alphabetic()))
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::testing::hostile;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_keeps_what_is_read() {
        for (markdown, expected) in [
            ("a\nb", "a\nb"),
            ("![alt *text*](x.png) after", "alt text after"),
            ("- one\n- two\n  - three", "one\ntwo\nthree"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a\tb\n1\t2"),
            ("```sh\nls -l\n```\nend", "ls -l\nend"),
            ("<div>Hello <b>you</b> &amp; me</div>", "Hello you & me"),
            ("a <b>bold</b> word<br>next", "a bold word\nnext"),
            ("<script>\nalert(1)\n</script>\n\nshown", "shown"),
            ("<script>alert(1)", ""),
            ("use <script>x</script> here", "use  here"),
            ("Add the <script> tag.\n\nMore.", "Add the\nMore."),
            ("<div\nunterminated", ""),
            ("<!-- no -->\n\nyes", "yes"),
            ("1 < 2 &lt; 3", "1 < 2 < 3"),
            ("<https://x.y>", "https://x.y"),
            ("> quote\n\n***\n\nrest", "quote\nrest"),
            ("", ""),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn hostile_markdown_ends() {
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(|| {
                for text in hostile() {
                    let _ = plain(&text);
                }
            })
            .unwrap()
            .join()
            .unwrap();
    }

    #[cfg(feature = "html")]
    #[test]
    fn html_is_sanitised() {
        for (markdown, forbidden) in [
            ("<script>alert(1)</script>", "alert"),
            ("<script>alert(1)", "alert"),
            ("<img src=x onerror=alert(1)>", "onerror"),
            ("<img src=x onerror=alert(1)//", "<img"),
            ("[x](javascript:alert(1))", "javascript"),
            ("<iframe src=https://x.y>", "iframe"),
            ("<style>p{}</style>", "p{}"),
            ("<svg><script>alert(1)</script></svg>", "alert"),
            ("<a href=\"data:text/html,x\">x</a>", "data:"),
        ] {
            let html = to_html(markdown);
            assert!(!html.contains(forbidden), "{markdown}: {html}");
        }
        let deep = format!("{}x", ">".repeat(200));
        assert_eq!(
            to_html(&deep).matches("<blockquote>").count(),
            MAX_HTML_DEPTH
        );
        assert!(to_html(&deep).contains('x'));
        assert!(to_html("a <b>c</b>").contains("<b>c</b>"));
        assert!(!to_html(&"<b>c ".repeat(MAX_RAW_TAGS + 1)).contains("<b>"));
        assert!(to_html("| a |\n|---|\n| *b* |").contains("<td><em>b</em></td>"));
    }

    #[cfg(feature = "html")]
    #[test]
    fn hostile_html_ends() {
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(|| {
                for text in hostile() {
                    let _ = to_html(&text);
                }
            })
            .unwrap()
            .join()
            .unwrap();
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([-#>*_`\\[\\](){}|<>/!&;=\n a-c]|<script>|</script>|<!--|-->|é){0,60}") {
            let _ = plain(&text);
        }
    }
}
