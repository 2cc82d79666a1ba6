//! A writer of CommonMark, fed with the tags of a page. Beyond a depth it omits containers and keeps their text, so
//! that no line grows with the depth of the page.

use super::tokens::{Tag, decode};

/// Greatest nesting of lists and quotes in the output.
const MAX_CONTAINERS: usize = 16;
/// Greatest number of marks (bold, links) open at once in the output.
const MAX_MARKS: usize = 16;

#[derive(Default)]
pub(super) struct MarkdownWriter {
    out: String,
    /// The block being written, without its indentation.
    line: String,
    space: bool,
    marks: Vec<Mark>,
    containers: Vec<Container>,
    /// Number of open containers beyond the greatest nesting.
    beyond: usize,
    heading: Option<usize>,
    /// Text inside `pre`, and the number of open `pre` elements.
    pre: Option<(String, usize)>,
    /// Text inside `code`.
    code: Option<String>,
    table: Option<LayoutTable>,
    /// True if the last block was in a list; the next item then follows without a blank line.
    after_item: bool,
}

struct Mark {
    name: &'static str,
    /// The closing delimiter.
    close: String,
    /// Position in the line where the content begins, and length of the line before the mark.
    content: usize,
    before: usize,
}

enum Container {
    Quote,
    List {
        next: Option<u64>,
    },
    /// A list item: its marker until it is written, and the indentation of its content.
    Item {
        marker: Option<String>,
        width: usize,
    },
}

#[derive(Default)]
struct LayoutTable {
    depth: usize,
    rows: Vec<Vec<String>>,
}

impl MarkdownWriter {
    pub(super) fn text(&mut self, text: &str) {
        let text = decode(text);
        if let Some((pre, _)) = &mut self.pre {
            pre.push_str(&text);
        } else if let Some(code) = &mut self.code {
            code.push_str(&text);
        } else {
            self.inline(&text);
        }
    }

