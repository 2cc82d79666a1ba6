//! Bad input: any typed, imported or asked text gives an answer or a helpful error, and never a panic.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use kenpoint::exchange::{Format, ImportOptions};
use kenpoint::model::{
    ArticleDraft, Change, Confidence, Event, EventKind, FreshnessPolicy, Kind, LinkDraft, LinkType,
    Role, Viewer,
};
use kenpoint::{
    Base, Error, ErrorCode, Filter, FixedClock, SearchRequest, SuggestRequest, Timestamp,
};

fn lamp() -> ArticleDraft {
    ArticleDraft::new("lamp", Kind::Product, "The lamp stays dark")
        .section(Role::Resolution, "Change the fuse.")
        .audience("public")
        .confidence(Confidence::Validated)
}

fn base() -> (Base, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at("2026-03-01T10:00:00Z".parse().unwrap()));
    let base = Base::in_memory().clock(Arc::clone(&clock)).open().unwrap();
    base.put(lamp()).unwrap();
    (base, clock)
}

/// Returns the error of a call that must neither succeed nor panic.
fn error<T>(what: &str, call: impl FnOnce() -> Result<T, Error>) -> Error {
    match catch_unwind(AssertUnwindSafe(call)) {
        Err(_) => panic!("{what}: panic"),
        Ok(Ok(_)) => panic!("{what}: no error"),
        Ok(Err(error)) => error,
    }
}

#[test]
fn hostile_queries_on_a_small_stack() {
    let deep =
        |open: &str, close: &str| format!("{}lamp{}", open.repeat(2_000), close.repeat(2_000));
    let mut queries: Vec<String> = vec![
        deep("(", ")"),
        deep("[", "]"),
        deep("{", "}"),
        deep("\"", "\""),
        deep("+", ""),
        deep("-", ""),
        deep("title:", ""),
        deep("(-", ")"),
        "*".repeat(8_000),
        "a*".repeat(4_000),
        "lamp ".repeat(1_600),
        "lamp^1e999".into(),
        "lamp~9999999999999999999".into(),
        "[* TO *]".into(),
        "\"unclosed".into(),
        "\"\"".into(),
        "+".into(),
        "-".into(),
        ":".into(),
        "title:".into(),
        ":lamp".into(),
        "x:y:z".into(),
        "\0\u{1}\u{7f}".into(),
        "\u{202e}\u{200d}\u{feff}".into(),
        "e\u{301}".repeat(2_000),
        "\u{1f468}\u{200d}\u{1f469}\u{200d}".repeat(500),
        "が".repeat(2_600),
        "ﷺ".repeat(2_600),
        "a".repeat(8_192),
        "a-".repeat(4_000),
        "1.2.3.4.".repeat(1_000),
        "'".repeat(8_000),
        "AND OR NOT AND OR".into(),
        "' OR 1=1 --".into(),
        "../../etc/passwd".into(),
        "%00%ff".into(),
        "\\".repeat(8_000),
        "a_b".repeat(2_500),
        "+-+-lamp".into(),
        "KB-".repeat(2_700),
        String::new(),
        " \t\n ".into(),
        "x".repeat(100_000),
        "\"a b c d e f g\" ".repeat(200),
        "İıßẞſK".repeat(500),
    ];
    queries.extend((0..16).map(|n| {
        "lamp dark fuse"
            .repeat(1 << n)
            .chars()
            .take(9_000)
            .collect()
    }));
    let n = queries.len();
    let thread = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            let (base, _) = base();
            let (mut n_answers, mut codes) = (0, BTreeSet::new());
            for query in queries {
                let begun: String = query.chars().take(40).collect();
                let request = SearchRequest::new(&query, Viewer::new("public"));
                let asked = catch_unwind(AssertUnwindSafe(|| base.search(&request)));
                match asked.unwrap_or_else(|_| panic!("{begun}: panic")) {
                    Ok(_) => n_answers += 1,
                    Err(error) => {
                        let fits =
                            matches!(error.code(), ErrorCode::InvalidQuery | ErrorCode::TooLarge);
                        assert!(fits && error.message().len() < 400, "{begun}: {error}");
                        codes.insert(error.code());
                    }
                }
                let request = SuggestRequest::for_text(&query, Viewer::new("internal"));
                let asked = catch_unwind(AssertUnwindSafe(|| base.suggest(&request)));
                asked.unwrap_or_else(|_| panic!("{begun}: panic")).unwrap();
            }
            (n_answers, codes)
        });
    let (n_answers, codes) = thread.unwrap().join().unwrap();
    println!("{n} hostile queries: {n_answers} answered, the others {codes:?}");
}

