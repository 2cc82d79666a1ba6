//! Markdown with front matter. One file is one article.
//!
//! A wrong value of a key that decides who may see the article is an error. Any other value that is not ours is dropped
//! or read as the nearest one and noted. Keys of other systems are left out, except a few with the same meaning:
//! `description`, `keywords`, `lang`, `locale`, `date`, `lastmod` and their like. The marks of site generators become
//! plain words.

use super::article::{self, ReadArticle};
use super::fields::{Body, Fallback, Fields};
use super::foreign::Adjustment;
use super::front_matter::FrontMatter;
use super::markup::{self, Dialect};
use super::options::ImportOptions;
use super::site::Site;
use super::{charset, front_matter, headings};
use crate::error::Result;
use crate::model::ArticleDraft;

/// Names of files that say nothing about their content: the page of their folder.
const FOLDER_PAGES: &[&str] = &["index", "_index", "readme"];
/// Greatest length of a title made of the first words of a text, in characters.
const MAX_TITLE_CHARS: usize = 80;

/// Reads one file. `path` is relative to the root, with `/`; without its extension it is the id if the front matter
/// has none. Returns the article and the unknown keys.
///
/// Fails with `InvalidUtf8`, with `InvalidRecord` for malformed front matter, or with the error of a wrong value.
pub fn article(
    path: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<(ArticleDraft, Vec<String>)> {
    let file = charset::text_of_bytes(bytes)?;
    let front = front_matter::read(&file.text, options.max_nesting)?;
    let place = PagePlace {
        path,
        language: None,
        is_mdx: Site::default().is_mdx(path),
    };
    read(&place, front, options).map(|read| (read.draft, read.unknown))
}

/// The place of a page, and its meaning in the folder around it.
pub(super) struct PagePlace<'p> {
    pub(super) path: &'p str,
    /// The language that the path states.
    pub(super) language: Option<&'p str>,
    pub(super) is_mdx: bool,
}

/// Makes an article of a file that is split already.
pub(super) fn read(
    place: &PagePlace<'_>,
    front: FrontMatter<'_>,
    options: &ImportOptions,
) -> Result<ReadArticle> {
    let mut notes = front.notes();
    let PagePlace { path, language, .. } = *place;
    let dialect = if place.is_mdx {
        Dialect::Mdx
    } else {
        Dialect::Markdown
    };
    let plain = markup::plain(front.body, dialect);
    if plain.is_cut {
        notes.push(Adjustment {
            key: "text".to_owned(),
            value: "a comment or a hidden element that is never closed".to_owned(),
            read_as: None,
            reason: "a site shows nothing after it, so the rest of the text is left out".to_owned(),
        });
    }
    let (split, first_heading) = headings::split_page(&plain.text);
    let has_title = split.title.is_some();
    let (id, stem) = id_and_stem(path);
    let title = title_of_path(path)
        .map(str::to_owned)
        .or(first_heading)
        .filter(|title| !title.is_empty())
        .or_else(|| first_words(&plain.text))
        .unwrap_or_else(|| stem.to_owned());
    let fallback = Fallback {
        id: Some(id),
        title: Some(&title),
        source_key: Some(path),
        language,
    };
    let body = Body {
        title: split.title,
        language: None,
        sections: split.sections,
    };
    let mut read = article::article(Fields::foreign(front.map), body, &fallback, options)?;
    notes.append(&mut read.adjusted);
    read.adjusted = notes;
    read.has_text = has_title || !read.draft.sections.is_empty();
    Ok(read)
}

/// Returns true if a file begins with front matter.
pub fn has_front_matter(bytes: &[u8]) -> bool {
    charset::text_of_bytes(bytes).is_ok_and(|file| front_matter::is_in_front(&file.text))
}

/// Returns true if the name of a file says nothing about its content.
fn is_folder_page(stem: &str) -> bool {
    FOLDER_PAGES
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name))
}

