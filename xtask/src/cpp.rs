//! The C++ layer: complete, without warnings wherever it is compiled, and its tests plain, under the
//! sanitizers and under valgrind.

use std::fs;

use crate::header;
use crate::native::{self, Compiler};
use crate::shell::root;
use crate::steps::Outcome;

/// The layer.
const LAYER: &str = "include/kenpoint.hpp";

/// Its tests, one program.
const TESTS: &str = "ffi/tests/cpp/layer.cpp";

/// The sources that each compiler compiles under each standard.
const SOURCES: &[&str] = &[TESTS, "examples/cpp/ticket.cpp"];

/// Runs all of it.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    if let [other, ..] = args {
        return Err(format!("`cpp` takes no argument, got `{other}`"));
    }
    is_complete()?;
    for program in ["g++", "clang++"] {
        for standard in ["c++17", "c++20"] {
            for source in SOURCES {
                let compiler = Compiler {
                    program,
                    standard,
                    flags: &[],
                };
                native::look_at(source, &compiler)?;
            }
        }
    }
    let library = native::library()?;
    let built = |name: &str, flags: &[&str]| {
        let compiler = Compiler {
            program: "c++",
            standard: "c++17",
            flags,
        };
        library.build(TESTS, &compiler, name)
    };
    let plain = built("layer", &["-O1"])?;
    native::run_under(&[], &plain)?;
    let sanitized = [
        "-O1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover",
    ];
    native::run_under(&[], &built("layer-sanitized", &sanitized)?)?;
    native::run_under(VALGRIND, &plain)?;
    Ok(Outcome::Passed)
}

/// Memory errors, and memory that nothing points to any more, fail. Memory that lives as long as the process does,
/// such as the tables of a sanitiser made once, is not lost.
const VALGRIND: &[&str] = &[
    "valgrind",
    "--quiet",
    "--error-exitcode=9",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect",
    "--errors-for-leak-kinds=definite,indirect",
    "--suppressions=ffi/tests/cpp/valgrind.supp",
];

/// Fails if a function of the C header has no counterpart.
fn is_complete() -> Result<(), String> {
    let read =
        |name: &str| fs::read_to_string(root().join(name)).map_err(|e| format!("{name}: {e}"));
    let (header, layer) = (read(header::HEADER)?, read(LAYER)?);
    let absent = missing(&header, &layer);
    if absent.is_empty() {
        Ok(())
    } else {
        Err(format!("{LAYER} does without {}", absent.join(", ")))
    }
}

/// The functions of a header that a layer does not name.
fn missing(header: &str, layer: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: std::collections::BTreeSet<&str> = layer.split(|c| !is_part(c)).collect();
    header::functions(header)
        .into_iter()
        .map(|function| function.name)
        // The macros of the header call these.
        .filter(|name| !name.ends_with("_init_sized"))
        .filter(|name| !words.contains(name.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn a_function_without_a_counterpart_is_found() {
        let header = "/**\n * One.\n */\nvoid ken_one(int a);\n\n/**\n * Two.\n */\nvoid ken_one_more(int a);\n";
        assert_eq!(missing(header, "ken_one(1); ken_one_more(2);"), [""; 0]);
        assert_eq!(missing(header, "ken_one_more(2);"), ["ken_one"]);
    }
}
