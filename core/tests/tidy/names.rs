//! Tests names and sentences: a type name has one meaning, and a comment begins with its subject.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{code, is_word, sources};

/// First words of a comment that put a clause in place of a noun.
const CLAUSES: &[&str] = &["What", "Which", "How", "Whether", "Who"];

/// The maximum share of comment lines with such a first word, in percent.
const MOST_CLAUSES_PERCENT: usize = 1;

/// The maximum number of modules with a type of the same name.
const MOST_MODULES: usize = 2;

/// Names of associated types and of results, which every implementation repeats.
const MEMBERS: &[&str] = &["Item", "IntoIter", "Error", "Err", "Ok", "Result"];

#[test]
fn no_type_name_is_in_more_than_two_modules() {
    let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in &sources() {
        let code = code(text);
        for keyword in ["struct ", "enum ", "trait ", "type "] {
            for (at, _) in code.match_indices(keyword) {
                if code[..at].ends_with(is_word) {
                    continue;
                }
                let name: String = code[at + keyword.len()..]
                    .chars()
                    .take_while(|c| is_word(*c))
                    .collect();
                // A serde serializer must define these member types.
                let is_member = MEMBERS.contains(&name.as_str()) || name.starts_with("Serialize");
                if !is_member && name.starts_with(char::is_uppercase) {
                    modules.entry(name).or_default().insert(file.clone());
                }
            }
        }
    }
    let wrong = modules
        .iter()
        .filter(|(_, files)| files.len() > MOST_MODULES)
        .map(|(name, files)| format!("{name}: {files:?}"))
        .collect();
    crate::report(wrong);
}

#[test]
fn comments_begin_with_their_subject() {
    let (mut n_lines, mut wrong) = (0, BTreeSet::new());
    for (file, text) in &sources() {
        for (number, line) in (1..).zip(text.lines()) {
            let Some(comment) = line.trim_start().strip_prefix("//") else {
                continue;
            };
            n_lines += 1;
            let comment = comment.trim_start_matches(['/', '!']).trim_start();
            let first: String = comment.chars().take_while(|c| is_word(*c)).collect();
            if CLAUSES.contains(&first.as_str()) {
                wrong.insert(format!("{file}:{number}: {comment}"));
            }
        }
    }
    if 100 * wrong.len() > MOST_CLAUSES_PERCENT * n_lines {
        crate::report(wrong);
    }
}
