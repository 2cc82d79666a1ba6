//! The steps that are one call of cargo each: format, lints, tests, documentation, benches.

use crate::shell::{command, output, run, run_command};
use crate::steps::Outcome;

/// The packages that are built together, all features on. xtask is not among them: its dependencies turn further
/// features of crates on, and each build of a library by itself would compile tantivy and most others again.
const LIBRARIES: &[&str] = &["--workspace", "--exclude", "xtask"];
const XTASK: &[&str] = &["-p", "xtask"];

/// Formatting equals rustfmt's.
pub fn fmt(_: &[String]) -> Result<Outcome, String> {
    run("cargo", &["fmt", "--all", "--check"])?;
    Ok(Outcome::Passed)
}

/// Clippy over every target with every feature, then over the library with each feature alone: what
/// compiles only because of a neighbour is found here.
pub fn lint(_: &[String]) -> Result<Outcome, String> {
    for packages in [LIBRARIES, XTASK] {
        let all = ["--all-targets", "--all-features", "--", "-D", "warnings"];
        run("cargo", &[&["clippy"], packages, &all].concat())?;
    }
    for features in ["", "arrow", "disk", "html", "rayon", "tracing"] {
        let core = [
            "clippy",
            "-p",
            "kenpoint",
            "--lib",
            "--no-default-features",
            "--features",
        ];
        run(
            "cargo",
            &[&core[..], &[features, "--", "-D", "warnings"]].concat(),
        )?;
    }
    Ok(Outcome::Passed)
}

/// All tests but those in documentation, by nextest where it is installed.
pub fn unit(args: &[String]) -> Result<Outcome, String> {
    let how: &[&str] = match output("cargo", &["nextest", "--version"]) {
        Ok(_) => &["nextest", "run"],
        Err(_) => &["test", "--all-targets"],
    };
    let run = |packages: &[&str]| {
        let mut test = command("cargo", how);
        test.args(packages);
        run_command(test.args(["--all-features", "--no-fail-fast"]).args(args))
    };
    let of_libraries = run(LIBRARIES);
    // An argument names tests of the libraries: `cargo test -p xtask` has the others.
    if args.is_empty() {
        run(XTASK)?;
    }
    of_libraries?;
    Ok(Outcome::Passed)
}

/// The examples in the documentation, which nextest does not run.
pub fn doctest(args: &[String]) -> Result<Outcome, String> {
    let mut test = command("cargo", &["test", "--doc", "--all-features"]);
    run_command(test.args(LIBRARIES).args(args))?;
    Ok(Outcome::Passed)
}

/// The documentation builds without a warning.
pub fn doc(_: &[String]) -> Result<Outcome, String> {
    let mut doc = command(
        "cargo",
        &["doc", "-p", "kenpoint", "--no-deps", "--all-features"],
    );
    run_command(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Passed)
}

/// `bench quality`, `bench hosts`, `bench snapshot`, `bench boundary` or `bench python`, with any further arguments handed on.
pub fn bench(args: &[String]) -> Result<Outcome, String> {
    let mut bench = match args {
        [what, rest @ ..] if what == "python" => return crate::python::bench(rest),
        [what, rest @ ..] if what == "web" => return crate::web::bench(rest),
        // The cost of the border of the C library is measured in its own crate: it takes unsafe code to call it.
        [what, rest @ ..] if what == "boundary" => {
            let mut bench = command(
                "cargo",
                &["bench", "-p", "kenpoint-ffi", "--bench", "boundary", "--"],
            );
            bench.args(rest);
            bench
        }
        [what, ..] if matches!(what.as_str(), "quality" | "hosts" | "snapshot") => {
            let mut bench = command("cargo", &["run", "--release", "-p", "kenpoint-benches"]);
            // The others measure the same without it, and build in a fraction of the time.
            if what == "hosts" {
                bench.args(["--features", "disk"]);
            }
            bench.arg("--");
            bench.args(args);
            bench
        }
        other => {
            return Err(format!(
                "bench quality | hosts | snapshot | boundary | python | web, got {}",
                other.first().map_or("nothing", String::as_str)
            ));
        }
    };
    run_command(&mut bench)?;
    Ok(Outcome::Passed)
}
