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
        "<table><tr><td><h2>",
        "<table><tr><th>x",
        "<tr><td><table>",
        "<b a=1>x<p>",
        "<a href=x>",
        "<!--",
        "<x a='",
        "&amp",
        "&notin",
        "&#0000000001",
        "<pre>",
        "<svg>",
        "<h1>",
        "<h2>",
        "<code>`",
        "<main>",
        "<main></main>",
        "<article>a",
        "<div id=main-content class=wiki-content>",
        "<header><h1>a</h1>",
        "<p style='display:none;visibility:hidden;a:b;'>",
        "<p style='mso-list:l0 level9'>a",
        "<p hidden>",
        "<noscript>",
        "<b>x</b>",
        "<b>x</b><i>y</i>",
        "<b>(</b>x",
        "<i><b>x",
        "<a href=x>y</a>",
        "<b>x</b><br>",
        "1. ",
        "a~",
        "{{",
        "{{ a }}",
        "<p><b>x</b>",
        "</p>",
        "<p></div>",
        "<b><div></b>",
        "<a><div>",
        "<b><i></b>",
        "<title>",
        "<meta http-equiv=refresh content=1>",
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
    let (draft, _) = page(b"<p>caf\xe9 latte").unwrap();
    assert_eq!(draft.sections[0].text, "café latte");
    let error = page(b"<p>\x90\xdd\x92\xe8\x82\xf0").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidUtf8);
}

#[test]
fn the_article_is_what_main_holds() {
    let page = "<title>Printer offline - Acme</title><header><h1>Acme Help</h1><ul><li>Contact</ul></header>\
        <div class=crumbs>Home</div><main><nav>Menu</nav><h1>Printer offline</h1><p>Turn it on.\
        <aside>Careful!</aside></main><aside><h3>Related</h3></aside><footer>(c)</footer>";
    assert_eq!(text(page), "# Printer offline\n\nTurn it on.\n\nCareful!\n");
    assert_eq!(to_markdown(page).title.as_deref(), Some("Printer offline"));
    for (page, title, out) in [
        // The one article inside main, without the list of links beside it.
        (
            "<div role=main><ul><li><a href=x>A related page</a></ul><article><h1>T</h1><p>a</article></div>b",
            "T",
            "# T\n\na\n",
        ),
        // An article with less text than main has around it is a teaser.
        (
            "<main><h1>T</h1><p>A long text<article><h2>Ad</h2></article></main>",
            "T",
            "# T\n\nA long text\n\n## Ad\n",
        ),
        (
            "<h1>T</h1><p>A long text<article><h1>Ad</h1></article>",
            "T",
            "# T\n\nA long text\n\n# Ad\n",
        ),
        ("<article>a</article><article>b</article>", "", "a\n\nb\n"),
        // The title stands before the region, or around it.
        ("<h1>T</h1><main><p>a</main>b", "T", "a\n"),
        (
            "<main><article><h1>T</h1><div class='x article-body'>a</div><p>votes</article>related</main>",
            "T",
            "a\n",
        ),
        // An anchor that nothing closes.
        (
            "<a name=top><main><h1>T</h1><p>a <a href=x>l</a> b</main>c",
            "T",
            "# T\n\na [l](x) b\n",
        ),
        // A main that a script fills later.
        ("<h1>T</h1><p>a<main></main>", "T", "# T\n\na\n"),
        // The logo is no title, wherever it stands.
        (
            "<title>T</title><header><h1>Logo</h1>x</header><p>a",
            "T",
            "a\n",
        ),
        (
            "<h1 class='Site-Title'>Logo</h1><h1>T</h1>a",
            "T",
            "# T\n\n# Logo\n\na\n",
        ),
        (
            "<title>T</title><div id=Header><h1>Logo</h1></div><p>a",
            "T",
            "a\n",
        ),
        // Better a heading of the header than the name of the file.
        ("<header><h1>T</h1></header><p>a", "T", "# T\n\na\n"),
        // The name of the site, outside the article and at the end of the title.
        (
            "<title>Install - The Book</title><h1 class=menu-title>The Book</h1><main><h2>Install</h2><p>a</main>",
            "Install",
            "## Install\n\na\n",
        ),
        (
            "<title>Install | Site</title><header><h1>Site</h1></header><p>a",
            "Install",
            "a\n",
        ),
        (
            "<title>Python - IDLE</title><main><h1>IDLE</h1>a</main>",
            "IDLE",
            "# IDLE\n\na\n",
        ),
        (
            "<title>T - Site</title><h1>T</h1><main>a</main>",
            "T",
            "a\n",
        ),
        // The links of headings to themselves.
        (
            "<h1>T<a href=#t>¶</a></h1><h2><a class=anchor href=#a>§</a>A</h2>a <a href=#b><b>*</b></a>b<a href=#c>1</a>",
            "T",
            "# T\n\n## A\n\na b[1](#c)\n",
        ),
        // Links beside the text, and a note in it.
        (
            "<main><h1>T</h1><aside><h3>Related</h3><a href=x>A</a>, <a href=y>B</a></aside><aside>Careful! See <a href=z>C</a></aside></main>",
            "T",
            "# T\n\nCareful! See [C](z)\n",
        ),
        (
            "<h1>T</h1><div class=article-body><p>a long text</div><p>votes",
            "T",
            "a long text\n",
        ),
        // The header of the text itself.
        (
            "<title>T</title><header id=title-block-header><h1>T</h1><p>by</header><h1>One</h1>a",
            "T",
            "# T\n\nby\n\n# One\n\na\n",
        ),
        ("<title>T</title><h1>Cause</h1>a", "T", "# Cause\n\na\n"),
    ] {
        let found = to_markdown(page);
        assert_eq!(
            (
                found.title.unwrap_or_default().as_str(),
                found.text.as_str()
            ),
            (title, out),
            "{page}"
        );
    }
}

