//! Shows that what is installed can be used: symbols, the archive beside another Rust library, and
//! programs outside the repository that find the library by pkg-config and by CMake.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::install::{self, Options, copy};
use crate::shell::{command, output_command, root, run_command};
use crate::steps::Outcome;
use crate::{archive, documents, header, symbols};

/// The output of the programs of `examples/languages`.
const SAID_IN_LANGUAGES: &str =
    "fuse: Which fuse fits a dark lamp\nlamp: The lamp stays dark\nrefused with 107\n";

/// The output of the consumer's programs.
const SAID: &str = "lamp: The lamp stays dark\n";

/// `package [--bless] [--profile release|dev]`; what ships is `release`, the default.
pub fn run(args: &[String]) -> Result<Outcome, String> {
    let (mut bless, mut profile) = (false, "release");
    let mut args = args.iter().map(String::as_str);
    while let Some(flag) = args.next() {
        match flag {
            "--bless" => bless = true,
            "--profile" => profile = args.next().ok_or("--profile needs a value")?,
            other => {
                return Err(format!("[--bless] [--profile release|dev], got `{other}`"));
            }
        }
    }
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped(
            "the checks are written for Linux with GNU binutils".to_owned(),
        ));
    }
    check(profile, bless)?;
    Ok(Outcome::Passed)
}

/// Installs into a folder for temporary files and checks everything there.
pub fn check(profile: &str, bless: bool) -> Result<(), String> {
    let work = Work::new()?;
    // Cargo keeps one archive under this name, and the one that ships must be the last.
    let testing = panicking(profile, &work.0)?;
    let installed = install::into(&Options {
        prefix: PathBuf::from("/opt/kenpoint"),
        destdir: Some(work.0.join("stage")),
        profile: profile.to_owned(),
    })?;
    symbols::check(&installed.shared, bless)?;
    stripped(&installed)?;
    let n = documents::check(&installed.root.join("share/doc/kenpoint"))?;
    println!("{n} links of the installed documents");
    by_its_examples(&installed.root, &work.0)?;
    archive::links_beside_another(&installed, &testing, &work.0)?;
    by_pkg_config(&installed.root, &work.0)?;
    by_cmake(&installed.root, &work.0)?;
    by_languages(&installed.root, &work.0)?;

    // Files that name each other relatively are right wherever the folder goes.
    let moved = work.0.join("moved to");
    fs::rename(&installed.root, &moved).map_err(|e| format!("{}: {e}", moved.display()))?;
    by_cmake(&moved, &work.0)?;
    let plain = work.0.join("moved");
    fs::rename(&moved, &plain).map_err(|e| format!("{}: {e}", plain.display()))?;
    by_pkg_config(&plain, &work.0)?;
    static_only(&plain, &work.0)
}

/// The archive of the library that panics when asked, reduced as the one that ships.
fn panicking(profile: &str, work: &Path) -> Result<PathBuf, String> {
    let testing = install::build(profile, &["testing"])?;
    let mut functions = header::functions(&install::read(&root().join(header::HEADER))?);
    for name in ["ken_test_panic_at", "ken_test_panic_off"] {
        functions.push(header::Function {
            name: name.to_owned(),
            parameters: Vec::new(),
            returns: "void".to_owned(),
            comment: String::new(),
        });
    }
    let cleaned = work.join("libtesting.a");
    archive::clean(&testing.archive, &functions, &cleaned)?;
    Ok(cleaned)
}

/// A C and a C++ program by pkg-config, shared and static.
fn by_pkg_config(root: &Path, work: &Path) -> Result<(), String> {
    for (package, is_shared) in [("kenpoint", true), ("kenpoint-static", false)] {
        let flags = pkg_config(root, &["--cflags", "--libs", package])?;
        for (compiler, standard, source) in [
            ("gcc", "-std=c11", "consumer.c"),
            ("g++", "-std=c++17", "consumer.cpp"),
        ] {
            let program = work.join(format!("by-{package}-{compiler}"));
            compile(compiler, standard, source, &flags, &program)?;
            says(&program, root, is_shared)?;
        }
    }
    println!(
        "pkg-config: C and C++, shared and static, in {}",
        root.display()
    );
    Ok(())
}

