//! The shape of the sources as a test: which layer may use which, who may name which engine, and
//! what every file has.
//!
//! Unit tests at the end of a file, files called `tests.rs`, comments and texts in quotes are no use
//! of anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first. A module uses itself and what stands before it.
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

/// Uses that the order forbids and that are right all the same: who, whom, why. One that is no
/// longer made fails too.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Uses that the order allows and the design does not: who, whom, why.
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
    ("snapshot", "exchange", "a snapshot has a format of its own"),
];

/// Words of code, the files that may have them, and why no other may.
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

/// No file is longer.
const MAX_LINES: usize = 600;

/// A folder or file of its own for what the feature `disk` brings.
fn on_disk(file: &str) -> bool {
    file.trim_end_matches(".rs")
        .split('/')
        .any(|part| matches!(part, "disk" | "redb"))
}

/// Whether a file belongs to a layer under those that meet the host: exchange reads what the user
/// names, base holds threads.
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

/// Fails with every line at once.
fn report(wrong: BTreeSet<String>) {
    assert!(
        wrong.is_empty(),
        "\n{}\n",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Every source of the core by its path under `src`, without files that are tests only.
fn sources() -> BTreeMap<String, String> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&src, &mut found);
    let named = found.into_iter().map(|path| {
        let name = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read_to_string(&path).unwrap())
    });
    let sources: BTreeMap<_, _> = named
        .filter(|(name, _)| !format!("/{name}").ends_with("/tests.rs"))
        .collect();
    assert!(
        sources.contains_key("lib.rs") && sources.len() > 20,
        "not the sources: {src:?}"
    );
    sources
}

/// The top module a file belongs to: `rank/blend.rs` and `rank.rs` to `rank`.
fn module(file: &str) -> &str {
    file.split('/')
        .next()
        .unwrap_or(file)
        .trim_end_matches(".rs")
}

/// The names of `pub use module::{A, B}` in lib.rs, each with its module.
fn root_names(lib: &str) -> BTreeMap<String, String> {
    let lib = code(lib);
    let mut names = BTreeMap::new();
    for (_, rest) in lib
        .match_indices("pub use ")
        .map(|(at, word)| (at, &lib[at + word.len()..]))
    {
        let used = rest.split(';').next().unwrap_or_default();
        let Some((module, items)) = used.split_once("::") else {
            continue;
        };
        for item in items
            .split(|c: char| !is_word(c))
            .filter(|item| !item.is_empty())
        {
            names.insert(item.to_owned(), module.trim().to_owned());
        }
    }
    names
}

/// The names that follow the root of the crate in `code`: after `crate::`, or after as many `super::`
/// as `file` is deep.
fn used_from_root(file: &str, code: &str) -> BTreeSet<String> {
    let inside = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let supers = "super::".repeat(inside.split('/').count());
    let mut names = BTreeSet::new();
    for root in ["crate::", supers.as_str()] {
        for (at, _) in code.match_indices(root) {
            if !code[..at].ends_with(is_word) {
                names.append(&mut heads(&code[at + root.len()..]));
            }
        }
    }
    names.remove("super");
    names
}

/// The first name of `path`, or of each path in the braces it opens with.
fn heads(path: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| is_word(*c)).collect::<String>();
    let Some(group) = path.strip_prefix('{') else {
        return BTreeSet::from([word(path)]);
    };
    let (mut depth, mut start, mut names) = (0, 0, BTreeSet::new());
    for (at, c) in group.char_indices() {
        if depth == 0 && matches!(c, ',' | '}') {
            names.insert(word(group[start..at].trim()));
            start = at + 1;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.remove("");
    names
}

/// `text` without comments, without what stands in quotes, and without the unit tests at its end.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(raw) = raw_quoted(rest).filter(|_| !out.ends_with(is_word)) {
            raw
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_char(rest) {
            quoted(rest, '\'')
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        rest = &rest[skip..];
    }
    let tests = out.match_indices("#[cfg(test)]").map(|(at, _)| at);
    let end = tests
        .filter(|at| {
            out[at + "#[cfg(test)]".len()..]
                .trim_start()
                .starts_with("mod ")
        })
        .last();
    out.truncate(end.unwrap_or(out.len()));
    out
}

/// The length of a quoted text from its opening quote on; a backslash takes the next character along.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"..."`, `r#"..."#` and the like, if `text` starts with one.
fn raw_quoted(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(
        body.find(&close)
            .map_or(text.len(), |at| 2 + hashes + at + close.len()),
    )
}

/// Whether the quote `text` starts with opens a character and not a lifetime.
fn is_char(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

/// Whether `word` stands in `text` by itself.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        !text[..at].ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// A character of a name.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
