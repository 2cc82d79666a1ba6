//! The features of the crate are the same in `Cargo.toml`, in the README and in the documentation of the crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// One row of a table: the feature, and whether it is a default one.
type Row = (String, bool);

#[test]
fn the_tables_of_features_equal_the_manifest() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(here.join(file)).unwrap();
    let manifest = manifest(&read("Cargo.toml"));
    let readme = table(&read("../README.md"), "");
    let docs = table(&read("src/lib.rs"), "//! ");
    assert!(manifest.len() > 5, "no features: {manifest:?}");
    let names = |rows: &[(Row, String)]| rows.iter().map(|(row, _)| row.clone()).collect();
    assert_eq!(manifest, names(&readme), "README.md");
    assert_eq!(manifest, names(&docs), "core/src/lib.rs");
    assert_eq!(readme, docs, "the rows of README.md and core/src/lib.rs");
}

fn manifest(text: &str) -> BTreeSet<Row> {
    let features = text.split("[features]").nth(1).unwrap();
    let features = features.split("\n[").next().unwrap();
    let lines = features.lines().filter(|line| !line.starts_with('#'));
    let entries: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(" = ")).collect();
    let default = entries
        .iter()
        .find(|(name, _)| *name == "default")
        .unwrap()
        .1;
    entries
        .iter()
        .filter(|(name, _)| *name != "default")
        .map(|(name, _)| ((*name).to_owned(), default.contains(&format!("\"{name}\""))))
        .collect()
}

/// The rows of the table that begins with `| feature |`, each with its last column.
fn table(text: &str, margin: &str) -> Vec<(Row, String)> {
    let lines = text
        .lines()
        .map(|line| line.strip_prefix(margin).unwrap_or(""));
    lines
        .skip_while(|line| !line.starts_with("| feature |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [name, default, contents] = cells[..] else {
                panic!("a row of three cells, got {line}");
            };
            let row = (name.trim_matches('`').to_owned(), default == "yes");
            (row, contents.to_owned())
        })
        .collect()
}
