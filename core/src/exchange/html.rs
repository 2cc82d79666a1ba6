//! Conversion of an HTML page or fragment to CommonMark. One file is one article.
//!
//! It reads tags in one pass with a stack of bounded depth, in time linear in the input. It builds no tree, because the
//! tree of a hostile page (a hundred thousand nested tags) costs quadratic time or the stack. Headings, paragraphs,
//! lists, tables, links, images, code and emphasis are kept. Scripts (with them JSON-LD), styles, navigation, footers
//! and form controls are dropped.

use serde_json::Map;

use super::fields::{Body, Fallback, Fields};
use super::markdown::id_and_stem;
use super::options::ImportOptions;
use super::{headings, value};
use crate::error::Result;
use crate::model::ArticleDraft;

mod tokens;
mod writer;

use tokens::{Token, Tokens};
use writer::MarkdownWriter;

/// Reads one page. `path` is relative to the root, with `/`; without its extension it is the id.
///
/// Fails with `InvalidUtf8`, or if the article breaks a limit of the model.
pub fn article(
    path: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<(ArticleDraft, Vec<String>)> {
    let text = value::utf8(bytes, 0)?;
    let (id, stem) = id_and_stem(path);
    let fallback = Fallback {
        id: Some(id),
        title: Some(stem),
        source_key: Some(path),
        language: None,
    };
    super::article::article(Fields::new(Map::new()), body(text), &fallback, options)
        .map(|read| (read.draft, read.unknown))
}

/// Converts a page to title, language and sections. The title is the first `h1`, else the `title` element.
pub(super) fn body(page: &str) -> Body {
    let page = to_markdown(page);
    let split = headings::split(&page.text);
    Body {
        title: split.title.or(page.title),
        language: page.language,
        sections: split.sections,
    }
}

/// A page converted to CommonMark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlPage {
    /// The content of the `title` element.
    pub title: Option<String>,
    /// The `lang` of the `html` element, if it is a language tag.
    pub language: Option<String>,
    /// The text.
    pub text: String,
}

/// Converts a page or fragment to CommonMark. Every text is a valid page.
///
/// ```
/// use kenpoint::exchange::html::to_markdown;
/// let page = to_markdown("<h2>Fix</h2><p>Press <b>reset</b> &amp; wait.<ul><li>once<li>twice</ul>");
/// assert_eq!(page.text, "## Fix\n\nPress **reset** & wait.\n\n- once\n- twice\n");
/// ```
pub fn to_markdown(page: &str) -> HtmlPage {
    let mut out = HtmlPage::default();
    let mut writer = MarkdownWriter::default();
    // The element whose content is dropped, and the number of open elements of its name.
    let mut dropping: Option<(String, usize)> = None;
    for token in Tokens::new(page) {
        if let Some((name, open)) = &mut dropping {
            match &token {
                Token::Start(tag) if tag.name == *name && !tag.closed => *open += 1,
                Token::End(end) if end == name => *open -= 1,
                _ => {}
            }
            if *open == 0 {
                dropping = None;
            }
            continue;
        }
        match token {
            Token::Text(text) => writer.text(text),
            Token::Raw(name, text) => match name.as_str() {
                "title" if out.title.is_none() => {
                    let title = tokens::decode(text);
                    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    out.title = Some(title).filter(|title| !title.is_empty());
                }
                "xmp" | "plaintext" | "listing" => writer.code_block(text),
                _ => {}
            },
            Token::Start(tag) if DROPPED.contains(&tag.name.as_str()) => {
                if !tag.closed {
                    dropping = Some((tag.name, 1));
                }
            }
            Token::Start(tag) => {
                if tag.name == "html" && out.language.is_none() {
                    out.language = tag
                        .attribute("lang")
                        .filter(|tag| crate::model::validate::language("html.lang", tag).is_ok());
                }
                writer.start(&tag);
            }
            Token::End(name) => writer.end(&name),
        }
    }
    out.text = writer.finish();
    out
}

