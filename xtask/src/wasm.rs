//! Compiles the core for wasm32-unknown-unknown, without tantivy and redb, and shows that they are
//! not in it; makes the npm package of it. The compiler comes from `wasm-toolchain.sh` beside this
//! crate's sources.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{command, output, output_command, root, run_command, tools_dir};
use crate::steps::Outcome;

/// The target of browsers and of Node.
const TARGET: &str = "wasm32-unknown-unknown";

/// What the browser must do without: the disk's engines.
const LEFT_OUT: &[&str] = &["tantivy", "redb"];

/// The files of WebAssembly: name, and the features that it is compiled with.
const ENGINES: &[(&str, &str)] = &[("engine", "")];

/// Builds the package.
pub fn check(_: &[String]) -> Result<Outcome, String> {
    package()?;
    Ok(Outcome::Passed)
}

/// Where the package is made: what `npm publish` would send.
pub fn folder() -> PathBuf {
    root().join("target/web/kenpoint")
}

/// Makes the package: the files of `bindings-wasm/js` with the engines beside them.
pub fn package() -> Result<(), String> {
    let rustc = rustc()?;
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    copy_all(&root().join("bindings-wasm/js"), &folder)?;
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(name), &folder.join(name))?;
    }
    for (name, features) in ENGINES {
        without_disk(features)?;
        let module = compile(&rustc, features)?;
        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(&module)
            .out_name(name)
            .web(true)
            .and_then(|bindgen| {
                bindgen
                    .typescript(false)
                    .remove_name_section(true)
                    .remove_producers_section(true)
                    // The package says where the file is, so that no bundler has to guess.
                    .omit_default_module_path(true)
                    .generate(&folder)
            })
            .map_err(|e| format!("bindings of {name}: {e:#}"))?;
        let made = folder.join(format!("{name}_bg.wasm"));
        let wanted = folder.join(format!("{name}.wasm"));
        fs::rename(&made, &wanted).map_err(|e| format!("{}: {e}", made.display()))?;
    }
    println!("the package is in {}", folder.display());
    Ok(())
}

/// Refuses a tree of dependencies with the engines of the disk in it.
fn without_disk(features: &str) -> Result<(), String> {
    let tree = [
        &["tree", "--locked", "-e", "normal", "--prefix", "none"],
        &of_crate(features)[..],
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
            "{name} is in the engine with features `{features}`"
        ));
    }
    println!(
        "{} packages, none of {}",
        packages.len(),
        LEFT_OUT.join(", ")
    );
    Ok(())
}

fn of_crate(features: &str) -> Vec<&str> {
    vec![
        "-p",
        "kenpoint-wasm",
        "--features",
        features,
        "--target",
        TARGET,
    ]
}

/// The module that the compiler makes.
fn compile(rustc: &str, features: &str) -> Result<PathBuf, String> {
    // A folder of its own, since the compiler may be another one than the host's.
    let target = root().join("target/wasm");
    let build = [
        &["build", "--locked", "--profile", "wasm"],
        &of_crate(features)[..],
    ]
    .concat();
    let mut build = command("cargo", &build);
    build.env("RUSTC", rustc).env("CARGO_TARGET_DIR", &target);
    run_command(&mut build)?;
    Ok(target.join(TARGET).join("wasm/kenpoint_wasm.wasm"))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))
}

/// A folder with everything in it.
fn copy_all(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", from.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all(&path, &target)?;
        } else {
            copy(&path, &target)?;
        }
    }
    Ok(())
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
