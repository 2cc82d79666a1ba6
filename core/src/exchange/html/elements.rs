//! The open elements of a page while its tags pass by, and the place where a token stands: hidden, in the header, inside
//! the article.
//!
//! It closes elements as browsers do where an end tag is missing, because an element that stays open would hide the rest
//! of the page, and one that closes too early would show what it hides. Each element is pushed and popped once, so the
//! cost is linear whatever the nesting. It knows nothing of the output.

use std::collections::BTreeMap;

use super::office::is_marker;
use super::references::{Within, decode};
use super::tokens::Tag;

/// The place of a token: properties of the open elements around it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Inside an element that no reader sees, a control, or navigation.
    is_dropped: bool,
    is_invisible: bool,
    /// Inside the header of the page, not of an article or a section.
    pub(super) in_header: bool,
    /// The outermost `aside`, counted from 1 in the order of the page; 0 outside of one.
    pub(super) aside: usize,
    pub(super) in_heading: bool,
    pub(super) in_link: bool,
    pub(super) in_pre: bool,
    pub(super) in_code: bool,
    /// Inside the bullet or number of a list of Microsoft Word.
    pub(super) in_office_marker: bool,
    in_section: bool,
    /// The regions around it, a bit for each [`Region`].
    regions: u8,
    /// The innermost table, counted from 1 in the order of the page; 0 outside tables.
    pub(super) table: usize,
    pub(super) in_header_cell: bool,
}

impl Place {
    /// Returns true if a reader of the page sees the text here and it is not navigation.
    pub(super) fn is_shown(self) -> bool {
        !self.is_dropped && !self.is_invisible
    }

    pub(super) fn is_in(self, region: Region) -> bool {
        self.regions & region.bit() != 0
    }
}

/// An element that may hold the article of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// The text of a Confluence page.
    Wiki,
    /// The text of an article as Zendesk and others mark it, inside `main` or `article`.
    Body,
    /// `article` inside `main`.
    ArticleInMain,
    Main,
    /// `article` outside `main`.
    Article,
    /// An element called as `main` is called elsewhere.
    NamedMain,
}

impl Region {
    pub(super) const ALL: [Region; 6] = [
        Region::Wiki,
        Region::Body,
        Region::ArticleInMain,
        Region::Main,
        Region::Article,
        Region::NamedMain,
    ];

    pub(super) fn index(self) -> usize {
        self as usize
    }

    fn bit(self) -> u8 {
        1 << self.index()
    }
}

struct Element {
    name: String,
    place: Place,
}

/// The open elements, outermost first.
#[derive(Default)]
pub(super) struct Elements {
    open: Vec<Element>,
    /// The positions in `open` of the elements of a name, ascending.
    by_name: BTreeMap<String, Vec<usize>>,
    /// The positions of the elements that an end tag does not reach through.
    barriers: Vec<usize>,
    /// The positions of the elements that stand on lines of their own.
    blocks: Vec<usize>,
    n_tables: usize,
    n_asides: usize,
}

/// Returns true for an element without content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Returns true for an element that an end tag inside does not close.
fn is_barrier(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "caption"
            | "marquee"
            | "math"
            | "object"
            | "svg"
            | "table"
            | "td"
            | "template"
            | "th"
    )
}

/// Returns true for an element that is dropped with its content, beside those with raw text.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "nav"
            | "footer"
            | "template"
            | "noscript"
            | "svg"
            | "math"
            | "select"
            | "button"
            | "object"
            | "canvas"
            | "audio"
            | "video"
            | "datalist"
            | "dialog"
    )
}

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// Returns true if an element stands on lines of its own. Its start ends a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "col"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}

pub(super) fn is_heading(name: &str) -> bool {
    HEADINGS.contains(&name)
}

/// Returns true for an element that may hold the title of a page: a first heading, or the title of Microsoft Word.
pub(super) fn is_title(tag: &Tag<'_>) -> bool {
    let is_office_title = || {
        let class = tag.attribute("class").unwrap_or_default();
        class.split_whitespace().any(|word| word == "MsoTitle")
    };
    tag.name == "h1" || (tag.name == "p" && is_office_title())
}

fn is_aside(tag: &Tag<'_>) -> bool {
    let role = || tag.attribute("role").unwrap_or_default();
    tag.name == "aside"
        || (tag.has_attributes() && role().trim().eq_ignore_ascii_case("complementary"))
}

/// Ids of the header of a page that has no element for it.
const HEADER_IDS: &[&str] = &["header", "masthead", "site-header"];

impl Elements {
    /// The place after the last tag.
    pub(super) fn place(&self) -> Place {
        self.open.last().map(|last| last.place).unwrap_or_default()
    }

