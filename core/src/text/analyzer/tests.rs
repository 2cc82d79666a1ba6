//! Words, identifiers and compounds in all their written forms.

use super::*;
use proptest::prelude::*;

/// `term@position`: parts with `+`, stop words with `!`, identifiers with `#`.
/// The tokens of a plain text, each with its own term.
fn index_tokens(analyzer: &Analyzer, plain: &str) -> Vec<Token> {
    analyzer.tokens(plain, Side::Text)
}

fn show(tokens: &[Token]) -> String {
    let shown: Vec<String> = tokens
        .iter()
        .map(|t| {
            let mark = match t.kind {
                TokenKind::Part => "+",
                TokenKind::Stop => "!",
                TokenKind::Identifier => "#",
                _ => "",
            };
            format!("{mark}{}@{}", t.term, t.position)
        })
        .collect();
    shown.join(" ")
}

fn index(lang: &str, text: &str) -> String {
    show(&index_tokens(&Analyzer::new(Lang::of(lang)), text))
}

fn query(lang: &str, text: &str) -> String {
    show(&Analyzer::new(Lang::of(lang)).query_tokens(text))
}

#[test]
fn words_of_several_languages() {
    assert_eq!(
        index("en", "The user's files don't"),
        "!the@0 user@1 file@2 !dont@3"
    );
    assert_eq!(index("de", "Die Schlüssel"), "!die@0 schlussel@1");
    assert_eq!(
        index("fr", "l'erreur d’accès"),
        "!l@0 erreur@1 !d@2 acces@3 +acce@3"
    );
    assert_eq!(index("xx", "Files"), "files@0");
    assert_eq!(index("en", "数据库 ok"), "数据@0 据库@1 +库@1 ok@2");
    assert_eq!(
        index("ko", "라우터가"),
        "라우@0 +라우터가@0 우터@1 터가@2 +가@2"
    );
    assert_eq!(index("ko", "오류"), "오류@0 +류@0");
}

#[test]
fn stop_words_alone_are_searched() {
    assert_eq!(query("en", "who is it"), "!who@0 !is@1 !it@2");
    assert_eq!(query("en", "who is root"), "root@2");
}

/// All written forms of one identifier share a main term.
#[test]
fn identifiers_meet_in_every_form() {
    let analyzer = Analyzer::new(Lang::ENGLISH);
    for forms in [
        &[
            "KB3126599",
            "kb 3126599",
            "3126599",
            "KB-3126599",
            "(kb3126599).",
        ][..],
        &["0x80070005", "80070005", "0X80070005", "error 0x80070005:"],
        &["ORA-00942", "ora00942", "ORA 00942", "00942", "ORA-942"],
        &["E-4071", "e4071", "4071", "E_4071"],
        &["5.7.64", "v5.7.64", "(5.7.64)", "550 5.7.64"],
        &["-2147024891", "2147024891"],
    ] {
        for written in forms {
            let stored: Vec<String> = index_tokens(&analyzer, written)
                .into_iter()
                .map(|t| t.term)
                .collect();
            for asked in forms {
                let meets = analyzer
                    .query_tokens(asked)
                    .iter()
                    .any(|t| t.kind != TokenKind::Part && stored.contains(&t.term));
                assert!(meets, "{asked} does not find {written}");
            }
        }
    }
}

#[test]
fn compounds_meet_joined_and_apart() {
    let analyzer = Analyzer::new(Lang::ENGLISH);
    for (written, asked) in [
        ("e-mails", "email"),
        ("email", "e-mail"),
        ("OrganizationConfig", "organization"),
        ("Get-OrganizationConfig", "getorganizationconfig"),
        ("Office365", "office 365"),
        ("Office 365", "Office365"),
        ("5.7.64", "5.7"),
        ("user@example.com", "example"),
        ("C:\\Windows\\System32\\hosts", "hosts"),
        ("https://example.com/kb/3126599", "KB3126599"),
        ("configuração", "configuracao"),
        ("configuracao", "configuração"),
    ] {
        let lang = if written.contains("config") && !written.is_ascii()
            || asked.contains('ç')
            || asked == "configuracao"
        {
            Analyzer::new(Lang::of("pt"))
        } else {
            analyzer.clone()
        };
        let stored: Vec<String> = index_tokens(&lang, written)
            .into_iter()
            .map(|t| t.term)
            .collect();
        let meets = lang
            .query_tokens(asked)
            .iter()
            .any(|t| stored.contains(&t.term));
        assert!(meets, "{asked} does not find {written}");
    }
    assert_eq!(
        query("en", "ORA 00942"),
        "ora@0 #942@1 +ora942@1".replace('#', "")
    );
    assert_eq!(index("en", "ORA 00942"), "ora@0 942@1");
    assert_eq!(query("en", "C++ and C#"), "c++@0 +c@0 c#@2 +c@2");
}

