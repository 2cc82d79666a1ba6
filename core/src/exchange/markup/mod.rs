//! Marks of site generators and note editors in Markdown become plain words, or go: comments, hidden elements, wiki
//! links, directives, shortcodes, attribute lists, and the statements and tags of MDX.
//!
//! Code stays as it is: a CommonMark parser finds code blocks and code spans. Each pass reads the text once, and a pass
//! that changes something is followed by another, since a directive may hold more marks. The module knows no keys of
//! front matter; `{audience=..}` at a heading is not its business and stays.

mod inline;
mod lines;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Greatest number of passes. Each level of nested admonitions takes one; sites nest three deep.
const MAX_PASSES: usize = 16;

/// A text without marks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    pub(super) text: Cow<'a, str>,
    /// True if a comment or a hidden element is never closed, so that everything after its beginning was left out.
    pub(super) is_cut: bool,
}

/// The dialect of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Markdown of any flavour.
    Markdown,
    /// Markdown with JSX tags and ECMAScript imports and exports.
    Mdx,
}

/// Removes the marks from a text. It takes time linear in the text.
pub(super) fn plain(text: &str, dialect: Dialect) -> Plain<'_> {
    let mut plain = Plain {
        text: Cow::Borrowed(text),
        is_cut: false,
    };
    for _ in 0..MAX_PASSES {
        if !may_have_marks(&plain.text, dialect) {
            break;
        }
        let (next, is_cut) = Pass::new(&plain.text, dialect).run();
        plain.is_cut |= is_cut;
        if next == plain.text {
            break;
        }
        plain.text = Cow::Owned(next);
    }
    plain
}

/// Returns false if a text surely has no marks, which saves the parser's work.
fn may_have_marks(text: &str, dialect: Dialect) -> bool {
    dialect == Dialect::Mdx
        || text.contains(['<', '{'])
        || [
            "%%", "[[", "[!", ":::", "!!!", "???", "=== \"", "]:", "--8<--", "[TOC]", "[toc]",
        ]
        .iter()
        .any(|mark| text.contains(mark))
}

/// One reading of a text.
struct Pass<'a> {
    text: &'a str,
    dialect: Dialect,
    /// The places of code, in order and apart.
    code: Vec<Range<usize>>,
    next_code: usize,
    out: String,
    is_cut: bool,
    /// For each mark that ends something: no such mark stands at or after this position.
    absent: Vec<(&'static str, usize)>,
    /// Bytes that may still be read in search of the end of a tag. A tag is read again by the loop if it is none, so
    /// this bounds the whole work.
    fuel: usize,
    /// True if the search for the end of an ECMAScript block has failed before.
    is_script_open: bool,
}

