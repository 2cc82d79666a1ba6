//! The first pass over a page: the region that holds the article, its title, the tables that are layout, and whether the
//! site itself holds the page back. It writes nothing.

use super::super::headings::exact_role;
use super::elements::{Elements, Place, Region, is_block, is_heading, is_title};
use super::references::{Within, decode};
use super::tokens::{Tag, Token, Tokens};

/// The findings of the first pass.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The element that holds the article; `None` if it is the whole page.
    pub(super) region: Option<Region>,
    /// True if the header of the page is not part of the article.
    pub(super) drops_header: bool,
    pub(super) title: Option<String>,
    /// The position of the title among the `h1` elements of the page, if it is one.
    pub(super) title_h1: Option<usize>,
    pub(super) language: Option<String>,
    /// For each table, true if it only lays out its content.
    pub(super) layout_tables: Vec<bool>,
    /// For each `aside`, true if it holds links beside the article, and no note of it.
    pub(super) link_asides: Vec<bool>,
    /// The `robots` directive that keeps the page out of search engines.
    pub(super) noindex: Option<String>,
    /// True if the page is a template for other pages.
    pub(super) is_template: bool,
    /// The address to which the page sends its reader at once.
    pub(super) redirect: Option<String>,
}

/// Greatest number of characters of a page that only sends its reader elsewhere. The stubs of static site generators and
/// of Sphinx have 15 to 120; an article of this length with a redirect is not read either.
const MAX_STUB_CHARS: usize = 300;

/// From this delay on, in seconds, a page that loads another one is meant to be read first.
const MIN_READING_SECONDS: u32 = 30;

impl Survey {
    pub(super) fn of(page: &str) -> Survey {
        let mut pass = Pass::default();
        let mut elements = Elements::default();
        for token in Tokens::new(page) {
            match token {
                Token::Start(tag) => {
                    let outer = elements.place();
                    let place = elements.start(&tag);
                    pass.start(&tag, outer, place);
                }
                Token::End(name) => {
                    if elements.end(&name).is_some() {
                        pass.end(&name);
                    }
                }
                Token::Text(text) => pass.text(&decode(text, Within::Text), elements.place()),
                Token::Literal(text) => pass.text(text, elements.place()),
                Token::Raw(name, text) => pass.raw(&name, text, elements.place()),
            }
        }
        pass.finish()
    }
}

/// Sizes of a region.
#[derive(Clone, Copy, Default)]
struct Extent {
    /// Number of elements that are such a region and lie in none of the same kind.
    n_elements: usize,
    n_chars: usize,
    /// The number of characters outside links: menus and related articles are lists of links.
    n_plain_chars: usize,
}

/// A first heading, or another element that may hold the title.
#[derive(Default)]
struct Candidate {
    text: String,
    place: Place,
    is_logo: bool,
}

/// The counts of one table.
#[derive(Default)]
struct TableShape {
    n_rows: usize,
    n_cells: usize,
    max_cells: usize,
    has_header: bool,
    has_heading: bool,
    has_table: bool,
    is_presentation: bool,
}

impl TableShape {
    /// A table of data has several columns, and several rows or a header. Headings stand in pages, not in data.
    fn is_layout(&self) -> bool {
        self.is_presentation
            || self.has_heading
            || self.max_cells <= 1
            || (!self.has_header && (self.has_table || self.n_rows <= 1))
    }
}

#[derive(Default)]
struct Pass {
    survey: Survey,
    page: Extent,
    extents: [Extent; Region::ALL.len()],
    h1s: Vec<Candidate>,
    /// The element whose text is being collected.
    collecting: Option<Collecting>,
    /// The element in which Confluence writes the title, with the name of the space before it.
    wiki_title: Option<String>,
    title_element: Option<String>,
    tables: Vec<TableShape>,
    /// The extents of each `aside`, without its headings.
    asides: Vec<Extent>,
    /// Number of characters in the tags of a template engine, outside code.
    n_placeholder_chars: usize,
    refresh: Option<(u32, String)>,
}

#[derive(PartialEq, Eq)]
enum Collecting {
    FirstHeading,
    WikiTitle,
}

/// Classes of a first heading that names the site.
const LOGOS: &[&str] = &[
    "logo",
    "brand",
    "navbar-brand",
    "site-title",
    "site-name",
    "site-logo",
];