#[test]
fn a_long_word_is_cut_into_pieces() {
    let tokens = index_tokens(&Analyzer::new(Lang::ENGLISH), &"x".repeat(300));
    let lengths: Vec<usize> = tokens.iter().map(|t| t.term.len()).collect();
    assert_eq!(lengths, [64, 64, 64, 64, 44]);
}

proptest! {
    #[test]
    fn tokens_keep_their_invariants(text in "(\\PC|[-a-zA-Z0-9.'_@/+ ]|ß|é|数|ก|가){0,60}", tag in "en|de|fr|ko|xx") {
        let analyzer = Analyzer::new(Lang::of(&tag));
        let mut memo = Memo::default();
        for side in [Side::Text, Side::Query] {
            let tokens = analyzer.tokens(&text, side);
            let mut next = 0;
            for token in &tokens {
                prop_assert!(!token.term.is_empty() && token.term.len() <= MAX_TERM_BYTES);
                prop_assert!(token.start < token.end && text.get(token.start..token.end).is_some());
                if token.kind == TokenKind::Part {
                    prop_assert_eq!(token.position + 1, next);
                } else {
                    prop_assert_eq!(token.position, next);
                    next += 1;
                }
            }
        }
        let mut seen = Vec::new();
        for _ in 0..2 {
            seen.clear();
            analyzer.visit_index(&text, &mut memo, &mut |t| seen.push(t.to_token()));
        }
        prop_assert_eq!(seen, index_tokens(&analyzer, &text));
    }

    /// A text matches itself: every main term of the query is among the terms of the same text.
    #[test]
    fn a_text_finds_itself(text in "([A-Za-z0-9éü]{1,8}[-./_@ ]){0,10}") {
        let analyzer = Analyzer::new(Lang::ENGLISH);
        let stored: Vec<String> = index_tokens(&analyzer, &text).into_iter().map(|t| t.term).collect();
        let main = analyzer.query_tokens(&text).into_iter().filter(|t| t.kind != TokenKind::Part);
        for token in main {
            prop_assert!(stored.contains(&token.term));
        }
    }

    /// `visit_terms` finds all places of its terms, although it skips other words.
    #[test]
    fn terms_are_found_where_they_stand(
        text in proptest::collection::vec(
            prop_oneof![
                "[a-zA-Z]{1,9}",
                "(ORA|KB|0x|v|C)[-.]?[0-9a-f]{1,8}",
                "([A-Z][a-z]{1,4}){1,3}",
                "[a-z]{1,4}('s|'[a-z]{1,3}|[-./_@&][a-z0-9]{1,4}){1,3}",
                "\\.?[a-z]{1,4}(\\+\\+|#)?",
                "(dying|lying|ties|Größe|l'été|d'abord|naïve|数据库|ae|x{60,140}|0{3}[0-9]{1,4}|[0-9]{1,3}(\\.0?[0-9]){1,3})",
            ],
            0..12,
        ),
        joins in proptest::collection::vec("( |, |\\. |\\.|-|/|\n|; |\\()", 12),
        pick in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        tag in "en|de|fr|es|ru|tr|sr|xx",
    ) {
        let text: String = text.iter().zip(&joins).flat_map(|(a, b)| [a.as_str(), b]).collect();
        let analyzer = Analyzer::new(Lang::of(&tag));
        let all = index_tokens(&analyzer, &text);
        if all.is_empty() {
            return Ok(());
        }
        let mut terms: Vec<String> = pick.iter().map(|at| at.get(&all).term.clone()).collect();
        terms.sort();
        terms.dedup();
        let place = |t: TokenRef<'_>| (t.term.to_owned(), t.start, t.end);
        let mut found = Vec::new();
        analyzer.visit_terms(&text, &terms, &mut Memo::default(), &mut |t| {
            if terms.iter().any(|term| term == t.term) {
                found.push(place(t));
            }
        });
        let wanted = all.iter().filter(|t| terms.contains(&t.term));
        let wanted: Vec<_> = wanted.map(|t| (t.term.clone(), t.start, t.end)).collect();
        prop_assert_eq!(found, wanted, "{:?} in {:?}", terms, text);
    }
}
