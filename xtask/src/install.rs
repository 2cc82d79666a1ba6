//! Builds the C library and puts it where C programs look: header, shared library, archive, pkg-config
//! and CMake files, documentation and licences.
//!
//! On Linux this is tested by the step `package`. The names of macOS and Windows are those that the
//! same code would give there; nothing of it was run on either.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell::{command, output_command, root};
use crate::steps::Outcome;
use crate::{archive, documents, header};

/// Where to install, and what.
pub struct Options {
    /// The folder the library is used from, such as `/usr/local`.
    pub prefix: PathBuf,
    /// A folder that stands for `/` while a package is made; the files go below it.
    pub destdir: Option<PathBuf>,
    /// The cargo profile: `release` or `dev`.
    pub profile: String,
}

/// The files that were installed.
pub struct Installed {
    /// The prefix, below the destdir if there is one.
    pub root: PathBuf,
    /// The shared library under its real name.
    pub shared: PathBuf,
    /// The archive that keeps only our symbols, where the platform has ELF files; else rustc's.
    pub archive: PathBuf,
    /// The archive as rustc makes it, in the target folder.
    pub raw_archive: PathBuf,
    /// The system libraries that linking the archive needs, as arguments of the linker.
    pub system_libs: String,
}

/// The files that cargo built.
pub struct Built {
    /// The shared library.
    pub shared: PathBuf,
    /// The import library of a DLL.
    pub import: Option<PathBuf>,
    /// The static library.
    pub archive: PathBuf,
    /// The libraries that rustc says static linking needs.
    pub system_libs: String,
}

/// The names that a system gives the parts of a library.
struct Names {
    /// The real file, relative to the prefix.
    shared: String,
    /// Names beside it that point to it.
    links: Vec<String>,
    /// The name that programs which link it ask for.
    soname: String,
    /// The static library's file in `lib`.
    archive: &'static str,
    /// The import library, relative to the prefix; empty where there is none.
    import: &'static str,
}

/// `install --prefix P [--destdir D] [--profile release|dev]`.
pub fn run(args: &[String]) -> Result<Outcome, String> {
    let (mut prefix, mut destdir, mut profile) = (None, None, "release".to_owned());
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let value = args.next().ok_or(format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--prefix" => prefix = Some(PathBuf::from(value)),
            "--destdir" => destdir = Some(PathBuf::from(value)),
            "--profile" => profile.clone_from(value),
            _ => {
                return Err(format!(
                    "--prefix P [--destdir D] [--profile release|dev], got `{flag}`"
                ));
            }
        }
    }
    let prefix = prefix.ok_or("--prefix P is needed: the folder to install into")?;
    let installed = into(&Options {
        prefix,
        destdir,
        profile,
    })?;
    println!("installed into {}", installed.root.display());
    Ok(Outcome::Passed)
}

