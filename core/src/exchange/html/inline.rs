//! One line of inline CommonMark: text, code, links and emphasis. Emphasis is kept apart from the text until the line is
//! complete, because its delimiters depend on the characters around them.
//!
//! It knows no blocks; [`super::writer`] does.

use pulldown_cmark::{Event, Options, Parser};

/// Greatest number of marks (bold, links) open at once.
const MAX_MARKS: usize = 16;
/// Greatest length of a paragraph in bold that counts as a heading, in characters.
const MAX_BOLD_HEADING_CHARS: usize = 80;

/// A kind of mark. A link has its destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Strong,
    Emphasis,
    Link(String),
}

impl Mark {
    fn is_of_kind(&self, other: &Mark) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn delimiter(&self) -> Option<&'static str> {
        match self {
            Mark::Strong => Some("**"),
            Mark::Emphasis => Some("*"),
            Mark::Link(_) => None,
        }
    }
}

/// A mark over a range of the text.
struct Span {
    mark: Mark,
    start: usize,
    end: usize,
    /// Number of marks opened before it, so that of two with one start the outer comes first.
    order: usize,
}

/// The separation before the next text.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Break,
}

/// Surroundings that change the escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Block,
    Cell,
}

/// A line being written. A line feed in `text` is a line break.
#[derive(Default)]
pub(super) struct InlineLine {
    /// Escaped, without the delimiters of marks.
    text: String,
    /// Position after the last line break.
    line_start: usize,
    gap: Gap,
    open: Vec<Span>,
    closed: Vec<Span>,
    n_opened: usize,
}

