//! Tests the structure of the sources: the order of the layers, the files that may name an engine,
//! and the required elements of each file.
//!
//! Unit tests at the end of a file, files named `tests.rs`, comments and quoted texts do not count
//! as uses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod circles;
mod features;
mod names;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{code, has_word, module, root_names, sources, used_from_root};

/// The layers, lowest first. A module may use itself and earlier ones.
const LAYERS: &[&str] = &[
    "error",
    "codec",
    "time",
    "settings",
    "cancel",
    "model",
    "text",
    "rank",
    "store",
    "projection",
    "index",
    "state",
    "search",
    "review",
    "self_service",
    "exchange",
    "snapshot",
    "base",
];

/// Permitted uses against the order: user, used layer, reason. An entry without an actual use fails.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Forbidden uses within the order: user, used layer, reason.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    (
        "projection",
        "rank",
        "an event is folded the same way whatever the weights",
    ),
    (
        "index",
        "rank",
        "the index takes one prior per document and knows nothing of its origin",
    ),
    (
        "index",
        "store",
        "the index asks for documents and knows nothing of their tables",
    ),
    (
        "index",
        "projection",
        "the index asks for documents and knows nothing of their tables",
    ),
    (
        "store",
        "model",
        "the store keeps bytes and knows nothing of the domain",
    ),
    (
        "store",
        "text",
        "the store keeps bytes and knows nothing of the domain",
    ),
    ("snapshot", "exchange", "a snapshot has a format of its own"),
];

/// Words of code, a test for the files that may contain them, and the reason.
type Rule = (&'static [&'static str], fn(&str) -> bool, &'static str);

const WORDS: &[Rule] = &[
    (
        &["tantivy", "redb"],
        on_disk,
        "the engines stay behind `disk`: without them the core runs in a browser",
    ),
    (
        &["SystemTime", "Instant"],
        |file| file == "time.rs",
        "time is an argument; only time.rs reads the clock",
    ),
    (
        &["std::thread", "rayon", "std::fs"],
        |file| on_disk(file) || !below_base(file),
        "no thread and no file below the base",
    ),
    (
        &["rand", "getrandom", "RandomState"],
        |_| false,
        "equal operations give equal bits",
    ),
    (
        &["todo!", "unimplemented!"],
        |_| false,
        "a part that is missing is not begun",
    ),
];

/// The maximum number of lines of a file.
const MAX_LINES: usize = 600;

/// Returns true for the folders and files that belong to the feature `disk`.
fn on_disk(file: &str) -> bool {
    file.trim_end_matches(".rs")
        .split('/')
        .any(|part| matches!(part, "disk" | "redb"))
}

/// Returns true if the file belongs to a layer without access to files and threads. Only
/// exchange, which reads the user's files, and base, which owns threads, have it.
fn below_base(file: &str) -> bool {
    !matches!(module(file), "exchange" | "base" | "lib")
}

#[test]
fn layers_use_only_what_stands_below_them() {
    let sources = sources();
    let roots = root_names(&sources["lib.rs"]);
    let mut wrong = BTreeSet::new();
    let mut excused = BTreeSet::new();
    for (file, text) in &sources {
        let user = module(file);
        if user == "lib" {
            continue;
        }
        let Some(height) = LAYERS.iter().position(|layer| *layer == user) else {
            wrong.insert(format!(
                "{file}: {user} is in no layer; give it a place in LAYERS"
            ));
            continue;
        };
        for name in used_from_root(file, &code(text)) {
            let used = roots.get(&name).unwrap_or(&name).as_str();
            let pair = |&&(a, b, _): &&(&str, &str, &str)| a == user && b == used;
            match LAYERS.iter().position(|layer| *layer == used) {
                None => _ = wrong.insert(format!("{file}: `crate::{name}` is in no layer")),
                Some(_) if FORBIDDEN.iter().any(|row| pair(&row)) => {
                    let why = FORBIDDEN.iter().find(pair).unwrap().2;
                    wrong.insert(format!("{file}: {user} may not use {used}: {why}"));
                }
                Some(below) if below <= height => {}
                Some(_) if EXCEPTIONS.iter().any(|row| pair(&row)) => {
                    excused.insert((user, used.to_owned()));
                }
                Some(_) => _ = wrong.insert(format!("{file}: {user} may not use {used}")),
            }
        }
    }
    for (user, used, _) in EXCEPTIONS {
        if !excused.contains(&(*user, (*used).to_owned())) {
            wrong.insert(format!("EXCEPTIONS: {user} no longer uses {used}"));
        }
    }
    report(wrong);
}

