//! Reads the functions of the four surfaces from the files that declare them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The languages, in the order of the columns.
pub const LANGUAGES: [&str; 4] = ["Rust", "C", "Python", "JavaScript"];

/// The objects that all four languages have.
pub const OBJECTS: [&str; 4] = ["base", "reviews", "snapshot", "visit"];

/// A function as one language names it.
#[derive(Clone, Debug)]
pub struct Function {
    /// Position in [`LANGUAGES`].
    pub language: usize,
    /// One of [`OBJECTS`], or the empty text for the functions of C that belong to none.
    pub object: String,
    /// The name without its object, in snake_case.
    pub name: String,
    /// The name as the language's user writes it.
    pub written: String,
}

/// Returns the functions of all surfaces.
pub fn functions() -> Vec<Function> {
    [rust(), c(), python(), javascript()].concat()
}

pub fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    fs::read_to_string(path).unwrap()
}

fn rust() -> Vec<Function> {
    const DERIVED: [&str; 8] = [
        "clone",
        "default",
        "deserialize",
        "eq",
        "fmt",
        "from",
        "serialize",
        "drop",
    ];
    let mut all = Vec::new();
    for line in read("core/public-api.txt").lines() {
        if let Some(name) = line.strip_prefix("pub use kenpoint::")
            && name.starts_with(|c: char| c.is_ascii_lowercase())
        {
            all.push(function(0, "module", name, name.to_owned()));
        }
        let Some(path) = line.strip_prefix("pub fn kenpoint::") else {
            continue;
        };
        let path = match path.split_once("<'") {
            Some((owner, rest)) => owner.to_owned() + rest.split_once('>').unwrap().1,
            None => path.to_owned(),
        };
        let path = path.split(['(', '<']).next().unwrap();
        let Some((owner, name)) = path.rsplit_once("::") else {
            all.push(function(0, "module", path, path.to_owned()));
            continue;
        };
        let object = owner.to_lowercase();
        if OBJECTS.contains(&object.as_str()) && !DERIVED.contains(&name) {
            all.push(function(0, &object, name, format!("{owner}::{name}")));
        }
    }
    all
}

fn c() -> Vec<Function> {
    let mut names = BTreeMap::new();
    for word in
        read("include/kenpoint.h").split(|c: char| !c.is_ascii_alphanumeric() && !"_(".contains(c))
    {
        if let Some((name, _)) = word.split_once('(')
            && let Some(rest) = name.strip_prefix("ken_")
        {
            names.insert(name.to_owned(), rest.to_owned());
        }
    }
    let all = names.iter().map(|(written, rest)| {
        let known = OBJECTS.iter().find_map(|object| {
            let name = rest.strip_prefix(object)?.strip_prefix('_')?;
            Some((*object, name))
        });
        let (object, name) = known.unwrap_or(("", rest));
        function(1, object, name, written.clone())
    });
    all.collect()
}

fn python() -> Vec<Function> {
    // The class of the user, and those that it inherits from.
    const CLASSES: [(&str, &str); 8] = [
        ("KnowledgeBase", "base"),
        ("Base", "base"),
        ("BatchQueries", "base"),
        ("FrameImports", "base"),
        ("SelfService", "base"),
        ("Reviews", "reviews"),
        ("Snapshot", "snapshot"),
        ("Visit", "visit"),
    ];
    let folder = "bindings-python/python/kenpoint";
    let init = read(&format!("{folder}/__init__.py"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    let mut files: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".py") || name.ends_with(".pyi"))
        .collect();
    files.sort();
    let mut all = BTreeMap::new();
    for file in files {
        let mut object = "";
        for line in read(&format!("{folder}/{file}")).lines() {
            if let Some(class) = line.strip_prefix("class ") {
                let class = class.split(['(', ':']).next().unwrap();
                object = CLASSES
                    .iter()
                    .find(|(name, _)| *name == class)
                    .map_or("", |found| found.1);
            }
            let (name, object, before) = if let Some(rest) = line.strip_prefix("    def ") {
                let before = match object {
                    "base" => "kb.".to_owned(),
                    "reviews" => "kb.reviews.".to_owned(),
                    other => format!("{other}."),
                };
                (rest, object, before)
            } else if let Some(rest) = line.strip_prefix("def ") {
                (rest, "module", "kenpoint.".to_owned())
            } else {
                continue;
            };
            let name = name.split('(').next().unwrap();
            let exported = object != "module" || init.contains(&format!("\n    \"{name}\",\n"));
            if !object.is_empty() && !name.starts_with('_') && exported {
                all.insert(
                    (object, name.to_owned()),
                    function(2, object, name, format!("{before}{name}")),
                );
            }
        }
    }
    all.into_values().collect()
}

fn javascript() -> Vec<Function> {
    let mut all = Vec::new();
    for file in ["index", "live"] {
        let mut object = String::new();
        for line in read(&format!("bindings-wasm/js/{file}.d.ts")).lines() {
            let words = line.trim_start().trim_start_matches("readonly ");
            let name: String = words
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let after = &words[name.len()..];
            if let Some(rest) = line
                .strip_prefix("export declare class ")
                .or_else(|| line.strip_prefix("export interface "))
            {
                let owner = rest.split(' ').next().unwrap().to_lowercase();
                object = OBJECTS
                    .iter()
                    .find(|known| **known == owner)
                    .map_or(String::new(), |known| (*known).to_owned());
            } else if let Some(rest) = line.strip_prefix("export declare function ") {
                let name = rest.split('(').next().unwrap();
                all.push(function(3, "module", &snake(name), name.to_owned()));
            } else if !object.is_empty()
                && line.starts_with("  ")
                && name.starts_with(|c: char| c.is_ascii_lowercase())
                && (after.starts_with('(')
                    || (line.starts_with("  readonly ") && after.starts_with(": ")))
            {
                let before = match object.as_str() {
                    "reviews" => "base.reviews",
                    other => other,
                };
                all.push(function(
                    3,
                    &object,
                    &snake(&name),
                    format!("{before}.{name}"),
                ));
            }
        }
    }
    all
}

fn function(language: usize, object: &str, name: &str, written: String) -> Function {
    Function {
        language,
        object: object.to_owned(),
        name: name.to_owned(),
        written,
    }
}

/// Returns a camelCase name in snake_case.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