impl Pass {
    fn start(&mut self, tag: &Tag<'_>, outer: Place, place: Place) {
        let name = tag.name.as_str();
        if name == "table" {
            self.tables.push(TableShape {
                is_presentation: tag
                    .attribute("role")
                    .is_some_and(|role| matches!(role.trim(), "presentation" | "none")),
                ..TableShape::default()
            });
        }
        if name == "html" && self.survey.language.is_none() {
            let language = tag.attribute("lang").or_else(|| tag.attribute("xml:lang"));
            self.survey.language =
                language.filter(|tag| crate::model::validate::language("html.lang", tag).is_ok());
        }
        if place.aside > self.asides.len() {
            self.asides.push(Extent::default());
        }
        if !place.is_shown() {
            return;
        }
        for (region, extent) in Region::ALL.into_iter().zip(&mut self.extents) {
            if place.is_in(region) && !outer.is_in(region) {
                extent.n_elements += 1;
            }
        }
        match name {
            "meta" => self.meta(tag),
            _ if is_title(tag) => {
                let class = tag.attribute("class").unwrap_or_default();
                self.h1s.push(Candidate {
                    place,
                    is_logo: class
                        .split_whitespace()
                        .any(|word| LOGOS.iter().any(|known| known.eq_ignore_ascii_case(word))),
                    text: String::new(),
                });
                if self.collecting.is_none() {
                    self.collecting = Some(Collecting::FirstHeading);
                }
            }
            _ => {}
        }
        if self.wiki_title.is_none() && tag.attribute("id").is_some_and(|id| id == "title-text") {
            self.wiki_title = Some(String::new());
            self.collecting = Some(Collecting::WikiTitle);
        }
        if (is_block(name) && !is_title(tag)) || name == "br" {
            self.break_line(name);
        }
        self.table_part(name, outer, place);
    }

    fn table_part(&mut self, name: &str, outer: Place, place: Place) {
        let Some(table) = outer
            .table
            .checked_sub(1)
            .and_then(|at| self.tables.get_mut(at))
        else {
            return;
        };
        match name {
            "tr" => {
                table.n_rows += 1;
                table.n_cells = 0;
            }
            "td" | "th" => {
                table.n_cells += 1;
                table.max_cells = table.max_cells.max(table.n_cells);
                table.has_header |= name == "th";
            }
            "thead" => table.has_header = true,
            "table" => table.has_table = true,
            _ => table.has_heading |= is_heading(name) && !place.in_header_cell,
        }
    }

    fn end(&mut self, name: &str) {
        // The title of Confluence stands in a span inside the first heading.
        let is_over = match self.collecting {
            Some(Collecting::FirstHeading) => is_heading(name) || name == "p",
            Some(Collecting::WikiTitle) => name != "br",
            None => false,
        };
        if is_over {
            self.collecting = None;
        }
    }