impl InlineLine {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds decoded text.
    pub(super) fn text(&mut self, text: &str, setting: Setting) {
        let mut previous = ' ';
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_whitespace() {
                self.space();
                previous = ' ';
                continue;
            }
            if c.is_control() || c == '\u{feff}' || c == '\u{200b}' {
                continue;
            }
            self.write_gap();
            // The next chunk of text may begin with any character, and so may a delimiter of our own.
            let next = chars.peek().copied();
            let next_is = |is: fn(char) -> bool| next.is_none_or(is);
            let at_start = self.text.is_empty() || self.text.ends_with('\n');
            let escape = match c {
                '\\' => next_is(|c| c.is_ascii_punctuation()),
                '*' | '`' | '[' | '<' => true,
                // Only after text it could end a deletion.
                '~' => !at_start && !self.text.ends_with(' '),
                ']' => self.open.iter().any(|span| span.mark.delimiter().is_none()),
                '_' => !(previous.is_alphanumeric() && next.is_some_and(char::is_alphanumeric)),
                '&' => next_is(|c| c.is_ascii_alphanumeric() || c == '#'),
                '|' => at_start || setting == Setting::Cell,
                '#' | '>' | '-' | '+' | '=' | ':' => at_start,
                '.' | ')' => {
                    let number = self.text.get(self.line_start..).unwrap_or_default();
                    next_is(char::is_whitespace)
                        && (1..10).contains(&number.len())
                        && number.bytes().all(|byte| byte.is_ascii_digit())
                }
                _ => false,
            };
            if escape {
                self.text.push('\\');
            }
            self.text.push(c);
            previous = c;
        }
    }

    /// Adds inline CommonMark.
    pub(super) fn markup(&mut self, markup: &str) {
        self.write_gap();
        self.text.push_str(markup);
    }

    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// Breaks the line before the next text.
    pub(super) fn line_break(&mut self) {
        self.gap = Gap::Break;
    }

    /// Adds code of one or more lines.
    pub(super) fn code(&mut self, code: &str, setting: Setting) {
        let lines = code.lines().map(str::trim_end);
        for (i, line) in lines.filter(|line| !line.trim().is_empty()).enumerate() {
            if i > 0 {
                self.line_break();
            }
            let line = match setting {
                Setting::Block => line.to_owned(),
                // A table takes a bar for the end of the cell, in code too.
                Setting::Cell => line.replace('|', "\\|"),
            };
            if self.text.ends_with('`') {
                // Two adjacent fences would be one longer fence.
                self.space();
            }
            let fence = "`".repeat(if line.contains('`') {
                longest_run(&line) + 1
            } else {
                1
            });
            let pad = if line.starts_with('`') || line.ends_with('`') {
                " "
            } else {
                ""
            };
            self.markup(&format!("{fence}{pad}{line}{pad}{fence}"));
        }
    }

    fn write_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.text.is_empty() || self.text.ends_with([' ', '\n']) {
            return;
        }
        match gap {
            Gap::None => {}
            Gap::Space => self.text.push(' '),
            Gap::Break => {
                self.text.push('\n');
                self.line_start = self.text.len();
            }
        }
    }

    /// Opens a mark, unless one of its kind is open. A mark directly after the end of its like continues it.
    pub(super) fn open(&mut self, mark: Mark) {
        let is_open = self.open.iter().any(|span| span.mark.is_of_kind(&mark));
        if is_open || self.open.len() >= MAX_MARKS {
            return;
        }
        let end = self.text.len();
        let outer = self.open.last().map_or(0, |outer| outer.start);
        let is_continued = |last: &mut Span| {
            let is_adjacent = self.gap == Gap::None && last.end == end && last.start >= outer;
            is_adjacent && last.mark == mark && mark.delimiter().is_some()
        };
        if let Some(last) = self.closed.pop_if(is_continued) {
            self.open.push(last);
            return;
        }
        // The space before the mark is written by its text, and taken out of the mark when it closes.
        self.open.push(Span {
            mark,
            start: self.text.len(),
            end: 0,
            order: self.n_opened,
        });
        self.n_opened += 1;
    }

    /// Closes a mark of this kind, and the marks inside it.
    pub(super) fn close(&mut self, is: fn(&Mark) -> bool) {
        if let Some(at) = self.open.iter().position(|span| is(&span.mark)) {
            self.close_from(at);
        }
    }

    fn close_from(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(mut span) = self.open.pop() else {
                return;
            };
            span.end = self.text.len();
            let inside = self.text.get(span.start..).unwrap_or_default();
            if is_anchor(&span.mark, inside) {
                // The gap before it is that before the next text.
                self.gap = match inside.chars().next() {
                    Some('\n') => Gap::Break,
                    Some(' ') => self.gap.max(Gap::Space),
                    _ => self.gap,
                };
                self.text.truncate(span.start);
                self.line_start = self.line_start.min(span.start);
                while self.closed.pop_if(|inner| inner.end > span.start).is_some() {}
                continue;
            }
            span.start += inside.len() - inside.trim_start_matches([' ', '\n']).len();
            if span.start < span.end {
                self.closed.push(span);
            }
        }
    }

    /// Returns true if the line is a short text wholly in bold, as authors write who know no headings. A sentence is not.
    pub(super) fn is_bold_heading(&mut self) -> bool {
        self.close_from(0);
        let text = self.text.strip_suffix([':', '：']).unwrap_or(&self.text);
        let is_whole = |span: &Span| {
            span.mark == Mark::Strong && span.start == 0 && span.end >= text.trim_end().len()
        };
        let has_links = self
            .closed
            .iter()
            .any(|span| span.mark.delimiter().is_none());
        self.closed.iter().any(is_whole)
            && !has_links
            && text.chars().count() <= MAX_BOLD_HEADING_CHARS
            && !text.contains('\n')
            && !text.starts_with("![")
            && text.chars().any(char::is_alphanumeric)
            && !text.ends_with(|c: char| ".!?;,…。！？；、，".contains(c))
    }

    /// Removes the marks of a kind.
    pub(super) fn without(&mut self, mark: &Mark) {
        self.closed.retain(|span| span.mark != *mark);
    }

    /// Ends the line and returns it as CommonMark, with `line_break` for each line break.
    pub(super) fn take(&mut self, line_break: &str) -> String {
        self.close_from(0);
        let line = std::mem::take(self);
        let (marked, has_emphasis) = line.marked(true);
        // The matching of delimiters depends on all runs of the line (the rule of three). The parser has the last word:
        // where it would show an asterisk, the text stands without emphasis.
        let marked = if has_emphasis {
            let (plain, _) = line.marked(false);
            if shown(&marked) == shown(&plain) {
                marked
            } else {
                plain
            }
        } else {
            marked
        };
        marked.replace('\n', line_break)
    }

    /// Returns the text with its links, and with emphasis if wanted; also true if any emphasis was written.
    fn marked(&self, with_emphasis: bool) -> (String, bool) {
        let pieces = self.pieces();
        let is_kept = if with_emphasis {
            flanked(&pieces, self.closed.len())
        } else {
            Vec::new()
        };
        let mut out = String::with_capacity(self.text.len() + 4 * self.closed.len());
        let mut has_emphasis = false;
        for piece in &pieces {
            match piece {
                LinePiece::Text(text) => out.push_str(text),
                LinePiece::Open(_, Mark::Link(_)) => {
                    // An exclamation mark before a link would make it an image.
                    if out.ends_with('!') {
                        out.insert(out.len() - 1, '\\');
                    }
                    out.push('[');
                }
                LinePiece::Close(_, Mark::Link(target)) => {
                    out.push_str("](");
                    out.push_str(target);
                    out.push(')');
                }
                LinePiece::Open(span, mark) | LinePiece::Close(span, mark) => {
                    if is_kept.get(*span) == Some(&true) {
                        has_emphasis = true;
                        out.push_str(mark.delimiter().unwrap_or_default());
                    }
                }
            }
        }
        (out, has_emphasis)
    }

    /// Splits the line at the delimiters of its marks.
    fn pieces(&self) -> Vec<LinePiece<'_>> {
        let mut opened: Vec<(usize, &Span)> = self.closed.iter().enumerate().collect();
        opened.sort_by_key(|(_, span)| (span.start, span.order));
        let mut opened = opened.into_iter().peekable();
        let mut open: Vec<(usize, &Span)> = Vec::new();
        let mut pieces = Vec::new();
        let mut at = 0;
        loop {
            let end = open.last().map(|(_, span)| span.end);
            let start = opened.peek().map(|(_, span)| span.start);
            let is_end = match (start, end) {
                (None, None) => break,
                (Some(start), Some(end)) => end <= start,
                (start, _) => start.is_none(),
            };
            let to = if is_end { end } else { start }.unwrap_or(at);
            if to > at {
                pieces.push(LinePiece::Text(self.text.get(at..to).unwrap_or_default()));
                at = to;
            }
            if is_end {
                pieces.extend(open.pop().map(|(i, span)| LinePiece::Close(i, &span.mark)));
            } else if let Some((i, span)) = opened.next() {
                pieces.push(LinePiece::Open(i, &span.mark));
                open.push((i, span));
            }
        }
        pieces.push(LinePiece::Text(self.text.get(at..).unwrap_or_default()));
        pieces
    }
}

