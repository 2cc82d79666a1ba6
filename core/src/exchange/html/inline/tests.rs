//! Tests of lines.

use super::*;
use proptest::prelude::*;

/// Writes a line from parts: `<b>`, `</b>`, `<i>`, `</i>`, `<a>`, `</a>`, `<br>`, `<code>` and text.
fn line(parts: &[&str]) -> String {
    let mut line = InlineLine::default();
    for part in parts {
        match *part {
            "<b>" => line.open(Mark::Strong),
            "</b>" => line.close(|mark| *mark == Mark::Strong),
            "<i>" => line.open(Mark::Emphasis),
            "</i>" => line.close(|mark| *mark == Mark::Emphasis),
            "<a>" => line.open(Mark::Link("u".to_owned())),
            "</a>" => line.close(|mark| matches!(mark, Mark::Link(_))),
            "<br>" => line.line_break(),
            "<code>" => line.code("c", Setting::Block),
            text => line.text(text, Setting::Block),
        }
    }
    line.take("\\\n")
}

#[test]
fn emphasis_that_commonmark_does_not_read_is_left_out() {
    for (parts, expected) in [
        (&["<b>", "「設定」", "</b>", "を押す"][..], "「設定」を押す"),
        (&["<b>", "設定", "</b>", "を押す"], "**設定**を押す"),
        (&["<b>", "“Save”", "</b>", "ボタン"], "“Save”ボタン"),
        (&["<b>", "“Save”", "</b>", " now"], "**“Save”** now"),
        (&["a", "<b>", "(b)", "</b>", " c"], "a(b) c"),
        (&["a", "<i>", "<code>", "</i>", "b"], "a`c`b"),
        (&["x", "<b>", "<a>", "y", "</a>", "</b>", "z"], "x[y](u)z"),
        (&["<a>", "<b>", "(y)", "</b>", "</a>"], "[**(y)**](u)"),
        (
            &["un", "<i>", "frigging", "</i>", "believable"],
            "un*frigging*believable",
        ),
    ] {
        assert_eq!(line(parts), expected, "{parts:?}");
    }
}

#[test]
fn marks_nest_and_join() {
    for (parts, expected) in [
        (&["<b>", "a", "</b>", "<b>", "b", "</b>"][..], "**ab**"),
        (
            &["<b>", "a", "</b>", " ", "<b>", "b", "</b>"],
            "**a** **b**",
        ),
        (&["<b>", "a", "<i>", "b", "</i>", "</b>"], "**a*b***"),
        (&["<b>", "<i>", "a", "</i>", "</b>", "b"], "***a***b"),
        (&["<i>", "a", "</i>", "<b>", "b", "</b>"], "*a***b**"),
        (&["a", "<b>", " b ", "</b>", "c"], "a **b** c"),
        (&["<b>", "<br>", "a", "<br>", "</b>", "b"], "**a**\\\nb"),
        (&["<b>", " ", "</b>", "a"], "a"),
    ] {
        assert_eq!(line(parts), expected, "{parts:?}");
        let text: String = parts
            .iter()
            .filter(|part| !part.starts_with('<'))
            .copied()
            .collect();
        let seen = shown(&line(parts)).replace('\n', "");
        assert_eq!(seen.replace(' ', ""), text.replace(' ', ""), "{parts:?}");
    }
}

#[test]
fn text_keeps_its_signs() {
    for text in [
        "PROGRA~1\\FOO~2",
        "~~~",
        "~5 to ~10",
        "a~~b~~c",
        "| a | b |",
        "Stop!",
        "R&D",
        "a_b _c_",
    ] {
        assert_eq!(shown(&line(&[text])), text);
    }
    assert_eq!(line(&["See!", "<a>", "this", "</a>"]), "See\\![this](u)");
    assert_eq!(line(&["~/bin is ~5 MB"]), "~/bin is ~5 MB");
    assert_eq!(
        shown(&line(&["a | b", "<br>", ":- | -:"])),
        "a | b\n:- | -:"
    );
}

#[test]
fn code_keeps_its_lines() {
    let mut code = InlineLine::default();
    code.code("net stop a|b\n\n  net `x`\n", Setting::Cell);
    assert_eq!(code.take("<br>"), "`net stop a\\|b`<br>``   net `x` ``");
}

#[test]
fn a_short_bold_line_is_a_heading() {
    let is_heading = |parts: &[&str]| {
        let mut line = InlineLine::default();
        for part in parts {
            match *part {
                "<b>" => line.open(Mark::Strong),
                "</b>" => line.close(|mark| *mark == Mark::Strong),
                text => line.text(text, Setting::Block),
            }
        }
        line.is_bold_heading()
    };
    for parts in [
        &["<b>", "Cause", "</b>"][..],
        &["<b>", "Cause:", "</b>"],
        &["<b>", "Cause", "</b>", ":"],
        &["<b>", "原因", "</b>"],
    ] {
        assert!(is_heading(parts), "{parts:?}");
    }
    let long = "word ".repeat(20);
    for parts in [
        &["<b>", "Do not open it.", "</b>"][..],
        &["<b>", "Cause", "</b>", " of it"],
        &["The ", "<b>", "cause", "</b>"],
        &["<b>", "***", "</b>"],
        &["<b>", &long, "</b>"],
        &["Cause"],
    ] {
        assert!(!is_heading(parts), "{parts:?}");
    }
}

proptest! {
    #[test]
    fn no_asterisk_is_shown_that_was_not_in_the_text(parts in prop::collection::vec(
        prop::sample::select(vec![
            "<b>", "</b>", "<i>", "</i>", "<a>", "</a>", "<br>", "<code>", " ", "a", "設", "「", "」", "*", "_", "(", ")",
            ".", "“", "”", "!", "~", "\\", "é", "😀", "\u{301}", "$", "€", "[", "]", "`", "&", "1.", "|", "<", "lt;", ":", "-",
        ]),
        0..24,
    )) {
        let line = line(&parts);
        let text: String = parts.iter().map(|part| match *part {
            "<code>" => "c",
            part if part.len() > 1 && part.starts_with('<') => "",
            part => part,
        }).collect();
        let seen: String = shown(&line).split_whitespace().collect();
        prop_assert_eq!(seen, text.replace(' ', ""), "{}", line);
    }
}
