//! Runs each example and compares what it prints with the file beside it.

use std::fs;

use crate::native::{self, Compiler};
use crate::shell::root;
use crate::steps::Outcome;

/// The examples of the core, each `examples/NAME.rs` with `examples/NAME.expected`.
const RUST: &[&str] = &["point_of_action"];

/// The examples of the C library, each with `examples/PATH.expected`, and `examples/PATH.in` if it reads
/// its standard input. They need a system with fork and threads of POSIX.
const NATIVE: &[(&str, &str)] = &[
    ("c/ticket", "c"),
    ("c/threads", "c"),
    ("c/prefork", "c"),
    ("c/snapshots", "c"),
    ("cpp/ticket", "cpp"),
];

/// Compares, or with `--bless` rewrites the expected texts. The words `rust` and `native` pick one half.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let (mut bless, mut rust, mut native) = (false, true, true);
    for arg in args {
        match arg.as_str() {
            "--bless" => bless = true,
            "rust" => native = false,
            "native" => rust = false,
            other => {
                return Err(format!(
                    "the arguments are --bless, rust and native, got `{other}`"
                ));
            }
        }
    }
    if rust {
        for name in RUST {
            compare(name, &of_rust(name)?, bless)?;
        }
    }
    if native && !cfg!(unix) {
        return Ok(Outcome::Skipped(
            "the examples in C and C++ need fork and POSIX threads".to_owned(),
        ));
    }
    if native {
        let library = native::library()?;
        for (path, language) in NATIVE {
            compare(path, &of_native(&library, path, language)?, bless)?;
        }
    }
    Ok(Outcome::Passed)
}

/// The output of an example of the core.
fn of_rust(name: &str) -> Result<String, String> {
    native::rust_program("kenpoint", "--example", name, &[])
}

/// The output of an example of the C library.
fn of_native(library: &native::Library, path: &str, language: &str) -> Result<String, String> {
    let source = format!("examples/{path}.{language}");
    let (program, standard) = match language {
        "cpp" => ("c++", "c++17"),
        _ => ("cc", "c11"),
    };
    let compiler = Compiler {
        program,
        standard,
        flags: &["-O1"],
    };
    let program = library.build(&source, &compiler, &path.replace('/', "-"))?;
    native::printed(&program, &root().join(format!("examples/{path}.in")))
}

/// One example: its output must equal the expected text byte for byte.
fn compare(name: &str, got: &str, bless: bool) -> Result<(), String> {
    let file = root().join(format!("examples/{name}.expected"));
    if bless {
        fs::write(&file, got).map_err(|e| format!("{}: {e}", file.display()))?;
        println!("wrote examples/{name}.expected");
        return Ok(());
    }
    let wanted = fs::read_to_string(&file).map_err(|e| {
        format!("examples/{name}.expected: {e}; `cargo xtask examples --bless` writes it")
    })?;
    match first_difference(&wanted, got) {
        None => {
            println!("examples/{name}: {} lines as expected", got.lines().count());
            Ok(())
        }
        Some(difference) => Err(format!("examples/{name}.expected, {difference}")),
    }
}

/// Where two texts part, with both lines.
fn first_difference(wanted: &str, got: &str) -> Option<String> {
    if wanted == got {
        return None;
    }
    let (mut wanted, mut got) = (wanted.split('\n'), got.split('\n'));
    for line in 1.. {
        let (w, g) = (wanted.next(), got.next());
        if w != g {
            let shown = |side: Option<&str>| side.map_or("(end)".to_owned(), |s| format!("{s:?}"));
            return Some(format!(
                "line {line}: expected {}, got {}",
                shown(w),
                shown(g)
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_differing_line_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let line = first_difference("a\nb\n", "a\nc\n");
        assert_eq!(line.as_deref(), Some("line 2: expected \"b\", got \"c\""));
        let end = first_difference("a\n", "a");
        assert_eq!(end.as_deref(), Some("line 2: expected \"\", got (end)"));
    }
}
