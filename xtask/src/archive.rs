//! The static library that keeps only our symbols.
//!
//! The archive of rustc holds Rust's standard library with thousands of global symbols. Two such
//! archives of different compilers do not link into one program: both define `rust_eh_personality`, and
//! more. So everything that our functions need is linked into one object, whose other symbols become
//! local, and that object is the archive. GNU binutils, Linux.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::header::Function;
use crate::install::{Installed, write};
use crate::shell::{command, output, output_command, run_command, tools_dir};

/// Makes `to` of rustc's archive `from`: it defines `functions` and nothing else that is global.
pub fn clean(from: &Path, functions: &[Function], to: &Path) -> Result<(), String> {
    let work = from.with_extension("clean");
    fs::create_dir_all(&work).map_err(|e| format!("{}: {e}", work.display()))?;
    let object = work.join("kenpoint.o");
    let names = work.join("names");
    let list: String = functions.iter().map(|f| f.name.clone() + "\n").collect();
    write(&names, &list)?;

    let mut link = command("ld", &["-r", "--gc-sections"]);
    // A group that two archives have in common is kept once, and the other archive's local symbols
    // would be left without their code; ordinary sections stay each with its own.
    link.arg("--force-group-allocation");
    for function in functions {
        link.args(["-u", &function.name]);
    }
    run_quietly(link.arg(from).arg("-o").arg(&object))?;
    // Debugging information is for the shared library, whose file of it lies apart.
    let mut reduce = command("objcopy", &["--strip-debug"]);
    reduce.arg(format!("--keep-global-symbols={}", names.display()));
    run_quietly(reduce.arg(&object))?;

    fs::create_dir_all(to.parent().unwrap_or(Path::new("/")))
        .and_then(|()| match fs::remove_file(to) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        })
        .map_err(|e| format!("{}: {e}", to.display()))?;
    let mut pack = command("ar", &plugin());
    run_quietly(pack.arg("rcsD").arg(to).arg(&object))?;

    let wanted: BTreeSet<String> = functions.iter().map(|f| f.name.clone()).collect();
    let found = globals(to)?;
    if found != wanted {
        let odd: Vec<_> = found.symmetric_difference(&wanted).take(8).collect();
        return Err(format!(
            "{}: its global symbols are not the functions of the header: {odd:?}",
            to.display()
        ));
    }
    Ok(())
}

/// The global symbols an archive defines.
pub fn globals(archive: &Path) -> Result<BTreeSet<String>, String> {
    let mut nm = command("nm", &plugin());
    nm.args(["--defined-only", "--extern-only", "--format=posix"]);
    let text = output_command(nm.arg(archive))?;
    Ok(text
        .lines()
        .filter(|line| line.contains(' '))
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect())
}

/// GCC's plugin for `ar` and `nm`: one of LLVM's may be installed for all programs of binutils, and one
/// older than rustc's LLVM crashes on rustc's objects.
fn plugin() -> Vec<&'static str> {
    use std::sync::OnceLock;
    static PATH: OnceLock<Option<String>> = OnceLock::new();
    let path = PATH.get_or_init(|| {
        let said = output("gcc", &["--print-file-name=liblto_plugin.so"]).ok()?;
        let path = said.trim();
        Path::new(path).is_absolute().then(|| path.to_owned())
    });
    path.as_deref()
        .map_or(Vec::new(), |path| vec!["--plugin", path])
}

/// The second library: a function that uses the standard library and one that catches its own panic.
const OTHER: &str = r#"
#[no_mangle]
pub extern "C" fn other_sum(n: u32) -> u64 {
    (0..n).map(|i| format!("{}", i).len() as u64).sum()
}

#[no_mangle]
pub extern "C" fn other_catches() -> i32 {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("caught")).is_err() as i32
}
"#;

/// A program that calls both.
const BOTH: &str = r#"
#include <kenpoint.h>
#include <stdio.h>

uint64_t other_sum(uint32_t n);
int32_t other_catches(void);
#ifdef PANICS
void ken_test_panic_at(int64_t calls);
#endif

