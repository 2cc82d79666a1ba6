//! One page of a site: a Markdown or HTML file with the front matter before it.
//!
//! It decides what a file is: an article, a page that its site holds back, or no page at all.

use super::article::{self, ReadArticle};
use super::fields::{Fallback, Fields};
use super::foreign::Adjustment;
use super::format::Format;
use super::front_matter::{self, FrontMatter};
use super::held_back::{self, Withheld};
use super::html::HtmlFile;
use super::markdown::{PagePlace, id_and_stem};
use super::options::ImportOptions;
use super::site::Site;
use super::{charset, html, markdown};
use serde_json::Map;

use crate::error::Result;

/// Keys by which a page sends its readers to another page.
const REDIRECTS: &[&str] = &["redirect_to", "redirect_url", "redirect"];

/// A file that was read.
pub(super) enum PageFile {
    Article(Box<ReadArticle>),
    /// The site holds it back.
    HeldBack(Withheld),
    /// It is no page, for this reason.
    LeftOut(String),
}

/// Reads a Markdown or HTML file.
pub(super) fn read(
    format: Format,
    path: &str,
    bytes: &[u8],
    options: &ImportOptions,
    site: &Site,
) -> Result<PageFile> {
    if let Some(folder) = site.draft_folder(path) {
        return Ok(PageFile::HeldBack(Withheld {
            key: "folder".to_owned(),
            value: folder.to_owned(),
            source: article::source_of(Map::new(), path, options),
        }));
    }
    let language = site.language(path);
    let declared = match format {
        Format::Html => html::declared_charset(bytes),
        _ => None,
    };
    let file = charset::decode(bytes, declared.as_deref())?;
    let mut front = front_matter::read(&file.text, options.max_nesting)?;
    if let Some((key, value)) = held_back::held_back(&front.map, &front.repeated) {
        let source = article::source_of(front.map, path, options);
        return Ok(PageFile::HeldBack(Withheld { key, value, source }));
    }
    front
        .map
        .retain(|key, value| !held_back::is_no_reason(key, value));
    let target = REDIRECTS
        .iter()
        .find_map(|key| front.map.get(*key).and_then(serde_json::Value::as_str));
    if let Some(target) = target {
        let target: String = target.chars().take(100).collect();
        return Ok(PageFile::LeftOut(format!("it redirects to {target}")));
    }
    if format == Format::Html {
        return html_page(path, front, file.doubt, language, options);
    }
    let place = PagePlace {
        path,
        language: language.as_deref(),
        is_mdx: site.is_mdx(path),
    };
    let mut read = markdown::read(&place, front, options)?;
    read.adjusted.extend(file.doubt);
    Ok(finished(read))
}

/// Reads an HTML page after its front matter.
fn html_page(
    path: &str,
    front: FrontMatter<'_>,
    doubt: Option<Adjustment>,
    language: Option<String>,
    options: &ImportOptions,
) -> Result<PageFile> {
    let body = match html::body(front.body) {
        HtmlFile::Article(body) => body,
        HtmlFile::HeldBack(key, value) => {
            let source = article::source_of(front.map, path, options);
            let key = key.to_owned();
            return Ok(PageFile::HeldBack(Withheld { key, value, source }));
        }
        HtmlFile::LeftOut(reason) => return Ok(PageFile::LeftOut(reason)),
    };
    let (id, stem) = id_and_stem(path);
    let fallback = Fallback {
        id: Some(id),
        title: Some(stem),
        source_key: Some(path),
        language: language.as_deref(),
    };
    let mut notes = front.notes();
    notes.extend(doubt);
    let mut read = article::article(Fields::foreign(front.map), body, &fallback, options)?;
    notes.append(&mut read.adjusted);
    read.adjusted = notes;
    Ok(finished(read))
}

fn finished(read: ReadArticle) -> PageFile {
    if read.has_text {
        PageFile::Article(Box::new(read))
    } else {
        PageFile::LeftOut("it has no text".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> PageFile {
        let format = Format::of_name(path).unwrap();
        super::read(
            format,
            path,
            text.as_bytes(),
            &ImportOptions::new(),
            &Site::default(),
        )
        .unwrap()
    }

    #[test]
    fn a_page_is_an_article_or_says_why_not() {
        for (path, text, expected) in [
            ("a.md", "---\ndraft: true\n---\nSecret\n", "draft=true"),
            ("a.md", "+++\ndraft = true\n+++\nSecret\n", "draft=true"),
            (
                "a.html",
                "---\npublished: false\n---\n<p>Secret\n",
                "published=false",
            ),
            ("a.md", "---\nredirect_to: /b\n---\n", "it redirects to /b"),
            ("a.md", "---\ntitle: A\n---\n", "it has no text"),
            ("a.md", "---\ntitle: A\n---\n<!-- x -->\n", "it has no text"),
            (
                "a.html",
                "<html><head>{{ head }}</head>{% include x %}<p>Hi",
                "it is a template for other pages",
            ),
            ("a.md", "# A\n", ""),
            ("a.md", "---\ndescription: In short.\n---\n", ""),
            (
                "a.md",
                "{% hint style=\"info\" %}\nWait.\n{% endhint %}\n\n{% content-ref url=\"b.md\" %}\n{% endcontent-ref %}\n",
                "",
            ),
            (
                "a.md",
                "Write `{{ x }}` and `{% y %}` to show the name of the page and to include another one.\n",
                "",
            ),
            ("a.txt", "Text\n", ""),
            ("a.xhtml", "<p>Text", ""),
        ] {
            let found = match read(path, text) {
                PageFile::Article(_) => String::new(),
                PageFile::HeldBack(page) => format!("{}={}", page.key, page.value),
                PageFile::LeftOut(reason) => reason,
            };
            assert_eq!(found, expected, "{path}: {text}");
        }
    }

    #[test]
    fn front_matter_before_html_has_its_meaning() {
        let text = "---\ntitle: Lamp\ntags: [a]\nlang: de\n---\n<h2>Fix</h2><p>Press it.";
        let PageFile::Article(read) = read("x/a.html", text) else {
            panic!("no article");
        };
        let draft = read.draft;
        assert_eq!(
            (
                draft.title.as_str(),
                draft.id.as_str(),
                draft.language.as_str()
            ),
            ("Lamp", "x/a", "de")
        );
        assert_eq!((draft.tags.len(), draft.sections.len()), (1, 1));
    }
}
