//! Tests of the removal of marks: each habit, code, hostile texts, and properties of any text.

use super::*;
use proptest::prelude::*;

fn md(text: &str) -> String {
    plain(text, Dialect::Markdown).text.into_owned()
}

fn mdx(text: &str) -> String {
    plain(text, Dialect::Mdx).text.into_owned()
}

#[test]
fn comments_go() {
    for text in [
        "a <!-- secret --> b",
        "a\n\n<!--\nsecret\n\nsecret `x` {{< secret >}}\n-->\n\nb",
        "a %% secret %% b",
        "a %%secret%% b",
        "a\n\n%%\nsecret\n\n```\nsecret\n```\n%%\n\nb",
        "a {/* secret */} b",
        "a {{/* secret */}} b",
        "a {{< comment >}} secret {{< /comment >}} b",
        "a {{% comment %}}secret{{% /comment %}} b",
        "a {% comment %}\nsecret\n{%- endcomment -%} b",
        "a {# secret #} b",
        "a {::comment}secret{:/comment} b",
        "a\n\n[//]: # (secret)\n\nb",
        "a\n\n[comment]: <> (secret)\n\nb",
        "a\n\n[//]: # \"secret\nsecret\"\n\nb",
        "> a <!-- secret --> b",
        "- a\n\n  <!-- secret -->\n\n  b",
        "!!! note\n\n    a <!-- secret --> b",
        "a <pre><!-- secret -->x</pre> b",
    ] {
        let out = md(text);
        assert!(!out.contains("secret"), "{text}: {out}");
        assert!(
            out.contains('a') && out.trim_end().ends_with('b'),
            "{text}: {out}"
        );
    }
}

#[test]
fn hidden_elements_go() {
    for text in [
        "a <div hidden>secret</div> b",
        "a <div hidden=\"\"><div>secret</div>secret</div> b",
        "a <p style=\"color:red; display : none\">secret</p> b",
        "a <noscript>secret</noscript> b",
        "a <script>secret</script> b",
        "a <STYLE>secret</style> b",
        "a <input hidden value=secret> b",
    ] {
        let out = md(text);
        assert!(!out.contains("secret"), "{text}: {out}");
        assert!(out.starts_with('a') && out.ends_with('b'), "{text}: {out}");
    }
    assert_eq!(
        md("<div class=\"hidden\">a</div>"),
        "<div class=\"hidden\">a</div>"
    );
}

#[test]
fn a_comment_without_an_end_hides_the_rest_and_says_so() {
    for text in [
        "a\n\n<!-- secret\n\nb",
        "a\n\n%%\nsecret",
        "a <div hidden> secret",
    ] {
        let out = plain(text, Dialect::Markdown);
        assert!(out.is_cut && !out.text.contains("secret"), "{text}");
    }
    for text in [
        "a <!-- b",
        "100%% sure",
        "for %%i in (*) do del %%i",
        "a {/* b",
        "a {% b",
        "5 < 6",
    ] {
        let out = plain(text, Dialect::Markdown);
        assert_eq!((out.text.as_ref(), out.is_cut), (text, false));
    }
}

#[test]
fn a_mark_that_hides_an_audience_hides_all_after_it() {
    let text = "## A\nuse %% here\n\n## Us {audience=internal}\nsecret %% secret\n";
    let out = plain(text, Dialect::Markdown);
    assert_eq!((out.text.as_ref(), out.is_cut), ("## A\nuse ", true));
    let text = "a <!--\n## Us {audience=internal}\n--> b";
    assert_eq!(md(text), "a  b");
}

#[test]
fn wiki_links_become_their_words() {
    for (text, words) in [
        (
            "See [[Reset router|the reset page]] now",
            "See the reset page now",
        ),
        ("[[Reset router]]", "Reset router"),
        ("[[Reset#Steps]] and [[#Steps]]", "Reset > Steps and Steps"),
        ("[[Reset#^abc]]", "Reset"),
        ("| [[a\\|b]] |", "| b |"),
        ("x ![[icon.svg|18]] y", "x  y"),
        ("[[toc]]\nx", "\nx"),
        ("[[1]](http://x)", "[[1]](http://x)"),
        ("[[ -f x ]] && y", "[[ -f x ]] && y"),
        ("[[:alpha:]]", "[[:alpha:]]"),
        ("[[a", "[[a"),
        ("\\[[a]]", "\\[[a]]"),
    ] {
        assert_eq!(md(text), words, "{text}");
    }
}

