//! Marks inside of a line, and those that reach over lines: comments, hidden elements, wiki links, shortcodes, attribute
//! lists and tags.

use super::{Dialect, Pass};

/// Greatest length of a raw heading in bytes.
const MAX_HEADING: usize = 1_000;
/// Greatest length of a list of attributes in bytes.
const MAX_ATTRIBUTES: usize = 500;
/// Attributes and arguments whose values are words of the text.
const WORDS: &[&str] = &[
    "title", "label", "caption", "alt", "alt-text", "summary", "heading",
];
/// Shortcodes whose first argument is a title.
const TITLED: &[&str] = &["tab", "details", "expand", "collapse", "card"];
/// Elements that have no end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// A tag: its name in the case of the source, and the text of its attributes.
struct RawTag<'a> {
    name: &'a str,
    attributes: &'a str,
    is_end: bool,
    is_closed: bool,
    end: usize,
}

impl<'a> Pass<'a> {
    /// Handles the mark at `at`. Returns its end, or `None` if the byte is text.
    pub(super) fn mark(&mut self, at: usize, byte: u8) -> Option<usize> {
        match byte {
            b'<' => self.less_than(at),
            b'%' => self.percent(at),
            b'{' => self.brace(at),
            b'[' => self.bracket(at),
            _ => self.embed(at),
        }
    }

    fn less_than(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        if rest.starts_with("<!--") {
            return match self.find("-->", at + 4) {
                Some(end) => Some(end + 3),
                // At the beginning of a line it hides everything after it, inside of a line it is text.
                None if self.is_first_in_line() => self.cut(),
                None => None,
            };
        }
        let is_mdx = self.dialect == Dialect::Mdx;
        if is_mdx && (rest.starts_with("<>") || rest.starts_with("</>")) {
            return Some(at + rest.find('>')? + 1);
        }
        let tag = self.tag(at)?;
        let name = tag.name.to_ascii_lowercase();
        let is_component =
            tag.name.starts_with(|c: char| c.is_ascii_uppercase()) || tag.name.contains('.');
        if !tag.is_end {
            if matches!(name.as_str(), "script" | "style" | "noscript") || is_hidden(tag.attributes)
            {
                if tag.is_closed || VOID.contains(&name.as_str()) {
                    return Some(tag.end);
                }
                return self.element_end(&name, tag.end).or_else(|| self.cut());
            }
            if matches!(name.as_str(), "pre" | "code") {
                return self.raw_code(at, &name, tag.end);
            }
            if let Some(level) = heading_level(&name) {
                return self.raw_heading(level, tag.end);
            }
        }
        if is_mdx && is_component {
            let words = attribute_words(tag.attributes);
            self.out.push_str(&words);
            return Some(tag.end);
        }
        None
    }

    /// Leaves out everything to the end of the text.
    fn cut(&mut self) -> Option<usize> {
        self.is_cut = true;
        Some(self.text.len())
    }