int main(void) {
    ken_base *base = NULL;
    ken_error *err = NULL;
    uint32_t version = 0;
    if (ken_base_open_memory(NULL, &base, NULL) != KEN_OK ||
        ken_base_put(base, KEN_STR("{\"id\":\"a\",\"kind\":\"product\",\"title\":\"A\"}"), &version, NULL, NULL) != KEN_OK) {
        return 1;
    }
    printf("ours %u, other %llu, other caught %d\n", version, (unsigned long long)other_sum(100), other_catches());
#ifdef PANICS
    ken_test_panic_at(0);
    printf("ours caught %d\n", ken_base_publish(base, KEN_STR("a"), KEN_STR("public"), NULL, &err) == KEN_ERR_PANICKED);
#endif
    ken_error_destroy(&err);
    ken_base_destroy(&base);
    return 0;
}
"#;

/// Shows that a static library of another rustc links beside ours, that both work and catch their
/// panics, and that it would not link beside the archive as rustc makes it.
///
/// `installed` is what ships, `testing` an archive with the function that makes a call panic, built and
/// cleaned alike.
pub fn links_beside_another(
    installed: &Installed,
    testing: &Path,
    work: &Path,
) -> Result<(), String> {
    let rustc = other_rustc()?;
    let version = output(&rustc, &["--version"])?;
    write(&work.join("other.rs"), OTHER)?;
    write(&work.join("both.c"), BOTH)?;
    let other = work.join("libother.a");
    let mut compile = command(
        &rustc,
        &["--edition", "2021", "-O", "--crate-type", "staticlib"],
    );
    run_command(compile.arg(work.join("other.rs")).arg("-o").arg(&other))?;

    let program = |name: &str, archive: &Path, flags: &[&str]| {
        let file = work.join(name);
        let mut gcc = command("gcc", &["-O1"]);
        gcc.args(flags)
            .arg(work.join("both.c"))
            .arg("-I")
            .arg(installed.root.join("include"))
            .args([archive, &other])
            .args(installed.system_libs.split(' '))
            .arg("-o")
            .arg(&file);
        (gcc, file)
    };
    let (mut gcc, _) = program("raw", &installed.raw_archive, &[]);
    let clash = gcc
        .env("LC_ALL", "C")
        .output()
        .map_err(|e| format!("gcc: {e}"))?;
    let said = String::from_utf8_lossy(&clash.stderr);
    if clash.status.success() || !said.contains("multiple definition of") {
        return Err(format!(
            "rustc's own archive links beside that of {}, so this test shows nothing: {said}",
            version.trim()
        ));
    }
    for (name, archive, flags, wanted) in [
        (
            "clean",
            installed.archive.as_path(),
            &[][..],
            "ours 1, other 190, other caught 1\n",
        ),
        (
            "panics",
            testing,
            &["-DPANICS"][..],
            "ours 1, other 190, other caught 1\nours caught 1\n",
        ),
    ] {
        let (mut gcc, file) = program(name, archive, flags);
        run_command(&mut gcc)?;
        let said = output(&file.to_string_lossy(), &[])?;
        if said != wanted {
            return Err(format!(
                "{name}, linked beside {}: it said {said:?} and not {wanted:?}",
                version.trim()
            ));
        }
    }
    println!(
        "links beside a library of {}; rustc's own archive does not",
        version.trim()
    );
    Ok(())
}

/// The path of a rustc of another version than ours.
pub fn other_rustc() -> Result<String, String> {
    let mut script = command("bash", &["xtask/other-rustc.sh"]);
    if std::env::var_os("OTHER_RUSTC_DIR").is_none() {
        script.env("OTHER_RUSTC_DIR", tools_dir().join("other-rustc"));
    }
    Ok(output_command(&mut script)?.trim().to_owned())
}

/// Runs a tool of binutils; what it prints is shown only if it fails.
fn run_quietly(command: &mut std::process::Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command
        .output()
        .map_err(|e| format!("`{name}` did not start: {e}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let last: Vec<&str> = said.lines().rev().take(12).collect();
    Err(format!("`{name}`: {}\n{}", done.status, last.join("\n")))
}
