//! docs/json.md against the library: the library accepts each input example, and each output has exactly the keys of
//! its example.
//!
//! `KENPOINT_BLESS=1 cargo test -p kenpoint-ffi --test json_doc` writes the output examples.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

use kenpoint::exchange::{ImportOptions, json};
use kenpoint::model::{ArticleDraft, CaseDraft, EntryDraft, FactDraft};
use kenpoint::rows::{Mapping, RowsOptions};
use kenpoint::{Filter, ReviewRequest, Timestamp};
use kenpoint_ffi::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/json.md");

/// The examples of the document by name, and their use.
struct Doc {
    text: String,
    blocks: BTreeMap<String, String>,
    given: RefCell<BTreeMap<String, Value>>,
    read: RefCell<Vec<String>>,
}

impl Doc {
    fn open() -> Doc {
        let text = std::fs::read_to_string(FILE).unwrap();
        let mut blocks = BTreeMap::new();
        for part in text.split("\n```json ").skip(1) {
            let (name, rest) = part.split_once('\n').unwrap();
            let (block, _) = rest.split_once("\n```").unwrap();
            let before = blocks.insert(name.to_owned(), block.to_owned());
            assert!(before.is_none(), "two blocks are called {name}");
        }
        Doc {
            text,
            blocks,
            given: RefCell::default(),
            read: RefCell::default(),
        }
    }

    /// The text of an example that goes in.
    fn input(&self, name: &str) -> String {
        self.read.borrow_mut().push(name.to_owned());
        let block = self.blocks.get(name);
        block.unwrap_or_else(|| panic!("no example {name}")).clone()
    }

    /// The same of one that has each key of the type it is read as.
    fn whole<T: Serialize + DeserializeOwned>(&self, name: &str) -> String {
        let text = self.input(name);
        let read: T = json::read(name, &text).unwrap();
        let all = serde_json::to_value(&read).unwrap();
        same_keys(name, &serde_json::from_str(&text).unwrap(), &all).unwrap();
        text
    }

    /// The text that the library gave for an example.
    fn output(&self, name: &str, given: &str) {
        let given: Value = serde_json::from_str(given).unwrap();
        assert_eq!(given["schema"], 1, "{name}");
        self.given.borrow_mut().insert(name.to_owned(), given);
    }

    /// Compares everything, or writes it.
    fn check(self) {
        let (given, read) = (self.given.into_inner(), self.read.into_inner());
        for name in self.blocks.keys() {
            let is_used = given.contains_key(name) || read.contains(name);
            assert!(is_used, "docs/json.md: nothing reads the example {name}");
        }
        if std::env::var_os("KENPOINT_BLESS").is_some() {
            let mut text = self.text;
            for (name, value) in &given {
                let old = format!("```json {name}\n{}\n```", self.blocks[name]);
                let new = format!("```json {name}\n{}\n```", pretty(value, 0));
                text = text.replace(&old, &new);
            }
            return std::fs::write(FILE, text).unwrap();
        }
        let mut wrong = Vec::new();
        for (name, value) in &given {
            let said: Value = serde_json::from_str(&self.blocks[name]).unwrap();
            wrong.extend(same_keys(name, &said, value).err());
        }
        assert!(wrong.is_empty(), "docs/json.md: {}", wrong.join("\n"));
    }
}

/// Tells if two values have the same keys all the way down, with values of the same type. Null goes with
/// everything, and of a list the first item stands for all.
fn same_keys(at: &str, said: &Value, given: &Value) -> Result<(), String> {
    match (said, given) {
        (Value::Null, _) | (_, Value::Null) => Ok(()),
        (Value::Object(said), Value::Object(given)) => {
            if let Some(key) = given.keys().find(|key| !said.contains_key(*key)) {
                return Err(format!("{at}: the key {key} is not in the example"));
            }
            for (key, value) in said {
                let found = given
                    .get(key)
                    .ok_or(format!("{at}: the key {key} is in the example only"))?;
                same_keys(&format!("{at}.{key}"), value, found)?;
            }
            Ok(())
        }
        (Value::Array(said), Value::Array(given)) => match (said.first(), given.first()) {
            (Some(said), Some(given)) => same_keys(&format!("{at}[0]"), said, given),
            (None, Some(_)) => Err(format!("{at}: the example has no item")),
            _ => Ok(()),
        },
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => Ok(()),
        _ => Err(format!("{at}: the example has {said}, the library {given}")),
    }
}