#[test]
fn directives_leave_their_words() {
    for (text, words) in [
        (":::warning Mind\nHot.\n:::\n", "Mind\nHot.\n\n"),
        (":::note[My note]\nx\n:::", "My note\nx\n"),
        ("::: {.callout title=\"T\"}\nx\n:::", "T\nx\n"),
        (
            ":::image type=\"content\" source=\"a.png\" alt-text=\"The lamp.\":::",
            "The lamp.",
        ),
        (
            "!!! note \"Mind\"\n    Hot.\n\n    More.\nOut",
            "Mind\n\nHot.\n\nMore.\nOut",
        ),
        ("??? tip\n    !!! note\n        Deep.\n", "\n\nDeep.\n"),
        ("=== \"Windows\"\n\n    x\n", "Windows\n\n\nx\n"),
        (
            "{% hint style=\"info\" %}\nWait.\n{% endhint %}",
            "\nWait.\n",
        ),
        ("{% tab title=\"Mac\" %}\nx", "Mac\nx"),
        ("{{< note >}}Cool.{{< /note >}}", "Cool."),
        ("{{% alert title=\"Hot\" %}}x{{% /alert %}}", "Hotx"),
        ("> [!NOTE]\n> Beware.", "> \n> Beware."),
        ("> [!tip]- Title\n> x", "> Title\n> x"),
        ("x [!INCLUDE [name](a.md)] y", "x  y"),
        ("## Fix {#fix}\nx", "## Fix\nx"),
        ("x\n{: .note }\ny", "x\n\ny"),
        ("[l](u){:target=\"_blank\"} x", "[l](u) x"),
        ("![i](u){width=50%} x", "![i](u) x"),
        ("--8<-- \"a.md\"\nx", "\nx"),
        ("[TOC]\nx", "\nx"),
        ("{{ site.name }}", "{{ site.name }}"),
        ("a {b} c", "a {b} c"),
        (
            "## Us {audience=internal}\nx",
            "## Us {audience=internal}\nx",
        ),
        (
            "## Us {#us audience=internal}\nx",
            "## Us {#us audience=internal}\nx",
        ),
        ("[![badge](a.png)](b)", "[![badge](a.png)](b)"),
        ("Wow!!! note", "Wow!!! note"),
    ] {
        assert_eq!(md(text), words, "{text}");
    }
    let code = md("{% highlight sh %}\nls {% x %}\n{% endhighlight %}\n");
    assert_eq!(code, "``` sh\nls {% x %}\n```\n");
}

#[test]
fn raw_headings_become_headings() {
    assert_eq!(
        md("<h1 align=\"center\">\n  The <b>lamp</b>\n</h1>\nx").trim(),
        "# The <b>lamp</b>\n\n\nx"
    );
    assert_eq!(
        md("<div>\n<h2>Fix</h2>\n</div>"),
        "<div>\n\n\n## Fix\n\n\n</div>"
    );
    assert_eq!(md("<h1></h1>\nx"), "<h1></h1>\nx");
}

#[test]
fn mdx_leaves_its_words() {
    let text = "import Tabs from '@theme/Tabs';\nimport {\n  a,\n} from 'b'\n\n# Reset\n\nexport const x = {\n  y: 1,\n\n  z: 2,\n}\n\nPress it.\n\n<Tabs items={['a', <b>c</b>]}><TabItem value=\"x\" label=\"Mac\">Wait.</TabItem></Tabs>\n\n<>y</> <b>z</b>\n";
    let out = mdx(text);
    for gone in [
        "@theme", "import", "export", "items", "TabItem", "z: 2", "<>",
    ] {
        assert!(!out.contains(gone), "{gone}: {out}");
    }
    for kept in ["# Reset", "Press it.", "Mac", "Wait.", "y", "<b>z</b>"] {
        assert!(out.contains(kept), "{kept}: {out}");
    }
    // The same words in Markdown are words.
    assert_eq!(
        md("import it from 'Tabs' <Name>"),
        "import it from 'Tabs' <Name>"
    );
    assert_eq!(
        mdx("import the file from the menu\n"),
        "import the file from the menu\n"
    );
}