    /// Reads the tag at `at`: a name, attributes with quotes and braces, and no `<` outside of these.
    fn tag(&mut self, at: usize) -> Option<RawTag<'a>> {
        let is_end = self.rest(at + 1).starts_with('/');
        let start = at + 1 + usize::from(is_end);
        let rest = self.rest(start);
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-._:".contains(c)))
            .unwrap_or(rest.len());
        let name = rest.get(..length)?;
        let follows = rest.as_bytes().get(length).copied()?;
        if !matches!(follows, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r') {
            return None;
        }
        let from = start + length;
        let (mut quote, mut depth) = (None, 0usize);
        let mut last = b' ';
        for (i, byte) in self.rest(from).bytes().enumerate() {
            self.fuel = self.fuel.checked_sub(1)?;
            match byte {
                b'\n' if last == b'\n' => return None,
                _ if quote == Some(byte) => quote = None,
                _ if quote.is_some() => {}
                b'"' | b'\'' => quote = Some(byte),
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                b'<' => return None,
                b'>' => {
                    let attributes = self.part(from, from + i).trim_end();
                    return Some(RawTag {
                        name,
                        is_closed: attributes.ends_with('/'),
                        attributes: attributes.trim_end_matches('/'),
                        is_end,
                        end: from + i + 1,
                    });
                }
                _ => {}
            }
            if byte != b'\r' {
                last = byte;
            }
        }
        None
    }

    /// Returns the end of an element, with elements of its name inside it.
    fn element_end(&self, name: &str, from: usize) -> Option<usize> {
        let mut depth = 1usize;
        let mut at = from;
        while let Some(found) = self.rest(at).find('<') {
            at += found + 1;
            let rest = self.rest(at);
            let is_end = rest.starts_with('/');
            let tag = rest.strip_prefix('/').unwrap_or(rest);
            let is_named =
                tag.get(..name.len())
                    .is_some_and(|found| found.eq_ignore_ascii_case(name))
                    && tag.as_bytes().get(name.len()).is_some_and(|byte| {
                        matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r')
                    });
            if is_named && is_end {
                depth -= 1;
                if depth == 0 {
                    return Some(at + rest.find('>')? + 1);
                }
            } else if is_named {
                depth += 1;
            }
        }
        None
    }

    /// Copies a raw element of code without the comments in it.
    fn raw_code(&mut self, at: usize, name: &str, from: usize) -> Option<usize> {
        let closing = if name == "pre" { "</pre>" } else { "</code>" };
        let end = self.find(closing, from)? + closing.len();
        let mut rest = self.part(at, end);
        while let Some(comment) = rest.find("<!--") {
            let (before, after) = rest.split_at(comment);
            let Some(length) = after.find("-->") else {
                break;
            };
            self.out.push_str(before);
            rest = after.get(length + 3..).unwrap_or_default();
        }
        self.out.push_str(rest);
        Some(end)
    }

    /// Replaces a raw heading that begins its line by a heading of Markdown.
    fn raw_heading(&mut self, level: usize, from: usize) -> Option<usize> {
        if !self.begins_line(char::is_whitespace) {
            return None;
        }
        let closing = ["</h1>", "</h2>", "</h3>", "</h4>"].get(level - 1)?;
        let end = from + self.window(from, MAX_HEADING).find(closing)?;
        let words: Vec<&str> = self.part(from, end).split_whitespace().collect();
        if words.is_empty() {
            return None;
        }
        let marks = "####".get(..level)?;
        self.out.push_str("\n\n");
        self.out.push_str(marks);
        for word in words {
            self.out.push(' ');
            self.out.push_str(word);
        }
        self.out.push_str("\n\n");
        Some(end + closing.len())
    }

    /// Removes an Obsidian comment. A percent sign after a word or before a variable of a batch file is text.
    fn percent(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at).strip_prefix("%%")?;
        let before = self.part(0, at).chars().next_back();
        if rest.starts_with('%') || before.is_some_and(|c| c.is_alphanumeric() || c == '%') {
            return None;
        }
        let mut from = at + 2;
        let mut in_code = None;
        while let Some(found) = self.find("%%", from) {
            let after = self.rest(found + 2).chars().next();
            let is_end = !after.is_some_and(|c| c.is_alphanumeric() || "~%".contains(c));
            if is_end && !self.is_code(found) {
                return Some(found + 2);
            }
            in_code = in_code.or(Some(found + 2).filter(|_| is_end));
            from = found + 2;
        }
        // A fence inside of the comment may hide its end from the parser.
        if self.ends_line(at + 2) && self.is_first_in_line() {
            return in_code.or_else(|| self.cut());
        }
        // The search is not repeated for the marks that were passed.
        self.absent.push(("%%", at + 2));
        None
    }

    fn brace(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        for (begin, end) in [
            ("{/*", "*/}"),
            ("{{/*", "*/}}"),
            ("{{</*", "*/>}}"),
            ("{{%/*", "*/%}}"),
            ("{# ", "#}"),
            ("{#\n", "#}"),
        ] {
            if rest.starts_with(begin) {
                return Some(self.find(end, at + begin.len())? + end.len());
            }
        }
        if rest.starts_with("{{<") {
            return self.shortcode(at, 3, ">}}");
        }
        if rest.starts_with("{{%") {
            return self.shortcode(at, 3, "%}}");
        }
        if rest.starts_with("{%") {
            return self.shortcode(at, 2, "%}");
        }
        if rest.starts_with("{::comment}") {
            return Some(self.find("{:/comment}", at)? + "{:/comment}".len());
        }
        self.attributes(at)
    }

    /// Replaces a shortcode or a template tag by its words.
    fn shortcode(&mut self, at: usize, length: usize, closing: &'static str) -> Option<usize> {
        let from = at + length;
        let end = self.find(closing, from)?;
        let inside = self.part(from, end).trim_matches('-').trim();
        let after = end + closing.len();
        let (name, arguments) = inside.split_once([' ', '\t', '\n']).unwrap_or((inside, ""));
        match name {
            "comment" => {
                let last = match closing {
                    "%}" => "endcomment",
                    _ => "/comment",
                };
                let close = self.find(last, after)?;
                let Some(end) = self.find(closing, close) else {
                    // Each later mark of the end lacks its closing too.
                    self.absent.push((last, after));
                    return None;
                };
                return Some(end + closing.len());
            }
            "highlight" => {
                // The content is code, so it is copied as it stands between fences.
                let (opening, last) = match closing {
                    "%}" => ("{%", "endhighlight"),
                    ">}}" => ("{{<", "/highlight"),
                    _ => ("{{%", "/highlight"),
                };
                let close = self.find(last, after)?;
                let content = self.part(after, close);
                let content = content.get(..content.rfind(opening)?)?;
                let end = self.find(closing, close)? + closing.len();
                let language = arguments.split_whitespace().next().unwrap_or_default();
                for part in ["``` ", language, content, "```"] {
                    self.out.push_str(part);
                }
                return Some(end);
            }
            name => {
                let mut words = attribute_words(arguments);
                let first = arguments.trim_start();
                if words.is_empty()
                    && TITLED.contains(&name)
                    && let Some(title) = first.strip_prefix('"')
                {
                    words = title.split('"').next().unwrap_or_default().to_owned();
                }
                self.out.push_str(&words);
            }
        }
        Some(after)
    }

    /// Removes a list of attributes: `{: .x}` of kramdown, and `{#id .x key=value}` at the end of a line or behind what
    /// it belongs to. One that names an audience stays, for it decides who may see the text.
    fn attributes(&mut self, at: usize) -> Option<usize> {
        let inside = self.window(at + 1, MAX_ATTRIBUTES);
        let length = inside.find(['}', '{', '\n'])?;
        let end = at + 1 + length + 1;
        if inside.as_bytes().get(length) != Some(&b'}') {
            return None;
        }
        let inside = inside.get(..length)?;
        if inside.contains("audience") {
            return None;
        }
        let is_attribute = |word: &str| {
            let mark = word.strip_prefix(['#', '.']).is_some_and(is_name);
            mark || word
                .split_once('=')
                .is_some_and(|(key, value)| is_name(key) && !value.is_empty())
        };
        let is_list = match inside.strip_prefix(':') {
            // `{:/}` and `{::x}` are marks of kramdown too.
            Some(rest) => {
                rest.starts_with([':', '/'])
                    || rest.trim() == "toc"
                    || rest.split_whitespace().next().is_some_and(is_attribute)
            }
            None => {
                let first = inside.split_whitespace().next()?;
                let is_last = self.ends_line(end);
                let is_behind = self.part(0, at).ends_with([')', ']', '`']);
                is_attribute(first) && (is_behind || (is_last && first.starts_with(['#', '.'])))
            }
        };
        if !is_list {
            return None;
        }
        if self.ends_line(end) {
            let kept = self.out.trim_end_matches([' ', '\t']).len();
            self.out.truncate(kept);
        }
        Some(end)
    }

    fn bracket(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at);
        if rest.starts_with("[!") {
            return self.alert(at);
        }
        let (inside, end) = self.wiki(at)?;
        if ["toc", "_toc_"]
            .iter()
            .any(|toc| inside.eq_ignore_ascii_case(toc))
        {
            return Some(end);
        }
        let (target, shown) = match inside.split_once('|') {
            Some((target, shown)) => (target.trim_end_matches('\\'), shown.trim()),
            None => (inside, ""),
        };
        if !shown.is_empty() {
            self.out.push_str(shown);
            return Some(end);
        }
        let target = target.split("#^").next().unwrap_or_default();
        match target.split_once('#') {
            Some(("", heading)) => self.out.push_str(&heading.replace('#', " ")),
            Some((page, heading)) => {
                self.out.push_str(page.trim_end());
                self.out.push_str(" > ");
                self.out.push_str(&heading.replace('#', " "));
            }
            None => self.out.push_str(target),
        }
        Some(end)
    }

    /// Returns the inside and the end of a wiki link at `at`. Brackets of shells, of regular expressions and of links
    /// in the form `[[1]](url)` are none.
    fn wiki(&self, at: usize) -> Option<(&'a str, usize)> {
        let inside = self.rest(at).strip_prefix("[[")?;
        let length = inside.find(['[', ']', '\n'])?;
        let after = inside.get(length..)?.strip_prefix("]]")?;
        let text = inside.get(..length)?;
        let is_link = !text.is_empty()
            && text.trim() == text
            && !text.starts_with(':')
            && !after.starts_with(['(', ']'])
            && !self.part(0, at).ends_with('[');
        is_link.then_some((text, at + 2 + length + 2))
    }

    /// Removes an embedded file.
    fn embed(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at + 1);
        if !rest.starts_with("[[") {
            return None;
        }
        self.wiki(at + 1).map(|(_, end)| end)
    }

    /// Removes the mark of an alert (`[!NOTE]`) at the beginning of a line, and of an include anywhere.
    fn alert(&mut self, at: usize) -> Option<usize> {
        let rest = self.rest(at + 2);
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))
            .unwrap_or(rest.len());
        let name = rest.get(..length)?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let is_include = name.eq_ignore_ascii_case("include") || name.starts_with("code-");
        if !is_include && !self.is_first_in_line() {
            return None;
        }
        let mut depth = 1usize;
        for (i, byte) in rest.bytes().enumerate() {
            self.fuel = self.fuel.checked_sub(1)?;
            match byte {
                b'\n' => return None,
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let end = at + 2 + i + 1;
                let fold = self.rest(end).strip_prefix(['+', '-']);
                let end = end + usize::from(fold.is_some());
                let space = self.rest(end).strip_prefix(' ');
                return Some(end + usize::from(space.is_some() && !is_include));
            }
        }
        None
    }
}

