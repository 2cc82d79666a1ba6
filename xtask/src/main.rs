//! The chores of the repository, each a step that a developer and CI run alike.
//!
//! A step passes, fails, or says in one line why it was skipped. The first failure stops the run with
//! the step's name. Only the step `tools` installs anything into the system, by apt: [`debian`] lists it.
#![allow(
    clippy::disallowed_methods,
    reason = "clippy.toml is the library's: a chore reads its environment and the clock"
)]

mod api;
mod archive;
mod c;
mod cpp;
mod debian;
mod deny;
mod documents;
mod examples;
mod header;
mod install;
mod misuse;
mod msrv;
mod native;
mod notices;
mod package;
mod python;
mod refused;
mod roles;
mod rust;
mod shell;
mod steps;
mod symbols;
mod wasm;
mod web;

use std::process::ExitCode;

use steps::{AfterFailure, Outcome, Step};

/// The steps of `cargo xtask test`, the quickest to answer first.
const TEST: &[Step] = &[
    Step {
        name: "tools",
        about: "install what the other steps need, if missing",
        run: tools,
    },
    Step {
        name: "fmt",
        about: "formatting equals rustfmt's",
        run: rust::fmt,
    },
    Step {
        name: "msrv",
        about: "rust-version, against toolchain and dependencies",
        run: msrv::check,
    },
    Step {
        name: "deny",
        about: "licences, bans, sources; advisories where reachable",
        run: deny::check,
    },
    Step {
        name: "lint",
        about: "clippy without warnings, every target and feature",
        run: rust::lint,
    },
    Step {
        name: "unit",
        about: "unit and integration tests",
        run: rust::unit,
    },
    Step {
        name: "doctest",
        about: "the examples in the documentation",
        run: rust::doctest,
    },
    Step {
        name: "doc",
        about: "cargo doc without warnings",
        run: rust::doc,
    },
    Step {
        name: "api",
        about: "the public API against core/public-api.txt [--bless]",
        run: api::check,
    },
    Step {
        name: "header",
        about: "include/kenpoint.h: what ffi/src makes, all documented [--bless]",
        run: header::check,
    },
    Step {
        name: "c",
        about: "the C library: misuse, behaviour, valgrind, sanitizers [tests]",
        run: c::check,
    },
    Step {
        name: "examples",
        about: "examples against their .expected [--bless] [rust | native]",
        run: examples::check,
    },
    Step {
        name: "cpp",
        about: "include/kenpoint.hpp: complete, compiled by gcc and clang, its tests",
        run: cpp::check,
    },
    Step {
        name: "package",
        about: "the installed C library in programs outside [--bless] [--profile P]",
        run: package::run,
    },
    Step {
        name: "python",
        about: "the wheel: tests, types, notebooks, sdist [--bless]",
        run: python::check,
    },
    Step {
        name: "wasm",
        about: "the npm package: engines without tantivy and redb, stemmers",
        run: wasm::check,
    },
    Step {
        name: "web",
        about: "the npm package in Node and Chromium [tests...]",
        run: web::check,
    },
];

/// The steps that are called by name only.
const ALONE: &[Step] = &[
    Step {
        name: "bench",
        about: "the benches: quality | hosts | snapshot | boundary | python | web [arguments]",
        run: rust::bench,
    },
    Step {
        name: "install",
        about: "the C library: --prefix P [--destdir D] [--profile P]",
        run: install::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = args
        .split_first()
        .map_or(("help", [].as_slice()), |(n, r)| (n.as_str(), r));
    if name == "rustdoc-for-json" {
        return api::as_rustdoc(rest);
    }
    if name == "test" {
        return match rest {
            [] => steps::run(TEST, &[], AfterFailure::Stop),
            [flag] if flag == "--keep-going" => steps::run(TEST, &[], AfterFailure::GoOn),
            _ => usage("the only argument of `test` is --keep-going"),
        };
    }
    match TEST.iter().chain(ALONE).find(|step| step.name == name) {
        Some(step) => steps::run(std::slice::from_ref(step), rest, AfterFailure::Stop),
        None if matches!(name, "help" | "--help" | "-h") => usage(""),
        None => usage(&format!("no step is called `{name}`")),
    }
}

/// Installs every tool now. Later steps only use them.
fn tools(_: &[String]) -> Result<Outcome, String> {
    debian::install()?;
    match shell::output("cargo", &["nextest", "--version"]) {
        Ok(text) => println!("{}", text.lines().next().unwrap_or_default()),
        Err(_) => println!("cargo-nextest: not here; `cargo test` does as well"),
    }
    println!("cargo-deny: {}", deny::tool()?.display());
    println!("wasm32 rustc: {}", wasm::rustc()?);
    println!("another rustc: {}", archive::other_rustc()?);
    Ok(Outcome::Passed)
}

/// Prints the list of steps; with a complaint it is a failure.
fn usage(complaint: &str) -> ExitCode {
    println!(
        "cargo xtask <step>\n\n  {:<9} every step below up to `bench`, in this order [--keep-going]",
        "test"
    );
    for step in TEST.iter().chain(ALONE) {
        println!("  {:<9} {}", step.name, step.about);
    }
    println!(
        "\nWASM_TOOLCHAIN=auto|rustup|debian says where `wasm` takes its compiler from; \
         KENPOINT_TOOLS=DIR where tools are kept (default target/tools)."
    );
    if complaint.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\nxtask: {complaint}");
    ExitCode::from(2)
}