    fn raw(&mut self, name: &str, text: &str, place: Place) {
        match name {
            "title" if self.title_element.is_none() && place.is_shown() => {
                self.title_element = one_line(&decode(text, Within::Text));
            }
            "xmp" | "plaintext" | "listing" => self.text(text, place),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, place: Place) {
        if !place.is_shown() {
            return;
        }
        // The link of a heading to itself is a sign.
        if !place.in_link || text.chars().any(char::is_alphanumeric) {
            self.collect(text);
        }
        let n_chars = count_chars(text);
        if !place.in_code {
            let (n_placeholders, is_layout) = placeholders(text);
            self.n_placeholder_chars += n_placeholders;
            self.survey.is_template |= is_layout;
        }
        let add = |extent: &mut Extent| {
            extent.n_chars += n_chars;
            if !place.in_link {
                extent.n_plain_chars += n_chars;
            }
        };
        let aside = place.aside.checked_sub(1).filter(|_| !place.in_heading);
        if let Some(aside) = aside.and_then(|at| self.asides.get_mut(at)) {
            add(aside);
        }
        let mut is_in_region = false;
        for (region, extent) in Region::ALL.into_iter().zip(&mut self.extents) {
            if place.is_in(region) {
                is_in_region = true;
                add(extent);
            }
        }
        if is_in_region || !(place.in_header || place.aside > 0) {
            add(&mut self.page);
        }
    }

    /// Notes a break inside a heading. A block that begins after text of a heading without an end tag ends it.
    fn break_line(&mut self, name: &str) {
        let h1 = self.h1s.last().map(|h1| h1.text.as_str());
        let is_begun = h1.is_some_and(|text| !text.trim().is_empty());
        if self.collecting == Some(Collecting::FirstHeading) && is_begun && name != "br" {
            self.collecting = None;
        }
        self.collect(" ");
    }

    fn collect(&mut self, text: &str) {
        match &self.collecting {
            Some(Collecting::FirstHeading) => {
                if let Some(h1) = self.h1s.last_mut() {
                    h1.text.push_str(text);
                }
            }
            Some(Collecting::WikiTitle) => {
                if let Some(title) = &mut self.wiki_title {
                    title.push_str(text);
                }
            }
            None => {}
        }
    }

    fn meta(&mut self, tag: &Tag<'_>) {
        let content = tag.attribute("content").unwrap_or_default();
        let name = tag
            .attribute("name")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if matches!(name.trim(), "robots" | "googlebot") {
            let keeps_out = content.split([',', ' ']).any(|word| {
                word.eq_ignore_ascii_case("noindex") || word.eq_ignore_ascii_case("none")
            });
            if keeps_out {
                self.survey.noindex = Some(content.clone());
            }
        }
        let is_refresh = tag
            .attribute("http-equiv")
            .is_some_and(|header| header.trim().eq_ignore_ascii_case("refresh"));
        if is_refresh && self.refresh.is_none() {
            self.refresh = refresh(&content);
        }
    }

    fn finish(mut self) -> Survey {
        self.survey.layout_tables = self.tables.iter().map(TableShape::is_layout).collect();
        let is_links = |aside: &Extent| 2 * aside.n_plain_chars < aside.n_chars;
        self.survey.link_asides = self.asides.iter().map(is_links).collect();
        self.survey.redirect = self
            .refresh
            .take()
            .filter(|(delay, _)| {
                *delay < MIN_READING_SECONDS && self.page.n_chars <= MAX_STUB_CHARS
            })
            .map(|(_, target)| target);
        self.survey.region = self.region();
        let n_placeholders = self.n_placeholder_chars;
        self.survey.is_template |= n_placeholders > 0 && 2 * n_placeholders >= self.page.n_chars;
        self.title();
        self.survey
    }

    /// Chooses the region of the article. Marks that several elements bear name no article; nor does an element with
    /// less than half of the text that surrounds it, such as a teaser.
    fn region(&self) -> Option<Region> {
        let of = |region: Region| {
            self.extents
                .get(region.index())
                .copied()
                .unwrap_or_default()
        };
        let is_single = |region| of(region).n_elements == 1 && of(region).n_chars > 0;
        let is_most_of = |region, whole: Extent| {
            is_single(region) && 2 * of(region).n_plain_chars >= whole.n_plain_chars
        };
        // A page of a wiki without text of its own has no article.
        if of(Region::Wiki).n_elements > 0 {
            return Some(Region::Wiki);
        }
        if is_single(Region::Body) {
            return Some(Region::Body);
        }
        let main = of(Region::Main);
        if main.n_chars > 0 {
            let heads_main = self
                .h1s
                .iter()
                .find(|h1| h1.place.is_in(Region::Main))
                .is_none_or(|h1| h1.place.is_in(Region::ArticleInMain));
            let is_article = heads_main && is_most_of(Region::ArticleInMain, main);
            return Some(if is_article {
                Region::ArticleInMain
            } else {
                Region::Main
            });
        }
        [Region::Article, Region::NamedMain]
            .into_iter()
            .find(|region| is_most_of(*region, self.page))
    }

    /// Chooses the title: the first `h1` of the article, else of what surrounds it, else of the page outside its header,
    /// else the `title` element. A first heading in the header is a logo, unless the `title` element repeats it.
    fn title(&mut self) {
        for h1 in &mut self.h1s {
            h1.text = one_line(&h1.text).unwrap_or_default();
        }
        let find = |is: &dyn Fn(&Candidate) -> bool| {
            self.h1s.iter().position(|h1| !h1.text.is_empty() && is(h1))
        };
        let region = self.survey.region;
        // A page whose sections have headings of the first level names its subject elsewhere.
        let has_title = self.title_element.is_some();
        let is_section = |h1: &Candidate| has_title && exact_role(&h1.text).is_some();
        let is_plain = |h1: &Candidate| !h1.place.in_header && !h1.is_logo && !is_section(h1);
        let is_repeated = |h1: &Candidate| Some(&h1.text) == self.title_element.as_ref();
        let site_title = self.title_element.clone().unwrap_or_default();
        let is_site = |h1: &Candidate| before_site(&site_title, &h1.text).is_some();
        let around = [Region::ArticleInMain, Region::Article, Region::Main];
        if region == Some(Region::Wiki) {
            // First headings inside the text are its sections.
            let heading = find(&|h1| !h1.place.is_in(Region::Wiki) && is_plain(h1));
            let heading = heading
                .and_then(|at| self.h1s.get(at))
                .map(|h1| h1.text.clone());
            let title = self.wiki_title.as_deref().and_then(one_line);
            let title = title.or(heading).or(self.title_element.take());
            self.survey.title = title.as_deref().map(without_space);
            return;
        }
        let found = find(&|h1| region.is_some_and(|region| h1.place.is_in(region)) && is_plain(h1))
            .or_else(|| {
                let is_around = |h1: &Candidate| around.iter().any(|r| h1.place.is_in(*r));
                region?;
                find(&|h1| is_around(h1) && is_plain(h1))
            })
            .or_else(|| {
                let is_beside = |h1: &Candidate| region.is_some() && is_site(h1);
                find(&|h1| is_plain(h1) && h1.place.aside == 0 && !is_beside(h1))
            })
            .or_else(|| find(&is_repeated))
            .or_else(|| find(&|_| !has_title));
        let is_in_header = |h1: &Candidate| h1.place.in_header;
        let heads_header = found
            .and_then(|at| self.h1s.get(at))
            .is_some_and(is_in_header);
        self.survey.drops_header = !heads_header && self.h1s.iter().any(is_in_header);
        self.survey.title = match found.and_then(|at| self.h1s.get(at)) {
            Some(h1) => Some(h1.text.clone()),
            None => {
                let of_site = |h1: &Candidate| before_site(&site_title, &h1.text);
                let own = self.h1s.iter().find_map(of_site).map(str::to_owned);
                own.or(self.title_element.take())
            }
        };
        self.survey.title_h1 = found;
    }
}

/// Returns the title of a page without the name of its site: `Install` of `Install - The Book`.
fn before_site<'a>(title: &'a str, site: &str) -> Option<&'a str> {
    let before = title.strip_suffix(site).filter(|_| !site.is_empty())?;
    let own = before
        .trim_end()
        .strip_suffix(['-', '|', '–', '—', '·', ':', '•', '»'])?;
    Some(own.trim_end()).filter(|own| !own.is_empty())
}

