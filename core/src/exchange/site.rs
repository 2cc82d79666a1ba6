//! The habits of the system that a folder of pages was written for, found from the names of its files.
//!
//! A [`Preset`] is a row of a table. [`Site`] says of a path what its place means: a language, a draft, a template, no
//! page at all. It reads no file.

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::named_enum::named_enum;

named_enum! {
    /// The system that a folder of pages was written for. An import finds it from the names of the files.
    Preset("preset") {
        /// Docusaurus: an id in front matter is local to its folder, and a name that begins with `_` is a part of pages.
        Docusaurus = "docusaurus",
        /// MkDocs.
        MkDocs = "mkdocs",
        /// The repositories of Microsoft Learn.
        MicrosoftLearn = "microsoft-learn",
        /// Hugo.
        Hugo = "hugo",
        /// Jekyll.
        Jekyll = "jekyll",
        /// An Obsidian vault.
        Obsidian = "obsidian",
        /// GitBook, mdBook: `SUMMARY.md` is the table of contents, and a README is a page.
        GitBook = "gitbook",
        /// A Confluence space as HTML.
        Confluence = "confluence",
        /// A Zendesk help centre as HTML.
        Zendesk = "zendesk",
    }
}

/// The habits of one system.
struct Habits {
    preset: Preset,
    /// Files, or folders with a `/` at the end, that only this system has.
    marks: &'static [&'static str],
    /// Folders at the root that hold no pages.
    other: &'static [&'static str],
    /// Folders whose subfolders are languages.
    languages: &'static [&'static str],
    /// Folders of drafts.
    drafts: &'static [&'static str],
}

/// The systems; the first one whose mark is found is taken. HTML exports have no marks here.
const HABITS: &[Habits] = &[
    Habits {
        preset: Preset::Docusaurus,
        marks: &[
            "docusaurus.config.js",
            "docusaurus.config.ts",
            "docusaurus.config.mjs",
            "docusaurus.config.cjs",
            "_category_.json",
            "_category_.yml",
        ],
        other: &["build", "src"],
        languages: &["i18n/"],
        drafts: &[],
    },
    Habits {
        preset: Preset::MkDocs,
        marks: &["mkdocs.yml", "mkdocs.yaml"],
        other: &["site", "overrides"],
        languages: &["", "docs/"],
        drafts: &[],
    },
    Habits {
        preset: Preset::MicrosoftLearn,
        marks: &[
            "docfx.json",
            ".openpublishing.publish.config.json",
            ".openpublishing.redirection.json",
        ],
        other: &[],
        languages: &[],
        drafts: &[],
    },
    Habits {
        preset: Preset::Hugo,
        marks: &[
            "hugo.toml",
            "hugo.yaml",
            "hugo.json",
            "archetypes/",
            "_index.md",
        ],
        other: &[
            "layouts",
            "archetypes",
            "themes",
            "public",
            "resources",
            "assets",
        ],
        languages: &["", "content/"],
        drafts: &[],
    },
    Habits {
        preset: Preset::Jekyll,
        marks: &[
            "_config.yml",
            "_config.yaml",
            "_posts/",
            "_layouts/",
            "_includes/",
        ],
        other: &["_sass", "_data", "_plugins", "vendor"],
        languages: &["", "_i18n/"],
        drafts: &["_drafts"],
    },
    Habits {
        preset: Preset::Obsidian,
        marks: &[".obsidian/"],
        other: &[],
        languages: &[],
        drafts: &[],
    },
    Habits {
        preset: Preset::GitBook,
        marks: &[
            "SUMMARY.md",
            ".gitbook.yaml",
            ".gitbook/",
            "book.json",
            "book.toml",
        ],
        other: &["_book"],
        languages: &[""],
        drafts: &[],
    },
];

/// Folders that hold programs, templates or a built site in any system.
const NO_PAGES: &[&str] = &[
    "node_modules",
    "bower_components",
    "__pycache__",
    "_layouts",
    "_includes",
    "_templates",
    "_site",
];

/// Folders whose subfolders are languages in any system.
const TRANSLATIONS: &[&str] = &["i18n", "l10n", "locales", "translations"];

/// Files with the ending of a page or an export that hold neither.
const NO_TEXTS: &[&str] = &[
    "robots.txt",
    "humans.txt",
    "ads.txt",
    "security.txt",
    "llms.txt",
    "llms-full.txt",
    "requirements.txt",
    "cmakelists.txt",
    "license.txt",
    "package.json",
    "package-lock.json",
    "composer.json",
    "tsconfig.json",
    "jsconfig.json",
    "manifest.json",
    "_category_.json",
    "docfx.json",
    "book.json",
    "docs.json",
    "mint.json",
    "sidebars.json",
    "_sidebar.md",
    "_navbar.md",
    "_coverpage.md",
];

/// The languages that sites are translated into, by ISO 639-1. Codes that are rather the endings of programs are left
/// out.
const LANGUAGES: &[&str] = &[
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo",
    "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is",
    "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms",
    "my", "nb", "ne", "nl", "nn", "no", "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr",
    "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh",
];

