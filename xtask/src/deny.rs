//! `deny.toml` by cargo-deny: licences, bans and sources always; advisories where their database can
//! be fetched.

use std::path::PathBuf;
use std::time::Duration;

use crate::shell::{command, output, root, run, run_command, succeeds_within, tools_dir};
use crate::steps::Outcome;

/// The version `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// The time after which the advisories count as out of reach.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// Licences, bans and sources must hold. Advisories too, if there is a database.
pub fn check(_: &[String]) -> Result<Outcome, String> {
    let deny = tool()?;
    let deny = deny.to_string_lossy();
    run(
        &deny,
        &[
            "--all-features",
            "--locked",
            "check",
            "licenses",
            "bans",
            "sources",
        ],
    )?;
    if !succeeds_within(
        &mut command(&deny, &["--all-features", "fetch", "db"]),
        FETCH_LIMIT,
    ) {
        println!("skipped: no advisory database (licences, bans and sources were checked)");
        return Ok(Outcome::Passed);
    }
    run(
        &deny,
        &[
            "--all-features",
            "--locked",
            "check",
            "--disable-fetch",
            "advisories",
        ],
    )?;
    Ok(Outcome::Passed)
}

/// cargo-deny of [`VERSION`]: the one on the path, the one kept from before, or a new build of it.
pub fn tool() -> Result<PathBuf, String> {
    let dir = tools_dir();
    let kept = dir.join("bin/cargo-deny");
    let fits = |program: &str| {
        output(program, &["--version"])
            .is_ok_and(|text| text.trim() == format!("cargo-deny {VERSION}"))
    };
    if fits("cargo-deny") {
        return Ok(PathBuf::from("cargo-deny"));
    }
    if kept.is_file() && fits(&kept.to_string_lossy()) {
        return Ok(kept);
    }
    let version = format!("cargo-deny@{VERSION}");
    // Without its own HTTP and git: the database is then fetched by the git program. Without optimisation: it runs for a
    // second and would take minutes to compile.
    let install = [
        "install",
        "--quiet",
        "--debug",
        "--locked",
        "--no-default-features",
        "--force",
        &version,
    ];
    let made = root().join("target/cargo-deny");
    let mut install = command("cargo", &install);
    install
        .arg("--root")
        .arg(&dir)
        .env("CARGO_TARGET_DIR", &made)
        .env("CARGO_BUILD_BUILD_DIR", &made)
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    run_command(&mut install)?;
    std::fs::remove_dir_all(&made).map_err(|e| format!("{}: {e}", made.display()))?;
    Ok(kept)
}
