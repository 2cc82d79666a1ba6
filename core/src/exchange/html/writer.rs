//! A writer of CommonMark, fed with the tags of a page. It decides which tags begin a block, a mark or a cell, and knows
//! nothing of the parts of a page that are left out.

use super::blocks::{Blocks, marker};
use super::elements::{is_block, is_heading};
use super::inline::{InlineLine, Mark, Setting, longest_run};
use super::office::OfficeItem;
use super::references::{Within, decode};
use super::table::PipeTable;
use super::tokens::Tag;

/// Greatest nesting of lists in a cell of a table.
const MAX_CELL_LISTS: usize = 16;

#[derive(Default)]
pub(super) struct MarkdownWriter {
    blocks: Blocks,
    /// The block being written, without its indentation.
    line: InlineLine,
    heading: Option<Heading>,
    /// The level of the last heading that is one in the page.
    level: usize,
    /// True inside a `p` or `div` without a block in it.
    in_paragraph: bool,
    /// Text inside `pre`.
    pre: Option<String>,
    /// Text inside `code`, with a line feed for each line break.
    code: Option<String>,
    table: Option<PipeTable>,
    /// The lists open inside a cell of the table, each with the number of its next item.
    cell_lists: Vec<Option<u64>>,
    /// The line of the title, which stands before all text.
    title: Option<String>,
    /// The item of a list of Microsoft Word whose text is being written.
    office: Option<OfficeItem>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Title,
    Level(usize),
}

/// A page as CommonMark.
pub(super) struct Written {
    /// The line of the title, if an element was marked as it.
    pub(super) title: Option<String>,
    pub(super) text: String,
}

impl MarkdownWriter {
    /// Adds text with character references.
    pub(super) fn text(&mut self, text: &str) {
        self.literal(&decode(text, Within::Text));
    }

    /// Adds text.
    pub(super) fn literal(&mut self, text: &str) {
        if let Some(pre) = &mut self.pre {
            pre.push_str(text);
        } else if let Some(code) = &mut self.code {
            // Only a `br` breaks a line of code.
            code.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        } else {
            self.line.text(text, self.setting());
        }
    }

    /// Adds the text before an item of a list of Microsoft Word, such as a bullet or a number.
    pub(super) fn office_marker(&mut self, text: &str) {
        match &mut self.office {
            Some(item) => item.add_marker(&decode(text, Within::Text)),
            None => self.text(text),
        }
    }

    fn setting(&self) -> Setting {
        if self.table.is_some() {
            Setting::Cell
        } else {
            Setting::Block
        }
    }

    /// Begins the first heading that is the title of the page.
    pub(super) fn start_title(&mut self) {
        self.separate();
        if self.pre.is_none() && self.table.is_none() {
            self.heading = Some(Heading::Title);
        }
    }

    /// Separates the text before and after an element that is left out.
    pub(super) fn separate(&mut self) {
        if self.pre.is_some() {
            return;
        }
        if self.table.is_some() {
            self.line.line_break();
        } else {
            self.flush();
        }
    }

    /// Ends everything that is open, at the end of a region.
    pub(super) fn close_all(&mut self) {
        self.end_pre();
        if self.table.is_some() {
            self.end_table();
        }
        self.flush();
        self.blocks.close_all();
    }

