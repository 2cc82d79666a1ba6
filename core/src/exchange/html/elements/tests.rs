//! Tests of the open elements.

use super::super::tokens::{Token, Tokens};
use super::*;

/// The text that is shown.
fn shown(page: &str) -> String {
    let mut elements = Elements::default();
    let mut out = String::new();
    for token in Tokens::new(page) {
        match token {
            Token::Start(tag) => _ = elements.start(&tag),
            Token::End(name) => _ = elements.end(&name),
            Token::Text(text) if elements.place().is_shown() => out.push_str(text),
            _ => {}
        }
    }
    out
}

#[test]
fn hidden_elements_are_not_shown() {
    for hidden in [
        "<p hidden>",
        "<p hidden=''>",
        "<p HIDDEN=hidden>",
        "<div style='display: none'>",
        "<div style=\"color:red;DISPLAY:NONE !important\">",
        "<span style='visibility:hidden'>",
        "<td style='visibility:collapse'>",
        "<noscript>",
        "<template>",
        "<span style='mso-hide:all'>",
        "<nav>",
        "<div role=navigation>",
        "<ol class='x breadcrumbs'>",
        "<div aria-label=breadcrumb>",
    ] {
        assert_eq!(shown(&format!("a{hidden}secret")), "a", "{hidden}");
    }
    for seen in [
        "<div aria-hidden=true>",
        "<div style='display:block'>",
        "<div style='display:none-x'>",
        "<details>",
        "<div hidden=until-found>",
        "<body style='visibility:hidden'>",
        "<div data-x='hidden'>",
        "<div title='a hidden x'>",
        "<hidden>",
    ] {
        assert_eq!(shown(&format!("{seen}text")), "text", "{seen}");
    }
    assert_eq!(
        shown("<div style='visibility:hidden'>x<p style='visibility:visible'>a</p>y</div>b"),
        "ab"
    );
}

#[test]
fn a_hidden_element_ends_where_a_browser_ends_it() {
    for page in [
        "<p hidden>x<p>a",
        "<p hidden>x<div>a",
        "<ul><li hidden>x<li>a</ul>",
        "<ul><li hidden>x<ul><li>y</ul>z<li>a</ul>",
        "<dl><dt hidden>x<dd>a</dl>",
        "<table><tr hidden><td>x<td>y<tr><td>a</table>",
        "<table><tbody hidden><tr><td>x<tbody><tr><td>a</table>",
        "<div><span hidden>x</div>a",
        "<img hidden>a",
        "<input type=hidden hidden>a",
        "<a hidden>x<a>a</a>",
        "<table><tr><td><div hidden>x</td><td>a</table>",
        "<h2 hidden>x</h3>a",
        "<svg/>a",
        "<nav><nav>x</nav>y</nav>a",
        "<noscript><p>x</noscript>a",
        "<button><div>x</button>a",
    ] {
        assert_eq!(shown(page), "a", "{page}");
    }
    for page in [
        "a<div hidden><table><tr><td></div>x</table>y</div>",
        "a<div hidden></p></span></ul>x",
        "a<div hidden><div/>x</div>y",
        "a<ul><li hidden>x<table><tr><td><li>y</table></ul>",
        "a<table><tr><td hidden>x<table><tr><td>y</table>z</table>",
    ] {
        assert_eq!(shown(page), "a", "{page}");
    }
}

#[test]
fn places_are_known() {
    let mut elements = Elements::default();
    let mut found = Vec::new();
    let page = "<header>1</header><main><header>2</header><article><article>3</article><table>\
        <tr><th>4<td>5<table><tr><td>6</table>7</table></main><article>8</article><aside>9</aside>";
    for token in Tokens::new(page) {
        match token {
            Token::Start(tag) => _ = elements.start(&tag),
            Token::End(name) => _ = elements.end(&name),
            Token::Text(text) => {
                let place = elements.place();
                let regions: Vec<Region> = Region::ALL
                    .into_iter()
                    .filter(|r| place.is_in(*r))
                    .collect();
                found.push((
                    text,
                    place.in_header,
                    place.table,
                    place.in_header_cell,
                    regions,
                ));
            }
            _ => {}
        }
    }
    let main = vec![Region::Main];
    let inner = vec![Region::ArticleInMain, Region::Main];
    assert_eq!(
        found,
        [
            ("1", true, 0, false, vec![]),
            ("2", false, 0, false, main),
            ("3", false, 0, false, inner.clone()),
            ("4", false, 1, true, inner.clone()),
            ("5", false, 1, false, inner.clone()),
            ("6", false, 2, false, inner.clone()),
            ("7", false, 1, false, inner),
            ("8", false, 0, false, vec![Region::Article]),
            ("9", false, 0, false, vec![]),
        ]
    );
}
