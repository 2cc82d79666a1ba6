//! Conversion of an HTML page or fragment to CommonMark. One file is one article.
//!
//! It reads the tags in two passes, in time linear in the input. It builds no tree, because the tree of a hostile page
//! (a hundred thousand nested tags) costs quadratic time or the stack. The first pass finds the article, its title and
//! the tables that are layout; the second writes headings, paragraphs, lists, tables, links, images, code and emphasis.
//! Scripts (with them JSON-LD), styles, navigation, form controls, comments, and whatever the page hides are dropped.

use super::fields::{Body, Fallback, Fields};
use super::markdown::id_and_stem;
use super::options::ImportOptions;
use super::{charset, front_matter, headings};
use crate::error::{Error, ErrorCode, Result};
use crate::model::ArticleDraft;

mod blocks;
mod declared;
mod elements;
mod inline;
mod office;
mod references;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod writer;

pub(super) use declared::charset as declared_charset;
use elements::{Elements, Place, is_block, is_title};
use inline::{InlineLine, Setting};
use survey::Survey;
use tokens::{Token, Tokens};
use writer::{MarkdownWriter, Written};

/// Reads one page. `path` is relative to the root, with `/`; without its extension it is the id. Returns the article and
/// the unknown keys of front matter, which pages for site generators begin with.
///
/// The bytes are decoded by their byte order mark, else as the character set that the page declares.
///
/// Fails with `InvalidUtf8` if the character set is unknown, with `InvalidRecord` if the page is no article (it has no
/// text, sends its reader to another page, or keeps itself out of search engines), or if the article breaks a limit of
/// the model.
pub fn article(
    path: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<(ArticleDraft, Vec<String>)> {
    let declared = declared::charset(bytes);
    let file = charset::decode(bytes, declared.as_deref())?;
    let front = front_matter::read(&file.text, options.max_nesting)?;
    let body = body(front.body).article()?;
    let (id, stem) = id_and_stem(path);
    let fallback = Fallback {
        id: Some(id),
        title: Some(stem),
        source_key: Some(path),
        language: None,
    };
    let fields = Fields::foreign(front.map);
    let read = super::article::article(fields, body, &fallback, options)?;
    Ok((read.draft, read.unknown))
}

/// The meaning of a page for an import.
pub(super) enum HtmlFile {
    Article(Body),
    /// The site keeps it out of search engines: the key that says so, and its value.
    HeldBack(&'static str, String),
    /// It is no article, for this reason.
    LeftOut(String),
}

impl HtmlFile {
    /// Fails with `InvalidRecord` if the page is no article.
    pub(super) fn article(self) -> Result<Body> {
        let reason = match self {
            HtmlFile::Article(body) => return Ok(body),
            HtmlFile::HeldBack(key, value) => {
                format!(
                    "{key}: the site holds the page back: {value}; change it to import the page"
                )
            }
            HtmlFile::LeftOut(reason) => format!("page: {reason}"),
        };
        Err(Error::new(ErrorCode::InvalidRecord, reason))
    }
}

/// Longest address or value in a reason, in characters.
const MAX_SHOWN_CHARS: usize = 200;

/// Reads a page: title, language and sections. The title is the first `h1` of the article, else the `title` element.
///
/// A page without text is no article, even with a `title` element, which is not on the page.
pub(super) fn body(page: &str) -> HtmlFile {
    let survey = Survey::of(page);
    let shown = |text: &str| text.chars().take(MAX_SHOWN_CHARS).collect::<String>();
    if let Some(target) = &survey.redirect {
        return HtmlFile::LeftOut(format!("it redirects to {}", shown(target)));
    }
    if let Some(value) = &survey.noindex {
        return HtmlFile::HeldBack("robots", shown(value));
    }
    if survey.is_template {
        return HtmlFile::LeftOut("it is a template for other pages".to_owned());
    }
    let written = write(page, &survey);
    let has_heading = written.title.is_some();
    let line = written.title.or_else(|| {
        let mut line = InlineLine::default();
        line.text(survey.title.as_deref()?, Setting::Block);
        Some(line.take(" "))
    });
    let text = match line {
        Some(line) => format!("# {line}\n\n{}", written.text),
        None => written.text,
    };
    let split = headings::split(&text);
    if split.sections.is_empty() && !has_heading {
        return HtmlFile::LeftOut("it has no text".to_owned());
    }
    HtmlFile::Article(Body {
        title: split.title.or(survey.title),
        language: survey.language,
        sections: split.sections,
    })
}

/// A page converted to CommonMark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HtmlPage {
    /// The first `h1` of the article, else the content of the `title` element.
    pub title: Option<String>,
    /// The `lang` of the `html` element, if it is a language tag.
    pub language: Option<String>,
    /// The text. A title that is an `h1` comes first.
    pub text: String,
}

/// Converts a page or fragment to CommonMark. Every text is a valid page.
///
/// If the page marks its article (`main`, `article`, or as Confluence and Zendesk do), the text is that of the article.
///
/// ```
/// use kenpoint::exchange::html::to_markdown;
/// let page = to_markdown("<h2>Fix</h2><p>Press <b>reset</b> &amp; wait.<ul><li>once<li>twice</ul>");
/// assert_eq!(page.text, "## Fix\n\nPress **reset** & wait.\n\n- once\n- twice\n");
/// ```
pub fn to_markdown(page: &str) -> HtmlPage {
    let survey = Survey::of(page);
    let written = write(page, &survey);
    let text = match written.title {
        Some(line) if written.text.is_empty() => format!("# {line}\n"),
        Some(line) => format!("# {line}\n\n{}", written.text),
        None => written.text,
    };
    HtmlPage {
        title: survey.title,
        language: survey.language,
        text,
    }
}

/// The second pass: writes the article that the first one found.
fn write(page: &str, survey: &Survey) -> Written {
    let mut writer = MarkdownWriter::default();
    let mut elements = Elements::default();
    let mut n_h1 = 0;
    let is_taken = |place: Place| {
        let is_inside = match survey.region {
            Some(region) => place.is_in(region),
            None => !(survey.drops_header && place.in_header),
        };
        let aside = place.aside.checked_sub(1);
        let is_beside = aside.and_then(|at| survey.link_asides.get(at)) == Some(&true);
        place.is_shown() && is_inside && !is_beside
    };
    for token in Tokens::new(page) {
        match token {
            Token::Start(tag) => {
                let outer = elements.place();
                let place = elements.start(&tag);
                if writer.is_in_pre() && !elements.place().in_pre {
                    writer.end_pre();
                }
                let mut is_the_title = false;
                if is_title(&tag) && place.is_shown() {
                    is_the_title = survey.title_h1 == Some(n_h1);
                    n_h1 += 1;
                }
                if is_taken(place) && is_the_title {
                    writer.start_title();
                } else if is_taken(place) {
                    let table = place.table.checked_sub(1);
                    let layout = table.and_then(|at| survey.layout_tables.get(at));
                    writer.start(&tag, layout == Some(&true));
                } else if is_taken(outer) && is_block(&tag.name) {
                    writer.separate();
                }
            }
            Token::End(name) => {
                let ended = elements.end(&name);
                if writer.is_in_pre() && !elements.place().in_pre {
                    writer.end_pre();
                }
                if ended.is_some_and(is_taken) {
                    writer.end(&name);
                    if !is_taken(elements.place()) {
                        writer.close_all();
                    }
                }
            }
            Token::Text(text) if is_taken(elements.place()) => {
                if elements.place().in_office_marker {
                    writer.office_marker(text);
                } else {
                    writer.text(text);
                }
            }
            Token::Literal(text) if is_taken(elements.place()) => writer.literal(text),
            Token::Raw(name, text) if is_taken(elements.place()) => {
                if matches!(name.as_str(), "xmp" | "plaintext" | "listing") {
                    writer.code_block(text);
                }
            }
            _ => {}
        }
    }
    writer.finish()
}
