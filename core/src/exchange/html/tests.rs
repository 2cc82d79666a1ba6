//! Tests of whole pages.

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
        "| Code | Means |\n| --- | --- |\n| E\\|1 | Door<br>open |\n| E2 |\n\nafter\n"
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
fn pages_are_decoded_as_they_declare() {
    let page = |bytes: &[u8]| article("x.html", bytes, &ImportOptions::new());
    let declared = b"<meta http-equiv=content-type content='text/html; charset=windows-1252'><h1>Gr\xf6\xdfe</h1><p>5\x9610 \x80";
    let (draft, unknown) = page(declared).unwrap();
    assert_eq!(
        (draft.title.as_str(), draft.sections[0].text.as_str()),
        ("Größe", "5–10 €")
    );
    assert!(unknown.is_empty());
    let (draft, unknown) = page(b"<p>caf\xe9 latte").unwrap();
    assert_eq!(draft.sections[0].text, "café latte");
    assert!(unknown[0].contains("windows-1252"), "{unknown:?}");
    let error = page(b"<p>\x90\xdd\x92\xe8\x82\xf0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidUtf8);
}

proptest! {
    #[test]
    fn any_page_is_read(page in "\\PC*|(<|>|/|p|b|ul|li|table|tr|td|a href=|pre|code|h1|&|;|#|\"|'| |-|!|x|é|\n){0,80}") {
        let _ = body(&page);
        let _ = to_markdown(&page);
    }
}