#[test]
fn any_text_any_id_any_date() {
    let (base, clock) = base();
    let texts = [
        "",
        " ",
        "\0",
        "\u{feff}",
        "# ",
        "```",
        "|a|b|\n|-|-|\n",
        "[x](javascript:alert(1))",
        "<script>",
        "\u{1f9ef}\u{200d}",
        "\r\n\r",
        "&#0;&#xfffffff;",
        "![](",
        "[[[[[[[[",
        "> > > > >",
        "- - - - -",
        "ﬁ ß İ",
    ];
    let long = [
        "*".repeat(50_000),
        "[".repeat(50_000),
        "> ".repeat(20_000),
        "a ".repeat(400_000),
    ];
    let dates = [
        Timestamp::MIN,
        Timestamp::default().plus_days(-40_000),
        Timestamp::default(),
        Timestamp::MAX,
    ];
    let mut n = 0;
    for text in texts.iter().copied().chain(long.iter().map(String::as_str)) {
        for date in dates {
            n += 1;
            clock.set(date);
            let mut draft = ArticleDraft::new(format!("a-{n}"), Kind::General, "lamp")
                .section(Role::Issue, text)
                .audience("public")
                .confidence(Confidence::Validated);
            draft.updated = Some(date);
            draft.verified = Some(Timestamp::MAX);
            draft.freshness = Some(FreshnessPolicy::Date { at: date });
            let done = catch_unwind(AssertUnwindSafe(|| {
                // Both acceptance and rejection are correct here.
                drop(base.put(draft.clone()));
                drop(base.put(draft.change(Change::Minor)));
                let viewed = EventKind::Viewed {
                    article: format!("a-{n}"),
                    impression: None,
                };
                drop(base.record(Event::new(date, viewed).session("s")));
                for now in dates {
                    let request = SearchRequest::new("lamp", Viewer::new("public"))
                        .now(now)
                        .explain(true);
                    base.search(&request).unwrap();
                    drop(base.freshness(&format!("a-{n}"), Some(now)));
                }
            }));
            assert!(
                done.is_ok(),
                "{:?} at {date}: panic",
                text.chars().take(20).collect::<String>()
            );
        }
    }
    clock.set("2026-03-01T10:00:00Z".parse().unwrap());
    let empty = error("empty title", || {
        base.put(ArticleDraft::new("e", Kind::General, ""))
    });
    assert_eq!(empty.code(), ErrorCode::InvalidValue);
    for id in ["", " a", "a ", "a\nb", "\0", &"x".repeat(257)] {
        let error = error("id", || {
            base.put(ArticleDraft::new(id, Kind::General, "lamp"))
        });
        assert!(
            matches!(error.code(), ErrorCode::InvalidValue | ErrorCode::TooLarge),
            "{error}"
        );
        assert!(error.message().contains("article"), "{error}");
    }
    for id in ["../../x", "a/b", "<b>", "日本", "'; drop table", "e\u{301}"] {
        base.put(ArticleDraft::new(id, Kind::General, "lamp"))
            .unwrap();
        assert_eq!(base.article(id).unwrap().id, id);
    }
    base.verify().unwrap();
    println!("{n} articles of strange texts and dates");
}

