//! Texts with a high parsing cost, for the tests of all code that reads CommonMark.

/// Texts that open many constructs and close none.
pub fn hostile() -> Vec<String> {
    let n = 20_000;
    vec![
        ">".repeat(n),
        "> ".repeat(n),
        "- ".repeat(n),
        "[".repeat(n),
        "![".repeat(n),
        "[a](".repeat(n),
        "*a_ ".repeat(n),
        "`".repeat(n),
        "<div>".repeat(n),
        "<".repeat(n),
        "<!--".repeat(n),
        "</".repeat(n),
        "<script>".repeat(n),
        "<a href='".repeat(n),
        "|a".repeat(n),
        "&".repeat(n),
        "&#x".repeat(n),
        "# ".repeat(n),
        "{a=b}\n#".repeat(n),
        format!(
            "{}\n{}\n{}",
            "|a".repeat(2_000),
            "|-".repeat(2_000),
            "|b\n".repeat(2_000)
        ),
        "[^a]: ".repeat(n),
        format!("{}{}", "<b><i><u>".repeat(100), "<p>x".repeat(n)),
        "*a **b ".repeat(n),
        "[a]: b\n".repeat(n),
        format!("[a]: b\n\n{}", "[a]".repeat(n)),
        "a\n- b\n".repeat(n),
        "~~a".repeat(n),
    ]
}
