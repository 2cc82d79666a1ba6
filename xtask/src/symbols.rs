//! Checks that the shared library exports the functions of the header, which are those of
//! `ffi/abi/kenpoint.symbols`, under its soname, and that each of them is guarded.
//!
//! There is no dump of the types to compare with yet: before the first release every one of them may
//! change, and the header's own drift check shows when one does.

use std::collections::BTreeSet;
use std::path::Path;

use crate::header;
use crate::install::{abi, read, write};
use crate::shell::{output, root};

/// The committed list, one function a line.
const LIST: &str = "ffi/abi/kenpoint.symbols";

/// Compares three lists, or with `bless` writes the committed one.
pub fn check(shared: &Path, bless: bool) -> Result<(), String> {
    let header = read(&root().join(header::HEADER))?;
    let declared: BTreeSet<String> = header::functions(&header)
        .into_iter()
        .map(|function| function.name)
        .collect();
    let exported = exported(shared)?;
    let odd: Vec<_> = declared.symmetric_difference(&exported).collect();
    if !odd.is_empty() {
        return Err(format!(
            "either exported or in the header, and not both: {odd:?}"
        ));
    }
    let file = root().join(LIST);
    if bless {
        let text: String = declared.iter().map(|name| format!("{name}\n")).collect();
        write(&file, &text)?;
        println!("wrote {LIST}");
    }
    let listed: BTreeSet<String> = read(&file)?.lines().map(str::to_owned).collect();
    for name in listed.difference(&declared) {
        println!("- {name}");
    }
    for name in declared.difference(&listed) {
        println!("+ {name}");
    }
    if listed != declared {
        return Err(format!(
            "the functions are not those of {LIST}; if so meant, `cargo xtask package --bless`; one that is \
             removed or changed also raises KEN_ABI_VERSION"
        ));
    }
    soname(shared, &abi(&header)?)?;
    println!("{} functions exported, declared and listed", declared.len());
    Ok(())
}

/// The functions that a program which links the library can see.
fn exported(shared: &Path) -> Result<BTreeSet<String>, String> {
    let arguments = ["-D", "--defined-only", "--format=posix"];
    let text = output(
        "nm",
        &[&arguments[..], &[&shared.to_string_lossy()]].concat(),
    )?;
    Ok(text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect())
}

/// The library is asked for by its binary interface, and stays in memory once it is loaded.
fn soname(shared: &Path, abi: &str) -> Result<(), String> {
    let text = output("readelf", &["-dW", &shared.to_string_lossy()])?;
    for wanted in [
        format!("soname: [libkenpoint.so.{abi}]"),
        "NODELETE".to_owned(),
    ] {
        if !text.contains(&wanted) {
            return Err(format!("{}: no {wanted}", shared.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::shell::root;

    /// Each function of the header, with its body up to the brace that ends it.
    fn functions(text: &str) -> Vec<(String, String)> {
        text.split("extern \"C\" fn ")
            .skip(1)
            .map(|part| {
                let name = part.split('(').next().unwrap_or_default().to_owned();
                let body = part.split("\n}").next().unwrap_or_default().to_owned();
                (name, body)
            })
            .collect()
    }

    /// The functions inside of which a body may touch a caller's pointer: each catches panics.
    const GUARDS: &[&str] = &["guard(", "guard_value(", "call(", "calling_back("];

    fn is_guarded(body: &str) -> bool {
        GUARDS.iter().any(|guard| {
            body.match_indices(guard).any(|(at, _)| {
                !body[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
            })
        })
    }

    #[test]
    fn every_function_of_the_header_is_guarded() {
        let mut n = 0;
        for entry in fs::read_dir(root().join("ffi/src")).unwrap() {
            let path = entry.unwrap().path();
            for (name, body) in functions(&fs::read_to_string(&path).unwrap()) {
                let is_for_tests = name.starts_with("ken_test_");
                assert!(
                    is_for_tests || is_guarded(&body),
                    "{name} in {path:?}:\n{body}"
                );
                n += 1;
            }
        }
        assert!(
            n > 90,
            "{n} functions: is `extern \"C\" fn` still how they are written?"
        );
    }

    #[test]
    fn one_that_is_not_guarded_is_found() {
        let text = "pub extern \"C\" fn ken_a(x: u32) -> u32 {\n    safeguard(x)\n}\npub extern \"C\" fn ken_b() {\n    guard_value(0, || Ok(1));\n}\n";
        let found: Vec<bool> = functions(text)
            .iter()
            .map(|(_, body)| is_guarded(body))
            .collect();
        assert_eq!(found, [false, true]);
    }
}
