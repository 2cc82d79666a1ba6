//! The C library's own tests: `ffi/tests/*.c` against the shared library, plainly, under valgrind, and with
//! the address and undefined-behaviour sanitizers on the C side. `misuse.c` and `constants.c` include code
//! that is made from the header here, so that no function and no constant can be forgotten. `refused/*.c` are
//! mistakes that must not compile.
//!
//! Not run: ThreadSanitizer, since Rust's needs a nightly compiler; valgrind's helgrind and drd, since they
//! know the locks of pthreads and Rust's are futexes: each value behind a lock is a race to them.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::header::HEADER;
use crate::misuse;
use crate::native;
use crate::refused;
use crate::shell::{build_dir, command, output, root, run_command, status_within};
use crate::steps::Outcome;

/// The flags under which each C file must compile before it is run.
const FLAGS: &[&str] = &[
    "-std=c11",
    "-D_GNU_SOURCE",
    "-O1",
    "-g",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-pedantic",
    "-Iinclude",
    "-Itarget/c",
    "-pthread",
];

/// Any byte lost and any error is a failure. Memory that is reachable at the end is not lost: the C library and
/// Rust's keep some for as long as the process lives.
const VALGRIND: &[&str] = &[
    "valgrind",
    "--quiet",
    "--error-exitcode=99",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect,possible",
    "--errors-for-leak-kinds=definite,indirect,possible",
    "--suppressions=ffi/tests/valgrind.supp",
    "--gen-suppressions=all",
    "--num-callers=30",
    "--fair-sched=yes",
];

/// The time after which a run counts as hung: ten times that of the longest, under valgrind on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);

/// One program to run, and the way it is run.
struct Job {
    /// The file without its ending.
    test: String,
    /// The way it is run, in messages.
    way: &'static str,
    /// The program, its compiler's flags, and the library's folder.
    binary: PathBuf,
    library: PathBuf,
    /// The command that stands before the program.
    wrapper: &'static [&'static str],
}

/// Builds, compiles and runs all, or the tests that are named.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let header = fs::read_to_string(root().join(HEADER)).map_err(|e| format!("{HEADER}: {e}"))?;
    let out = root().join("target/c");
    write(&out.join("misuse_cases.h"), &misuse::cases(&header)?)?;
    write(&out.join("constants_cases.h"), &misuse::constants(&header))?;
    let testing = library("testing", &["--features", "kenpoint-ffi/testing"])?;
    let plain = library("plain", &[])?;
    if symbols(&plain)?.contains("ken_test_") || !symbols(&testing)?.contains("ken_test_panic_at") {
        return Err(
            "the library that panics when asked, and the one that does not, are mixed up"
                .to_owned(),
        );
    }

    refused::check()?;
    let mut jobs = Vec::new();
    for test in tests(args)? {
        let plainly = compile("gcc", &[], &test, "gcc", &plain)?;
        let add = |jobs: &mut Vec<Job>, way, binary: &Path, library: &Path, wrapper| {
            jobs.push(Job {
                test: test.clone(),
                way,
                binary: binary.to_path_buf(),
                library: library.to_path_buf(),
                wrapper,
            });
        };
        let panicking = if test == "misuse" { &testing } else { &plain };
        add(&mut jobs, "valgrind", &plainly, panicking, VALGRIND);
        add(&mut jobs, "gcc", &plainly, &plain, &[]);
        if test == "misuse" {
            add(&mut jobs, "panics", &plainly, &testing, &[]);
        }
        let sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        let sanitized = compile("gcc", &sanitizers, &test, "sanitized", &plain)?;
        add(&mut jobs, "sanitizers", &sanitized, &plain, &[]);
        let other = compile("clang", &[], &test, "clang", &plain)?;
        add(&mut jobs, "clang", &other, &plain, &[]);
    }
    // Valgrind's first: they take longest.
    jobs.sort_by_key(|job| job.wrapper.is_empty());
    run_all(jobs)?;
    Ok(Outcome::Passed)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(file, text).map_err(failed)
}

/// Builds the shared library, and keeps it under its soname in a folder of its own.
fn library(name: &str, features: &[&str]) -> Result<PathBuf, String> {
    // Both builds write the same file, and cargo takes the one it finds for the one it made; so it finds none.
    let made = build_dir().join("debug/deps/libkenpoint_ffi.so");
    if made.exists() {
        fs::remove_file(&made).map_err(|e| format!("{}: {e}", made.display()))?;
    }
    let mut build = command("cargo", native::BUILD);
    run_command(
        build
            .args(features)
            .env("CARGO_TARGET_DIR", root().join("target")),
    )?;
    let folder = root().join("target/c").join(name);
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    let kept = folder.join("libkenpoint.so.0");
    if kept.exists() {
        fs::remove_file(&kept).map_err(failed)?;
    }
    fs::copy(root().join("target/debug/libkenpoint_ffi.so"), kept).map_err(failed)?;
    Ok(folder)
}