    /// Opens an element, after closing those that its start ends. Returns the place of its content.
    pub(super) fn start(&mut self, tag: &Tag<'_>) -> Place {
        let name = tag.name.as_str();
        self.close_before(name);
        let mut place = inside(self.place(), tag);
        if name == "table" {
            self.n_tables += 1;
            place.table = self.n_tables;
            place.in_header_cell = false;
        }
        if place.aside == 0 && is_aside(tag) {
            self.n_asides += 1;
            place.aside = self.n_asides;
        }
        if !tag.closed && !is_void(name) {
            let at = self.open.len();
            if is_barrier(name) {
                self.barriers.push(at);
            }
            if is_block(name) {
                self.blocks.push(at);
            }
            match self.by_name.get_mut(name) {
                Some(positions) => positions.push(at),
                None => _ = self.by_name.insert(name.to_owned(), vec![at]),
            }
            self.open.push(Element {
                name: name.to_owned(),
                place,
            });
        }
        place
    }

    /// Closes an element and those inside it. Returns the place of its content, or `None` if the end tag has no start.
    pub(super) fn end(&mut self, name: &str) -> Option<Place> {
        let floor = self.barriers.last().map_or(0, |at| at + 1);
        let at = match name {
            // Text after the end of the body belongs to it.
            "html" | "body" => None,
            "table" => self.last(name),
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" => {
                self.last(name).filter(|at| *at >= self.table_floor())
            }
            _ if is_heading(name) => self.last_of(HEADINGS).filter(|at| *at >= floor),
            _ if is_barrier(name) => self.last(name),
            _ => self.last(name).filter(|at| *at >= floor),
        };
        let at = at?;
        let place = self.open.get(at)?.place;
        if !self.holds_block(name, at) {
            self.close_from(at);
        }
        Some(place)
    }

    /// Returns true if the element at `at` stands in a line and has a block inside. The block stays open when that
    /// element ends: `<b><div hidden>` is hidden after `</b>` too.
    fn holds_block(&self, name: &str, at: usize) -> bool {
        let ends_all = is_block(name) || is_barrier(name) || is_dropped(name);
        let is_inline = !ends_all && name != "head";
        is_inline && self.blocks.last().is_some_and(|block| *block > at)
    }

    /// Closes the elements that end where an element begins.
    fn close_before(&mut self, name: &str) {
        let floor = self.barriers.last().map_or(0, |at| at + 1);
        if is_block(name)
            && let Some(at) = self.last("p").filter(|at| *at >= floor)
        {
            self.close_from(at);
        }
        let from = match name {
            "li" => self.last_inside("li", &["ul", "ol", "menu", "dir"], floor),
            "dt" | "dd" => {
                let dt = self.last_inside("dt", &["dl"], floor);
                dt.max(self.last_inside("dd", &["dl"], floor))
            }
            "a" => self
                .last("a")
                .filter(|at| *at >= floor && !self.holds_block("a", *at)),
            "body" => self.last("head"),
            "td" | "th" => self.first_in_table(&["td", "th", "caption"]),
            "tr" => self.first_in_table(&["tr", "td", "th", "caption", "colgroup"]),
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => self.first_in_table(&[
                "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup",
            ]),
            _ if is_heading(name) => self
                .open
                .last()
                .filter(|top| is_heading(&top.name))
                .map(|_| self.open.len() - 1),
            _ => None,
        };
        if let Some(at) = from {
            self.close_from(at);
        }
    }

    fn last(&self, name: &str) -> Option<usize> {
        self.by_name.get(name)?.last().copied()
    }

    fn last_of(&self, names: &[&str]) -> Option<usize> {
        names.iter().filter_map(|name| self.last(name)).max()
    }

    /// Returns the last element of a name, unless a container of such elements has begun since.
    fn last_inside(&self, name: &str, containers: &[&str], floor: usize) -> Option<usize> {
        let container = self.last_of(containers);
        self.last(name)
            .filter(|at| *at >= floor && container.is_none_or(|container| *at > container))
    }

    /// The position after the start of the innermost table.
    fn table_floor(&self) -> usize {
        self.last_of(&["table", "template"]).map_or(0, |at| at + 1)
    }

    /// Returns the outermost of these elements in the innermost table.
    fn first_in_table(&self, names: &[&str]) -> Option<usize> {
        self.last("table")?;
        let floor = self.table_floor();
        // A table holds one open element of each name below its cells, so the last one is the outermost.
        names
            .iter()
            .filter_map(|name| self.last(name).filter(|at| *at >= floor))
            .min()
    }

    fn close_from(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(element) = self.open.pop() else {
                return;
            };
            if let Some(positions) = self.by_name.get_mut(&element.name) {
                positions.pop();
            }
            for positions in [&mut self.barriers, &mut self.blocks] {
                if positions.last() == Some(&self.open.len()) {
                    positions.pop();
                }
            }
        }
    }
}

/// The attributes that decide the place of an element.
#[derive(Default)]
struct Attributes {
    id: String,
    class: String,
    role: String,
    style: Option<String>,
    is_hidden: bool,
    is_link: bool,
    is_body: bool,
    is_navigation: bool,
}

