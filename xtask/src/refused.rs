//! The mistakes that the header turns into errors of the compiler: `ffi/tests/refused/*.c`. Each file must compile with
//! `RIGHT` defined and must not without it, so that the mistake is the one reason.

use std::fs;

use crate::shell::{command, root, succeeds_within};

use std::time::Duration;

const FOLDER: &str = "ffi/tests/refused";

/// The compilers, each in C and in C++. An older standard than these is not served.
const COMPILERS: &[(&str, &[&str])] = &[
    ("gcc", &["-std=c11"]),
    ("clang", &["-std=c11"]),
    ("g++", &["-std=c++17", "-xc++"]),
    ("clang++", &["-std=c++17", "-xc++"]),
];

const FLAGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-Werror",
    "-pedantic",
    "-Iinclude",
    "-fsyntax-only",
];

/// The time after which a compiler counts as hung.
const LIMIT: Duration = Duration::from_secs(60);

/// Compiles each file both ways; returns their number.
pub fn check() -> Result<usize, String> {
    let folder = root().join(FOLDER);
    let failed = |e: std::io::Error| format!("{FOLDER}: {e}");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        names.push(
            entry
                .map_err(failed)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    for name in &names {
        let source = format!("{FOLDER}/{name}");
        for (compiler, standard) in COMPILERS {
            let compiles = |more: &[&str]| {
                let mut run = command(compiler, standard);
                succeeds_within(run.args(FLAGS).args(more).arg(&source), LIMIT)
            };
            if !compiles(&["-DRIGHT"]) {
                return Err(format!("{source} does not compile by {compiler} -DRIGHT"));
            }
            if compiles(&[]) {
                return Err(format!("{source} compiles by {compiler}, and must not"));
            }
        }
    }
    println!(
        "{} mistakes are refused by {} compilers",
        names.len(),
        COMPILERS.len()
    );
    Ok(names.len())
}
