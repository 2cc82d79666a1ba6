//! The C header: made by cbindgen from `ffi/src`, with the manual in front and a banner for each object,
//! and compared with `include/kenpoint.h`. A function without documentation is a failure.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::shell::root;
use crate::steps::Outcome;

/// Where the header is kept.
pub const HEADER: &str = "include/kenpoint.h";

/// Compares, or with `--bless` rewrites.
pub fn check(args: &[String]) -> Result<Outcome, String> {
    let bless = match args {
        [] => false,
        [flag] if flag == "--bless" => true,
        [other, ..] => return Err(format!("the only argument is --bless, got `{other}`")),
    };
    let made = generate()?;
    let gaps = undocumented(&made);
    for gap in &gaps {
        println!("{gap}");
    }
    if !gaps.is_empty() {
        return Err(format!(
            "{} things in the header are not documented",
            gaps.len()
        ));
    }
    let file = root().join(HEADER);
    if bless {
        fs::write(&file, &made).map_err(|e| format!("{HEADER}: {e}"))?;
        println!("wrote {HEADER}, {} functions", functions(&made).len());
        return Ok(Outcome::Passed);
    }
    let kept = fs::read_to_string(&file)
        .map_err(|e| format!("{HEADER}: {e}; `cargo xtask header --bless` writes it"))?;
    match kept
        .lines()
        .zip(made.lines())
        .enumerate()
        .find(|(_, (old, new))| old != new)
    {
        None if kept.len() == made.len() => {
            println!(
                "{HEADER}: {} functions, no difference",
                functions(&made).len()
            );
            Ok(Outcome::Passed)
        }
        Some((line, (old, new))) => Err(format!(
            "{HEADER} is not what ffi/src makes; line {}:\n- {old}\n+ {new}\nif so meant, `cargo xtask header --bless`",
            line + 1
        )),
        None => Err(format!(
            "{HEADER} is not what ffi/src makes; `cargo xtask header --bless` writes it"
        )),
    }
}

/// The header as the sources make it.
fn generate() -> Result<String, String> {
    let ffi = root().join("ffi");
    let read =
        |name: &str| fs::read_to_string(ffi.join(name)).map_err(|e| format!("ffi/{name}: {e}"));
    let mut config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    config.header = Some(read("manual.h")?.trim_end().to_owned());
    config.after_includes = Some(read("prelude.h")?.trim_end().to_owned());
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_crate(&ffi)
        .generate()
        .map_err(|e| format!("cbindgen: {e}"))?;
    let mut bytes = Vec::new();
    bindings.write(&mut bytes);
    let text = String::from_utf8(bytes).map_err(|e| format!("cbindgen: {e}"))?;
    with_sections(
        &with_epilogue(&text, read("epilogue.h")?.trim_end())?,
        &ffi.join("src"),
    )
}

/// Puts the epilogue inside the include guard.
fn with_epilogue(header: &str, epilogue: &str) -> Result<String, String> {
    let guard = header
        .rfind("#endif")
        .ok_or("the generated header has no include guard")?;
    let (body, end) = header.split_at(guard);
    Ok(format!(
        "{}\n\n{epilogue}\n\n{}\n",
        body.trim_end(),
        end.trim_end()
    ))
}

/// Puts a banner where the functions of the next source file begin: its own first sentence.
fn with_sections(header: &str, sources: &Path) -> Result<String, String> {
    let homes = homes(sources)?;
    let mut out = String::with_capacity(header.len() + 4_096);
    let mut last = None;
    let blocks: Vec<&str> = header.split("\n\n").collect();
    for (i, block) in blocks.iter().enumerate() {
        if let Some(name) = function_name(block)
            && let Some((file, title)) = homes.get(name)
            && last != Some(file)
        {
            last = Some(file);
            out.push_str(&format!("/* ---- {title} */\n\n"));
        }
        out.push_str(block);
        if i + 1 < blocks.len() {
            out.push_str("\n\n");
        }
    }
    Ok(out)
}

/// For each exported function, its file and that file's title.
fn homes(sources: &Path) -> Result<BTreeMap<String, (String, String)>, String> {
    let mut homes = BTreeMap::new();
    let entries = fs::read_dir(sources).map_err(|e| format!("ffi/src: {e}"))?;
    for entry in entries {
        let path = entry.map_err(|e| format!("ffi/src: {e}"))?.path();
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let title: Vec<&str> = text
            .lines()
            .map_while(|line| line.strip_prefix("//! "))
            .collect();
        let title = title.join(" ");
        let title = title
            .split(". ")
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        let title = title.replace('`', "");
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for part in text.split("extern \"C\" fn ").skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            homes.insert(name, (file.clone(), title.clone()));
        }
    }
    Ok(homes)
}

/// The function a block of the header declares.
fn function_name(block: &str) -> Option<&str> {
    let declaration = declaration(block)?;
    let (head, _) = declaration.split_once('(')?;
    let name = head.rsplit([' ', '*']).next()?;
    name.starts_with("ken_").then_some(name)
}

/// The code after the comment of a block, if it declares a function.
fn declaration(block: &str) -> Option<&str> {
    let code = block
        .rsplit_once("*/")
        .map_or(block, |(_, code)| code)
        .trim();
    let is_function = code.ends_with(';')
        && code.contains('(')
        && !code.starts_with("typedef")
        && !code.starts_with('#')
        && !code.contains('{');
    is_function.then_some(code)
}

