//! The warning of an import that took nothing, or refused more than it took.
//!
//! A host that imports without looking at the report would take such an import for a success.

use std::collections::BTreeMap;

use super::report::ImportReport;
use crate::error::ErrorCode;

/// Sets the warning of a report by its counts and reasons so far.
pub(crate) fn judge(report: &mut ImportReport) {
    report.warning = of(report);
}

/// Returns the warning of a report, if it deserves one: the counts, the most frequent reason, and the option that helps.
fn of(report: &ImportReport) -> Option<String> {
    let (taken, refused) = (report.taken(), report.n_skipped);
    if taken > 0 && refused <= taken || refused == 0 && report.stopped {
        return None;
    }
    let counts = match (taken, refused) {
        (0, 0) => "nothing was imported: no record was found".to_owned(),
        (0, 1) => "nothing was imported: the only record was refused".to_owned(),
        (0, _) => format!("nothing was imported: all {refused} records were refused"),
        _ => format!("more records were refused, {refused}, than imported, {taken}"),
    };
    Some(match most_frequent(report) {
        Some((n, code, reason)) => {
            let share = match n {
                1 => String::new(),
                n => format!("{n} times "),
            };
            format!("{counts}; {share}{reason}{}", option(code, reason))
        }
        None => format!("{counts}; {}", nothing_found(report)),
    })
}

/// The most frequent code of the refused records that were kept, with its number and its first reason.
fn most_frequent(report: &ImportReport) -> Option<(usize, u16, &str)> {
    let mut by_code: BTreeMap<u16, (usize, &str)> = BTreeMap::new();
    for skipped in &report.skipped {
        by_code
            .entry(skipped.code)
            .or_insert((0, &skipped.reason))
            .0 += 1;
    }
    // Of two codes that are equally frequent, the smaller one, so that the text depends on the records alone.
    by_code
        .into_iter()
        .map(|(code, (n, reason))| (n, code, reason))
        .max_by_key(|(n, code, _)| (*n, std::cmp::Reverse(*code)))
}

/// The option that would change the refusal, if there is one.
fn option(code: u16, reason: &str) -> &'static str {
    const AUDIENCES: &str = ". The option `audiences` maps labels of the source to those of the base, and `audience` is the label of articles without one";
    const FILE: &str = ". The option `max_file_bytes` is the limit";
    const TOTAL: &str = ". The option `max_total_bytes` is the limit";
    const RECORDS: &str = ". The option `max_records` is the limit";
    match ErrorCode::from_number(code) {
        Some(ErrorCode::UnknownName) => AUDIENCES,
        Some(ErrorCode::TooLarge) if reason.starts_with("file:") => FILE,
        Some(ErrorCode::TooLarge) if reason.starts_with("line:") => FILE,
        Some(ErrorCode::TooLarge) if reason.contains(" records ") => RECORDS,
        Some(ErrorCode::TooLarge) if reason.starts_with("import:") => TOTAL,
        _ => "",
    }
}

/// The reason for which a source has no record at all.
fn nothing_found(report: &ImportReport) -> String {
    let held_back = report.held_back.first().map(|page| {
        format!(
            "{} pages are held back by their site, the first by {}: {}",
            report.n_held_back, page.key, page.value
        )
    });
    let ignored = report.ignored.first().map(|file| {
        format!(
            "{} files were ignored, the first, {}: {}",
            report.files_ignored, file.file, file.reason
        )
    });
    match (held_back, ignored) {
        (Some(one), Some(other)) => format!("{one}; {other}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            "the source is empty; of files, Markdown, HTML, JSON and JSON lines are read".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::exchange::{ImportOptions, Outcome, Record, SourcePlace};
    use std::ops::ControlFlow;

    fn report(taken: u64, refused: &[(ErrorCode, &str)]) -> ImportReport {
        let mut report = ImportReport {
            created: taken,
            ..ImportReport::default()
        };
        for (code, reason) in refused {
            report.skip(&SourcePlace::file("a.md"), &Error::new(*code, *reason));
        }
        report
    }

    #[test]
    fn an_import_that_took_less_than_it_refused_says_so() {
        let label = (
            ErrorCode::UnknownName,
            "audience: no label is named \"ITPro\"",
        );
        let id = (ErrorCode::InvalidValue, "id: it is empty");
        assert_eq!(of(&report(2, &[label, label])), None);
        assert_eq!(of(&report(1, &[])), None);
        let warning = of(&report(2, &[id, label, label])).unwrap();
        assert!(
            warning
                .starts_with("more records were refused, 3, than imported, 2; 2 times audience: "),
            "{warning}"
        );
        assert!(warning.contains("`audiences`"), "{warning}");
        let warning = of(&report(0, &[id])).unwrap();
        assert_eq!(
            warning,
            "nothing was imported: the only record was refused; id: it is empty"
        );
        // Equally frequent: the smaller number, 101 and not 106.
        let warning = of(&report(0, &[label, id])).unwrap();
        assert!(
            warning.starts_with("nothing was imported: all 2 records were refused; id: "),
            "{warning}"
        );
    }

    #[test]
    fn the_option_of_a_limit_is_named() {
        for (what, n, limit, unit, option) in [
            ("file", 20, 10, "bytes", "`max_file_bytes`"),
            ("line", 20, 10, "bytes", "`max_file_bytes`"),
            ("import", 20, 10, "bytes", "`max_total_bytes`"),
            ("import", 20, 10, "records", "`max_records`"),
        ] {
            let error = Error::too_large(what, n, limit, unit);
            let warning = of(&report(0, &[(error.code(), error.message())])).unwrap();
            assert!(warning.contains(option), "{warning}");
        }
    }

    #[test]
    fn a_source_without_a_record_says_what_was_there() {
        let empty = of(&ImportReport::default()).unwrap();
        assert!(empty.contains("the source is empty"), "{empty}");
        let mut pictures = ImportReport::default();
        pictures.ignore("a.png", "it is a picture");
        let warning = of(&pictures).unwrap();
        assert!(
            warning.contains("1 files were ignored, the first, a.png: it is a picture"),
            "{warning}"
        );
        // The caller stopped it, and knows.
        let stopped = ImportReport {
            stopped: true,
            ..ImportReport::default()
        };
        assert_eq!(of(&stopped), None);
    }

    #[test]
    fn the_warning_is_the_first_key_of_the_report() {
        let options = ImportOptions::new();
        let mut sink = |_: Record| -> crate::Result<Outcome> {
            Err(Error::new(
                ErrorCode::UnknownName,
                "audience: no label is named \"x\"",
            ))
        };
        let mut progress = |_: &_| ControlFlow::Continue(());
        let mut import = crate::exchange::Importer::new(&options, &mut sink, &mut progress);
        let _ = import
            .bytes(
                crate::exchange::Format::Markdown,
                "lamp.md",
                b"# Lamp\n\nDark.",
            )
            .unwrap();
        let report = import.finish().unwrap();
        let text = serde_json::to_string(&report).unwrap();
        assert!(
            text.starts_with("{\"warning\":\"nothing was imported: "),
            "{text}"
        );
    }
}