impl<'a> Pass<'a> {
    fn new(text: &'a str, dialect: Dialect) -> Pass<'a> {
        Pass {
            text,
            dialect,
            code: code(text),
            next_code: 0,
            out: String::with_capacity(text.len()),
            is_cut: false,
            absent: Vec::new(),
            fuel: 4 * text.len() + (64 << 10),
            is_script_open: false,
        }
    }

    fn run(mut self) -> (String, bool) {
        let mut at = 0;
        while let Some(byte) = self.text.as_bytes().get(at).copied() {
            if let Some(end) = self.code_end(at) {
                self.copy(at, end);
                at = end;
                continue;
            }
            let is_line_start = at == 0 || self.text.as_bytes().get(at - 1) == Some(&b'\n');
            if is_line_start && let Some(end) = self.line(at) {
                at = end;
                continue;
            }
            let end = match byte {
                b'\\' => self.escape(at),
                b'<' | b'%' | b'{' | b'[' | b'!' => {
                    let written = self.out.len();
                    match self.mark(at, byte) {
                        Some(end) if written == self.out.len() && self.hides_audience(at, end) => {
                            self.is_cut = true;
                            break;
                        }
                        Some(end) => {
                            self.keep_apart(end);
                            at = end;
                            continue;
                        }
                        None => at + 1,
                    }
                }
                b'\n' => at + 1,
                _ => self.run_of_text(at),
            };
            self.copy(at, end);
            at = end;
        }
        (self.out, self.is_cut)
    }

    /// Returns true if a mark reaches over lines and hides the audience of a heading. The text after it would come under
    /// an earlier heading, whose audience may be wider. CommonMark itself knows HTML comments, so the end of these is
    /// never in doubt.
    fn hides_audience(&self, from: usize, to: usize) -> bool {
        let hidden = self.part(from, to);
        !hidden.starts_with("<!--") && hidden.contains('\n') && hidden.contains("audience=")
    }

    /// Returns the part of the text from `from` to `to`, or nothing if these are no borders of characters.
    fn part(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn rest(&self, from: usize) -> &'a str {
        self.part(from, self.text.len())
    }

    fn copy(&mut self, from: usize, to: usize) {
        let part = self.part(from, to);
        self.out.push_str(part);
    }

    /// Returns the end of the code that `at` lies in.
    fn code_end(&mut self, at: usize) -> Option<usize> {
        while self
            .code
            .get(self.next_code)
            .is_some_and(|code| code.end <= at)
        {
            self.next_code += 1;
        }
        let next = self.code.get(self.next_code)?;
        (next.start <= at).then_some(next.end)
    }

    fn is_code(&self, at: usize) -> bool {
        let after = self.code.partition_point(|code| code.start <= at);
        let before = after.checked_sub(1).and_then(|i| self.code.get(i));
        before.is_some_and(|code| at < code.end)
    }

    /// Returns the end of an escaped character.
    fn escape(&self, at: usize) -> usize {
        let next = self.rest(at + 1).chars().next();
        at + 1
            + next
                .filter(char::is_ascii_punctuation)
                .map_or(0, char::len_utf8)
    }

    /// Returns the end of the text that no mark and no code interrupts.
    fn run_of_text(&self, at: usize) -> usize {
        let limit = match self.code.get(self.next_code) {
            Some(code) if code.start > at => code.start,
            _ => self.text.len(),
        };
        let rest = self.part(at, limit);
        let marks = ['\\', '<', '%', '{', '[', '!', '\n'];
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let length = rest
            .get(first..)
            .and_then(|rest| rest.find(marks))
            .map_or(rest.len(), |n| first + n);
        at + length.max(first)
    }

    /// Finds the first of an ending mark from `from` on. A failed search is not repeated.
    fn find(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        if self
            .absent
            .iter()
            .any(|(name, at)| *name == mark && *at <= from)
        {
            return None;
        }
        let found = self.rest(from).find(mark).map(|at| from + at);
        if found.is_none() {
            self.absent.push((mark, from));
        }
        found
    }

    /// Puts a space between two characters that the removal of a mark brought together, if they could be read as a
    /// mark that the author did not write.
    fn keep_apart(&mut self, end: usize) {
        const MARKS: &[char] = &[
            '[', ']', '%', '{', '}', '<', '>', '!', '-', '*', '/', ':', '#', '(', ')', '`', '=',
            '\\',
        ];
        let next = self.rest(end).starts_with(MARKS);
        if next && self.out.ends_with(MARKS) {
            self.out.push(' ');
        }
    }

    /// Returns the end of the line at `at`, without its line break.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + rest.find('\n').unwrap_or(rest.len())
    }

    /// Returns true if only white space and marks of quotes and lists stand before the end of the output in its line.
    fn is_first_in_line(&self) -> bool {
        self.begins_line(|c| c.is_whitespace() || ">-*+".contains(c))
    }

    /// Returns true if only such characters stand before the end of the output in its line. It reads no further back
    /// than the first other character.
    fn begins_line(&self, is_margin: impl Fn(char) -> bool) -> bool {
        let before = self.out.chars().rev().take_while(|c| *c != '\n');
        before.into_iter().all(is_margin)
    }

    /// Returns true if nothing but white space follows in the line.
    fn ends_line(&self, at: usize) -> bool {
        let rest = self.rest(at).trim_start_matches([' ', '\t', '\r']);
        rest.is_empty() || rest.starts_with('\n')
    }

    /// Returns at most `length` bytes of the text from `from` on.
    fn window(&self, from: usize, length: usize) -> &'a str {
        let mut end = self.text.len().min(from + length);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.part(from, end)
    }
}

/// Returns the places of code: fenced and indented blocks, and code spans.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut code: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
            code.push(range);
        }
    }
    code
}

#[cfg(test)]
mod tests;
