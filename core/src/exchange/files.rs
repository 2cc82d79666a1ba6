//! Import of files in memory, for hosts without a file system.
//!
//! The order is that of a folder: actors, articles, facts, cases, links, events, so that a referenced record exists; by
//! path within each. A file that is no source by its name or place is reported as ignored. It reads no file itself.

use super::format::Format;
use super::importer::Importer;
use super::markdown;
use super::options::ImportOptions;
use super::record::Sink;
use super::report::{ImportReport, Progress};
use super::site::{self, Site};
use crate::error::Result;
use std::ops::ControlFlow;

/// Imports files by name and bytes. A name is the path below the root folder, with `/`.
///
/// Fails as [`Importer::bytes`] does; an unreadable record is reported as skipped.
pub fn import_files(
    files: &[(String, Vec<u8>)],
    options: &ImportOptions,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ImportReport> {
    let mut importer = Importer::new(options, sink, progress);
    importer.set_site(Site::of(files.iter().map(|(name, _)| name.as_str())));
    let mut found = Vec::new();
    for (name, bytes) in files {
        match format_of(name) {
            Ok(format) => found.push((rank(name, format), name, format, bytes)),
            Err(reason) => importer.ignore(name, &reason),
        }
    }
    found.sort();
    for (_, name, format, bytes) in found {
        if read_bytes(&mut importer, format, name, bytes)? == ControlFlow::Break(()) {
            break;
        }
    }
    importer.finish()
}

/// Returns the format of a file, or the reason that it has none.
pub(super) fn format_of(name: &str) -> std::result::Result<Format, String> {
    if let Some(hidden) = name.split('/').find(|part| part.starts_with('.')) {
        return Err(format!("{hidden} is hidden"));
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    let mut folders = name.split('/').filter(|folder| *folder != file);
    if let Some(folder) = folders.find(|folder| site::holds_no_pages(folder)) {
        return Err(format!(
            "the folder {folder} holds programs, templates or a built site"
        ));
    }
    Format::of_name(file).ok_or_else(|| match file.rsplit_once('.') {
        Some((_, ending)) => format!("files with the ending {ending} are not read"),
        None => "files without an ending are not read".to_owned(),
    })
}

/// Reads one file, unless its name and place say that it is no source. A README at the root without front matter
/// describes the folder.
pub(super) fn read_bytes(
    importer: &mut Importer<'_>,
    format: Format,
    name: &str,
    bytes: &[u8],
) -> Result<ControlFlow<()>> {
    if let Some(reason) = importer.site().left_out(name) {
        importer.ignore(name, &reason);
        return Ok(ControlFlow::Continue(()));
    }
    let (id, _) = markdown::id_and_stem(name);
    if id.eq_ignore_ascii_case("readme")
        && format == Format::Markdown
        && !importer.site().has_readme_page()
        && !markdown::has_front_matter(bytes)
    {
        importer.ignore(name, "it describes the folder");
        return Ok(ControlFlow::Continue(()));
    }
    importer.bytes(format, name, bytes)
}

/// Returns the position of a file in the import order, by the record type in its name.
pub(super) fn rank(name: &str, format: Format) -> u8 {
    let (_, stem) = markdown::id_and_stem(name);
    let stem = stem.to_ascii_lowercase();
    match format {
        Format::Markdown | Format::Html => 1,
        _ => ["actor", "article", "fact", "case", "link", "event"]
            .iter()
            .position(|word| stem.contains(word))
            .map_or(6, |at| at as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Outcome, Record};

    #[test]
    fn what_is_referred_to_comes_first() {
        let mut seen = Vec::new();
        let mut sink = |record: Record| {
            seen.push(match record {
                Record::Article { draft, .. } => draft.id,
                Record::Actor(actor) => actor.id,
                other => format!("{other:?}"),
            });
            Ok(Outcome::Created)
        };
        let files = [
            ("b/x.md", "# X"),
            ("README.md", "about"),
            ("b/README.md", "# B"),
            (".git/y.md", "# Y"),
            ("pic.png", "x"),
            ("a/page.html", "<h1>P</h1>"),
            ("actors.jsonl", "{\"id\":\"ana\",\"licence\":\"coach\"}"),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let options = ImportOptions::new();
        let report = import_files(&files, &options, &mut sink, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!((report.created, report.files_ignored), (4, 3));
        assert_eq!(seen, ["ana", "a/page", "b/README", "b/x"]);
        let ignored: Vec<_> = report.ignored.iter().map(|one| one.file.as_str()).collect();
        assert_eq!(ignored, [".git/y.md", "pic.png", "README.md"]);
    }

    /// Imports files by name and text; returns the articles as `id: title`, and the report.
    fn import(files: &[(&str, &str)]) -> (Vec<String>, ImportReport) {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect();
        let mut seen = Vec::new();
        let mut sink = |record: Record| {
            if let Record::Article { draft, .. } = record {
                seen.push(format!("{}: {}", draft.id, draft.title));
            }
            Ok(Outcome::Created)
        };
        let mut go_on = |_: &_| ControlFlow::Continue(());
        let report = import_files(&files, &ImportOptions::new(), &mut sink, &mut go_on).unwrap();
        (seen, report)
    }

    #[test]
    fn two_files_with_one_id_are_both_kept() {
        let (seen, report) = import(&[
            (
                "query/overview.md",
                "---\nid: overview\ntitle: Query\n---\na\n",
            ),
            (
                "usage/overview.md",
                "---\nid: overview\ntitle: Usage\n---\nb\n",
            ),
            ("usage/overview.html", "<h1>Page</h1><p>c"),
        ]);
        assert_eq!(
            seen,
            [
                "overview: Query",
                "usage/overview: Page",
                "usage/overview.md: Usage"
            ]
        );
        assert_eq!((report.n_adjusted, report.n_skipped), (1, 0));
        assert!(report.adjusted[0].reason.contains("query/overview.md"));

        let (seen, report) = import(&[
            ("a.md", "# A\n\nx"),
            (
                "articles.jsonl",
                "{\"id\":\"a\",\"title\":\"B\"}\n{\"id\":\"b\",\"title\":\"B\"}\n{\"id\":\"b\",\"title\":\"B2\"}",
            ),
        ]);
        assert_eq!(seen, ["a: A", "b: B", "b: B2"]);
        let reason = &report.skipped[0].reason;
        assert!(
            reason.contains("a.md") && reason.contains("articles.jsonl"),
            "{reason}"
        );
    }

    #[test]
    fn an_id_of_docusaurus_is_local_to_its_folder() {
        let (seen, report) = import(&[
            ("docusaurus.config.js", ""),
            (
                "docs/query/a.mdx",
                "---\nid: overview\ntitle: Query\n---\na\n",
            ),
            (
                "docs/usage/b.md",
                "---\nid: overview\ntitle: Usage\n---\nb\n",
            ),
            ("docs/_part.md", "x"),
        ]);
        assert_eq!(
            seen,
            ["docs/query/overview: Query", "docs/usage/overview: Usage"]
        );
        assert_eq!(report.preset, Some(crate::exchange::Preset::Docusaurus));
        assert_eq!((report.n_adjusted, report.files_ignored), (0, 2));
    }

    #[test]
    fn json_that_is_no_export_is_one_line() {
        let icons: Vec<String> = (0..800).map(|i| format!("{{\"icon\":{i}}}")).collect();
        let (_, report) = import(&[
            ("icons.json", &format!("[{}]", icons.join(","))),
            ("font.json", "{\"type\":\"font\",\"glyphs\":[1,2]}"),
            ("more.json", "[{\"icon\":1},{\"id\":\"a\",\"title\":\"A\"}]"),
        ]);
        assert_eq!(
            (report.created, report.n_skipped, report.files_ignored),
            (1, 1, 2)
        );
        assert!(
            report.ignored[1].reason.contains("800"),
            "{:?}",
            report.ignored
        );
    }

    #[test]
    fn pages_held_back_are_named() {
        let (seen, report) = import(&[
            ("_config.yml", ""),
            ("_drafts/x.md", "# X\n\nx"),
            ("a.md", "---\nunlisted: true\n---\nx"),
            ("b.md", "---\ndraft: false\n---\n# B\n\nx"),
            (
                "c.jsonl",
                "{\"type\":\"article\",\"id\":\"c\",\"title\":\"C\",\"draft\":true}",
            ),
        ]);
        assert_eq!(seen, ["b: B"]);
        let held: Vec<_> = report
            .held_back
            .iter()
            .map(|one| format!("{} {}={}", one.place, one.key, one.value))
            .collect();
        assert_eq!(
            held,
            [
                "_drafts/x.md folder=_drafts",
                "a.md unlisted=true",
                "c.jsonl:1 draft=true"
            ]
        );
        assert_eq!((report.n_held_back, report.n_skipped), (3, 0));
    }
}