#[test]
fn code_stays() {
    for text in [
        "`100%% sure %%` and ``[[a]] ` {{< x >}}``",
        "```\n<!-- x -->\n:::note\n[[a]]\n```",
        "~~~ md\n!!! note\n    x\n~~~",
        "x\n\n    {% hint %} <!-- x -->\n    [[a]]\n",
        "> ```\n> %% x %%\n> ```",
        "- x\n\n  ```\n  {/* x */}\n  ```",
        "<pre>{% x %} [[a]]</pre> <code>{{< x >}}</code>",
    ] {
        assert_eq!(md(text), text);
        assert_eq!(mdx(text), text);
    }
}

#[test]
fn hostile_repetition_is_linear() {
    for unit in [
        "<!--",
        "%%",
        "%% ",
        "{%",
        "{{<",
        "[[",
        "[[a",
        "![[",
        "{/*",
        "{#",
        "[!a",
        "<div hidden>",
        "<a '",
        "<a {",
        "<h1>",
        "<pre>",
        ":::",
        "!!! a\n    ",
        "export {\n\n",
        "[a]: # (\n",
        "{#a",
        "{:",
        "<A b=\"",
        "\\",
        "<x ",
        "{% comment %}",
        "{% comment %} endcomment ",
        "{ ",
        "<h1> ",
        "> [!",
        "{%%",
    ] {
        // Quadratic work in a text of this length takes minutes.
        let text = unit.repeat(1_000_000 / unit.len());
        for dialect in [Dialect::Markdown, Dialect::Mdx] {
            let out = plain(&text, dialect);
            assert!(out.text.len() <= text.len() + 16, "{unit}");
        }
    }
}

/// Generates text with marks, whole and broken.
fn marked() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "<!--",
        "-->",
        "%%",
        "[[",
        "]]",
        "|",
        "![[",
        "{%",
        "%}",
        "{{<",
        ">}}",
        ":::",
        "!!! note \"T\"\n    ",
        "[!NOTE]",
        "{#id}",
        "{: .x}",
        "{/*",
        "*/}",
        "\n",
        "\n\n",
        " ",
        "a",
        "b",
        "> ",
        "- ",
        "<div hidden>",
        "</div>",
        "<h1>",
        "</h1>",
        "<Tab title=\"x\">",
        "import a from 'b'\n",
        "\\",
        "#",
        "é",
        "comment",
        "[//]: # (",
        ")",
        "=== \"T\"\n",
        "    ",
    ]);
    prop::collection::vec(mark, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_result_has_no_more_marks_and_is_no_longer(text in marked(), is_mdx in any::<bool>()) {
        let dialect = if is_mdx { Dialect::Mdx } else { Dialect::Markdown };
        let once = plain(&text, dialect).text.into_owned();
        prop_assert!(once.len() <= text.len() + 16, "{:?}", once);
        let twice = plain(&once, dialect).text.into_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn code_is_untouched(before in marked(), code in "[a-z<!%\\[\\]{}:|/* -]{0,40}", after in marked()) {
        // Rules out that the text around hides the block or makes it something else.
        let safe = |text: &str| text.replace(['<', '%', '{', '[', '\\', '`', '!', ':', '='], "x").replace("    ", "");
        let text = format!("{}\n\n```\nq{code}\n```\n\n{}", safe(&before).replace("- ", ""), after);
        let out = md(&text);
        let block = format!("```\nq{code}\n```");
        prop_assert!(out.contains(&block), "{out:?}");
    }

    #[test]
    fn any_text_is_read(text in "\\PC*|[<>!%{}\\[\\]|:`'\"/*# \n\\\\a-dH1-]{0,120}") {
        let _ = plain(&text, Dialect::Mdx);
        let _ = plain(&text, Dialect::Markdown);
    }
}
