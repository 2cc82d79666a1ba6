//! Runs each example and compares what it prints with the file beside it.

use std::fs;

use crate::shell::{command, output_command, root};
use crate::steps::Outcome;

/// The examples of the core, each `examples/NAME.rs` with `examples/NAME.expected`.
const EXAMPLES: &[&str] = &["point_of_action"];

/// Compares, or with `--bless` rewrites the expected text.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let bless = match args {
        [] => false,
        [flag] if flag == "--bless" => true,
        [other, ..] => return Err(format!("the only argument is --bless, got `{other}`")),
    };
    let mut absent = Vec::new();
    for name in EXAMPLES {
        if root().join(format!("examples/{name}.rs")).is_file() {
            example(name, bless)?;
        } else {
            println!("examples/{name}.rs: not written yet");
            absent.push(*name);
        }
    }
    match absent.as_slice() {
        [] => Ok(Outcome::Passed),
        names => Ok(Outcome::Skipped(format!(
            "not written yet: {}",
            names.join(", ")
        ))),
    }
}

/// One example: its output must equal the expected text byte for byte.
fn example(name: &str, bless: bool) -> Result<(), String> {
    let file = root().join(format!("examples/{name}.expected"));
    let mut run = command(
        "cargo",
        &[
            "run",
            "--quiet",
            "--release",
            "-p",
            "kenpoint",
            "--example",
            name,
        ],
    );
    let got = output_command(&mut run)?;
    if bless {
        fs::write(&file, &got).map_err(|e| format!("{}: {e}", file.display()))?;
        println!("wrote examples/{name}.expected");
        return Ok(());
    }
    let wanted = fs::read_to_string(&file).map_err(|e| {
        format!("examples/{name}.expected: {e}; `cargo xtask examples --bless` writes it")
    })?;
    match first_difference(&wanted, &got) {
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