    fn inline(&mut self, text: &str) {
        let mut previous = ' ';
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_whitespace() {
                self.space = true;
                previous = ' ';
                continue;
            }
            if c.is_control() || c == '\u{feff}' || c == '\u{200b}' {
                continue;
            }
            self.write_space();
            let last = chars.peek().is_none();
            let next = chars.peek().copied().unwrap_or(' ');
            let at_start = self.line.is_empty() || self.line.ends_with('\n');
            let escape = match c {
                // A delimiter of our own may follow the text.
                '\\' => last || next.is_ascii_punctuation(),
                '*' | '`' | '[' | '<' => true,
                ']' => !self.marks.is_empty(),
                '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
                '&' => next.is_ascii_alphanumeric() || next == '#',
                '|' => self.table.is_some(),
                '#' | '>' | '-' | '+' | '=' | '~' => at_start,
                '.' | ')' => {
                    let number = self.line.rsplit('\n').next().unwrap_or_default();
                    next.is_whitespace()
                        && (1..10).contains(&number.len())
                        && number.bytes().all(|byte| byte.is_ascii_digit())
                }
                _ => false,
            };
            if escape {
                self.line.push('\\');
            }
            self.line.push(c);
            previous = c;
        }
    }

    fn write_space(&mut self) {
        if self.space && !self.line.is_empty() && !self.line.ends_with([' ', '\n']) {
            let opened_here = self
                .marks
                .last()
                .is_some_and(|m| m.content == self.line.len());
            if !opened_here {
                self.line.push(' ');
            }
        }
        self.space = false;
    }

    pub(super) fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if let Some((_, open)) = &mut self.pre {
            match name {
                "pre" => *open += 1,
                "br" => self.text("\n"),
                _ => {}
            }
            return;
        }
        match name {
            "b" | "strong" => self.open_mark("strong", "**", "**".to_owned()),
            "i" | "em" => self.open_mark("em", "*", "*".to_owned()),
            "a" => {
                if let Some(href) = tag.attribute("href").and_then(|href| target(&href)) {
                    self.close_mark("a");
                    self.open_mark("a", "[", format!("]({href})"));
                }
            }
            "img" => {
                let alt = tag.attribute("alt").unwrap_or_default();
                let alt: String = alt
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .flat_map(|c| {
                        let escape = matches!(c, '[' | ']' | '\\' | '|' | '<').then_some('\\');
                        escape.into_iter().chain([c])
                    })
                    .collect();
                if let Some(src) = tag.attribute("src").and_then(|src| target(&src)) {
                    self.write_space();
                    self.line.push_str(&format!("![{alt}]({src})"));
                } else {
                    self.inline(&alt.replace('\\', ""));
                }
            }
            "code" | "kbd" | "samp" | "tt" => {
                self.code.get_or_insert_default();
            }
            "br" => self.line_break(),
            "input" | "wbr" | "span" | "font" | "u" | "sup" | "sub" | "small" | "label"
            | "abbr" | "mark" | "time" | "q" | "cite" | "var" | "del" | "ins" | "s" => {}
            _ => self.start_block(tag),
        }
    }

    fn start_block(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if let Some(table) = &mut self.table {
            match name {
                "table" => table.depth += 1,
                "tr" if table.depth == 1 => {
                    self.end_cell();
                    if let Some(table) = &mut self.table {
                        table.rows.push(Vec::new());
                    }
                }
                "td" | "th" if table.depth == 1 => {
                    self.end_cell();
                    if let Some(table) = &mut self.table {
                        if table.rows.is_empty() {
                            table.rows.push(Vec::new());
                        }
                        if let Some(row) = table.rows.last_mut() {
                            row.push(String::new());
                        }
                    }
                }
                _ => self.space = true,
            }
            return;
        }
        self.flush();
        match name {
            "pre" => self.pre = Some((String::new(), 1)),
            "table" => {
                self.table = Some(LayoutTable {
                    depth: 1,
                    rows: Vec::new(),
                });
            }
            "ul" | "menu" => self.open(Container::List { next: None }),
            "ol" => {
                let next = tag.attribute("start").and_then(|n| n.trim().parse().ok());
                self.open(Container::List {
                    next: Some(next.unwrap_or(1).min(999_999)),
                });
            }
            "li" if self.beyond == 0 => {
                self.close_item();
                let marker = match self.containers.last_mut() {
                    Some(Container::List { next: Some(n) }) => {
                        let marker = format!("{n}. ");
                        *n += 1;
                        marker
                    }
                    _ => "- ".to_owned(),
                };
                self.open(Container::Item {
                    width: marker.len(),
                    marker: Some(marker),
                });
            }
            "blockquote" => self.open(Container::Quote),
            "hr" => self.block("---"),
            _ => {
                self.heading = heading_level(name);
            }
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        if let Some((_, open)) = &mut self.pre {
            if name == "pre" {
                *open -= 1;
                if *open == 0 {
                    let text = self.pre.take().map(|(text, _)| text).unwrap_or_default();
                    self.code_block(&text);
                }
            }
            return;
        }
        match name {
            "b" | "strong" => self.close_mark("strong"),
            "i" | "em" => self.close_mark("em"),
            "a" => self.close_mark("a"),
            "code" | "kbd" | "samp" | "tt" => self.end_code(),
            "table" if self.table.is_some() => {
                if let Some(table) = &mut self.table {
                    table.depth -= 1;
                    if table.depth > 0 {
                        return;
                    }
                }
                self.end_table();
            }
            _ if self.table.is_some() => self.space |= !INLINE_ENDS.contains(&name),
            "ul" | "ol" | "menu" => {
                self.flush();
                self.close(|c| matches!(c, Container::List { .. }));
            }
            "blockquote" => {
                self.flush();
                self.close(|c| matches!(c, Container::Quote));
            }
            "li" => {
                self.flush();
                if self.beyond == 0 {
                    self.close_item();
                }
            }
            "p" | "div" | "section" | "article" | "main" | "header" | "aside" | "body" | "html"
            | "head" | "dl" | "dt" | "dd" | "figure" | "figcaption" | "details" | "summary"
            | "address" | "form" | "fieldset" | "center" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" => {
                self.flush();
            }
            _ => {}
        }
    }

    /// Writes a code block.
    pub(super) fn code_block(&mut self, text: &str) {
        self.flush();
        let text = text.strip_prefix('\n').unwrap_or(text).trim_end();
        if text.is_empty() {
            return;
        }
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        self.block(&format!("{fence}\n{text}\n{fence}"));
    }

    pub(super) fn finish(mut self) -> String {
        if let Some((text, _)) = self.pre.take() {
            self.code_block(&text);
        }
        if self.table.is_some() {
            self.end_table();
        }
        self.flush();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out
    }

    fn open(&mut self, container: Container) {
        if self.containers.len() < MAX_CONTAINERS {
            self.containers.push(container);
        } else if !matches!(container, Container::Item { .. }) {
            self.beyond += 1;
        }
    }

    /// Closes the innermost container of a kind, and those inside it.
    fn close(&mut self, is: impl Fn(&Container) -> bool) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(at) = self.containers.iter().rposition(is) {
            self.containers.truncate(at);
            if self.containers.is_empty() {
                self.after_item = false;
            }
        }
    }

    /// Closes the open item of the innermost list.
    fn close_item(&mut self) {
        let list = self
            .containers
            .iter()
            .rposition(|c| !matches!(c, Container::Item { .. }));
        self.containers.truncate(list.map_or(0, |at| at + 1));
    }

    fn line_break(&mut self) {
        self.space = false;
        if self.table.is_some() || self.heading.is_some() {
            self.space = true;
        } else if let Some(code) = &mut self.code {
            code.push(' ');
        } else if !self.line.is_empty() && !self.line.ends_with('\n') {
            self.line.push_str("\\\n");
        }
    }

    fn open_mark(&mut self, name: &'static str, open: &str, close: String) {
        if self.marks.len() >= MAX_MARKS || self.marks.iter().any(|mark| mark.name == name) {
            return;
        }
        self.write_space();
        let before = self.line.len();
        self.line.push_str(open);
        self.marks.push(Mark {
            name,
            close,
            content: self.line.len(),
            before,
        });
    }

    /// Closes a mark, and the marks inside it.
    fn close_mark(&mut self, name: &str) {
        if let Some(at) = self.marks.iter().position(|mark| mark.name == name) {
            for mark in self.marks.split_off(at).into_iter().rev() {
                if self.line.len() <= mark.content {
                    self.line.truncate(mark.before);
                } else {
                    self.line.push_str(&mark.close);
                }
            }
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        if code.is_empty() {
            return;
        }
        self.write_space();
        let code = if self.table.is_some() {
            code.replace('|', "\\|")
        } else {
            code
        };
        let fence = "`".repeat(if code.contains('`') {
            longest_run(&code) + 1
        } else {
            1
        });
        let pad = if code.starts_with('`') || code.ends_with('`') {
            " "
        } else {
            ""
        };
        self.line
            .push_str(&format!("{fence}{pad}{code}{pad}{fence}"));
    }

    /// Closes the open marks of the line and returns the line.
    fn take_line(&mut self) -> String {
        self.end_code();
        while let Some(first) = self.marks.first().map(|mark| mark.name) {
            self.close_mark(first);
        }
        self.space = false;
        std::mem::take(&mut self.line)
    }

    fn end_cell(&mut self) {
        let line = self.take_line();
        let line = line.replace("\\\n", " ");
        if let Some(table) = &mut self.table
            && !line.trim().is_empty()
        {
            if table.rows.is_empty() {
                table.rows.push(Vec::new());
            }
            if let Some(row) = table.rows.last_mut() {
                match row.last_mut() {
                    Some(cell) if cell.is_empty() => line.trim().clone_into(cell),
                    _ => row.push(line.trim().to_owned()),
                }
            }
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        let Some(table) = self.table.take() else {
            return;
        };
        let mut rows = table
            .rows
            .into_iter()
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            .collect::<Vec<_>>();
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let Some(head) = rows.first_mut() else {
            return;
        };
        head.resize(width, String::new());
        let mut text = String::new();
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                text.push('\n');
            }
            text.push_str(&format!("| {} |", row.join(" | ")));
            if i == 0 {
                text.push_str(&format!("\n|{}", " --- |".repeat(width)));
            }
        }
        self.block(&text);
    }

    /// Writes the line as a paragraph or heading.
    fn flush(&mut self) {
        let line = self.take_line();
        let mut line = line.trim_end_matches(' ');
        while let Some(before) = line.strip_suffix("\\\n") {
            line = before;
        }
        let heading = self.heading.take();
        if line.is_empty() {
            return;
        }
        match heading {
            Some(level) => {
                // A heading inside a list or quote would begin no section, but a heading of a page nearly always
                // should.
                self.containers.clear();
                self.beyond = 0;
                self.after_item = false;
                self.block(&format!("{} {line}", "#".repeat(level)));
            }
            None => self.block(line),
        }
    }

    /// Writes a block, indented and quoted as the open containers require.
    fn block(&mut self, text: &str) {
        let mut first = String::new();
        let mut later = String::new();
        let mut is_item = false;
        for container in &mut self.containers {
            match container {
                Container::Quote => {
                    first.push_str("> ");
                    later.push_str("> ");
                }
                Container::List { .. } => {}
                Container::Item { marker, width } => {
                    let indent = " ".repeat(*width);
                    is_item |= marker.is_some();
                    first.push_str(&marker.take().unwrap_or_else(|| indent.clone()));
                    later.push_str(&indent);
                }
            }
        }
        if !self.out.is_empty() {
            self.out.push('\n');
            if !(is_item && self.after_item) {
                self.out.push_str(later.trim_end());
                if !later.is_empty() || !self.out.ends_with("\n\n") {
                    self.out.push('\n');
                }
            }
        }
        for (i, line) in text.lines().enumerate() {
            if i > 0 {
                self.out.push('\n');
            }
            self.out.push_str(if i == 0 { &first } else { &later });
            self.out.push_str(line);
        }
        self.after_item = self
            .containers
            .iter()
            .any(|c| matches!(c, Container::Item { .. }));
    }
}

/// End tags that separate no words in a table cell.
const INLINE_ENDS: &[&str] = &[
    "span", "font", "u", "sup", "sub", "small", "label", "abbr", "mark",
];

fn heading_level(name: &str) -> Option<usize> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        _ => None,
    }
}

/// Returns the destination of a link if its scheme is harmless, in angle brackets where CommonMark requires them.
fn target(href: &str) -> Option<String> {
    let href: String = href.trim().chars().filter(|c| !c.is_control()).collect();
    let scheme = href
        .split_once(':')
        .map(|(scheme, _)| scheme.trim().to_ascii_lowercase());
    let refused = ["javascript", "vbscript", "data"];
    if href.is_empty() || scheme.is_some_and(|scheme| refused.contains(&scheme.as_str())) {
        return None;
    }
    if href.contains(|c: char| c.is_whitespace() || "()<>\\|".contains(c)) {
        let safe = href
            .replace('<', "%3C")
            .replace('>', "%3E")
            .replace('\\', "%5C")
            .replace('|', "%7C");
        return Some(format!("<{safe}>"));
    }
    Some(href)
}

/// Returns the length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