/// A function of the header.
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its parameters: type and name.
    pub parameters: Vec<(String, String)>,
    /// The type it returns.
    pub returns: String,
    /// Its comment.
    pub comment: String,
}

/// The functions of a header, in order.
pub fn functions(header: &str) -> Vec<Function> {
    header.split("\n\n").filter_map(function).collect()
}

fn function(block: &str) -> Option<Function> {
    let name = function_name(block)?;
    let code = declaration(block)?;
    let (head, rest) = code.split_once('(')?;
    let (list, _) = rest.rsplit_once(')')?;
    let parameters = list
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty() && *one != "void")
        .map(|one| {
            let at = one.rfind([' ', '*']).map_or(0, |at| at + 1);
            let (kind, name) = one.split_at(at);
            (kind.trim().to_owned(), name.to_owned())
        })
        .collect();
    Some(Function {
        name: name.to_owned(),
        parameters,
        returns: head.strip_suffix(name)?.trim().to_owned(),
        comment: block
            .split_once("*/")
            .map_or("", |(comment, _)| comment)
            .to_owned(),
    })
}

/// Everything the header says too little about: a function without a sentence, a parameter without a line,
/// a status without its errors, an owned output without who destroys it, a bare constant, type or field.
fn undocumented(header: &str) -> Vec<String> {
    let mut gaps = Vec::new();
    for function in functions(header) {
        let name = &function.name;
        let mut gap = |what: String| gaps.push(format!("{name}: {what}"));
        if !function.comment.trim_start().starts_with("/**") {
            gap("no comment".to_owned());
            continue;
        }
        for (kind, parameter) in &function.parameters {
            let line = format!("- `{parameter}`: ");
            // The manual explains `err`, once.
            if parameter != "err" && !function.comment.contains(&line) {
                gap(format!("the parameter `{parameter}` is not explained"));
            }
            let makes =
                kind.matches('*').count() == 2 && kind.contains("ken_") && !kind.contains("const");
            let owned = function.comment.contains("Owned by the caller; destroy");
            if makes && parameter != "err" && !name.ends_with("_destroy") && !owned {
                gap(format!("who owns `{parameter}` is not said"));
            }
        }
        let errors = function.comment.contains("Errors: ");
        match function.returns.as_str() {
            "ken_status" if name == "ken_error_code" => {}
            "ken_status" if !errors => gap("its errors are not named".to_owned()),
            "ken_status" | "void" => {}
            _ if !function.comment.contains("Returns ") => {
                gap("what it returns is not said".to_owned())
            }
            _ => {}
        }
        for code in function.comment.split("KEN_ERR_").skip(1) {
            let code: String = code
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !header.contains(&format!("#define KEN_ERR_{code} ")) {
                gap(format!("there is no code KEN_ERR_{code}"));
            }
        }
    }
    gaps.extend(bare(header));
    gaps
}

/// Lines of constants, types and fields with no comment above them.
fn bare(header: &str) -> Vec<String> {
    let mut gaps = Vec::new();
    let mut before = "";
    let mut in_struct = false;
    for line in header.lines() {
        let text = line.trim();
        let begins = text.starts_with("typedef") || text.starts_with("#define KEN_");
        let is_field = in_struct && text.ends_with(';') && !text.starts_with(['}', '*']);
        let is_flag = text.starts_with("#define KENPOINT_H");
        let after_condition = before.starts_with("#ifdef") || before.starts_with("#else");
        if (begins || is_field) && !is_flag && !after_condition && !before.ends_with("*/") {
            gaps.push(format!("no comment: {text}"));
        }
        if text.starts_with("typedef struct ken_") && text.ends_with('{') {
            in_struct = true;
        } else if text.starts_with('}') {
            in_struct = false;
        }
        if !text.is_empty() {
            before = text;
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "/**\n * Does it.\n *\n * - `base`: borrowed.\n *\n * Errors: none.\n */\nken_status ken_do(const ken_base *base, ken_error **err);";

    #[test]
    fn a_function_is_read_with_its_parameters() {
        let found = functions(GOOD);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "ken_do");
        assert_eq!(found[0].returns, "ken_status");
        let base = ("const ken_base *".to_owned(), "base".to_owned());
        assert_eq!(found[0].parameters[0], base);
    }

    #[test]
    fn what_is_not_explained_is_found() {
        assert!(undocumented(GOOD).is_empty());
        for (from, to, gap) in [
            (" * - `base`: borrowed.\n", "", "`base`"),
            (" * Errors: none.\n", "", "errors"),
            ("/**", "/*", "no comment"),
            ("Errors: none", "Errors: `KEN_ERR_ODD`", "KEN_ERR_ODD"),
        ] {
            let gaps = undocumented(&GOOD.replace(from, to));
            assert!(
                gaps.iter().any(|found| found.contains(gap)),
                "{gap}: {gaps:?}"
            );
        }
    }

    #[test]
    fn a_bare_field_is_found() {
        let bare =
            "/** A. */\ntypedef struct ken_a {\n    /** B. */\n    int b;\n    int c;\n} ken_a;\n";
        assert_eq!(undocumented(bare), ["no comment: int c;"]);
    }
}