fn symbols(library: &Path) -> Result<String, String> {
    let file = library.join("libkenpoint.so.0");
    output("nm", &["-D", "--defined-only", &file.to_string_lossy()])
}

/// The tests: all of `ffi/tests`, or those named.
fn tests(named: &[String]) -> Result<Vec<String>, String> {
    let folder = root().join("ffi/tests");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut all: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".c").map(str::to_owned))
        .collect();
    all.sort();
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        return Err(format!(
            "there is no ffi/tests/{unknown}.c; there are {}",
            all.join(", ")
        ));
    }
    if !named.is_empty() {
        all.retain(|name| named.contains(name));
    }
    Ok(all)
}

fn compile(
    compiler: &str,
    flags: &[&str],
    test: &str,
    way: &str,
    library: &Path,
) -> Result<PathBuf, String> {
    let binary = root().join(format!("target/c/{way}/{test}"));
    if let Some(folder) = binary.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let mut cc = command(compiler, FLAGS);
    cc.args(flags)
        .arg("-o")
        .arg(&binary)
        .arg(format!("ffi/tests/{test}.c"));
    cc.arg(library.join("libkenpoint.so.0"))
        .args(["-lm", "-ldl"]);
    if test == "conformance" {
        cc.arg("-lcjson");
    }
    run_command(&mut cc)?;
    Ok(binary)
}

/// Runs the jobs, two at a time; fails with all that failed.
fn run_all(jobs: Vec<Job>) -> Result<(), String> {
    let n = jobs.len();
    let (waiting, failed) = (Mutex::new(VecDeque::from(jobs)), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut jobs| jobs.pop_front());
                    let Some(job) = next else { return };
                    if let (Err(why), Ok(mut failed)) = (one(&job), failed.lock()) {
                        println!("{why}");
                        failed.push(format!("{} ({})", job.test, job.way));
                    }
                }
            });
        }
    });
    match failed.into_inner() {
        Ok(failed) if failed.is_empty() => {
            println!("{n} runs, no failure, no error of memory, no byte lost");
            Ok(())
        }
        Ok(failed) => Err(format!(
            "{} of {n} runs failed: {}",
            failed.len(),
            failed.join(", ")
        )),
        Err(_) => Err("a run of a test panicked".to_owned()),
    }
}

/// One run; what it printed is kept in a file, and shown if it failed.
fn one(job: &Job) -> Result<(), String> {
    let Job { test, way, .. } = job;
    let folder = root().join(format!("target/c/run/{test}-{way}"));
    let failed = |e: std::io::Error| format!("{test} ({way}): {}: {e}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    let log = folder.join("log");
    let file = fs::File::create(&log).map_err(failed)?;
    let mut run = match job.wrapper {
        [program, args @ ..] => {
            let mut run = command(program, args);
            run.arg(&job.binary);
            run
        }
        [] => command(&job.binary.to_string_lossy(), &[]),
    };
    run.env("LD_LIBRARY_PATH", &job.library)
        .env("KEN_TEST_FOLDER", &folder)
        .env("KEN_TEST_SCENARIOS", root().join("core/tests/conformance"))
        .stdout(file.try_clone().map_err(failed)?)
        .stderr(file);
    if job.library.ends_with("testing") {
        run.env("KEN_TEST_PANICS", "1");
    }
    let start = Instant::now();
    let status = status_within(&mut run, LIMIT).map_err(failed)?;
    let seconds = start.elapsed().as_secs_f64();
    if status.is_some_and(|status| status.success()) {
        println!("{test:<14} {way:<10} {seconds:>6.1} s");
        return Ok(());
    }
    let text = fs::read(&log).map_err(failed)?;
    let text = String::from_utf8_lossy(&text);
    // The messages of panics that were asked for are thousands of lines.
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("panicked at") && !line.starts_with("asked for by a test"))
        .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE"))
        .collect();
    let first = lines
        .iter()
        .take(60)
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    Err(format!(
        "{test} ({way}): {} after {seconds:.1} s, see {}\n{first}",
        status.map_or("ended, since it hung".to_owned(), |status| status
            .to_string()),
        log.display()
    ))
}