/// JSON for people: a short value stands on one line.
fn pretty(value: &Value, indent: usize) -> String {
    let flat = value.to_string();
    if flat.len() + indent < 110 {
        return flat;
    }
    let pad = " ".repeat(indent + 2);
    let rows: Vec<String> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{pad}\"{key}\": {}", pretty(value, indent + 2)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| format!("{pad}{}", pretty(item, indent + 2)))
            .collect(),
        _ => return flat,
    };
    let (open, close) = if value.is_object() {
        ('{', '}')
    } else {
        ('[', ']')
    };
    let end = " ".repeat(indent);
    format!("{open}\n{}\n{end}{close}", rows.join(",\n"))
}

fn view(text: &str) -> ken_str {
    ken_str {
        ptr: text.as_ptr().cast(),
        len: text.len(),
    }
}

fn text(view: ken_str) -> String {
    if view.len == 0 {
        return String::new();
    }
    // SAFETY: views of the library are valid until their owner is destroyed, which is later.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr.cast::<u8>(), view.len) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Makes a call that must succeed.
fn must(call: impl FnOnce(*mut *mut ken_error) -> ken_status) {
    let mut err = null_mut();
    let status = call(&mut err);
    // SAFETY: the error is the call's own, or NULL.
    let message = unsafe { text(ken_error_message(err)) };
    assert_eq!(status, KEN_OK, "{message}");
}

/// Makes a call that gives a buffer.
fn given(call: impl FnOnce(*mut *mut ken_buf, *mut *mut ken_error) -> ken_status) -> String {
    let mut out = null_mut();
    must(|err| call(&mut out, err));
    // SAFETY: a buffer of the library's.
    unsafe {
        let got = text(ken_buf_text(out));
        ken_buf_destroy(&mut out);
        got
    }
}

extern "C" fn noon(_: *mut c_void) -> i64 {
    let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    noon.ms()
}

#[test]
fn every_example_is_what_the_library_reads_and_gives() {
    let doc = Doc::open();
    let mut base = null_mut();
    // SAFETY: handles are the library's, views live through each call.
    unsafe {
        let mut options = null_mut();
        must(|err| ken_options_new(&mut options, err));
        let (name, audiences) = (view("audiences"), doc.input("audiences"));
        must(|err| ken_options_set(options, name, view(&audiences), err));
        must(|err| ken_options_set_clock(options, Some(noon), null_mut(), None, err));
        must(|err| ken_base_open_memory(options, &mut base, err));
        ken_options_destroy(&mut options);
    }
    put_everything(&doc, base);
    ask_everything(&doc, base);
    visit(&doc, base);
    // SAFETY: the base that was opened.
    unsafe { ken_base_destroy(&mut base) };
    doc.check();
}

/// Puts the examples into the base.
fn put_everything(doc: &Doc, base: *const ken_base) {
    let none = null_mut();
    let article = doc.whole::<ArticleDraft>("article-draft");
    let fact = doc.whole::<FactDraft>("fact-draft");
    let case = doc.whole::<CaseDraft>("case-draft");
    let entry = doc.whole::<EntryDraft>("entry-draft");
    let options = doc.whole::<ImportOptions>("import-options");
    doc.whole::<RowsOptions>("rows-options");
    doc.whole::<Mapping>("mapping");
    // SAFETY: a base, and views that live through each call.
    unsafe {
        must(|err| ken_base_put(base, view(&article), null_mut(), none, err));
        must(|err| ken_base_set_fact(base, view(&fact), none, err));
        must(|err| ken_base_open_case(base, view(&case), none, err));
        must(|err| ken_base_note(base, view("c1"), view(&entry), none, err));
        let impression = search(doc, base);
        let events = doc.input("events").replace("k1-..", &impression);
        must(|err| ken_base_record_json(base, view(&events), null_mut(), err));
        let change = doc.input("state-change");
        must(|err| ken_base_change_state(base, view("lamp"), view(&change), none, err));
        let lines = doc.input("import-line") + "\n{\"type\":\"article\",\"kind\":\"odd\"}\n";
        let report = given(|out, err| {
            let (name, bytes, options) = (view("a.jsonl"), lines.as_bytes(), view(&options));
            let (data, len) = (null_mut(), bytes.len());
            ken_base_import_bytes(
                base,
                name,
                bytes.as_ptr(),
                len,
                options,
                None,
                data,
                out,
                err,
            )
        });
        doc.output("import-report", &report);
    }
}

/// Searches with the filter of the document. Gives the answer's impression.
///
/// # Safety
/// The base is open.
unsafe fn search(doc: &Doc, base: *const ken_base) -> String {
    let filter = doc.whole::<Filter>("filter");
    // SAFETY: the same promise, and views that live through each call.
    unsafe {
        let mut request = std::mem::zeroed::<ken_search_request>();
        ken_search_request_init(&mut request);
        request.query = view("dark lamp");
        request.audience = view("customer");
        let basic = view("basic");
        (request.entitlements, request.n_entitlements) = (&basic, 1);
        request.filter = view(&filter);
        request.explain = 1;
        let mut results = null_mut();
        must(|err| ken_base_search(base, &request, &mut results, err));
        assert_eq!(ken_results_count(results), 1);
        let why = given(|out, err| ken_results_explanation(results, 0, out, err));
        doc.output("explanation", &why);
        let token = text(ken_results_impression(results));
        ken_results_destroy(&mut results);
        let stands_for = given(|out, err| ken_base_impression(base, view(&token), out, err));
        doc.output("impression", &stands_for);
        token
    }
}

/// A snapshot for customers.
///
/// # Safety
/// The base is open.
unsafe fn snapshot_of(base: *const ken_base) -> *const ken_snapshot {
    let (mut bytes, mut snapshot) = (null_mut(), null_mut());
    let basic = view("basic");
    // SAFETY: the same promise, and views that live through each call.
    unsafe {
        let mut request = std::mem::zeroed::<ken_snapshot_request>();
        ken_snapshot_request_init(&mut request);
        request.audience = view("customer");
        request.entitlements = &basic;
        request.n_entitlements = 1;
        must(|err| ken_base_snapshot(base, &request, None, null_mut(), &raw mut bytes, err));
        let (first, len) = (ken_buf_data(bytes), ken_buf_size(bytes));
        must(|err| ken_snapshot_open_bytes(first, len, &mut snapshot, err));
        ken_buf_destroy(&mut bytes);
    }
    snapshot
}

/// Asks for each example that comes out.
fn ask_everything(doc: &Doc, base: *const ken_base) {
    let review = doc.whole::<ReviewRequest>("review-request");
    let give = |name: &str, text: String| doc.output(name, &text);
    let (lamp, fact) = (view("lamp"), view("fact:lamp-2000/stock"));
    // SAFETY: a base, and views that live through each call.
    unsafe {
        give(
            "article",
            given(|out, err| ken_base_article(base, lamp, out, err)),
        );
        give(
            "fact-article",
            given(|out, err| ken_base_article(base, fact, out, err)),
        );
        give(
            "versions",
            given(|out, err| ken_base_versions(base, lamp, out, err)),
        );
        give(
            "evidence",
            given(|out, err| ken_base_evidence(base, lamp, out, err)),
        );
        give(
            "case",
            given(|out, err| ken_base_case(base, view("c1"), out, err)),
        );
        give(
            "links",
            given(|out, err| ken_base_links_of_article(base, lamp, out, err)),
        );
        give(
            "session",
            given(|out, err| ken_base_session(base, view("s1"), out, err)),
        );
        give(
            "actor",
            given(|out, err| ken_base_actor(base, view("ann"), out, err)),
        );
        give(
            "freshness",
            given(|out, err| ken_base_freshness(base, lamp, KEN_NOW, out, err)),
        );
        let review = view(&review);
        give(
            "review-queue",
            given(|out, err| ken_reviews_queue(base, review, out, err)),
        );
        let policy = given(|out, err| ken_base_policy(base, out, err));
        must(|err| ken_base_set_policy(base, view(&policy), null_mut(), err));
        let file = snapshot_of(base);
        give(
            "snapshot",
            given(|out, err| ken_snapshot_info(file, out, err)),
        );
        let (typed, customer) = (view("whi"), view("customer"));
        give(
            "completions",
            given(|out, err| {
                let (held, n, now) = (null(), 0, noon(null_mut()));
                ken_snapshot_complete(file, typed, customer, held, n, 5, now, out, err)
            }),
        );
        ken_snapshot_destroy(&mut file.cast_mut());
        give("policy", policy);
        give("stats", given(|out, err| ken_base_stats(base, out, err)));
        let mut shared = null_mut();
        must(|err| ken_resources_new(2, 0, &mut shared, err));
        give(
            "resources",
            given(|out, err| ken_resources_stats(shared, out, err)),
        );
        ken_resources_destroy(&mut shared);
        let data = null_mut();
        give(
            "verified",
            given(|out, err| ken_base_verify(base, None, data, out, err)),
        );

        let (mut out, mut err) = (null_mut(), null_mut());
        let status = ken_base_article(base, view("absent"), &mut out, &mut err);
        assert_eq!(status, KEN_ERR_ARTICLE_NOT_FOUND);
        give("error", text(ken_error_json(err)));
        ken_error_destroy(&mut err);
    }
}

/// A visit from its first event to the case that comes out of it.
fn visit(doc: &Doc, base: *const ken_base) {
    let give = |name: &str, text: String| doc.output(name, &text);
    let customer = view("customer");
    let at = noon(null_mut());
    // SAFETY: a base, handles of the library's, and views that live through each call.
    unsafe {
        let (file, mut visit) = (snapshot_of(base), null_mut());
        must(|err| ken_snapshot_visit(file, view("v1"), &mut visit, err));
        ken_snapshot_destroy(&mut file.cast_mut());
        let visitor = doc.input("visitor");
        must(|err| ken_visit_set(visit, view(&visitor), err));
        for (what, article, said) in [
            ("searched", "", "dark lamp"),
            ("did-not-solve", "lamp", ""),
            ("solved", "fuse", ""),
        ] {
            let mut event = std::mem::zeroed::<ken_event>();
            ken_event_init(&mut event);
            (event.what, event.article, event.text) = (view(what), view(article), view(said));
            event.at_ms = at;
            must(|err| ken_visit_record(visit, &event, err));
        }
        give(
            "visit-outcome",
            given(|out, err| ken_visit_outcome(visit, out, err)),
        );
        let batch = given(|out, err| ken_visit_take_events(visit, out, err));
        // One of them is no event of a reader.
        let odd = batch.replace("\"what\":\"solved\"", "\"what\":\"verified\"");
        give(
            "merge-report",
            given(|out, err| {
                ken_base_merge_events(base, view(&odd), customer, null(), 0, out, err)
            }),
        );
        give("event-batch", batch);
        let message = view("The fuse is fine, and the lamp is dark.");
        let handoff = given(|out, err| ken_visit_hand_over(visit, at, message, out, err));
        let case = view("c3");
        must(|err| {
            ken_base_open_handoff(
                base,
                view(&handoff),
                case,
                customer,
                null(),
                0,
                null_mut(),
                err,
            )
        });
        give("handoff", handoff);
        let text = given(|out, err| ken_visit_json(visit, out, err));
        let mut again = null_mut();
        must(|err| ken_visit_resume(view(&text), &mut again, err));
        give("visit", text);
        ken_visit_destroy(&mut again);
        ken_visit_destroy(&mut visit);
    }
}

#[test]
fn keys_that_differ_are_found() {
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let said = value(r#"{"a":1,"b":[{"c":"x"}],"d":null}"#);
    assert!(same_keys("", &said, &value(r#"{"a":2,"b":[{"c":"y"}],"d":{}}"#)).is_ok());
    for other in [
        r#"{"a":2,"b":[{"c":"y"}]}"#,
        r#"{"a":2,"b":[{"c":"y"}],"d":1,"e":1}"#,
        r#"{"a":2,"b":[{"c":1}],"d":1}"#,
    ] {
        assert!(same_keys("", &said, &value(other)).is_err(), "{other}");
    }
}