impl Attributes {
    fn of(tag: &Tag<'_>) -> Attributes {
        let mut found = Attributes::default();
        tag.each_attribute(|name, value| {
            let text = |value: &str| decode(value, Within::Attribute).into_owned();
            match name {
                "id" => found.id = text(value),
                "class" => found.class = text(value),
                "role" => found.role = text(value).trim().to_ascii_lowercase(),
                "style" => found.style = Some(text(value)),
                "hidden" => found.is_hidden = !value.trim().eq_ignore_ascii_case("until-found"),
                "href" => found.is_link = tag.name == "a",
                "itemprop" => found.is_body |= value.eq_ignore_ascii_case("articleBody"),
                "aria-label" => found.is_navigation |= names_navigation(value.trim()),
                _ => {}
            }
        });
        found.is_body |= found.has_class("article-body");
        found.is_navigation |= matches!(found.role.as_str(), "navigation" | "contentinfo")
            || names_navigation(&found.id)
            || found.class.split_whitespace().any(names_navigation);
        found
    }

    fn has_class(&self, wanted: &str) -> bool {
        self.class.split_whitespace().any(|word| word == wanted)
    }
}

/// Returns the place of the content of an element.
fn inside(outer: Place, tag: &Tag<'_>) -> Place {
    let mut place = outer;
    let name = tag.name.as_str();
    place.is_dropped |= is_dropped(name);
    place.in_heading |= is_heading(name);
    place.in_pre |= name == "pre";
    place.in_code |= matches!(name, "pre" | "code" | "kbd" | "samp" | "tt");
    place.in_header_cell = match name {
        "td" => false,
        "th" => true,
        _ => place.in_header_cell,
    };
    let attributes = if tag.has_attributes() {
        Attributes::of(tag)
    } else {
        Attributes::default()
    };
    place.is_dropped |= attributes.is_navigation;
    place.in_link |= attributes.is_link;
    // A page hides the whole of itself until its script has run; its reader sees it.
    if !matches!(name, "html" | "body") {
        place.is_dropped |= attributes.is_hidden;
        if let Some(style) = &attributes.style {
            hide(&mut place, style);
            place.in_office_marker |= is_marker(style);
        }
    }
    enter(&mut place, outer, name, &attributes);
    place
}

/// Notes the header and the regions that an element begins.
fn enter(place: &mut Place, outer: Place, name: &str, attributes: &Attributes) {
    let (id, role) = (attributes.id.as_str(), attributes.role.as_str());
    let is_main = name == "main" || role == "main";
    let is_article = name == "article" || role == "article";
    // The header that Pandoc writes is that of the text.
    let is_named = HEADER_IDS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(id));
    let is_header = name == "header" || role == "banner" || (name == "div" && is_named);
    let is_header = is_header && id != "title-block-header";
    place.in_header |= is_header && !place.in_section;

    let outer_main = outer.is_in(Region::Main);
    let outer_article = outer.is_in(Region::Article) || outer.is_in(Region::ArticleInMain);
    let is_named_main = id == "main-content" && matches!(name, "div" | "section");
    let is_body = attributes.is_body && name != "body";
    for (region, is_here) in [
        (
            Region::Wiki,
            is_named_main && attributes.has_class("wiki-content"),
        ),
        (
            Region::NamedMain,
            is_named_main || (is_body && !outer_main && !outer_article),
        ),
        (Region::Main, is_main),
        (
            Region::ArticleInMain,
            is_article && outer_main && !outer_article,
        ),
        (Region::Article, is_article && !outer_main && !outer_article),
        (Region::Body, is_body && (outer_main || outer_article)),
    ] {
        if is_here {
            place.regions |= region.bit();
        }
    }
    place.in_section |= is_main || is_article || name == "section" || place.regions != 0;
}

/// Classes and ids of navigation, of line numbers beside code, and of the signs that link to a heading.
const NAVIGATION: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "breadcrumb-section",
    "linenos",
    "linenodiv",
    "rouge-gutter",
    "headerlink",
    "header-anchor",
    "hash-link",
    "anchor-link",
];

fn names_navigation(word: &str) -> bool {
    let mut known = NAVIGATION.iter();
    known.any(|known| known.eq_ignore_ascii_case(word))
}

/// Applies the declarations of a `style` attribute that hide an element.
fn hide(place: &mut Place, style: &str) {
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.split('!').next().unwrap_or_default().trim();
        let is = |wanted: &str| value.eq_ignore_ascii_case(wanted);
        match property.trim().to_ascii_lowercase().as_str() {
            "display" => place.is_dropped |= is("none"),
            "content-visibility" => place.is_dropped |= is("hidden"),
            // Hidden text of Microsoft Word.
            "mso-hide" => place.is_dropped |= is("all"),
            // An element inside may be visible again.
            "visibility" => {
                place.is_invisible =
                    is("hidden") || is("collapse") || (place.is_invisible && !is("visible"));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
