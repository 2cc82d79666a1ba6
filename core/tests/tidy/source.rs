//! Reads the structure of the core's sources: files, code without comments, and the paths it uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Returns all sources of the core by path under `src`, without files that contain only tests.
pub(super) fn sources() -> BTreeMap<String, String> {
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

/// Returns the top module of a file: `rank` for both `rank/blend.rs` and `rank.rs`.
pub(super) fn module(file: &str) -> &str {
    file.split('/')
        .next()
        .unwrap_or(file)
        .trim_end_matches(".rs")
}

/// Returns the names of `pub use module::{A, B}` in lib.rs, each with its module.
pub(super) fn root_names(lib: &str) -> BTreeMap<String, String> {
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

/// Returns the names that follow the root of the crate in `code`: after `crate::`, or after one `super::` per level
/// of `file`.
pub(super) fn used_from_root(file: &str, code: &str) -> BTreeSet<String> {
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

/// Returns the first name of `path`, or of each path in its leading braces.
pub(super) fn heads(path: &str) -> BTreeSet<String> {
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

/// Returns `text` without comments, quoted texts, and the unit tests at its end.
pub(super) fn code(text: &str) -> String {
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

/// Returns the length of a quoted text, from its opening quote on. A backslash escapes the next character.
pub(super) fn quoted(text: &str, quote: char) -> usize {
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

/// Returns the length of `r"..."`, `r#"..."#` and the like, if `text` starts with one.
pub(super) fn raw_quoted(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(
        body.find(&close)
            .map_or(text.len(), |at| 2 + hashes + at + close.len()),
    )
}

/// Returns true if the quote at the start of `text` opens a character and not a lifetime.
pub(super) fn is_char(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

/// Returns true if `text` contains `word` as a whole word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        !text[..at].ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Returns true for a character of a name.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns all paths below the root of the crate that `code` of `file` names, in `use` items and in expressions.
pub(super) fn paths(file: &str, code: &str) -> BTreeSet<Vec<String>> {
    let inside = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Vec<&str> = inside.split('/').collect();
    let mut found = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let is_word_before = rest[..at].ends_with(is_word);
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end);
        if !is_word_before {
            for path in spread(&rest[at + 4..end]) {
                found.extend(absolute(&module, &path, true));
            }
        }
        rest = &rest[end..];
    }
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(is_word) || code[..at].ends_with("::") {
                continue;
            }
            let path: String = code[at..]
                .chars()
                .take_while(|c| is_word(*c) || *c == ':')
                .collect();
            // A group belongs to a `use` item, which is already expanded above.
            if path.ends_with("::") {
                continue;
            }
            found.extend(absolute(&module, path.trim_end_matches(':'), false));
        }
    }
    found
}

/// Expands the braces of one `use` item into paths.
fn spread(tree: &str) -> Vec<String> {
    let tree = tree.split(" as ").next().unwrap_or(tree).trim();
    let Some(open) = tree.find('{') else {
        return vec![tree.to_owned()];
    };
    let (before, group) = (&tree[..open], &tree[open + 1..]);
    let group = &group[..group.rfind('}').unwrap_or(group.len())];
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, c) in group.char_indices().chain([(group.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    all.extend(spread(part).iter().map(|path| format!("{before}{path}")));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

/// Returns a path from the root of the crate; `None` for another crate. In a `use` item, a path may begin with a
/// child module.
fn absolute(module: &[&str], path: &str, is_use: bool) -> Option<Vec<String>> {
    let path: String = path.chars().filter(|c| !c.is_whitespace()).collect();
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut base: Vec<&str> = match *parts.first()? {
        "crate" => {
            parts.remove(0);
            Vec::new()
        }
        "self" | "super" => module.to_vec(),
        _ if is_use => module.to_vec(),
        _ => return None,
    };
    while let Some(first @ ("self" | "super")) = parts.first().copied() {
        if first == "super" {
            base.pop();
        }
        parts.remove(0);
    }
    base.extend(parts);
    Some(base.into_iter().map(str::to_owned).collect())
}