/// Returns the name of a file as a title: without the date of a Jekyll post and the language at its end, or the name of
/// the folder that it is the page of.
fn title_of_path(path: &str) -> Option<&str> {
    let (id, stem) = id_and_stem(path);
    if !is_folder_page(stem) {
        let date = stem.get(..11).filter(|date| date.ends_with('-'));
        let is_dated = date
            .and_then(|date| date.strip_suffix('-'))
            .is_some_and(|date| date.parse::<crate::time::Timestamp>().is_ok());
        let from = if is_dated { 11 } else { 0 };
        return stem.get(from..).filter(|title| !title.is_empty());
    }
    let (folder, _) = id.rsplit_once('/')?;
    Some(folder.rsplit('/').next().unwrap_or(folder))
}

/// Returns the first line with a word, cut after a word.
fn first_words(text: &str) -> Option<String> {
    let line = text
        .lines()
        .map(|line| line.trim_matches(|c: char| c.is_whitespace() || "#>*-_`".contains(c)))
        .find(|line| line.chars().any(char::is_alphanumeric))?;
    let mut title = String::new();
    for word in line.split_whitespace() {
        if !title.is_empty() && title.chars().count() + word.chars().count() > MAX_TITLE_CHARS {
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    Some(title)
}

/// Splits off the extension; returns the path without it, and the last component of that.
pub(super) fn id_and_stem(path: &str) -> (&str, &str) {
    let folder = path.rfind('/').map_or(0, |at| at + 1);
    let name = path.get(folder..).unwrap_or_default();
    let end = match name.rfind('.') {
        Some(dot) if dot > 0 => folder + dot,
        _ => path.len(),
    };
    (
        path.get(..end).unwrap_or(path),
        path.get(folder..end).unwrap_or(name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::model::{Confidence, FreshnessPolicy, Kind, Role};
    use proptest::prelude::*;

    fn read(path: &str, text: &str) -> Result<(ArticleDraft, Vec<String>)> {
        article(path, text.as_bytes(), &ImportOptions::new())
    }

    const FULL: &str = "---\nid: lamp-flickers\ntitle: \"Lamp flickers: what to do\"\nkind: product\naudience: public\nconfidence: validated\ngovernance: restricted\nlanguage: de\nowner: ana\ntags: [lamp, 230]\nproducts: [{id: lamp, versions: \">=2 <3\"}, cable]\nregions: eu, us\nvalid_from: 2026-01-01\ncreated: 2025-02-03\nupdated: 2025-09-12\nverified: 2026-02-10T10:00:00Z\nfreshness: {interval_days: 90}\nentitlement: gold\nchange: minor\ntopic: other\n---\n# Ignored, the key wins\n\n## Symptome\nFlackert.\n\n## Intern {audience=internal}\nSerie 12.\n";

    #[test]
    fn every_key_is_read() {
        let (draft, unknown) = read("a/b.md", FULL).unwrap();
        assert_eq!(unknown, ["topic"]);
        assert_eq!(draft.id, "lamp-flickers");
        assert_eq!(draft.title, "Lamp flickers: what to do");
        assert_eq!(
            (draft.kind, draft.confidence),
            (Kind::Product, Confidence::Validated)
        );
        assert_eq!(draft.tags, ["lamp", "230"]);
        assert_eq!(draft.scope.products.len(), 2);
        assert_eq!(draft.scope.products[1].id, "cable");
        assert_eq!(draft.scope.regions, ["eu", "us"]);
        assert_eq!(draft.scope.entitlement, ["gold"]);
        assert_eq!(
            draft.freshness,
            Some(FreshnessPolicy::Interval { days: 90 })
        );
        assert_eq!(
            draft.verified.unwrap().to_string(),
            "2026-02-10T10:00:00.000Z"
        );
        assert_eq!(draft.source.unwrap().key, "a/b.md");
        assert_eq!(draft.sections[0].role, Role::Issue);
        assert_eq!(draft.sections[1].audience.as_deref(), Some("internal"));
    }

    #[test]
    fn without_front_matter_the_file_speaks() {
        let (draft, _) = read("net/lamp.v2.md", "# Lamp\r\nText\r\n").unwrap();
        assert_eq!(
            (draft.id.as_str(), draft.title.as_str()),
            ("net/lamp.v2", "Lamp")
        );
        let (draft, _) = read("lamp.md", "").unwrap();
        assert_eq!(draft.title, "lamp");
        let (draft, _) = read("lamp.md", "---\nnever closed: x\n").unwrap();
        assert_eq!(draft.sections.len(), 1);
    }

    #[test]
    fn foreign_keys_help_where_they_can() {
        let text = "---\ntitle: T\ndescription: In short.\nms.date: 07/31/2024\nkeywords: a, b\n---\nBody\n";
        let (draft, unknown) = read("x.md", text).unwrap();
        assert_eq!(draft.sections[0].text, "In short.");
        assert_eq!(
            draft.updated.unwrap().to_string(),
            "2024-07-31T00:00:00.000Z"
        );
        assert_eq!(draft.verified, None);
        assert_eq!(draft.tags, ["a", "b"]);
        assert!(unknown.is_empty());
    }

    #[test]
    fn a_value_that_decides_who_sees_the_article_is_never_guessed() {
        for (line, words) in [
            ("audience: [public, partner]", ["audience", "text"]),
            ("entitlement: {a: b}", ["entitlement", "text"]),
            ("valid_from: 2024-01-15 10:30", ["valid_from", "10:30"]),
            ("scope: {valid_to: soon}", ["valid_to", "soon"]),
            (
                "valid_from: 2024-02-01\nvalid_to: 2024-01-01",
                ["valid_from", "before"],
            ),
        ] {
            let error = read("x.md", &format!("---\n{line}\n---\nx")).unwrap_err();
            for word in words {
                assert!(error.message().contains(word), "{line}: {error}");
            }
        }
        let error = read("x.md", "---\naudience: [\n---\n").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        let error = article("x.md", b"ab\xff\x81", &ImportOptions::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidUtf8);
    }

    fn place(path: &str) -> PagePlace<'_> {
        PagePlace {
            path,
            language: None,
            is_mdx: false,
        }
    }

    /// Reads a page; returns the article and the notes as `key=value>read as`.
    fn noted(front: &str) -> (ArticleDraft, Vec<String>) {
        let text = format!("---\n{front}\n---\nBody\n");
        let front = front_matter::read(&text, 64).unwrap();
        let read = super::read(&place("a/x.md"), front, &ImportOptions::new()).unwrap();
        let notes = read.adjusted.into_iter().map(|note| {
            format!(
                "{}={}>{}",
                note.key,
                note.value,
                note.read_as.unwrap_or_default()
            )
        });
        (read.draft, notes.collect())
    }

    #[test]
    fn a_foreign_value_costs_no_text() {
        for (front, note) in [
            ("kind: Deployment", "kind=Deployment>"),
            ("scope: public", "scope=public>"),
            ("freshness: weekly", "freshness=weekly>"),
            (
                "freshness: {interval_days: 0}",
                "freshness={\"interval_days\":0}>",
            ),
            ("governance: [a]", "governance=[\"a\"]>"),
            ("created: yesterday", "created=yesterday>"),
            ("updated: 2024-02-30", "updated=2024-02-30>"),
            (
                "created: 2024-01-15T10:30",
                "created=2024-01-15T10:30>2024-01-15T10:30:00.000Z",
            ),
            ("date: soon", "date=soon>"),
            ("author: [Ann, Bob]", "author=[\"Ann\",\"Bob\"]>Ann"),
            ("author: {url: x}", "author={\"url\":\"x\"}>"),
            ("owner: [docs-team]", "owner=[\"docs-team\"]>docs-team"),
            ("tags: {a: b}", "tags={\"a\":\"b\"}>"),
            ("tags: [a, [b], c]", "tags=[\"b\"]>"),
            (
                "products: [{versions: '1'}]",
                "products=[{\"versions\":\"1\"}]>",
            ),
            ("language: klingon!", "language=klingon!>"),
            ("lang: [de]", ""),
            ("locale: klingon", "locale=klingon>"),
            ("id: [a]", "id=[\"a\"]>"),
            ("title: {a: b}", "title={\"a\":\"b\"}>"),
            ("description: [a]", "description=[\"a\"]>"),
            ("source: {url: x}", "source={\"url\":\"x\"}>"),
            ("confidence: high", "confidence=high>work-in-progress"),
            ("meta: 1\nmeta: 2", "meta=1>2"),
        ] {
            let (draft, notes) = noted(front);
            assert_eq!(draft.sections.last().unwrap().text, "Body", "{front}");
            assert_eq!(notes.join(" "), note, "{front}");
        }
        let (draft, _) = noted("tags: [a, [b], c]\nproducts: [{id: a, versions: 3.10}]");
        assert_eq!(draft.tags, ["a", "c"]);
        assert!(draft.scope.products[0].versions.is_some());
    }

    #[test]
    fn a_number_is_a_text_with_all_its_digits() {
        let (draft, notes) = noted("title: 4.10\ntags: [1.0, 007, 230]\nid: 1e3");
        assert_eq!((draft.title.as_str(), draft.id.as_str()), ("4.10", "1e3"));
        assert_eq!(draft.tags, ["1.0", "007", "230"]);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn keys_of_other_systems_name_the_language() {
        for (front, language) in [
            ("lang: de", "de"),
            ("locale: de_AT", "de-AT"),
            ("Lang: PT-br", "pt-br"),
            ("language: fr\nlang: de", "fr"),
            ("language: 7\nlang: de", "de"),
            ("lang: klingon", "en"),
        ] {
            assert_eq!(noted(front).0.language, language, "{front}");
        }
    }

    #[test]
    fn a_long_name_costs_no_text() {
        let long = "x".repeat(3_000);
        let text = format!("# {long}\n\nBody\n\n## {long}\nMore\n");
        let front = front_matter::read(&text, 64).unwrap();
        let path = format!("{long}.md");
        let read = super::read(&place(&path), front, &ImportOptions::new()).unwrap();
        assert!(read.draft.id.len() <= 256 && read.draft.title.len() == 2_048);
        assert!(read.draft.sections[1].text.ends_with("More"));
        assert_eq!(read.adjusted.len(), 2);
    }

    #[test]
    fn an_index_is_called_by_its_folder() {
        for (path, text, title) in [
            ("docs/index.md", "Text", "docs"),
            ("a/b/README.md", "Text", "b"),
            ("a/_index.md", "Intro\n\n## Install\n", "a"),
            ("index.md", "Intro\n\n## Install\n", "Install"),
            (
                "index.md",
                "\n> The lamp is dark.\nMore",
                "The lamp is dark.",
            ),
            (
                "docs/index.md",
                "### Reset the lamp\n\nPress it.\n",
                "Reset the lamp",
            ),
            (
                "docs/index.md",
                "<h1 align=\"center\">The <b>lamp</b></h1>\n\nText",
                "The lamp",
            ),
            ("_posts/2024-01-05-the-lamp.md", "Text", "the-lamp"),
            ("2024-13-05-x.md", "Text", "2024-13-05-x"),
        ] {
            let (draft, _) = read(path, text).unwrap();
            assert_eq!(draft.title, title, "{path}: {text}");
        }
    }

    #[test]
    fn marks_and_comments_are_no_text() {
        let text = "# Lamp {#lamp}\n\n<!-- secret -->See [[Reset|the page]].\n\n## Us {audience=internal}\nx\n";
        let (draft, _) = read("a.md", text).unwrap();
        assert_eq!(draft.title, "Lamp");
        assert_eq!(draft.sections[0].text, "See the page.");
        assert_eq!(draft.sections[1].audience.as_deref(), Some("internal"));
        let (draft, _) = read("a.mdx", "import A from 'a'\n\n# Lamp\n\n<A>On</A>\n").unwrap();
        assert_eq!(draft.sections[0].text, "On");
    }

    #[test]
    fn byte_order_marks_are_no_text() {
        let text = "---\ntitle: Lämp\n---\nText\n";
        let wide = |big: bool| {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            let bytes = units.flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            });
            bytes.collect::<Vec<u8>>()
        };
        for bytes in [
            format!("\u{feff}{text}").into_bytes(),
            wide(true),
            wide(false),
        ] {
            let (draft, _) = article("a.md", &bytes, &ImportOptions::new()).unwrap();
            assert_eq!(
                (draft.title.as_str(), draft.sections[0].text.as_str()),
                ("Lämp", "Text")
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), yaml in "[a-z:\\-\\[\\]{}&*!|>'\"#% \n0-9.]{0,120}") {
            let _ = article("x.md", &bytes, &ImportOptions::new());
            let _ = read("x.md", &format!("---\n{yaml}\n---\nbody"));
        }
    }
}
