//! Checks all about the oldest supported compiler that can be checked without having it.
//!
//! Only the pinned toolchain is installed, so nothing is compiled with the version stated. Shown are:
//! the pinned compiler is not older than it, and no dependency that ships with the core says it needs
//! a newer one. The standard library's part is clippy's `incompatible_msrv`, in the step `lint`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::shell::output;
use crate::steps::Outcome;

/// Checks `rust-version` against the toolchain and every package the core is built from.
pub fn check(_: &[String]) -> Result<Outcome, String> {
    let metadata = [
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ];
    let metadata: Value =
        serde_json::from_str(&output("cargo", &metadata)?).map_err(|e| e.to_string())?;
    let packages: BTreeMap<&str, &Value> = list(&metadata, "packages")
        .iter()
        .map(|p| (text(p, "id"), p))
        .collect();
    let (core, package) = packages
        .iter()
        .find(|(_, p)| text(p, "name") == "kenpoint" && p["source"].is_null())
        .ok_or("cargo metadata knows no package `kenpoint`")?;
    let stated = text(package, "rust_version");
    let limit = version(stated).ok_or(format!("core/Cargo.toml: rust-version is `{stated}`"))?;

    let compiler = output("rustc", &["--version"])?;
    let here = compiler.split(' ').nth(1).unwrap_or_default();
    if version(here).is_none_or(|here| here < limit) {
        return Err(format!(
            "the toolchain is {here}, older than rust-version {stated}"
        ));
    }

    let shipped = shipped_with(core, &metadata);
    let mut silent = 0;
    let mut newest = ((0, 0), "");
    let mut newer = Vec::new();
    for id in &shipped {
        let Some(package) = packages.get(id) else {
            continue;
        };
        match version(text(package, "rust_version")) {
            None => silent += 1,
            Some(needs) if needs > limit => newer.push(format!(
                "{} {} needs {}.{}",
                text(package, "name"),
                text(package, "version"),
                needs.0,
                needs.1
            )),
            Some(needs) => newest = newest.max((needs, text(package, "name"))),
        }
    }
    if !newer.is_empty() {
        return Err(format!(
            "rust-version is {stated}, yet {}",
            newer.join(", ")
        ));
    }
    println!(
        "rust-version {stated} <= toolchain {here}; of {} packages in the core, none says more ({} says {}.{}; {silent} say nothing).",
        shipped.len(),
        newest.1,
        newest.0.0,
        newest.0.1,
    );
    println!("Not shown: that {stated} compiles it. Only {here} is installed here.");
    Ok(Outcome::Passed)
}

/// The ids of `core` and of all it is built from on any platform, without what only tests need.
pub fn shipped_with<'a>(core: &'a str, metadata: &'a Value) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"], "nodes")
        .iter()
        .map(|n| (text(n, "id"), n))
        .collect();
    let mut seen = BTreeSet::from([core]);
    let mut open = vec![core];
    while let Some(node) = open.pop().and_then(|id| nodes.get(id)) {
        for dep in list(node, "deps") {
            let ships = list(dep, "dep_kinds")
                .iter()
                .any(|kind| kind["kind"] != "dev");
            if ships && seen.insert(text(dep, "pkg")) {
                open.push(text(dep, "pkg"));
            }
        }
    }
    seen
}

/// The array under `key`, empty if there is none.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The text under `key`, empty if there is none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// `1.90` or `1.90.0` as `(1, 90)`; patch numbers add no language.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("1.90"), Some((1, 90)));
        assert!(version("1.9") < version("1.90.0"));
        assert_eq!(version(""), None);
        assert_eq!(version("1"), None);
    }
}