#[test]
fn a_confluence_page_is_its_main_content() {
    let page = "<title>IT Support : VPN : error 5</title><div id=breadcrumb-section><ol><li>IT Support</ol></div>\
        <h1 id=title-heading><span id=title-text> IT Support : VPN : error 5 </span></h1>\
        <div class=page-metadata>Created by Pat</div><div id=main-content class='wiki-content group'>\
        <h1>Overview</h1><p>a</p><h1>Cause</h1><p>b</div><div><h2>Attachments:</h2></div>";
    let (draft, _) = article("x.html", page.as_bytes(), &ImportOptions::new()).unwrap();
    assert_eq!(draft.title, "VPN : error 5");
    let sections: Vec<_> = draft
        .sections
        .iter()
        .map(|s| (s.heading.as_deref(), s.text.as_str()))
        .collect();
    assert_eq!(sections, [(Some("Overview"), "a"), (Some("Cause"), "b")]);
    let empty = page.replace("<h1>Overview</h1><p>a</p><h1>Cause</h1><p>b", "");
    let error = article("x.html", empty.as_bytes(), &ImportOptions::new()).unwrap_err();
    assert!(
        error.message().starts_with("page: it has no text"),
        "{error}"
    );
}

#[test]
fn an_audience_at_the_title_holds_for_the_page() {
    let page = "<main><h1>T {audience=internal}</h1><p>a<h2>Fix</h2><p>b</main>";
    let (draft, _) = article("x.html", page.as_bytes(), &ImportOptions::new()).unwrap();
    assert_eq!(draft.title, "T");
    assert!(
        draft
            .sections
            .iter()
            .all(|s| s.audience.as_deref() == Some("internal"))
    );
}

#[test]
fn hidden_text_and_comments_are_left_out() {
    let page = "a<div style='display: none'>x</div>b<p hidden>x<p>c<!-- x --><noscript>x</noscript><template>x</template>\
        <span style='visibility:hidden'>x</span>d<table><tr><th>K<th>V<th hidden>x<tr><td>1<td>2<td hidden>x</table>";
    assert_eq!(
        text(page),
        "a\n\nb\n\ncd\n\n| K | V |\n| --- | --- |\n| 1 | 2 |\n"
    );
}

