//! Tests that the files of the core do not use each other in circles, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{code, paths, sources};

/// The files that each file uses.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn files_use_each_other_in_one_direction() {
    let wrong: BTreeSet<String> = circles(&graph(&sources()))
        .into_iter()
        .map(|circle| format!("a circle: {}", circle.join(", ")))
        .collect();
    crate::report(wrong);
}

#[test]
fn a_circle_is_found() {
    let sources = |list: &[(&str, &str)]| {
        let own = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
        list.iter().map(own).collect::<BTreeMap<_, _>>()
    };
    let none = sources(&[
        ("lib.rs", "mod a; pub use a::b::B;"),
        ("a/mod.rs", "mod b; mod c; pub use b::B;"),
        ("a/b.rs", "use super::c::{self, C};"),
        (
            "a/c.rs",
            "#[cfg(test)]\nmod tests { use super::super::b::B; }",
        ),
    ]);
    assert_eq!(circles(&graph(&none)), Vec::<Vec<String>>::new());
    let one = sources(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c;"),
        ("a/b.rs", "use crate::{a::c::{C}};"),
        ("a/c.rs", "fn f(b: super::b::B) {}"),
    ]);
    assert_eq!(circles(&graph(&one)), [["a/b.rs", "a/c.rs"]]);
}

/// Skips the root of the crate, because its re-exports are for users outside.
fn graph(sources: &BTreeMap<String, String>) -> Graph {
    let files: BTreeMap<Vec<String>, &str> = sources
        .keys()
        .map(|file| {
            let inside = file.trim_end_matches(".rs").trim_end_matches("/mod");
            (
                inside.split('/').map(str::to_owned).collect(),
                file.as_str(),
            )
        })
        .collect();
    let file_of = |path: &[String]| {
        let prefixes = (1..=path.len()).rev().map(|n| &path[..n]);
        prefixes.filter_map(|prefix| files.get(prefix)).next()
    };
    sources
        .iter()
        .filter(|(file, _)| *file != "lib.rs")
        .map(|(file, text)| {
            let used = paths(file, &code(text));
            let used = used.iter().filter_map(|path| file_of(path));
            let used = used.filter(|used| **used != file.as_str() && **used != "lib.rs");
            (file.clone(), used.map(|used| (*used).to_owned()).collect())
        })
        .collect()
}

/// Returns the groups of files that reach each other, each in order: strongly connected components (Tarjan, 1972),
/// found by plain reachability because the core is small.
fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let reached = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&str> = vec![from];
        while let Some(file) = todo.pop() {
            for next in graph.get(file).into_iter().flatten() {
                if seen.insert(next.as_str()) {
                    todo.push(next);
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|file| (file.as_str(), reached(file)))
        .collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, seen) in &reach {
        if seen.contains(file) {
            let group = seen.iter().filter(|other| reach[**other].contains(file));
            circles.insert(group.map(|file| (*file).to_owned()).collect());
        }
    }
    circles.into_iter().collect()
}
