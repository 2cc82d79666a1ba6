//! CommonMark to HTML that is safe by construction: it writes only elements of CommonMark and needs no sanitiser.

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::markdown::{Tags, is_block, options};
use crate::settings::MAX_HTML_DEPTH;

/// Renders CommonMark as HTML that is safe by construction: it writes only elements of CommonMark, with text and
/// attributes escaped. Tags of raw HTML are dropped and their text stays, as in [`crate::text::markdown::plain`].
///
/// Links may have the schemes http, https, mailto or tel, images http or https, and both may have a relative address.
/// Other links and images are dropped and leave their text. Headings are lowered by two levels, since the headings of
/// the article and of its section stand above. The result is the same in the browser, as there is no sanitiser; use
/// `markdown_to_html`, which has one, to keep raw HTML.
///
/// ```
/// use kenpoint::markdown_to_page;
/// assert_eq!(markdown_to_page("# A *red* light"), "<h3>A <em>red</em> light</h3>\n");
/// assert_eq!(markdown_to_page("[x](javascript:alert(1)) <b onclick=y>z</b>"), "<p>x z</p>\n");
/// ```
pub fn to_page(markdown: &str) -> String {
    let mut page = Paged::default();
    let events = Parser::new_ext(markdown, options()).filter_map(|event| page.event(event));
    let mut html = String::with_capacity(markdown.len() + markdown.len() / 4);
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

/// The state of [`to_page`] between two events.
#[derive(Default)]
struct Paged {
    raw: Tags,
    depth: usize,
    /// One entry for each open link or image: true if it is dropped.
    dropped: Vec<bool>,
    /// The lines of one block of HTML, collected because a comment or a tag may span several.
    block: Option<String>,
}

impl Paged {
    fn event<'t>(&mut self, event: Event<'t>) -> Option<Event<'t>> {
        if let Some(lines) = &mut self.block {
            match event {
                Event::Html(line) | Event::Text(line) => lines.push_str(&line),
                Event::End(tag) => return self.end(tag),
                _ => {}
            }
            return None;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            // A cell of a table has no other way to break its line.
            Event::InlineHtml(tag) if is_line_break(&tag) => {
                self.raw.is_shown().then_some(Event::HardBreak)
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let mut text = String::new();
                self.raw.strip(&html, &mut text);
                (!text.is_empty()).then(|| Event::Text(text.into()))
            }
            Event::Text(_) | Event::Code(_) => self.raw.is_shown().then_some(event),
            // A disabled checkbox is a form field without a name to a screen reader.
            Event::TaskListMarker(is_done) => {
                Some(Event::Text(if is_done { "☑ " } else { "☐ " }.into()))
            }
            other => Some(other),
        }
    }

    fn start<'t>(&mut self, tag: Tag<'t>) -> Option<Event<'t>> {
        self.depth += 1;
        let is_deep = self.depth > MAX_HTML_DEPTH;
        let tag = match tag {
            Tag::HtmlBlock => {
                self.block = Some(String::new());
                return None;
            }
            Tag::Link { ref dest_url, .. } => {
                let leads_out = !is_address(dest_url, &["http", "https", "mailto", "tel"]);
                self.dropped.push(leads_out || is_deep);
                tag
            }
            Tag::Image { ref dest_url, .. } => {
                self.dropped
                    .push(!is_address(dest_url, &["http", "https"]) || is_deep);
                tag
            }
            // Alignment would be an inline style, which a strict content security policy forbids.
            Tag::Table(columns) => Tag::Table(vec![Alignment::None; columns.len()]),
            Tag::Heading { level, .. } => Tag::Heading {
                level: lower(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            },
            other => other,
        };
        let is_dropped = is_deep
            || matches!(tag, Tag::Link { .. } | Tag::Image { .. })
                && self.dropped.last() == Some(&true);
        (!is_dropped).then_some(Event::Start(tag))
    }

    fn end<'t>(&mut self, tag: TagEnd) -> Option<Event<'t>> {
        let is_deep = self.depth > MAX_HTML_DEPTH;
        self.depth = self.depth.saturating_sub(1);
        if is_block(&tag) || tag == TagEnd::HtmlBlock {
            // A tag in prose, such as "the <script> tag", hides the rest of its block only.
            self.raw.hidden = None;
        }
        let tag = match tag {
            TagEnd::HtmlBlock => {
                let mut text = String::new();
                self.raw
                    .strip(&self.block.take().unwrap_or_default(), &mut text);
                self.raw.hidden = None;
                let text = text.trim().to_owned();
                return (!text.is_empty()).then(|| Event::Text((text + "\n").into()));
            }
            TagEnd::Link | TagEnd::Image => {
                if self.dropped.pop() != Some(false) {
                    return None;
                }
                tag
            }
            TagEnd::Heading(level) => TagEnd::Heading(lower(level)),
            other => other,
        };
        (!is_deep).then_some(Event::End(tag))
    }
}

