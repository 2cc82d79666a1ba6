//! Runs steps in order, times each, and ends with a table.

use std::process::ExitCode;
use std::time::Instant;

use crate::debian;

/// The end of a step that did not fail.
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

/// The fate of the remaining steps when one fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// They are not run.
    Stop,
    /// They run, so that one run shows all failures.
    GoOn,
}

/// Runs `steps` with the same arguments and prints a table. Fails if a step fails, with each one's reason.
pub fn run(steps: &[Step], args: &[String], after_failure: AfterFailure) -> ExitCode {
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    for step in steps {
        println!("\n=== {}: {}", step.name, step.about);
        let (start, cpu_before) = (Instant::now(), cpu_seconds());
        let result = debian::ready(step.name).and_then(|()| (step.run)(args));
        let wall = start.elapsed();
        let cpu = cpu_seconds() - cpu_before;
        let (word, note) = match &result {
            Ok(Outcome::Passed) => ("passed", ""),
            Ok(Outcome::Skipped(why)) => ("skipped", why.as_str()),
            Err(why) => ("FAILED", why.as_str()),
        };
        println!(
            "--- {}: {word} in {:.1} s, {cpu:.1} s of CPU",
            step.name,
            wall.as_secs_f64()
        );
        rows.push(Row {
            name: step.name,
            word,
            wall: wall.as_secs_f64(),
            cpu,
            note: note.to_owned(),
        });
        if result.is_err() {
            failures.push((step.name, note.to_owned()));
            if after_failure == AfterFailure::Stop {
                break;
            }
        }
    }
    table(steps, &rows);
    let count = |wanted: &str| rows.iter().filter(|row| row.word == wanted).count();
    println!(
        "\nsteps: {} passed, {} failed, {} skipped",
        count("passed"),
        count("FAILED"),
        count("skipped")
    );
    for (name, why) in &failures {
        eprintln!("xtask: step `{name}` failed: {why}");
    }
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The end of one step and the time it took, for the table.
struct Row {
    name: &'static str,
    word: &'static str,
    /// Seconds.
    wall: f64,
    /// Seconds of all cores.
    cpu: f64,
    note: String,
}

/// Prints one line a step, and the sums where several ran.
fn table(steps: &[Step], rows: &[Row]) {
    println!(
        "\n{:<10} {:<8} {:>10} {:>10}",
        "step", "result", "wall", "CPU"
    );
    for row in rows {
        let Row {
            name,
            word,
            wall,
            cpu,
            note,
        } = row;
        println!("{name:<10} {word:<8} {wall:>8.1} s {cpu:>8.1} s  {note}");
    }
    for step in steps.iter().skip(rows.len()) {
        println!("{:<10} {:<8}", step.name, "not run");
    }
    if rows.len() > 1 {
        let wall: f64 = rows.iter().map(|row| row.wall).sum();
        let cpu: f64 = rows.iter().map(|row| row.cpu).sum();
        println!("{:<10} {:<8} {wall:>8.1} s {cpu:>8.1} s", "all", "");
    }
}

/// CPU time of this process and of every child it has waited for, in seconds; zero where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    ticks(&stat) / TICKS_PER_SECOND
}

/// Linux reports times to user space in this unit on every architecture.
const TICKS_PER_SECOND: f64 = 100.0;

/// The sum of `utime`, `stime`, `cutime` and `cstime`, fields 14 to 17 of proc(5). Field 2 is a program name in
/// parentheses and may contain spaces.
fn ticks(stat: &str) -> f64 {
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = behind_name.split_whitespace().skip(11).take(4);
    times.filter_map(|time| time.parse::<f64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn times_of_children_are_added() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 2 3 4 10 20 300 4000 20 0 1 0";
        assert!((ticks(stat) - 4330.0).abs() < 1e-9);
        assert!(ticks("").abs() < 1e-9);
    }
}