/// A folder of pages, by the names of its files.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// The system, if a mark of one was found.
    pub(super) preset: Option<Preset>,
    /// Folders of one language, with a `/` at the end, each with its tag.
    languages: BTreeMap<String, String>,
}

impl Site {
    /// Surveys the names of files, each with the folders above it; a name with a `/` at the end is a folder.
    pub(super) fn of<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Site {
        let preset = HABITS.iter().find(|habits| {
            names.clone().any(|name| {
                let is_mark = |mark: &&str| match mark.strip_suffix('/') {
                    Some(folder) => folders(name).any(|(_, part)| part == folder),
                    None => name.rsplit('/').next() == Some(mark),
                };
                habits.marks.iter().any(is_mark)
            })
        });
        let roots = preset.map_or(&[] as &[&str], |habits| habits.languages);
        Site {
            preset: preset.map(|habits| habits.preset),
            languages: languages(names, roots),
        }
    }

    fn habits(&self) -> Option<&'static Habits> {
        HABITS
            .iter()
            .find(|habits| Some(habits.preset) == self.preset)
    }

    /// Returns the reason that a file with the ending of a page or an export is neither, by its name and place.
    pub(super) fn left_out(&self, path: &str) -> Option<String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let of_folder =
            |folder: &str| format!("the folder {folder} holds templates, programs or a built site");
        if NO_TEXTS.iter().any(|file| name.eq_ignore_ascii_case(file)) {
            return Some("a file of this name configures a site or a tool".to_owned());
        }
        if let Some((_, folder)) = folders(path).find(|(_, folder)| holds_no_pages(folder)) {
            return Some(of_folder(folder));
        }
        let habits = self.habits()?;
        let root = path.split_once('/').map(|(root, _)| root);
        if let Some(root) = root.filter(|root| habits.other.contains(root)) {
            return Some(of_folder(root));
        }
        match habits.preset {
            Preset::Docusaurus if path.split('/').any(|part| part.starts_with('_')) => {
                Some("a name that begins with _ is a part of other pages in Docusaurus".to_owned())
            }
            Preset::GitBook if name == "SUMMARY.md" => {
                Some("it is the table of contents".to_owned())
            }
            _ => None,
        }
    }

    /// Returns the folder of drafts that a file lies in.
    pub(super) fn draft_folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        let drafts = self.habits()?.drafts;
        folders(path)
            .map(|(_, folder)| folder)
            .find(|folder| drafts.contains(folder))
    }

    /// Returns true if a Markdown file is MDX. Docusaurus reads each of its pages so.
    pub(super) fn is_mdx(&self, path: &str) -> bool {
        let ending = path.rsplit('.').next().unwrap_or_default();
        ending.eq_ignore_ascii_case("mdx") || self.preset == Some(Preset::Docusaurus)
    }

    /// Returns true if a README at the root is a page.
    pub(super) fn has_readme_page(&self) -> bool {
        self.preset == Some(Preset::GitBook)
    }

    /// Returns the id of a page in place of the one in its front matter.
    pub(super) fn id(&self, path: &str, own: &str) -> String {
        match path.rsplit_once('/') {
            Some((folder, _)) if self.preset == Some(Preset::Docusaurus) => {
                format!("{folder}/{own}")
            }
            _ => own.to_owned(),
        }
    }

    /// Returns the language that a path states: `page.de.md`, or a folder of a language.
    pub(super) fn language(&self, path: &str) -> Option<String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut parts = name.rsplit('.');
        let tag = parts.nth(1).and_then(language);
        if let (Some(tag), Some(_)) = (tag, parts.next()) {
            return Some(tag);
        }
        let folders: Vec<&str> = folders(path).map(|(whole, _)| whole).collect();
        folders
            .into_iter()
            .rev()
            .find_map(|folder| self.languages.get(folder).cloned())
    }
}

/// Returns true for a folder that holds no pages in any system.
pub(super) fn holds_no_pages(folder: &str) -> bool {
    NO_PAGES.contains(&folder)
}

/// The folders of a path from the root down, each with its path, which ends with `/`, and its own name.
fn folders(path: &str) -> impl Iterator<Item = (&str, &str)> {
    path.match_indices('/').map(|(at, _)| {
        let outer = path.get(..at).unwrap_or_default();
        let name = outer.rsplit('/').next().unwrap_or(outer);
        (path.get(..=at).unwrap_or_default(), name)
    })
}

