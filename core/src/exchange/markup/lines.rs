//! Marks that take whole lines: directives, admonitions, comments as link definitions, includes, and the statements of
//! MDX.

use super::inline::{attribute_words, is_name};
use super::{Dialect, Pass};

impl Pass<'_> {
    /// Handles the line that begins at `at`, if it is a mark. Returns the place to go on from.
    pub(super) fn line(&mut self, at: usize) -> Option<usize> {
        let end = self.line_end(at);
        let line = self.part(at, end);
        let content = line.trim_start_matches([' ', '\t', '>']);
        let start = end - content.len();
        if content.is_empty() || self.is_code(start) {
            return None;
        }
        let content = content.trim_end();
        let words = if let Some(rest) = content.strip_prefix(":::") {
            directive(rest)
        } else if let Some(title) = admonition(content) {
            return Some(self.admonition(at, start, end, title));
        } else if content.starts_with("--8<--") || content.eq_ignore_ascii_case("[toc]") {
            String::new()
        } else if content.starts_with('[') {
            return self.commented_definition(end, content);
        } else if self.dialect == Dialect::Mdx && start == at {
            return self.statement(at, content);
        } else {
            return None;
        };
        self.copy(at, start);
        self.out.push_str(&words);
        Some(end)
    }

    /// Replaces an admonition by its title and its content, which is indented no more. The next pass reads the content.
    fn admonition(&mut self, at: usize, start: usize, end: usize, title: &str) -> usize {
        self.copy(at, start);
        self.out.push_str(title);
        let prefix = self.part(at, start);
        if prefix.contains('>') {
            return end;
        }
        if !title.is_empty() {
            self.out.push('\n');
        }
        let mut next = end;
        while self.rest(next).starts_with('\n') {
            let line_end = self.line_end(next + 1);
            let line = self.part(next + 1, line_end);
            let content = if line.trim().is_empty() {
                ""
            } else {
                // The content is indented by four spaces or a tab.
                match line.strip_prefix(prefix).and_then(|inner| {
                    inner
                        .strip_prefix("    ")
                        .or_else(|| inner.strip_prefix('\t'))
                }) {
                    Some(content) => content,
                    None => break,
                }
            };
            self.out.push('\n');
            if !content.is_empty() {
                self.out.push_str(prefix);
                self.out.push_str(content);
            }
            next = line_end;
        }
        next
    }

    /// Removes a link definition that is a comment: `[//]: # (text)`. Its text may go on to the end of the paragraph.
    fn commented_definition(&mut self, end: usize, content: &str) -> Option<usize> {
        let (_, target) = content.split_once("]:")?;
        let target = target.trim_start();
        let title = ["<#>", "#", "<>"]
            .iter()
            .find_map(|comment| target.strip_prefix(comment))?;
        let title = title.strip_prefix([' ', '\t'])?.trim();
        let closing = match title.chars().next()? {
            '(' => ')',
            quote @ ('"' | '\'') => quote,
            _ => return None,
        };
        if title.len() > 1 && title.ends_with(closing) {
            return Some(end);
        }
        let mut end = end;
        while self.rest(end).starts_with('\n') {
            let next = self.line_end(end + 1);
            let line = self.part(end + 1, next).trim();
            if line.is_empty() {
                break;
            }
            end = next;
            if line.ends_with(closing) {
                break;
            }
        }
        Some(end)
    }

    /// Removes the imports and exports of MDX: from a line that begins with one to the next empty line outside of its
    /// braces.
    fn statement(&mut self, at: usize, line: &str) -> Option<usize> {
        if !is_statement(line) {
            return None;
        }
        let mut depth = 0i64;
        let mut end = at;
        let mut first_gap = None;
        loop {
            let next = self.line_end(end);
            let line = self.part(end, next);
            if line.trim().is_empty() {
                first_gap = first_gap.or(Some(end));
                if depth <= 0 || self.is_script_open {
                    return first_gap.filter(|_| depth > 0).or(Some(end));
                }
            }
            for byte in line.bytes() {
                match byte {
                    b'{' | b'(' | b'[' => depth += 1,
                    b'}' | b')' | b']' => depth -= 1,
                    _ => {}
                }
            }
            if next >= self.text.len() {
                if depth <= 0 {
                    return Some(next);
                }
                // Braces that never close hide no text after the first empty line.
                self.is_script_open = true;
                return Some(first_gap.unwrap_or(next));
            }
            end = next + 1;
        }
    }
}

/// Returns true if a line begins an import or an export of ECMAScript, and is not prose.
fn is_statement(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("import ") {
        let rest = rest.trim_start();
        return rest.starts_with(['{', '*', '\'', '"'])
            || rest.contains(" from '")
            || rest.contains(" from \"");
    }
    let Some(rest) = line.strip_prefix("export ") else {
        return false;
    };
    let word = rest.split([' ', '{', '*', '(']).next().unwrap_or_default();
    rest.starts_with(['{', '*'])
        || matches!(
            word,
            "const" | "let" | "var" | "function" | "default" | "class" | "async"
        )
}

/// Returns the words of a directive, from the text after its colons: `note[Title]`, `warning Title`, `{.box title="x"}`.
fn directive(rest: &str) -> String {
    let rest = rest.trim_matches(':').trim();
    let name = rest
        .find(|c: char| !(c.is_alphanumeric() || "-_".contains(c)))
        .unwrap_or(rest.len());
    let after = rest.get(name..).unwrap_or_default();
    if let Some(label) = after.strip_prefix('[') {
        let end = label.rfind(']').unwrap_or(label.len());
        return label.get(..end).unwrap_or_default().trim().to_owned();
    }
    if after.contains('=') || after.contains('{') {
        return attribute_words(after.trim_matches(['{', '}', ' ']));
    }
    after.trim().to_owned()
}

/// Returns the title of an admonition (`!!! note "Title"`, `??? tip`) or of a tab (`=== "Title"`); empty if it has none.
fn admonition(line: &str) -> Option<&str> {
    let (rest, is_tab) = match line.get(..3)? {
        "!!!" | "???" => (line.get(3..)?, false),
        "===" => (line.get(3..)?, true),
        _ => return None,
    };
    let rest = rest.trim_start_matches(['+', '!']);
    let rest = rest.strip_prefix(' ')?.trim();
    if is_tab {
        return rest.strip_prefix('"')?.strip_suffix('"');
    }
    let (names, title) = match rest.find('"') {
        Some(quote) => {
            let (names, title) = rest.split_at(quote);
            (names, title.strip_prefix('"')?.strip_suffix('"')?)
        }
        None => (rest, ""),
    };
    let mut names = names.split_whitespace();
    let is_named = names.next().is_some_and(is_name);
    (is_named && names.all(|word| is_name(word) || word == "|")).then_some(title)
}
