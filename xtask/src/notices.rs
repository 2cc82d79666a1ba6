//! The licences of everything that is inside a binary, as one text to go along with it.
//!
//! Most of them ask that their notice be kept with copies in binary form, so the texts are those that
//! each package carries. A package without one is named with its licence and where it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::msrv::{list, shipped_with, text as text_of};
use crate::shell::output;

/// Files of a package that are its licence or belong to it.
const NAMES: &[&str] = &[
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
];

/// The notices of all packages that `package` of this workspace is built from, by name.
pub fn text(package: &str) -> Result<String, String> {
    let metadata = output(
        "cargo",
        &[
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform",
            host()?.trim(),
        ],
    )?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| e.to_string())?;
    let packages: BTreeMap<&str, &Value> = list(&metadata, "packages")
        .iter()
        .map(|package| (text_of(package, "id"), package))
        .collect();
    let id = packages
        .iter()
        .find(|(_, found)| text_of(found, "name") == package && found["source"].is_null())
        .map(|(id, _)| *id)
        .ok_or(format!("cargo metadata knows no package `{package}`"))?;
    let mut sections = BTreeMap::new();
    for id in shipped_with(id, &metadata) {
        let Some(found) = packages.get(id).filter(|found| !found["source"].is_null()) else {
            continue;
        };
        let title = format!("{} {}", text_of(found, "name"), text_of(found, "version"));
        sections.insert(title, section(found)?);
    }
    let mut text = format!(
        "libkenpoint holds code of these {} packages, each under its own licence.\n",
        sections.len()
    );
    for (title, section) in sections {
        text += &format!("\n{}\n{title}\n{section}", "=".repeat(100));
    }
    Ok(text)
}

/// Licence, origin and texts of one package.
fn section(package: &Value) -> Result<String, String> {
    let mut text = format!(
        "{}\n{}\n",
        text_of(package, "license"),
        text_of(package, "repository")
    );
    let manifest = Path::new(text_of(package, "manifest_path"));
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let files: BTreeSet<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && is_notice(path))
        .collect();
    for file in files {
        let notice = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        text += &format!("\n{}\n", String::from_utf8_lossy(&notice).trim_end());
    }
    Ok(text)
}

fn is_notice(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_uppercase();
    NAMES.iter().any(|begin| name.starts_with(begin)) && !name.ends_with(".RS")
}

/// The platform that is built for.
fn host() -> Result<String, String> {
    let text = output("rustc", &["-vV"])?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc -vV names no host".to_owned())
}
