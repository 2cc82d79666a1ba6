//! The query language: typed queries, commands and pasted texts.

use super::super::analyzer::Analyzer;
use super::super::lang::Lang;
use super::*;
use proptest::prelude::*;

fn show(text: &str) -> String {
    let shown: Vec<String> = parse(text)
        .unwrap()
        .clauses
        .iter()
        .map(|clause| {
            let sign = match clause.occur {
                Occur::Should => "",
                Occur::Must => "+",
                Occur::Not => "-",
            };
            let field = clause
                .field
                .map(|f| format!("{}:", f.as_str()))
                .unwrap_or_default();
            match &clause.what {
                ClauseBody::Word(w) => format!("{sign}{field}{w}"),
                ClauseBody::Phrase(p) => format!("{sign}{field}[{p}]"),
                ClauseBody::Prefix(p) => format!("{sign}{field}{p}*"),
            }
        })
        .collect();
    shown.join("|")
}

#[test]
fn the_language() {
    for (typed, read) in [
        ("red light", "red|light"),
        ("\"red light\" on", "[red light]|on"),
        ("„rotes Licht“ an", "[rotes Licht]|an"),
        ("« feu rouge » et", "[feu rouge]|et"),
        ("+vpn -proxy -\"a b\"", "+vpn|-proxy|-[a b]"),
        (
            "title:vpn symptom:\"no link\" +cause:x",
            "title:vpn|issue:[no link]|+cause:x",
        ),
        ("a -TITLE:vpn -title:\"a b\"", "a|-title:vpn|-title:[a b]"),
        ("config* a* *", "config*|a"),
        ("**Note** 8.*x* a**", "**Note|8.*x|a"),
        ("ORA-00942 C++ a - b", "ORA-00942|C++|a|b"),
        ("-2147024891 -40C --force", "-2147024891|-40C|--force"),
        ("vpn -\"40C\"", "vpn|-40C"),
        ("+0x8007 +4711 a", "+0x8007|+4711|a"),
        ("+49 30 1234 +15551012020", "+49|30|1234|+15551012020"),
        ("error:0x8 http://x.y/z", "error:0x8|http://x.y/z"),
        ("title: x", "title:|x"),
        ("title:", "title:"),
        ("(a OR (b))", "a|OR|b"),
        ("\"\" + - * : ++", ""),
        ("+ a", "a"),
        ("", ""),
        ("a\u{0}b", "a|b"),
    ] {
        assert_eq!(show(typed), read, "{typed}");
    }
}

#[test]
fn quotes_come_in_pairs_around_words() {
    for (typed, read) in [
        ("19\" monitor", "19|monitor"),
        ("19\" and 24\" screens", "19|and|24|screens"),
        ("a 19 \" and a 24 \" one", "a|19|and|a|24|one"),
        ("\"open rest", "open|rest"),
        ("say\"it now\"", "say|it|now"),
        ("-\"open rest", "open|rest"),
        ("搜索\"打开 文件\"", "搜索|[打开 文件]"),
        ("\"one\" two", "one|two"),
    ] {
        assert_eq!(show(typed), read, "{typed}");
    }
}

/// The signs that did not count.
fn uncounted(text: &str) -> String {
    let ranges = parse(text).unwrap().uncounted;
    let shown: Vec<&str> = ranges.iter().map(|(from, to)| &text[*from..*to]).collect();
    shown.join("|")
}

#[test]
fn parameters_are_no_exclusions() {
    for (typed, read, signs) in [
        ("outlook -Mac", "outlook|-Mac", ""),
        ("Wi-Fi -Router", "Wi-Fi|-Router", ""),
        ("outlook -mac slow", "outlook|-mac|slow", ""),
        ("parameter -Size 10", "parameter|Size|10", "-Size"),
        ("Get-Mailbox -Size", "Get-Mailbox|Size", "-Size"),
        ("Get-Mailbox -smtp", "Get-Mailbox|-smtp", ""),
        ("set -ResultSize", "set|ResultSize", "-ResultSize"),
        ("setup.exe -quiet", "setup.exe|quiet", "-quiet"),
        ("run --force -quiet", "run|--force|quiet", "-quiet"),
        ("ping -t host", "ping|t|host", "-t"),
        ("nslookup -type=mx", "nslookup|type=mx", "-type=mx"),
        ("dash -off. Then", "dash|off.|Then", "-off."),
    ] {
        assert_eq!(
            (show(typed), uncounted(typed)),
            (read.to_owned(), signs.to_owned()),
            "{typed}"
        );
    }
}

