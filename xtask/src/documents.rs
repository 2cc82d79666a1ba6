//! The documents that are installed with the C library, with links that work where they are then.
//!
//! They leave the folders of the repository, so each link to another of them is rewritten, and a link to a file that is
//! not installed becomes its address in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::install::{copy, read, write};
use crate::notices;
use crate::shell::root;

/// The documents: their places in the repository and in the folder of documents.
const TEXTS: &[(&str, &str)] = &[
    ("README.md", "README.md"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("docs/json.md", "json.md"),
    ("docs/building.md", "building.md"),
    ("docs/api.md", "api.md"),
];

/// Folders whose files are installed, with the same names.
const FOLDERS: &[(&str, &str)] = &[
    ("docs/languages", "languages"),
    ("examples/c", "examples/c"),
    ("examples/cpp", "examples/cpp"),
    ("examples/languages/go", "examples/languages/go"),
    ("examples/languages/php", "examples/languages/php"),
];

/// Installs all of it into the folder of documents, beside the header in `include`.
pub fn install(to: &Path) -> Result<(), String> {
    let mut places: BTreeMap<PathBuf, PathBuf> = TEXTS
        .iter()
        .map(|(from, to)| (PathBuf::from(from), PathBuf::from(to)))
        .collect();
    for (from, to) in FOLDERS {
        let failed = |e: std::io::Error| format!("{from}: {e}");
        for entry in fs::read_dir(root().join(from)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_type().map_err(failed)?.is_file() {
                let name = entry.file_name();
                places.insert(Path::new(from).join(&name), Path::new(to).join(&name));
            }
        }
    }
    for (from, place) in &places {
        if place.extension().is_some_and(|ending| ending == "md") {
            let text = read(&root().join(from))?;
            write(&to.join(place), &relinked(&text, from, place, &places))?;
        } else {
            copy(&root().join(from), &to.join(place))?;
        }
    }
    write(&to.join("THIRD-PARTY"), &notices::text("kenpoint-ffi")?)
}

/// A text with the links of its new place.
fn relinked(text: &str, from: &Path, place: &Path, places: &BTreeMap<PathBuf, PathBuf>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        out.push_str(before);
        out.push_str("](");
        let (link, after) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(&target(link, from, place, places));
        out.push(')');
        rest = after;
    }
    out.push_str(rest);
    out
}

fn target(link: &str, from: &Path, place: &Path, places: &BTreeMap<PathBuf, PathBuf>) -> String {
    if link.contains("://") || link.starts_with('#') {
        return link.to_owned();
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let hash = if anchor.is_empty() { "" } else { "#" };
    let wanted = plain(&from.parent().unwrap_or(Path::new("")).join(file));
    // The header lies beside the documents: `include` and `share/doc/kenpoint` have one parent.
    let found = match places.get(&wanted) {
        Some(found) => found.clone(),
        None if wanted.starts_with("include") => Path::new("../../..").join(&wanted),
        None => {
            return format!(
                "{}/blob/main/{}{hash}{anchor}",
                env!("CARGO_PKG_REPOSITORY"),
                wanted.display()
            );
        }
    };
    let up = "../".repeat(place.components().count().saturating_sub(1));
    format!("{up}{}{hash}{anchor}", found.display())
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Checks that each link of an installed document leads to a file.
pub fn check(documents: &Path) -> Result<usize, String> {
    let (mut folders, mut n) = (vec![documents.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                for link in links(&read(&path)?) {
                    let file = link.split('#').next().unwrap_or_default();
                    if !link.contains("://") && !file.is_empty() && !folder.join(file).exists() {
                        return Err(format!("{}: the link {link} leads nowhere", path.display()));
                    }
                    n += 1;
                }
            }
        }
    }
    Ok(n)
}

fn links(text: &str) -> Vec<String> {
    let parts = text.split("](").skip(1);
    parts
        .filter_map(|part| part.split_once(')'))
        .map(|(link, _)| link.to_owned())
        .collect()
}

/// The first program of a page, in its block of code of a language.
pub fn program(page: &str, language: &str) -> Result<String, String> {
    let text = read(&root().join(page))?;
    let fence = format!("```{language}\n");
    let block = text
        .split_once(&fence)
        .and_then(|(_, rest)| rest.split_once("\n```"));
    block
        .map(|(program, _)| format!("{program}\n"))
        .ok_or_else(|| format!("{page} has no block of code of {language}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(link: &str, from: &str, place: &str) -> String {
        let places = [
            ("docs/json.md", "json.md"),
            ("README.md", "README.md"),
            ("examples/c/a.c", "examples/c/a.c"),
        ];
        let places = places
            .map(|(a, b)| (PathBuf::from(a), PathBuf::from(b)))
            .into();
        let text = format!("[x]({link}) and `a[0](1)`");
        let out = relinked(&text, Path::new(from), Path::new(place), &places);
        out.split_once("](")
            .unwrap()
            .1
            .split_once(')')
            .unwrap()
            .0
            .to_owned()
    }

    #[test]
    fn a_link_leads_to_the_installed_file_or_to_the_repository() {
        assert_eq!(
            moved("docs/json.md#cases", "README.md", "README.md"),
            "json.md#cases"
        );
        assert_eq!(
            moved(
                "../../examples/c/a.c",
                "docs/languages/go.md",
                "languages/go.md"
            ),
            "../examples/c/a.c"
        );
        assert_eq!(
            moved("include/kenpoint.h", "README.md", "README.md"),
            "../../../include/kenpoint.h"
        );
        assert_eq!(
            moved("https://a.org/b", "README.md", "README.md"),
            "https://a.org/b"
        );
        let design = moved("docs/design.md", "README.md", "README.md");
        assert!(design.ends_with("/blob/main/docs/design.md"), "{design}");
    }
}