#[test]
fn pages_that_are_no_articles_are_left_out_with_a_reason() {
    let long = "A page that has text of its own, and is read for a while. ".repeat(8);
    for (page, reason) in [
        (
            "<meta http-equiv=refresh content='0; url=/new/'><title>Redirecting</title>Redirecting...",
            "page: it redirects to /new/",
        ),
        (
            "<META HTTP-EQUIV=Refresh CONTENT=\"3;URL='../x.html'\"><h1>Moved</h1><a href=x>Click here</a>",
            "page: it redirects to ../x.html",
        ),
        (
            "<meta name=robots content='NoIndex, follow'><h1>T</h1>a",
            "robots:",
        ),
        ("<meta name=robots content=none>a", "robots:"),
        (
            "<title>App</title><noscript>Enable it</noscript><div id=root></div><script>x</script>",
            "page: it has no text",
        ),
        (
            "<title>T</title><nav>Menu</nav><p>&nbsp;</p>",
            "page: it has no text",
        ),
        ("", "page: it has no text"),
        (
            "<title>{{ page.title }}</title><h1>Site</h1>{% include nav.html %}<main>{{ content }}</main>",
            "page: it is a template",
        ),
        ("<p>{% if a %}x{% endif %}", "page: it is a template"),
    ] {
        let error = article("x.html", page.as_bytes(), &ImportOptions::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        assert!(error.message().starts_with(reason), "{page}: {error}");
    }
    let status = "<meta http-equiv=refresh content=600><h1>Status</h1>".to_owned();
    let slow = "<meta http-equiv=refresh content='60; url=b.html'><h1>One</h1>".to_owned();
    let moved = format!("<meta http-equiv=refresh content='9; url=b.html'><h1>One</h1>{long}");
    let script =
        "<noscript><meta http-equiv=refresh content='0; url=nojs.html'></noscript><h1>T</h1>"
            .to_owned();
    let about =
        "<h1>Layouts</h1>Write <code>{{ content }}</code> there, and {{ name }} for the name."
            .to_owned();
    let robots = "<meta name=robots content='index, follow'><h1>T</h1>".to_owned();
    for page in [status, slow, moved, script, about, robots] {
        assert!(
            article("x.html", page.as_bytes(), &ImportOptions::new()).is_ok(),
            "{page}"
        );
    }
}

#[test]
fn layout_tables_are_blocks() {
    let page = "<table width=100%><tr><td><h1>Offline</h1><h2>Cause</h2><p>Driver.<h2>Fix</h2><ol><li>Open<li>Close</ol></table>";
    assert_eq!(
        text(page),
        "# Offline\n\n## Cause\n\nDriver.\n\n## Fix\n\n1. Open\n2. Close\n"
    );
    let mail = "<table><tr><td><table role=presentation><tr><td>Hello<td>you</table><tr><td><pre>a\nb</pre>\
        <table><tr><td>User<td>pat<tr><td>Host<td>srv</table></table>";
    assert_eq!(
        text(mail),
        "Hello\n\nyou\n\n```\na\nb\n```\n\n| User | pat |\n| --- | --- |\n| Host | srv |\n"
    );
    assert_eq!(
        text("<table><tr><td><img src=n.gif alt=Note><td><p>Mind.</table>"),
        "![Note](n.gif)\n\nMind.\n"
    );
    let numbered =
        "<table class=highlight><tr><td class=linenos><pre>1\n2</pre><td><pre>a\nb</pre></table>";
    assert_eq!(text(numbered), "```\na\nb\n```\n");
}

#[test]
fn cells_keep_their_lines() {
    let page = "<table><caption>Codes</caption><tr><th>Step<th>Do<tr><td>1<td><pre>net stop x\nnet start x</pre>\
        <tr><td>2<td><p>Check:</p><ul><li>cable<li>plug</ul>then<br>wait<tr><td><code>a<br>b</code><td><ol><li>x<li>y</ol></table>";
    assert_eq!(
        text(page),
        "Codes\n\n| Step | Do |\n| --- | --- |\n| 1 | `net stop x`<br>`net start x` |\n\
         | 2 | Check:<br>- cable<br>- plug<br>then<br>wait |\n| `a`<br>`b` | 1. x<br>2. y |\n"
    );
}

#[test]
fn a_bold_paragraph_is_a_heading() {
    let page = "<h1>T</h1><p><strong>Cause</strong></p><p>Dust.<p><b>Fix:</b><br></p><p>Blow.<p><b>Do not open it.</b>\
        <ul><li><p><b>Item</b></p></ul><p><b><a href=x>Contact</a></b><table><tr><th>A<th>B<tr><td><p><b>c</b><td>d</table>";
    assert_eq!(
        text(page),
        "# T\n\n## Cause\n\nDust.\n\n## Fix:\n\nBlow.\n\n**Do not open it.**\n\n- **Item**\n\n**[Contact](x)**\n\n\
         | A | B |\n| --- | --- |\n| **c** | d |\n"
    );
    let role = "<div role=heading aria-level=3>A</div>b<p role=heading><b>C</b><p>d";
    assert_eq!(text(role), "### A\n\nb\n\n## **C**\n\nd\n");
    assert_eq!(text("<h2>A</h2><p><b>B</b><p>c"), "## A\n\n### B\n\nc\n");
}

#[test]
fn a_page_of_microsoft_word_keeps_title_and_lists() {
    let item = |level: u8, marker: &str, text: &str| {
        format!(
            "<p class=MsoListParagraph style='text-indent:-.25in;mso-list:l0 level{level} lfo1'><![if !supportLists]>\
             <span style='mso-list:Ignore'>{marker}<span>&nbsp; </span></span><![endif]>{text}<o:p></o:p></p>"
        )
    };
    let page = [
        "<title>Untitled</title><p class=MsoTitle>VPN drops</p><h1>Cause<o:p></o:p></h1>",
        &item(1, "\u{b7}", "a"),
        &item(2, "o", "b"),
        &item(1, "\u{b7}", "c"),
        &item(1, "1.", "d"),
        "<p class=MsoNormal>e<span style='display:none;mso-hide:all'>x</span></p><p><o:p>&nbsp;</o:p></p>",
        &item(3, "2)", "f"),
    ]
    .concat();
    assert_eq!(
        text(&page),
        "# VPN drops\n\n# Cause\n\n- a\n  - b\n- c\n1. d\n\ne\n\n2. f\n"
    );
}

#[test]
fn front_matter_of_a_page_is_read() {
    let page = "---\nlayout: default\nlanguage: de\n---\n<h1>Lampe</h1><p>Text";
    let (draft, _) = article("x.html", page.as_bytes(), &ImportOptions::new()).unwrap();
    assert_eq!(
        (draft.title.as_str(), draft.language.as_str()),
        ("Lampe", "de")
    );
    assert_eq!(draft.sections[0].text, "Text");
}

/// Inline and block HTML, with the text that a reader sees of it.
const PARTS: &[(&str, &str)] = &[
    ("<b>", ""),
    ("</b>", ""),
    ("<i>", ""),
    ("</i>", ""),
    ("<em>", ""),
    ("<strong>", ""),
    ("</strong>", ""),
    ("<a href='u v'>", ""),
    ("</a>", ""),
    ("<br>", ""),
    ("<span>", ""),
    ("</span>", ""),
    ("<code>c</code>", "c"),
    ("<p>", ""),
    ("<div>", ""),
    ("<ul><li>", ""),
    ("</ul>", ""),
    ("<blockquote>", ""),
    ("<table><tr><th>", ""),
    ("<td>", ""),
    ("<tr><td>", ""),
    ("</table>", ""),
    ("<!-- x -->", ""),
    ("<i hidden>x</i>", ""),
    ("a", "a"),
    ("設", "設"),
    ("「", "「"),
    ("」", "」"),
    ("*", "*"),
    ("**", "**"),
    ("_", "_"),
    ("(", "("),
    (")", ")"),
    ("1.", "1."),
    ("“", "“"),
    ("!", "!"),
    ("~", "~"),
    ("\\", "\\"),
    ("é", "é"),
    ("😀", "😀"),
    ("$", "$"),
    ("[", "["),
    ("]", "]"),
    ("`", "`"),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&#150;", "–"),
    (" ", ""),
    ("|", "|"),
    ("#", "#"),
    ("-", "-"),
    ("lt;", "lt;"),
    ("{", "{"),
    (":", ":"),
];

proptest! {
    #[test]
    fn a_page_shows_its_text_and_no_sign_of_markup(parts in prop::collection::vec(prop::sample::select(PARTS), 0..24)) {
        let page: String = parts.iter().map(|(html, _)| *html).collect();
        let written: String = parts.iter().map(|(_, text)| *text).collect();
        let markdown = text(&page);
        let shown = crate::text::markdown::plain(&markdown);
        let marks = |text: &str| text.matches('*').count();
        prop_assert_eq!(marks(&shown), marks(&written), "{}\n{}", page, markdown);
        if !page.contains("<li>") && !page.contains("<t") {
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&shown), letters(&written), "{}\n{}", page, markdown);
        }
    }

    #[test]
    fn any_page_is_read(page in "\\PC*|(<|>|/|p|b|ul|li|table|tr|td|a href=|pre|code|h1|&|;|#|\"|'| |-|!|x|é|\n){0,80}\
        |(<main>|</main>|<header>|<article>|<h1>|</h1>|<p hidden>|<table>|<tr>|<th>|<td>|</table>|<pre>|<svg/>|<b>|</b>|<li>|<ul>|</ul>|\
        <p class=MsoTitle>|<p style='mso-list:l0 level3'>|<span style='mso-list:Ignore'>|<div id=main-content class=wiki-content>|\
        <span id=title-text>|<caption>|<br>|</p>|</div>|x|\\{\\{|\\}\\}| : ){0,40}") {
        let _ = body(&page);
        let _ = to_markdown(&page);
        let _ = article("x.html", page.as_bytes(), &ImportOptions::new());
    }
}
