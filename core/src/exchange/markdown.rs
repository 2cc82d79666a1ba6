//! Markdown with YAML front matter. One file is one article.
//!
//! A wrong value of one of our keys is an error. Keys of other systems are left out, except a few with the same
//! meaning: `description`, `keywords`, `date`, `ms.date`.

use serde_json::{Map, Value};

use super::fields::{self, Body, Fallback, Fields};
use super::options::ImportOptions;
use super::{value, yaml};
use crate::error::Result;
use crate::model::ArticleDraft;

/// Reads one file. `path` is relative to the root, with `/`; without its extension it is the id if the front matter
/// has none. Returns the article and the unknown keys.
///
/// Fails with `InvalidUtf8`, with `InvalidRecord` for malformed YAML, or with the error of a wrong value.
pub fn article(
    path: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<(ArticleDraft, Vec<String>)> {
    let text = value::utf8(bytes, 0)?;
    let (map, body) = match front_matter(text) {
        Some((front, body)) => match yaml::read(front, options.max_nesting)? {
            Value::Object(map) => (map, body),
            Value::Null => (Map::new(), body),
            // Not a mapping: the lines between the two rules are text.
            _ => (Map::new(), text),
        },
        None => (Map::new(), text),
    };
    let (id, stem) = id_and_stem(path);
    let fallback = Fallback {
        id: Some(id),
        title: Some(stem),
        source_key: Some(path),
    };
    fields::article(
        Fields::new(map),
        Body::of_markdown(body),
        &fallback,
        options,
    )
}

/// Returns true if a file begins with front matter.
pub fn has_front_matter(bytes: &[u8]) -> bool {
    value::utf8(bytes, 0).is_ok_and(|text| front_matter(text).is_some())
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

/// Returns the YAML between a first line `---` and the next line `---` or `...`, and the text after it.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let from = first.len();
    let mut at = from;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((text.get(from..at)?, text.get(at + line.len()..)?));
        }
        at += line.len();
    }
    None
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
    fn wrong_values_are_named() {
        for (line, words) in [
            ("kind: gadget", ["kind", "gadget"]),
            ("created: yesterday", ["created", "yesterday"]),
            (
                "freshness: {interval_days: 0}",
                ["freshness", "interval_days"],
            ),
            ("products: [{versions: \"1\"}]", ["products", "id"]),
            (
                "products: [{id: a, versions: 3.10}]",
                ["versions", "quotes"],
            ),
            ("tags: {a: b}", ["tags", "text"]),
            ("language: klingon!", ["language", "klingon!"]),
        ] {
            let error = read("x.md", &format!("---\n{line}\n---\nx")).unwrap_err();
            for word in words {
                assert!(error.message().contains(word), "{line}: {error}");
            }
        }
        let error = read("x.md", "---\na: [\n---\n").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        let error = article("x.md", b"ab\xff", &ImportOptions::new()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidUtf8);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), yaml in "[a-z:\\-\\[\\]{}&*!|>'\"#% \n0-9.]{0,120}") {
            let _ = article("x.md", &bytes, &ImportOptions::new());
            let _ = read("x.md", &format!("---\n{yaml}\n---\nbody"));
        }
    }
}
