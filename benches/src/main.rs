//! The benchmarks of kenpoint. `quality [set...]` prints one line per bar; `quality list` names the sets; `name=value`
//! changes a number of the ranking policy, for sweeps. Data is read from `KNOWLEDGE_DATA`, by default
//! `~/.cache/knowledge-data`; a set that is absent is skipped with a message. `hosts [n=1000]` prints the cost of many
//! small bases in one process, `snapshot` the size and speed of a snapshot beside its base. `web DIR` writes the files
//! that the browser's tests and benchmarks compare with.
#![allow(
    clippy::disallowed_methods,
    reason = "clippy.toml is the library's: a bench reads its environment and the clock"
)]

mod abuse;
mod articles;
mod bars;
mod cases;
mod changes;
mod data;
mod dates;
mod demand;
#[cfg(feature = "disk")]
mod hosts;
mod plain;
mod questions;
mod snapshot;
mod stats;
mod typed;
mod users;
mod web;

use std::process::ExitCode;

use bars::Bars;

/// A named measurement.
type Set = (&'static str, fn(&mut Bars) -> Result<(), String>);

const SETS: &[Set] = &[
    ("scifact", articles::scifact),
    ("cacm", articles::cacm),
    ("msoffice", articles::msoffice),
    ("typed", typed::typed),
    ("hint3", articles::hint3),
    ("banking77", cases::banking77),
    ("users", users::users),
    ("dates", dates::dates),
    ("demand", demand::demand),
    ("changes", changes::changes),
    ("abuse", abuse::abuse),
];

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("quality") => quality(args),
        #[cfg(feature = "disk")]
        Some("hosts") => told(hosts::hosts(&args.collect::<Vec<String>>())),
        Some("snapshot") => told(snapshot::snapshot()),
        Some("web") => told(web::web(&args.collect::<Vec<String>>())),
        _ => {
            eprintln!(
                "usage: kenpoint-benches quality [set...] [policy_number=value...] | hosts [n=1000] | snapshot | web DIR"
            );
            ExitCode::from(2)
        }
    }
}

fn told(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn quality(args: impl Iterator<Item = String>) -> ExitCode {
    let (numbers, asked): (Vec<String>, Vec<String>) = args.partition(|arg| arg.contains('='));
    if let Err(why) = data::set_policy(&numbers) {
        eprintln!("{why}");
        return ExitCode::from(2);
    }
    let names: Vec<&str> = SETS.iter().map(|(name, _)| *name).collect();
    if asked.iter().any(|name| name == "list") {
        println!("{}", names.join("\n"));
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = asked.iter().find(|name| !names.contains(&name.as_str())) {
        eprintln!("`{unknown}` is not a set; there are: {}", names.join(", "));
        return ExitCode::from(2);
    }
    let mut bars = Bars::begin();
    for (name, measure) in SETS {
        if !asked.is_empty() && !asked.iter().any(|a| a == name) {
            continue;
        }
        let began = std::time::Instant::now();
        if let Err(why) = measure(&mut bars) {
            bars.skipped(name, &why);
        }
        bars.took(name, began.elapsed().as_secs_f64());
    }
    if bars.end() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