/// A prefix without the shared library, as one that ships archives only: `pkg-config --static`.
fn static_only(root: &Path, work: &Path) -> Result<(), String> {
    let lib = root.join("lib");
    let entries = fs::read_dir(&lib).map_err(|e| format!("{}: {e}", lib.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().contains(".so") {
            fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    let flags = pkg_config(root, &["--static", "--cflags", "--libs", "kenpoint"])?;
    let program = work.join("by-static");
    compile("gcc", "-std=c11", "consumer.c", &flags, &program)?;
    says(&program, root, false)?;
    println!("pkg-config --static: C, where there is no shared library");
    Ok(())
}

/// The consumer's CMake project: all four programs.
fn by_cmake(root: &Path, work: &Path) -> Result<(), String> {
    let source = work.join("consumer");
    for name in ["CMakeLists.txt", "consumer.c", "consumer.cpp"] {
        copy(&consumer(name), &source.join(name))?;
    }
    let build = work.join("consumer-build");
    let _ = fs::remove_dir_all(&build);
    let mut configure = command("cmake", &["--log-level=WARNING", "-S"]);
    configure.arg(&source).arg("-B").arg(&build);
    run_command(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", root.display())))?;
    let mut make = command("cmake", &["--build"]);
    run_command(make.arg(&build).args(["--", "-s"]))?;
    for language in ["c", "cpp"] {
        for (kind, is_shared) in [("kenpoint", true), ("kenpoint_static", false)] {
            says(&build.join(format!("{language}_{kind}")), root, is_shared)?;
        }
    }
    println!(
        "find_package: C and C++, shared and static, in {}",
        root.display()
    );
    Ok(())
}

/// The programs of `examples/languages`, in PHP and Go.
fn by_languages(root: &Path, work: &Path) -> Result<(), String> {
    let examples = crate::shell::root().join("examples/languages");
    let said = |program: &mut Command| {
        let said = output_command(program)?;
        if said != SAID_IN_LANGUAGES {
            return Err(format!(
                "{}: it said {said:?}",
                program.get_program().display()
            ));
        }
        Ok(())
    };
    said(
        command("php", &[])
            .arg(examples.join("php/lamp.php"))
            .arg(root),
    )?;
    let source = work.join("lamp.go");
    copy(&examples.join("go/lamp.go"), &source)?;
    let mut go = command("go", &["run"]);
    go.arg(&source)
        .env("PKG_CONFIG_PATH", root.join("lib/pkgconfig"))
        .env("LD_LIBRARY_PATH", root.join("lib"))
        .env("GOCACHE", work.join("go-cache"))
        .env("GO111MODULE", "off");
    said(&mut go)?;
    println!("PHP and Go");
    for (page, language, file) in [
        ("docs/languages/php.md", "php", "php/lamp.php"),
        ("docs/languages/go.md", "go", "go/lamp.go"),
    ] {
        if documents::program(page, language)? != install::read(&examples.join(file))? {
            return Err(format!("{page} does not show examples/languages/{file}"));
        }
    }
    by_java(root, work, said)
}

/// The program of the page for Java, where a JDK that has its interface is found.
fn by_java(
    root: &Path,
    work: &Path,
    said: impl Fn(&mut Command) -> Result<(), String>,
) -> Result<(), String> {
    let source = work.join("Lamp.java");
    install::write(
        &source,
        &documents::program("docs/languages/java.md", "java")?,
    )?;
    let Some(java) = newest_java() else {
        println!("skipped: Java, since /usr/lib/jvm has no JDK from {FIRST_JAVA} on");
        return Ok(());
    };
    let mut run = command(
        &java.to_string_lossy(),
        &["--enable-native-access=ALL-UNNAMED"],
    );
    said(run.arg(&source).arg(root.join("lib/libkenpoint.so.0")))?;
    println!("Java by {}", java.display());
    Ok(())
}

/// The first JDK with the final Foreign Function and Memory API (JEP 454).
const FIRST_JAVA: u32 = 22;

/// The `java` of the newest JDK from [`FIRST_JAVA`] on, if there is one.
fn newest_java() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib/jvm").ok()?;
    let of = |folder: PathBuf| {
        let release = fs::read_to_string(folder.join("release")).ok()?;
        let version = release
            .lines()
            .find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
        let major: u32 = version.split(['.', '"', '-', '+']).next()?.parse().ok()?;
        let java = folder.join("bin/java");
        (major >= FIRST_JAVA && java.is_file()).then_some((major, java))
    };
    let found = folders.filter_map(|folder| of(folder.ok()?.path()));
    found.max().map(|(_, java)| java)
}

/// The shared library has no debugging information, and its file beside it has.
fn stripped(installed: &install::Installed) -> Result<(), String> {
    let sections = |file: &Path| {
        let mut readelf = command("readelf", &["-SW"]);
        output_command(readelf.arg(file))
    };
    let name = installed
        .shared
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let debug = installed
        .shared
        .with_file_name(format!(".debug/{name}.debug"));
    let shared = sections(&installed.shared)?;
    if shared.contains(".debug_line") || !shared.contains(".gnu_debuglink") {
        return Err(format!(
            "{}: it is not stripped, or does not name its file",
            installed.shared.display()
        ));
    }
    let needed = newest_glibc(&installed.shared)?;
    let page = install::read(&crate::shell::root().join("docs/building.md"))?;
    if !page.contains(&format!("| glibc, shared library | {needed} or later")) {
        return Err(format!(
            "the shared library needs glibc {needed}, and docs/building.md does not say so"
        ));
    }
    if !sections(&debug)?.contains(".debug_line") {
        return Err(format!(
            "{}: no debugging information is in it",
            debug.display()
        ));
    }
    let bytes = |file: &Path| fs::metadata(file).map_or(0, |file| file.len());
    println!(
        "the shared library has {} bytes, its debugging information {}",
        bytes(&installed.shared),
        bytes(&debug)
    );
    Ok(())
}

/// The newest version of glibc among the symbols that a library imports.
fn newest_glibc(shared: &Path) -> Result<String, String> {
    let mut objdump = command("objdump", &["-T"]);
    let symbols = output_command(objdump.arg(shared))?;
    let number = |version: &str| -> Option<Vec<u32>> {
        version.split('.').map(|part| part.parse().ok()).collect()
    };
    symbols
        .split("GLIBC_")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit() && c != '.').next())
        .filter_map(|version| Some((number(version)?, version)))
        .max()
        .map(|(_, version)| version.to_owned())
        .ok_or_else(|| format!("{}: it imports nothing of glibc", shared.display()))
}

/// An installed example, built as its reader would.
fn by_its_examples(root: &Path, work: &Path) -> Result<(), String> {
    let flags = pkg_config(root, &["--cflags", "--libs", "kenpoint"])?;
    for (compiler, standard, source) in [
        ("gcc", "-std=c11", "c/threads.c"),
        ("g++", "-std=c++17", "cpp/ticket.cpp"),
    ] {
        let program = work.join(format!("example-{compiler}"));
        let mut cc = command(compiler, &[standard, "-pthread"]);
        cc.arg(root.join("share/doc/kenpoint/examples").join(source))
            .args(&flags)
            .args(["-lm", "-o"])
            .arg(program);
        run_command(&mut cc)?;
    }
    if !root.join("share/kenpoint/valgrind.supp").is_file() {
        return Err("valgrind.supp is not installed".to_owned());
    }
    Ok(())
}

/// The arguments that pkg-config gives for the package in this prefix.
fn pkg_config(root: &Path, args: &[&str]) -> Result<Vec<String>, String> {
    let mut pkg_config = command("pkg-config", args);
    pkg_config.env("PKG_CONFIG_PATH", root.join("lib/pkgconfig"));
    let text = output_command(&mut pkg_config)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// Compiles a program of the consumer's with every warning an error.
fn compile(
    compiler: &str,
    standard: &str,
    source: &str,
    flags: &[String],
    to: &Path,
) -> Result<(), String> {
    let outside = to.with_file_name(source);
    copy(&consumer(source), &outside)?;
    let mut cc = command(
        compiler,
        &[standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror"],
    );
    cc.arg(&outside).args(flags).arg("-o").arg(to);
    run_command(&mut cc)
}

/// The program says what it must, with the shared library only if it was linked.
fn says(program: &Path, root: &Path, is_shared: bool) -> Result<(), String> {
    let mut run = command(&program.to_string_lossy(), &[]);
    run.env("LD_LIBRARY_PATH", root.join("lib"));
    let said = output_command(&mut run)?;
    if said != SAID {
        return Err(format!("{}: it said {said:?}", program.display()));
    }
    let mut needs = command("readelf", &["-dW"]);
    let needs = output_command(needs.arg(program))?;
    if needs.contains("[libkenpoint.so.") != is_shared {
        return Err(format!(
            "{}: it {} the shared library",
            program.display(),
            if is_shared { "does not use" } else { "uses" }
        ));
    }
    Ok(())
}

fn consumer(name: &str) -> PathBuf {
    root().join("ffi/pkg/consumer").join(name)
}

/// A folder outside the repository that is gone afterwards.
struct Work(PathBuf);

impl Work {
    fn new() -> Result<Work, String> {
        let path = std::env::temp_dir().join(format!("kenpoint-package-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Work(path))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Files that cannot be removed stay in the system's folder for temporary ones.
        let _ = fs::remove_dir_all(&self.0);
    }
}