/// Returns true for the link of a heading to itself, shown as `¶`, `#` or `§`.
fn is_anchor(mark: &Mark, text: &str) -> bool {
    let is_local = matches!(mark, Mark::Link(target) if target.starts_with('#'));
    is_local && !text.contains("](") && !text.chars().any(char::is_alphanumeric)
}

/// A part of a line: text, or the delimiter of a span.
enum LinePiece<'a> {
    Text(&'a str),
    Open(usize, &'a Mark),
    Close(usize, &'a Mark),
}

/// For each span, returns true if CommonMark takes its delimiters as emphasis: the first must be left-flanking, the last
/// right-flanking. `**「設定」**を` is not, because a bracket stands before the last and a letter after it.
fn flanked(pieces: &[LinePiece<'_>], n_spans: usize) -> Vec<bool> {
    let mut is_kept = vec![true; n_spans];
    let mut drop = |span: usize| {
        if let Some(kept) = is_kept.get_mut(span) {
            *kept = false;
        }
    };
    // A run of delimiters has the characters around the whole run as its neighbours.
    let mut before: Vec<char> = Vec::with_capacity(pieces.len());
    let mut last = ' ';
    for piece in pieces {
        before.push(last);
        last = match piece {
            LinePiece::Text(text) => text.chars().next_back().unwrap_or(last),
            LinePiece::Open(_, Mark::Link(_)) => '[',
            LinePiece::Close(_, Mark::Link(_)) => ')',
            _ => last,
        };
    }
    let mut after = ' ';
    for (piece, before) in pieces.iter().zip(before).rev() {
        match piece {
            LinePiece::Text(text) => after = text.chars().next().unwrap_or(after),
            LinePiece::Open(_, Mark::Link(_)) => after = '[',
            LinePiece::Close(_, Mark::Link(_)) => after = ']',
            LinePiece::Open(span, _) if !is_flanking(before, after) => drop(*span),
            LinePiece::Close(span, _) if !is_flanking(after, before) => drop(*span),
            _ => {}
        }
    }
    is_kept
}

/// Returns true if a run between these characters leans on the inner one.
fn is_flanking(outer: char, inner: char) -> bool {
    let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    !inner.is_whitespace() && (!is_sign(inner) || outer.is_whitespace() || is_sign(outer))
}

/// Returns the text that a reader of CommonMark sees.
fn shown(line: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = String::with_capacity(line.len());
    for event in Parser::new_ext(line, options) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            _ => {}
        }
    }
    out
}

/// Returns the length of the longest run of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
