//! Import of a folder, or of one file. It is the only module of `exchange` that reads files.
//!
//! The order is: actors, articles, facts, cases, links, events, so that a referenced record exists; by path within
//! each. The walk stays below the root: it enters no linked folder, and reads a linked file only if its target is below
//! the root. A file that is no source by its name or place is reported as ignored.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::files::{format_of, rank, read_bytes};
use super::format::Format;
use super::importer::Importer;
use super::options::ImportOptions;
use super::record::Sink;
use super::report::{ImportReport, Progress, SourcePlace};
use super::site::{self, Site};
use crate::error::{Error, ErrorCode, Result};

/// Imports a file, or all files of a folder and its subfolders.
///
/// Fails with `Io` if `root` cannot be read, and as [`Importer::bytes`] does. An unreadable file inside the folder is
/// reported as skipped.
pub fn import_path(
    root: &Path,
    options: &ImportOptions,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<ImportReport> {
    let mut importer = Importer::new(options, sink, progress);
    let root = fs::canonicalize(root).map_err(|e| io(&root.display().to_string(), e))?;
    let files = if root.is_file() {
        let name = file_name(&root);
        let format = Format::of_name(&name).ok_or_else(|| {
            Error::invalid(
                "file",
                &name,
                &format!("its ending is one of: {}", Format::EXTENSIONS.join(" ")),
            )
        })?;
        vec![ListedFile {
            rank: 0,
            name,
            path: root,
            format,
        }]
    } else {
        walk(&root, options, &mut importer)?
    };
    for found in files {
        if read(&mut importer, &found, options)? == ControlFlow::Break(()) {
            break;
        }
    }
    importer.finish()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ListedFile {
    rank: u8,
    name: String,
    path: PathBuf,
    format: Format,
}

fn read(
    importer: &mut Importer<'_>,
    found: &ListedFile,
    options: &ImportOptions,
) -> Result<ControlFlow<()>> {
    let place = SourcePlace::file(found.name.clone());
    let file = match File::open(&found.path) {
        Ok(file) => file,
        Err(e) => return importer.refuse(&place, io(&found.name, e)),
    };
    if found.format == Format::JsonLines {
        return importer.lines(&found.name, &mut BufReader::new(file));
    }
    // One byte over the limit is enough to detect a file that is too large, whatever length its metadata states.
    let limit = options.max_file_bytes;
    let mut bytes = Vec::new();
    if let Err(e) = file
        .take((limit as u64).saturating_add(1))
        .read_to_end(&mut bytes)
    {
        return importer.refuse(&place, io(&found.name, e));
    }
    read_bytes(importer, found.format, &found.name, &bytes)
}

/// Lists all files to read below the root, in the order of reading.
fn walk(
    root: &Path,
    options: &ImportOptions,
    importer: &mut Importer<'_>,
) -> Result<Vec<ListedFile>> {
    let mut files = Vec::new();
    // All names, since a file that is not read may tell the system that the folder was written for.
    let mut names = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new(), 0usize)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        let listed =
            fs::read_dir(&folder).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
        let entries = match listed {
            // In the order of their names, so that the report is the same on each machine.
            Ok(mut entries) => {
                entries.sort_by_key(fs::DirEntry::file_name);
                entries
            }
            Err(e) if prefix.is_empty() => return Err(io(&folder.display().to_string(), e)),
            Err(e) => {
                // Ignore a request to stop here; the next file checks it again.
                let _ = importer.refuse(&SourcePlace::file(prefix.clone()), io(&prefix, e))?;
                continue;
            }
        };
        for entry in entries {
            let path = entry.path();
            let short = file_name(&path);
            let name = format!("{prefix}{short}");
            let Ok(kind) = entry.file_type() else {
                importer.ignore(&name, "its type cannot be read");
                continue;
            };
            let is_dir = kind.is_dir();
            let name = if is_dir && (short.starts_with('.') || site::holds_no_pages(&short)) {
                format!("{name}/")
            } else {
                name
            };
            if !is_dir || name.ends_with('/') {
                names.push(name.clone());
            }
            if let (true, Err(reason)) = (name.ends_with('/'), format_of(&name)) {
                importer.ignore(&name, &reason);
            } else if is_dir {
                if depth >= options.max_folder_depth {
                    let error =
                        Error::too_large("folders", depth + 1, options.max_folder_depth, "levels");
                    let _ = importer.refuse(&SourcePlace::file(name), error)?;
                } else {
                    folders.push((path, format!("{name}/"), depth + 1));
                }
            } else {
                let inside = kind.is_file()
                    || (kind.is_symlink()
                        && fs::canonicalize(&path)
                            .is_ok_and(|target| target.starts_with(root) && target.is_file()));
                match format_of(&name) {
                    Ok(format) if inside => files.push(ListedFile {
                        rank: rank(&name, format),
                        name,
                        path,
                        format,
                    }),
                    Ok(_) => importer.ignore(&name, "it is a link that leads out of the folder"),
                    Err(reason) => importer.ignore(&name, &reason),
                }
            }
        }
    }
    files.sort();
    importer.set_site(Site::of(names.iter().map(String::as_str)));
    Ok(files)
}