    /// Begins an element. `is_layout` holds for a table that is no table of data.
    pub(super) fn start(&mut self, tag: &Tag<'_>, is_layout: bool) {
        let name = tag.name.as_str();
        if self.pre.is_some() {
            if name == "br" {
                self.literal("\n");
            }
            return;
        }
        match name {
            "b" | "strong" => self.open_mark(Mark::Strong),
            "i" | "em" => self.open_mark(Mark::Emphasis),
            "a" => {
                if let Some(href) = tag.attribute("href").and_then(|href| target(&href)) {
                    self.close_mark(|mark| matches!(mark, Mark::Link(_)));
                    self.open_mark(Mark::Link(href));
                }
            }
            "img" => self.image(tag),
            "code" | "kbd" | "samp" | "tt" => {
                self.code.get_or_insert_default();
            }
            "br" => {
                if let Some(code) = &mut self.code {
                    code.push('\n');
                } else if self.heading.is_some() {
                    self.line.space();
                } else {
                    self.line.line_break();
                }
            }
            _ if self.table.is_some() => self.start_in_table(tag),
            // A table that is layout is read as the blocks of its cells.
            "table" if !is_layout => {
                self.flush();
                self.office = None;
                self.blocks.end_office_list();
                self.table = Some(PipeTable::new());
            }
            _ if is_block(name) => self.start_block(tag),
            _ => {}
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let alt = tag.attribute("alt").unwrap_or_default();
        let words = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(src) = tag.attribute("src").and_then(|src| target(&src)) {
            let mut alt = String::with_capacity(words.len());
            for c in words.chars() {
                // The text of an image is inline text, and may stand in a cell.
                if "[]\\|<*_`&~".contains(c) {
                    alt.push('\\');
                }
                alt.push(c);
            }
            self.line.markup(&format!("![{alt}]({src})"));
        } else {
            let setting = self.setting();
            self.line.text(&words, setting);
        }
    }

    /// Begins an element inside a table of data, whose cells hold lines and no blocks.
    fn start_in_table(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        let depth = self.table.as_ref().map_or(0, |table| table.depth);
        match name {
            "table" => {
                self.line.line_break();
                if let Some(table) = &mut self.table {
                    table.depth += 1;
                }
            }
            "tr" | "td" | "th" | "caption" if depth == 1 => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.in_caption = name == "caption";
                    match name {
                        "tr" => table.start_row(),
                        "td" | "th" => table.start_cell(),
                        _ => {}
                    }
                }
            }
            "td" | "th" => self.line.space(),
            "pre" => {
                self.line.line_break();
                self.pre = Some(String::new());
            }
            "ul" | "menu" | "ol" if self.cell_lists.len() < MAX_CELL_LISTS => {
                self.line.line_break();
                self.cell_lists.push(first_number(tag));
            }
            "li" => {
                self.line.line_break();
                let marker = self
                    .cell_lists
                    .last_mut()
                    .map_or_else(|| "-".to_owned(), marker);
                self.line.markup(&marker);
                self.line.space();
            }
            _ if is_block(name) => self.line.line_break(),
            _ => {}
        }
    }

    fn start_block(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        // A block inside a heading is part of it.
        let heading = self.heading.filter(|_| self.line.is_empty());
        self.flush();
        self.heading = None;
        self.office = OfficeItem::of(tag);
        if self.office.is_none() {
            self.blocks.end_office_list();
        }
        self.in_paragraph = matches!(name, "p" | "div");
        match name {
            "pre" => self.pre = Some(String::new()),
            "ul" | "menu" | "ol" => self.blocks.open_list(first_number(tag)),
            "li" => self.blocks.start_item(),
            "blockquote" => self.blocks.open_quote(),
            "hr" => self.blocks.write("---"),
            _ => {
                let level = heading_level(name).or_else(|| role_level(tag));
                self.heading = level.map(Heading::Level).or(heading);
            }
        }
    }

    /// Ends an element.
    pub(super) fn end(&mut self, name: &str) {
        if self.pre.is_some() {
            return;
        }
        match name {
            "b" | "strong" => self.close_mark(|mark| *mark == Mark::Strong),
            "i" | "em" => self.close_mark(|mark| *mark == Mark::Emphasis),
            "a" => self.close_mark(|mark| matches!(mark, Mark::Link(_))),
            "code" | "kbd" | "samp" | "tt" => self.end_code(),
            _ if self.table.is_some() => self.end_in_table(name),
            "ul" | "ol" | "menu" => {
                self.flush();
                self.blocks.close_list();
            }
            "blockquote" => {
                self.flush();
                self.blocks.close_quote();
            }
            "li" => {
                self.flush();
                self.blocks.end_item();
            }
            _ if is_block(name) || name == "head" => {
                self.flush();
                self.in_paragraph = false;
                if is_heading(name) {
                    self.heading = None;
                }
            }
            _ => {}
        }
    }

    fn end_in_table(&mut self, name: &str) {
        match name {
            "table" => {
                self.line.line_break();
                let is_open = self.table.as_mut().is_some_and(|table| {
                    table.depth -= 1;
                    table.depth > 0
                });
                if !is_open {
                    self.end_table();
                }
            }
            "caption" => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.in_caption = false;
                }
            }
            "ul" | "ol" | "menu" => {
                self.cell_lists.pop();
                self.line.line_break();
            }
            _ if is_block(name) => self.line.line_break(),
            _ => {}
        }
    }

    pub(super) fn is_in_pre(&self) -> bool {
        self.pre.is_some()
    }

    /// Ends the outermost `pre`.
    pub(super) fn end_pre(&mut self) {
        if let Some(text) = self.pre.take() {
            self.code_block(&text);
        }
    }

    /// Writes a code block; in a table, its lines.
    pub(super) fn code_block(&mut self, text: &str) {
        let text = text.strip_prefix('\n').unwrap_or(text).trim_end();
        if self.table.is_some() {
            self.line.line_break();
            self.line.code(text, Setting::Cell);
            self.line.line_break();
            return;
        }
        self.flush();
        if text.is_empty() {
            return;
        }
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        self.blocks.write(&format!("{fence}\n{text}\n{fence}"));
    }

    pub(super) fn finish(mut self) -> Written {
        self.close_all();
        Written {
            title: self.title,
            text: self.blocks.finish(),
        }
    }

    /// Opens a mark. The marks of code are inside its delimiters, so there are none.
    fn open_mark(&mut self, mark: Mark) {
        if self.code.is_none() {
            self.line.open(mark);
        }
    }

    fn close_mark(&mut self, is: fn(&Mark) -> bool) {
        if self.code.is_none() {
            self.line.close(is);
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        let lines = code.split('\n');
        let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let code = lines.collect::<Vec<_>>().join("\n");
        let setting = self.setting();
        self.line.code(&code, setting);
    }

    fn end_cell(&mut self) {
        self.end_code();
        self.cell_lists.clear();
        let line = self.line.take("<br>");
        if let Some(table) = &mut self.table {
            table.fill(&line);
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        let Some(mut table) = self.table.take() else {
            return;
        };
        let caption = std::mem::take(&mut table.caption).replace("<br>", " ");
        if !caption.is_empty() {
            self.blocks.write(&caption);
        }
        let text = table.finish();
        if !text.is_empty() {
            self.blocks.write(&text);
        }
    }

    /// Writes the line as a paragraph or heading. An empty line leaves an open heading open.
    fn flush(&mut self) {
        self.end_code();
        if self.line.is_empty() {
            self.line = InlineLine::default();
            return;
        }
        let is_alone = self.in_paragraph && self.blocks.is_outermost();
        if let Some(item) = self.office.take() {
            let (level, marker) = item.place();
            self.blocks.start_office_item(level, &marker);
        }
        match self.heading.take() {
            Some(Heading::Title) => {
                self.title = Some(heading_line(self.line.take(" ")));
                self.level = 1;
            }
            Some(Heading::Level(level)) => {
                self.level = level;
                self.write_heading(level);
            }
            None if is_alone && self.line.is_bold_heading() => {
                self.line.without(&Mark::Strong);
                self.write_heading((self.level + 1).clamp(2, 6));
            }
            None => {
                let text = self.line.take("\\\n");
                self.blocks.write(&text);
            }
        }
    }

    fn write_heading(&mut self, level: usize) {
        // A heading inside a list or quote would begin no section, but a heading of a page nearly always should.
        self.blocks.close_all();
        let line = heading_line(self.line.take(" "));
        self.blocks.write(&format!("{} {line}", "#".repeat(level)));
    }
}

/// Returns a line that a heading may end with: a `#` at its end would be read as a mark of the heading.
fn heading_line(mut line: String) -> String {
    if line.ends_with('#') && !line.ends_with("\\#") {
        line.insert(line.len() - 1, '\\');
    }
    line
}

/// The number of the first item of a list; `None` if it has no numbers. CommonMark reads nine digits.
fn first_number(tag: &Tag<'_>) -> Option<u64> {
    let start = || tag.attribute("start")?.trim().parse().ok();
    (tag.name == "ol").then(|| start().unwrap_or(1).min(999_999))
}

fn heading_level(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Returns the level of an element that is a heading by its role.
fn role_level(tag: &Tag<'_>) -> Option<usize> {
    let role = tag.attribute("role")?;
    let level = || tag.attribute("aria-level")?.trim().parse().ok();
    // The level of such a heading without one, by WAI-ARIA.
    let is_heading = role.trim().eq_ignore_ascii_case("heading");
    is_heading.then(|| level().unwrap_or(2).clamp(1, 6))
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
