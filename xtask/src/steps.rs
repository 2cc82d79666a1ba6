//! Runs steps in order, times each, and ends with a table. The first failure ends the run.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How a step ended, if it did not fail.
pub enum Outcome {
    /// Everything it checks was checked.
    Passed,
    /// Nothing was checked, or something was left out; the reason.
    Skipped(String),
}

/// One chore: its name on the command line, what it shows, and the work.
pub struct Step {
    /// The word after `cargo xtask`.
    pub name: &'static str,
    /// One line for the list of steps.
    pub about: &'static str,
    /// Gets the arguments after the name; an `Err` says what failed.
    pub run: fn(&[String]) -> Result<Outcome, String>,
}

/// Runs `steps` with the same arguments and prints a table. Fails with the first failing step.
pub fn run(steps: &[Step], args: &[String]) -> ExitCode {
    let mut rows = Vec::new();
    let mut failure = None;
    for step in steps {
        println!("\n=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let result = (step.run)(args);
        let wall = start.elapsed();
        let (word, note) = match &result {
            Ok(Outcome::Passed) => ("passed", ""),
            Ok(Outcome::Skipped(why)) => ("skipped", why.as_str()),
            Err(why) => ("FAILED", why.as_str()),
        };
        println!("--- {}: {word} in {}", step.name, seconds(wall));
        rows.push((step.name, word, wall, note.to_owned()));
        if result.is_err() {
            failure = Some((step.name, note.to_owned()));
            break;
        }
    }
    println!("\n{:<10} {:<8} {:>8}", "step", "result", "wall");
    for (name, word, wall, note) in &rows {
        println!("{:<10} {:<8} {:>8}  {note}", name, word, seconds(*wall));
    }
    for step in steps.iter().skip(rows.len()) {
        println!("{:<10} {:<8}", step.name, "not run");
    }
    let count = |wanted: &str| rows.iter().filter(|(_, word, ..)| *word == wanted).count();
    println!(
        "\nsteps: {} passed, {} failed, {} skipped",
        count("passed"),
        count("FAILED"),
        count("skipped")
    );
    match failure {
        None => ExitCode::SUCCESS,
        Some((name, why)) => {
            eprintln!("xtask: step `{name}` failed: {why}");
            ExitCode::FAILURE
        }
    }
}

/// `12.3 s`.
fn seconds(wall: Duration) -> String {
    format!("{:.1} s", wall.as_secs_f64())
}