fn heading_level(name: &str) -> Option<usize> {
    ["h1", "h2", "h3", "h4"]
        .iter()
        .position(|h| *h == name)
        .map(|at| at + 1)
}

/// Returns true for a name as directives and attributes have it.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || "-_:".contains(c))
}

/// Returns true if the attributes hide an element.
fn is_hidden(attributes: &str) -> bool {
    let mut hidden = false;
    each_attribute(attributes, |name, value| {
        hidden |= match name {
            "hidden" => !matches!(value, "{false}" | "false"),
            "style" => {
                let plain: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                let plain = plain.to_ascii_lowercase();
                plain.contains("display:none")
                    || plain.contains("display:'none'")
                    || plain.contains("visibility:hidden")
            }
            _ => false,
        };
    });
    hidden
}

/// Returns the words in attributes: the values of `title`, `label` and their like.
pub(super) fn attribute_words(attributes: &str) -> String {
    let mut words = String::new();
    each_attribute(attributes, |name, value| {
        let value = value.trim();
        if WORDS.contains(&name) && !value.starts_with('{') && !value.is_empty() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(value);
        }
    });
    words
}

/// Calls `take` with the name, in lower case, and the value of each attribute. Quotes around a value are removed.
fn each_attribute(attributes: &str, mut take: impl FnMut(&str, &str)) {
    let mut rest = attributes;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || "\"'{".contains(c)) {
        rest = rest.get(start..).unwrap_or_default();
        if rest.starts_with(['"', '\'', '{']) {
            rest = value_of(rest).1;
            continue;
        }
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        let value = after.trim_start().strip_prefix('=');
        let (value, after) = match value {
            Some(value) => value_of(value.trim_start()),
            None => ("", after),
        };
        take(&name.to_ascii_lowercase(), value);
        rest = after;
    }
}

/// Splits a value from the text that begins with it.
fn value_of(text: &str) -> (&str, &str) {
    let Some(first) = text.chars().next() else {
        return ("", "");
    };
    if first == '{' {
        let mut depth = 0usize;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return text.split_at(at + 1);
            }
        }
        return (text, "");
    }
    if first == '"' || first == '\'' {
        let inside = text.get(1..).unwrap_or_default();
        let end = inside.find(first).unwrap_or(inside.len());
        let after = inside.get(end..).unwrap_or_default();
        return (
            inside.get(..end).unwrap_or_default(),
            after.get(1..).unwrap_or_default(),
        );
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}