/// Returns the name of a path as text. Invalid UTF-8 is replaced; reading the file then reports the error.
fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn io(name: &str, error: std::io::Error) -> Error {
    Error::with_source(
        ErrorCode::Io,
        format!("{name}: {error}; check that it exists and may be read"),
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Outcome, Record};

    fn import(root: &Path, options: &ImportOptions) -> (ImportReport, Vec<String>) {
        let mut seen = Vec::new();
        let mut sink = |record: Record| {
            seen.push(match record {
                Record::Article { draft, .. } => draft.id,
                Record::Case { draft, .. } => draft.id,
                Record::Actor(actor) => actor.id,
                Record::Event(event) => event.id,
                other => format!("{other:?}"),
            });
            Ok(Outcome::Created)
        };
        let report =
            import_path(root, options, &mut sink, &mut |_| ControlFlow::Continue(())).unwrap();
        (report, seen)
    }

    fn sample() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("README.md", "about");
        put(".hidden.md", "x");
        put("pic.png", "x");
        put(
            "events.jsonl",
            "{\"id\":\"e\",\"at\":\"2026-01-01\",\"what\":\"viewed\",\"article\":\"b/x\"}\n\ngarbage\n",
        );
        put(
            "cases.json",
            "[{\"id\":\"c\",\"opened\":\"2026-01-01\"}, 7]",
        );
        put("actors.jsonl", "{\"id\":\"ana\",\"licence\":\"coach\"}");
        put("b/x.md", "# X");
        put("a/page.html", "<h1>P</h1>");
        dir
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let dir = sample();
        let (report, seen) = import(dir.path(), &ImportOptions::new());
        assert_eq!(seen, ["ana", "a/page", "b/x", "c", "e"]);
        assert_eq!(
            (report.created, report.n_skipped, report.files_ignored),
            (5, 2, 3)
        );
        assert_eq!(report.skipped[0].place.to_string(), "cases.json:2");
        assert_eq!(report.skipped[1].place.to_string(), "events.jsonl:3");
    }

    #[test]
    fn limits_hold() {
        let dir = sample();
        let (report, seen) = import(dir.path(), &ImportOptions::new().max_records(2));
        assert_eq!((seen.len(), report.stopped), (2, true));
        let (report, _) = import(dir.path(), &ImportOptions::new().max_file_bytes(4));
        assert_eq!((report.created, report.n_skipped), (1, 5), "{report:?}");
        let (report, _) = import(dir.path(), &ImportOptions::new().max_folder_depth(0));
        assert_eq!(report.created, 3);
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_leave_the_root() {
        let (inside, outside) = (sample(), sample());
        std::os::unix::fs::symlink(outside.path().join("b/x.md"), inside.path().join("out.md"))
            .unwrap();
        std::os::unix::fs::symlink(inside.path(), inside.path().join("loop")).unwrap();
        std::os::unix::fs::symlink(inside.path().join("b/x.md"), inside.path().join("in.md"))
            .unwrap();
        let (_, seen) = import(inside.path(), &ImportOptions::new());
        assert_eq!(seen, ["ana", "a/page", "b/x", "in", "c", "e"]);
    }

    #[test]
    fn a_missing_root_is_an_error() {
        let error = import_path(
            Path::new("/no/such"),
            &ImportOptions::new(),
            &mut |_: Record| Ok(Outcome::Created),
            &mut |_| ControlFlow::Continue(()),
        )
        .unwrap_err();
        assert_eq!(error.code(), ErrorCode::Io);
    }
}