/// Finds the folders of one language: their name is a language, and they have a sibling of another language, lie where
/// the system has its translations, or repeat a page of the folder around them.
fn languages<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    roots: &[&str],
) -> BTreeMap<String, String> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in names.clone() {
        for (whole, own) in folders(name) {
            if language(own).is_some() {
                let parent = whole.get(..whole.len() - own.len() - 1);
                found
                    .entry(parent.unwrap_or_default())
                    .or_default()
                    .insert(own);
            }
        }
    }
    if found.is_empty() {
        return BTreeMap::new();
    }
    let all: BTreeSet<&str> = names.clone().collect();
    let mut languages = BTreeMap::new();
    for (parent, own) in found {
        let outer = parent.trim_end_matches('/').rsplit('/').next();
        let is_root =
            roots.contains(&parent) || outer.is_some_and(|outer| TRANSLATIONS.contains(&outer));
        for folder in &own {
            let whole = format!("{parent}{folder}/");
            let repeats = |name: &&str| {
                name.strip_prefix(whole.as_str())
                    .is_some_and(|inner| all.contains(format!("{parent}{inner}").as_str()))
            };
            if (is_root
                || own.len() > 1
                || all
                    .range(whole.as_str()..)
                    .take_while(|name| name.starts_with(&whole))
                    .any(repeats))
                && let Some(tag) = language(folder)
            {
                languages.insert(whole, tag);
            }
        }
    }
    languages
}

/// Returns the tag of a name that is a language, alone or with a region or a script: `de`, `pt-BR`, `zh_Hans`.
fn language(name: &str) -> Option<String> {
    let mut parts = name.split(['-', '_']);
    let first = parts.next()?.to_ascii_lowercase();
    if !LANGUAGES.contains(&first.as_str()) {
        return None;
    }
    let fits = |part: &str| match part.len() {
        2 | 4 => part.bytes().all(|byte| byte.is_ascii_alphabetic()),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let rest: Vec<&str> = parts.collect();
    if rest.len() > 2 || !rest.iter().all(|part| fits(part)) {
        return None;
    }
    Some(
        std::iter::once(first.as_str())
            .chain(rest)
            .collect::<Vec<_>>()
            .join("-"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(names: &[&str]) -> Site {
        Site::of(names.iter().copied())
    }

    #[test]
    fn each_system_is_found_by_its_marks() {
        for (names, preset) in [
            (
                &["docusaurus.config.ts", "docs/a.md"][..],
                Some(Preset::Docusaurus),
            ),
            (
                &["docs/_category_.json", "docs/a.md"],
                Some(Preset::Docusaurus),
            ),
            (&["content/_index.md"], Some(Preset::Hugo)),
            (&["hugo.toml", "content/a.md"], Some(Preset::Hugo)),
            (&["_config.yml", "a.md"], Some(Preset::Jekyll)),
            (&["_posts/2024-01-01-a.md"], Some(Preset::Jekyll)),
            (&["mkdocs.yml", "docs/a.md"], Some(Preset::MkDocs)),
            (&["SUMMARY.md", "README.md"], Some(Preset::GitBook)),
            (&[".obsidian/", "a.md"], Some(Preset::Obsidian)),
            (
                &["docfx.json", "articles/a.md"],
                Some(Preset::MicrosoftLearn),
            ),
            (&["a.md", "b/c.html"], None),
        ] {
            assert_eq!(site(names).preset, preset, "{names:?}");
        }
    }

    #[test]
    fn a_language_is_known_by_file_name_folder_and_sibling() {
        let plain = site(&[
            "de/a.md",
            "en/a.md",
            "is/b.md",
            "x/it/c.md",
            "docs/a.md",
            "docs/fr/a.md",
            "i18n/ja/q.md",
        ]);
        for (path, tag) in [
            ("a.de.md", Some("de")),
            ("x/a.pt-BR.md", Some("pt-BR")),
            ("a.v2.md", None),
            ("de.md", None),
            ("de/a.md", Some("de")),
            ("de/deep/a.md", Some("de")),
            ("x/it/c.md", None),
            ("docs/a.md", None),
            ("docs/fr/a.md", Some("fr")),
            ("i18n/ja/q.md", Some("ja")),
            ("en/a.fr.md", Some("fr")),
        ] {
            assert_eq!(plain.language(path).as_deref(), tag, "{path}");
        }
        let hugo = site(&["hugo.toml", "content/it/a.md"]);
        assert_eq!(hugo.language("content/it/a.md").as_deref(), Some("it"));
    }

    #[test]
    fn templates_and_tools_are_no_pages() {
        let jekyll = site(&["_config.yml", "a.md"]);
        for path in [
            "_layouts/a.html",
            "node_modules/x/README.md",
            "robots.txt",
            "package.json",
            "vendor/x.md",
        ] {
            assert!(jekyll.left_out(path).is_some(), "{path}");
        }
        assert_eq!(jekyll.left_out("a.md"), None);
        assert_eq!(jekyll.draft_folder("x/_drafts/a.md"), Some("_drafts"));
        let docusaurus = site(&["docusaurus.config.js"]);
        assert!(docusaurus.left_out("docs/_part.mdx").is_some());
        assert_eq!(docusaurus.id("docs/x/a.md", "intro"), "docs/x/intro");
        assert_eq!(jekyll.id("docs/x/a.md", "intro"), "intro");
    }
}