/// Builds and installs. Files of the same names are replaced; nothing else is touched.
pub fn into(options: &Options) -> Result<Installed, String> {
    if !options.prefix.is_absolute() {
        return Err(format!(
            "--prefix {}: give an absolute path",
            options.prefix.display()
        ));
    }
    let built = build(&options.profile, &[])?;
    let version = env!("CARGO_PKG_VERSION");
    let header = read(&root().join(header::HEADER))?;
    let abi = abi(&header)?;
    let names = names(std::env::consts::OS, version, &abi);
    let to = match &options.destdir {
        Some(destdir) => std::path::absolute(destdir)
            .map_err(|e| format!("--destdir {}: {e}", destdir.display()))?
            .join(relative(&options.prefix)),
        None => options.prefix.clone(),
    };

    for name in ["kenpoint.h", "kenpoint.hpp"] {
        let from = root().join("include").join(name);
        if from.is_file() {
            copy(&from, &to.join("include").join(name))?;
        }
    }
    let shared = to.join(&names.shared);
    copy(&built.shared, &shared)?;
    if cfg!(target_os = "linux") {
        split_debug(&shared)?;
    }
    for link in &names.links {
        symlink(&shared, &to.join("lib").join(link))?;
    }
    if let Some(import) = &built.import {
        copy(import, &to.join(names.import))?;
    }
    let archive = to.join("lib").join(names.archive);
    if cfg!(target_os = "linux") {
        archive::clean(&built.archive, &header::functions(&header), &archive)?;
    } else {
        println!("the archive is rustc's own: only that of ELF systems is reduced to our symbols");
        copy(&built.archive, &archive)?;
    }
    let values = [
        ("@VERSION@", version.to_owned()),
        ("@SHARED@", names.shared.clone()),
        ("@SONAME@", names.soname.clone()),
        ("@ARCHIVE@", names.archive.to_owned()),
        ("@IMPORT_LIBRARY@", names.import.to_owned()),
        ("@SYSTEM_LIBS@", built.system_libs.clone()),
        (
            "@SYSTEM_LIBS_LIST@",
            built.system_libs.split(' ').collect::<Vec<_>>().join(";"),
        ),
        ("@POINTER_BYTES@", size_of::<usize>().to_string()),
    ];
    for (template, place) in [
        ("kenpoint.pc", "lib/pkgconfig"),
        ("kenpoint-static.pc", "lib/pkgconfig"),
        ("KenpointConfig.cmake", "lib/cmake/Kenpoint"),
        ("KenpointConfigVersion.cmake", "lib/cmake/Kenpoint"),
    ] {
        let text = read(&root().join(format!("ffi/pkg/{template}.in")))?;
        let text = fill(&text, &values).map_err(|e| format!("ffi/pkg/{template}.in: {e}"))?;
        write(&to.join(place).join(template), &text)?;
    }
    let suppressions = root().join("ffi/tests/valgrind.supp");
    copy(&suppressions, &to.join("share/kenpoint/valgrind.supp"))?;
    documents::install(&to.join("share/doc/kenpoint"))?;
    Ok(Installed {
        root: to,
        shared,
        archive,
        raw_archive: built.archive,
        system_libs: built.system_libs,
    })
}

/// Builds the C library with further `features`. Cargo says which files it made and rustc what linking
/// them needs.
pub fn build(profile: &str, features: &[&str]) -> Result<Built, String> {
    let mut cargo = command(
        "cargo",
        &[
            "rustc",
            "--locked",
            "-p",
            "kenpoint-ffi",
            "--lib",
            "--message-format=json",
            "--profile",
            profile,
            "--features",
            &features.join(","),
            "--",
            "--print",
            "native-static-libs",
        ],
    );
    println!("building kenpoint-ffi, profile {profile}");
    let messages = output_command(&mut cargo)?;
    let mut files: Vec<PathBuf> = Vec::new();
    let mut system_libs = None;
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).map_err(|e| format!("cargo: {e}"))?;
        let target = message.pointer("/target/name").and_then(Value::as_str);
        if target != Some("kenpoint_ffi") {
            continue;
        }
        if let Some(list) = message.get("filenames").and_then(Value::as_array) {
            files.extend(list.iter().filter_map(Value::as_str).map(PathBuf::from));
        }
        if let Some(text) = message.pointer("/message/message").and_then(Value::as_str) {
            match text.strip_prefix("native-static-libs: ") {
                Some(libs) => system_libs = Some(once_each(libs)),
                None => println!("{text}"),
            }
        }
    }
    let import = take(&mut files, &[".dll.lib", ".dll.a"]);
    Ok(Built {
        shared: take(&mut files, &[".so", ".dylib", ".dll"])
            .ok_or("cargo made no shared library")?,
        import,
        archive: take(&mut files, &[".a", ".lib"]).ok_or("cargo made no static library")?,
        system_libs: system_libs.ok_or("rustc did not say which system libraries are needed")?,
    })
}

/// The names on a system.
fn names(os: &str, version: &str, abi: &str) -> Names {
    match os {
        "macos" => Names {
            shared: format!("lib/libkenpoint.{version}.dylib"),
            links: vec![
                format!("libkenpoint.{abi}.dylib"),
                "libkenpoint.dylib".to_owned(),
            ],
            soname: format!("@rpath/libkenpoint.{abi}.dylib"),
            archive: "libkenpoint.a",
            import: "",
        },
        // The import library asks for the DLL by the name it was built under, so that stays.
        "windows" => Names {
            shared: "bin/kenpoint_ffi.dll".to_owned(),
            links: Vec::new(),
            soname: String::new(),
            archive: if cfg!(target_env = "gnu") {
                "libkenpoint.a"
            } else {
                "kenpoint.lib"
            },
            import: if cfg!(target_env = "gnu") {
                "lib/libkenpoint.dll.a"
            } else {
                "lib/kenpoint.dll.lib"
            },
        },
        _ => Names {
            shared: format!("lib/libkenpoint.so.{version}"),
            links: vec![format!("libkenpoint.so.{abi}"), "libkenpoint.so".to_owned()],
            soname: format!("libkenpoint.so.{abi}"),
            archive: "libkenpoint.a",
            import: "",
        },
    }
}

