//! The keys by which a site holds a page back: drafts, unlisted and hidden pages, pages that robots must not index.
//!
//! It reads keys and values only. A value that is not clearly a "no" counts as a "yes" here, because a page that comes
//! in too late costs less than a draft in public.

use serde_json::{Map, Value};

use super::foreign::{Repeated, shown};
use crate::model::Source;

/// A page that its site holds back.
#[derive(Debug)]
pub struct Withheld {
    /// The key that says so.
    pub key: String,
    /// The value of the key.
    pub value: String,
    /// The origin of the article that the page would be.
    pub source: Source,
}

/// The meaning of a key.
enum Meaning {
    /// The page is held back unless the value is a "no".
    HoldsBack,
    /// The page is held back if the value is a "no".
    Publishes,
    /// The page is held back if the value has one of these words.
    Says(&'static [&'static str]),
}

use Meaning::{HoldsBack, Publishes, Says};

const STATES: Meaning = Says(&[
    "draft",
    "hidden",
    "private",
    "pending",
    "unlisted",
    "unpublished",
    "trash",
]);

/// The keys in lower case, without `_` and `-`.
const KEYS: &[(&str, Meaning)] = &[
    // Docusaurus, Hugo, Jekyll, Astro, Gatsby, Zendesk.
    ("draft", HoldsBack),
    ("isdraft", HoldsBack),
    ("unlisted", HoldsBack),
    ("published", Publishes),
    ("ispublished", Publishes),
    // GitBook, help centres.
    ("hidden", HoldsBack),
    ("ishidden", HoldsBack),
    ("private", HoldsBack),
    ("isprivate", HoldsBack),
    ("unpublished", HoldsBack),
    // Obsidian.
    ("publish", Publishes),
    // Search engines of sites: VitePress, Just the Docs, Hextra, Material for MkDocs.
    ("search", Publishes),
    ("searchable", Publishes),
    ("indexable", Publishes),
    ("searchexclude", HoldsBack),
    ("excludesearch", HoldsBack),
    ("excludefromsearch", HoldsBack),
    // Robots: Microsoft Learn, Nuxt, plug-ins for search engines.
    ("noindex", HoldsBack),
    ("robots", Says(&["noindex", "none"])),
    // Hugo's ways to keep a page out of lists or off the site.
    ("headless", HoldsBack),
    // Other systems.
    ("status", STATES),
    ("state", STATES),
    ("visibility", STATES),
    ("poststatus", STATES),
];

/// Keys inside of a mapping under one of [`GROUPS`].
const INSIDE: &[(&str, Meaning)] = &[
    ("exclude", HoldsBack),
    ("noindex", HoldsBack),
    ("index", Publishes),
    ("list", Says(&["never", "false"])),
    ("render", Says(&["never", "false"])),
    ("robots", Says(&["noindex", "none"])),
    ("draft", HoldsBack),
    ("hidden", HoldsBack),
];

/// Keys that hold mappings: `search: {exclude: true}`, `build: {list: never}`, `seo: {noindex: true}`.
const GROUPS: &[&str] = &["search", "build", "seo", "robots", "params", "extra"];

/// Keys that hold elements of the head of a page: `head: [[meta, {name: robots, content: noindex}]]`.
const HEADS: &[&str] = &["head", "meta"];

/// Greatest nesting of the elements of a head.
const MAX_HEAD_DEPTH: usize = 6;

/// Returns the key that holds a page back, and its value. Each value of a repeated key counts.
pub(super) fn held_back(
    map: &Map<String, Value>,
    repeated: &[Repeated],
) -> Option<(String, String)> {
    let earlier = repeated.iter().map(|one| (&one.key, &one.value));
    map.iter().chain(earlier).find_map(|(key, value)| {
        let plain = plain(key);
        if holds_back(&plain, value, KEYS) {
            return Some((key.clone(), shown(value)));
        }
        if GROUPS.contains(&plain.as_str())
            && let Value::Object(inner) = value
        {
            let inside = inner
                .iter()
                .find(|(key, value)| holds_back(&self::plain(key), value, INSIDE))?;
            return Some((format!("{key}.{}", inside.0), shown(inside.1)));
        }
        (HEADS.contains(&plain.as_str()) && is_robots(value, 0))
            .then(|| (key.clone(), shown(value)))
    })
}