/// Elements dropped with their content. The tokenizer handles those with raw text.
const DROPPED: &[&str] = &[
    "nav", "footer", "template", "svg", "math", "select", "button", "object", "canvas", "dialog",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::model::Role;
    use proptest::prelude::*;

    fn text(html: &str) -> String {
        to_markdown(html).text
    }

    #[test]
    fn a_page_is_an_article_in_sections() {
        let page = "\u{feff}<!DOCTYPE html><html lang=de><head><title>Lamp &ndash; Shop</title><style>h1{}</style>\
            <script type=\"application/ld+json\">{\"a\":\"</p>\"}</script></head><body><nav><ul><li>Home</ul></nav>\
            <h1>Lamp <em>flickers</em></h1><p>In short.</p><h2>Ursache</h2><p>Dust.<p>Or a cable.\
            <h2>Fix</h2><ol start=3><li>Off<ul><li>wait</li></ul></li><li>On</li></ol><footer>(c)</footer></body></html>";
        let (draft, _) = article("a/lamp.html", page.as_bytes(), &ImportOptions::new()).unwrap();
        assert_eq!(
            (
                draft.id.as_str(),
                draft.title.as_str(),
                draft.language.as_str()
            ),
            ("a/lamp", "Lamp flickers", "de")
        );
        let parts: Vec<_> = draft
            .sections
            .iter()
            .map(|s| (s.role, s.text.as_str()))
            .collect();
        assert_eq!(
            parts,
            [
                (Role::Summary, "In short."),
                (Role::Cause, "Dust.\n\nOr a cable."),
                (Role::Resolution, "3. Off\n   - wait\n4. On"),
            ]
        );
    }

    #[test]
    fn inline_marks_links_images_and_code() {
        assert_eq!(
            text("a <b> bold </b>b <i></i><a href='x y'>l</a> <a href='javascript:x'>n</a>"),
            "a **bold** b [l](<x y>) n\n"
        );
        assert_eq!(
            text("<img alt='A [x]' src=i.png><br>b <code>a`b</code>"),
            "![A \\[x\\]](i.png)\\\nb ``a`b``\n"
        );
        assert_eq!(
            text("<pre><code class=x>\nif a &lt; b:\n  go</code></pre>"),
            "```\nif a < b:\n  go\n```\n"
        );
        assert_eq!(
            text("<p>unclosed <b>bold<p>next"),
            "unclosed **bold**\n\nnext\n"
        );
    }

    #[test]
    fn tables_become_pipes() {
        let table = "<table><thead><tr><th>Code<th>Means</thead><tr><td>E|1<td><p>Door</p><p>open</p><tr><td>E2</table>after";
        assert_eq!(
            text(table),
            "| Code | Means |\n| --- | --- |\n| E\\|1 | Door open |\n| E2 |\n\nafter\n"
        );
    }

    #[test]
    fn text_that_looks_like_markup_stays_text() {
        assert_eq!(
            text("<p># no &lt;b&gt; 2*3 wan_ip _x_ [l](u) &amp;lt; a<b"),
            "\\# no \\<b> 2\\*3 wan_ip \\_x\\_ \\[l](u) \\&lt; a\n"
        );
        assert_eq!(
            text("<p>1. one<p>- two<p>&gt; three<p>+ four"),
            "1\\. one\n\n\\- two\n\n\\> three\n\n\\+ four\n"
        );
        assert_eq!(
            text("5 < 6 &copy; &eacute;&#x1F600;&#0;&bogus; &nbsp;x"),
            "5 \\< 6 © é😀\u{fffd}\\&bogus; x\n"
        );
    }

    #[test]
    fn backslashes_and_line_breaks_keep_their_meaning() {
        assert_eq!(
            text("<p>C:\\temp\\<b>x\\</b><br>+ y<br>"),
            "C:\\temp\\\\**x\\\\**\\\n\\+ y\n"
        );
        assert_eq!(text("<p>D:\\"), "D:\\\\\n");
    }

    #[test]
    fn hostile_nesting_is_linear() {
        for unit in [
            "<div>",
            "<ul><li>",
            "<blockquote>",
            "<table><tr><td>",
            "<b a=1>x<p>",
            "<a href=x>",
            "<!--",
            "<x a='",
            "&amp",
            "<pre>",
            "<svg>",
            "<h2>",
            "<code>`",
        ] {
            let page = format!("{}end", unit.repeat(100_000));
            let out = text(&page);
            assert!(out.len() < 40 * page.len(), "{unit}: {}", out.len());
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        let error = article("x.html", b"<p>\xe9", &ImportOptions::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidUtf8);
    }

    proptest! {
        #[test]
        fn any_page_is_read(page in "\\PC*|(<|>|/|p|b|ul|li|table|tr|td|a href=|pre|code|h1|&|;|#|\"|'| |-|!|x|é|\n){0,80}") {
            let _ = body(&page);
        }
    }
}