#[test]
fn engines_clocks_threads_and_files_are_where_they_belong() {
    let mut wrong = BTreeSet::new();
    for (file, text) in &sources() {
        let code = code(text);
        for (words, allowed, why) in WORDS {
            if allowed(file) {
                continue;
            }
            for word in words.iter().filter(|word| has_word(&code, word)) {
                wrong.insert(format!("{file}: `{word}`: {why}"));
            }
        }
    }
    report(wrong);
}

#[test]
fn every_file_has_a_head_and_an_end() {
    let mut wrong = BTreeSet::new();
    for (file, text) in &sources() {
        if !text.starts_with("//! ") {
            wrong.insert(format!("{file}: no `//!` head that says what it does"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            wrong.insert(format!("{file}: {lines} lines, more than {MAX_LINES}"));
        }
        for mark in ["TODO", "FIXME"].iter().filter(|mark| has_word(text, mark)) {
            wrong.insert(format!(
                "{file}: {mark}: what is missing is an issue, not a comment"
            ));
        }
    }
    report(wrong);
}

#[test]
fn uses_are_found_in_every_form() {
    fn check(file: &str, text: &str, expect: &[&str]) {
        assert_eq!(
            used_from_root(file, &code(text)).iter().collect::<Vec<_>>(),
            expect,
            "{text}"
        );
    }
    check("rank/blend.rs", "use crate::engine::Engine;", &["engine"]);
    check(
        "rank/blend.rs",
        "use crate::{error::{Error, Result}, time as t};",
        &["error", "time"],
    );
    check("rank/blend.rs", "use super::super::engine;", &["engine"]);
    check("rank/blend.rs", "use super::text;", &[]);
    check("rank/mod.rs", "use super::engine;", &["engine"]);
    check(
        "rank/blend.rs",
        "/// crate::engine\nfn f() {} // crate::push",
        &[],
    );
    check(
        "rank/blend.rs",
        r##"const S: &str = "crate::push"; const R: &str = r#"" crate::text"#;"##,
        &[],
    );
    check(
        "rank/blend.rs",
        "fn f<'a>(c: &'a u8) { '\"'; crate::time::now('\\'') }",
        &["time"],
    );
    check(
        "rank/blend.rs",
        "fn f() {}\n#[cfg(test)]\nmod tests { use crate::engine; }",
        &[],
    );
    check(
        "rank/blend.rs",
        "impl S { #[cfg(test)] fn g() {} }\nuse crate::push;",
        &["push"],
    );
}

#[test]
fn every_layer_is_a_module_and_every_module_a_layer() {
    let lib = code(&sources()["lib.rs"]);
    let modules: BTreeSet<&str> = lib
        .split(';')
        .filter_map(|item| item.trim().rsplit_once("mod ").map(|(_, name)| name.trim()))
        .filter(|name| name.chars().all(source::is_word))
        .collect();
    assert_eq!(modules, LAYERS.iter().copied().collect());
}

#[test]
fn the_page_on_architecture_has_the_same_layers() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let page = fs::read_to_string(page).unwrap();
    let line = page.lines().find(|line| line.starts_with("error -> "));
    let line = line.expect("ARCHITECTURE.md has a line that begins with `error -> `");
    assert_eq!(line.split(" -> ").collect::<Vec<_>>(), LAYERS);
}

/// Fails with all lines in one message.
pub(crate) fn report(wrong: BTreeSet<String>) {
    assert!(
        wrong.is_empty(),
        "\n{}\n",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}
