//! Compiles the core for wasm32-unknown-unknown, without tantivy and redb, and shows that they are
//! not in it; makes the npm package of it. The compiler comes from `wasm-toolchain.sh` beside this
//! crate's sources.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::shell::{command, output, output_command, root, run_command, tools_dir};
use crate::steps::Outcome;

/// The target of browsers and of Node.
const TARGET: &str = "wasm32-unknown-unknown";

/// The disk's engines, which the browser must do without.
const LEFT_OUT: &[&str] = &["tantivy", "redb"];

/// The engines: the script around one, its file of WebAssembly, and the features that it is compiled with.
const ENGINES: &[(&str, &str, &str)] = &[
    ("engine", "engine.wasm", ""),
    ("live-engine", "live.wasm", "live"),
];

/// Where the core names the languages that have a stemmer.
const STEMMED: &str = "core/src/text/stem.rs";

/// Builds the package.
pub fn check(_: &[String]) -> Result<Outcome, String> {
    package()?;
    Ok(Outcome::Passed)
}

/// Where the package is made: what `npm publish` would send.
pub fn folder() -> PathBuf {
    root().join("target/web/kenpoint")
}

/// Makes the package: the files of `bindings-wasm/js` with the engines beside them. It is made beside its place and
/// takes it when it is whole: a build that fails leaves the package of before. Once in a run of steps: sources do not
/// change during one, and both engines have one name, so that each is compiled anew whenever this is asked.
pub fn package() -> Result<(), String> {
    static MADE: OnceLock<Result<(), String>> = OnceLock::new();
    MADE.get_or_init(made).clone()
}

fn made() -> Result<(), String> {
    let folder = folder();
    let unfinished = folder.with_extension("new");
    remove(&unfinished)?;
    make(&unfinished)?;
    remove(&folder)?;
    fs::rename(&unfinished, &folder).map_err(|e| format!("{}: {e}", unfinished.display()))?;
    println!("the package is in {}", folder.display());
    Ok(())
}

fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(format!("{}: {e}", folder.display())),
        _ => Ok(()),
    }
}

fn make(folder: &Path) -> Result<(), String> {
    let rustc = rustc()?;
    copy_all(&root().join("bindings-wasm/js"), folder)?;
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(name), &folder.join(name))?;
    }
    for (name, file, features) in ENGINES {
        without_disk(features)?;
        run_command(&mut cargo(&rustc, "kenpoint-wasm", features))?;
        let failed = |e| format!("bindings of {name}: {e:#}");
        let mut bindings = Bindgen::new()
            .input_path(module("kenpoint_wasm"))
            // The module's imports are called after this, and `load.js` knows them by that.
            .out_name("engine")
            // A script of functions alone: the package loads the module itself, and where it runs there is `encodeInto`.
            .bundler(true)
            .map_err(failed)?
            .encode_into(EncodeInto::Always)
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate_output()
            .map_err(failed)?;
        let script = bindings.start().ok_or("wasm-bindgen made no script")?;
        write(&folder.join(format!("{name}.js")), script.as_bytes())?;
        write(&folder.join(file), &bindings.wasm_mut().emit_wasm())?;
    }
    lean(folder)?;
    stemmers(&rustc, &folder.join("stem"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

/// A file for each language that is stemmed, but for English, which is in the engine.
fn stemmers(rustc: &str, folder: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let source = fs::read_to_string(root().join(STEMMED)).map_err(|e| format!("{STEMMED}: {e}"))?;
    let list = source
        .split_once("pub const STEMMED")
        .and_then(|(_, rest)| rest.split_once("];"))
        .map(|(list, _)| list)
        .ok_or_else(|| format!("{STEMMED} has no list STEMMED"))?;
    for language in list
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|tag| *tag != "en")
    {
        let mut build = cargo(rustc, "kenpoint-stem", "");
        build.env("KENPOINT_STEMMER", language);
        run_command(&mut build)?;
        let wasm = fs::read(module("kenpoint_stem")).map_err(failed)?;
        let file = folder.join(format!("{language}.wasm"));
        fs::write(&file, without_names(&wasm)?).map_err(failed)?;
    }
    Ok(())
}

/// A module without its custom sections: names, producers, features.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>, String> {
    let (head, mut rest) = wasm.split_at_checked(8).ok_or("a module is cut short")?;
    let mut out = head.to_vec();
    while let Some((&id, body)) = rest.split_first() {
        let (len, n_len) = leb128(body).ok_or("a section without a length")?;
        let n = 1 + n_len + len;
        let section = rest.get(..n).ok_or("a section is cut short")?;
        if id != 0 {
            out.extend_from_slice(section);
        }
        rest = rest.get(n..).unwrap_or_default();
    }
    Ok(out)
}

