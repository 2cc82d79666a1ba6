//! Builds C and C++ programs of the repository against the library of the dev profile, and runs them.
//!
//! The library is found under the names it has when it is installed, so that a program is linked here as it
//! is anywhere. Windows is not served: its programs find a DLL by other means.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{command, output_command, root, run, run_command};

/// Warnings that fail a build.
const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The library, built and named.
pub struct Library {
    /// Where programs are put.
    folder: PathBuf,
}

/// The way a program is compiled.
pub struct Compiler<'a> {
    /// The program that compiles: `cc`, `c++`, `clang++`.
    pub program: &'a str,
    /// The standard: `c11`, `c++17`.
    pub standard: &'a str,
    /// Further flags, for compiling and linking alike.
    pub flags: &'a [&'a str],
}

/// The arguments of cargo that build the library for tests. Every crate below it is the one that the step `unit`
/// compiled: all features of the core are on, and the example brings in the core's dev-dependencies, which turn
/// features of other crates on. Without either, the core or tantivy and most others would be compiled a second time.
/// The step `package` looks at the library as it ships.
pub const BUILD: &[&str] = &[
    "build",
    "--locked",
    "-p",
    "kenpoint-ffi",
    "-p",
    "kenpoint",
    "--lib",
    "--example",
    "point_of_action",
    "--features",
    "kenpoint/tracing,kenpoint/js",
];

/// Builds and runs a program of the workspace, in the dev profile. Its package and target, such as `--bin x`, are added
/// to [`BUILD`], so that it shares the crates that are compiled for that.
pub fn rust_program(
    package: &str,
    kind: &str,
    name: &str,
    args: &[&str],
) -> Result<String, String> {
    let mut build = command("cargo", BUILD);
    build.args(["-p", package, kind, name]);
    run_command(&mut build)?;
    let folder = if kind == "--example" {
        "debug/examples"
    } else {
        "debug"
    };
    let program = root().join("target").join(folder).join(name);
    output_command(&mut command(&program.to_string_lossy(), args))
}

/// Builds the library.
pub fn library() -> Result<Library, String> {
    run("cargo", BUILD)?;
    let target = root().join("target");
    let folder = target.join("native");
    let lib = folder.join("lib");
    fs::create_dir_all(&lib).map_err(|e| format!("{}: {e}", lib.display()))?;
    let (built, names) = if cfg!(target_os = "macos") {
        let names = ["libkenpoint.dylib", "libkenpoint.0.dylib"];
        ("libkenpoint_ffi.dylib", names)
    } else {
        ("libkenpoint_ffi.so", ["libkenpoint.so", "libkenpoint.so.0"])
    };
    for name in names {
        let name = lib.join(name);
        let _ = fs::remove_file(&name);
        fs::hard_link(target.join("debug").join(built), &name)
            .map_err(|e| format!("{}: {e}", name.display()))?;
    }
    Ok(Library { folder })
}

impl Library {
    /// Builds a program out of one source, a path in the repository; without any warning.
    pub fn build(&self, source: &str, compiler: &Compiler, name: &str) -> Result<PathBuf, String> {
        let program = self.folder.join(name);
        let lib = self.folder.join("lib");
        let mut compile = compiling(source, compiler);
        compile
            .args(["-g", "-o"])
            .arg(&program)
            .arg("-L")
            .arg(&lib)
            .arg(format!("-Wl,-rpath,{}", lib.display()))
            .args(["-lkenpoint", "-lm", "-pthread"]);
        run_command(&mut compile)?;
        Ok(program)
    }
}

/// Compiles a source without making anything of it: for its warnings.
pub fn look_at(source: &str, compiler: &Compiler) -> Result<(), String> {
    run_command(compiling(source, compiler).arg("-fsyntax-only"))
}

fn compiling(source: &str, compiler: &Compiler) -> Command {
    let mut compile = command(
        compiler.program,
        &[&format!("-std={}", compiler.standard), "-Iinclude", source],
    );
    compile.args(STRICT).args(compiler.flags);
    compile
}

/// The output of a program, with `input` as its standard input if there is such a file. One that ends with
/// another status than 0, or by a signal, is an error, whatever it printed.
pub fn printed(program: &Path, input: &Path) -> Result<String, String> {
    let mut started = command(&program.to_string_lossy(), &[]);
    if let Ok(file) = File::open(input) {
        started.stdin(file);
    }
    output_command(&mut started)
}

/// Runs a program under a tool, with its output shown.
pub fn run_under(tool: &[&str], program: &Path) -> Result<(), String> {
    let program = program.to_string_lossy();
    let mut words = tool.to_vec();
    words.push(&program);
    let (first, rest) = words.split_first().ok_or("nothing to run")?;
    run(first, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_program_that_a_signal_ends_has_failed() {
        let mut killed = command("sh", &["-c", "echo as expected; kill -KILL $$"]);
        assert!(output_command(&mut killed).is_err());
        let mut well = command("sh", &["-c", "echo as expected"]);
        assert_eq!(output_command(&mut well).unwrap(), "as expected\n");
    }
}
