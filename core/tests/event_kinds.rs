//! Tests the event kinds of the bindings. The type union of the npm package and the list in the C header are
//! generated from the declaration in `core/src/model/event_kind.rs`, and every kind has an example in
//! `docs/json.md`.
//!
//! With `KENPOINT_BLESS=1` in the environment, the test rewrites the generated parts.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::fs;
use std::path::Path;

use kenpoint::model::{EventKind, Feedback, FlagReason};

type Plain = &'static [(&'static str, &'static [(&'static str, &'static str)])];

#[test]
fn the_types_of_the_package_are_those_of_the_declaration() {
    let mut union = String::new();
    for (name, members) in Feedback::PLAIN {
        union += &format!("  | {{ what: \"{name}\"");
        for (member, of) in *members {
            let (optional, of) = match of.strip_prefix("Option<") {
                Some(inner) => ("?", inner.trim_end_matches('>')),
                None => ("", *of),
            };
            let of = match of {
                "String" => "string".to_owned(),
                "u32" | "f64" => "number".to_owned(),
                "FlagReason" => {
                    let names = FlagReason::ALL.iter().map(|reason| format!("\"{reason}\""));
                    names.collect::<Vec<_>>().join(" | ")
                }
                other => panic!("{name}.{member}: no type of TypeScript stands for {other}"),
            };
            union += &format!("; {member}{optional}: {of}");
        }
        union += " }\n";
    }
    generated(
        "bindings-wasm/js/index.d.ts",
        "  // Generated from core/src/model/event_kind.rs.\n",
        "  // End of the generated part.\n",
        &union,
    );
}

#[test]
fn the_list_in_the_header_is_that_of_the_declaration() {
    // A C struct has one text and one number for all kinds; `ffi/src/event.rs` documents the use of both.
    let kinds: Plain = EventKind::PLAIN;
    let mut list = String::new();
    for (name, members) in kinds {
        let members = members.iter().map(|(member, of)| {
            let said = match *member {
                "article" | "impression" | "rank" | "value" | "text" => (*member).to_owned(),
                "seconds" => "value: whole seconds".to_owned(),
                "after_s" => "value: seconds after the beginning".to_owned(),
                "score" => "value: 0 to 1".to_owned(),
                other => format!("text: the {other}"),
            };
            match of.starts_with("Option<") {
                true => format!("[{said}]"),
                false => said,
            }
        });
        let members = members.collect::<Vec<_>>().join(", ");
        let members = match members.as_str() {
            "" => String::new(),
            _ => format!(" ({members})"),
        };
        list += &format!("    /// - {name}{members}\n");
    }
    generated(
        "ffi/src/event.rs",
        "    /// The kinds, generated from the declaration of the core:\n",
        "    ///\n    /// Every other event goes through `ken_base_record_json`.\n",
        &list,
    );
}

#[test]
fn every_kind_has_an_example_in_the_documentation_of_json() {
    let doc = read("docs/json.md");
    let missing: Vec<&&str> = EventKind::NAMES
        .iter()
        // A ranking policy has a section of its own in docs/json.md.
        .filter(|name| **name != "rank-policy-set")
        .filter(|name| !doc.contains(&format!("\"what\": \"{name}\"")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/json.md shows no event {missing:?}"
    );
}

#[test]
fn a_reader_may_say_exactly_the_kinds_of_the_first_list() {
    let first: Vec<&str> = EventKind::PLAIN
        .iter()
        .map(|(name, _)| *name)
        .take(Feedback::NAMES.len())
        .collect();
    assert_eq!(Feedback::NAMES, first);
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    fs::read_to_string(path).unwrap()
}

/// Compares the part of a file between two lines with `wanted`.
fn generated(file: &str, begin: &str, end: &str, wanted: &str) {
    let text = read(file);
    let (before, rest) = text
        .split_once(begin)
        .unwrap_or_else(|| panic!("{file} has no line {begin:?}"));
    let (found, after) = rest
        .split_once(end)
        .unwrap_or_else(|| panic!("{file} has no line {end:?}"));
    if found != wanted && std::env::var_os("KENPOINT_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        fs::write(path, [before, begin, wanted, end, after].concat()).unwrap();
        return;
    }
    assert_eq!(found, wanted, "{file}: run the test with KENPOINT_BLESS=1");
}
