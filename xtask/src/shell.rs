//! Starts other programs at the root of the workspace, and says what was started.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// Where tools are kept: `KENPOINT_TOOLS`, else `target/tools`.
pub fn tools_dir() -> PathBuf {
    match std::env::var_os("KENPOINT_TOOLS") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => root().join("target/tools"),
    }
}

/// Where cargo keeps intermediate artifacts: `CARGO_BUILD_BUILD_DIR`, else `target`. Finished ones are in `target` in
/// either case.
pub fn build_dir() -> PathBuf {
    match std::env::var_os("CARGO_BUILD_BUILD_DIR") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => root().join("target"),
    }
}

/// `program args`, to run at the root with this process's input closed.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs it with its output shown; an exit other than 0 is the error.
pub fn run(program: &str, args: &[&str]) -> Result<(), String> {
    run_command(&mut command(program, args))
}

/// As [`run`], for a command with more settings.
pub fn run_command(command: &mut Command) -> Result<(), String> {
    let line = shown(command);
    println!("$ {line}");
    let status = command
        .status()
        .map_err(|e| format!("`{line}` did not start: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{line}`: {status}"))
    }
}

/// Runs it and returns what it printed on standard output; its errors are shown.
pub fn output(program: &str, args: &[&str]) -> Result<String, String> {
    output_command(&mut command(program, args))
}

/// As [`output`], for a command with more settings.
pub fn output_command(command: &mut Command) -> Result<String, String> {
    let line = shown(command);
    let done = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("`{line}` did not start: {e}"))?;
    if !done.status.success() {
        return Err(format!("`{line}`: {}", done.status));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("`{line}` printed bytes that are not UTF-8"))
}

/// Runs it silently, for at most `limit`; true if it ended in time and well.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    matches!(status_within(silent, limit), Ok(Some(status)) if status.success())
}

/// Runs it for at most `limit`, and ends it then: `None`.
pub fn status_within(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            // Either call may fail only since the child has just ended by itself.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(match arg.to_string_lossy().as_ref() {
            "" => "''",
            arg => arg,
        });
    }
    line
}