/// The number of the binary interface that a header states.
pub fn abi(header: &str) -> Result<String, String> {
    let line = header
        .lines()
        .find_map(|line| line.strip_prefix("#define KEN_ABI_VERSION "));
    line.map(|number| number.trim().to_owned())
        .ok_or_else(|| format!("{}: no KEN_ABI_VERSION", header::HEADER))
}

/// Takes the debugging information out of a shared library into a file where debuggers look for it: `.debug` beside it.
/// The library is eight times smaller then, and a crash report still gets its lines.
fn split_debug(shared: &Path) -> Result<PathBuf, String> {
    let name = shared
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = shared.with_file_name(".debug");
    let debug = folder.join(format!("{name}.debug"));
    make_way(&debug)?;
    let objcopy = |args: &[&str], files: &[&Path]| {
        output_command(command("objcopy", args).args(files)).map(|_| ())
    };
    objcopy(&["--only-keep-debug"], &[shared, &debug])?;
    objcopy(&["--strip-unneeded"], &[shared])?;
    objcopy(
        &[&format!("--add-gnu-debuglink={}", debug.display())],
        &[shared],
    )?;
    Ok(debug)
}

/// A template with its values in place; one that has no value is an error.
fn fill(template: &str, values: &[(&str, String)]) -> Result<String, String> {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(name, value);
    }
    let left = text
        .split('@')
        .find(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    match left {
        Some(name) => Err(format!("nothing fills @{name}@")),
        None => Ok(text),
    }
}

/// Linker arguments without those that came before; order is kept.
fn once_each(arguments: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for argument in arguments.split_whitespace() {
        if !seen.contains(&argument) {
            seen.push(argument);
        }
    }
    seen.join(" ")
}

/// A path without its root, to be joined to another one.
fn relative(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .collect()
}

/// Takes the first file whose name ends so out of the list.
fn take(files: &mut Vec<PathBuf>, ends: &[&str]) -> Option<PathBuf> {
    let at = files.iter().position(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        ends.iter().any(|end| name.ends_with(end))
    })?;
    Some(files.swap_remove(at))
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a text file and the folders above it.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    make_way(path)?;
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Copies a file into a place that may be in use: a running program keeps the old one.
pub fn copy(from: &Path, to: &Path) -> Result<(), String> {
    make_way(to)?;
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))
}

/// The folders above a file, and no file of that name.
fn make_way(path: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(()),
    }
}

/// A name beside a file that points to it, by its name alone.
fn symlink(file: &Path, link: &Path) -> Result<(), String> {
    make_way(link)?;
    let target = file.file_name().unwrap_or_default();
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target, link);
    #[cfg(not(unix))]
    let made: std::io::Result<()> = Err(std::io::Error::other(format!(
        "{} is not linked here",
        target.display()
    )));
    made.map_err(|e| format!("{}: {e}", link.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_names() {
        let linux = names("linux", "0.1.0", "0");
        assert_eq!(linux.shared, "lib/libkenpoint.so.0.1.0");
        assert_eq!(linux.links, ["libkenpoint.so.0", "libkenpoint.so"]);
        let mac = names("macos", "0.1.0", "0");
        assert_eq!(mac.soname, "@rpath/libkenpoint.0.dylib");
        assert_eq!(
            names("windows", "0.1.0", "0").shared,
            "bin/kenpoint_ffi.dll"
        );
    }

    #[test]
    fn a_placeholder_without_a_value_is_an_error() {
        let values = [("@VERSION@", "1".to_owned())];
        assert_eq!(fill("v @VERSION@", &values), Ok("v 1".to_owned()));
        assert!(fill("@VERSION@ @OTHER@", &values).is_err());
    }

    #[test]
    fn a_destdir_stands_for_the_root() {
        assert_eq!(relative(Path::new("/usr/local")), Path::new("usr/local"));
    }

    #[test]
    fn a_library_is_named_once() {
        assert_eq!(once_each("-lc -lm -lc"), "-lc -lm");
    }
}