#[test]
fn exclusions_alone_are_words() {
    assert_eq!(show("-Size"), "Size");
    assert_eq!(show("-vpn -\"a b\""), "vpn|[a b]");
    assert_eq!(uncounted("-vpn -\"a b\""), "-vpn|-\"a b\"");
}

#[test]
fn no_sign_of_a_pasted_text_counts() {
    let long = format!("+alpha -beta \"gamma delta\" title:x {}", "w ".repeat(21));
    assert!(show(&long).starts_with("alpha|beta|gamma delta|x|w"));
    assert_eq!(uncounted(&long), "+alpha|-beta|\"gamma delta\"|title:x");
    assert!(!parse(&"w ".repeat(24)).unwrap().is_text);
    assert_eq!(show("Error: +a\n-b fails"), "Error:|a|b|fails");
    assert!(!parse("\n+a -b\n").unwrap().is_text);
    assert!(parse(&"数据库".repeat(20)).unwrap().is_text);
}

#[test]
fn the_only_error_is_the_size() {
    let message = |text: &str| parse(text).unwrap_err().to_string();
    assert!(message(&"x".repeat(8193)).contains("8192 bytes"));
    assert!(parse(&"x ".repeat(129)).unwrap().is_text);
    assert!(parse(&"x(".repeat(129)).unwrap().is_text);
    let long = format!("\"{}x\" b", "x-".repeat(32));
    assert_eq!(uncounted(&long), &long[..67]);
    assert_eq!(parse(&long).unwrap().clauses.len(), 2);
}

/// No query may overflow a small stack, panic or take long; typed errors are fine.
#[test]
fn hostile_queries_end() {
    let queries: Vec<String> = vec![
        "(".repeat(200_000),
        "(".repeat(8_000),
        "NOT ".repeat(2_000),
        "-".repeat(8_192),
        "+-".repeat(4_096),
        "\"".repeat(8_192),
        "\" ".repeat(4_096),
        "a\"".repeat(4_096),
        "“".repeat(2_700),
        "e\u{301}".repeat(2_700),
        format!("e{}", "\u{301}".repeat(4_000)),
        "\u{202e}abc\u{202c}".repeat(800),
        "\u{0}".repeat(8_192),
        "x".repeat(8_192),
        "x".repeat(64 << 10),
        "a-".repeat(4_096),
        "1.".repeat(4_096),
        "title:".repeat(1_300),
        "*".repeat(8_192),
        "数".repeat(2_700),
        "ﷺ".repeat(2_700),
        "𝕏😀".repeat(1_000),
        "'".repeat(8_192),
        "a'".repeat(4_096),
        "aB".repeat(4_096),
        "\u{feff}\u{200d}".repeat(1_300),
        "\u{1100}\u{1161}".repeat(1_300),
        "0x".repeat(4_000),
        "\"a ".repeat(2_700),
        "\"a-".repeat(2_700) + "a\"",
        "-Aa ".repeat(2_000),
    ];
    assert!(queries.len() >= 20);
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            for tag in ["en", "de", "fr", "ko", "xx"] {
                let analyzer = Analyzer::new(Lang::of(tag));
                for text in &queries {
                    if let Ok(query) = parse(text) {
                        let analyzed = query.analyze(&analyzer);
                        assert!(analyzed.len() <= query.clauses.len());
                    }
                    let _ = analyzer.query_tokens(text);
                }
            }
        })
        .unwrap()
        .join()
        .unwrap();
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read(text in "(\\PC|[-+\"*:(). a-z0-9]|title:|“|数){0,80}") {
        let query = parse(&text).unwrap();
        let mut last = 0;
        for clause in &query.clauses {
            prop_assert!(last <= clause.start && clause.start < clause.end);
            prop_assert!(text.get(clause.start..clause.end).is_some());
            last = clause.end;
        }
        let _ = query.analyze(&Analyzer::new(Lang::ENGLISH));
    }
}
