//! Compiles the core for wasm32-unknown-unknown, without tantivy and redb, and shows that they are
//! not in it. The compiler comes from `wasm-toolchain.sh` beside this crate's sources.

use crate::shell::{command, output, output_command, root, run_command, tools_dir};
use crate::steps::Outcome;

/// The target of browsers and of Node.
const TARGET: &str = "wasm32-unknown-unknown";

/// What the browser must do without: the disk's engines.
const LEFT_OUT: &[&str] = &["tantivy", "redb"];

/// Each feature set that must compile for the browser.
const FEATURES: &[&str] = &[""];

/// Builds the core for the browser.
pub fn check(_: &[String]) -> Result<Outcome, String> {
    let rustc = rustc()?;
    for features in FEATURES {
        let core = [
            "-p",
            "kenpoint",
            "--no-default-features",
            "--features",
            features,
        ];
        let core = [&core[..], &["--target", TARGET]].concat();
        let tree = [
            &["tree", "--locked", "-e", "normal", "--prefix", "none"],
            &core[..],
        ]
        .concat();
        let tree = output("cargo", &tree)?;
        let mut packages: Vec<&str> = tree.lines().filter_map(|l| l.split(' ').next()).collect();
        packages.sort_unstable();
        packages.dedup();
        if let Some(name) = packages.iter().find(|name| {
            LEFT_OUT
                .iter()
                .any(|out| *name == out || name.starts_with(&format!("{out}-")))
        }) {
            return Err(format!(
                "{name} is in the core for {TARGET} with features `{features}`"
            ));
        }
        println!(
            "{} packages, none of {}",
            packages.len(),
            LEFT_OUT.join(", ")
        );
        // A folder of its own, since the compiler may be another one than the host's.
        let mut build = command("cargo", &[&["build", "--lib"], &core[..]].concat());
        build
            .env("RUSTC", &rustc)
            .env("CARGO_TARGET_DIR", root().join("target/wasm"));
        run_command(&mut build)?;
    }
    Ok(Outcome::Passed)
}

/// The path of a compiler that has the target's standard library; made if it must be.
pub fn rustc() -> Result<String, String> {
    let mut script = command("bash", &["xtask/wasm-toolchain.sh"]);
    if std::env::var_os("WASM_TOOLCHAIN_DIR").is_none() {
        script.env("WASM_TOOLCHAIN_DIR", tools_dir().join("wasm-toolchain"));
    }
    let text = output_command(&mut script)?;
    let rustc = text.trim();
    if rustc.is_empty() || rustc.lines().count() != 1 {
        return Err(format!(
            "wasm-toolchain.sh named no compiler, but `{rustc}`"
        ));
    }
    Ok(rustc.to_owned())
}