#[test]
fn every_code_that_input_can_reach_says_what_to_do() {
    let (base, clock) = base();
    let public = || Viewer::new("public");
    let search = |request: SearchRequest| base.search(&request);
    let mut seen = BTreeSet::new();
    let mut expect = |error: Error, code: ErrorCode, says: &[&str]| {
        assert_eq!(error.code(), code, "{error}");
        for part in says {
            assert!(error.message().contains(part), "{part:?} is not in {error}");
        }
        seen.insert(code);
    };
    use ErrorCode as Code;
    let ask = || SearchRequest::new("lamp", public());
    expect(
        error("limit", || search(ask().limit(0))),
        Code::InvalidValue,
        &["limit", "0", "at least 1"],
    );
    expect(
        error("limit", || search(ask().limit(usize::MAX))),
        Code::TooLarge,
        &["limit + offset", "10000"],
    );
    expect(
        error("offset", || search(ask().offset(usize::MAX))),
        Code::TooLarge,
        &["offset", "10000"],
    );
    expect(
        error("query", || {
            search(SearchRequest::new("x".repeat(9_000), public()))
        }),
        Code::TooLarge,
        &["query", "9000", "8192"],
    );
    expect(
        error("audience", || {
            search(SearchRequest::new("lamp", Viewer::new("martians")))
        }),
        Code::UnknownName,
        &["martians"],
    );
    let filter = Filter {
        edited_from: Some(Timestamp::MAX),
        edited_to: Some(Timestamp::MIN),
        ..Filter::default()
    };
    expect(
        error("filter", || search(ask().filter(filter))),
        Code::Contradiction,
        &["edited_from", "exchange them"],
    );
    expect(
        error("article", || base.article("no-such")),
        Code::ArticleNotFound,
        &["no-such"],
    );
    expect(
        error("case", || base.case("no-such")),
        Code::CaseNotFound,
        &["no-such"],
    );
    expect(
        error("session", || base.session("no-such")),
        Code::SessionNotFound,
        &["no-such"],
    );
    expect(
        error("version", || base.version("lamp", 9)),
        Code::VersionNotFound,
        &["lamp", "9", "1"],
    );
    expect(
        error("edit", || {
            base.edit(
                lamp()
                    .change(Change::Minor)
                    .confidence(Confidence::Archived),
                7,
            )
        }),
        Code::VersionConflict,
        &["lamp", "7", "1"],
    );
    let case = kenpoint::model::CaseDraft::new("c", kenpoint::model::CaseKind::Service);
    base.open_case(case.clone()).unwrap();
    expect(
        error("link", || {
            base.retract_link("c", "lamp", LinkType::Resolved)
        }),
        Code::LinkNotFound,
        &["lamp"],
    );
    expect(
        error("link", || {
            base.link(LinkDraft::new("c", "none", LinkType::Resolved), "x")
        }),
        Code::ArticleNotFound,
        &["none"],
    );
    base.put(ArticleDraft::new("old", Kind::Product, "Old lamp"))
        .unwrap();
    base.merge("old", "lamp").unwrap();
    expect(
        error("merged", || {
            base.put(ArticleDraft::new("old", Kind::Product, "New"))
        }),
        Code::InvalidTransition,
        &["old", "lamp"],
    );
    expect(
        error("impression", || base.impression_of("nonsense")),
        Code::InvalidImpression,
        &[],
    );
    expect(
        error("history", || base.record_arrived(vec![], Timestamp::MIN)),
        Code::OutOfHistory,
        &["arrived"],
    );
    let rated = EventKind::Rated {
        article: "lamp".into(),
        value: f64::NAN,
    };
    expect(
        error("rating", || base.record(Event::new(base.now(), rated))),
        Code::InvalidValue,
        &["NaN"],
    );
    let many = ArticleDraft {
        tags: vec!["t".into(); 300],
        ..lamp()
    };
    expect(
        error("tags", || base.put(many)),
        Code::TooLarge,
        &["tags", "300", "256"],
    );
    clock.set(Timestamp::MIN);
    base.put(
        lamp()
            .change(Change::Minor)
            .confidence(Confidence::NotValidated),
    )
    .unwrap();
    base.verify().unwrap();
    // Invalid UTF-8 is reported and does not enter the base.
    let bad = [
        b"{\"id\": \"x\"}\n\xff\xfe\x00\n{".as_slice(),
        b"\xff\xff\xff",
        b"",
    ];
    for format in [Format::JsonLines, Format::Markdown, Format::Html] {
        for bytes in bad {
            let done = catch_unwind(AssertUnwindSafe(|| {
                base.import_bytes(format, "bad", bytes, &ImportOptions::new(), &mut |_| {
                    ControlFlow::Continue(())
                })
                .map(|report| format!("{report:?}"))
            }));
            let said = done.unwrap_or_else(|_| panic!("{format:?}: panic"));
            if bytes.len() == 3 {
                let said = format!("{said:?}");
                assert!(
                    said.contains("Utf8") || said.contains("UTF-8") || said.contains("103"),
                    "{format:?}: {said}"
                );
            }
        }
    }
    let names: Vec<&str> = seen.iter().map(|code| code.name()).collect();
    println!("codes reached here: {names:?}");
}
