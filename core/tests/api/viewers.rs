//! Compares `docs/viewers.md` with the calls of a base that take no viewer.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The line in the documentation of each such call.
const SAID: &str = "takes no viewer and hides nothing";
/// Calls that show nothing themselves: they give a base, or what is no secret.
const SHOW_NOTHING: &[&str] = &["as_of", "replay", "with_cancellation", "policy", "now"];
/// The types that a call returns if it only writes.
const WRITES: &[&str] = &[
    "Result<()>",
    "Recorded>",
    "Put>",
    "ImportReport>",
    "Result<alloc::vec::Vec<kenpoint::Recorded>>",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names in the first column of the page.
fn listed() -> BTreeSet<String> {
    let page = fs::read_to_string(root().join("docs/viewers.md")).unwrap();
    page.lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The calls of a base that take no viewer and return something of it.
fn without_viewer() -> BTreeSet<String> {
    let api = fs::read_to_string(root().join("core/public-api.txt")).unwrap();
    api.lines()
        .filter_map(|line| line.strip_prefix("pub fn kenpoint::Base::"))
        .filter_map(|line| line.split_once("(&self"))
        .filter(|(name, rest)| {
            let returned = rest
                .rsplit_once(" -> ")
                .map_or("", |(_, returned)| returned);
            !(rest.contains("Viewer")
                || rest.contains("Request")
                || matches!(*name, "clone" | "fmt")
                || WRITES.iter().any(|end| returned.ends_with(end)))
        })
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn calls_without_a_viewer_are_listed_and_say_so() {
    let mut found = without_viewer();
    // It returns nothing, but hands a base to its callback.
    found.insert("replay".to_owned());
    assert_eq!(
        listed(),
        found,
        "docs/viewers.md beside core/public-api.txt"
    );

    let sources: Vec<String> = fs::read_dir(root().join("core/src/base"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for name in found
        .iter()
        .filter(|name| !SHOW_NOTHING.contains(&&***name))
    {
        let head = format!("    pub fn {name}(");
        let docs = sources.iter().find_map(|source| {
            let at = source.find(&head)?;
            source.get(..at)?.rsplit("\n\n").next()
        });
        let docs = docs.unwrap_or_else(|| panic!("{name} is not in core/src/base"));
        assert!(
            docs.contains(SAID),
            "{name}: its documentation does not say that it {SAID}"
        );
    }
}
