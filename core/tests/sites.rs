//! Import of folders of pages through the public API: nothing that a site hides reaches a reader, and no text is lost
//! without a line in the report.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::ops::ControlFlow;

use kenpoint::exchange::{ImportOptions, ImportReport, Preset};
use kenpoint::model::{Confidence, Viewer};
use kenpoint::{Base, FixedClock, SearchRequest, Snapshot, SnapshotRequest, Timestamp};

fn open() -> Base {
    let today: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    Base::in_memory()
        .clock(FixedClock::at(today))
        .open()
        .unwrap()
}

/// Imports files for the public.
fn import(base: &Base, files: &[(&str, &str)]) -> ImportReport {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let options = ImportOptions::new()
        .audience("public")
        .confidence(Confidence::Validated);
    base.import_files(&files, &options, &mut |_| ControlFlow::Continue(()))
        .unwrap()
}

/// The ids that the public finds.
fn ids(base: &Base, query: &str) -> Vec<String> {
    let request = SearchRequest::new(query, Viewer::new("public"));
    let hits = base.search(&request).unwrap().hits;
    hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn a_draft_is_never_public_and_leaves_with_its_key() {
    let base = open();
    let page =
        |draft: bool| format!("---\ntitle: Lamp page\ndraft: {draft}\n---\nPress the button.\n");
    let report = import(&base, &[("a.md", &page(true)), ("b.md", &page(false))]);
    assert_eq!((report.created, report.n_held_back), (1, 1));
    assert!(!report.held_back[0].withdrawn);
    assert_eq!(ids(&base, "lamp page"), ["b"]);

    // The site takes the other page back, then publishes both.
    let report = import(&base, &[("b.md", &page(true))]);
    assert!(report.held_back[0].withdrawn, "{report:?}");
    assert_eq!(ids(&base, "lamp page"), [""; 0]);
    assert_eq!(
        base.article("b").unwrap().confidence,
        Confidence::WorkInProgress
    );
    let report = import(&base, &[("b.md", &page(true))]);
    assert!(!report.held_back[0].withdrawn);
    let report = import(&base, &[("a.md", &page(false)), ("b.md", &page(false))]);
    assert_eq!((report.created, report.updated), (1, 1));
    assert_eq!(ids(&base, "lamp page").len(), 2);
    base.verify().unwrap();
}

#[test]
fn an_unknown_confidence_is_no_trust() {
    let base = open();
    let report = import(
        &base,
        &[("a.md", "---\nconfidence: high\n---\n# Lamp\n\nPress it.\n")],
    );
    assert_eq!((report.created, report.n_adjusted), (1, 1));
    assert_eq!(ids(&base, "lamp"), [""; 0]);
}

#[test]
fn what_a_site_hides_is_in_no_answer_and_in_no_snapshot() {
    let base = open();
    let text = "# Lamp\n\nOpen. <!-- alphasecret: call Bob --> More %% betasecret %% text.\n\n<!--\ngammasecret\n-->\n\n\
        <div hidden>deltasecret</div>\n\n[//]: # (epsilonsecret)\n\n`100%% sure %%`\n";
    let report = import(
        &base,
        &[
            ("a.md", text),
            ("b.mdx", "# B\n\n{/* zetasecret */}\n\nText.\n"),
        ],
    );
    assert_eq!((report.created, report.n_adjusted), (2, 0));
    let file = base
        .snapshot(&SnapshotRequest::new(Viewer::new("public")))
        .unwrap();
    let snapshot = Snapshot::open(file).unwrap();
    for id in ["a", "b"] {
        let article = format!("{:?}", snapshot.article(id).unwrap());
        assert!(!article.contains("secret"), "{article}");
    }
    for word in [
        "alphasecret",
        "betasecret",
        "gammasecret",
        "deltasecret",
        "epsilonsecret",
        "zetasecret",
    ] {
        assert_eq!(ids(&base, word), [""; 0], "{word}");
    }
    assert_eq!(ids(&base, "sure"), ["a"]);
}

#[test]
fn snippets_show_words_and_no_marks() {
    let base = open();
    let text = "# Lamp\n\n:::warning Mind\nIt is hot.\n:::\n\n{% hint style=\"info\" %}\nWait.\n{% endhint %}\n\n\
        {{< note >}}Cool.{{< /note >}}\n\n> [!NOTE]\n> Beware of [[Reset|the page]] ![[alphaicon.svg|18]].\n";
    import(&base, &[("a.md", text)]);
    let request = SearchRequest::new("lamp hot wait cool beware", Viewer::new("public"));
    let hit = base.search(&request).unwrap().hits.remove(0);
    let snippet = hit.snippet.text;
    for mark in [":::", "{%", "{{<", "[!NOTE]", "[["] {
        assert!(!snippet.contains(mark), "{snippet}");
    }
    for words in ["It is hot", "Wait", "Cool", "Beware of the page"] {
        assert!(snippet.contains(words), "{snippet}");
    }
    assert_eq!(ids(&base, "alphaicon"), [""; 0]);
}

#[test]
fn a_page_in_its_language_is_found_by_other_forms_of_a_word() {
    let base = open();
    let report = import(
        &base,
        &[
            ("mkdocs.yml", ""),
            (
                "docs/drucker.md",
                "---\nlang: de\n---\n# Drucker\n\nDie Druckertreiber werden aktualisiert.\n",
            ),
            (
                "docs/zahlung.de.md",
                "# Zahlung\n\nDie Zahlungen kommen an.\n",
            ),
            ("docs/fr/page.md", "# Facture\n\nLes factures arrivent.\n"),
        ],
    );
    assert_eq!(report.preset, Some(Preset::MkDocs));
    assert_eq!(ids(&base, "Druckertreibern"), ["docs/drucker"]);
    for (id, language) in [("docs/zahlung.de", "de"), ("docs/fr/page", "fr")] {
        assert_eq!(base.article(id).unwrap().language, language);
    }
}