/// A number, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, place + 1));
        }
    }
    None
}

/// Takes from all scripts in a folder what only their readers need: a page pays for each byte.
fn lean(folder: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            lean(&path)?;
        } else if path.extension().is_some_and(|ending| ending == "js") {
            let script = fs::read_to_string(&path).map_err(failed)?;
            let script = without_notes(&script).map_err(|e| format!("{}: {e}", path.display()))?;
            write(&path, script.as_bytes())?;
        }
    }
    Ok(())
}

/// A script without its indentation, its empty lines and the comments that are lines of their own; nothing is
/// touched inside of a text of several lines. A script that it cannot tell apart is refused.
fn without_notes(script: &str) -> Result<String, String> {
    let (mut is_comment, mut is_text) = (false, false);
    let mut kept = String::with_capacity(script.len());
    for line in script.lines() {
        let bare = line.trim_start();
        if !is_text {
            is_comment |= bare.starts_with("/*");
            if is_comment {
                is_comment = match bare.split_once("*/") {
                    Some((_, rest)) if rest.trim().is_empty() => false,
                    Some(_) => return Err(format!("code stands behind a comment: {bare}")),
                    None => true,
                };
                continue;
            }
            if bare.is_empty() || bare.starts_with("//") {
                continue;
            }
        }
        kept.push_str(if is_text { line } else { bare });
        kept.push('\n');
        // A text of several lines stands between backticks.
        is_text ^= line.matches('`').count() % 2 == 1;
    }
    if is_comment || is_text {
        return Err("a comment or a text in it never ends".to_owned());
    }
    Ok(kept)
}

/// Refuses a tree of dependencies with the engines of the disk in it.
fn without_disk(features: &str) -> Result<(), String> {
    let tree = [
        &["tree", "--locked", "-e", "normal", "--prefix", "none"],
        &of_crate("kenpoint-wasm", features)[..],
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

fn of_crate<'a>(name: &'a str, features: &'a str) -> Vec<&'a str> {
    vec!["-p", name, "--features", features, "--target", TARGET]
}

/// The folder of finished modules: one of its own, since the compiler may be another one than the host's.
fn target() -> PathBuf {
    root().join("target/wasm")
}

/// The folder of Debian's compiler.
fn toolchain() -> PathBuf {
    match std::env::var_os("WASM_TOOLCHAIN_DIR") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => tools_dir().join("wasm-toolchain"),
    }
}

fn cargo(rustc: &str, name: &str, features: &str) -> std::process::Command {
    let args = [
        &["build", "--quiet", "--locked", "--profile", "wasm"],
        &of_crate(name, features)[..],
    ];
    let mut build = command("cargo", &args.concat());
    // The script that makes the toolchain removes this folder when it makes another one.
    let mut intermediate = toolchain().into_os_string();
    intermediate.push(".build");
    build
        .env("RUSTC", rustc)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_BUILD_BUILD_DIR", intermediate);
    build
}

/// Where the compiler puts the module of a crate.
fn module(name: &str) -> PathBuf {
    target().join(TARGET).join(format!("wasm/{name}.wasm"))
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
    script.env("WASM_TOOLCHAIN_DIR", toolchain());
    let text = output_command(&mut script)?;
    let rustc = text.trim();
    if rustc.is_empty() || rustc.lines().count() != 1 {
        return Err(format!(
            "wasm-toolchain.sh named no compiler, but `{rustc}`"
        ));
    }
    Ok(rustc.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_taken_out_and_texts_are_left() {
        let script = "/** A manual\n * of `it. */\n  let a = `\n  // kept\n\n    /* kept\n`; // kept\n\n  // gone `\n\ta();\n";
        let lean = "let a = `\n  // kept\n\n    /* kept\n`; // kept\na();\n";
        assert_eq!(without_notes(script).unwrap(), lean);
        for unclear in ["/* a */ b();", "/* a", "let a = `"] {
            assert!(without_notes(unclear).is_err(), "{unclear}");
        }
    }
}
