//! The npm package in Node and in Chromium: what the base answers natively, it answers there, to the bit.

use crate::native;
use crate::shell::{command, output, root, run_command};
use crate::steps::Outcome;
use crate::wasm;

/// The least Node.
const LEAST: u32 = 20;

/// Runs the package's tests. With arguments only the files of those names: `web api element`.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    ready()?;
    let tests = root().join("bindings-wasm/test");
    let listed = std::fs::read_dir(&tests).map_err(|e| format!("{}: {e}", tests.display()))?;
    let mut files: Vec<String> = listed
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| {
            let stem = name.strip_suffix(".test.js");
            stem.is_some_and(|stem| args.is_empty() || args.iter().any(|arg| arg == stem))
        })
        .map(|name| format!("test/{name}"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(format!("no test is called {}", args.join(" ")));
    }
    let mut all = vec!["--test", "--test-reporter=spec"];
    all.extend(files.iter().map(String::as_str));
    run_command(command("node", &all).current_dir(root().join("bindings-wasm")))?;
    Ok(Outcome::Passed)
}

/// Measures the package beside MiniSearch, then a base in memory, see `bindings-wasm/bench`.
pub fn bench(args: &[String]) -> Result<Outcome, String> {
    ready()?;
    let node = |args: &[&str]| {
        run_command(command("node", args).current_dir(root().join("bindings-wasm")))
    };
    let mut all = vec!["--expose-gc", "bench/minisearch.js"];
    all.extend(args.iter().map(String::as_str));
    node(&all)?;
    // An argument names sets to compare, and nothing else is then measured.
    if args.is_empty() {
        node(&["--expose-gc", "bench/live.js"])?;
    }
    Ok(Outcome::Passed)
}

/// Makes the package, the modules of npm that its tests need, and the answers that it is compared with.
fn ready() -> Result<(), String> {
    let version = output("node", &["--version"])?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major
        .and_then(|n| n.parse().ok())
        .is_none_or(|n: u32| n < LEAST)
    {
        return Err(format!(
            "node {LEAST} or later is needed, not {}",
            version.trim()
        ));
    }
    // The tests run on a package of today's sources, never on one of before.
    wasm::package()?;
    run_command(
        command("npm", &["ci", "--silent", "--no-fund", "--no-audit"])
            .current_dir(root().join("bindings-wasm")),
    )?;
    let fixtures = root().join("target/web/fixtures").display().to_string();
    let said = native::rust_program(
        "kenpoint-benches",
        "--bin",
        "kenpoint-benches",
        &["web", &fixtures],
    )?;
    print!("{said}");
    Ok(())
}
