//! Tests of the records read from JSON lines, and of the errors of malformed lines.

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Record> {
    match line(text, &ImportOptions::new())? {
        Line::Record(record, _) => Ok(record),
        Line::Header => panic!("a header"),
        Line::HeldBack(page) => panic!("held back: {page:?}"),
    }
}

fn case_of(text: &str) -> (CaseDraft, Vec<String>) {
    match read(text).unwrap() {
        Record::Case { draft, events } => {
            let names = events
                .iter()
                .map(|e| {
                    serde_json::to_value(e).unwrap()["what"]
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
                .collect();
            (*draft, names)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_article_is_read_flat_or_scoped() {
    let Record::Article { draft, at } = read(r#"{"id":"a","title":"T","products":["p"],"scope":{"regions":["eu"]},"text":"Intro\n## Fix\nDo it","updated":"2026-01-01"}"#).unwrap() else { panic!() };
    assert_eq!(
        (
            draft.scope.products[0].id.as_str(),
            draft.scope.regions[0].as_str()
        ),
        ("p", "eu")
    );
    assert_eq!(draft.sections[1].role, Role::Resolution);
    assert_eq!(at, draft.updated);
    let Record::Article { draft, .. } = read(r#"{"type":"article","id":"a","kind":"process","title":"T","sections":[{"role":"cause","text":"x"}]}"#).unwrap() else { panic!() };
    assert_eq!(draft.sections[0].role, Role::Cause);
    let Record::Article { draft, .. } =
        read(r#"{"id":"a","title":"T","html":"<h2>Cause</h2><p>x"}"#).unwrap()
    else {
        panic!()
    };
    assert_eq!(
        (draft.sections[0].role, draft.sections[0].text.as_str()),
        (Role::Cause, "x")
    );
    assert_eq!(
        read(r#"{"id":"a","title":"T","text":"x","html":"y"}"#)
            .unwrap_err()
            .code(),
        ErrorCode::Contradiction
    );
}

#[test]
fn a_case_ends_as_its_status_says() {
    let (draft, events) = case_of(
        r#"{"type":"case","id":"c","opened":"2026-01-01","party":"p","subject":"no light","products":[{"id":"lamp","version":"2.1"}],"entries":[{"at":"2026-01-02","text":"called"}],"status":"closed","resolved":"2026-01-02","first_contact":true,"reopened":"2026-01-03","closed":"2026-01-04"}"#,
    );
    assert_eq!(events, ["case-resolved", "case-reopened", "case-closed"]);
    assert_eq!(draft.entries[0].reuse, Reuse::Section(Role::Issue));
    assert_eq!(draft.entries[1].reuse, Reuse::CaseOnly);
    assert_eq!(
        case_of(r#"{"id":"c","opened":"2026-01-01","status":"waiting"}"#).1,
        ["case-waiting"]
    );
    assert_eq!(
        case_of(r#"{"id":"c","opened":"2026-01-01","status":"abandoned","closed":"2026-02-01"}"#).1,
        ["case-abandoned"]
    );
    assert_eq!(
        case_of(r#"{"id":"c","opened":"2026-01-01","status":"open"}"#)
            .1
            .len(),
        0
    );
    assert!(
        read(r#"{"type":"case","id":"c","status":"resolved"}"#)
            .unwrap_err()
            .message()
            .contains("opened")
    );
    assert!(
        read(r#"{"id":"c","opened":"2026-01-01","status":"open","closed":"2026-02-01"}"#).is_err()
    );
}

#[test]
fn events_are_flat_and_get_an_id_of_their_content() {
    let Record::Event(event) = read(r#"{"type":"event","id":"e-1","at":"2026-01-01T00:00:00Z","what":"clicked","session":"s-1","party":"p","channel":"web","audience":"public","article":"x","rank":2}"#).unwrap() else { panic!() };
    assert_eq!(
        (event.id.as_str(), &event.what),
        (
            "e-1",
            &EventKind::Clicked {
                article: "x".into(),
                rank: Some(2),
                impression: None
            }
        )
    );
    let text = r#"{"at":"2026-01-01","what":"did_not_solve","article":"x"}"#;
    let (Record::Event(a), Record::Event(b)) = (read(text).unwrap(), read(text).unwrap()) else {
        panic!()
    };
    assert_eq!(a, b);
    assert!(a.id.starts_with("x-") && a.id.len() == 18);
    for what in [
        "viewed", "solved", "opened", "accepted", "sent", "verified", "copied",
    ] {
        read(&format!(
            r#"{{"type":"event","at":"2026-01-01","what":"{what}","case":"c","article":"x"}}"#
        ))
        .unwrap();
    }
    read(r#"{"type":"event","at":"2026-01-01","what":"dismissed","case":"c","article":"x","reason":"not-relevant"}"#).unwrap();
    assert!(matches!(
        read(r#"{"at":"2026-01-01","what":"linked","case":"c","article":"x","link":"helped"}"#),
        Ok(Record::Link { .. })
    ));
}

#[test]
fn a_survey_score_is_read_on_the_scale_given() {
    let text = r#"{"at":"2026-01-01","what":"survey","score":5}"#;
    assert!(read(text).unwrap_err().message().contains("survey_scale"));
    let Line::Record(Record::Event(event), _) =
        line(text, &ImportOptions::new().survey_scale(1.0, 5.0)).unwrap()
    else {
        panic!()
    };
    assert_eq!(event.what, EventKind::Survey { score: 1.0 });
}

#[test]
fn the_rest_is_refused_with_a_reason() {
    for (text, code) in [
        ("null", ErrorCode::InvalidValue),
        ("{}", ErrorCode::InvalidRecord),
        ("{\"type\":\"gadget\"}", ErrorCode::InvalidValue),
        ("{\"type\":null,\"title\":\"x\"}", ErrorCode::InvalidRecord),
        (
            r#"{"type":"link","case":"c","article":"a"}"#,
            ErrorCode::InvalidRecord,
        ),
        (
            r#"{"type":"link","case":"c","article":"a","link":"helped","confidence":7}"#,
            ErrorCode::InvalidValue,
        ),
        (
            r#"{"type":"actor","id":"","licence":"coach"}"#,
            ErrorCode::InvalidValue,
        ),
        (
            r#"{"type":"kenpoint-export","schema":99}"#,
            ErrorCode::FormatTooNew,
        ),
        (
            r#"{"type":"event","at":"2026-01-01","what":"danced"}"#,
            ErrorCode::InvalidRecord,
        ),
        (
            r#"{"type":"event","at":"2026-01-01","at":"2026-01-01","what":"searched","query":"x"}"#,
            ErrorCode::InvalidRecord,
        ),
    ] {
        assert_eq!(
            line(text, &ImportOptions::new()).unwrap_err().code(),
            code,
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn any_line_is_read_or_refused(text in "\\PC*|[{}\\[\\]\",:a-z0-9 ]{0,80}", key in "(id|at|what|title|opened|entries|case|article|licence|status|sections|freshness|scope)", value in "(null|1|-1.5|\"\"|\"x\"|\\[\\]|\\{\\}|true|\\[1\\]|1e400)") {
        let _ = line(&text, &ImportOptions::new());
        for kind in ["article", "fact", "case", "link", "actor", "event", "log", "kenpoint-export"] {
            let _ = line(&format!(r#"{{"type":"{kind}","id":"i","{key}":{value}}}"#), &ImportOptions::new());
        }
    }
}