/// Returns true for the tag `<br>`, with or without attributes.
fn is_line_break(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches(['>', '/']);
    let name = name.split_whitespace().next();
    name.is_some_and(|name| name.eq_ignore_ascii_case("br"))
}

/// Two levels lower, at most `H6`.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

/// Returns true if an address has one of these schemes, or is relative.
fn is_address(address: &CowStr<'_>, schemes: &[&str]) -> bool {
    // Browsers ignore control characters and spaces in a scheme.
    let is_clean = !address.chars().any(|c| c.is_control());
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = before.split_once(':').map(|(scheme, _)| scheme.trim());
    is_clean
        && scheme.is_none_or(|scheme| {
            let mut known = schemes.iter();
            known.any(|known| known.eq_ignore_ascii_case(scheme))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::hostile;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_safe_by_what_it_is_made_of() {
        for (markdown, expected) in [
            ("<script>alert(1)</script>", ""),
            ("a <script>alert(1)</script> b", "<p>a  b</p>\n"),
            ("<img src=x onerror=alert(1)>", ""),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x](JaVaScRiPt:alert(1))", "<p>x</p>\n"),
            ("[x](  javascript:alert)", "<p>x</p>\n"),
            ("[x](java&#9;script:a)", "<p>x</p>\n"),
            ("[x](data:text/html,y)", "<p>x</p>\n"),
            ("![x](data:image/svg+xml,y)", "<p>x</p>\n"),
            (
                "[*x*](other.html#a:b)",
                "<p><a href=\"other.html#a:b\"><em>x</em></a></p>\n",
            ),
            (
                "[x](mailto:a@b.c)",
                "<p><a href=\"mailto:a@b.c\">x</a></p>\n",
            ),
            (
                "![a \" b](x.png)",
                "<p><img src=\"x.png\" alt=\"a &quot; b\" /></p>\n",
            ),
            ("1 < 2 & <b>c</b>", "<p>1 &lt; 2 &amp; c</p>\n"),
            ("<div>Hello <b>you</b></div>", "Hello you\n"),
            ("<!--\nINTERNAL\n-->\n\nBye.", "<p>Bye.</p>\n"),
            ("<div\n class=\"x\">\nshown\n</div>", "shown\n"),
            ("## Two", "<h4>Two</h4>\n"),
            (
                "a<br>b<BR />c<br class=x>d",
                "<p>a<br />\nb<br />\nc<br />\nd</p>\n",
            ),
            ("a <script><br>x", "<p>a </p>\n"),
            (
                "| a |\n|---|\n| b |",
                "<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>b</td></tr>\n</tbody></table>\n",
            ),
        ] {
            assert_eq!(to_page(markdown), expected, "{markdown}");
        }
        let deep = format!("{}x", ">".repeat(200));
        assert_eq!(
            to_page(&deep).matches("<blockquote>").count(),
            MAX_HTML_DEPTH
        );
        assert_eq!(
            to_page(&deep).matches("</blockquote>").count(),
            MAX_HTML_DEPTH
        );
        assert!(to_page(&deep).contains('x'));
    }

    #[test]
    fn hostile_pages_end() {
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(|| {
                for text in hostile() {
                    let _ = to_page(&text);
                }
            })
            .unwrap()
            .join()
            .unwrap();
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([-#>*_`\\[\\](){}|<>/!&;=\n a-c]|<script>|</script>|<!--|-->|é){0,60}") {
            let _ = to_page(&text);
        }
    }
}
