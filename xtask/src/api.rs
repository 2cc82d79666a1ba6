//! The public API of the core as one sorted line per item, compared with `core/public-api.txt`.
//!
//! The lines come from rustdoc's JSON, an unstable output of the pinned stable toolchain: only
//! rustdoc itself is told so, by this program standing in for it. The compiler and the build scripts
//! never see `RUSTC_BOOTSTRAP`, so they behave, and are cached, as in every other step.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use crate::shell::{command, output, root, run_command};
use crate::steps::Outcome;

/// Compares, or with `--bless` rewrites.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let bless = match args {
        [] => false,
        [flag] if flag == "--bless" => true,
        [other, ..] => return Err(format!("the only argument is --bless, got `{other}`")),
    };
    let file = root().join("core/public-api.txt");
    let now = snapshot()?;
    if bless {
        fs::write(&file, &now).map_err(|e| format!("{}: {e}", file.display()))?;
        println!("wrote {} lines to core/public-api.txt", now.lines().count());
        return Ok(Outcome::Passed);
    }
    let then = fs::read_to_string(&file)
        .map_err(|e| format!("core/public-api.txt: {e}; `cargo xtask api --bless` writes it"))?;
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (then.lines().collect(), now.lines().collect());
    for line in old.difference(&new) {
        println!("- {line}");
    }
    for line in new.difference(&old) {
        println!("+ {line}");
    }
    if then == now {
        println!("{} lines, no difference", now.lines().count());
        return Ok(Outcome::Passed);
    }
    Err("the public API is not core/public-api.txt; if so meant, `cargo xtask api --bless`, a line in \
         CHANGELOG.md, and commit both"
        .to_owned())
}

/// Stands in for rustdoc: the same call, with unstable output allowed.
pub fn as_rustdoc(args: &[String]) -> ExitCode {
    let status = std::process::Command::new("rustdoc")
        .args(args)
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("xtask: rustdoc did not start: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Every public item of the core with all features, one a line, sorted. Left out: implementations
/// every type gets from the standard library's blanket ones, and automatic marker traits.
fn snapshot() -> Result<String, String> {
    let mut rustdoc = command(
        "cargo",
        &["rustdoc", "-p", "kenpoint", "--lib", "--all-features", "--"],
    );
    rustdoc.args([
        "-Zunstable-options",
        "--output-format=json",
        "--cap-lints=allow",
    ]);
    run_command(rustdoc.env("RUSTDOC", stand_in()?))?;
    let json = target_dir()?.join("doc/kenpoint.json");
    let api = public_api::Builder::from_rustdoc_json(&json)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|e| {
            format!(
                "{}: {e}; does public-api's version fit the toolchain?",
                json.display()
            )
        })?;
    let lines: BTreeSet<String> = api.items().map(|item| item.to_string()).collect();
    Ok(lines
        .iter()
        .fold(String::new(), |text, line| text + line + "\n"))
}

/// The program that calls [`as_rustdoc`]; cargo gives a `RUSTDOC` no arguments of ours.
fn stand_in() -> Result<PathBuf, String> {
    let xtask = env::current_exe().map_err(|e| format!("no path of this program: {e}"))?;
    let file = target_dir()?.join("rustdoc-for-json");
    let script = format!(
        "#!/bin/sh\nexec '{}' rustdoc-for-json \"$@\"\n",
        xtask.display()
    );
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    fs::write(&file, script).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(file)
}

/// Where cargo builds, as cargo says.
fn target_dir() -> Result<PathBuf, String> {
    let text = output(
        "cargo",
        &["metadata", "--format-version=1", "--no-deps", "--locked"],
    )?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let dir = metadata
        .get("target_directory")
        .and_then(|dir| dir.as_str());
    dir.map(PathBuf::from)
        .ok_or_else(|| "cargo metadata names no target_directory".to_owned())
}