fn count_chars(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Names under which template engines put the text of a page into a layout.
const CONTENT_NAMES: &[&str] = &[
    "content",
    ".content",
    "body",
    "yield",
    "outlet",
    "page.content",
    "contents",
];

/// Counts the characters in tags of a template engine (`{{ name }}`, `{% block %}`, `<%= yield %>`). The flag is true if
/// one of them stands for the text of a page.
fn placeholders(text: &str) -> (usize, bool) {
    let (mut n_chars, mut is_layout) = (0, false);
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("<%", "%>")] {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((inside, behind)) = after.split_once(close) else {
                break;
            };
            n_chars += open.len() + count_chars(inside) + close.len();
            let name = inside.trim_matches(|c: char| c.is_whitespace() || "{}-~=&$".contains(c));
            let name = name.split('|').next().unwrap_or_default().trim();
            is_layout |= CONTENT_NAMES
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name));
            rest = behind;
        }
    }
    (n_chars, is_layout)
}

/// Removes the space of a wiki from a title: `IT Support : Reset token`.
fn without_space(title: &str) -> String {
    let name = title.split_once(" : ").map(|(_, name)| name.trim());
    name.filter(|name| !name.is_empty())
        .unwrap_or(title)
        .to_owned()
}

/// Puts a text on one line; `None` if it is empty.
fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(line).filter(|line| !line.is_empty())
}

/// Reads `0; url=/new/`: the delay in seconds, and the address. `None` if it loads the same page again.
fn refresh(content: &str) -> Option<(u32, String)> {
    let content = content.trim();
    let end = content
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(content.len());
    let (delay, rest) = content.split_at_checked(end)?;
    let rest = rest
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_start_matches(|c: char| c.is_whitespace() || ";,".contains(c));
    let target = match rest.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("url") => {
            let after = rest.get(3..).unwrap_or_default().trim_start();
            after.strip_prefix('=').unwrap_or(rest)
        }
        _ => rest,
    };
    let target = target.trim().trim_matches(['"', '\'']).trim();
    (!target.is_empty()).then(|| (delay.parse().unwrap_or(0), target.to_owned()))
}
