//! Import of files in memory, for hosts without a file system.
//!
//! The order is that of a folder: actors, articles, facts, cases, links, events, so that a referenced record exists; by
//! path within each. Hidden files, README files without front matter and unknown file name extensions are counted and
//! left out. It reads no file itself.

use super::importer::{Format, Importer};
use super::markdown;
use super::options::ImportOptions;
use super::record::Sink;
use super::report::{ImportReport, Progress};
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
    let mut found = Vec::new();
    for (name, bytes) in files {
        let is_hidden = name.split('/').any(|part| part.starts_with('.'));
        match Format::of_name(name).filter(|_| !is_hidden) {
            Some(format) => found.push((rank(name, format), name, format, bytes)),
            None => importer.ignore(1),
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

/// Reads one file. A README without front matter describes its folder and is only counted.
pub(super) fn read_bytes(
    importer: &mut Importer<'_>,
    format: Format,
    name: &str,
    bytes: &[u8],
) -> Result<ControlFlow<()>> {
    let (_, stem) = markdown::id_and_stem(name);
    if stem.eq_ignore_ascii_case("readme")
        && format == Format::Markdown
        && !markdown::has_front_matter(bytes)
    {
        importer.ignore(1);
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
        assert_eq!((report.created, report.files_ignored), (3, 3));
        assert_eq!(seen, ["ana", "a/page", "b/x"]);
    }
}