/// Returns true for a value of one of the keys that was understood and holds nothing back, such as `draft: false`.
pub(super) fn is_no_reason(key: &str, value: &Value) -> bool {
    let plain = plain(key);
    let is_single = !value.is_array() && !value.is_object();
    is_single && KEYS.iter().any(|(name, _)| *name == plain)
}

/// A key in lower case, without the marks that systems put between its words.
fn plain(key: &str) -> String {
    let letters = key.chars().filter(|c| !"_-".contains(*c));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn holds_back(key: &str, value: &Value, keys: &[(&str, Meaning)]) -> bool {
    let Some((_, meaning)) = keys.iter().find(|(name, _)| *name == key) else {
        return false;
    };
    match meaning {
        HoldsBack => !is_no(value) && !value.is_array() && !value.is_object(),
        Publishes => is_no(value) && !value.is_null() && value.as_str() != Some(""),
        Says(words) => says(value, words),
    }
}

/// Returns true for a value that denies.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => {
            let text = text.trim().to_ascii_lowercase();
            matches!(text.as_str(), "" | "false" | "no" | "off" | "n" | "0")
        }
        _ => false,
    }
}

fn says(value: &Value, words: &[&str]) -> bool {
    match value {
        Value::String(text) => text
            .to_ascii_lowercase()
            .split([',', ' ', ';'])
            .any(|word| words.contains(&word.trim())),
        Value::Bool(false) => words.contains(&"false"),
        Value::Array(items) => items
            .iter()
            .any(|item| item.is_string() && says(item, words)),
        _ => false,
    }
}

/// Returns true if a value contains an element that forbids robots to index the page.
fn is_robots(value: &Value, depth: usize) -> bool {
    if depth > MAX_HEAD_DEPTH {
        return false;
    }
    match value {
        Value::Array(items) => items.iter().any(|item| is_robots(item, depth + 1)),
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
            let is_named = ["robots", "googlebot"]
                .iter()
                .any(|name| text("name").eq_ignore_ascii_case(name));
            (is_named && says(&text("content").into(), &["noindex", "none"]))
                || map.iter().any(|(key, value)| {
                    holds_back(
                        &plain(key),
                        value,
                        &[("robots", Says(&["noindex", "none"]))],
                    ) || is_robots(value, depth + 1)
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key_of(value: Value) -> Option<String> {
        let Value::Object(map) = value else {
            return None;
        };
        held_back(&map, &[]).map(|(key, _)| key)
    }

    #[test]
    fn each_habit_of_holding_a_page_back_is_known() {
        for value in [
            json!({"draft": true}),
            json!({"Draft": "yes"}),
            json!({"draft": 1}),
            json!({"draft": "until Monday"}),
            json!({"unlisted": true}),
            json!({"published": false}),
            json!({"publish": "false"}),
            json!({"hidden": true}),
            json!({"is_hidden": true}),
            json!({"noindex": true}),
            json!({"no-index": true}),
            json!({"ROBOTS": "NOINDEX, NOFOLLOW"}),
            json!({"robots": ["noindex"]}),
            json!({"robots": {"index": false}}),
            json!({"search": false}),
            json!({"search": {"exclude": true}}),
            json!({"build": {"list": "never"}}),
            json!({"_build": {"render": false}}),
            json!({"seo": {"noIndex": true}}),
            json!({"status": "draft"}),
            json!({"head": [["meta", {"name": "robots", "content": "noindex"}]]}),
            json!({"meta": [{"name": "Robots", "content": "none"}]}),
        ] {
            assert!(key_of(value.clone()).is_some(), "{value}");
        }
    }

    #[test]
    fn a_page_for_all_is_not_held_back() {
        for value in [
            json!({"draft": false}),
            json!({"draft": "no", "unlisted": null, "hidden": "", "is_hidden": 0}),
            json!({"published": true}),
            json!({"published": "2024-01-05"}),
            json!({"publish": null}),
            json!({"hide": ["navigation"]}),
            json!({"robots": "index, follow"}),
            json!({"search": {"boost": 2}}),
            json!({"status": "new"}),
            json!({"state": "no draft-like word"}),
            json!({"meta": [{"name": "description", "content": "noindex"}]}),
            json!({"tags": ["draft", "hidden"]}),
        ] {
            assert_eq!(key_of(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn an_earlier_value_of_a_repeated_key_counts() {
        let repeated = Repeated {
            key: "draft".to_owned(),
            value: json!(true),
        };
        let map = Map::from_iter([("draft".to_owned(), json!(false))]);
        assert!(held_back(&map, &[repeated]).is_some());
    }
}
